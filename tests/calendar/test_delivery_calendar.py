"""What is due, and nobody called late on doubtful grounds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from calendar_world import World, agreement_of, at, calls, invoice, month_of_calls

from vendoreval.agreement import agreement_from_bytes
from vendoreval.auditing.data_status import data_status
from vendoreval.ledger.calendar import Calendar, CalendarRow, delivery_calendar
from vendoreval.ledger.deadlines import Deadline, deadline_of
from vendoreval.period import Period

LATER = at("2026-12-01 12:00")


def seen(world: World, period: str, now: datetime = LATER) -> Calendar:
    return delivery_calendar(world.ledger, "alpha", period, now, agreement=world.agreement)


def day_of(calendar: Calendar, day: str) -> CalendarRow:
    return next(r for r in calendar.of("calls") if str(r.unit) == day)


# ------------------------------------------------------------------ deadlines


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-10-01", "2026-10-02 07:00"),  # Thursday: Friday, ten o'clock in Moscow
        ("2026-10-02", "2026-10-05 07:00"),  # Friday: Monday
        ("2026-10-09", "2026-10-13 07:00"),  # Friday before a holiday on Monday
    ],
)
def test_a_clock_time_falls_on_the_next_working_day(day: str, due: str) -> None:
    agreement = agreement_of()
    deadline = deadline_of(agreement, agreement.reports["calls"])
    assert deadline.due_at(Period.parse(day)) == at(due)


def test_days_after_the_end_run_in_the_report_s_zone() -> None:
    agreement = agreement_of()
    deadline = deadline_of(agreement, agreement.reports["invoice_lines"])
    # the fifth of October is a Monday; the whole day is in time
    assert deadline.due_at(Period.parse("2026-09")) == at("2026-10-05 21:00")
    # the fifth of September is a Saturday: Monday the seventh
    assert deadline.due_at(Period.parse("2026-08")) == at("2026-09-07 21:00")


def test_without_a_deadline_nothing_is_due_at_an_hour() -> None:
    agreement = agreement_of()
    deadline = deadline_of(agreement, agreement.reports["agent_days"])
    assert deadline.due_at(Period.parse("2026-10")) is None


@pytest.mark.parametrize(
    ("old", "new", "unit", "due"),
    [
        ('value: "10:00", valueExt: Europe/Moscow', 'value: "09:00-08:00"', "2026-10-01",
         "2026-10-02 17:00"),
        ('value: "10:00", valueExt: Europe/Moscow', 'value: "10:00"', "2026-10-01",
         "2026-10-02 07:00"),
        ('"0 10 * * 1-5"', '"0 10 * * MON-SAT"', "2026-10-02", "2026-10-03 07:00"),
        ('"0 10 * * 1-5"', '"0 10 * * 7"', "2026-10-01", "2026-10-05 07:00"),
        ('"0 10 * * 1-5"', '"0 10 5 * *"', "2026-10-01", "2026-10-05 07:00"),
        ('"0 10 * * 1-5"', '"every morning"', "2026-10-01", "2026-10-02 07:00"),
        ('value: "10:00", valueExt', 'value: 36, unit: h, valueExt', "2026-10-01",
         "2026-10-05 09:00"),
        ('value: "10:00", valueExt', 'value: "25:00", valueExt', "2026-10-01", None),
    ],
)  # fmt: skip
def test_deadlines_are_read_as_people_write_them(
    old: str, new: str, unit: str, due: str | None
) -> None:
    text = agreement_of().content.decode()
    assert old in text
    agreement = agreement_from_bytes(text.replace(old, new).encode(), "alpha", "alpha.odcs.yaml")
    deadline = deadline_of(agreement, agreement.reports["calls"])
    found = deadline.due_at(Period.parse(unit))
    assert found == (None if due is None else at(due))


def test_a_term_without_one_working_day_ends() -> None:
    never = Deadline(UTC, clock=time(10), weekdays=frozenset(), due_weekdays=frozenset())
    assert never.due_at(Period.parse("2026-10-01")) is None
    assert not never.demands(Period.parse("2026-10-01"))


# --------------------------------------------------------------------- states


def test_each_day_has_its_state(by_days: World) -> None:
    by_days.post_day("2026-10-01", at("2026-10-02 06:59"))
    by_days.post_day("2026-10-02", at("2026-10-05 07:01"))
    by_days.post_day("2026-10-10", at("2026-10-12 06:00"))  # a Saturday somebody worked
    calendar = seen(by_days, "2026-10", now=at("2026-10-20 06:00"))
    states = {str(row.unit): row.state for row in calendar.of("calls")}
    assert len(states) == 31
    assert states["2026-10-01"] == "on_time"
    assert states["2026-10-02"] == "late"
    assert states["2026-10-03"] == "not_due"
    assert states["2026-10-05"] == "missing"
    assert states["2026-10-10"] == "on_time"
    assert states["2026-10-12"] == "not_due"  # the agreement's holiday
    assert states["2026-10-16"] == "missing"
    assert states["2026-10-19"] == "awaited"
    assert day_of(calendar, "2026-10-02").received_at == at("2026-10-05 07:01")
    assert day_of(calendar, "2026-10-02").deliveries == (2,)
    assert "1 late" in repr(calendar)


def test_later_deliveries_are_not_known_at_an_earlier_instant(by_days: World) -> None:
    by_days.post_day("2026-10-01", at("2026-10-05 09:00"))
    assert day_of(seen(by_days, "2026-10", at("2026-10-02 06:00")), "2026-10-01").state == "awaited"
    assert day_of(seen(by_days, "2026-10", at("2026-10-03 06:00")), "2026-10-01").state == "missing"
    assert day_of(seen(by_days, "2026-10"), "2026-10-01").state == "late"


def test_a_correction_after_the_deadline_is_not_late(by_days: World) -> None:
    first = by_days.post_day("2026-10-01", at("2026-10-02 06:00"))
    second = by_days.post_day("2026-10-01", at("2026-10-09 06:00"), count=3)
    row = day_of(seen(by_days, "2026-10"), "2026-10-01")
    assert row.state == "on_time"
    assert row.resubmitted
    assert (row.deliveries, row.superseded) == ((second.number,), (first.number,))
    assert (row.rows, row.received_at) == (3, at("2026-10-02 06:00"))


@pytest.mark.parametrize(
    ("again", "state"), [("2026-10-04 05:00", "on_time"), ("2026-10-05 05:00", "late")]
)
def test_a_faulty_file_in_time_may_be_mended_within_the_agreed_days(
    by_days: World, again: str, state: str
) -> None:
    by_days.post_day("2026-10-01", at("2026-10-02 06:00"), count=0, quarantined=2)
    by_days.post_day("2026-10-01", at(again))
    assert day_of(seen(by_days, "2026-10"), "2026-10-01").state == state


def test_a_month_file_stands_for_its_days(by_days: World) -> None:
    rows = month_of_calls("2026-10")
    by_days.post("calls", "2026-10", rows, received_at=at("2026-11-02 06:00"))
    calendar = seen(by_days, "2026-10")
    assert calendar.count("missing") == len(calendar.reports) - 1  # the other reports
    assert day_of(calendar, "2026-10-30").state == "on_time"
    assert day_of(calendar, "2026-10-29").state == "late"
    status = data_status(by_days.ledger, by_days.agreement, Period.parse("2026-10"))["calls"]
    assert (status.delivered, status.late, status.missing) == (1, 1, 0)


def test_days_make_up_a_month_and_a_hole_is_told(by_months: World) -> None:
    start = date(2026, 9, 1)
    for n in range(30):
        day = start + timedelta(days=n)
        if day.weekday() < 5 and day != date(2026, 9, 15):
            by_months.post_day(str(day), at("2026-09-30 20:00") + timedelta(hours=2 * n))
    assert [r.state for r in seen(by_months, "2026-09").of("calls")] == ["partial"]
    status = data_status(by_months.ledger, by_months.agreement, Period.parse("2026-09"))["calls"]
    assert (status.expected, status.missing) == (1, 1)
    by_months.post_day("2026-09-15", at("2026-10-03 06:00"))
    assert [r.state for r in seen(by_months, "2026-09").of("calls")] == ["late"]


def test_a_report_without_periods_has_one_row(by_days: World) -> None:
    assert [r.state for r in seen(by_days, "2026-10").of("roster")] == ["missing"]
    by_days.post("roster", None, [{"agent_id": "a1"}], received_at=at("2026-08-01 09:00"))
    by_days.post("roster", None, [{"agent_id": "a2"}], received_at=at("2026-09-01 09:00"))
    (row,) = seen(by_days, "2026-10").of("roster")
    assert (row.state, row.deliveries, row.resubmitted) == ("received", (2,), False)


# ----------------------------------------------------- nobody wrongly called late


def test_nothing_is_missing_from_before_the_first_report(by_days: World) -> None:
    by_days.post_day("2026-10-15", at("2026-10-16 06:00"))
    calendar = seen(by_days, "2026-10")
    missing = [r.unit.start.day for r in calendar.of("calls") if r.state == "missing"]
    assert missing == [16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30]
    assert {r.state for r in seen(by_days, "2026-09").rows} == {"not_due"}


def test_old_history_ingested_for_the_first_time_is_not_late(by_days: World) -> None:
    by_days.post_day("2026-03-02", at("2026-10-20 09:00"))
    assert day_of(seen(by_days, "2026-03"), "2026-03-02").state == "received"


def test_a_heap_of_files_is_a_copy_and_proves_no_lateness(by_days: World) -> None:
    for n, day in enumerate(("2026-10-05", "2026-10-06", "2026-10-07")):
        by_days.post_day(day, at("2026-10-20 09:00") + timedelta(seconds=n))
    states = {r.state for r in seen(by_days, "2026-10").of("calls") if r.deliveries}
    assert states == {"received"}


def test_two_files_at_once_are_no_heap(by_days: World) -> None:
    for day in ("2026-10-05", "2026-10-06"):
        by_days.post_day(day, at("2026-10-20 09:00"))
    states = {r.state for r in seen(by_days, "2026-10").of("calls") if r.deliveries}
    assert states == {"late"}


def test_a_file_of_half_a_month_does_not_make_the_month_in_time(by_months: World) -> None:
    half = invoice("2026-10", "5")
    by_months.post("invoice_lines", "2026-10", half, received_at=at("2026-10-15 09:00"))
    whole = invoice("2026-10", "10")
    by_months.post("invoice_lines", "2026-10", whole, received_at=at("2026-11-20 09:00"))
    (row,) = seen(by_months, "2026-10").of("invoice_lines")
    assert row.state == "late"


def test_days_outside_the_agreement_are_not_demanded(by_days: World) -> None:
    text = by_days.agreement.content.decode() + (
        "  - {property: agreement, vendor: vendoreval, value: {number: '1', parties: [A, B], "
        "effectiveFrom: '2026-10-06', effectiveTo: '2026-10-07'}}\n"
    )
    agreement = agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")
    calendar = delivery_calendar(by_days.ledger, "alpha", "2026-10", LATER, agreement=agreement)
    missing = [str(r.unit) for r in calendar.of("calls") if r.state == "missing"]
    assert missing == ["2026-10-06", "2026-10-07"]


# ---------------------------------------------------------- empty though billed


def test_a_day_without_calls_inside_a_billed_month_is_told(by_days: World) -> None:
    by_days.post("calls", "2026-10-01", [], received_at=at("2026-10-02 06:00"))
    by_days.post_day("2026-10-02", at("2026-10-05 06:00"))
    by_days.post("calls", "2026-10-03", [], received_at=at("2026-10-05 06:30"))  # Saturday
    assert day_of(seen(by_days, "2026-10"), "2026-10-01").state == "on_time"
    bill = invoice("2026-10", "100")
    by_days.post("invoice_lines", "2026-10", bill, received_at=at("2026-11-02 06:00"))
    calendar = seen(by_days, "2026-10")
    assert day_of(calendar, "2026-10-01").state == "empty"
    assert day_of(calendar, "2026-10-02").state == "on_time"
    assert day_of(calendar, "2026-10-03").state == "on_time"


def test_a_fee_that_buys_no_calls_bills_no_day(by_days: World) -> None:
    by_days.post("calls", "2026-10-01", [], received_at=at("2026-10-02 06:00"))
    fee = invoice("2026-10", "1", unit="fixed")
    by_days.post("invoice_lines", "2026-10", fee, received_at=at("2026-11-02 06:00"))
    assert day_of(seen(by_days, "2026-10"), "2026-10-01").state == "on_time"


# ------------------------------------------------------------------ views, audit


def test_the_frame_and_the_views(by_days: World) -> None:
    by_days.post_day("2026-10-01", at("2026-10-02 06:00"))
    calendar = seen(by_days, "2026-10")
    frame = calendar.to_frame()
    assert len(frame) == len(calendar) == 31 + 3
    first = frame.iloc[0]
    assert (first.vendor, first.report, first.state, first.rows) == (
        "alpha", "calls", "on_time", 2,
    )  # fmt: skip
    assert first.due_at == at("2026-10-02 07:00")
    assert "<td>1</td>" in calendar._repr_html_()
    assert "в срок" in calendar.to_html("ru")


def test_the_same_ledger_gives_the_same_status_on_any_day(by_days: World) -> None:
    by_days.post_day("2026-10-01", at("2026-10-02 06:00"))
    status = data_status(by_days.ledger, by_days.agreement, Period.parse("2026-10"))
    # 22 weekdays, one of them a holiday
    assert (status["calls"].expected, status["calls"].missing) == (21, 20)
    assert (status["invoice_lines"].expected, status["invoice_lines"].missing) == (1, 1)


def test_a_replaced_month_leaves_its_other_days_missing(by_days: World) -> None:
    rows = month_of_calls("2026-10")
    by_days.post("calls", "2026-10", rows, received_at=at("2026-11-02 06:00"))
    day = calls(date(2026, 10, 1), 2)
    by_days.post("calls", "2026-10-01", day, received_at=at("2026-11-03 06:00"), replace=True)
    row = day_of(seen(by_days, "2026-10"), "2026-10-02")
    assert (row.state, row.received_at) == ("missing", None)
