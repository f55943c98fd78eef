"""Row rules and reconciliations as plain SQL, so that other ODCS tools can run them too.

A row rule is a sentence that must hold in every row; a reconciliation compares two
reports. The standard knows neither, it knows a `query` that returns a number. That
query is made here out of our two forms and never written by hand. It speaks of the
tables as the agreement describes them: a day of an instant is the day by the local clock.
"""

# the queries are text for the agreement and for other tools; nothing here runs them
# ruff: noqa: S608
from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.normalize import normalize
from sqlglot.optimizer.simplify import simplify

from vendoreval.agreement.extensions import Reconcile, ReconcileSide
from vendoreval.agreement.odcs import OUR_VENDOR

_TABLE: Final = "${table}"
# a name that no report has, for the parser stumbles over the mark of the standard
_PLACE: Final = "the_table_of_this_report"
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600}


def row_rule_query(expression: str) -> str:
    """Return the query that counts the rows which break a row rule.

    A row in which the sentence cannot be answered breaks nothing.

    Examples
    --------
    >>> row_rule_query("ended_at >= started_at")
    'SELECT COUNT(*) FROM ${table} WHERE NOT (ended_at >= started_at)'
    """
    return f"SELECT COUNT(*) FROM {_TABLE} WHERE NOT ({expression})"


def reconcile_query(rule: Reconcile) -> str:
    """Return the query that counts groups, or rows, on which two reports disagree.

    Examples
    --------
    >>> rule = Reconcile.model_validate({
    ...     "left": {"report": "sales", "values": "call_id"},
    ...     "right": {"report": "calls", "values": "call_id"}})
    >>> print(reconcile_query(rule))
    SELECT COUNT(*) FROM sales AS a WHERE a.call_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM calls AS b WHERE b.call_id = a.call_id)
    """
    if rule.left.values is not None:
        own, other = rule.left, rule.right
        condition = f"a.{own.values} IS NOT NULL" + (f" AND ({own.where})" if own.where else "")
        held = f" AND ({other.where})" if other.where else ""
        return (
            f"SELECT COUNT(*) FROM {own.report} AS a WHERE {condition}\n"
            f"  AND NOT EXISTS (SELECT 1 FROM {other.report} AS b "
            f"WHERE b.{other.values} = a.{own.values}{held})"
        )
    unit = rule.tolerance.unit or rule.left.unit or rule.right.unit
    keys = [f"k{number}" for number in range(1, len(rule.left.by) + 1)]
    join = (
        "FULL JOIN {right} ON " + " AND ".join(f"a.{k} = b.{k}" for k in keys)
        if keys
        else "CROSS JOIN {right}"
    )
    mine, theirs = "COALESCE(a.total, 0)", "COALESCE(b.total, 0)"
    allowed = f"{rule.tolerance.absolute}"
    if rule.tolerance.relative:
        allowed = f"GREATEST({allowed}, {rule.tolerance.relative} * ABS({theirs}))"
    present = "".join(
        f" AND {side}.{keys[0]} IS NOT NULL"
        for side in ("a", "b")
        if keys and rule.missingDays == "ignore"
    )
    return (
        f"SELECT COUNT(*) FROM {_totals(rule.left, 'a', unit)}\n"
        f"  {join.format(right=_totals(rule.right, 'b', unit))}\n"
        f"  WHERE ABS({mine} - {theirs}) > {allowed}{present}"
    )


def _totals(side: ReconcileSide, name: str, unit: str | None) -> str:
    """Return the sums of one side as a table in the unit of the tolerance."""
    measure = side.measure
    if unit in _SECONDS and side.unit in _SECONDS and side.unit != unit:
        own, wanted = _SECONDS[side.unit], _SECONDS[unit]
        measure = (
            f"{measure} * {own // wanted}" if own > wanted else f"{measure} / {wanted // own}.0"
        )
    keys = "".join(f"{part} AS k{number}, " for number, part in enumerate(side.by, start=1))
    where = f" WHERE {side.where}" if side.where else ""
    group = " GROUP BY " + ", ".join(str(n + 1) for n in range(len(side.by))) if side.by else ""
    return f"(SELECT {keys}{measure} AS total FROM {side.report}{where}{group}) AS {name}"


def generated_query(quality: dict[str, Any]) -> str | None:
    """Return the query that belongs to a quality rule of ours; `None` for any other rule."""
    for entry in quality.get("customProperties") or ():
        if not isinstance(entry, dict) or entry.get("vendor") != OUR_VENDOR:
            continue
        if entry.get("property") == "rowRule":
            return row_rule_query(entry["value"])
        if entry.get("property") == "reconcile":
            return reconcile_query(Reconcile.model_validate(entry["value"]))
    return None


def with_queries(value: dict[str, Any]) -> dict[str, Any]:
    """Return a contract in which every rule of ours has its SQL form.

    A query that stands there already is left as both sides signed it; `lint` says
    when it means something else.
    """
    value = deepcopy(value)
    for report in value.get("schema") or ():
        for quality in report.get("quality") or ():
            query = generated_query(quality)
            if query is not None and "query" not in quality:
                quality |= {"type": "sql", "query": query, "mustBe": 0, "unit": "rows"}
    return value


def same_query(first: str, second: str) -> bool:
    """Whether two queries say the same: equal text, or conditions that are equal by logic.

    Examples
    --------
    >>> same_query("SELECT COUNT(*) FROM ${table} WHERE NOT (a >= b AND a < c)",
    ...            "select count(*) from ${table} where a < b or a >= c")
    True
    >>> same_query(row_rule_query("a > b"), row_rule_query("a >= b"))
    False
    """
    if " ".join(first.split()) == " ".join(second.split()):
        return True
    try:
        return _plain_form(first) == _plain_form(second)
    except sqlglot.errors.SqlglotError:
        return False


def _plain_form(query: str) -> str:
    tree = sqlglot.parse_one(query.replace(_TABLE, _PLACE), read="duckdb")
    where = tree.find(exp.Where)
    if where is not None:
        where.set("this", simplify(normalize(where.this.copy())))
    text: str = tree.sql(dialect="duckdb", normalize=True, comments=False)
    return text
