"""A stretch of whole days: a month, a day, or any two dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, order=True)
class Period:
    """Half-open range of days.

    Parameters
    ----------
    start
        First day.
    end
        The day after the last one.

    Examples
    --------
    >>> october = Period.parse("2026-10")
    >>> str(october.previous()), october.days
    ('2026-09', 31)
    >>> str(Period.parse("2026-10-05..2026-10-11"))
    '2026-10-05..2026-10-11'
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period must end after it starts, not {self.start}..{self.end}")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026-10``, ``2026-W41``, ``2026-10-05`` or ``2026-10-05..2026-10-11``.

        Both ends of a range are included; a week begins on its Monday (ISO 8601).

        Raises
        ------
        ValueError
            If the text is none of them, or a range ends before it begins.

        Examples
        --------
        >>> Period.parse("2026-W41")
        Period(start=datetime.date(2026, 10, 5), end=datetime.date(2026, 10, 12))
        """
        first, dots, last = text.strip().partition("..")
        try:
            if dots:
                return cls(_bounds(first)[0], _bounds(last)[1])
            return cls(*_bounds(first))
        except ValueError:
            raise ValueError(
                f"{text!r} is not a period; write 2026-10, 2026-W41, 2026-10-05 "
                "or 2026-10-05..2026-10-11"
            ) from None

    @classmethod
    def month_of(cls, day: date) -> Period:
        """Return the month that holds a day."""
        return cls.parse(f"{day:%Y-%m}")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    @property
    def last_day(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    @property
    def is_week(self) -> bool:
        """Whether it is one whole week from Monday to Sunday."""
        return self.days == 7 and self.start.weekday() == 0

    @property
    def is_month(self) -> bool:
        """Whether it is one whole calendar month."""
        return self.start.day == 1 and self.end == _month_end(self.start)

    def previous(self) -> Period:
        """Return the month before a month, or the same number of days before."""
        if self.is_month:
            return Period.month_of(self.start - timedelta(days=1))
        return Period(self.start - timedelta(days=self.days), self.start)

    def months_back(self, count: int) -> Period:
        """Return the stretch of `count` months that ends with this period."""
        start = self.end - timedelta(days=1)
        year, month = divmod(start.year * 12 + start.month - count, 12)
        return Period(date(year, month + 1, 1), self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether a day lies in both."""
        return self.start < other.end and other.start < self.end

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        if self.is_month:
            return f"{self.start:%Y-%m}"
        if self.days == 1:
            return self.start.isoformat()
        return f"{self.start}..{self.last_day}"


def _bounds(text: str) -> tuple[date, date]:
    text = text.strip()
    month = _MONTH.fullmatch(text)
    if month:
        start = date(int(month[1]), int(month[2]), 1)
        return start, _month_end(start)
    week = _WEEK.fullmatch(text)
    if week:
        start = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return start, start + timedelta(days=7)
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    day = date.fromisoformat(text)
    return day, day + timedelta(days=1)


def _month_end(start: date) -> date:
    year, month = divmod(start.year * 12 + start.month, 12)
    return date(year, month + 1, 1)
