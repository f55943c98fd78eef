"""Is a month still comparable with its own past, or has the base of leads changed?

A test against the own past cannot tell a worse list from padding when both begin in the
same month, and regressors do not help (a true seventeen-fold honest fall gave an e-value
of 197 with all of them). So the months are cut where the volume of leads or their mix
jumps. The cut looks at the leads only and never at sales or minutes, so that the product
of the e-values of the stretches is still an e-process.

Source of the index: Siddiqi 2006, Credit Risk Scorecards (population stability index;
.10 is a small shift, .25 a large one).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from vendoreval.stats.long_past import long_past_e_values
from vendoreval.stats.own_past import Side, seasons

FloatArray = npt.NDArray[np.float64]
Reason = Literal["first", "volume", "mix"]

#: a month's volume this many times the stretch's (or its inverse) starts a new stretch
VOLUME_FOLD = 2.0
#: a population stability index above this starts a new stretch
MIX_SHIFT = 0.25


@dataclass(frozen=True)
class Stretch:
    """Months from `start` up to but not including `stop`, and why they begin here."""

    start: int
    stop: int
    reason: Reason

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.stop - self.start


def population_stability_index(before: npt.ArrayLike, now: npt.ArrayLike) -> float:
    """Return how much the shares of classes have moved: ``sum (q - p) ln(q / p)``.

    Parameters
    ----------
    before, now
        Counts by class (list, segment, source, ...), in the same order. Half a count is
        added to each, so that an empty class is finite.

    Returns
    -------
    0 for the same shares; above .25 is usually called a large shift.

    Raises
    ------
    ValueError
        If the shapes differ, a count is negative or a side is empty.

    Examples
    --------
    >>> round(population_stability_index([500, 500], [480, 520]), 3)
    0.002
    >>> population_stability_index([500, 500], [150, 850]) > MIX_SHIFT
    True

    The second month works another list; its sales say nothing about the vendor's past.
    """
    first, second = np.asarray(before, float), np.asarray(now, float)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("both months need the same classes")
    if (first < 0).any() or (second < 0).any() or first.sum() <= 0 or second.sum() <= 0:
        raise ValueError("counts of a mix are 0 or more, and not all 0")
    p = (first + 0.5) / (first + 0.5).sum()
    q = (second + 0.5) / (second + 0.5).sum()
    return float(((q - p) * np.log(q / p)).sum())


def stretches(
    volume: npt.ArrayLike,
    mix: npt.ArrayLike | None = None,
    *,
    volume_fold: float = VOLUME_FOLD,
    mix_shift: float = MIX_SHIFT,
) -> tuple[Stretch, ...]:
    """Cut months into stretches with a comparable base of leads.

    Each month is held against the running stretch: its mean volume and its pooled mix. What
    the index would show by chance, ``(classes - 1) (1 / n + 1 / n')``, is allowed for.

    Parameters
    ----------
    volume
        Leads worked (or handed over) in each month, 0 or more.
    mix
        Counts, shape (months, classes); None when the mix is unknown.
    volume_fold, mix_shift
        Where a new stretch begins.

    Examples
    --------
    >>> cut = stretches([900, 1000, 950, 2400, 2300], [[9, 1], [9, 1], [8, 2], [8, 2], [1, 9]])
    >>> [(part.start, part.stop, part.reason) for part in cut]
    [(0, 3, 'first'), (3, 4, 'volume'), (4, 5, 'mix')]

    Only the first three months may be compared with each other.
    """
    leads = np.asarray(volume, float)
    if leads.ndim != 1 or len(leads) == 0 or not np.isfinite(leads).all() or (leads < 0).any():
        raise ValueError("the volume needs one number, 0 or more, for each month")
    classes = None if mix is None else np.asarray(mix, float)
    if classes is not None and (classes.ndim != 2 or len(classes) != len(leads)):
        raise ValueError("the mix needs one row of counts for each month")
    starts: list[tuple[int, Reason]] = [(0, "first")]
    for month in range(1, len(leads)):
        start = starts[-1][0]
        usual = float(leads[start:month].mean())
        if not _is_near(float(leads[month]), usual, volume_fold):
            starts.append((month, "volume"))
        elif classes is not None and _has_moved(
            classes[start:month].sum(axis=0), classes[month], mix_shift
        ):
            starts.append((month, "mix"))
    stops = [start for start, _ in starts[1:]] + [len(leads)]
    return tuple(Stretch(a, b, why) for (a, why), b in zip(starts, stops, strict=True))


def own_past_over_stretches(
    values: npt.ArrayLike,
    cut: Sequence[Stretch],
    side: Side,
    *,
    regressors: npt.ArrayLike | None = None,
    per_year: int = 12,
) -> FloatArray:
    """Return the e-value of every month: the product over stretches, each with its own past.

    Parameters
    ----------
    values, side, regressors, per_year
        As for `long_past_e_values`.
    cut
        From `stretches`; decided without looking at `values`.

    Examples
    --------
    >>> months = np.where(np.arange(20) < 10, 0.0, -1.0) + 0.01 * np.arange(20) % 0.03
    >>> whole = long_past_e_values(months, "down")[-1]
    >>> parts = (Stretch(0, 10, "first"), Stretch(10, 20, "volume"))
    >>> bool(whole > 1000), bool(own_past_over_stretches(months, parts, "down")[-1] < 20)
    (True, True)

    The fall coincides with a change of volume, so it is no evidence about the vendor.
    """
    y = np.asarray(values, float)
    x = seasons(len(y), per_year) if regressors is None else np.asarray(regressors, float)
    if [part.start for part in cut] != [0] + [part.stop for part in cut[:-1]] or (
        cut[-1].stop != len(y)
    ):
        raise ValueError("the stretches must follow each other and hold every month")
    path, earlier = np.ones(len(y)), 1.0
    for part in cut:
        rows = slice(part.start, part.stop)
        own = long_past_e_values(y[rows], side, regressors=x[rows], per_year=per_year)
        path[rows] = np.minimum(earlier * own, 1e300)
        earlier = float(path[part.stop - 1])
    return path


def _is_near(now: float, usual: float, fold: float) -> bool:
    if usual == 0 or now == 0:
        return now == usual
    return 1 / fold <= now / usual <= fold


def _has_moved(before: FloatArray, now: FloatArray, limit: float) -> bool:
    if before.sum() == 0 or now.sum() == 0:
        return bool(before.sum() != now.sum())
    # with few leads in many classes the index is above 0 by chance alone
    classes = int(((before > 0) | (now > 0)).sum())
    chance = (classes - 1) * (1 / float(before.sum()) + 1 / float(now.sum()))
    return population_stability_index(before, now) > limit + chance
