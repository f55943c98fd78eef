"""What counts: facts, findings and questions, and what each is worth."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendoreval.auditing.money import ladder, united
from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import Measure, MoneyLadder
from vendoreval.auditing.six_inputs import Claims, Movement, six_rows
from vendoreval.auditing.stage_moves import slope_of
from vendoreval.auditing.tiers import Judged, feeding, judge
from vendoreval.auditing.verdict import decide
from vendoreval.checks import ALL
from vendoreval.checks.base import Answer, Check, Estimate, Evidence, NotRun, Range
from vendoreval.errors import AgreementError
from vendoreval.text import language, msg

FACT = next(check for check in ALL if check.kind == "fact")
PATTERNS = [check for check in ALL if check.kind == "pattern" and check.least_vendors]
ACCUSING = next(check for check in PATTERNS if check.least_vendors == 1)
POLICY = Policy()
INVOICE = {"alpha": Decimal(1_000_000), "beta": Decimal(1_000_000)}


def evidence(check: Check, vendor: str = "alpha", **changes: object) -> Evidence:
    plain = Evidence(
        check.id, vendor, 2.0, 1.0, "x", 100, msg("title"), msg("condition"), msg("criteria")
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def answers(*found: Evidence, vendors: tuple[str, ...] = ("alpha",)) -> dict[str, list[Answer]]:
    return {
        check.id: [
            Answer(
                vendor,
                msg("statement"),
                100,
                tuple(e for e in found if e.check == check.id and e.vendor == vendor),
            )
            for vendor in vendors
        ]
        for check in ALL
    }


def tiers(*found: Evidence, vendors: tuple[str, ...] = ("alpha",)) -> list[str]:
    judged = judge(ALL, answers(*found, vendors=vendors), vendors, INVOICE, POLICY)
    return [entry.tier for entry in judged.evidence]


def money(amount: int | str) -> Range:
    return Range.exact(Decimal(amount))


def test_fact_needs_no_statistics() -> None:
    assert tiers(evidence(FACT, money=money(50_000))) == ["fact"]


def test_fact_below_the_floor_is_a_question() -> None:
    # 0.1 % of a million is 1,000
    assert tiers(evidence(FACT, money=money(999))) == ["review"]
    assert tiers(evidence(FACT, money=money(1_000))) == ["fact"]


def test_weak_pattern_is_chance() -> None:
    assert tiers(evidence(PATTERNS[0], p_value=0.2)) == []


def test_strong_p_value_asks_and_never_accuses() -> None:
    assert tiers(evidence(PATTERNS[0], p_value=1e-12)) == ["review"]


def least_e_value(vendors: int = 1) -> float:
    """Return the e-value of one check that just names a vendor when all others saw nothing (1)."""
    asked = feeding(ALL, vendors)
    families = len({check.family for check in asked})
    siblings = sum(1 for check in asked if check.family == ACCUSING.family)
    # mean over families of the mean inside each must reach vendors / 0.05
    in_family = 20 * vendors * families - (families - 1)
    # and inside the one named vendor the check must stand out among all asked of it
    return max(in_family * siblings - (siblings - 1), 20 * vendors * len(asked))


def test_e_value_must_outweigh_the_checks_that_saw_nothing() -> None:
    strong = evidence(ACCUSING, p_value=1e-6, e_value=least_e_value() * 1.001)
    assert tiers(strong) == ["finding"]
    weak = evidence(ACCUSING, p_value=1e-6, e_value=least_e_value() * 0.999)
    assert tiers(weak) == ["review"]


def test_two_vendors_need_twice_the_evidence() -> None:
    strong = evidence(ACCUSING, p_value=1e-6, e_value=least_e_value() * 1.001)
    assert tiers(strong, vendors=("alpha", "beta")) == ["review"]
    stronger = evidence(ACCUSING, p_value=1e-6, e_value=least_e_value(2) * 1.001)
    assert tiers(stronger, vendors=("alpha", "beta")) == ["finding"]


def test_a_method_that_may_only_ask_never_reaches_a_finding() -> None:
    strong = evidence(ACCUSING, p_value=1e-9, e_value=1e9, review_only=True)
    assert tiers(strong) == ["review"]


def test_states_tell_clear_from_not_run() -> None:
    given_answers = answers()
    refused = NotRun(FACT.id, "alpha", msg("no log"), msg("ask for it"))
    given_answers[FACT.id] = [Answer("alpha", msg("no log"), not_run=refused)]
    states = judge(ALL, given_answers, ("alpha",), INVOICE, POLICY).states["alpha"]
    assert {s.state for s in states if s.check == FACT.id} == {"not_run"}
    assert {s.state for s in states if s.check != FACT.id} == {"clear"}


# ------------------------------------------------------------------ money


def _rows(calls: dict[str, dict[str, int]]) -> object:
    def rows_of(entry: Evidence) -> pd.DataFrame:
        seconds = calls[entry.agent_id or ""]
        return pd.DataFrame({"call_id": list(seconds), "seconds": list(seconds.values())})

    return rows_of


def test_each_call_is_valued_once_at_its_dearest() -> None:
    one = evidence(FACT, agent_id="one", per_call=True, money=money(30))
    two = evidence(FACT, agent_id="two", per_call=True, money=money(60))
    calls = {"one": {"c1": 10, "c2": 20}, "two": {"c2": 10, "c3": 20}}
    # c1 10, c2 the dearer of 20 and 20, c3 40
    assert united([one, two], _rows(calls)) == Decimal(70)  # type: ignore[arg-type]


@given(
    facts=st.lists(st.integers(0, 10**7), max_size=4),
    patterns=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), max_size=4),
    billed=st.integers(0, 10**7),
)
def test_ladder_is_in_order_and_never_above_the_invoice(
    facts: list[int], patterns: list[tuple[int, int]], billed: int
) -> None:
    judged = [Judged(evidence(FACT, money=money(amount)), "fact") for amount in facts]
    for low, wide in patterns:
        span = Range(Decimal(low), Decimal(low), Decimal(low + wide))
        judged.append(Judged(evidence(PATTERNS[0], money=span), "review"))
    rungs = ladder(Decimal(billed), judged, _rows({}))  # type: ignore[arg-type]
    ordered = [
        0, rungs.provable, rungs.likely, rungs.at_risk_low, rungs.at_risk, rungs.at_risk_high,
        billed,
    ]  # fmt: skip
    assert ordered == sorted(ordered)
    assert rungs.provable == min(sum(facts), billed)


# ---------------------------------------------------------------- verdict


def measures(cost: tuple[float, float, float] | None, sales: int = 100) -> dict[str, Measure]:
    value, low, high = cost if cost else (None, None, None)
    return {
        "cost_per_surviving_sale": Measure(
            "cost_per_surviving_sale", value, "money", sales, low, high
        ),
        "surviving_sales": Measure("surviving_sales", sales, "sales", sales),
        "billed_minutes": Measure("billed_minutes", 1000.0, "min", 1000),
    }


def verdict(
    cost: tuple[float, float, float] | None,
    provable: int = 0,
    confirmed: int = 95,
    sales: int = 100,
) -> tuple[str, str]:
    rungs = MoneyLadder(Decimal(1000), *(Decimal(provable) for _ in range(5)))
    shown = measures(cost, sales)
    rows = six_rows(
        Movement(30_000, 50, 36_000, 6_000, 50_000), Claims(100, confirmed), shown, rungs,
        Decimal(7000), "RUB", POLICY,
    )  # fmt: skip
    assert len(rows) == 6
    judged = [Judged(evidence(FACT, money=money(provable)), "fact")] if provable else []
    found, decision, reasons = decide(rows, judged, rungs, sales, POLICY)
    assert reasons
    return found, decision


CHEAP, DEAR, NEAR = (5000.0, 4000.0, 6000.0), (9000.0, 8000.0, 10000.0), (7000.0, 6000.0, 8000.0)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (verdict(CHEAP), ("SELLS", "KEEP")),
        (verdict(NEAR), ("SELLS", "KEEP")),
        (verdict(CHEAP, provable=5), ("SELLS", "CONDITIONS")),
        (verdict(CHEAP, provable=50), ("UNPROVEN", "CONDITIONS")),
        (verdict(DEAR), ("UNPROVEN", "CONDITIONS")),
        (verdict(DEAR, provable=50), ("MINUTES_LIKE", "PROBATION")),
        (verdict(DEAR, provable=150), ("MINUTES_LIKE", "REPLACE")),
        (verdict(DEAR, confirmed=50), ("MINUTES_LIKE", "PROBATION")),
        (verdict(None), ("CANNOT_TELL", "CANNOT_TELL")),
        (verdict(DEAR, sales=5), ("CANNOT_TELL", "CANNOT_TELL")),
    ],
)
def test_verdict_follows_the_printed_rules(
    case: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert case == expected


def test_policy_names_every_wrong_threshold_at_once() -> None:
    with pytest.raises(AgreementError) as caught:
        Policy.of({"reveiw_level": "0.1", "finding_level": "5", "fewest_sales": "1.5"})
    assert [p.path for p in caught.value.problems] == [
        "$.policy.reveiw_level", "$.policy.finding_level", "$.policy.fewest_sales",
    ]  # fmt: skip
    assert Policy.of({"fewest_sales": 30}).fewest_sales == 30


def test_the_cost_of_months_old_enough_goes_before_that_of_the_period() -> None:
    rungs = MoneyLadder(Decimal(1000), *(Decimal(0) for _ in range(5)))
    fresh = measures(DEAR, 3)
    rows = six_rows(
        None, None, fresh, rungs, Decimal(7000), "RUB", POLICY, Estimate(5000, 4000, 6000, 240)
    )
    cost = next(row for row in rows if row.id == "cost")
    assert cost.reading == "for"
    # three fresh sales do not matter where the mature months suffice
    assert decide(rows, [], rungs, None, POLICY)[0] == "SELLS"
    assert decide(rows, [], rungs, 3, POLICY)[0] == "CANNOT_TELL"


def test_who_sells_nothing_does_not_escape_by_selling_nothing() -> None:
    rungs = MoneyLadder(Decimal(1000), *(Decimal(50) for _ in range(5)))
    nothing = Estimate(float("inf"), 90_000.0, float("inf"), 0)
    rows = six_rows(None, None, measures(None, 0), rungs, Decimal(7000), "RUB", POLICY, nothing)
    assert next(row for row in rows if row.id == "cost").reading == "against"
    assert decide(rows, [], rungs, None, POLICY)[0] == "MINUTES_LIKE"


def test_stage_moves_have_an_interval_over_agents_and_decide_nothing() -> None:
    rng = np.random.default_rng(3)
    rows = [
        {"agent_id": f"A{agent}", "seconds": int(3600 * hours), "moves": int(2 * hours + agent)}
        for agent in range(12)
        for hours in rng.uniform(10, 30, 5)
    ]
    slope = slope_of(pd.DataFrame(rows))
    assert slope is not None
    assert slope.low < 2.0 < slope.high
    assert slope.agents == 12
    assert slope_of(pd.DataFrame(rows[:20])) is None
    movement = Movement(30_000, 50, 36_000, 6_000, 50_000, slope)
    rungs = MoneyLadder(Decimal(1000), *(Decimal(0) for _ in range(5)))
    shown = six_rows(
        movement, Claims(100, 95), measures(CHEAP), rungs, Decimal(7000), "RUB", POLICY
    )
    row = next(row for row in shown if row.id == "moves_per_hour")
    assert row.reading == "neutral"
    assert f"({slope.low:.2f} to {slope.high:.2f})" in language("en").say(row.value)
