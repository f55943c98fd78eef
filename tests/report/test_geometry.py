"""Positions inside small figures, computed and not drawn."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendoreval.report.geometry import column_widths, interval, scale, spaced, sparkline

shares = st.floats(0.0001, 0.9)


def test_scale_puts_its_ends_at_the_ends() -> None:
    on = scale([0.02, 0.06], 10, 70)
    assert on.at(on.low) == 10
    assert on.at(on.high) == 70
    assert on.at((on.low + on.high) / 2) == pytest.approx(40, abs=0.01)
    assert on.ticks == (0.02, 0.04, 0.06)


@given(st.lists(shares, min_size=1, max_size=12))
def test_everything_on_a_scale_is_inside_the_figure(values: list[float]) -> None:
    on = scale(values, 10, 70)
    for value in (*values, *on.ticks, -1.0, 2.0):
        assert 10 <= on.at(value) <= 70
    assert len(on.ticks) <= 7
    assert list(on.ticks) == sorted(on.ticks)


@given(st.lists(shares, min_size=3, max_size=3))
def test_interval_keeps_its_order(values: list[float]) -> None:
    low, value, high = sorted(values)
    bar = interval(scale(values, 10, 70), low, value, high, None)
    assert bar.low <= bar.value <= bar.high
    assert bar.line is None


def test_interval_without_ends_is_its_point() -> None:
    bar = interval(scale([0.1, 0.2], 0, 100), None, 0.15, None, 0.12)
    assert bar.low == bar.value == bar.high
    assert bar.line is not None
    assert bar.line < bar.value


def test_sparkline_goes_up_when_values_go_up() -> None:
    spark = sparkline([1.0, 2.0, 3.0], 56, 12)
    ((first, _, last),) = spark.pieces
    assert first == (0, 12)
    assert last == (56, 0)
    assert spark.last == last


def test_sparkline_breaks_at_a_missing_month_and_has_no_last_point_without_the_last() -> None:
    spark = sparkline([1.0, 2.0, None, 3.0, None], 56, 12)
    assert [len(piece) for piece in spark.pieces] == [2, 1]
    assert spark.last is None
    assert sparkline([None, None], 56, 12).pieces == ()
    assert sparkline([], 56, 12).last is None


def test_sparkline_of_a_steady_vendor_is_nearly_flat() -> None:
    spark = sparkline([100.0, 101.0, 100.0], 56, 12)
    heights = [y for piece in spark.pieces for _, y in piece]
    assert max(heights) - min(heights) < 1


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=24))
def test_sparkline_stays_inside(values: list[float]) -> None:
    for piece in sparkline(values, 56, 12).pieces:
        for x, y in piece:
            assert -0.01 <= x <= 56.01
            assert -0.01 <= y <= 12.01


@given(st.lists(st.floats(0, 80), min_size=1, max_size=8, unique=True))
def test_kept_labels_never_touch(positions: list[float]) -> None:
    positions = sorted(positions)
    kept = spaced(positions, [14.0] * len(positions))
    assert kept[0] == 0
    for left, right in pairwise(kept):
        assert positions[right] - positions[left] >= 14


@given(st.lists(st.integers(1, 60), min_size=1, max_size=7))
def test_columns_fill_the_table_and_no_more(letters: list[int]) -> None:
    widths = column_widths(letters)
    assert sum(widths) == pytest.approx(510, abs=len(letters) * 0.1)
    assert min(widths) > 20
