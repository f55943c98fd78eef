"""A dispute to answer, and a ledger for what is answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from dispute_world import result, rows_of

from vendoreval.correspondence import Dispute, dispute_of
from vendoreval.ledger import Ledger
from vendoreval.report import AuditReport


@pytest.fixture
def dispute() -> Dispute:
    """What granat is asked."""
    return dispute_of(AuditReport(result(), rows=rows_of), "granat")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger.open(tmp_path / "ledger")
