"""What was found against what was planted: place, text and rule, fault by fault."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

FAULT = ["row", "column", "value", "rule"]


def score(truth: pl.DataFrame, fault_files: Sequence[Path]) -> dict[str, Any]:
    """Return the share of planted faults found, and how many were found that are none.

    A fault counts as found with its row in the file, its column, its text and its rule.
    """
    found = pl.concat([pl.scan_parquet(path) for path in fault_files]).select(
        pl.col("_row").alias("row"), "column", "value", "rule"
    )
    # an empty cell has no text
    empty = pl.col("column", "value").fill_null("")
    wanted, seen = truth.with_columns(empty), found.with_columns(empty).collect(engine="streaming")
    hit = wanted.join(seen.unique(), on=FAULT, how="semi").height
    wrong = seen.join(wanted, on=FAULT, how="anti")
    return {
        "planted": wanted.height, "recall": hit / max(wanted.height, 1),
        "false_faults": wrong.height + seen.height - seen.unique().height,
        "examples": [str(row) for row in wrong.head(3).iter_rows()],
    }  # fmt: skip


def accepted_is_rest(truth: pl.DataFrame, accepted: Sequence[Path], rows: int) -> bool:
    """Whether the accepted rows are all rows without a fault, each under its own number."""
    sound = rows - truth.get_column("row").n_unique()
    if not accepted:
        return not sound
    table = pl.concat([pl.scan_parquet(p).select("_row", "call_id") for p in accepted]).collect()
    # the number in the key is the place in the file
    places = table.get_column("call_id").str.slice(1).cast(pl.Int64) + 2
    return table.height == sound and bool((places == table.get_column("_row")).all())
