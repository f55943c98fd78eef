"""The printed rows of a finding: the telling columns, readable cells, room left on the page."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from invented_audit import example

from vendoreval.report import document, evidence_file
from vendoreval.report.preview import preview, rows_that_fit
from vendoreval.report.reader import Reader
from vendoreval.text import msg


def _shown(table: pd.DataFrame, language: str = "en") -> tuple[tuple[str, ...], tuple[str, ...]]:
    result = example("en")
    _, file = evidence_file(table, "evidence/F-01.csv")
    written = document(replace(result, findings=(replace(result.findings[0], rows=file),)))
    shown = preview(Reader(written, language), written.findings[0].rows, 8)
    assert shown is not None
    return shown.heads, shown.rows[0]


def test_cells_are_written_for_people() -> None:
    table = pd.DataFrame(
        {
            "vendor": ["granat"],
            "started_at": [pd.Timestamp("2026-10-29 11:42:07")],
            "disposition": ["no_answer"],
            "amount": ["1234.5000"],
            "quantity": ["829.0000"],
            "snapshot_on": ["2026-10-31"],
        }
    )
    assert _shown(table) == (
        ("Start", "Outcome", "Amount", "Quantity", "Snapshot"),
        ("29.10.2026 11:42:07", "no answer", "1,234.50", "829", "31.10.2026"),
    )
    assert _shown(table, "ru")[1][1:4] == ("нет ответа", "1\u00a0234,50", "829")


def test_measured_columns_win_over_the_rest() -> None:
    names = ["campaign_id", "lead_id", "call_id", "agent_id", "note", "direction", "talk_seconds",
             "overlap_seconds", "seconds"]  # fmt: skip
    heads, _ = _shown(pd.DataFrame([["x"] * 6 + [1, 2, 3]], columns=names))
    assert heads == (
        "Call", "Lead", "Agent", "Campaign", "Talk, s", "Overlap, s", "In question, s",
    )  # fmt: skip


def test_long_text_is_cut_and_unknown_columns_keep_their_name() -> None:
    heads, cells = _shown(pd.DataFrame({"odd_one": ["x" * 300], "empty": [""]}))
    assert heads == ("odd_one",)
    assert len(cells[0]) == 40
    assert cells[0].endswith("…")


@pytest.mark.parametrize(("taken", "rows"), [(0, 8), (480, 8), (600, 4), (650, 2), (735, 0)])
def test_fewer_rows_when_the_words_take_the_page(taken: float, rows: int) -> None:
    assert rows_that_fit(taken) == rows


def test_sentences_name_vendors_as_printed() -> None:
    result = example("en")
    first = result.findings[0]
    title = msg("%(vendor)s: calls overlap", vendor="granat")
    finding = replace(first, evidence=replace(first.evidence, title=title, condition=title))
    written = document(replace(result, findings=(finding,)))
    reader = Reader(written)
    assert reader.text(written.findings[0], "title") == "Granat Line: calls overlap"
    assert reader.sentence(written.findings[0], "condition") == "Granat Line: calls overlap."
