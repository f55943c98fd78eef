"""How long validation takes beside a bare typed read of the same file, and what it finds.

    python benchmarks/validation/run.py [SCENARIO ...] [--rows 2000000] [--pairs 5] [--in DIR]

Scenarios: few, every, five, quoted, layout, workbook; all of them when none is named. For
ten million rows: ``run.py few --rows 10000000 --pairs 3``. Each run is a process of its
own, warmed up on 30,000 rows; the bare read stands right before each run of ours, ratios
are taken inside such a pair and medians are printed. What was found is compared with the
table of planted faults, after the clock has stopped. The files lie in the cache of the
system, because they have just been written or read.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from files import AGREEMENT, WARM_ROWS, WORKBOOK_ROWS, prepare
from floors import FLOORS
from measure import Measured, in_a_process, in_pairs, machine, tell, timed
from truth import accepted_is_rest, score

import vendoreval.agreement as agreements
from vendoreval import intake
from vendoreval.errors import DeliveryError
from vendoreval.text import language

SCENARIOS = ("few", "every", "five", "quoted", "layout", "workbook")
_PACKAGES = ("vendoreval", "polars", "duckdb", "python-calamine", "numpy")


# ------------------------------------------------------------------ in the measured process


def validated(path: Path, parts: bool) -> intake.ValidationReport:
    """Open a file and validate it."""
    agreement = agreements.load_agreement(path.parent / AGREEMENT)
    delivery = intake.read_delivery(path, agreement)
    return intake.validate(delivery, staging=path.parent / "staging", parts=parts)


def child(work: str, path: Path) -> None:
    """Measure one piece of work and tell what came of it."""
    small = path.parent / "warm" / path.name
    if work in FLOORS:
        measured, _ = timed(lambda: FLOORS[work](path), lambda: FLOORS[work](small))
        tell(measured)
        return
    parts = work == "all parts"
    validated(small, parts).discard()
    try:
        measured, report = timed(lambda: validated(path, parts), lambda: None)
    except DeliveryError as error:
        tell(Measured(0, 0, 0), refusal=language("en").say(error.problems[0].found))
        return
    truth = pl.read_parquet(path.with_suffix(".truth"))
    told = score(truth, report.fault_files)
    if parts:
        told["accepted is the rest"] = accepted_is_rest(
            truth, report.accepted_files, report.rows.delivered
        )
    report.discard()
    tell(measured, rows=repr(report), **told)


# ------------------------------------------------------------------ the scenarios


def compared(label: str, path: Path, floor: tuple[str, Path], work: str, pairs: int) -> None:
    """Measure pairs and print them, with what was found."""
    done = in_pairs(
        lambda: in_a_process(Path(__file__), "--child", floor[0], str(floor[1])),
        lambda: in_a_process(Path(__file__), "--child", work, str(path)),
        pairs,
    )
    print(f"{label}: {done.line()}", flush=True)
    for told in {str(_without_time(m.told)) for m in done.ours}:
        print(f"    {told}", flush=True)


def _without_time(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in ([], None)}


def run(scenario: str, folder: Path, rows: int, pairs: int) -> None:
    """Measure one scenario."""
    if scenario == "workbook":
        path = prepare(folder, scenario, WORKBOOK_ROWS)
        print(f"\n{scenario}: {WORKBOOK_ROWS:,} rows, {_size(path)}")
        for work in ("fault list", "all parts"):
            compared(f"{work} / calamine", path, ("calamine", path), work, pairs)
        return
    path = prepare(folder, scenario, rows)
    print(f"\n{scenario}: {rows:,} rows, {_size(path)}")
    if scenario == "layout":
        _refused(path)
    elif scenario in ("every", "five"):
        clean = prepare(folder, "few", rows)
        for work in ("fault list", "all parts"):
            compared(f"{work} / same of the clean file", path, (work, clean), work, pairs)
    else:
        floors = ("typed read",) if scenario == "quoted" else tuple(FLOORS)[:3]
        for floor in floors:
            compared(f"fault list / {floor}", path, (floor, path), "fault list", pairs)
        compared("all parts / typed Parquet", path, ("typed Parquet", path), "all parts", pairs)


def _refused(path: Path) -> None:
    """Print how soon a file of the wrong layout is refused, and in which words."""
    small = path.parent / "warm" / path.name
    for name, file in (("whole file", path), (f"its first {WARM_ROWS:,} rows", small)):

        def refuse(file: Path = file) -> str:
            try:
                validated(file, parts=True)
            except DeliveryError as error:
                return str(error)
            raise SystemExit("a wholly wrong layout was taken")

        measured, words = timed(refuse, lambda: None)
        print(f"{name}: refused after {measured.seconds:.3f} s: {words}")


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.0f} MB"


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--in", dest="folder", type=Path, help="keep the files here")
    wanted = parser.parse_args()
    unknown = set(wanted.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(SCENARIOS)}")
    print(machine(*_PACKAGES))
    with tempfile.TemporaryDirectory(prefix="vendoreval-bench-") as scratch:
        for scenario in wanted.scenarios or SCENARIOS:
            run(scenario, wanted.folder or Path(scratch), wanted.rows, wanted.pairs)


if __name__ == "__main__":
    main()
