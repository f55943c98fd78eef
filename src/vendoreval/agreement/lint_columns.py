"""Columns and reports: types the tables take, codes the checks know, headers that name one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from vendoreval.agreement.canonical import canonical_codes, canonical_types, fits
from vendoreval.agreement.library import library_report
from vendoreval.agreement.odcs import DataContract
from vendoreval.agreement.reports import Column, ReportSchema
from vendoreval.errors import Problem
from vendoreval.text import msg
from vendoreval.units import EXCEL_SERIAL, date_pattern

_PERSONAL: Final = re.compile(
    r"phone|e-?mail|passport|birth|full name|surname|телефон|почта|паспорт|рожден|фио|фамилия",
    re.IGNORECASE,
)


def column_problems(
    contract: DataContract, reports: Sequence[ReportSchema], where: str
) -> Iterator[Problem]:
    """Yield what is wrong with columns, report by report."""
    for number, report in enumerate(reports):
        path = f"$.schema[{number}]"
        yield from _period(contract, report, number, where)
        yield from _headers(report, path, where)
        for index, column in enumerate(report.columns):
            here = f"{path}.properties[{index}]"
            yield from _type(report, column, here, where)
            yield from _codes(report, column, here, where)
            yield from _formats(column, here, where)
            yield from _personal(report, column, here, where)


def plain_header(text: str) -> str:
    """Return a header as files are matched by it: without case and doubled blanks.

    Examples
    --------
    >>> plain_header(" Start  Time ")
    'start time'
    """
    return " ".join(text.replace("\ufeff", "").split()).casefold()


def sounds_personal(header: str) -> bool:
    """Whether a header speaks of a person rather than of the work.

    Examples
    --------
    >>> sounds_personal("Телефон клиента"), sounds_personal("Длительность")
    (True, False)
    """
    return _PERSONAL.search(header) is not None


def _period(
    contract: DataContract, report: ReportSchema, number: int, where: str
) -> Iterator[Problem]:
    path = f"$.schema[{number}]"
    if report.period_column is None:
        wanted = _library_period(report.name)
        if wanted is not None and wanted in report.column_names:
            yield Problem(
                where, path,
                msg("the report %(name)s has no period", name=report.name),
                msg("period: {every: day, week or month; column: %(column)s; timezone}",
                    column=wanted),
                msg("add the property period; without it each file replaces all former ones"),
            )  # fmt: skip
        return
    column = next((c for c in report.columns if c.name == report.period_column), None)
    if column is not None and column.kind not in {"date", "timestamp"}:
        yield Problem(
            where, path,
            msg("the period is read from column %(name)s", name=column.name),
            msg("a date or timestamp"),
            msg("name a column with a day in it"),
        )  # fmt: skip


def _library_period(name: str) -> str | None:
    if not canonical_types(name):
        return None
    for entry in library_report(name).get("customProperties", ()):
        if entry["property"] == "period":
            return str(entry["value"]["column"])
    return None


def _headers(report: ReportSchema, path: str, where: str) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for index, column in enumerate(report.columns):
        for header in dict.fromkeys(plain_header(text) for text in column.headers):
            owner = owners.setdefault(header, column.name)
            if owner != column.name:
                yield Problem(
                    where, f"{path}.properties[{index}].synonyms",
                    msg("the header “%(header)s” names %(first)s and %(second)s",
                        header=header, first=owner, second=column.name),
                    msg("a header that names one column"),
                    msg("leave it with one of the two"),
                )  # fmt: skip


def _type(report: ReportSchema, column: Column, path: str, where: str) -> Iterator[Problem]:
    wanted = canonical_types(report.name).get(column.name)
    if wanted is not None and not fits(column, wanted):
        yield Problem(
            where, f"{path}.logicalType",
            msg("%(column)s is a %(kind)s", column=column.name, kind=column.kind),
            msg("what the table %(table)s holds: %(type)s", table=report.name, type=wanted),
            msg("write the type of the standard report, or give the column another name"),
        )  # fmt: skip


def _codes(report: ReportSchema, column: Column, path: str, where: str) -> Iterator[Problem]:
    allowed = canonical_codes(report.name, column.name)
    if allowed and not column.codes:
        yield Problem(
            where, path,
            msg("%(column)s has no list of codes", column=column.name),
            msg("a code of the common list: %(allowed)s", allowed=", ".join(allowed)),
            msg("list the codes in enum, each with the vendor's spellings"),
        )  # fmt: skip
    for code in dict.fromkeys(column.codes.values()):
        if allowed and code not in allowed:
            yield Problem(
                where, f"{path}.enum",
                msg("the code %(code)s is written", code=code),
                msg("a code of the common list: %(allowed)s", allowed=", ".join(allowed)),
                msg("write the common code as the value and this one among its spellings"),
            )  # fmt: skip
    meanings: dict[str, str] = {}
    for spelling, code in column.codes.items():
        other = meanings.setdefault(plain_header(spelling), code)
        if other != code:
            yield Problem(
                where, f"{path}.enum",
                msg("“%(spelling)s” stands for %(first)s and %(second)s", spelling=spelling,
                    first=other, second=code),
                msg("a spelling that means one code"),
                msg("leave it with one of the two"),
            )  # fmt: skip


def _formats(column: Column, path: str, where: str) -> Iterator[Problem]:
    for text in column.formats:
        if text == EXCEL_SERIAL:
            continue
        try:
            date_pattern(text)
        except ValueError:
            yield Problem(
                where, f"{path}.customProperties",
                msg("the date pattern %(text)s is written", text=text),
                msg("a pattern such as dd.MM.yyyy HH:mm:ss"),
                msg("write year, month and day, and only parts that the pattern knows"),
            )  # fmt: skip


def _personal(report: ReportSchema, column: Column, path: str, where: str) -> Iterator[Problem]:
    if column.personal or column.kind != "string" or column.codes:
        return
    known = canonical_types(report.name)
    # the standard report knows which of its columns are personal; a caller's own line is not
    named = [column.name] if column.name in known else list(column.headers)
    if column.name == "caller_phone" or not any(sounds_personal(text) for text in named):
        return
    yield Problem(
        where, f"{path}.tags",
        msg("%(column)s looks like personal data and is not marked", column=column.name),
        msg("tags: [pii, pii:phone] or the like"),
        msg("mark it, so that it is masked in every output"),
    )  # fmt: skip
