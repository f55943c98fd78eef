"""What rating costs beside a bare scan-and-sum of the same columns of the same file.

Run as ``python benchmarks/rating/rate_calls.py [calls] [rounds]``; 10 million calls and 15
rounds when not given. The card has two dated versions with graduated steps of price, free
seconds and a minimum, and a line for one campaign. Both queries run on the embedded engine
with two threads over one Parquet file; each pair runs the bare scan right before the
rating, ratios are taken inside a pair and the median is printed with its quartiles.
"""

from __future__ import annotations

import gc
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis

from vendoreval.agreement import RateItem
from vendoreval.engine import DuckEngine, compile_sql
from vendoreval.rating import rated_sums
from vendoreval.rating.amounts import as_decimal, exact_amount
from vendoreval.rating.lines import CardLine, lines_of
from vendoreval.rating.reference import rated_seconds
from vendoreval.tables import COLUMN_TYPES, DISPOSITIONS, TABLES

CALLS, PAIRS = 10_000_000, 15
_COUNTING = {
    "unit": "talk_minute", "currency": "RUB", "free_seconds": 3, "minimum_seconds": 30,
    "first_increment_seconds": 30, "next_increment_seconds": 6,
}  # fmt: skip
TOUCH = """
SELECT sum(length(vendor)), max(started_on), sum(length(campaign_id)), sum(length(disposition)),
       sum(talk_seconds), sum(hold_seconds), sum(is_test::INTEGER) FROM calls
"""
BARE = """
SELECT max(vendor), max(started_on), max(campaign_id), max(disposition), sum(talk_seconds),
       sum(hold_seconds), sum(is_test::INTEGER) FROM calls
"""


def card() -> tuple[CardLine, ...]:
    """Return a dated, tiered card with a line of its own for one campaign."""

    def steps(*prices: str) -> dict[str, Any]:
        ends = ("100000", "1000000", None)
        return {"kind": "graduated", "steps": [
            {"price": price} | ({"up_to": end} if end else {})
            for price, end in zip(prices, ends, strict=True)
        ]}  # fmt: skip

    items = [
        {"valid_from": "2026-01-01", "valid_to": "2026-10-12", "tiers": steps("9.5", "9", "8.5")},
        {"valid_from": "2026-10-12", "tiers": steps("9.8", "9.3", "8.8")},
        {"valid_from": "2026-01-01", "campaigns": ["spring"], "price": "12"},
    ]
    return lines_of("alpha", [RateItem.model_validate(_COUNTING | item) for item in items])


def write_calls(path: Path, count: int) -> None:
    """Write calls of one month as the ledger keeps them; equal counts give equal files."""
    outcomes = ", ".join(f"'{code}'" for code in DISPOSITIONS)
    known = {
        "vendor": "'alpha'",
        "call_id": "'c' || i",
        "agent_id": "'A' || hash(i) % 40",
        "started_at": f"TIMESTAMP '2026-10-01' + to_seconds((i * 2678400.0 / {count})::BIGINT)",
        "started_on": f"DATE '2026-10-01' + (i * 30.99 / {count})::INTEGER",
        "talk_seconds": "CASE WHEN hash(i + 7) % 100 < 55 THEN 0 "
        "ELSE exp(4 + (hash(i * 3) % 1000) / 500.0)::BIGINT END",
        "disposition": f"[{outcomes}][1 + (hash(i + 3) % {len(DISPOSITIONS)})::INTEGER]",
        "campaign_id": "['smb', 'retail', 'spring'][1 + (hash(i + 5) % 3)::INTEGER]",
        "lead_id": "'L' || hash(i) % 1000000",
        "ring_seconds": "(hash(i + 1) % 30)::BIGINT",
        "hold_seconds": "CASE WHEN hash(i + 2) % 4 = 0 THEN (hash(i + 9) % 60)::BIGINT END",
        "wrap_seconds": "(hash(i + 4) % 60)::BIGINT",
        "is_test": "hash(i + 6) % 500 = 0",
    }
    columns = ", ".join(
        f"{known[name]} AS {name}" if name in known else f"NULL::{_type(kind)} AS {name}"
        for name, kind in COLUMN_TYPES["calls"].items()
    )
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
    connection.execute(
        f"COPY (SELECT {columns} FROM range({count}) t(i)) "  # noqa: S608  # our own names
        f"TO '{path}' (FORMAT parquet)"
    )
    connection.close()


