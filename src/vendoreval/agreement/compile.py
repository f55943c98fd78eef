"""From ODCS parts to the reports that reading and validation work with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from vendoreval.agreement import extensions
from vendoreval.agreement.odcs import DataContract, Property, SchemaObject, Server
from vendoreval.agreement.reports import (
    Column,
    ForeignKey,
    Kind,
    ReportDialect,
    ReportSchema,
    RowRule,
    Severity,
)
from vendoreval.errors import Problem
from vendoreval.text import msg
from vendoreval.units import DURATION_FORMS
from vendoreval.zones import known_zone

_KINDS: dict[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
_DEFAULT_FORMAT = {"date": "yyyy-MM-dd", "timestamp": "yyyy-MM-dd HH:mm:ss"}
_PERSONAL_TAGS = {"pii"}


def compile_reports(contract: DataContract, where: str) -> tuple[list[ReportSchema], list[Problem]]:
    """Return every report of the contract and every problem met on the way."""
    problems: list[Problem] = []
    reports: list[ReportSchema] = []
    seen: set[str] = set()
    for number, part in enumerate(contract.schema_objects or ()):
        path = f"$.schema[{number}]"
        if part.name in seen:
            problems.append(
                Problem(
                    where,
                    f"{path}.name",
                    msg("report %(name)s stands here twice", name=part.name),
                    msg("each report once"),
                    msg("remove or rename one of them"),
                )
            )
        seen.add(part.name)
        reports.append(_report(contract, part, path, where, problems))
    return reports, problems


def _report(
    contract: DataContract, part: SchemaObject, path: str, where: str, problems: list[Problem]
) -> ReportSchema:
    period = part.extension("period", extensions.DeliveryPeriod)
    timezone = period.timezone if period else contract.extension("timezone", str, "UTC")
    if not known_zone(timezone):
        problems.append(
            Problem(
                where,
                path,
                msg("time zone %(name)s", name=timezone),
                msg("a name of the IANA list, such as Europe/Moscow"),
                msg("mend the name"),
            )
        )
        timezone = "UTC"
    dialect = _dialect(contract, part)
    columns = tuple(
        _column(entry, f"{path}.properties[{index}]", where, problems)
        for index, entry in enumerate(part.properties or ())
    )
    problems += _contradictions([c.name for c in columns], period, dialect, where, path)
    return ReportSchema(
        name=part.name,
        columns=columns,
        rules=_row_rules(part),
        foreign_keys=_foreign_keys(part),
        file_pattern=part.physical_name,
        period_column=period.column if period else None,
        every=period.every if period else None,
        timezone=timezone,
        dialect=dialect,
        title=part.business_name,
    )


def _contradictions(
    names: Sequence[str], period: extensions.DeliveryPeriod | None, dialect: ReportDialect,
    where: str, path: str,
) -> Iterator[Problem]:  # fmt: skip
    """Yield what a report says of columns it does not have, or has twice."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(
            where,
            path,
            msg("column %(name)s stands here twice", name=name),
            msg("each column once"),
            msg("remove or rename one of them"),
        )
    if period and period.column not in names:
        yield Problem(
            where,
            path,
            msg("the period is read from column %(name)s", name=period.column),
            msg("a column of this report"),
            msg("add the column or name another one"),
        )
    if dialect.only_column is not None and dialect.only_column not in names:
        yield Problem(
            where,
            f"{path}.customProperties",
            msg("rows are chosen by column %(name)s", name=dialect.only_column),
            msg("a column of this report"),
            msg("add the column or name another one"),
        )


def _dialect(contract: DataContract, part: SchemaObject) -> ReportDialect:
    """Take the dialect of the report, else of the first server, else of the contract."""
    server: Server | None = next(iter(contract.servers or ()), None)
    found = part.extension("dialect", extensions.Dialect)
    if found is None and server is not None:
        found = server.extension("dialect", extensions.Dialect)
    if found is None:
        found = contract.extension("dialect", extensions.Dialect, extensions.Dialect())
    return ReportDialect(
        encodings=found.encodings,
        delimiter=found.delimiter or (server.delimiter if server else None),
        decimal_comma=found.decimalComma,
        header_rows=found.headerRows,
        skip_footer=found.skipFooter,
        null_tokens=found.nullTokens,
        only_column=found.onlyRows.column if found.onlyRows else None,
        only_values=found.onlyRows.values if found.onlyRows else (),
    )


def _row_rules(part: SchemaObject) -> tuple[RowRule, ...]:
    rules = []
    for index, quality in enumerate(part.quality or ()):
        expression = quality.extension("rowRule", str)
        if expression:
            severity: Severity = "warning" if quality.severity == "warning" else "error"
            name = quality.name or quality.description or expression
            rules.append(RowRule(quality.id or f"rule-{index + 1}", expression, name, severity))
    return tuple(rules)


