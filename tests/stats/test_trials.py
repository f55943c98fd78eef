"""Trials: published sizes and borders, exact errors, and what no amount of looking changes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vendoreval.stats.trial_designs import (
    fixed_trial,
    group_sequential_trial,
    probability_ratio_trial,
)
from vendoreval.stats.trial_rates import likelihood_ratio, rate_sequence, two_arm_leads
from vendoreval.stats.trials import Trial, operating

DESIGNS = {
    "fixed": fixed_trial,
    "looks": group_sequential_trial,
    "daily": lambda *rates: probability_ratio_trial(*rates, every=10),
}


def test_two_arms_of_two_and_three_in_a_hundred() -> None:
    """About 3,800 leads an arm; the formula of Fleiss without correction by hand is 3,825.2."""
    assert two_arm_leads(0.02, 0.03) == (3826, 3826)
    first, second = two_arm_leads(0.02, 0.03, ratio=2.0)
    assert first < 3826 < second and second == pytest.approx(2 * first, abs=1)


@pytest.mark.parametrize(("bad", "good", "n", "sales"), [
    (0.05, 0.25, 16, 3), (0.10, 0.30, 25, 6), (0.20, 0.40, 35, 12), (0.30, 0.50, 39, 17),
])  # fmt: skip
def test_single_stage_designs_of_simon(bad: float, good: float, n: int, sales: int) -> None:
    """A'Hern 2001, Statistics in Medicine 20, table I: level .05, power .80."""
    trial = fixed_trial(bad, good)
    assert (trial.most_leads, trial.sells_from[0]) == (n, sales)


def test_errors_of_one_look_are_those_of_the_binomial() -> None:
    trial = Trial((200,), (9,), (8,))
    for rate in (0.02, 0.05):
        assert operating(trial, rate).sells == pytest.approx(stats.binom.sf(8, 200, rate), rel=1e-9)


@pytest.mark.parametrize("name", DESIGNS)
@settings(max_examples=12, deadline=None)
@given(bad=st.floats(0.005, 0.3), ratio=st.floats(1.4, 3.0))
def test_every_design_keeps_both_errors(name: str, bad: float, ratio: float) -> None:
    good = min(0.95, bad * ratio)
    trial = DESIGNS[name](bad, good)
    at_bad, at_good = operating(trial, bad), operating(trial, good)
    assert at_bad.sells <= 0.05 + 1e-9
    assert at_good.does_not <= 0.20 + 1e-9
    for found in (at_bad, at_good):
        assert found.sells + found.does_not + found.undecided == pytest.approx(1, abs=1e-9)
        assert 0 < found.expected_leads <= trial.most_leads
    # the worse a vendor the less often it passes
    assert operating(trial, bad / 2).sells <= at_bad.sells


def test_the_shorter_designs_are_shorter_where_it_matters() -> None:
    fixed, looks, daily = (make(0.02, 0.03) for make in DESIGNS.values())
    for rate in (0.02, 0.03):
        one, few, many = (operating(t, rate).expected_leads for t in (fixed, looks, daily))
        assert many < few < one


def test_exact_errors_agree_with_trials_played_out() -> None:
    trial = probability_ratio_trial(0.05, 0.10, every=5)
    rng = np.random.default_rng(20261101)
    said = [trial.read(rng.random(trial.most_leads) < 0.05).decision for _ in range(2000)]
    exact = operating(trial, 0.05)
    for decision, chance in (("sells", exact.sells), ("does_not", exact.does_not)):
        assert stats.binomtest(said.count(decision), 2000, chance).pvalue > 1e-4


def test_reading_every_day_takes_no_look_more() -> None:
    trial = group_sequential_trial(0.05, 0.10, looks=3)
    sold = [True] * 8 + [False] * (trial.most_leads - 8)
    answers = [trial.read(sold[:n]).decision for n in range(0, trial.most_leads + 1)]
    changes = [n for n in range(1, len(answers)) if answers[n] != answers[n - 1]]
    assert set(changes) <= set(trial.leads)
    decided = next(n for n, word in enumerate(answers) if word != "go_on")
    assert set(answers[decided:]) == {answers[decided]}


def test_the_interval_of_all_looks_holds_at_all_looks() -> None:
    rng = np.random.default_rng(7)
    missed = 0
    for _ in range(300):
        sold = np.cumsum(rng.random(1500) < 0.03)
        looks = [(n, int(sold[n - 1])) for n in range(150, 1501, 150)]
        missed += any(
            not low <= 0.03 <= high
            for low, high in (rate_sequence(n, s, 0.10, 0.02) for n, s in looks)
        )
    assert stats.binomtest(missed, 300, 0.10, alternative="greater").pvalue > 1e-3


def test_the_ratio_is_an_e_value_of_every_unwanted_rate() -> None:
    for rate in (0.005, 0.02):
        mean = sum(
            stats.binom.pmf(s, 300, rate) * likelihood_ratio(300, s, 0.02, 0.04) for s in range(301)
        )
        assert mean <= 1 + 1e-9


@pytest.mark.parametrize("wrong", [(0.03, 0.02), (0.0, 0.1), (0.1, 1.0)])
def test_rates_without_a_trial_are_refused(wrong: tuple[float, float]) -> None:
    for make in DESIGNS.values():
        with pytest.raises(ValueError):
            make(*wrong)
    with pytest.raises(ValueError):
        Trial((10, 10), (3, 3), (1, 1))
    with pytest.raises(ValueError):
        rate_sequence(5, 6)
