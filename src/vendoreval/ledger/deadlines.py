"""When a report is due: clock times, weekdays and holidays of an agreement.

Three ways of saying it are read from the `slaProperties` of a report:

* ``timeOfAvailability: "10:00"`` with a time zone in `valueExt` and weekdays in a
  cron `schedule`: the first such moment after the unit's end;
* ``timeOfAvailability: 5, unit: d`` (or ``h``): that long after the unit's end;
* ``latency`` with a number and a unit: the same.

A deadline never falls on a holiday of the agreement (`period.holidays`) or on a
weekday the schedule leaves out: it moves to the next working day, as the law of
terms has it. Without a schedule the working days are Monday to Friday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.agreement.extensions import DeliveryPeriod
from vendoreval.agreement.odcs import ServiceLevel
from vendoreval.period import Period
from vendoreval.zones import known_zone

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*(Z|[+-]\d{2}:\d{2})?")
_PROPERTIES = ("timeofavailability", "latency")
_MONDAY_TO_FRIDAY = frozenset(range(5))
_EVERY_DAY = frozenset(range(7))
_NAMES = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}
# nobody agrees on a month without a single working day; it only bounds the search
_FARTHEST = timedelta(days=400)


@dataclass(frozen=True)
class Deadline:
    """When one report of one agreement is due.

    Parameters
    ----------
    zone
        In which the clock of the deadline runs.
    clock
        Time of the day; `None` when the deadline is a number of days.
    after
        From the end of the unit to the deadline; `None` without a deadline.
    weekdays
        Working days, Monday is 0.
    due_weekdays, days_of_month
        Days on which the schedule falls; no days of the month mean every one.
    holidays
        Days on which nobody works.
    begins, ends
        First and last day of the agreement, where it says them.
    """

    zone: tzinfo
    clock: time | None = None
    after: timedelta | None = None
    weekdays: frozenset[int] = _MONDAY_TO_FRIDAY
    due_weekdays: frozenset[int] = _MONDAY_TO_FRIDAY
    days_of_month: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    begins: date | None = None
    ends: date | None = None

    def works(self, day: date) -> bool:
        """Whether a day is a working day of the agreement."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def asks(self, day: date) -> bool:
        """Whether work of this day is to be reported: a working day while in force."""
        begun = self.begins is None or day >= self.begins
        return begun and (self.ends is None or day <= self.ends) and self.works(day)

    def demands(self, unit: Period) -> bool:
        """Whether a file for the unit is asked for."""
        return any(self.asks(day) for day in days_of(unit))

    def end_of(self, unit: Period) -> datetime:
        """Return the instant at which the unit is over."""
        return datetime.combine(unit.end, time(0), self.zone).astimezone(UTC)

    def due_at(self, unit: Period) -> datetime | None:
        """Return the last moment at which a file for the unit is in time, in UTC.

        Examples
        --------
        >>> friday = Period.parse("2026-10-02")
        >>> str(Deadline(UTC, clock=time(10)).due_at(friday))
        '2026-10-05 10:00:00+00:00'
        """
        if self.clock is not None:
            day = next((d for d in self._from(unit.end) if self._scheduled(d)), None)
            if day is None:
                return None
            return datetime.combine(self._working(day), self.clock, self.zone).astimezone(UTC)
        if self.after is None:
            return None
        limit = datetime.combine(unit.end, time(0), self.zone) + self.after
        # midnight after the last allowed day belongs to that day
        last = (limit - timedelta(microseconds=1)).date()
        return (limit + (self._working(last) - last)).astimezone(UTC)

    def _scheduled(self, day: date) -> bool:
        if self.days_of_month:
            return day.day in self.days_of_month
        return day.weekday() in self.due_weekdays

    def _working(self, day: date) -> date:
        return next((d for d in self._from(day) if self.works(d)), day)

    @staticmethod
    def _from(day: date) -> Iterator[date]:
        return days_of(Period(day, day + _FARTHEST))


def days_of(period: Period) -> Iterator[date]:
    """Yield the days of a period."""
    return (period.start + timedelta(days=n) for n in range(period.days))


