"""One validated delivery against its own period and the vendor's history.

Asked after validation and before posting. Everything here is a note for people: no
row moves because of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from statistics import median
from zoneinfo import ZoneInfo

from vendoreval.ledger.deadlines import Deadline, days_of, deadline_of
from vendoreval.ledger.known_keys import known_key_notes
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.records import Commit
from vendoreval.ledger.scan import columns_of
from vendoreval.ledger.staging import Postable
from vendoreval.ledger.work_days import WORK_REPORTS, count_days, day_column, rows_by_day
from vendoreval.period import Period
from vendoreval.text import Count, Day, Message, msg, nmsg

_HISTORY_DAYS = 84
_ENOUGH_WEEKDAYS = 3
_MOST_UNITS, _FEWEST_UNITS = 12, 6
_FAR = 3.5
_SHOWN_DAYS = 5
# an invoice may be for days to come
_AHEAD = frozenset({"invoice_lines"})


def review_delivery(ledger: Ledger, report: Postable) -> tuple[Message, ...]:
    """Return what a person should know before a validated delivery is posted.

    Parameters
    ----------
    ledger
        What the vendor sent before.
    report
        What `validate` returned, its parts not yet discarded.

    Returns
    -------
    tuple of Message
        Days missing inside its period, outside it or in the future; a volume far from the
        vendor's own habit; keys that other counting deliveries hold. Empty when
        nothing stands out or the file was posted before.

    Examples
    --------
    >>> review_delivery(ledger, validate(delivery))  # doctest: +SKIP
    """
    delivery = report.delivery
    counting = [
        c
        for c in ledger.live()
        if (c.vendor, c.report) == (delivery.agreement.vendor, delivery.schema.name)
    ]
    if any(c.sha256 == delivery.sha256 for c in counting):
        return ()
    return (
        *_day_notes(ledger, report, counting),
        *_volume_notes(report, counting),
        *known_key_notes(ledger, report),
    )


def _day_notes(ledger: Ledger, report: Postable, counting: Sequence[Commit]) -> Iterator[Message]:
    schema, period, files = report.delivery.schema, report.period, list(report.accepted_files)
    column = day_column(schema)
    if schema.every is None or period is None or column not in columns_of(files):
        return
    counts = count_days(files, column)
    today = _arrived_on(report)
    outside = {day: n for day, n in counts.items() if day not in period}
    if outside:
        rows = sum(outside.values())
        yield nmsg(
            "%(n)s row lies outside %(period)s, from %(first)s to %(last)s",
            "%(n)s rows lie outside %(period)s, from %(first)s to %(last)s",
            rows, n=Count(rows), period=str(period), first=Day(min(outside)),
            last=Day(max(outside)),
        )  # fmt: skip
    ahead = {day: n for day, n in counts.items() if day > today}
    if ahead and schema.name not in _AHEAD:
        rows = sum(ahead.values())
        yield nmsg(
            "%(n)s row is dated later than the file came, up to %(last)s",
            "%(n)s rows are dated later than the file came, up to %(last)s",
            rows, n=Count(rows), last=Day(max(ahead)),
        )  # fmt: skip
    if counts and schema.name in WORK_REPORTS:
        deadline = deadline_of(report.delivery.agreement, schema)
        usual = usual_weekdays(ledger, counting, schema.name, period, deadline)
        yield from _missing_days(counts, period, today, usual, deadline)


def _arrived_on(report: Postable) -> date:
    """Return the day on which the file came, in the vendor's zone."""
    zone = ZoneInfo(report.delivery.schema.timezone)
    return report.delivery.received_at.astimezone(zone).date()


def usual_weekdays(
    ledger: Ledger, counting: Sequence[Commit], report: str, period: Period, deadline: Deadline
) -> frozenset[int]:
    """Return the weekdays on which the vendor worked at least every other time.

    Twelve weeks before the period are looked at, as far as deliveries cover them; a
    weekday covered fewer than three times follows the agreement.
    """
    window = Period(period.start - timedelta(days=_HISTORY_DAYS), period.start)
    worked = rows_by_day(ledger, counting, report, window)
    spans = [c.span for c in counting if c.span is not None and c.span.overlaps(window)]
    covered = [
        day
        for day in days_of(window)
        if day not in deadline.holidays and any(day in span for span in spans)
    ]
    usual = set()
    for weekday in range(7):
        seen = [day in worked for day in covered if day.weekday() == weekday]
        if len(seen) < _ENOUGH_WEEKDAYS:
            if weekday in deadline.weekdays:
                usual.add(weekday)
        elif 2 * sum(seen) >= len(seen):
            usual.add(weekday)
    return frozenset(usual)


def _missing_days(
    counts: Mapping[date, int],
    period: Period,
    today: date,
    usual: Collection[int],
    deadline: Deadline,
) -> Iterator[Message]:
    missing = [
        day
        for day in days_of(period)
        # the day on which a file comes may not be over
        if day < today
        and day not in counts
        and day.weekday() in usual
        and day not in deadline.holidays
        and (deadline.begins is None or day >= deadline.begins)
        and (deadline.ends is None or day <= deadline.ends)
    ]
    if not missing:
        return
    shown: tuple[Day, ...] = tuple(Day(day) for day in missing[:_SHOWN_DAYS])
    yield nmsg(
        "no accepted row on %(n)s usual working day: %(days)s",
        "no accepted row on %(n)s usual working days, first of all: %(days)s",
        len(missing), n=Count(len(missing)), days=shown,
    )  # fmt: skip


def _volume_notes(report: Postable, counting: Sequence[Commit]) -> Iterator[Message]:
    period = report.period
    if period is None or report.delivery.schema.every is None:
        return
    # a unit that is not over holds less for good reason
    if _arrived_on(report) < period.last_day:
        return
    before = [
        c for c in counting if c.span is not None and c.span.end <= period.start
        and _comparable(c.span, period)
    ]  # fmt: skip
    last = sorted(before, key=lambda c: c.period or "")[-_MOST_UNITS:]
    if len(last) < _FEWEST_UNITS:
        return
    usual = [c.rows.delivered - c.rows.skipped for c in last]
    rows = int(report.rows.delivered) - int(report.rows.skipped)
    middle = median(usual)
    deviation = 1.4826 * median(abs(value - middle) for value in usual)
    # equal counts by chance must not make every other count strange
    spread = max(deviation, sqrt(middle), 0.05 * middle)
    if abs(rows - middle) > _FAR * spread:
        yield msg(
            "%(rows)s rows, while the last %(n)s comparable deliveries held %(low)s to %(high)s, "
            "%(median)s in the middle: ask what changed",
            rows=Count(rows), n=Count(len(last)), low=Count(min(usual)), high=Count(max(usual)),
            median=Count(round(middle)),
        )  # fmt: skip


def _comparable(one: Period, other: Period) -> bool:
    """Whether two periods are both months, the same weekday, or equally long."""
    if one.is_month or other.is_month:
        return one.is_month and other.is_month
    if one.days != other.days:
        return False
    return one.days > 1 or one.start.weekday() == other.start.weekday()
