"""Error rates of the tests against a vendor's own past: run it, read it, change it.

    python benchmarks/evidence/own_past.py [--seed 1] [--worlds 300]

About two minutes. The standard error of a share p is sqrt(p (1 - p) / worlds). The last
column is what the research note measured in its own world, where it did.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from printed import table
from vendor_world import MONTHS, Drawn, World, draw

from vendoreval.stats import (
    cusum_chart,
    departure,
    e_benjamini_hochberg,
    log_minutes_per_lead,
    month_effects,
    month_effects_path,
    own_past_e_values,
    person_e_values,
    sales_gate,
    seasons,
)

FloatArray = npt.NDArray[np.float64]
ALARM = 20.0


def ever(values: FloatArray, side: str, regressors: FloatArray | None = None) -> bool:
    """Return whether the e-value ever reaches 20."""
    path = own_past_e_values(values, "down" if side == "down" else "up", regressors=regressors)
    return bool(path.max() >= ALARM)


def share(
    world: World, worlds: int, seed: list[int], test: Callable[[Drawn, np.random.Generator], bool]
) -> str:
    """Return how often a test says yes."""
    rng = np.random.default_rng(seed)
    return f"{np.mean([test(draw(world, rng), rng) for _ in range(worlds)]):.3f}"


def sales_falling(drawn: Drawn, _: np.random.Generator) -> bool:
    """Sales per minute against the own past."""
    return ever(drawn.log_sales_per_minute, "down")


def offset_known(drawn: Drawn, rng: np.random.Generator) -> bool:
    """The same, the list's effect known to ten per cent."""
    known = np.where(np.arange(MONTHS) >= drawn.list_change, np.log(0.7), 0.0)
    return ever(drawn.log_sales_per_minute - known * (1 + rng.normal(0, 0.1)), "down")


def mix_regressor(drawn: Drawn, _: np.random.Generator) -> bool:
    """The same, the list's share of the month as a regressor."""
    mix = (np.arange(MONTHS) >= drawn.list_change).astype(float)
    return ever(drawn.log_sales_per_minute, "down", np.column_stack([seasons(MONTHS), mix]))


def monthly_poisson(drawn: Drawn, _: np.random.Generator) -> bool:
    """A month below the one-in-a-thousand limit of the first six, as if sales were Poisson."""
    sales, minutes = drawn.sales.sum(axis=0), drawn.minutes.sum(axis=0)
    expected = minutes * sales[:6].sum() / minutes[:6].sum()
    return bool((sales[6:] < expected[6:] - 3.09 * np.sqrt(expected[6:])).any())


def cusum(drawn: Drawn, _: np.random.Generator) -> bool:
    """A CUSUM with k = .5, h = 5 and a baseline of six months."""
    y = drawn.log_sales_per_minute
    sd = max(float(y[:6].std(ddof=1)), 1e-6)
    found = cusum_chart((y[6:] - y[:6].mean()) / sd, 0.0, 0.5, 5.0)
    return bool((found.low > 5).any())


def sales_table(seed: int, worlds: int) -> None:
    """Print 13.2: sales per minute against the vendor's own past."""
    honest = [
        ("no season", World(season=0.0), ".04 / .18 / .26"),
        ("season .15", World(), ".03 / .41 / .33"),
        ("season .30", World(season=0.30), ".04 / .65 / .40"),
        ("10 agents", World(agents=10), ".04 / .20 / .29"),
        ("60 agents", World(agents=60), ".03 / .55 / .35"),
        ("churn 100 % a year", World(churn=1.0), ".08 / .41 / .37"),
        ("months AR(1) .5", World(autocorrelation=0.5), ".05 / .38 / .34"),
        ("AR(1) .8, sd .15", World(autocorrelation=0.8, month_noise=0.15), ".18 / .47 / .43"),
        ("list 30 % worse", World(worse_list=0.3), ".80 / .92 / .92"),
    ]
    rows: list[tuple[object, ...]] = []
    for number, (name, world, noted) in enumerate(honest):
        shares = [
            share(world, worlds, [seed, 132, number], test)
            for test in (sales_falling, monthly_poisson, cusum)
        ]
        rows.append((name, *shares, noted))
    worse = World(worse_list=0.3)
    rows.append(("  its offset known +-10 %", share(worse, worlds, [seed, 132, 20], offset_known),
                 "", "", ".08"))  # fmt: skip
    rows.append(("  its mix as regressor", share(worse, worlds, [seed, 132, 21], mix_regressor),
                 "", "", ".01"))  # fmt: skip
    table(
        f"Honest vendors, sales per minute, 24 looks, ever alarmed ({worlds} worlds each)",
        ("world", "e >= 20", "monthly Poisson .001", "CUSUM", "noted"),
        rows,
    )
    noted = {10: (".09", ".18", ".40", ".61", ".96"), 30: (".17", ".40", ".75", ".94", "1.0"),
             60: (".19", ".53", ".93", ".99", "1.0")}  # fmt: skip
    rows = []
    for agents, values in noted.items():
        for padding, value in zip((0.10, 0.20, 0.35, 0.50, 1.0), values, strict=True):
            world = World(agents=agents, padding=padding)
            found = share(world, worlds, [seed, 133, agents, round(100 * padding)], sales_falling)
            rows.append((agents, f"{padding:.0%}", found, value))
    for name, world, value in (
        ("35 % from month 6", World(padding=0.35, since=5), ".34"),
        ("35 % from month 16", World(padding=0.35, since=15), ".85"),
        ("30 % of agents, 50 %", World(padding=0.5, padders=0.3), ".26"),
        ("30 % of agents, 100 %", World(padding=1.0, padders=0.3), ".65"),
        ("2 % more each month", World(drift=0.02), ".66"),
        ("35 % since day one", World(padding=0.35, since=0), "false alarms"),
    ):
        rows.append((30, name, share(world, worlds, [seed, 134, len(rows)], sales_falling), value))
    table("Padding found by sales per minute (from month 9)",
          ("agents", "padding", "found", "noted"), rows)  # fmt: skip


