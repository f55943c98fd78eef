"""Tables of counts: equal to counting by hand, stored once, computed again when inputs change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from check_world import engine_over
from vendoreval import Ledger, Workspace, aggregates
from vendoreval.aggregates import AGGREGATES, Window, compute, loading, total
from vendoreval.aggregates.base import offsets
from vendoreval.engine import DuckEngine, compile_sql, frame
from vendoreval.period import Period
from vendoreval.simulation import World, simulate
from vendoreval.simulation.fast.aggregates import tables_of_built
from vendoreval.tables import CONVERSATION, TABLES

OCTOBER = Period.parse("2026-10")
NUMBER = 2026 * 12 + 9
# the embedded engine runs every table above
DIALECTS = ("postgres", "clickhouse", "pyspark")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@pytest.fixture(scope="module")
def world() -> World:
    """Two vendors with much to see."""
    return simulate(
        vendors=2, months=2, agents=4, dials_a_month=700, seed=3,
        schemes=[
            "two_calls_at_once:0.1:1:1", "beta/unknown_sales:0.3:1:1",
            "beta/bank_deletions:0.3:1:1", "beta/off_list_calls:0.1:1:1",
            "beta/never_closed_calls:0.1:1:1", "beta/replayed_calls:0.3:1:1",
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def engine(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    with world.engine(tmp_path_factory.mktemp("world")) as opened:
        yield opened


def window(month: Period = OCTOBER, vendors: tuple[str, ...] = ("alpha", "beta")) -> Window:
    return Window(month, vendors, "Europe/Moscow", date(2026, 11, 6))


def counted(name: str, rows: Rows, month: Period = OCTOBER) -> list[dict[str, Any]]:
    """Return a table over rows written by hand."""
    with engine_over(rows) as opened:
        return frame(compute(AGGREGATES[name], opened, window(month))).to_dict("records")


def dial(number: int, second: int, talk: int = 60, **more: Any) -> dict[str, Any]:
    """Return a call of agent A1 at so many seconds after nine o'clock Moscow time."""
    return {
        "vendor": "alpha", "call_id": f"c{number:03d}", "agent_id": "A1",
        "started_at": datetime(2026, 10, 5, 6) + timedelta(seconds=second),
        "talk_seconds": talk, "disposition": "refusal" if talk else "no_answer",
        "ring_seconds": 0,
    } | more  # fmt: skip


# ------------------------------------------------------------------ right


@pytest.mark.parametrize("name", AGGREGATES)
def test_a_table_equals_counting_the_world_without_the_engine(
    name: str, world: World, engine: DuckEngine
) -> None:
    spec = AGGREGATES[name]
    found = pd.concat(
        [frame(compute(spec, engine, window(month))) for month in world.periods]
    ).sort_values(list(spec.keys), ignore_index=True)
    by_hand = pd.concat([tables_of_built(one, [name])[name] for one in world.built])
    by_hand = by_hand.sort_values(list(spec.keys), ignore_index=True)
    assert len(found) > 0
    pd.testing.assert_frame_equal(found, by_hand, check_dtype=False)


def test_the_work_of_a_month_in_plain_pandas(world: World, engine: DuckEngine) -> None:
    calls = world.frame("calls").to_pandas()
    calls = calls[calls.started_on.astype(str).str.startswith("2026-10")]
    spoken = calls.disposition.isin(CONVERSATION)
    by_hand = pd.DataFrame(
        {
            "dials": calls.groupby(["vendor", "agent_id"]).size(),
            "connects": (calls.talk_seconds > 0).groupby([calls.vendor, calls.agent_id]).sum(),
            "talk_seconds": calls.groupby(["vendor", "agent_id"]).talk_seconds.sum(),
            "talk_squares": (calls.talk_seconds**2).groupby([calls.vendor, calls.agent_id]).sum(),
            "conversations": spoken.groupby([calls.vendor, calls.agent_id]).sum(),
            "leads_worked": calls.groupby(["vendor", "agent_id"]).lead_id.nunique(),
        }
    )
    table = frame(compute(AGGREGATES["A1"], engine, window()))
    found = total(table, AGGREGATES["A1"], ["vendor", "agent_id"])
    found = found[found.dials > 0].set_index(["vendor", "agent_id"])
    pd.testing.assert_frame_equal(found[by_hand.columns], by_hand, check_dtype=False)
    hours = calls.started_at.dt.hour + 3
    bands = np.searchsorted((11, 14, 17), hours, side="right")
    by_band = total(table, AGGREGATES["A1"], ["hour_band"]).dials.tolist()
    assert by_band == np.bincount(bands).tolist()


