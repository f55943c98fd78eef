"""Calls of one vendor beside the carrier's records, and what there is to say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

from vendoreval.checks._answers import agents_line, minutes, sentences, total
from vendoreval.checks._carrier import STAMP_SECONDS
from vendoreval.checks._invoiced import minute_items, worth
from vendoreval.checks.base import Evidence, Range, Scope, Step
from vendoreval.text import Count, Message, Money, Number, Percent, msg

ID: Final = "carrier_disagrees"
MINIMUM_N: Final = 30
_NEARLY_ALL: Final = 0.95
_MOST_CONSTANT_SECONDS: Final = 15


@dataclass(frozen=True)
class Seen:
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


def tolerance(vendor: str, own: Seen, scope: Scope) -> Decimal:
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


def _clocks(own: Seen) -> list[Message]:
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


def _peers(vendor: str, seen: Mapping[str, Seen], *states: str) -> list[Message]:
    others = [one for name, one in seen.items() if name != vendor and one.matched >= MINIMUM_N]
    if not others:
        return []
    share = sum(total(one.of(*states), "n") for one in others) / sum(one.n for one in others)
    return [msg("share of such calls at the other vendors: %(share)s", share=Percent(share, 2))]


def longer_evidence(vendor: str, seen: Mapping[str, Seen], scope: Scope) -> Evidence:
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
            tolerance=Number(float(tolerance(vendor, own, scope)), 2),
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


def lost_evidence(vendor: str, seen: Mapping[str, Seen], scope: Scope) -> Evidence:
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
