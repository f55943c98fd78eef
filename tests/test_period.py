"""Periods: months, days and stretches of days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendoreval.period import Period

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(start=DAYS, days=st.integers(1, 400))
def test_text_reads_back(start: date, days: int) -> None:
    period = Period(start, start + timedelta(days=days))
    assert Period.parse(str(period)) == period


@given(day=DAYS, count=st.integers(1, 24))
def test_months_back_ends_where_it_should(day: date, count: int) -> None:
    month = Period.month_of(day)
    span = month.months_back(count)
    assert span.end == month.end
    assert span.start.day == 1
    whole = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
    assert whole == count


def test_previous() -> None:
    assert str(Period.parse("2026-01").previous()) == "2025-12"
    assert str(Period.parse("2026-03-08..2026-03-14").previous()) == "2026-03-01..2026-03-07"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "10.2026", "2026-10-05..2026-10-04", "2026-10.."]
)
def test_other_texts_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write 2026-10"):
        Period.parse(text)


def test_a_day_belongs_once() -> None:
    october, november = Period.parse("2026-10"), Period.parse("2026-11")
    edge = date(2026, 11, 1)
    assert edge not in october
    assert edge in november
    assert not october.overlaps(november)
