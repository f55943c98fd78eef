"""Comparisons between reports: offered where both are, and the SQL says what is meant."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval.agreement import agreement_from_bytes
from vendoreval.agreement.canonical import canonical_types, fits
from vendoreval.agreement.extensions import RateItem, Reconcile
from vendoreval.agreement.library import compose, library_names
from vendoreval.agreement.reconciliations import CONVERSATIONS, rated_seconds_sql, reconciliations
from vendoreval.agreement.reports import Column
from vendoreval.agreement.sql_rules import reconcile_query, row_rule_query, same_query
from vendoreval.intake.columns import target_type
from vendoreval.rating import CardLine, rated_seconds
from vendoreval.tables import COLUMN_TYPES, CONVERSATION, DERIVED_DAYS

CARD = (
    RateItem.model_validate(
        {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01",
         "first_increment_seconds": 60, "next_increment_seconds": 60}
    ),
)  # fmt: skip


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two calls of one company that agree with every other report."""
    with duckdb.connect() as connection:
        connection.execute(
            """CREATE TABLE calls AS SELECT * FROM (VALUES
                 ('c1', 'a', TIMESTAMP '2026-10-05 10:00:00', 61, 0, 'refusal', 'l1', FALSE),
                 ('c2', 'a', TIMESTAMP '2026-10-05 11:00:00', 0, 0, 'no_answer', 'l1', NULL))
                 t(call_id, agent_id, started_at, talk_seconds, hold_seconds, disposition,
                   lead_id, is_test);
               CREATE TABLE leads AS SELECT 'l1' AS lead_id;
               CREATE TABLE sales AS SELECT 's1' AS sale_id, 'c1' AS call_id, 'l1' AS lead_id;
               CREATE TABLE agent_days AS
                 SELECT 'a' AS agent_id, DATE '2026-10-05' AS date, 2 AS dials,
                   1 AS conversations, 61 AS talk_seconds;
               CREATE TABLE reviews AS SELECT 'r1' AS review_id, 'c1' AS call_id;
               CREATE TABLE client_sales AS SELECT 'x1' AS sale_id, 'l1' AS lead_id;
               CREATE TABLE invoice_lines AS SELECT DATE '2026-10-01' AS period_start,
                 'talk_minute' AS unit, 2.0 AS quantity;"""
        )
        yield connection


OFFERED = reconciliations(
    ["calls", "agent_days", "invoice_lines", "sales", "leads", "reviews", "client_sales"], CARD
)
QUERIES = {rule["id"]: rule["query"] for rules in OFFERED.values() for rule in rules}


def answer(base: duckdb.DuckDBPyConnection, query: str) -> int:
    row = base.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("rule", QUERIES)
def test_reports_that_agree_give_nought(base: duckdb.DuckDBPyConnection, rule: str) -> None:
    assert answer(base, QUERIES[rule]) == 0


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE invoice_lines SET quantity = 4", {"invoice-equals-rated-calls"}),
        ("UPDATE invoice_lines SET quantity = 3", set()),  # one minute is within the tolerance
        ("DELETE FROM invoice_lines", {"invoice-equals-rated-calls"}),
        ("UPDATE agent_days SET dials = 3", {"agent-days-dials"}),
        ("UPDATE agent_days SET date = DATE '2026-10-06'",
         {"agent-days-dials", "agent-days-conversations", "agent-days-talk"}),
        ("UPDATE agent_days SET talk_seconds = 121", set()),  # as is one minute of talk
        ("UPDATE agent_days SET talk_seconds = 122", {"agent-days-talk"}),
        ("UPDATE reviews SET call_id = 'c9'", {"reviews-in-calls"}),
        ("UPDATE client_sales SET lead_id = 'l9'", {"client-sales-lead-handed-over"}),
        ("UPDATE calls SET disposition = 'busy' WHERE call_id = 'c1'",
         {"agent-days-conversations", "invoice-equals-rated-calls"}),
        ("UPDATE sales SET call_id = 'c9'", {"sales-in-calls"}),
        ("UPDATE sales SET call_id = NULL", set()),
        ("UPDATE leads SET lead_id = 'l2'",
         {"calls-lead-handed-over", "sales-lead-handed-over", "client-sales-lead-handed-over"}),
    ],
)  # fmt: skip
def test_a_difference_is_counted(
    base: duckdb.DuckDBPyConnection, change: str, broken: set[str]
) -> None:
    base.execute(change)
    assert {rule for rule, query in QUERIES.items() if answer(base, query)} == broken


def test_groups_that_one_side_lacks_may_be_left_aside(base: duckdb.DuckDBPyConnection) -> None:
    rule = Reconcile.model_validate(
        {"left": {"report": "agent_days", "measure": "SUM(dials)", "by": ["agent_id"]},
         "right": {"report": "calls", "measure": "COUNT(*)", "by": ["agent_id"]}}
    )  # fmt: skip
    base.execute("UPDATE agent_days SET agent_id = 'b'")
    assert answer(base, reconcile_query(rule)) == 0
    strict = rule.model_copy(update={"missingDays": "fault"})
    assert answer(base, reconcile_query(strict)) == 2


def asked(query: str) -> tuple[int, ...] | None:
    """The one row of a query, on a connection that nobody else has open."""
    with duckdb.connect() as base:
        return base.execute(query).fetchone()


