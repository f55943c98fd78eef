"""Pure functions of numbers: intervals, tests and e-values. No tables, no sentences."""

from vendoreval.stats.agents import (
    AgentsBelowPeers,
    agents_below_peers,
    nonseller_e_value,
    trims,
)
from vendoreval.stats.arrivals import (
    DispersionTest,
    PoissonProcessTest,
    anderson_darling_p,
    dispersion_test,
    laplace_trend,
    poisson_process_test,
    power_law_trend,
    reversals,
    transformed_gaps,
)
from vendoreval.stats.audit_sample import (
    SampledOverbilling,
    draw_by_money,
    poisson_factor,
    sample_size,
    sampled_overbilling,
)
from vendoreval.stats.base_changes import (
    Stretch,
    own_past_over_stretches,
    population_stability_index,
    stretches,
)
from vendoreval.stats.bunching import (
    Bunching,
    bunching,
    bunching_difference,
    placebo_thresholds,
)
from vendoreval.stats.bunching_agents import (
    AgentAtThreshold,
    agents_at_threshold,
    bunching_interval,
)
from vendoreval.stats.cancellations import (
    HazardCliff,
    LogRank,
    hazard_cliff,
    log_rank,
)
from vendoreval.stats.change_point import (
    ChangePoint,
    mean_change_point,
    rate_change_point,
)
from vendoreval.stats.charts import (
    ControlChart,
    p_chart,
    u_chart,
    xmr_chart,
)
from vendoreval.stats.clusters import (
    ClusterEstimate,
    ClusterRatio,
    RatioOfSides,
    cluster_bootstrap,
    cluster_jackknife,
    cluster_ratio,
    compare_sides,
)
from vendoreval.stats.concentration import (
    gini,
    herfindahl,
    rarefied,
    rarefied_top_share,
    top_share,
)
from vendoreval.stats.cost import (
    CostPerSale,
    cost_e_value,
    cost_per_sale,
)
from vendoreval.stats.density_jump import (
    DensityJump,
    density_jump,
)
from vendoreval.stats.drill_down import (
    e_drill_down,
    false_coverage_level,
    p_drill_down,
    selected_level,
)
from vendoreval.stats.elasticity import (
    Correlation,
    Elasticity,
    elasticity,
    partial_correlation,
)
from vendoreval.stats.evidence import (
    average_e_value,
    beta_binomial_e_value,
    chance_of_ever,
    e_value_above,
    e_value_below,
    gamma_poisson_e_value,
    honest_shape,
    posterior_chance,
    spread_sensitivity,
    vendor_e_value,
)
from vendoreval.stats.few_peers import (
    half_normal_comparison,
)
from vendoreval.stats.funnel import (
    Overdispersion,
    binomial_limits,
    overdispersion,
    poisson_limits,
    winsorised_overdispersion,
)
from vendoreval.stats.gaps import (
    AgainstPopulation,
    GapShape,
    RunsTest,
    against_population,
    gap_shape,
    lag_one_correlation,
    runs_test,
)
from vendoreval.stats.heaping import (
    Heaping,
    heaping,
    myers_index,
    whipple_index,
)
from vendoreval.stats.intervals import (
    clopper_pearson_interval,
    garwood_interval,
    newcombe_difference,
    wilson_interval,
)
from vendoreval.stats.lead_minutes import (
    MonthEffects,
    SalesGate,
    log_minutes_per_lead,
    month_effects,
    month_effects_path,
    person_e_values,
    sales_gate,
)
from vendoreval.stats.long_past import (
    last_block,
    long_past_e_values,
)
from vendoreval.stats.mixture import (
    LognormalMixture,
    lognormal_mixture,
)
from vendoreval.stats.multiplicity import (
    benjamini_hochberg,
    benjamini_hochberg_adjusted,
    benjamini_yekutieli_adjusted,
    bonferroni_adjusted,
    calibrated_e_value,
    cauchy_combination,
    e_benjamini_hochberg,
    e_benjamini_hochberg_adjusted,
    holm_adjusted,
    power_e_value,
    sellke_bound,
    simes,
)
from vendoreval.stats.odd_agents import (
    OddAgents,
    odd_agents,
)
from vendoreval.stats.own_past import (
    change_months,
    departures,
    own_past_e_values,
    seasons,
)
from vendoreval.stats.own_past_effect import (
    Departure,
    departure,
)
from vendoreval.stats.own_past_power import (
    own_past_detectable,
)
from vendoreval.stats.peers import (
    PeerComparison,
    trim_count,
    trimmed_leave_one_out,
)
from vendoreval.stats.power import (
    cost_detectable,
    detectable_distance,
    hazard_detectable,
    level_detectable,
    nonseller_detectable,
    odds_ratio_detectable,
    repeats_detectable,
    split_power,
)
from vendoreval.stats.random_effects import (
    AgainstOthers,
    RandomEffects,
    dersimonian_laird,
    leave_one_out,
)
from vendoreval.stats.regression import (
    LeastSquares,
    PoissonFit,
    autocorrelated_errors,
    condition_number,
    least_squares,
    poisson_regression,
    variance_inflation,
)
from vendoreval.stats.repeats import (
    Repeats,
    RunRepeats,
    average_frequency,
    collision_chance,
    repeated_runs,
    repeated_values,
    smoothed_shares,
)
from vendoreval.stats.run_lengths import (
    cusum_run_length,
    ewma_run_length,
    shewhart_run_length,
)
from vendoreval.stats.running_charts import (
    Cusum,
    cusum_chart,
    ewma_chart,
    poisson_cusum,
    poisson_cusum_limit,
)
from vendoreval.stats.shrinkage import (
    BetaBinomial,
    GammaPoisson,
    fit_beta_binomial,
    fit_gamma_poisson,
)
from vendoreval.stats.stratified import (
    Association,
    ChiSquare,
    CommonOdds,
    FisherTest,
    association,
    expected_from_others,
    fisher_exact,
    mantel_haenszel,
    mantel_haenszel_test,
)
from vendoreval.stats.tail_minutes import (
    TailMinutes,
    excess_tail_minutes,
    histogram_quantile,
    relative_shares,
)
from vendoreval.stats.tariff import (
    Collinearity,
    Tariff,
    collinearity,
    implied_tariff,
    invoice_elasticity,
    non_negative_prices,
)
from vendoreval.stats.time_budget import (
    MinuteValue,
    leads_per_side,
    minute_value,
)

