"""A small contract bank written by hand, kept in a ledger that is not on the disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from check_world import engine_over
from vendoreval.engine import DuckEngine

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass
class RowsAsLedger:
    """As much of a ledger as a bank looks at."""

    rows: Rows
    path: Path = Path("ledger")

    def engine(self) -> AbstractContextManager[DuckEngine]:
        return engine_over(self.rows)

    def agreement(self, vendor: str) -> Any:
        @dataclass
        class Titled:
            title: str = "Alpha Calls"

        return Titled()


def lead(name: str, on: date, **fields: Any) -> dict[str, Any]:
    return {"vendor": "alpha", "lead_id": name, "handed_on": on} | fields


def stand(on: date, name: str, stage: str, **fields: Any) -> dict[str, Any]:
    return {"vendor": "alpha", "snapshot_on": on, "lead_id": name, "stage": stage} | fields
