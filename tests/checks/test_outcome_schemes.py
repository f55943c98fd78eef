"""Whole simulated worlds: each scheme at its usual strength, and the honest cases beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from check_world import item, scope_of
from vendoreval.checks import (
    implied_tariff,
    late_cancellations,
    period_end_sales,
    same_numbers_again,
    wrap_and_idle,
)
from vendoreval.checks.base import Answer, Check
from vendoreval.engine import DuckEngine, frame
from vendoreval.simulation import World, simulate
from vendoreval.tables import TABLES

CARDS = [
    item(unit="handle_minute", price="30"),
    item(unit="sale", price="5000", clawback={"days": 30, "share": "1"}),
]


@dataclass(frozen=True)
class Told:
    """A world and what the checks say of it."""

    world: World
    engine: DuckEngine

    def ask(self, check: Check) -> dict[str, Answer]:
        given = scope_of(dict.fromkeys(self.world.vendors, CARDS), period=self.world.periods[-1])
        small = frame(self.engine.run(check.reduce(TABLES, given)))
        return {answer.vendor: answer for answer in check.judge(small, given)}


def told(folder: Any, **how: Any) -> Iterator[Told]:
    world = simulate(end="2026-10", **how)
    with world.engine(folder) as engine:
        yield Told(world, engine)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Seven vendors for a quarter: two schemes on calls, and honest cases at the others."""
    yield from told(
        tmp_path_factory.mktemp("many"), vendors=7, months=3, seed=11, dials_a_month=4000,
        schemes=["alpha/same_numbers_again::1:1", "beta/inflated_wrap::1:1"],
        zoo=["gamma/switchboard_numbers", "delta/callback_campaign", "epsilon/export_retry",
             "zeta/new_team", "zeta/holiday_month", "eta/predictive_dialer"],
    )  # fmt: skip


@pytest.fixture(scope="module")
def sellers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Three vendors for a year with sales enough: two schemes, and honest changes at the third."""
    yield from told(
        tmp_path_factory.mktemp("sellers"), vendors=3, months=12, seed=12, dials_a_month=12_000,
        agents=16, schemes=["alpha/sales_cancelled_late::1:1", "beta/period_end_sales::1:1"],
        zoo=["gamma/price_rise", "gamma/holiday_month"],
    )  # fmt: skip


def strongest(answer: Answer) -> float:
    return min((e.p_value for e in answer.evidence if e.p_value is not None), default=1.0)


@pytest.mark.parametrize(
    ("check", "guilty"),
    [(same_numbers_again.CHECK, "alpha"), (wrap_and_idle.CHECK, "beta")],
    ids=lambda value: getattr(value, "id", value),
)
def test_of_seven_vendors_the_one_is_found(many: Told, check: Check, guilty: str) -> None:
    answers = many.ask(check)
    assert strongest(answers[guilty]) < 0.01
    assert max(e.e_value or 0 for e in answers[guilty].evidence) > 20
    for vendor, answer in answers.items():
        assert answer.not_run is None
        if vendor != guilty:
            assert strongest(answer) > 0.005
            assert all((e.e_value or 1) < 20 for e in answer.evidence)


@pytest.mark.parametrize(
    ("check", "guilty"),
    [(late_cancellations.CHECK, "alpha"), (period_end_sales.CHECK, "beta")],
    ids=lambda value: getattr(value, "id", value),
)
def test_of_three_vendors_the_one_is_asked(sellers: Told, check: Check, guilty: str) -> None:
    answers = sellers.ask(check)
    assert strongest(answers[guilty]) < 0.01
    assert all(e.review_only for answer in answers.values() for e in answer.evidence)
    for vendor, answer in answers.items():
        assert answer.not_run is None
        assert vendor == guilty or strongest(answer) > 0.02


def test_a_price_per_sale_that_follows_minutes(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tariff")
    (one,) = told(folder, vendors=1, months=14, seed=3, schemes=["sales_billed_by_minutes::1:1"])
    with one.world.engine(folder) as engine:
        answer = Told(one.world, engine).ask(implied_tariff.CHECK)["alpha"]
    (evidence,) = answer.evidence
    assert evidence.observed > 0.5
    assert evidence.p_value is not None
    assert evidence.p_value < 0.001
