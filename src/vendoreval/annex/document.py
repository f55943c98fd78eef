"""The parts of an annex: frozen values without layout, for every language and format alike.

A text is either a `Message`, which each language says in its own words, or a plain `str`,
which stands as the agreement writes it: a name, a header, a code, a formula.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from vendoreval.text import Message

Said: TypeAlias = "Message | str"
# what a cell holds, one text to a line
Cell: TypeAlias = tuple[Said, ...]
# `exact`: the same in every language; `words`: a column for each language where two stand
# side by side; `stacked`: both languages below one another
Manner = Literal["exact", "words", "stacked"]


@dataclass(frozen=True)
class Heading:
    """The heading of a numbered part.

    Parameters
    ----------
    level
        1 for a part of the document, 2 for one below it, 3 for one without a number.
    """

    level: Literal[1, 2, 3]
    text: Said


@dataclass(frozen=True)
class Paragraph:
    """A clause in words."""

    text: Said


@dataclass(frozen=True)
class Head:
    """The head of a column.

    Parameters
    ----------
    weight
        Share of the width, against the other columns.
    """

    text: Said
    manner: Manner = "words"
    weight: int = 10


@dataclass(frozen=True)
class Table:
    """Rows under heads that are repeated on every page."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: Said | None = None


@dataclass(frozen=True)
class Facts:
    """Names and values below one another."""

    rows: tuple[tuple[Said, Cell], ...]


@dataclass(frozen=True)
class Signature:
    """Where one party signs."""

    party: str
    role: Message | None = None


@dataclass(frozen=True)
class Signatures:
    """The places for the signatures of all parties."""

    parties: tuple[Signature, ...]


Block: TypeAlias = "Heading | Paragraph | Table | Facts | Signatures"


@dataclass(frozen=True, repr=False)
class Annex:
    """An agreement as a document to sign.

    Parameters
    ----------
    title, subtitle
        What the document is, and of which agreement.
    parties
        As the agreement names them.
    dated
        First day of the agreement; nothing in the document depends on the day of drawing.
    sha256
        Hash of the agreement's file, printed on every page.
    content, name
        Bytes and name of that file; the PDF carries it inside.
    """

    title: Said
    subtitle: Said
    parties: tuple[str, ...]
    version: str
    sha256: str
    blocks: tuple[Block, ...]
    dated: date | None = None
    content: bytes = b""
    name: str = "agreement.odcs.yaml"

    def __repr__(self) -> str:
        tables = sum(isinstance(block, Table) for block in self.blocks)
        return f"Annex({', '.join(self.parties)}, version {self.version}, {tables} tables)"
