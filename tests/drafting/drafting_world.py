"""Sheets as vendors send them, and the makeshift workbooks they come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl

RESULTS = ("Отказ", "Недозвон", "Перезвонить", "Думает")
START = datetime(2026, 10, 5, 9)


def vendor_sheet(path: Path, rows: int = 40) -> Path:
    """A title, a header of two rows with merged cells, abbreviations, a total at the end."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Отчёт"
    sheet.append(["ООО «Ромашка»"])
    sheet.append(["Отчёт за октябрь 2026"])
    sheet.append([])
    sheet.append(["№", "Звонок", None, None, "Результат", "Тел.", "Проект", "Комментарий"])
    sheet.append([None, "Начало звонка", "Длит. разг.", "Ожидание ответа"])
    sheet.merge_cells("B4:D4")
    for n in range(rows):
        sheet.append([
            n + 1, START + timedelta(minutes=7 * n), f"{n % 7}:{n % 60:02}", n % 30,
            RESULTS[n % 4], 79_000_000_000 + n, "smb-2026", "-" if n % 5 else "перезвон",
        ])  # fmt: skip
    sheet.append(["Итого", None, None, None, None, None, None, None])
    book.save(path)
    return path


def csv_sheet(path: Path, lines: Sequence[str], encoding: str = "utf-8") -> Path:
    """A text file of these lines."""
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path


CALLS = (
    "ID звонка;Оператор;Начало звонка;Длительность разговора, сек;Результат;Телефон;"
    "Удержание, мин;Тариф за звонок",
    "C001;A01;05.10.2026 09:00;61;Отказ;+7 900 000-00-01;0,5;12,50",
    "C002;A01;05.10.2026 09:05;0;Недозвон;+7 900 000-00-02;0;1 100,25",
    "C003;A02;05.10.2026 09:07;184;Продажа;+7 900 000-00-03;1,25;0,00",
    "C004;A02;05.10.2026 09:20;5;Перезвонить позже;+7 900 000-00-04;0;н/д",
)
