"""What the name of one file says about the files that come after it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

from vendoreval.agreement.extensions import Every
from vendoreval.agreement.library import library_names
from vendoreval.drafting.header_words import column_name

_SUFFIX: Final = re.compile(
    r"\.(?:csv|tsv|psv|txt|xlsx|xls|xlsm|xlsb|ods|parquet)(?:\.(?:gz|zip))?$|\.(?:gz|zip)$",
    re.IGNORECASE,
)
_DATE_IN_NAME: Final = re.compile(
    r"(?P<y>20\d{2})(?P<a>[-_.]?)(?P<m>\d{2})(?:(?P<b>[-_.]?)(?P<d>\d{2}))?(?!\d)"
    r"|(?<!\d)(?:(?P<d2>\d{2})(?P<c>[-_.]))?(?P<m2>\d{2})(?P<e>[-_.])(?P<y2>20\d{2})(?!\d)"
)


def stem_of(path: Path) -> str:
    """Return the name of a file without what says its kind."""
    return _SUFFIX.sub("", path.name)


def own_name(path: Path) -> str:
    """Return a name for a report that the library does not have: the file's, without its date."""
    bare = _DATE_IN_NAME.sub("", stem_of(path))
    name = column_name(bare.strip("-_. ") or "report")
    return name if name not in library_names() else f"{name}_2"


def file_pattern(name: str) -> tuple[str, Every | None]:
    """Return the pattern of the files that come after this one, and how often they come.

    Examples
    --------
    >>> file_pattern("calls_2026-10.csv"), file_pattern("отчёт 05.10.2026.xlsx")
    (('calls_{yyyy}-{MM}.csv', 'month'), ('отчёт {dd}.{MM}.{yyyy}.xlsx', 'day'))
    >>> file_pattern("deals.xlsx")
    ('deals*.xlsx', None)
    """
    stem = _SUFFIX.sub("", name)
    suffix = name[len(stem) :]
    for match in _DATE_IN_NAME.finditer(stem):
        pattern = _dated(match)
        if pattern is not None:
            text = stem[: match.start()] + pattern + stem[match.end() :] + suffix
            return text, "day" if "{dd}" in pattern else "month"
    return f"{stem}*{suffix}", None


def _dated(match: re.Match[str]) -> str | None:
    first = match["y"] is not None
    year, month = match["y"] or match["y2"], match["m"] or match["m2"]
    day = match["d"] if first else match["d2"]
    try:
        date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    if first:
        tail = f"{match['b']}{{dd}}" if day else ""
        return f"{{yyyy}}{match['a']}{{MM}}{tail}"
    lead = f"{{dd}}{match['c']}" if day else ""
    return f"{lead}{{MM}}{match['e']}{{yyyy}}"
