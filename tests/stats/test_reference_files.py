"""Every number of the reference files, read from them.

What is typed into the neighbouring tests is held against the same files here, so that a slip
of the typing hand cannot hide one of the code.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vendoreval import stats

pytestmark = pytest.mark.material
Cases = Callable[[str], dict[str, Any]]


@pytest.fixture
def cases(material: Path) -> Cases:
    """Cases of a reference file by their id."""

    def read(name: str) -> dict[str, Any]:
        text = (material / "reference" / name).read_text(encoding="utf-8")
        return {case["id"]: case for case in json.loads(text)["cases"]}

    return read


def columns(path: Path) -> dict[str, np.ndarray]:
    """Return a CSV file as text columns; lines that begin with # are remarks."""
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_medpar(material: Path, cases: Cases) -> None:
    every = cases("01_funnel_medpar.json")
    text = (material / "reference/01_funnel_medpar.json").read_text(encoding="utf-8")
    units = json.loads(text)["units"]
    data = columns(material / "reference/medpar.csv")
    los = data["los"].astype(float)
    kind = data["type"]
    x = np.column_stack(
        [np.ones(len(los)), *(data[name].astype(float) for name in ("hmo", "died", "age80")),
         kind == "2", kind == "3"]
    )  # fmt: skip
    fit = stats.poisson_regression(los, x)
    wanted = every["poisson_glm_coefs"]["expected"]
    names = ("Intercept", "hmo", "died", "age80", "type2", "type3")
    assert fit.coefficients == pytest.approx([wanted[name] for name in names], abs=1e-5)
    assert np.sqrt(fit.covariance[0, 0]) == pytest.approx(wanted["se_intercept"], abs=1e-5)
    assert fit.deviance == pytest.approx(wanted["residual_deviance"], abs=0.05)
    null = stats.poisson_regression(los, np.ones((len(los), 1)))
    assert null.deviance == pytest.approx(wanted["null_deviance"], abs=0.05)
    assert 12 - 2 * fit.log_likelihood == pytest.approx(wanted["aic"], abs=0.5)
    dispersion = every["pearson_dispersion"]
    assert fit.dispersion == pytest.approx(dispersion["expected"], abs=dispersion["tol"])

    observed, precise = np.array(units["observed"]), np.array(units["expected"])
    expected = np.round(precise, 2)
    fitted = {unit: fit.fitted[data["provnum"] == unit].sum() for unit in units["provnum"]}
    assert list(fitted.values()) == pytest.approx(units["expected"], abs=1e-3)
    ratio = observed / expected
    for case, level in (("unadjusted_99_8_outliers", 0.998), ("unadjusted_95_outliers", 0.95)):
        low, high = stats.poisson_limits(expected, level)
        assert ((ratio < low) | (ratio > high)).sum() == every[case]["expected"]
    spread = stats.overdispersion(observed, expected)
    wanted = every["SHMI_phi_tau2"]["expected"]
    assert (spread.kept, spread.phi, spread.tau2) == pytest.approx(
        (wanted["n_kept"], wanted["phi"], wanted["tau2"]), abs=1e-9
    )
    low, high = spread.limits(expected, 0.998)
    outside = np.array(units["provnum"])[(ratio < low) | (ratio > high)]
    case = every["SHMI_overdispersed_99_8_outliers"]
    assert len(outside) == case["expected"]
    assert outside.tolist() == case["outlier_units"]
    wanted = every["CQC_sqrt_winsor10_phi_tau2"]["expected"]
    spread = stats.winsorised_overdispersion(observed, precise)
    assert (spread.phi, spread.tau2) == pytest.approx((wanted["phi"], wanted["tau2"]), abs=1e-9)


def test_funnel_limits(cases: Cases) -> None:
    every = cases("02_funnel_limits.json")
    case = every["poisson_exact_limits_SR"]
    for level, names in ((0.95, ("ll95", "ul95")), (0.998, ("ll998", "ul998"))):
        limits = stats.poisson_limits(case["input"]["expected"], level)
        for name, limit in zip(names, limits, strict=True):
            assert limit == pytest.approx(case["expected"][name], abs=case["tol"])
    case = every["binomial_interpolated_limits"]
    for row in case["expected"]:
        for level, names in ((0.95, ("lo95", "hi95")), (0.998, ("lo998", "hi998"))):
            limits = stats.binomial_limits(row["n"], row["p"], level)
            wanted = [row[name] for name in names]
            assert [float(limit) for limit in limits] == pytest.approx(wanted, abs=case["tol"])


