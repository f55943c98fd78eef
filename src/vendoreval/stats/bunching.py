"""Do calls bunch just above the length from which they are paid?

The histogram around the threshold T (seconds, T - 40 to T + 80) is fitted by a smooth
curve and a bump::

    ln mean_t = polynomial(ln(t / T)) + gamma [T <= t < T + w] + round seconds

Poisson regression, the order of the polynomial from 1 to 5 by Akaike's criterion and then
one more (otherwise what it just fails to bend to looks like a bump), likelihood ratio over
the misfit (quasi-Poisson). It needs no honest spread between vendors, so it
sees little: 20 % of the near misses moved at 5,000 calls are found in .90 (a density
discontinuity test finds .36). How *many* calls were moved comes from a second fit that lets
calls be missing just below T: without it they drag the curve down and the excess is a
tenth too large.

Before it is believed: the same at thresholds that pay nothing (`placebo_thresholds`), at
vendors without the clause and before it (`bunching_difference`), and over agents: a script
that ends at T bunches all of them, gaming a few (`agents_at_threshold`).

Sources: Saez 2010; Chetty, Friedman, Olsen & Pistaferri 2011; Kleven 2016 (bunching);
Akaike 1974.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from vendoreval.stats.regression import PoissonFit, poisson_regression

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

SECONDS_BELOW = 40
SECONDS_ABOVE = 80
BUMP_SECONDS = 5
PLACEBO_SHIFTS = (-27, -13, 13, 27)
_LEAST_THRESHOLD = 10
_NEAR_MISS_SECONDS = 15
_ORDERS = (1, 2, 3, 4, 5)
_NORMAL_95 = 1.6448536269514722


@dataclass(frozen=True)
class Bunching:
    """The bump at one threshold.

    Parameters
    ----------
    threshold
        Seconds.
    observed, expected
        Calls in the bump, and what the curve without it expects there.
    excess, excess_low, excess_high
        Calls above it, with 90 % limits.
    log_excess, error
        gamma and its error (misfit included).
    p_value
        One-sided: how often an honest histogram has such a bump.
    missing
        Calls missing in the 15 seconds below (fewer below 45 s): about the excess when calls
        were stretched.
    order, dispersion
        Of the polynomial, and the misfit (1 when counts are Poisson around the curve).
    """

    threshold: int
    observed: float
    expected: float
    excess: float
    excess_low: float
    excess_high: float
    log_excess: float
    error: float
    p_value: float
    missing: float
    order: int
    dispersion: float

    def detectable(self) -> float:
        """Return the excess found with 80 % power at p < .001: ``3.9 sqrt(phi expected)``."""
        return 3.9 * float(np.sqrt(self.dispersion * self.expected))


@dataclass(frozen=True)
class _Window:
    seconds: npt.NDArray[np.int_]
    counts: FloatArray
    bump: BoolArray


@dataclass(frozen=True)
class _Fit:
    order: int
    x: FloatArray
    fit: PoissonFit
    phi: float


_Columns = Callable[[_Window, int, int], FloatArray]


def bunching(
    counts: npt.ArrayLike,
    threshold: int,
    *,
    width: int = BUMP_SECONDS,
    excluded: Sequence[int] = (),
) -> Bunching:
    """Measure the bump of a histogram of whole seconds at a threshold.

    Parameters
    ----------
    counts
        ``counts[t]`` calls of t seconds, from 0; at least up to 20 seconds above the
        threshold. Fit to be judged when some 100 calls are expected in the bump.
    threshold
        T, 10 seconds or more.
    width
        w, how many seconds from T on make the bump.
    excluded
        Seconds left out of the fit (the paid ones, at a placebo threshold).

    Raises
    ------
    ValueError
        If the threshold is below 10 s, the histogram too short, negative or empty there.

    Examples
    --------
    >>> t = np.arange(200)
    >>> honest = np.round(400 * np.exp(-t / 70))
    >>> moved = np.round(0.2 * honest[45:60])
    >>> stretched = honest.copy()
    >>> stretched[45:60] -= moved
    >>> stretched[60:65] += moved.sum() / 5
    >>> found = bunching(stretched, 60)
    >>> bool(found.p_value < 0.001), bool(bunching(honest, 60).p_value > 0.1)
    (True, True)
    >>> bool(found.excess_low < moved.sum() < found.excess_high)
    True
    """
    window = threshold_window(np.asarray(counts, float), threshold, width, excluded)
    order = best_fit(window, threshold, _test_columns).order + 1
    x = _test_columns(window, threshold, order)
    test, smooth = (poisson_regression(window.counts, part) for part in (x, x[:, :-1]))
    phi = max(1.0, float(test.dispersion))
    gamma = float(test.coefficients[-1])
    gain = max(0.0, float(smooth.deviance - test.deviance)) / phi
    size = best_fit(window, threshold, size_columns)
    expected, excess, excess_error = _excess(size, window.bump)
    near = size.x[:, -2] > 0
    return Bunching(
        threshold=threshold,
        observed=float(window.counts[window.bump].sum()),
        expected=expected,
        excess=excess,
        excess_low=excess - _NORMAL_95 * excess_error,
        excess_high=excess + _NORMAL_95 * excess_error,
        log_excess=gamma,
        error=float(np.sqrt(phi * test.covariance[-1, -1])),
        p_value=float(special.ndtr(-np.sign(gamma) * np.sqrt(gain))),
        missing=float((size.fit.fitted[near] * np.expm1(-size.fit.coefficients[-2])).sum()),
        order=order,
        dispersion=phi,
    )


def placebo_thresholds(
    counts: npt.ArrayLike,
    threshold: int,
    *,
    width: int = BUMP_SECONDS,
    shifts: Sequence[int] = PLACEBO_SHIFTS,
) -> tuple[Bunching, ...]:
    """Measure the same bump where nothing is paid; the paid seconds are left out.

    A shift that leaves no room (too near to 0, or over the paid seconds) is skipped.

    Examples
    --------
    >>> t = np.arange(200)
    >>> [p.threshold for p in placebo_thresholds(np.round(400 * np.exp(-t / 70)), 60)]
    [33, 47, 73, 87]
    """
    histogram = np.asarray(counts, float)
    paid = range(threshold, threshold + width)
    places = [
        threshold + shift
        for shift in shifts
        if threshold + shift >= _LEAST_THRESHOLD
        and abs(shift) >= width
        and threshold + shift + 20 < len(histogram)
    ]
    return tuple(bunching(histogram, place, width=width, excluded=paid) for place in places)


def bunching_difference(paid: Bunching, control: Bunching) -> tuple[float, float]:
    """Return how much larger one bump is than another (logarithm), and its one-sided p-value.

    For the same vendor before the clause, or for peers who are not paid by it.

    Examples
    --------
    >>> t = np.arange(200)
    >>> calls = np.round(400 * np.exp(-t / 70))
    >>> script = calls.copy()
    >>> script[60:65] *= 1.5
    >>> _, p_value = bunching_difference(bunching(script, 60), bunching(script, 60))
    >>> p_value
    0.5

    Bunched as much as before the clause: the script, not the clause.
    """
    difference = paid.log_excess - control.log_excess
    error = float(np.hypot(paid.error, control.error))
    return difference, float(special.ndtr(-difference / error))


def threshold_window(
    counts: FloatArray, threshold: int, width: int, excluded: Sequence[int]
) -> _Window:
    """Return the seconds around a threshold, after looking at the histogram."""
    if threshold < _LEAST_THRESHOLD:
        raise ValueError(f"a threshold of {threshold} s leaves no room below; 10 s at least")
    if counts.ndim != 1 or len(counts) <= threshold + 20 or not (counts >= 0).all():
        raise ValueError("the histogram needs counts from 0 up to 20 s above the threshold")
    last = min(threshold + SECONDS_ABOVE, len(counts) - 1)
    seconds = np.arange(max(1, threshold - SECONDS_BELOW), last + 1)
    seconds = seconds[~np.isin(seconds, np.asarray(excluded, int))]
    inside = counts[seconds]
    if inside.sum() == 0:
        raise ValueError("there is no call around the threshold")
    return _Window(seconds, inside, (seconds >= threshold) & (seconds < threshold + width))


def _test_columns(window: _Window, threshold: int, order: int) -> FloatArray:
    place = np.log(window.seconds / threshold)
    columns = [place**power for power in range(order + 1)]
    columns += [(window.seconds % step == 0).astype(float) for step in (10, 30)]
    return np.column_stack([*columns, window.bump.astype(float)])


def size_columns(window: _Window, threshold: int, order: int) -> FloatArray:
    """Return the columns of the test and, before the last, one for the near misses."""
    columns = _test_columns(window, threshold, order)
    near = min(_NEAR_MISS_SECONDS, threshold // 3)
    below = (window.seconds >= threshold - near) & (window.seconds < threshold)
    return np.column_stack([columns[:, :-1], below.astype(float), columns[:, -1]])


def best_fit(window: _Window, threshold: int, columns: _Columns) -> _Fit:
    fits = []
    for order in _ORDERS:
        x = columns(window, threshold, order)
        fit = poisson_regression(window.counts, x)
        fits.append((2 * x.shape[1] - 2 * float(fit.log_likelihood), order, x, fit))
    _, order, x, fit = min(fits, key=lambda found: found[0])
    return _Fit(order, x, fit, max(1.0, float(fit.dispersion)))


def _excess(found: _Fit, bump: BoolArray) -> tuple[float, float, float]:
    """Return calls expected in the bump, calls above them, and the error of these."""
    gamma = float(found.fit.coefficients[-1])
    without = found.fit.fitted[bump] * np.exp(-gamma)
    expected = float(without.sum())
    # the change of the excess with each coefficient
    slope = (without[:, None] * found.x[bump]).sum(axis=0) * np.expm1(gamma)
    slope[-1] = expected * np.exp(gamma)
    error = float(np.sqrt(found.phi * slope @ found.fit.covariance @ slope))
    return expected, expected * float(np.expm1(gamma)), error
