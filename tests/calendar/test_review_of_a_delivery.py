"""A delivery against its own period and the vendor's history, before it is posted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from calendar_world import Validated, World, agreement_of, at, calls, invoice, month_of_calls

from vendoreval.agreement import agreement_from_bytes
from vendoreval.ledger import Ledger
from vendoreval.ledger.coverage import review_delivery
from vendoreval.ledger.known_keys import known_keys
from vendoreval.period import Period
from vendoreval.text import language

LATER = at("2026-10-06 09:00")
MONTHS = [f"2026-{month:02d}" for month in range(3, 10)]


def said(world: World, report: Validated) -> list[str]:
    return [language("en").say(note) for note in review_delivery(world.ledger, report)]


def october(world: World, rows: Sequence[dict[str, Any]], **kwargs: Any) -> Validated:
    kwargs.setdefault("received_at", at("2026-11-02 09:00"))
    return world.validated("calls", "2026-10", rows, **kwargs)


def without(rows: Sequence[dict[str, Any]], *days: str) -> list[dict[str, Any]]:
    gone = {date.fromisoformat(day) for day in days}
    return [row for row in rows if row["started_on"] not in gone]


def history(world: World, **kwargs: Any) -> None:
    for month in MONTHS:
        rows = month_of_calls(month, **kwargs)
        world.post("calls", month, rows, received_at=at("2026-10-02 09:00"))


# ------------------------------------------------------------------- coverage


def test_a_whole_month_needs_no_word(by_months: World) -> None:
    # the agreement's holiday is no missing day
    rows = without(month_of_calls("2026-10"), "2026-10-12")
    assert said(by_months, october(by_months, rows)) == []


def test_missing_working_days_are_named(by_months: World) -> None:
    rows = without(month_of_calls("2026-10"), "2026-10-06", "2026-10-07")
    assert said(by_months, october(by_months, rows)) == [
        "no accepted row on 2 usual working days, first of all: 6 October 2026, 7 October 2026"
    ]


def test_days_off_are_the_vendor_s_own(by_months: World) -> None:
    history(by_months, weekdays=(1, 2, 3, 4, 5), a_day=3)  # Tuesday to Saturday
    rows = month_of_calls("2026-10", 3, weekdays=(1, 2, 3, 4, 5))
    assert said(by_months, october(by_months, rows)) == []
    no_saturday = without(rows, "2026-10-10")
    assert said(by_months, october(by_months, no_saturday)) == [
        "no accepted row on 1 usual working day: 10 October 2026"
    ]


def test_days_to_come_are_not_missing(by_months: World) -> None:
    rows = [r for r in month_of_calls("2026-10") if r["started_on"] < date(2026, 10, 9)]
    early = october(by_months, rows, received_at=at("2026-10-09 09:00"))
    assert said(by_months, early) == []


def test_days_outside_the_period_are_counted(by_months: World) -> None:
    rows = month_of_calls("2026-10") + calls(date(2026, 9, 29), 2) + calls(date(2026, 9, 30), 1)
    assert said(by_months, october(by_months, rows)) == [
        "3 rows lie outside 2026-10, from 29 September 2026 to 30 September 2026"
    ]


def test_the_future_is_measured_in_the_vendor_s_zone(by_months: World) -> None:
    rows = month_of_calls("2026-10") + calls(date(2026, 10, 31), 2)
    # ten in the evening in London is already the 31st in Moscow
    at_night = october(by_months, rows, received_at=at("2026-10-30 22:00"))
    assert said(by_months, at_night) == []
    in_the_day = october(by_months, rows, received_at=at("2026-10-30 12:00"))
    assert said(by_months, in_the_day) == [
        "2 rows are dated later than the file came, up to 31 October 2026"
    ]


def test_an_invoice_in_advance_is_not_the_future(by_months: World) -> None:
    bill = by_months.validated(
        "invoice_lines", "2026-12", invoice("2026-12", "10"), received_at=at("2026-11-20 09:00")
    )
    assert said(by_months, bill) == []


def test_a_file_without_one_accepted_row_says_nothing_of_days(by_months: World) -> None:
    assert said(by_months, october(by_months, [], quarantined=5)) == []


def test_a_roster_has_no_days(by_months: World) -> None:
    by_months.post("roster", None, [{"agent_id": "a1"}], received_at=at("2026-10-01 09:00"))
    again = by_months.validated(
        "roster", None, [{"agent_id": "a1"}], received_at=at("2026-11-01 09:00")
    )
    assert said(by_months, again) == []


# --------------------------------------------------------------------- volume


@pytest.mark.parametrize(("a_day", "strange"), [(10, False), (11, False), (4, True), (25, True)])
def test_a_volume_far_from_the_habit_is_noted(by_months: World, a_day: int, strange: bool) -> None:
    history(by_months, a_day=10)
    rows = without(month_of_calls("2026-10", a_day), "2026-10-12")
    notes = said(by_months, october(by_months, rows))
    assert [note.startswith(f"{len(rows)} rows, while") for note in notes] == [True] * strange


def test_a_short_history_says_nothing_of_volume(by_months: World) -> None:
    for month in MONTHS[-5:]:
        rows = month_of_calls(month, 10)
        by_months.post("calls", month, rows, received_at=at("2026-10-02 09:00"))
    few = without(month_of_calls("2026-10", 1), "2026-10-12")
    assert said(by_months, october(by_months, few)) == []


def test_a_month_that_is_not_over_may_be_smaller(by_months: World) -> None:
    history(by_months, a_day=10)
    half = [r for r in month_of_calls("2026-10", 10) if r["started_on"] < date(2026, 10, 9)]
    assert said(by_months, october(by_months, half, received_at=at("2026-10-09 09:00"))) == []


def test_a_day_is_compared_with_its_own_weekday(by_days: World) -> None:
    mondays = [date(2026, 8, 10) + timedelta(weeks=n) for n in range(7)]
    for day in mondays:
        by_days.post("calls", str(day), calls(day, 40), received_at=at("2026-10-01 09:00"))
    saturday, monday = (
        by_days.validated("calls", day, calls(date.fromisoformat(day), 5), received_at=LATER)
        for day in ("2026-10-03", "2026-10-05")
    )
    assert said(by_days, saturday) == []
    assert [note.partition(",")[0] for note in said(by_days, monday)] == ["5 rows"]


# ----------------------------------------------------------------------- keys


def test_keys_of_another_delivery_are_counted_and_named(by_months: World) -> None:
    old = month_of_calls("2026-09")
    held = by_months.post("calls", "2026-09", old, received_at=at("2026-10-02 09:00"))
    again = [{**row, "started_on": date(2026, 10, 1)} for row in old[:5]]
    rows = without(month_of_calls("2026-10"), "2026-10-12") + again
    first, advice = said(by_months, october(by_months, rows))
    assert first == (
        f"5 keys were accepted before, in delivery {held.number} (calls_2026-09.csv), "
        "first of all: c-2026-09-01-0, c-2026-09-01-1, c-2026-09-02-0"
    )
    assert "count twice" in advice


def test_what_is_to_be_superseded_is_no_repetition(by_months: World) -> None:
    rows = without(month_of_calls("2026-10"), "2026-10-12")
    by_months.post("calls", "2026-10", rows, received_at=at("2026-11-01 09:00"))
    assert said(by_months, october(by_months, rows[:-1])) == []


def test_the_same_file_again_says_nothing(by_months: World) -> None:
    report = october(by_months, calls(date(2026, 9, 1), 3))
    assert len(said(by_months, report)) == 2
    by_months.ledger.post(report)
    assert said(by_months, report) == []


def test_a_key_of_two_columns_repeats_as_a_whole(by_months: World) -> None:
    def row(agent: str, day: date) -> dict[str, Any]:
        return {"agent_id": agent, "date": day, "dials": 1}

    days = [date(2026, 9, 1), date(2026, 9, 2)]
    by_months.post(
        "agent_days", "2026-09", [row("a1", days[0]), row("a2", days[1])],
        received_at=at("2026-10-02 09:00"),
    )  # fmt: skip
    report = by_months.validated(
        "agent_days", "2026-10", [row("a1", days[0]), row("a1", days[1])],
        received_at=at("2026-11-02 09:00"),
    )  # fmt: skip
    (found,) = known_keys(by_months.ledger, report)
    assert (found.count, found.examples) == (1, ("a1 / 2026-09-01",))


def test_keys_that_are_personal_are_counted_and_not_shown(tmp_path: Path) -> None:
    text = agreement_of("month").content.decode()
    text = text.replace("primaryKey: true}\n      - {name: agent_id", "primaryKey: true, "
                        "tags: [pii]}\n      - {name: agent_id")  # fmt: skip
    agreement = agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")
    assert agreement.reports["calls"].column("call_id").personal
    world = World(Ledger.open(tmp_path / "ledger"), tmp_path, agreement)
    rows = calls(date(2026, 9, 1), 2)
    world.post("calls", "2026-09", rows, received_at=at("2026-10-02 09:00"))
    (found,) = known_keys(world.ledger, october(world, rows))
    assert (found.count, found.examples) == (2, ())


def test_many_deliveries_are_summed_up(by_days: World) -> None:
    days = [date(2026, 9, n) for n in (1, 2, 3, 4, 7)]
    for day in days:
        by_days.post("calls", str(day), calls(day, 1), received_at=at("2026-10-01 09:00"))
    rows = [row for day in days for row in calls(day, 1)]
    report = by_days.validated("calls", "2026-10-01", rows, received_at=at("2026-10-02 06:00"))
    notes = said(by_days, report)
    assert sum("was accepted before" in note for note in notes) == 3
    assert "2 deliveries more hold keys of this file, 2 in all" in notes


def test_nothing_moves(by_months: World) -> None:
    history(by_months)
    report = october(by_months, calls(date(2026, 9, 1), 3))
    before = (by_months.ledger.head_hash, [p.stat().st_size for p in report.accepted_files])
    assert review_delivery(by_months.ledger, report)
    after = (by_months.ledger.head_hash, [p.stat().st_size for p in report.accepted_files])
    assert before == after
    assert by_months.ledger.post(report).commit.rows.accepted == 3
    assert report.period == Period.parse("2026-10")
