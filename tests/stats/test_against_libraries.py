"""The same answers as scipy and statsmodels, where these have the method."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
from statsmodels.duration.survfunc import survdiff
from statsmodels.sandbox.stats.runs import runstest_1samp
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.stats.stattools import durbin_watson

from vendoreval import stats


def test_poisson_regression() -> None:
    rng = np.random.default_rng(1)
    t = np.arange(20, 141)
    x = np.column_stack([np.log(t / 60) ** power for power in range(6)])
    x = np.column_stack([x, (t >= 60) & (t < 65), t % 10 == 0]).astype(float)
    offset = rng.normal(0, 0.3, len(t))
    counts = rng.poisson(50 * np.exp(-t / 80), (3, len(t)))
    many = stats.poisson_regression(counts, x, offset)
    for place, row in enumerate(counts):
        one = sm.GLM(row, x, family=sm.families.Poisson(), offset=offset).fit()
        assert many.coefficients[place] == pytest.approx(one.params, abs=1e-8)
        assert np.sqrt(np.diag(many.covariance[place])) == pytest.approx(one.bse, rel=1e-6)
        assert many.deviance[place] == pytest.approx(one.deviance)
        assert many.log_likelihood[place] == pytest.approx(one.llf)
        assert many.dispersion[place] == pytest.approx(one.pearson_chi2 / one.df_resid)


def test_elasticity_with_autocorrelated_errors() -> None:
    rng = np.random.default_rng(2)
    minutes = 1000 * np.exp(rng.normal(0, 0.3, 60))
    season = np.sin(np.arange(60) / 8)[:, None]
    sales = rng.poisson(0.1 * minutes * np.exp(rng.normal(0, 0.3, 60)))
    x = np.column_stack([np.ones(60), season, np.log(minutes)])
    robust = sm.GLM(sales, x, family=sm.families.Poisson()).fit(
        cov_type="HAC", cov_kwds={"maxlags": 4}
    )
    quasi = sm.GLM(sales, x, family=sm.families.Poisson()).fit(scale="X2")
    found = stats.elasticity(sales, minutes, season)
    assert found.slope == pytest.approx(robust.params[-1], abs=1e-8)
    wanted = max(robust.bse[-1] * np.sqrt(60 / 57), quasi.bse[-1])
    assert found.error == pytest.approx(wanted, rel=1e-6)


def test_stratified_log_rank() -> None:
    rng = np.random.default_rng(3)
    time = rng.integers(1, 40, 400)
    status, group = rng.random(400) < 0.6, rng.integers(0, 2, 400)
    strata = rng.integers(0, 3, 400)
    days = np.arange(1, 41)
    tables = []
    for stratum in range(3):
        own = strata == stratum
        risk = [[(own & (group == g) & (time >= d)).sum() for g in (0, 1)] for d in days]
        died = [[(own & (group == g) & status & (time == d)).sum() for g in (0, 1)] for d in days]
        tables.append((died, risk))
    events, at_risk = (np.array(part) for part in zip(*tables, strict=True))
    chi_square, p_value = survdiff(time, status.astype(int), group, strata=strata)
    found = stats.log_rank(events, at_risk)
    assert (found.chi_square, found.p_two_sided) == pytest.approx((chi_square, p_value))


def test_mantel_haenszel() -> None:
    rng = np.random.default_rng(4)
    tables = rng.integers(1, 60, (5, 2, 2))
    theirs = StratifiedTable([np.asarray(t) for t in tables])
    ours = stats.mantel_haenszel(tables)
    assert ours.odds_ratio == pytest.approx(theirs.oddsratio_pooled)
    assert ours.log_error == pytest.approx(theirs.logodds_pooled_se)
    for corrected in (True, False):
        test = theirs.test_null_odds(correction=corrected)
        found = stats.mantel_haenszel_test(tables, corrected=corrected)
        assert (found.statistic, found.p_value) == pytest.approx((test.statistic, test.pvalue))


def test_association() -> None:
    table = np.random.default_rng(5).integers(1, 40, (3, 5))
    found = stats.association(table)
    theirs = scipy.stats.chi2_contingency(table, correction=False)
    assert (found.test.statistic, found.test.p_value) == pytest.approx(
        (theirs.statistic, theirs.pvalue)
    )
    assert found.cramers_v == pytest.approx(scipy.stats.contingency.association(table))


def test_runs() -> None:
    values = np.random.default_rng(6).normal(size=80).cumsum()
    found = stats.runs_test(values)
    assert (found.z, found.p_value) == pytest.approx(
        runstest_1samp(values, cutoff="median", correction=False)
    )
    assert durbin_watson(values) < 1


def test_variance_inflation() -> None:
    x = np.random.default_rng(7).normal(size=(30, 3))
    x[:, 2] += 2 * x[:, 0]
    full = np.column_stack([np.ones(30), x])
    theirs = [variance_inflation_factor(full, column) for column in (1, 2, 3)]
    assert stats.variance_inflation(x) == pytest.approx(theirs)


@pytest.mark.parametrize("method", ["fdr_by", "fdr_bh", "bonferroni", "holm"])
def test_adjusted_p_values(method: str) -> None:
    p = np.random.default_rng(8).beta(0.5, 2, 25)
    ours = {
        "fdr_by": stats.benjamini_yekutieli_adjusted, "fdr_bh": stats.benjamini_hochberg_adjusted,
        "bonferroni": stats.bonferroni_adjusted, "holm": stats.holm_adjusted,
    }[method]  # fmt: skip
    assert ours(p) == pytest.approx(multipletests(p, method=method)[1])


def test_gamma_shape_and_its_maximum_likelihood() -> None:
    gaps = np.random.default_rng(9).gamma(3.0, 12.0, 5000)
    found = stats.gap_shape(len(gaps), gaps.sum(), (gaps**2).sum(), np.log(gaps).sum())
    shape, _, _ = scipy.stats.gamma.fit(gaps, floc=0)
    assert float(found.shape) == pytest.approx(shape, rel=1e-4)
    assert float(found.variation) == pytest.approx(gaps.std(ddof=1) / gaps.mean())


def test_shrinkage_is_at_the_maximum() -> None:
    rng = np.random.default_rng(10)
    expected = rng.uniform(5, 60, 40)
    counts = rng.poisson(expected * 0.8 * rng.gamma(6, 1 / 6, 40))
    fit = stats.fit_gamma_poisson(counts, expected)

    def gamma_poisson(mean: float, shape: float) -> float:
        p = shape / (shape + mean * expected)
        return float(scipy.stats.nbinom.logpmf(counts, shape, p).sum())

    best = gamma_poisson(fit.mean, fit.shape)
    assert fit.log_likelihood == pytest.approx(best)
    n = rng.integers(50, 400, 40)
    yes = rng.binomial(n, rng.beta(4, 30, 40))
    share = stats.fit_beta_binomial(yes, n)

    def beta_binomial(mean: float, total: float) -> float:
        a, b = mean * total, (1 - mean) * total
        return float(scipy.stats.betabinom.logpmf(yes, n, a, b).sum())

    top = beta_binomial(share.mean, share.total)
    for nudge in (0.99, 1.01):
        assert gamma_poisson(fit.mean * nudge, fit.shape) < best
        assert gamma_poisson(fit.mean, fit.shape * nudge) < best
        assert beta_binomial(share.mean * nudge, share.total) < top
        assert beta_binomial(share.mean, share.total * nudge) < top
    a, b = share.mean * share.total, (1 - share.mean) * share.total
    assert share.p_high(30, 100) == pytest.approx(scipy.stats.betabinom.sf(29, 100, a, b))


def test_negative_binomial_without_spread() -> None:
    counts = np.full(12, 20)
    fit = stats.fit_gamma_poisson(counts, np.full(12, 20.0))
    assert fit.mean == pytest.approx(1.0, abs=1e-4)
    assert fit.posterior_mean(counts, np.full(12, 20.0)) == pytest.approx(np.ones(12), abs=1e-3)


def test_anderson_darling_by_simulation() -> None:
    rng = np.random.default_rng(11)
    for size in (10, 200):
        p = [stats.poisson_process_test(rng.exponential(size=size)).p_anderson for _ in range(1500)]
        assert scipy.stats.kstest(p, "uniform").pvalue > 0.001


def test_rarefaction_is_hypergeometric() -> None:
    numbers = np.array([3.0, 5, 4, 0, 2])
    total = int((numbers * np.arange(5)).sum())
    thinned = stats.rarefied(numbers, 9)
    by_hand = [
        sum(c * scipy.stats.hypergeom.pmf(j, total, k, 9) for k, c in enumerate(numbers))
        for j in range(5)
    ]
    assert thinned == pytest.approx(by_hand)
    assert thinned.sum() == pytest.approx(numbers.sum())
    assert (thinned * np.arange(5)).sum() == pytest.approx(9)


def test_own_past_against_a_direct_integral() -> None:
    """The Bayes factor of one step by integrating level, spread and departure numerically."""
    y = np.array([0.1, -0.2, 0.05, 0.12, -0.9, -0.7])
    z = np.array([0, 0, 0, 0, 1.0, 1])
    nu = 5
    delta = np.linspace(-12, 0, 4001)
    log_sigma = np.linspace(-6, 3, 1201)
    sigma = np.exp(log_sigma)[:, None]

    def integral(departures: np.ndarray, prior: np.ndarray) -> float:
        # the level integrates to a factor that both hypotheses share
        rest = y[None, :] - departures[:, None] * z
        rest = rest - rest.mean(axis=1, keepdims=True)
        squares = (rest**2).sum(axis=1)
        density = sigma**-nu * np.exp(-squares[None, :] / (2 * sigma**2)) * prior
        inner = np.trapezoid(density, departures, axis=1) if len(departures) > 1 else density[:, 0]
        return float(np.trapezoid(inner, log_sigma))

    half_normal = 2 * scipy.stats.norm.pdf(delta[None, :], scale=sigma)
    wanted = integral(delta, half_normal) / integral(np.zeros(1), np.ones((1, 1)))
    found = stats.own_past_e_values(
        y, "down", regressors=np.ones((6, 1)), changes=[4], scales=[1.0], last_only=True,
        per_year=2,
    )  # fmt: skip
    # with two periods a year a ramp is a step, so both shapes are the same
    assert float(found) == pytest.approx(wanted, rel=1e-3)
