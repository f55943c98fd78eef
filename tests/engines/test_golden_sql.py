"""The SQL of every check in dialects nobody here can run: what a user would be sent is kept.

After a wanted change: `VENDOREVAL_WRITE_GOLDEN=1 pytest tests/engines/test_golden_sql.py`.
A few texts are kept whole, so that a change can be read; of the others the hash.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from test_every_check import scope
from vendoreval.checks import ALL
from vendoreval.engine import COMPILED_ONLY, compile_sql
from vendoreval.tables import TABLES

GOLDEN = Path(__file__).parent / "golden"
WHOLE = "off_list_calls"
WRITE = "VENDOREVAL_WRITE_GOLDEN"


@pytest.mark.parametrize("dialect", COMPILED_ONLY)
def test_a_whole_text_is_the_one_kept(dialect: str) -> None:
    check = next(check for check in ALL if check.id == WHOLE)
    text = compile_sql(check.reduce(TABLES, scope()), dialect) + "\n"
    place = GOLDEN / f"{WHOLE}.{dialect}.sql"
    if os.environ.get(WRITE):
        GOLDEN.mkdir(exist_ok=True)
        place.write_bytes(text.encode())
    # a text holds line ends of every kind, which reading as text would change
    assert text.encode() == place.read_bytes()


@pytest.mark.engines
@pytest.mark.skipif("VENDOREVAL_ENGINES" not in os.environ, reason="run by make test-engines")
@pytest.mark.parametrize("dialect", COMPILED_ONLY)
def test_every_text_is_the_one_kept(dialect: str) -> None:
    texts = {check.id: compile_sql(check.reduce(TABLES, scope()), dialect) for check in ALL}
    found = {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}
    place = GOLDEN / f"{dialect}.json"
    if os.environ.get(WRITE):
        place.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(place.read_text(encoding="utf-8"))


def test_an_anti_join_is_never_a_name() -> None:
    """PostgreSQL reads `due ANTI` as a name and joins what should be taken away."""
    told, read = TABLES["calls"], TABLES["reviews"]
    text = compile_sql(told.anti_join(read, "call_id"), "postgres")
    assert "ANTI" not in text.upper() and "NOT" in text.upper()


def test_spark_compiles_without_its_driver() -> None:
    """The compiler reads an option that only the driver makes."""
    calls = TABLES["agent_days"]
    question = calls.group_by("vendor").agg(m=calls.mean_interval_seconds.mean())
    for dialect in ("pyspark", "databricks"):
        assert "AVG" in compile_sql(question, dialect)
