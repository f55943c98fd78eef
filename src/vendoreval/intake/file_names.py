"""File-name patterns of an agreement: which report a file is, and which period it covers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from vendoreval.agreement import ReportSchema
from vendoreval.period import Period

_PART = re.compile(r"\{(yyyy|MM|dd)\}|(\*)")
_DIGITS = {"yyyy": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{2})", "dd": r"(?P<day>\d{2})"}
_SUFFIX = re.compile(
    r"(?:\.(csv|tsv|psv|txt|xlsx|xls|xlsm|xlsb|ods|parquet))?(?:\.(gz|zip))?$", re.IGNORECASE
)


def match_name(schema: ReportSchema, name: str) -> re.Match[str] | None:
    """Return the match of a file name with the pattern of a report; the suffix may differ."""
    if not schema.file_pattern:
        return None
    pattern = _SUFFIX.sub("", schema.file_pattern.replace("\\", "/").rpartition("/")[2])
    regex = ""
    at = 0
    seen: set[str] = set()
    for part in _PART.finditer(pattern):
        regex += re.escape(pattern[at : part.start()])
        token = part[1]
        if token is None:
            regex += ".*"
        else:
            regex += _DIGITS[token] if token not in seen else r"\d+"
            seen.add(token)
        at = part.end()
    regex += re.escape(pattern[at:])
    return re.fullmatch(regex, _SUFFIX.sub("", name), re.IGNORECASE)


def period_of_name(schema: ReportSchema, name: str) -> Period | None:
    """Return the period that a file's name states."""
    match = match_name(schema, name)
    parts = match.groupdict() if match else {}
    if not parts.get("year") or not parts.get("month"):
        return None
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts.get("day") or 1))
    except ValueError:
        return None
    if not parts.get("day"):
        return Period.month_of(day)
    return period_around(day, schema.every or "day")


def period_around(day: date, every: str) -> Period:
    """Return the day, week (from Monday) or month that holds a day.

    Examples
    --------
    >>> str(period_around(date(2026, 10, 14), "week"))
    '2026-10-12..2026-10-18'
    """
    if every == "month":
        return Period.month_of(day)
    start = day - timedelta(days=day.weekday()) if every == "week" else day
    return Period(start, start + timedelta(days=7 if every == "week" else 1))
