"""The comparison charts: text stays text, the sentence follows the data, nothing leaks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_audit import example
from matplotlib.figure import Figure

from vendoreval.auditing.comparison import CancelCurve, Comparison, cancel_curve
from vendoreval.auditing.result import AuditResult
from vendoreval.report import AuditReport, document
from vendoreval.report.charts.timeline import Bar, lanes
from vendoreval.report.figures import charts
from vendoreval.report.reader import Reader
from vendoreval.report.view import drawn_charts


def titles(result: AuditResult, language: str = "en") -> dict[str, str]:
    return {chart.name: chart.title for chart in charts(Reader(document(result, language)))}


def test_every_chart_has_a_conclusion_in_both_languages() -> None:
    english = titles(example("en"))
    assert list(english) == ["funnel", "trend", "minutes", "bank", "hours", "cancellations"]
    assert english["funnel"] == "Really lower conversion: Granat Line"
    assert english["bank"].startswith("5.0% of 5,000 leads ever handed over were won")
    assert english["hours"] == "100% of the dials fall between 9:00 and 18:00"
    assert english["cancellations"].startswith("Within 30 days of the sale 6% to 6%")
    russian = titles(example("ru"), "ru")
    assert russian["funnel"] == "Конверсия действительно ниже: Гранат Линия"
    assert russian["bank"].startswith("Выиграно 5,0\u00a0% из 5\u00a0000 когда-либо")


def test_other_data_give_another_sentence() -> None:
    result = example("en")
    calm = tuple(replace(vendor, position="chance") for vendor in result.vendors)
    said = titles(replace(result, vendors=calm))["funnel"]
    assert said == "No vendor's conversion differs by more than chance and the usual spread"
    alone = titles(replace(result, vendors=calm[:1]))["funnel"]
    assert alone.startswith("One vendor alone")
    none = tuple(replace(c, cancelled=0) for c in result.comparison.cancellations)
    compared = replace(result.comparison, cancellations=none)
    assert titles(replace(result, comparison=compared))["cancellations"] == (
        "No sale of the last thirteen months was cancelled"
    )


def test_without_data_there_is_no_chart() -> None:
    result = replace(example("en"), comparison=Comparison())
    assert set(titles(result)) == {"funnel", "trend"}


def test_names_stay_text_and_cannot_break_out() -> None:
    hostile = ("</text><script>alert(1)</script>", "$x_1^2$", "a & b", "{{ 7*7 }}", "\u202eevil")
    drawn = drawn_charts(document(example("en", names=hostile), "en"))
    whole = "".join(str(chart.svg) for chart in drawn)
    assert "<script" not in whole and "{{ 7*7 }}" in whole
    assert "a &amp; b" in whole and "$x_1^2$" in whole


def test_one_page_holds_no_id_twice_and_no_style_for_the_whole_page() -> None:
    drawn = drawn_charts(document(example("en"), "en"))
    whole = "".join(str(chart.svg) for chart in drawn)
    ids = re.findall(r'\bid="([^"]+)"', whole)
    assert len(ids) == len(set(ids)) > 50
    assert "<style" not in whole and " style=" not in whole
    links = re.findall(r'(?:url\(|href=")#([^")]+)', whole)
    assert set(links) <= set(ids)
    for chart in drawn:
        assert f"<title>{chart.title}" in str(chart.svg).replace("&#x27;", "'")


def test_equal_audits_give_equal_charts() -> None:
    written = document(example("ru"), "ru")
    assert drawn_charts(written) == drawn_charts(written)


def test_the_notebook_has_the_same_figures() -> None:
    audit = AuditReport(example("en"))
    for name in ("funnel", "trend", "minutes", "bank", "hours", "cancellations"):
        figure = getattr(audit.plot, name)()
        assert isinstance(figure, Figure)
        drawn = figure._repr_svg_()
        assert drawn.startswith("<svg")
        # readable on a dark page, and on a machine without the faces of the report
        assert "background: white" in drawn and "sans-serif" in drawn
    with pytest.raises(ValueError, match="no data for this figure"):
        AuditReport(replace(example("en"), comparison=Comparison())).plot.bank()


def test_the_timeline_shows_the_calls_of_the_busiest_day() -> None:
    table = pd.DataFrame(
        {
            "agent_id": ["G1", "G1", "G1", "G2"],
            "call_id": ["a", "b", "c", "d"],
            "started_at": pd.to_datetime(
                ["2026-10-01 09:00", "2026-10-02 09:00", "2026-10-02 09:01", "2026-10-02 09:00"]
            ),
            "talk_seconds": [60, 120, 30, 5],
        }
    )
    result = example("en")
    check = result.findings[0].evidence.check
    plot = AuditReport(result, rows=lambda _: table).plot
    assert "2026-10-02" in plot.timeline(check, "G1").axes[0].get_title(loc="left")
    with pytest.raises(ValueError, match="no call of G9 on any day"):
        plot.timeline(check, "G9")
    with pytest.raises(ValueError, match="are no calls"):
        plot.timeline("bank_deletions_of_nobody", "G1")


def test_the_timeline_lays_the_calls_in_question_among_all_others() -> None:
    at = pd.to_datetime(["2026-10-02 06:00", "2026-10-02 06:01", "2026-10-03 06:00"])
    log = pd.DataFrame(
        {
            "vendor": "granat", "agent_id": ["G1", "G1", "G1"], "call_id": ["a", "b", "c"],
            "started_at": at, "answered_at": [at[0], pd.NaT, at[2]],
            "talk_seconds": [120, 30, 60], "hold_seconds": [None, 10, None],
        }
    )  # fmt: skip
    asked = log[log["call_id"] == "b"].assign(
        started_at=lambda t: t["started_at"].dt.tz_localize("UTC").dt.tz_convert("Europe/Moscow")
    )
    result = example("en")
    plot = AuditReport(result, rows=lambda _: asked).plot
    axes = plot.timeline(result.findings[0].evidence.check, "G1", among=log).axes[0]
    assert axes.get_title(loc="left") == "Agent G1, 2026-10-02: all conversations; in question: 1"
    # left, width and lane in seconds from the first answer, held time counted; the third day not
    drawn = [(bar.get_x(), bar.get_width(), round(bar.get_y())) for bar in axes.patches]
    assert drawn == [(0, 120, 0), (60, 40, 1)]
    assert next(mark.get_text() for mark in axes.get_xticklabels()) == "09:00:00"
    others = log.assign(vendor="beryoza")
    with pytest.raises(ValueError, match="no call to draw"):
        plot.timeline(result.findings[0].evidence.check, "G1", among=others)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), min_size=1, max_size=30))
def test_calls_on_one_lane_never_overlap(calls: list[tuple[int, int]]) -> None:
    at = datetime(2026, 10, 1)
    bars = sorted(
        (Bar(at + pd.Timedelta(seconds=begin), length, "") for begin, length in calls),
        key=lambda bar: bar.began,
    )
    by_lane: dict[int, list[Bar]] = {}
    for bar, lane in zip(bars, lanes(bars), strict=True):
        by_lane.setdefault(lane, []).append(bar)
    for own in by_lane.values():
        assert all(a.ended <= b.began for a, b in pairwise(own))


@given(
    st.lists(st.tuples(st.integers(-1, 130), st.integers(0, 200), st.integers(1, 5)), max_size=20)
)
def test_a_cancellation_curve_only_rises(rows: list[tuple[int, int, int]]) -> None:
    curve: CancelCurve = cancel_curve("alpha", rows)
    shares = [share for _, share in curve.points]
    assert shares == sorted(shares) and 0 <= shares[0] <= shares[-1] <= 1
    assert [day for day, _ in curve.points] == sorted({day for day, _ in curve.points})
    assert curve.sales == sum(count for *_, count in rows)
