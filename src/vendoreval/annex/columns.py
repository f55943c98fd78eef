"""The columns of a report in words: what stands in them, how it is written, what it means."""

from __future__ import annotations

from collections.abc import Iterator

from vendoreval.agreement.odcs import EnumValue, Property, SchemaObject
from vendoreval.agreement.reports import Column, ReportSchema
from vendoreval.agreement.template_rules import column_rules
from vendoreval.annex.codes import definition
from vendoreval.annex.document import Block, Cell, Head, Said, Table
from vendoreval.annex.wording import UNITS, halves, joined, quoted
from vendoreval.text import Message, msg
from vendoreval.units import EXCEL_SERIAL

_LISTED = msg("one of the codes listed below")
# what a tag or a class of the standard says beside the mark of personal data
_PERSONAL = "pii"


def columns_table(part: SchemaObject, report: ReportSchema) -> Iterator[Block]:
    """Yield the table of all columns, and one for each column with a list of codes."""
    entries = {entry.name or "": entry for entry in part.properties or ()}
    heads = (
        Head(msg("Column, headers"), "exact", 32),
        Head(msg("What stands in it and how it is written"), "words", 46),
        Head(msg("Example"), "exact", 20),
    )
    rows = tuple(_column(report, column, entries[column.name]) for column in report.columns)
    yield Table(
        heads, rows,
        msg("Below the name of a column stand all headers under which it may be delivered."),
    )  # fmt: skip
    for column in report.columns:
        if column.codes:
            yield _codes(column, entries[column.name])


def _column(report: ReportSchema, column: Column, entry: Property) -> tuple[Cell, ...]:
    headers = tuple(
        dict.fromkeys(
            (
                *(h for h in column.headers if h != column.name),
                *((entry.physical_name,) if entry.physical_name else ()),
            )
        )
    )
    name: Cell = (column.name, *((", ".join(headers),) if headers else ()))
    words: list[Said] = []
    described = halves(entry.description)
    if entry.business_name and not (entry.description or "").startswith(entry.business_name):
        words += halves(entry.business_name)
    words += described
    rules = [*column_rules(report, column, _LISTED), *_further_rules(report, column, entry)]
    words.append(joined(rules))
    examples = tuple(str(example) for example in entry.examples or ())
    return name, tuple(words), examples


def _further_rules(report: ReportSchema, column: Column, entry: Property) -> Iterator[Message]:
    """Yield what a spreadsheet's note leaves out."""
    if column.duration_forms or column.unit in {"h", "money"}:
        unit = UNITS.get(column.unit or "")
        if unit is not None:
            yield msg("unit: %(unit)s", unit=unit)
    others = tuple(form for form in column.forms if form not in column.duration_forms)
    if others:
        yield msg("numbers written as %(forms)s", forms=quoted(others))
    if EXCEL_SERIAL in column.formats:
        yield msg("excel-serial is a cell of type date in a spreadsheet")
    if column.minimum_length is not None:
        yield msg("at least %(n)s characters", n=str(column.minimum_length))
    options = entry.logical_type_options or {}
    usual = options.get("format")
    if usual and column.formats and str(usual) not in column.formats:
        yield msg("kept as %(format)s", format=str(usual))
    if options.get("defaultTimezone"):
        yield msg("time zone of the values: %(zone)s", zone=str(options["defaultTimezone"]))
    if column.joined:
        yield msg("put together from the columns %(headers)s, with a blank between",
                  headers=quoted(column.joined))  # fmt: skip
    if column.title_pattern is not None:
        yield msg("taken from a title above the rows that matches %(pattern)s",
                  pattern=column.title_pattern)  # fmt: skip
    for key in report.foreign_keys:
        if key.column == column.name:
            yield msg("the value stands in %(place)s", place=f"{key.to_report}.{key.to_column}")
    if entry.classification:
        yield msg("class of secrecy: %(name)s", name=entry.classification)
    if entry.critical_data_element:
        yield msg("critical: acceptance hangs on it")
    tags = [tag for tag in entry.tags or () if tag != _PERSONAL]
    if tags:
        yield msg("marked: %(tags)s", tags=", ".join(tags))


def _codes(column: Column, entry: Property) -> Table:
    heads = (
        Head(msg("Code"), "exact", 18),
        Head(msg("Meaning"), "words", 34),
        Head(msg("Accepted spellings"), "exact", 34),
    )
    rows = tuple(_code(column, code) for code in entry.enum or ())
    return Table(heads, rows, msg("Codes of the column %(column)s", column=column.name))


def _code(column: Column, code: EnumValue) -> tuple[Cell, ...]:
    value = str(code.value)
    meaning: list[Said] = [*halves(code.label), *halves(code.description)]
    agreed = definition(column.name, value.lower())
    if agreed is not None:
        meaning.append(agreed)
    written = code.extension("spellings", tuple[str, ...], ())
    return (value,), tuple(meaning), ((", ".join(written),) if written else ())
