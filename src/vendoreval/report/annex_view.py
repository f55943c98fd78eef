"""An annex in its languages: frozen texts and widths, which HTML, PDF and DOCX print alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from vendoreval.annex.document import (
    Annex,
    Block,
    Cell,
    Facts,
    Head,
    Heading,
    Paragraph,
    Said,
    Signature,
    Signatures,
    Table,
)
from vendoreval.report.masking import clean_text
from vendoreval.text import Language, language, msg

Kind = Literal["heading", "prose", "table", "facts", "signatures"]
_FACT_WIDTHS: Final = (28, 72)
# of the width of a column in one language, for each of two side by side
_SPLIT: Final = 0.75
_LINES_TO_SIGN: Final = (
    msg("Full name"),
    msg("Position, power of attorney"),
    msg("Signature"),
    msg("Date"),
    msg("Place of the seal, if any"),
)


@dataclass(frozen=True)
class Run:
    """A line of text in one language.

    Parameters
    ----------
    language
        `None` for what is the same in every language: a name, a code, a figure.
    """

    text: str
    language: str | None = None


Lines = tuple[Run, ...]


@dataclass(frozen=True)
class BlockView:
    """One part of the document.

    Parameters
    ----------
    level
        Of a heading.
    heads, rows
        Of a table; prose is one row of one column, or of one for each language.
    widths
        In per cent.
    names
        Columns whose first line is the name of the row.
    last
        Whether the last part begins here, which stays on one page.
    """

    kind: Kind
    lines: Lines = ()
    level: int = 0
    heads: tuple[Lines, ...] = ()
    rows: tuple[tuple[Lines, ...], ...] = ()
    widths: tuple[float, ...] = ()
    names: frozenset[int] = frozenset()
    last: bool = False


@dataclass(frozen=True)
class AnnexView:
    """Everything that is printed of an annex."""

    languages: tuple[str, ...]
    title: Lines
    subtitle: Lines
    parties: tuple[str, ...]
    version: Lines
    footer: str
    dated: str
    blocks: tuple[BlockView, ...]

    @property
    def heading(self) -> str:
        """Title and subtitle of the first language, for the head of a page."""
        return f"{self.title[0].text}. {self.subtitle[0].text}"


def annex_view(annex: Annex, languages: Sequence[str]) -> AnnexView:
    """Return an annex in one language, or in several side by side, the first one leading."""
    speak = _Speaking(tuple(language(code) for code in languages))
    return AnnexView(
        languages=tuple(languages),
        title=speak.stacked((annex.title,)),
        subtitle=speak.stacked((annex.subtitle,)),
        parties=tuple(_clean(party) for party in annex.parties),
        version=speak.stacked((msg("version %(version)s", version=annex.version),)),
        footer=f"{_clean(annex.name)} · SHA-256 {annex.sha256}",
        dated=annex.dated.isoformat() if annex.dated else "",
        blocks=tuple(_numbered(speak, annex.blocks)),
    )


def _clean(text: str) -> str:
    """Return a text of the agreement on one line, without characters that mislead a reader."""
    return " ".join(clean_text(text).split())


class _Speaking:
    """Texts in the languages of a document."""

    def __init__(self, tongues: tuple[Language, ...]) -> None:
        self.tongues = tongues

    def each(self, said: Said) -> Lines:
        """Return a text in every language; one run where all say the same."""
        if isinstance(said, str):
            return (Run(_clean(said)),)
        texts = [(_clean(tongue.say(said)), tongue.code) for tongue in self.tongues]
        if len(texts) > 1 and len({text for text, _ in texts}) == 1:
            return (Run(texts[0][0]),)
        return tuple(Run(text, code) for text, code in texts)

    def stacked(self, cell: Cell) -> Lines:
        """Return all lines of a cell in the first language, then what others say otherwise."""
        spoken = [self.each(said) for said in cell]
        first = [runs[0] for runs in spoken]
        others = [
            run
            for place in range(1, len(self.tongues))
            for runs in spoken
            if len(runs) > place
            for run in (runs[place],)
        ]
        return tuple(run for run in (*first, *others) if run.text)

    def split(self, cell: Cell) -> tuple[Lines, ...]:
        """Return the lines of a cell once for each language."""
        return tuple(
            tuple(
                run
                for said in cell
                if (run := self.each(said)[min(place, len(self.each(said)) - 1)]).text
            )
            for place in range(len(self.tongues))
        )


def _numbered(speak: _Speaking, blocks: Sequence[Block]) -> Iterator[BlockView]:
    part = below = 0
    parts = sum(isinstance(block, Heading) and block.level == 1 for block in blocks)
    for block in blocks:
        match block:
            case Heading(level=1):
                part, below = part + 1, 0
                yield replace(_heading(speak, block, f"{part}."), last=part == parts)
            case Heading(level=2):
                below += 1
                yield _heading(speak, block, f"{part}.{below}.")
            case Heading():
                yield _heading(speak, block, "")
            case Paragraph():
                yield _prose(speak, block)
            case Facts():
                yield _facts(speak, block)
            case Table():
                yield from _table(speak, block)
            case Signatures():
                yield _signatures(speak, block)


def _heading(speak: _Speaking, block: Heading, number: str) -> BlockView:
    runs = list(speak.each(block.text))
    runs[0] = Run(f"{number} {runs[0].text}".strip(), runs[0].language)
    return BlockView("heading", lines=tuple(runs), level=block.level)


def _prose(speak: _Speaking, block: Paragraph) -> BlockView:
    if len(speak.each(block.text)) == 1:
        return BlockView("prose", rows=((speak.each(block.text),),), widths=(100.0,))
    columns = speak.split((block.text,))
    return BlockView("prose", rows=(columns,), widths=(100.0 / len(columns),) * len(columns))


def _facts(speak: _Speaking, block: Facts) -> BlockView:
    rows = tuple((speak.stacked((label,)), speak.stacked(cell)) for label, cell in block.rows)
    return BlockView("facts", rows=rows, widths=tuple(map(float, _FACT_WIDTHS)))


def _table(speak: _Speaking, block: Table) -> Iterator[BlockView]:
    block = _without_empty_columns(block)
    # two columns of words would leave four narrow ones; then languages stand below one another
    words = sum(head.manner == "words" for head in block.heads)
    split = len(speak.tongues) > 1 and words == 1
    heads: list[Lines] = []
    weights: list[float] = []
    names: set[int] = set()
    for head in block.heads:
        columns = _columns(speak, head, (head.text,), split)
        if not heads and head.manner == "exact":
            names.add(0)
        heads += columns
        weights += [head.weight * (_SPLIT if len(columns) > 1 else 1)] * len(columns)
    rows = tuple(
        tuple(
            lines
            for head, cell in zip(block.heads, row, strict=True)
            for lines in _columns(speak, head, cell, split)
        )
        for row in block.rows
    )
    widths = tuple(round(100 * weight / sum(weights), 2) for weight in weights)
    caption = speak.stacked((block.caption,)) if block.caption is not None else ()
    yield BlockView("table", caption, heads=tuple(heads), rows=rows, widths=widths,
                    names=frozenset(names))  # fmt: skip


def _without_empty_columns(block: Table) -> Table:
    """Leave out columns in which nothing stands in any row."""
    kept = [
        place
        for place in range(len(block.heads))
        if place == 0 or any(row[place] for row in block.rows)
    ]
    return Table(
        tuple(block.heads[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in block.rows),
        block.caption,
    )


def _columns(speak: _Speaking, head: Head, cell: Cell, split: bool) -> tuple[Lines, ...]:
    if split and head.manner == "words":
        return speak.split(cell)
    return (speak.stacked(cell),)


def _signatures(speak: _Speaking, block: Signatures) -> BlockView:
    columns = tuple(_signature(speak, entry) for entry in block.parties)
    rows = tuple(zip(*columns, strict=True))
    return BlockView("signatures", rows=rows, widths=(100.0 / len(columns),) * len(columns))


def _signature(speak: _Speaking, entry: Signature) -> tuple[Lines, ...]:
    named = (*((entry.role,) if entry.role is not None else ()), entry.party)
    return (speak.stacked(named), *(speak.stacked((line,)) for line in _LINES_TO_SIGN))
