"""Which evidence may feed which tier, and what is named inside a named vendor."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest

from check_world import scope_of
from own_past_world import Past, frame_of, scope
from vendoreval.auditing.policy import Policy
from vendoreval.auditing.questions import _void
from vendoreval.auditing.tiers import Judgement, e_value_of, feeding, judge, named_of
from vendoreval.checks import (
    ALL,
    agents_without_sales,
    closed_after_first_touch,
    cost_against_ceiling,
    few_sales_for_minutes,
    minutes_per_lead_rising,
    sales_per_minute_falling,
    who_started_padding,
)
from vendoreval.checks.base import Answer, Check, Evidence, NotRun, Range
from vendoreval.text import language, msg

MINUTES, WHO = minutes_per_lead_rising.CHECK, who_started_padding.CHECK
SALES, LEVEL = sales_per_minute_falling.CHECK, few_sales_for_minutes.CHECK
AGENTS, COST = agents_without_sales.CHECK, cost_against_ceiling.CHECK
CHECKS = (AGENTS, LEVEL, COST, closed_after_first_touch.CHECK, MINUTES, SALES, WHO)
POLICY = Policy()
ONE = ("alpha",)
INVOICE = {f"v{n}": Decimal(1_000_000) for n in range(12)} | {"alpha": Decimal(1_000_000)}


def evidence(check: Check, vendor: str = "alpha", **changes: object) -> Evidence:
    plain = Evidence(
        check.id, vendor, 2.0, 1.0, "min", 100, msg("title"), msg("condition"), msg("criteria"),
        p_value=1e-4,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def judged(found: dict[tuple[str, str], Answer], vendors: tuple[str, ...] = ONE) -> Judgement:
    answers = {
        check.id: [found.get((check.id, v), Answer(v, msg("said"), 100)) for v in vendors]
        for check in CHECKS
    }
    return judge(CHECKS, answers, vendors, INVOICE, POLICY)


def answer(check: Check, e_value: float | None, *items: Evidence, vendor: str = "alpha") -> Answer:
    return Answer(vendor, msg("said"), 100, items, e_value=e_value)


def tiers(judgement: Judgement) -> dict[tuple[str, str | None], str]:
    return {(j.evidence.check, j.evidence.agent_id): j.tier for j in judgement.evidence}


# ------------------------------------------------------------- the table of who may feed


@pytest.mark.parametrize(
    ("vendors", "expected"),
    [(1, {AGENTS, MINUTES, SALES}), (5, {AGENTS, MINUTES, SALES}),
     (6, {AGENTS, LEVEL, MINUTES, SALES})],
)  # fmt: skip
def test_levels_accuse_from_six_vendors_and_the_cost_never(
    vendors: int, expected: set[Check]
) -> None:
    assert {check.id for check in feeding(CHECKS, vendors)} == {check.id for check in expected}


def test_every_pattern_of_the_product_says_from_how_many_vendors_it_may_accuse() -> None:
    ask = {check.id for check in ALL if check.kind == "pattern" and check.least_vendors is None}
    assert ask == {
        "vendor_favouring_errors", "cost_against_ceiling", "closed_after_first_touch",
        "disposition_against_duration", "implied_tariff",
    }  # fmt: skip
    levels = {check.id for check in ALL if check.compares_levels}
    assert levels == {
        "few_sales_for_minutes", "long_calls_without_outcome", "very_short_calls",
        "voicemail_as_talk", "same_numbers_again", "wrap_and_idle", "late_cancellations",
        "period_end_sales",
    }  # fmt: skip
    for check in ALL:
        if check.kind == "pattern":
            assert check.least_vendors is None or 1 <= check.least_vendors <= 6
        if check.drills is not None:
            assert check.drills in {other.id for other in ALL}


def test_a_level_below_the_others_with_five_vendors_is_a_question_whatever_its_e_value() -> None:
    vendors = tuple(f"v{n}" for n in range(5))
    item = evidence(LEVEL, "v0", e_value=1e9)
    found = judged({(LEVEL.id, "v0"): answer(LEVEL, 1e9, item, vendor="v0")}, vendors)
    assert tiers(found) == {(LEVEL.id, None): "review"}
    assert found.e_values["v0"] == 1.0


def test_with_six_it_is_a_finding() -> None:
    vendors = tuple(f"v{n}" for n in range(6))
    item = evidence(LEVEL, "v0", e_value=1e9)
    found = judged({(LEVEL.id, "v0"): answer(LEVEL, 1e9, item, vendor="v0")}, vendors)
    assert tiers(found) == {(LEVEL.id, None): "finding"}


# --------------------------------------------------------------- families and e-BH, by hand


def test_families_are_averaged_inside_and_then_over() -> None:
    found = judged({(MINUTES.id, "alpha"): answer(MINUTES, 100.0),
                    (SALES.id, "alpha"): answer(SALES, 0.0),
                    (AGENTS.id, "alpha"): answer(AGENTS, 4.0)})  # fmt: skip
    # family b: (100 + 0) / 2 = 50, family a: 4; their mean is 27
    assert found.e_values["alpha"] == pytest.approx(27.0)


def test_not_run_is_no_evidence_and_evidence_against_guilt_counts() -> None:
    refused = NotRun(MINUTES.id, "alpha", msg("no"), msg("ask"))
    assert e_value_of([Answer("alpha", msg("no"), not_run=refused)], "alpha") == 1.0
    assert e_value_of([answer(MINUTES, 0.25)], "alpha") == 0.25
    items = [evidence(AGENTS, e_value=30.0), evidence(AGENTS, e_value=10.0)]
    assert e_value_of([answer(AGENTS, None, *items)], "alpha") == 20.0


def test_the_strongest_of_two_vendors_needs_forty() -> None:
    vendors = ("alpha", "v1")
    for e_value, is_named in ((157.1, True), (156.9, False)):
        # family b: (e + 1) / 2, family a: 1; the mean must reach 2 / 0.05
        found = {(MINUTES.id, "alpha"): answer(MINUTES, e_value)}
        answers = {
            check.id: [found.get((check.id, v), Answer(v, msg("said"), 9)) for v in vendors]
            for check in CHECKS
        }
        assert ("alpha" in named_of(CHECKS, answers, vendors, POLICY).vendors) is is_named


def test_inside_a_named_vendor_only_the_checks_that_stand_out_are_findings() -> None:
    found = judged({
        (MINUTES.id, "alpha"): answer(MINUTES, 500.0, evidence(MINUTES, e_value=500.0)),
        (SALES.id, "alpha"): answer(SALES, 21.0, evidence(SALES, e_value=21.0)),
    })  # fmt: skip
    # three checks at 0.05: the first needs 60, two of them 30 each
    assert tiers(found) == {(MINUTES.id, None): "finding", (SALES.id, None): "review"}


# -------------------------------------------------------------------------- drill-down


def people(e_value: float) -> Answer:
    item = evidence(WHO, agent_id="A1", e_value=e_value, p_value=1 / e_value)
    return answer(WHO, None, item)


def test_nobody_is_named_while_the_vendor_is_not() -> None:
    found = judged({(WHO.id, "alpha"): people(1e6)})
    assert found.evidence == ()
    assert found.e_values["alpha"] == 1.0


def test_a_person_inside_a_found_rise_is_named_at_the_stricter_level() -> None:
    rise = answer(MINUTES, 1e4, evidence(MINUTES, e_value=1e4))
    # one of three checks was picked: the level of a person is a third of 0.05
    for e_value, tier in ((61.0, "finding"), (59.0, "review")):
        found = judged({(MINUTES.id, "alpha"): rise, (WHO.id, "alpha"): people(e_value)})
        assert tiers(found)[WHO.id, "A1"] == tier


def test_a_question_about_the_vendor_leaves_the_persons_a_question() -> None:
    asked = answer(MINUTES, 1.0, evidence(MINUTES, e_value=50.0, review_only=True))
    found = judged({(MINUTES.id, "alpha"): asked, (WHO.id, "alpha"): people(1e6)})
    assert set(tiers(found).values()) == {"review"}


# ------------------------------------------------------------------------------- money


def test_money_of_a_finding_has_limits_as_wide_as_picking_it_asks_for() -> None:
    wide = Range(Decimal(10), Decimal(50), Decimal(90))
    narrow = Range(Decimal(40), Decimal(50), Decimal(60))
    item = evidence(
        MINUTES, e_value=1e4, money=narrow,
        wider={0.90: (None, narrow), 0.95: (None, narrow), 0.98: (None, wide)},
    )  # fmt: skip
    (entry,) = judged({(MINUTES.id, "alpha"): answer(MINUTES, 1e4, item)}).evidence
    # one of three picked: 1 - .10 / 3 = .967, so the limits of .98 are taken
    assert entry.evidence.money == wide


def test_a_whole_audit_of_own_past_names_who_pads_and_what_it_costs() -> None:
    frame = frame_of(Past("alpha", padding=1.0, padders=0.25))
    asked = (MINUTES, SALES, WHO)
    answers = {check.id: check.judge(frame, scope(["alpha"])) for check in asked}
    found = judge(asked, answers, ONE, INVOICE, POLICY)
    named = {j.evidence.agent_id for j in found.evidence if j.evidence.check == WHO.id}
    assert named == {"A00", "A01", "A02"}
    assert {j.tier for j in found.evidence if j.evidence.check == MINUTES.id} == {"finding"}


# -------------------------------------------------------------- who chooses the leads


def test_levels_are_void_where_vendors_choose_their_leads() -> None:
    cards = {"alpha": [], "beta": []}
    refusal = _void(LEVEL, "alpha", scope_of(cards, lead_allocation="vendor"))
    assert refusal is not None
    assert refusal.not_run is not None
    assert "choose their leads" in language("en").say(refusal.statement)
    assert _void(LEVEL, "alpha", scope_of(cards)) is None
    assert _void(MINUTES, "alpha", scope_of(cards, lead_allocation="vendor")) is None


def test_few_vendors_print_how_much_the_answer_hangs_on_the_spread() -> None:
    rows = [
        {"vendor": f"v{n}", "campaign_id": "c", "list_id": "L", "calls": 100,
         "talk_seconds": 6_000_000, "billed_seconds": 6_000_000, "billed_calls": 100,
         "period_seconds": 500_000, "sales": 100 if n == 0 else 400}
        for n in range(3)
    ]  # fmt: skip
    asked = LEVEL.judge(pd.DataFrame(rows), scope([f"v{n}" for n in range(3)]))
    (item,) = asked[0].evidence
    assert item.review_only
    text = language("en").say(item.condition)
    said = text.partition("10 %, 25 % or 50 %: ")[2]
    shares = [float(part.strip(" %").split("%")[0]) for part in said.split(",")]
    assert len(shares) == 3
    # the wider honest vendors may differ, the less it says
    assert shares == sorted(shares)
    assert asked[0].e_value is None


def test_the_policy_has_a_hash_of_every_threshold() -> None:
    assert Policy().sha256 == Policy.of({"fewest_sales": 20}).sha256
    assert Policy().sha256 != Policy.of({"fewest_sales": 21}).sha256
