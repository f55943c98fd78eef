"""What one record holds.

There are four kinds: a delivery, an erasure of personal data, a compaction, and an event,
something said or done that is no delivery (an answer, a signature, a sending).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from vendoreval.period import Period

NO_RECORD = "0" * 64
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Role = Literal["accepted", "quarantine", "faults", "tombstones"]
# a record never points outside its ledger
DataPath = Annotated[str, Field(pattern=r"^data/[\w-]+/[\w-]+\.parquet$")]


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_in_utc)]


class Record(BaseModel):
    """Strict and frozen: a ledger holds what was written and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataFile(Record):
    """One Parquet file of a delivery, its place relative to the ledger.

    Parameters
    ----------
    shape
        Mark of its columns and their types; files of the same shape are read together
        without a look at each. `None` in old records.
    """

    path: DataPath
    sha256: Sha256
    rows: int = Field(ge=0)
    role: Role
    shape: str | None = Field(default=None, pattern=r"^[0-9a-f]{16}$")


class RowTally(Record):
    """Where the rows of a delivery went; the four parts add up to the whole."""

    delivered: int = Field(ge=0)
    accepted: int = Field(ge=0)
    quarantined: int = Field(ge=0)
    rejected: int = Field(ge=0)
    skipped: int = Field(ge=0)

    @model_validator(mode="after")
    def _adds_up(self) -> RowTally:
        parts = self.accepted + self.quarantined + self.rejected + self.skipped
        if parts != self.delivered:
            raise ValueError(f"{parts} rows are accounted for, {self.delivered} were delivered")
        return self


class SumTally(Record):
    """Sum of one measure over accepted and over quarantined rows."""

    accepted: Decimal | None
    quarantined: Decimal | None


class Replaced(Record):
    """An earlier delivery of which rows were replaced by key.

    Parameters
    ----------
    rows
        How many rows no longer count.
    files
        The accepted rows that still do; the files as delivered stay where they are.
    """

    delivery: int = Field(ge=1)
    rows: int = Field(ge=1)
    files: tuple[DataFile, ...]


class Commit(Record):
    """One delivery in the ledger.

    Parameters
    ----------
    number
        Counts from 1 without a gap.
    period
        What the delivery covers; `None` for a report that is replaced as a whole.
    file
        Name of the received file.
    sha256
        Hash of the received file, not of the record.
    received_at
        When the file came, by its own time.
    posted_at
        When it was posted, never before the record ahead of it; `None` in old records.
    first_on, last_on
        First and last day of its accepted rows; `None` where they have no day.
    columns
        Canonical names of the columns that were really delivered.
    supersedes
        Numbers of the deliveries that no longer count because of this one.
    replaces
        Earlier deliveries of which only some rows no longer count, by key.
    previous_sha256
        Hash of the record before; the chain.
    """

    number: int = Field(ge=1)
    kind: Literal["delivery"] = "delivery"
    vendor: str
    report: str
    period: str | None
    file: str
    sha256: Sha256
    received_at: Instant
    posted_at: Instant | None = None
    agreement_sha256: Sha256
    first_on: date | None = None
    last_on: date | None = None
    files: tuple[DataFile, ...] = ()
    rows: RowTally
    counts: dict[str, int] = {}
    sums: dict[str, SumTally] = {}
    columns: tuple[str, ...] = ()
    supersedes: tuple[int, ...] = ()
    replaces: tuple[Replaced, ...] = ()
    reason: str | None = None
    previous_sha256: Sha256 = NO_RECORD

    @property
    def span(self) -> Period | None:
        """The period as days."""
        return None if self.period is None else Period.parse(self.period)

    def __hash__(self) -> int:
        return hash((self.number, self.sha256, self.previous_sha256))

    def __repr__(self) -> str:
        when = f", {self.period}" if self.period else ""
        return (
            f"Commit({self.number}, {self.vendor}, {self.report}{when}, "
            f"{self.rows.accepted} of {self.rows.delivered} rows accepted)"
        )

    __str__ = __repr__


class Member(Record):
    """One data file inside a pack: its place in bytes and rows, and the hash of its bytes."""

    path: DataPath
    offset: int = Field(ge=0)
    length: int = Field(gt=0)
    first_row: int = Field(ge=0)
    rows: int = Field(ge=0)
    sha256: Sha256


class Pack(Record):
    """Many data files in one Parquet file, each as it was to the byte."""

    path: DataPath
    sha256: Sha256
    rows: int = Field(ge=0)
    role: Role
    members: tuple[Member, ...]


class Compaction(Record):
    """Data files put together; no row and no answer changes."""

    number: int = Field(ge=1)
    kind: Literal["compaction"] = "compaction"
    posted_at: Instant
    packs: tuple[Pack, ...]
    previous_sha256: Sha256 = NO_RECORD


class ErasedFile(Record):
    """A data file some of whose values are gone, and the file that stands in its place."""

    path: DataPath
    sha256_before: Sha256
    file: DataFile


class Erasure(Record):
    """Personal data erased; the rows stay, with their keys.

    Parameters
    ----------
    selected
        How the rows were chosen: by the phone, by the lead, by a key, or by age. What
        was looked for is not kept.
    request
        The client's own number of the request.
    rows
        Rows whose values were erased, in all files.
    tombstones
        Files with one line for each such row: key, columns erased, hash.
    packs
        Packs written again because a file inside them changed.
    """

    number: int = Field(ge=1)
    kind: Literal["erasure"] = "erasure"
    posted_at: Instant
    reason: str
    request: str | None = None
    selected: Literal["phone", "lead", "key", "age"]
    rows: int = Field(ge=1)
    files: tuple[ErasedFile, ...]
    tombstones: tuple[DataFile, ...]
    packs: tuple[Pack, ...] = ()
    previous_sha256: Sha256 = NO_RECORD


class Event(Record):
    """Something said or done that is no delivery: an answer, a signature, a sending.

    Parameters
    ----------
    topic
        What kind of event it is, such as ``dispute.answer``. Whoever writes a topic says
        what `body` holds.
    vendor, period
        What it is about; `None` when it is about no single vendor or period.
    at
        When it happened, as it was told. The ledger knows it from `posted_at`.
    who
        Who said or did it.
    body
        Plain values. Money stands as text, so that it stays exact.
    """

    number: int = Field(ge=1)
    kind: Literal["event"] = "event"
    topic: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=64)
    vendor: str | None = None
    period: str | None = None
    at: Instant
    posted_at: Instant
    who: str = Field(min_length=1, max_length=200)
    body: dict[str, JsonValue]
    previous_sha256: Sha256 = NO_RECORD

    @property
    def span(self) -> Period | None:
        """The period as days."""
        return None if self.period is None else Period.parse(self.period)

    def __hash__(self) -> int:
        return hash((self.number, self.topic, self.previous_sha256))

    def __repr__(self) -> str:
        about = "".join(f", {part}" for part in (self.vendor, self.period) if part)
        return f"Event({self.number}, {self.topic}{about}, by {self.who})"

    __str__ = __repr__


AnyRecord = Commit | Erasure | Compaction | Event
