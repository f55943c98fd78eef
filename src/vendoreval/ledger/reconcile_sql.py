"""The measures, groups and conditions of a reconciliation, through a list of allowed parts.

A text of the agreement is parsed, every part of it is looked up in the list, and only
then written again as SQL. A day or month of an instant is the local one: the ledger's
day column takes the place of the instant, which is kept in UTC.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import sqlglot
from sqlglot import exp

from vendoreval.agreement import ReportSchema
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS
from vendoreval.text import Message, msg

_VALUES: Final = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Not,
    exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Add, exp.Sub,
    exp.Mul, exp.Div, exp.Mod, exp.In, exp.Between, exp.Is, exp.Coalesce, exp.Abs, exp.Floor,
    exp.Ceil, exp.Round, exp.Greatest, exp.Least, exp.Case, exp.If, exp.Length,
)  # fmt: skip
_DAYS: Final = (exp.Cast, exp.Date, exp.TsOrDsToDate, exp.TimestampTrunc, exp.DateTrunc)
_IN_DAYS: Final = (exp.DataType, exp.Var)
_TRUNCATED: Final = frozenset({"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"})


class NotRunError(Exception):
    """The comparison cannot be made; says why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.template)
        self.reason = reason


@dataclass(frozen=True)
class Texts:
    """SQL made of allowed parts, and the columns that must have been delivered."""

    sql: str
    needed: frozenset[str]


def measure_sql(text: str, schema: ReportSchema, columns: Collection[str]) -> Texts:
    """Return ``SUM(...)``, ``COUNT(*)`` or ``COUNT(DISTINCT column)`` as exact SQL.

    Raises
    ------
    NotRunError
        If it is something else or names an unknown column.
    """
    tree = _parsed(text)
    if isinstance(tree, exp.Sum):
        inner = _checked(tree.this, text, schema, columns)
        # a division inside makes floats, whole seconds all the same
        return Texts(f"SUM(CAST({inner.sql} AS DECIMAL(38, 6)))", inner.needed)
    if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Star):
        return Texts("COUNT(*)", frozenset())
    if isinstance(tree, exp.Count) and isinstance(tree.this, exp.Distinct):
        (counted,) = tree.this.expressions if len(tree.this.expressions) == 1 else (tree,)
        inner = _checked(counted, text, schema, columns)
        return Texts(f"COUNT(DISTINCT {inner.sql})", inner.needed)
    raise _refused(text)


def value_sql(text: str, schema: ReportSchema, columns: Collection[str]) -> Texts:
    """Return a column, a day of an instant or a condition as SQL.

    Raises
    ------
    NotRunError
        If a part of it is not allowed or names an unknown column.
    """
    return _checked(_parsed(text), text, schema, columns)


def _parsed(text: str) -> Any:
    try:
        return sqlglot.parse_one(text, read="duckdb")
    except sqlglot.errors.SqlglotError:
        raise _refused(text) from None


def _refused(text: str) -> NotRunError:
    return NotRunError(msg("the rule is written as %(text)s, which cannot be run", text=text[:120]))


def _checked(tree: Any, text: str, schema: ReportSchema, columns: Collection[str]) -> Texts:
    for node in tree.walk():
        _check_part(node, text)
    needed = frozenset(
        column.name
        for column in tree.find_all(exp.Column)
        # an optional column has its substitute beside it
        if column.find_ancestor(exp.Coalesce) is None
    )
    known = set(columns)
    for column in tree.find_all(exp.Column):
        if column.table or column.name not in known:
            raise NotRunError(
                msg(
                    "%(report)s has no column %(column)s",
                    report=schema.name,
                    column=column.sql()[:120],
                )
            )
    return Texts(_local(tree, text, schema).sql(dialect="duckdb", identify=True), needed)


def _check_part(node: Any, text: str) -> None:
    if type(node) in _VALUES:
        if isinstance(node, exp.In) and not node.expressions:
            raise _refused(text)
        return
    if type(node) in _IN_DAYS and isinstance(node.parent, _DAYS):
        return
    unit = node.args.get("unit")
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        if str(getattr(unit, "name", "")).upper() in _TRUNCATED:
            return
    elif isinstance(node, exp.Cast):
        if node.to.this == exp.DataType.Type.DATE:
            return
    elif isinstance(node, _DAYS):
        return
    raise _refused(text)


def _local(tree: Any, text: str, schema: ReportSchema) -> Any:
    """Put the local day in the place of an instant wherever a day is taken from it."""
    instants = _instants(schema)
    days = {instant: day for day, instant in DERIVED_DAYS.get(schema.name, {}).items()}
    tree = tree.copy()
    for column in list(tree.find_all(exp.Column)):
        if column.name not in instants:
            continue
        if isinstance(column.parent, _DAYS) and column.name in days:
            column.replace(exp.column(days[column.name]))
        elif not _beside_instant(column, instants):
            raise _refused(text)
    return tree


def _beside_instant(column: Any, instants: Collection[str]) -> bool:
    """Whether an instant is only compared with another one, which no time zone changes."""
    parent = column.parent
    if not isinstance(parent, exp.GT | exp.GTE | exp.LT | exp.LTE | exp.EQ | exp.NEQ | exp.Is):
        return False
    other = parent.expression if parent.this is column else parent.this
    return isinstance(other, exp.Null) or (isinstance(other, exp.Column) and other.name in instants)


def _instants(schema: ReportSchema) -> frozenset[str]:
    own = {c.name for c in schema.columns if c.kind == "timestamp"}
    canonical = COLUMN_TYPES.get(schema.name, {})
    return frozenset(own | {n for n, kind in canonical.items() if kind == "timestamp"})