def test_density_jump(material: Path, cases: Cases) -> None:
    every = cases("04_rddensity_senate.json")
    margins = columns(material / "reference/senate_margin.csv")["margin"].astype(float)
    wanted = every["default"]["expected"]
    # the bandwidths are inputs here: the package chooses them, this library does not
    found = stats.density_jump(margins, 0, wanted["h_left"], wanted["h_right"])
    assert (found.n_left, found.n_right) == (wanted["eff_left"], wanted["eff_right"])
    assert (len(margins), (margins < 0).sum()) == (wanted["N"], wanted["n_left"])
    assert (margins >= 0).sum() == wanted["n_right"]
    assert (found.t, found.p_value) == pytest.approx((wanted["T"], wanted["p"]), abs=5e-4)
    for name, kernel, widths in (
        ("h_10_15", "triangular", (10, 15)),
        ("kernel_uniform", "uniform", (17.876727042947408, 21.24747613067911)),
    ):
        wanted = every[name]["expected"]
        found = stats.density_jump(margins, 0, *widths, kernel=kernel)
        assert (found.t, found.p_value) == pytest.approx((wanted["T"], wanted["p"]), abs=1e-5)
    jump, error = every["mccrary2008_context"]["expected"]["rollcall"]
    assert jump / error == pytest.approx(6.6, abs=0.05)


def test_indices_of_heaping(cases: Cases) -> None:
    every = cases("06_heaping_whipple_myers.json")
    ages = every["whipple_0_5_25_60"]["input"]["age0_99"]
    assert stats.whipple_index(ages) == pytest.approx(
        every["whipple_0_5_25_60"]["expected"], abs=0.01
    )
    for name, first, last in (("myers_blended_23_82", 23, 82), ("myers_blended_10_89", 10, 89)):
        assert stats.myers_index(ages, first, last) == pytest.approx(
            every[name]["expected"], abs=1e-6
        )
    wanted = every["no_heaping_flat"]["expected"]
    assert stats.whipple_index([10] * 91) == pytest.approx(wanted["whipple"])
    assert stats.myers_index([10] * 91, 10, 89) == pytest.approx(wanted["myers"])


def test_multiplicity(cases: Cases) -> None:
    every = cases("08_multiplicity.json")
    case = every["bh1995"]
    p, level, wanted = case["input"]["p"], case["input"]["alpha"], case["expected"]
    adjusted = stats.benjamini_hochberg_adjusted(p)
    assert adjusted == pytest.approx(wanted["adjusted"], abs=case["tol"])
    assert (adjusted <= level).sum() == wanted["n_rejected_bh"]
    bonferroni = stats.bonferroni_adjusted(p)
    assert (bonferroni <= level).sum() == wanted["n_rejected_bonferroni"]
    assert (np.array(p) <= level).sum() == wanted["n_rejected_unadjusted"]
    case = every["by2001"]
    adjusted = stats.benjamini_yekutieli_adjusted(case["input"]["p"])
    assert adjusted == pytest.approx(case["expected"]["adjusted"], abs=case["tol"])
    assert (adjusted <= level).sum() == case["expected"]["n_rejected"]
    case = every["simes_global"]
    assert stats.simes(case["input"]["p"]) == pytest.approx(case["expected"], abs=case["tol"])
    case = every["acat_package_example"]
    assert stats.cauchy_combination(case["input"]["p"]) == pytest.approx(
        case["expected"], abs=case["tol"]
    )
    case = every["sellke_minus_e_p_log_p"]
    bounds = [stats.sellke_bound(p) for p in case["input"]["p"]]
    assert bounds == pytest.approx(case["expected"]["bf_bound"], abs=case["tol"])
    assert [1 / bound for bound in bounds] == pytest.approx(case["expected"]["max_odds"], abs=1e-7)
    case = every["p_to_e_calibrators"]
    mixture = [stats.calibrated_e_value(p) for p in case["input"]["p"]]
    assert mixture == pytest.approx(case["expected"]["mixture"], rel=case["tol"])
    half = [stats.power_e_value(p) for p in case["input"]["p"]]
    assert half == pytest.approx(case["expected"]["kappa_half"], rel=case["tol"])
    case = every["e_bh_toy"]
    named = stats.e_benjamini_hochberg(case["input"]["e"], case["input"]["alpha"])
    assert np.flatnonzero(named).tolist() == case["expected"]


