"""Other libraries on the same file with the same rules: time, memory, and what each misses.

    python -m venv VENV && VENV/bin/pip install -r benchmarks/validation/requirements.txt
    VENV/bin/python benchmarks/validation/compare.py [--rows 2000000] [--pairs 3] [--in DIR]
        [--vendoreval PYTHON]

Runs in an environment of its own, without vendoreval; with ``--vendoreval`` (the Python of
an environment that has it) that is measured by turns with the others. Each measurement is
a process, warmed up on 30,000 rows, right behind a bare typed read of the same file. The
slow ones get a tenth of the rows and one pair. Afterwards each tool is asked once more
as it is installed, without its limits being lifted, on 30,000 rows that are all faulty.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import logging
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import polars as pl
from contenders import AS_INSTALLED, CONTENDERS, Found
from files import WARM_ROWS, prepare
from floors import FLOORS
from measure import Measured, Pairs, in_a_process, in_pairs, machine, tell, timed

FLOOR = "typed read"
SLOW = ("pandera (pandas)", "Great Expectations (pandas)", "frictionless")
_PACKAGES = (
    "pandera", "dataframely", "pointblank", "frictionless", "great-expectations", "polars",
    "pandas", "duckdb",
)  # fmt: skip


# ------------------------------------------------------------------ in the measured process


def child(work: str, path: Path) -> None:
    """Measure one tool and tell what it found."""
    warnings.filterwarnings("ignore")
    logging.disable()
    small = path.parent / "warm" / path.name
    run = FLOORS.get(work) or CONTENDERS.get(work)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        if run is None:
            measured, found = timed(lambda: AS_INSTALLED[work](path), lambda: None)
        else:
            measured, found = timed(lambda: run(path), lambda: run(small))
    tell(measured, **({} if found is None else judged(path, found)))


def judged(path: Path, found: Found) -> dict[str, Any]:
    """Compare what a tool found with the truth, more leniently than ours: without the rule."""
    truth = pl.read_parquet(path.with_suffix(".truth")).with_columns(
        pl.col("column", "value").fill_null("")
    )
    found = found.with_columns(pl.col("column", "value").fill_null(""))
    place = ["row", "column"]
    hit = truth.join(found.unique(place), on=place, how="semi")
    cells = hit.filter(pl.col("column") != "")
    exact = cells.join(found, on=[*place, "value"], how="semi").height
    wrong = found.unique(place).join(truth, on=place, how="anti")
    rows = truth.get_column("row").unique()
    named = rows.is_in(found.get_column("row").drop_nulls().implode()).sum()
    return {
        "faults": hit.height / truth.height, "rows": named / len(rows),
        "texts": exact / max(cells.height, 1), "false": wrong.height,
    }  # fmt: skip


# ------------------------------------------------------------------ the table


def measured(name: str, path: Path, pairs: int, ours: str | None) -> Pairs:
    """Measure one tool in pairs with the floor."""
    here = Path(__file__)

    def run() -> Measured:
        if ours is None:
            return in_a_process(here, "--child", name, str(path))
        script = here.with_name("run.py")
        return in_a_process(script, "--child", "fault list", str(path), python=ours)

    return in_pairs(lambda: in_a_process(here, "--child", FLOOR, str(path)), run, pairs)


def _row(name: str, rows: int, done: Pairs) -> str:
    wall, spent = done.middle("seconds"), done.middle("processor_seconds")
    told = done.ours[-1].told
    if "recall" in told:
        shares = [told["recall"], told["recall"], told["recall"]]
        wrong = told["false_faults"]
    else:
        shares, wrong = [told["faults"], told["rows"], told["texts"]], told["false"]
    peak = max(m.peak_mb for m in done.ours)
    found = " | ".join(f"{share:.3f}" for share in shares)
    return f"| {name} | {rows:,} | {wall:.1f}x | {spent:.1f}x | {peak:,.0f} | {found} | {wrong} |"


def main() -> None:
    """Measure and print a table in Markdown."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--in", dest="folder", type=Path, help="keep the files here")
    parser.add_argument("--vendoreval", metavar="PYTHON", help="measure vendoreval too")
    wanted = parser.parse_args()
    print(machine(*_PACKAGES))
    print(
        f"\n| tool | rows | time, x {FLOOR} | processor | peak MB | faults | rows | texts | false |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="vendoreval-bench-") as scratch:
        folder = wanted.folder or Path(scratch)
        few = {rows: prepare(folder, "few", rows) for rows in (wanted.rows, wanted.rows // 10)}
        names = ["vendoreval", *CONTENDERS] if wanted.vendoreval else list(CONTENDERS)
        for name in names:
            slow = name in SLOW
            rows, pairs = (wanted.rows // 10, 1) if slow else (wanted.rows, wanted.pairs)
            ours = wanted.vendoreval if name == "vendoreval" else None
            print(_row(name, rows, measured(name, few[rows], pairs, ours)), flush=True)
        print(f"\nAs installed, {WARM_ROWS:,} rows, every one of them faulty:")
        every = prepare(folder, "every", WARM_ROWS)
        for name in AS_INSTALLED:
            told = in_a_process(Path(__file__), "--child", name, str(every)).told
            shares = f"{told['rows']:.1%} of the rows, {told['faults']:.1%} of the faults"
            print(f"{name}: {shares}, the text of {told['texts']:.1%} of the cells", flush=True)


if __name__ == "__main__":
    main()
