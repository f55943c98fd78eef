"""What a definition of a metric holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from vendoreval.text import Message

#: how a value is written; `s`, `min`, `h` and `days` are stretches of time
Unit = Literal["count", "share", "ratio", "s", "min", "h", "days", "per hour", "money"]
Interval = Literal["none", "wilson", "agent-days"]
Direction = Literal["up", "down", "neither"]


@dataclass(frozen=True)
class Definition:
    """A metric, defined once.

    Parameters
    ----------
    name
        As in JSON and in tables.
    label
        As people read it.
    unit
        Of the value.
    top, bottom
        The facts that are divided; without a bottom the value is the fact itself.
    numerator, denominator
        The same in words.
    needs
        ``report.column`` of everything without which it is undefined.
    interval
        ``wilson`` for a share of cases, ``agent-days`` for means and ratios: the error of a
        ratio of two sums with agent-days as the units, because the calls of one agent on
        one day resemble each other; ``none`` for plain counts.
    scale
        What the quotient is multiplied by: 3,600 from seconds to hours.
    variants
        Other definitions that are met, in words.
    source
        Where the definition comes from.
    better
        Which way is the better one, if either.
    """

    name: str
    label: Message
    unit: Unit
    top: str
    numerator: Message
    needs: tuple[str, ...]
    bottom: str | None = None
    denominator: Message | None = None
    interval: Interval = "none"
    scale: float = 1.0
    variants: tuple[Message, ...] = ()
    source: str = ""
    better: Direction = "neither"

    @property
    def reports(self) -> tuple[str, ...]:
        """Reports it is made of."""
        return tuple(dict.fromkeys(need.partition(".")[0] for need in self.needs))

    def value(self, facts: Mapping[str, float | None]) -> float | None:
        """Return the value; `None` where a fact is unknown or the denominator is empty.

        Examples
        --------
        >>> from vendoreval.measures import definition
        >>> rate = definition("connect_rate")
        >>> rate.value({"dials": 200, "connects": 70}), rate.value({"dials": 0, "connects": 0})
        (0.35, None)
        """
        top = _known(facts.get(self.top))
        if top is None:
            return None
        if self.bottom is None:
            return top * self.scale
        bottom = _known(facts.get(self.bottom))
        if bottom is None or bottom <= 0:
            return None
        return top / bottom * self.scale


def _known(value: float | None) -> float | None:
    return None if value is None or not isfinite(float(value)) else float(value)
