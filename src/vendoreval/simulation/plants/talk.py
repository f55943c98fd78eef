"""Schemes that change how long things last; they act before the day is laid out."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from vendoreval.simulation.days import Flags, Floats, Ints
from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.recipe import Effect
from vendoreval.simulation.world.outcomes import CODE
from vendoreval.simulation.world.work import Work, billable

EMPTY: Final = ("refusal", "callback", "not_qualified", "gatekeeper", "wrong_person",
                "interested", "quote_sent")  # fmt: skip
THRESHOLD_SECONDS: Final = 60
_NEAR_MISS_SECONDS = 15
_GREETING_SECONDS = 27
_ROUND_TO = 10


def fruitless(work: Work) -> Flags:
    """Return the conversations without an outcome."""
    hit: Flags = np.isin(work.column("code"), [CODE[name] for name in EMPTY])
    return hit


def _lengthen(
    work: Work, mark: int, hit: Flags, extra: Floats, *, column: str = "talk", known: bool = True
) -> Effect:
    """Add seconds to a part of some dials and return what that adds to the bill."""
    before = billable(work.dials, work.conduct.increments)
    whole = np.where(hit, np.rint(extra), 0).astype(np.int64)
    changed = {
        column: pl.Series(work.column(column) + whole),
        "added": pl.Series(work.column("added") + whole),
        "mark": pl.Series(np.where(whole != 0, mark, work.column("mark"))),
    }
    if known:
        # the line is really held, so the carrier sees it too
        longer = np.where(work.column("carrier") >= 0, work.column("carrier") + whole, -1)
        changed["carrier"] = pl.Series(longer)
    work.dials = work.dials.with_columns(**changed)
    more = (billable(work.dials, work.conduct.increments) - before)[work.in_reports()]
    rows = int(((whole != 0) & work.in_reports()).sum())
    return Effect(rows, int(more.sum()), work.money(int(more.sum())))


def _spread(work: Work, hit: Flags, strength: Floats, rng: np.random.Generator) -> Floats:
    """Return seconds to add to the hit dials: in all `strength` of what their people bill."""
    billed = np.where(work.column("billed_base"), work.column("talk") + work.column("hold"), 0)
    talk = work.column("talk") * np.exp(rng.normal(0, 0.25, len(work.dials)))
    concerned = hit.any()
    if not concerned:
        return np.zeros(len(work.dials))
    month = work.calendar.month_of_day[work.column("day")]
    agent = work.column("agent")
    key = agent * (int(month.max()) + 1) + month
    size = int(key.max()) + 1
    due = np.bincount(key, billed, size)
    weight = np.bincount(key, np.where(hit, talk, 0.0), size)
    scale = np.divide(due, weight, out=np.zeros(size), where=weight > 0)
    extra: Floats = np.where(hit, talk * scale[key] * strength, 0.0)
    return extra


def _with_base(work: Work) -> None:
    """Mark the dials that may be billed, so that several schemes measure by the same."""
    base = billable(work.dials, (1, 1)) > 0
    work.dials = work.dials.with_columns(billed_base=pl.Series(base))


def stretched_talk(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Conversations that end in nothing are held longer; `strength` of the minutes is added."""
    _with_base(work)
    hit = work.concerned(dose) & fruitless(work)
    return _lengthen(work, mark, hit, _spread(work, hit, np.array(dose.strength), rng))