def test_bins_of_durations_are_single_seconds_then_wider_and_keep_timers() -> None:
    seconds = [0, 59, 599, 600, 604, 605, 3599, 3600, 3604, 3605, 7199, 7200, 10_800, 90_000]
    rows = {"calls": [dial(n, 9 * n, talk) for n, talk in enumerate(seconds)]}
    bins = {row["bin_seconds"]: row["seconds"] for row in counted("A2", rows)}
    assert bins[0] == 0 and bins[59] == 59 and bins[599] == 599
    assert bins[600] == 600 + 604 and bins[605] == 605 and bins[3595] == 3599
    assert bins[3600] == 3600 + 3604 and bins[7200] == 7200 and bins[10_800] == 10_800
    assert sum(bins.values()) == sum(seconds)


def test_intervals_by_hand() -> None:
    rows = {
        "calls": [
            dial(1, 0, 0), dial(2, 40, 30), dial(3, 80, 0), dial(4, 120, 100),
            dial(5, 200, 50),  # begins 20 seconds before the one before it has ended
            dial(6, 200 + 2000, 10),
        ]
    }  # fmt: skip
    by_after = {row["after"]: row for row in counted("A3", rows)}
    silence, talk = by_after["silence"], by_after["talk"]
    assert (silence["intervals"], silence["interval_seconds"]) == (2, 80)
    assert (talk["intervals"], talk["interval_seconds"]) == (2, 40 + 80)
    assert talk["interval_squares"] == 40**2 + 80**2
    assert (talk["breaks"], talk["break_seconds"]) == (1, 2000)
    assert talk["pair_products"] + silence["pair_products"] == 40 * 40 + 40 * 40 + 40 * 80
    assert silence["interval_ln_millionths"] == 2 * round(np.log(40) * 1e6)
    assert (talk["overlaps"], talk["overlap_seconds"]) == (1, 20)
    assert silence["modal_interval_calls"] == 2


def test_repeated_rows_and_sequences_by_hand() -> None:
    lengths = [50, 61, 72, 10, 50, 61, 72]
    calls = [dial(n, 200 * n, talk, wrap_seconds=5) for n, talk in enumerate(lengths)]
    calls.append(calls[0] | {"call_id": "copy"})
    (row,) = counted("A4", {"calls": calls})
    assert (row["rows"], row["repeated_rows"]) == (8, 1)
    # 50 50 61, 50 61 72, 61 72 10, 72 10 50, 10 50 61, 50 61 72: one of them twice
    assert (row["sequences"], row["repeated_sequences"], row["sequence_pairs"]) == (6, 1, 1)


def test_the_day_in_the_log_and_as_reported_by_hand() -> None:
    rows = {
        "calls": [dial(1, 0, 100), dial(2, 50, 100), dial(3, 300, 0, ring_seconds=20)],
        "agent_days": [
            {
                "vendor": "alpha", "agent_id": "A1", "date": date(2026, 10, 5), "dials": 4,
                "conversations": 2, "line_seconds": 900, "talk_seconds": 210,
            }
        ],
    }  # fmt: skip
    (row,) = counted("A5", rows)
    assert (row["dials"], row["reported_dials"]) == (3, 4)
    assert (row["busy_seconds"], row["busy_union_seconds"]) == (220, 170)
    assert (row["first_second"], row["last_second"]) == (6 * 3600, 6 * 3600 + 320)
    assert row["day"] == (date(2026, 10, 5) - date(1970, 1, 1)).days


