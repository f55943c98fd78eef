"""ClickHouse and Spark give the answers of the embedded engine: `make test-engines`."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import questions
from engine_world import calls, sales, write

from vendoreval.engine import Connection, Part, Stores, connect
from vendoreval.selftest import selftest
from vendoreval.tables import TABLES

pytestmark = pytest.mark.engines
ENGINES = {"chdb": "chdb", "pyspark": "spark:local[2]"}


@pytest.fixture(scope="module", params=ENGINES)
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Return one engine after the other."""
    package: str = request.param
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: make test-engines installs it")
    if package == "pyspark" and shutil.which("java") is None:
        pytest.skip("no Java is installed: apt-get install openjdk-17-jre-headless")
    opened = connect(ENGINES[package])
    yield opened
    opened.close()


def test_kinds(connection: Connection, tmp_path: Path) -> None:
    questions.kinds_are_equal(connection, tmp_path)


def test_the_first_row_has_none_before_it(connection: Connection, tmp_path: Path) -> None:
    questions.lag_is_null(connection, tmp_path)


def test_anti_join(connection: Connection, tmp_path: Path) -> None:
    questions.anti_join_takes_away(connection, tmp_path)


def test_every_check(connection: Connection, tmp_path: Path) -> None:
    questions.checks_are_equal(connection, tmp_path, rows=True)


def test_stretches_of_a_file(connection: Connection, tmp_path: Path) -> None:
    path = write(tmp_path, "sales", sales())[0]
    other = write(tmp_path, "calls", calls())[0]
    parts = [Part(path, name="whole 1")]
    with connection.over({"sales": parts, "calls": [Part(other, name="c 1")]}) as engine:
        assert engine.run(TABLES["sales"]).num_rows == 8
    if isinstance(connection, Stores):
        connection.unload(connection.loads("sales"))
        assert connection.loads("sales") == ()
        with connection.over({"sales": parts}) as engine:
            assert engine.run(TABLES["sales"]).num_rows == 8


def test_everything_an_audit_asks(connection: Connection) -> None:
    found = selftest(connection)
    assert found.ok, found.describe()
    assert len(found.asked) > 140
