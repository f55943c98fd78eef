"""The rules of one column as sentences, for a vendor who opens a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from vendoreval.agreement.reports import Column, ReportSchema
from vendoreval.text import Message, msg

_KINDS = {
    "string": msg("text"),
    "integer": msg("whole number"),
    "number": msg("number"),
    "money": msg("amount of money, at most four decimals"),
    "date": msg("day"),
    "timestamp": msg("day and time, local time of the agreement (%(zone)s)"),
    "boolean": msg("yes or no"),
}
_FORMS = {
    "hh:mm:ss": msg("hours:minutes:seconds"),
    "mm:ss": msg("minutes:seconds"),
    "hh:mm": msg("hours:minutes"),
    "seconds": msg("seconds"),
    "minutes": msg("minutes"),
    "minutes (decimal comma)": msg("minutes with decimals"),
    "excel-time": msg("time of the spreadsheet"),
}
_ON_THE_LAST_SHEET = msg("one of the values on the last sheet")
UNIT_WORDS = {
    "share": msg("share, 0 to 1"),
    "percent": msg("per cent"),
    "s": msg("seconds"),
    "min": msg("minutes"),
    "h": msg("hours"),
}


def column_rules(
    report: ReportSchema, column: Column, listed: Message = _ON_THE_LAST_SHEET
) -> Iterator[Message]:
    """Yield what must hold for the cells of a column, one short sentence each.

    Parameters
    ----------
    listed
        Says where the values stand that a column with a list may hold.

    Examples
    --------
    >>> from vendoreval.text import language
    >>> report = ReportSchema("calls", (Column("talk", "integer", ("talk",), required=True),))
    >>> [language("en").say(rule) for rule in column_rules(report, report.columns[0])]
    ['required', 'whole number']
    """
    yield msg("required") if column.required else msg("may stay empty")
    if column.key_position is not None and len(report.key) > 1:
        yield msg("each combination of %(columns)s stands once", columns=", ".join(report.key))
    elif column.key_position is not None or column.unique:
        yield msg("each value stands once")
    if column.duration_forms:
        yield msg(
            "duration as %(forms)s", forms=tuple(_FORMS[form] for form in column.duration_forms)
        )
    elif column.codes:
        yield listed
    else:
        yield Message(_KINDS[column.kind].template, {"zone": report.timezone})
        if column.unit in UNIT_WORDS:
            yield msg("in: %(unit)s", unit=UNIT_WORDS[column.unit])
    if column.formats:
        yield msg("written as %(formats)s", formats=", ".join(column.formats))
    yield from _bounds(column)
    if column.not_after_delivery:
        yield msg("not later than the day of sending")
    if column.personal:
        yield msg("personal data: send it only by the agreed way")


def _bounds(column: Column) -> Iterator[Message]:
    low = column.minimum if column.minimum is not None else column.earliest
    high = column.maximum if column.maximum is not None else column.latest
    # bounds of durations are seconds, whatever the cell is written in
    if low is not None:
        yield (
            msg("not less than %(n)s seconds", n=str(low))
            if column.duration_forms
            else msg("not less than %(n)s", n=str(low))
        )
    if high is not None:
        yield (
            msg("not more than %(n)s seconds", n=str(high))
            if column.duration_forms
            else msg("not more than %(n)s", n=str(high))
        )
    if column.multiple_of is not None:
        yield msg("a multiple of %(n)s", n=str(column.multiple_of))
    if column.maximum_length is not None:
        yield msg("at most %(n)s characters", n=str(column.maximum_length))
    if column.pattern is not None:
        yield msg("matches the pattern %(pattern)s", pattern=column.pattern)
