"""Steps of the funnel: with a call behind them, in a possible order, or neither."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from check_world import ask, at, call, evidence_rows, scope_of
from vendoreval.checks._funnel_steps import RULES
from vendoreval.checks.stage_order import CHECK
from vendoreval.text import language

SCOPE = scope_of({"alpha": [], "beta": []})
Rows = dict[str, list[dict[str, Any]]]


def step(lead: str, day: int, to: str, vendor: str = "alpha", **fields: Any) -> dict[str, Any]:
    return {"vendor": vendor, "lead_id": lead, "at": at(day, 18), "stage_to": to} | fields


def world(vendor: str = "alpha", leads: int = 10) -> Rows:
    """Ten companies, each called on two days, contacted, quoted, one of them won and sold."""
    rows: Rows = {"calls": [], "funnel_events": [], "leads": [], "sales": []}
    for n in range(leads):
        name, own = f"{vendor}-{n}", {"vendor": vendor}
        rows["leads"].append(own | {"lead_id": name, "handed_on": date(2026, 10, 2),
                                    "phone": f"+7900{n:07d}"})  # fmt: skip
        for day in (2 + n, 5 + n):
            rows["calls"].append(
                call(100 * n + day, at(day), disposition="interested", lead_id=name, **own)
            )
        rows["funnel_events"] += [
            step(name, 2 + n, "contacted", vendor, stage_from="new"),
            step(name, 5 + n, "quote", vendor, stage_from="contacted"),
        ]
    rows["funnel_events"].append(step(f"{vendor}-0", 9, "won", vendor, stage_from="quote"))
    rows["sales"].append(
        {"vendor": vendor, "lead_id": f"{vendor}-0", "sale_id": "s", "sold_at": at(9)}
    )
    return rows


def test_an_honest_funnel_is_in_order() -> None:
    answer = ask(CHECK, world(), SCOPE)["alpha"]
    assert answer.evidence == () and answer.not_run is None
    assert answer.n == 21
    assert "all in a possible order" in language("en").say(answer.statement)


def broken(**change: Any) -> dict[str, int]:
    """Return what is found after rows are added to or replaced in an honest world."""
    rows = world() | change
    answers = ask(CHECK, rows, SCOPE)
    if not answers["alpha"].evidence:
        return {}
    found = evidence_rows(CHECK, rows, SCOPE)
    names = [rule for rule in RULES if (found[rule].fillna(0) == 1).any()]
    return {name: int((found[name].fillna(0) == 1).sum()) for name in names}


def more(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"funnel_events": world()["funnel_events"] + list(steps)}


def without_calls_of(*leads: str) -> dict[str, Any]:
    return {"calls": [c for c in world()["calls"] if c["lead_id"] not in leads]}


def test_steps_without_any_call() -> None:
    assert broken(**without_calls_of("alpha-3", "alpha-4")) == {"no_call": 4}


def test_quotes_without_a_conversation() -> None:
    calls = [c | {"disposition": "no_answer"} if c["lead_id"] == "alpha-3" else c
             for c in world()["calls"]]  # fmt: skip
    assert broken(calls=calls) == {"no_conversation": 1}


def test_a_call_that_came_after_the_step() -> None:
    calls = [c | {"started_at": at(20)} if c["lead_id"] == "alpha-3" else c
             for c in world()["calls"]]  # fmt: skip
    assert broken(calls=calls) == {"no_call": 2}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (more(step("alpha-1", 20, "lost", stage_from="interested")), {"not_from_there": 1}),
        (more(step("alpha-0", 20, "contacted", stage_from="won")), {"after_won": 1}),
        (more(step("alpha-1", 20, "won", stage_from="quote")), {"no_sale": 1}),
        (
            {"leads": [lead | {"handed_on": date(2026, 10, 4)} for lead in world()["leads"]]},
            {"before_handed": 2},
        ),
    ],
)
def test_impossible_orders(change: dict[str, Any], found: dict[str, int]) -> None:
    assert broken(**change) == found


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            more(step("alpha-x", 12, "quote", reason="bulk mailing of October")), id="mailing"
        ),
        pytest.param(more(step("alpha-x", 12, "contacted", reason="входящий")), id="inbound"),
        pytest.param(
            more(step("alpha-1", 20, "lost", stage_from="new", reason="duplicate merged")),
            id="joined",
        ),
        pytest.param(more(step("alpha-1", 20, "lost", stage_from="quote")), id="lost is a step"),
        pytest.param(more(step("alpha-0", 20, "lost", stage_from="won")), id="a sale cancelled"),
        pytest.param(
            {
                "leads": [lead | {"handed_on": date(2026, 7, 1)} for lead in world()["leads"]],
                **without_calls_of("alpha-3"),
            },
            id="older than the log",
        ),
        pytest.param(
            {
                "calls": [
                    c | {"lead_id": None, "phone": f"+7900{int(c['lead_id'][6:]):07d}"}
                    for c in world()["calls"]
                ]
            },
            id="calls that tell the phone only",
        ),
        pytest.param(
            {"calls": [c | {"started_at": c["started_at"] + timedelta(hours=11)}
                       for c in world()["calls"]]},
            id="a clock that is late on the same day",
        ),
        pytest.param({"sales": []}, id="sales are not reported"),
    ],
)  # fmt: skip
def test_honest_twins_are_silent(change: dict[str, Any]) -> None:
    rows = world() | change
    answer = ask(CHECK, rows, SCOPE)["alpha"]
    assert answer.evidence == () and answer.not_run is None


def test_calls_without_a_lead_cannot_prove_that_none_was_made() -> None:
    calls = [c | {"lead_id": None} if n % 4 == 0 else c for n, c in enumerate(world()["calls"])]
    answer = ask(CHECK, world() | {"calls": calls}, SCOPE)["alpha"]
    assert answer.evidence == ()
    assert "too few calls tell their company" in language("en").say(answer.statement)


def test_the_rate_of_the_others_is_told() -> None:
    both = {name: rows + world("beta")[name] for name, rows in world().items()}
    both["calls"] = [c for c in both["calls"] if c["lead_id"] not in {"alpha-3", "beta-4"}]
    answers = ask(CHECK, both, SCOPE)
    said = language("en").say(answers["alpha"].evidence[0].condition)
    assert "at the other vendors: 9.5% of the steps" in said
    assert answers["beta"].evidence[0].observed == 2


@pytest.mark.parametrize("missing", ["funnel_events", "calls"])
def test_without_steps_or_calls_it_is_not_asked(missing: str) -> None:
    assert ask(CHECK, world() | {missing: []}, SCOPE)["alpha"].not_run is not None


def test_a_day_whose_calls_were_not_delivered_hides_who_was_called() -> None:
    """All calls of four days are missing; the steps of those days are there as ever."""
    calls = [c for c in world()["calls"] if c["started_at"].day not in {6, 7, 8, 9}]
    assert broken(calls=calls) == {}


def test_one_step_on_a_free_day_hides_nothing() -> None:
    many = [step(f"alpha-{n}", 10 + n % 3, "contacted", stage_from="quote") for n in range(10)]
    sunday = step("alpha-9", 30, "interested", stage_from="contacted")
    change = more(*many, sunday) | without_calls_of("alpha-9")
    assert broken(**change)["no_call"] == 4
