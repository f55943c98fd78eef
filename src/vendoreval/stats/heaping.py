"""Do call lengths pile up on round values?

Each multiple of m is compared with its own neighbours, never with a uniform last digit
(which rejects a million honest calls) and never with Benford's law (honest call lengths
miss it by twice the limit). The honest ratio is .995 +- .008 at a million calls.

Sources: Whipple's and Myers' indices as in the R package DemoTools (Myers 1954;
Spoorenberg & Dutreuilh 2007); they describe, they do not test.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vendoreval.stats.clusters import ClusterRatio, cluster_ratio

FloatArray = npt.NDArray[np.float64]

MODULI = (5, 6, 10, 15, 30, 60)
FIRST_SECOND = 60
LAST_SECOND = 600
# steps of the usual rounding rules: a neighbour on one of them is no neighbour
_ROUND_STEPS = (5, 6)


@dataclass(frozen=True)
class Heaping:
    """Calls on the multiples of one step, beside their neighbours.

    Parameters
    ----------
    modulus
        The step in seconds.
    observed, expected
        Calls on multiples, and what their neighbours let expect.
    ratio, error
        ``observed / expected`` with its error (over agents when they were given).
    share
        Share of all calls in the range that is above what is expected.
    p_value
        One-sided, of "the ratio is above 1".
    """

    modulus: int
    observed: float
    expected: float
    ratio: float
    error: float
    share: float
    p_value: float


def heaping(
    counts: npt.ArrayLike,
    modulus: int,
    *,
    first: int = FIRST_SECOND,
    last: int = LAST_SECOND,
) -> Heaping:
    """Compare the multiples of a step with the seconds beside them.

    The neighbours of j are j - 1, j + 1, j - 2 and j + 2, in pairs (so that a slope does
    no harm), without pairs of which one is a multiple of 5 or 6 itself.

    Parameters
    ----------
    counts
        ``counts[t]`` calls of t seconds from 0, shape (seconds,), or (agents, seconds):
        then agents are the units of the error, with A - 1 degrees of freedom.
    modulus
        5 seconds or more.
    first, last
        Range of the multiples.

    Raises
    ------
    ValueError
        If the histogram does not reach over the range, is negative or is empty beside the
        multiples, or if the step is below 5.

    Examples
    --------
    >>> t = np.arange(700)
    >>> honest = np.round(2000 * np.exp(-t / 150))
    >>> rounded = honest.copy()
    >>> rounded[60:601:30] *= 1.4
    >>> round(heaping(honest, 30).ratio, 2), round(heaping(rounded, 30).ratio, 2)
    (1.0, 1.4)
    >>> heaping(honest, 30).p_value > 0.05, heaping(rounded, 30).p_value < 0.001
    (True, True)
    """
    rows = np.atleast_2d(np.asarray(counts, float))
    if modulus < 5 or first < 2 or last < first:
        raise ValueError("the step is 5 s or more and the range starts at 2 s or later")
    if rows.shape[1] < last + 3 or not (rows >= 0).all():
        raise ValueError(f"the histogram needs counts, 0 or more, up to {last + 2} s")
    weights, multiples = neighbour_weights(modulus, first, last, rows.shape[1])
    on, beside = rows[:, multiples].sum(axis=1), rows @ weights
    observed, expected = float(on.sum()), float(beside.sum())
    if expected <= 0:
        raise ValueError("there is no call beside the multiples")
    ratio = _ratio(rows, on, beside, weights)
    total = float(rows[:, first : last + 1].sum())
    return Heaping(
        modulus=modulus,
        observed=observed,
        expected=expected,
        ratio=ratio.ratio,
        error=ratio.standard_error,
        share=(observed - expected) / total,
        p_value=ratio.p_above(1.0),
    )


def whipple_index(
    counts: npt.ArrayLike,
    digits: Collection[int] = (0, 5),
    first: int = 25,
    last: int = 60,
) -> float:
    """Return Whipple's index: 1 without a preference of the digits, 10 / digits at most.

    Parameters
    ----------
    counts
        ``counts[t]`` from 0, at least up to two above `last`.
    digits
        Preferred last digits.
    first, last
        Range of the preferred values; the base reaches two further on both sides.

    Examples
    --------
    >>> whipple_index([10] * 100)
    1.0
    """
    values = np.asarray(counts, float)
    place = np.arange(len(values))
    base = (place >= first - 2) & (place <= last + 2)
    inside = (place >= first) & (place <= last) & np.isin(place % 10, list(digits))
    if len(values) < last + 3 or values[base].sum() <= 0:
        raise ValueError("the index needs counts over its whole range")
    return float(values[inside].sum() / values[base].sum() * 10 / len(digits))


def myers_index(counts: npt.ArrayLike, first: int = 10, last: int = 89) -> float:
    """Return Myers' blended index: the per cent of values that would have to move digit.

    0 without a preference, 90 when all values end alike.

    Parameters
    ----------
    counts
        ``counts[t]`` from 0, at least up to `last`.
    first, last
        A whole number of tens, two at least.

    Examples
    --------
    >>> myers_index([10] * 100)
    0.0
    """
    values = np.asarray(counts, float)
    tens, rest = divmod(last - first + 1, 10)
    if rest or tens < 2 or len(values) <= last or values[first : last + 1].sum() <= 0:
        raise ValueError("the index needs counts over a whole number of tens, two at least")
    table = values[first : last + 1].reshape(tens, 10)
    # column c holds the digit (first + c) % 10; early columns count less often without blending
    place = np.arange(10)
    blended = (place + 1) * table[:-1].sum(axis=0) + (9 - place) * table[1:].sum(axis=0)
    share = blended / blended.sum()
    return float(50 * np.abs(share - 0.1).sum())


def neighbour_weights(
    modulus: int, first: int, last: int, size: int
) -> tuple[FloatArray, npt.NDArray[np.int_]]:
    """Return the weight of each second as a neighbour, and the multiples that have some.

    Examples
    --------
    >>> weights, multiples = neighbour_weights(30, 60, 60, 70)
    >>> multiples.tolist(), weights.nonzero()[0].tolist()
    ([60], [58, 59, 61, 62])
    """
    weights, multiples = np.zeros(size), []
    for j in range(-(-first // modulus) * modulus, last + 1, modulus):
        pairs = [
            (j - step, j + step)
            for step in (1, 2)
            if not any((j + s) % m == 0 for m in _ROUND_STEPS for s in (-step, step))
        ]
        for pair in pairs:
            weights[list(pair)] += 1 / (2 * len(pairs))
        if pairs:
            multiples.append(j)
    return weights, np.array(multiples, int)


def _ratio(
    rows: FloatArray, on: FloatArray, beside: FloatArray, weights: FloatArray
) -> ClusterRatio:
    chance = _chance_error(rows, on, beside, weights)
    if len(rows) == 1:
        return ClusterRatio(float(on.sum() / beside.sum()), chance, 10**6)
    found = cluster_ratio(on, beside)
    # agents who happen to agree do not make the counts more certain than chance
    return ClusterRatio(found.ratio, max(found.standard_error, chance), found.degrees)


def _chance_error(
    rows: FloatArray, on: FloatArray, beside: FloatArray, weights: FloatArray
) -> float:
    top, bottom = float(on.sum()), float(beside.sum())
    spread = float((rows.sum(axis=0) * weights**2).sum())
    return top / bottom * float(np.sqrt(1 / max(top, 1.0) + spread / bottom**2))
