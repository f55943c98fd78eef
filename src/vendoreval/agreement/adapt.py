"""A report of the library as two parties want it: headers in one language, another rhythm."""

from __future__ import annotations

from typing import Any, Final, Literal

from vendoreval.agreement.assemble import property_of
from vendoreval.agreement.extensions import Every

Headers = Literal["ru", "en", "both"]
HEADERS: Final = ("both", "ru", "en")
# an invoice follows the month whatever the rhythm of the reports
_MONTHLY: Final = frozenset({"invoice_lines"})
_NAME_OF_MONTH, _NAME_OF_DAY = "{yyyy}-{MM}", "{yyyy}-{MM}-{dd}"
_DAYS_AFTER: Final = {"day": 1, "week": 2}
_ONCE: Final = {
    "day": "Once a day. / Раз в день.",
    "week": "Once a week. / Раз в неделю.",
    "month": "Once a month. / Раз в месяц.",
}
_OF: Final = {"day": ("day", "дня"), "week": ("week", "недели"), "month": ("month", "месяца")}


def keep_headers(report: dict[str, Any], headers: Headers) -> None:
    """Leave each column the synonyms of one language; one without such keeps all it has."""
    if headers == "both":
        return
    for column in report["properties"]:
        spoken = [
            synonym
            for synonym in column.get("synonyms", ())
            if str(synonym.get("locale", "")).startswith(headers)
        ]
        if spoken:
            column["synonyms"] = spoken


def set_zone(report: dict[str, Any], timezone: str) -> None:
    """Let the period of a report follow the clock of a time zone."""
    period = property_of(report, "period")
    if period is not None:
        period["timezone"] = timezone


def set_rhythm(
    report: dict[str, Any],
    levels: list[dict[str, Any]],
    every: Every | None,
    days_after: int | None,
) -> None:
    """Let a report be due every day, week or month, so many days after its end.

    Parameters
    ----------
    report, levels
        A report and its `slaProperties`; both are changed in place.
    every
        The rhythm; the one of the report stays when not given. An invoice stays monthly,
        and a report that each delivery replaces as a whole has no rhythm.
    days_after
        Deadline in days; of a day one, of a week two, of a month as it was.
    """
    period = property_of(report, "period")
    if period is None:
        return
    if every is not None and report["name"] not in _MONTHLY and period["every"] != every:
        period["every"] = every
        name = str(report.get("physicalName", ""))
        if every != "month" and _NAME_OF_DAY not in name:
            report["physicalName"] = name.replace(_NAME_OF_MONTH, _NAME_OF_DAY)
        elif every == "month":
            report["physicalName"] = name.replace(_NAME_OF_DAY, _NAME_OF_MONTH)
        for level in levels:
            if level["property"] == "frequency":
                level |= {"unit": every, "description": _ONCE[every]}
        days_after = days_after or _DAYS_AFTER.get(every)
    if days_after is None:
        return
    for level in levels:
        if level["property"] == "timeOfAvailability":
            text = _deadline(days_after, period["every"])
            level |= {"value": days_after, "unit": "d", "description": text}


def _deadline(days: int, every: str) -> str:
    english, russian = _OF[every]
    one = days % 10 == 1 and days % 100 != 11
    return (
        f"Within {days} day{'s' * (days != 1)} after the end of the {english}, on a working day."
        f" / В течение {days} {'дня' if one else 'дней'} после конца {russian}, в рабочий день."
    )
