"""Conversations dropped within seconds: counted, compared, confirmed by who calls back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from lengths_world import english, planted_evidence

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.very_short_calls import CHECK

AUDIT = scope_of({"alpha": [item()], "beta": [item()]})


def talks(
    vendor: str, short: int, n: int = 400, agents: int = 10, **fields: Any
) -> list[dict[str, Any]]:
    """Return conversations of which the first ones of each agent are short."""
    return [
        call(k, at(1 + k % 25, minute=k % 60), 5 if k < short else 60 + k % 90, vendor=vendor,
             call_id=f"{vendor}-{k}", agent_id=f"A{k % agents}", phone=f"+7900{k:07}") | fields
        for k in range(n)
    ]  # fmt: skip


def test_seven_vendors_show_who_drops_calls() -> None:
    found, _ = planted_evidence(CHECK)
    assert (found.e_value or 0) > 20
    assert found.p_value is not None
    assert found.p_value < 0.01
    assert not found.review_only


def test_two_vendors_can_only_ask() -> None:
    rows = {"calls": talks("alpha", 60) + talks("beta", 6)}
    (found,) = ask(CHECK, rows, AUDIT)["alpha"].evidence
    assert found.review_only
    assert found.money is None
    assert found.observed == pytest.approx(0.15)
    assert found.p_value is not None
    assert found.p_value < 0.05
    assert "share at the other vendors: 1.5%" in english(found.condition)
    assert len(evidence_rows(CHECK, rows, AUDIT)) == 66


def test_more_dropped_calls_never_weaken_the_evidence() -> None:
    p_values = []
    for short in (20, 40, 80):
        rows = {"calls": talks("alpha", short) + talks("beta", 8)}
        (found,) = ask(CHECK, rows, AUDIT)["alpha"].evidence
        p_values.append(found.p_value or 0.0)
    assert p_values == sorted(p_values, reverse=True)


def test_customers_who_call_back_and_lines_that_broke() -> None:
    rows = talks("alpha", 10)
    dropped = rows[0]
    soon = dropped["started_at"] + timedelta(minutes=4)
    late = dropped["started_at"] + timedelta(minutes=11)
    back = {"direction": "inbound", "disposition": "callback", "talk_seconds": 90}
    rows += [
        dropped | {"call_id": "in", "started_at": soon, "caller_phone": dropped["phone"],
                   "phone": None} | back,
        dropped | {"call_id": "late", "started_at": late} | back,
        rows[1] | {"call_id": "again", "talk_seconds": 80,
                   "started_at": rows[1]["started_at"] + timedelta(minutes=1)},
    ]  # fmt: skip
    small = reduced(CHECK, {"calls": rows}, AUDIT)
    assert (int(small["called_back"].sum()), int(small["dialled_again"].sum())) == (1, 1)
    # inbound calls are not among those that the vendor could drop
    assert int(small["calls"].sum()) == 401


def test_lines_that_broke_are_only_asked_about() -> None:
    rows = talks("alpha", 60) + talks("beta", 6)
    again = [
        row | {"call_id": row["call_id"] + "-r", "talk_seconds": 100,
               "started_at": row["started_at"] + timedelta(seconds=40)}
        for row in rows[:50]
    ]  # fmt: skip
    (found,) = ask(CHECK, {"calls": rows + again}, AUDIT)["alpha"].evidence
    assert found.review_only
    assert "dialled again: 50 times" in english(found.condition)


@pytest.mark.parametrize(
    "fields",
    [{"disposition": "voicemail"}, {"disposition": "sale"}, {"is_test": True},
     {"direction": "inbound"}, {"talk_seconds": 10}],
)  # fmt: skip
def test_what_is_no_dropped_conversation(fields: dict[str, Any]) -> None:
    rows = talks("alpha", 0) + talks("alpha", 0, 3, **{"call_id": "x"})
    rows += [
        row | {"call_id": f"n{n}", "talk_seconds": 5} | fields for n, row in enumerate(rows[:9])
    ]
    assert int(reduced(CHECK, {"calls": rows}, AUDIT)["short"].sum()) == 0


def test_too_few_calls_or_agents_are_not_asked() -> None:
    for rows in (talks("alpha", 20, 149), talks("alpha", 20, 400, 7)):
        answer = ask(CHECK, {"calls": rows}, AUDIT)["alpha"]
        assert answer.not_run is not None
        assert "150 by 8 agents" in english(answer.not_run.reason)
