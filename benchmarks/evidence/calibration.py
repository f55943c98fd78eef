"""All error rates of the statistics, one after the other.

    python benchmarks/evidence/calibration.py [--seed 1] [--worlds 300]

Prints machine and versions, then the tables of `own_past.py`, `peers_and_agents.py` and
`calls_and_sums.py`, each beside what the research note measured. About ten minutes on two
cores; with `--worlds 2000` the standard errors are a third as large and it takes an hour.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import numpy
import scipy


def main() -> None:
    """Run the three scripts with the arguments given."""
    print(f"{platform.machine()}, Python {platform.python_version()}, "
          f"numpy {numpy.__version__}, scipy {scipy.__version__}", flush=True)  # fmt: skip
    for name in ("own_past.py", "peers_and_agents.py", "calls_and_sums.py"):
        print(f"\n== {name}", flush=True)
        script = Path(__file__).with_name(name)
        subprocess.run([sys.executable, str(script), *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