def test_intervals(cases: Cases) -> None:
    every = cases("09_proportions_poisson_ci.json")
    for row in every["one_sample_95"]["expected"]:
        for name, run, function in (
            ("wilson", "run_wilson", stats.wilson_interval),
            ("clopper_pearson", "run_cp", stats.clopper_pearson_interval),
        ):
            found = function(row["x"], row["n"])
            assert found == pytest.approx(row[name], abs=6e-5)
            assert found == pytest.approx(row[run], abs=1e-12)
    for row in every["difference_method10_95"]["expected"]:
        found = stats.newcombe_difference(row["x1"], row["n1"], row["x2"], row["n2"])
        assert found == pytest.approx(row["newcombe_wilson"], abs=6e-5)
        assert found == pytest.approx(row["run"], abs=1e-12)
    for row in every["poisson_exact_95"]["expected"]:
        found = stats.garwood_interval(row["x"])
        assert found == pytest.approx(row["expected"], abs=6e-4)
        assert found == pytest.approx(row["run"], abs=1e-9)


def test_stratified(cases: Cases) -> None:
    every = cases("10_stratified_and_association.json")
    case = every["mantel_haenszel_ucb"]
    tables, wanted = case["input"]["tables"], case["expected"]
    common = stats.mantel_haenszel(tables)
    assert common.odds_ratio == pytest.approx(wanted["common_or"], abs=1e-4)
    assert common.interval() == pytest.approx(wanted["ci95"], abs=1e-4)
    test = stats.mantel_haenszel_test(tables)
    assert (test.statistic, test.p_value) == pytest.approx(
        (wanted["chi2_cc"], wanted["p"]), abs=1e-4
    )
    crude = stats.mantel_haenszel([np.sum(tables, axis=0)])
    assert crude.odds_ratio == pytest.approx(wanted["crude_or"])
    case = every["cramers_v_arthritis"]
    found, wanted = stats.association(case["input"]["table"]), case["expected"]
    assert (found.test.statistic, found.cramers_v) == pytest.approx(
        (wanted["chi2"], wanted["cramers_v"]), abs=case["tol"]
    )
    assert (found.test.degrees, found.test.p_value) == (
        wanted["df"], pytest.approx(wanted["p"], abs=5e-8),
    )  # fmt: skip


def chart_numbers(chart: stats.ControlChart) -> dict[str, float]:
    """Name the numbers of a chart as the reference file does."""
    return {
        "center": chart.center, "mean": chart.center, "ucl": float(chart.upper[0]),
        "lcl": float(chart.lower[0]),
    }  # fmt: skip


def test_shewhart_charts(cases: Cases) -> None:
    every = cases("11_control_charts.json")
    juice = every["p_chart_orangejuice"]["input"]
    circuits = every["c_chart_circuit"]["input"]["x"]
    drop = every["p_chart_orangejuice_revised"]["input"]["drop"]
    kept = [d for place, d in enumerate(juice["D"], 1) if place not in drop]
    out = every["c_chart_circuit"]["expected"]["out"]
    good = [x for place, x in enumerate(circuits, 1) if place not in out]
    computers = every["u_chart_pcmanufact"]["input"]
    charts = {
        "p_chart_orangejuice": stats.p_chart(juice["D"], juice["n"]),
        "p_chart_orangejuice_revised": stats.p_chart(kept, juice["n"]),
        "c_chart_circuit": stats.u_chart(circuits),
        "c_chart_circuit_revised": stats.u_chart(good),
        "u_chart_pcmanufact": stats.u_chart(computers["x"], computers["n"]),
        "xmr_nist": stats.xmr_chart(every["xmr_nist"]["input"]["x"]),
    }
    for name, chart in charts.items():
        case, found = every[name], chart_numbers(chart)
        for key, wanted in case["expected"].items():
            if key in found:
                assert found[key] == pytest.approx(wanted, abs=case["tol"]), (name, key)
            elif key in {"out", "out_samples"}:
                assert [place + 1 for place in chart.outside] == wanted, name
    values = every["xmr_nist"]["input"]["x"]
    assert np.abs(np.diff(values)).mean() == pytest.approx(
        every["xmr_nist"]["expected"]["mr_bar"], abs=1e-4
    )
    laney = stats.p_chart(juice["D"], juice["n"], laney=True)
    wanted = every["laney_p_prime_orangejuice"]["expected"]
    assert (laney.center, laney.spread, laney.upper[0], laney.lower[0]) == pytest.approx(
        (wanted["pbar"], wanted["sigma_z"], wanted["ucl"], wanted["lcl"]), abs=1e-9
    )


