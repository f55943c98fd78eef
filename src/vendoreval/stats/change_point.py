"""When did a rate break, and could chance have made the break?

The best of all breaks is always impressive, so the scan is repeated on simulated series
without a break that vary as much as the real one. A break that the peers show too is not
the vendor's: pass as exposure what the peers' rates let expect.

Sources: Worsley 1983 (likelihood-ratio scan); Davison & Hinkley 1997 (parametric
bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

MARGIN = 0.15
_NORMAL_95 = 1.6448536269514722
# breaks that explain nearly as much are not excluded at 90 %
_PLAUSIBLE = 2.706


@dataclass(frozen=True)
class ChangePoint:
    """The likeliest fall of a rate.

    Parameters
    ----------
    first_after
        First period after the break, counted from 0.
    rate_before, rate_after
        Events for each unit of exposure.
    p_value
        How often a series without a break has one this strong.
    dispersion
        Variance over mean inside the two parts, 1 at least.
    wasted, wasted_low, wasted_high
        Exposure (minutes) after the break times ``1 - after / before``, with 90 % limits that
        hold every break that explains nearly as much.
    """

    first_after: int
    rate_before: float
    rate_after: float
    p_value: float
    dispersion: float
    wasted: float
    wasted_low: float
    wasted_high: float


def rate_change_point(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 999,
    margin: float = MARGIN,
) -> ChangePoint:
    """Find the break after which a rate is lower, and its p-value.

    Statistic: the largest ``2 [l(before) + l(after) - l(all)]`` over breaks that leave a share
    `margin` of the periods on each side and lower the rate, divided by the dispersion.

    Parameters
    ----------
    counts, exposure
        Sales (0 or more) and minutes (above 0) of each period, in order; eight periods.
    draws
        Of the bootstrap, with negative-binomial counts; 99 at least.

    Raises
    ------
    ValueError
        If there are fewer than eight periods, no event, or a number out of range.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> minutes = np.full(52, 1000.0)
    >>> found = rate_change_point(rng.poisson(np.where(np.arange(52) < 30, 60, 42)), minutes, rng)
    >>> abs(found.first_after - 30) <= 2, found.p_value < 0.01
    (True, True)
    >>> bool(found.wasted_low < 22 * 1000 * 0.3 < found.wasted_high)
    True
    """
    y, e = np.asarray(counts, float), np.asarray(exposure, float)
    periods = len(y)
    if y.shape != e.shape or periods < 8 or not (e > 0).all() or not (y >= 0).all():
        raise ValueError("needs eight periods with counts of 0 or more and exposure above 0")
    if y.sum() == 0 or draws < 99:
        raise ValueError("needs an event and 99 draws")
    places = np.arange(
        max(2, round(margin * periods)), periods - max(2, round(margin * periods)) + 1
    )
    gains = _gains(y[None, :], e, places)[0]
    best = int(places[int(gains.argmax())])
    phi = _dispersion(y, e, best)
    worlds = _without_break(y, e, phi, rng, draws)
    # each simulated series is judged by its own dispersion, as the real one is
    top = _scaled(worlds, e, places)
    p = (int((top >= _scaled(y[None, :], e, places)[0]).sum()) + 1) / (draws + 1)
    plausible = places[gains >= gains.max() - _PLAUSIBLE * phi]
    wasted = np.array([_wasted(y, e, int(place), phi) for place in plausible])
    point = _wasted(y, e, best, phi)[1]
    before, after = (
        float(y[part].sum() / e[part].sum()) for part in (slice(best), slice(best, None))
    )
    low, high = float(wasted[:, 0].min()), float(wasted[:, 2].max())
    return ChangePoint(best, before, after, p, phi, point, low, high)


def mean_change_point(values: npt.ArrayLike, least: int = 1) -> int:
    """Return the first place after the break of a mean that leaves the least squares.

    For drawing: any series has such a place.

    Parameters
    ----------
    values
        In order; at least ``2 least``.
    least
        How many values each side keeps.

    Examples
    --------
    >>> mean_change_point([5.0, 5.2, 4.9, 5.1, 3.0, 3.1, 2.9])
    4
    """
    y = np.asarray(values, float)
    if y.ndim != 1 or least < 1 or len(y) < 2 * least or len(y) < 2:
        raise ValueError("a break needs values on both sides")
    places = np.arange(least, len(y) - least + 1)
    total = np.cumsum(y)
    # what the break explains: the squared sums of both sides over their sizes
    first, rest = total[places - 1], total[-1] - total[places - 1]
    explained = first**2 / places + rest**2 / (len(y) - places)
    return int(places[int(explained.argmax())])


def _wasted(y: FloatArray, e: FloatArray, place: int, phi: float) -> tuple[float, float, float]:
    """Return low limit, point and high limit of the exposure wasted after a break."""
    before, after = float(y[:place].sum()) + 0.5, float(y[place:].sum()) + 0.5
    e_before, e_after = float(e[:place].sum()), float(e[place:].sum())
    log_ratio = float(np.log(after / e_after) - np.log(before / e_before))
    half = _NORMAL_95 * float(np.sqrt(phi * (1 / before + 1 / after)))
    low, point, high = (float(e_after * -np.expm1(log_ratio + side * half)) for side in (1, 0, -1))
    return low, point, high


def _gains(y: FloatArray, e: FloatArray, places: npt.NDArray[np.int_]) -> FloatArray:
    """Return the likelihood ratio of every break that lowers the rate, for series in rows."""
    before = np.cumsum(y, axis=1)[:, places - 1]
    total = y.sum(axis=1, keepdims=True)
    after = total - before
    e_before = np.cumsum(e)[places - 1]
    e_after = float(e.sum()) - e_before
    gain = 2 * (
        special.xlogy(before, before / e_before)
        + special.xlogy(after, after / e_after)
        - special.xlogy(total, total / e.sum())
    )
    return np.where(before / e_before > after / e_after, np.maximum(gain, 0.0), 0.0)


def _scaled(y: FloatArray, e: FloatArray, places: npt.NDArray[np.int_]) -> FloatArray:
    gains = _gains(y, e, places)
    best = gains.argmax(axis=1)
    before = np.arange(y.shape[1])[None, :] < places[best][:, None]
    mean = np.zeros(y.shape)
    for part in (before, ~before):
        rate = (y * part).sum(axis=1) / (e * part).sum(axis=1)
        mean += part * rate[:, None] * e
    pearson = ((y - mean) ** 2 / np.maximum(mean, 1e-12)).sum(axis=1) / (y.shape[1] - 2)
    result: FloatArray = gains.max(axis=1) / np.maximum(pearson, 1.0)
    return result


def _dispersion(y: FloatArray, e: FloatArray, place: int) -> float:
    squares = 0.0
    for part in (slice(0, place), slice(place, None)):
        mean = e[part] * y[part].sum() / e[part].sum()
        squares += float(((y[part] - mean) ** 2 / np.maximum(mean, 1e-12)).sum())
    return max(1.0, squares / (len(y) - 2))


def _without_break(
    y: FloatArray, e: FloatArray, phi: float, rng: np.random.Generator, draws: int
) -> FloatArray:
    mean = e * y.sum() / e.sum()
    if phi <= 1 + 1e-9:
        return rng.poisson(mean, (draws, len(y))).astype(float)
    shape = float(mean.mean()) / (phi - 1)
    rate = mean * rng.gamma(shape, 1 / shape, (draws, len(y)))
    return np.asarray(rng.poisson(rate), float)