def test_numbers_called_by_hand() -> None:
    calls = [dial(n, 100 * n, 0, phone="70") for n in range(5)]
    calls += [dial(9, 900, 30, phone="71"), dial(10, 1000, 0, phone="71")]
    found = {(row["attempts"], row["connected"]): row for row in counted("A6", {"calls": calls})}
    assert found[5, 0]["numbers"] == 1 and found[5, 0]["talk_seconds"] == 0
    assert found[2, 1]["dials"] == 2 and found[2, 1]["connects"] == 1


def test_a_thousand_numbers_by_rank() -> None:
    calls = [dial(n, n, 1 + n, phone=f"7{n:04d}") for n in range(1000)]
    found = {row["top_per_mille"]: row for row in counted("A6T", {"calls": calls})}
    assert [found[part]["numbers"] for part in (1, 10, 50, 1000)] == [1, 9, 40, 950]
    assert found[1]["talk_seconds"] == 1000


def test_ages_of_sales_by_hand() -> None:
    lead = {"vendor": "alpha", "lead_id": "L1", "handed_on": date(2026, 9, 1)}
    sold = {"sold_at": datetime(2026, 10, 1, 9), "lead_id": "L1", "vendor": "alpha"}
    rows = {
        "leads": [lead],
        "client_sales": [
            sold | {"sale_id": "1", "cancelled_at": datetime(2026, 10, 4, 9)},
            sold | {"sale_id": "2"},
        ],
    }
    found = {row["day"]: row for row in counted("A7", rows)}
    assert [found[day]["at_risk"] for day in (0, 3, 4, 36)] == [2, 2, 1, 1]
    assert 37 not in found
    assert [row["day"] for row in found.values() if row["cancels"]] == [3]


def test_pairs_of_snapshots_by_hand() -> None:
    def row(day: int, lead: str, stage: str, attempts: int, since: int) -> dict[str, Any]:
        return {
            "vendor": "alpha", "snapshot_on": date(2026, 10, day), "lead_id": lead,
            "stage": stage, "attempts": attempts, "stage_since": date(2026, 10, since),
        }  # fmt: skip

    rows = {
        "funnel": [
            row(15, "kept", "contacted", 1, 3), row(31, "kept", "contacted", 2, 3),
            row(15, "gone", "lost", 1, 3),
            row(15, "moved", "new", 1, 3), row(31, "moved", "quote", 1, 20),
            row(15, "restated", "lost", 2, 3), row(31, "restated", "contacted", 1, 3),
        ]
    }  # fmt: skip
    found = {(r["stage"], r["stage_next"]): r for r in counted("A8", rows)}
    assert found["lost", ""]["leads"] == 1
    assert found["new", "quote"]["restated"] == 0
    assert found["lost", "contacted"]["restated"] == found["lost", "contacted"]["fewer_attempts"]
    assert found["lost", "contacted"]["restated"] == 1
    assert sum(r["leads"] for r in found.values()) == 4


