"""Rules between columns and reports: what they name must be there, and mean one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import sqlglot
from sqlglot import exp

from vendoreval.agreement.canonical import CLIENT_REPORTS, canonical_types
from vendoreval.agreement.extensions import Reconcile, ReconcileSide
from vendoreval.agreement.odcs import DataContract, Quality
from vendoreval.agreement.reports import ReportSchema
from vendoreval.agreement.sql_rules import reconcile_query, row_rule_query, same_query
from vendoreval.errors import Problem
from vendoreval.text import msg


def rule_problems(
    contract: DataContract, reports: Sequence[ReportSchema], where: str
) -> Iterator[Problem]:
    """Yield what is wrong with row rules, reconciliations, foreign keys and deadlines."""
    columns = {report.name: set(report.column_names) for report in reports}
    for number, part in enumerate(contract.schema_objects or ()):
        path = f"$.schema[{number}]"
        for index, quality in enumerate(part.quality or ()):
            yield from _quality(quality, part.name, columns, f"{path}.quality[{index}]", where)
    for number, report in enumerate(reports):
        for key in report.foreign_keys:
            # companies handed over stand in the client's own agreement, not in this one
            held = columns.get(key.to_report) or set(canonical_types(key.to_report))
            if key.to_column not in held:
                place = report.column_names.index(key.column)
                yield _unknown(
                    f"{key.to_report}.{key.to_column}",
                    f"$.schema[{number}].properties[{place}].relationships", where,
                )  # fmt: skip
    for index, level in enumerate(contract.sla_properties or ()):
        for name in (level.element or "").split(","):
            report_name = name.strip().partition(".")[0]
            if report_name and report_name not in columns:
                yield _unknown(report_name, f"$.slaProperties[{index}].element", where)


def _quality(
    quality: Quality, report: str, columns: Mapping[str, set[str]], path: str, where: str
) -> Iterator[Problem]:
    row_rule = quality.extension("rowRule", str)
    compared: Reconcile | None = quality.extension("reconcile", Reconcile)
    generated = None
    if row_rule is not None:
        yield from _expression(row_rule, report, columns, path, where)
        generated = row_rule_query(row_rule)
    elif compared is not None:
        for side in (compared.left, compared.right):
            yield from _side(side, columns, path, where)
        generated = reconcile_query(compared)
    if generated and quality.query and not same_query(quality.query, generated):
        yield Problem(
            where, f"{path}.query",
            msg("the SQL says something else than the rule beside it"),
            msg("the form made from the rule: %(query)s", query=" ".join(generated.split())),
            msg("delete the query; it is made anew when the agreement is written"),
        )  # fmt: skip


def _side(
    side: ReconcileSide, columns: Mapping[str, set[str]], path: str, where: str
) -> Iterator[Problem]:
    if side.report not in columns:
        if side.report not in CLIENT_REPORTS:
            yield _unknown(side.report, path, where)
            return
        # it stands in the client's own agreement
        columns = {**columns, side.report: set(canonical_types(side.report))}
    for text in (side.measure, side.values, side.where, *side.by):
        if text is not None:
            yield from _expression(text, side.report, columns, path, where)


def _expression(
    text: str, report: str, columns: Mapping[str, set[str]], path: str, where: str
) -> Iterator[Problem]:
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.SqlglotError:
        yield Problem(
            where, path,
            msg("the rule “%(rule)s” cannot be read", rule=text),
            msg("comparisons and arithmetic over the columns of this report"),
            msg("mend the rule"),
        )  # fmt: skip
        return
    for column in dict.fromkeys(node.name for node in tree.find_all(exp.Column)):
        if column not in columns.get(report, set()):
            yield _unknown(f"{report}.{column}", path, where)


def _unknown(name: str, path: str, where: str) -> Problem:
    return Problem(
        where, path,
        msg("%(name)s is named", name=name),
        msg("a report or column of this agreement"),
        msg("mend the name, or add what it means"),
    )  # fmt: skip
