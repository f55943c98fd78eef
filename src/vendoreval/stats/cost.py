"""What a surviving sale will cost if the client continues, set against a ceiling.

The past cost is a fact; the interval is for the future, so it holds the spread between
agents and between months and not only the chance of each sale (Poisson limits alone
cover 52-81 % instead of 90 %).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.evidence import e_value_below

FloatArray = npt.NDArray[np.float64]

_ABOVE_CEILING = (0.25, 0.5, 1.0, 2.0, 4.0)
# below this many sales their spread between agents cannot be estimated
_FEW_SALES = 10


@dataclass(frozen=True)
class CostPerSale:
    """Cost of a surviving sale with the error of its logarithm.

    Parameters
    ----------
    cost
        Spend divided by surviving sales.
    log_variance, degrees
        Variance of its logarithm and the degrees of freedom of its t.
    """

    cost: float
    log_variance: float
    degrees: int

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Return the interval of the cost."""
        half = float(special.stdtrit(self.degrees, (1 + level) / 2)) * self.log_variance**0.5
        return self.cost * float(np.exp(-half)), self.cost * float(np.exp(half))

    def p_above(self, ceiling: float) -> float:
        """Return the one-sided p-value of "a sale costs more than the ceiling"."""
        distance = float(np.log(self.cost / ceiling)) / self.log_variance**0.5
        return float(special.stdtr(self.degrees, -distance))


def cost_per_sale(
    spend: float,
    agent_sold: npt.ArrayLike,
    agent_exposure: npt.ArrayLike,
    month_sold: npt.ArrayLike,
    month_exposure: npt.ArrayLike,
) -> CostPerSale:
    """Return the cost of a surviving sale and its uncertainty.

    With fewer than ten sales half a sale is added and the usual honest spread between
    agents is used, so that a vendor without any sale gets a finite, wide interval.

    Parameters
    ----------
    spend
        Over the same months as the sales.
    agent_sold, agent_exposure
        Surviving sales of each agent and the minutes each talked.
    month_sold, month_exposure
        Surviving sales of each month and the spend of each.

    Examples
    --------
    >>> sold = [9, 6, 8, 7, 10, 5, 8, 7]
    >>> cost = cost_per_sale(6000, sold, [1] * 8, [20, 22, 18], [1, 1, 1])
    >>> cost.cost, [round(limit) for limit in cost.interval()]
    (100.0, [78, 128])
    """
    by_agent, by_month = np.asarray(agent_sold, float), np.asarray(month_sold, float)
    agents, total = len(by_agent), float(by_month.sum())
    if agents < 2 or spend <= 0:
        raise ValueError("a cost per sale needs two agents and a spend")
    if total < _FEW_SALES:
        least = total + 0.5
        return CostPerSale(spend / least, 1 / least + honest_variance(agents), agents - 1)
    chance = 1 / total
    between_agents = _spread(by_agent, np.asarray(agent_exposure, float))
    between_months = max(0.0, _spread(by_month, np.asarray(month_exposure, float)) - chance)
    return CostPerSale(spend / total, max(chance, between_agents) + between_months, agents - 1)


def _spread(sold: FloatArray, exposure: FloatArray) -> float:
    """Return the clustered variance of the logarithm of ``sum sold / sum exposure``."""
    count, total = len(sold), float(sold.sum())
    if count < 2 or total <= 0 or exposure.sum() <= 0:
        return 0.0
    rate = total / float(exposure.sum())
    return count / (count - 1) * float(((sold - rate * exposure) ** 2).sum()) / total**2


def cost_e_value(sold: float, spend_over_ceiling: float, agents: int) -> float:
    """Return the cumulative e-value that a surviving sale costs more than the ceiling.

    Parameters
    ----------
    sold
        Surviving sales so far.
    spend_over_ceiling
        Spend divided by the ceiling: the sales it ought to have brought.
    agents
        How many agents sold; few agents may honestly differ from the ceiling by luck.

    Examples
    --------
    >>> cost_e_value(60, 180, 30) > 20, cost_e_value(60, 62, 30) < 1
    (True, True)
    """
    return e_value_below(sold, spend_over_ceiling, 1 / honest_variance(agents), _ABOVE_CEILING)


def honest_variance(agents: int) -> float:
    """Return the variance of the logarithm of honest sales beyond chance.

    Agents differ by .13 and drift by .04, months of a house by .01.

    Examples
    --------
    >>> round(honest_variance(17), 3)
    0.02
    """
    return (0.13 + 0.04) / agents + 0.01
