"""The verdict of a pilot: sells, does not, go on, and how sure that is.

A lead counts when it had its time: `maturing_days` after it was handed over, with the sale
that the client's own books hold within those days and that nobody called off. Leads are read
in the order of hand-over by the design that was agreed; calls and the vendor's own reports
decide nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

import pandas as pd

from vendoreval.errors import AgreementError, plain_problem
from vendoreval.pilot.plan import PilotPlan
from vendoreval.stats.intervals import newcombe_difference, wilson_interval
from vendoreval.stats.trial_rates import likelihood_ratio, rate_sequence
from vendoreval.text import Count, Day, Message, Percent, msg

Decision = Literal["sells", "does_not", "go_on", "undecided"]
DECISION_WORDS: Final[dict[str, Message]] = {
    "sells": msg("sells"),
    "does_not": msg("does not sell enough"),
    "go_on": msg("go on"),
    "undecided": msg("ended without proof"),
}
_COLUMNS: Final = ("lead_id", "handed_on", "sold_on")


@dataclass(frozen=True)
class RampWeek:
    """Leads handed over in one week of the pilot, and what became of them by now.

    Parameters
    ----------
    week
        From 1, counted from the first lead of the vendor.
    low, high
        95 % interval of Wilson.
    """

    week: int
    leads: int
    sales: int
    low: float
    high: float


@dataclass(frozen=True)
class WrongDecision:
    """What a wrong decision costs for every thousand leads, in whole units of the currency.

    Parameters
    ----------
    hired
        The loss of hiring a vendor at the unacceptable share.
    refused
        The profit lost by refusing one at the target.
    """

    hired: Decimal
    refused: Decimal
    currency: str


@dataclass(frozen=True)
class PilotVerdict:
    """What a pilot says of one vendor on one day.

    Parameters
    ----------
    decision
        By the agreed design; *undecided* means that it ended without proof.
    leads_read, sales_read
        What the look that decided, or the last one so far, had counted.
    matured, sales
        All leads that had their time, and their surviving sales.
    low, high
        Interval of the share that holds at all looks together (level of the plan).
    evidence
        Likelihood ratio of the target against the unacceptable share.
    difference
        Share of the later half of the leads less that of the earlier, with 95 % interval;
        `None` with fewer than 2 leads.
    """

    vendor: str
    on: date
    decision: Decision
    leads_read: int
    sales_read: int
    handed: int
    matured: int
    sales: int
    planned: int
    low: float
    high: float
    evidence: float
    ramp: tuple[RampWeek, ...]
    difference: tuple[float, float, float] | None
    wrong: WrongDecision | None
    notes: tuple[Message, ...]

    @property
    def share(self) -> float | None:
        """Share of matured leads that became surviving sales; `None` without leads."""
        return self.sales / self.matured if self.matured else None

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as data; notes are left to whoever speaks a language."""
        wrong = self.wrong
        return {
            "vendor": self.vendor, "on": self.on.isoformat(), "decision": self.decision,
            "leads_read": self.leads_read, "sales_read": self.sales_read, "handed": self.handed,
            "matured": self.matured, "sales": self.sales, "planned": self.planned,
            "share": self.share, "low": self.low, "high": self.high, "evidence": self.evidence,
            "ramp": [
                {"week": w.week, "leads": w.leads, "sales": w.sales, "low": w.low, "high": w.high}
                for w in self.ramp
            ],
            "later_less_earlier": self.difference,
            "wrong_decision_per_1000_leads": None if wrong is None else {
                "hired": f"{wrong.hired:f}", "refused": f"{wrong.refused:f}",
                "currency": wrong.currency,
            },
        }  # fmt: skip

    def lines(self) -> Sequence[Message]:
        """Return the verdict in sentences."""
        found = [
            msg("%(vendor)s on %(day)s: %(decision)s", vendor=self.vendor, day=Day(self.on),
                decision=DECISION_WORDS[self.decision])
        ]  # fmt: skip
        if self.share is None:
            found.append(msg("No lead has had its time yet."))
        else:
            found.append(
                msg("%(sales)s surviving sales of %(leads)s leads that had their time: %(share)s; "
                    "at all looks together between %(low)s and %(high)s",
                    sales=Count(self.sales), leads=Count(self.matured),
                    share=Percent(self.share, 2), low=Percent(self.low, 2),
                    high=Percent(self.high, 2))
            )  # fmt: skip
        return [*found, *self.notes]


