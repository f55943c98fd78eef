"""The page of a week: always one page, its words chosen by what happened."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from dispute_world import result, rows_of
from hypothesis import given
from hypothesis import strategies as st

from vendoreval.auditing import week as weeks
from vendoreval.auditing.week import parse_week, week_figures
from vendoreval.cli import run
from vendoreval.report import AuditReport
from vendoreval.report.digest import digest_html, digest_pages, write_digest
from vendoreval.report.digest_models import (
    ArrivalModel,
    DigestDocument,
    OverdueModel,
    WeekFigureModel,
    WeekVendorModel,
)
from vendoreval.report.digest_page import digest_title, digest_view
from vendoreval.text import LANGUAGES, language

HOSTILE = "<img src=file:///etc/passwd>{{ 7*7 }}\u202e" + "Ж" * 170


def figures(value: float = 100, position: str = "usual") -> tuple[WeekFigureModel, ...]:
    return tuple(
        WeekFigureModel(name=name, unit=unit, value=value, usual=100, low=80, high=120, weeks=8,
                        position=position)  # type: ignore[arg-type]  # one of its codes
        for name, unit in weeks.FIGURES
    )  # fmt: skip


def week(vendors: int = 3, owed: int = 0, *, alerts: bool = False, **given: Any) -> DigestDocument:
    """Return a week of so many vendors and reports owed."""
    code = given.pop("language", "en")
    names = [f"v{n}" for n in range(vendors)]
    title = given.pop("title", "")
    audit = AuditReport(result(code), rows=rows_of, language=code).document()
    values: dict[str, Any] = {
        "language": code, "week": "2026-W43", "period": "2026-10-19..2026-10-25",
        "known_on": "2026-10-26", "client": title or "Northern Bank", "ledger_hash": "ab" * 32,
        "audit": audit if alerts else audit.model_copy(update={"findings": ()}),
        "vendors": tuple(
            WeekVendorModel(
                vendor=n, title=title or f"Vendor {n}", complete=True, figures=figures()
            )
            for n in names
        ),
        "arrivals": tuple(
            ArrivalModel(vendor=n, title=n, due=2, came=2, late=1, missing=0) for n in names
        ),
        "overdue": tuple(
            OverdueModel(vendor=f"v{n % 3}", title=title or f"Vendor {n % 3}", report="calls",
                         unit=f"2026-10-{n % 28 + 1:02d}", due_on="2026-10-21", state="missing")
            for n in range(owed)
        ),
        "unanswered": (),
        **given,
    }  # fmt: skip
    return DigestDocument(**values)


@pytest.mark.parametrize(
    ("document", "english", "russian"),
    [
        (week(), "Nothing out of the usual", "Всё как обычно"),
        (week(owed=2), "No alert; 2 reports are owed", "Сигналов нет; не сданы 2 отчёта"),
        (week(alerts=True), "4 alerts; every report due has come", "4 сигнала; все отчёты сданы"),
        (week(owed=1, alerts=True), "4 alerts; 1 report is owed", "4 сигнала; не сдан 1 отчёт"),
        (week(audit=None), "No vendor delivered anything", "ни один подрядчик ничего"),
    ],
)
def test_the_title_is_what_happened(document: DigestDocument, english: str, russian: str) -> None:
    assert english in language("en").say(digest_title(document))
    assert russian in language("ru").say(digest_title(document))


def test_an_unusual_figure_changes_title_and_mark() -> None:
    loud = week().vendors[0].model_copy(update={"figures": figures(130, "higher")})
    document = week()
    document = document.model_copy(update={"vendors": (loud, *document.vendors[1:])})
    assert "5 figures are out of the usual" in language("en").say(digest_title(document))
    cells = digest_view(document, "en").vendors[0].cells
    assert {c.mark for c in cells} == {"▲"} and cells[0].usual == "80–120"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    "given",
    [
        {"vendors": 0, "audit": None, "arrivals": ()},
        {"vendors": 40, "owed": 300, "alerts": True, "title": HOSTILE},
    ],
)
def test_it_is_one_page_whatever_happened(
    code: str, given: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    document = week(**given, language=code)
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pages, html = digest_pages(document, code)
    assert len(pages.pages) == 1 and not caplog.records
    assert "<img src" not in html and "\u202e" not in html
    # what is left out is counted
    if given["vendors"]:
        assert "{{ 7*7 }}" in html
        shown = digest_view(document, code, 5)
        assert shown.more_vendors and shown.more_owed and shown.more_alerts


def test_both_files_are_written_and_the_same_again(tmp_path: Path) -> None:
    document = week(owed=2, alerts=True)
    pdf, html = write_digest(document, tmp_path / "w", "en")
    first = pdf.read_bytes(), html.read_bytes()
    write_digest(document, tmp_path / "w", "en")
    assert (pdf.read_bytes(), html.read_bytes()) == first and first[0].startswith(b"%PDF")
    assert sorted(p.name for p in (tmp_path / "w").iterdir()) == ["digest.html", "digest.pdf"]
    page = digest_html(document, "ru")
    assert 'lang="ru"' in page and "О чём спросить в понедельник" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_what_is_not_known_is_not_told_as_nothing() -> None:
    empty = digest_view(week(audit=None, vendors=0), "en")
    assert empty.no_alerts.startswith("Nothing could be asked")
    assert digest_view(week(), "en").no_alerts.startswith("None: nothing")
    lacking = figures()[0].model_copy(update={"value": None, "position": "unknown"})
    vendor = week().vendors[0].model_copy(update={"figures": (lacking,), "complete": False})
    line = digest_view(week().model_copy(update={"vendors": (vendor,)}), "ru").vendors[0]
    assert line.cells[0].value == "—" and line.note == "журнал звонков неполный"


def test_questions_name_what_is_owed_and_who_must_answer() -> None:
    asked = digest_view(week(owed=2, alerts=True), "en").questions
    assert asked[0] == "Vendor 0: what is owed: Call log 2026-10-01"
    assert any("the switch export with answer and hang-up instants" in line for line in asked)


# --------------------------------------------------------------------- figures


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_weeks_begin_on_monday(day: date) -> None:
    year, number, _ = day.isocalendar()
    found = parse_week(f"{year}-W{number:02d}")
    assert day in found and found.days == 7 and found.start.weekday() == 0


@pytest.mark.parametrize("text", ["43", "2026-43", "2026-W54", "2025-W53", "2026-W5", "²-W01"])
def test_what_is_no_week(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        parse_week(text)


class Engine:
    """Answers the two queries with so many dials in each week, the earliest first."""

    def __init__(self, dials: list[int], *, talk: bool = True) -> None:
        self.dials, self.asked, self.talk = dials, 0, talk

    def run(self, _query: Any) -> Any:
        number, is_sales = divmod(self.asked, 2)
        self.asked += 1
        n = self.dials[number]
        row: dict[str, Any] = {"vendor": "a", "month": 24321}
        row |= {"surviving_sales": 1} if is_sales else {
            "dials": n, "conversations": n, "leads_worked": n, "agents": 2,
            "talk_seconds": n * 60 if self.talk else None,
        }  # fmt: skip
        frame = pd.DataFrame([row] if n else [], columns=list(row))
        return type("Answer", (), {"to_pandas": lambda self: frame})()


@pytest.mark.parametrize(
    ("dials", "position", "weeks_known"),
    [
        # mean 100, mean moving range 20: limits 100 +- 53.2
        ([90, 110, 90, 110, 90, 110, 90, 110, 153], "usual", 8),
        ([90, 110, 90, 110, 90, 110, 90, 110, 154], "higher", 8),
        ([90, 110, 90, 110, 90, 110, 90, 110, 46], "lower", 8),
        # a vendor that began three weeks ago, or did not work, has no usual week
        ([0, 0, 0, 0, 0, 90, 110, 90, 154], "unknown", 3),
        ([0, 0, 0, 0, 90, 110, 90, 110, 154], "higher", 4),
    ],
)
def test_usual_is_the_chart_of_the_weeks_before(
    dials: list[int], position: str, weeks_known: int
) -> None:
    span = parse_week("2026-W43")
    found = week_figures(Engine(dials), ["a", "b"], span, frozenset({"a"}))  # type: ignore[arg-type]  # answers like one
    first = found["a"][0]
    assert (first.position, first.weeks, first.value) == (position, weeks_known, dials[-1])
    if weeks_known == 8:
        assert first.low == pytest.approx(46.8, abs=0.01)
    assert {f.position for f in found["b"]} == {"unknown"}
    assert {f.value for f in found["b"]} == {None}
    # a week whose call log is not whole is not compared; a whole log without a call is 0
    idle = week_figures(Engine([*dials[:8], 0]), ["a"], span, frozenset({"a"}))  # type: ignore[arg-type]
    assert idle["a"][0].value == 0
    silent = week_figures(Engine(dials, talk=False), ["a"], span, frozenset({"a"}))  # type: ignore[arg-type]
    assert [f.value is None for f in silent["a"]] == [f.name == "talk_minutes" for f in silent["a"]]
    part = week_figures(Engine(dials), ["a"], span, frozenset())  # type: ignore[arg-type]
    assert part["a"][0].position == "unknown"


def test_the_command_refuses_what_is_no_week(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "vendoreval.yaml").write_text("client: Bank\ncurrency: RUB\n")
    assert run(["digest", str(tmp_path), "--week", "2026-44", "--lang", "ru"]) == 3
    assert "нужна неделя вида 2026-W43" in capfd.readouterr().err
