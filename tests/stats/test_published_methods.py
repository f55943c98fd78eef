"""Published numbers of the methods against peers, own past and invoices, each with its source."""

from __future__ import annotations

import numpy as np
import pytest

from vendoreval import stats

# Freireich et al. 1963, weeks in remission of leukaemia patients; minus: still in remission
MERCAPTOPURINE = [
    6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
]  # fmt: skip
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
# Colditz et al. 1994, thirteen trials of BCG: cases and others, vaccinated and not
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]  # fmt: skip
# Cobb 1978, flow of the Nile 1871-1970
NILE = [
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960,
    1180, 799, 958, 1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694,
    940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764,
    821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897, 822,
    1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918,
    986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
]  # fmt: skip


def test_log_rank_of_the_leukaemia_trial() -> None:
    """Chi-square 16.79 on one degree of freedom; 19.25 relapses expected with the drug, 9 seen."""
    days = np.arange(1, 36)
    groups = [np.array(MERCAPTOPURINE), np.array(PLACEBO)]
    at_risk = np.array([[(np.abs(g) >= day).sum() for g in groups] for day in days])
    events = np.array([[(g == day).sum() for g in groups] for day in days])
    found = stats.log_rank(events, at_risk)
    assert found.chi_square == pytest.approx(16.79, abs=0.005)
    assert found.observed == 9
    assert found.expected == pytest.approx(19.25, abs=0.005)
    assert found.p_two_sided == pytest.approx(4.17e-5, rel=0.005)
    assert found.p_more > 0.999


def test_dersimonian_laird_of_the_vaccine_trials() -> None:
    """Metafor, rma(method="DL") on dat.bcg: -.7141 (.1787), tau2 .3088, Q 152.2330."""
    a, b, c, d = np.array(BCG, float).T
    levels = np.log((a / (a + b)) / (c / (c + d)))
    variances = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    found = stats.dersimonian_laird(levels, variances)
    assert found.mean == pytest.approx(-0.7141, abs=5e-5)
    assert found.error == pytest.approx(0.1787, abs=5e-5)
    assert found.tau2 == pytest.approx(0.3088, abs=5e-5)
    assert found.q == pytest.approx(152.2330, abs=5e-5)
    assert found.p_alike < 1e-10


def test_gamma_poisson_of_the_insurance_claims() -> None:
    """Efron & Hastie 2016, table 6.1: gamma estimates .164 .398 .632 ... of 9,461 policies."""
    claims = np.repeat(np.arange(8), [7840, 1317, 239, 42, 14, 4, 4, 1])
    fit = stats.fit_gamma_poisson(claims, np.ones(len(claims)))
    # the book: shape .702, scale .306
    assert fit.shape == pytest.approx(0.702, abs=0.002)
    assert fit.mean / fit.shape == pytest.approx(0.306, abs=0.002)
    table = fit.posterior_mean(np.arange(7), np.ones(7))
    assert table == pytest.approx([0.164, 0.398, 0.633, 0.87, 1.10, 1.34, 1.57], abs=0.007)


def test_break_of_the_nile() -> None:
    """R, breakpoints(Nile ~ 1): after 1898, from 1097.75 to 849.97."""
    place = stats.mean_change_point(NILE)
    assert 1871 + place - 1 == 1898
    assert np.mean(NILE[:place]) == pytest.approx(1097.75)
    assert np.mean(NILE[place:]) == pytest.approx(849.97, abs=0.005)
    # as a rate of a yearly count the scan finds the same year
    found = stats.rate_change_point(NILE, np.ones(100), np.random.default_rng(1), draws=199)
    assert found.first_after == place
    assert found.p_value == pytest.approx(1 / 200)


def test_horse_kicks_and_repairs() -> None:
    # von Bortkiewicz 1898
    kicks = stats.dispersion_test(np.repeat(np.arange(5), [109, 65, 22, 3, 1]))
    assert kicks.mean == pytest.approx(0.61)
    assert kicks.index == pytest.approx(1.001565, abs=1e-6)
    # NIST/SEMATECH e-Handbook 8.2.3.4: R = 33, military handbook 37.23
    times = [5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478]
    assert stats.reversals(np.diff([0, *times])) == 33
    assert stats.power_law_trend(times, 1500) == (pytest.approx(37.23, abs=0.005), 20)


def test_gini_of_ilocos() -> None:
    """R package ineq, example(ineq): .4620911."""
    incomes = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
    assert stats.gini(incomes) == pytest.approx(0.4620911, abs=5e-8)
    assert stats.herfindahl([1] * 8) == pytest.approx(1 / 8)