def _foreign_keys(part: SchemaObject) -> tuple[ForeignKey, ...]:
    keys = []
    for column in part.properties or ():
        for link in column.relationships or ():
            if isinstance(link.to, str) and (link.type or "foreignKey") == "foreignKey":
                report, _, target = link.to.rpartition(".")
                keys.append(ForeignKey(column.name or "", report.rpartition(".")[2], target))
    return tuple(keys)


def _column(entry: Property, path: str, where: str, problems: list[Problem]) -> Column:
    options = entry.logical_type_options or {}
    unit = entry.extension("unit", extensions.Unit)
    forms = entry.extension("acceptedForms", extensions.AcceptedForms, ())
    kind = _kind(entry, unit, forms, path, where, problems)
    dated = kind in {"date", "timestamp"}
    formats: tuple[str, ...] = ()
    if dated:
        formats = entry.extension(
            "acceptedFormats", tuple[str, ...], (options.get("format") or _DEFAULT_FORMAT[kind],)
        )
    if unit in extensions.DURATION_UNITS and kind == "integer" and not forms:
        forms = {"s": ("seconds",), "min": ("minutes",), "h": ()}[unit]
    pattern = options.get("pattern")
    if pattern is not None and not _sound_pattern(pattern):
        problems.append(
            Problem(
                where,
                f"{path}.logicalTypeOptions.pattern",
                msg("%(value)s is written", value=pattern),
                msg("a regular expression without look-around or back references"),
                msg("write it with plain classes and counts"),
            )
        )
        pattern = None
    return Column(
        name=entry.name or "",
        kind=kind,
        headers=entry.header_names(),
        required=entry.required or entry.primary_key,
        key_position=(entry.primary_key_position or 1) if entry.primary_key else None,
        unique=entry.unique,
        formats=formats,
        forms=forms,
        codes=_codes(entry),
        pattern=pattern,
        minimum_length=options.get("minLength"),
        maximum_length=options.get("maxLength"),
        minimum=None if dated else _bound(options, "minimum", path, where, problems),
        maximum=None if dated else _bound(options, "maximum", path, where, problems),
        earliest=str(options["minimum"]) if dated and "minimum" in options else None,
        latest=str(options["maximum"]) if dated and "maximum" in options else None,
        multiple_of=_bound(options, "multipleOf", path, where, problems),
        unit=unit,
        not_after_delivery=entry.extension("notAfter", str) == "delivery-time",
        personal=any(tag.partition(":")[0] in _PERSONAL_TAGS for tag in entry.tags or ()),
        example=str(entry.examples[0]) if entry.examples else None,
        joined=entry.extension("joinedHeaders", extensions.JoinedHeaders, ()),
        title_pattern=entry.extension("fromTitle", str),
    )


def _kind(
    entry: Property,
    unit: str | None,
    forms: tuple[str, ...],
    path: str,
    where: str,
    problems: list[Problem],
) -> Kind:
    logical = entry.logical_type or "string"
    if logical not in _KINDS:
        problems.append(
            Problem(
                where,
                f"{path}.logicalType",
                msg("%(value)s is written", value=logical),
                msg("one of: %(allowed)s", allowed=", ".join(_KINDS)),
                msg("a report of rows and columns holds only these"),
            )
        )
        return "string"
    kind = _KINDS[logical]
    if unit == "money" and kind in {"number", "integer"}:
        return "money"
    if DURATION_FORMS.intersection(forms) and kind in {"number", "integer"}:
        return "integer"
    return kind


def _codes(entry: Property) -> dict[str, str]:
    codes: dict[str, str] = {}
    for code in entry.enum or ():
        value = str(code.value)
        # canonical codes are lower case; a vendor's list may shout them
        canonical = value.lower()
        for spelling in (
            canonical,
            value,
            code.label,
            *code.extension("spellings", tuple[str, ...], ()),
        ):
            if spelling:
                codes.setdefault(spelling, canonical)
    return codes


def _bound(
    options: dict[str, Any], name: str, path: str, where: str, problems: list[Problem]
) -> Decimal | None:
    if options.get(name) is None:
        return None
    try:
        return Decimal(str(options[name]))
    except InvalidOperation:
        problems.append(
            Problem(
                where,
                f"{path}.logicalTypeOptions.{name}",
                msg("%(value)s is written", value=str(options[name])),
                msg("a number"),
                msg("mend the value"),
            )
        )
        return None


def _sound_pattern(pattern: str) -> bool:
    """Whether engines without backtracking can run it: no look-around, no back references."""
    if re.search(r"\(\?(=|!|<=|<!)|\\[1-9]", pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
