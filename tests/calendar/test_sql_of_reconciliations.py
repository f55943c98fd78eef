"""The SQL form of every comparison the library offers answers as our own evaluation does."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from calendar_world import _ARROW, World, at
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.agreement.odcs import Quality
from vendoreval.ledger import Ledger
from vendoreval.ledger.reconcile import reconcile
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS

RECEIVED = at("2026-11-02 09:00")
ZONE = "Europe/Moscow"
REPORTS = ("calls", "agent_days", "invoice_lines", "sales", "reviews", "funnel", "funnel_events",
           "leads", "client_sales")  # fmt: skip
CARD = [
    {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01",
     "first_increment_seconds": 60, "next_increment_seconds": 60, "minimum_seconds": 30,
     "free_seconds": 3}
]  # fmt: skip


def load(zone: str) -> Agreement:
    text = compose("alpha", REPORTS, rate_card=CARD, timezone=zone)
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


AGREEMENTS = {zone: load(zone) for zone in ("UTC", ZONE)}


def queries(agreement: Agreement) -> dict[str, Quality]:
    return {
        quality.id or "": quality
        for part in agreement.contract.schema_objects or ()
        for quality in part.quality or ()
        if quality.method == "reconciliation"
    }


IDS = st.sampled_from(["1", "2", "3"])
DAYS = st.integers(0, 2).map(lambda n: date(2026, 10, 5) + timedelta(days=n))
# around midnight, so that a wrong clock puts a call on another day
CALLS = st.fixed_dictionaries(
    {
        "agent_id": IDS, "hour": st.sampled_from([0, 1, 12, 21, 22, 23]), "day": DAYS,
        "talk_seconds": st.sampled_from([0, 2, 25, 59, 60, 61, 600]),
        "hold_seconds": st.sampled_from([None, 0, 5]), "lead_id": st.none() | IDS,
        "disposition": st.sampled_from(["sale", "refusal", "busy", "no_answer"]),
        "is_test": st.sampled_from([None, False, True]),
    }
)  # fmt: skip
AGENT_DAYS = st.fixed_dictionaries(
    {"agent_id": IDS, "date": DAYS, "dials": st.integers(0, 3), "conversations": st.integers(0, 2),
     "talk_seconds": st.sampled_from([0, 60, 121, 600]), "line_seconds": st.just(3600)}
)  # fmt: skip
INVOICE = st.fixed_dictionaries(
    {"unit": st.sampled_from(["talk_minute", "sale"]),
     "quantity": st.sampled_from([Decimal(0), Decimal(1), Decimal("2.5"), Decimal(12)])}
)  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    def rows(strategy: st.SearchStrategy[dict[str, Any]], most: int = 4) -> list[dict[str, Any]]:
        return draw(st.lists(strategy, min_size=1, max_size=most))

    linked = st.fixed_dictionaries({"lead_id": st.none() | IDS, "call_id": st.none() | IDS})
    bare = st.fixed_dictionaries({"lead_id": IDS})
    days = {(row["agent_id"], row["date"]): row for row in rows(AGENT_DAYS)}
    month = {"period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31)}
    return {
        "calls": [{"call_id": str(n), **row} for n, row in enumerate(rows(CALLS, 6), start=1)],
        "agent_days": list(days.values()),
        "invoice_lines": [
            {"invoice_id": "i", "line": n, "unit_price": Decimal(1), "amount": Decimal(1),
             **month, **row} for n, row in enumerate(rows(INVOICE), start=1)
        ],
        "sales": [{"sale_id": str(n), "sold_at": datetime(2026, 10, 6, 12), "sold_on":
                   date(2026, 10, 6), **row} for n, row in enumerate(rows(linked))],
        "reviews": [{"review_id": str(n), "reviewed_at": datetime(2026, 10, 6, 12), "reviewed_on":
                     date(2026, 10, 6), "call_id": row["call_id"] or "1"}
                    for n, row in enumerate(rows(linked))],
        "funnel": [{"snapshot_on": date(2026, 10, 31), "stage": "new", **row}
                   for row in rows(bare)],
        "funnel_events": [{"at": datetime(2026, 10, 6, 12), "at_on": date(2026, 10, 6),
                           "stage_to": "new", **row} for row in rows(bare)],
        "leads": [{"handed_on": date(2026, 10, 1), "vendor": "alpha", **row}
                  for row in rows(bare, 2)],
        "client_sales": [{"sale_id": str(n), "sold_at": datetime(2026, 10, 6, 12), "sold_on":
                          date(2026, 10, 6), "vendor": "alpha", "lead_id": row["lead_id"]}
                         for n, row in enumerate(rows(linked))],
    }  # fmt: skip


def as_kept(row: dict[str, Any], zone: str) -> dict[str, Any]:
    """A call as the ledger keeps it: the instant in UTC, and the local day beside it."""
    row = dict(row)
    day, hour = row.pop("day"), row.pop("hour")
    local = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    utc = local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
    return {**row, "started_at": utc, "started_on": day}


def as_described(
    base: duckdb.DuckDBPyConnection, report: str, rows: Sequence[dict[str, Any]], zone: str
) -> None:
    """Give a tool the table as the agreement describes it: instants by the local clock."""
    fields = [pa.field(name, _ARROW[kind]) for name, kind in COLUMN_TYPES[report].items()]
    shift = timedelta(hours=3 if zone == ZONE else 0)
    instants = set(DERIVED_DAYS.get(report, {}).values())
    local = [
        {name: value + shift if name in instants and value is not None else value
         for name, value in row.items()}
        for row in rows
    ]  # fmt: skip
    base.register(report, pa.Table.from_pylist(local, schema=pa.schema(fields)))


@settings(max_examples=10)
@given(world=worlds(), zone=st.sampled_from(["UTC", ZONE]))
def test_a_comparison_and_its_sql_agree(world: dict[str, list[dict[str, Any]]], zone: str) -> None:
    agreement = AGREEMENTS[zone]
    world = {**world, "calls": [as_kept(row, zone) for row in world["calls"]]}
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as base:
        folder = Path(name)
        made = World(Ledger.open(folder / "ledger"), folder, agreement)
        for report, rows in world.items():
            made.post(report, "2026-10", rows, received_at=RECEIVED)
            as_described(base, report, rows, zone)
        results = {r.id: r for r in reconcile(made.ledger, "alpha", "2026-10", agreement=agreement)}
        asked = queries(agreement)
        assert set(results) == set(asked) and len(asked) == 11
        for rule, quality in asked.items():
            assert results[rule].status != "not_run", results[rule].message
            assert quality.query is not None
            found = base.execute(quality.query).fetchone()
            assert found is not None
            # no row breaks the comparison by one way and keeps it by the other
            assert (found[0] == 0) == (results[rule].status == "ok"), rule
            if "values" not in str(quality.custom_properties):
                assert found[0] == len(results[rule].differences), rule
