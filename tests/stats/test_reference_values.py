"""Published numbers: each function against its source."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from vendoreval import stats

# Neuhaus 1992, thrombolysis, as analysed by Benjamini & Hochberg 1995
NEUHAUS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip
# R datasets::UCBAdmissions by department: men and women, admitted and rejected
BERKELEY = [
    [[512, 313], [89, 19]], [[353, 207], [17, 8]], [[120, 205], [202, 391]],
    [[138, 279], [131, 244]], [[53, 138], [94, 299]], [[22, 351], [24, 317]],
]  # fmt: skip


# Newcombe 1998, Statistics in Medicine 17:857, table I
@pytest.mark.parametrize(
    ("count", "n", "wilson", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_intervals_of_a_share(
    count: int, n: int, wilson: tuple[float, float], exact: tuple[float, float]
) -> None:
    assert stats.wilson_interval(count, n) == pytest.approx(wilson, abs=6e-5)
    assert stats.clopper_pearson_interval(count, n) == pytest.approx(exact, abs=6e-5)


# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10
@pytest.mark.parametrize(
    ("counts", "interval"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ],
)
def test_difference_of_shares(
    counts: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    assert stats.newcombe_difference(*counts) == pytest.approx(interval, abs=6e-5)


# Garwood 1936
@pytest.mark.parametrize(
    ("count", "interval"),
    [
        (0, (0.0, 3.689)), (1, (0.0253, 5.572)), (5, (1.623, 11.668)), (10, (4.795, 18.39)),
        (20, (12.217, 30.888)),
    ],
)  # fmt: skip
def test_interval_of_a_count(count: int, interval: tuple[float, float]) -> None:
    assert stats.garwood_interval(count) == pytest.approx(interval, abs=6e-4)


def test_common_odds_ratio_undoes_the_berkeley_paradox() -> None:
    # R, mantelhaen.test(UCBAdmissions)
    common = stats.mantel_haenszel(BERKELEY)
    assert common.odds_ratio == pytest.approx(0.9046968, abs=1e-6)
    assert common.interval() == pytest.approx((0.7719074, 1.0603298), abs=1e-6)
    assert stats.mantel_haenszel([np.sum(BERKELEY, axis=0)]).odds_ratio > 1.8


def test_fisher_as_in_r() -> None:
    # R, example(fisher.test): TeaTasting and Convictions
    tea = stats.fisher_exact([[3, 1], [1, 3]])
    assert (tea.odds_ratio, tea.p_greater) == pytest.approx((6.408309, 0.2429), rel=3e-4)
    twins = stats.fisher_exact([[2, 15], [10, 3]])
    assert (twins.odds_ratio, twins.p_less) == pytest.approx((0.04693661, 0.0004652), rel=1e-4)


def test_benjamini_hochberg_and_holm() -> None:
    assert sum(stats.benjamini_hochberg(NEUHAUS, 0.05)) == 4
    assert (stats.holm_adjusted(NEUHAUS) <= 0.05).sum() == 3
    # scipy.stats.false_discovery_control
    assert stats.benjamini_hochberg_adjusted(NEUHAUS)[:6] == pytest.approx(
        [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286], abs=1e-12
    )


def test_cauchy_combination() -> None:
    # the example of the R package ACAT
    combined = stats.cauchy_combination([0.02, 0.0004, 0.2, 0.1, 0.8])
    assert combined == pytest.approx(0.0019534044057701767, abs=1e-12)


# Sellke, Bayarri & Berger 2001
@pytest.mark.parametrize(
    ("p_value", "bound"), [(0.05, 0.407), (0.01, 0.125), (0.005, 0.072), (0.001, 0.0188)]
)
def test_sellke_bound(p_value: float, bound: float) -> None:
    assert stats.sellke_bound(p_value) == pytest.approx(bound, abs=5e-4)


# Vovk & Wang 2021, the mixture of p-to-e calibrators
@pytest.mark.parametrize(
    ("p_value", "e_value"),
    [(0.05, 1.783322), (0.01, 4.450992), (0.001, 20.791134), (1e-5, 754.352385)],
)
def test_calibrator(p_value: float, e_value: float) -> None:
    assert stats.calibrated_e_value(p_value) == pytest.approx(e_value, rel=1e-6)


def test_e_benjamini_hochberg() -> None:
    chosen = stats.e_benjamini_hochberg([20, 0.3, 55, 1.2, 8, 140, 0.9, 3], 0.1)
    assert [place for place, named in enumerate(chosen) if named] == [2, 5]


def test_exact_funnel_limits() -> None:
    # FunnelPlotR, tests/testthat/test-poisson_limits.R
    low, high = stats.poisson_limits([15, 20, 30])
    assert low == pytest.approx([0.5596924, 0.610826, 0.6746958], abs=1e-6)
    assert high == pytest.approx([1.649348, 1.544419, 1.427562], abs=1e-6)
    low, high = stats.poisson_limits([15, 20, 30], 0.998)
    assert low == pytest.approx([0.386265, 0.4479107, 0.5289724], abs=1e-6)
    assert high == pytest.approx([2.082907, 1.902094, 1.702771], abs=1e-6)


@pytest.mark.material
def test_medpar_funnel(material: Path) -> None:
    """FunnelPlotR README: 25 of 54 providers outside of 99.8 %, 9 with overdispersion."""
    case = json.loads((material / "reference/01_funnel_medpar.json").read_text(encoding="utf-8"))
    observed = np.array(case["units"]["observed"])
    # the package works with expected values of two decimals
    expected = np.round(case["units"]["expected"], 2)
    with (material / "reference/medpar.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    stays: dict[str, float] = {}
    for row in rows:
        stays[row["provnum"]] = stays.get(row["provnum"], 0) + float(row["los"])
    assert [stays[unit] for unit in case["units"]["provnum"]] == observed.tolist()

    low, high = stats.poisson_limits(expected, 0.998)
    ratio = observed / expected
    assert ((ratio < low) | (ratio > high)).sum() == 25
    spread = stats.overdispersion(observed, expected)
    assert (spread.kept, spread.phi) == (44, pytest.approx(8.532851289, abs=1e-8))
    assert spread.tau2 == pytest.approx(0.02841023227, abs=1e-9)
    low, high = spread.limits(expected, 0.998)
    assert ((ratio < low) | (ratio > high)).sum() == 9
