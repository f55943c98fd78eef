"""Schemes that put calls into the log that nobody made, or that should not have been made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from vendoreval.simulation.days import Flags, Ints
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.recipe import NOTHING, Effect
from vendoreval.simulation.plants.talk import fruitless
from vendoreval.simulation.world.clock import SHIFT_SECONDS, SHIFT_START, busy_seconds
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.leads import phone_of
from vendoreval.simulation.world.outcomes import CODE, is_conversation
from vendoreval.simulation.world.work import Work, billable

_EVENING = SHIFT_START + SHIFT_SECONDS + 3600
_BEAT_SECONDS = 97
_STRANGERS = 9_000_000
_TIMERS = (3600, 7200, 10_800)


def add(work: Work, rows: pl.DataFrame, mark: int, *, carried: bool = False) -> Effect:
    """Put dials into the log and return what they add to the bill.

    Parameters
    ----------
    carried
        Whether the calls were really made, so that the carrier knows them.
    """
    spoken = rows["talk"] + rows["hold"]
    rows = rows.with_columns(
        stage=pl.lit(-1, dtype=pl.Int64),
        since=pl.lit(-1, dtype=pl.Int64),
        mark=pl.lit(mark, dtype=pl.Int64),
        added=spoken,
        carrier=spoken if carried else pl.lit(-1, dtype=pl.Int64),
    ).select(work.dials.columns)
    work.dials = pl.concat([work.dials, rows])
    reported = work.calendar.month_of_day[rows["day"].to_numpy()] >= 1
    seconds = int(billable(rows, work.conduct.increments)[reported].sum())
    return Effect(int(reported.sum()), seconds, work.money(seconds))


def _wanted(work: Work, dose: Resolved) -> Ints:
    """Return conversations to copy, in all `strength` of what the people concerned bill."""
    pool = np.flatnonzero(work.concerned(dose) & fruitless(work) & (work.column("talk") >= 25))
    if len(pool) == 0:
        return pool
    spoken = work.column("talk") + work.column("hold")
    due = float(np.where(work.concerned(dose) & is_conversation(work.column("code")), spoken, 0)
                .sum()) * dose.strength  # fmt: skip
    count = max(round(due / float(spoken[pool].mean())), 1)
    # spread evenly over the pool, several times around when more is asked for than there is
    places = np.floor(np.arange(count) * (len(pool) / count)).astype(np.int64) % len(pool)
    found: Ints = pool[places]
    return found


def _evenings(work: Work, rows: pl.DataFrame, gaps: Ints, begin: Ints) -> pl.DataFrame:
    """Lay rows out after the day's last call, each a gap after the start of the one before."""
    rows = rows.with_columns(_gap=pl.Series(gaps), _begin=pl.Series(begin))
    rows = rows.sort("agent", "day", maintain_order=True)
    within = pl.col("_gap").cum_sum().over("agent", "day") - pl.col("_gap")
    return rows.with_columns(start=pl.col("_begin") + within).drop("_gap", "_begin")


def _last_end(work: Work, agent: Ints, day: Ints) -> Ints:
    """Return when the agent's last call of a day ends, or the evening if there is none."""
    size = work.calendar.count
    end = busy_seconds(work.dials) + work.column("start")
    latest = np.full(len(work.codes) * size, _EVENING)
    np.maximum.at(latest, work.column("agent") * size + work.column("day"), end)
    return np.asarray(latest[agent * size + day], dtype=np.int64)


