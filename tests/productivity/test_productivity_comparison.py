"""What is set against what, and what is more than chance."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from productivity_world import dials, local, post, steady, weekdays

import vendoreval as ve
from vendoreval.daily.judgement import BY_CHANCE, Point, cell
from vendoreval.daily.stretches import stretches, working_days
from vendoreval.ledger import Ledger
from vendoreval.measures import definition
from vendoreval.period import Period

SLOW = date(2026, 10, 21)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """August to 21 October: A1 and A2 dial 20 times a day or so, A2 three times on the last."""
    made = Ledger.open(tmp_path_factory.mktemp("world") / "ledger")
    for month in ("2026-08", "2026-09", "2026-10"):
        rows = []
        for number, day in enumerate(weekdays(month)):
            if day > SLOW:
                break
            rows += steady(day, "A1", 20 + number % 3)
            rows += steady(day, "A2", 3 if day == SLOW else 20 - number % 3)
        if month == "2026-08":
            rows += steady(date(2026, 8, 3), "A9", 4)
        if month == "2026-10":
            rows += steady(date(2026, 10, 5), "B1", 4)
            # a stray dial on a Sunday makes no working day
            rows += dials(date(2026, 10, 11), "A1", ("12:00",))
        post(made, "calls", rows)
    return made


def test_a_day_far_below_its_own_past_is_marked_and_an_ordinary_one_is_not(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", str(SLOW), "2026-10-20")

    slow, plain = made["A2"].cells["dials"], made["A1"].cells["dials"]
    assert (slow.value, slow.signal) == (3, "below")
    assert slow.usual == pytest.approx(19, abs=0.2)
    assert plain.signal == "within"
    assert slow.lower is not None and slow.lower > 3
    assert len(slow.past) == 21
    # the limits of chance are those of the chart of single values
    past = np.array([float(v or 0) for v in slow.past[:-1]])
    half = 2.66 * np.abs(np.diff(past)).mean() * 1.01
    assert slow.upper == pytest.approx(past.mean() + half, rel=2e-3)


def test_a_part_of_a_month_is_set_against_as_many_working_days(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", "2026-10", "2026-09")

    plan = made.stretches
    assert plan.cut_off
    assert len(plan.now_days) == len(plan.then_days) == 15
    assert plan.then is not None and plan.then.last_day == date(2026, 9, 21)
    assert made["A1"].cells["dials"].earlier == sum(20 + n % 3 for n in range(15))
    assert any("not over" in note.template for note in made.notes)


def test_a_longer_month_is_no_change(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", "2026-09", "2026-08")

    dials_made = made.whole.cells["dials"]
    # 22 working days against 21, and A9 once
    assert dials_made.value == 22 * 40 and dials_made.earlier == 21 * 40 + 4
    assert dials_made.change == pytest.approx(40 / (40 + 4 / 21) - 1)
    assert made["A9"].standing == "gone" and made["A9"].cells["dials"].value is None
    assert made["A9"].cells["dials"].earlier == 4


def test_somebody_who_was_there_once_is_new_and_never_marked(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", "2026-10", "2026-09")

    new = made["B1"]
    assert (new.standing, new.days, new.cells["dials"].value) == ("new", 1, 4)
    assert new.cells["dials"].signal is None and new.cells["dials"].difference is None


def test_days_stand_beside_the_same_working_day(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", "2026-W42", "2026-W41", by="day")

    assert [row.part for row in made.rows] == [f"2026-10-{d}" for d in (12, 13, 14, 15, 16)]
    monday = made["2026-10-12"].cells["dials"]
    assert monday.value == 40 and monday.earlier == 40 + 4
    assert len(monday.past) == 21
    assert made.whole.cells["dials"].value == 200


def test_the_day_so_far_is_set_against_the_usual_day_up_to_the_same_hour(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", str(SLOW), until="10:00")

    # four dials by ten o'clock, as on every day; A2 made three
    plain, slow = made["A1"].cells["dials"], made["A2"].cells["dials"]
    assert (plain.value, plain.earlier, plain.difference) == (4, 4, 0)
    assert (slow.value, slow.earlier) == (3, 4)
    assert slow.change == -0.25
    # one dial fewer of four is chance
    assert slow.signal == "within"


def test_any_two_stretches_may_be_compared_and_may_share_days(ledger: Ledger) -> None:
    made = ve.productivity(ledger, "alpha", "2026-09-07..2026-09-11", "2026-09-01..2026-09-11")

    cells = made["A1"].cells["dials"]
    september = weekdays("2026-09")
    counts = {day: 20 + n % 3 for n, day in enumerate(september)}
    assert cells.value == sum(counts[d] for d in september if 7 <= d.day <= 11)
    assert cells.earlier == sum(counts[d] for d in september if d.day <= 11)


def test_a_campaign_knows_no_time_on_line(ledger: Ledger, tmp_path: Path) -> None:
    own = Ledger.open(tmp_path / "ledger")
    day = date(2026, 10, 19)
    post(own, "calls", steady(day, "A1", 4))
    post(own, "agent_days", [{"agent_id": "A1", "date": day, "dials": 4, "conversations": 4,
                              "line_seconds": 7200}])  # fmt: skip

    made = ve.productivity(own, "alpha", str(day), by="campaign")

    assert made.whole.cells["line_hours"].value == 2
    assert made["spring"].cells["line_hours"].value is None
    assert any("all together only" in note.template for note in made.notes)


def test_what_nobody_delivered_is_a_dash_and_says_what_to_ask_for(tmp_path: Path) -> None:
    own = Ledger.open(tmp_path / "ledger")
    day = date(2026, 10, 19)
    rows = [{"call_id": "1", "agent_id": "A1", "started_at": local(day, "9:00"),
             "talk_seconds": 10}]  # fmt: skip
    post(own, "calls", rows)

    made = ve.productivity(own, "alpha", str(day))

    known = {name for name, c in made.whole.cells.items() if c.value is not None}
    assert known == {"dials"}
    text = made.to_text("en")
    assert "Conversations: undefined, nobody delivered it; ask for: the call log" in text
    assert "Occupancy: undefined, nobody delivered it; ask for: the vendor's daily report" in text


def test_only_daily_reports_tell_dials_too(tmp_path: Path) -> None:
    own = Ledger.open(tmp_path / "ledger")
    post(own, "agent_days", [
        {"agent_id": "A1", "date": date(2026, 10, d), "dials": 100 + d, "conversations": 30,
         "line_seconds": 28_800, "talk_seconds": 7_200, "hold_seconds": 0, "wrap_seconds": 1_800,
         "available_seconds": 9_000, "leads_added": 5, "quotes_sent": 2, "sales": 1}
        for d in (19, 20)
    ])  # fmt: skip

    made = ve.productivity(own, "alpha", "2026-10-20", "2026-10-19")

    cells = made["A1"].cells
    assert (cells["dials"].value, cells["dials"].earlier) == (120, 119)
    assert cells["occupancy"].value == 0.5
    assert (cells["leads_added"].value, cells["quotes_sent"].value) == (5, 2)
    assert (cells["sales_claimed"].value, cells["line_hours"].value) == (1, 8)


# --------------------------------------------------------------- pure parts


@given(st.lists(st.integers(0, 60), min_size=5, max_size=20), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_a_value_that_was_seen_before_is_never_marked(past: list[int], extra: int) -> None:
    metric = definition("dials")
    points = [Point(float(v), 1.0) for v in past]

    for value in (*past[:3], float(np.mean(past))):
        made = cell(metric, Point(float(value), 1.0), None, points)
        if made.signal is not None and abs(value - np.mean(past)) <= np.sqrt(np.mean(past)):
            assert made.signal == "within"
    one = cell(metric, Point(float(extra), 1.0), None, points)
    if one.lower is not None and one.upper is not None:
        assert (one.signal == "above") == (extra > one.upper)
        assert (one.signal == "below") == (extra < one.lower)


@pytest.mark.parametrize("past", [5, 8, 12, 20])
def test_chance_alone_marks_one_in_a_hundred_whatever_the_length_of_the_past(past: int) -> None:
    rng = np.random.default_rng(past)
    metric = definition("interval_median_seconds")

    marked = 0
    for row in rng.normal(1000, 50, (3000, past + 1)):
        made = cell(metric, Point(float(row[-1])), None, [Point(float(v)) for v in row[:-1]])
        marked += made.signal != "within"

    assert marked / 3000 == pytest.approx(BY_CHANCE, abs=0.006)


def test_rare_counts_do_not_alarm_after_a_past_without_any() -> None:
    past = [Point(0.0, 21.0)] * 12

    one = cell(definition("sales_claimed"), Point(1.0, 21.0), None, past)
    many = cell(definition("sales_claimed"), Point(9.0, 21.0), None, past)

    assert (one.signal, many.signal) == ("within", "above")


def test_a_share_of_few_cases_does_not_alarm() -> None:
    past = [Point(0.0, 1.0, 10.0)] * 12
    metric = definition("first_touch_close_rate")

    few = cell(metric, Point(0.1, 1.0, 10.0), None, past)
    many = cell(metric, Point(0.9, 1.0, 100.0), None, past)
    assert (few.signal, many.signal) == ("within", "above")


def test_the_past_of_a_month_are_months_that_were_whole() -> None:
    days = working_days({day: 100 for month in range(3, 11) for day in weekdays(f"2026-{month:02d}")
                         if day >= date(2026, 3, 12)})  # fmt: skip

    plan = stretches(Period.parse("2026-10"), Period.parse("2026-09"), days, date(2026, 10, 31))

    assert [str(one) for one in plan.past] == [f"2026-0{m}" for m in (9, 8, 7, 6, 5, 4)]
    assert not plan.cut_off


def test_the_past_of_any_range_are_as_many_working_days() -> None:
    days = working_days(dict.fromkeys(weekdays("2026-10"), 100))

    plan = stretches(Period.parse("2026-10-19..2026-10-21"), None, days, date(2026, 10, 31))

    assert [str(one) for one in plan.past] == [
        "2026-10-14..2026-10-16", "2026-10-09..2026-10-13", "2026-10-06..2026-10-08",
        "2026-10-01..2026-10-05",
    ]  # fmt: skip
