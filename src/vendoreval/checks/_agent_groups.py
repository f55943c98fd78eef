"""The agents of one vendor and role, each set against the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.stats import (
    AgentsBelowPeers,
    agents_below_peers,
    e_benjamini_hochberg_adjusted,
    holm_adjusted,
    trims,
)

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MINIMUM_AGENTS: Final = 8
MINIMUM_EXPECTED: Final = 10
MINIMUM_TOUCHED: Final = 20
LEVEL: Final = 0.05
SENSITIVITY_SHARE: Final = 3
_FEWEST_KEPT: Final = 4


@dataclass(frozen=True)
class AgentGroup:
    """Agents with leads enough to take part, and what came out for each.

    Parameters
    ----------
    agents
        One row for each, with `leads`, `sold`, `touched` and `touched_sold`.
    result
        Of sales per lead.
    sensitivity
        Who is far below when a third of the lowest others is set aside.
    touch
        p-values of touch credit; not a number where it cannot be asked.
    """

    agents: pd.DataFrame
    result: AgentsBelowPeers
    sensitivity: BoolArray
    touch: FloatArray

    @property
    def eligible(self) -> BoolArray:
        """Who has leads enough to be named."""
        return self.result.expected >= MINIMUM_EXPECTED

    @property
    def is_large_enough(self) -> bool:
        """Whether the comparison may be made."""
        return int(self.eligible.sum()) >= MINIMUM_AGENTS

    @property
    def adjusted(self) -> FloatArray:
        """p-values corrected for the number of agents (Holm); 1 for who may not be named."""
        return _holm(self.result.p_values, self.eligible)

    @property
    def e_values(self) -> FloatArray:
        """e-values discounted for the number of agents, so that naming some is not picking."""
        values = np.ones(len(self.agents))
        values[self.eligible] = e_benjamini_hochberg_adjusted(self.result.e_values[self.eligible])
        return values


def compared(members: pd.DataFrame, seed: int) -> AgentGroup | None:
    """Return the comparison of the agents of one role; `None` when they are too few."""
    if len(members) < MINIMUM_AGENTS or not members["sold"].sum():
        return None
    result = _ask(members["sold"], members["leads"], seed)
    eligible = result.expected >= MINIMUM_EXPECTED
    wider = trims(len(members), SENSITIVITY_SHARE)
    sensitivity = np.zeros(len(members), dtype=bool)
    if len(members) - sum(wider) >= _FEWEST_KEPT:
        again = _ask(members["sold"], members["leads"], seed, wider)
        sensitivity = _holm(again.p_values, eligible) <= LEVEL
    return AgentGroup(members, result, sensitivity, _touch(members, seed))


def _touch(members: pd.DataFrame, seed: int) -> FloatArray:
    p_values = np.full(len(members), np.nan)
    takes_part = members["touched"].to_numpy() >= MINIMUM_TOUCHED
    some = members[takes_part]
    if len(some) >= MINIMUM_AGENTS and some["touched_sold"].sum():
        p_values[takes_part] = _ask(some["touched_sold"], some["touched"], seed).p_values
    return p_values


def _ask(
    sold: pd.Series, leads: pd.Series, seed: int, trim: tuple[int, int] | None = None
) -> AgentsBelowPeers:
    # a generator of its own, so that one comparison does not move another
    return agents_below_peers(
        sold.to_numpy(float), leads.to_numpy(float), np.random.default_rng(seed), trim=trim
    )


def _holm(p_values: FloatArray, eligible: BoolArray) -> FloatArray:
    adjusted = np.ones(len(p_values))
    adjusted[eligible] = holm_adjusted(p_values[eligible])
    return adjusted
