"""How long the page of a ledger takes to write, and how large it is.

Run as ``python benchmarks/ledger/dashboard.py FOLDER [runs] [calls]``; the ledger is made in
FOLDER when it is not there (24 months x 6 vendors x 83,000 calls a month: 12 million calls, 720
deliveries; fewer `calls` for a busy machine). Every run is a process of its own; imports are
left out, opening the ledger is in.
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
from ledger_of_years import build
from queries import peak_megabytes

from vendoreval.dashboards import dashboard
from vendoreval.ledger import Ledger

TARGET_SECONDS = 30
TARGET_MEGABYTES = 10


def run(folder: Path) -> None:
    """Write the page once and print seconds, seconds of work, bytes and peak memory as JSON."""
    begin, work = time.perf_counter(), time.process_time()
    file = dashboard(
        Ledger.open(folder / "ledger", create=False), folder / "dashboard.html", language="ru"
    )
    print(json.dumps({
        "seconds": time.perf_counter() - begin, "work": time.process_time() - work,
        "bytes": file.stat().st_size, "peak": peak_megabytes(),
    }))  # fmt: skip


def measured(folder: Path) -> dict[str, float]:
    """Run in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, str(folder), "--run"], capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(folder: Path, runs: int, calls: int) -> None:
    """Make the ledger, write its page, print medians beside the targets."""
    ledger = build(folder, rows=calls)
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}, DuckDB {duckdb.__version__}, {runs} runs")  # fmt: skip
    print(f"{ledger!r}, {len(ledger.calls()):,} calls")
    found = [measured(folder) for _ in range(runs)]
    seconds, work, peak = (
        statistics.median(one[name] for one in found) for name in ("seconds", "work", "peak")
    )
    megabytes = found[-1]["bytes"] / 1e6
    print(f"page written in {seconds:.1f} s ({work:.1f} s of work; target {TARGET_SECONDS} s), "
          f"{megabytes:.2f} MB (target {TARGET_MEGABYTES} MB), peak {peak:.0f} MB")  # fmt: skip


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if "--run" in sys.argv:
        run(place)
    else:
        numbers = [int(text) for text in sys.argv[2:]]
        main(place, *(numbers + [3, 83_000][len(numbers) :]))
