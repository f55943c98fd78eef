"""Published control charts: Montgomery's and NIST's data, limits and run lengths."""

from __future__ import annotations

import numpy as np
import pytest

from vendoreval import stats

# Montgomery, Statistical Quality Control: orange juice cans, 30 samples of 50
ORANGE_JUICE = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9,
    12, 7, 13, 9, 6,
]  # fmt: skip
CIRCUITS = [
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16,
    19, 17, 15,
]  # fmt: skip
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]
SHIFTS = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4)


def test_p_chart() -> None:
    chart = stats.p_chart(ORANGE_JUICE, 50)
    assert chart.center == pytest.approx(0.2313, abs=5e-5)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((0.0524, 0.4102), abs=5e-5)
    assert [place + 1 for place in chart.outside] == [15, 23]
    kept = [d for place, d in enumerate(ORANGE_JUICE) if place not in chart.outside]
    revised = stats.p_chart(kept, 50)
    assert revised.center == pytest.approx(0.215, abs=5e-5)
    assert (revised.lower[0], revised.upper[0]) == pytest.approx((0.0407, 0.3893), abs=5e-5)


def test_laney_widens_by_the_samples_own_spread() -> None:
    chart = stats.p_chart(ORANGE_JUICE, 50, laney=True)
    assert chart.spread == pytest.approx(1.6608667197432385, abs=1e-9)
    assert chart.upper[0] == pytest.approx(0.5284719980435315, abs=1e-9)
    assert chart.lower[0] == 0
    assert chart.outside == ()


def test_c_and_u_chart() -> None:
    chart = stats.u_chart(CIRCUITS)
    assert chart.center == pytest.approx(19.85, abs=0.006)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((6.48, 33.21), abs=0.006)
    assert [place + 1 for place in chart.outside] == [6, 20]
    kept = [x for place, x in enumerate(CIRCUITS) if place not in chart.outside]
    revised = stats.u_chart(kept)
    limits = (revised.lower[0], revised.center, revised.upper[0])
    assert limits == pytest.approx((6.36, 19.67, 32.97), abs=0.006)
    units = stats.u_chart(COMPUTERS, 5)
    assert (units.lower[0], units.center, units.upper[0]) == pytest.approx(
        (0.07, 1.93, 3.79), abs=0.006
    )


def test_nist_charts() -> None:
    # NIST/SEMATECH e-Handbook 6.3.2.2
    xmr = stats.xmr_chart([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    assert (xmr.center, xmr.lower[0], xmr.upper[0]) == pytest.approx(
        (50.81, 45.8159, 55.8041), abs=6e-4
    )
    # 6.3.2.4
    values = [
        52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5, 49.6, 47.6, 49.9, 51.3, 47.8,
        51.2, 52.6, 52.4, 53.6, 52.1,
    ]  # fmt: skip
    ewma = stats.ewma_chart(values, 50, 2.0539, weight=0.3, width=3)
    printed = [
        50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33, 50.11, 49.36, 49.52,
        50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99,
    ]  # fmt: skip
    assert ewma.values == pytest.approx(printed, abs=0.006)
    assert (ewma.lower[0], ewma.upper[0]) == pytest.approx((47.4115, 52.5884), abs=1e-4)
    # 6.3.2.3
    values = [
        324.925, 324.675, 324.725, 324.35, 325.35, 325.225, 324.125, 324.525, 325.225, 324.6,
        324.625, 325.15, 328.325, 327.25, 327.825, 328.5, 326.675, 327.775, 326.875, 328.35,
    ]  # fmt: skip
    cusum = stats.cusum_chart(values, 325, 0.3175, 4.1959)
    assert cusum.first_signal == 13
    assert cusum.high[12:] == pytest.approx(
        [3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.0, 19.04], abs=0.006
    )
    assert cusum.low[:11] == pytest.approx(
        [0, 0.01, 0, 0.33, 0, 0, 0.56, 0.72, 0.17, 0.25, 0.31], abs=0.006
    )


# Montgomery, table 9.3 (k = .5, two-sided)
@pytest.mark.parametrize(
    ("limit", "lengths"),
    [
        (4, (168, 74.2, 26.6, 13.3, 8.38, 4.75, 3.34, 2.62, 2.19, 1.71)),
        (5, (465, 139, 38.0, 17.0, 10.4, 5.75, 4.01, 3.11, 2.57, 2.01)),
    ],
)
def test_run_lengths_of_a_cusum(limit: float, lengths: tuple[float, ...]) -> None:
    found = [stats.cusum_run_length(shift, 0.5, limit) for shift in SHIFTS]
    assert found == pytest.approx(lengths, rel=0.01)


# Montgomery, table 9.11 (Lucas & Saccucci 1990)
@pytest.mark.parametrize(
    ("weight", "width", "lengths"),
    [
        (0.40, 3.054, (500, 224, 71.2, 28.4, 14.3, 5.9, 3.5, 2.5, 2.0, 1.4)),
        (0.25, 2.998, (500, 170, 48.2, 20.1, 11.1, 5.5, 3.6, 2.7, 2.3, 1.7)),
        (0.20, 2.962, (500, 150, 41.8, 18.2, 10.5, 5.5, 3.7, 2.9, 2.4, 1.9)),
        (0.10, 2.814, (500, 106, 31.3, 15.9, 10.3, 6.1, 4.4, 3.4, 2.9, 2.2)),
        (0.05, 2.615, (500, 84.1, 28.8, 16.4, 11.4, 7.1, 5.2, 4.2, 3.5, 2.7)),
    ],
)
def test_run_lengths_of_an_ewma(weight: float, width: float, lengths: tuple[float, ...]) -> None:
    found = [stats.ewma_run_length(shift, weight, width) for shift in SHIFTS]
    assert found == pytest.approx(lengths, rel=0.03)


def test_run_length_of_shewhart() -> None:
    assert stats.shewhart_run_length() == pytest.approx(370.4, abs=0.05)


def test_the_limit_for_counts_holds_its_promise() -> None:
    rng = np.random.default_rng(3)
    expected = np.full(24, 40.0)
    limit = stats.poisson_cusum_limit(
        expected, 0.7, rng, false_alarm=0.05, dispersion=1.5, baseline=12
    )
    worlds, alarms = 2000, 0
    for _ in range(worlds):
        shape = 40 / 0.5
        past = rng.poisson(rng.gamma(shape, 40 / shape, 12)).mean()
        months = rng.poisson(rng.gamma(shape, 40 / shape, 24))
        alarms += bool((stats.poisson_cusum(months, np.full(24, past), 0.7) > limit).any())
    # 100 expected; four standard errors
    assert 60 <= alarms <= 140
