"""Error rates of the peer methods on simulated vendors: run it, read it, change it.

    python benchmarks/calibration.py [--seed 1] [--worlds 300]

About two minutes. Every table says what was simulated; the standard error of a share p
is sqrt(p (1 - p) / worlds). The world of the agents: 60 leads a month for each, 4 % of
them sell, honest agents differ by a log-sd of .35, twelve months, a non-seller sells at
2 % of the house rate. The world of the vendors: 2,000 expected sales each, honest
vendors differ by tau on the logarithmic scale, a padder's minutes are half as many again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from vendoreval.stats import (
    agents_below_peers,
    cost_e_value,
    cost_per_sale,
    half_normal_comparison,
    holm_adjusted,
    trimmed_leave_one_out,
    trims,
)

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
LEADS = 720
RATE = 0.04
DRAWS = 2000


def house(rng: np.random.Generator, agents: int, bad: int, spread: float = 0.35) -> FloatArray:
    """Return a year's sales of each agent, the non-sellers last."""
    skill = np.exp(rng.normal(-(spread**2) / 2, spread, agents))
    skill[agents - bad :] = 0.02
    return rng.poisson(LEADS * RATE * skill).astype(float)


def named(sold: FloatArray, rng: np.random.Generator, trim: tuple[int, int] | None) -> BoolArray:
    """Return who is named at 5 % after Holm."""
    leads = np.full(len(sold), float(LEADS))
    result = agents_below_peers(sold, leads, rng, trim=trim, draws=DRAWS)
    return holm_adjusted(result.p_values) <= 0.05


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a small table."""
    print(f"\n{title}")
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def agents_table(seed: int, worlds: int) -> None:
    """Print size and power of the comparison of agents."""
    trimmings: tuple[tuple[str, Callable[[int], tuple[int, int] | None]], ...] = (
        ("K/6, K/12", lambda _: None),
        ("K/3, K/12", lambda agents: trims(agents, 3)),
        ("none", lambda _: (0, 0)),
    )
    rows = []
    for agents, bad in ((10, 0), (20, 0), (40, 0), (10, 1), (20, 1), (20, 3), (40, 6)):
        count = worlds if bad == 0 else max(worlds // 4, 1)
        shares = []
        for number, (_, trim) in enumerate(trimmings):
            if bad == 0 and number == 1:
                count = max(worlds // 2, 1)
            rng = np.random.default_rng([seed, agents, bad, number])
            hits = 0.0
            for _ in range(count):
                who = named(house(rng, agents, bad), rng, trim(agents))
                hits += who[agents - bad :].mean() if bad else float(who.any())
            shares.append(f"{hits / count:.3f}")
        rows.append((agents, bad, "share found" if bad else "any honest named", *shares))
    table(
        f"Agents without sales, Holm 5 %, {worlds} honest vendors (a quarter of it with bad ones)",
        ("agents", "bad", "measured", *(name for name, _ in trimmings)),
        rows,
    )


def vendors_table(seed: int, worlds: int) -> None:
    """Print size and power of the trimmed leave-one-out with 12 vendors."""
    rows, sold = [], 2000.0
    variance = np.full(12, 1 / sold)
    for tau in (0.05, 0.10):
        for bad in (0, 1, 2, 3):
            rng = np.random.default_rng([seed, round(1000 * tau), bad])
            shares = np.zeros(4)
            for _ in range(worlds):
                skill = np.exp(rng.normal(0, tau, 12))
                skill[:bad] /= 1.5
                levels = np.log(rng.poisson(sold * skill) / sold)
                trimmed = np.array(
                    [r.p_value for r in trimmed_leave_one_out(levels, variance, rng)]
                )
                plain = np.array(
                    [r.p_value for r in trimmed_leave_one_out(levels, variance, rng, trim=0)]
                )
                part = slice(0, bad) if bad else slice(None)
                shares += [
                    (p[part] < level).mean() for p in (trimmed, plain) for level in (0.01, 0.001)
                ]
            rows.append((tau, bad, *(f"{share:.4f}" for share in shares / worlds)))
    table(
        f"Few sales for the minutes, 12 vendors, {worlds} worlds: share of honest (0 bad) or bad "
        "vendors below p",
        ("tau", "bad", "trimmed .01", "trimmed .001", "untrimmed .01", "untrimmed .001"),
        rows,
    )


def unequal_table(seed: int, worlds: int) -> None:
    """Print the size with vendors of very different volume, and with two to five vendors."""
    sold = np.array([30, 40, 60, 80, 200, 400, 800, 1600], float)
    rows = []
    for tau in (0.05, 0.15):
        rng = np.random.default_rng([seed, 77, round(100 * tau)])
        p = []
        for _ in range(worlds):
            counts = rng.poisson(sold * np.exp(rng.normal(0, tau, len(sold))))
            levels = np.log((counts + 0.5) / (sold + 0.5))
            results = trimmed_leave_one_out(levels, 1 / sold, rng, draws=4000)
            p.append([r.p_value for r in results])
        values = np.array(p)
        rows.append(("8 unequal", tau, *_shares(values)))
        rows.append(("its 4 small", tau, *_shares(values[:, :4])))
        for vendors in (2, 3, 5):
            few = [
                [r.p_value for r in half_normal_comparison(levels, np.full(vendors, 1 / 800))]
                for levels in np.log(
                    rng.poisson(800 * np.exp(rng.normal(0, tau, (10 * worlds, vendors)))) / 800
                )[: 2 * worlds]
            ]
            rows.append((f"{vendors} vendors", tau, *_shares(np.array(few))))
    table("Honest vendors below p", ("vendors", "tau", ".05", ".01"), rows)


def _shares(p: FloatArray) -> tuple[str, str]:
    return f"{(p < 0.05).mean():.4f}", f"{(p < 0.01).mean():.4f}"


def cost_table(seed: int, worlds: int) -> None:
    """Print coverage of the cost per sale and how often its e-value ever reaches 20."""
    rows = []
    for agents in (10, 30):
        for dearer in (1.0, 1.5, 2.0):
            rng = np.random.default_rng([seed, agents, round(10 * dearer)])
            covered = ever = 0
            for _ in range(worlds):
                skill = np.exp(rng.normal(-0.061, 0.35, agents))
                mood = np.exp(rng.normal(-0.0025, 0.07, 12))
                sold = rng.poisson(2.2 * skill[:, None] * mood[None, :])
                spend = 2.2 * agents
                cost = cost_per_sale(
                    12 * spend, sold.sum(axis=1), np.ones(agents), sold.sum(axis=0), np.ones(12)
                )
                low, high = cost.interval()
                covered += low <= 1 <= high
                looks = np.cumsum(sold.sum(axis=0))
                ever += any(
                    cost_e_value(float(s), dearer * spend * (month + 1), agents) >= 20
                    for month, s in enumerate(looks)
                )
            rows.append((agents, dearer, f"{covered / worlds:.3f}", f"{ever / worlds:.3f}"))
    table(
        "Cost of a surviving sale, 12 months: 90 % interval covers; e >= 20 at any of 12 looks",
        ("agents", "cost / ceiling", "covers", "ever 20"),
        rows,
    )


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=300)
    given = parser.parse_args()
    started = time.perf_counter()
    print(f"seed {given.seed}")
    agents_table(given.seed, given.worlds)
    vendors_table(given.seed, given.worlds)
    unequal_table(given.seed, max(given.worlds // 2, 1))
    cost_table(given.seed, given.worlds)
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
