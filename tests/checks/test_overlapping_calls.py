"""Overlapping calls: exact seconds and money, and what must stay silent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from check_world import ask, at, call, evidence_rows, item, scope_of
from vendoreval.checks.overlapping_calls import CHECK
from vendoreval.simulation import simulate
from vendoreval.tables import TABLES

SCOPE = scope_of({"alpha": [item()], "beta": [item()]})


def busy(*pairs: tuple[int, int], **fields: Any) -> list[dict[str, Any]]:
    """Return conversations of one agent as (second of start, length)."""
    start = at(5, second=7)
    return [
        call(n, start + timedelta(seconds=begin), talk, **fields)
        for n, (begin, talk) in enumerate(pairs)
    ]


def test_shared_time_is_exact_to_the_second_and_kopeck() -> None:
    calls = busy((0, 300), (100, 50), (250, 110), (400, 30))
    answer = ask(CHECK, {"calls": calls}, SCOPE)["alpha"]
    (evidence,) = answer.evidence
    # 50 s inside the first call and 50 s of the third one
    assert evidence.observed == pytest.approx(100 / 60, abs=0.005)
    assert evidence.money is not None
    assert evidence.money.point == Decimal("15.83")  # 100 / 60 x 9.50
    assert answer.n == 4
    rows = evidence_rows(CHECK, {"calls": calls}, SCOPE)
    assert dict(zip(rows.call_id, rows.seconds, strict=True)) == {"c1": 50, "c2": 50}


def test_a_long_early_call_is_remembered_behind_short_ones() -> None:
    rows = evidence_rows(CHECK, {"calls": busy((0, 1000), (10, 20), (500, 100))}, SCOPE)
    assert dict(zip(rows.call_id, rows.seconds, strict=True)) == {"c1": 20, "c2": 100}


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param(busy((0, 60), (60, 60)), id="one after another"),
        pytest.param(busy((0, 60), (55, 60)), id="five seconds of clock"),
        pytest.param(busy((0, 60), (10, 60), is_test=True), id="tests"),
        pytest.param(busy((0, 60), (10, 60), disposition="voicemail"), id="nobody reached"),
        pytest.param(
            [*busy((0, 60)), call(9, at(5, second=17), parent_call_id="c0")], id="a transfer"
        ),
        pytest.param([*busy((0, 60)), call(9, at(5, second=17), agent_id="A2")], id="two agents"),
        pytest.param([*busy((0, 60)), call(9, at(5, second=17), vendor="beta")], id="two vendors"),
        pytest.param(
            [*busy((0, 60)), call(9, at(5, second=17), ring_seconds=60)], id="still ringing"
        ),
        pytest.param(
            [*busy((0, 60)), call(9, at(5, second=17), answered_at=at(5, minute=3))],
            id="answered later",
        ),
    ],
)
def test_near_misses_are_silent(calls: list[dict[str, Any]]) -> None:
    answers = ask(CHECK, {"calls": calls}, SCOPE)
    assert [answer.evidence for answer in answers.values()] == [(), ()]


def test_six_seconds_are_found() -> None:
    rows = evidence_rows(CHECK, {"calls": busy((0, 60), (54, 60))}, SCOPE)
    assert rows.seconds.tolist() == [6]


def test_time_that_is_not_billable_has_no_price() -> None:
    scope = scope_of({"alpha": [item(billable_dispositions=("sale",))]})
    (evidence,) = ask(CHECK, {"calls": busy((0, 60), (30, 60))}, scope)["alpha"].evidence
    assert evidence.observed == 0.5
    assert evidence.money is not None
    assert evidence.money.point == 0


def test_without_a_card_the_minutes_are_said_and_money_is_not() -> None:
    (evidence,) = ask(CHECK, {"calls": busy((0, 60), (30, 60))}, scope_of({"alpha": []}))[
        "alpha"
    ].evidence
    assert evidence.money is None
    assert evidence.minutes is not None
    assert evidence.minutes.point == Decimal("0.50")


def test_prices_of_two_campaigns_and_vat() -> None:
    cards = [
        item(price="12", vat_mode="gross", vat_rate="0.20"),
        item(price="6", campaigns=("spring",)),
    ]
    calls = busy((0, 60), (0, 60)) + [
        call(n + 5, at(6, second=1), campaign_id="spring") for n in range(2)
    ]
    (evidence,) = ask(CHECK, {"calls": calls}, scope_of({"alpha": cards}))["alpha"].evidence
    assert evidence.money is not None
    assert evidence.money.point == Decimal("16.00")  # 12 / 1.2 + 6


def test_starts_from_the_dial_only_ask() -> None:
    calls = busy((0, 60), (30, 60), ring_seconds=None)
    (evidence,) = ask(CHECK, {"calls": calls}, SCOPE)["alpha"].evidence
    assert evidence.review_only


def test_a_log_in_whole_minutes_is_not_asked() -> None:
    calls = [call(n, at(5, minute=n), 90) for n in range(30)]
    answer = ask(CHECK, {"calls": calls}, SCOPE)["alpha"]
    assert answer.not_run is not None
    assert answer.evidence == ()


@settings(max_examples=10)
@given(lengths=st.lists(st.integers(1, 200), min_size=2, max_size=8), more=st.integers(1, 300))
def test_longer_calls_never_overlap_less(lengths: list[int], more: int) -> None:
    def shared(added: int) -> int:
        calls = busy(*((60 * n, length + added) for n, length in enumerate(lengths)))
        return int(evidence_rows(CHECK, {"calls": calls}, SCOPE).overlap_seconds.sum())

    assert shared(0) <= shared(more)


# ------------------------------------------------------------ what may be honest


@pytest.mark.parametrize(
    ("calls", "is_fact"),
    [
        pytest.param(busy((0, 200), (80, 300)), False, id="two minutes of clock"),
        pytest.param(busy((0, 200), (79, 300)), True, id="a second more"),
        pytest.param(busy((0, 900), (10, 60)), False, id="written late, moved before the other"),
        pytest.param(busy((0, 900), (200, 60)), True, id="deep inside"),
        pytest.param(
            busy(*((1000 * n, 200) for n in range(19)), *((1000 * n + 90, 200) for n in range(19)),
                 (30_000, 900), (30_200, 60)),
            False, id="one of twenty is not the clocks",
        ),
        pytest.param(
            busy(*((1000 * n, 200) for n in range(18)), *((1000 * n + 90, 200) for n in range(18)),
                 (30_000, 900), (30_200, 60)),
            True, id="one of nineteen",
        ),
    ],
)  # fmt: skip
def test_what_two_clocks_explain_is_asked(calls: list[dict[str, Any]], is_fact: bool) -> None:
    (evidence,) = ask(CHECK, {"calls": calls}, SCOPE)["alpha"].evidence
    assert evidence.review_only is not is_fact
    assert (evidence.effect is not None) and (evidence.money is not None)


def test_a_row_written_twice_by_an_export_is_one_conversation() -> None:
    twice = [*busy((0, 300)), *busy((0, 300))]
    assert ask(CHECK, {"calls": twice}, SCOPE)["alpha"].evidence == ()


def _deep(agent: str, *days: int) -> list[dict[str, Any]]:
    """Return conversations of a login, one deep inside another, on each of the days."""
    rows = []
    for day in days:
        for part, (second, talk) in enumerate(((7, 900), (307, 60))):
            start = at(day, second=second)
            rows.append(call(1000 * day + part, start, talk, agent_id=agent))
    return rows


@pytest.mark.parametrize(
    ("roster", "is_fact"),
    [
        pytest.param({}, True, id="all others at work"),
        pytest.param({"B": {}}, False, id="a colleague without a call"),
        pytest.param({"B": {"left_on": date(2026, 10, 5)}}, True, id="who had left"),
        pytest.param({"B": {"hired_on": date(2026, 10, 14)}}, True, id="who came later"),
        pytest.param({"A1": {"shared_with": "B"}}, False, id="the roster says so"),
        pytest.param({"C": {}}, True, id="a colleague away for some days"),
    ],
)
def test_a_login_of_two_people_is_asked(roster: dict[str, dict[str, Any]], is_fact: bool) -> None:
    worked = [call(5000 + day, at(day), 60, agent_id="C") for day in (8, 16)]
    staff = [
        {"vendor": "alpha", "agent_id": agent, "hired_on": date(2026, 1, 1)} | fields
        for agent, fields in {"A1": {}, **roster}.items()
    ]
    rows = {"calls": _deep("A1", 9, 12, 15) + worked, "roster": staff}
    (evidence,) = ask(CHECK, rows, SCOPE)["alpha"].evidence
    assert evidence.review_only is not is_fact


def test_one_colleague_explains_one_login() -> None:
    staff = [
        {"vendor": "alpha", "agent_id": agent, "hired_on": date(2026, 1, 1)}
        for agent in ("A1", "A2", "B")
    ]
    other = [row | {"call_id": f"x{row['call_id']}"} for row in _deep("A2", 9, 12)]
    rows = {"calls": _deep("A1", 9, 12, 15) + other, "roster": staff}
    fact, asked = ask(CHECK, rows, SCOPE)["alpha"].evidence
    assert (fact.review_only, asked.review_only) == (False, True)
    assert (fact.filters["agent_id"], asked.filters["agent_id"]) == (("A2",), ("A1",))


def test_honest_vendors_with_two_clocks_and_shared_logins_are_asked_and_planted_ones_are_not(
    tmp_path: Path,
) -> None:
    drawn = simulate(
        vendors=4, months=2, seed=4, dials_a_month=2500,
        schemes=["gamma/two_calls_at_once:::1"],
        zoo=["alpha/clock_skew:::1", "alpha/export_retry:::1", "beta/shared_login:::1",
             "delta/clock_skew:::1", "delta/shared_login:::1"],
    )  # fmt: skip
    facts = set()
    with drawn.engine(tmp_path) as engine:
        for period in drawn.periods:
            scope = scope_of({vendor: [item()] for vendor in drawn.vendors}, period=period)
            small = engine.run(CHECK.reduce(TABLES, scope)).to_pandas()
            for answer in CHECK.judge(small, scope):
                facts |= {e.vendor for e in answer.evidence if not e.review_only}
    assert facts == {"gamma"}
