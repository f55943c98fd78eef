"""Are calls billed at session-timer values or for hours?

A switch that misses the end of a call closes it when its session timer runs out: after
exactly one, two, three or twelve hours. Nobody talked that long, but the minutes stand in the
log and on the invoice. Public cases show 10,800 billed seconds where the carrier had 306.

Method: paid calls whose talk and hold last as long as a usual session timer, give or take a
second, and calls longer than the most the card pays for. A timer counts where the calls at it
are at least three and more than three times what its neighbourhood (five minutes to each
side) lets expect; where the same agent began another conversation meanwhile; or where the
call lasts two hours and more. A single call of exactly one hour that nothing contradicts is
told and not held against anybody. At question is what the card pays for the call beyond its
true length: that of the carrier's record of the same number and minute where there is one,
else the vendor's mean conversation.

Source: scheme S40.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.checks._answers import agents_line, not_run, of_vendor, stack, total
from vendoreval.checks._busy import shifts_of, talks
from vendoreval.checks._call_facts import Told, call_evidence
from vendoreval.checks._matching import phone_key
from vendoreval.checks._priced import add, count, paying_lines, priced
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, Number, msg

ID: Final = "never_closed_calls"
TIMERS: Final = (3600, 5400, 7200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400)
# every timer is so many half hours
_STEP_SECONDS: Final = 1800
_EXACT_SECONDS: Final = 1
_NEAR_SECONDS: Final = 300
_SURELY_SECONDS: Final = 7200
_FEWEST: Final = 3
_TIMES: Final = 3
# clocks of carrier and switch
_SAME_CALL_SECONDS: Final = 60
_KEPT: Final = (
    "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "phone",
    "disposition", "talk_seconds", "begins", "ends", "length", "rate_item", "billable_seconds",
    "timer", "over",
)  # fmt: skip
_COLUMNS: Final = {"part": "string", "vendor": "string", "agent_id": "string",
                   "rate_item": "string", "kind": "string"} | dict.fromkeys(
    ("n", "timer", "hits", "at_timer", "meanwhile", "carried", "seconds", "units", "talked"),
    "int64",
)  # fmt: skip


def _marked(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the long calls, each with its timer, what speaks against it, and its worth."""
    found = talks(tables, scope)
    # a few calls in a thousand: everything that costs time is asked of them alone
    long = found.filter(found.length >= _shortest_long(scope))
    short = priced(found.filter(found.length < _shortest_long(scope)), scope)
    usual = short.group_by(usual_vendor="vendor").agg(
        usual=(short.billable_seconds.sum() / short.count()).floor().cast("int64")
    )
    calls = _with_timer(priced(long, scope), scope)
    others, carried = _others(calls, found), _carried(calls, tables)
    shared = shifts_of(tables, scope)
    shared = shared.filter(shared.is_shared == 1)
    joined = calls.left_join(usual, calls.vendor == usual.usual_vendor)
    joined = joined.left_join(
        others, [joined.vendor == others.busy_vendor, joined.call_id == others.busy_call]
    )
    joined = joined.left_join(
        shared, [joined.vendor == shared.of_vendor, joined.agent_id == shared.of_agent]
    )
    joined = joined.left_join(
        carried, [joined.vendor == carried.carried_vendor, joined.call_id == carried.carried_call]
    )
    # behind a login that the roster names as shared somebody else may have begun them
    alone = joined.is_shared.fill_null(0) == 0
    joined = joined.mutate(
        usual=joined.usual.fill_null(0),
        meanwhile=alone.ifelse(joined.meanwhile.fill_null(0), 0),
        carried=joined.carried.fill_null(-1).cast("int64"),
    )
    return _judged(joined, _neighbours(long))


def _maxima(scope: Scope) -> list[tuple[str, int]]:
    """Return the lines of the cards that pay for so many seconds at most."""
    return [
        (line.key, int(line.item.maximum_seconds))
        for line in paying_lines(scope)
        if line.item.maximum_seconds is not None
    ]


def _shortest_long(scope: Scope) -> int:
    return min([min(TIMERS) - _NEAR_SECONDS, *(most for _, most in _maxima(scope))])


def _with_timer(long: ibis.Table, scope: Scope) -> ibis.Table:
    calls = long.mutate(timer=_timer_of(long, _EXACT_SECONDS))
    over: Any = reduce(
        lambda one, other: one | other,
        [(calls.rate_item == key) & (calls.length > most) for key, most in _maxima(scope)],
        ibis.literal(False),
    )
    calls = calls.mutate(over=over.cast("int64"))
    return calls.filter((calls.timer > 0) | (calls.over == 1)).select(*_KEPT)


