"""What it takes to answer a vendor: workbook, letter and list of faults, and how large they are.

Run as ``python benchmarks/returned_files.py [rows]``. Each case is a process of its own;
its peak memory is set against the peak of reading and checking the same file alone, so
that a workbook that grows with the faults would show. Medians of three runs.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import xlsxwriter

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.intake import ValidationReport, read_delivery, validate

RUNS = 3
COLUMNS = ("call_id", "talk_seconds", *(f"c{n}" for n in range(9)))
# name -> kind of file, share of the rows asked for, every how many-th row is faulty
CASES = {
    "CSV, 0.1 % faulty": ("csv", 0.2, 1000),
    "CSV, every row faulty": ("csv", 1.0, 1),
    "XLSX with its own look, 1 % faulty": ("xlsx", 0.04, 100),
}


def agreement() -> Agreement:
    """Return an agreement with one number among texts."""
    kinds = {"talk_seconds": "integer"}
    properties = [{"name": n, "logicalType": kinds.get(n, "string")} for n in COLUMNS]
    contract = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "bench", "version": "1.0.0",
        "status": "active", "schema": [{"name": "calls", "properties": properties}],
    }  # fmt: skip
    return agreement_from_bytes(json.dumps(contract).encode(), "bench", "bench.odcs.yaml")


def write_file(folder: Path, kind: str, rows: int, every: int) -> Path:
    """Write the file of a case."""
    path = folder / f"calls_{rows}_{every}.{kind}"
    lines = (
        (f"c{n}", "many" if n % every == 0 else str(n % 600), *(f"v{n % 97}" for _ in range(9)))
        for n in range(rows)
    )
    if kind == "csv":
        with path.open("w", encoding="utf-8") as stream:
            stream.write(",".join(COLUMNS) + "\n")
            stream.writelines(",".join(line) + "\n" for line in lines)
        return path
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, look = book.add_worksheet(), book.add_format({"bg_color": "#DCE6F1", "border": 1})
        for row, line in enumerate([COLUMNS, *lines]):
            for place, text in enumerate(line):
                sheet.write(row, place, text, look)
    return path


def answer(report: ValidationReport, folder: Path) -> dict[str, float]:
    """Write all that goes back and return seconds and sizes."""
    before = peak_mb()
    spent, clock = time.process_time(), time.perf_counter()
    book = report.return_to_vendor(folder / "out.xlsx", "ru")
    report.letter("ru")
    seconds, processor = time.perf_counter() - clock, time.process_time() - spent
    return {
        "seconds": seconds, "processor": processor, "more_mb": peak_mb() - before,
        "book_mb": book.stat().st_size / 1e6,
    }  # fmt: skip


def peak_mb() -> float:
    """Return the peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--child"]:
        path = Path(sys.argv[2])
        report = validate(read_delivery(path, agreement()))
        print(json.dumps(answer(report, path.parent)))
        report.discard()
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{dt.date.today()}, {platform.machine()}, Python {platform.python_version()}, "
          f"XlsxWriter {version('xlsxwriter')}, openpyxl {version('openpyxl')}")  # fmt: skip
    print("case; rows; seconds; processor seconds; memory beyond checking, MB; workbook, MB")
    for name, (kind, share, every) in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = write_file(Path(folder), kind, round(rows * share), every)
            runs = [
                json.loads(
                    subprocess.run(
                        [sys.executable, __file__, "--child", str(path)],
                        check=True, capture_output=True, text=True,
                    ).stdout
                )
                for _ in range(RUNS)
            ]  # fmt: skip
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        figures = [
            f"{round(rows * share):,}", f"{middle['seconds']:.1f}", f"{middle['processor']:.1f}",
            f"{middle['more_mb']:.0f}", f"{middle['book_mb']:.1f}",
        ]  # fmt: skip
        print("; ".join([name, *figures]))


if __name__ == "__main__":
    main()
