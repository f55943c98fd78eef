"""Keys over all blocks, references, canonical output, sums and the report itself."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_world import agreement, check, column, column_of, faults_of, rows_of

from vendoreval.intake import keys
from vendoreval.tables import COLUMN_TYPES

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks" / "validation"))
import calls_file

from vendoreval.agreement import agreement_from_bytes

KEYED = agreement(
    column("a", primaryKey=True, primaryKeyPosition=1),
    column("b", "integer", primaryKey=True, primaryKeyPosition=2),
)
CALLS = agreement(
    column("call_id", primaryKey=True, primaryKeyPosition=1),
    column("agent_id", required=True),
    column("started_at", "timestamp", required=True),
    column("talk_seconds", "integer", required=True),
    column("phone", tags=["pii"], logicalTypeOptions={"pattern": "^7[0-9]{10}$"}),
    column(
        "price",
        "number",
        customProperties=[{"property": "unit", "vendor": "vendoreval", "value": "money"}],
    ),
    report="calls",
    pattern="calls_{yyyy}{MM}.csv",
    period={"every": "month", "column": "started_at", "timezone": "Europe/Moscow"},
)
BODY = (
    "call_id,agent_id,started_at,talk_seconds,phone,price\n"
    "1,x,2026-10-01 01:30:00,60,79001234512,0.10\n"
    "2,y,2026-10-02 10:00:00,5,8900<b>,0.20\n"
    "1,x,2026-10-01 01:30:00,60,79001234512,0.30\n"
    "3,x,2026-10-03 10:00:00,7,,0.70\n"
)


@pytest.mark.parametrize("weak", [False, True])
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pairs=st.lists(
        st.tuples(st.sampled_from(["x", "y", "1"]), st.sampled_from(["1", "2", "oops"])),
        max_size=40,
    ),
    size=st.integers(1, 60),
)
def test_the_first_good_copy_of_a_key_is_accepted(tmp_path, weak, pairs, size):
    data = "a,b\n" + "".join(f"{a},{b}\n" for a, b in pairs)
    with pytest.MonkeyPatch.context() as patch:
        if weak:  # fingerprints that collide all the time must change nothing
            patch.setattr(
                keys, "fingerprint", lambda cols: pl.Series([5] * len(cols[0]), dtype=pl.UInt64)
            )
        report = check(tmp_path, data, KEYED, block_bytes=size)
    seen, wanted, late = set(), [], []
    for row, pair in enumerate(pairs, start=2):
        if pair[1] == "oops":
            continue
        (late if pair in seen else wanted).append(row)
        seen.add(pair)
    assert sorted(r["_row"] for r in rows_of(report.accepted_files)) == wanted
    assert sorted(f[0] for f in faults_of(report) if f[4] == "unique") == late
    assert report.counts.get("unique", 0) == len(late)
    assert report.sums["b"].accepted == sum(int(pairs[r - 2][1]) for r in wanted)
    assert report.sums["b"].quarantined == sum(int(pairs[r - 2][1]) for r in late)
    report.discard()


def test_foreign_keys_against_accepted_rows(tmp_path):
    leads = {"name": "leads", "properties": [column("lead_id")]}
    deal = agreement(
        column("id"),
        column("lead", relationships=[{"type": "foreignKey", "to": "leads.lead_id"}]),
        more=[leads],
        pattern="free.csv",
    )
    known = tmp_path / "leads.parquet"
    pl.DataFrame({"lead_id": ["L1", "L2"]}).write_parquet(known)
    data = "id,lead\n1,L1\n2,L3\n3,\n"
    report = check(tmp_path, data, deal, references={"leads": [known]})
    assert column_of(report, "id") == ["1", "3"]
    assert faults_of(report) == [(3, 3, "lead", "L3", "foreign_key")]
    unasked = check(tmp_path, data, deal)
    assert unasked.rows.accepted == 3 and "leads.lead_id" in unasked.to_json()["notes"][0]
    assert check(tmp_path, data, deal, references={"leads": []}).rows.accepted == 1


def test_accepted_rows_have_the_canonical_table(tmp_path):
    report = check(tmp_path, BODY, CALLS, "calls_202610.csv")
    frame = pl.read_parquet(report.accepted_files)
    assert frame.columns == ["_row", *COLUMN_TYPES["calls"], "price"]
    assert frame.schema["price"] == pl.Decimal(18, 4) and frame.schema["talk_seconds"] == pl.Int64
    first = frame.row(0, named=True)
    # half past one in Moscow is the evening before in UTC, the day stays the local one
    assert (first["vendor"], first["started_at"], first["started_on"]) == (
        "alpha",
        datetime(2026, 9, 30, 22, 30),
        date(2026, 10, 1),
    )
    assert first["lead_id"] is None
    raw = pl.read_parquet(report.quarantine_files)
    assert raw.columns == [
        "_row",
        "_line",
        "call_id",
        "agent_id",
        "started_at",
        "talk_seconds",
        "phone",
        "price",
    ]
    assert raw.get_column("phone").to_list() == ["8900<b>", "79001234512"]
    assert set(raw.dtypes[2:]) == {pl.String}


def test_the_report_adds_up_and_speaks_both_languages(tmp_path):
    report = check(tmp_path, BODY, CALLS, "calls_202610.csv")
    assert repr(report) == "ValidationReport(calls_202610.csv: 4 rows = 2 accepted + 2 quarantined)"
    value = report.to_json("ru")
    assert list(value) == [
        "file",
        "sha256",
        "vendor",
        "report",
        "period",
        "encoding",
        "delimiter",
        "sheet",
        "header_row",
        "readings",
        "rows",
        "sums",
        "counts",
        "totals",
        "faults",
        "notes",
    ]
    assert value["sums"]["price"] == {"accepted": "0.8000", "quarantined": "0.5000"}
    assert report.sums["price"].accepted == Decimal("0.8")
    pattern = next(f for f in value["faults"] if f["rule"] == "pattern")
    assert list(pattern) == ["row", "line", "column", "value", "rule", "severity", "message"]
    assert pattern["value"] == "8***…b>" and "ожидается" in pattern["message"]
    frame = report.faults.to_frame()
    assert list(frame.columns) == [
        "file",
        "sheet",
        "row",
        "line",
        "column",
        "value",
        "rule",
        "severity",
        "message",
    ]
    assert frame["value"].tolist() == ["8900<b>", "1"]


def test_the_notebook_view_is_escaped_and_hides_personal_values(tmp_path):
    view = check(tmp_path, BODY, CALLS, "calls_202610.csv")._repr_html_()
    assert "8900" not in view and "<b>&" not in view and "b&gt;" in view and "<script" not in view


def test_messages_are_capped_and_counts_are_not(tmp_path):
    data = "a\n" + "x\n" * 3000
    report = check(tmp_path, data, agreement(column("a", "integer")), block_bytes=500)
    assert report.counts == {"type": 3000}
    assert (
        len(report.faults.to_frame()) == 1000 and len(report.faults.to_frame(per_rule=None)) == 3000
    )
    assert len(list(report.faults)) == 1000 and len(report.faults) == 3000


def test_discard_removes_what_was_written(tmp_path):
    report = check(tmp_path, BODY, CALLS, "calls_202610.csv", staging=tmp_path / "staging")
    assert report.accepted_files[0].is_relative_to(tmp_path / "staging")
    report.discard()
    assert not list((tmp_path / "staging").iterdir())


@pytest.mark.parametrize(
    ("faulty", "quoted"), [("few", False), ("few", True), ("every", False), ("five", False)]
)
def test_every_planted_fault_is_found_with_its_place_and_text_and_no_other(
    tmp_path, faulty, quoted
):
    path = tmp_path / "calls_202603.csv"
    rows = 30_000 if faulty == "few" else 5_000
    truth = calls_file.write_calls(path, rows, faulty=faulty, quoted=quoted)
    deal = agreement_from_bytes(calls_file.agreement_text().encode(), "bench", "bench.odcs.yaml")
    report = check(tmp_path, path.read_bytes(), deal, path.name, block_bytes=100_000)
    told = pl.concat([pl.read_parquet(part) for part in report.fault_files])
    found = told.select("_row", "column", pl.col("value").fill_null(""), "rule")
    planted = truth.select("row", "column", pl.col("value").fill_null(""), "rule")
    assert sorted(map(str, found.iter_rows())) == sorted(map(str, planted.iter_rows()))
    assert told.get_column("_row").is_sorted()
    assert dict(report.counts) == dict(truth.get_column("rule").value_counts().iter_rows())
    sound = set(range(2, rows + 2)) - set(truth.get_column("row"))
    assert report.rows.accepted == len(sound)
    for part in report.accepted_files:
        accepted = pl.read_parquet(part)
        # the number in the call id is the place in the file
        places = accepted.get_column("call_id").str.slice(1).cast(pl.Int64) + 2
        assert places.to_list() == accepted.get_column("_row").to_list()
        assert sound.issuperset(places)
