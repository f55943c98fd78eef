"""Calls from wherever they are (a frame, a slice of the ledger, a validated file), as a table
of the canonical columns that an engine can be asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import ibis
import pandas as pd
import polars as pl
import pyarrow as pa

from vendoreval.engine import EMBEDDED, Engine
from vendoreval.rating.card import RateCard
from vendoreval.tables import COLUMN_TYPES, TABLES

_ARROW: Final = {
    "string": pa.string(), "int64": pa.int64(), "date": pa.date32(), "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
}  # fmt: skip
_NEEDED: Final = ("started_at", "talk_seconds")
# what a frame without outcomes is taken for: a conversation
_CONVERSATION: Final = "interested"


@runtime_checkable
class LedgerSlice(Protocol):
    """Rows of one report of the ledger."""

    report: str
    files: Sequence[Path]

    def expression(self) -> ibis.Table:
        """Return the rows as a query."""
        ...

    def engine(self) -> Engine:
        """Return an engine over them."""
        ...


@runtime_checkable
class ValidatedFile(Protocol):
    """What `validate` returned."""

    delivery: Any
    accepted_files: tuple[Path, ...]


@dataclass(frozen=True)
class CallRows:
    """Calls and the engine's way to them.

    Parameters
    ----------
    query
        The calls as an expression over the canonical table.
    engine
        Returns an engine over them; use it as a context manager.
    """

    query: Callable[[], ibis.Table]
    engine: Callable[[], Engine] = field(repr=False)


def call_rows(calls: Any, card: RateCard) -> CallRows:
    """Return calls as the engine takes them.

    Raises
    ------
    TypeError
        If they are nothing that holds calls.
    ValueError
        If they are rows of another report, or lack a column that the card needs.
    """
    if isinstance(calls, LedgerSlice):
        _only_calls(calls.report)
        return CallRows(lambda: _of_any(calls.expression(), card), calls.engine)
    if isinstance(calls, ValidatedFile):
        _only_calls(calls.delivery.schema.name)
        files = tuple(calls.accepted_files)
        return CallRows(
            lambda: _of_any(TABLES["calls"], card), lambda: EMBEDDED.over({"calls": files})
        )
    table = canonical(_arrow_of(calls), card)
    return CallRows(lambda: TABLES["calls"], lambda: EMBEDDED.over({"calls": table}))


def _of_any(calls: ibis.Table, card: RateCard) -> ibis.Table:
    """Return the calls under the name the lines of the card look for."""
    return calls if card.vendor else calls.mutate(vendor=ibis.literal(""))


def _only_calls(report: str) -> None:
    if report != "calls":
        raise ValueError(f"calls are rated, not rows of the report {report!r}")


def _arrow_of(calls: Any) -> pa.Table:
    if isinstance(calls, pa.Table):
        return calls
    if isinstance(calls, pl.DataFrame):
        return calls.to_arrow()
    if isinstance(calls, pd.DataFrame):
        return pa.Table.from_pandas(calls, preserve_index=False)
    raise TypeError(
        "calls come as a pandas, polars or Arrow table, as rows of the ledger, or as the "
        f"result of validate(), not as {type(calls).__name__}"
    )


def canonical(given: pa.Table, card: RateCard) -> pa.Table:
    """Return a frame of calls with every canonical column; extra columns are left out.

    A naive instant is read in the time zone of the card. Without codes calls are numbered
    in the order they stand; without outcomes each one is taken for a conversation, which is
    refused when the card looks at outcomes.
    """
    # a column without a single value says as much as no column
    filled = (name for name in given.column_names if given.column(name).null_count < len(given))
    names = set(given.column_names) if not len(given) else {*filled}
    lacking = [name for name in _NEEDED if name not in names]
    looks = [
        item.unit
        for item in card.items
        if item.billable_dispositions or item.unit in ("contact", "lead", "dial")
    ]
    if "disposition" not in names and looks:
        lacking.append("disposition")
    if lacking:
        raise ValueError(f"columns are missing: {', '.join(lacking)}")
    count = given.num_rows
    instants, days = _clock(given.column("started_at"), card.timezone)
    made: dict[str, pa.Array | pa.ChunkedArray] = {
        "vendor": pa.array([card.vendor] * count, pa.string()),
        "started_at": instants,
        "started_on": days,
    }
    for name, kind in COLUMN_TYPES["calls"].items():
        if name in made:
            continue
        if name in names and name not in ("answered_at", "ended_at"):
            made[name] = given.column(name).cast(_ARROW[kind])
        elif name in names:
            made[name] = _clock(given.column(name), card.timezone)[0]
        elif name == "call_id":
            made[name] = pa.array([f"{n:09d}" for n in range(1, count + 1)], pa.string())
        else:
            filler = {"disposition": _CONVERSATION, "agent_id": ""}.get(name)
            made[name] = pa.array([filler] * count, _ARROW[kind])
    return pa.table({name: made[name] for name in COLUMN_TYPES["calls"]})


def _clock(given: pa.ChunkedArray, zone: str) -> tuple[pa.Array, pa.Array]:
    """Return instants in UTC without a zone, and their days in the zone of the card."""
    series = pl.Series("at", given)
    if series.dtype == pl.Null:
        # a column without a single value has no type of its own
        series = series.cast(pl.Datetime("us"))
    if not isinstance(series.dtype, pl.Datetime):
        raise ValueError(f"instants are dates with a time of day, not {series.dtype}")
    if series.dtype.time_zone is None:
        # an hour that the clocks repeat is its first, one that they skip begins after it
        read = [
            one.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
            for one in (series, series.dt.offset_by("1h"))
        ]
        series = read[0].fill_null(read[1])
    local = series.dt.convert_time_zone(zone)
    utc = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None).dt.cast_time_unit("us")
    return utc.to_arrow(), local.dt.date().to_arrow()
