"""Adding an event: what a vendor answered, who signed, what was sent.

An event is a link of the chain like a delivery, but it holds no rows and changes none. It is
never taken back: a later event of the same topic stands beside it, and whoever reads the
topic says which of them counts. By day or instant an event is known from when it was
recorded, so that one that is told late never changes what an earlier audit could know.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from vendoreval.ledger.folder import make_folders, system_failures
from vendoreval.ledger.history import Chain, History
from vendoreval.ledger.record_file import record_bytes
from vendoreval.ledger.records import DataFile, Event
from vendoreval.ledger.writing import (
    TakenError,
    every_number_taken,
    looks,
    now_after,
    publish_record,
)
from vendoreval.period import Period

LARGEST_BYTES: Final = 64 << 10
_DEEPEST: Final = 16
_SCHEMA: Final = pa.schema(
    [
        ("event", pa.int64()), ("topic", pa.string()), ("vendor", pa.string()),
        ("period", pa.string()), ("at", pa.timestamp("us")), ("posted_at", pa.timestamp("us")),
        ("who", pa.string()), ("body", pa.string()),
    ]
)  # fmt: skip


def record_event(
    ledger: Path,
    history: History,
    topic: str,
    body: Mapping[str, Any],
    *,
    who: str,
    vendor: str | None = None,
    period: str | Period | None = None,
    at: datetime | None = None,
) -> Event:
    """Add one event to the chain; see `Ledger.record_event`."""
    span = Period.parse(period) if isinstance(period, str) else period
    _stop_if_not_plain(body)
    draft = Event(
        number=1,
        topic=topic,
        vendor=vendor,
        period=None if span is None else str(span),
        at=at or datetime.now(UTC),
        posted_at=datetime.now(UTC),
        who=who.strip(),
        body=json.loads(json.dumps(body)),  # lists and mappings of one kind
    )
    if len(record_bytes(draft)[0]) > LARGEST_BYTES:
        raise ValueError(f"the body of an event must be smaller than {LARGEST_BYTES} bytes")
    with system_failures(ledger):
        make_folders(ledger)
        for chain in looks(history):
            with contextlib.suppress(TakenError):
                return publish_record(ledger, chain, (), partial(_placed, draft, chain))
    raise every_number_taken(ledger)


def _placed(draft: Event, chain: Chain, _: tuple[DataFile, ...]) -> Event:
    return draft.model_copy(
        update={
            "number": chain.next_number,
            "posted_at": now_after(chain),
            "previous_sha256": chain.head,
        }
    )


def _stop_if_not_plain(value: object, depth: int = 0) -> None:
    """Refuse what would come back from the record as something else.

    Raises
    ------
    ValueError
        If a value is a fraction, an instant or anything else that JSON would change.
    """
    if depth > _DEEPEST:
        raise ValueError(f"the body of an event is nested deeper than {_DEEPEST}")
    match value:
        case None | bool() | int():
            return
        case str():
            value.encode()  # half a character cannot be written
        case list() | tuple():
            for part in value:
                _stop_if_not_plain(part, depth + 1)
        case Mapping():
            for name, part in value.items():
                if not isinstance(name, str):
                    raise ValueError(f"{name!r} is no name; the names of a body are text")
                _stop_if_not_plain(part, depth + 1)
        case _:
            raise ValueError(
                f"{value!r} is not plain; write text, whole numbers, true, false, null, "
                "lists or mappings of them (money as text)"
            )


def events_table(events: Sequence[Event], shown: Callable[[str], str]) -> pa.Table:
    """Return events as a table for other tools; each text as `shown` gives it, body as JSON."""
    lines = [
        {
            "event": e.number, "topic": e.topic, "vendor": e.vendor, "period": e.period,
            "at": e.at.replace(tzinfo=None), "posted_at": e.posted_at.replace(tzinfo=None),
            "who": shown(e.who), "body": shown(json.dumps(e.body, ensure_ascii=False)),
        }
        for e in events
    ]  # fmt: skip
    return pa.Table.from_pylist(lines, _SCHEMA)
