"""Every metric is defined once, and undefined where nothing can be divided."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_audit import example

from check_world import call, engine_over
from vendoreval.cli import run
from vendoreval.measures import (
    DEFINITIONS,
    METRICS,
    calls_by_month,
    counts_by_month,
    definition,
    estimate,
    glossary,
)
from vendoreval.period import Period
from vendoreval.report import AuditReport
from vendoreval.stats import cluster_bootstrap
from vendoreval.tables import COLUMN_TYPES, LEDGER_TYPES, TABLES

COLUMNS = {**COLUMN_TYPES, **LEDGER_TYPES}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_names_columns_that_exist_and_a_denominator_if_it_divides(name: str) -> None:
    one = definition(name)

    assert one.name == name
    assert (one.bottom is None) == (one.denominator is None)
    assert one.source
    assert one.unit != "share" or one.bottom is not None
    for need in one.needs:
        for either in need.split("|"):
            report, column = either.split(".")
            assert column in COLUMNS[report]


@pytest.mark.parametrize("name", [n for n, one in DEFINITIONS.items() if one.bottom])
def test_an_empty_denominator_leaves_a_measure_undefined(name: str) -> None:
    one = definition(name)
    rows = pd.DataFrame({one.top: [0.0] * 9, str(one.bottom): [0.0] * 9})

    assert one.value({one.top: 0, str(one.bottom): 0}) is None
    assert one.value({one.top: 1, str(one.bottom): float("nan")}) is None
    assert one.value({str(one.bottom): 5}) is None
    assert estimate(one, rows).value is None
    assert estimate(one, rows.iloc[:0]).value is None
    assert estimate(one, pd.DataFrame()).value is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_a_share_lies_inside_its_interval_and_between_0_and_1(
    days: list[tuple[int, int]],
) -> None:
    rows = pd.DataFrame({"connects": [a for a, _ in days], "dials": [a + b for a, b in days]})

    found = estimate(definition("connect_rate"), rows)

    if rows["dials"].sum() == 0:
        assert found.value is None
    else:
        assert found.value is not None and found.low is not None and found.high is not None
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_interval_over_agent_days_is_that_of_drawing_them_again() -> None:
    rng = np.random.default_rng(8)
    calls = rng.integers(20, 60, 120)
    # an agent-day of its own level: calls inside it resemble each other
    seconds = calls * rng.gamma(8, 20, 120)
    rows = pd.DataFrame({"handle_seconds": seconds, "connects": calls})

    found = estimate(definition("aht_seconds"), rows)

    low, high = cluster_bootstrap(
        rows.to_numpy(), lambda t: float(t[0] / t[1]), rng, draws=2000, level=0.95
    )
    assert found.low == pytest.approx(low, rel=0.02)
    assert found.high == pytest.approx(high, rel=0.02)
    # call by call it would be a fraction of that
    assert found.high is not None and found.low is not None
    assert found.high - found.low > 2 * 1.96 * 160 / np.sqrt(calls.sum())


def test_a_month_without_dispositions_is_unknown_and_not_an_error() -> None:
    rows = {
        "calls": [
            call(n, datetime(2026, 10, 5, 9, n), disposition=None, talk_seconds=None)
            for n in range(3)
        ]
    }
    october = Period.parse("2026-10")
    with engine_over(rows) as engine:
        table = engine.run(calls_by_month(TABLES, october)).to_pandas()

    ((_, counts),) = counts_by_month(table, pd.DataFrame(), pd.DataFrame()).items()

    values = {metric.name: metric.of(counts).value for metric in METRICS}
    assert values["dials"] == 3
    assert values["conversations"] is None
    assert values["talk_minutes"] is None
    assert values["leads_worked"] is None
    assert values["conversion"] is None
    # a sum with the unknown is unknown
    assert (counts + counts).conversations is None
    assert counts.with_month(counts).dials == 6


def test_the_glossary_says_the_same_in_both_languages(tmp_path: Path) -> None:
    pages = {}
    for code in ("en", "ru"):
        target = tmp_path / f"{code}.md"
        assert run(["glossary", "--lang", code, "--out", str(target)]) == 0
        pages[code] = target.read_text(encoding="utf-8")

    for page in pages.values():
        for name in DEFINITIONS:
            assert f"\n`{name}`\n" in page
        assert page.count("\n### ") == len(DEFINITIONS)
        assert "%%" not in page and "%(" not in page
    assert "Закрыто после первого касания" in pages["ru"]
    assert not any(entry.formula.isascii() for g in glossary("ru") for entry in g.entries)


def test_a_glossary_that_cannot_be_written_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")

    assert run(["glossary", "--lang", "ru", "--out", str(tmp_path / "file" / "x.md")]) == 4

    assert "x.md" in capsys.readouterr().err


def test_the_report_prints_the_definitions(tmp_path: Path) -> None:
    report = AuditReport(example("ru"))

    page = report.to_html(tmp_path / "a.html", language="ru").read_text(encoding="utf-8")

    assert "Словарь показателей" in page
    assert "Закрыто после первого касания" in page
