"""What is done to delivered reports afterwards, or left out of them: small, pure, with truth.

Each function takes rows as a vendor's file holds them, in canonical columns, and returns the
rows that are sent instead. The honest twins of each scheme stand beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import numpy as np
import polars as pl


def restated_calls(
    calls: pl.DataFrame, rng: np.random.Generator, share: float = 0.05, factor: float = 1.5
) -> pl.DataFrame:
    """Return the log with a share of its conversations longer than they were delivered.

    Examples
    --------
    >>> log = pl.DataFrame({"call_id": ["a", "b"], "talk_seconds": [0, 60]})
    >>> restated_calls(log, np.random.default_rng(1), share=1.0)["talk_seconds"].to_list()
    [0, 90]
    """
    hit = pl.Series(rng.random(len(calls)) < share) & (calls["talk_seconds"] > 0)
    longer = (pl.col("talk_seconds") * factor).round().cast(pl.Int64)
    return calls.with_columns(
        talk_seconds=pl.when(hit).then(longer).otherwise(pl.col("talk_seconds"))
    )


def recoded_calls(
    calls: pl.DataFrame, rng: np.random.Generator, share: float = 0.05, spread: float = 0.2
) -> pl.DataFrame:
    """Return the log after an honest run of the export: some lengths a little up, some down."""
    hit = pl.Series(rng.random(len(calls)) < share) & (calls["talk_seconds"] > 0)
    change = pl.Series(
        rng.choice((-1, 1), len(calls)) * np.ceil(10 * rng.random(len(calls)) * spread)
    )
    moved = (pl.col("talk_seconds") + change.cast(pl.Int64)).clip(1)
    return calls.with_columns(
        talk_seconds=pl.when(hit).then(moved).otherwise(pl.col("talk_seconds"))
    )


def without_days(calls: pl.DataFrame, days: Collection[date]) -> pl.DataFrame:
    """Return the log without some days; the invoice that counts them stays as it is.

    Examples
    --------
    >>> log = pl.DataFrame({"started_on": [date(2026, 10, 1), date(2026, 10, 2)]})
    >>> len(without_days(log, {date(2026, 10, 2)}))
    1
    """
    return calls.filter(~pl.col("started_on").is_in(list(days)))


def stages_ahead(
    events: pl.DataFrame, rng: np.random.Generator, share: float = 0.1, days: int = 5
) -> pl.DataFrame:
    """Return the steps with a share of them a few days before the call that made them."""
    early = pl.Series(rng.random(len(events)) < share)
    shift = pl.duration(days=days)
    return events.with_columns(at=pl.when(early).then(pl.col("at") - shift).otherwise(pl.col("at")))
