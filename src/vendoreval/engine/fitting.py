"""What an engine's SQL lacks, put in other words before an expression is compiled for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops

_Rule = Callable[[Any], Any]


def fitted(operation: ops.Relation, dialect: str) -> ops.Relation:
    """Return an operation that asks the same in words the engine has."""
    rules = _RULES.get(dialect)
    if not rules:
        return operation

    def replaced(node: Any, changed: Mapping[str, Any] | None) -> Any:
        if changed and isinstance(node, ops.WindowFunction):
            func = changed["func"]
            # the sign is given to the window's answer: inside it only its function may stand
            changed = {**changed, "func": func.arg if isinstance(func, ops.Cast) else func}
        again = node.__recreate__(changed) if changed else node
        rule = rules.get(type(again))
        return again if rule is None else rule(again)

    return operation.replace(replaced)


def _boolean_to_small(node: ops.Cast) -> ops.Cast:
    """PostgreSQL makes a boolean only a 32-bit number, which may then grow."""
    if node.arg.dtype.is_boolean() and node.to.is_numeric() and node.to != dt.int32:
        return ops.Cast(ops.Cast(node.arg, dt.int32(nullable=node.to.nullable)), node.to)
    return node


def _signed(node: Any) -> ops.Value:
    """ClickHouse counts without a sign, which no other whole number goes together with."""
    return ops.Cast(node, dt.int64)


def _signed_window(node: ops.WindowFunction) -> ops.Value:
    return ops.Cast(node, dt.int64) if isinstance(node.func, (*_COUNTS, *_RANKS)) else node


_COUNTS: Final = (ops.CountStar, ops.Count, ops.CountDistinct, ops.CountDistinctStar)
_RANKS: Final = (ops.RowNumber, ops.MinRank, ops.DenseRank)
_RULES: Final[Mapping[str, Mapping[type, _Rule]]] = {
    "postgres": {ops.Cast: _boolean_to_small},
    "clickhouse": dict.fromkeys((*_COUNTS, ops.StringLength), _signed)
    | {ops.WindowFunction: _signed_window},
}
