"""Sales: what the vendor claims, what the client's own records know of them, and when."""

from __future__ import annotations

import numpy as np
import polars as pl

from vendoreval.simulation.days import Ints
from vendoreval.simulation.world.work import NOBODY, Work, sold_rows

_LATEST_LAG_DAYS = 3
_PAID_SHARE = 0.94
# hazard of a cancellation: the days allowed by law, the first bill, now and then later
_COOLING_SHARE, _COOLING_DAYS = 0.035, 14
_BILL_SHARE, _BILL_DAY = 0.012, 30
_LATER_SHARE, _LATER_DAYS = 0.008, 120
COLUMNS = (
    "row", "lead", "agent", "day", "second", "amount", "product", "claimed", "known",
    "lag", "pay_days", "cancel_days", "mark",
)  # fmt: skip


def draw_sales(work: Work, rng: np.random.Generator) -> pl.DataFrame:
    """Return every honest sale with its lag in the records, its payment and its end."""
    return sales_of(work, sold_rows(work.dials), rng)


def sales_of(work: Work, rows: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """Return sales concluded in the given dials.

    Parameters
    ----------
    rows
        Places in `work.dials`, which must be in the order of the log.
    """
    dials, count = work.dials[rows], len(rows)
    lead = dials["lead"].to_numpy()
    end = (dials["start"] + dials["ring"] + dials["talk"] + dials["hold"]).to_numpy()
    lag_days = np.minimum(rng.geometric(0.55, count) - 1, _LATEST_LAG_DAYS)
    paid = np.where(rng.random(count) < _PAID_SHARE, rng.integers(2, 21, count), -1)
    return pl.DataFrame(
        {
            "row": rows,
            "lead": lead,
            "agent": dials["agent"],
            "day": dials["day"],
            "second": end,
            "amount": work.leads.amount[lead],
            "product": lead % 2,
            "claimed": np.ones(count, dtype=bool),
            "known": np.ones(count, dtype=bool),
            "lag": 900 + rng.integers(0, 5400, count) + lag_days * 86_400,
            "pay_days": paid,
            "cancel_days": _cancelled(count, rng),
            "mark": np.full(count, NOBODY),
        }
    )


def _cancelled(count: int, rng: np.random.Generator) -> Ints:
    """Draw the day after the sale on which it is cancelled; -1 for never."""
    kind = rng.random(count)
    cooling = kind < _COOLING_SHARE
    bill = ~cooling & (kind < _COOLING_SHARE + _BILL_SHARE)
    later = ~cooling & ~bill & (kind < _COOLING_SHARE + _BILL_SHARE + _LATER_SHARE)
    days = np.full(count, -1)
    days = np.where(cooling, rng.integers(1, _COOLING_DAYS + 1, count), days)
    days = np.where(bill, _BILL_DAY + rng.geometric(0.4, count) - 1, days)
    drawn: Ints = np.where(later, rng.integers(_COOLING_DAYS + 1, _LATER_DAYS, count), days)
    return drawn.astype(np.int64)
