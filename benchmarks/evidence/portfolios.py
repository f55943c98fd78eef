"""The checks of the own past in portfolios of 1 to 25 vendors, and simpler rules beside them.

    python benchmarks/evidence/portfolios.py [--seed 1] [--worlds 40] [--save]

Vendors of two years are drawn as tables of counts, each twice from the same seed: honest, and
with fruitless calls made longer from month 12 on, so that the truth is the difference. The
checks judge them at months 12, 15, 18, 21 and 24; portfolios are put together from these
vendors and the audit's own finding tier names. All other checks of the product are counted as
not run, so that their families keep their weight. `--worlds` is the number of vendors of
middle size for each strength; small and large ones are a quarter of it. pyod, if it is there,
adds two rows of baselines. About 3 seconds for each vendor on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from baselines import SCORES, Month, months_of
from printed import table

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.tiers import Named, named_of
from vendoreval.checks import ALL
from vendoreval.checks.base import Answer, Check, Evidence, NotRun, Scope
from vendoreval.measures import first_of_month, number_of_month
from vendoreval.period import Period
from vendoreval.settings import Settings
from vendoreval.simulation import simulate_aggregates
from vendoreval.text import msg

ROOT = Path(__file__).resolve().parents[2]
STORED = tuple(check for check in ALL if check.stored is not None)
TABLES = tuple(dict.fromkeys(n for c in STORED if c.stored for n in c.stored.tables))
MONTHS, SINCE = 24, 12
LOOKS = (12, 15, 18, 21, 24)
END = Period.parse("2026-10")
SIZES = {"small": (8, 2500), "middle": (12, 5000), "large": (30, 12_000)}
STRENGTHS = (0.10, 0.20, 0.35, 1.00)
# share of the persons who do it
PART = 0.30
SETTINGS = Settings(client="Client", currency="RUB")
NOTHING = msg("-")


@dataclass(frozen=True)
class Drawn:
    """One vendor: its answers at each look, the months, and the true minutes of the last one."""

    answers: dict[int, dict[str, Answer]]
    months: tuple[Month, ...]
    true_minutes: float


def vendor(seed: int, size: str, strength: float, share: float) -> tuple[Drawn, Drawn]:
    """Draw a vendor twice: honest and with its scheme."""
    agents, dials = SIZES[size]
    tables = dict.fromkeys((*TABLES, "A2"))
    sizes = {"vendors": 1, "months": MONTHS, "seed": seed, "agents": agents, "dials_a_month": dials}
    honest = simulate_aggregates(tuple(tables), **sizes)  # type: ignore[arg-type]  # all whole
    scheme = f"alpha/stretched_talk:{strength}:{share}:{SINCE}"
    planted = simulate_aggregates(tuple(tables), schemes=[scheme], **sizes)  # type: ignore[arg-type]  # names of this script
    true = (talk(planted["A1"]) - talk(honest["A1"])) / 60
    return _asked(honest, 0.0), _asked(planted, true)


def talk(work: pd.DataFrame) -> float:
    """Return the seconds talked in the last month."""
    return float(work.loc[work["month"] == number_of_month(END.start), "talk_seconds"].sum())


def _asked(counts: dict[str, pd.DataFrame], true_minutes: float) -> Drawn:
    answers = {look: _answers(counts, look) for look in LOOKS}
    return Drawn(answers, months_of(counts), true_minutes)


def _answers(counts: dict[str, pd.DataFrame], look: int) -> dict[str, Answer]:
    last = number_of_month(END.start) - MONTHS + look
    start = first_of_month(last)
    scope = Scope(Period.month_of(start), ("alpha",), {}, SETTINGS)
    known = {name: frame[frame["month"] <= last] for name, frame in counts.items()}
    found = {}
    for check in STORED:
        assert check.stored is not None
        (found[check.id],) = check.judge(check.stored.reduce(known, scope), scope)
    return found


# ------------------------------------------------------------- portfolios


def named(portfolio: Sequence[Drawn], look: int) -> frozenset[int]:
    """Return the places of the vendors that the finding tier names at a look."""
    names = [f"v{place:02d}" for place in range(len(portfolio))]
    answers = {check.id: [_as(n, d, check, look) for n, d in zip(names, portfolio, strict=True)]
               for check in ALL}  # fmt: skip
    found = named_of(ALL, answers, names, Policy())
    return frozenset(
        place for place, name in enumerate(names) if _has_finding(found, answers, name)
    )


def _as(name: str, drawn: Drawn, check: Check, look: int) -> Answer:
    own = drawn.answers[look].get(check.id)
    if own is None:
        return Answer(name, NOTHING, not_run=NotRun(check.id, name, NOTHING, NOTHING))
    return Answer(name, own.statement, own.n, own.evidence, own.not_run, own.e_value)


def _has_finding(found: Named, answers: dict[str, list[Answer]], name: str) -> bool:
    return any(
        found.has(name, check.id) and any(_speaks(e) for e in answer.evidence)
        for check in STORED
        for answer in answers[check.id]
        if answer.vendor == name
    )


def _speaks(evidence: Evidence) -> bool:
    return not evidence.review_only and (evidence.e_value or 0) >= 1 / float(Policy().finding_level)


def ever(portfolio: Sequence[Drawn]) -> dict[int, int]:
    """Return place -> the first look at which the vendor was named."""
    first: dict[int, int] = {}
    for look in LOOKS:
        for place in named(portfolio, look):
            first.setdefault(place, look)
    return first


Pool = dict[tuple[str, float, float], list[tuple[Drawn, Drawn]]]


def pool_of(seed: int, worlds: int) -> Pool:
    """Draw the vendors."""
    found: Pool = {}
    cells = [("middle", s, 1.0, worlds) for s in STRENGTHS] + [("middle", 1.0, PART, worlds)]
    cells += [(size, s, 1.0, max(worlds // 4, 1)) for size in ("small", "large")
              for s in (0.20, 1.00)]  # fmt: skip
    for number, (size, strength, share, count) in enumerate(cells):
        found[size, strength, share] = [
            vendor(seed * 100_000 + 1000 * number + n, size, strength, share) for n in range(count)
        ]
        print(f"  {size}, {strength:.0%} on {share:.0%} of the persons: {count}", flush=True)
    return found


def honest_of(pool: Pool, size: str = "middle") -> list[Drawn]:
    """Return the honest twins of a size."""
    return [pair[0] for key, pairs in pool.items() if key[0] == size for pair in pairs]


# ------------------------------------------------------------- tables


def power_table(pool: Pool) -> None:
    """Print one vendor alone: honest ever named, found, when, and the minutes."""
    rows = []
    for (size, strength, share), pairs in sorted(pool.items()):
        honest = sum(bool(ever([pair[0]])) for pair in pairs)
        looks = [ever([pair[1]]).get(0) for pair in pairs]
        months = [look - SINCE + 1 for look in looks if look is not None]
        rows.append((size, f"{strength:.0%}", f"{share:.0%}", len(pairs), honest, len(months),
                     int(np.median(months)) if months else "-", *_minutes(pairs)))  # fmt: skip
    table(
        "One vendor, fruitless calls longer by a share of all minutes from month 12 on, looked "
        "at in months 12, 15, 18, 21, 24: ever in a finding; minutes of minutes_per_lead_rising "
        "in the last month",
        ("size", "longer by", "persons", "vendors", "honest twin named", "found",
         "median months", "asked for minutes", "90 % covers", "median estimate / true"),
        rows,
    )  # fmt: skip


def _minutes(pairs: Sequence[tuple[Drawn, Drawn]]) -> tuple[object, ...]:
    covered, ratios = 0, []
    for _, planted in pairs:
        answer = planted.answers[LOOKS[-1]]["minutes_per_lead_rising"]
        spared = answer.evidence[0].minutes if answer.evidence else None
        if spared is None or planted.true_minutes <= 0:
            continue
        covered += float(spared.low) <= planted.true_minutes <= float(spared.high)
        ratios.append(float(spared.point) / planted.true_minutes)
    if not ratios:
        return 0, "-", "-"
    return len(ratios), covered, f"{np.median(ratios):.2f}"


def portfolio_table(pool: Pool, seed: int, portfolios: int) -> None:
    """Print portfolios of 1 to 25 vendors with 0 to 4 dishonest ones."""
    rng = np.random.default_rng([seed, 5])
    honest = honest_of(pool)
    bad = [pair[1] for pair in pool["middle", 0.35, 1.0]]
    rows = []
    for vendors in (1, 2, 5, 6, 12, 25):
        for dishonest in (0, 1, 2, 3, 4):
            if dishonest > max(vendors // 2, 1) or vendors > len(honest) + dishonest:
                continue
            accused, found = 0, 0
            for _ in range(portfolios):
                chosen = [bad[i] for i in rng.choice(len(bad), dishonest)]
                chosen += [honest[i] for i in rng.choice(len(honest), vendors - dishonest,
                                                         replace=False)]  # fmt: skip
                first = ever(chosen)
                accused += any(place >= dishonest for place in first)
                found += sum(place < dishonest for place in first)
            power = f"{found}/{dishonest * portfolios}" if dishonest else "-"
            rows.append((vendors, dishonest, portfolios, accused, power))
    table(
        "Portfolios of vendors of middle size (drawn again and again from the same pool), the "
        "dishonest ones with 35 % more minutes from month 12: ever named",
        ("vendors", "dishonest", "portfolios", "with an honest vendor named", "dishonest named"),
        rows,
    )


def baseline_table(pool: Pool, seed: int, portfolios: int) -> None:
    """Print simpler rules at the false-alarm rate of one honest portfolio in twenty."""
    rng = np.random.default_rng([seed, 8])
    honest = honest_of(pool)
    vendors = min(12, len(honest))
    clean = [rng.choice(len(honest), vendors, replace=False) for _ in range(20 * portfolios)]
    keys = [key for key in pool if key[0] == "middle"]
    rows = []
    for name, score in SCORES.items():
        highest = [max(score([honest[i].months for i in chosen])) for chosen in
                   clean[: portfolios if "pyod" in name else None]]  # fmt: skip
        limit = float(np.quantile(highest, 0.95))
        cells = []
        for key in keys:
            hits, drawn = 0, 0
            for _, planted in pool[key]:
                chosen = rng.choice(len(honest), vendors - 1, replace=False)
                scores = score([planted.months, *(honest[i].months for i in chosen)])
                hits, drawn = hits + (scores[0] > limit), drawn + 1
            cells.append(f"{hits}/{drawn}")
        rows.append((name, *cells))
    ours = []
    for key in keys:
        found = sum(
            0 in ever([planted, *(honest[i] for i in rng.choice(len(honest), vendors - 1,
                                                                replace=False))])
            for _, planted in pool[key]
        )  # fmt: skip
        ours.append(f"{found}/{len(pool[key])}")
    rows.append(("this product, finding tier (not tuned to the rate)", *ours))
    table(
        f"One dishonest vendor among {vendors}: found in month 24 at a limit that accuses in one "
        "of twenty honest portfolios; the product keeps its own limit",
        ("rule", *(f"{s:.0%} on {share:.0%}" for _, s, share in keys)),
        rows,
    )


def save(pool: Pool, seed: int) -> Path:
    """Add what `vendoreval explain` prints to the file of error rates."""
    path = ROOT / "schemas" / "error_rates.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    cells = {key: pairs for key, pairs in pool.items() if key[0] == "middle" and key[2] == 1.0}
    checks = {}
    for check in ("minutes_per_lead_rising", "sales_per_minute_falling"):
        grown = []
        for (_, strength, _), pairs in sorted(cells.items()):
            months = [m for pair in pairs if (m := _first(pair[1], check)) is not None]
            grown.append({
                "strength": strength, "vendors": len(pairs), "found": len(months),
                "median_months": int(np.median(months)) - SINCE + 1 if months else None,
            })  # fmt: skip
        honest = honest_of(pool)
        checks[check] = {
            "honest": len(honest),
            "honest_named": sum(_first(one, check) is not None for one in honest),
            "grown": grown,
        }
    known["own_past"] = {
        "seed": seed,
        "months": MONTHS,
        "looks": len(LOOKS),
        "since": SINCE,
        "checks": checks,
    }
    path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _first(drawn: Drawn, check: str) -> int | None:
    """Return the first look at which the check alone is beyond 20 to 1."""
    return next(
        (look for look in LOOKS if any(_speaks(e) for e in drawn.answers[look][check].evidence)),
        None,
    )


def main() -> None:
    """Draw the vendors, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--save", action="store_true", help="write schemas/error_rates.json")
    given = parser.parse_args()
    started = time.perf_counter()
    print(f"seed {given.seed}")
    pool = pool_of(given.seed, given.worlds)
    power_table(pool)
    portfolio_table(pool, given.seed, given.worlds)
    baseline_table(pool, given.seed, given.worlds)
    if given.save:
        print(f"\nwritten: {save(pool, given.seed).relative_to(ROOT)}")
    print(f"\n{time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
