"""Rate cards: golden vectors, the order of clauses, and engine = reference."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from check_world import call, write
from vendoreval.agreement import RateItem
from vendoreval.engine import DuckEngine, compile_sql
from vendoreval.rating import (
    CardLine,
    minute_rates,
    money_of,
    net_of_vat,
    not_applied,
    rate_calls,
    rated_seconds,
    rounded_total,
)
from vendoreval.tables import DISPOSITIONS, TABLES


def rate(**fields: Any) -> CardLine:
    card = {"unit": "talk_minute", "price": "1", "currency": "RUB", "valid_from": date(2026, 1, 1)}
    return CardLine("alpha/0", "alpha", RateItem(**(card | fields)))


def steps(first: int, following: int, **fields: Any) -> CardLine:
    return rate(first_increment_seconds=first, next_increment_seconds=following, **fields)


@pytest.mark.parametrize(
    ("card", "talk", "expected"),
    [
        (steps(30, 6), 32, 36),
        (steps(30, 6), 57, 60),
        (steps(30, 6), 75, 78),
        (steps(60, 60), 65, 120),
        (steps(60, 60), 60, 60),
        (steps(1, 1, minimum_seconds=60), 5, 60),
        (steps(6, 6), 61, 66),
        (steps(30, 30, free_seconds=3), 3, 0),
        (steps(30, 30, free_seconds=3), 4, 30),
        (steps(30, 30, free_seconds=3), 27, 30),
        (steps(30, 30, free_seconds=3), 320, 330),
        (steps(30, 30, free_seconds=3), 332, 360),
        (steps(60, 60), 0, 0),
        (steps(60, 60, rounding="half_up"), 89, 60),
        (steps(60, 60, rounding="half_up"), 90, 120),
        (steps(60, 60, rounding="half_up"), 29, 0),
        (steps(60, 60, rounding="down"), 119, 60),
        (steps(60, 60, rounding="down", minimum_seconds=30), 40, 30),
        (steps(60, 60, included_seconds=20), 20, 0),
        (steps(60, 60, included_seconds=20), 81, 120),
        (steps(60, 60, maximum_seconds=90), 100, 90),
        (steps(60, 60, minimum_seconds=60), 0, 0),
    ],
)
def test_golden_vectors(card: CardLine, talk: int, expected: int) -> None:
    assert rated_seconds(card, talk=talk) == expected


def test_golden_money_is_exact() -> None:
    price = Decimal("0.006")
    assert [money_of(s, price) for s in (36, 60, 78)] == [
        Decimal("0.0036"), Decimal("0.0060"), Decimal("0.0078"),
    ]  # fmt: skip


def test_rounding_each_call_costs_six_times_rounding_the_total() -> None:
    per_call = steps(60, 60)
    assert 1000 * rated_seconds(per_call, talk=10) == 1000 * 60
    total = steps(60, 60, round_scope="invoice")
    seconds = {date(2026, 10, 1): 1000 * rated_seconds(total, talk=10)}
    assert rounded_total(total.item, seconds) == 167 * 60
    by_day = steps(60, 60, round_scope="day").item
    assert rounded_total(by_day, {date(2026, 10, 1): 61, date(2026, 10, 2): 61}) == 240
    assert rounded_total(per_call.item, {date(2026, 10, 1): 61}) == 61


def test_the_clock_follows_the_card_and_else_the_unit() -> None:
    call: dict[str, Any] = {"talk": 60, "hold": 10, "ring": 20, "wrap": 5}
    assert rated_seconds(rate(), **call) == 70
    assert rated_seconds(rate(hold_billable=False), **call) == 60
    assert rated_seconds(rate(clock_starts="dial"), **call) == 90
    assert rated_seconds(rate(clock_ends="wrap_end"), **call) == 75
    assert rated_seconds(rate(unit="handle_minute"), **call) == 75
    assert rated_seconds(rate(unit="handle_minute", clock_ends="hangup"), **call) == 70
    assert rated_seconds(rate(unit="worked_minute"), **call) == 95


def test_what_may_not_be_billed() -> None:
    assert rated_seconds(rate(), talk=60, is_test=True) == 0
    assert rated_seconds(rate(), talk=60, disposition="voicemail") == 0
    assert rated_seconds(rate(billable_dispositions=("sale",)), talk=60, disposition="refusal") == 0
    assert rated_seconds(rate(clock_starts="dial"), talk=0, ring=30) == 0
    dialling = rate(unit="worked_minute")
    assert rated_seconds(dialling, talk=0, ring=30, disposition="no_answer") == 30
    assert rated_seconds(dialling, talk=60, disposition="internal") == 0


def test_vat_and_clauses_left_aside() -> None:
    card = rate(price="12", vat_mode="gross", vat_rate="0.20", cap={"amount": "1"}, setup_fee="5")
    assert net_of_vat(card.item.price, card.item) == Decimal(10)
    assert card.net_price == Decimal(10)
    assert not_applied(card.item) == ("cap", "setup_fee")
    assert rate().not_applied == ()


# ------------------------------------------------------------ engine = reference

_CARDS = st.builds(
    rate,
    unit=st.sampled_from(["talk_minute", "handle_minute", "worked_minute"]),
    clock_starts=st.sampled_from(["answer", "dial"]),
    clock_ends=st.sampled_from(["hangup", "wrap_end"]),
    hold_billable=st.booleans(),
    billable_dispositions=st.sampled_from([(), ("sale", "no_answer"), ("refusal",)]),
    free_seconds=st.integers(0, 10),
    included_seconds=st.integers(0, 10),
    minimum_seconds=st.integers(0, 70),
    first_increment_seconds=st.integers(1, 70),
    next_increment_seconds=st.integers(1, 70),
    rounding=st.sampled_from(["up", "half_up", "down"]),
    round_scope=st.sampled_from(["call", "invoice"]),
    maximum_seconds=st.none() | st.integers(1, 300),
)
_SECONDS = st.none() | st.integers(0, 200)
_CALLS = st.fixed_dictionaries(
    {
        "talk_seconds": st.integers(0, 400),
        "hold_seconds": _SECONDS,
        "ring_seconds": _SECONDS,
        "wrap_seconds": _SECONDS,
        "disposition": st.sampled_from(DISPOSITIONS),
        "is_test": st.none() | st.booleans(),
    }
)


def run(folder: Path, calls: list[dict[str, Any]], rates: tuple[CardLine, ...]) -> pd.DataFrame:
    rows = [call(n, datetime(2026, 10, 1, 9)) | fields for n, fields in enumerate(calls)]
    files = write(folder, {"calls": rows})
    with DuckEngine(files, memory_limit="512MiB", threads=1) as engine:
        table = engine.run(rate_calls(TABLES["calls"], rates))
    return (
        table.to_pandas().assign(order=lambda f: f.call_id.str[1:].astype(int)).sort_values("order")
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(card=_CARDS, calls=st.lists(_CALLS, min_size=1, max_size=40))
def test_the_engine_rates_as_the_reference(
    tmp_path: Path, card: CardLine, calls: list[dict[str, Any]]
) -> None:
    expected = [
        rated_seconds(
            card,
            talk=call["talk_seconds"],
            hold=call["hold_seconds"] or 0,
            ring=call["ring_seconds"] or 0,
            wrap=call["wrap_seconds"] or 0,
            disposition=call["disposition"],
            is_test=bool(call["is_test"]),
        )
        for call in calls
    ]
    assert run(tmp_path, calls, (card,)).rated_seconds.tolist() == expected


@given(card=_CARDS, talk=st.integers(0, 400))
def test_a_longer_call_is_never_rated_lower(card: CardLine, talk: int) -> None:
    assert rated_seconds(card, talk=talk) <= rated_seconds(card, talk=talk + 1)


def test_the_card_is_chosen_by_vendor_day_and_campaign(tmp_path: Path) -> None:
    class Signed:
        def __init__(self, *items: RateItem) -> None:
            self.rate_card = items

    old = rate(valid_to=date(2026, 10, 2), minimum_seconds=100).item
    new = rate(valid_from=date(2026, 10, 2)).item
    spring = rate(campaigns=("spring",), minimum_seconds=200).item
    sale = rate(unit="sale").item
    rates = minute_rates({"alpha": Signed(old, new, sale, spring)})  # type: ignore[dict-item]
    assert [r.key for r in rates] == ["alpha/3", "alpha/0", "alpha/1"]
    calls = [
        {},
        {"started_on": date(2026, 10, 2)},
        {"started_on": date(2025, 12, 31)},
        {"vendor": "beta"},
        {"campaign_id": "spring"},
        {"campaign_id": "autumn"},
    ]
    found = run(tmp_path, calls, rates)
    assert found.rate_item.tolist() == ["alpha/0", "alpha/1", "", "", "alpha/3", "alpha/0"]
    assert found.rated_seconds.tolist() == [100, 60, 0, 0, 200, 100]


def test_without_a_card_nothing_is_rated(tmp_path: Path) -> None:
    found = run(tmp_path, [{}], ())
    assert found.rate_item.tolist() == [""]
    assert found.rated_seconds.tolist() == [0]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "clickhouse"])
def test_the_query_can_be_written_for_every_engine(dialect: str) -> None:
    assert "rated_seconds" in compile_sql(rate_calls(TABLES["calls"], (rate(),)), dialect)
