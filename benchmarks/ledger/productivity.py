"""Productivity by agent for a month against another one, beside a scan of what it reads.

Run as ``python benchmarks/ledger/productivity.py FOLDER [pairs] [calls]``; the ledger is made in
FOLDER when it is not there (24 months x 6 vendors x 83,000 calls a month: 12 million calls, 720
deliveries; fewer `calls` for a busy machine). Every run is a process of its own. Imports are
left out and told apart; opening the ledger is in. *First* is the first question of a process,
*again* another one of the same process about other months, whose text needs no compiling. The
scan reads the needed columns of the same files with DuckDB and adds them up.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from ledger_of_years import build, vendor_name
from queries import peak_megabytes

from vendoreval.daily import productivity
from vendoreval.ledger import Ledger

COLUMNS = ("agent_id", "started_at", "started_on", "talk_seconds", "disposition", "lead_id",
           "call_id", "is_test", "hold_seconds", "wrap_seconds", "ring_seconds",
           "answered_at")  # fmt: skip
MONTHS = {
    "previous": ("2026-10", "2026-09"), "year_ago": ("2026-10", "2025-10"),
    "first": ("2025-06", "2024-11"),
}  # fmt: skip


def ask(ledger: Ledger, months: tuple[str, str], by: str = "agent") -> int:
    """Ask once and return the number of rows."""
    return len(productivity(ledger, vendor_name(2), *months, by=by))  # type: ignore[arg-type]  # names of this script


def scan(folder: Path) -> int:
    """Read the needed columns of the vendor's calls and add them up."""
    files = [str(part.path) for part in Ledger.open(folder).calls(vendor_name(2)).files]
    sums = ", ".join(f"count({name}), max({name})" for name in COLUMNS)
    with duckdb.connect(config={"threads": os.cpu_count() or 2}) as connection:
        rows = connection.read_parquet(files)
        assert rows is not None
        query = f"SELECT agent_id, {sums} FROM rows GROUP BY agent_id"  # noqa: S608 - names of this script
        connection.execute(query).fetchall()
    return len(files)


def run(folder: Path, mode: str) -> None:
    """Do one thing once and print seconds, seconds of work and peak memory as JSON."""
    path = folder / "ledger"
    begin, work = time.perf_counter(), time.process_time()
    if mode == "scan":
        rows = scan(path)
    else:
        name, _, again = mode.partition("-")
        ledger = Ledger.open(path, create=False)
        rows = 0
        if again:
            ask(ledger, MONTHS["first"])
            begin, work = time.perf_counter(), time.process_time()
        rows = ask(ledger, MONTHS.get(name, MONTHS["previous"]),
                   name if name in {"day", "hour", "campaign"} else "agent")  # fmt: skip
    print(json.dumps({"seconds": time.perf_counter() - begin, "rows": rows,
                      "work": time.process_time() - work, "peak": peak_megabytes()}))  # fmt: skip


def measured(folder: Path, mode: str) -> dict[str, float]:
    """Run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, str(folder), "--mode", mode], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(folder: Path, pairs: int, calls: int) -> None:
    """Make the ledger, run everything in turns, print medians."""
    ledger = build(folder, rows=calls)
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}, DuckDB {duckdb.__version__}, {pairs} pairs")  # fmt: skip
    print(f"{ledger!r}, {len(ledger.calls()):,} calls")
    told = {
        "previous": "by agent, a month against the one before, first",
        "year_ago": "by agent, a month against a year ago, first",
        "previous-again": "by agent, a month against the one before, again",
        "day": "by day, first", "hour": "by hour, first", "campaign": "by campaign, first",
    }  # fmt: skip
    for mode, said in told.items():
        both = [(measured(folder, mode), measured(folder, "scan")) for _ in range(pairs)]
        parts = []
        for what in ("seconds", "work"):
            one, two = (statistics.median(pair[n][what] for pair in both) for n in (0, 1))
            ratio = statistics.median(a[what] / b[what] for a, b in both)
            parts.append(f"{what} {one:.2f} against a scan of {two:.2f}, {ratio:.1f}x")
        peak = max(pair[0]["peak"] for pair in both)
        print(f"{said}: {'; '.join(parts)}; peak {peak:.0f} MB")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if "--mode" in sys.argv:
        run(place, sys.argv[sys.argv.index("--mode") + 1])
    else:
        numbers = [int(text) for text in sys.argv[2:]]
        main(place, *(numbers + [3, 83_000][len(numbers) :]))
