"""What was heard, and what to hear next: exact counts, known chances, the same list by seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from vendoreval import LedgerError, Period, Workspace, draw_calls, reviews
from vendoreval.cli import app
from vendoreval.listening.drawing import allocate, draw_evidence, draw_random
from vendoreval.listening.population import STEPS
from vendoreval.simulation import World, simulate

OCTOBER = Period.parse("2026-10")


@settings(max_examples=50)
@given(
    sizes=st.dictionaries(st.sampled_from(STEPS), st.integers(1, 500), min_size=1),
    share=st.floats(0, 1),
)
def test_every_step_gets_one_and_nobody_more_than_there_are(
    sizes: dict[str, int], share: float
) -> None:
    count = int(share * sum(sizes.values()))
    given = allocate(sizes, count)
    if count < len(sizes):
        assert given == {}
    else:
        assert sum(given.values()) == count
        assert all(1 <= given[step] <= size for step, size in sizes.items())


def population() -> pd.DataFrame:
    step = ["first"] * 60 + ["further"] * 25 + ["quote"] * 10 + ["result"] * 5
    return pd.DataFrame({"call_id": [f"c{n:03d}" for n in range(100)], "step": step})


@pytest.mark.parametrize("count", [1, 3, 4, 20, 99, 100])
def test_weighed_by_their_chance_the_drawn_stand_for_all(count: int) -> None:
    drawn = draw_random(population(), count, np.random.default_rng(3))
    assert len(drawn) == count
    assert drawn["call_id"].is_unique
    assert (1 / drawn["inclusion_probability"]).sum() == pytest.approx(100)


def test_each_call_is_drawn_as_often_as_its_chance_says() -> None:
    calls, rng = population(), np.random.default_rng(8)
    seen = dict.fromkeys(calls["call_id"], 0)
    for _ in range(300):
        drawn = draw_random(calls, 20, rng)
        for call in drawn["call_id"]:
            seen[call] += 1
    chance = draw_random(calls, 20, rng).groupby("step")["inclusion_probability"].first()
    for step, ids in calls.groupby("step")["call_id"]:
        shares = np.array([seen[call] for call in ids]) / 300
        # five standard errors of the rarest
        assert np.abs(shares - chance[step]).max() < 5 * np.sqrt(0.25 / 300)
        assert shares.mean() == pytest.approx(chance[step])


def test_the_order_of_rows_does_not_matter() -> None:
    calls = population()
    first = draw_random(calls, 20, np.random.default_rng(3))
    again = draw_random(calls.sample(frac=1, random_state=1), 20, np.random.default_rng(3))
    assert first["call_id"].tolist() == again["call_id"].tolist()


def test_checks_take_turns_and_a_call_is_drawn_once() -> None:
    found = {"a": ["c1", "c2", "c3", "c4", "c5"], "b": ["c1"], "c": []}
    drawn = draw_evidence(found, 3, np.random.default_rng(1))
    assert len(drawn) == 3
    every = draw_evidence(found, 99, np.random.default_rng(1))
    assert sorted(every) == ["c1", "c2", "c3", "c4", "c5"]
    assert draw_evidence({}, 5, np.random.default_rng(1)) == {}


# --------------------------------------------------------------------- a workspace


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("heard") / "w"
    made = simulate(
        folder, vendors=2, months=2, agents=4, dials_a_month=1500, seed=4,
        schemes=["alpha/off_list_calls:0.3::2"],
    )  # fmt: skip
    Workspace.open(folder).ingest()
    return made


@pytest.fixture(scope="module")
def workspace(world: World) -> Workspace:
    assert world.folder is not None
    return Workspace.open(world.folder)


def test_the_client_draws_and_the_seed_repeats_it(workspace: Workspace) -> None:
    ledger, client = workspace.ledger, workspace.settings
    one = draw_calls(ledger, client, "alpha", OCTOBER, calls=20, seed=5)
    rows = one.to_frame()
    assert len(rows) == 20 and rows["call_id"].is_unique
    assert rows["place"].tolist() == list(range(1, 21))
    by_lot = rows[rows["part"] == "random"]
    # every step of the way is heard, and the weights stand for all conversations
    assert set(by_lot["step"]) == {step for step, n in one.steps.items() if n}
    assert (1 / by_lot["inclusion_probability"]).sum() == pytest.approx(sum(one.steps.values()))
    pointed = rows[rows["part"] == "evidence"]
    assert "off_list_calls" in set(pointed["check"])
    assert pointed["inclusion_probability"].isna().all()
    assert (pointed["heard_before"] == 0).all()
    again = draw_calls(ledger, client, "alpha", OCTOBER, calls=20, seed=5)
    pd.testing.assert_frame_equal(again.to_frame(), rows)


def test_more_than_there_are_is_all_of_them(workspace: Workspace) -> None:
    every = draw_calls(
        workspace.ledger, workspace.settings, "beta", OCTOBER, calls=10**5, random_share=1.0
    )
    assert len(every) == sum(every.steps.values())
    assert (every.to_frame()["inclusion_probability"] == 1).all()


def test_what_was_heard_adds_up(world: World, workspace: Workspace) -> None:
    made = reviews(workspace.ledger, "alpha", OCTOBER)
    told = world.frame("reviews").filter(pl.col("vendor") == "alpha")
    inside = (pl.col("reviewed_on") >= OCTOBER.start) & (pl.col("reviewed_on") < OCTOBER.end)
    heard = told.filter(inside)
    due = told.filter((pl.col("due_on") >= OCTOBER.start) & (pl.col("due_on") < OCTOBER.end))
    assert sum(stage.heard for stage in made.stages) == len(heard)
    assert made.advice.due == len(due) > 0
    assert made.advice.applied == len(due.filter(pl.col("applied") == "yes"))
    assert sum(agent.heard for agent in made.agents) == heard["call_id"].n_unique()
    for stage in made.stages:
        scores = heard.filter(pl.col("stage") == stage.stage)["score"]
        assert stage.mean_score == (pytest.approx(scores.mean()) if len(scores) else None)
    means = [stage.mean_score for stage in made.stages if stage.mean_score is not None]
    assert means == sorted(means)
    assert not set(made.never_heard) & {agent.agent_id for agent in made.agents if agent.heard}


def test_nothing_to_hear_is_said(workspace: Workspace) -> None:
    with pytest.raises(LedgerError, match="2030-01"):
        draw_calls(workspace.ledger, workspace.settings, "alpha", Period.parse("2030-01"))
    with pytest.raises(LedgerError, match="nobody"):
        reviews(workspace.ledger, "nobody", OCTOBER)
    with pytest.raises(ValueError, match="calls"):
        draw_calls(workspace.ledger, workspace.settings, "alpha", OCTOBER, calls=0)


@pytest.mark.parametrize("code", ["en", "ru"])
def test_the_commands_print_and_write(workspace: Workspace, tmp_path: Path, code: str) -> None:
    common = [str(workspace.folder), "--vendor", "alpha", "--period", "2026-10", "--lang", code]
    out = tmp_path / "listen.xlsx"
    done = CliRunner().invoke(
        app, ["listen", *common, "--calls", "8", "--random-share", "1", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 9
    # columns of the report that comes back, empty and in words
    last = {"en": "Put right by", "ru": "Исправить до"}[code]
    assert heads[-1] == last and sheet.cell(2, len(heads)).value is None
    done = CliRunner().invoke(app, ["reviews", *common, "--out", str(tmp_path / "r.csv")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "r.csv").read_text(encoding="utf-8-sig").startswith('"review_id"')


def test_wrong_words_are_refused_before_any_work(workspace: Workspace, tmp_path: Path) -> None:
    common = [str(workspace.folder), "--period", "2026-10"]
    runner = CliRunner()
    pdf = ["--vendor", "alpha", "--out", str(tmp_path / "x.pdf")]
    for command in ("listen", "reviews"):
        for options in (["--vendor", "nobody"], pdf):
            assert runner.invoke(app, [command, *common, *options]).exception is not None
    assert not list(tmp_path.iterdir())
