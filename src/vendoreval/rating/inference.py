"""Which rule reproduces what a vendor billed?

Explaining the rule that was used settles a dispute faster than a sum: *your figures are
those of whole minutes, the card says six seconds*. All rules in use are tried on the small
table of `observations`: eight clocks, the increments of the trade, three ways of rounding,
minima and free seconds read from the short calls; where none of them does, a constant
number of seconds before the rounding or after it, whole hours, and minutes read as hours.

The answer is honest: the share of calls that the best rule reproduces to the second, the
rules that cannot be told from it by these calls, and *none* when even the best one leaves
too many calls unexplained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

import numpy as np

from vendoreval.rating.observations import SHORT_SECONDS, clock_of
from vendoreval.rating.rules import Clock, Ints, Rule

# a rule is one when it leaves at most one call in a hundred unexplained
EXPLAINS: Final = 0.99
# fewer calls than this show no rule
LEAST_CALLS: Final = 30
_RIVALS: Final = 5
_STEPS: Final = (
    *((step, step) for step in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)),
    (60, 1), (30, 1), (30, 6), (60, 6), (60, 10), (60, 15), (60, 20), (60, 30), (30, 10),
    (30, 15), (20, 1), (20, 10), (18, 6), (12, 6), (10, 1), (6, 1),
)  # fmt: skip
_ROUNDING: Final = ("up", "half_up", "down")
_MINIMA: Final = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120)
_CONSTANTS: Final = tuple(n for n in range(-60, 61) if n)


@dataclass(frozen=True)
class Explained:
    """A rule and how many calls it reproduces to the second."""

    rule: Rule
    calls: int
    n: int

    @property
    def share(self) -> float:
        """Calls reproduced, of all; 0 without calls."""
        return self.calls / self.n if self.n else 0.0


@dataclass(frozen=True)
class RuleInference:
    """What the billed seconds of a group of calls say about their rule.

    Parameters
    ----------
    n
        Calls looked at.
    best
        The rule that reproduces most of them; of equals the agreed one, then the simplest.
    agreed
        The rule of the card on the same calls, when there is one.
    rivals
        A few other rules that reproduce as many calls as the best one.
    """

    n: int
    best: Explained
    agreed: Explained | None = None
    rivals: tuple[Explained, ...] = ()

    @property
    def is_explained(self) -> bool:
        """Whether one rule reproduces practically all calls."""
        return self.n >= LEAST_CALLS and self.best.share >= EXPLAINS

    @property
    def is_agreed(self) -> bool:
        """Whether the card's own rule explains the calls as well as any other."""
        return self.agreed is not None and self.agreed.calls >= self.best.calls


@dataclass(frozen=True)
class Observation:
    """One row of `observations.observe`, without its group."""

    clock: int
    position: int
    n: int
    added: int
    n_added: int
    n_sixtyfold: int = 0


@dataclass(frozen=True)
class _Seen:
    """The observations of one clock as columns."""

    clock: Clock
    readings: Ints
    billed: Ints
    counts: Ints
    is_short: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    sixtyfold: int
    n: int

    @property
    def alike(self) -> int:
        """Calls whose seconds added are those added most often at their position."""
        return int(self.counts.sum())

    def explained(self, rule: Rule) -> int:
        """Return how many calls a rule reproduces."""
        return int(self.counts[rule.count(self.readings) == self.billed].sum())


def infer_rule(
    observations: Iterable[Observation], agreed: Rule | None = None
) -> RuleInference | None:
    """Return the rule that explains the billed seconds of calls best.

    Parameters
    ----------
    observations
        Rows of one group: one vendor under one line of the card.
    agreed
        The rule of the card, preferred among equals.

    Returns
    -------
    RuleInference or None
        `None` without a single call.

    Examples
    --------
    >>> rows = [Observation(0, talk, 10, 60 - talk, 10) for talk in range(1, 61)]
    >>> found = infer_rule(rows, agreed=Rule(first=6, following=6))
    >>> found.best.rule.steps, found.best.share, round(found.agreed.share, 2)
    ('60/60', 1.0, 0.1)
    """
    rows = list(observations)
    by_clock = {seen.clock: seen for seen in _columns(rows)}
    n = max((seen.n for seen in by_clock.values()), default=0)
    if not n:
        return None
    found = _tried(by_clock, _candidates, n)
    if max(entry.share for entry in found) < EXPLAINS:
        found += [
            Explained(Rule(clock, factor=60), seen.sixtyfold, n)
            for clock, seen in by_clock.items()
        ]  # fmt: skip
        # a clock whose calls were not counted alike hides no rule, with a constant or without
        alike = {clock: seen for clock, seen in by_clock.items() if seen.alike >= EXPLAINS * n}
        found += _tried(alike, _shifted_candidates, n)
    card = None if agreed is None else _of_card(agreed, by_clock, n)
    most = max(entry.calls for entry in found)
    if card is not None and card.calls >= most:
        return RuleInference(n, card, card)
    equal = sorted((e for e in found if e.calls == most), key=lambda e: e.rule.complexity)
    return RuleInference(n, equal[0], card, tuple(islice(_unlike(equal), _RIVALS)))


