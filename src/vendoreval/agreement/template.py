"""The workbook a vendor fills: header, formats, drop-downs, one example, and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from vendoreval.agreement.agreement import Agreement
from vendoreval.agreement.lint_columns import plain_header
from vendoreval.agreement.odcs import SchemaObject
from vendoreval.agreement.reports import Column, ReportSchema
from vendoreval.agreement.template_cells import CellPlan, cell_plan, validation_of
from vendoreval.agreement.template_rules import column_rules
from vendoreval.errors import AgreementError, os_problem, plain_problem
from vendoreval.text import Bilingual, language, msg

_LAST_ROW = 1_048_575
_BOOLEAN = {"en": ("yes", "no"), "ru": ("да", "нет")}
# equal agreements give equal files
_CREATED = datetime(2020, 1, 1)
_WIDTHS = (24, 18, 48, 48, 26)


def template(agreement: Agreement, report: str, path: str | Path, *, speaking: str = "ru") -> Path:
    """Write the workbook that the vendor fills for one report.

    The first sheet is the report: header, formats and drop-downs, notes on the headers
    and one example row. The second holds every rule in both languages, the third the
    values that columns with a list take.

    Parameters
    ----------
    agreement
        The agreement.
    report
        Name of one of its reports.
    path
        Where to write it; an existing file is replaced.
    speaking
        Language of headers and notes, `ru` or `en`.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    AgreementError
        If the agreement has no such report or the file cannot be written.

    Examples
    --------
    >>> template(agreement, "calls", "calls.xlsx")  # doctest: +SKIP
    PosixPath('calls.xlsx')
    """
    path = Path(path)
    if report not in agreement.reports:
        raise AgreementError(
            plain_problem(
                agreement.source or agreement.vendor,
                msg("%(name)s is named", name=report),
                msg("one of: %(allowed)s", allowed=", ".join(agreement.reports)),
                msg("choose one of them"),
            )
        )
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            book.set_properties({"created": _CREATED, "title": report})
            _Template(book, agreement, agreement.reports[report], speaking).write()
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
        failure = cause if isinstance(cause, OSError) else OSError(str(error))
        raise AgreementError(os_problem(str(path), failure)) from None
    return path


def vendor_headers(
    part: SchemaObject | None, report: ReportSchema, speaking: str
) -> dict[str, str]:
    """Return the header of each column in a language; its name where another owns that header.

    Examples
    --------
    >>> report = ReportSchema("calls", (Column("talk", "integer", ("talk", "Разговор")),))
    >>> vendor_headers(None, report, "ru")
    {'talk': 'talk'}
    """
    owners: dict[str, str] = {plain_header(name): name for name in report.column_names}
    for column in report.columns:
        for header in column.headers:
            owners.setdefault(plain_header(header), column.name)
    entries = {entry.name: entry for entry in (part.properties if part else None) or ()}
    headers = {}
    for column in report.columns:
        entry = entries.get(column.name)
        spoken = [
            synonym.synonym
            for synonym in (entry.synonyms if entry else None) or ()
            if (synonym.locale or "").startswith(speaking)
            and owners[plain_header(synonym.synonym)] == column.name
        ]
        headers[column.name] = spoken[0] if spoken and speaking != "en" else column.name
    return headers


class _Template:
    """One workbook in the making."""

    def __init__(
        self, book: xlsxwriter.Workbook, agreement: Agreement, report: ReportSchema, speaking: str
    ) -> None:
        self.book, self.report, self.speaking = book, report, speaking
        parts = agreement.contract.schema_objects or ()
        self.part = next((part for part in parts if part.name == report.name), None)
        self.headers = vendor_headers(self.part, report, speaking)
        self.notes = self._descriptions()
        grey = {"italic": True, "font_color": "#666666"}
        base = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
        self.required = book.add_format({**base, "bg_color": "#FFE699"})
        self.optional = book.add_format({**base, "bg_color": "#DDEBF7"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@"})
        self.grey = grey

    def _descriptions(self) -> Mapping[str, str]:
        entries = (self.part.properties if self.part else None) or ()
        return {entry.name or "": entry.description or "" for entry in entries}

    def write(self) -> None:
        """Write the three sheets; the list of values first knows where each list stands."""
        sheet = self.book.add_worksheet(self.report.name[:31])
        self._rules(self.book.add_worksheet("Правила - Rules"))
        lists = self._lists(self.book.add_worksheet("Значения - Values"))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self.report.columns):
            self._column(sheet, place, column, lists.get(column.name))

    def _column(self, sheet: Any, place: int, column: Column, listed: str | None) -> None:
        plan = cell_plan(column, _BOOLEAN[self.speaking])
        header = self.headers[column.name]
        cells = self.book.add_format({"num_format": plan.number_format})
        sheet.set_column(place, place, max(12, min(len(header) + 3, 40)), cells)
        style = self.required if column.required else self.optional
        sheet.write_string(0, place, header, style)
        sheet.write_comment(
            0, place, self._note(column), {"x_scale": 2, "y_scale": 2, "author": ""}
        )
        _write_value(
            sheet, place, plan,
            self.book.add_format({"num_format": plan.number_format, **self.grey}),
        )  # fmt: skip
        rule = validation_of(column)
        if listed is not None:
            rule = {"validate": "list", "source": listed}
        elif column.kind == "boolean":
            rule = {"validate": "list", "source": list(_BOOLEAN[self.speaking])}
        if rule is not None:
            sheet.data_validation(1, place, _LAST_ROW, place, {**rule, "ignore_blank": True})

    def _note(self, column: Column) -> str:
        speak = language(self.speaking).say
        lines = [_half(self.notes.get(column.name, ""), self.speaking)]
        lines += [speak(rule) for rule in column_rules(self.report, column)]
        return "\n".join(line for line in lines if line)

    def _rules(self, sheet: Any) -> None:
        for place, width in enumerate(_WIDTHS):
            sheet.set_column(place, place, width, self.wrapped)
        heads = ("Графа / Header", "Имя / Name", "Правила", "Rules", "Пример / Example")
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, self.optional)
        sheet.freeze_panes(1, 0)
        for row, column in enumerate(self.report.columns, start=1):
            sheet.write_string(row, 0, self.headers[column.name], self.wrapped)
            sheet.write_string(row, 1, column.name, self.wrapped)
            for place, code in ((2, "ru"), (3, "en")):
                words = [_half(self.notes.get(column.name, ""), code)]
                words += [language(code).say(r) for r in column_rules(self.report, column)]
                sheet.write_string(row, place, "; ".join(w for w in words if w), self.wrapped)
            sheet.write_string(row, 4, column.example or "", self.wrapped)
        self._closing_words(sheet, len(self.report.columns) + 2)

    def _closing_words(self, sheet: Any, row: int) -> None:
        common = [msg("Write over the example row; leave the header row as it is.")]
        if self.report.file_pattern:
            common.append(msg("Name of the file: %(name)s", name=self.report.file_pattern))
        common += [
            msg("Must hold in every row: %(rule)s (%(expression)s)", rule=Bilingual(rule.name),
                expression=rule.expression)
            for rule in self.report.rules
        ]  # fmt: skip
        for number, sentence in enumerate(common):
            sheet.write_string(row + number, 2, language("ru").say(sentence), self.wrapped)
            sheet.write_string(row + number, 3, language("en").say(sentence), self.wrapped)

    def _lists(self, sheet: Any) -> dict[str, str]:
        """Write the values of every column with a list; return where each stands."""
        found = {}
        listed = [column for column in self.report.columns if column.codes]
        for number, column in enumerate(listed):
            place = number * 2
            sheet.set_column(place, place, 22, self.text)
            sheet.set_column(place + 1, place + 1, 44, self.wrapped)
            sheet.write_string(0, place, self.headers[column.name], self.required)
            heading = "Написания / Spellings"
            sheet.write_string(0, place + 1, heading, self.optional)
            codes = dict.fromkeys(column.codes.values())
            for row, code in enumerate(codes, start=1):
                spelled = [s for s, c in column.codes.items() if c == code and s != code]
                sheet.write_string(row, place, code, self.text)
                sheet.write_string(row, place + 1, ", ".join(spelled), self.wrapped)
            letter = xlsxwriter.utility.xl_col_to_name(place, True)
            found[column.name] = f"='{sheet.get_name()}'!{letter}$2:{letter}${len(codes) + 1}"
        return found


def _half(text: str, code: str) -> str:
    return Bilingual(text).half(code).rstrip(".")


def _write_value(sheet: Any, place: int, plan: CellPlan, style: Any) -> None:
    match plan.example:
        case None:
            sheet.write_blank(1, place, None, style)
        case datetime():
            sheet.write_datetime(1, place, plan.example, style)
        case timedelta():
            sheet.write_number(1, place, plan.example / timedelta(days=1), style)
        case int() | float() | Decimal():
            sheet.write_number(1, place, plan.example, style)
        case _:
            sheet.write_string(1, place, plan.example, style)
