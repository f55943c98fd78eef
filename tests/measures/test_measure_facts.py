"""The facts behind the measures, counted from a few rows by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from check_world import OCTOBER, at, call, write
from vendoreval.engine import DuckEngine
from vendoreval.measures import definition, estimate
from vendoreval.measures.call_facts import call_facts, lead_facts
from vendoreval.measures.cut import Cut, blocks_table
from vendoreval.measures.funnel_facts import kept_facts
from vendoreval.tables import TABLES

CUT = Cut(("alpha",), "agent", "Europe/Moscow", OCTOBER)


def facts(folder: Path, query: Callable[..., Any], rows: dict[str, Any]) -> pd.DataFrame:
    """Return the facts of October; those of all together have the part ``""``."""
    files: Any = write(folder, rows)
    with DuckEngine(files | {"blocks": blocks_table([(0, OCTOBER)])}, threads=1) as engine:
        table = engine.run(query(TABLES, CUT)).to_pandas()
    return table.set_index("part").sort_values("whole")


def test_dials_and_what_became_of_them(tmp_path: Path) -> None:
    codes = [("refusal", 60), ("voicemail", 20), ("dropped", 5), ("no_answer", 0),
             ("gatekeeper", 30), ("sale", 90), ("wrong_number", 10), ("test", 10)]  # fmt: skip
    rows = [
        call(n, at(5, 9, n), talk, disposition=code, wrap_seconds=10, is_test=code == "test")
        for n, (code, talk) in enumerate(codes)
    ]
    rows.append(call(99, datetime(2026, 9, 30, 12), 60))

    line = facts(tmp_path, call_facts, {"calls": rows}).loc["A1"]

    def value(name: str) -> float | None:
        return definition(name).value(dict(line))

    assert value("dials") == 7
    assert value("connect_rate") == pytest.approx(6 / 7)
    assert value("live_human_rate") == pytest.approx(4 / 6)
    assert value("conversations") == 4
    assert value("rpc_rate") == pytest.approx(2 / 7)
    assert value("abandoned_rate") == pytest.approx(1 / 5)
    assert value("no_answer_rate") == pytest.approx(3 / 7)
    assert value("wrong_number_rate") == pytest.approx(1 / 7)
    # a wrap of ten seconds after each answered dial
    assert value("aht_seconds") == pytest.approx((215 + 60) / 6)
    assert value("hold_minutes") is None
    assert line["days_worked"] == 1


def test_companies_dialled_and_reached(tmp_path: Path) -> None:
    dialled = [("A1", "L1", "no_answer")] * 3 + [("A1", "L2", "invalid_number"),
               ("A1", "L3", "busy"), ("A2", "L3", "interested")]  # fmt: skip
    rows = [
        call(n, at(5, 9, n), 0, agent_id=agent, lead_id=lead, disposition=code)
        for n, (agent, lead, code) in enumerate(dialled)
    ]

    found = facts(tmp_path, lead_facts, {"calls": rows})

    whole, first = found[found["whole"] == 1].iloc[0], found[found["whole"] == 0].loc["A1"]
    assert (whole["leads_worked"], whole["leads_reached"], whole["leads_unreached"]) == (3, 1, 2)
    assert (first["leads_worked"], first["leads_reached"]) == (3, 0)
    assert (whole["leads_dialled_thrice"], whole["leads_junk"], whole["lead_dials"]) == (1, 1, 6)
    found = estimate(definition("no_answer_share"), pd.DataFrame([whole]))
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)


def test_sales_that_are_too_young_to_be_cancelled_are_left_out(tmp_path: Path) -> None:
    sold = [(1, None), (1, date(2026, 10, 20)), (1, date(2026, 12, 1)), (20, date(2026, 10, 21))]
    rows = [
        {"sale_id": f"S{n}", "vendor": "alpha", "sold_at": at(day), "amount": 100,
         "cancelled_on": gone}
        for n, (day, gone) in enumerate(sold)
    ]  # fmt: skip

    line = facts(tmp_path, kept_facts, {"client_sales": rows}).loc[""]
    line = line.iloc[0] if isinstance(line, pd.DataFrame) else line

    assert (line["sales_kept"], line["sales_mature"], line["sales_cancelled"]) == (1, 3, 1)
    assert definition("cancellation_rate").value(dict(line)) == pytest.approx(1 / 3)
    assert line["revenue_kept"] == 100
