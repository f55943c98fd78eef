"""A vendor's own past over more than two years.

`own_past_e_values` tries changes of the first two years only. Longer histories are cut
into blocks of two years. From the second block on the last year before the block serves
as past, and only changes inside the block are tried: every such ratio is 1 when the block
begins, so the product over blocks is a test martingale as before. The first months of a
block are therefore not blind.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vendoreval.stats.own_past import (
    PRIOR_SCALES,
    Side,
    change_months,
    checked_series,
    own_past_e_values,
)

FloatArray = npt.NDArray[np.float64]

_BLOCK_YEARS = 2


def last_block(periods: int, per_year: int = 12) -> tuple[int, range]:
    """Return where the past of the last block begins, and the changes tried from there.

    Parameters
    ----------
    periods
        Length of the history so far.
    per_year
        12 for months, 26 for two weeks.

    Examples
    --------
    >>> last_block(20), last_block(24)
    ((0, range(5, 23)), (0, range(5, 23)))

    In the thirtieth month the second year is the past, and changes since month 24 are tried:

    >>> last_block(30)
    (12, range(12, 35))
    """
    block = _BLOCK_YEARS * per_year
    number = max(0, periods - 1) // block
    if number == 0:
        return 0, change_months(per_year)
    return number * block - per_year, range(per_year, per_year + block - 1)


def long_past_e_values(
    values: npt.ArrayLike,
    side: Side,
    *,
    regressors: npt.ArrayLike | None = None,
    per_year: int = 12,
) -> FloatArray:
    """Return the e-value of every month, however long the history is.

    The same as `own_past_e_values` up to two years.

    Parameters
    ----------
    values, side, regressors, per_year
        As for `own_past_e_values`, one series.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> months = rng.normal(0, 0.07, 40) + 0.3 * (np.arange(40) >= 30)
    >>> path = long_past_e_values(months, "up")
    >>> bool(path[:30].max() < 20), int((path >= 20).argmax())
    (True, 34)

    A change in the third year is seen within its fifth month.
    """
    y, x = checked_series(values, regressors, per_year)
    if y.ndim != 1:
        raise ValueError("a long past needs one series")
    block = _BLOCK_YEARS * per_year
    path, earlier = np.ones(len(y)), 1.0
    for begin in range(0, len(y), block):
        stop = min(begin + block, len(y))
        start, changes = last_block(stop, per_year)
        rows = slice(start, stop)
        own = own_past_e_values(
            y[rows], side, regressors=x[rows], per_year=per_year, changes=changes,
            scales=PRIOR_SCALES,
        )  # fmt: skip
        path[begin:stop] = np.minimum(earlier * own[begin - start :], 1e300)
        earlier = float(path[stop - 1])
    return path
