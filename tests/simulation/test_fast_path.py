"""The fast path draws the same worlds as the full one: the same figures, the same spread."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from vendoreval.aggregates import AGGREGATES, total
from vendoreval.errors import AgreementError
from vendoreval.simulation import simulate
from vendoreval.simulation.fast.aggregates import simulate_aggregates, tables_of_built

SIZE: dict[str, Any] = {"vendors": 2, "months": 3, "agents": 6, "dials_a_month": 2000, "tau": 0.1}
TABLES = ("A1", "A2", "A3", "A6", "A7", "A7D", "A9")
# both paths draw the same vendors, people and leads from a seed, and dial by chance of their own
SEEDS = tuple(range(1, 9))
Tables = dict[str, pd.DataFrame]


@cache
def full(seed: int) -> Tables:
    world = simulate(**SIZE, seed=seed)
    parts = [tables_of_built(one, TABLES) for one in world.built]
    return {name: pd.concat([part[name] for part in parts]) for name in TABLES}


@cache
def fast(seed: int) -> Tables:
    return simulate_aggregates(TABLES, **SIZE, seed=seed)


def share(column: str, of: str) -> Callable[[Tables], float]:
    return lambda tables: float(tables["A1"][column].sum() / tables["A1"][of].sum())


def within(column: str, band: int) -> Callable[[Tables], float]:
    def figure(tables: Tables) -> float:
        work = tables["A1"]
        return float(work[work[column] == band].dials.sum() / work.dials.sum())

    return figure


def interval_cv(tables: Tables) -> float:
    sums = tables["A3"].sum(numeric_only=True)
    mean = sums.interval_seconds / sums.intervals
    return float(np.sqrt(sums.interval_squares / sums.intervals - mean**2) / mean)


def deviation(tables: Tables) -> float:
    """Spread of talk per conversation between agents."""
    people = total(tables["A1"], AGGREGATES["A1"], ["vendor", "agent_id"])
    people = people[people.conversations > 50]
    return float(np.log(people.conversation_seconds / people.conversations).std())


FIGURES: dict[str, Callable[[Tables], float]] = {
    "dials": lambda t: float(t["A1"].dials.sum()),
    "connects": share("connects", "dials"),
    "conversations": share("conversations", "dials"),
    "dials per lead opened": share("dials", "leads_opened"),
    "talk per conversation": share("conversation_seconds", "conversations"),
    "talk squared": share("talk_squares", "connects"),
    "ring": share("ring_seconds", "dials"),
    "wrap": share("wrap_seconds", "dials"),
    "sales per conversation": share("sales_claimed", "conversations"),
    "sales cancelled": share("sales_cancelled", "sales_known"),
    "first attempts": within("attempt_band", 1),
    "late attempts": within("attempt_band", 3),
    "mornings": within("hour_band", 0),
    "fresh leads": within("age_band", 1),
    "interval CV": interval_cv,
    "breaks": lambda t: float(t["A3"].breaks.sum() / t["A3"].intervals.sum()),
    "numbers never connected": lambda t: float(
        t["A6"][t["A6"].connected == 0].numbers.sum() / t["A6"].numbers.sum()
    ),
    "numbers dialled once": lambda t: float(
        t["A6"][t["A6"].attempts == 1].numbers.sum() / t["A6"].numbers.sum()
    ),
    "amount billed per dial": lambda t: float(t["A9"].amount_cents.sum() / t["A9"].dials.sum()),
    "spread between agents": deviation,
}


@pytest.mark.parametrize("name", FIGURES)
def test_both_paths_agree_in_the_mean(name: str) -> None:
    one = np.array([FIGURES[name](full(seed)) for seed in SEEDS])
    apart = one - np.array([FIGURES[name](fast(seed)) for seed in SEEDS])
    error = apart.std(ddof=1) / np.sqrt(len(SEEDS))
    # four standard errors, and two per cent for histories drawn from a stock
    assert abs(apart.mean()) < 4 * error + 0.02 * abs(one.mean()), (one.mean(), apart.mean())


@pytest.mark.parametrize("name", ["dials", "talk per conversation", "sales per conversation"])
def test_both_paths_spread_alike(name: str) -> None:
    one = np.array([FIGURES[name](full(seed)) for seed in SEEDS])
    other = np.array([FIGURES[name](fast(seed)) for seed in SEEDS])
    # the ratio of variances of two samples of eight, at one in a thousand on each side
    assert 1 / 15 < one.var(ddof=1) / other.var(ddof=1) < 15


@pytest.mark.parametrize(
    ("over", "under"),
    [("conversation_seconds", "conversations"), ("conversations", "dials"),
     ("sales_claimed", "leads_worked"), ("dials", None)],
)  # fmt: skip
def test_agents_months_come_from_the_same_distribution(over: str, under: str | None) -> None:
    def sample(draw: Callable[[int], Tables]) -> np.ndarray[Any, Any]:
        parts = []
        for seed in SEEDS:
            people = total(draw(seed)["A1"], AGGREGATES["A1"], ["vendor", "agent_id", "month"])
            people = people[people.conversations >= 20]
            parts.append(people[over] / (people[under] if under else 1))
        return pd.concat(parts).to_numpy(dtype=float)

    one, other = sample(full), sample(fast)
    assert len(one) > 200
    # the same vendors and people: nearer than two samples of this size would lie by chance
    assert ks_2samp(one, other).pvalue > 0.05


def test_the_lengths_of_talk_are_the_same_histogram() -> None:
    def histogram(draw: Callable[[int], Tables]) -> pd.Series[Any]:
        table = pd.concat([draw(seed)["A2"] for seed in SEEDS])
        talk = table[(table.measure == "talk") & (table.bin_seconds > 0)]
        calls = talk.groupby(talk.bin_seconds // 15).calls.sum()
        return calls / calls.sum()

    one, other = histogram(full).align(histogram(fast), fill_value=0)
    assert (one - other).abs().sum() / 2 < 0.03


@pytest.mark.parametrize(
    ("scheme", "table", "figure"),
    [
        ("stretched_talk:0.5:1:1", "A1", lambda t: t.talk_seconds.sum() / t.dials.sum()),
        ("two_calls_at_once:0.3:1:1", "A3", lambda t: float(t.overlaps.sum())),
        ("replayed_calls:0.3:1:1", "A4", lambda t: float(t.sequence_pairs.sum())),
        ("closed_after_first_touch:0.8:1:1", "A1", lambda t: -t.dials.sum() / t.leads_opened.sum()),
        ("sales_cancelled_late:0.5:1:1", "A7", lambda t: float(t.cancels.sum())),
        ("bank_deletions:0.5:1:1", "A8", lambda t: float(t[t.stage_next == ""].leads.sum())),
        ("invoice_above_log:0.1:1:1", "A9", lambda t: t.amount_cents.sum() / t.dials.sum()),
        ("unknown_sales:0.5:1:1", "A10", lambda t: t[t.match == "claim_unknown"].rows.sum()),
    ],
)  # fmt: skip
def test_schemes_move_the_tables_of_the_fast_path(
    scheme: str, table: str, figure: Callable[[pd.DataFrame], float]
) -> None:
    size = SIZE | {"vendors": 1, "seed": 4}
    honest = simulate_aggregates([table], **size)[table]
    planted = simulate_aggregates([table], **size, schemes=[scheme])[table]
    assert figure(planted) > figure(honest)


def test_every_table_can_be_drawn_and_looks_as_it_is_stored() -> None:
    drawn = simulate_aggregates(tuple(AGGREGATES), vendors=1, months=2, agents=3, dials_a_month=300)
    for name, frame in drawn.items():
        spec = AGGREGATES[name]
        assert tuple(frame.columns) == spec.columns
        assert not frame.duplicated(list(spec.keys)).any()
        assert len(frame) > 0


def test_the_same_seed_draws_the_same_tables() -> None:
    size = SIZE | {"seed": 9, "vendors": 1, "months": 2}
    one, again = (simulate_aggregates(["A1"], **size)["A1"] for _ in range(2))
    pd.testing.assert_frame_equal(one, again)


def test_wrong_arguments_are_refused_alike() -> None:
    with pytest.raises(AgreementError):
        simulate_aggregates(["A1"], vendors=0)
    with pytest.raises(KeyError):
        simulate_aggregates(["A99"])