def pilot_verdict(
    plan: PilotPlan, vendor: str, outcomes: pd.DataFrame, on: date, *,
    agreement_until: date | None = None, calls: int | None = None,
) -> PilotVerdict:  # fmt: skip
    """Read a pilot of one vendor.

    Parameters
    ----------
    outcomes
        The vendor's leads in the split: lead_id, handed_on (missing: not handed over yet),
        sold_on (day of the surviving sale in the client's books; missing: none), position
        (order within the arm; optional).
    on
        The day of reading; later sales and leads do not count.
    agreement_until
        Last day of the vendor's agreement, when it has one.
    calls
        Calls the vendor reported, when reports were looked at.

    Raises
    ------
    AgreementError
        If the vendor is not on trial, or a column is missing.

    Examples
    --------
    >>> from vendoreval.pilot import PilotTerms, pilot_plan
    >>> plan = pilot_plan(PilotTerms(target=0.2, unacceptable=0.1, design="fixed",
    ...                              vendors=("alpha",)))
    >>> leads = pd.DataFrame({"lead_id": [f"L{n}" for n in range(200)],
    ...                       "handed_on": [date(2026, 9, 1)] * 200,
    ...                       "sold_on": [date(2026, 9, 9), None, None, None] * 50})
    >>> pilot_verdict(plan, "alpha", leads, date(2026, 11, 1)).decision
    'sells'
    """
    _check(plan, vendor, outcomes)
    handed = _handed(outcomes, on)
    ripe = handed[handed["age"] >= plan.terms.maturing_days]
    # a young lead and an old one get the same time, else the early ones seem to sell better
    ripe = ripe.assign(sold=ripe["sold"] & (ripe["sold_after"] <= plan.terms.maturing_days))
    sold = [bool(x) for x in ripe["sold"]]
    reading = plan.chosen.trial.read(sold)
    leads, sales = len(sold), sum(sold)
    low, high = rate_sequence(leads, sales, plan.terms.level, plan.terms.unacceptable)
    terms = plan.terms
    return PilotVerdict(
        vendor=vendor, on=on, decision=reading.decision,  # type: ignore[arg-type]  # the four words of a Reading
        leads_read=reading.leads, sales_read=reading.sales, handed=len(handed), matured=leads,
        sales=sales, planned=plan.chosen.most_leads, low=low, high=high,
        evidence=likelihood_ratio(leads, sales, terms.unacceptable, terms.target),
        ramp=_ramp(ripe), difference=_halves(sold), wrong=_wrong(plan),
        notes=tuple(_notes(plan, len(handed), leads, reading.decision, agreement_until, calls)),
    )  # fmt: skip


def _handed(outcomes: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return leads handed over by a day in that order, with age in days and whether they sold."""
    table = outcomes.assign(
        handed=pd.to_datetime(outcomes["handed_on"]), sold_at=pd.to_datetime(outcomes["sold_on"])
    )
    day = pd.Timestamp(on)
    table = table[table["handed"] <= day]
    order = ["handed", "position" if "position" in table.columns else "lead_id", "lead_id"]
    table = table.sort_values(list(dict.fromkeys(order)), ignore_index=True)
    table["age"] = (day - table["handed"]).dt.days
    table["sold_after"] = (table["sold_at"] - table["handed"]).dt.days
    table["sold"] = (table["sold_at"] <= day) & (table["sold_after"] >= 0)
    return table


def _ramp(ripe: pd.DataFrame) -> tuple[RampWeek, ...]:
    if ripe.empty:
        return ()
    week = (ripe["handed"] - ripe["handed"].iloc[0]).dt.days // 7 + 1
    found = []
    for number, group in ripe.groupby(week):
        sales = int(group["sold"].sum())
        low, high = wilson_interval(sales, len(group))
        found.append(RampWeek(int(str(number)), len(group), sales, low, high))
    return tuple(found)


def _halves(sold: Sequence[bool]) -> tuple[float, float, float] | None:
    half = len(sold) // 2
    if half < 1:
        return None
    early, late = sold[:half], sold[half:]
    low, high = newcombe_difference(sum(late), len(late), sum(early), len(early))
    return sum(late) / len(late) - sum(early) / len(early), low, high


def _wrong(plan: PilotPlan) -> WrongDecision | None:
    cost, value = plan.terms.cost_of_a_lead, plan.terms.value_of_a_sale
    if cost is None or value is None:
        return None
    thousand, one = Decimal(1000), Decimal(1)
    bad, good = Decimal(str(plan.terms.unacceptable)), Decimal(str(plan.terms.target))
    return WrongDecision(
        (thousand * (cost - bad * value)).quantize(one),
        (thousand * (good * value - cost)).quantize(one),
        plan.terms.currency,
    )


def _notes(
    plan: PilotPlan, handed: int, matured: int, decision: str, until: date | None,
    calls: int | None,
) -> Sequence[Message]:  # fmt: skip
    found = []
    planned = plan.chosen.most_leads
    if decision in ("go_on", "undecided") and handed < planned:
        found.append(
            msg("%(handed)s leads were handed over and %(planned)s are planned at the longest: "
                "hand over more, or end it without a verdict", handed=Count(handed),
                planned=Count(planned))
        )  # fmt: skip
    if handed > matured:
        found.append(
            msg("%(leads)s leads are younger than %(days)s days and do not count yet",
                leads=Count(handed - matured), days=Count(plan.terms.maturing_days))
        )  # fmt: skip
    if calls == 0:
        found.append(
            msg("The vendor reported no call for its leads: whether it worked them is unknown. "
                "Demand the call report before the verdict is used.")
        )  # fmt: skip
    end = plan.ends_on
    if until is not None and end is not None and until < end:
        found.append(
            msg("The agreement ends on %(until)s, before the pilot can end on %(end)s: prolong "
                "it, or the last leads have no terms", until=Day(until), end=Day(end))
        )  # fmt: skip
    return found


def _check(plan: PilotPlan, vendor: str, outcomes: pd.DataFrame) -> None:
    if vendor not in plan.terms.vendors:
        raise AgreementError(
            plain_problem("--vendor", msg("%(value)s is written", value=vendor or "-"),
                          msg("one of: %(allowed)s", allowed=", ".join(plan.terms.vendors)),
                          msg("choose one of them"))
        )  # fmt: skip
    missing = [name for name in _COLUMNS if name not in outcomes.columns]
    if missing:
        raise AgreementError(
            plain_problem("outcomes", msg("there is no column %(names)s", names=", ".join(missing)),
                          msg("the columns: %(names)s", names=", ".join(_COLUMNS)),
                          msg("name the columns as the file does"))
        )  # fmt: skip
