"""A way to count the seconds of a call, as a value: to be tried on what was billed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vendoreval.rating.lines import CardLine
from vendoreval.text import Count, Message, msg, nmsg

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Clock:
    """What runs while a call is paid, beside the talk."""

    hold: bool = False
    ring: bool = False
    wrap: bool = False

    @property
    def number(self) -> int:
        """A number for the engine: 1 for hold, 2 for ring, 4 for wrap."""
        return self.hold + 2 * self.ring + 4 * self.wrap

    @classmethod
    def numbered(cls, number: int) -> Clock:
        """Return the clock of a number.

        Examples
        --------
        >>> Clock.numbered(3)
        Clock(hold=True, ring=True, wrap=False)
        """
        return cls(bool(number & 1), bool(number & 2), bool(number & 4))

    def seconds(self, talk: int, hold: int = 0, ring: int = 0, wrap: int = 0) -> int:
        """Return what the clock shows at the end of a call."""
        return talk + hold * self.hold + ring * self.ring + wrap * self.wrap

    def describe(self) -> Message:
        """Say what is counted."""
        parts: list[Message] = [msg("talk")]
        if self.hold:
            parts.append(msg("hold"))
        if self.ring:
            parts.append(msg("ringing"))
        if self.wrap:
            parts.append(msg("notes after the call"))
        names = " + ".join(f"%(part{n})s" for n in range(len(parts)))
        return msg(names, **{f"part{n}": part for n, part in enumerate(parts)})


@dataclass(frozen=True)
class Rule:
    """How seconds are counted from the clock of a call.

    Parameters
    ----------
    first, following, rounding
        Increments in seconds, and where between two of them a call goes.
    free_seconds, minimum_seconds, maximum_seconds
        A call of so many seconds or fewer costs nothing; the least and the most of a call.
    added_seconds
        Put on the clock before anything is rounded; what is included free is below zero.
    shifted_seconds
        Put on the result, such as a whole hour.
    factor
        60 where minutes were read as hours, else 1.
    """

    clock: Clock = Clock()
    first: int = 1
    following: int = 1
    rounding: str = "up"
    free_seconds: int = 0
    minimum_seconds: int = 0
    maximum_seconds: int | None = None
    added_seconds: int = 0
    shifted_seconds: int = 0
    factor: int = 1

    @classmethod
    def of(cls, line: CardLine) -> Rule:
        """Return the rule of a line of a card."""
        item = line.item
        each_call = item.round_scope == "call"
        return cls(
            Clock(item.hold_billable, line.counts_ring, line.counts_wrap),
            item.first_increment_seconds if each_call else 1,
            item.next_increment_seconds if each_call else 1,
            item.rounding,
            item.free_seconds,
            item.minimum_seconds,
            item.maximum_seconds,
            added_seconds=-item.included_seconds,
        )

    def count(self, clock: Ints) -> Ints:
        """Return the seconds counted for each reading of the clock.

        Examples
        --------
        >>> Rule(first=30, following=6).count(np.array([0, 32, 57, 75]))
        array([ 0, 36, 60, 78])
        """
        charged = clock + self.added_seconds
        least = np.maximum(charged, self.minimum_seconds)
        stepped = np.where(
            least <= self.first,
            self._step(least, self.first),
            self.first + self._step(least - self.first, self.following),
        )
        counted = np.maximum(stepped, self.minimum_seconds) * self.factor + self.shifted_seconds
        if self.maximum_seconds is not None:
            counted = np.minimum(counted, self.maximum_seconds)
        nothing = (clock <= 0) | (clock <= self.free_seconds) | (charged <= 0)
        return np.where(nothing, 0, counted).astype(np.int64)

    def count_call(self, talk: int, hold: int = 0, ring: int = 0, wrap: int = 0) -> int:
        """Return the seconds counted for one call.

        Examples
        --------
        >>> Rule(Clock(ring=True), 60, 60).count_call(50, ring=15)
        120
        """
        reading = self.clock.seconds(talk, hold, ring, wrap)
        return int(self.count(np.array([reading], dtype=np.int64))[0])

    def _step(self, seconds: Ints, step: int) -> Ints:
        added = {"up": step - 1, "half_up": step // 2, "down": 0}[self.rounding]
        raised: Ints = seconds + added
        return raised - raised % step

    @property
    def steps(self) -> str:
        """Both increments as the trade writes them: ``60/60``."""
        return f"{self.first}/{self.following}"

    @property
    def complexity(self) -> tuple[int, ...]:
        """Of two rules that explain the same the one of less is told."""
        clock = self.clock
        return (
            self.factor != 1,
            (self.added_seconds != 0) + (self.shifted_seconds != 0),
            clock.hold + clock.ring + clock.wrap,
            self.rounding != "up",
            self.first != self.following,
            self.minimum_seconds != 0,
            self.free_seconds != 0,
            abs(self.added_seconds) + abs(self.shifted_seconds),
            # of two minima that no call tells apart the lower one claims less
            self.minimum_seconds,
            self.free_seconds,
            self.first + self.following,
        )

    def describe(self) -> Message:
        """Say the rule in words."""
        told: list[Message] = [
            msg("%(clock)s, increments %(steps)s", clock=self.clock.describe(), steps=self.steps)
        ]
        if self.rounding == "half_up" and self.first + self.following > 2:
            told.append(msg("to the nearest step"))
        elif self.rounding == "down" and self.first + self.following > 2:
            told.append(msg("rounded down"))
        if self.free_seconds:
            told.append(
                nmsg("the first %(n)s second free", "calls up to %(n)s seconds free",
                     self.free_seconds, n=Count(self.free_seconds))
            )  # fmt: skip
        if self.minimum_seconds:
            told.append(msg("at least %(n)s s", n=Count(self.minimum_seconds)))
        if self.maximum_seconds is not None:
            told.append(msg("at most %(n)s s", n=Count(self.maximum_seconds)))
        told += self._shifts()
        template = "; ".join(f"%(part{n})s" for n in range(len(told)))
        return msg(template, **{f"part{n}": part for n, part in enumerate(told)})

    def _shifts(self) -> list[Message]:
        told: list[Message] = []
        if self.factor == 60:
            told.append(msg("minutes taken for hours"))
        if self.added_seconds > 0:
            told.append(
                msg("%(n)s s added before rounding", n=Count(self.added_seconds))
            )  # fmt: skip
        elif self.added_seconds < 0:
            told.append(msg("%(n)s s of each call not charged", n=Count(-self.added_seconds)))
        if self.shifted_seconds and self.shifted_seconds % 3600 == 0:
            hours = self.shifted_seconds // 3600
            told.append(msg("shifted by %(n)s h", n=f"{hours:+d}"))
        elif self.shifted_seconds:
            told.append(msg("%(n)s s added after rounding", n=f"{self.shifted_seconds:+d}"))
        return told
