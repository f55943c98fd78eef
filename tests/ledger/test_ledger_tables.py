"""What the ledger tells checks of its own history: deliveries, tombstones, restated rows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from history_schemes import recoded_calls, restated_calls, stages_ahead, without_days
from ledger_world import RECEIVED, Make, call_rows

from check_world import at, call, engine_over, item, scope_of
from vendoreval.checks import bank_deletions, gaps_where_money_is, restated_history, stage_order
from vendoreval.checks.base import Check, Scope
from vendoreval.engine import DuckEngine
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.tables import TABLES

OCTOBER = date(2026, 10, 1)
LATER = RECEIVED + timedelta(days=10)


def restated(ledger: Ledger) -> list[dict[str, Any]]:
    with ledger.engine() as engine:
        table = TABLES["restated"]
        rows: list[dict[str, Any]] = engine.run(table.order_by(["delivery", "row_key"])).to_pylist()
    return rows


def changes(ledger: Ledger) -> dict[str, str]:
    return {row["row_key"]: row["change"] for row in restated(ledger)}


def test_a_corrected_month_row_by_row(ledger: Ledger, make: Make) -> None:
    rows = call_rows("alpha", OCTOBER, 5)
    ledger.post(make("2026-10", rows=rows))
    again = [rows[0], rows[1] | {"talk_seconds": 99}, rows[2] | {"disposition": "interested"},
             rows[4], call_rows("alpha", date(2026, 10, 9), 1)[0]]  # fmt: skip
    ledger.post(make("2026-10", rows=again, text="b", received_at=LATER), "clock")
    assert changes(ledger) == {
        "alpha-20261002": "changed", "alpha-20261003": "changed", "alpha-20261004": "removed",
        "alpha-20261009": "added",
    }  # fmt: skip
    first = restated(ledger)[0]
    assert (first["seconds_before"], first["seconds_after"]) == (60, 99)
    assert (first["delivery"], first["by_delivery"], first["reason"]) == (1, 2, "clock")
    assert (first["received_on"], first["day_on"]) == (LATER.date(), date(2026, 10, 2))
    assert restated(ledger.as_of(1)) == []


def test_a_month_in_place_of_its_days(ledger: Ledger, make: Make) -> None:
    """Days that had not been delivered are no change of the past."""
    for day in (1, 2, 3):
        ledger.post(make(f"2026-10-{day:02d}", rows=call_rows("alpha", date(2026, 10, day), 1)))
    month = call_rows("alpha", OCTOBER, 31)
    month[1]["talk_seconds"] = 5
    ledger.post(make("2026-10", rows=month, text="month"))
    assert [(row["delivery"], row["row_key"], row["change"]) for row in restated(ledger)] == [
        (2, "alpha-20261002", "changed")
    ]


def test_rows_that_were_refused_and_come_mended(ledger: Ledger, make: Make) -> None:
    rows = call_rows("alpha", OCTOBER, 5)
    ledger.post(make("2026-10", rows=rows[:3], quarantined=2))
    ledger.post(make("2026-10", rows=rows, text="b"))
    assert set(changes(ledger).values()) == {"mended"}


def test_more_rows_than_were_refused_are_told_by_their_keys(
    ledger: Ledger, make: Make, tmp_path: Path
) -> None:
    rows = call_rows("alpha", OCTOBER, 5)
    refused = tmp_path / "q.parquet"
    pq.write_table(pa.table({"_row": [9], "call_id": ["alpha-20261004"]}), refused)
    report = make("2026-10", rows=rows[:3], quarantined=1)
    ledger.post(type(report)(**vars(report) | {"quarantine_files": (refused,)}))
    ledger.post(make("2026-10", rows=rows, text="b"))
    assert changes(ledger) == {"alpha-20261004": "mended", "alpha-20261005": "added"}


def test_a_column_that_came_later_changes_nothing(ledger: Ledger, make: Make) -> None:
    rows = call_rows("alpha", OCTOBER, 3)
    ledger.post(make("2026-10", rows=rows))
    ledger.post(make("2026-10", rows=[row | {"billed_seconds": 120} for row in rows], text="b"))
    assert restated(ledger) == []


def test_single_rows_by_key_and_packed_files(ledger: Ledger, make: Make) -> None:
    rows = call_rows("alpha", OCTOBER, 5)
    ledger.post(make("2026-10", rows=rows))
    ledger.post(make("2026-09", rows=call_rows("alpha", date(2026, 9, 1), 5)))
    ledger.post(make("2026-10", rows=[rows[1] | {"talk_seconds": 1}], text="b"), "x", by_key=True)
    expected = [("alpha-20261002", "changed", 60, 1)]
    for _ in range(2):
        found = [(r["row_key"], r["change"], r["seconds_before"], r["seconds_after"])
                 for r in restated(ledger)]  # fmt: skip
        assert found == expected
        ledger.compact(at_once=True)


def test_deliveries_and_the_days_they_cover(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=3, quarantined=2))
    ledger.post(make("2026-10", count=4, text="b"), "late")
    ledger.post(make(None, report="roster", count=1))
    with ledger.engine() as engine:
        rows = engine.run(TABLES["deliveries"].order_by("delivery")).to_pylist()
    assert [(r["delivery"], r["first_on"], r["last_on"], r["accepted_rows"]) for r in rows] == [
        (2, OCTOBER, date(2026, 10, 31), 4), (3, None, None, 1),
    ]  # fmt: skip
    assert rows[0]["reason"] == "late"


# ----------------------------------------- planted schemes, through a real ledger


def answers(check: Check, ledger: Ledger, scope: Scope) -> Any:
    with ledger.engine() as engine:
        small = engine.run(check.reduce(TABLES, scope)).to_pandas()
    return {answer.vendor: answer for answer in check.judge(small, scope)}


SCOPE = scope_of({"alpha": []})


def log(count: int = 400) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        {"vendor": "alpha", "call_id": f"c{n}", "agent_id": "a1", "lead_id": f"L{n}",
         "started_at": at(1 + n % 31), "started_on": at(1 + n % 31).date(),
         "talk_seconds": int(rng.integers(0, 400)), "disposition": "interested"}
        for n in range(count)
    ]  # fmt: skip
    return pl.DataFrame(rows)


@pytest.mark.parametrize("share", [0.03, 0.2])
def test_a_restated_log_is_seen(ledger: Ledger, make: Make, share: float) -> None:
    ledger.post(make("2026-10", rows=log().to_dicts()))
    later = restated_calls(log(), np.random.default_rng(1), share)
    ledger.post(make("2026-10", rows=later.to_dicts(), text="b"))
    truth = int((later["talk_seconds"] != log()["talk_seconds"]).sum())
    (evidence,) = answers(restated_history.CHECK, ledger, SCOPE)["alpha"].evidence
    assert evidence.observed == truth
    seconds = int(later["talk_seconds"].sum() - log()["talk_seconds"].sum())
    assert float(evidence.minutes.point) == pytest.approx(seconds / 60, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_an_honest_run_of_the_export_is_not(ledger: Ledger, make: Make, seed: int) -> None:
    ledger.post(make("2026-10", rows=log().to_dicts()))
    later = recoded_calls(log(), np.random.default_rng(seed), 0.2)
    ledger.post(make("2026-10", rows=later.to_dicts(), text="b"))
    answer = answers(restated_history.CHECK, ledger, SCOPE)["alpha"]
    assert answer.evidence == () and answer.not_run is None


def test_days_left_out_of_the_log_are_seen(ledger: Ledger, make: Make) -> None:

    scope = scope_of({"alpha": [item()]}, period=Period.parse("2026-10"))
    work = log().filter(pl.col("started_on").dt.weekday() < 6)
    minutes = int(work["talk_seconds"].sum()) / 60
    line = {"vendor": "alpha", "invoice_id": "1", "line": 1, "unit": "talk_minute",
            "period_start": OCTOBER, "period_end": date(2026, 10, 31),
            "quantity": f"{minutes:.4f}"}  # fmt: skip
    gone = {date(2026, 10, day) for day in (22, 23, 26)}
    rows: dict[str, Any] = {"invoice_lines": [line]}
    for kept, found in ((work, 0), (without_days(work, gone), 3)):
        with engine_over(rows | {"calls": kept.to_dicts()}) as engine:
            small = engine.run(gaps_where_money_is.CHECK.reduce(TABLES, scope)).to_pandas()
        (answer,) = gaps_where_money_is.CHECK.judge(small, scope)
        assert sum(evidence.observed for evidence in answer.evidence) == found


def test_steps_ahead_of_their_calls_are_seen() -> None:
    calls = [call(n, at(10 + n % 15), disposition="interested", lead_id=f"L{n}") for n in range(90)]
    leads = [{"vendor": "alpha", "lead_id": f"L{n}", "handed_on": date(2026, 10, 10)}
             for n in range(90)]  # fmt: skip
    events = pl.DataFrame(
        [{"vendor": "alpha", "lead_id": f"L{n}", "at": at(10 + n % 15, 18),
          "stage_to": "interested"} for n in range(90)]
    )  # fmt: skip
    ahead = stages_ahead(events, np.random.default_rng(2), 0.2, days=2)
    truth = int((ahead["at"] != events["at"]).sum())
    for steps, found in ((events, 0), (ahead, truth)):
        rows = {"calls": calls, "leads": leads, "funnel_events": steps.to_dicts()}
        with engine_over(rows) as engine:
            small = engine.run(stage_order.CHECK.reduce(TABLES, SCOPE)).to_pandas()
        (answer,) = stage_order.CHECK.judge(small, SCOPE)
        assert sum(evidence.observed for evidence in answer.evidence) == found


def test_an_erased_company_is_not_a_deleted_one(ledger: Ledger, make: Make) -> None:
    """The vendor erases a person too and leaves it out of the next snapshot."""

    def bank(on: date, leads: range) -> list[dict[str, Any]]:
        return [{"vendor": "alpha", "snapshot_on": on, "lead_id": f"L{n}", "stage": "lost"}
                for n in leads]  # fmt: skip

    rows = bank(date(2026, 10, 15), range(10)) + bank(date(2026, 10, 31), range(1, 10))
    columns = ("snapshot_on", "lead_id", "stage")
    handed = [{"vendor": "alpha", "lead_id": "L0", "handed_on": OCTOBER, "phone": "+79161234512"}]
    ledger.post(make("2026-10", report="funnel", rows=rows, columns=columns))
    ledger.post(make(None, vendor="client", report="leads", rows=handed, columns=("lead_id",)))
    assert answers(bank_deletions.CHECK, ledger, SCOPE)["alpha"].evidence[0].observed == 1
    ledger.erase("request 17", phone="+79161234512")
    answer = answers(bank_deletions.CHECK, ledger, SCOPE)["alpha"]
    assert answer.evidence == () and answer.not_run is None


def test_the_engine_looks_a_report_up_when_it_is_named(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=3))
    ledger.post(make(None, report="roster", count=2))
    path = ledger.paths(ledger.commits[0])[0]
    path.unlink()
    path.write_bytes(b"torn")
    fresh = Ledger.open(ledger.path)
    with fresh.engine() as engine:
        assert isinstance(engine, DuckEngine)
        assert engine.run(TABLES["roster"].count().as_table()).to_pylist()[0] == {
            "CountStar(roster)": 2
        }
