"""What validation promises about a whole file: every fault, its true place, one answer, the sum."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from intake_world import agreement, check, column, column_of, faults_of, rows_of

from vendoreval.intake import ValidationReport, read_delivery, validate

CODES = ("sale", "refusal", "busy")
LEADS = {
    "name": "leads",
    "properties": [column("lead_id", required=True, primaryKey=True), column("segment")],
}
DEAL = agreement(
    column("call_id", required=True, primaryKey=True, primaryKeyPosition=1),
    column("started_at", "timestamp", required=True, ours={"notAfter": "delivery-time"}),
    column("talk_seconds", "integer", required=True, ours={"unit": "s"},
           logicalTypeOptions={"minimum": 0, "maximum": 14400}),
    column("billed_seconds", "integer", ours={"unit": "s"},
           logicalTypeOptions={"multipleOf": 60}),
    column("charge", "number", ours={"unit": "money"}),
    column("disposition", required=True, enum=[{"value": code} for code in CODES]),
    column("lead_id", relationships=[{"type": "foreignKey", "to": "leads.lead_id"}]),
    column("note"),
    rules={"covers": "billed_seconds >= talk_seconds"},
    period={"every": "month", "column": "started_at", "timezone": "Europe/Moscow"},
    report="calls", pattern="calls_{yyyy}-{MM}.csv",
    more=[LEADS],
)  # fmt: skip
NAMES = ("call_id", "started_at", "talk_seconds", "billed_seconds", "charge", "disposition",
         "lead_id", "note")  # fmt: skip
RECEIVED = datetime(2026, 11, 5, tzinfo=UTC)

# what is planted -> cells to change, and the fault that must be found: column and rule
PLANTED: dict[str, tuple[dict[str, str], str | None, str]] = {
    "no key": ({"call_id": ""}, "call_id", "required"),
    "no such day": ({"started_at": "2026-10-32 10:00:00"}, "started_at", "date_format"),
    "a day to come": ({"started_at": "2026-12-24 10:00:00"}, "started_at", "future"),
    "talk in words": ({"talk_seconds": "long"}, "talk_seconds", "type"),
    "talk below zero": ({"talk_seconds": "-1"}, "talk_seconds", "minimum"),
    "talk of a day": ({"talk_seconds": "86400", "billed_seconds": "86400"}, "talk_seconds",
                      "maximum"),
    "half a minute": ({"talk_seconds": "30", "billed_seconds": "150"}, "billed_seconds",
                      "multiple_of"),
    "billed less": ({"talk_seconds": "130", "billed_seconds": "120"}, None, "row_rule:covers"),
    "five decimals": ({"charge": "1.23456"}, "charge", "type"),
    "a code of theirs": ({"disposition": "sold!"}, "disposition", "code"),
    "a lead of nobody": ({"lead_id": "l-none"}, "lead_id", "foreign_key"),
}  # fmt: skip


def calls(rows: int, seed: int) -> tuple[str, dict[int, tuple[str | None, str, str | None]]]:
    """A file with known faults: its text, and row -> (column, rule, raw value)."""
    pick = random.Random(seed)
    lines, truth = [",".join(NAMES)], {}
    begin = datetime(2026, 10, 1)
    kinds, accepted = sorted(PLANTED), set()
    for number in range(rows):
        talk = pick.randrange(3, 900)
        cells = {
            "call_id": f"c{number:06}",
            "started_at": str(begin + timedelta(seconds=number * 7)),
            "talk_seconds": str(talk), "billed_seconds": str(-(-talk // 60) * 60),
            "charge": f"{talk / 60:.4f}", "disposition": pick.choice(CODES),
            "lead_id": f"l{number % 50}",
            "note": pick.choice(["", "ok", '"two\nlines"', '"a, b"']),
        }  # fmt: skip
        if pick.random() < 0.02:
            changes, name, rule = PLANTED[pick.choice(kinds)]
            cells |= changes
            # nothing stands for an empty cell
            raw = (cells[name] or None) if name else None
            truth[number + 2] = (name, rule, raw)
        elif pick.random() < 0.005 and f"c{number - 10:06}" in accepted:
            # the key of a row that was itself refused would be the first copy
            cells["call_id"] = f"c{number - 10:06}"
            truth[number + 2] = ("call_id", "unique", cells["call_id"])
        else:
            accepted.add(cells["call_id"])
        lines.append(",".join(cells[name] for name in NAMES))
    return "\n".join(lines) + "\n", truth


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    path = tmp_path_factory.mktemp("leads") / "leads.parquet"
    pl.DataFrame({"lead_id": [f"l{n}" for n in range(50)]}).write_parquet(path)
    return {"leads": [path]}


def run(folder: Path, text: str, leads: Any, **how: Any) -> ValidationReport:
    return check(folder, text, DEAL, "calls_2026-10.csv", references=leads,
                 received_at=RECEIVED, **how)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_planted_fault_is_found_and_no_other(tmp_path, leads, seed):
    """Recall 1.000 and no false fault, with the true row, the raw value and its rule."""
    text, truth = calls(5000, seed)
    report = run(tmp_path, text, leads, block_bytes=32 << 10)
    found = {row: (name, rule, value) for row, _, name, value, rule in faults_of(report)}
    assert found == truth
    assert len(faults_of(report)) == len(truth)


def test_rows_and_lines_part_at_quoted_line_ends_and_both_are_true(tmp_path, leads):
    text, _ = calls(3000, 4)
    report = run(tmp_path, text, leads, block_bytes=8 << 10)
    lines = text.split("\n")
    assert any(line != row for row, line, *_ in faults_of(report))
    for _, line, name, value, _ in faults_of(report):
        if name and value:
            assert value in lines[line - 1]


@pytest.mark.parametrize(("workers", "size"), [(1, 1 << 20), (8, 1 << 20), (2, 997), (8, 333)])
def test_one_answer_for_any_threads_and_any_blocks(tmp_path, leads, workers, size):
    text, _ = calls(900, 5)
    wanted = run(tmp_path, text, leads)
    got = run(tmp_path, text, leads, workers=workers, block_bytes=size)
    assert faults_of(got) == faults_of(wanted)
    assert got.rows == wanted.rows and got.sums == wanted.sums and got.counts == wanted.counts
    assert rows_of(got.accepted_files) == rows_of(wanted.accepted_files)
    assert rows_of(got.quarantine_files) == rows_of(wanted.quarantine_files)
    assert got.to_json() == wanted.to_json()


def test_the_receipt_adds_up_in_rows_and_in_sums(tmp_path, leads):
    text, _ = calls(4000, 6)
    text += "broken,line\n,,,,,,,\n"
    report = run(tmp_path, text, leads, block_bytes=16 << 10)
    rows = report.rows
    assert rows.delivered == 4002 and rows.rejected == 2
    assert rows.accepted + rows.quarantined + rows.rejected + rows.skipped == rows.delivered
    for name in ("talk_seconds", "billed_seconds", "charge"):
        whole = sum(
            Decimal(value)
            for row in [*rows_of(report.accepted_files), *rows_of(report.quarantine_files)]
            if (value := readable(row[name])) is not None
        )
        sums = report.sums[name]
        assert Decimal(sums.accepted) + Decimal(sums.quarantined) == whole
        assert Decimal(sums.accepted) == sum(
            Decimal(row[name]) for row in rows_of(report.accepted_files) if row[name] is not None
        )


def readable(value: Any) -> str | None:
    """A number as the column reads it: integers without, money with four decimals."""
    text = str(value) if value is not None else ""
    whole, _, part = text.removeprefix("-").partition(".")
    return text if whole.isdigit() and (not part or (part.isdigit() and len(part) < 5)) else None


def test_no_count_is_capped(tmp_path):
    deal = agreement(column("n", "integer"), column("m", "integer"))
    report = check(tmp_path, "n,m\n" + "x,y\n" * 8_000, deal, block_bytes=64 << 10)
    assert report.counts == {"type": 16_000}
    assert len(report.faults) == 16_000 and len(report.faults.first(None)) == 16_000
    assert Counter(f[2] for f in faults_of(report)) == {"n": 8_000, "m": 8_000}


def test_a_rule_over_a_cell_that_could_not_be_read_is_unknown_and_no_fault(tmp_path):
    """The third state: nobody knows whether the row keeps the rule, so it is not accused."""
    deal = agreement(
        column("talk", "integer"), column("billed", "integer"),
        rules={"covers": "billed >= talk", "sane": "talk < 1000 OR billed IS NULL"},
    )  # fmt: skip
    report = check(tmp_path, "talk,billed\nx,1\n5,1\n,1\n2000,\n2000,x\n", deal)
    assert [(f[0], f[4]) for f in faults_of(report)] == [
        (2, "type"), (3, "row_rule:covers"), (6, "type"),
    ]  # fmt: skip
    assert [r["_row"] for r in rows_of(report.accepted_files)] == [4, 5]


def test_a_key_that_repeats_refuses_the_later_copy_only(tmp_path, leads):
    text = ",".join(NAMES) + "\n"
    good = "c{},2026-10-01 10:00:00,60,60,1,sale,l1,\n"
    bad = "c{},2026-10-01 10:00:00,x,60,1,sale,l1,\n"
    text += bad.format(1) + good.format(1) + good.format(1) + good.format(2)
    report = run(tmp_path, text, leads)
    assert [(f[0], f[4]) for f in faults_of(report)] == [(2, "type"), (4, "unique")]
    assert column_of(report, "call_id") == ["c1", "c2"]


def test_delivery_and_validation_may_be_far_apart(tmp_path, leads):
    """A delivery opened once can be validated twice, with one answer."""
    text, _ = calls(300, 9)
    path = tmp_path / "calls_2026-10.csv"
    path.write_text(text, encoding="utf-8")
    delivery = read_delivery(path, DEAL, received_at=RECEIVED)
    one, two = (validate(delivery, references=leads) for _ in range(2))
    assert one.to_json() == two.to_json()
