"""A ledger by days and one by months for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from calendar_world import World, agreement_of

from vendoreval.ledger import Ledger


def _world(folder: Path, every: str) -> World:
    parts = folder / "validated"
    parts.mkdir()
    return World(Ledger.open(folder / "ledger"), parts, agreement_of(every))


@pytest.fixture
def by_days(tmp_path: Path) -> World:
    """A vendor whose calls come every working day."""
    return _world(tmp_path, "day")


@pytest.fixture
def by_months(tmp_path: Path) -> World:
    """A vendor whose calls come every month."""
    return _world(tmp_path, "month")
