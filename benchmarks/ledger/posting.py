"""Posting accepted rows beside writing the same Parquet with pyarrow.

Run as ``python benchmarks/ledger/posting.py [rows] [pairs]``. Each pair, in one process of
its own: pyarrow writes the rows to files and syncs them; then the ledger posts the parts that
intake left. *Posting* is what `Ledger.post` does with parts on its own disk (as the
command posts) and with parts elsewhere (copied). Ratios are taken inside a pair, medians
printed.
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
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ledger_of_years import calls, delivered, vendor_name

from vendoreval.intake.parts import ROWS_A_PART
from vendoreval.ledger import Ledger
from vendoreval.period import Period

OCTOBER = Period.parse("2026-10")


def by_pyarrow(tables: list[pa.Table], folder: Path) -> float:
    """Write the same rows in files of the same size and sync them; return seconds."""
    begin = time.perf_counter()
    for number, table in enumerate(tables):
        path = folder / f"{number:04d}.parquet"
        pq.write_table(table, path, compression="zstd", compression_level=1,
                       write_statistics=False)  # fmt: skip
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    return time.perf_counter() - begin


def pair(rows: int) -> None:
    """Measure both once and print the seconds as JSON."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as place:
        folder = Path(place)
        ledger = Ledger.open(folder / "ledger")
        frame = calls(np.random.default_rng(1), vendor_name(0), OCTOBER, rows)
        inside = ledger.path / "staging" / "parts"
        report = delivered(frame, "calls", vendor_name(0), OCTOBER, inside)
        elsewhere = delivered(frame, "calls", vendor_name(1), OCTOBER, folder / "parts")
        del frame
        tables = [pq.read_table(path) for path in report.accepted_files]
        assert all(table.num_rows <= ROWS_A_PART for table in tables)
        (folder / "bare").mkdir()
        bare = by_pyarrow(tables, folder / "bare")
        size = sum(path.stat().st_size for path in report.accepted_files)
        del tables
        shutil.rmtree(folder / "bare")
        begin = time.perf_counter()
        ledger.post(report)
        linked = time.perf_counter() - begin
        begin = time.perf_counter()
        ledger.post(elsewhere)
        copied = time.perf_counter() - begin
        begin = time.perf_counter()
        assert ledger.verify() == []
        verified = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"bare": bare, "linked": linked, "copied": copied, "verified": verified,
                      "megabytes": size / 1e6, "peak": peak}))  # fmt: skip


def main(rows: int, pairs: int) -> None:
    """Run the pairs and print medians."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"pyarrow {pa.__version__}, {rows:,} rows, {pairs} pairs")
    found = []
    for _ in range(pairs):
        done = subprocess.run(
            [sys.executable, __file__, "--pair", str(rows)], capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        found.append(json.loads(done.stdout))

    def middle(name: str) -> float:
        return statistics.median(one[name] for one in found)

    print(f"parts: {middle('megabytes'):.0f} MB")
    print(f"pyarrow writes and syncs: {middle('bare'):.2f} s")
    for name, said in (("linked", "posting, parts on the ledger's disk"),
                       ("copied", "posting, parts elsewhere")):  # fmt: skip
        ratio = statistics.median(one[name] / one["bare"] for one in found)
        whole = statistics.median((one["bare"] + one[name]) / one["bare"] for one in found)
        print(f"{said}: {middle(name):.2f} s; {ratio:.2f}x of writing, "
              f"writing and posting together {whole:.2f}x")  # fmt: skip
    print(f"verify of both: {middle('verified'):.2f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pair"]:
        pair(int(sys.argv[2]))
    else:
        arguments = [int(text) for text in sys.argv[1:]]
        main(*(arguments + [10_000_000, 5][len(arguments) :]))
