"""Error rates of the tests on calls, weeks and samples: run it, read it, change it.

    python benchmarks/evidence/calls_and_sums.py [--seed 1] [--worlds 300]

About two minutes. The standard error of a share p is sqrt(p (1 - p) / worlds). Honest calls
last as three lognormals (medians 14, 75 and 360 s); the last column is what the research
note measured in its own world, where it did.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import numpy.typing as npt
from printed import table

from vendoreval.stats import (
    bunching,
    cluster_ratio,
    cusum_chart,
    density_jump,
    elasticity,
    heaping,
    minute_value,
    placebo_thresholds,
    rate_change_point,
    sampled_overbilling,
)

FloatArray = npt.NDArray[np.float64]
THRESHOLD = 60


def seconds_of(rng: np.random.Generator, calls: int) -> npt.NDArray[np.int_]:
    """Return honest call lengths in whole seconds."""
    kind = rng.choice(3, calls, p=[0.55, 0.30, 0.15])
    log_sd = np.array([0.6, 0.8, 0.6])[kind]
    return np.minimum(np.exp(rng.normal(np.log([14, 75, 360])[kind], log_sd)), 1000).astype(int)


def stretched(
    rng: np.random.Generator, calls: int, share: float
) -> tuple[npt.NDArray[np.int_], int]:
    """Return lengths with a share of the near misses moved over the threshold, and how many."""
    seconds = seconds_of(rng, calls)
    near = (seconds >= THRESHOLD - 15) & (seconds < THRESHOLD) & (rng.random(calls) < share)
    seconds[near] = rng.integers(THRESHOLD, THRESHOLD + 5, int(near.sum()))
    return seconds, int(near.sum())


def bunching_table(seed: int, worlds: int) -> None:
    """Print size, power, bias and coverage at a threshold of 60 s (E3)."""
    noted = {
        (5000, 0.0): "0 / 0", (5000, 0.1): ".30 / .02", (5000, 0.2): ".90 / .36",
        (5000, 0.4): "1.0 / 1.0", (50_000, 0.0): "0 / 0", (50_000, 0.1): "1.0 / .98",
    }  # fmt: skip
    rows = []
    for (calls, share), value in noted.items():
        rng = np.random.default_rng([seed, 3, calls, round(10 * share)])
        found, jump, covered, excess, true, placebo = 0, 0, 0, 0.0, 0, []
        for place in range(worlds):
            seconds, moved = stretched(rng, calls, share)
            counts = np.bincount(seconds, minlength=1001).astype(float)
            fit = bunching(counts, THRESHOLD)
            found += fit.p_value < 0.001
            covered += fit.excess_low <= moved <= fit.excess_high
            excess, true = excess + fit.excess, true + moved
            if place < worlds // 3:
                exact = seconds + rng.random(calls)
                jump += density_jump(exact, THRESHOLD, 20, 30).p_above < 0.001
                placebo += [p.p_value for p in placebo_thresholds(counts, THRESHOLD)]
        rows.append(
            (
                calls,
                share,
                f"{found / worlds:.3f}",
                f"{jump / max(worlds // 3, 1):.3f}",
                f"{(np.array(placebo) < 0.01).mean():.4f}",
                f"{excess / worlds:.0f} of {true / worlds:.0f}",
                f"{covered / worlds:.3f}",
                value,
            )
        )
    table(
        f"Near misses moved over 60 s, p < .001 ({worlds} worlds, a third for the jump)",
        ("calls", "moved", "bunching", "density jump", "placebo < .01", "calls found",
         "covers 90 %", "noted"),
        rows,
    )  # fmt: skip


def heaping_table(seed: int, worlds: int) -> None:
    """Print the honest ratio of round seconds, and how it sees 2 % of the calls rounded (E2)."""
    rows = []
    for step in (5, 6, 10, 15, 30, 60):
        rng = np.random.default_rng([seed, 2, step])
        ratios, small, seen = [], 0, 0
        count = max(worlds // 6, 1)
        for _ in range(count):
            seconds = seconds_of(rng, 200_000)
            fit = heaping(np.bincount(seconds, minlength=1001), step)
            ratios.append(fit.ratio)
            small += fit.p_value < 0.01
            rounded = (rng.random(len(seconds)) < 0.02) & (seconds >= 60)
            seconds[rounded] = -(-seconds[rounded] // step) * step
            seen += heaping(np.bincount(seconds, minlength=1100), step).p_value < 0.01
        rows.append((step, f"{np.mean(ratios):.4f} +- {np.std(ratios):.4f}",
                     f"{small / count:.3f}", f"{seen / count:.3f}"))  # fmt: skip
    table(
        f"Round seconds, 200,000 calls ({max(worlds // 6, 1)} worlds; noted .9945 +- .008, 1M)",
        ("step", "honest ratio", "honest p < .01", "2 % rounded up, p < .01"),
        rows,
    )


def weeks_table(seed: int, worlds: int) -> None:
    """Print the elasticity (E11) and the change point of weekly sales."""
    rows = []
    for padding, noted in ((0.0, ".007"), (0.1, ".08"), (0.3, ".89"), (0.6, "1.0")):
        rng = np.random.default_rng([seed, 11, round(10 * padding)])
        slopes, found = [], 0
        for _ in range(worlds):
            work = np.exp(rng.normal(0, 0.4, 52))
            sales = rng.poisson(120 * work)
            fit = elasticity(sales, 5000 * work * np.exp(rng.normal(0, padding, 52)))
            slopes.append(fit.slope)
            found += fit.p_below() < 0.01
        rows.append((padding, f"{np.mean(slopes):.2f}", f"{found / worlds:.3f}", noted))
    table(
        "Elasticity of 52 weeks, 120 sales a week",
        ("padding sd", "slope", "p < .01", "noted"),
        rows,
    )
    rows = []
    for fall in (0.0, 0.15, 0.30):
        rng = np.random.default_rng([seed, 12, round(100 * fall)])
        found, covered = 0, 0
        for _ in range(worlds):
            after = np.arange(52) >= rng.integers(15, 38)
            sales = rng.poisson(rng.gamma(40, 1.5 * np.where(after, 1 - fall, 1.0)))
            scan = rate_change_point(sales, np.ones(52), rng, draws=199)
            found += scan.p_value < 0.01
            covered += scan.wasted_low <= after.sum() * fall <= scan.wasted_high
        rows.append(
            (f"{fall:.0%}", f"{found / worlds:.3f}", f"{covered / worlds:.3f}" if fall else "-")
        )
    table("Change point of 52 weeks, 60 sales a week", ("fall", "p < .01", "covers 90 %"), rows)


def agents_table(seed: int, worlds: int) -> None:
    """Print the error of a share call by call and by agents (E13)."""
    rng = np.random.default_rng([seed, 13])
    naive = clustered = 0
    for _ in range(worlds):
        share = 0.03 * np.exp(rng.normal(-0.08, 0.4, 40))
        hits = rng.binomial(500, share)
        ratio = cluster_ratio(hits, np.full(40, 500))
        clustered += ratio.p_above(0.03) < 0.01
        naive += (ratio.ratio - 0.03) / np.sqrt(0.03 * 0.97 / 20_000) > 2.326
    table(
        f"Honest share of 40 agents, nominal .01 ({worlds} worlds)",
        ("call by call", "by agents", "noted"),
        [(f"{naive / worlds:.3f}", f"{clustered / worlds:.3f}", ".201 / .004")],
    )


def sample_table(seed: int, worlds: int) -> None:
    """Print the coverage of a monetary-unit sample (E14) and of the coin for each lead."""
    rng = np.random.default_rng([seed, 14])
    low = high = 0
    for _ in range(10 * worlds):
        taints = (rng.random(150) < 0.04) * rng.uniform(0.15, 1.0, 150)
        found = sampled_overbilling(taints)
        low += found.share_low <= 0.023
        high += found.share_high >= 0.023
    covered = 0
    for _ in range(worlds):
        minutes = rng.lognormal(1.5, 0.8, 8000)
        sales = (rng.random(8000) < 0.04).astype(float)
        leads = np.column_stack([minutes, sales])
        leads[4000:, 0] = np.minimum(leads[4000:, 0], 8)
        value = minute_value(leads[:4000], leads[4000:])
        covered += value.low <= 0 <= value.high
    table(
        "Limits that must hold",
        ("limit", "nominal", "covers", "noted"),
        [
            ("sample of 150, lower", ".95", f"{low / (10 * worlds):.3f}", ".980"),
            ("sample of 150, upper", ".95", f"{high / (10 * worlds):.3f}", ""),
            ("sales per minute above a budget", ".90", f"{covered / worlds:.3f}", ".84-.95"),
        ],
    )


def cusum_table(seed: int, worlds: int) -> None:
    """Print the false alarms of a CUSUM in 24 months (E15)."""
    rows = []
    for baseline, noted in ((12, ".126"), (24, ".070"), (None, ".018")):
        rng = np.random.default_rng([seed, 15, baseline or 0])
        alarms = 0
        for _ in range(5 * worlds):
            months = rng.normal(size=24)
            if baseline is not None:
                past = rng.normal(size=baseline)
                months = (months - past.mean()) / past.std(ddof=1)
            alarms += bool((cusum_chart(months, 0.0, 0.5, 5.0).low > 5).any())
        rows.append((baseline or "known", f"{alarms / (5 * worlds):.3f}", noted))
    table("One-sided CUSUM, k .5, h 5, 24 months", ("baseline", "false alarm", "noted"), rows)


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=300)
    given = parser.parse_args()
    started = time.perf_counter()
    print(f"seed {given.seed}")
    for tables in (
        bunching_table, heaping_table, weeks_table, agents_table, sample_table, cusum_table,
    ):  # fmt: skip
        tables(given.seed, given.worlds)
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
