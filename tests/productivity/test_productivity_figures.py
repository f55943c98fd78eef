"""Figures computed by hand, or anew in another way."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from productivity_world import dials, local, post

import vendoreval as ve
from vendoreval.daily import Productivity
from vendoreval.ledger import Ledger

MONDAY, TUESDAY = date(2026, 10, 19), date(2026, 10, 20)
CLOCKS = ("9:00:00", "9:01:00", "9:03:00", "10:03:00", "10:04:40")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path / "ledger")


def value(made: Productivity, part: str, measure: str) -> float | None:
    return made[part].cells[measure].value


def test_intervals_without_sessions_leave_out_what_is_longer_than_a_quarter_of_an_hour(
    ledger: Ledger,
) -> None:
    post(ledger, "calls", dials(MONDAY, "A1", CLOCKS) + dials(TUESDAY, "A1", ("9:00",)))

    made = ve.productivity(ledger, "alpha", "2026-10-19..2026-10-20", limit_seconds=90)

    # 60, 120, (3600), 100: no interval over a night
    assert value(made, "A1", "interval_median_seconds") == 100
    assert value(made, "A1", "interval_p90_seconds") == pytest.approx(116)
    assert value(made, "A1", "interval_over_share") == pytest.approx(2 / 3)
    seconds = np.array([60, 120, 100])
    assert value(made, "A1", "interval_cv") == pytest.approx(seconds.std(ddof=1) / seconds.mean())
    assert made["A1"].days == 2


def test_sessions_tell_breaks_and_a_silent_hour_without_one_counts(ledger: Ledger) -> None:
    post(ledger, "calls", dials(MONDAY, "A1", CLOCKS))
    session = {"agent_id": "A1", "state": "logged_in"}
    pause = {"agent_id": "A1", "state": "pause", "started_at": local(MONDAY, "9:01:30"),
             "ended_at": local(MONDAY, "9:02:30")}  # fmt: skip
    post(ledger, "agent_sessions", [
        session | {"started_at": local(MONDAY, "8:50"), "ended_at": local(MONDAY, "12:00")},
        # overlaps the first one by an hour
        session | {"started_at": local(MONDAY, "11:00"), "ended_at": local(MONDAY, "13:00")},
        pause,
    ])  # fmt: skip

    made = ve.productivity(ledger, "alpha", "2026-10-19")

    # 60, (120: a break began), 3600, 100
    assert value(made, "A1", "interval_median_seconds") == 100
    assert value(made, "A1", "interval_over_share") == pytest.approx(1 / 3)
    assert value(made, "A1", "line_hours") == pytest.approx(4 + 1 / 6)
    assert any("breaks are those" in note.template for note in made.notes)


def test_a_log_out_is_a_break_too(ledger: Ledger) -> None:
    post(ledger, "calls", dials(MONDAY, "A1", CLOCKS))
    post(ledger, "agent_sessions", [
        {"agent_id": "A1", "state": state, "started_at": local(MONDAY, begin),
         "ended_at": local(MONDAY, end)}
        for begin, end, state in (("8:50", "9:30", "available"), ("10:00", "12:00", "available"),
                                  ("11:00", "11:20", "pause"))
    ])  # fmt: skip

    made = ve.productivity(ledger, "alpha", "2026-10-19")

    assert value(made, "A1", "interval_median_seconds") == 100
    assert value(made, "A1", "interval_p90_seconds") == pytest.approx(116)
    assert value(made, "A1", "line_hours") == pytest.approx(2 + 2 / 3)


def test_the_day_so_far_is_cut_off_at_the_local_hour(ledger: Ledger) -> None:
    post(ledger, "calls", dials(MONDAY, "A1", ("9:00", "12:59:59", "13:00", "17:00")))
    post(ledger, "agent_days", [{"agent_id": "A1", "date": MONDAY, "dials": 4, "conversations": 4,
                                 "line_seconds": 28_800, "quotes_sent": 9}])  # fmt: skip
    post(ledger, "agent_sessions", [{"agent_id": "A1", "started_at": local(MONDAY, "8:00"),
                                     "ended_at": local(MONDAY, "18:00")}])  # fmt: skip

    made = ve.productivity(ledger, "alpha", "2026-10-19", until="13:00")

    assert value(made, "A1", "dials") == 2
    assert value(made, "A1", "line_hours") == 5
    # the daily report tells nothing about a part of a day; the log's dispositions do
    assert value(made, "A1", "quotes_sent") == 0
    assert value(made, "A1", "leads_added") is None
    assert value(made, "A1", "occupancy_of_line") == pytest.approx(60 / (5 * 3600))
    assert made.usual_day


def test_hours_are_local_on_a_day_that_has_one_twice(ledger: Ledger) -> None:
    berlin, sunday = "Europe/Berlin", date(2026, 10, 25)
    before = dials(sunday, "A1", ("1:50", "2:10"), timezone=berlin)
    # the second time that it is ten past two
    again = dials(sunday, "A2", ("2:10", "3:05"), timezone=berlin)
    again[0]["started_at"] += timedelta(hours=1)
    post(ledger, "calls", before + again, timezone=berlin)

    by_hour = ve.productivity(ledger, "alpha", "2026-10-25", by="hour")
    by_agent = ve.productivity(ledger, "alpha", "2026-10-25", by="agent")

    assert {row.part: row.cells["dials"].value for row in by_hour.rows} == {
        "01": 1, "02": 2, "03": 1,
    }  # fmt: skip
    # fifty-five minutes by any clock, and not an hour and fifty-five
    assert value(by_agent, "A2", "interval_median_seconds") is None
    assert value(by_agent, "A1", "interval_median_seconds") is None
    assert by_agent.whole.cells["dials"].value == 4


def test_companies_and_closings(ledger: Ledger) -> None:
    first = dials(MONDAY, "A1", ("9:00", "9:05", "9:10", "9:15"), disposition="no_answer")
    for row, lead in zip(first, ("L1", "L2", "L2", "L3"), strict=True):
        row["lead_id"] = lead
    talked = dials(TUESDAY, "A1", ("9:00",), lead_id="L3", disposition="interested")
    other = dials(TUESDAY, "A2", ("9:00",), lead_id="L3", disposition="no_answer")
    post(ledger, "calls", first + talked + other)
    post(ledger, "funnel_events", [
        {"lead_id": lead, "at": local(TUESDAY, "18:00"), "stage_from": "new", "stage_to": stage,
         "agent_id": "A1"}
        for lead, stage in (("L1", "no_answer_closed"), ("L2", "junk"), ("L3", "interested"))
    ])  # fmt: skip

    made = ve.productivity(ledger, "alpha", "2026-10-19..2026-10-20")

    # L1 after one dial, L2 after two
    assert value(made, "A1", "first_touch_close_rate") == 0.5
    assert value(made, "A1", "stage_moves") == 3
    assert value(made, "A2", "stage_moves") == 0
    assert value(made, "A2", "first_touch_close_rate") is None
    assert value(made, "A1", "no_answer_share") == pytest.approx(2 / 3)
    assert value(made, "A2", "no_answer_share") == 1
    # L3 is one company of all together, and was reached
    assert made.whole.cells["no_answer_share"].value == pytest.approx(2 / 3)


def test_a_closing_counts_every_dial_ever_made(ledger: Ledger) -> None:
    long_ago = dials(date(2026, 3, 2), "A2", ("9:00",), lead_id="L1", disposition="no_answer")
    once = dials(MONDAY, "A1", ("9:00",), lead_id="L1", disposition="no_answer")
    post(ledger, "calls", long_ago)
    post(ledger, "calls", once)
    post(ledger, "funnel", [
        {"snapshot_on": MONDAY - timedelta(days=1), "lead_id": "L1", "stage": "new"},
        {"snapshot_on": MONDAY, "lead_id": "L1", "stage": "no_answer_closed", "agent_id": "A1"},
    ])  # fmt: skip

    made = ve.productivity(ledger, "alpha", "2026-10-19")

    assert value(made, "A1", "first_touch_close_rate") == 0


def test_nobody_who_works_and_sells_nothing_is_unknown(ledger: Ledger) -> None:
    post(ledger, "calls", dials(MONDAY, "A1", CLOCKS) + dials(MONDAY, "A2", CLOCKS))
    post(ledger, "sales", [{"sale_id": "S1", "sold_at": local(MONDAY, "15:00"), "agent_id": "A1"}])

    by_agent = ve.productivity(ledger, "alpha", "2026-10-19")
    by_campaign = ve.productivity(ledger, "alpha", "2026-10-19", by="campaign")

    assert [value(by_agent, part, "sales_claimed") for part in ("A1", "A2")] == [1, 0]
    # the list of sales does not know campaigns, the call log would; its dispositions are used
    assert value(by_campaign, "spring", "sales_claimed") == 0
    assert by_agent.whole.cells["sales_claimed"].value == 1


def test_random_days_are_what_pandas_makes_of_them(ledger: Ledger) -> None:
    rng = np.random.default_rng(4)
    rows = []
    for agent in ("A1", "A2", "A3"):
        for day in (MONDAY, TUESDAY):
            seconds = np.sort(rng.integers(9 * 3600, 18 * 3600, 60))
            clocks = [f"{s // 3600}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds]
            codes = rng.choice(["no_answer", "refusal", "sale", "voicemail"], 60)
            made_rows = dials(day, agent, clocks)
            for row, code in zip(made_rows, codes, strict=True):
                row["disposition"] = str(code)
            rows += made_rows
    post(ledger, "calls", rows)

    made = ve.productivity(ledger, "alpha", "2026-10-19..2026-10-20", limit_seconds=180)

    frame = pd.DataFrame(rows).sort_values(["agent_id", "started_at"])
    frame["day"] = frame["started_at"].dt.date
    gaps = frame.groupby(["agent_id", "day"])["started_at"].diff().dt.total_seconds()
    frame["gap"] = gaps.where(gaps <= 900)
    for agent, own in frame.groupby("agent_id"):
        kept = own["gap"].dropna()
        cells = made[str(agent)].cells
        assert cells["dials"].value == 120
        assert cells["conversations"].value == own["disposition"].isin(["refusal", "sale"]).sum()
        assert cells["interval_median_seconds"].value == pytest.approx(kept.median())
        assert cells["interval_p90_seconds"].value == pytest.approx(kept.quantile(0.9))
        assert cells["interval_cv"].value == pytest.approx(kept.std() / kept.mean())
        assert cells["interval_over_share"].value == pytest.approx((kept > 180).mean())
    assert made.whole.cells["dials"].value == 360
