"""Let vendors work: draw people and leads, dial, plant, sell, and write the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl

from vendoreval.period import Period
from vendoreval.simulation.days import LEAD_IN, Calendar, calendar
from vendoreval.simulation.plants.dose import Dose, Resolved
from vendoreval.simulation.plants.recipe import Effect, OnWork, Recipe, Reports
from vendoreval.simulation.plants.registry import RECIPES, recipe_named
from vendoreval.simulation.reports import claims, invoice, log, people
from vendoreval.simulation.reports.bank import Bank
from vendoreval.simulation.truth import Scheme
from vendoreval.simulation.world.client import Client
from vendoreval.simulation.world.clock import add_durations, schedule
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.dialling import dial
from vendoreval.simulation.world.leads import Leads, draw_leads
from vendoreval.simulation.world.sold import draw_sales
from vendoreval.simulation.world.staff import Staff, draw_staff
from vendoreval.simulation.world.work import NOBODY, Work

# each step has chance of its own, so that a planting changes only what it says
_STAFF, _LEADS, _DIALS, _TIMES, _DAYS, _SALES, _REPORTS, _PLANTS = range(8)


class LateStartError(ValueError):
    """A planting starts outside the reported months."""

    def __init__(self, start: str, months: Sequence[str]) -> None:
        super().__init__(f"{start} is not one of {', '.join(months)}")
        self.start = start
        self.months = tuple(months)


@dataclass(frozen=True)
class Built:
    """What one vendor did and what it hands over."""

    work: Work
    reports: Reports


def resolve(
    doses: Sequence[Dose], conduct: Conduct, days: Calendar, rng: np.random.Generator
) -> dict[str, Resolved]:
    """Draw the first month and the seats of each planting.

    Raises
    ------
    LateStartError
        If a planting starts outside the reported months.
    """
    found = {}
    for dose in doses:
        # not so late that nothing could come of it
        latest = max(2 * len(days.reported) // 3, 1)
        month = first_month(dose, days, int(rng.integers(1, latest + 1)))
        entry = recipe_named(dose.name)
        share = entry.share if dose.share is None else dose.share
        strength = entry.strength if dose.strength is None else dose.strength
        seats = rng.permutation(conduct.agents)[: max(round(share * conduct.agents), 1)]
        found[entry.name] = Resolved(
            entry.name, strength, share, month, int(days.first_day[month]),
            str(days.months[month]), frozenset(int(seat) for seat in seats),
        )  # fmt: skip
    return found


def first_month(dose: Dose, days: Calendar, drawn: int) -> int:
    """Return the number of the month in which a planting starts.

    Raises
    ------
    LateStartError
        If it is none of the reported ones.
    """
    if dose.start is None:
        return drawn
    names = [str(month) for _, month in days.reported]
    number = names.index(dose.start) + 1 if dose.start in names else dose.start
    if not isinstance(number, int) or not 1 <= number <= len(names):
        raise LateStartError(f"{dose.name}:::{dose.start}", names)
    return number


Dialling = Callable[[Conduct, Client, Staff, Leads, np.random.Generator], pl.DataFrame]


def build(conduct: Conduct, place: int, client: Client, doses: Sequence[Dose] = ()) -> Built:
    """Let one vendor work and write its reports.

    Parameters
    ----------
    place
        Number of the vendor, from 1; with the client's seed it fixes all chance.
    """
    work, chance = build_work(conduct, place, client, doses)
    reports = write_reports(work, np.random.default_rng([client.seed, place, _REPORTS]))
    finish_reports(work, reports, chance)
    return Built(work, reports)


def build_work(
    conduct: Conduct,
    place: int,
    client: Client,
    doses: Sequence[Dose] = (),
    *,
    dialling: Dialling | None = None,
) -> tuple[Work, np.random.Generator]:
    """Let one vendor work; also return the chance that plantings on reports go on with.

    Parameters
    ----------
    dialling
        Another way to draw dials, for vendors without a habit that acts meanwhile.
    """

    def rng(step: int) -> np.random.Generator:
        return np.random.default_rng([client.seed, place, step])

    chance = rng(_PLANTS)
    planted = resolve(doses, conduct, client.calendar, chance)
    recipes = {name: RECIPES[name] for name in planted}
    for name, entry in recipes.items():
        if entry.conduct is not None:
            conduct = entry.conduct(conduct, planted[name])
    staff = draw_staff(conduct, client.calendar, rng(_STAFF))
    per_month = max(round(conduct.dials_a_month / dials_per_lead(conduct)), 1)
    leads = draw_leads(conduct, place, client, per_month, rng(_LEADS))
    habits = {name: planted[name] for name, entry in recipes.items() if entry.habit}
    if dialling is None or habits or conduct.qualifiers:
        dials = dial(conduct, client, staff, leads, habits, rng(_DIALS))
    else:
        dials = dialling(conduct, client, staff, leads, rng(_DIALS))
    dials = add_durations(dials, conduct, staff, client.calendar, rng(_TIMES))
    work = Work(conduct, place, client, staff, leads, _with_marks(dials, leads.phone),
                pl.DataFrame(), list(staff.codes), planted)  # fmt: skip
    work.truth = [_begun(work, entry, planted[name]) for name, entry in recipes.items()]
    _apply(work, recipes, "talk", chance)
    work.dials = schedule(work.dials, conduct, client.calendar, rng(_DAYS))
    _apply(work, recipes, "log", chance)
    work.dials = numbered(work.dials)
    work.sales = draw_sales(work, rng(_SALES))
    _apply(work, recipes, "sales", chance)
    return work, chance


def _with_marks(dials: pl.DataFrame, phone: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
                ) -> pl.DataFrame:  # fmt: skip
    """Add what schemes write into: nothing of it is set yet."""
    return dials.with_columns(
        phone=pl.Series(phone[dials["lead"].to_numpy()]),
        carrier=pl.col("talk") + pl.col("hold"),
        billed=pl.lit(-1, dtype=pl.Int64),
        mark=pl.lit(NOBODY, dtype=pl.Int64),
        added=pl.lit(0, dtype=pl.Int64),
    )


def numbered(dials: pl.DataFrame) -> pl.DataFrame:
    """Put the dials in the order of the log and number them from 1."""
    dials = dials.sort("day", "start", "agent", maintain_order=True).with_row_index("number", 1)
    return dials.with_columns(pl.col("number").cast(pl.Int64))


def write_reports(work: Work, rng: np.random.Generator) -> Reports:
    """Derive every report of the vendor from its work; client files are made for all at once."""
    bank = Bank(work)
    snapshots = [
        bank.snapshots(period).with_columns(month=pl.lit(month, dtype=pl.Int64))
        for month, period in work.calendar.reported
    ]
    claimed = claims.sales(work)
    reported = pl.col("month") >= LEAD_IN
    return {
        "calls": log.calls(work).filter(reported),
        "agent_days": log.agent_days(work, rng).filter(reported),
        "agent_sessions": people.agent_sessions(work).filter(reported),
        "roster": people.roster(work),
        "funnel": pl.concat(snapshots),
        "funnel_events": bank.events().filter(reported),
        "sales": claimed.filter(reported),
        "reviews": people.reviews(work, rng).filter(reported),
        "incidents": people.incidents(work).filter(reported),
        "do_not_call": people.do_not_call(work),
        "invoice_lines": invoice.invoice_lines(work),
    }


# ------------------------------------------------------------------ planting


def _begun(work: Work, entry: Recipe, dose: Resolved) -> Scheme:
    since = dose.since if entry.dated else str(work.calendar.reported[0][1])
    return Scheme(
        work.name, entry.name, entry.honest, since, agents=_who(work, entry),
        strength=dose.strength, share=dose.share,
    )  # fmt: skip


def _who(work: Work, entry: Recipe) -> tuple[str, ...]:
    """Return the people whom a change of conduct concerns."""
    if entry.name == "qualifier":
        hit = np.array([role == "qualifier" for role in work.staff.roles])
    elif entry.name == "closer_without_sales":
        hit = (work.staff.skill == 0) & np.array([r == "closer" for r in work.staff.roles])
    else:
        return ()
    return tuple(work.staff.codes[number] for number in np.flatnonzero(hit))


def _apply(
    work: Work, recipes: Mapping[str, Recipe], step: str, chance: np.random.Generator
) -> None:
    for mark, (name, entry) in enumerate(recipes.items()):
        act: OnWork | None = getattr(entry, step)
        if act is None:
            continue
        dose = work.doses[name]
        effect = act(work, dose, mark, chance)
        _note(work, mark, effect)
        if dose.share < 1 and not entry.honest and step in ("talk", "log"):
            # people are named only where not everybody is concerned
            work.truth[mark] = replace(work.truth[mark], agents=work.people(dose))


def finish_reports(work: Work, reports: Reports, chance: np.random.Generator) -> None:
    """Let plantings change the reports, as far as those reports are there."""
    for mark, name in enumerate(work.doses):
        entry = RECIPES[name]
        if entry.counted is not None:
            _note(work, mark, entry.counted(work, work.doses[name]))
        if entry.reports is not None and entry.touches in reports:
            _note(work, mark, entry.reports(work, reports, work.doses[name], chance))


def _note(work: Work, mark: int, effect: Effect) -> None:
    if effect.keys:
        work.touched.append((mark, effect.report, effect.keys))
    work.truth[mark] = work.truth[mark].plus(effect.count, effect.seconds, effect.money)


# ------------------------------------------------------------------ sizes

_PILOT_LEADS = 600
_PILOT_MONTHS = 4


def dials_per_lead(conduct: Conduct) -> float:
    """Return how many dials a lead takes on average, by letting a small team work a few months."""
    return _pilot(
        conduct.attempts, conduct.answer_share, conduct.right_party_share, conduct.sale_share,
        conduct.trunk, conduct.inbound, conduct.dead_share,
    )  # fmt: skip


@cache
def _pilot(
    attempts: int,
    answer_share: float,
    right_party_share: float,
    sale_share: float,
    trunk: float,
    inbound: bool,
    dead_share: float,
) -> float:
    small = Conduct(
        "pilot", "Pilot", agents=4, attempts=attempts, answer_share=answer_share,
        right_party_share=right_party_share, sale_share=sale_share, trunk=trunk,
        inbound=inbound, dead_share=dead_share,
    )  # fmt: skip
    client = Client.draw(calendar(str(Period.parse("2026-10")), _PILOT_MONTHS - 1), 1, spread=0.0)
    rng = np.random.default_rng(2)
    staff = draw_staff(small, client.calendar, rng)
    leads = draw_leads(small, 1, client, _PILOT_LEADS, rng)
    dials = dial(small, client, staff, leads, {}, rng)
    early = leads.month[dials["lead"].to_numpy()] < _PILOT_MONTHS - 2
    return float(early.sum()) / (_PILOT_LEADS * (_PILOT_MONTHS - 2))
