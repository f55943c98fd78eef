"""The files that are measured, each with the truth about it and a small one of its kind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from calls_file import COLUMNS, agreement_text, calls, write_calls

WARM_ROWS = 30_000
WORKBOOK_ROWS = 200_000
AGREEMENT = "bench.odcs.yaml"


def prepare(folder: Path, scenario: str, rows: int) -> Path:
    """Write the file of a scenario with its truth, and a small one of the same kind."""
    home = folder / f"{scenario}-{rows}"
    path = home / ("calls_202603.xlsx" if scenario == "workbook" else "calls_202603.csv")
    if path.with_suffix(".truth").exists():
        return path
    for target, size in ((home / "warm" / path.name, min(rows, WARM_ROWS)), (path, rows)):
        target.parent.mkdir(parents=True, exist_ok=True)
        (target.parent / AGREEMENT).write_text(agreement_text(), encoding="utf-8")
        _write(target, scenario, size).write_parquet(target.with_suffix(".truth"))
    return path


def _write(path: Path, scenario: str, rows: int) -> pl.DataFrame:
    match scenario:
        case "workbook":
            return write_workbook(path, rows)
        case "every":
            return write_calls(path, rows, faulty="every")
        case "five":
            return write_calls(path, rows, faulty="five")
        case "layout":
            truth = write_calls(path, rows)
            # two columns are gone from every row, the header still promises them
            table = pl.read_csv(path, infer_schema=False).drop("phone", "direction")
            with path.open("wb") as stream:
                stream.write((",".join(COLUMNS) + "\n").encode())
                table.write_csv(stream, include_header=False)
            return truth
    return write_calls(path, rows, quoted=scenario == "quoted")


def write_workbook(path: Path, rows: int, seed: int = 1) -> pl.DataFrame:
    """Write the same as XLSX, with real dates and numbers; return the truth."""
    table, truth = calls(rows, "few", seed)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("calls")
        clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(table.iter_rows(), 1):
            for place, text in enumerate(row):
                name = COLUMNS[place]
                if name in ("started_at", "ended_at") and text[5:7] != "13":
                    sheet.write_datetime(number, place, datetime.fromisoformat(text), clock)
                elif name in ("talk_seconds", "billed_seconds") and ":" not in text:
                    sheet.write_number(number, place, int(text))
                elif text:
                    sheet.write_string(number, place, text)
    return truth
