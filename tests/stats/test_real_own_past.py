"""A real bank whose minutes per sale move seventeen-fold for honest reasons."""

from __future__ import annotations

import csv
import gzip
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from vendoreval import stats

pytestmark = pytest.mark.material


@pytest.fixture(scope="module")
def months(material: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Calls, minutes, sales and calls by kind of contact in 26 months."""
    path = material / "data/uci_bank_marketing/bank-additional-full.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    blocks = [list(block) for _, block in groupby(rows, key=lambda row: row["month"])]
    calls = np.array([len(block) for block in blocks])
    minutes = np.array([sum(int(row["duration"]) for row in block) / 60 for block in blocks])
    sales = np.array([sum(row["y"] == "yes" for row in block) for block in blocks])
    kinds = [
        (c, p) for c in ("cellular", "telephone") for p in ("failure", "nonexistent", "success")
    ]
    mix = np.array(
        [
            [sum((r["contact"], r["poutcome"]) == kind for r in block) for kind in kinds]
            for block in blocks
        ]
    )
    assert len(blocks) == 26
    return calls, minutes, sales, mix


def test_forward_in_time_it_is_silent(months: tuple[np.ndarray, ...]) -> None:
    calls, minutes, sales, mix = months
    cost = minutes / sales
    assert (round(cost.max()), round(cost.min())) == (143, 8)
    y = np.log((sales + 0.5) / minutes)
    assert stats.own_past_e_values(y, "down").max() < 2
    guarded = stats.own_past_over_stretches(y, stats.stretches(calls, mix), "down")
    assert guarded.max() < 2
    assert stats.own_past_e_values(np.log(minutes / calls), "up").max() < 20


def test_with_the_year_reversed_only_the_guard_keeps_it_quiet(
    months: tuple[np.ndarray, ...],
) -> None:
    calls, minutes, sales, mix = (part[::-1] for part in months)
    y = np.log((sales + 0.5) / minutes)
    level = np.ones((26, 1))
    volume = np.log(calls)[:, None]
    shares = (mix / mix.sum(axis=1, keepdims=True))[:, [0, 2, 5]]
    # regressors are not enough
    for regressors in (level, np.column_stack([level, volume]), np.column_stack([level, shares])):
        assert stats.own_past_e_values(y, "down", regressors=regressors).max() > 20
    cut = stats.stretches(calls, mix)
    assert {part.reason for part in cut} == {"first", "volume", "mix"}
    guarded = stats.own_past_over_stretches(y, cut, "down", regressors=level)
    assert guarded.max() < 20
    unguarded = stats.own_past_e_values(y, "down", regressors=level)
    assert unguarded.max() > 1000