def _columns(rows: Sequence[Observation]) -> Iterator[_Seen]:
    for number in sorted({row.clock for row in rows}):
        own = [row for row in rows if row.clock == number]
        readings = np.array([clock_of(row.position) for row in own], dtype=np.int64)
        yield _Seen(
            Clock.numbered(number),
            readings,
            readings + np.array([row.added for row in own], dtype=np.int64),
            np.array([row.n_added for row in own], dtype=np.int64),
            readings <= SHORT_SECONDS,
            sum(row.n_sixtyfold for row in own),
            sum(row.n for row in own),
        )


def _tried(
    by_clock: Mapping[Clock, _Seen], candidates: Callable[[_Seen], Iterable[Rule]], n: int
) -> list[Explained]:
    """Try the rules of every clock; one that can no longer win is not tried at all."""
    found: list[Explained] = []
    most = 0
    # the likeliest clock first: no rule explains more calls than were counted alike
    for seen in sorted(by_clock.values(), key=lambda seen: -seen.alike):
        if seen.alike < most:
            break
        found += [Explained(rule, seen.explained(rule), n) for rule in candidates(seen)]
        most = max(most, *(entry.calls for entry in found))
    return found


def _of_card(agreed: Rule, by_clock: Mapping[Clock, _Seen], n: int) -> Explained:
    seen = by_clock.get(agreed.clock)
    if seen is None:
        # a part of the clock that no call has: the clock without it shows the same
        held = [c for c in by_clock if _within(c, agreed.clock)]
        widest = max(held, key=lambda c: (c.hold + c.ring + c.wrap, -c.number))
        seen = by_clock[widest]
    return Explained(agreed, seen.explained(agreed), n)


def _within(part: Clock, whole: Clock) -> bool:
    return part.hold <= whole.hold and part.ring <= whole.ring and part.wrap <= whole.wrap


def usual_rules(
    clock: Clock, free_seconds: Sequence[int] = (0,), minima: Sequence[int] = _MINIMA
) -> Iterator[Rule]:
    """Yield every way of counting in use under one clock."""
    for first, following in _STEPS:
        for rounding in _ROUNDING if first + following > 2 else ("up",):
            for free in free_seconds:
                for minimum in minima:
                    yield Rule(clock, first, following, rounding, free, minimum)


def _candidates(seen: _Seen) -> Iterator[Rule]:
    """Yield the rules in use, with the minima and free seconds that the short calls show."""
    if 2 * seen.alike < seen.n:
        # no rule explains even half of these calls: the plain ones say which is nearest
        return usual_rules(seen.clock, minima=(0,))
    return usual_rules(seen.clock, _free_seconds(seen), _minima(seen))


def _free_seconds(seen: _Seen) -> tuple[int, ...]:
    """Return 0 and the length up to which every short call was billed at nothing."""
    short = seen.is_short & (seen.readings > 0)
    billed = seen.readings[short & (seen.billed > 0)]
    unbilled = seen.readings[short & (seen.billed == 0)]
    longest = unbilled[unbilled < billed.min()] if len(billed) else unbilled
    return (0, int(longest.max())) if len(longest) else (0,)


def _minima(seen: _Seen) -> tuple[int, ...]:
    """Return the usual minima, and the amount at which the shortest billed calls stand."""
    short = seen.is_short & (seen.billed > 0)
    held = set(_MINIMA)
    if short.any():
        shortest = seen.billed[short][np.argmin(seen.readings[short])]
        held.add(int(shortest) if 0 < shortest <= 2 * SHORT_SECONDS else 0)
    return tuple(sorted(held))


def _shifted_candidates(seen: _Seen) -> Iterator[Rule]:
    """Yield plain rules with a constant before the rounding, or after it."""
    for first, following in _STEPS:
        plain = Rule(seen.clock, first, following)
        for constant in _CONSTANTS:
            yield replace(plain, added_seconds=constant)
        shift = _usual_shift(seen, plain)
        if shift:
            yield replace(plain, shifted_seconds=shift)


def _usual_shift(seen: _Seen, rule: Rule) -> int:
    """Return the constant that most calls lie above a rule."""
    apart = seen.billed - rule.count(seen.readings)
    values, place = np.unique(apart, return_inverse=True)
    weight = np.bincount(place, weights=seen.counts)
    return int(values[np.argmax(weight)])


def _unlike(equal: Sequence[Explained]) -> Iterator[Explained]:
    """Yield rules as good as the first that differ from it in the clock or the increments."""
    best = equal[0].rule
    told = {(best.clock, best.steps)}
    for entry in equal[1:]:
        form = (entry.rule.clock, entry.rule.steps)
        if form not in told and entry.rule.complexity[:2] == best.complexity[:2]:
            told.add(form)
            yield entry
