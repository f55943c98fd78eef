"""The demo world under other seeds: who is named, who is asked about, who stays clear.

    python benchmarks/demo_seeds.py [--seeds 5]

For each seed the full demo is written, posted and audited. The honest vendor must have
no fact and no finding under any seed, and every planted scheme must be caught. Prints
one line for each seed and what went wrong, if anything.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from vendoreval import Workspace, write_demo

HONEST = "vektor"
PLANTED = {
    "akvilon": "billed_over_logged",
    "beryoza": "bank_deletions",
    "delta": "closed_after_first_touch",
    "granat": "overlapping_calls",
}


def main() -> None:
    """Audit one world for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    accused = missed = 0
    for seed in range(1, options.seeds + 1):
        folder = Path(tempfile.mkdtemp(prefix="vendoreval-bench-"))
        try:
            write_demo(folder / "demo", seed=seed)
            workspace = Workspace.open(folder / "demo")
            result = workspace.audit("2026-10", "2026-07").result
        finally:
            shutil.rmtree(folder)
        tiers = {(f.evidence.vendor, f.evidence.check): f.tier for f in result.findings}
        named = [c for (v, c), t in tiers.items() if v == HONEST and t != "review"]
        asked = [c for (v, c), t in tiers.items() if v == HONEST and t == "review"]
        unseen = [f"{v}/{c}" for v, c in PLANTED.items() if (v, c) not in tiers]
        accused, missed = accused + bool(named), missed + len(unseen)
        decisions = ", ".join(f"{v.vendor} {v.verdict}" for v in result.vendors)
        print(f"seed {seed}: {decisions}; honest named {named}, asked {asked}; unseen {unseen}")
    print(f"honest vendor named in {accused} of {options.seeds}; planted schemes unseen: {missed}")


if __name__ == "__main__":
    main()
