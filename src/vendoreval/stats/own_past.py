"""A vendor's months against its own past: evidence that may be looked at every month.

The honest months are ``y_t = X_t b + sigma e_t`` with *any* level, season, effect of the
list mix and spread; after an unknown month k a departure ``delta z_t`` is added, as a step
or as a ramp over half a year. Because b and sigma are integrated over the right-Haar prior
in both hypotheses, the ratio of the two marginal likelihoods is a test martingale for
independent normal months: no baseline, no honest spread and no peers are needed, values of
different months may be multiplied, and an honest vendor ever reaches 20 with a chance below
one in twenty.

With R the residual maker of X on months 1..t, nu = t - rank X, and a departure known to go
down, delta / sigma ~ N(0, g) cut to one side::

    BF_k = 2 (1 + g z'Rz)^(-1/2) [1 - g (z'Ry)^2 / ((1 + g z'Rz) y'Ry)]^(-nu/2) F_nu(t_k)

where t_k is the posterior t of "down" and F_nu the distribution of Student's t. The value
of a month is the mean over k, shape and g, so that nothing is chosen after looking.

What it cannot see: a departure since the first month, and one that starts together with
what the regressors explain. Months that hang together (an autoregression of .8) alarm in
.18 of honest worlds instead of .05: freeze sales at their horizon, prefer months to weeks.

Sources: Berger, Pericchi & Varshavsky 1998 (right-Haar Bayes factors); Pérez-Ortiz,
Lardy, de Heide & Grünwald 2024 (e-statistics of group invariant models); Ville 1939.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]
Side = Literal["down", "up"]

#: prior variances of the departure in units of the months' own variance
PRIOR_SCALES = (1.0, 4.0)
LEAST_DEGREES = 3
# a residual this much smaller than the values is rounding, not spread
_ROUNDING = 1e-20


@dataclass(frozen=True)
class Fits:
    """Sums of squares on the first t months: departures by worlds, after removing X."""

    nu: int
    zz: FloatArray
    zy: FloatArray
    yy: FloatArray
    is_flat: npt.NDArray[np.bool_]


def seasons(periods: int, per_year: int = 12, start: int = 0) -> FloatArray:
    """Return a constant and one yearly wave: the regressors of `own_past_e_values`.

    Parameters
    ----------
    periods
        How many rows; `start` is the place of the first one in its year.
    per_year
        12 for months, 26 for two weeks.

    Examples
    --------
    >>> seasons(4, per_year=4).round(2).tolist()
    [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, -1.0], [1.0, -1.0, -0.0]]
    """
    angle = 2 * np.pi * (np.arange(periods) + start) / per_year
    return np.column_stack([np.ones(periods), np.sin(angle), np.cos(angle)])


def change_months(per_year: int = 12) -> range:
    """Return the last honest months that are tried: from five months to twenty-two.

    They are fixed before any data are seen. A longer history is cut into stretches of
    two years, or `own_past_e_values` is given other months beforehand.

    Examples
    --------
    >>> change_months(), change_months(26)
    (range(5, 23), range(11, 49))
    """
    return range(round(5 * per_year / 12), round(22 * per_year / 12) + 1)


def own_past_e_values(
    values: npt.ArrayLike,
    side: Side,
    *,
    regressors: npt.ArrayLike | None = None,
    per_year: int = 12,
    changes: Sequence[int] | None = None,
    scales: Sequence[float] = PRIOR_SCALES,
    last_only: bool = False,
) -> FloatArray:
    """Return the e-value of every month that the series has left its own past.

    Parameters
    ----------
    values
        Shape (..., periods): logarithms of a rate, such as ``ln((sales + .5) / minutes)``
        less the logarithm of what the list is known to sell (the offset). Series in the
        same call share the regressors. All finite.
    side
        Direction of the departure, fixed beforehand.
    regressors
        Shape (periods, columns); `seasons` by default. Add columns of the list mix when no
        offset is known: without either a worse list alarms in .80 of honest worlds.
    per_year
        Periods in a year; half of it is the length of a ramp.
    changes
        Last honest periods that are tried, `change_months` by default.
    scales
        Prior variances g of the departure.
    last_only
        Return only the value of the last period, shape (...).

    Returns
    -------
    Array of the shape of `values` (or without its last axis): at least 0, and 1 while
    there are too few months to say anything (fewer than three degrees of freedom).

    Raises
    ------
    ValueError
        If a value is not finite or the shapes do not fit.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> honest = rng.normal(0, 0.07, 24)
    >>> padded = honest - 0.3 * (np.arange(24) >= 12)
    >>> path = own_past_e_values([honest, padded], "down")
    >>> bool(path[0].max() < 20), int((path[1] >= 20).argmax())
    (True, 14)

    The honest series never reaches 20; the other one does in its third padded month.
    """
    y, x = checked_series(values, regressors, per_year)
    flat = y.reshape(-1, y.shape[-1])
    periods = flat.shape[1]
    tried = change_months(per_year) if changes is None else changes
    looks = [periods] if last_only else range(1, periods + 1)
    path = np.ones((len(flat), len(looks)))
    for place, t in enumerate(looks):
        shapes = departures(t, tried, per_year)
        silent = 2 * (len(tried) - len(shapes) // 2)
        if len(shapes) == 0:
            continue
        fits = fit_departures(flat[:, :t], x[:t], shapes)
        if fits.nu < LEAST_DEGREES:
            continue
        sign = 1.0 if side == "down" else -1.0
        logs = np.stack([log_bayes_factor(fits, g, sign) for g in scales])
        seen = special.logsumexp(logs, axis=(0, 1))
        honest = np.log(silent * len(scales)) if silent else -np.inf
        total = np.logaddexp(seen, honest) - np.log(2 * len(tried) * len(scales))
        path[:, place] = np.exp(np.minimum(total, 700.0))
    return path[:, 0].reshape(y.shape[:-1]) if last_only else path.reshape(y.shape)


def departures(periods: int, changes: Sequence[int], per_year: int = 12) -> FloatArray:
    """Return the shapes that can be seen by now: for each change a step, then a ramp.

    Examples
    --------
    >>> departures(4, [2, 9]).round(2).tolist()
    [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.17, 0.33]]
    """
    month = np.arange(periods)
    seen = np.array([k for k in changes if k < periods], int).reshape(-1, 1)
    after = month[None, :] - seen + 1
    step = (after > 0).astype(float)
    ramp = np.clip(after / (per_year / 2), 0.0, 1.0)
    return np.stack([step, ramp], axis=1).reshape(-1, periods)


def checked_series(
    values: npt.ArrayLike, regressors: npt.ArrayLike | None, per_year: int
) -> tuple[FloatArray, FloatArray]:
    """Return series and regressors as arrays, after looking at their shapes and values."""
    y = np.asarray(values, float)
    if y.ndim == 0 or not np.isfinite(y).all():
        raise ValueError("the values of the periods must be finite numbers")
    x = seasons(y.shape[-1], per_year) if regressors is None else np.asarray(regressors, float)
    if x.ndim != 2 or len(x) != y.shape[-1] or not np.isfinite(x).all():
        raise ValueError("the regressors need one finite row for each period")
    return y, x


def fit_departures(y: FloatArray, x: FloatArray, shapes: FloatArray) -> Fits:
    """Return the sums of squares of series (rows) and departures without what X explains."""
    basis, singular, _ = np.linalg.svd(x, full_matrices=False)
    basis = basis[:, singular > 1e-10 * max(float(singular.max(initial=0.0)), 1e-300)]
    y_rest = y - (y @ basis) @ basis.T
    z_rest = shapes - (shapes @ basis) @ basis.T
    # what X explains but for rounding is explained
    z_rest[(z_rest**2).sum(axis=1) < 1e-18 * (shapes**2).sum(axis=1)] = 0.0
    yy = (y_rest**2).sum(axis=1)
    return Fits(
        nu=len(x) - basis.shape[1],
        zz=(z_rest**2).sum(axis=1),
        zy=z_rest @ y_rest.T,
        yy=yy,
        is_flat=yy <= _ROUNDING * (y**2).sum(axis=1),
    )


def log_bayes_factor(fits: Fits, g: float, sign: float | None) -> FloatArray:
    """Return ln BF of every departure and world; without a sign, of both directions."""
    zz, yy = fits.zz[:, None], np.where(fits.is_flat, 1.0, fits.yy)[None, :]
    stretch = 1 + g * zz
    explained = np.clip(g * fits.zy**2 / (stretch * yy), 0.0, 1 - 1e-15)
    logs: FloatArray = -0.5 * np.log(stretch) - 0.5 * fits.nu * np.log1p(-explained)
    if sign is not None:
        h = g / stretch
        error = np.sqrt(h * yy * (1 - explained) / fits.nu)
        t = -sign * h * fits.zy / error
        logs = logs + np.log(2.0) + np.log(np.maximum(special.stdtr(fits.nu, t), 1e-300))
    return np.where(fits.is_flat[None, :], 0.0, logs)
