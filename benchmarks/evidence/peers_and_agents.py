"""Error rates of the peer methods on simulated vendors: run it, read it, change it.

    python benchmarks/evidence/peers_and_agents.py [--seed 1] [--worlds 300]

About three minutes. Every table says what was simulated; the standard error of a share p
is sqrt(p (1 - p) / worlds). The world of the agents: 60 leads a month for each, 4 % of
them sell, honest agents differ by a log-sd of .35, twelve months, a non-seller sells at
2 % of the house rate. The world of the vendors: 4,800 expected sales each, honest
vendors differ by tau on the logarithmic scale, a padder's minutes are half as many again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from printed import table

from vendoreval.stats import (
    agents_below_peers,
    cost_e_value,
    cost_per_sale,
    e_benjamini_hochberg,
    e_value_below,
    half_normal_comparison,
    holm_adjusted,
    honest_shape,
    leave_one_out,
    overdispersion,
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


def agents_table(seed: int, worlds: int) -> None:
    """Print size and power of the comparison of agents."""
    trimmings: tuple[tuple[str, Callable[[int], tuple[int, int] | None]], ...] = (
        ("K/6, K/12", lambda _: None),
        ("K/3, K/12", lambda agents: trims(agents, 3)),
        ("none", lambda _: (0, 0)),
    )
    rows = []
    noted = {
        (10, 0): ".03 / .04 / .01", (20, 0): ".05 / .05 / .01", (40, 0): ".05 / .09 / .03",
        (10, 1): ".98 / .94 / .98", (20, 1): ".96 / .94 / .96", (20, 3): ".89 / .87 / .73",
        (40, 6): ".78 / .73 / .45",
    }  # fmt: skip
    for (agents, bad), value in noted.items():
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
        measured = "share found" if bad else "any honest named"
        rows.append((agents, bad, measured, *shares, value))
    table(
        f"Agents without sales, Holm 5 %, {worlds} honest vendors (a quarter of it with bad ones)",
        ("agents", "bad", "measured", *(name for name, _ in trimmings), "noted"),
        rows,
    )


def vendors_table(seed: int, worlds: int) -> None:
    """Print size and power of the trimmed leave-one-out with 12 vendors."""
    rows, sold = [], 4800.0
    variance = np.full(12, 1 / sold)
    # at p < .001, trimmed by 2 and untrimmed
    noted = {
        (0.05, 0): ".0010 / .0010", (0.05, 1): ".94 / .99", (0.05, 2): ".89 / .01",
        (0.05, 3): ".75 / 0", (0.10, 1): ".32 / .45",
    }  # fmt: skip
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
            found = (f"{share:.4f}" for share in shares / worlds)
            rows.append((tau, bad, *found, noted.get((tau, bad), "")))
    table(
        f"Few sales for the minutes, 12 vendors, {worlds} worlds: share of honest (0 bad) or bad "
        "vendors below p",
        (
            "tau",
            "bad",
            "trimmed .01",
            "trimmed .001",
            "untrimmed .01",
            "untrimmed .001",
            "noted .001",
        ),
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
            results = trimmed_leave_one_out(levels, 1 / sold, rng, draws=4000, counted=True)
            p.append([r.p_value for r in results])
        values = np.array(p)
        rows.append(("8 unequal", tau, *_shares(values), ""))
        rows.append(("its 4 small", tau, *_shares(values[:, :4]), ""))
        for vendors in (2, 3, 5):
            few = [
                [r.p_value for r in half_normal_comparison(levels, np.full(vendors, 1 / 800))]
                for levels in np.log(
                    rng.poisson(800 * np.exp(rng.normal(0, tau, (10 * worlds, vendors)))) / 800
                )[: 2 * worlds]
            ]
            noted = {2: ".000-.012", 3: ".000-.016", 5: ".002-.016"}[vendors]
            rows.append((f"{vendors} vendors", tau, *_shares(np.array(few)), noted))
    table("Honest vendors below p", ("vendors", "tau", ".05", ".01", "noted .01"), rows)


def _shares(p: FloatArray) -> tuple[str, str]:
    return f"{(p < 0.05).mean():.4f}", f"{(p < 0.01).mean():.4f}"


def ledger_table(seed: int, worlds: int) -> None:
    """Print the ledger: cumulative e-values of 12 vendors, e-BH at .05, 24 monthly looks."""
    noted = {
        (0.05, 0): ".040", (0.15, 0): ".007", (0.05, 1): ".92", (0.05, 2): ".86", (0.05, 3): ".73",
        (0.10, 1): ".26", (0.10, 2): ".15", (0.10, 3): ".05",
    }  # fmt: skip
    rows = []
    for (tau, bad), value in noted.items():
        rng = np.random.default_rng([seed, 19, round(100 * tau), bad])
        any_honest, found = 0, 0.0
        for _ in range(worlds):
            skill = np.exp(rng.normal(0, tau, 12))
            skill[:bad] /= 1.5
            sold = rng.poisson(200 * skill[:, None], (12, 24)).cumsum(axis=1)
            named = np.zeros(12, bool)
            for month in range(24):
                named |= _named_by_the_ledger(sold[:, month], 200.0 * (month + 1), rng)
            any_honest += bool(named[bad:].any())
            found += float(named[:bad].mean()) if bad else 0.0
        power = f"{found / worlds:.3f}" if bad else "-"
        rows.append((tau, bad, f"{any_honest / worlds:.3f}", power, value))
    table(
        f"Few sales for the minutes, 24 looks at 12 vendors, 200 sales a month ({worlds} worlds)",
        ("tau", "bad", "any honest ever named", "bad ever named", "noted"),
        rows,
    )


def _named_by_the_ledger(
    sold: npt.NDArray[np.int_], expected: float, rng: np.random.Generator
) -> BoolArray:
    levels = np.log((sold + 0.5) / (expected + 0.5))
    compared = trimmed_leave_one_out(levels, np.full(12, 1 / expected), rng)
    e_values = [
        e_value_below(
            float(count),
            expected * float(np.exp(peers.log_level)),
            honest_shape(peers.tau2_upper, peers.level_error),
        )
        for count, peers in zip(sold, compared, strict=True)
    ]
    return np.array(e_benjamini_hochberg(e_values, 0.05))


def naive_table(seed: int, worlds: int) -> None:
    """Print why peers and agents are needed: plain z, untrimmed spread, call-by-call errors."""
    rng = np.random.default_rng([seed, 1])
    shares = np.zeros(3)
    for _ in range(worlds):
        calls = rng.integers(20_000, 60_001, 20)
        sold = rng.poisson(calls * 0.02 * np.exp(rng.normal(-0.011, 0.15, 20)))
        expected = calls * sold.sum() / calls.sum()
        z = (sold - expected) / np.sqrt(expected)
        spread = overdispersion(sold, expected)
        low, _ = spread.limits(expected, 0.998)
        others = leave_one_out(np.log(sold / expected), 1 / expected)
        shares += [
            (z < -3.0902).mean(),
            (sold / expected < low).mean(),
            np.mean([unit.p_low < 0.001 for unit in others]),
        ]
    names = ("plain z", "funnel with overdispersion", "leave one out")
    noted = (".228", ".0194", ".0010")
    table(
        f"Honest vendors accused at a nominal .001, 20 vendors, tau .15 ({worlds} worlds)",
        ("method", "accused", "noted"),
        [(n, f"{v:.4f}", k) for n, v, k in zip(names, shares / worlds, noted, strict=True)],
    )


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
            noted = {1.0: ".88-.91 / .00-.01", 1.5: f"- / {'.39' if agents == 10 else '.77'}",
                     2.0: f"- / {'.95' if agents == 10 else '1.0'}"}[dearer]  # fmt: skip
            shares = (f"{covered / worlds:.3f}", f"{ever / worlds:.3f}")
            rows.append((agents, dearer, *shares, noted))
    table(
        "Cost of a surviving sale, 12 months: 90 % interval covers; e >= 20 at any of 12 looks",
        ("agents", "cost / ceiling", "covers", "ever 20", "noted"),
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
    naive_table(given.seed, given.worlds)
    ledger_table(given.seed, max(given.worlds // 3, 1))
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
