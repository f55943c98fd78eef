"""A vendor's file, read and validated for real, then posted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ledger_world import agreement_of

from vendoreval.intake import read_delivery, validate
from vendoreval.ledger import Ledger


def test_a_file_becomes_rows_of_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    agreement = agreement_of("alpha")
    path = tmp_path / "calls_20261001.csv"
    path.write_text(
        "call_id,started_at\n"
        "c1,2026-10-01 01:30:00\n"  # still September in UTC
        "c2,2026-10-31 23:59:59\n"
        "c3,yesterday\n"
    )
    report = validate(read_delivery(path, agreement, report="calls"))
    receipt = ledger.post(report)
    report.discard()
    commit = receipt.commit
    assert receipt.new
    assert (commit.period, commit.file) == ("2026-10", "calls_20261001.csv")
    assert (commit.rows.delivered, commit.rows.accepted, commit.rows.quarantined) == (3, 2, 1)
    assert sum(commit.counts.values()) == 1
    assert {file.role for file in commit.files} == {"accepted", "quarantine", "faults"}
    assert ledger.columns("alpha", "calls") == {"call_id", "started_at"}
    frame = ledger.calls("alpha", "2026-10").to_frame().sort_values("call_id")
    assert list(frame.call_id) == ["c1", "c2"]
    assert list(frame.started_on) == [date(2026, 10, 1), date(2026, 10, 31)]
    assert set(frame.vendor) == {"alpha"}
    again = validate(read_delivery(path, agreement, report="calls"))
    assert not ledger.post(again).new
    assert ledger.verify() == []
