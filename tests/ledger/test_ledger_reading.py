"""What the analyst and the checks read from a ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledger_world import Make

from vendoreval.errors import LedgerError
from vendoreval.ledger import DAY_COLUMNS, Ledger
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES, TABLES


def test_rows_of_one_vendor_and_period(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", vendor="alpha", count=31))
    ledger.post(make("2026-11", vendor="alpha", count=2))
    ledger.post(make("2026-10", vendor="beta", count=5))
    assert len(ledger.calls("alpha", "2026-10")) == 31
    week = ledger.calls("alpha", Period.parse("2026-10-05..2026-10-11")).to_frame()
    assert sorted(week.started_on) == [date(2026, 10, day) for day in range(5, 12)]
    assert list(week.columns) == list(COLUMN_TYPES["calls"])
    assert set(week.phone) == {"+79990000000"}
    assert set(ledger.rows("calls", "beta").to_frame().vendor) == {"beta"}
    assert len(ledger.rows("calls")) == 38
    assert len(ledger.calls("alpha", "2026-12").to_frame()) == 0
    assert repr(ledger.calls("alpha", "2026-10")) == "Rows(calls, alpha, 2026-10)"


def test_the_client_s_leads_are_cut_by_the_vendor_they_name(ledger: Ledger, make: Make) -> None:
    rows = [{"vendor": "alpha", "lead_id": "1", "handed_on": date(2026, 10, 1)}]
    ledger.post(make(None, vendor="client", report="leads", rows=rows))
    assert len(ledger.rows("leads", "alpha", "2026-10")) == 1
    assert len(ledger.rows("leads", "alpha", "2026-09")) == 0


def test_every_report_has_a_day_or_is_not_cut_by_days() -> None:
    assert all(DAY_COLUMNS[report] in COLUMN_TYPES[report] for report in DAY_COLUMNS)
    assert set(COLUMN_TYPES) - set(DAY_COLUMNS) == {"roster", "do_not_call"}


def test_the_engine_sees_only_what_counts(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=3))
    ledger.post(make("2026-10", count=4, text="corrected"))
    calls = TABLES["calls"]
    total = calls.aggregate(n=calls.count(), seconds=calls.talk_seconds.sum())
    with ledger.engine() as engine:
        assert engine.run(total).to_pylist() == [{"n": 4, "seconds": 240}]
    with ledger.engine(as_of=1) as engine:
        assert engine.run(total).to_pylist() == [{"n": 3, "seconds": 180}]


def test_a_column_counts_as_delivered_when_no_delivery_lacks_it(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-09", columns=("call_id",)))
    ledger.post(make("2026-10", columns=("call_id", "recording_id")))
    assert ledger.columns("alpha", "calls") == {"call_id"}
    assert ledger.columns("alpha", "calls", "2026-10") == {"call_id", "recording_id"}
    assert ledger.columns("alpha", "sales") == frozenset()


def test_the_agreement_of_the_latest_delivery(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-09"))
    ledger.post(make("2026-10", version="1.1.0"))
    assert ledger.agreement("alpha").version == "1.1.0"
    assert ledger.agreement("alpha").vendor == "alpha"
    with pytest.raises(LedgerError, match="nothing of gamma was posted; expected one of: alpha"):
        ledger.agreement("gamma")


def test_a_report_that_is_none(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="'call' is not a report; one of: calls"):
        ledger.rows("call")


def test_a_ledger_may_be_moved(ledger: Ledger, make: Make, tmp_path: Path) -> None:
    ledger.post(make("2026-10", count=3))
    moved = Ledger.open(ledger.path.rename(tmp_path / "it's elsewhere"), create=False)
    assert len(moved.calls("alpha")) == 3
    assert moved.verify() == []


def test_one_line_and_a_notebook_view(ledger: Ledger, make: Make) -> None:
    receipt = ledger.post(make("2026-10", vendor="<alpha>", count=3))
    assert repr(ledger) == "Ledger(1 delivery, 1 counting, 1 vendor)"
    assert repr(receipt) == (
        "Receipt(new, Commit(1, <alpha>, calls, 2026-10, 3 of 3 rows accepted))"
    )
    html = ledger._repr_html_()
    assert "<td>&lt;alpha&gt;</td><td>calls</td><td>1</td><td>3</td>" in html