def test_running_charts(cases: Cases) -> None:
    every = cases("11_control_charts.json")
    given, wanted = every["ewma_nist"]["input"], every["ewma_nist"]["expected"]
    chart = stats.ewma_chart(given["x"], given["target"], given["sigma"], given["lam"], 3)
    # the file begins with the target
    assert [given["target"], *chart.values] == pytest.approx(wanted["ewma"], abs=0.006)
    assert (chart.upper[0], chart.lower[0]) == pytest.approx(
        (wanted["ucl"], wanted["lcl"]), abs=1e-4
    )
    given, wanted = every["cusum_nist"]["input"], every["cusum_nist"]["expected"]
    sums = stats.cusum_chart(given["x"], given["target"], given["k"], given["h"])
    assert sums.high == pytest.approx(wanted["hi"], abs=0.006)
    assert sums.low == pytest.approx(wanted["lo"], abs=0.006)
    assert sums.first_signal == wanted["first_signal_obs"] - 1
    case = every["cusum_arl_two_sided_k0.5"]
    for limit in (4, 5):
        found = [stats.cusum_run_length(s, 0.5, limit) for s in case["expected"]["shift"]]
        assert found == pytest.approx(case["expected"][f"h{limit}"], rel=0.01)
        assert found == pytest.approx(case["run"][f"h{limit}"], rel=1e-4)
    for case in every["ewma_arl"]["expected"].values():
        found = [stats.ewma_run_length(s, case["lam"], case["L"]) for s in case["shift"]]
        # the printed ones have one decimal: 1.4 stands for 1.44
        assert found == pytest.approx(case["published"], rel=0.03)
        assert found == pytest.approx(case["run"], rel=1e-6)
    assert stats.shewhart_run_length() == pytest.approx(
        every["shewhart_arl0"]["expected"], abs=0.05
    )


def test_tariff(cases: Cases) -> None:
    every = cases("15_regression_tariff.json")
    from statsmodels.datasets import longley  # noqa: PLC0415 - slow to import

    data, wanted = longley.load_pandas(), every["longley"]["expected"]
    x = np.column_stack([np.ones(16), data.exog.to_numpy(float)])
    fit = stats.least_squares(data.endog.to_numpy(float), x)
    assert fit.coefficients == pytest.approx(wanted["coef"], rel=1e-6)
    assert (fit.residual_sd, fit.r_squared) == pytest.approx(
        (wanted["residual_sd"], wanted["r2"]), rel=1e-6
    )
    case = every["nnls_exact_tariff"]
    given, wanted = case["input"], case["expected"]
    for amounts, prices in (("y_per_minute", "per_minute"), ("y_mixed", "mixed")):
        found = stats.non_negative_prices(given[amounts], given["X"])
        assert found == pytest.approx(wanted[prices], abs=case["tol"])
    rng = np.random.default_rng(1)
    tariff = stats.implied_tariff(given["y_per_minute"], given["X"], given["columns"], rng)
    assert tariff.exact == "minutes"
    assert tariff.prices == pytest.approx(wanted["per_minute"], abs=0.005)


def test_poisson_processes(cases: Cases) -> None:
    every = cases("16_poisson_process.json")
    case = every["horse_kick_dispersion"]
    counts, wanted = np.repeat(np.arange(5), case["input"]["counts_0_4"]), case["expected"]
    found = stats.dispersion_test(counts)
    assert (found.mean, found.variance, found.index, found.chi_square) == pytest.approx(
        (wanted["mean"], wanted["variance"], wanted["dispersion_index"], wanted["chi2"]),
        abs=case["tol"],
    )
    assert (found.degrees, found.p_high) == (wanted["df"], pytest.approx(wanted["p_upper"]))
    case = every["nist_trend_tests"]
    times, end, wanted = case["input"]["repair_times"], case["input"]["t_end"], case["expected"]
    assert stats.reversals(np.diff([0, *times])) == wanted["reversals"]
    assert stats.power_law_trend(times, end)[0] == pytest.approx(wanted["mil_hdbk"], abs=1e-6)
    assert stats.laplace_trend(times, end) == pytest.approx(wanted["laplace_z"], abs=1e-6)


def test_change_point(cases: Cases) -> None:
    case = cases("18_changepoint.json")["nile_single_mean_change"]
    flow, wanted = np.array(case["input"]["y"]), case["expected"]
    place = stats.mean_change_point(flow)
    assert place == wanted["break_index"]
    assert case["input"]["start_year"] + place - 1 == wanted["last_year_before"]
    assert flow[:place].mean() == pytest.approx(wanted["mean_before"])
    assert flow[place:].mean() == pytest.approx(wanted["mean_after"])


def test_no_reference_is_left_out(material: Path) -> None:
    """Each file of the folder is read by a test above."""
    source = Path(__file__).read_text(encoding="utf-8")
    files = {path.name for path in (material / "reference").iterdir()}
    assert {name for name in files if name not in source} == set()
