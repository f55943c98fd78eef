"""What must hold for every input: ranges, monotony, and what does not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from vendoreval import stats

MONTHS = arrays(float, 24, elements=st.floats(-2, 2, width=32))
COUNTS = st.lists(st.integers(0, 60), min_size=8, max_size=40)
E_VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=12)


@given(MONTHS, st.floats(-5, 5), st.floats(0.1, 20), st.floats(-2, 2), st.floats(-2, 2))
def test_level_scale_and_season_do_not_matter(
    noise: np.ndarray, level: float, scale: float, sine: float, cosine: float
) -> None:
    assume(np.ptp(noise) > 0.1)
    season = stats.seasons(24) @ np.array([level, sine, cosine])
    path = stats.own_past_e_values(noise, "down")
    moved = stats.own_past_e_values(scale * noise + season, "down")
    assert moved == pytest.approx(path, rel=1e-5)
    assert (path >= 0).all()
    assert (path[:5] == 1).all()


@given(MONTHS)
def test_up_is_down_mirrored(noise: np.ndarray) -> None:
    assert stats.own_past_e_values(noise, "up") == pytest.approx(
        stats.own_past_e_values(-noise, "down")
    )


@given(MONTHS)
def test_many_vendors_at_once_are_each_alone(noise: np.ndarray) -> None:
    both = stats.own_past_e_values([noise, -noise], "up")
    assert both[1] == pytest.approx(stats.own_past_e_values(-noise, "up"))
    assert stats.own_past_e_values(noise, "up", last_only=True) == pytest.approx(both[0, -1])


@given(MONTHS, st.integers(1, 23))
def test_the_future_does_not_change_the_past(noise: np.ndarray, t: int) -> None:
    whole = stats.own_past_e_values(noise, "down")
    part = stats.own_past_e_values(noise[:t], "down")
    assert part == pytest.approx(whole[:t])


def test_constant_months_say_nothing() -> None:
    assert (stats.own_past_e_values(np.full(24, -3.7), "down") == 1).all()
    assert (stats.own_past_e_values(np.full(24, 1e6), "up") == 1).all()
    with pytest.raises(ValueError, match="too short or too flat"):
        stats.departure(np.ones(24), np.ones(24), "down")


@pytest.mark.parametrize("bad", [[np.nan] * 24, [np.inf] * 24])
def test_months_must_be_numbers(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        stats.own_past_e_values(bad, "down")


@given(MONTHS, arrays(float, 8, elements=st.floats(-1, 1, width=32)))
def test_month_effects_do_not_see_persons(noise: np.ndarray, style: np.ndarray) -> None:
    panel = noise[None, :] + style[:, None]
    panel[0, 5:] = np.nan
    panel[1, :9] = np.nan
    found = stats.month_effects(panel)
    assert found.effects == pytest.approx(noise - noise.mean(), abs=1e-6)
    assert (found.groups == 0).all()


def test_months_without_a_common_person_are_kept_apart() -> None:
    panel = np.full((2, 6), np.nan)
    panel[0, :3], panel[1, 4:] = 1.0, 5.0
    found = stats.month_effects(panel)
    assert found.groups.tolist() == [0, 0, 0, -1, 1, 1]
    assert found.effects[[0, 1, 2, 4, 5]] == pytest.approx(np.zeros(5))
    assert np.isnan(found.effects[3])


def test_who_is_named_does_not_depend_on_the_order_of_persons() -> None:
    rng = np.random.default_rng(1)
    panel = rng.normal(0, 0.1, (15, 20))
    panel[3, 12:] += 0.7
    panel[7, :4] = np.nan
    place = rng.permutation(15)
    assert stats.person_e_values(panel[place]) == pytest.approx(stats.person_e_values(panel)[place])


@given(st.integers(0, 400), st.floats(1, 400), st.floats(0.5, 500))
def test_more_is_never_weaker_evidence(observed: int, expected: float, shape: float) -> None:
    low = stats.e_value_above(observed, expected, shape)
    assert stats.e_value_above(observed + 1, expected, shape) >= low * (1 - 1e-9)
    share = min(max(expected / 1000, 0.01), 0.99)
    first = stats.beta_binomial_e_value(observed, 1000, share, 0.05, [1.2, 2.0])
    more = stats.beta_binomial_e_value(observed + 1, 1000, share, 0.05, [1.2, 2.0])
    assert more >= first * (1 - 1e-9)


@given(E_VALUES, E_VALUES)
def test_averages_lie_between(one: list[float], two: list[float]) -> None:
    mean = stats.average_e_value(one)
    assert min(one) * (1 - 1e-9) <= mean <= max(one) * (1 + 1e-9)
    vendor = stats.vendor_e_value({"a": one, "b": two})
    assert vendor == pytest.approx((mean + stats.average_e_value(two)) / 2)
    assert 0 <= stats.posterior_chance(vendor, 0.05) <= 1
    assert 0 <= stats.chance_of_ever(vendor) <= 1


def test_a_family_cannot_win_by_its_number_of_checks() -> None:
    few = stats.vendor_e_value({"a": [60.0], "b": [1.0]})
    many = stats.vendor_e_value({"a": [60.0] * 20, "b": [1.0]})
    assert few == many


@given(st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=6), min_size=1, max_size=8))
def test_drilling_down_names_only_inside_selected_groups(groups: list[list[float]]) -> None:
    selected, inside = stats.p_drill_down(groups, 0.10)
    for is_selected, names in zip(selected, inside, strict=True):
        assert is_selected or not any(names)
    e_values = [[1 / max(p, 1e-9) for p in group] for group in groups]
    named = stats.e_drill_down(e_values, selected, 0.10)
    for is_selected, names in zip(selected, named, strict=True):
        assert is_selected or not any(names)


@given(COUNTS, st.data())
def test_a_change_point_is_a_p_value_and_sums_are_kept(
    counts: list[int], data: st.DataObject
) -> None:
    assume(sum(counts) > 0)
    exposure = data.draw(st.lists(st.floats(0.5, 50), min_size=len(counts), max_size=len(counts)))
    found = stats.rate_change_point(counts, exposure, np.random.default_rng(1), draws=99)
    assert 0 < found.p_value <= 1
    assert found.wasted_low <= found.wasted <= found.wasted_high
    assert 0 < found.first_after < len(counts)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80))
def test_the_limits_of_a_sample_hold_its_point(taints: list[float]) -> None:
    found = stats.sampled_overbilling(taints)
    assert 0 <= found.share_low <= found.share + 1e-12
    assert found.share <= found.share_high + 1e-12 <= 1 + 1e-9


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=30), st.floats(0.01, 100))
def test_concentration_is_free_of_the_unit(values: list[float], unit: float) -> None:
    assume(sum(values) > 1)
    scaled = [unit * value for value in values]
    for measure in (stats.gini, stats.herfindahl, stats.top_share):
        found = measure(values)
        assert measure(scaled) == pytest.approx(found, abs=1e-9)
        assert -1e-12 <= found <= 1 + 1e-12


@given(arrays(float, (3, 40), elements=st.integers(0, 30).map(float)), st.integers(12, 18))
def test_bunching_is_a_p_value(agents: np.ndarray, threshold: int) -> None:
    counts = agents.sum(axis=0)
    assume(counts[1:].sum() > 50)
    found = stats.bunching(counts, threshold)
    assert 0 <= found.p_value <= 1
    assert found.excess_low <= found.excess <= found.excess_high
    assert found.expected >= 0
    more = counts.copy()
    more[threshold : threshold + 5] += 40
    assert stats.bunching(more, threshold).log_excess > found.log_excess - 1e-6


@pytest.mark.parametrize("threshold", [0, 1, 9])
def test_no_bunching_without_room_below(threshold: int) -> None:
    with pytest.raises(ValueError, match="no room below"):
        stats.bunching(np.ones(200), threshold)


def test_agents_in_another_order_bunch_alike() -> None:
    rng = np.random.default_rng(2)
    agents = rng.poisson(30 * np.exp(-np.arange(200) / 70), (9, 200)).astype(float)
    agents[4, 60:65] += 30
    place = rng.permutation(9)
    found = stats.bunching(agents.sum(axis=0), 60)
    assert stats.bunching(agents[place].sum(axis=0), 60) == found
    first = stats.agents_at_threshold(agents, found)
    assert stats.agents_at_threshold(agents[place], found) == tuple(first[i] for i in place)
    assert min(range(9), key=lambda i: first[i].p_value) == 4


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_cliff_of_the_peers_is_none(early: int, late: int) -> None:
    table = [[early, late], [10 * early, 10 * late]]
    found = stats.hazard_cliff(table, [[100, 100], [1000, 1000]])
    assert found.ratio == pytest.approx(1, abs=1e-4)
    assert found.low < 1 < found.high
    assert found.p_value == pytest.approx(0.5, abs=1e-3)


def test_the_cliff_in_closed_form() -> None:
    """One stratum is saturated: the ratio of the four rates, Wald errors near the profile."""
    found = stats.hazard_cliff([[40, 90], [200, 160]], [[4000, 3500], [20_000, 19_000]])
    assert found.ratio == pytest.approx((90 / 3500 / (40 / 4000)) / (160 / 19_000 / (200 / 20_000)))
    error = np.sqrt(1 / 40 + 1 / 90 + 1 / 200 + 1 / 160)
    wald = found.ratio * np.exp(1.6449 * error * np.array([-1, 1]))
    assert (found.low, found.high) == pytest.approx(tuple(wald), rel=0.02)
    assert found.excess == pytest.approx(90 * (1 - 1 / found.ratio))


def test_prices_follow_the_currency_and_not_the_order_of_drivers() -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(100, 1000, (12, 3))
    y = x @ np.array([0.4, 0.0, 3.0]) + rng.normal(0, 20, 12)
    names = ["minutes", "dials", "sales"]
    found = stats.implied_tariff(y, x, names, np.random.default_rng(1), draws=99)
    roubles = stats.implied_tariff(90 * y, x, names, np.random.default_rng(1), draws=99)
    assert roubles.prices == pytest.approx(90 * found.prices)
    assert found.shares.sum() == pytest.approx(1)
    turned = stats.implied_tariff(y, x[:, ::-1], names[::-1], np.random.default_rng(1), draws=99)
    assert turned.prices[::-1] == pytest.approx(found.prices)
    assert turned.shares[::-1] == pytest.approx(found.shares)
    assert sum(weight for _, weight in found.weights) == pytest.approx(1)


def test_stretches_hold_every_month_once() -> None:
    rng = np.random.default_rng(4)
    for _ in range(30):
        volume = rng.choice([100, 130, 400, 0], 20)
        mix = rng.multinomial(100, rng.dirichlet([1, 1]), 20)
        cut = stats.stretches(volume, mix)
        months = [m for part in cut for m in range(part.start, part.stop)]
        assert months == list(range(20))
        path = stats.own_past_over_stretches(rng.normal(size=20), cut, "down")
        assert (path >= 0).all()


def test_few_leads_in_many_classes_are_no_other_base() -> None:
    rng = np.random.default_rng(5)
    shares = np.full(80, 1 / 80)
    cut = stats.stretches(np.full(12, 300), rng.multinomial(300, shares, 12))
    assert len(cut) == 1


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (stats.gini, ([0, 0],)), (stats.rarefied, ([0, 5], 9)),
        (stats.histogram_quantile, ([], 0.5)),
        (stats.sample_size, (0.05, 0.95, 0.06)), (stats.draw_by_money, ([0.0], 1, None)),
        (stats.gap_shape, (1, 1.0, 1.0, 0.0)), (stats.against_population, ([1, 2],)),
        (stats.repeated_runs, (5, 5, [0.1])), (stats.log_rank, ([[2, 0]], [[1, 1]])),
        (stats.leave_one_out, ([0, 1], [1, 1])), (stats.compare_sides, ([1], [5], [1, 2], [5, 5])),
        (stats.cluster_jackknife, ([[1.0]], float)), (stats.xmr_chart, ([1.0],)),
        (stats.p_chart, ([5], [4])), (stats.mean_change_point, ([1.0],)),
        (stats.binomial_limits, (0, 0.5)), (stats.fit_gamma_poisson, ([0, 0], [1, 1])),
        (stats.fit_beta_binomial, ([5, 5], [5, 5])), (stats.elasticity, ([1, 2], [1, 2])),
        (stats.beta_binomial_e_value, (5, 4, 0.1, 0.1, [2.0])), (stats.average_e_value, ([-1.0],)),
        (stats.false_coverage_level, (0, 5)), (stats.whipple_index, ([1] * 10,)),
        (stats.heaping, ([1.0] * 100, 10)), (stats.transformed_gaps, ([-1.0], 10)),
        (stats.population_stability_index, ([0, 0], [1, 1])), (stats.stretches, ([],)),
        (stats.density_jump, ([1, 2, 3], 2, 1, 1)), (stats.minute_value, ([[1, 0]], [[1, 0]])),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(function: object, arguments: tuple[object, ...]) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match=r"\w"):
        function(*arguments)
