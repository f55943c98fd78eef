"""The one chart of a finding: its sentence follows the figures, its words stay inside."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from invented_audit import example
from invented_drawings import CALLS, DAYS, EXTRA, LENGTHS, MONTHS, OBSERVED, RATES

from vendoreval.auditing.drawings import AgentCalls, DayColumns, LengthColumns
from vendoreval.report import document
from vendoreval.report.finding_chart import finding_chart, finding_picture
from vendoreval.report.reader import Reader

ALL = {"days": DAYS, "talk": LENGTHS, "extra": EXTRA, "timeline": CALLS, "months": MONTHS,
       "rates": RATES, "observed": OBSERVED}  # fmt: skip


def drawn(drawing: Any, language: str = "en", tier: str = "fact") -> Any:
    result = example(language)
    first = replace(result.findings[0], drawing=drawing, tier=tier)
    reader = Reader(document(replace(result, findings=(first,)), language))  # type: ignore[arg-type]
    return reader, reader.document.findings[0]


def title(drawing: Any, language: str = "en") -> str:
    chart = finding_chart(*drawn(drawing, language))
    assert chart is not None
    return chart.title


def test_each_kind_says_what_it_shows() -> None:
    assert title(DAYS) == "Found on 27 days of 31; most on 6 October 2026: 18 of 270"
    assert title(LENGTHS) == (
        "The middle call at question lasts 30–59 s, the middle one of the others 30–59 s"
    )
    assert title(EXTRA) == "Half of the calls at question are billed 11+ s too long, or more"
    assert title(CALLS) == "Agent a-17, 29 October 2026: 2 conversations at once"
    assert title(MONTHS) == "In 2 months of 3 a sale cost more than RUB\xa09,000"
    assert title(RATES) == "Granat Line: 0.20; its whole range is apart from all together, 0.40"
    assert title(OBSERVED) == "Found: 98,700\xa0min; expected: 61,300\xa0min"


def test_other_figures_give_another_sentence() -> None:
    one = DayColumns("calls", (("2026-10-01", 0, 5), ("2026-10-02", 7, 5)))
    assert title(one) == "All on one day: 2 October 2026"
    apart = AgentCalls("a-1", (("2026-10-01T09:00:00", 60, "a"), ("2026-10-01T09:01:00", 9, "b")))
    assert title(apart).endswith("1 conversation at once")
    alone = LengthColumns("talk", ((0, 0, 0), (10, 5, 0)))
    assert title(alone) == "The middle call at question lasts 10+ s"
    wide = replace(RATES, rows=(RATES.rows[0], replace(RATES.rows[1], high=0.5)))
    assert title(wide) == "Granat Line: 0.20; its range holds all together, 0.40"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", list(ALL))
def test_words_and_shapes_stay_inside_and_are_told_in_words(kind: str, language: str) -> None:
    reader, finding = drawn(ALL[kind], language)
    picture = finding_picture(reader, finding)
    assert picture is not None
    points = [point for group in picture.groups for shape in group.shapes for point in shape.points]
    assert all(-0.5 <= x <= 510.5 and -0.5 <= y <= picture.height + 0.5 for x, y in points)
    for word in picture.words:
        width = len(word.text) * word.size * 0.56
        left = word.x - {"start": 0, "middle": width / 2, "end": width}[word.anchor]
        assert left >= -8 and left + width <= 518, word.text
    chart = finding_chart(reader, finding)
    assert chart is not None
    assert re.search(r"<title>[^<]{20,}</title>", chart.svg)
    assert " style=" not in chart.svg and " id=" not in chart.svg


def test_a_question_is_drawn_without_alarm() -> None:
    loud, calm = (finding_chart(*drawn(DAYS, tier=tier)) for tier in ("fact", "review"))
    assert loud is not None and calm is not None
    assert "#D9570B" in loud.svg and "#D9570B" not in calm.svg


def test_names_cannot_break_out() -> None:
    hostile = replace(CALLS, agent_id="</text><script>x</script>\u202e")
    chart = finding_chart(*drawn(hostile))
    assert chart is not None
    assert "<script" not in chart.svg and "\u202e" not in chart.svg


def test_a_finding_without_a_drawing_has_none() -> None:
    assert finding_chart(*drawn(None)) is None
