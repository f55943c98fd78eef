"""A ledger of many months and vendors, written through the ledger's own posting.

Run as ``python benchmarks/ledger/ledger_of_years.py FOLDER [months] [vendors] [calls] [seed]``.
Every vendor delivers five reports a month (calls, agent_days, funnel, sales, invoice_lines):
24 months and 6 vendors make 720 deliveries. The parts are what intake writes: all canonical
columns, zstd, at most 250,000 rows, no statistics.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from vendoreval.agreement import Agreement, ReportSchema, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.intake.parts import ROWS_A_PART
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS, DISPOSITIONS, STAGES

REPORTS = ("calls", "agent_days", "funnel", "sales", "invoice_lines")
_DTYPES: dict[str, Any] = {
    "string": pl.String(), "int64": pl.Int64(), "float64": pl.Float64(), "boolean": pl.Boolean(),
    "date": pl.Date(), "timestamp": pl.Datetime("us"), "decimal(18, 4)": pl.Decimal(18, 4),
}  # fmt: skip
_AGENTS = 40
_LEADS = 4_000


@dataclass(frozen=True)
class Tally:
    """Where the rows of a delivery went."""

    delivered: int
    accepted: int
    quarantined: int = 0
    rejected: int = 0
    skipped: int = 0


@dataclass(frozen=True)
class Received:
    """A received file, as the ledger looks at it."""

    path: Path
    agreement: Agreement
    schema: ReportSchema
    sha256: str
    received_at: datetime


@dataclass(frozen=True)
class Validated:
    """What `validate` would have returned."""

    delivery: Received
    rows: Tally
    period: Period | None
    accepted_files: tuple[Path, ...]
    columns_delivered: tuple[str, ...]
    quarantine_files: tuple[Path, ...] = ()
    fault_files: tuple[Path, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, Any] = field(default_factory=dict)


@cache
def agreement(vendor: str) -> Agreement:
    """Return an agreement of the library with the five reports."""
    text = compose(vendor, REPORTS, timezone="Europe/Moscow", title=vendor)
    return agreement_from_bytes(text.encode(), vendor, f"{vendor}.odcs.yaml")


def vendor_name(number: int) -> str:
    """Return the short name of a vendor."""
    return f"vendor{number:02d}"


def calls(rng: np.random.Generator, vendor: str, period: Period, rows: int) -> pl.DataFrame:
    """Return calls spread over the days of a period, in the order of their start."""
    second = np.sort(rng.integers(0, period.days * 36_000, rows))
    day, inside = np.divmod(second, 36_000)
    start = np.datetime64(period.start, "s") + (day * 86_400 + 28_800 + inside)
    talk = np.where(rng.random(rows) < 0.35, rng.gamma(1.3, 90, rows), 0).astype(np.int64)
    ring = rng.integers(3, 35, rows)
    n = np.arange(rows)
    phone = 79_000_000_000 + rng.integers(0, 90_000_000, rows)
    mark = f"{vendor[-2:]}{period.start:%y%m}"
    return pl.DataFrame(
        {
            "vendor": pl.repeat(vendor, rows, eager=True),
            "call_id": pl.Series(n).cast(pl.String).str.zfill(7).str.replace("^", f"C{mark}"),
            "agent_id": pl.Series(rng.integers(0, _AGENTS, rows)).cast(pl.String)
            .str.replace("^", "A"),
            "started_at": pl.Series(start.astype("datetime64[us]")),
            "talk_seconds": talk,
            "disposition": pl.Series(np.asarray(DISPOSITIONS)[rng.integers(0, 20, rows)]),
            "campaign_id": pl.Series(np.asarray(["spring", "retail"])[rng.integers(0, 2, rows)]),
            "lead_id": pl.Series(rng.integers(0, _LEADS * 3, rows)).cast(pl.String)
            .str.replace("^", f"L{vendor[-2:]}"),
            "phone": pl.Series(phone).cast(pl.String).str.replace("^", "+"),
            "ring_seconds": ring,
            "billed_seconds": np.where(talk > 0, (talk + 59) // 60 * 60, 0),
            "wrap_seconds": np.where(talk > 0, rng.integers(2, 60, rows), 0),
            "hangup_side": pl.Series(np.asarray(["agent", "customer"])[rng.integers(0, 2, rows)]),
        }
    )  # fmt: skip


def agent_days(rng: np.random.Generator, vendor: str, period: Period) -> pl.DataFrame:
    """Return one row for each agent and day."""
    days = [period.start + timedelta(days=n) for n in range(period.days)]
    rows = len(days) * _AGENTS
    return pl.DataFrame(
        {
            "vendor": pl.repeat(vendor, rows, eager=True),
            "agent_id": [f"A{n % _AGENTS}" for n in range(rows)],
            "date": [days[n // _AGENTS] for n in range(rows)],
            "dials": rng.integers(50, 200, rows), "conversations": rng.integers(5, 60, rows),
            "line_seconds": rng.integers(10_000, 30_000, rows),
        }
    )  # fmt: skip


def funnel(rng: np.random.Generator, vendor: str, period: Period) -> pl.DataFrame:
    """Return the snapshot of a month's last day."""
    stages = np.asarray(STAGES)[rng.integers(0, len(STAGES), _LEADS)]
    return pl.DataFrame(
        {
            "vendor": pl.repeat(vendor, _LEADS, eager=True),
            "snapshot_on": pl.repeat(period.last_day, _LEADS, eager=True),
            "lead_id": [f"L{vendor[-2:]}{n}" for n in range(_LEADS)],
            "stage": pl.Series(stages),
            "attempts": rng.integers(1, 9, _LEADS),
        }
    )


