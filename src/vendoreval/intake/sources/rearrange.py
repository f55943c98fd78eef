"""A text written anew, each cell below the name of the column it belongs to."""

from __future__ import annotations

import csv
from pathlib import Path

from vendoreval.intake.sources.sections import Sections, Walk
from vendoreval.intake.sources.text_copy import Scratch, TextCopy
from vendoreval.intake.sources.text_records import Record, read_records


def rearrange(
    path: Path,
    offset: int,
    steps: Walk,
    found: Sections,
    first_row: int,
    scratch: Scratch,
) -> TextCopy:
    """Write every record anew, its cells below the names they belong to.

    Row n of the text stays row n, and a broken line stays one.
    """
    target = scratch.file("sections")
    header = steps.header
    texts = {column.name for column in steps.schema.columns if column.kind == "string"}
    records = read_records(path, offset, header.delimiter, len(header.cells))
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        for number, record in enumerate(records, first_row):
            kind = found.apart.get(number)
            if kind == "header":
                steps.enter(record.cells)
            elif kind == "title":
                steps.hear(record.cells)
            if record.rule is not None and kind is None:
                out.write(_still_broken(record, len(found.names)))
            else:
                writer.writerow(_written(record.cells, kind, steps, found.names, texts))
    return TextCopy(target, scratch)


def _written(
    record: list[str], kind: str | None, steps: Walk, names: list[str], texts: set[str]
) -> list[str]:
    if kind not in {None, "other"}:
        said = " ".join(cell for cell in record if cell.strip())
        return [said, *[""] * (len(names) - 1)]
    values = steps.values(record)
    # blanks around a number or a day mean nothing
    return [
        values.get(name, "") if name in texts else values.get(name, "").strip() for name in names
    ]


def _still_broken(record: Record, columns: int) -> str:
    """Write a broken line so that it breaks the same rule once more."""
    # a tab would part it into cells, perhaps into just as many as there should be
    line = record.raw.replace("\t", " ")
    if record.rule == "extra_cells":
        line += "\t" * columns
    return line + "\n"
