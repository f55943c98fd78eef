"""What a delivery changes of those it takes the place of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from calendar_world import World, at, calls, month_of_calls

from vendoreval.ledger.restated import Restatement, restatement, restatement_notes
from vendoreval.text import language

LATER = at("2026-11-04 09:00")


def test_nothing_is_said_where_nothing_is_replaced(by_days: World) -> None:
    by_days.post_day("2026-10-01", at("2026-10-02 06:00"))
    other = by_days.validated(
        "calls", "2026-10-02", calls(date(2026, 10, 2), 2), received_at=LATER
    )  # fmt: skip
    assert restatement(by_days.ledger, other) is None
    assert restatement_notes(by_days.ledger, other) == ()


def test_rows_gone_changed_and_new_are_counted_by_their_key(by_days: World) -> None:
    day = date(2026, 10, 1)
    by_days.post("calls", "2026-10-01", calls(day, 10), received_at=at("2026-10-02 06:00"))
    rows = calls(day, 12)
    rows[3]["talk_seconds"] = 61
    rows[4]["disposition"] = "sale"
    del rows[0]
    found = restatement(
        by_days.ledger, by_days.validated("calls", "2026-10-01", rows, received_at=LATER)
    )
    assert found is not None
    assert (found.before, found.rows_before, found.rows_now) == ((1,), 10, 11)
    assert (found.gone, found.changed, found.added) == (1, 2, 2)
    english = [language("en").say(message) for message in found.messages()]
    russian = [language("ru").say(message) for message in found.messages()]
    assert english == [
        "takes the place of delivery 1: accepted rows 10 then, 11 now",
        "of the earlier rows 1 are no longer there and 2 say something else; new rows: 2",
    ]
    assert russian[1] == "из прежних строк исчезло: 1, изменилось: 2; новых строк: 2"


def test_a_month_that_repeats_its_days_changes_nothing(by_days: World) -> None:
    for on in (1, 2, 5):
        by_days.post_day(f"2026-10-{on:02d}", at(f"2026-10-{on + 1:02d} 06:00"))
    whole = [row for on in (1, 2, 5) for row in calls(date(2026, 10, on), 2)]
    found = restatement(
        by_days.ledger, by_days.validated("calls", "2026-10", whole, received_at=LATER)
    )
    assert found is not None and found.before == (1, 2, 3)
    assert (found.gone, found.changed, found.added) == (0, 0, 0)
    assert "every earlier row is there as it was" in language("en").say(list(found.messages())[1])


def test_a_column_that_is_new_is_no_change_of_a_row(by_months: World) -> None:
    rows = month_of_calls("2026-10")
    thin = [{k: v for k, v in row.items() if k != "disposition"} for row in rows]
    by_months.post("calls", "2026-10", thin, received_at=at("2026-11-02 09:00"))
    found = restatement(
        by_months.ledger, by_months.validated("calls", "2026-10", rows, received_at=LATER)
    )
    assert found is not None and (found.gone, found.changed, found.added) == (0, 0, 0)


def test_a_report_without_a_key_is_told_by_its_number_of_rows(by_months: World) -> None:
    by_months.post("roster", None, [{"agent_id": "a"}], received_at=at("2026-10-01 09:00"))
    new = by_months.validated(
        "roster", None, [{"agent_id": "a"}, {"agent_id": "b"}], received_at=LATER
    )
    found = restatement(by_months.ledger, new)
    assert found is not None and (found.rows_before, found.rows_now) == (1, 2)
    assert found.gone is None and len(list(found.messages())) == 1


def test_a_file_without_accepted_rows_replaces_nothing(by_days: World) -> None:
    by_days.post_day("2026-10-01", at("2026-10-02 06:00"))
    empty = by_days.validated("calls", "2026-10-01", [], received_at=LATER, quarantined=3)
    assert restatement(by_days.ledger, empty) is None


def test_sums_are_exact() -> None:
    one = Restatement((1,), 1, 1, None, None, None, {"amount": (Decimal("0.10"), Decimal("0.30"))})
    assert language("ru").say(list(one.messages())[-1]) == "сумма amount: было 0,10, стало 0,30"
