"""How often every check speaks of honest vendors, and whether it sees the scheme it is for.

    python benchmarks/evidence/full_worlds.py [--seed 1] [--worlds 2] [--save]

Whole worlds (people, calls, leads, sales, invoices, the client's and the carrier's records)
are drawn and every check is asked over an engine; the audit's own tiers judge. In each world
some of the seven vendors carry one scheme each, the others are honest. `--worlds` is the number
of worlds for each scheme, and of honest worlds for each seven cases of the zoo. `--save` writes
`schemas/error_rates.json`, which `vendoreval explain` prints. About 40 seconds for each world
on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from printed import table

from vendoreval.agreement import Agreement, load_agreement
from vendoreval.auditing.numbers import Numbers
from vendoreval.auditing.policy import Policy
from vendoreval.auditing.tiers import judge
from vendoreval.checks import ALL
from vendoreval.checks.base import Scope
from vendoreval.settings import Settings
from vendoreval.simulation import RECIPES, ZOO, World, simulate
from vendoreval.simulation.files import Style
from vendoreval.simulation.folder import REPORTS, write_agreement
from vendoreval.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]
VENDORS, MONTHS, DIALS, SINCE = 7, 10, 2500, 6
PLANTED = 3
OUTCOMES = ("fact", "finding", "review", "clear", "not_run")
# what only a ledger knows is not in these worlds
BY_HISTORY = frozenset({"restated_history", "gaps_where_money_is"})
NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")


@dataclass
class Counts:
    """How the checks ended, over all worlds."""

    honest: dict[str, Counter[str]] = field(default_factory=dict)
    planted: dict[str, Counter[str]] = field(default_factory=dict)
    zoo: dict[str, Counter[str]] = field(default_factory=dict)
    alarms: list[tuple[str, str, str]] = field(default_factory=list)


def outcomes(world: World) -> dict[tuple[str, str], str]:
    """Return (check, vendor) -> how it ended in the last month."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        scope = Scope(world.periods[-1], world.vendors, agreements(world, folder),
                      Settings(client="Client", currency="RUB"), world.periods[-2])  # fmt: skip
        with world.engine(folder / "reports") as engine:
            answers = {
                check.id: tuple(
                    check.judge(engine.run(check.reduce(TABLES, scope)).to_pandas(), scope)
                )
                for check in ALL
            }
            numbers = Numbers(engine, scope.period, scope.compare_with)
            billed = {vendor: numbers.counts(vendor).billed for vendor in scope.vendors}
    judged = judge(ALL, answers, scope.vendors, billed, Policy())
    found = {
        (state.check, vendor): state.state
        for vendor, states in judged.states.items()
        for state in states
    }
    for entry in reversed(judged.evidence):
        key = entry.evidence.check, entry.evidence.vendor
        if found[key] == "signal" and entry.tier != "review":
            found[key] = entry.tier
    return found


def agreements(world: World, folder: Path) -> dict[str, Agreement]:
    """Return what each vendor signed."""
    for number, one in enumerate(world.built, start=1):
        write_agreement(folder, one, number, Style(), REPORTS)
    return {name: load_agreement(folder / f"{name}.odcs.yaml") for name in world.vendors}


def schemes() -> dict[str, list[str]]:
    """Return scheme -> the checks that are there for it."""
    found: dict[str, list[str]] = {}
    for check in ALL:
        found.setdefault(check.catches, []).append(check.id)
    return found


