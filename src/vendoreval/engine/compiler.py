"""The only file that turns Ibis expressions into SQL; a replacement compiler would go here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import ibis
import ibis.expr.operations as ops
from ibis.config import Config, options

from vendoreval.engine.fitting import fitted

#: dialects whose text is compiled and kept, and the engines that nobody ran it on
COMPILED_ONLY: Final = ("snowflake", "bigquery", "trino", "databricks")


class _SparkOptions(Config):  # type: ignore[misc]  # Ibis has no types for it
    """What Ibis's compiler for Spark reads; Ibis itself makes it only with its driver loaded."""

    treat_nan_as_null: bool = False


def compile_sql(expression: ibis.Table, dialect: str) -> str:
    """Return the text of a query in the dialect of an engine.

    Examples
    --------
    >>> from vendoreval.tables import TABLES
    >>> print(compile_sql(TABLES["do_not_call"].select("phone"), "postgres"))
    SELECT
      "t0"."phone"
    FROM "do_not_call" AS "t0"
    """
    if dialect in {"pyspark", "databricks"} and getattr(options, "pyspark", None) is None:
        options.pyspark = _SparkOptions()
    return str(ibis.to_sql(fitted(expression.op(), dialect).to_expr(), dialect=dialect))


@lru_cache(maxsize=256)
def text_of(operation: ops.Relation, maximum_rows: int, dialect: str) -> str:
    """Return the text of a query that is asked again and again; to compile takes long."""
    return compile_sql(operation.to_expr().limit(maximum_rows), dialect)


def named_tables(expression: ibis.Table) -> tuple[str, ...]:
    """Return the names of the tables a query reads, in their order."""
    return tuple(sorted({node.name for node in expression.op().find(ops.UnboundTable)}))


def with_sources(
    query: str, sources: Mapping[str, str], *, hint: str = "", quote: str = '"'
) -> str:
    """Put a name before a query for each table it reads, so that no view is made anywhere.

    Parameters
    ----------
    sources
        Name -> query that yields its rows, in the same dialect.
    hint
        What stands between ``AS`` and the query, such as ``NOT MATERIALIZED``.

    Examples
    --------
    >>> with_sources('SELECT * FROM "calls"', {"calls": "SELECT 1 AS n"})
    'WITH "calls" AS (SELECT 1 AS n) SELECT * FROM "calls"'
    """
    if not sources:
        return query
    between = f"AS {hint} " if hint else "AS "
    named = ", ".join(f"{quote}{name}{quote} {between}({text})" for name, text in sources.items())
    start, _, rest = query.partition("\n") if query.startswith("WITH ") else ("", "", query)
    if start:
        return f"WITH {named}, {start.removeprefix('WITH ')}\n{rest}"
    return f"WITH {named} {query}"