def panel(drawn: Drawn) -> FloatArray:
    """Return the logarithm of minutes per lead of each person and month."""
    return log_minutes_per_lead(drawn.minutes, drawn.leads)


def persons_removed(drawn: Drawn, _: np.random.Generator) -> bool:
    """Minutes per lead, persons removed, fitted once."""
    return ever(month_effects(panel(drawn)).effects, "up")


def refitted(drawn: Drawn, _: np.random.Generator) -> bool:
    """The same as each monthly audit would have seen it."""
    return bool(month_effects_path(panel(drawn)).max() >= ALARM)


def persons_left_in(drawn: Drawn, _: np.random.Generator) -> bool:
    """The ablation: the vendor's minutes per lead as they are."""
    return ever(np.log(drawn.minutes.sum(axis=0) / drawn.leads.sum(axis=0)), "up")


def gated(drawn: Drawn, _: np.random.Generator) -> bool:
    """Alarm and the minutes rose by more than the sales for each lead."""
    effects = month_effects(panel(drawn)).effects
    if not ever(effects, "up"):
        return False
    minutes = drawn.minutes.sum(axis=0)
    move = departure(effects, minutes, "up")
    if not 0 < move.since < MONTHS:
        return False
    error = (move.high - move.low) / 3.29
    gate = sales_gate(
        move.effect, error, drawn.sales.sum(axis=0), drawn.leads.sum(axis=0), move.since
    )
    return gate.p_value < 0.05


