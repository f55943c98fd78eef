"""Monthly control charts, for display and for questions: they never decide.

With 12 vendors and 10 charts each, a chart that alarms once in 500 months alarms somewhere
every four months.

Sources: Shewhart 1931; Montgomery, Introduction to Statistical Quality Control (p, c and u
charts); NIST/SEMATECH e-Handbook 6.3.2 (XmR, EWMA, CUSUM); Laney 2002 (p' and u').
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# mean moving range of two normal values in standard deviations
_D2 = 1.128
_XMR = 3 / _D2
_SIGMAS = 3.0


@dataclass(frozen=True)
class ControlChart:
    """Values with their centre and limits.

    Parameters
    ----------
    values, lower, upper
        One for each period.
    center
        Of the chart.
    spread
        What widens the limits beyond chance: sigma z of Laney's charts, otherwise 1.
    """

    values: FloatArray
    center: float
    lower: FloatArray
    upper: FloatArray
    spread: float = 1.0

    @property
    def outside(self) -> tuple[int, ...]:
        """Periods beyond a limit, counted from 0."""
        beyond = (self.values > self.upper) | (self.values < self.lower)
        return tuple(int(place) for place in np.flatnonzero(beyond))


def xmr_chart(values: npt.ArrayLike) -> ControlChart:
    """Return the chart of single values: ``mean +- 3 / 1.128 * mean moving range``.

    Parameters
    ----------
    values
        In time order, two at least.

    Examples
    --------
    >>> chart = xmr_chart([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> round(chart.center, 2), round(float(chart.upper[0]), 2), chart.outside
    (50.81, 55.8, ())
    """
    x = np.asarray(values, float)
    if x.ndim != 1 or len(x) < 2 or not np.isfinite(x).all():
        raise ValueError("a chart needs two finite values")
    center = float(x.mean())
    half = _XMR * float(np.abs(np.diff(x)).mean())
    return ControlChart(x, center, np.full(len(x), center - half), np.full(len(x), center + half))


def p_chart(
    counts: npt.ArrayLike, n: npt.ArrayLike, center: float | None = None, *, laney: bool = False
) -> ControlChart:
    """Return the chart of shares: ``p +- 3 sqrt(p (1 - p) / n) sigma_z``, cut to 0..1.

    Parameters
    ----------
    counts, n
        Yes and cases of each period, ``0 <= count <= n``, n above 0; one n for all or each.
    center
        Share of a baseline; by default of all periods.
    laney
        Widen by the months' own spread, sigma_z = mean |z_i - z_(i-1)| / 1.128; otherwise 1.
        With thousands of calls a month nearly all honest months lie outside of a plain chart.

    Examples
    --------
    >>> chart = p_chart([12, 15, 8, 10, 4, 7, 16, 9, 14, 22], 50)
    >>> round(chart.center, 3), chart.outside
    (0.234, (9,))
    """
    y, cases = np.asarray(counts, float), np.broadcast_to(np.asarray(n, float), np.shape(counts))
    if y.ndim != 1 or not (cases > 0).all() or (y < 0).any() or (y > cases).any():
        raise ValueError("needs 0 <= count <= n and n above 0 in each period")
    middle = float(y.sum() / cases.sum()) if center is None else center
    error = np.sqrt(middle * (1 - middle) / cases)
    share = y / cases
    spread = _laney(share, middle, error) if laney else 1.0
    half = _SIGMAS * error * spread
    return ControlChart(
        share, middle, np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0), spread
    )


def u_chart(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike = 1.0,
    center: float | None = None,
    *,
    laney: bool = False,
) -> ControlChart:
    """Return the chart of rates: ``u +- 3 sqrt(u / n) sigma_z``, cut at 0.

    With the exposure 1 it is the chart of counts (c chart).

    Parameters
    ----------
    counts, exposure
        Events (0 or more) and units (above 0) of each period; one exposure for all or each.
    center, laney
        As for `p_chart`.

    Examples
    --------
    >>> chart = u_chart([10, 12, 8, 14, 10, 16, 11, 7, 10, 15], 5)
    >>> round(chart.center, 2), round(float(chart.upper[0]), 2)
    (2.26, 4.28)
    """
    y, units = np.asarray(counts, float), np.asarray(exposure, float)
    units = np.broadcast_to(units, y.shape)
    if y.ndim != 1 or not (units > 0).all() or (y < 0).any():
        raise ValueError("needs counts of 0 or more and exposures above 0")
    middle = float(y.sum() / units.sum()) if center is None else center
    error = np.sqrt(middle / units)
    rate = y / units
    spread = _laney(rate, middle, error) if laney else 1.0
    half = _SIGMAS * error * spread
    return ControlChart(rate, middle, np.maximum(middle - half, 0.0), middle + half, spread)


def _laney(values: FloatArray, center: float, error: FloatArray) -> float:
    if len(values) < 2 or not (error > 0).all():
        return 1.0
    z = (values - center) / error
    return float(np.abs(np.diff(z)).mean()) / _D2
