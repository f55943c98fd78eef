"""Rows that a later delivery changed, left out or added for days delivered before.

A delivery that takes the place of earlier ones is set against them row by row. A value
that was not delivered before is not a change. A row that was kept out for its faults and
comes mended is not an addition: where no more rows were added than had been kept out, all
of them count as mended, else those whose key stands among the rows kept out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from vendoreval.engine import Part, source_sql
from vendoreval.ledger.places import Place
from vendoreval.ledger.records import Commit
from vendoreval.ledger.scan import columns_of, name, scanner
from vendoreval.ledger.state import State
from vendoreval.period import Period


@dataclass(frozen=True)
class Versioned:
    """What is compared of the rows of one report: key, day, and the values that matter.

    Parameters
    ----------
    seconds
        A change of any of them is one; the first that both versions hold and that differs
        is told.
    """

    key: tuple[str, ...]
    day: str
    seconds: tuple[str, ...] = ()
    amount: str | None = None
    outcome: str | None = None


VERSIONED: Final[dict[str, Versioned]] = {
    "calls": Versioned(("call_id",), "started_on", ("billed_seconds", "talk_seconds"),
                       outcome="disposition"),
    "agent_days": Versioned(("agent_id", "date"), "date", ("line_seconds",)),
    "funnel": Versioned(("snapshot_on", "lead_id"), "snapshot_on", outcome="stage"),
    "funnel_events": Versioned(("lead_id", "at"), "at_on", outcome="stage_to"),
    "sales": Versioned(("sale_id",), "sold_on", amount="amount", outcome="status"),
    "invoice_lines": Versioned(("invoice_id", "line"), "period_start", amount="amount"),
}  # fmt: skip


def restated(state: State, schema: pa.Schema) -> pa.Table:
    """Return the table `restated`."""
    found = [table for commit in state.commits for table in _of_heir(state, commit, schema)]
    return pa.concat_tables(found) if found else schema.empty_table()


def _of_heir(state: State, heir: Commit, schema: pa.Schema) -> Iterator[pa.Table]:
    report = VERSIONED.get(heir.report)
    numbers = {*heir.supersedes, *(part.delivery for part in heir.replaces)}
    olds = [c for c in state.commits if c.number in numbers and c.rows.accepted]
    olds = [c for c in olds if _days(c) is not None]
    if report is None or not olds or not heir.rows.accepted:
        return
    state.parts([*olds, heir])
    by_key = bool(heir.replaces)
    query = _query(state, report, olds, heir, by_key=by_key)
    with scanner() as connection:
        found: pa.Table = connection.sql(query, params=[*_values(heir)]).to_arrow_table()
    if found.num_rows:
        yield found.cast(schema)


def _values(heir: Commit) -> tuple[object, ...]:
    return heir.vendor, heir.report, heir.number, heir.received_at.date(), heir.reason


def _days(commit: Commit) -> Period | None:
    if commit.span is not None:
        return commit.span
    if commit.first_on is None or commit.last_on is None:
        return None
    return Period.parse(f"{commit.first_on}..{commit.last_on}")


def _query(
    state: State, report: Versioned, olds: Sequence[Commit], heir: Commit, *, by_key: bool
) -> str:
    before = " UNION ALL BY NAME ".join(
        f"SELECT {c.number} AS delivery, {_selected(state, report, state.delivered(c))}"
        for c in olds
    )
    after = f"SELECT {_selected(state, report, state.delivered(heir))}"
    spans = ", ".join(_span(c.number, _days(c)) for c in olds)
    kept = {c.number: c.rows.quarantined + c.rows.rejected for c in olds}
    allowed = ", ".join(f"({number}, {rows})" for number, rows in kept.items())
    changed = (
        # what one of the versions does not hold is no change
        "seconds_before <> seconds_after OR amount_before <> amount_after "
        "OR outcome_before <> outcome_after"
    )
    # a correction of single rows says nothing of the rows it does not name
    removed = "FALSE" if by_key else "after_row IS NULL"
    return f"""
        WITH o AS ({before}), n AS ({after}),
        spans (number, first_on, last_on) AS (VALUES {spans}),
        allowed (number, kept_out) AS (VALUES {allowed}),
        quarantined AS ({_quarantined(state, report, olds)}),
        placed AS (
            SELECT n.*, s.number AS number FROM n LEFT JOIN spans s
            ON n.day_on BETWEEN s.first_on AND s.last_on
        ),
        paired AS (
            SELECT coalesce(o.delivery, p.number) AS delivery, coalesce(o.row_key, p.row_key)
                AS row_key, coalesce(o.day_on, p.day_on) AS day_on,
                o.row_key AS before_row, p.row_key AS after_row,
                CASE WHEN p.row_key IS NULL THEN coalesce(o.first_seconds, o.next_seconds)
                    WHEN o.first_seconds <> p.first_seconds THEN o.first_seconds
                    ELSE o.next_seconds END AS seconds_before,
                CASE WHEN o.row_key IS NULL THEN coalesce(p.first_seconds, p.next_seconds)
                    WHEN o.first_seconds <> p.first_seconds THEN p.first_seconds
                    ELSE p.next_seconds END AS seconds_after,
                o.amount AS amount_before, p.amount AS amount_after,
                o.outcome AS outcome_before, p.outcome AS outcome_after
            FROM o FULL JOIN placed p ON o.row_key = p.row_key
        ),
        judged AS (
            SELECT *, CASE WHEN before_row IS NULL THEN 'added' WHEN {removed} THEN 'removed'
                WHEN after_row IS NOT NULL AND ({changed}) THEN 'changed' END AS change
            FROM paired WHERE delivery IS NOT NULL
        ),
        counted AS (
            SELECT *, count(*) FILTER (change = 'added') OVER (PARTITION BY delivery) AS added
            FROM judged
        )
        SELECT ? AS vendor, ? AS report, delivery, ? AS by_delivery, ? AS received_on,
            ? AS reason, row_key, day_on,
            CASE WHEN change = 'added' AND kept_out > 0
                AND (added <= kept_out OR row_key IN (SELECT row_key FROM quarantined))
                THEN 'mended' ELSE change END AS change,
            seconds_before, seconds_after, amount_before, amount_after,
            outcome_before, outcome_after
        FROM counted JOIN allowed ON delivery = allowed.number WHERE change IS NOT NULL
        ORDER BY delivery, row_key
    """  # noqa: S608 - our own column names, quoted file names, bound values


def _span(number: int, days: Period | None) -> str:
    assert days is not None  # noqa: S101  asked above
    return f"({number}, {_day(days.start)}, {_day(days.last_day)})"


def _day(on: date) -> str:
    return f"DATE '{on.isoformat()}'"


def _selected(state: State, report: Versioned, places: Sequence[Place]) -> str:
    """Return the columns that are compared, and where they come from."""
    parts = [place.part(state.ledger) for place in places if place.named.rows]
    known = columns_of(parts)

    def value(column: str | None, kind: str) -> str:
        there = column is not None and column in known
        return f"CAST({name(column or '') if there else 'NULL'} AS {kind})"

    seconds = [*report.seconds, None, None]
    fallback = seconds[1] if len(report.seconds) > 1 else seconds[0]
    return (
        f"{_row_key(report.key)} AS row_key, {value(report.day, 'DATE')} AS day_on, "
        f"{value(seconds[0], 'BIGINT')} AS first_seconds, "
        f"{value(fallback, 'BIGINT')} AS next_seconds, "
        f"{value(report.amount, 'DECIMAL(18, 4)')} AS amount, "
        f"{value(report.outcome, 'VARCHAR')} AS outcome FROM {source_sql(parts)}"
    )


def _row_key(key: Sequence[str]) -> str:
    return "concat_ws(' / ', " + ", ".join(f"CAST({name(k)} AS VARCHAR)" for k in key) + ")"


def _quarantined(state: State, report: Versioned, olds: Sequence[Commit]) -> str:
    """Return the keys among the rows kept out, as far as they are written like accepted ones."""
    parts: list[Part] = []
    for commit in olds:
        for place in state.delivered(commit, "quarantine"):
            part = place.part(state.ledger)
            if place.named.rows and columns_of([part]) >= set(report.key):
                parts.append(part)
    if not parts:
        return "SELECT NULL AS row_key WHERE FALSE"
    return f"SELECT {_row_key(report.key)} AS row_key FROM {source_sql(parts)}"  # noqa: S608 - our own column names, quoted file names, bound values
