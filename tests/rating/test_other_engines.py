"""The published examples of other rating engines: the same answer, or the reason beside it.

Sources: MagnusBilling wiki, page "EN price_calculation"; CGRateS issues 118 and 337, its
tutorial (rate RT_10CNT) and the answer of its `cost` command for 1 min 25 s; Kazoo manual,
page "Call rating".
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from vendoreval.rating.rate import RatedCalls, rate


def rated(talks: list[int], price: str, first: int, following: int, **more: Any) -> RatedCalls:
    calls = pd.DataFrame(
        {"started_at": pd.Timestamp("2026-10-01 09:00"), "talk_seconds": talks}
    )  # fmt: skip
    line = {
        "unit": "talk_minute", "price": price, "currency": "EUR", "valid_from": "2026-01-01",
        "first_increment_seconds": first, "next_increment_seconds": following,
    }  # fmt: skip
    return rate(calls, [line | more])


def test_magnusbilling_45_seconds_at_30_6() -> None:
    frame = rated([45], "0.05", 30, 6).to_frame()
    assert frame["rated_seconds"].tolist() == [48]
    assert frame["amount"].tolist() == [Decimal("0.040000")]


def magnus_seconds(talk: int, first: int, block: int) -> int:
    """MagnusBilling as its page writes it: blocks are counted from the answer."""
    seconds = max(talk, first)
    if block > 0 and seconds > first and seconds % block:
        seconds += block - seconds % block
    return seconds


@pytest.mark.parametrize("block", [1, 6, 10, 30, 60])
@pytest.mark.parametrize("times", [1, 2, 5])
def test_magnusbilling_agrees_where_the_first_block_holds_whole_increments(
    block: int, times: int
) -> None:
    first, talks = block * times, list(range(1, 700))
    frame = rated(talks, "0.05", first, block).to_frame()
    assert frame["rated_seconds"].tolist() == [magnus_seconds(t, first, block) for t in talks]


def test_magnusbilling_differs_where_it_does_not() -> None:
    # it counts blocks from the answer, the card from the end of the first increment
    assert magnus_seconds(11, 10, 6) == 12
    assert rated([11], "0.05", 10, 6).to_frame()["rated_seconds"].tolist() == [16]


def test_cgrates_30_6_at_0_006() -> None:
    frame = rated([32, 57, 75], "0.006", 30, 6).to_frame()
    assert frame["rated_seconds"].tolist() == [36, 60, 78]
    assert [str(a) for a in frame["amount"]] == ["0.003600", "0.006000", "0.007800"]
    assert rated([65], "1", 60, 60).to_frame()["rated_seconds"].tolist() == [120]


def test_cgrates_counts_the_same_increments_and_rounds_each_of_them() -> None:
    """RT_10CNT: 0.10 a minute for the first 60 s, then 0.05 by the second; 85 s cost 0.12075.

    CGRateS lists one increment of 60 s and 25 of 1 s; so does 60/1. It rounds each
    increment to five decimals (0.00083), which loses 0.00008 of the exact 0.12083; we
    round once, at the end. Two prices inside one call are not in our cards: a price
    belongs to the volume of a month.
    """
    frame = rated([85, 60, 3], "0.05", 60, 1).to_frame()
    assert frame["rated_seconds"].tolist() == [60 + 25, 60, 60]
    theirs = Fraction("0.10") + 25 * Fraction("0.00083")
    ours = Fraction("0.10") + 25 * Fraction("0.05") / 60
    assert theirs == Fraction("0.12075")
    assert ours - theirs == 25 * (Fraction("0.05") / 60 - Fraction("0.00083"))
    assert 0 < ours - theirs < Fraction("0.0001")


@pytest.mark.parametrize(("talk", "cost"), [(1, "0.02"), (60, "0.02"), (61, "0.04")])
def test_kazoo_cost_per_minute_with_increment_and_minimum(talk: int, cost: str) -> None:
    # rate_cost 0.02, rate_increment 60, rate_minimum 60, rate_surcharge 0
    result = rated([talk], "0.02", 60, 60, minimum_seconds=60)
    assert result.to_frame()["amount"].tolist() == [Decimal(cost).quantize(Decimal("0.000001"))]
    # a surcharge is paid once for each call that was answered
    charged = rated([talk], "0.02", 60, 60, minimum_seconds=60, connect_fee="0.01")
    assert charged.to_frame()["amount"].iloc[0] == Decimal(cost) + Decimal("0.01")
