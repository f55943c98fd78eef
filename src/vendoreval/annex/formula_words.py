"""A condition of the agreement, written in SQL, as a sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vendoreval.text import Message, msg

_Said = Message | str
# kind of condition -> its sentence about a left and a right side
_COMPARED: Final[Mapping[type[exp.Expression], Message]] = {
    exp.EQ: msg("%(left)s equals %(right)s"),
    exp.NEQ: msg("%(left)s differs from %(right)s"),
    exp.GT: msg("%(left)s is greater than %(right)s"),
    exp.GTE: msg("%(left)s is not less than %(right)s"),
    exp.LT: msg("%(left)s is less than %(right)s"),
    exp.LTE: msg("%(left)s is not greater than %(right)s"),
    exp.Add: msg("%(left)s plus %(right)s"),
    exp.Sub: msg("%(left)s minus %(right)s"),
    exp.Mul: msg("%(left)s times %(right)s"),
    exp.Div: msg("%(left)s divided by %(right)s"),
    exp.And: msg("%(left)s and %(right)s"),
    exp.Or: msg("%(left)s or %(right)s"),
}
# inside the other one of the two, or below arithmetic, a part needs brackets
_LOOSE: Final = (exp.And, exp.Or, exp.Add, exp.Sub, exp.Case)
_SUMS: Final = (exp.Add, exp.Sub)
_DEEPEST: Final = 40


class _UntoldError(Exception):
    """There are no words for a part."""


def in_words(expression: str) -> Message | None:
    """Return a condition in words; `None` where there are none for a part of it.

    Examples
    --------
    >>> from vendoreval.text import language
    >>> language("en").say(in_words("ended_at >= started_at AND NOT is_test"))
    'ended_at is not less than started_at and not: is_test'
    """
    try:
        parsed = sqlglot.parse_one(expression, read="duckdb")
        told = _say(parsed, 0)
    except (SqlglotError, _UntoldError, RecursionError):
        return None
    return told if isinstance(told, Message) else Message("%(text)s", {"text": told})


def _say(part: exp.Expression, depth: int) -> _Said:
    if depth > _DEEPEST:
        raise _UntoldError
    for kind, sentence in _COMPARED.items():
        if type(part) is kind:
            return Message(
                sentence.template,
                {"left": _inner(part, part.this, depth),
                 "right": _inner(part, part.expression, depth)},
            )  # fmt: skip
    told = _TOLD.get(type(part))
    if told is None:
        raise _UntoldError
    return told(part, depth + 1)


def _inner(outer: exp.Expression, part: exp.Expression, depth: int) -> _Said:
    """Say a part, in brackets where words alone would not tell what belongs together."""
    told = _say(part.unnest(), depth + 1)
    bare = part.unnest()
    if isinstance(bare, _LOOSE) and type(bare) is not type(outer) and not _clear(outer, bare):
        return Message("(%(part)s)", {"part": told})
    if isinstance(outer, exp.Sub) and isinstance(bare, _SUMS) and bare is outer.expression.unnest():
        return Message("(%(part)s)", {"part": told})
    return told


def _clear(outer: exp.Expression, inner: exp.Expression) -> bool:
    """Whether arithmetic stands below a comparison, or below other sums."""
    compared = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
    return isinstance(inner, _SUMS) and isinstance(outer, (*compared, *_SUMS))


def _paren(part: exp.Expression, depth: int) -> _Said:
    return _say(part.this, depth)


def _not(part: exp.Expression, depth: int) -> _Said:
    inner = part.this.unnest()
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return msg("%(left)s is filled", left=_say(inner.this, depth))
    if isinstance(inner, exp.In):
        return _listed(inner, depth, msg("%(left)s is none of: %(values)s"))
    return msg("not: %(part)s", part=_inner(part, inner, depth))


def _is(part: exp.Expression, depth: int) -> _Said:
    if isinstance(part.expression, exp.Null):
        return msg("%(left)s is empty", left=_say(part.this, depth))
    return msg("%(left)s equals %(right)s", left=_say(part.this, depth),
               right=_say(part.expression, depth))  # fmt: skip


def _in(part: exp.Expression, depth: int) -> _Said:
    return _listed(part, depth, msg("%(left)s is one of: %(values)s"))


def _listed(part: exp.Expression, depth: int, sentence: Message) -> _Said:
    values = tuple(_say(value, depth) for value in part.expressions)
    if not values:
        raise _UntoldError
    return Message(sentence.template, {"left": _say(part.this, depth), "values": values})


def _between(part: exp.Expression, depth: int) -> _Said:
    return msg("%(left)s lies from %(low)s to %(high)s", left=_say(part.this, depth),
               low=_say(part.args["low"], depth), high=_say(part.args["high"], depth))  # fmt: skip


def _coalesce(part: exp.Expression, depth: int) -> _Said:
    others = part.expressions
    if len(others) != 1:
        raise _UntoldError
    return msg("%(left)s (%(right)s when empty)", left=_say(part.this, depth),
               right=_say(others[0], depth))  # fmt: skip


def _sum(part: exp.Expression, depth: int) -> _Said:
    return msg("the sum of %(part)s", part=_say(part.this, depth))


def _count(part: exp.Expression, depth: int) -> _Said:
    if isinstance(part.this, exp.Star):
        return msg("the number of rows")
    if isinstance(part.this, exp.Distinct):
        raise _UntoldError
    return msg("the number of rows with %(part)s", part=_say(part.this, depth))


def _month(part: exp.Expression, depth: int) -> _Said:
    unit = part.args.get("unit")
    if unit is None or unit.name.upper() != "MONTH":
        raise _UntoldError
    return msg("the month of %(part)s", part=_say(part.this, depth))


def _cast(part: exp.Expression, depth: int) -> _Said:
    if not part.to.is_type(exp.DataType.Type.DATE):
        raise _UntoldError
    return msg("the day of %(part)s", part=_say(part.this, depth))


def _day(part: exp.Expression, depth: int) -> _Said:
    return msg("the day of %(part)s", part=_say(part.this, depth))


def _negative(part: exp.Expression, depth: int) -> _Said:
    return Message("\u2212%(part)s", {"part": _say(part.this, depth)})


def _boolean(part: exp.Expression, depth: int) -> _Said:
    return msg("yes") if part.this else msg("no")


def _literal(part: exp.Expression, depth: int) -> _Said:
    return msg("“%(text)s”", text=part.this) if part.is_string else str(part.this)


def _column(part: exp.Expression, depth: int) -> _Said:
    return str(part.sql())


_TOLD: Final[Mapping[type[exp.Expression], Callable[[exp.Expression, int], _Said]]] = {
    exp.Paren: _paren,
    exp.Not: _not,
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Coalesce: _coalesce,
    exp.Sum: _sum,
    exp.Count: _count,
    exp.TimestampTrunc: _month,
    exp.DateTrunc: _month,
    exp.Cast: _cast,
    exp.Date: _day,
    exp.TsOrDsToDate: _day,
    exp.Neg: _negative,
    exp.Boolean: _boolean,
    exp.Literal: _literal,
    exp.Column: _column,
}
