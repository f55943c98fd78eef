"""Texts that people read, kept as files small enough to be read in review."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def hold(name: str, text: str) -> None:
    """Compare a text with the one kept; VENDOREVAL_GOLDEN=write keeps it."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("VENDOREVAL_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
