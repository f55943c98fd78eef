"""What every engine is asked in the same way, whichever it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
from engine_world import calls, compared, differing, sales, write
from ibis import _

from check_world import write as write_rows
from test_every_check import scope, world
from vendoreval.checks import ALL
from vendoreval.engine import Connection
from vendoreval.tables import TABLES


def kinds_are_equal(connection: Connection, folder: Path) -> None:
    """Nulls, money, booleans, instants, texts and their order are those of the embedded engine."""
    files = {"calls": write(folder, "calls", calls()), "sales": write(folder, "sales", sales())}
    with compared(connection, files) as (engine, pair):
        told, sold = TABLES["calls"], TABLES["sales"]
        for pair.topic, question in {
            "rows": told,
            "money": sold.group_by("sold_at").agg(
                whole=sold.amount.sum(), most=sold.amount.max(), n=sold.amount.count()
            ),
            "nothing": told.filter(_.talk_seconds < 0).agg(
                n=_.count(), s=_.talk_seconds.sum(), m=_.talk_seconds.mean()
            ),
            "means": told.group_by("is_test").agg(
                mean=told.talk_seconds.mean(), share=told.is_test.cast("int64").mean()
            ),
            "order": _in_order(told),
            "no report": TABLES["reviews"],
            "joined": told.left_join(sold, told.call_id == sold.sale_id)[["call_id", "amount"]],
        }.items():
            engine.run(question)
    assert not differing(pair)
    assert len(pair.asked) == 7 and pair.asked[0].rows == 60


def _in_order(told: ibis.Table) -> ibis.Table:
    """Number rows by their texts: capital letters, accents and Cyrillic by their codes."""
    window = ibis.window(group_by="vendor", order_by=["agent_id", "call_id"])
    return told.select("call_id", place=ibis.row_number().over(window).cast("int64"))


def lag_is_null(connection: Connection, folder: Path) -> None:
    """The first call of an agent has no call before it, and 1970 is not one either."""
    rows = [row | {"agent_id": "one"} for row in calls(3)]
    with compared(connection, {"calls": write(folder, "calls", rows)}) as (engine, pair):
        told = TABLES["calls"]
        window = ibis.window(group_by="agent_id", order_by="call_id")
        before = told.mutate(before=told.started_at.lag().over(window))
        engine.run(before.filter(before.before.isnull()).select("call_id"))
        engine.run(before.select("call_id", "before"))
    assert not differing(pair)
    assert [one.rows for one in pair.asked] == [1, 3]


def anti_join_takes_away(connection: Connection, folder: Path) -> None:
    """What `ANTI JOIN` leaves: some engines read the word as a name and join instead."""
    rows = calls(6)
    files = {
        "calls": write(folder, "calls", rows),
        "reviews": write(folder, "reviews", [
            {"vendor": "alpha", "review_id": "r", "call_id": row["call_id"]} for row in rows[:4]
        ]),
    }  # fmt: skip
    with compared(connection, files) as (engine, pair):
        told, read = TABLES["calls"], TABLES["reviews"]
        found = engine.run(told.anti_join(read, "call_id").select("call_id"))
    assert not differing(pair)
    assert sorted(found["call_id"].to_pylist()) == ["c0004", "c0005"]


def checks_are_equal(connection: Connection, folder: Path, *, rows: bool) -> None:
    """Every check reduces to the same small table, and finds the same rows."""
    files: dict[str, Any] = write_rows(folder, world())
    with compared(connection, files) as (engine, pair):
        for check in ALL:
            pair.topic = check.id
            engine.run(check.reduce(TABLES, scope()))
            if rows and check.rows is not None:
                engine.run(check.rows(TABLES, scope()))
    assert not differing(pair)
    assert {one.topic for one in pair.asked} == {check.id for check in ALL}
    assert sum(one.rows > 0 for one in pair.asked) > len(ALL) / 2
