"""A database beside the ledger: what counts is there, once, however often a run broke off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vendoreval.engine import Stores, connect, in_schema
from vendoreval.errors import AgreementError, LedgerError
from vendoreval.ledger import Ledger
from vendoreval.simulation import simulate
from vendoreval.sync import sync
from vendoreval.tables import TABLES
from vendoreval.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("sync") / "company"
    simulate(folder, vendors=1, months=1, agents=2, dials_a_month=60, seed=5)
    opened = Workspace.open(folder)
    opened.ingest()
    return opened


@pytest.fixture
def target(postgres: str) -> Iterator[Stores]:
    opened = connect(in_schema(postgres, "synced"))
    assert isinstance(opened, Stores)
    yield opened
    opened.remove_all()
    opened.close()


def rows(ledger: Ledger) -> int:
    count = TABLES["calls"].agg(n=TABLES["calls"].count())
    with ledger.engine() as engine:
        return int(engine.run(count)["n"][0].as_py())


def test_it_is_loaded_once(workspace: Workspace, target: Stores) -> None:
    ledger = workspace.ledger
    first = sync(ledger, target)
    again = sync(ledger, target)
    accepted = sum(commit.rows.accepted for commit in ledger.live())
    assert (first.loaded_rows, first.removed_rows, first.kept_rows) == (accepted, 0, 0)
    assert (again.loaded_rows, again.removed_rows, again.kept_rows) == (0, 0, accepted)
    assert rows(ledger.on(target)) == rows(ledger) > 20


def test_a_run_that_broke_off_goes_on(workspace: Workspace, target: Stores) -> None:
    class BrokenOffError(Exception):
        pass

    def break_off(report: str, done: int, wanted: int) -> None:
        if report == "agent_days":
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        sync(workspace.ledger, target, break_off)
    kept = sum(load.rows for load in target.loads())
    found = sync(workspace.ledger, target)
    assert 0 < kept == found.kept_rows
    assert sum(load.rows for load in target.loads()) == kept + found.loaded_rows


def test_what_no_longer_counts_goes(workspace: Workspace, target: Stores) -> None:
    ledger = workspace.ledger
    sync(ledger, target)
    calls = [commit for commit in ledger.live() if commit.report == "calls"]
    before = ledger.as_of(calls[-1].number - 1)
    found = sync(before, target)
    assert found.removed_rows > 0
    assert rows(before.on(target)) == rows(before) == rows(ledger) - calls[-1].rows.accepted
    assert rows(ledger.on(target)) == rows(ledger)  # a question loads what it lacks


def test_rows_of_another_ledger_are_left_alone(
    workspace: Workspace, target: Stores, tmp_path: Path
) -> None:
    sync(workspace.ledger, target)
    with pytest.raises(AgreementError, match="rows of another ledger"):
        sync(Ledger.open(tmp_path / "other"), target)
    assert target.loads()


def test_the_settings_choose_the_engine(workspace: Workspace, postgres: str) -> None:
    url = in_schema(postgres, "chosen")
    settings = workspace.settings.model_copy(update={"engine": url})
    chosen = Workspace(workspace.folder, settings)
    assert rows(chosen.ledger) == rows(workspace.ledger)
    assert chosen.connection.dialect == "postgres"
    chosen.connection.remove_all()
    chosen.connection.close()


def test_an_engine_that_is_away_stops_no_posting(workspace: Workspace) -> None:
    url = "postgresql://nobody:secret@127.0.0.1:9/none"
    away = Workspace(workspace.folder, workspace.settings.model_copy(update={"engine": url}))
    away.ingest()
    assert len(away.ledger.live()) == len(workspace.ledger.live())
    with pytest.raises(LedgerError, match="does not answer") as told:
        away.ledger.engine()
    assert "secret" not in str(told.value)
