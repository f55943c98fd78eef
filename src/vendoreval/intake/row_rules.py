"""Sentences about one row: boolean SQL, compiled through a list of allowed parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp

from vendoreval import units
from vendoreval.agreement import Agreement, Column, ReportSchema, RowRule
from vendoreval.errors import AgreementError, Problem
from vendoreval.intake.columns import instant_literal
from vendoreval.intake.parse_text import INSTANT
from vendoreval.intake.zone_shift import other_reading
from vendoreval.text import Message, msg


def _remainder(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """The remainder of SQL has the sign of what is divided; that of Polars of the divisor."""
    rest = a.abs() % b.abs()
    return pl.when(a < 0).then(-rest).otherwise(rest)


_BINARY: dict[type, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    exp.And: lambda a, b: a & b,
    exp.Or: lambda a, b: a | b,
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
    exp.Div: lambda a, b: a / b,
    exp.Mod: _remainder,
}
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between)


@dataclass(frozen=True)
class CompiledRule:
    """A row rule ready to run over typed columns; a null answer passes.

    Parameters
    ----------
    columns
        What it speaks of; it cannot be asked of a row where one of these was not read.
    """

    rule: RowRule
    expression: pl.Expr
    columns: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        """How faults name it."""
        return f"row_rule:{self.rule.id}"


def compile_rules(
    agreement: Agreement, schema: ReportSchema, dtypes: Mapping[str, Any]
) -> list[CompiledRule]:
    """Compile the row rules of a report.

    Raises
    ------
    AgreementError
        If a rule cannot be parsed, names an unknown column or uses a part that is not allowed.
    """
    compiled: list[CompiledRule] = []
    problems: list[Problem] = []
    for rule in schema.rules:
        try:
            compiled.append(CompiledRule(rule, *_compile(rule, schema, dtypes)))
        except (_NotAllowedError, ValueError) as error:
            found = error.found if isinstance(error, _NotAllowedError) else _refused(str(error))
            problems.append(
                Problem(
                    agreement.source, f"{schema.name}.quality[{rule.id}].rowRule", found,
                    msg("comparisons and arithmetic over the columns of this report"),
                    msg("rewrite the rule; a rule over several rows or reports belongs elsewhere"),
                )
            )  # fmt: skip
    if problems:
        raise AgreementError(problems)
    return compiled


class _NotAllowedError(Exception):
    def __init__(self, found: Message) -> None:
        super().__init__(found.template)
        self.found = found


def _refused(reason: str) -> Message:
    return msg("the rule cannot be run: %(reason)s", reason=reason.partition("\n")[0])


def _compile(
    rule: RowRule, schema: ReportSchema, dtypes: Mapping[str, Any]
) -> tuple[pl.Expr, frozenset[str]]:
    try:
        tree = sqlglot.parse_one(rule.expression, read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError(str(error)) from None
    translate = _Translator(dtypes, schema.timezone)
    expression = translate(tree)
    names = set(expression.meta.root_names())
    probe = pl.DataFrame(schema=dict(dtypes))
    try:
        answer = probe.select(expression.alias("answer")).to_series()
    except pl.exceptions.PolarsError as error:
        raise ValueError(str(error)) from None
    if answer.dtype != pl.Boolean:
        raise ValueError("it answers with a value, not with yes or no")
    clocks = [
        column.name
        for column in schema.columns
        if column.name in names and dtypes[column.name] == INSTANT and _without_offset(column)
    ]
    return _forgiving(expression, clocks, schema.timezone), frozenset(names)


def _without_offset(column: Column) -> bool:
    return any(not units.carries_offset(name) for name in column.formats)


def _forgiving(expression: pl.Expr, clocks: list[str], zone: str) -> pl.Expr:
    """Make the rule unknown where another reading of a repeated hour would keep it."""
    if not clocks or zone == "UTC":
        return expression

    def settle(parts: Sequence[pl.Series]) -> pl.Series:
        answer = parts[0]
        if answer.all(ignore_nulls=True):
            return answer
        broken = (~answer).fill_null(False).arg_true()
        table = pl.DataFrame(list(parts[1:])).gather(broken)
        kept = _kept_by_another_reading(expression, table, clocks, zone)
        return answer if kept is None else answer.scatter(broken.filter(kept), None)

    names = expression.meta.root_names()
    return pl.map_batches(
        [expression, *(pl.col(name) for name in dict.fromkeys(names))],
        settle,
        return_dtype=pl.Boolean(),
    )


def _kept_by_another_reading(
    expression: pl.Expr, table: pl.DataFrame, clocks: list[str], zone: str
) -> pl.Series | None:
    others = {name: other_reading(table.get_column(name), zone) for name in clocks}
    doubtful = {name: other for name, other in others.items() if other is not None}
    kept: pl.Series | None = None
    for taken in product((False, True), repeat=len(doubtful)):
        swapped = [
            pl.coalesce(other.alias(name), pl.col(name)).alias(name)
            for (name, other), swap in zip(doubtful.items(), taken, strict=True)
            if swap
        ]
        if swapped:
            answer = table.with_columns(swapped).select(expression.alias("?")).to_series()
            held = answer.fill_null(True)
            kept = held if kept is None else kept | held
    return kept


@dataclass(frozen=True)
class _Translator:
    dtypes: Mapping[str, Any]
    zone: str

    def __call__(self, node: Any, hint: Any = None) -> pl.Expr:
        if isinstance(node, _COMPARED) and hint is None:
            hint = self._temporal(node)
        for kind, join in _BINARY.items():
            if type(node) is kind:
                parts: Any = node
                return join(self(parts.this, hint), self(parts.expression, hint))
        return self._other(node, hint)

    def _other(self, node: Any, hint: Any) -> pl.Expr:
        match node:
            case exp.Paren():
                return self(node.this, hint)
            case exp.Not():
                return ~self(node.this)
            case exp.Neg():
                return -self(node.this)
            case exp.Column():
                return self._column(node)
            case exp.Boolean():
                return pl.lit(bool(node.this))
            case exp.Null():
                return pl.lit(None)
            case exp.Literal():
                return self._literal(node, hint)
            case exp.Is() if isinstance(node.expression, exp.Null):
                return self(node.this).is_null()
            case exp.Between():
                value = self(node.this, hint)
                return (value >= self(node.args["low"], hint)) & (
                    value <= self(node.args["high"], hint)
                )
            case exp.In() if node.expressions:
                value = self(node.this, hint)
                return reduce(
                    lambda a, b: a | b, [value == self(e, hint) for e in node.expressions]
                )
            case exp.Coalesce():
                return pl.coalesce([self(e) for e in (node.this, *node.expressions)])
            case exp.Abs():
                return self(node.this).abs()
            case exp.Length():
                return self(node.this).str.len_chars().cast(pl.Int64)
        raise _NotAllowedError(
            msg(
                "the rule uses %(part)s", part=type(node).__name__.upper() + f" ({node.sql()[:80]})"
            )
        )

    def _column(self, node: Any) -> pl.Expr:
        name = node.name
        if name not in self.dtypes or node.table:
            raise _NotAllowedError(msg("the rule names the column %(name)s", name=node.sql()))
        return pl.col(name)

    def _literal(self, node: Any, hint: Any) -> pl.Expr:
        if not node.is_string:
            return pl.lit(
                float(node.this) if "." in node.this or "e" in node.this.lower() else int(node.this)
            )
        if hint is not None:
            return pl.lit(instant_literal(node.this, hint, self.zone), dtype=hint)
        return pl.lit(node.this)

    def _temporal(self, node: Any) -> Any:
        """Type of a date or instant that takes part in a comparison, for the texts beside it."""
        for column in node.find_all(exp.Column):
            dtype = self.dtypes.get(column.name)
            if dtype is not None and dtype.is_temporal():
                return dtype
        return None
