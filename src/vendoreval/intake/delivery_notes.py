"""What the user is told about a file before its first row is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vendoreval.agreement import ReportSchema
from vendoreval.intake.choose_report import Choice, delimiter_name
from vendoreval.intake.encodings import is_utf8
from vendoreval.text import Count, Message, msg, nmsg


def text_notes(
    choice: Choice, encoding: str, bom: int, *, old_lines: bool = False
) -> list[Message]:
    """Say which encoding and delimiter were found, where they are not what everybody expects."""
    notes: list[Message] = []
    if not is_utf8(encoding):
        name = encoding
        if encoding in {"utf-16-le", "utf-16-be"}:
            notes.append(msg("read as %(encoding)s: every other byte is zero", encoding=name))
        elif bom or encoding == "utf-16":
            notes.append(msg("read as %(encoding)s: a mark at the start says so", encoding=name))
        else:
            notes.append(
                msg(
                    "read as %(encoding)s: the bytes are not UTF-8, and among the agreed "
                    "encodings the text looks most like this one",
                    encoding=name,
                )
            )
    if old_lines:
        notes.append(
            msg("its lines end with a carriage return alone, as old Macintosh programs write them")
        )
    # a comma is what everybody expects
    if choice.schema.dialect.delimiter is None and choice.header.delimiter != ",":
        notes.append(
            msg(
                "the columns are separated by: %(found)s; the agreement names no delimiter",
                found=delimiter_name(choice.header.delimiter),
            )
        )
    return notes


def header_notes(choice: Choice) -> tuple[Message, ...]:
    """Say which columns are unknown and what stands above the header."""
    notes: list[Message] = []
    header = choice.header
    again = {text for _, text in header.repeated}
    unknown = [
        text.strip() for text, name in zip(header.cells, header.columns, strict=True)
        if name is None and text not in again and text.strip()
    ]  # fmt: skip
    if unknown:
        notes.append(
            msg(
                "columns the agreement does not know, kept out of the accepted rows: %(names)s",
                names=", ".join(text[:60] for text in unknown[:20]),
            )
        )
    if header.rows_before:
        notes.append(
            nmsg(
                "%(rows)s row above the header was skipped",
                "%(rows)s rows above the header were skipped",
                header.rows_before,
                rows=Count(header.rows_before),
            )
        )
    if header.depth != choice.schema.dialect.header_rows:
        notes.append(
            nmsg("the header takes %(rows)s row", "the header takes %(rows)s rows",
                 header.depth, rows=Count(header.depth))
        )  # fmt: skip
    return tuple(notes)


def apart_notes(reasons: Mapping[str, int], schema: ReportSchema) -> Iterator[Message]:
    """Say which rows were set apart and why."""
    printed = {kind: count for kind, count in reasons.items() if kind != "other"}
    if printed:
        yield nmsg(
            "%(rows)s row of a print layout was skipped: headers %(headers)s, totals %(totals)s, "
            "page footers %(pages)s, titles %(titles)s, blank %(blank)s",
            "%(rows)s rows of a print layout were skipped: headers %(headers)s, totals "
            "%(totals)s, page footers %(pages)s, titles %(titles)s, blank %(blank)s",
            sum(printed.values()),
            rows=Count(sum(printed.values())),
            headers=Count(printed.get("header", 0)),
            totals=Count(printed.get("total", 0)),
            pages=Count(printed.get("page", 0)),
            titles=Count(printed.get("title", 0)),
            blank=Count(printed.get("blank", 0)),
        )
    other = reasons.get("other", 0)
    if other:
        dialect = schema.dialect
        yield nmsg(
            "%(rows)s row belongs to another report and was skipped: its %(column)s is none of "
            "%(values)s",
            "%(rows)s rows belong to another report and were skipped: their %(column)s is none of "
            "%(values)s",
            other,
            rows=Count(other),
            column=dialect.only_column or "",
            values=", ".join(dialect.only_values),
        )
