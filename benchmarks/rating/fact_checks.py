"""What every fact check costs on one vendor's month of a million calls.

Run as ``python benchmarks/rating/fact_checks.py [calls] [rounds]``; a million calls and three
rounds when not given. A world with one vendor and one month is written as Parquet by a process
of its own, so that the memory printed is that of the checks. Each check is reduced on the
embedded engine with two threads and judged, one after the other; the median of the rounds is
printed for each and for all together, beside the seconds that both processors worked: on a
machine that others use too, half of these is nearer to what an idle one takes.
"""

from __future__ import annotations

import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from vendoreval.agreement import RateItem
from vendoreval.checks import ALL
from vendoreval.checks.base import Check, Scope
from vendoreval.engine import DuckEngine
from vendoreval.period import Period
from vendoreval.settings import Settings
from vendoreval.simulation import simulate
from vendoreval.tables import COLUMN_TYPES, TABLES

CALLS, ROUNDS = 1_000_000, 3
SEED = 5
DIALS_OF_A_PERSON = 1_700
TARGET_SECONDS, TARGET_BYTES = 10.0, 2 * 1024**3


@dataclass(frozen=True)
class Signed:
    """As much of an agreement as a check looks at."""

    vendor: str
    rate_card: tuple[RateItem, ...]
    reports: dict[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name in print."""
        return self.vendor

    def rates(self, unit: str, day: date) -> tuple[RateItem, ...]:
        """Return the lines of a unit in force."""
        return tuple(i for i in self.rate_card if i.unit == unit and i.in_force(day))


def write_world(folder: Path, calls: int) -> None:
    """Write the world and its card."""
    people = max(calls // DIALS_OF_A_PERSON, 5)
    world = simulate(vendors=1, months=1, seed=SEED, agents=people, dials_a_month=calls)
    with world.engine(folder):
        pass
    card = [RateItem(**item) for item in world.built[0].work.conduct.rate_card]
    lines = "\n".join(item.model_dump_json(exclude_unset=True) for item in card)
    (folder / "card.jsonl").write_text(lines, encoding="utf-8")
    (folder / "world.txt").write_text(f"{world.vendors[0]} {world.periods[0]}", encoding="utf-8")


def scope_of(folder: Path) -> Scope:
    """Return the scope of an audit of the month."""
    vendor, period = (folder / "world.txt").read_text(encoding="utf-8").split()
    lines = (folder / "card.jsonl").read_text(encoding="utf-8").splitlines()
    agreements: Any = {
        vendor: Signed(vendor, tuple(RateItem.model_validate_json(line) for line in lines))
    }
    settings = Settings(client="Client", currency="RUB")
    return Scope(Period.parse(period), (vendor,), agreements, settings)


def ask(check: Check, engine: DuckEngine, scope: Scope) -> tuple[float, float, str]:
    """Reduce and judge; return the seconds, those of both processors, and how it ended."""
    begun, worked = time.perf_counter(), time.process_time()
    small = engine.run(check.reduce(TABLES, scope)).to_pandas()
    answers = check.judge(small, scope)
    taken, work = time.perf_counter() - begun, time.process_time() - worked
    ended = "not run" if answers[0].not_run else f"{len(answers[0].evidence)} of evidence"
    return taken, work, f"{len(small):>7} rows, {ended}"


def main(calls: int = CALLS, rounds: int = ROUNDS) -> None:
    """Print the seconds of every fact check, their sum and the peak of memory."""
    print(f"{platform.platform()}, Python {platform.python_version()}, DuckDB {duckdb.__version__}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, __file__, "--write", name, str(calls)], check=True)
        files = {path.stem: [path] for path in folder.glob("*.parquet")
                 if path.stem in COLUMN_TYPES}  # fmt: skip
        scope, facts = scope_of(folder), [check for check in ALL if check.kind == "fact"]
        facts += [check for check in ALL if check.id == "vendor_favouring_errors"]
        times: dict[str, list[float]] = {check.id: [] for check in facts}
        works: dict[str, list[float]] = {check.id: [] for check in facts}
        told: dict[str, str] = {}
        with DuckEngine(files, memory_limit="1200MiB", threads=2) as engine:
            n = engine.run(TABLES["calls"].count().as_table())[0][0].as_py()
            print(f"calls: {n:,}, vendor {scope.vendors[0]}, {scope.period}, rounds: {rounds}")
            for _ in range(rounds):
                for check in facts:
                    taken, work, told[check.id] = ask(check, engine, scope)
                    times[check.id].append(taken)
                    works[check.id].append(work)
    for check in facts:
        print(f"{check.id:<26}{statistics.median(times[check.id]):>8.2f} s, processors "
              f"{statistics.median(works[check.id]):>6.2f} s  {told[check.id]}")  # fmt: skip
    whole = statistics.median(sum(one) for one in zip(*times.values(), strict=True))
    work = statistics.median(sum(one) for one in zip(*works.values(), strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"all together: {whole:.2f} s (target below {TARGET_SECONDS:.0f} s), of both "
          f"processors {work:.2f} s; peak memory: "
          f"{peak / 1024**2:,.0f} MiB (target below {TARGET_BYTES / 1024**2:,.0f})")  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_world(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(*(int(argument) for argument in sys.argv[1:]))
