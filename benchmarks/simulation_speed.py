"""How long worlds take to draw, and their tables of counts: in full, fast, and from the ledger.

    python benchmarks/simulation_speed.py [--rounds 3] [--calls 1000000]

Every step runs several times in one process; medians, and the processor time of the median
round beside it, because a busy machine stretches the clock and not the processor.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from vendoreval import Workspace, aggregates
from vendoreval.aggregates import AGGREGATES, Window, compute
from vendoreval.simulation import World, simulate
from vendoreval.simulation.fast.aggregates import simulate_aggregates
from vendoreval.simulation.simulated import TIMEZONE

VERSIONED = ("vendoreval", "numpy", "polars", "duckdb", "ibis-framework")
PORTFOLIO = {"vendors": 12, "months": 24}


def measure(name: str, step: Callable[[int], object], rounds: int) -> None:
    """Run a step several times and print its medians."""
    walls, processor = [], []
    for number in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        step(number)
        walls.append(time.perf_counter() - wall)
        processor.append(time.process_time() - cpu)
    print(f"{name:62} {statistics.median(walls):7.2f} s {statistics.median(processor):7.2f} s cpu")


def large(calls: int, seed: int) -> World:
    """Draw one vendor whose month holds so many calls."""
    return simulate(vendors=1, months=1, seed=seed, agents=max(calls // 1500, 12),
                    dials_a_month=calls)  # fmt: skip


def tables_of_a_month(world: World, folder: Path) -> None:
    """Compute every table of the world's last month on the engine."""
    with world.engine(folder) as engine:
        window = Window(world.periods[-1], world.vendors, TIMEZONE, world.periods[-1].end)
        for table in AGGREGATES.values():
            compute(table, engine, window)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(", ".join(f"{name} {version(name)}" for name in VERSIONED))
    rounds, calls = options.rounds, options.calls
    measure(f"a world of {calls:,} calls, all reports in memory", lambda n: large(calls, n), rounds)
    for dials in (600, 2000):
        size = f"12 vendors x 24 months, {dials:,} dials a month"
        # the first world draws histories for the rest of the process
        simulate_aggregates(["A1"], **PORTFOLIO, dials_a_month=dials)
        for tables in (["A1"], ["A1", "A2"], [name for name in AGGREGATES if name != "A8"]):
            shown = ", ".join(tables) if len(tables) < 3 else "all but A8"
            measure(
                f"fast path, {size}: {shown}",
                lambda n, tables=tables, dials=dials: simulate_aggregates(  # type: ignore[misc]  # the default binds the loop's value
                    tables, **PORTFOLIO, dials_a_month=dials, seed=n
                ),
                rounds,
            )
    with tempfile.TemporaryDirectory() as folder:
        world = large(calls, 0)
        measure(
            f"all {len(AGGREGATES)} tables of one vendor-month of {calls:,} calls, from Parquet",
            lambda n: tables_of_a_month(world, Path(folder) / str(n)),
            rounds,
        )
        stored(Path(folder) / "workspace", rounds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory of the process {peak:,.0f} MiB")


def stored(folder: Path, rounds: int) -> None:
    """Measure tables of a posted workspace: computed, then read."""
    simulate(folder, vendors=3, months=3, agents=8, dials_a_month=3000)
    workspace = Workspace.open(folder)
    workspace.ingest()
    ledger = workspace.ledger
    names = tuple(AGGREGATES)

    def load(_: int) -> None:
        for name in names:
            aggregates.load(ledger, name)

    measure("ledger, 3 vendors x 3 months: all tables, computed", load, 1)
    measure("ledger, 3 vendors x 3 months: all tables, read again", load, rounds)


if __name__ == "__main__":
    main()
