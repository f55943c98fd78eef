"""Checks of the call log on simulated vendors: what is planted is found, the honest zoo is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from check_world import scope_of
from vendoreval.agreement.extensions import RateItem
from vendoreval.checks import (
    agent_days_match_calls,
    agents_without_work,
    base_not_worked,
    calls_after_do_not_call,
    feedback_not_applied,
    impossible_days,
    never_closed_calls,
    off_list_calls,
)
from vendoreval.checks.base import Answer, Check
from vendoreval.period import Period
from vendoreval.simulation import World, simulate
from vendoreval.tables import TABLES

CHECKS: Final = (
    impossible_days.CHECK, agents_without_work.CHECK, agent_days_match_calls.CHECK,
    never_closed_calls.CHECK, off_list_calls.CHECK, calls_after_do_not_call.CHECK,
    base_not_worked.CHECK,
)  # fmt: skip
PLANTED: Final = {
    "alpha": ("impossible_days", ":0.3:0.5:2"),
    "beta": ("ghost_agents", ":0.2::2"),
    "gamma": ("inflated_daily_totals", ":::2"),
    "delta": ("never_closed_calls", ":0.6::2"),
    "epsilon": ("off_list_calls", ":0.3::2"),
    "zeta": ("calls_after_do_not_call", ":1::1"),
    "eta": ("cherry_picked_leads", ":::1"),
}
HONEST: Final = (
    "clock_skew", "daylight_saving", "shared_login", "wrong_time_zone", "export_retry",
    "switchboard_numbers", "callback_campaign", "inbound_only", "late_reports", "new_team",
    "predictive_dialer", "strike_month",
)  # fmt: skip
SIZE: Final = {"months": 2, "agents": 6, "dials_a_month": 1200, "seed": 4}
Answers = dict[str, dict[str, Answer]]


def asked(world: World, folder: Path, checks: Sequence[Check] = CHECKS) -> Answers:
    """Return check -> vendor -> answer for the last month."""
    cards = {
        one.work.name: [RateItem(**line) for line in one.work.conduct.rate_card]  # type: ignore[arg-type]
        for one in world.built
    }
    of = scope_of(cards, period=Period.parse("2026-10"))
    found = {}
    with world.engine(folder) as engine:
        for check in checks:
            answers = check.judge(engine.run(check.reduce(TABLES, of)).to_pandas(), of)
            found[check.id] = {answer.vendor: answer for answer in answers}
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Answers]]:
    """Seven vendors, each with one scheme."""
    schemes = [f"{vendor}/{name}{dose}" for vendor, (name, dose) in PLANTED.items()]
    world = simulate(vendors=7, **SIZE, schemes=schemes)
    yield world, asked(world, tmp_path_factory.mktemp("planted"))


def test_each_check_names_the_vendor_of_its_scheme_and_nobody_else(
    planted: tuple[World, Answers],
) -> None:
    _, answers = planted
    for check in CHECKS:
        (vendor,) = (v for v, (name, _) in PLANTED.items() if name == check.catches)
        named = [v for v, answer in answers[check.id].items() if answer.evidence]
        assert named == [vendor], check.id


@pytest.mark.parametrize("check", [impossible_days.CHECK, off_list_calls.CHECK], ids=lambda c: c.id)
def test_minutes_and_money_are_those_that_were_planted(
    planted: tuple[World, Answers], check: Check
) -> None:
    world, answers = planted
    name = check.id
    (scheme,) = (s for s in world.truth.schemes if s.kind == name)
    (evidence,) = answers[name][scheme.vendor].evidence
    assert evidence.minutes is not None and evidence.money is not None
    assert evidence.minutes.point == (Decimal(scheme.seconds) / 60).quantize(Decimal("0.01"))
    # the truth rounds a half to even
    assert abs(evidence.money.point - scheme.money) <= Decimal("0.01")


def test_advice_that_is_not_taken_up_is_named(tmp_path: Path) -> None:
    world = simulate(
        vendors=2, months=2, agents=6, dials_a_month=16_000, seed=4,
        schemes=["beta/feedback_not_applied:1::1"],
    )  # fmt: skip
    answers = asked(world, tmp_path, [feedback_not_applied.CHECK])[feedback_not_applied.CHECK.id]
    assert [v for v, answer in answers.items() if answer.evidence] == ["beta"]
    assert answers["alpha"].not_run is None


def test_nobody_honest_is_asked_about(tmp_path: Path) -> None:
    vendors = simulate(vendors=len(HONEST), months=1, agents=2, dials_a_month=20).built
    zoo = [f"{one.work.name}/{name}" for one, name in zip(vendors, HONEST, strict=True)]
    answers = asked(simulate(vendors=len(HONEST), **SIZE, zoo=zoo), tmp_path)
    told = {
        (check, vendor): answer.evidence
        for check, by_vendor in answers.items()
        for vendor, answer in by_vendor.items()
        if answer.evidence
    }
    assert told == {}