def minutes_table(seed: int, worlds: int) -> None:
    """Print 13.3: minutes per worked lead against the own past."""
    cases = [
        ("honest", World(), ".00-.01 / .05-.14"),
        ("honest, churn 100 %", World(churn=1.0), ""),
        ("call length wanders 2 %", World(wander=0.02), ".15"),
        ("call length wanders 4 %", World(wander=0.04), ".30"),
        ("list 30 % worse", World(worse_list=0.3), ".003"),
        ("10 agents, 5 %", World(agents=10, padding=0.05), ".06"),
        ("10 agents, 10 %", World(agents=10, padding=0.10), ".36"),
        ("10 agents, 20 %", World(agents=10, padding=0.20), ".97"),
        ("30 agents, 5 %", World(padding=0.05), ".09"),
        ("30 agents, 10 %", World(padding=0.10), ".65"),
        ("30 agents, 20 %", World(padding=0.20), "1.0; gated .59"),
        ("30 agents, 35 %", World(padding=0.35), "1.0; gated .87"),
        ("30 % of agents, 50 %", World(padding=0.5, padders=0.3), ".87"),
        ("30 % of agents, 100 %", World(padding=1.0, padders=0.3), ".99"),
        ("2 % more each month", World(drift=0.02), "1.0"),
        ("script +15 %, sells +15 %", World(padding=0.15, sells_more=0.15), "gated .13"),
        ("script +15 %, sells alike", World(padding=0.15), "gated .49"),
        ("35 % since day one", World(padding=0.35, since=0), "false alarms"),
    ]
    rows = [
        (
            name,
            share(world, worlds, [seed, 135, number], persons_removed),
            share(world, max(worlds // 3, 1), [seed, 136, number], refitted),
            share(world, worlds, [seed, 137, number], gated),
            share(world, worlds, [seed, 138, number], persons_left_in),
            noted,
        )
        for number, (name, world, noted) in enumerate(cases)
    ]
    table(
        f"Minutes per worked lead, 24 looks, ever alarmed ({worlds} worlds; a third refitted)",
        ("world", "persons removed", "refitted monthly", "gated", "persons left in", "noted"),
        rows,
    )


def who_table(seed: int, worlds: int) -> None:
    """Print the drill-down of 13.3: whose minutes rose."""
    rows = []
    for number, (padders, padding, noted) in enumerate(
        ((1.0, 0.0, ".01-.03"), (0.3, 1.0, "1.00"), (0.3, 0.5, ".49"), (0.1, 0.5, ".71"),
         (0.6, 0.5, ".06"))
    ):  # fmt: skip
        rng = np.random.default_rng([seed, 139, number])
        found = stayed = wrong = 0
        for _ in range(worlds):
            drawn = draw(World(padding=padding, padders=padders), rng)
            values = panel(drawn)
            whole = np.isfinite(values).all(axis=1)
            named = np.array(e_benjamini_hochberg(person_e_values(values)[whole], 0.05), bool)
            bad = drawn.padding[whole] & (padding > 0)
            found += int(named[bad].sum())
            stayed += int(bad.sum())
            wrong += bool(named[~bad].any())
        power = f"{found / stayed:.3f}" if stayed else "-"
        rows.append((f"{padders:.0%} pad {padding:.0%}" if padding else "nobody pads", power,
                     f"{wrong / worlds:.3f}", noted))  # fmt: skip
    table(f"Who started (persons who stayed, e-BH .05, {worlds} worlds)",
          ("world", "padders found", "any honest named", "noted"), rows)  # fmt: skip


def size_table(seed: int, worlds: int) -> None:
    """Print bias and coverage of the minutes that padding cost."""
    rows = []
    for number, padding in enumerate((0.10, 0.20, 0.35)):
        rng = np.random.default_rng([seed, 140, number])
        ratios, covered, above, chosen, chosen_covered = [], 0, 0, 0, 0
        for _ in range(worlds):
            drawn = draw(World(padding=padding), rng)
            minutes = drawn.minutes.sum(axis=0)
            true = float(minutes[8:].sum() * padding / (1 + padding))
            effects = month_effects(panel(drawn)).effects
            move = departure(effects, minutes, "up")
            ratios.append(move.total / true)
            hit = move.total_low <= true <= move.total_high
            covered += hit
            above += move.total_low > true
            if ever(effects, "up"):
                chosen += 1
                chosen_covered += hit
        shares = (covered / worlds, above / worlds, chosen_covered / max(chosen, 1))
        rows.append(
            (f"{padding:.0%}", f"{np.median(ratios):.2f}", *(f"{value:.3f}" for value in shares))
        )
    table(f"Minutes that padding cost, 90 % limits ({worlds} worlds)",
          ("padding", "median estimate / true", "covers", "low limit too high",
           "covers when alarmed"), rows)  # fmt: skip


def speed_table(seed: int) -> None:
    """Print the time of twelve vendors with thirty agents and twenty-four months."""
    rng = np.random.default_rng([seed, 141])
    vendors = [draw(World(), rng) for _ in range(12)]
    started = time.perf_counter()
    own_past_e_values(np.array([v.log_sales_per_minute for v in vendors]), "down")
    sales = time.perf_counter()
    for vendor in vendors:
        effects = month_effects(panel(vendor)).effects
        own_past_e_values(effects, "up")
        departure(effects, vendor.minutes.sum(axis=0), "up")
    minutes = time.perf_counter()
    for vendor in vendors:
        person_e_values(panel(vendor))
    persons = time.perf_counter()
    spans = (sales - started, minutes - sales, persons - minutes)
    table(
        "Seconds for 12 vendors x 24 months x 30 seats",
        ("sales per minute", "minutes per lead and size", "persons"),
        [tuple(f"{span:.3f}" for span in spans)],
    )


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=300)
    given = parser.parse_args()
    started = time.perf_counter()
    print(f"seed {given.seed}")
    sales_table(given.seed, given.worlds)
    minutes_table(given.seed, given.worlds)
    who_table(given.seed, given.worlds)
    size_table(given.seed, given.worlds)
    speed_table(given.seed)
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
