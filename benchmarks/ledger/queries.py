"""What history costs a query: `as_of`, many deliveries, compaction, the first look.

Run as ``python benchmarks/ledger/queries.py FOLDER [pairs]``; the ledgers are made in FOLDER
when they are not there (24 months x 6 vendors of about 83,000 calls a month: 12 million
calls, 720 deliveries; and one of 2,000 deliveries with the same rows in one). Paired: the
plain read of the same columns by DuckDB stands beside each, ratios are taken inside a pair,
medians printed. Every run is a process of its own, so that nothing is warm but the disk.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
from ledger_of_years import build, calls, delivered, vendor_name

from vendoreval.ledger import Ledger
from vendoreval.measures import calls_by_month
from vendoreval.period import Period
from vendoreval.tables import TABLES

YEARS = Period.parse("2024-11-01..2026-10-31")
ONE = Period.parse("2026-10")
MANY, ROWS_EACH = 2_000, 2_000


def query(period: Period) -> object:
    """Return the monthly counts of every vendor."""
    return calls_by_month(TABLES, period).order_by(["vendor", "month"])


def run(folder: Path, mode: str) -> None:
    """Do one thing once and print seconds, peak memory and rows as JSON."""
    path = folder / ("many" if "many" in mode else "one" if mode == "one" else "ledger")
    path = path if path.name == "ledger" else path / "ledger"
    begin, spent = time.perf_counter(), time.process_time()
    if mode == "scan":
        rows = scan(path)
    elif mode == "month":
        frame = Ledger.open(path).calls(vendor_name(2), ONE)
        rows = len(frame)
    elif mode == "open":
        rows = len(Ledger.open(path, create=False).live())
    elif mode == "history":
        rows = len(Ledger.open(path).history("calls", "C0226100000017"))
    else:
        ledger = Ledger.open(path, create=False)
        past = {"as_of": "2026-12-31", "as_of_half": "2025-11-15"}.get(mode)
        if past is not None:
            ledger = ledger.as_of(past)
        with ledger.engine() as engine:
            rows = engine.run(query(YEARS)).num_rows
            if mode.endswith("twice"):
                begin, spent = time.perf_counter(), time.process_time()
                engine.run(query(YEARS))
    seconds, work = time.perf_counter() - begin, time.process_time() - spent
    print(json.dumps({"seconds": seconds, "work": work, "peak": peak_megabytes(), "rows": rows}))


def peak_megabytes() -> float:
    """Return the largest memory of this process alone; what it was forked from is left out."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(text for text in status.read_text().splitlines() if text.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def scan(path: Path) -> int:
    """Read the same columns of the same files with nothing of ours."""
    with duckdb.connect(config={"threads": os.cpu_count() or 2}) as connection:
        rows = connection.read_parquet([str(p) for p in sorted(path.glob("data/calls/*.parquet"))])
        assert rows is not None
        found = connection.execute(
            "SELECT vendor, year(started_on), month(started_on), count(*), "
            "count(*) FILTER (disposition <> 'test'), sum(talk_seconds), "
            "count(DISTINCT lead_id), count(DISTINCT agent_id) FROM rows "
            "WHERE NOT coalesce(is_test, false) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    return len(found)


def measured(folder: Path, mode: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, str(folder), "--mode", mode], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare(folder: Path, left: str, right: str, pairs: int, said: str) -> None:
    """Print medians of two modes, run in turns: seconds, and seconds of work on all cores."""
    both = []
    for number in range(pairs):
        order = (left, right) if number % 2 == 0 else (right, left)
        found = {mode: measured(folder, mode) for mode in order}
        both.append((found[left], found[right]))
    told = []
    for what in ("seconds", "work"):
        first, second = (statistics.median(one[n][what] for one in both) for n in (0, 1))
        ratio = statistics.median(a[what] / b[what] for a, b in both)
        more = statistics.median(a[what] - b[what] for a, b in both)
        told.append(f"{what} {first:.2f} against {second:.2f}, {ratio:.2f}x, {more:+.2f}")
    print(f"{said}: {'; '.join(told)}")


def small_ledgers(folder: Path) -> None:
    """Write the ledger of many small deliveries and the one that holds the same rows at once."""
    rng = np.random.default_rng(7)
    for name, count, rows in (("many", MANY, ROWS_EACH), ("one", 1, MANY * ROWS_EACH)):
        path = folder / name / "ledger"
        ledger = Ledger.open(path)
        if len(ledger.commits) >= count:
            continue
        shutil.rmtree(path)
        ledger = Ledger.open(path)
        days = Period.parse("2021-01-01")
        for number in range(count):
            start = days.start.toordinal() + number
            period = Period(type(days.start).fromordinal(start), type(days.start).fromordinal(
                start + (1 if count > 1 else MANY)))  # fmt: skip
            report = delivered(
                calls(rng, vendor_name(0), period, rows), "calls", vendor_name(0), period,
                path / "staging" / "parts",
            )  # fmt: skip
            ledger.post(report)
            shutil.rmtree(path / "staging" / "parts")


def main(folder: Path, pairs: int) -> None:
    """Make the ledgers, run everything, print."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
          f"DuckDB {duckdb.__version__}, {pairs} pairs")  # fmt: skip
    ledger = build(folder)
    small_ledgers(folder)
    print(f"{ledger!r}, {len(ledger.calls()):,} calls; beside it {MANY:,} deliveries of "
          f"{ROWS_EACH:,} calls against one")  # fmt: skip
    compare(folder, "all", "scan", pairs, "24 months of counts, opening included, against a scan")
    compare(folder, "all_twice", "scan", pairs, "the same when the engine is open already")
    compare(folder, "as_of", "all", pairs, "as known on a day after all, against now")
    compare(folder, "as_of_half", "all", pairs, "as known a year ago, against now (half the rows)")
    compare(folder, "month", "all", pairs, "one vendor's month of rows counted, against all")
    compare(folder, "many", "one", pairs, "2,000 deliveries against one")
    packed = folder / "packed"
    shutil.rmtree(packed, ignore_errors=True)
    shutil.copytree(folder / "many", packed / "many", copy_function=os.link)
    (packed / "one").symlink_to((folder / "one").absolute())
    begin = time.perf_counter()
    receipt = Ledger.open(packed / "many" / "ledger").compact(at_once=True)
    print(f"compaction of {receipt.files:,} files into {receipt.packs}: "
          f"{time.perf_counter() - begin:.1f} s")  # fmt: skip
    compare(packed, "many", "one", pairs, "2,000 deliveries, packed, against one")
    for mode in ("open", "history", "all"):
        runs = [measured(folder, mode) for _ in range(pairs)]
        middle = statistics.median(r["seconds"] for r in runs)
        print(f"{mode}: {middle:.3f} s, peak {max(r['peak'] for r in runs):.0f} MB")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if "--mode" in sys.argv:
        run(place, sys.argv[sys.argv.index("--mode") + 1])
    else:
        main(place, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
