"""The first sheet of the returned workbook: the receipt, the rules, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendoreval.intake.report_facts import sums
from vendoreval.intake.returned_letter import deadline, received_on, refused_whole
from vendoreval.intake.returned_styles import Pen, Style
from vendoreval.intake.returned_words import meaning
from vendoreval.intake.told_names import told_column
from vendoreval.text import N_, Count, Message, msg, nmsg

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

_SHOWN_COLUMNS = 8
_SHOWN_NOTES = 50


@dataclass(frozen=True)
class Contents:
    """What the other two sheets hold.

    Parameters
    ----------
    whole
        Every row of the file stands there, row for row.
    original
        The rows come from the file itself, which has not changed since.
    own
        The rows are the cells of the vendor's workbook, with their look.
    faulty_left_out, uncommented
        Faulty rows that found no room; faulty cells coloured without a comment.
    examples, addresses
        Rule -> its first faults, and their cells on the sheet ("" for none).
    fault_file
        Name of the file with the complete list, when the sheet has no room for it.
    """

    sheet: str
    whole: bool
    original: bool
    total_rows: int
    examples: dict[str, list[tuple[int, str | None, str | None]]]
    own: bool = False
    columns_cut: bool = False
    rows_written: int = 0
    faulty_written: int = 0
    faulty_left_out: int = 0
    uncommented: int = 0
    addresses: dict[str, list[str]] = field(default_factory=dict)
    faults_listed: int = 0
    fault_file: str = ""

    def sentences(self) -> list[Message]:
        """Return what a reader must know about what is not there."""
        said: list[Message] = []
        if not self.original:
            said.append(
                msg(
                    "The file has changed or is gone since it was checked. The rows come from "
                    "what was set aside then: faulty rows only, their row numbers in the first "
                    "column."
                )
            )
        elif not self.whole:
            said.append(
                nmsg(
                    "The file has %(rows)s row, more than this workbook shows: faulty rows "
                    "and their neighbours only, their row numbers in the first column.",
                    "The file has %(rows)s rows, more than this workbook shows: faulty rows "
                    "and their neighbours only, their row numbers in the first column.",
                    self.total_rows,
                    rows=Count(self.total_rows),
                )
            )
        if self.own:
            said.append(
                msg(
                    "The second sheet is your own one; other sheets, formulas and links are "
                    "left out, their values kept."
                )
            )
        if self.faulty_left_out:
            said.append(
                nmsg(
                    "%(rows)s faulty row more found no room here; the list of faults has it.",
                    "%(rows)s faulty rows more found no room here; the list of faults has them.",
                    self.faulty_left_out,
                    rows=Count(self.faulty_left_out),
                )
            )
        if self.uncommented:
            said.append(
                nmsg(
                    "%(cells)s faulty cell more is coloured but has no comment; the list of "
                    "faults explains it.",
                    "%(cells)s faulty cells more are coloured but have no comment; the list of "
                    "faults explains them.",
                    self.uncommented,
                    cells=Count(self.uncommented),
                )
            )
        if self.columns_cut:
            said.append(msg("The file has more columns than a sheet; the last ones are left out."))
        if self.fault_file:
            said.append(
                msg(
                    "The list of faults shows the first %(listed)s; all of them are in %(file)s.",
                    listed=Count(self.faults_listed),
                    file=self.fault_file,
                )
            )
        return said


def write_summary(report: ValidationReport, sheet: Any, pen: Pen, contents: Contents) -> None:
    """Write the sheet from top to bottom."""
    _Summary(report, sheet, pen, contents).write()


@dataclass
class _Summary:
    report: ValidationReport
    sheet: Any
    pen: Pen
    contents: Contents
    at: int = 0

    def write(self) -> None:
        for place, width in enumerate((26, 12, 34, 52, 52, 16, 16, 16)):
            self.sheet.set_column(place, place, width)
        self.sheet.hide_gridlines(2)
        self._line(msg("Result of checking your file"), "title")
        self._facts()
        self._receipt()
        self._sums()
        self._advice()
        if self.report.counts:
            self._rules()

    def _say(self, text: Message | str) -> str:
        return self.pen.speak.say(text)

    def _line(self, text: Message | str, style: Style = "words") -> None:
        """Write a sentence that may run over the columns to its right."""
        shown = self._say(text)
        self.pen.text(self.sheet, self.at, 0, shown, style if style != "words" else "plain")
        self.at += 1

    def _pair(self, name: str, value: str | int) -> None:
        self.pen.text(self.sheet, self.at, 0, self.pen.speak.translate(name), "strong")
        if isinstance(value, int):
            self.sheet.write_number(self.at, 1, value, self.pen.plain["count"])
        else:
            self.pen.text(self.sheet, self.at, 1, value, "plain")
        self.at += 1

    def _facts(self) -> None:
        delivery, speak = self.report.delivery, self.pen.speak
        self._pair(N_("file"), delivery.path.name)
        self._pair(N_("vendor"), delivery.agreement.title)
        self._pair(N_("report"), delivery.schema.title or delivery.schema.name)
        if self.report.period is not None:
            self._pair(N_("period"), str(self.report.period))
        self._pair(N_("received"), speak.day(received_on(delivery)))
        self._pair(N_("SHA-256 of the file"), delivery.sha256)
        self.at += 1

    def _receipt(self) -> None:
        rows = self.report.rows
        self._line(msg("Rows: delivered = accepted + set aside + rejected + skipped"), "strong")
        self._pair(N_("delivered"), rows.delivered)
        self._pair(N_("accepted"), rows.accepted)
        self._pair(N_("set aside with faults"), rows.quarantined)
        self._pair(N_("rejected: lines that are no rows"), rows.rejected)
        self._pair(N_("skipped: titles, totals"), rows.skipped)
        self.at += 1

    def _sums(self) -> None:
        rows = sums(self.report, self.pen.speak)
        if not rows:
            return
        heads = (N_("sum of"), N_("accepted rows"), N_("rows set aside, as far as readable"))
        for place, head in enumerate(heads):
            self.pen.text(self.sheet, self.at, place, self.pen.speak.translate(head), "head")
        for row in rows:
            self.at += 1
            for place, text in enumerate(row):
                self.pen.text(self.sheet, self.at, place, text, "plain")
        self.at += 2

    def _advice(self) -> None:
        report = self.report
        if not report.ok:
            refused = refused_whole(report)
            if refused is not None:
                self._line(refused, "strong")
            self._line(
                msg("Mend the faults in your system, export the whole report anew and send the "
                    "whole file. It replaces this one; do not send this workbook back.")
            )  # fmt: skip
            agreed = deadline(report.delivery)
            if agreed is not None:
                self._line(agreed.sentence, "strong")
        else:
            self._line(msg("Nothing needs to be sent again. Thank you."))
        for text, style in (
            (msg("A cell like this holds an error: its row was not accepted."), "error"),
            (msg("A cell like this holds a warning: look at it."), "warning"),
            (msg("A row like this holds at least one such cell."), "row"),
        ):
            self.pen.text(self.sheet, self.at, 0, "", style)  # type: ignore[arg-type]  # the three words are styles
            self.pen.text(self.sheet, self.at, 1, self._say(text), "plain")
            self.at += 1
        self._line(msg("Point at a coloured cell to read what stands there, what was expected "
                       "and what to do."))  # fmt: skip
        for sentence in self.contents.sentences():
            self._line(sentence, "strong")
        for note in report.notes[:_SHOWN_NOTES]:
            self._line(note)
        self.at += 1

    def _rules(self) -> None:
        heads = [N_("rule"), N_("faults"), N_("columns"), N_("what is wrong"), N_("how to mend it"),
                 N_("examples")]  # fmt: skip
        for place, head in enumerate(heads):
            self.pen.text(self.sheet, self.at, place, self.pen.speak.translate(head), "head")
        for place in (6, 7):
            self.pen.text(self.sheet, self.at, place, "", "head")
        self.at += 1
        columns = self._columns()
        for rule, count in self.report.counts.items():
            said, cure = meaning(rule, self.report.delivery.schema)
            self.pen.text(self.sheet, self.at, 0, rule, "strong")
            self.sheet.write_number(self.at, 1, count, self.pen.plain["count"])
            shown = (columns.get(rule, ""), self._say(said), self._say(cure))
            for place, text in enumerate(shown, 2):
                self.pen.text(self.sheet, self.at, place, text, "words")
            self._examples(rule)
            self.at += 1

    def _columns(self) -> dict[str, str]:
        """Return rule -> its columns with their numbers, the most frequent first."""
        found: dict[str, list[str]] = {}
        for place in self.report.faults.places():
            if place.column is not None:
                column = told_column(self.report.delivery, place.column, self.pen.speak)
                shown = f"{column}: {self.pen.speak.number(place.count)}"
                found.setdefault(place.rule, []).append(shown)
        return {
            rule: "\n".join([*names[:_SHOWN_COLUMNS], *(["…"] if names[_SHOWN_COLUMNS:] else [])])
            for rule, names in found.items()
        }

    def _examples(self, rule: str) -> None:
        pairs = zip(
            self.contents.examples.get(rule, ()), self.contents.addresses.get(rule, ()), strict=True
        )
        for place, ((row, _, _), address) in enumerate(pairs, 5):
            shown = self._say(msg("row %(row)s", row=str(row)))
            if address:
                target = f"internal:'{self.contents.sheet}'!{address}"
                self.sheet.write_url(self.at, place, target, self.pen.plain["link"], shown)
            else:
                self.pen.text(self.sheet, self.at, place, shown, "plain")
