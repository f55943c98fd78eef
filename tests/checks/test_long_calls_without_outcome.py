"""Long conversations that end in nothing: the tail, its control, and who has it."""

from __future__ import annotations

from typing import Any

import pytest
from lengths_world import english, evidence, world

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.long_calls_without_outcome import CHECK

AUDIT = scope_of({"alpha": [item()]})


def test_seven_vendors_show_who_holds_calls_open() -> None:
    one = world(("long_calls_held_open:0.2::2",), vendors=7)
    found = evidence(one, CHECK)
    assert found.p_value is not None
    assert found.p_value < 0.02
    assert (found.e_value or 0) > 20
    assert found.minutes is not None
    assert found.money is not None
    (truth,) = one.truth.schemes
    # a third of what was added lies in October; what is below the limit is not seen
    assert float(found.minutes.low) < truth.seconds / 60 / 3 < 2 * float(found.minutes.high)


def test_a_vendor_alone_is_held_against_its_past_and_only_asked() -> None:
    found = evidence(world(("long_calls_held_open:0.3::4",)), CHECK)
    assert found.review_only
    assert found.money is None
    assert found.p_value is not None
    assert found.p_value < 0.05
    assert "earlier months" in english(found.condition)


def lengths(seconds: range, first: int = 0, **fields: Any) -> list[dict[str, Any]]:
    return [
        call(first + n, at(1 + n % 20, minute=n % 60), n, agent_id=f"A{n % 8}", **fields)
        for n in seconds
    ]


def test_the_tail_of_a_hundred_calls_by_hand() -> None:
    rows = {"calls": lengths(range(1, 101))}
    small = reduced(CHECK, rows, AUDIT)
    # 95 of 100 last up to 95 seconds; five are longer, by 1 + 2 + 3 + 4 + 5 seconds
    assert int(small["calls"].sum()) == 100
    assert (int(small["long_calls"].sum()), int(small["excess_seconds"].sum())) == (5, 15)
    assert int(small["long_seconds"].sum()) == 96 + 97 + 98 + 99 + 100
    found = evidence_rows(CHECK, rows, AUDIT)
    assert sorted(found["seconds"]) == [1, 2, 3, 4, 5]
    assert set(found["limit_seconds"]) == {95}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"disposition": "sale"}, id="ended in something"),
        pytest.param({"disposition": "voicemail"}, id="no conversation"),
        pytest.param({"is_test": True}, id="test"),
        pytest.param({"talk": 7200}, id="cut off by the switch"),
    ],
)
def test_what_is_no_long_call(fields: dict[str, Any]) -> None:
    talk = fields.pop("talk", 3000)
    rows = {"calls": [*lengths(range(1, 101)), call(999, at(3), talk, **fields)]}
    assert int(reduced(CHECK, rows, AUDIT)["long_calls"].sum()) == 5


def month(factor: int, shift: int, first: int) -> list[dict[str, Any]]:
    """Return four hundred conversations of nine agents, some of them very long."""
    rows = []
    for n in range(400):
        talk = (20 + (n * 37) % 180 + (300 if n % 40 == 3 else 0)) * factor
        rows.append(
            call(
                first + n, at(1 + shift + n % 20), talk, agent_id=f"A{n % 9}",
                disposition="sale" if n % 4 == 0 else "refusal",
            )
        )  # fmt: skip
    return rows


def test_a_longer_script_shows_in_calls_with_an_outcome() -> None:
    rows = {"calls": [*month(1, -31, 0), *month(2, 0, 1000)]}
    (found,) = ask(CHECK, rows, AUDIT)["alpha"].evidence
    assert found.review_only
    assert "calls with an outcome last 2.00 times" in english(found.condition)


def test_too_few_calls_or_agents_are_not_asked() -> None:
    few = ask(CHECK, {"calls": lengths(range(1, 100))}, AUDIT)["alpha"]
    assert few.not_run is not None
    assert "needed are 150 by 8 agents" in english(few.not_run.reason)
    lonely = ask(CHECK, {"calls": month(1, 0, 0)}, AUDIT)["alpha"]
    assert lonely.not_run is not None
    assert "neither another vendor nor earlier months" in english(lonely.not_run.reason)
