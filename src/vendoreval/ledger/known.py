"""What was known on an instant, and what of it counts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from vendoreval.ledger.history import SHORTEST_HASH, Chain
from vendoreval.ledger.records import Commit

AsOf = datetime | date | int | str


def cutoff(as_of: AsOf | None, chain: Chain) -> datetime | int | None:
    """Return an instant or a number for any way to say "as known on".

    A day means until its end in UTC; a text is a day, an instant, a number or the hash of a
    record, which every audit prints.

    Raises
    ------
    ValueError
        If the text is none of them, or an instant has no time zone.
    """
    if isinstance(as_of, str):
        as_of = _read_as_of(as_of.strip(), chain)
    if isinstance(as_of, datetime) and as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone: datetime(2026, 11, 5, tzinfo=UTC)")
    if isinstance(as_of, date) and not isinstance(as_of, datetime):
        return datetime.combine(as_of, time.max, UTC)
    return as_of


def _read_as_of(text: str, chain: Chain) -> datetime | date | int:
    number = chain.number_of(text)
    if number is not None:
        return number
    if text.isdecimal() and len(text) < SHORTEST_HASH:
        return int(text)
    for read in (date.fromisoformat, datetime.fromisoformat):
        with contextlib.suppress(ValueError):
            return read(text)
    raise ValueError(
        f"{text!r} is no day, instant, number of a record or hash of one; "
        "write 2026-11-05, 2026-11-05T18:00+03:00, 42 or the hash an audit prints"
    )


def known_on(commits: Iterable[Commit], as_of: datetime | int | None) -> tuple[Commit, ...]:
    """Return the deliveries received by an instant, or up to a number."""
    if as_of is None:
        return tuple(commits)
    if isinstance(as_of, int):
        return tuple(c for c in commits if c.number <= as_of)
    if as_of.tzinfo is None:
        raise ValueError("as_of needs a time zone: datetime(2026, 11, 5, tzinfo=UTC)")
    return tuple(c for c in commits if c.received_at <= as_of)


def live(commits: Sequence[Commit], as_of: datetime | int | None = None) -> tuple[Commit, ...]:
    """Return the deliveries that count: known by then and not superseded by a known one."""
    known = known_on(commits, as_of)
    gone = {number for commit in known for number in commit.supersedes}
    return tuple(c for c in known if c.number not in gone)
