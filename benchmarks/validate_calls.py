"""How long validation takes beside a bare typed read of the same file.

Run as ``python benchmarks/validate_calls.py [rows] [pairs]``. Each run is a process of
its own; the bare read stands right before each run of ours, ratios are taken inside
such a pair and the median is printed.
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import polars as pl

import vendoreval.agreement as agreements
from calls_file import COLUMNS, KINDS, agreement_text, write_calls
from vendoreval import intake

_TYPES = {
    "started_at": "TIMESTAMP", "ended_at": "TIMESTAMP", "talk_seconds": "INTEGER",
    "billed_seconds": "INTEGER",
}  # fmt: skip


def bare(path: Path, to: str | None = None) -> float:
    """Read the file with types, bad cells as rejects, and make a table or Parquet of it."""
    columns = ", ".join(f"'{c}': '{_TYPES.get(c, 'VARCHAR')}'" for c in COLUMNS)
    read = f"FROM read_csv('{path}', header=true, columns={{{columns}}}, ignore_errors=true)"
    connection = duckdb.connect(config={"threads": 2})
    begin = time.perf_counter()
    if to:
        connection.execute(f"COPY ({read}) TO '{to}' (FORMAT parquet, COMPRESSION zstd)")
    else:
        connection.execute(f"CREATE TABLE t AS {read}")
    return time.perf_counter() - begin


def ours(path: Path) -> float:
    """Validate the file and print what was found."""
    agreement = agreements.load_agreement(path.parent / "bench.odcs.yaml")
    begin = time.perf_counter()
    delivery = intake.read_delivery(path, agreement)
    report = intake.validate(delivery, staging=path.parent / "staging")
    seconds = time.perf_counter() - begin
    truth_file = path.with_suffix(".truth.json")
    if truth_file.exists():
        print(json.dumps(_score(report, json.loads(truth_file.read_text()))), file=sys.stderr)
    report.discard()
    return seconds


def _score(report: intake.ValidationReport, truth: dict[str, list[int]]) -> dict[str, object]:
    faults = pl.concat([pl.read_parquet(p) for p in report.fault_files])
    found = set(faults.select("_row", "rule").iter_rows())
    wanted = {(row, KINDS[kind][2]) for kind, rows in truth.items() for row in rows}
    rows = {row for row, _ in wanted}
    return {
        "recall": len(found & wanted) / len(wanted),
        "false_rows": len({row for row, _ in found} - rows),
        "receipt": repr(report),
    }


def _child(mode: str, path: Path) -> tuple[float, float, float, str]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", mode, str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, processor, peak = (float(part) for part in done.stdout.split())
    return seconds, processor, peak, done.stderr.strip()


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--child"]:
        mode, path = sys.argv[2], Path(sys.argv[3])
        parquet = str(path.parent / "bare.parquet")
        before = time.process_time()
        seconds = {
            "bare": lambda: bare(path),
            "parquet": lambda: bare(path, parquet),
            "ours": lambda: ours(path),
        }[mode]()
        print(
            seconds,
            time.process_time() - before,
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(platform.platform(), platform.processor(), f"Python {platform.python_version()}")
    print(f"polars {pl.__version__}, duckdb {duckdb.__version__}, {pl.thread_pool_size()} threads")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "calls_202603.csv"
        path.with_suffix(".truth.json").write_text(json.dumps(write_calls(path, rows)))
        (folder / "bench.odcs.yaml").write_text(agreement_text())
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        _child("ours", path)
        for floor in ("bare", "parquet"):
            measured = [(_child(floor, path), _child("ours", path)) for _ in range(pairs)]
            ratios = sorted(mine[0] / base[0] for base, mine in measured)
            print(
                f"ours / {floor}: median {statistics.median(ratios):.2f} "
                f"({ratios[0]:.2f}-{ratios[-1]:.2f}), processor time "
                f"{statistics.median(m[1] / b[1] for b, m in measured):.2f}; "
                f"seconds {measured[-1][1][0]:.2f} / "
                f"{measured[-1][0][0]:.2f}; peak MB {max(m[2] for _, m in measured):.0f} / "
                f"{max(b[2] for b, _ in measured):.0f}"
            )
        print(measured[-1][1][3])


if __name__ == "__main__":
    main()