def invented_calls(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Calls that were never made are written on an even beat; `strength` of the minutes."""
    model = _wanted(work, dose)
    if len(model) == 0:
        return NOTHING
    rows = work.dials[model]
    talk = np.minimum(rng.permutation(rows["talk"].to_numpy()), _BEAT_SECONDS - 25)
    rows = rows.with_columns(
        talk=pl.Series(talk), hold=pl.lit(0, dtype=pl.Int64), ring=pl.lit(12, dtype=pl.Int64),
        wrap=pl.lit(4, dtype=pl.Int64),
    )  # fmt: skip
    # short calls carry fewer minutes, so there must be more of them
    more = int(np.ceil(len(model) * work.column("talk")[model].mean() / max(talk.mean(), 1)))
    rows = rows[np.arange(more) % len(rows)]
    begin = _last_end(work, rows["agent"].to_numpy(), rows["day"].to_numpy()) + 60
    beat = np.full(len(rows), _BEAT_SECONDS)
    return add(work, _evenings(work, rows, beat, begin), mark)


def replayed_calls(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Sequences of an earlier day are written again under another day, second by second."""
    return _replayed(work, dose, mark, rng, jitter=0)


def replayed_with_jitter(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Sequences of an earlier day are written again with each length off by up to two seconds."""
    return _replayed(work, dose, mark, rng, jitter=2)


def _replayed(
    work: Work, dose: Resolved, mark: int, rng: np.random.Generator, jitter: int
) -> Effect:
    size = work.calendar.count
    key = work.column("agent") * size + work.column("day")
    pool = work.concerned(dose) & is_conversation(work.column("code"))
    spoken = np.where(pool, work.column("talk") + work.column("hold"), 0)
    days = np.unique(key[pool])
    if len(days) < 2:
        return NOTHING
    due = spoken.sum() * dose.strength
    per_day = np.bincount(np.searchsorted(days, key[pool]), spoken[pool], len(days))
    order = rng.permutation(len(days))
    chosen = days[order[: int(np.searchsorted(np.cumsum(per_day[order]), due)) + 1]]
    rows = work.dials.filter(pl.Series(pool & np.isin(key, chosen)))
    # the next day the person works, the day before for the last one
    shown = rows["agent"].to_numpy() * size + rows["day"].to_numpy()
    after = np.minimum(np.searchsorted(days, shown) + 1, len(days) - 1)
    same = days[after] // size == shown // size
    other = np.where(same & (days[after] != shown), days[after], shown - 1)
    off = rng.integers(-jitter, jitter + 1, len(rows)) if jitter else np.zeros(len(rows), int)
    rows = rows.with_columns(
        day=pl.Series(np.maximum(other % size, 0)),
        talk=pl.Series(np.maximum(rows["talk"].to_numpy() + off, 2)),
    )
    begin = _last_end(work, rows["agent"].to_numpy(), rows["day"].to_numpy()) + 300
    busy = busy_seconds(rows) + 15
    return add(work, _evenings(work, rows, busy, begin), mark)


def two_calls_at_once(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Second conversations are written inside those the same person was having."""
    base = _wanted(work, dose)
    if len(base) == 0:
        return NOTHING
    talk, agent = work.column("talk"), work.column("agent")
    shift = work.column("ring")[base] + 5 + (0.5 * rng.random(len(base)) * talk[base])
    model = rng.permutation(base)
    # a company the person had called before, so that it looks like ordinary work
    first = np.searchsorted(agent, agent[base])
    other = first + (rng.random(len(base)) * (base - first)).astype(np.int64)
    rows = work.dials[base].with_columns(
        lead=work.dials["lead"][other],
        phone=work.dials["phone"][other],
        code=work.dials["code"][model],
        talk=work.dials["talk"][model],
        start=pl.Series(work.column("start")[base] + shift.astype(np.int64)),
    )
    return add(work, rows, mark)


def impossible_days(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Some people go on talking until midnight: days longer than any shift."""
    model = _wanted(work, dose)
    if len(model) == 0:
        return NOTHING
    rows = work.dials[model]
    # few evenings, filled to the brim
    count = max(int(billable(rows, (1, 1)).sum() // (4 * 3600)), 1)
    evenings = rows[rng.integers(0, len(rows), count)]
    rows = rows.with_columns(evenings[np.arange(len(rows)) % count].select("agent", "day"))
    begin = _last_end(work, rows["agent"].to_numpy(), rows["day"].to_numpy()) + 30
    busy = busy_seconds(rows) + 10
    rows = _evenings(work, rows, busy, begin)
    return add(work, rows.filter(pl.col("start") < 24 * 3600 - 600), mark)


def ghost_agents(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Calls are written for people who are not on the roster and never make a note."""
    model = _wanted(work, dose)
    if len(model) == 0:
        return NOTHING
    ghosts = max(round(len(dose.seats) / 4), 1)
    number = len(work.codes) + rng.integers(0, ghosts, len(model))
    work.codes += [f"{work.name[0].upper()}9{n:02d}" for n in range(ghosts)]
    rows = work.dials[model].with_columns(
        agent=pl.Series(number), wrap=pl.lit(0, dtype=pl.Int64),
        hold=pl.lit(0, dtype=pl.Int64), code=pl.lit(CODE["refusal"], dtype=pl.Int64),
    ).sort("agent", "day", "start")  # fmt: skip
    begin = np.full(len(rows), SHIFT_START)
    busy = busy_seconds(rows) + 20
    rows = _evenings(work, rows, busy, begin)
    return add(work, rows.filter(pl.col("start") < 24 * 3600 - 600), mark)


def same_numbers_again(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Minutes are talked on a handful of friendly numbers, called again and again."""
    model = _wanted(work, dose)
    if len(model) == 0:
        return NOTHING
    friends = rng.choice(model, max(len(model) // 60, 3))
    pick = friends[rng.integers(0, len(friends), len(model))]
    rows = work.dials[model].with_columns(
        lead=work.dials["lead"][pick], phone=work.dials["phone"][pick]
    )
    return _real_calls(work, rows, mark)


def off_list_calls(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Numbers are called and billed that the client never handed over."""
    model = _wanted(work, dose)
    if len(model) == 0:
        return NOTHING
    number = 90 * _STRANGERS + work.place * 100_000 + rng.integers(0, 100_000, len(model))
    rows = work.dials[model].with_columns(
        lead=pl.lit(-1, dtype=pl.Int64), phone=pl.Series(phone_of(number))
    )
    return _real_calls(work, rows, mark)


def calls_after_do_not_call(
    work: Work, dose: Resolved, mark: int, rng: np.random.Generator
) -> Effect:
    """A `strength` of those who asked not to be called is called again in the weeks after."""
    asked = work.concerned(dose) & (work.column("code") == CODE["do_not_call"])
    base = np.flatnonzero(asked & (rng.random(len(asked)) < dose.strength))
    later = work.column("day")[base] + rng.integers(2, 15, len(base))
    base, later = base[later < work.calendar.count], later[later < work.calendar.count]
    rows = work.dials[base].with_columns(
        day=pl.Series(later), code=pl.lit(CODE["refusal"], dtype=pl.Int64)
    )
    return _real_calls(work, rows, mark)


def _real_calls(work: Work, rows: pl.DataFrame, mark: int) -> Effect:
    begin = _last_end(work, rows["agent"].to_numpy(), rows["day"].to_numpy()) + 60
    busy = busy_seconds(rows) + 20
    return add(work, _evenings(work, rows, busy, begin), mark, carried=True)


def billed_twice(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the conversations is written again under another number, hours later."""
    hit: Flags = work.concerned(dose) & is_conversation(work.column("code"))
    hit &= rng.random(len(hit)) < dose.strength
    hours = rng.choice([0, 1, 3], int(hit.sum()))
    rows = work.dials.filter(pl.Series(hit))
    rows = rows.with_columns(start=rows["start"] + pl.Series(hours * 3600))
    return add(work, rows.filter(pl.col("start") < 24 * 3600 - 1), mark)


def never_closed_calls(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Some calls run on to the session timer of the switch and are billed so."""
    base = np.flatnonzero(work.concerned(dose) & fruitless(work))
    due = float(billable(work.dials, (1, 1))[work.concerned(dose)].sum()) * dose.strength
    count = min(max(round(due / 5400), 1), len(base))
    if count == 0:
        return NOTHING
    chosen = rng.choice(base, count, replace=False)
    before = billable(work.dials, work.conduct.increments)
    talk, marks, added = (work.column(n).copy() for n in ("talk", "mark", "added"))
    timer = rng.choice(_TIMERS, count, p=(0.6, 0.25, 0.15))
    added[chosen] += timer - talk[chosen]
    talk[chosen], marks[chosen] = timer, mark
    work.dials = work.dials.with_columns(
        talk=pl.Series(talk), mark=pl.Series(marks), added=pl.Series(added)
    )
    more = (billable(work.dials, work.conduct.increments) - before)[work.in_reports()]
    return Effect(int((more > 0).sum()), int(more.sum()), work.money(int(more.sum())))


def billed_by_the_second(conduct: Conduct, dose: Resolved) -> Conduct:
    """The card bills seconds, so that there is something to round up."""
    return replace(conduct, increments=(1, 1))


def rounded_up(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the conversations is billed by begun minutes whatever the card says."""
    agreed = billable(work.dials, work.conduct.increments)
    written = billable(work.dials, (60, 60))
    hit = work.concerned(dose) & (rng.random(len(agreed)) < dose.strength)
    return _written(work, mark, hit & (written > agreed), written, agreed)


def unbillable_billed(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the calls that nobody answered is billed by their ringing."""
    agreed = billable(work.dials, work.conduct.increments)
    hit = work.concerned(dose) & (work.column("code") == CODE["no_answer"])
    hit &= rng.random(len(agreed)) < dose.strength
    return _written(work, mark, hit, work.column("ring"), agreed)


def _written(work: Work, mark: int, hit: Flags, written: Ints, agreed: Ints) -> Effect:
    work.dials = work.dials.with_columns(
        billed=pl.Series(np.where(hit, written, work.column("billed"))),
        mark=pl.Series(np.where(hit, mark, work.column("mark"))),
        added=pl.Series(np.where(hit, written - agreed, work.column("added"))),
    )
    reported = hit & work.in_reports()
    seconds = int((written - agreed)[reported].sum())
    return Effect(int(reported.sum()), seconds, work.money(seconds))
