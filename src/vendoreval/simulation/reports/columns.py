"""Texts of the reports: codes, numbers, telephone numbers, instants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from vendoreval.simulation.days import Calendar, Floats, Ints
from vendoreval.simulation.world.work import Work


def pick(texts: Sequence[str], numbers: Ints | pl.Series) -> pl.Series:
    """Return the text of each number; -1 is empty."""
    index = pl.Series(numbers).cast(pl.Int64)
    none = pl.lit(None, dtype=pl.Int64)
    index = pl.select(pl.when(index >= 0).then(index).otherwise(none)).to_series()
    return pl.Series(list(texts), dtype=pl.String).gather(index)


def lead_ids(work: Work, lead: Ints) -> pl.Series:
    """Return the companies' numbers as the client writes them; -1 is no company."""
    number = np.where(lead >= 0, work.leads.number[np.maximum(lead, 0)], -1)
    text = pl.select(pl.format("L{}", pl.Series(number))).to_series()
    return pl.select(pl.when(pl.Series(lead) >= 0).then(text)).to_series()


def phones(numbers: Ints) -> pl.Series:
    """Return telephone numbers as text."""
    return pl.Series(numbers).cast(pl.String)


def call_ids(work: Work, numbers: Ints | pl.Series) -> pl.Series:
    """Return the numbers of calls in the vendor's log."""
    digits = pl.Series(numbers).cast(pl.String).str.zfill(7)
    prefix = pl.lit(f"C{work.name[0].upper()}{work.place:02d}")
    return pl.select(pl.format("{}{}", prefix, digits)).to_series()


def instants(calendar: Calendar, day: Ints, second: Ints | Floats) -> pl.Series:
    """Return local instants from the number of a working day and the second in it."""
    at = calendar.days[day].astype("datetime64[us]")
    return pl.Series(at + (np.asarray(second) * 1_000_000).astype("timedelta64[us]"))


def money(whole: Ints) -> pl.Series:
    """Return whole units of the currency as text with two decimals."""
    return pl.Series(whole).cast(pl.String) + ".00"


def noised(frame: pl.DataFrame, columns: Sequence[str], share: float,
           rng: np.random.Generator) -> pl.DataFrame:  # fmt: skip
    """Let a share of the cells differ by one, as exports do that are cut at another moment."""
    if share <= 0:
        return frame
    changed = {}
    for name in columns:
        off = np.where(rng.random(len(frame)) < share, rng.choice([-1, 1], len(frame)), 0)
        changed[name] = pl.Series(np.maximum(frame[name].to_numpy() + off, 0))
    return frame.with_columns(**changed)