# AICPA Audit Sampling 2017, table A-1 (risk 5 %) and A-2 (risk 10 %)
@pytest.mark.parametrize(
    ("tolerable", "expected", "confidence", "size"),
    [
        (0.05, 0.0, 0.95, 59), (0.05, 0.0025, 0.95, 93), (0.05, 0.01, 0.95, 93),
        (0.05, 0.0125, 0.95, 124), (0.05, 0.02, 0.95, 181), (0.10, 0.0, 0.95, 29),
        (0.10, 0.01, 0.95, 46), (0.05, 0.0, 0.90, 45), (0.05, 0.01, 0.90, 77),
    ],
)  # fmt: skip
def test_sample_sizes_of_auditors(
    tolerable: float, expected: float, confidence: float, size: int
) -> None:
    assert stats.sample_size(tolerable, confidence, expected) == size


def test_poisson_factors_of_auditors() -> None:
    # AICPA Audit Sampling, confidence factors at 95 % and 90 %
    factors = [round(stats.poisson_factor(k), 2) for k in range(5)]
    assert factors == [3.00, 4.74, 6.30, 7.75, 9.15]
    assert round(stats.poisson_factor(0, 0.90), 2) == 2.30


def test_anderson_darling_critical_values() -> None:
    # D'Agostino & Stephens 1986, table 4.2, case 0
    for statistic, level in ((1.933, 0.10), (2.492, 0.05), (3.070, 0.025), (3.857, 0.01)):
        assert stats.anderson_darling_p(statistic) == pytest.approx(level, abs=3e-4)


def test_smallest_sizes_of_the_research_note() -> None:
    """The formulas of the note beside its own figures."""
    assert stats.level_detectable(400, 0.10**2, 11) == pytest.approx(0.79, abs=0.005)
    assert stats.level_detectable(4000, 0.02**2, 11) == pytest.approx(0.14, abs=0.005)
    # the note rounds both quantiles: 30,617 / 13,608, 7,423 / 3,299, 2,784 / 1,238
    for rate, sides in ((0.01, (30_617, 13_608)), (0.04, (7_423, 3_299)), (0.10, (2_784, 1_238))):
        for loss, leads in zip((0.20, 0.30), sides, strict=True):
            assert stats.leads_per_side(rate, loss) == pytest.approx(leads, rel=9e-4)
    # one repeated triple among 20,000 calls is already a finding
    found = stats.repeated_runs(20_000, 1, [1e-4])
    assert found.expected == pytest.approx(2e-4, rel=0.01)
    assert found.p_value == pytest.approx(-np.expm1(-2e-4), rel=0.01)


def test_nist_regression() -> None:
    """NIST StRD, Longley: certified coefficients, eleven digits wanted, six asked."""
    from statsmodels.datasets import longley  # noqa: PLC0415 - slow to import

    data = longley.load_pandas()
    x = np.column_stack([np.ones(16), data.exog.to_numpy(float)])
    fit = stats.least_squares(data.endog.to_numpy(float), x)
    certified = [
        -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683,
        -1.03322686717359, -0.0511041056535807, 1829.15146461355,
    ]  # fmt: skip
    assert fit.coefficients == pytest.approx(certified, rel=1e-6)
    assert fit.errors[:2] == pytest.approx([890420.383607373, 84.9149257747669], rel=1e-6)
    assert fit.residual_sd == pytest.approx(304.854073561965, rel=1e-6)
    assert fit.r_squared == pytest.approx(0.995479004577296, rel=1e-9)
    # drivers that move together like these can explain no invoice
    refusal = stats.collinearity(data.exog.to_numpy(float))
    assert refusal.refusal == "few invoices"
    assert refusal.condition > 10_000
    assert refusal.inflation.max() > 100


def test_senate_margins_typed(material: object) -> None:
    """Cattaneo, Jansson & Ma 2018 (Stata Journal 18:234): T -.8753, p .3814."""
    from pathlib import Path  # noqa: PLC0415 - only for the material

    assert isinstance(material, Path)
    text = (material / "reference/senate_margin.csv").read_text(encoding="utf-8")
    margins = [float(line) for line in text.splitlines() if line[:1] in "-0123456789"]
    found = stats.density_jump(margins, 0, 19.841, 27.119)
    assert (len(margins), found.n_left, found.n_right) == (1390, 408, 460)
    assert found.t == pytest.approx(-0.8753, abs=5e-5)
    assert found.p_value == pytest.approx(0.3814, abs=5e-5)