def _timer_of(long: ibis.Table, apart: int) -> Any:
    """Return the timer that a call comes near to, 0 for none; it may or may not run in hold."""

    def near(seconds: Any) -> Any:
        timer = (((seconds + _STEP_SECONDS // 2) / _STEP_SECONDS).floor() * _STEP_SECONDS).cast(
            "int64"
        )
        return (timer.isin(TIMERS) & ((seconds - timer).abs() <= apart)).ifelse(timer, 0)

    return ibis.greatest(near(long.length), near(long.talk_seconds)).cast("int64")


def _others(calls: ibis.Table, found: ibis.Table) -> ibis.Table:
    """Return how many other conversations the agent began while each call was running."""
    other = found.select(
        other_vendor="vendor", other_agent="agent_id", other_call="call_id", other_begins="begins"
    )
    pairs = calls.select("vendor", "agent_id", "call_id", "begins", "ends").join(
        other,
        [calls.vendor == other.other_vendor, calls.agent_id == other.other_agent],
    )
    pairs = pairs.filter(
        pairs.other_call != pairs.call_id,
        pairs.other_begins > pairs.begins + _SAME_CALL_SECONDS,
        pairs.other_begins < pairs.ends - _SAME_CALL_SECONDS,
    )
    return pairs.group_by(busy_vendor="vendor", busy_call="call_id").agg(
        meanwhile=pairs.count().cast("int64")
    )


def _carried(calls: ibis.Table, tables: Tables) -> ibis.Table:
    """Return the length that the carrier recorded of each call, where it has the call."""
    carrier = tables["carrier_calls"]
    carrier = carrier.filter(carrier.duration_seconds.notnull())
    carrier = carrier.select(
        carrier_key=phone_key(carrier.phone),
        carrier_at=carrier.started_at.epoch_seconds().cast("int64"),
        carrier_seconds="duration_seconds",
    )
    carrier = carrier.filter(carrier.carrier_key != "")
    keyed = calls.select(
        "vendor", "call_id", key=phone_key(calls.phone),
        dialled=calls.started_at.epoch_seconds().cast("int64"),
    )  # fmt: skip
    pairs = keyed.join(carrier, keyed.key == carrier.carrier_key)
    pairs = pairs.filter((pairs.dialled - pairs.carrier_at).abs() <= _SAME_CALL_SECONDS)
    return pairs.group_by(carried_vendor="vendor", carried_call="call_id").agg(
        carried=pairs.carrier_seconds.max()
    )


def _neighbours(long: ibis.Table) -> ibis.Table:
    """Return for each vendor and timer the calls near it and those at it."""
    near = long.mutate(
        near_timer=_timer_of(long, _NEAR_SECONDS), timer=_timer_of(long, _EXACT_SECONDS)
    )
    near = near.filter(near.near_timer > 0)
    return near.group_by(["near_timer", near.vendor.name("near_vendor")]).agg(
        at=count(near.timer > 0), near=count(near.timer == 0)
    )


def _judged(calls: ibis.Table, near: ibis.Table) -> ibis.Table:
    joined = calls.left_join(
        near, [calls.vendor == near.near_vendor, calls.timer == near.near_timer]
    )
    # calls at the timer that its neighbourhood lets expect: three of its six hundred seconds
    width = 2 * _EXACT_SECONDS + 1
    around = 2 * (_NEAR_SECONDS - _EXACT_SECONDS)
    at = joined["at"].fill_null(0)
    spike = (at >= _FEWEST) & (at * around > _TIMES * width * joined.near.fill_null(0))
    surely = (joined.meanwhile > 0) | (joined.timer >= _SURELY_SECONDS)
    shorter = (joined.carried >= 0) & (joined.carried < joined.timer - _NEAR_SECONDS)
    confirmed = (joined.carried >= 0) & ~shorter
    stuck = (joined.timer > 0) & (spike | surely | shorter) & ~confirmed
    joined = joined.mutate(
        kind=ibis.cases((stuck, "timer"), ((joined.over == 1) & ~confirmed, "over"), else_="")
    )
    kept = (joined.carried >= 0).ifelse(joined.carried, joined.usual)
    beyond = ibis.greatest(joined.billable_seconds - kept, ibis.literal(0))
    return joined.mutate(at_question=(joined.kind != "").ifelse(beyond, 0).cast("int64"))


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _marked(tables, scope)
    hits = calls.group_by(["vendor", "agent_id", "rate_item", "kind", "timer"]).agg(
        hits=calls.count().cast("int64"),
        meanwhile=count(calls.meanwhile > 0),
        carried=count(calls.carried >= 0),
        seconds=add(calls.at_question),
        talked=add(calls.length),
    )
    found = talks(tables, scope)
    every = found.group_by("vendor").agg(n=found.count().cast("int64"))
    return stack(
        [hits.mutate(part=ibis.literal("long")), every.mutate(part=ibis.literal("all"))], _COLUMNS
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _marked(tables, scope)
    return calls.filter(calls.kind != "").select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "kind", "timer", others_meanwhile="meanwhile",
        carrier_seconds=(calls.carried >= 0).ifelse(calls.carried, ibis.null("int64")),
        seconds="at_question",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    n, long = total(own, "n"), own[own["part"] == "long"]
    if n == 0:
        return not_run(
            ID,
            vendor,
            msg("the call log holds no conversations in the period"),
            msg("the call log with start and length of every conversation"),
        )
    evidence = tuple(
        _evidence(frame, vendor, kind, scope)
        for kind in ("timer", "over")
        if total(long[long["kind"] == kind], "hits")
    )
    at_timer = long[long["timer"] > 0]
    statement = msg(
        "conversations: %(n)s; as long as a session timer: %(timer)s, of these at question: "
        "%(hits)s; longer than the most the card pays for: %(over)s",
        n=Count(n),
        timer=Count(total(at_timer, "hits")),
        hits=Count(total(at_timer[at_timer["kind"] == "timer"], "hits")),
        over=Count(total(long[long["kind"] == "over"], "hits")),
    )
    return Answer(vendor, statement, n, evidence)


def _timers(hit: pd.DataFrame) -> str:
    counts = hit[hit["timer"] > 0].groupby("timer")["hits"].sum()
    return ", ".join(f"{timer} s ({int(number)})" for timer, number in counts.items())


def _evidence(frame: pd.DataFrame, vendor: str, kind: str, scope: Scope) -> Evidence:
    own, others = of_vendor(frame, vendor), frame[frame["vendor"] != vendor]
    hit = own[own["kind"] == kind]
    hits = total(hit, "hits")
    condition = [
        msg(
            "calls: %(hits)s of %(n)s conversations, minutes logged in them %(minutes)s; agents: "
            "%(agents)s",
            hits=Count(hits),
            n=Count(total(own, "n")),
            minutes=Number(total(hit, "talked") / 60, 0),
            agents=agents_line(hit.groupby("agent_id")["hits"].sum()),
        )
    ]
    if kind == "timer":
        condition.append(msg("lengths: %(timers)s", timers=_timers(hit)))
    condition += _against(hit)
    told = Told(
        title=msg("Calls that were never closed: %(n)s", n=Count(hits))
        if kind == "timer"
        else msg("Calls longer than the most the card pays for: %(n)s", n=Count(hits)),
        condition=tuple(condition),
        criteria=msg(
            "a call ends when somebody hangs up; the true length is taken from the carrier where "
            "it has the call, else the mean conversation is left to the vendor"
        ),
        cause=_cause(kind),
        ask=(
            msg("the carrier's record of each of these calls"),
            msg("the recordings of these calls, of which the last minute is enough"),
        ),
    )
    return call_evidence(
        ID,
        vendor,
        scope,
        hit,
        total(own, "n"),
        told,
        filters={"kind": kind},
        others=(total(others[others["kind"] == kind], "hits"), total(others, "n")),
    )


def _cause(kind: str) -> Message:
    if kind == "timer":
        return msg("probably the switch missed the end of the call and closed it by its timer")
    return msg("probably the line was left open after the goodbye")


def _against(hit: pd.DataFrame) -> list[Message]:
    told = []
    if total(hit, "meanwhile"):
        told.append(
            msg(
                "during %(n)s of them the same agent began another conversation",
                n=Count(total(hit, "meanwhile")),
            )
        )
    if total(hit, "carried"):
        told.append(
            msg(
                "the carrier recorded %(n)s of them, and shorter",
                n=Count(total(hit, "carried")),
            )
        )
    return told


CHECK = Check(
    id=ID,
    question=N_("Are calls billed at session-timer values or for hours?"),
    kind="fact",
    family="m",
    needs=(Need("calls", ("agent_id", "started_at", "talk_seconds", "disposition")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("a long call that really took place, such as a presentation or a conference"),
        N_("the log writes the state of the line, and the invoice is made from another source"),
        N_("the client's own switch kept the line open"),
    ),
    what_would_clear_it=N_(
        "the carrier's record of these calls with the same length, or their recordings"
    ),
    catches="never_closed_calls",
    minimum_n=1,
    about=N_(
        "A switch that misses the end of a call closes it by its session timer. Calls that last "
        "as long as a usual timer, give or take a second, are counted where they pile up, where "
        "the agent spoke with somebody else meanwhile, or where they last two hours and more; "
        "so are calls longer than the most the card pays for. At question is what is paid beyond "
        "the carrier's length of the call, else beyond the vendor's mean conversation. Calls that "
        "the carrier confirms are left out."
    ),
)
