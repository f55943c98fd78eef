"""Where the rows of every data file lie now.

A record names a data file once and for ever. Since then the file may have been put
into a pack, or some of its values may have been erased. The records after it say so; read in
their order they give the place, and the hash that its bytes must have today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vendoreval.engine import Part
from vendoreval.ledger.parquet_pack import Stretch
from vendoreval.ledger.records import (
    AnyRecord,
    Commit,
    Compaction,
    DataFile,
    Erasure,
    Pack,
    Role,
)


@dataclass(frozen=True)
class Place:
    """Where one data file lies.

    Parameters
    ----------
    named
        The file as its record names it.
    path
        The file that holds its bytes now, relative to the ledger.
    sha256
        Hash that its bytes must have now: another than its record's once values were erased.
    length
        In bytes; `None` for the whole file.
    shape
        Of the file as it lies there.
    """

    named: DataFile
    path: str
    sha256: str
    shape: str | None = None
    offset: int = 0
    length: int | None = None
    first_row: int = 0

    @property
    def packed(self) -> bool:
        """Whether it lies inside a pack."""
        return self.length is not None

    def part(self, ledger: Path) -> Part:
        """Return its rows as an engine reads them."""
        rows = self.named.rows if self.packed else None
        name = f"{self.named.path} {self.sha256[:16]}"
        return Part(ledger / self.path, self.first_row, rows, self.shape, name)

    def stretch(self, ledger: Path) -> Stretch:
        """Return its bytes."""
        return Stretch(ledger / self.path, self.offset, self.length)


@dataclass
class Places:
    """The place of every data file, and the packs there are.

    Parameters
    ----------
    retired
        Files that no longer hold anything a record names: packed since.
    erased
        Files that held values which are erased; they must be gone.
    """

    files: dict[str, Place] = field(default_factory=dict)
    packs: dict[str, Pack] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    _ever: set[str] = field(default_factory=set, repr=False)

    @classmethod
    def of(cls, records: Iterable[AnyRecord]) -> Places:
        """Return the places after these records."""
        places = cls()
        for record in records:
            match record:
                case Commit():
                    places._take(record.files)
                    for part in record.replaces:
                        places._take(part.files)
                case Compaction():
                    places._pack(record.packs)
                    places._tidy(erased=False)
                case Erasure():
                    places._take(record.tombstones)
                    for change in record.files:
                        places._erase(change.path, change.file)
                    places._pack(record.packs)
                    places._tidy(erased=True)
        return places

    def _take(self, files: Iterable[DataFile]) -> None:
        for file in files:
            # a delivery of which rows were replaced names its untouched files again
            self.files.setdefault(file.path, Place(file, file.path, file.sha256, file.shape))
            self._ever.add(file.path)

    def _pack(self, packs: Iterable[Pack]) -> None:
        for pack in packs:
            self.packs[pack.path] = pack
            self._ever.add(pack.path)
            for member in pack.members:
                old = self.files.get(member.path)
                if old is None:  # the record of its delivery is lost, so are its rows
                    continue
                self.files[member.path] = Place(
                    old.named, pack.path, member.sha256, old.shape, member.offset,
                    member.length, member.first_row,
                )  # fmt: skip

    def _erase(self, path: str, file: DataFile) -> None:
        self._ever.add(file.path)
        old = self.files.get(path)
        if old is not None:
            self.files[path] = Place(old.named, file.path, file.sha256, file.shape)

    def _tidy(self, *, erased: bool) -> None:
        """Note what nothing needs any more; an erasure takes the copies left for a while too."""
        unneeded = self._ever - self.needed - self.erased
        self.retired = frozenset() if erased else frozenset(unneeded)
        if erased:
            self.erased |= unneeded
        for path in unneeded & self.packs.keys():
            del self.packs[path]

    @property
    def needed(self) -> frozenset[str]:
        """Files that hold something a record names."""
        return frozenset(place.path for place in self.files.values())

    def of_role(self, role: Role) -> Iterator[Place]:
        """Yield the places of one kind of rows."""
        return (place for place in self.files.values() if place.named.role == role)
