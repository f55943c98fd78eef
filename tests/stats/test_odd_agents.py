"""Agents against their colleagues: honest spread, contamination, and its promises."""

from __future__ import annotations

import numpy as np
import pytest

from vendoreval.stats import odd_agents
from vendoreval.stats.odd_agents import LEAST_AGENTS


@pytest.mark.parametrize("mean", [3, 40, 2000])
def test_honest_houses_are_seldom_asked_about(mean: int) -> None:
    rng = np.random.default_rng(mean)
    p_values, e_values = [], []
    for _ in range(80):
        expected = mean * rng.uniform(0.3, 2, 14)
        # everybody alike, three times as high as thought, and different by a quarter
        counts = rng.poisson(3 * expected * np.exp(rng.normal(0, 0.25, 14)))
        found = odd_agents(counts, expected)
        p_values.append(found.smallest_p)
        e_values.append(found.mean_e)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.1
    assert np.mean(e_values) <= 1.3
    assert max(e_values) < 60


def test_a_quarter_of_odd_ones_do_not_hide_each_other() -> None:
    counts = [20, 22, 19, 25, 18, 21, 20, 23, 17, 90, 85, 99]
    found = odd_agents(counts, [20] * 12)
    assert sorted(np.argsort(found.p_values)[:3].tolist()) == [9, 10, 11]
    assert found.smallest_p < 0.02
    assert found.mean_e > 20


def test_few_events_are_counted_as_such() -> None:
    # three where one is usual is chance, thirty is not
    few = odd_agents([1, 0, 2, 1, 1, 0, 1, 3, 1, 2], [1] * 10)
    many = odd_agents([1, 0, 2, 1, 1, 0, 1, 30, 1, 2], [1] * 10)
    assert few.smallest_p > 0.3
    assert many.smallest_p < 0.02
    assert many.p_values.argmin() == 7


def test_order_and_scale_do_not_matter() -> None:
    counts, expected = np.array([400, 500, 450, 900, 420, 480]), np.full(6, 450.0)
    one, other = odd_agents(counts, expected), odd_agents(counts[::-1], expected * 7)
    assert one.p_values == pytest.approx(other.p_values[::-1], rel=0.02)


def test_more_events_never_speak_for_an_agent() -> None:
    p_values = [odd_agents([n, 9, 11, 10, 8, 12, 9], [10] * 7).p_values[0] for n in range(0, 60, 5)]
    assert p_values == sorted(p_values, reverse=True)
    assert all(0 <= p <= 1 for p in p_values)


@pytest.mark.parametrize(
    ("observed", "expected"),
    [([1] * (LEAST_AGENTS - 1), [1] * (LEAST_AGENTS - 1)), ([1] * 6, [1] * 5),
     ([-1, 1, 1, 1, 1], [1] * 5), ([1] * 5, [1, 1, 1, 1, 0])],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(observed: list[int], expected: list[int]) -> None:
    with pytest.raises(ValueError, match=r"agents|counts"):
        odd_agents(observed, expected)