def sales(rng: np.random.Generator, vendor: str, period: Period) -> pl.DataFrame:
    """Return the claimed sales of a month."""
    rows = 120
    start = np.datetime64(period.start, "s") + rng.integers(0, period.days * 86_400, rows)
    return pl.DataFrame(
        {
            "vendor": pl.repeat(vendor, rows, eager=True),
            "sale_id": [f"S{vendor[-2:]}{period.start:%y%m}{n}" for n in range(rows)],
            "sold_at": pl.Series(np.sort(start).astype("datetime64[us]")),
            "lead_id": [f"L{vendor[-2:]}{n}" for n in rng.integers(0, _LEADS, rows)],
        }
    )


def invoice_lines(vendor: str, period: Period) -> pl.DataFrame:
    """Return the invoice of a month."""
    return pl.DataFrame(
        {
            "vendor": [vendor], "invoice_id": [f"I{period}"], "line": [1],
            "period_start": [period.start], "period_end": [period.last_day],
            "unit": ["talk_minute"], "quantity": [40_000], "unit_price": [9], "amount": [360_000],
        }
    )  # fmt: skip


def canonical(frame: pl.DataFrame, report: str) -> pl.DataFrame:
    """Return every canonical column with its type, the row number and the days, as intake does."""
    days = {day: pl.col(at).dt.date() for day, at in DERIVED_DAYS.get(report, {}).items()
            if at in frame.columns}  # fmt: skip
    frame = frame.with_columns(**days).with_row_index("_row", 2)
    columns = [pl.col("_row").cast(pl.Int64)]
    for name, kind in COLUMN_TYPES[report].items():
        source = pl.col(name) if name in frame.columns else pl.lit(None)
        columns.append(source.cast(_DTYPES[kind]).alias(name))
    return frame.select(columns)


def delivered(
    frame: pl.DataFrame, report: str, vendor: str, period: Period, folder: Path, note: str = ""
) -> Validated:
    """Write the parts of a delivery and return what the ledger posts."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = canonical(frame, report)
    files = []
    for number, start in enumerate(range(0, rows.height, ROWS_A_PART)):
        path = folder / f"{report}-{vendor}-{period}-{note}{number:03d}.parquet"
        rows.slice(start, ROWS_A_PART).write_parquet(
            path, compression="zstd", compression_level=1, statistics=False
        )
        files.append(path)
    signed = agreement(vendor)
    name = f"{report}_{period}.csv"
    came = datetime(period.end.year, period.end.month, period.end.day, 7, tzinfo=UTC)
    return Validated(
        Received(
            Path(name), signed, signed.reports[report],
            hashlib.sha256(f"{vendor}/{name}/{note}".encode()).hexdigest(), came,
        ),
        Tally(rows.height, rows.height), period, tuple(files), tuple(frame.columns),
    )  # fmt: skip


def months(count: int, end: date = date(2026, 11, 1)) -> list[Period]:
    """Return the last months before a day."""
    found = [Period.month_of(end - timedelta(days=1))]
    while len(found) < count:
        found.insert(0, found[0].previous())
    return found


def deliveries(
    folder: Path, months_back: int, vendors: int, rows: int, seed: int
) -> Iterator[Validated]:
    """Yield every delivery, month by month."""
    for number, period in enumerate(months(months_back)):
        for place in range(vendors):
            vendor, rng = vendor_name(place), np.random.default_rng([seed, number, place])
            frames = {
                "calls": calls(rng, vendor, period, rows), "funnel": funnel(rng, vendor, period),
                "agent_days": agent_days(rng, vendor, period), "sales": sales(rng, vendor, period),
                "invoice_lines": invoice_lines(vendor, period),
            }  # fmt: skip
            for report, frame in frames.items():
                yield delivered(frame, report, vendor, period, folder)


def build(
    folder: Path, months_back: int = 24, vendors: int = 6, rows: int = 83_000, seed: int = 20261105
) -> Ledger:
    """Write a ledger, or open it when it is there already."""
    path = folder / "ledger"
    wanted = months_back * vendors * len(REPORTS)
    if (path / "format.json").exists():
        ledger = Ledger.open(path)
        if len(ledger.commits) == wanted:
            return ledger
        shutil.rmtree(path)
    ledger = Ledger.open(path)
    # below the ledger's own staging, as the command does, so that posting links the parts
    staging = path / "staging" / "benchmark"
    for report in deliveries(staging, months_back, vendors, rows, seed):
        ledger.post(report)
        for file in report.accepted_files:
            file.unlink(missing_ok=True)
    shutil.rmtree(staging, ignore_errors=True)
    return ledger


if __name__ == "__main__":
    place = Path(sys.argv[1])
    numbers = [int(text) for text in sys.argv[2:]]
    begun = time.perf_counter()
    made = build(place, *numbers)
    size = sum(p.stat().st_size for p in (made.path / "data").rglob("*.parquet"))
    print(f"{made!r}, {len(made.calls()):,} calls, {size / 1e6:.0f} MB, "
          f"{time.perf_counter() - begun:.0f} s")  # fmt: skip
