"""Deliveries with known faults, and readers of what goes back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "intake"))
from intake_world import agreement, check, column

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.intake import ValidationReport
from vendoreval.text import language

__all__ = ["CALLS", "GRID", "agreement", "check", "column"]

ERROR, WARNING = "FFF8C4C0", "FFFFE08A"
ROW = "FFFFF8E1"
SHEETS = {"en": ("Summary", "Your file", "All faults"),
          "ru": ("Сводка", "Ваш файл", "Все ошибки")}  # fmt: skip

CALLS = agreement(
    column("call_id", primaryKey=True, primaryKeyPosition=1),
    column("agent_id", required=True),
    column("started_at", "timestamp", required=True),
    column("talk_seconds", "integer", required=True),
    column("phone", tags=["pii"], logicalTypeOptions={"pattern": "^7[0-9]{10}$"}),
    column("ring_seconds", "integer"),
    report="calls",
    pattern="calls_{yyyy}{MM}.csv",
    rules={"ring-within-talk": "ring_seconds <= talk_seconds"},
    period={"every": "month", "column": "started_at", "timezone": "Europe/Moscow"},
)
GRID = agreement(column("a", "integer"), column("b", "integer"), column("c"))

# every kind of place a fault can stand in, below a title row
FAULTY = (
    "Выгрузка за октябрь,,,,,\n"
    "call_id,agent_id,started_at,talk_seconds,phone,ring_seconds\n"
    "1,x,2026-10-01 01:30:00,60,79001234512,5\n"
    '2,"a ""b""\nc",2026-10-02 10:00:00,abc,8900<b>,9\n'
    "1,x,2026-10-01 01:30:00,60,79001234512,6\n"
    "3, x ,2026-10-03 10:00:00,007,,\n"
    ",,,,,\n"
    "4,x,2026-10-03 10:00:00,7,1,2,3,4\n"
    '5,"x"y,2026\n'
    "6,,,5,+7,9\n"
)


def with_acceptance(deal: Agreement, **acceptance: Any) -> Agreement:
    """Return the agreement with what happens to a file with faults."""
    contract = json.loads(deal.content)
    entry = {"property": "acceptance", "vendor": "vendoreval", "value": acceptance}
    contract["customProperties"] = [*contract.get("customProperties", []), entry]
    return agreement_from_bytes(json.dumps(contract).encode(), deal.vendor, "t.odcs.yaml")


def sheets(path: Path, code: str = "en") -> tuple[Worksheet, Worksheet, Worksheet]:
    """Return summary, rows and faults."""
    book = openpyxl.load_workbook(path)
    assert tuple(book.sheetnames) == SHEETS[code]
    return tuple(book[name] for name in SHEETS[code])  # type: ignore[return-value]


def fill(cell: Any) -> str | None:
    """Return the colour behind a cell."""
    return cell.fill.fgColor.rgb if cell.fill.fill_type else None


def marked(sheet: Worksheet) -> dict[str, str]:
    """Return address -> comment of every cell coloured as a fault; each has a comment."""
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all((fill(c) in {ERROR, WARNING}) == (c.comment is not None) for c in cells)
    return {c.coordinate: c.comment.text for c in cells if c.comment}


def grid(sheet: Worksheet) -> list[list[str]]:
    """Return the texts of a sheet without the empty ends of its rows."""
    rows = []
    for row in sheet.iter_rows(values_only=True):
        texts = ["" if value is None else value for value in row]
        while texts and texts[-1] == "":
            texts.pop()
        rows.append(texts)
    return rows


def words_of(report: ValidationReport, code: str) -> list[tuple[int, str | None, str, str]]:
    """Return row, column, rule and message of every fault."""
    say = language(code).say
    return [(f.row, f.column, f.rule, say(f.message)) for f in report.faults.first(None)]


def texts_of(sheet: Worksheet) -> str:
    """Return all texts of a sheet."""
    values = (v for row in sheet.iter_rows(values_only=True) for v in row if v is not None)
    return "\n".join(map(str, values))