def deadline_of(agreement: Agreement, schema: ReportSchema) -> Deadline:
    """Return when a report is due under an agreement."""
    level = _level(agreement, schema)
    minute, hour, weekdays, month_days = _cron(level)
    clock, offset = _clock(level, hour, minute)
    parties = agreement.parties
    # a daily report that is due on one weekday says nothing about when people work
    works_as_due = schema.every == "day" and len(weekdays) >= 3
    return Deadline(
        zone=offset or _zone(level, schema),
        clock=clock,
        after=None if clock else _after(level),
        weekdays=weekdays if works_as_due else _MONDAY_TO_FRIDAY,
        due_weekdays=weekdays or _MONDAY_TO_FRIDAY,
        days_of_month=month_days,
        holidays=_holidays(agreement, schema),
        begins=parties.effectiveFrom if parties else None,
        ends=parties.effectiveTo if parties else None,
    )


def _level(agreement: Agreement, schema: ReportSchema) -> ServiceLevel | None:
    contract = agreement.contract
    fitting = [
        level
        for level in contract.sla_properties or ()
        if level.property.lower() in _PROPERTIES
        and schema.name in _elements(level.element or contract.sla_default_element or schema.name)
    ]
    return min(fitting, key=lambda level: _PROPERTIES.index(level.property.lower()), default=None)


def _elements(text: str) -> list[str]:
    """Return the reports that a list of elements names, whole or by a column."""
    return [part.strip().partition(".")[0] for part in text.split(",")]


def _clock(
    level: ServiceLevel | None, hour: int | None, minute: int | None
) -> tuple[time | None, tzinfo | None]:
    if level is None:
        return None, None
    match = _CLOCK.fullmatch(str(level.value).strip())
    if match is None:
        by_schedule = hour is not None and minute is not None and _after(level) is None
        return (time(hour or 0, minute or 0) if by_schedule else None), None
    if int(match[1]) > 23 or int(match[2]) > 59:
        return None, None
    return time(int(match[1]), int(match[2])), _offset(match[3])


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    hours, minutes = text[1:].split(":")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-ahead if text[0] == "-" else ahead)


def _after(level: ServiceLevel | None) -> timedelta | None:
    if level is None or isinstance(level.value, bool):
        return None
    if not isinstance(level.value, int | float | Decimal) or level.value < 0:
        return None
    unit = (level.unit or "").lower()
    if unit in {"d", "day", "days"}:
        return timedelta(days=float(level.value))
    if unit in {"h", "hr", "hour", "hours"}:
        return timedelta(hours=float(level.value))
    return None


def _zone(level: ServiceLevel | None, schema: ReportSchema) -> ZoneInfo:
    named = level.value_ext if level is not None else None
    return ZoneInfo(named if isinstance(named, str) and known_zone(named) else schema.timezone)


def _holidays(agreement: Agreement, schema: ReportSchema) -> frozenset[date]:
    for part in agreement.contract.schema_objects or ():
        if part.name == schema.name:
            period = part.extension("period", DeliveryPeriod)
            return frozenset(period.holidays if period else ())
    return frozenset()


def _cron(
    level: ServiceLevel | None,
) -> tuple[int | None, int | None, frozenset[int], frozenset[int]]:
    """Return minute, hour, weekdays (Monday is 0) and days of the month of a cron line."""
    fields = (level.schedule or "").split() if level is not None else []
    if len(fields) != 5:  # other schedulers count the fields otherwise
        return None, None, frozenset(), frozenset()
    listed = _numbers(fields[4].upper(), 0, 7, _NAMES)
    weekdays = frozenset((number - 1) % 7 for number in listed)
    month_days = frozenset(_numbers(fields[2], 1, 31, {}))
    return (
        int(fields[0]) if fields[0].isdecimal() and int(fields[0]) < 60 else None,
        int(fields[1]) if fields[1].isdecimal() and int(fields[1]) < 24 else None,
        weekdays or _EVERY_DAY,
        month_days if len(month_days) < 31 else frozenset(),
    )


def _numbers(field: str, low: int, high: int, names: dict[str, int]) -> list[int]:
    """Return the numbers of one cron field; empty for `*` or what cannot be read."""
    found: list[int] = []
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if first in {"*", "?"}:
            if not step:
                return []
            first, dash, last = str(low), "-", str(high)
        bounds = [names.get(text, text) for text in (first, last if dash else first)]
        if not all(str(bound).isdecimal() for bound in bounds):
            return []
        stride = max(int(step), 1) if step.isdecimal() else 1
        found += range(int(bounds[0]), int(bounds[1]) + 1, stride)
    return [number for number in found if low <= number <= high]
