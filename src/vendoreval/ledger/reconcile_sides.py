"""One side of a reconciliation: which files and rows, which sums or values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from vendoreval.agreement import CLIENT, Agreement, ReportSchema
from vendoreval.engine import Part
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.reconcile_sql import NotRunError, Texts, measure_sql, value_sql
from vendoreval.ledger.scan import columns_of, name, scanner, source
from vendoreval.ledger.work_days import day_column
from vendoreval.period import Period
from vendoreval.tables import DERIVED_DAYS
from vendoreval.text import msg


@dataclass(frozen=True)
class Side:
    """What one side reads.

    Parameters
    ----------
    vendor
        Whose rows of a client's report count; `None` for all rows.
    by
        The groups as the agreement writes them.
    unit
        Unit in which the ledger holds the measure.
    kept_out
        Rows of these deliveries that validation kept out.
    """

    report: str
    files: tuple[Part, ...]
    vendor: str | None
    day: str | None
    measure: str
    by: tuple[str, ...]
    groups: tuple[str, ...]
    where: str | None
    values: str | None
    unit: str | None
    kept_out: int


def side_of(ledger: Ledger, agreement: Agreement, period: Period, told: dict[str, Any]) -> Side:
    """Read one side of a rule.

    Raises
    ------
    NotRunError
        If its data are not there or it is written in a way that cannot be run.
    """
    report, values = str(told["report"]), told.get("values")
    schema, owner = _owned(ledger, agreement, report)
    # values may have been handed over long before the period in which they are used
    span = None if values is not None else period
    commits = [
        c
        for c in ledger.live()
        if (c.vendor, c.report) == (owner, report)
        and (span is None or c.span is None or c.span.overlaps(span))
    ]
    files = tuple(part for commit in commits for part in ledger.parts(commit))
    if not files:
        raise NotRunError(
            msg("nothing of %(report)s is accepted for %(period)s", report=report,
                period=str(period))
        )  # fmt: skip
    columns = columns_of(files)
    by = tuple(str(part) for part in told.get("by") or ())
    groups = [value_sql(part, schema, columns) for part in by]
    where = value_sql(told["where"], schema, columns) if told.get("where") else None
    if values is not None:
        measured = value_sql(str(values), schema, columns)
    else:
        measured = measure_sql(str(told.get("measure")), schema, columns)
    _stop_if_undelivered(ledger, owner, report, span, [*groups, measured, *([where] * bool(where))])
    day = day_column(schema)
    return Side(
        report, files, agreement.vendor if owner == CLIENT and "vendor" in columns else None,
        day if day in columns else None, measured.sql, by, tuple(g.sql for g in groups),
        where.sql if where else None, None if values is None else str(values),
        _stored_unit(schema, str(told.get("measure") or ""), told.get("unit")),
        sum(c.rows.quarantined + c.rows.rejected for c in commits),
    )  # fmt: skip


def _owned(ledger: Ledger, agreement: Agreement, report: str) -> tuple[ReportSchema, str]:
    """Return the report and who delivers it: the vendor, else the client."""
    posted = {(c.vendor, c.report) for c in ledger.live()}
    own = agreement.reports.get(report)
    if own is not None and ((agreement.vendor, report) in posted or (CLIENT, report) not in posted):
        return own, agreement.vendor
    if (CLIENT, report) in posted:
        client = ledger.agreement(CLIENT).reports.get(report)
        if client is not None:
            return client, CLIENT
    raise NotRunError(msg("report %(report)s is neither the vendor's nor yours", report=report))


def _stop_if_undelivered(
    ledger: Ledger, owner: str, report: str, period: Period | None, texts: list[Texts | None]
) -> None:
    delivered = ledger.columns(owner, report, period)
    days = DERIVED_DAYS.get(report, {})
    asked = {days.get(c, c) for text in texts if text is not None for c in text.needed}
    missing = sorted(asked - delivered - {"vendor"})
    if missing:
        raise NotRunError(
            msg(
                "%(report)s came without %(columns)s",
                report=report,
                columns=", ".join(missing),
            )
        )


def _stored_unit(schema: ReportSchema, measure: str, stated: str | None) -> str | None:
    """Return the unit in the ledger: durations are kept in seconds, however they were written."""
    inside = measure.partition("(")[2].rstrip(") ").strip()
    column = next((c for c in schema.columns if c.name == inside), None)
    if column is None:
        return stated
    return "s" if column.forms else stated or column.unit


def _rows(side: Side, period: Period | None) -> tuple[str, list[Any]]:
    """Return the condition on the rows of a side, and its values."""
    conditions: list[str] = ["TRUE"]
    values: list[Any] = []
    if side.where:
        conditions.append(f"({side.where})")
    if side.vendor is not None:
        conditions.append('"vendor" = ?')
        values.append(side.vendor)
    if period is not None and side.day is not None:
        conditions.append(f"{name(side.day)} >= ? AND {name(side.day)} < ?")
        values += [period.start, period.end]
    return " AND ".join(conditions), values


def _asked(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    """Run a query whose allowed parts may still not fit together, such as a sum of texts."""
    with scanner() as connection:
        try:
            return connection.execute(query, values).fetchall()
        except (duckdb.DataError, duckdb.ProgrammingError) as error:
            reason = str(error).partition("\n")[0]
            raise NotRunError(
                msg("the rule cannot be run: %(reason)s", reason=reason[:200])
            ) from None


def totals(side: Side, period: Period) -> dict[tuple[Any, ...], Decimal]:
    """Return group -> exact sum over the rows of a period."""
    condition, values = _rows(side, period)
    groups = "".join(f"{text}, " for text in side.groups)
    grouped = " GROUP BY " + ", ".join(str(n + 1) for n in range(len(side.by))) if side.by else ""
    found = _asked(
        f"SELECT {groups}{side.measure} FROM {source(side.files)} WHERE {condition}{grouped}",  # noqa: S608 - our own column names, quoted file names, bound values
        values,
    )
    return {tuple(map(_plain, key)): Decimal(total or 0) for *key, total in found}


def _plain(value: Any) -> Any:
    """Return a day as a day: a month cut from an instant is an instant of its first day."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date | str) or value is None else str(value)


def absent_values(left: Side, right: Side, period: Period) -> tuple[list[tuple[str, int]], int]:
    """Return the values of the left rows that the right report lacks, and how many were asked."""
    ours, values = _rows(left, period)
    # a company handed to another vendor was handed over all the same
    theirs = f"({right.where})" if right.where else "TRUE"
    found = _asked(
        f"WITH a AS (SELECT CAST({left.measure} AS VARCHAR) AS v, count(*) AS n "  # noqa: S608 - our own column names, quoted file names, bound values
        f"FROM {source(left.files)} WHERE {ours} AND {left.measure} IS NOT NULL GROUP BY 1), "
        f"b AS (SELECT DISTINCT CAST({right.measure} AS VARCHAR) AS v "
        f"FROM {source(right.files)} WHERE {theirs}) "
        "SELECT a.v, a.n, b.v IS NULL FROM a LEFT JOIN b USING (v) ORDER BY 1",
        values,
    )
    return [(value, int(n)) for value, n, absent in found if absent], len(found)