def _type(kind: str) -> str:
    return {"string": "VARCHAR", "int64": "BIGINT"}.get(kind, kind)


def priced(rows: Sequence[tuple[Any, ...]], lines: Sequence[CardLine]) -> Decimal:
    """Return the money of summed-up calls: place, ..., rated seconds and fees last."""
    base: dict[int, int] = {}
    for row in rows:
        if row[0] >= 0:
            base[row[0]] = base.get(row[0], 0) + int(row[-2])
    return sum(
        (as_decimal(exact_amount(lines[place].item, total)) for place, total in base.items()),
        Decimal(0),
    )


def checked(engine: DuckEngine, lines: Sequence[CardLine], total: Decimal) -> None:
    """Hold the money against the plain reference on every hundredth call of the file."""
    sample = TABLES["calls"].filter(ibis._.call_id.endswith("00"))
    rows = engine.run(sample, maximum_rows=CALLS).to_pylist()
    by_hand = [0] * len(lines)
    for row in rows:
        place = next(n for n, line in enumerate(lines)
                     if line.holds(row["started_on"], row["campaign_id"]))  # fmt: skip
        by_hand[place] += rated_seconds(
            lines[place], talk=row["talk_seconds"], hold=row["hold_seconds"] or 0,
            disposition=row["disposition"], is_test=bool(row["is_test"]),
        )  # fmt: skip
    found = engine.run(rated_sums(sample, lines, [])).to_pylist()
    seconds = {row["place"]: row["rated_seconds"] for row in found}
    assert seconds == {place: total for place, total in enumerate(by_hand) if place in seconds}
    assert total > 0


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and result of one run."""
    gc.collect()
    begin = time.perf_counter()
    result = run()
    return time.perf_counter() - begin, result


def main(calls: int, pairs: int) -> None:
    """Write the file, run the pairs, print what they took."""
    lines = card()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.parquet"
        write_calls(path, calls)
        with DuckEngine({"calls": [path]}, memory_limit="1500MiB", threads=2) as engine:
            connection = engine._connection
            queries = {
                "total of every line of the card": [],
                "by line, campaign and day (what an invoice needs)": ["campaign_id", "started_on"],
            }
            print(f"{platform.platform()}, Python {platform.python_version()}, "
                  f"DuckDB {duckdb.__version__}, 2 threads")  # fmt: skip
            print(f"{calls:,} calls, {path.stat().st_size / 2**20:,.0f} MiB, {pairs} rounds")
            for name, by in queries.items():
                text = compile_sql(rated_sums(TABLES["calls"], lines, by), "duckdb")

                def rated(text: str = text) -> Decimal:
                    return priced(connection.sql(text).fetchall(), lines)

                def bare() -> Any:
                    return connection.sql(BARE).fetchall()

                def touch() -> Any:
                    return connection.sql(TOUCH).fetchall()

                timed(bare), timed(touch), timed(rated)
                took = [
                    (timed(bare)[0], timed(touch)[0], *timed(rated)) for _ in range(pairs)
                ]  # fmt: skip
                seconds = [
                    statistics.median(column) for column in list(zip(*took, strict=True))[:3]
                ]
                print(f"{name}: bare {seconds[0]:.3f} s, touch {seconds[1]:.3f} s, "
                      f"rated {seconds[2]:.3f} s; RUB {took[0][3]:,.2f}")  # fmt: skip
                for against, place in (("the bare scan", 0), ("the cheapest touch", 1)):
                    ratios = [round_[2] / round_[place] for round_ in took]
                    low, middle, high = statistics.quantiles(ratios, n=4)
                    print(f"  to {against}: {middle:.2f} (quartiles {low:.2f} and {high:.2f})")
            checked(engine, lines, took[0][3])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"peak memory {peak:,.0f} MiB; a sample of calls agrees with the plain reference")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:3]]
    main(*(given + [CALLS, PAIRS][len(given) :]))
