"""Agents without sales: who is asked about, who may be named, and who never is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from check_world import ask, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks._credit import COUNTS
from vendoreval.checks.agents_without_sales import CHECK
from vendoreval.checks.base import Answer
from vendoreval.text import language

SCOPE = scope_of({"alpha": [item()]})
MAY = datetime(2026, 5, 4, 9)


def frame(
    sold: list[int], leads: int = 500, role: str | None = None, vendor: str = "alpha", **more: Any
) -> pd.DataFrame:
    """Return the small table of one vendor whose agents talked to as many leads each."""
    rows = [
        dict.fromkeys(COUNTS, 0)
        | {
            "vendor": vendor, "agent_id": f"A{n}", "role": role, "seconds": 60_000,
            "touched": leads, "touched_sold": s, "last_sold": s,
        }
        | more
        for n, s in enumerate(sold)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def judge(table: pd.DataFrame) -> Answer:
    (answer,) = CHECK.judge(table, SCOPE)
    return answer


ONE_WITHOUT = [0, 33, 41, 27, 38, 35, 29, 44, 31, 36]


def test_without_a_role_it_only_asks() -> None:
    (evidence,) = judge(frame(ONE_WITHOUT)).evidence
    assert evidence.agent_id == "A0"
    assert evidence.review_only
    assert "what is this person's job?" in language("en").say(evidence.title)
    assert evidence.money is None
    assert evidence.minutes is not None
    assert evidence.minutes.point == 1000
    assert evidence.p_value is not None
    assert evidence.p_value <= 0.05


def test_a_confirmed_seller_low_by_both_credits_may_be_named() -> None:
    (evidence,) = judge(frame(ONE_WITHOUT, role="closer")).evidence
    assert not evidence.review_only
    assert evidence.e_value is not None
    assert evidence.e_value > 1


def test_a_seller_whose_leads_sell_under_other_names_is_only_asked_about() -> None:
    table = frame(ONE_WITHOUT, role="closer", touched_sold=35)
    (evidence,) = judge(table).evidence
    assert evidence.review_only
    assert "sold under any name: 35 of 500" in language("en").say(evidence.condition)


def test_a_known_qualifier_is_never_named_as_a_seller() -> None:
    table = frame([0, 0, *ONE_WITHOUT[1:]], role="closer")
    table.loc[:1, "role"] = "qualifier"
    answer = judge(table)
    assert answer.evidence == ()
    assert answer.not_run is None


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(frame([*ONE_WITHOUT[1:], 17]), id="half of the house rate"),
        pytest.param(frame([30, 33, 41, 27, 38, 35, 29, 44, 31, 36]), id="alike"),
        pytest.param(
            pd.concat(
                [frame(ONE_WITHOUT[1:]), frame([0], leads=60).assign(agent_id="new")],
                ignore_index=True,
            ),
            id="too few leads to be named",
        ),
    ],
)
def test_what_must_stay_silent(table: pd.DataFrame) -> None:
    answer = judge(table)
    assert answer.not_run is None
    assert answer.evidence == ()


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        pytest.param(frame([]).reindex(columns=["vendor", "agent_id", "role", *COUNTS]),
                     "no leads or sales", id="empty"),
        pytest.param(frame([3]), "the comparison needs 8", id="one agent"),
        pytest.param(frame([0] + [40] * 6), "the comparison needs 8", id="seven agents"),
        pytest.param(frame([0] + [5] * 12), "the comparison needs 8", id="five sales each"),
        pytest.param(frame([0] * 12), "the comparison needs 8", id="no sales at all"),
    ],
)  # fmt: skip
def test_it_says_what_is_missing(table: pd.DataFrame, reason: str) -> None:
    answer = judge(table)
    assert answer.not_run is not None
    assert reason in language("en").say(answer.not_run.reason)


@pytest.mark.parametrize(
    ("more", "basis"),
    [
        ({"bank": 500, "bank_sold": 35}, "contract bank"),
        ({"claims": 40, "claimed_sold": 35}, "leads talked to"),
        ({"claims": 40, "claimed_sold": 35, "touched": 0, "conversations": 500}, "conversations"),
    ],
)
def test_each_situation_has_its_rule(more: dict[str, int], basis: str) -> None:
    table = frame([0] * 10, **more)
    column = "bank_sold" if "bank" in more else "claimed_sold"
    table.loc[0, column] = 0
    answer = judge(table)
    assert basis in language("en").say(answer.statement)
    assert [evidence.agent_id for evidence in answer.evidence] == ["A0"]


def test_names_and_order_change_nothing() -> None:
    table = frame(ONE_WITHOUT)
    names = {f"A{n}": f"Z{9 - n}" for n in range(10)}
    renamed = table.assign(agent_id=table["agent_id"].map(names)).sample(frac=1, random_state=1)
    (first,), (second,) = judge(table).evidence, judge(renamed).evidence
    assert names[first.agent_id or ""] == second.agent_id
    assert first.p_value == second.p_value
    assert judge(table).statement == judge(renamed).statement


def test_vendors_are_compared_inside_themselves() -> None:
    both = scope_of({"alpha": [item()], "beta": [item()]})
    table = pd.concat([frame(ONE_WITHOUT), frame([5] * 10, vendor="beta")], ignore_index=True)
    alpha, beta = CHECK.judge(table, both)
    assert alpha == judge(frame(ONE_WITHOUT))
    assert beta.not_run is not None


def test_honest_vendors_with_the_check_as_a_whole() -> None:
    rng = np.random.default_rng(4)
    worlds, named = 15, 0
    for _ in range(worlds):
        leads = rng.integers(300, 900, 12)
        sold = rng.poisson(leads * 0.05 * np.exp(rng.normal(-0.06, 0.35, 12)))
        table = frame(list(sold)).assign(touched=leads, touched_sold=sold, last_sold=sold)
        named += bool(judge(table).evidence)
    # 5 % of 15 is less than one; more than 4 has a chance of 1 in 1,000
    assert named <= 4


# ------------------------------------------------------------------------ the reduction


def lead_calls(agent: str, lead: str, day: int, number: int, talk: int = 100) -> dict[str, Any]:
    return call(number, MAY + timedelta(days=day), talk, agent_id=agent, lead_id=lead)


def sale(lead: str | None, day: int, **fields: Any) -> dict[str, Any]:
    sold_at = MAY + timedelta(days=day)
    return {
        "sale_id": f"S-{lead}-{day}",
        "lead_id": lead,
        "vendor": "alpha",
        "sold_at": sold_at,
    } | (fields)


def credit(**rows: Any) -> pd.DataFrame:
    table = reduced(CHECK, rows, SCOPE).set_index("agent_id")
    return table.astype(dict.fromkeys(COUNTS, "int64"))


def test_credit_by_the_last_talk_before_the_sale() -> None:
    calls = [
        lead_calls("A1", "L1", 0, 1), lead_calls("A2", "L1", 3, 2), lead_calls("A3", "L1", 9, 3),
        lead_calls("A2", "L2", 1, 4), lead_calls("A1", "L3", 1, 5), lead_calls("A1", "L4", 1, 6, 0),
        call(7, MAY, agent_id="A1", lead_id=None),
    ]  # fmt: skip
    sales = [
        sale("L1", 5),
        sale("L2", 4, cancelled_at=MAY + timedelta(days=8)),
        sale("L3", 2, vendor=None),
        sale("unknown", 2),
        sale(None, 2),
    ]
    table = credit(calls=calls, client_sales=sales)
    assert table["last_sold"].to_dict() == {"A1": 1, "A2": 1, "A3": 0}
    # L1 was sold before A3 talked to it; a dial without talk is no touch
    assert table["touched"].to_dict() == {"A1": 2, "A2": 2, "A3": 0}
    assert table["touched_sold"].to_dict() == {"A1": 2, "A2": 1, "A3": 0}
    assert table.loc["A1", "seconds"] == 260


def test_a_sale_of_another_vendor_is_no_credit() -> None:
    table = credit(
        calls=[lead_calls("A1", "L1", 0, 1)], client_sales=[sale("L1", 1, vendor="beta")]
    )
    assert table.loc["A1", ["last_sold", "touched_sold", "touched"]].tolist() == [0, 0, 1]


def test_claims_count_when_the_client_confirms_them() -> None:
    claims = [
        {"vendor": "alpha", "sale_id": f"C{n}", "sold_at": MAY, "lead_id": lead, "agent_id": agent}
        for n, (lead, agent) in enumerate([("L1", "A1"), ("L2", "A1"), ("L1", None), (None, "A1")])
    ]
    table = credit(calls=[], sales=claims, client_sales=[sale("L1", 3)])
    assert table.loc["A1", ["claims", "claimed_sold"]].tolist() == [2, 1]


def test_the_bank_leaves_out_what_was_over_before() -> None:
    def lead(number: int, stage: str, since: date | None, on: date) -> dict[str, Any]:
        return {
            "vendor": "alpha", "snapshot_on": on, "lead_id": f"L{number}", "stage": stage,
            "stage_since": since, "agent_id": "A1",
        }  # fmt: skip

    latest = date(2026, 10, 20)
    funnel = [
        lead(1, "won", None, latest),
        lead(2, "lost", date(2025, 3, 1), latest),
        lead(3, "lost", date(2026, 3, 1), latest),
        lead(4, "new", None, latest),
        lead(5, "new", None, date(2026, 9, 20)),
        lead(6, "new", None, date(2026, 11, 20)),
    ]
    sales = [sale("L1", 3), sale("L4", -400)]
    table = credit(calls=[], funnel=funnel, client_sales=sales)
    # L1 sold, L3 could have; L4 was sold before the twelve months
    assert table.loc["A1", ["bank", "bank_sold"]].tolist() == [2, 1]


def test_the_role_is_the_latest_one() -> None:
    roster = [
        {"vendor": "alpha", "agent_id": "A1", "hired_on": date(2025, 1, 1), "role": "qualifier"},
        {"vendor": "alpha", "agent_id": "A1", "hired_on": date(2026, 1, 1), "role": "closer"},
        {"vendor": "alpha", "agent_id": "A9", "hired_on": date(2026, 1, 1), "role": None},
    ]
    table = credit(
        calls=[lead_calls("A1", "L1", 0, 1), lead_calls("A2", "L1", 0, 2)], roster=roster
    )
    assert table["role"].fillna("").to_dict() == {"A1": "closer", "A2": ""}


def test_empty_tables_and_evidence_rows() -> None:
    assert ask(CHECK, {}, SCOPE)["alpha"].not_run is not None
    calls = [lead_calls("A1", "L1", 0, 1), lead_calls("A1", "L1", 400, 2)]
    assert list(evidence_rows(CHECK, {"calls": calls}, SCOPE)["call_id"]) == ["c1"]
