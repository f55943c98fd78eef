"""PostgreSQL gives the answers of the embedded engine, and keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import questions
from engine_world import compared, differing, sales, write

from vendoreval.engine import Part, connect, in_schema
from vendoreval.engine.mapping import MappedTable
from vendoreval.engine.postgres import Postgres
from vendoreval.errors import AgreementError, LedgerError
from vendoreval.tables import TABLES


@pytest.fixture(scope="module")
def connection(postgres: str) -> Iterator[Postgres]:
    opened = connect(in_schema(postgres, "asked"))
    assert isinstance(opened, Postgres)
    yield opened
    opened.remove_all()
    opened.close()


def test_kinds(connection: Postgres, tmp_path: Path) -> None:
    questions.kinds_are_equal(connection, tmp_path)


def test_the_first_row_has_none_before_it(connection: Postgres, tmp_path: Path) -> None:
    questions.lag_is_null(connection, tmp_path)


def test_anti_join(connection: Postgres, tmp_path: Path) -> None:
    questions.anti_join_takes_away(connection, tmp_path)


def test_every_check(connection: Postgres, tmp_path: Path) -> None:
    questions.checks_are_equal(connection, tmp_path, rows=False)


def test_a_part_is_loaded_once_and_others_do_not_show(connection: Postgres, tmp_path: Path) -> None:
    first = Part(write(tmp_path, "sales", sales()[:3])[0], name="one 1")
    second = Part(write(tmp_path, "sales", sales()[3:])[0], name="two 2")
    count = TABLES["sales"].agg(n=TABLES["sales"].count())
    for parts, rows in (([first], 3), ([first, second], 8), ([second], 5), ([], 0)):
        with connection.over({"sales": parts}) as engine:
            assert engine.run(count)["n"].to_pylist() == [rows]
    assert [load.name for load in connection.loads("sales") if load.name[:3] in {"one", "two"}] == [
        "one 1", "two 2",
    ]  # fmt: skip


def test_a_load_that_breaks_off_leaves_nothing(connection: Postgres, tmp_path: Path) -> None:
    path = write(tmp_path, "incidents", [{"vendor": "alpha", "incident_id": "a\x00b"}])[0]
    with connection.over({"incidents": [Part(path, name="bad 1")]}) as engine:
        with pytest.raises(LedgerError, match="the engine refuses the query"):
            engine.run(TABLES["incidents"])
        assert "bad 1" not in {load.name for load in connection.loads("incidents")}
    good = write(tmp_path, "incidents", [{"vendor": "alpha", "incident_id": "ab"}])[0]
    with connection.over({"incidents": [Part(good, name="good 1")]}) as engine:
        assert engine.run(TABLES["incidents"]).num_rows == 1


@pytest.fixture
def warehouse(postgres: str) -> Iterator[str]:
    with psycopg.connect(postgres, autocommit=True) as session:
        session.execute("CREATE SCHEMA dwh")
        session.execute(
            "CREATE TABLE dwh.cdr (id int, who varchar, began timestamp, ms bigint, result text)"
        )
        session.execute(
            "INSERT INTO dwh.cdr VALUES (1, 'Я', '2026-10-25 02:30', 61000, 'sale'), "
            "(2, 'A', '2026-03-01 00:10', 2000, NULL)"
        )
        session.execute("CREATE ROLE reader LOGIN")
        yield postgres.replace("auditor@", "reader@")
        session.execute("DROP SCHEMA dwh CASCADE")
        session.execute("DROP OWNED BY reader; DROP ROLE reader")


CDR = MappedTable(
    "dwh.cdr",
    {
        "vendor": "'alpha'", "call_id": "id", "agent_id": "who", "started_at": "began",
        "talk_seconds": "ms / 1000", "disposition": "coalesce(result, 'no_answer')",
    },
    timezone="Europe/Berlin",
)  # fmt: skip


def test_a_warehouse_is_read_where_it_is(postgres: str, warehouse: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres, autocommit=True) as session:
        session.execute("GRANT USAGE ON SCHEMA dwh TO reader; GRANT SELECT ON dwh.cdr TO reader")
    wanted = [
        {"vendor": "alpha", "call_id": "1", "agent_id": "Я", "started_at": "2026-10-25 01:30",
         "started_on": "2026-10-25", "talk_seconds": 61, "disposition": "sale"},
        {"vendor": "alpha", "call_id": "2", "agent_id": "A", "started_at": "2026-02-28 23:10",
         "started_on": "2026-03-01", "talk_seconds": 2, "disposition": "no_answer"},
    ]  # fmt: skip
    with connect(warehouse, {"calls": CDR}).over({}) as engine:  # no right to write anything
        found = engine.run(TABLES["calls"].order_by("call_id")).to_pylist()
    for row, expected in zip(found, wanted, strict=True):
        assert {k: str(row[k]).removesuffix(":00") for k in expected} == {
            k: str(v) for k, v in expected.items()
        }
        assert row["billed_seconds"] is None and row["is_test"] is None


@pytest.mark.parametrize(
    ("mapped", "words"),
    [
        (CDR, "does not permit"),
        (replace(CDR, table="dwh.gone"), "no such table|does not permit"),
    ],
)
def test_what_the_warehouse_refuses_is_said(
    warehouse: str, mapped: MappedTable, words: str
) -> None:
    engine = connect(warehouse, {"calls": mapped}).over({})
    with pytest.raises(LedgerError, match=words):
        engine.run(TABLES["calls"])


def test_a_column_that_is_not_there_is_said(postgres: str, warehouse: str) -> None:
    mapped = replace(CDR, columns=CDR.columns | {"agent_id": "nobody"})
    engine = connect(postgres, {"calls": mapped}).over({})
    with pytest.raises(LedgerError, match=r"no such column.*nobody"):
        engine.run(TABLES["calls"])


@pytest.mark.parametrize(
    "written", ["1; DROP TABLE dwh.cdr", "1 -- ", "a, b", "1) AS x FROM dwh.cdr", "(("]
)
def test_a_mapping_is_one_expression_and_no_more(postgres: str, written: str) -> None:
    mapped = replace(CDR, columns=CDR.columns | {"agent_id": written})
    with pytest.raises(AgreementError, match=r"tables\.calls\.columns\.agent_id"):
        connect(postgres, {"calls": mapped})


def test_a_session_that_is_killed_is_said_and_nothing_is_half(
    postgres: str, tmp_path: Path
) -> None:
    opened = connect(in_schema(postgres, "killed"))
    path = write(tmp_path, "sales", sales())
    with opened.over({"sales": path}) as engine:
        engine.run(TABLES["sales"])
        with psycopg.connect(postgres, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' "
                "AND query LIKE '%killed%'"
            )
        with pytest.raises(LedgerError, match=r"broke off.*not loaded again"):
            engine.run(TABLES["sales"].select("sale_id"))
    with compared(connect(in_schema(postgres, "killed")), {"sales": path}) as (engine, pair):
        engine.run(TABLES["sales"])
    assert not differing(pair)