def test_matches_by_hand() -> None:
    sale = {"vendor": "alpha", "sold_at": datetime(2026, 10, 5, 9), "amount": "10.50"}
    known = {"vendor": "alpha", "sold_at": datetime(2026, 10, 6, 9), "amount": "10.50"}
    rows = {
        "sales": [
            sale | {"sale_id": "1", "lead_id": "L1"}, sale | {"sale_id": "2", "lead_id": "L2"},
        ],
        "client_sales": [
            known | {"sale_id": "8", "lead_id": "L1", "paid_at": datetime(2026, 10, 9)},
            known | {"sale_id": "9", "lead_id": "L3"},
        ],
        "leads": [
            {"vendor": "alpha", "lead_id": "L1", "phone": "70", "handed_on": date(2026, 9, 1)}
        ],
        "calls": [dial(1, 0, 60, lead_id="L1", phone="70"), dial(2, 900, 60, phone="70")],
        "carrier_calls": [
            {
                "vendor": "client", "record_id": "r", "phone": "70", "duration_seconds": 55,
                "started_at": datetime(2026, 10, 5, 6, 0, 2),
            }
        ],
    }  # fmt: skip
    found = {row["match"]: row for row in counted("A10", rows)}
    assert {name: row["rows"] for name, row in found.items()} == {
        "claim_paid": 1, "claim_unknown": 1, "known_unclaimed": 1, "claim_with_talk": 1,
        "claim_without_talk": 1, "call_carried": 1, "call_not_carried": 1, "carried_logged": 1,
    }  # fmt: skip
    assert found["claim_unknown"]["amount_cents"] == 1050
    assert (found["call_carried"]["logged_seconds"], found["call_carried"]["carried_seconds"]) == (
        60, 55,
    )  # fmt: skip
    without = {row["match"] for row in counted("A10", rows | {"carrier_calls": []})}
    assert not {"call_carried", "call_not_carried"} & without


@pytest.mark.parametrize("name", AGGREGATES)
def test_columns_that_may_be_missing_may_be_missing(name: str) -> None:
    rows = {
        "calls": [
            {k: v for k, v in dial(n, 50 * n, n).items() if k != "ring_seconds"} for n in range(9)
        ],
        "sales": [{"vendor": "alpha", "sale_id": "s", "sold_at": datetime(2026, 10, 5)}],
        "client_sales": [{"sale_id": "d", "sold_at": datetime(2026, 10, 5)}],
        "funnel": [
            {"vendor": "alpha", "snapshot_on": date(2026, 10, d), "lead_id": "L", "stage": "new"}
            for d in (1, 15)
        ],
    }
    for row in counted(name, rows):
        assert all(pd.notna(value) for value in row.values())


@pytest.mark.parametrize("name", AGGREGATES)
def test_nothing_comes_of_nothing(name: str) -> None:
    assert counted(name, {}) == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", AGGREGATES)
def test_it_compiles_for_every_engine(name: str, dialect: str) -> None:
    text = compile_sql(AGGREGATES[name].expression(TABLES, window()), dialect)
    assert "SELECT" in text
    # one engine reads it as an alias and joins what should be left out
    assert " ANTI " not in text


def test_summer_time_moves_the_local_hour() -> None:
    ((_, summer), (change, winter)) = offsets("Europe/Berlin", OCTOBER)
    assert (summer, winter) == (7200, 3600)
    assert change == int(pd.Timestamp("2026-10-25 01:00", tz="UTC").timestamp())


# ------------------------------------------------------------------ stored


