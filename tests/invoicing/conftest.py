"""A new ledger for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from invoice_world import World

from vendoreval.ledger import Ledger


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A ledger without rows."""
    parts = tmp_path / "parts"
    parts.mkdir()
    return World(Ledger.open(tmp_path / "ledger"), parts)
