"""Does the carrier's record confirm the calls and their length?

The call log is written by the side that is paid by it. The carrier that carried the calls,
or the client's own switch, has no part in the bill: where its records are to be had, this
comparison outweighs every pattern.

Method: conversations are matched with the carrier's connected calls by phone and time. The
shift between the clocks is learnt first, for each vendor, from pairs of like length: a
distance that many pairs share (seconds, whole hours, the hour of the old season from one day
on) is taken out, so that clocks and time zones are no evidence. Each record confirms one
call. Lengths that differ by up to two seconds are stamps. Beyond that the carrier's seconds
are rated by the line of the card in force, and what was billed above is added up, calls
billed below the carrier set off, above the tolerance of the card; where all calls differ by
the same few seconds the check only asks. Conversations without a record count on days on
which the carrier holds the vendor's other calls; they are a fact where nearly all calls are
found or the calling line is one the carrier reports, otherwise a question.

Source: scheme S13; billing audits against carriers' records (CPUC decisions on collect
calls); classes exact, within two seconds, beyond, unmatched of carrier reconciliation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import (
    agents_line,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
    total,
)
from vendoreval.checks._carrier import STAMP_SECONDS, carrier_days, matched_calls, with_line
from vendoreval.checks._invoiced import minute_items, worth
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Step, Tables
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "carrier_disagrees"
MINIMUM_N: Final = 30
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "day": "date", "agent_id": "string",
    "rate_item": "string", "state": "string", "n": "int64", "seconds": "int64",
    "rated": "int64", "apart": "int64", "shift": "int64",
}  # fmt: skip
# on a day with fewer calls than this the carrier's file is judged by its records alone
_LEAST_OF_A_DAY: Final = 5
_HELD_SHARE: Final = 0.5
_NEARLY_ALL: Final = 0.95
_MOST_CONSTANT_SECONDS: Final = 15
_SHOWN_APART: Final = 20


def _stated(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the matched calls with a word for how both sides agree."""
    calls = with_line(matched_calls(tables, scope), tables)
    state = ibis.cases(
        ((calls.record_id == "") & (calls.line == "other"), "other_line"),
        ((calls.record_id == "") & (calls.line == "known"), "none_known_line"),
        (calls.record_id == "", "none"),
        (calls.seconds > 0, "longer"),
        (calls.seconds < 0, "shorter"),
        else_="same",
    )
    return calls.mutate(state=state)


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _stated(tables, scope)
    # one pass over the matched calls: everything below is added up from these groups
    gap = (calls.record_id == "").ifelse(0, calls.logged - calls.carried)
    grouped = calls.mutate(
        apart=gap.clip(-_SHOWN_APART, _SHOWN_APART).cast("int64"),
        agent_id=(calls.state == "longer").ifelse(calls.agent_id, ""),
    )
    keys = ["vendor", "started_on", "rate_item", "state", "agent_id", "apart", "shift"]
    counted = grouped.group_by(keys).agg(
        n=grouped.count().cast("int64"), seconds=grouped.seconds.sum().cast("int64"),
        rated=grouped.carried_rated.sum().cast("int64"),
    )  # fmt: skip
    parts = [
        counted.mutate(kind=ibis.literal("calls"), day=counted.started_on),
        carrier_days(tables, scope).mutate(kind=ibis.literal("day"), vendor=ibis.literal("")),
    ]
    return stack(parts, _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _stated(tables, scope)
    found = calls.filter(calls.seconds > 0)
    return found.select(
        "vendor", "call_id", "agent_id", "started_at", "started_on", "campaign_id", "phone",
        "disposition", "rate_item", "record_id", "logged", "carried", "rated_seconds",
        "carried_rated", "seconds",
        what=(found.state == "longer").ifelse("longer", "none"),
        day=found.started_on.cast("string"), state=found.state,
    )  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """One vendor's conversations beside the carrier's records.

    Parameters
    ----------
    calls
        By day, line of the card, state, person (of those billed longer), seconds between
        both lengths, and shift of the clocks.
    held
        Days on which the carrier holds the vendor's calls.
    """

    calls: pd.DataFrame
    held: frozenset[object]

    @property
    def n(self) -> int:
        """Conversations with a phone."""
        return total(self.calls, "n")

    def of(self, *states: str) -> pd.DataFrame:
        """Return the calls of some states."""
        return self.calls[self.calls["state"].isin(states)]

    @property
    def matched(self) -> int:
        """Calls that the carrier has a record of."""
        return total(self.of("longer", "shorter", "same"), "n")

    @property
    def lost(self) -> pd.DataFrame:
        """Calls without a record, on days that the carrier holds, over a line it may know."""
        found = self.of("none", "none_known_line")
        return found[found["day"].isin(self.held)]

    @property
    def outside(self) -> int:
        """Calls that cannot be confirmed: of other days, or over another line."""
        return self.n - self.matched - total(self.lost, "n")

    @property
    def excess(self) -> int:
        """Seconds billed above what the card counts of the carrier's, net."""
        return total(self.of("longer", "shorter"), "seconds")

    @property
    def constant(self) -> int | None:
        """Seconds by which nearly all calls differ, where they do."""
        both = self.of("longer", "shorter", "same")
        if both.empty:
            return None
        apart = both.groupby("apart")["n"].sum().sort_values(ascending=False, kind="stable")
        share, seconds = int(apart.iloc[0]) / self.matched, int(str(apart.index[0]))
        return seconds if share >= 0.5 and abs(seconds) <= _MOST_CONSTANT_SECONDS else None


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    days = frozenset(frame.loc[frame["kind"] == "day", "day"])
    seen = {vendor: _seen(of_vendor(frame, vendor), days) for vendor in scope.vendors}
    return [_answer(vendor, seen, scope) for vendor in scope.vendors]


def _seen(own: pd.DataFrame, days: frozenset[object]) -> _Seen:
    calls = own[own["kind"] == "calls"]
    held = set()
    for day, rows in calls[calls["state"] != "other_line"].groupby("day"):
        n = total(rows, "n")
        found = n - total(rows[rows["state"].str.startswith("none")], "n")
        if day in days and (n < _LEAST_OF_A_DAY or found >= _HELD_SHARE * n):
            held.add(day)
    return _Seen(calls, frozenset(held))


def _answer(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Answer:
    own = seen[vendor]
    if own.matched < MINIMUM_N:
        return not_run(
            ID,
            vendor,
            msg("conversations of the log found with the carrier: %(matched)s of %(n)s",
                matched=Count(own.matched), n=Count(own.n)),
            msg("the carrier's records of the period with whole phone numbers, starts and "
                "seconds, for the lines the vendor calls from"),
            own.n,
        )  # fmt: skip
    evidence = []
    if minutes(own.excess) > _tolerance(vendor, own, scope):
        evidence.append(_longer(vendor, seen, scope))
    if total(own.lost, "seconds") > 0:
        evidence.append(_lost(vendor, seen, scope))
    return Answer(vendor, _statement(own), own.n, tuple(evidence))


def _statement(own: _Seen) -> Message:
    return msg(
        "conversations confirmed by the carrier: %(matched)s of %(n)s; billed above its seconds: "
        "%(longer)s, below: %(shorter)s; without a record: %(lost)s; not to be confirmed: "
        "%(outside)s",
        matched=Count(own.matched), n=Count(own.n), longer=Count(total(own.of("longer"), "n")),
        shorter=Count(total(own.of("shorter"), "n")), lost=Count(total(own.lost, "n")),
        outside=Count(own.outside),
    )  # fmt: skip


def _tolerance(vendor: str, own: _Seen, scope: Scope) -> Decimal:
    """Return the minutes both sides accept as clock noise."""
    items = minute_items(vendor, scope).values()
    relative = max((item.invoice_tolerance.relative for item in items), default=Decimal(0))
    absolute = max((item.invoice_tolerance.absolute for item in items), default=Decimal(0))
    return max(relative * minutes(total(own.calls, "rated")), absolute)


def _worth(
    calls: pd.DataFrame, vendor: str, scope: Scope
) -> tuple[Decimal | None, tuple[Step, ...]]:
    by_item = calls.groupby("rate_item")["seconds"].sum()
    return worth({str(key): int(value) for key, value in by_item.items()}, vendor, scope)


def _clocks(own: _Seen) -> list[Message]:
    """Return the shift of the clocks that was taken out, if there was one."""
    both = own.of("longer", "shorter", "same")
    shifted = both[both["shift"] != 0].groupby("shift")["n"].sum()
    if shifted.empty:
        return []
    common = shifted.sort_values(ascending=False, kind="stable").head(3)
    told = ", ".join(f"{_clock(int(str(seconds)))} ({int(n)})" for seconds, n in common.items())
    return [msg("shift of the clocks taken out (hours:minutes, calls): %(shifts)s", shifts=told)]


def _clock(seconds: int) -> str:
    """Return a shift as hours and minutes with its sign."""
    sign, minutes_apart = ("+" if seconds > 0 else "−"), abs(seconds) // 60
    return f"{sign}{minutes_apart // 60}:{minutes_apart % 60:02d}"


def _peers(vendor: str, seen: Mapping[str, _Seen], *states: str) -> list[Message]:
    others = [one for name, one in seen.items() if name != vendor and one.matched >= MINIMUM_N]
    if not others:
        return []
    share = sum(total(one.of(*states), "n") for one in others) / sum(one.n for one in others)
    return [msg("share of such calls at the other vendors: %(share)s", share=Percent(share, 2))]


def _longer(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Evidence:
    own = seen[vendor]
    calls = own.of("longer", "shorter")
    money, steps = _worth(calls, vendor, scope)
    above, below = total(own.of("longer"), "n"), total(own.of("shorter"), "n")
    agents = own.of("longer").groupby("agent_id")["n"].sum()
    told = [
        msg(
            "calls billed above the carrier's seconds: %(above)s of %(n)s confirmed ones, below: "
            "%(below)s; net minutes above: %(minutes)s; agents: %(agents)s",
            above=Count(above), n=Count(own.matched), below=Count(below),
            minutes=Number(float(minutes(own.excess)), 2), agents=agents_line(agents),
        ),
        *_clocks(own),
    ]  # fmt: skip
    constant = own.constant
    is_constant = constant is not None and constant > STAMP_SECONDS
    if is_constant:
        told.append(
            msg("most calls differ by the same %(seconds)s seconds", seconds=Count(constant or 0))
        )
    told += _peers(vendor, seen, "longer")
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(above),
        expected=float(below),
        unit="calls",
        n=own.matched,
        title=msg("Calls are billed longer than the carrier carried them: %(n)s", n=Count(above)),
        condition=sentences(told),
        criteria=msg(
            "a call lasts as long as the carrier carried it; stamps may differ by %(stamps)s "
            "seconds, the tolerance of the card is %(tolerance)s minutes net",
            stamps=Count(STAMP_SECONDS),
            tolerance=Number(float(_tolerance(vendor, own, scope)), 2),
        ),
        review_only=is_constant or below * 4 > above,
        grade="E3",
        minutes=Range.exact(minutes(own.excess)),
        money=None if money is None else Range.exact(money),
        per_call=True,
        effect=None
        if money is None
        else msg("billed above the carrier's seconds: %(money)s net of VAT",
                 money=Money(money, scope.currency)),
        cause=msg(
            "probably the log counts from another instant than the carrier, or lengths were "
            "changed after the call"
        ),
        arithmetic=steps,
        ask=(
            msg("the recordings of ten of the named calls, with their lengths"),
            msg("from which event to which event the log counts the seconds"),
        ),
        filters={"vendor": vendor, "what": "longer"},
    )  # fmt: skip


def _lost(vendor: str, seen: Mapping[str, _Seen], scope: Scope) -> Evidence:
    own = seen[vendor]
    lost = own.lost
    n, seconds = total(lost, "n"), total(lost, "seconds")
    money, steps = _worth(lost, vendor, scope)
    known = total(lost[lost["state"] == "none_known_line"], "n")
    share = own.matched / (own.matched + n)
    told = [
        msg(
            "conversations without a record of the carrier: %(n)s, minutes %(minutes)s, on days "
            "on which it holds the others; confirmed: %(share)s of all on these days",
            n=Count(n), minutes=Number(float(minutes(seconds)), 2), share=Percent(share, 1),
        ),
        *_clocks(own),
    ]  # fmt: skip
    if known:
        told.append(
            msg("of them over a line whose other calls the carrier reports: %(known)s",
                known=Count(known))
        )  # fmt: skip
    if own.outside:
        told.append(
            msg("left out, because the carrier's file does not hold their day or their line: "
                "%(outside)s", outside=Count(own.outside))
        )  # fmt: skip
    told += _peers(vendor, seen, "none", "none_known_line")
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(n),
        expected=0.0,
        unit="calls",
        n=own.matched + n,
        title=msg("Conversations are billed that the carrier does not know: %(n)s", n=Count(n)),
        condition=sentences(told),
        criteria=msg("a call that was made over the carrier's lines stands in its records"),
        review_only=share < _NEARLY_ALL and known < n,
        grade="E3",
        minutes=Range.exact(minutes(seconds)),
        money=None if money is None else Range.exact(money),
        per_call=True,
        effect=None
        if money is None
        else msg("billed without a record of the carrier: %(money)s net of VAT",
                 money=Money(money, scope.currency)),
        cause=msg(
            "probably the calls went over another line, or rows were written without a call"
        ),
        arithmetic=steps,
        ask=(
            msg("over which line the named calls were made, and the bill of its carrier"),
            msg("the recordings of ten of the named calls"),
        ),
        filters={
            "vendor": vendor, "what": "none",
            "day": tuple(sorted({str(pd.Timestamp(str(day)).date()) for day in lost["day"]})),
            "state": ("none", "none_known_line"),
        },
    )  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Does the carrier's record confirm the calls and their length?"),
    kind="fact",
    family="m",
    needs=(
        Need("calls", ("phone", "started_at", "talk_seconds")),
        Need("carrier_calls", ("phone", "started_at", "duration_seconds"), "client"),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("a part of the calls went over another line or carrier whose records are not here"),
        N_("the carrier counts from the answer and the log from the dial or the queue"),
        N_("the carrier's file lacks calls, or holds another time zone on some days only"),
        N_("a transferred call is one record at the carrier and two rows in the log"),
    ),
    what_would_clear_it=N_(
        "the bill of the line over which the named calls were made, or their recordings with the "
        "lengths of the log"
    ),
    catches="carrier_shorter",
    minimum_n=MINIMUM_N,
    about=N_(
        "Conversations are matched with the carrier's connected calls by phone and time, after "
        "the shift between the clocks was learnt from pairs of like length and taken out. Lengths "
        "that differ by up to two seconds are stamps; beyond that the carrier's seconds are rated "
        "by the card, and what was billed above is added up, calls billed below set off. Calls "
        "without a record count on days that the carrier holds, over lines it may know; where "
        "many calls are not found and their line is not known, the check only asks."
    ),
)
