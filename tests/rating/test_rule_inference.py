"""The rule behind billed seconds: found when there is one, and not invented when there is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vendoreval as ve
from vendoreval.errors import AgreementError
from vendoreval.rating.charges import infer_charges
from vendoreval.rating.inference import Observation, infer_rule
from vendoreval.rating.rules import Clock, Rule
from vendoreval.text import LANGUAGES, language

CARD = {
    "unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01",
    "first_increment_seconds": 6, "next_increment_seconds": 6, "hold_billable": False,
}  # fmt: skip


def log(seed: int = 1, n: int = 3000) -> pd.DataFrame:
    """Return conversations with everything a clock may run on."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "call_id": [f"c{number:05d}" for number in range(n)],
            "started_at": pd.Timestamp("2026-10-05 09:00") + pd.to_timedelta(np.arange(n), "min"),
            "talk_seconds": np.maximum(1, rng.gamma(1.2, 80, n)).astype(int),
            "hold_seconds": np.where(rng.random(n) < 0.3, rng.integers(1, 60, n), 0),
            "ring_seconds": rng.integers(2, 28, n),
            "wrap_seconds": rng.integers(0, 45, n),
            "disposition": rng.choice(["sale", "refusal", "callback"], n),
        }
    )


def billed_by(calls: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    clock = calls["talk_seconds"].to_numpy()
    for name, runs in (("hold", rule.clock.hold), ("ring", rule.clock.ring),
                       ("wrap", rule.clock.wrap)):  # fmt: skip
        clock = clock + runs * calls[f"{name}_seconds"].to_numpy()
    return calls.assign(billed_seconds=rule.count(clock))


def found(calls: pd.DataFrame, card: Any = None) -> Any:
    (one,) = ve.infer_rules(calls, [CARD] if card is None else card)
    return one


@pytest.mark.parametrize(
    "rule",
    [
        Rule(first=60, following=60),
        Rule(Clock(hold=True), 6, 6),
        Rule(Clock(ring=True), 6, 6),
        Rule(Clock(hold=True, ring=True, wrap=True), 60, 60),
        Rule(first=30, following=6),
        Rule(first=60, following=1),
        Rule(minimum_seconds=60),
        Rule(first=30, following=30, free_seconds=3),
        Rule(first=60, following=60, rounding="half_up"),
        Rule(first=10, following=10, added_seconds=7),
        Rule(first=6, following=6, shifted_seconds=3600),
        Rule(factor=60),
        Rule(added_seconds=-10),
    ],
    ids=str,
)
def test_the_rule_that_was_used_is_named(rule: Rule) -> None:
    one = found(billed_by(log(), rule))
    assert one.inference.is_explained and not one.inference.is_agreed
    assert one.inference.best.share == 1.0
    best = one.inference.best.rule
    assert best.clock == rule.clock
    # 30/6 and six seconds with a minimum of thirty are two names of one rule
    every = np.arange(1500)
    assert best.count(every).tolist() == rule.count(every).tolist()
    # shown on five calls, each reproduced by the rule
    assert len(one.examples) == 5
    for call in one.examples:
        assert call.rule_seconds == call.billed_seconds != call.agreed_seconds


def test_the_agreed_rule_is_told_as_agreed() -> None:
    one = found(billed_by(log(), Rule(first=6, following=6)))
    assert one.inference.is_agreed and one.inference.best.share == 1.0
    assert one.examples == ()
    assert language("en").say(one.describe()).startswith("billed as agreed: talk, increments 6/6")


def test_without_hold_in_the_log_the_agreed_clock_is_the_plain_one() -> None:
    calls = log().drop(columns=["hold_seconds", "ring_seconds", "wrap_seconds"])
    billed = calls.assign(billed_seconds=-(-calls["talk_seconds"] // 6) * 6)
    one = found(billed, [CARD | {"hold_billable": True}])
    assert one.inference.is_agreed


def test_no_rule_is_invented_for_figures_without_one() -> None:
    rng = np.random.default_rng(5)
    calls = log()
    noisy = calls.assign(billed_seconds=calls["talk_seconds"] + rng.integers(0, 90, len(calls)))
    one = found(noisy)
    assert not one.inference.is_explained
    assert one.inference.best.share < 0.2
    assert language("en").say(one.describe()).startswith("no rule explains")


def test_a_padded_part_is_no_rule_either() -> None:
    calls = billed_by(log(), Rule(first=6, following=6))
    padded = calls["billed_seconds"].where(np.arange(len(calls)) % 20 > 0, lambda b: b + 120)
    one = found(calls.assign(billed_seconds=padded))
    assert not one.inference.is_explained
    assert one.inference.agreed.share == pytest.approx(0.95, abs=0.001)


def test_few_calls_show_no_rule() -> None:
    one = found(billed_by(log(n=12), Rule(first=60, following=60)))
    assert not one.inference.is_explained
    assert language("en").say(one.describe()).startswith("too few calls to tell a rule: 12;")


def test_rules_that_calls_cannot_tell_apart_are_named() -> None:
    calls = log().assign(talk_seconds=lambda f: f["talk_seconds"] % 59 + 1)
    one = found(billed_by(calls, Rule(minimum_seconds=60)))
    # below a minute a minimum of a minute and whole minutes are the same
    assert one.inference.best.rule.steps == "60/60"
    assert "1/1" in {rival.rule.steps for rival in one.inference.rivals}


def test_each_group_has_its_own_rule() -> None:
    calls = log().assign(campaign_id=lambda f: np.where(f.index % 3, "a", "b"))
    by_a = billed_by(calls, Rule(first=60, following=60))["billed_seconds"]
    by_b = billed_by(calls, Rule(first=6, following=6))["billed_seconds"]
    mixed = calls.assign(billed_seconds=by_a.where(calls["campaign_id"] == "a", by_b))
    assert not found(mixed).inference.is_explained
    found_rules = {r.group: r for r in ve.infer_rules(mixed, [CARD], by="campaign_id")}
    assert found_rules["a"].inference.best.rule.steps == "60/60"
    assert found_rules["b"].inference.is_agreed


def test_each_line_of_the_card_has_its_own_rule() -> None:
    card = [CARD | {"valid_to": "2026-10-06"}, CARD | {"valid_from": "2026-10-06",
            "first_increment_seconds": 60, "next_increment_seconds": 60}]  # fmt: skip
    found_rules = ve.infer_rules(billed_by(log(), Rule(first=60, following=60)), card)
    agreed = {one.rate_item: one.inference.is_agreed for one in found_rules}
    assert agreed == {"card/0": False, "card/1": True}


def test_calls_the_card_does_not_pay_for_are_left_out() -> None:
    calls = billed_by(log(), Rule(first=6, following=6))
    calls.loc[calls.index % 2 == 0, ["disposition", "billed_seconds"]] = ["voicemail", 0]
    one = found(calls)
    assert one.inference.n == len(calls) // 2 and one.inference.is_agreed


def test_nothing_to_look_at() -> None:
    assert len(ve.infer_rules(log(), [CARD])) == 0  # no billed seconds at all
    assert infer_rule([]) is None
    with pytest.raises(ValueError, match="is not a text column"):
        ve.infer_rules(log(), [CARD], by="talk_seconds")
    with pytest.raises(AgreementError):
        ve.infer_rules(log(), [CARD, CARD])


@pytest.mark.parametrize("code", LANGUAGES)
def test_rules_are_told_in_both_languages(code: str) -> None:
    rules = [Rule(Clock(True, True, True), 30, 6, "half_up", 3, 60, 600),
             Rule(rounding="down", following=6, added_seconds=5), Rule(added_seconds=-5),
             Rule(shifted_seconds=-7200), Rule(shifted_seconds=5), Rule(factor=60)]  # fmt: skip
    said = [language(code).say(rule.describe()) for rule in rules]
    assert len(set(said)) == len(said)
    assert all("%(" not in text for text in said)


@settings(max_examples=30)
@given(
    step=st.sampled_from([1, 5, 6, 10, 15, 20, 30, 60]),
    rounding=st.sampled_from(["up", "half_up", "down"]),
    minimum=st.sampled_from([0, 10, 30, 60]),
    free=st.integers(0, 6),
    talks=st.lists(st.integers(1, 600), min_size=30, max_size=200),
)
def test_whatever_was_used_is_reproduced_to_the_second(
    step: int, rounding: str, minimum: int, free: int, talks: list[int]
) -> None:
    rule = Rule(Clock(), step, step, rounding if step > 1 else "up", free, minimum)
    # calls up to the free seconds are there, or nothing tells of them
    readings = [*talks, *range(1, free + 2)]
    rows: dict[int, list[int]] = {}
    for talk in readings:
        position = talk if talk <= 120 else 121 + talk % 60
        rows.setdefault(position, []).append(rule.count_call(talk) - talk)
    observed = [
        Observation(0, position, len(added), added[0], len(added))
        for position, added in rows.items()
        if len(set(added)) == 1
    ]
    inference = infer_rule(observed)
    assert inference is not None and inference.best.share == 1.0
    # the simplest of the rules that fit is never less simple than the one that was used
    assert inference.best.rule.complexity <= rule.complexity


def test_charges_without_a_price_show_rule_and_prices() -> None:
    talks = [5, 61, 119, 180, 30, 300] * 10
    cheap = [Decimal("0.75") * -(-t // 60) for t in talks]
    dear = [Decimal("1.50") * -(-t // 60) for t in talks]
    inferred = infer_charges([*talks, *talks, 40], [*cheap, *dear, Decimal(0)])
    assert inferred is not None and inferred.is_explained
    assert inferred.rule == Rule(first=60, following=60)
    assert {p.price for p in inferred.prices} == {Decimal("0.75"), Decimal("1.5")}
    assert (inferred.n, inferred.explained, inferred.uncharged) == (120, 120, 1)
    assert infer_charges([10], [Decimal(0)]) is None


def test_charges_at_random_need_a_price_each_and_are_no_tariff() -> None:
    rng = np.random.default_rng(3)
    seconds = rng.integers(1, 900, 400).tolist()
    amounts = [Decimal(int(a)) / 100 for a in rng.integers(1, 5000, 400)]
    inferred = infer_charges(seconds, amounts)
    assert inferred is not None and not inferred.is_explained
    assert inferred.share < 0.2
