"""Errors and lengths of the designs of a pilot, exact and played out, read every day.

    python benchmarks/pilot/designs.py [--worlds 4000] [--seed 20261124]

Each world is a vendor whose leads sell at one true share, 60 leads a day, and somebody who
reads the trial every evening. Beside the three designs stands the bad habit: the one-sided
binomial test of the fixed design, repeated every evening until it says *sells*.
"""

from __future__ import annotations

import argparse
import platform
import time

import numpy as np
from scipy import stats

from vendoreval.pilot import PilotTerms, pilot_plan
from vendoreval.stats.trials import operating

A_DAY = 60
PAIRS = ((0.02, 0.03), (0.02, 0.04), (0.05, 0.08), (0.10, 0.15))


def peeking(sold: np.ndarray, unacceptable: float, level: float) -> tuple[bool, int]:
    """Test every evening at the full level; stop at the first evening that says *sells*."""
    ends = np.arange(A_DAY, len(sold) + 1, A_DAY)
    counts = np.cumsum(sold)[ends - 1]
    tails = stats.binom.sf(counts - 1, ends, unacceptable)
    hit = np.flatnonzero(tails <= level)
    return bool(hit.size), int(ends[hit[0]] if hit.size else len(sold))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=20261124)
    options = parser.parse_args()
    print(
        f"{platform.machine()}, Python {platform.python_version()}, "
        f"{options.worlds} worlds a row, seed {options.seed}, {A_DAY} leads a day"
    )
    print(
        "unacceptable, target | design | true share | passes: exact, played | "
        "mean leads: exact, played | most leads"
    )
    for bad, good in PAIRS:
        begun = time.perf_counter()
        plan = pilot_plan(PilotTerms(target=good, unacceptable=bad, leads_a_day=A_DAY))
        spent = time.perf_counter() - begun
        rng = np.random.default_rng(options.seed)
        for rate in (bad, good):
            most = max(d.most_leads for d in plan.designs)
            worlds = rng.random((options.worlds, most)) < rate
            for facts in plan.designs:
                read = [facts.trial.read(world) for world in worlds]
                passed = np.mean([one.decision == "sells" for one in read])
                leads = np.mean([one.leads for one in read])
                exact = operating(facts.trial, rate)
                print(
                    f"{bad:.2f}, {good:.2f} | {facts.name:6} | {rate:.2f} | "
                    f"{exact.sells:.4f}, {passed:.4f} | {exact.expected_leads:7.0f}, "
                    f"{leads:7.0f} | {facts.most_leads}"
                )
            fixed = next(d for d in plan.designs if d.name == "fixed").most_leads
            habit = [peeking(world[:fixed], bad, 0.05) for world in worlds]
            print(
                f"{bad:.2f}, {good:.2f} | habit  | {rate:.2f} | "
                f"        {np.mean([one[0] for one in habit]):.4f} |          "
                f"{np.mean([one[1] for one in habit]):7.0f} | {fixed}"
            )
        print(f"planned in {spent:.2f} s")


if __name__ == "__main__":
    main()
