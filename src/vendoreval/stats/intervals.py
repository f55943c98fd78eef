"""Intervals for a share, a difference of shares and a count.

Sources: Wilson 1927; Clopper & Pearson 1934; Newcombe 1998 (Statistics in Medicine
17:857 and 17:873, method 10); Garwood 1936.
"""

from __future__ import annotations

import numpy as np
from scipy import special


def wilson_interval(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    _check_share(count, n)
    z = _normal_quantile(level)
    share, extra = count / n, z * z / n
    centre = (share + extra / 2) / (1 + extra)
    half = z * np.sqrt(share * (1 - share) / n + extra / (4 * n)) / (1 + extra)
    # exact at the ends, where rounding would leave 1e-17 instead of 0
    low = 0.0 if count == 0 else float(centre - half)
    high = 1.0 if count == n else float(centre + half)
    return low, high


def clopper_pearson_interval(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share: it covers at least `level`.

    Examples
    --------
    >>> low, high = clopper_pearson_interval(0, 20)
    >>> round(low, 4), round(high, 4)
    (0.0, 0.1684)
    """
    _check_share(count, n)
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(special.betaincinv(count + 1, n - count, 1 - tail))
    return low, high


def newcombe_difference(
    count_1: int, n_1: int, count_2: int, n_2: int, level: float = 0.95
) -> tuple[float, float]:
    """Return the interval of the difference of two shares (first minus second).

    Built from the two Wilson intervals, without continuity correction.

    Examples
    --------
    >>> low, high = newcombe_difference(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    low_1, high_1 = wilson_interval(count_1, n_1, level)
    low_2, high_2 = wilson_interval(count_2, n_2, level)
    share_1, share_2 = count_1 / n_1, count_2 / n_2
    difference = share_1 - share_2
    low = difference - float(np.hypot(share_1 - low_1, high_2 - share_2))
    high = difference + float(np.hypot(high_1 - share_1, share_2 - low_2))
    return low, high


def garwood_interval(count: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a Poisson mean.

    Examples
    --------
    >>> low, high = garwood_interval(10)
    >>> round(low, 3), round(high, 2)
    (4.795, 18.39)
    """
    if count < 0:
        raise ValueError(f"a count is 0 or more, not {count}")
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.gammaincinv(count, tail))
    return low, float(special.gammaincinv(count + 1, 1 - tail))


def _normal_quantile(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    return float(special.ndtri((1 + level) / 2))


def _check_share(count: int, n: int) -> None:
    if n <= 0 or not 0 <= count <= n:
        raise ValueError(f"a share needs 0 <= count <= n and n > 0, not {count} of {n}")
