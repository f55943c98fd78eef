"""How much of a scheme, at which share of the people, from which month."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from vendoreval.period import Period

_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class Dose:
    """One planting, as it is asked for.

    Parameters
    ----------
    name
        Name of the scheme or of the honest peculiarity.
    strength
        What it adds, as a share: of the billed minutes of the people concerned where it
        is about minutes, of the rows it touches otherwise. Each scheme has a usual one.
    share
        Share of the seats concerned, 0 to 1; at least one seat. Each scheme has a usual one.
    start
        Number of the first month, counted from 1 over the reported months, or
        ``2026-03``. Drawn by the seed when not given.
    vendor
        Short name; `None` is the first vendor.

    Examples
    --------
    >>> Dose.parse("stretched_talk:0.2:0.3:2026-03")
    Dose(name='stretched_talk', strength=0.2, share=0.3, start='2026-03', vendor=None)
    >>> Dose.parse("beta/bank_deletions:0.35").vendor
    'beta'
    """

    name: str
    strength: float | None = None
    share: float | None = None
    start: int | str | None = None
    vendor: str | None = None

    def __post_init__(self) -> None:
        if self.strength is not None and not 0 < self.strength <= 5:
            raise ValueError(f"the strength is above 0 and at most 5, not {self.strength}")
        if self.share is not None and not 0 < self.share <= 1:
            raise ValueError(f"the share of agents is above 0 and at most 1, not {self.share}")

    @classmethod
    def parse(cls, text: str) -> Dose:
        """Read ``[VENDOR/]NAME[:strength[:share_of_agents[:start_month]]]``.

        Raises
        ------
        ValueError
            If it is not written so.
        """
        head, _, tail = text.strip().partition(":")
        vendor, slash, name = head.rpartition("/")
        parts = tail.split(":") if tail else []
        if not name or (slash and not vendor) or len(parts) > 3:
            raise ValueError(f"{text!r} is not [VENDOR/]NAME[:strength[:share[:start]]]")
        dose = cls(name, vendor=vendor or None)
        if parts and parts[0]:
            dose = replace(dose, strength=_number(parts[0], text))
        if len(parts) > 1 and parts[1]:
            dose = replace(dose, share=_number(parts[1], text))
        if len(parts) > 2 and parts[2]:
            dose = replace(dose, start=_start(parts[2], text))
        return dose


def _number(part: str, text: str) -> float:
    try:
        return float(part)
    except ValueError:
        raise ValueError(f"{part!r} in {text!r} is not a number such as 0.2") from None


def _start(part: str, text: str) -> int | str:
    if _MONTH.fullmatch(part):
        return str(Period.parse(part))
    if part.isdecimal():
        return int(part)
    raise ValueError(f"{part!r} in {text!r} is not a month: 2026-03, or 3 for the third") from None


@dataclass(frozen=True)
class Resolved:
    """What a dose came to in one vendor.

    Parameters
    ----------
    month
        Number of the first month in the calendar (the lead-in month is 0).
    first_day
        Number of its first working day.
    seats
        Numbers of the seats concerned.
    """

    name: str
    strength: float
    share: float
    month: int
    first_day: int
    since: str
    seats: frozenset[int]
