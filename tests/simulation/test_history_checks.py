"""Checks of the history on simulated vendors: they see what was planted and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from check_world import scope_of
from vendoreval.agreement.extensions import RateItem
from vendoreval.checks import bank_deletions, gaps_where_money_is, restated_history, stage_order
from vendoreval.checks.base import Check, Evidence, Scope
from vendoreval.engine import Engine
from vendoreval.period import Period
from vendoreval.simulation import simulate
from vendoreval.simulation.plants.registry import ZOO
from vendoreval.simulation.simulated import World
from vendoreval.tables import TABLES
from vendoreval.workspace import Workspace

CHECKS = (bank_deletions.CHECK, stage_order.CHECK, gaps_where_money_is.CHECK)
OCTOBER = Period.parse("2026-10")


def scope(world: World) -> Scope:
    cards = {
        one.work.name: [RateItem(**line) for line in one.work.conduct.rate_card]  # type: ignore[arg-type]
        for one in world.built
    }
    return scope_of(cards, period=OCTOBER)


def asked(check: Check, engine: Engine, of: Scope) -> Iterator[Evidence]:
    small = engine.run(check.reduce(TABLES, of)).to_pandas()
    for answer in check.judge(small, of):
        assert answer.not_run is None, answer
        yield from answer.evidence


def found(world: World, folder: Path) -> dict[str, list[str]]:
    """Return check -> vendors with evidence."""
    of = scope(world)
    with world.engine(folder) as engine:
        return {c.id: [e.vendor for e in asked(c, engine, of)] for c in CHECKS}


@pytest.mark.parametrize(
    "name",
    ["", "privacy_erasure", "export_retry", "clock_skew", "daylight_saving", "holiday_month",
     "strike_month", "wrong_time_zone", "inbound_only"],
)  # fmt: skip
def test_honest_vendors_are_not_asked_about(tmp_path: Path, name: str) -> None:
    assert not name or name in ZOO
    zoo = [name] if name else []
    world = simulate(vendors=2, months=3, agents=4, dials_a_month=500, seed=3, zoo=zoo)
    assert found(world, tmp_path) == {check.id: [] for check in CHECKS}


@pytest.mark.parametrize(
    ("dose", "check"),
    [
        ("bank_deletions", bank_deletions.CHECK),
        ("stage_without_call", stage_order.CHECK),
        ("missing_days:0.25:1:2", gaps_where_money_is.CHECK),
    ],
)
def test_what_is_planted_is_seen_and_only_there(tmp_path: Path, dose: str, check: Check) -> None:
    assert check.catches == dose.partition(":")[0]
    world = simulate(
        vendors=2, months=4, agents=4, dials_a_month=500, seed=5, schemes=[f"alpha/{dose}"]
    )
    expected = {one.id: ["alpha"] if one is check else [] for one in CHECKS}
    assert found(world, tmp_path) == expected


def test_months_sent_again_longer_are_seen_through_a_real_ledger(tmp_path: Path) -> None:
    world = simulate(
        tmp_path / "acme", vendors=2, months=3, agents=4, dials_a_month=400, seed=2,
        schemes=["alpha/restated_history:0.5:1:1"],
    )  # fmt: skip
    workspace = Workspace.open(tmp_path / "acme")
    workspace.ingest()
    ledger = workspace.ledger
    (scheme,) = world.truth.schemes
    seen = 0.0
    for month in ("2026-08", "2026-09"):
        of = scope_of({v: [] for v in ledger.vendors}, period=Period.parse(month))
        with ledger.engine() as engine:
            evidence = list(asked(restated_history.CHECK, engine, of))
        assert [e.vendor for e in evidence] == ["alpha"]
        seen += evidence[0].observed
        assert evidence[0].expected == 0
    # the truth counts every call that was made longer; rows kept out on receipt are not compared
    assert seen == pytest.approx(scheme.count, abs=3)
