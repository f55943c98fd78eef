"""The SQL that other tools run gives the answer that our own evaluation gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from vendoreval.agreement import Agreement, ReportSchema, agreement_from_bytes
from vendoreval.agreement.library import compose, library_names
from vendoreval.agreement.presets import preset_names, preset_text
from vendoreval.agreement.reports import RowRule
from vendoreval.agreement.sql_rules import row_rule_query
from vendoreval.intake.columns import target_type
from vendoreval.intake.row_rules import compile_rules

_DTYPES: dict[str, Any] = {
    "string": pl.String(), "int64": pl.Int64(), "float64": pl.Float64(), "boolean": pl.Boolean(),
    "date": pl.Date(), "timestamp": pl.Datetime("us"), "decimal(18, 4)": pl.Decimal(18, 4),
}  # fmt: skip
# close together, so that rules hold and break about as often
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(["a", "b", "", "sale", "no_answer"]),
    "int64": st.integers(-3, 6),
    "float64": st.integers(-12, 24).map(lambda n: n / 4),
    "boolean": st.booleans(),
    "date": st.integers(1, 5).map(lambda day: date(2026, 10, day)),
    "timestamp": st.integers(0, 5).map(lambda second: datetime(2026, 10, 5, 10, 0, second)),
    "decimal(18, 4)": st.integers(-30, 60).map(lambda n: Decimal(n) / 10),
}


def load(text: str) -> Agreement:
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


def shipped() -> Iterator[tuple[str, ReportSchema, RowRule]]:
    sources = {"library": compose("alpha", library_names())}
    sources |= {name: preset_text(name, vendor="alpha") for name in preset_names()}
    for source, text in sources.items():
        for report in load(text).reports.values():
            for rule in report.rules:
                yield source, report, rule


RULES = list(shipped())
ROSTER = load(compose("alpha", ["roster"]))


def compared(
    report: ReportSchema, rule: RowRule, kinds: dict[str, str], rows: list[dict[str, Any]]
) -> tuple[int, int]:
    """Return how many rows break a rule by our own evaluation, and by SQL."""
    frame = pl.DataFrame(rows, schema={name: _DTYPES[kind] for name, kind in kinds.items()})
    alone = ReportSchema(report.name, report.columns, (rule,))
    (compiled,) = compile_rules(ROSTER, alone, dict(frame.schema))
    answer = frame.with_columns(compiled.expression.alias("?")).get_column("?")
    with duckdb.connect() as base:
        base.register("rows", frame.to_arrow())
        found = base.execute(row_rule_query(rule.expression).replace("${table}", "rows")).fetchone()
    assert found is not None
    return int((answer == False).sum()), int(found[0])  # noqa: E712 - null is neither


@pytest.mark.parametrize(
    ("source", "report", "rule"), RULES,
    ids=[f"{source}-{report.name}-{rule.id}" for source, report, rule in RULES],
)  # fmt: skip
@settings(max_examples=12)
@given(data=st.data())
def test_a_shipped_rule_and_its_sql_count_the_same_rows(
    source: str, report: ReportSchema, rule: RowRule, data: st.DataObject
) -> None:
    assert source
    named = {node.name for node in sqlglot.parse_one(rule.expression).find_all(exp.Column)}
    kinds = {
        column.name: target_type(report.name, column)
        for column in report.columns
        if column.name in named
    }
    row = st.fixed_dictionaries(
        {name: st.none() | _VALUES[kind] for name, kind in kinds.items()}
    )  # fmt: skip
    rows = data.draw(st.lists(row, min_size=1, max_size=20))
    ours, theirs = compared(report, rule, kinds, rows)
    assert ours == theirs


KINDS = {
    "i": "int64", "j": "int64", "x": "float64", "m": "decimal(18, 4)", "s": "string",
    "t": "timestamp", "u": "timestamp", "d": "date", "b": "boolean",
}  # fmt: skip
NUMBERS = st.sampled_from(["i", "j", "x", "m", "0", "2", "60"])


@st.composite
def numbers(draw: st.DrawFn, depth: int = 2) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(NUMBERS)
    shape = draw(
        st.sampled_from(["({} + {})", "({} - {})", "({} * {})", "ABS({})", "COALESCE({}, 1)",
                         "-({})", "LENGTH(s)", "({} / 2)", "({} / {})", "({} % 2)", "(i % 60)"])
    )  # fmt: skip
    return shape.format(*(draw(numbers(depth - 1)) for _ in range(shape.count("{}"))))


@st.composite
def sentences(draw: st.DrawFn, depth: int = 2) -> str:
    if depth and draw(st.booleans()):
        shape = draw(st.sampled_from(["({} AND {})", "({} OR {})", "NOT ({})"]))
        return shape.format(*(draw(sentences(depth - 1)) for _ in range(shape.count("{}"))))
    compare = draw(st.sampled_from(["=", "<>", "<", "<=", ">", ">="]))
    return draw(
        st.one_of(
            st.tuples(numbers(), numbers()).map(lambda pair: f"{pair[0]} {compare} {pair[1]}"),
            st.sampled_from([f"t {compare} u", f"d {compare} d", "b", "s IN ('a', 'sale')",
                             "s IS NULL", "t IS NOT NULL", "s = 'a'", "i BETWEEN 0 AND j",
                             "t >= '2026-10-05 10:00:02'", "d < '2026-10-03'"]),
        )
    )  # fmt: skip


@settings(max_examples=150)
@given(
    sentence=sentences(),
    rows=st.lists(
        st.fixed_dictionaries({name: st.none() | _VALUES[kind] for name, kind in KINDS.items()}),
        min_size=1, max_size=12,
    ),
)  # fmt: skip
def test_any_sentence_and_its_sql_count_the_same_rows(
    sentence: str, rows: list[dict[str, Any]]
) -> None:
    report = ROSTER.reports["roster"]
    ours, theirs = compared(report, RowRule("r", sentence, "r"), KINDS, rows)
    assert ours == theirs, sentence
