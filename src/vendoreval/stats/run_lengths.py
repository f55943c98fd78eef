"""How long until a chart alarms: average run lengths by Markov chains.

Sources: Brook & Evans 1972; Lucas & Saccucci 1990 (EWMA); Montgomery, tables 9.3 and 9.11.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


def shewhart_run_length(shift: float = 0.0, sigmas: float = 3.0) -> float:
    """Return the mean number of periods until a value is outside of the limits.

    Parameters
    ----------
    shift
        Of the mean, in standard deviations.
    sigmas
        Half width of the limits.

    Examples
    --------
    >>> round(shewhart_run_length(), 1), round(shewhart_run_length(1.0), 1)
    (370.4, 43.9)
    """
    outside = special.ndtr(-sigmas - shift) + special.ndtr(-sigmas + shift)
    return float(1 / outside)


def cusum_run_length(
    shift: float,
    slack: float = 0.5,
    limit: float = 5.0,
    *,
    two_sided: bool = True,
    states: int = 400,
) -> float:
    """Return the mean number of periods until a CUSUM of normal values alarms.

    Parameters
    ----------
    shift, slack, limit
        In standard deviations.
    two_sided
        Whether both sums are watched.
    states
        Of the chain, 50 at least.

    Examples
    --------
    >>> round(cusum_run_length(0.0)), round(cusum_run_length(1.0), 1)
    (465, 10.4)
    """
    if limit <= 0 or slack < 0 or states < 50:
        raise ValueError("needs a limit above 0, a slack of 0 or more and 50 states")
    up = _one_sided_cusum(shift, slack, limit, states)
    if not two_sided:
        return up
    return float(1 / (1 / up + 1 / _one_sided_cusum(-shift, slack, limit, states)))


def ewma_run_length(
    shift: float, weight: float = 0.2, width: float = 2.962, states: int = 301
) -> float:
    """Return the mean number of periods until an EWMA of normal values alarms.

    Parameters
    ----------
    shift, weight, width
        In standard deviations; as for `ewma_chart`, steady limits.
    states
        Of the chain, odd, 51 at least.

    Examples
    --------
    >>> round(ewma_run_length(0.0)), round(ewma_run_length(1.0), 1)
    (500, 10.5)
    """
    if not 0 < weight <= 1 or width <= 0 or states < 51 or states % 2 == 0:
        raise ValueError("needs a weight up to 1, a width above 0 and an odd number of states")
    half = width * np.sqrt(weight / (2 - weight))
    step = 2 * half / states
    middle = -half + step * (np.arange(states) + 0.5)
    edge = -half + step * np.arange(states + 1)
    # a value that leads from one state beyond each border
    needed = (edge[None, :] - (1 - weight) * middle[:, None]) / weight - shift
    chances = np.diff(special.ndtr(needed), axis=1)
    return _mean_steps(chances, states // 2)


def _one_sided_cusum(shift: float, slack: float, limit: float, states: int) -> float:
    step = 2 * limit / (2 * states - 1)
    place = step * np.arange(states)
    drift = shift - slack
    edge = step * (np.arange(states) + 0.5)
    below = special.ndtr(edge[None, :] - place[:, None] - drift)
    chances = np.diff(below, axis=1, prepend=0.0)
    return _mean_steps(chances, 0)


def _mean_steps(chances: FloatArray, start: int) -> float:
    size = len(chances)
    return float(np.linalg.solve(np.eye(size) - chances, np.ones(size))[start])