def batches(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Deal names to worlds."""
    for first in range(0, len(names), size):
        yield names[first : first + size]


def with_schemes(counts: Counts, seed: int, worlds: int) -> int:
    """Plant every scheme; return the number of worlds."""
    drawn = 0
    checks = schemes()
    for again in range(worlds):
        for batch in batches(sorted(checks), PLANTED):
            planted = dict(zip(NAMES, batch, strict=False))
            world = simulate(
                vendors=VENDORS, months=MONTHS, seed=seed + 1000 * again + drawn,
                dials_a_month=DIALS,
                schemes=[f"{vendor}/{name}{_start(name)}" for vendor, name in planted.items()],
            )  # fmt: skip
            drawn += 1
            for (check, vendor), outcome in outcomes(world).items():
                if vendor not in planted:
                    _honest(counts, check, "", outcome)
                elif check in checks[planted[vendor]]:
                    counts.planted.setdefault(check, Counter())[outcome] += 1
            _progress(drawn, world)
    return drawn


def _start(name: str) -> str:
    return f":::{SINCE}" if RECIPES[name].dated else ""


def with_zoo(counts: Counts, seed: int, worlds: int) -> int:
    """Let every vendor be honest and odd in one way; return the number of worlds."""
    drawn = 0
    for again in range(worlds):
        for batch in batches(ZOO, VENDORS):
            cases = dict(zip(NAMES, batch, strict=False))
            world = simulate(
                vendors=VENDORS, months=MONTHS, seed=seed + 500_000 + 1000 * again + drawn,
                dials_a_month=DIALS,
                zoo=[f"{vendor}/{name}{_start(name)}" for vendor, name in cases.items()],
            )  # fmt: skip
            drawn += 1
            for (check, vendor), outcome in outcomes(world).items():
                _honest(counts, check, cases.get(vendor, ""), outcome)
            _progress(drawn, world)
    return drawn


def _honest(counts: Counts, check: str, case: str, outcome: str) -> None:
    counts.honest.setdefault(check, Counter())[outcome] += 1
    counts.zoo.setdefault(case or "ordinary", Counter())[outcome] += 1
    if outcome in ("fact", "finding", "review"):
        counts.alarms.append((outcome, check, case or "ordinary"))


def _progress(drawn: int, world: World) -> None:
    print(f"  {drawn}: {world}", flush=True)


def tables(counts: Counts, worlds: int) -> None:
    """Print what came out."""
    rows = []
    for check in ALL:
        if check.id in BY_HISTORY:
            continue
        honest = counts.honest.get(check.id, Counter())
        planted = counts.planted.get(check.id, Counter())
        asked = sum(honest.values()) - honest["not_run"]
        rows.append((
            check.id, asked, honest["fact"], honest["finding"], honest["review"], check.catches,
            sum(planted.values()), planted["fact"], planted["finding"], planted["review"],
            planted["not_run"],
        ))  # fmt: skip
    table(
        f"Every check in {worlds} whole worlds of {VENDORS} vendors, {MONTHS} months, the last one "
        "audited: honest vendors asked and accused; vendors with its scheme at the usual strength",
        ("check", "honest asked", "fact", "finding", "question", "its scheme", "planted", "fact",
         "finding", "question", "not run"),
        rows,
    )  # fmt: skip
    table(
        "Honest vendors case by case: checks that ended so (each vendor is asked all of them)",
        ("case", *OUTCOMES),
        [(case, *(found[o] for o in OUTCOMES)) for case, found in sorted(counts.zoo.items())],
    )
    alarms = Counter(counts.alarms)
    table(
        "What was said of honest vendors",
        ("tier", "check", "case", "times"),
        [(*key, number) for key, number in sorted(alarms.items())] or [("-", "-", "-", 0)],
    )


def save(counts: Counts, seed: int, worlds: int) -> Path:
    """Write what `vendoreval explain` prints, added to what other scripts measured."""
    path = ROOT / "schemas" / "error_rates.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known["full_worlds"] = {
        "seed": seed, "worlds": worlds, "vendors": VENDORS, "months": MONTHS,
        "dials_a_month": DIALS,
        "checks": {
            check.id: {
                "honest": _row(counts.honest.get(check.id, Counter())),
                "scheme": check.catches,
                "planted": _row(counts.planted.get(check.id, Counter())),
            }
            for check in ALL
            if check.id not in BY_HISTORY
        },
    }  # fmt: skip
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _row(counter: Counter[str]) -> dict[str, int]:
    return {outcome: counter[outcome] for outcome in OUTCOMES}


def main() -> None:
    """Draw the worlds, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=2)
    parser.add_argument("--save", action="store_true", help="write schemas/error_rates.json")
    given = parser.parse_args()
    started = time.perf_counter()
    print(f"seed {given.seed}")
    counts = Counts()
    worlds = with_schemes(counts, given.seed, given.worlds)
    worlds += with_zoo(counts, given.seed, given.worlds)
    tables(counts, worlds)
    if given.save:
        print(f"\nwritten: {save(counts, given.seed, worlds).relative_to(ROOT)}")
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
