"""A ledger and a maker of deliveries for each test."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from ledger_world import Make, delivery_of

from vendoreval.ledger import Ledger


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make deliveries whose parts lie in a staging folder of the test."""
    return partial(delivery_of, tmp_path / "validated")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger.open(tmp_path / "ledger")
