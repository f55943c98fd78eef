"""The rule behind billed seconds: schemes with exact money, honest twins without a word."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from check_world import ask, at, call, evidence_rows, item, reduced, scope_of
from vendoreval.agreement import RateItem
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.rounding_rule import CHECK
from vendoreval.engine import DuckEngine
from vendoreval.period import Period
from vendoreval.simulation import simulate
from vendoreval.tables import TABLES
from vendoreval.text import LANGUAGES, language

SIX = {"first_increment_seconds": 6, "next_increment_seconds": 6, "hold_billable": False}
RNG = np.random.default_rng(11)
TALKS = [int(t) for t in np.maximum(1, RNG.gamma(1.2, 80, 400))]
RINGS = [int(r) for r in RNG.integers(2, 28, 400)]


def up(seconds: int, step: int) -> int:
    return -(-seconds // step) * step


def log(billed: Sequence[int | None], **fields: Any) -> list[dict[str, Any]]:
    return [
        call(n, at(1 + n % 28, minute=n % 60, second=n % 7), TALKS[n], ring_seconds=RINGS[n],
             billed_seconds=seconds, **fields)
        for n, seconds in enumerate(billed)
    ]  # fmt: skip


def audit(rows: list[dict[str, Any]], *cards: RateItem) -> Answer:
    scope = scope_of({"alpha": list(cards) or [item(**SIX)]})
    return ask(CHECK, {"calls": rows}, scope)["alpha"]


def money(evidence: Evidence) -> Decimal:
    assert evidence.money is not None
    return evidence.money.point


def printed(evidence: Evidence) -> tuple[Decimal, Decimal]:
    """Work the printed operands through; return that and the printed result."""
    speak, values = language("en").say, []
    for step in evidence.arithmetic:
        text = speak(step.value).replace("RUB", "").replace("\u00a0", "").replace(",", "")
        values.append((step.sign, Decimal(text)))
    found = values[0][1]
    for sign, value in values[1:-1]:
        found = {"−": found - value, "×": found * value, "÷": found / value}[sign]
    return found.quantize(Decimal("0.01")), values[-1][1]


AGREED = [up(t, 6) for t in TALKS]


def test_whole_minutes_instead_of_six_seconds_to_the_kopeck() -> None:
    billed = [up(t, 60) for t in TALKS]
    answer = audit(log(billed))
    (evidence,) = answer.evidence
    excess = sum(billed) - sum(AGREED)
    worth = (Decimal(excess) * Decimal("9.50") / 60).quantize(Decimal("0.01"))
    assert money(evidence) == worth
    assert printed(evidence) == (worth, worth)
    assert not evidence.review_only and evidence.per_call
    assert evidence.expected == float(round(Decimal(sum(AGREED)) / 60, 2))
    said = language("en").say(evidence.condition)
    assert "billed by the rule talk, increments 60/60 (100.0% of 400 calls)" in said
    # five calls on which both sides can check it
    assert said.count("this rule") == 5
    rows = evidence_rows(CHECK, {"calls": log(billed)}, scope_of({"alpha": [item(**SIX)]}))
    assert rows["seconds"].sum() == excess and (rows["seconds"] > 0).all()
    assert set(rows["rate_item"]) == {evidence.filters["rate_item"]}


def test_ringing_on_the_clock() -> None:
    billed = [up(t + r, 6) for t, r in zip(TALKS, RINGS, strict=True)]
    (evidence,) = audit(log(billed)).evidence
    assert "talk + ringing, increments 6/6" in language("en").say(evidence.condition)
    assert money(evidence) == (
        Decimal(sum(billed) - sum(AGREED)) * Decimal("9.50") / 60
    ).quantize(Decimal("0.01"))  # fmt: skip


def test_two_per_cent_of_the_calls_made_longer() -> None:
    billed = [b + 60 * (n % 50 == 0) for n, b in enumerate(AGREED)]
    (evidence,) = audit(log(billed)).evidence
    assert money(evidence) == Decimal("76.00")  # 8 calls x 60 s at 9.50 a minute
    assert not evidence.review_only
    said = language("en").say(evidence.condition)
    assert "calls billed above the card: 8, below: 0" in said


def test_each_call_rounded_where_the_whole_was_agreed() -> None:
    card = item(first_increment_seconds=60, next_increment_seconds=60, round_scope="invoice",
                hold_billable=False)  # fmt: skip
    (evidence,) = audit(log([up(t, 60) for t in TALKS]), card).evidence
    excess = sum(up(t, 60) for t in TALKS) - up(sum(TALKS), 60)
    assert money(evidence) == (Decimal(excess) * Decimal("9.50") / 60).quantize(Decimal("0.01"))
    assert "60/60" in language("en").say(evidence.condition)


def test_vat_and_steps_of_price_are_valued_low() -> None:
    tiers = {"kind": "graduated", "steps": [{"price": "12", "up_to": "100"}, {"price": "6"}]}
    card = item(**SIX, price="12", vat_mode="gross", vat_rate="0.20", tiers=tiers)
    (evidence,) = audit(log([up(t, 60) for t in TALKS]), card).evidence
    excess = sum(up(t, 60) for t in TALKS) - sum(AGREED)
    # the lowest step without its VAT: five a minute
    assert money(evidence) == (Decimal(excess) * 5 / 60).quantize(Decimal("0.01"))
    assert printed(evidence)[0] == printed(evidence)[1]


@pytest.mark.parametrize(
    ("billed", "cards"),
    [
        pytest.param(AGREED, (), id="as agreed"),
        pytest.param([up(t, 60) for t in TALKS],
                     (item(**SIX | {"first_increment_seconds": 60, "next_increment_seconds": 60}),),
                     id="whole minutes are agreed"),
        pytest.param([b - 6 for b in AGREED], (), id="below the card"),
        pytest.param([b + 6 * (n % 2 * 2 - 1) for n, b in enumerate(AGREED)], (),
                     id="noise of two clocks, even in both directions"),
        pytest.param([b + 6 * (n % 100 == 0) for n, b in enumerate(AGREED)],
                     (item(**SIX, invoice_tolerance={"relative": "0.001"}),),
                     id="inside the tolerance"),
        pytest.param([up(t, 60) if n % 28 >= 14 else up(t, 6) for n, t in enumerate(TALKS)],
                     (item(**SIX, valid_to="2026-10-15"),
                      item(hold_billable=False, valid_from="2026-10-15",
                           first_increment_seconds=60, next_increment_seconds=60)),
                     id="the card changes in the month"),
        pytest.param([up(t, 60) if t > 3 else 0 for t in TALKS],
                     (item(first_increment_seconds=60, next_increment_seconds=60, free_seconds=3,
                           hold_billable=False),),
                     id="three seconds free and whole minutes, as agreed"),
    ],
)  # fmt: skip
def test_honest_twins_are_silent(billed: list[int], cards: tuple[RateItem, ...]) -> None:
    answer = audit(log(billed), *cards)
    assert answer.not_run is None
    assert answer.evidence == ()


def test_a_constant_of_two_seconds_only_asks() -> None:
    card = item(hold_billable=False)
    (evidence,) = audit(log([t + 2 for t in TALKS]), card).evidence
    assert evidence.review_only
    assert "2 s added before rounding" in language("en").say(evidence.condition)
    # twenty seconds on every call are no difference of stamps
    (evidence,) = audit(log([t + 20 for t in TALKS]), card).evidence
    assert not evidence.review_only


def test_differences_both_ways_without_a_rule_only_ask() -> None:
    rng = np.random.default_rng(2)
    billed = [max(0, b + int(d)) for b, d in zip(AGREED, rng.integers(-30, 50, 400), strict=True)]
    (evidence,) = audit(log(billed)).evidence
    assert evidence.review_only
    assert "no rule explains" in language("en").say(evidence.condition)


def test_outcomes_that_are_not_paid_are_told_and_not_counted() -> None:
    rows = log([up(t, 60) for t in TALKS])
    silent = [call(1000 + n, at(3), 20, disposition="voicemail", billed_seconds=60, ring_seconds=0)
              for n in range(50)]  # fmt: skip
    (with_them,), (without,) = audit(rows + silent).evidence, audit(rows).evidence
    assert money(with_them) == money(without)
    assert "voicemail (50/50)" in language("en").say(with_them.condition)


def test_what_cannot_be_asked() -> None:
    assert audit([]).not_run is not None
    assert audit(log([None] * 400)).not_run is not None
    assert audit(log(AGREED[:20])).not_run is not None
    answer = audit(log(AGREED), item(unit="sale"))
    assert answer.not_run is not None
    for code in LANGUAGES:
        assert "billed_seconds" in language(code).say(answer.not_run.demand)


def test_the_statement_names_the_rule_in_both_languages() -> None:
    answer = audit(log([up(t, 60) for t in TALKS]))
    assert "60/60" in language("en").say(answer.statement)
    assert "согласовано" in language("ru").say(answer.statement)


def test_a_month_of_calls_becomes_a_small_table() -> None:
    many = [row | {"call_id": f"{row['call_id']}-{n}"} for n in range(10) for row in log(AGREED)]
    frame = reduced(CHECK, {"calls": many}, scope_of({"alpha": [item(**SIX)]}))
    assert len(many) == 4000
    assert len(frame) < 600


@pytest.mark.parametrize("strength", [0.0, 0.02, 1.0])
def test_simulated_worlds_to_the_second(tmp_path: Path, strength: float) -> None:
    scheme = [f"rounded_up:{strength}:1:1"] if strength else []
    world = simulate(vendors=1, months=2, agents=5, dials_a_month=4000, seed=11, schemes=scheme)
    path = tmp_path / "calls.parquet"
    world.frame("calls").write_parquet(path)
    conduct = world.built[0].work.conduct
    first, following = (1, 1) if strength else conduct.increments
    card = item(
        price=str(conduct.price), first_increment_seconds=first, next_increment_seconds=following
    )
    scope = scope_of({"alpha": [card]}, period=Period.parse("2026-09-01..2026-10-31"))
    with DuckEngine({"calls": [path]}, memory_limit="512MiB", threads=1) as engine:
        (answer,) = CHECK.judge(engine.run(CHECK.reduce(TABLES, scope)).to_pandas(), scope)
    if not strength:
        assert answer.not_run is None and answer.evidence == ()
        return
    (planted,) = world.truth.schemes
    (evidence,) = answer.evidence
    assert not evidence.review_only
    assert evidence.minutes is not None
    assert evidence.minutes.point == round(Decimal(planted.seconds) / 60, 2)
    worth = Decimal(planted.seconds) * conduct.price / 60
    assert money(evidence) == worth.quantize(Decimal("0.01"), ROUND_HALF_UP)
    named = "increments 60/60" in language("en").say(answer.statement)
    assert named is (strength == 1.0)
