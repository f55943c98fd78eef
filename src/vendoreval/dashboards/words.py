"""Every word of the page, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from vendoreval.text import Language, Message, msg

#: key in the page's scripts -> sentence; ``{name}`` is filled in by the page
SENTENCES: Final[Mapping[str, Message]] = {
    "all": msg("All vendors"),
    "vendor": msg("Vendor"),
    "agent": msg("Agent"),
    "day": msg("Day"),
    "week": msg("Week"),
    "month": msg("Month"),
    "range": msg("Any days"),
    "period": msg("Period"),
    "compare": msg("Compare with"),
    "previous": msg("The one before"),
    "year": msg("A year earlier"),
    "none": msg("Do not compare"),
    "kind": msg("Kind of period"),
    "from": msg("from"),
    "to": msg("to"),
    "columns": msg("Columns"),
    "chart": msg("Chart of"),
    "byAgent": msg("By agent"),
    "byDay": msg("By day"),
    "rows": msg("Rows"),
    "search": msg("Search"),
    "found": msg("{shown} of {all} rows"),
    "nothingFound": msg("Nothing is found"),
    "unnamed": msg("not named"),
    "noRows": msg("Nothing was delivered for this period."),
    "noThen": msg("Nothing was delivered for {period}, so there is no difference."),
    "empty": msg("The ledger holds nothing yet. Post deliveries, then make the page again."),
    "newOne": msg("not in the earlier period"),
    "goneOne": msg("not in this period"),
    "against": msg("{now} against {then}"),
    "pp": msg("pp"),
    "line": msg("Day by day"),
    "usualNote": msg(
        "A difference asks a question, it is no finding. Whether it is more than chance is told by "
        "vendoreval productivity and by the audit."
    ),
    "cut": msg(
        "{vendor}: delivered until {last}, so {now} is set against the same number of working "
        "days: {n}."
    ),
    "byWorkingDay": msg(
        "Changes of counts are by day worked, so that a long month or a day off is no change."
    ),
    "strict": msg(
        "Money and surviving sales are undefined (a dash) unless invoices and the client's records "
        "cover every working day of the period; an invoice belongs to a period that holds all of "
        "its days."
    ),
    "classes": msg(
        "Median and 90th percentile of intervals are read from a histogram with classes of about "
        "an eighth of the value; all other figures are exact."
    ),
    "distinct": msg(
        "Figures of distinct companies (penetration, base without an answer) do not add up over "
        "days and are not on this page; see vendoreval productivity."
    ),
    "undefined": msg("A dash: undefined. Nobody delivered it, or its denominator is empty."),
    "notesOf": msg("Where the figures come from"),
    "glossary": msg("How the measures are made"),
    "bank": msg("Contract bank on {day}"),
    "stage": msg("Stage"),
    "companies": msg("companies"),
    "companiesThen": msg("on {day}"),
    "came": msg("came so far"),
    "medianDays": msg("days there, middle"),
    "waiting": msg("waiting, middle"),
    "vanished": msg("no longer in the vendor's last snapshot: {n}"),
    "bankNote": msg(
        "Nobody leaves the bank: declined and lost companies stay in it. Stages are known at ends "
        "of months; shares, what came so far and the days are those of {day}."
    ),
    "bankBefore": msg("The contract bank is not known before {day}."),
    "noBank": msg("No funnel was delivered, so there is no contract bank."),
    "theme": msg("Light or dark"),
    "print": msg("Print"),
    "keys": msg(
        "Keys: / search, arrows up and down move between rows, Enter opens a row or sorts by a "
        "column, Escape goes one step back."
    ),
    "old": msg(
        "This browser cannot unpack the page's data. Open the file in a browser of 2023 or later."
    ),
    "earlierPeriod": msg("earlier: {value}"),
    "sortBy": msg("Sort by {column}"),
    "where": msg("Where you are"),
    "knownUntil": msg("Made on {made}; the last day delivered is {last}."),
    "masked": msg("What names a person is masked."),
}


def page_words(tongue: Language) -> dict[str, str]:
    """Return every sentence of the page."""
    return {key: tongue.say(sentence) for key, sentence in SENTENCES.items()}


def weekdays(tongue: Language) -> list[str]:
    """Return short names of the days of the week from Monday on.

    Examples
    --------
    >>> from vendoreval.text import language
    >>> weekdays(language("en"))[0]
    'Mon'
    """
    monday = date(2024, 1, 1)
    return [tongue.short_weekday(monday + timedelta(days=n)) for n in range(7)]


def months(tongue: Language) -> list[str]:
    """Return names of the months as they stand alone.

    Examples
    --------
    >>> from vendoreval.text import language
    >>> months(language("ru"))[9]
    'Октябрь'
    """
    return [tongue.month(date(2024, number, 1)).rpartition(" ")[0] for number in range(1, 13)]