@settings(max_examples=150)
@given(
    talk=st.integers(0, 400), hold=st.integers(0, 60), ring=st.integers(0, 40),
    wrap=st.integers(0, 40),
    terms=st.fixed_dictionaries({
        "first_increment_seconds": st.sampled_from([1, 6, 30, 60]),
        "next_increment_seconds": st.sampled_from([1, 6, 60]),
        "rounding": st.sampled_from(["up", "half_up", "down"]),
        "minimum_seconds": st.sampled_from([0, 45]), "free_seconds": st.sampled_from([0, 5]),
        "included_seconds": st.sampled_from([0, 10]),
        "maximum_seconds": st.sampled_from([None, 200]), "hold_billable": st.booleans(),
        "clock_starts": st.sampled_from(["dial", "answer"]),
        "clock_ends": st.sampled_from(["hangup", "wrap_end"]),
    }),
    disposition=st.sampled_from(["sale", "busy"]), is_test=st.sampled_from([None, False, True]),
)  # fmt: skip
def test_the_seconds_in_sql_are_those_of_the_rating(
    talk: int, hold: int, ring: int, wrap: int, terms: dict[str, object], disposition: str,
    is_test: bool | None,
) -> None:  # fmt: skip
    item = RateItem.model_validate(CARD[0].model_dump(exclude_unset=True) | terms)
    sql = rated_seconds_sql([item])
    assert sql is not None
    row = asked(
        f"SELECT COALESCE(SUM({sql[0]}), 0) FROM (SELECT {talk} AS talk_seconds, {hold} AS"  # noqa: S608
        f" hold_seconds, {ring} AS ring_seconds, {wrap} AS wrap_seconds, '{disposition}' AS"
        f" disposition, {'NULL' if is_test is None else is_test}::BOOLEAN AS is_test)"
        f" WHERE {sql[1]}"
    )
    assert row is not None
    wanted = rated_seconds(
        CardLine("a/0", "a", item), talk=talk, hold=hold, ring=ring, wrap=wrap,
        disposition=disposition, is_test=bool(is_test),
    )  # fmt: skip
    assert int(row[0]) == wanted


def test_a_report_without_a_column_is_not_asked_for_it() -> None:
    few = {"calls": ["call_id", "started_at", "talk_seconds", "disposition"],
           "invoice_lines": ["quantity", "unit", "period_start"], "sales": ["sale_id"],
           "leads": ["lead_id"], "agent_days": ["agent_id", "date", "dials"]}  # fmt: skip
    offered = reconciliations(few, CARD)
    assert set(offered) == {"invoice_lines"}
    query = offered["invoice_lines"][0]["query"]
    assert "hold_seconds" not in query and "is_test" not in query
    row = asked(
        query.replace("FROM invoice_lines", "FROM (SELECT 2.0 AS quantity, 'talk_minute' AS unit,"
                      " DATE '2026-10-01' AS period_start)")
        .replace("FROM calls", "FROM (SELECT 'c' AS call_id, TIMESTAMP '2026-10-05' AS started_at,"
                 " 61 AS talk_seconds, 'sale' AS disposition)")
    )  # fmt: skip
    assert row == (0,)


def test_offered_only_where_both_reports_are_and_never_as_an_error() -> None:
    assert reconciliations(["calls", "roster"], CARD) == {}
    assert set(reconciliations(["sales", "calls"])) == {"sales"}
    assert reconciliations(["invoice_lines", "calls"]) == {}
    by_day = CARD[0].model_copy(update={"round_scope": "day"})
    assert reconciliations(["invoice_lines", "calls"], [by_day]) == {}
    rules = [rule for rules in OFFERED.values() for rule in rules]
    assert {rule["severity"] for rule in rules} == {"warning"}
    text = compose("alpha", ["calls", "sales"])
    agreement = agreement_from_bytes(text.encode(), "alpha", "x")
    # what is compared between reports turns no row away
    assert agreement.reports["sales"].rules == ()
    assert "sales-in-calls" in text


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (row_rule_query("a >= b"), "select count(*) from ${table} where a < b", True),
        (row_rule_query("a >= b AND b > 0"), row_rule_query("b > 0 AND a >= b"), True),
        (row_rule_query("a >= b"), row_rule_query("a > b"), False),
        (row_rule_query("a >= b"), "SELECT COUNT(*) FROM other WHERE a < b", False),
        (row_rule_query("a >= b"), "this is no SQL at all (", False),
    ],
)
def test_queries_are_compared_by_what_they_say(first: str, second: str, same: bool) -> None:
    assert same_query(first, second) is same


def test_canonical_types_are_those_of_the_tables() -> None:
    assert CONVERSATIONS == CONVERSATION
    for report in library_names():
        added = {"vendor"} - set(canonical_types(report)) | set(DERIVED_DAYS.get(report, ()))
        own = {name: kind for name, kind in COLUMN_TYPES[report].items() if name not in added}
        assert canonical_types(report) == own
    assert set(library_names()) == set(COLUMN_TYPES)


@pytest.mark.parametrize("kind", ["string", "integer", "number", "money", "date", "timestamp",
                                  "boolean"])  # fmt: skip
@pytest.mark.parametrize("unit", [None, "s", "share"])
def test_what_fits_a_table_is_what_reading_takes(kind: str, unit: str | None) -> None:
    samples = {wanted: (report, name) for report in COLUMN_TYPES
               for name, wanted in COLUMN_TYPES[report].items()}  # fmt: skip
    assert len(samples) == 7
    for wanted, (report, name) in samples.items():
        column = Column(name, kind, (name,), unit=unit)  # type: ignore[arg-type]
        try:
            taken = target_type(report, column) == wanted
        except ValueError:
            taken = False
        assert fits(column, wanted) is taken, (kind, wanted)