def slow_drift(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Conversations that end in nothing grow by `strength` of the minutes more each month."""
    _with_base(work)
    hit = work.concerned(dose) & fruitless(work)
    since = work.calendar.month_of_day[work.column("day")] - dose.month + 1
    strength = np.asarray((1 + dose.strength) ** np.maximum(since, 0) - 1, dtype=np.float64)
    return _lengthen(work, mark, hit, _spread(work, hit, strength, rng))


def long_calls_held_open(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A few fruitless conversations are kept open for many minutes after the goodbye."""
    _with_base(work)
    few = rng.random(len(work.dials)) < 0.04
    hit = work.concerned(dose) & fruitless(work) & few
    return _lengthen(work, mark, hit, _spread(work, hit, np.array(dose.strength), rng))


def inflated_hold(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Customers are put on billed hold; `strength` of the minutes is added."""
    _with_base(work)
    hit = work.concerned(dose) & fruitless(work)
    return _lengthen(
        work, mark, hit, _spread(work, hit, np.array(dose.strength), rng), column="hold"
    )


def inflated_wrap(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Work after the call is drawn out; `strength` of the talk is added as wrap."""
    hit = work.concerned(dose) & (work.column("talk") > 0)
    spread = np.exp(rng.normal(0, 0.3, len(hit)))
    extra = np.asarray((work.column("talk") + 30) * dose.strength * spread, dtype=np.float64)
    return _lengthen(work, mark, hit, extra, column="wrap", known=False)


def pushed_over_threshold(
    work: Work, dose: Resolved, mark: int, rng: np.random.Generator
) -> Effect:
    """Of the calls that end shortly before a minute, `strength` is held just past it."""
    talk = work.column("talk")
    near = (talk >= THRESHOLD_SECONDS - _NEAR_MISS_SECONDS) & (talk < THRESHOLD_SECONDS)
    hit = work.concerned(dose) & fruitless(work) & near & (rng.random(len(talk)) < dose.strength)
    past = THRESHOLD_SECONDS + rng.integers(0, 5, len(talk))
    return _lengthen(work, mark, hit, (past - talk).astype(float))


def round_durations(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the conversations is written up to the next ten seconds."""
    talk = work.column("talk")
    hit = work.concerned(dose) & fruitless(work) & (rng.random(len(talk)) < dose.strength)
    extra = (-talk % _ROUND_TO).astype(float)
    return _lengthen(work, mark, hit, extra, known=False)


def carrier_shorter(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """The log writes `strength` more seconds than the carrier carried, call by call."""
    talk = work.column("talk")
    hit = work.concerned(dose) & fruitless(work) & (talk > 5)
    extra = np.maximum(talk * dose.strength * np.exp(rng.normal(0, 0.1, len(talk))), 1)
    return _lengthen(work, mark, hit, extra, known=False)


def voicemail_as_talk(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the voicemails is written as a conversation of one greeting's length."""
    code = work.column("code")
    hit = work.concerned(dose) & (code == CODE["voicemail"])
    hit &= rng.random(len(code)) < dose.strength
    return _as_talk(work, mark, hit, _GREETING_SECONDS + rng.integers(0, 2, len(code)))


def false_dispositions(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the long fruitless conversations is written as not answered."""
    code, talk = work.column("code"), work.column("talk")
    hit = work.concerned(dose) & fruitless(work) & (talk >= 120)
    hit &= rng.random(len(code)) < dose.strength
    work.dials = work.dials.with_columns(
        code=pl.Series(np.where(hit, CODE["no_answer"], code)),
        mark=pl.Series(np.where(hit, mark, work.column("mark"))),
    )
    return Effect(int((hit & work.in_reports()).sum()))


def dropped_in_seconds(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """A `strength` of the conversations is hung up within seconds and written as refused."""
    code = work.column("code")
    hit = work.concerned(dose) & fruitless(work) & (rng.random(len(code)) < dose.strength)
    short = rng.integers(2, 8, len(code))
    work.dials = work.dials.with_columns(
        code=pl.Series(np.where(hit, CODE["refusal"], code)),
        talk=pl.Series(np.where(hit, short, work.column("talk"))),
        hold=pl.Series(np.where(hit, 0, work.column("hold"))),
        carrier=pl.Series(np.where(hit, short, work.column("carrier"))),
        mark=pl.Series(np.where(hit, mark, work.column("mark"))),
    )
    return Effect(int((hit & work.in_reports()).sum()))


def _as_talk(work: Work, mark: int, hit: Flags, seconds: Ints) -> Effect:
    before = billable(work.dials, work.conduct.increments)
    work.dials = work.dials.with_columns(
        code=pl.Series(np.where(hit, CODE["callback"], work.column("code"))),
        talk=pl.Series(np.where(hit, seconds, work.column("talk"))),
        mark=pl.Series(np.where(hit, mark, work.column("mark"))),
    )
    more = (billable(work.dials, work.conduct.increments) - before)[work.in_reports()]
    rows = int((hit & work.in_reports()).sum())
    return Effect(rows, int(more.sum()), work.money(int(more.sum())))


def adaptive_padding(work: Work, dose: Resolved, mark: int, rng: np.random.Generator) -> Effect:
    """Padding that knows the checks: spread over all calls alike, by people in turn.

    Long and short conversations grow alike, those that sold too, so that lengths keep
    their shape; who pads changes from month to month, so that no person stands out; the
    months after poor sales are left honest, so that sales per minute stay in the funnel.
    """
    _with_base(work)
    month = work.calendar.month_of_day[work.column("day")]
    agent, months = work.column("agent"), len(work.calendar.months)
    turn = rng.random((len(work.staff.seat), months)) < 0.5
    sold = np.bincount(month, work.column("code") == CODE["sale"], months)
    talked = np.maximum(np.bincount(month, work.column("talk"), months), 1)
    rate = sold / talked
    poor = rate < np.median(rate[: max(dose.month, 2)]) * 0.95
    hit = work.concerned(dose) & (work.column("talk") > 20) & turn[agent, month]
    hit &= ~poor[month] & np.asarray(work.column("billed_base"), dtype=bool)
    return _lengthen(work, mark, hit, _spread(work, hit, np.array(2 * dose.strength), rng))
