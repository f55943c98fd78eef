"""Pure functions of numbers: intervals, tests and e-values. No tables, no sentences."""

from vendoreval.stats.agents import (
    AgentsBelowPeers,
    agents_below_peers,
    nonseller_e_value,
    trims,
)
from vendoreval.stats.cost import CostPerSale, cost_e_value, cost_per_sale
from vendoreval.stats.funnel import Overdispersion, overdispersion, poisson_limits
from vendoreval.stats.intervals import (
    ClusterRatio,
    clopper_pearson_interval,
    cluster_ratio,
    garwood_interval,
    newcombe_difference,
    wilson_interval,
)
from vendoreval.stats.multiplicity import (
    benjamini_hochberg,
    benjamini_hochberg_adjusted,
    calibrated_e_value,
    cauchy_combination,
    e_benjamini_hochberg,
    e_benjamini_hochberg_adjusted,
    holm_adjusted,
    sellke_bound,
)
from vendoreval.stats.peers import (
    PeerComparison,
    e_value_below,
    half_normal_comparison,
    honest_shape,
    trim_count,
    trimmed_leave_one_out,
)
from vendoreval.stats.stratified import CommonOdds, FisherTest, fisher_exact, mantel_haenszel

__all__ = [
    "AgentsBelowPeers",
    "ClusterRatio",
    "CommonOdds",
    "CostPerSale",
    "FisherTest",
    "Overdispersion",
    "PeerComparison",
    "agents_below_peers",
    "benjamini_hochberg",
    "benjamini_hochberg_adjusted",
    "calibrated_e_value",
    "cauchy_combination",
    "clopper_pearson_interval",
    "cluster_ratio",
    "cost_e_value",
    "cost_per_sale",
    "e_benjamini_hochberg",
    "e_benjamini_hochberg_adjusted",
    "e_value_below",
    "fisher_exact",
    "garwood_interval",
    "half_normal_comparison",
    "holm_adjusted",
    "honest_shape",
    "mantel_haenszel",
    "newcombe_difference",
    "nonseller_e_value",
    "overdispersion",
    "poisson_limits",
    "sellke_bound",
    "trim_count",
    "trimmed_leave_one_out",
    "trims",
    "wilson_interval",
]
