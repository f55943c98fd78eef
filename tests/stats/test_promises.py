"""What the functions promise on honest and dishonest worlds, with seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendoreval import stats

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(P_VALUES)
def test_adjusting_never_lowers_and_stays_a_p_value(p_values: list[float]) -> None:
    for adjust in (stats.holm_adjusted, stats.benjamini_hochberg_adjusted):
        adjusted = adjust(p_values)
        assert (adjusted >= np.array(p_values) - 1e-15).all()
        assert (adjusted <= 1).all()
    assert (stats.holm_adjusted(p_values) >= stats.benjamini_hochberg_adjusted(p_values)).all()


@given(P_VALUES)
def test_combined_p_values_stay_p_values(p_values: list[float]) -> None:
    assert 0 <= stats.cauchy_combination(p_values) <= 1
    assert stats.calibrated_e_value(p_values[0]) >= 0


def test_a_calibrated_e_value_averages_to_one() -> None:
    # on a logarithmic grid, because the mass lies near 0
    logs = np.linspace(-690, -1e-9, 60_001)
    density = [stats.calibrated_e_value(float(p)) * float(p) for p in np.exp(logs)]
    # what lies below the smallest p is 1 / |ln p|
    assert np.trapezoid(density, logs) + 1 / 690 == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("bad", [[-0.1], [1.1], [float("nan")]])
def test_no_p_value_outside_of_its_range(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        stats.holm_adjusted(bad)


def test_clustered_error_holds_its_level_where_the_naive_one_does_not() -> None:
    rng = np.random.default_rng(7)
    worlds, agents, calls = 1000, 40, 500
    share = 0.03 * np.exp(rng.normal(-0.08, 0.4, (worlds, agents)))
    hits = rng.binomial(calls, share)
    truth = 0.03
    clustered = naive = 0
    for world in hits:
        ratio = stats.cluster_ratio(world, [calls] * agents)
        clustered += ratio.p_above(truth) < 0.01
        error = (truth * (1 - truth) / (calls * agents)) ** 0.5
        naive += (ratio.ratio - truth) / error > 2.326
    assert clustered / worlds < 0.02
    assert naive / worlds > 0.1


# ---------------------------------------------------------------- vendors among vendors


def test_trimmed_peers_hold_their_level_and_see_through_masking() -> None:
    rng = np.random.default_rng(11)
    named = found = hidden = 0
    worlds, count, sold = 100, 12, 2000.0
    for _ in range(worlds):
        honest = np.log(rng.poisson(sold * np.exp(rng.normal(0, 0.05, count))) / sold)
        v = np.full(count, 1 / sold)
        named += sum(r.p_value < 0.01 for r in stats.trimmed_leave_one_out(honest, v, rng))
        bad = honest.copy()
        bad[:2] -= np.log(1.5)
        found += sum(r.p_value < 0.001 for r in stats.trimmed_leave_one_out(bad, v, rng)[:2])
        plain = stats.trimmed_leave_one_out(bad, v, rng, trim=0)[:2]
        hidden += sum(r.p_value < 0.001 for r in plain)
    # 12 expected of 1,200; four standard errors above
    assert named <= 26
    assert found / (2 * worlds) > 0.75
    assert hidden / (2 * worlds) < 0.1


def test_unequal_vendors_hold_their_level() -> None:
    rng = np.random.default_rng(12)
    sold = np.array([30, 40, 60, 80, 200, 400, 800, 1600])
    named, worlds = 0, 40
    for _ in range(worlds):
        counts = rng.poisson(sold * np.exp(rng.normal(0, 0.1, len(sold))))
        levels = np.log((counts + 0.5) / (sold + 0.5))
        results = stats.trimmed_leave_one_out(levels, 1 / sold, rng, draws=2000)
        named += sum(r.p_value < 0.05 for r in results)
    # 16 expected of 320; results of one world hang together
    assert named / (worlds * len(sold)) < 0.09


def test_order_of_vendors_changes_nothing() -> None:
    levels, v = np.linspace(-0.3, 0.2, 8), np.geomspace(0.001, 0.02, 8)
    place = np.random.default_rng(3).permutation(8)
    first, second = (
        stats.trimmed_leave_one_out(a, b, np.random.default_rng(1), draws=2000)
        for a, b in ((levels, v), (levels[place], v[place]))
    )
    assert [first[i] for i in place] == list(second)


def test_two_vendors_are_never_sure_of_each_other() -> None:
    high, low = stats.half_normal_comparison([np.log(1.25), np.log(0.8)], [1 / 800] * 2)
    assert low.p_value > 0.01
    assert high.p_value > 0.5
    assert low.ratio_low < low.ratio < low.ratio_high


@given(st.integers(0, 300), st.floats(0.5, 300), st.floats(0.5, 300))
def test_fewer_sales_are_never_weaker_evidence(sold: int, expected: float, shape: float) -> None:
    more = stats.e_value_below(sold, expected, shape)
    assert stats.e_value_below(sold + 1, expected, shape) <= more * (1 + 1e-9)


def test_the_e_value_of_honest_vendors_averages_to_one_at_most() -> None:
    rng = np.random.default_rng(13)
    shape, expected = stats.honest_shape(0.02), 300.0
    counts = rng.poisson(expected * rng.gamma(shape, 1 / shape, 20_000))
    values = np.array([stats.e_value_below(float(c), expected, shape) for c in counts])
    assert values.mean() < 1 + 4 * values.std() / len(values) ** 0.5
    assert (values >= 20).mean() < 0.05


# ------------------------------------------------------------------ agents of one house


def house(rng: np.random.Generator, agents: int, expected: float, sellers: int) -> object:
    skill = np.exp(rng.normal(-0.06, 0.35, agents))
    skill[sellers:] = 0.02
    return rng.poisson(expected * skill)


def any_named(sold: object, agents: int, rng: np.random.Generator) -> np.ndarray:
    result = stats.agents_below_peers(sold, [1000] * agents, rng, draws=1000)
    return stats.holm_adjusted(result.p_values) <= 0.05


@pytest.mark.parametrize("agents", [10, 20])
def test_honest_houses_are_seldom_accused(agents: int) -> None:
    rng = np.random.default_rng(agents)
    worlds = 120
    accused = sum(
        bool(any_named(house(rng, agents, 25, agents), agents, rng).any()) for _ in range(worlds)
    )
    # 5 % of 120 is 6; more than 13 has a chance of 1 in 250
    assert accused <= 13


@pytest.mark.parametrize(("agents", "bad", "power"), [(10, 1, 0.85), (20, 1, 0.85), (20, 3, 0.7)])
def test_those_who_sell_nothing_are_found(agents: int, bad: int, power: float) -> None:
    rng = np.random.default_rng(agents + bad)
    worlds, found = 30, 0
    for _ in range(worlds):
        found += int(any_named(house(rng, agents, 29, agents - bad), agents, rng)[-bad:].sum())
    assert found / (worlds * bad) >= power


def test_order_changes_nothing_and_twins_are_equal() -> None:
    sold, leads = [3, 40, 38, 51, 29, 40, 44, 35, 47, 40], [900, 1000, 1000] + [1000] * 7
    place = np.random.default_rng(5).permutation(10)
    first = stats.agents_below_peers(sold, leads, np.random.default_rng(1))
    second = stats.agents_below_peers(
        np.array(sold)[place], np.array(leads)[place], np.random.default_rng(1)
    )
    assert (first.p_values[place] == second.p_values).all()
    assert first.p_values[1] == first.p_values[5] == first.p_values[9]


def test_a_house_that_sells_nothing_names_nobody() -> None:
    result = stats.agents_below_peers([0] * 9 + [30], [500] * 10, np.random.default_rng(1))
    assert (result.p_values == 1).all()
    assert (result.e_values == 1).all()


@pytest.mark.material
def test_the_school(material: Path) -> None:
    """Real deals of 24 owners: three sell nothing, and only the trimmed comparison sees it."""
    path = material / "data/school_crm_2023_24/deals_raw.csv.gz"
    deals = pd.read_csv(path, dtype=str).iloc[:-2]
    paid = deals["Stage"].eq("Payment Done").groupby(deals["Deal Owner Name"]).agg(["sum", "size"])
    owners = paid[paid["size"] >= 20]
    assert len(owners) == 24

    rng = np.random.default_rng(1)
    result = stats.agents_below_peers(owners["sum"], owners["size"], rng)
    p = pd.Series(result.p_values, owners["size"])
    assert p[871] == pytest.approx(0.0003, abs=0.0003)
    assert p[1013] == pytest.approx(0.0013, abs=0.0008)
    assert p[337] == pytest.approx(0.0018, abs=0.0009)
    named = stats.holm_adjusted(result.p_values) <= 0.05
    assert set(owners["size"][named]) == {871, 1013, 337}
    rate = owners["sum"] / owners["size"]
    assert not named[(rate > 0.016) & (rate < 0.07)].any()
    assert np.sqrt(np.log1p(result.spread)) == pytest.approx(0.46, abs=0.02)

    untrimmed = stats.agents_below_peers(owners["sum"], owners["size"], rng, trim=(0, 0))
    assert (stats.holm_adjusted(untrimmed.p_values) > 0.05).all()
    # not enough for an accusation: 24 owners need 480 and 240
    e = pd.Series(result.e_values, owners["size"])
    assert 100 < e[871] < 480
    assert 50 < e[1013] < 240


# ------------------------------------------------------------------- cost of a sale


def test_the_interval_of_the_cost_covers() -> None:
    rng = np.random.default_rng(21)
    worlds, agents, months = 400, 10, 12
    covered = 0
    for _ in range(worlds):
        skill = np.exp(rng.normal(-0.061, 0.35, agents))
        mood = np.exp(rng.normal(-0.0025, 0.07, months))
        sold = rng.poisson(2.2 * skill[:, None] * mood[None, :])
        cost = stats.cost_per_sale(
            264.0, sold.sum(axis=1), [1] * agents, sold.sum(axis=0), [1] * months
        )
        low, high = cost.interval()
        covered += low <= 1 <= high
    assert 0.85 <= covered / worlds <= 0.95


def test_no_sale_at_all_costs_much_but_not_endlessly() -> None:
    cost = stats.cost_per_sale(60_000, [0] * 10, [1] * 10, [0] * 6, [1] * 6)
    low, high = cost.interval()
    assert 1000 < low < cost.cost < high < float("inf")
    assert stats.cost_e_value(0, 60, 10) > 20
