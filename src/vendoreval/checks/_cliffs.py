"""Cancellations before and after a day, beside those of others; placebo fortnights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.checks._sale_ends import between, by_day
from vendoreval.stats import hazard_cliff, log_rank
from vendoreval.text import Count, Message, Number, msg

LATE_DAYS: Final = 30
_FORTNIGHT: Final = 15
# a placebo with fewer cancellations stands out by chance
_FEWEST: Final = 5


def _tables(
    mine: pd.DataFrame, others: pd.DataFrame, window: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return cancelled and sale-days: strata, vendor and others, early and late."""
    products = sorted(set(mine["product"]) & set(others["product"]))
    cells = [
        [
            [between(part[part["product"] == name], *ages) for ages in _ages(window)]
            for part in (mine, others)
        ]
        for name in products
    ]
    return np.array(cells, float).reshape(-1, 2, 2, 2)


def _ages(window: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (-1, window), (window, window + LATE_DAYS)


def cliff_words(mine: pd.DataFrame, others: pd.DataFrame, window: int) -> list[Message]:
    """Return the rise after the window over that of those compared with."""
    cells = _tables(mine, others, window)
    try:
        cliff = hazard_cliff(cells[..., 0], cells[..., 1])
    except ValueError:
        # one side has no cancellation at one of the times: there is no ratio
        return []
    return [
        msg(
            "piecewise hazard: %(ratio)s times the rise of those compared with, %(low)s to "
            "%(high)s by chance alone",
            ratio=Number(cliff.ratio, 1),
            low=Number(cliff.low, 1),
            high=Number(cliff.high, 1),
        )
    ]


def lives_words(mine: pd.DataFrame, others: pd.DataFrame) -> list[Message]:
    """Return how many were cancelled over all ages, and how many were to be expected."""
    try:
        found = log_rank(*by_day([mine, others]))
    except ValueError:
        return []
    return [
        msg(
            "over all ages: %(observed)s cancelled where those compared with let expect "
            "%(expected)s",
            observed=Count(round(found.observed)),
            expected=Number(found.expected, 1),
        )
    ]


def rises_elsewhere(mine: pd.DataFrame, others: pd.DataFrame, window: int) -> list[int]:
    """Return fortnights, by their first day, in which the vendor stands as high as after W."""

    def height(after: int) -> float:
        (gone, lived), (usual, days) = (
            between(part, after, after + _FORTNIGHT) for part in (mine, others)
        )
        if lived <= 0 or days <= 0 or gone < _FEWEST:
            return 0.0
        return (gone + 0.5) / lived / ((usual + 0.5) / days)

    real = height(window)
    # the fortnight behind the one after W may hold the rest of the same rise
    first = window % _FORTNIGHT - _FORTNIGHT
    others_at = [d for d in range(first, window + 46, _FORTNIGHT)
                 if d >= -1 and d not in (window, window + _FORTNIGHT)]  # fmt: skip
    return [day for day in others_at if height(day) >= real]


def placebo_words(elsewhere: Sequence[int]) -> list[Message]:
    """Return whether the rise belongs to the window."""
    if not elsewhere:
        return [msg("no other fortnight of a sale's life stands out as much")]
    return [
        msg(
            "fortnights that stand out as much begin after day: %(days)s, so the rise does not "
            "belong to the window",
            days=", ".join(str(max(day, 0)) for day in elsewhere),
        )
    ]