__all__ = [
    "AgainstOthers", "AgainstPopulation", "AgentAtThreshold", "AgentsBelowPeers", "Association",
    "BetaBinomial", "Bunching", "ChangePoint", "ChiSquare", "ClusterEstimate", "ClusterRatio",
    "Collinearity", "CommonOdds", "ControlChart", "Correlation", "CostPerSale", "Cusum",
    "DensityJump", "Departure", "DispersionTest", "Elasticity", "FisherTest", "GammaPoisson",
    "GapShape", "HazardCliff", "Heaping", "LeastSquares", "LogRank", "LognormalMixture",
    "MinuteValue", "MonthEffects", "OddAgents", "Overdispersion", "PeerComparison", "PoissonFit",
    "PoissonProcessTest", "RandomEffects", "RatioOfSides", "Repeats", "RunRepeats", "RunsTest",
    "SalesGate", "SampledOverbilling", "Stretch", "TailMinutes", "Tariff", "against_population",
    "agents_at_threshold", "agents_below_peers", "anderson_darling_p", "association",
    "autocorrelated_errors", "average_e_value", "average_frequency", "benjamini_hochberg",
    "benjamini_hochberg_adjusted", "benjamini_yekutieli_adjusted", "beta_binomial_e_value",
    "binomial_limits", "bonferroni_adjusted", "bunching", "bunching_difference",
    "bunching_interval", "calibrated_e_value", "cauchy_combination", "chance_of_ever",
    "change_months", "clopper_pearson_interval", "cluster_bootstrap", "cluster_jackknife",
    "cluster_ratio", "collinearity", "collision_chance", "compare_sides", "condition_number",
    "cost_detectable", "cost_e_value", "cost_per_sale", "cusum_chart", "cusum_run_length",
    "density_jump", "departure", "departures", "dersimonian_laird", "detectable_distance",
    "dispersion_test", "draw_by_money", "e_benjamini_hochberg", "e_benjamini_hochberg_adjusted",
    "e_drill_down", "e_value_above", "e_value_below", "elasticity", "ewma_chart", "ewma_run_length",
    "excess_tail_minutes", "expected_from_others", "false_coverage_level", "fisher_exact",
    "fit_beta_binomial", "fit_gamma_poisson", "gamma_poisson_e_value", "gap_shape",
    "garwood_interval", "gini", "half_normal_comparison", "hazard_cliff", "hazard_detectable",
    "heaping", "herfindahl", "histogram_quantile", "holm_adjusted", "honest_shape",
    "implied_tariff", "invoice_elasticity", "lag_one_correlation", "laplace_trend", "last_block",
    "leads_per_side", "least_squares", "leave_one_out", "level_detectable", "log_minutes_per_lead",
    "log_rank", "lognormal_mixture", "long_past_e_values", "mantel_haenszel",
    "mantel_haenszel_test", "mean_change_point", "minute_value", "month_effects",
    "month_effects_path", "myers_index", "newcombe_difference", "non_negative_prices",
    "nonseller_detectable", "nonseller_e_value", "odd_agents", "odds_ratio_detectable",
    "overdispersion", "own_past_detectable", "own_past_e_values", "own_past_over_stretches",
    "p_chart", "p_drill_down", "partial_correlation", "person_e_values", "placebo_thresholds",
    "poisson_cusum", "poisson_cusum_limit", "poisson_factor", "poisson_limits",
    "poisson_process_test", "poisson_regression", "population_stability_index", "posterior_chance",
    "power_e_value", "power_law_trend", "rarefied", "rarefied_top_share", "rate_change_point",
    "relative_shares", "repeated_runs", "repeated_values", "repeats_detectable", "reversals",
    "runs_test", "sales_gate", "sample_size", "sampled_overbilling", "seasons", "selected_level",
    "sellke_bound", "shewhart_run_length", "simes", "smoothed_shares", "split_power",
    "spread_sensitivity", "stretches", "top_share", "transformed_gaps", "trim_count",
    "trimmed_leave_one_out", "trims", "u_chart", "variance_inflation", "vendor_e_value",
    "whipple_index", "wilson_interval", "winsorised_overdispersion", "xmr_chart",
]  # fmt: skip
