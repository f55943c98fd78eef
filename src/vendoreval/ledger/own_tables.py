"""Tables that the ledger makes of its own history, for checks to ask: see `tables`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from vendoreval.engine import Parts
from vendoreval.ledger.by_key import rows_of
from vendoreval.ledger.state import State
from vendoreval.ledger.versions import restated
from vendoreval.tables import LEDGER_TYPES, REPORTS

_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(), "int64": pa.int64(), "date": pa.date32(),
    "decimal(18, 4)": pa.decimal128(18, 4),
}  # fmt: skip


class Sources(Mapping[str, Parts | pa.Table]):
    """Report -> its rows, found (and their bytes checked) when somebody asks for it.

    Parameters
    ----------
    vendors
        Only deliveries of these vendors and of the client; all when `None`.
    """

    def __init__(self, state: State, vendors: tuple[str, ...] | None = None) -> None:
        self._state, self._vendors = state, vendors

    def __getitem__(self, report: str) -> Parts | pa.Table:
        if report in LEDGER_TYPES:
            return own_table(self._state, report)
        if report not in REPORTS:
            raise KeyError(report)
        self._state.stop_if_lost(report, self._vendors)
        return self._state.parts(self._state.chosen(report, self._vendors))

    def __iter__(self) -> Iterator[str]:
        return iter((*REPORTS, *LEDGER_TYPES))

    def __len__(self) -> int:
        return len(REPORTS) + len(LEDGER_TYPES)


def own_table(state: State, name: str) -> pa.Table:
    """Return one of the tables of the ledger's own history."""
    schema = pa.schema([(column, _ARROW[kind]) for column, kind in LEDGER_TYPES[name].items()])
    if name == "restated":
        return restated(state, schema)
    rows = _deliveries(state) if name == "deliveries" else _tombstones(state)
    return pa.Table.from_pylist(list(rows), schema=schema)


def _deliveries(state: State) -> Iterator[dict[str, Any]]:
    for commit in state.live:
        span = commit.span
        yield {
            "vendor": commit.vendor,
            "report": commit.report,
            "delivery": commit.number,
            "first_on": span.start if span else commit.first_on,
            "last_on": span.last_day if span else commit.last_on,
            "received_on": commit.received_at.date(),
            "accepted_rows": commit.rows.accepted,
            "faulty_rows": commit.rows.quarantined + commit.rows.rejected,
            "reason": commit.reason,
        }


def _tombstones(state: State) -> Iterator[dict[str, Any]]:
    columns = ["vendor", "report", "delivery", "row_key", "lead_id"]
    for erasure in state.erasures:
        said = {"erased_on": erasure.posted_at.date(), "reason": erasure.reason}
        for file in erasure.tombstones:
            rows = rows_of(state.ledger, state.places.files[file.path], columns).to_pylist()
            yield from (row | said for row in rows)
