"""The log beside the carrier: clocks are no evidence, lengths and missing records are."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from check_world import ask, at, call, evidence_rows, item, scope_of, worked_through
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.carrier_disagrees import CHECK
from vendoreval.text import LANGUAGES, language

SCOPE = scope_of({"alpha": [item()]})
# ten conversations a day, twenty days
CALLS = [
    call(n, at(1 + n % 20, hour=9 + n // 20, minute=n % 60, second=n % 59), 61 + n,
         phone=f"+7 916 {n:07d}")
    for n in range(200)
]  # fmt: skip


def record(row: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "vendor": "client", "record_id": f"r-{row['call_id']}", "started_at": row["started_at"],
        "duration_seconds": row["talk_seconds"], "phone": row["phone"][1:].replace(" ", ""),
    } | fields  # fmt: skip


RECORDS = [record(row) for row in CALLS]


def audit(calls: list[dict[str, Any]], records: list[dict[str, Any]], card: Any = None) -> Answer:
    scope = SCOPE if card is None else scope_of({"alpha": [card]})
    return ask(CHECK, {"calls": calls, "carrier_calls": records}, scope)["alpha"]


def money(evidence: Evidence) -> Decimal:
    assert evidence.money is not None
    return evidence.money.point


def shifted(records: list[dict[str, Any]], **apart: int) -> list[dict[str, Any]]:
    return [one | {"started_at": one["started_at"] + timedelta(**apart)} for one in records]


def longer(seconds: int, every: int = 50) -> list[dict[str, Any]]:
    return [
        row | {"talk_seconds": row["talk_seconds"] + seconds} if n % every == 0 else row
        for n, row in enumerate(CALLS)
    ]


def test_two_per_cent_made_longer_to_the_kopeck() -> None:
    (evidence,) = audit(longer(60), RECORDS).evidence
    assert money(evidence) == Decimal("38.00")  # 4 calls x 1 minute at 9.50
    assert worked_through(evidence) == (Decimal("38.00"), Decimal("38.00"))
    assert evidence.grade == "E3" and not evidence.review_only
    rows = evidence_rows(CHECK, {"calls": longer(60), "carrier_calls": RECORDS}, SCOPE)
    assert list(rows["seconds"]) == [60] * 4


def test_the_carriers_seconds_are_rated_by_the_card() -> None:
    # 59 and 61 seconds are one begun minute and two
    card = item(first_increment_seconds=60, next_increment_seconds=60)
    calls = [row | {"talk_seconds": 61} for row in CALLS]
    records = [one | {"duration_seconds": 58 if n % 50 == 0 else 61}
               for n, one in enumerate(RECORDS)]  # fmt: skip
    (evidence,) = audit(calls, records, card).evidence
    assert money(evidence) == Decimal("38.00")


def test_clocks_and_zones_are_taken_out_first() -> None:
    answer = audit(CALLS, shifted(RECORDS, hours=3))
    assert answer.evidence == () and answer.not_run is None
    for apart in ({"seconds": -41}, {"hours": -3, "seconds": 90}):
        (evidence,) = audit(longer(60), shifted(RECORDS, **apart)).evidence
        assert money(evidence) == Decimal("38.00")
    assert "(hours:minutes, calls): +2:59 (200)" in language("en").say(evidence.condition)


def test_the_hour_of_the_old_season_from_one_day_on() -> None:
    records = [
        one | {"started_at": one["started_at"] + timedelta(hours=1 if n % 20 > 14 else 0)}
        for n, one in enumerate(RECORDS)
    ]
    assert audit(CALLS, records).evidence == ()


def test_stamps_and_differences_in_both_directions_are_no_evidence() -> None:
    records = [one | {"duration_seconds": one["duration_seconds"] - 2} for one in RECORDS]
    assert audit(CALLS, records).evidence == ()
    both = [one | {"duration_seconds": one["duration_seconds"] + (9 if n % 2 else -9)}
            for n, one in enumerate(RECORDS)]  # fmt: skip
    assert audit(CALLS, both).evidence == ()


def test_a_constant_of_a_few_seconds_and_the_tolerance() -> None:
    records = [one | {"duration_seconds": one["duration_seconds"] - 5} for one in RECORDS]
    (evidence,) = audit(CALLS, records).evidence
    assert evidence.review_only
    tolerant = item(invoice_tolerance={"relative": "0.02"})
    assert audit(longer(60), RECORDS, tolerant).evidence == ()


def test_conversations_without_a_record() -> None:
    # 4 of 200, with 62 + 61 + 111 + 161 seconds
    records = [one for n, one in enumerate(RECORDS) if n not in (0, 1, 50, 100)]
    (evidence,) = audit(CALLS, records).evidence
    assert not evidence.review_only
    seconds = 61 + 62 + 111 + 161
    assert money(evidence) == (Decimal(seconds) * Decimal("9.50") / 60).quantize(Decimal("0.01"))
    for code in LANGUAGES:
        assert language(code).say(evidence.condition)


def test_many_without_a_record_only_ask_unless_the_carrier_knows_the_line() -> None:
    records = [one for n, one in enumerate(RECORDS) if n // 20 % 4]
    (evidence,) = audit(CALLS, records).evidence
    assert evidence.review_only
    line = {"caller_phone": "74950000001"}
    known = [row | line for row in CALLS]
    (evidence,) = audit(known, [one | line for one in records]).evidence
    assert not evidence.review_only
    # over another line there is nothing to say
    other = [row | ({"caller_phone": "74950000009"} if n // 20 % 4 == 0 else line)
             for n, row in enumerate(CALLS)]  # fmt: skip
    assert audit(other, [one | line for one in records]).evidence == ()


def test_days_that_the_carriers_file_lacks_are_left_out() -> None:
    records = [one for one in RECORDS if one["started_at"].day > 5]
    answer = audit(CALLS, records)
    assert answer.evidence == ()
    assert "not to be confirmed: 50" in language("en").say(answer.statement)


def test_a_record_confirms_one_call_and_a_row_exported_twice_is_one() -> None:
    again = CALLS[7] | {"call_id": "again"}
    (evidence,) = audit([*CALLS, again], RECORDS).evidence
    assert evidence.observed == 1.0
    assert audit([*CALLS, dict(CALLS[7])], RECORDS).evidence == ()
    assert audit(CALLS, [*RECORDS, dict(RECORDS[7])]).evidence == ()


@pytest.mark.parametrize(
    "records",
    [
        pytest.param([], id="none"),
        pytest.param([one | {"phone": "7916***0001"} for one in RECORDS], id="masked"),
        pytest.param(shifted(RECORDS, days=40), id="of another month"),
    ],
)
def test_without_records_to_match_it_is_not_run(records: list[dict[str, Any]]) -> None:
    answer = audit(CALLS, records)
    assert answer.not_run is not None and answer.evidence == ()


def test_what_was_billed_right_though_logged_longer_is_no_excess() -> None:
    calls = [row | {"billed_seconds": one["duration_seconds"]}
             for row, one in zip(longer(60), RECORDS, strict=True)]  # fmt: skip
    assert audit(calls, RECORDS).evidence == ()
