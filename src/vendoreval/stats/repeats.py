"""Do exact durations, or runs of them, repeat more often than calls do by chance?

Copied records repeat. The average frequency of exact durations is compared with what
durations drawn from the peers' smoothed histogram give; a run of consecutive (talk, hold,
wrap) that appears twice hardly ever happens by chance at all. Leave out calls without an
answer and identical export ids (retries): those are another question.

Sources: Simonsohn 2019 (number bunching, average frequency; DataColada 77); Barbour, Holst
& Janson 1992 (Poisson approximation of coincidences).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

LEAST_SECONDS = 30
_CELLS = 4_000_000


@dataclass(frozen=True)
class Repeats:
    """Average frequency of exact values, beside what chance gives.

    Parameters
    ----------
    average_frequency, expected
        ``sum f^2 / sum f`` observed, and its mean when nothing is copied.
    excess
        Values above what chance repeats: about the number of copied calls.
    p_value
        One-sided, by drawing from the peers' distribution.
    """

    average_frequency: float
    expected: float
    excess: float
    p_value: float


@dataclass(frozen=True)
class RunRepeats:
    """Repeated runs of consecutive calls beside what chance gives.

    Parameters
    ----------
    repeated
        Runs that had been seen before.
    expected
        Pairs of equal runs to be expected by chance.
    p_value
        Poisson chance of so many or more.
    """

    repeated: int
    expected: float
    p_value: float


def average_frequency(counts: npt.ArrayLike) -> float:
    """Return the mean, over values, of how often each value occurs: ``sum f^2 / sum f``.

    Parameters
    ----------
    counts
        How often each exact duration occurs; the zeros do not matter.

    Examples
    --------
    >>> average_frequency([1, 1, 2])
    1.5
    """
    f = np.asarray(counts, float)
    if not (f >= 0).all() or f.sum() == 0:
        raise ValueError("counts are 0 or more, and not all 0")
    return float((f**2).sum() / f.sum())


def smoothed_shares(counts: npt.ArrayLike, relative_width: float = 0.05) -> FloatArray:
    """Return the shares of a histogram of whole seconds, smoothed.

    The mean over a window whose half width is `relative_width` of the place (one second at
    least): heaps of the peers themselves disappear, the shape stays.

    Parameters
    ----------
    counts
        ``counts[t]`` calls of t seconds from 0.
    relative_width
        Between 0 and 1.

    Examples
    --------
    >>> shares = smoothed_shares([0, 4, 0, 4, 0, 4, 0])
    >>> shares.round(2).tolist(), round(float(shares.sum()), 9)
    ([0.15, 0.1, 0.2, 0.1, 0.2, 0.1, 0.15], 1.0)
    """
    f = np.asarray(counts, float)
    if f.ndim != 1 or not (f >= 0).all() or f.sum() == 0 or not 0 < relative_width < 1:
        raise ValueError("needs counts of 0 or more, not all 0, and a width between 0 and 1")
    place = np.arange(len(f))
    half = np.maximum(1, np.floor(relative_width * place)).astype(int)
    low, high = np.maximum(place - half, 0), np.minimum(place + half, len(f) - 1)
    total = np.concatenate([[0.0], np.cumsum(f)])
    smooth = (total[high + 1] - total[low]) / (high - low + 1)
    return np.asarray(smooth / smooth.sum(), float)


def collision_chance(shares: npt.ArrayLike) -> float:
    """Return the chance that two calls last exactly as long: ``sum q^2``.

    Examples
    --------
    >>> collision_chance([0.5, 0.25, 0.25])
    0.375
    """
    q = np.asarray(shares, float)
    if not (q >= 0).all() or not q.sum() > 0:
        raise ValueError("shares are 0 or more, and not all 0")
    q = q / q.sum()
    return float((q**2).sum())


def repeated_values(
    counts: npt.ArrayLike,
    shares: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = 999,
) -> Repeats:
    """Compare the average frequency of exact durations with that of honest draws.

    Parameters
    ----------
    counts
        ``counts[t]`` calls of t seconds, from the least length on (30 s): some 1,000 calls.
    shares
        The peers' `smoothed_shares` over the same seconds; scaled to the sum 1.
    draws
        Of as many calls as there are; 99 at least.

    Raises
    ------
    ValueError
        If the shapes differ, or a duration occurs that the peers' shares exclude.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> usual = np.exp(-np.arange(600) / 150)
    >>> honest = rng.multinomial(2000, usual / usual.sum())
    >>> copied = honest.copy()
    >>> copied[[70, 110, 190]] += 40
    >>> repeated_values(honest, usual, rng).p_value > 0.05
    True
    >>> found = repeated_values(copied, usual, rng)
    >>> found.p_value < 0.01, 60 < found.excess < 180
    (True, True)
    """
    f, q = np.asarray(counts, int), np.asarray(shares, float)
    if f.shape != q.shape or f.ndim != 1 or not (q >= 0).all() or draws < 99:
        raise ValueError("needs shares of the same seconds and 99 draws")
    if (f[q == 0] > 0).any():
        raise ValueError("a duration occurs that the shares exclude: smooth them")
    n, q = int(f.sum()), q / q.sum()
    observed = average_frequency(f)
    drawn: list[FloatArray] = []
    block = max(1, _CELLS // len(f))
    for start in range(0, draws, block):
        worlds = rng.multinomial(n, q, min(block, draws - start)).astype(float)
        drawn.append((worlds**2).sum(axis=1) / n)
    values = np.concatenate(drawn)
    p = (int((values >= observed).sum()) + 1) / (draws + 1)
    # a value that occurs more often than chance: what is above expectation and its luck
    over = np.maximum(f - n * q - 3 * np.sqrt(n * q * (1 - q) + 1), 0.0)
    return Repeats(observed, 1 + (n - 1) * float((q**2).sum()), float(over.sum()), p)


def repeated_runs(
    runs: int, repeated: int, chances: Sequence[float], length: int = 3
) -> RunRepeats:
    """Say whether runs of consecutive calls repeat by chance.

    ``lambda = C(n, 2) (q_talk q_hold q_wrap)^k``; with q = 1e-4 for a call and k = 3 a single
    repeat among 20,000 calls is already a finding.

    Parameters
    ----------
    runs
        n, how many runs of consecutive calls there are.
    repeated
        Runs that are equal to an earlier one (copies beyond the first).
    chances
        Chance that two calls agree in each column (`collision_chance` of talk, hold, wrap).
    length
        k, calls in a run.

    Raises
    ------
    ValueError
        If a number is outside of its range.

    Examples
    --------
    >>> found = repeated_runs(20_000, 1, [0.01, 0.01])
    >>> round(found.expected, 4), found.p_value < 0.001
    (0.0002, True)
    """
    q = np.asarray(chances, float)
    if runs < 2 or not 0 <= repeated < runs or length < 1 or not ((q > 0) & (q <= 1)).all():
        raise ValueError("needs 0 <= repeated < runs and chances above 0, 1 at most")
    expected = runs * (runs - 1) / 2 * float(np.prod(q)) ** length
    # the chance of `repeated` or more in a Poisson count
    p = float(special.gammainc(repeated, expected)) if repeated > 0 else 1.0
    return RunRepeats(repeated, expected, p)
