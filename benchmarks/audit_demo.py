"""How long the demo's month takes from files to PDF, step by step, each in its own process.

    python benchmarks/audit_demo.py [--small] [--rounds 3]

Prints the machine, the versions and the median of each step in seconds. "audit" is the
command a user types after the files are there: it posts every file, asks every check and
writes JSON, HTML and PDF.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

VERSIONED = ("vendoreval", "duckdb", "polars", "ibis-framework", "weasyprint", "pandas")


def seconds(*arguments: str) -> float:
    """Run the command in a process of its own and return how long it took."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "vendoreval", *arguments], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    taken: dict[str, list[float]] = {"demo": [], "audit": [], "audit again": []}
    month = ("--period", "2026-10", "--compare-with", "2026-07")
    for _ in range(options.rounds):
        folder = Path(tempfile.mkdtemp(prefix="vendoreval-bench-"))
        demo = str(folder / "demo")
        try:
            size = ["--small"] if options.small else []
            taken["demo"].append(seconds("demo", demo, *size))
            taken["audit"].append(seconds("audit", demo, *month))
            taken["audit again"].append(seconds("audit", demo, *month))
        finally:
            shutil.rmtree(folder)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in VERSIONED))
    for step, values in taken.items():
        print(f"{step:12} median {statistics.median(values):6.1f} s, worst {max(values):6.1f} s")


if __name__ == "__main__":
    main()
