"""Minutes on few numbers: at equal talks for each, with switchboards told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks._numbers_again import (
    MOST_TALKS,
    _without,
    histogram,
    talks_for_each,
    top_seconds,
)
from vendoreval.checks.base import Answer, Scope
from vendoreval.checks.same_numbers_again import CHECK
from vendoreval.text import language

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")
AGENTS = 10
Row = dict[str, Any]


def scope(vendors: Sequence[str] = NAMES, *cards: Any) -> Scope:
    return scope_of({v: [item(), *cards] for v in vendors})


def calls(vendor: str, each: float = 1.6, numbers: int = 400, friends: int = 0) -> list[Row]:
    """Return talks dealt over numbers by chance, and some more with five of them."""
    rng = np.random.default_rng(list(vendor.encode()))
    leads = np.repeat(np.arange(numbers), rng.poisson(each, numbers))
    leads = np.concatenate([leads, np.arange(friends) % 5])
    return [
        call(k, at(1, minute=0) + timedelta(minutes=5 * k % 40_000), 100, vendor=vendor,
             call_id=f"{vendor}-{k}", agent_id=f"A{k % AGENTS}", lead_id=f"{vendor}-{lead}",
             phone=f"+7900{lead:07d}")
        for k, lead in enumerate(leads)
    ]  # fmt: skip


def world(how: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Row]]:
    return {"calls": [row for v, fields in how.items() for row in calls(v, **fields)]}


def usual(**fields: Any) -> dict[str, Mapping[str, Any]]:
    return dict.fromkeys(NAMES, fields)


def audit(rows: Any, given: Scope | None = None) -> dict[str, Answer]:
    return ask(CHECK, rows, given or scope())


def quiet(answer: Answer) -> bool:
    # seven vendors are asked in each world
    return all((e.p_value or 0) > 0.001 and (e.e_value or 1) < 20 for e in answer.evidence)


def test_five_friends_of_one_vendor_are_found() -> None:
    rows = world(usual() | {"alpha": {"friends": 150}})
    answers = audit(rows)
    (evidence,) = answers["alpha"].evidence
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01
    assert evidence.e_value is not None
    assert evidence.e_value > 20
    assert not evidence.review_only
    assert all(quiet(answers[vendor]) for vendor in NAMES[1:])
    # five of some 400 numbers hold the friends; what is usual of their 150 talks stays out
    assert evidence.minutes is not None
    assert 100 < evidence.minutes.point < 150 * 100 / 60
    lines = evidence_rows(CHECK, rows, scope())
    of_alpha = lines[lines.vendor == "alpha"]
    assert set(of_alpha.lead_id) <= {f"alpha-{n}" for n in range(5)}


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(usual(friends=60), id="wished call-backs at every vendor"),
        pytest.param(usual() | {"alpha": {"each": 4.0}}, id="more talks with each number"),
        pytest.param(usual() | {"alpha": {"numbers": 900}}, id="twice the numbers"),
    ],
)
def test_honest_twins_are_left_alone(how: dict[str, Mapping[str, Any]]) -> None:
    for answer in audit(world(how)).values():
        assert answer.not_run is None
        assert quiet(answer)


def test_companies_behind_a_switchboard_are_told_apart_by_the_list() -> None:
    rows = world(usual())
    for row in rows["calls"]:
        lead = int(row["lead_id"].split("-")[1])
        if row["vendor"] == "alpha" and lead < 100:
            row["phone"] = "+74950000000"
    rows["leads"] = [
        {"lead_id": lead, "handed_on": at(1).date(), "vendor": "alpha", "phone": phone}
        for lead, phone in {(row["lead_id"], row["phone"]) for row in rows["calls"]}
    ]
    assert quiet(audit(rows)["alpha"])
    # a number that the list gives to none of these leads is one number
    for lead in rows["leads"]:
        if lead["phone"] == "+74950000000":
            lead["phone"] = "+7900" + lead["lead_id"][-3:]
    (evidence,) = audit(rows)["alpha"].evidence
    assert evidence.e_value is not None
    assert evidence.e_value > 20


def test_two_vendors_and_one_can_only_ask() -> None:
    both = world({"alpha": {"friends": 150}, "beta": {}})
    (evidence,) = audit(both, scope(("alpha", "beta")))["alpha"].evidence
    assert evidence.review_only
    only = scope(("alpha",))
    now = calls("alpha", friends=150)
    assert audit({"calls": now}, only)["alpha"].not_run is not None
    past = [
        row | {"call_id": "old" + row["call_id"], "started_at": row["started_at"].replace(month=5)}
        for row in calls("alpha")
    ]
    (evidence,) = audit({"calls": now + past}, only)["alpha"].evidence
    assert evidence.review_only
    assert evidence.p_value is not None
    assert evidence.p_value < 0.05


def dead(vendor: str, numbers: int, times: int) -> list[Row]:
    """Return two thousand dials of which some go to numbers that never answer."""
    rest = 2000 - numbers * times
    leads = [f"dead-{n % numbers}" for n in range(numbers * times)] if numbers else []
    leads += [f"plain-{n}" for n in range(rest)]
    return [
        call(k, at(1 + k % 28), 0, vendor=vendor, call_id=f"{vendor}-d{k}", lead_id=lead,
             agent_id=f"A{k % AGENTS}", disposition="no_answer")
        for k, lead in enumerate(leads)
    ]  # fmt: skip


def test_dials_of_numbers_that_never_answer_only_ask() -> None:
    rows = {"calls": [r for v in NAMES for r in dead(v, 20 if v == "alpha" else 1, 14)]}
    answer = audit(rows, scope(NAMES, item(unit="dial", price="2")))["alpha"]
    (evidence,) = answer.evidence
    assert evidence.review_only
    assert evidence.p_value is not None
    assert evidence.p_value < 0.01
    # four of the fourteen dials of each number lie beyond the tenth
    assert evidence.observed == pytest.approx(20 * 4 / 2000)
    assert evidence.money is not None
    assert 0 < evidence.money.point <= 20 * 4 * 2
    # the near miss: ten dials and no more
    ten = {"calls": [r for v in NAMES for r in dead(v, 28 if v == "alpha" else 1, 10)]}
    assert audit(ten)["alpha"].evidence == ()


def test_nobody_else_dials_on_and_there_is_no_ratio() -> None:
    rows = {"calls": [r for v in NAMES for r in dead(v, 20 if v == "alpha" else 0, 14)]}
    (evidence,) = audit(rows)["alpha"].evidence
    assert "there are none" in language("en").say(evidence.condition)


def test_an_agent_is_left_out_by_hand() -> None:
    # three numbers with two talks, one with five, of which three are of this agent
    every = pd.DataFrame({"talks": [2, 5], "numbers": [3, 1], "seconds": [600, 900]})
    own = pd.DataFrame({"talks": [2, 5], "own_talks": [2, 3], "numbers": [1, 1]})
    whole = histogram(every)
    assert talks_for_each(whole) == pytest.approx(11 / 4)
    left = _without(whole, own)
    # one number leaves with the agent, two keep their two talks and the large one loses three
    assert (left[2], left[5], left.sum()) == (3, 0, 3)
    # a hundredth of four numbers is a twenty-fifth of the largest
    assert top_seconds(every, "seconds") == pytest.approx(0.04 * 900)


def test_the_small_table_by_hand() -> None:
    rows = {
        "calls": [
            call(1, at(2), 60, lead_id="L1"),
            call(2, at(3), 90, lead_id="L1", agent_id="A2"),
            call(3, at(4), 30, lead_id="L2"),
            call(4, at(5), 0, lead_id="L2", disposition="no_answer"),
            call(5, at(-100), 40, lead_id="L1"),
        ]
    }
    small = reduced(CHECK, rows, scope(("alpha",)))
    every = small[(small.kind == "all") & (small.current == 0)].set_index("talks")
    assert every.numbers.to_dict() == {1: 1, 2: 1}
    assert every.seconds.to_dict() == {1: 30, 2: 150}
    assert small[(small.kind == "dials") & (small.current == 0)].dials.sum() == 4
    assert small[small.kind == "all"].numbers.sum() == 3


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="empty"),
        pytest.param(
            [r | {"lead_id": None, "phone": None} for r in calls("alpha")], id="no number"
        ),
        pytest.param([r | {"agent_id": "A1"} for r in calls("alpha")], id="one agent"),
        pytest.param(calls("alpha", numbers=200), id="too few talks"),
        pytest.param([r | {"is_test": True} for r in calls("alpha")], id="tests"),
    ],
)
def test_without_enough_it_is_not_run(rows: list[Row]) -> None:
    answer = audit({"calls": rows}, scope(("alpha",)))["alpha"]
    assert answer.evidence == ()
    assert answer.not_run is not None


def test_one_number_for_everything_breaks_nothing() -> None:
    rows = [r | {"lead_id": "L", "phone": None} for v in NAMES for r in calls(v)]
    answers = audit({"calls": rows})
    assert list(answers) == sorted(NAMES)
    small = reduced(CHECK, {"calls": rows}, scope())
    assert small.talks.max() == MOST_TALKS