@pytest.fixture(scope="module")
def posted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of one vendor and two months, posted."""
    folder = tmp_path_factory.mktemp("posted") / "w"
    simulate(folder, vendors=1, months=2, agents=3, dials_a_month=200, seed=5)
    Workspace.open(folder).ingest()
    return folder


@pytest.fixture
def workspace(posted: Path, tmp_path: Path) -> Workspace:
    """A copy that a test may change."""
    shutil.copytree(posted, tmp_path / "w")
    return Workspace.open(tmp_path / "w")


def stored(ledger: Ledger) -> set[str]:
    return {
        str(p.relative_to(ledger.path)) for p in (ledger.path / "aggregates").rglob("*.parquet")
    }


def test_what_was_computed_once_is_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = workspace.ledger
    first = aggregates.load(ledger, "A2")
    assert {str(month) for month in first.month.unique()} == {str(NUMBER - 1), str(NUMBER)}
    assert len(stored(ledger)) == 2

    def refused(*_: object) -> None:
        raise AssertionError("it was computed again")

    monkeypatch.setattr(loading, "compute", refused)
    again = aggregates.load(ledger, "A2", ["alpha"], ["2026-09", "2026-10"])
    pd.testing.assert_frame_equal(again, first)
    one = aggregates.load(ledger, "A2", ["alpha"], ["2026-10"])
    assert set(one.month) == {NUMBER}
    assert ledger.verify() == []


def test_months_add_up(workspace: Workspace) -> None:
    both = aggregates.load(workspace.ledger, "A2")
    parts = [aggregates.load(workspace.ledger, "A2", months=[m]) for m in ("2026-09", "2026-10")]
    spec = AGGREGATES["A2"]
    whole = total(both, spec)
    assert whole.calls.sum() == sum(part.calls.sum() for part in parts)
    logged = workspace.ledger.calls("alpha").to_frame()
    talk = whole[whole.measure == "talk"]
    assert talk.calls.sum() == len(logged)
    assert talk.seconds.sum() == logged.talk_seconds.sum()


def test_a_superseded_delivery_is_computed_again_and_nothing_else(workspace: Workspace) -> None:
    ledger = workspace.ledger
    before = aggregates.load(ledger, "A2")
    files = stored(ledger)
    path = workspace.folder / "inbox" / "alpha" / "calls_2026-10.csv"
    again = pl.read_csv(path, infer_schema=False)
    longer = again.with_columns(
        pl.when(pl.col("disposition") == "refusal").then(pl.lit("1000"))
        .otherwise("talk_seconds").alias("talk_seconds")
    )  # fmt: skip
    (path.parent / "resent").mkdir()
    longer.write_csv(path.parent / "resent" / path.name)
    workspace.ingest()
    after = aggregates.load(workspace.ledger, "A2")
    september = before[before.month == NUMBER - 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        after[after.month == NUMBER - 1].reset_index(drop=True), september
    )
    refused = after[(after.month == NUMBER) & (after.disposition == "refusal")]
    assert set(refused[refused.measure == "talk"].bin_seconds) == {1000}
    new = stored(ledger) - files
    assert len(new) == 1 and all("2026-10" in name for name in new)


def test_a_damaged_or_lost_table_is_computed_again(workspace: Workspace) -> None:
    ledger = workspace.ledger
    first = aggregates.load(ledger, "A4")
    for name in stored(ledger):
        (ledger.path / name).write_bytes(b"PAR1 and no more")
    pd.testing.assert_frame_equal(aggregates.load(ledger, "A4"), first)
    shutil.rmtree(ledger.path / "aggregates")
    pd.testing.assert_frame_equal(aggregates.load(ledger, "A4"), first)


def test_a_ledger_that_cannot_be_written_is_counted_all_the_same(workspace: Workspace) -> None:
    ledger = workspace.ledger
    (ledger.path / "aggregates").write_text("in the way", encoding="utf-8")
    table = aggregates.load(ledger, "A4")
    assert table["rows"].sum() == len(ledger.calls("alpha").to_frame())


def test_other_code_computes_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = workspace.ledger
    aggregates.load(ledger, "A4")
    files = stored(ledger)
    monkeypatch.setattr(aggregates.store, "code_hash", lambda: "another version")
    aggregates.load(ledger, "A4")
    assert len(stored(ledger)) == 2 * len(files)


def test_unknown_tables_months_and_vendors(workspace: Workspace) -> None:
    with pytest.raises(KeyError):
        aggregates.load(workspace.ledger, "A99")
    with pytest.raises(ValueError, match="2026-10-05"):
        aggregates.load(workspace.ledger, "A1", months=["2026-10-05"])
    assert aggregates.load(workspace.ledger, "A4", ["nobody"], ["2026-10"]).empty
    assert list(aggregates.load(workspace.ledger, "A4", []).columns) == list(
        AGGREGATES["A4"].columns
    )
