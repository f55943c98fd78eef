"""All error rates, one script after the other, and the page of results.

    python benchmarks/evidence/calibration.py [--seed 1] [--worlds 300] [--scripts own_past.py ...]

Prints machine and versions, then every table, each beside what the research note measured where
it did, and writes the tables into RESULTS.md, a section for each script; sections of scripts
that were not run stay. The statistics alone take about ten minutes on two cores with 300 worlds;
`full_worlds.py` and `portfolios.py` draw whole vendors: give them a few worlds (`--scripts`).
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import scipy
from printed import VARIABLE

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
STATISTICS = ("own_past.py", "peers_and_agents.py", "calls_and_sums.py")
WHOLE = ("full_worlds.py", "portfolios.py")
TITLE = """# Error rates

Written by `calibration.py`; nothing here is typed by hand. A share p of n worlds has a standard
error of sqrt(p (1 - p) / n): with few worlds the figures are coarse, and 0 of n only says that
the true share is below about 3 / n.
"""


def machine() -> str:
    """Return what it ran on."""
    return (f"{platform.machine()}, Python {platform.python_version()}, "
            f"numpy {numpy.__version__}, scipy {scipy.__version__}")  # fmt: skip


def section(script: str, seed: int, worlds: int, tables: str) -> str:
    """Return the section of one script: how to run it, on what it ran, its tables."""
    command = f"python benchmarks/evidence/{script} --seed {seed} --worlds {worlds}"
    return f"\n## {script}\n\n`{command}` ({machine()})\n{tables}"


def replaced(page: str, script: str, text: str) -> str:
    """Return the page with the section of one script put in place of the former one."""
    parts = re.split(r"(?m)^\n?(?=## )", page)
    kept = {part.split("\n")[0].removeprefix("## "): part for part in parts[1:]}
    kept[script] = text.lstrip("\n")
    order = [name for name in (*WHOLE, *STATISTICS) if name in kept]
    return TITLE + "".join("\n" + kept[name].rstrip("\n") + "\n" for name in order)


def main() -> None:
    """Run the scripts with the arguments given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--scripts", nargs="+", default=STATISTICS, choices=(*STATISTICS, *WHOLE))
    given = parser.parse_args()
    print(machine(), flush=True)
    for name in given.scripts:
        print(f"\n== {name}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "tables.md"
            subprocess.run(
                [sys.executable, str(HERE / name), "--seed", str(given.seed),
                 "--worlds", str(given.worlds)],
                check=True, env=os.environ | {VARIABLE: str(file)},
            )  # fmt: skip
            tables = file.read_text(encoding="utf-8")
        page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else TITLE
        page = replaced(page, name, section(name, given.seed, given.worlds, tables))
        RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
