"""What each rule means and how to mend it, in one sentence each."""

from __future__ import annotations

from typing import Final

from vendoreval.agreement import ReportSchema
from vendoreval.intake.fault_rules import ROW_RULE
from vendoreval.text import Bilingual, Message, msg

Meaning = tuple[Message, Message]

_MEANINGS: Final[dict[str, Meaning]] = {
    "missing_column": (
        msg("A required column is missing, so no row of the file can be accepted."),
        msg("Add the column under one of its agreed headers."),
    ),
    "duplicate_header": (
        msg("A column stands twice in the header, so it is not known which one counts."),
        msg("Remove one of the two columns."),
    ),
    "required": (
        msg("A cell that must be filled is empty."),
        msg("Fill the cell in every row."),
    ),
    "type": (
        msg("A value is not of the agreed kind, for example words where a number belongs."),
        msg("Write bare values, without units and remarks, with the agreed decimal mark."),
    ),
    "date_format": (
        msg("A date or time is not written in an agreed form."),
        msg("Export dates and times in the agreed form."),
    ),
    "duration_form": (
        msg("A duration is not written in an agreed form."),
        msg("Export durations in the agreed form."),
    ),
    "minimum": (
        msg("A value is smaller than the agreed minimum."),
        msg("Check the value and its unit, for example seconds against minutes."),
    ),
    "maximum": (
        msg("A value is greater than the agreed maximum."),
        msg("Check the value and its unit, for example seconds against minutes."),
    ),
    "range": (
        msg("A date lies outside the agreed range."),
        msg("Check the date: day and month swapped, another year."),
    ),
    "pattern": (
        msg("A text does not have the agreed form."),
        msg("Write the text as the agreement shows it."),
    ),
    "length": (
        msg("A text or a whole line is too short or too long."),
        msg("Check whether texts were cut, or a line end or quotation mark is missing."),
    ),
    "code": (
        msg("A code is not in the agreed list."),
        msg("Use an agreed code, or tell us the new one so that it can be added."),
    ),
    "multiple_of": (
        msg("A number is not a multiple of the agreed step."),
        msg("Check the unit and the rounding of the export."),
    ),
    "unique": (
        msg("A key that may stand once stands again; its first row was accepted."),
        msg("Send each row once, and check whether the export joins two tables."),
    ),
    "foreign_key": (
        msg("A value refers to a row of another report that was not delivered."),
        msg("Deliver that report first, or mend the reference."),
    ),
    "future": (
        msg("A time lies after the moment the file was received."),
        msg("Check the clock and the time zone of the export."),
    ),
    "local_time": (
        msg("A local time does not exist: clocks were put forward over it."),
        msg("Check the time zone of the export."),
    ),
    "printed_total": (
        msg("A printed total is not what the rows it covers add up to."),
        msg("Tell which is right, the total or the rows."),
    ),
    "rounded_number": (
        msg("A spreadsheet made a number of a telephone and rounded it; its last digits are lost."),
        msg("Export it again with the column formatted as text."),
    ),
    "error_cell": (
        msg("A cell holds the error of a formula instead of a value."),
        msg("Mend the formula, or write the value itself."),
    ),
    "extra_cells": (
        msg("A line has more cells than the header."),
        msg("Put texts that hold the delimiter in quotation marks."),
    ),
    "missing_cells": (
        msg("A line has fewer cells than the header."),
        msg("Complete the line; a file that was cut short is sent again whole."),
    ),
    "encoding": (
        msg("A line holds bytes that are no text in the agreed encoding; they are shown as codes."),
        msg("Save the file as CSV UTF-8."),
    ),
    "quote": (
        msg("A quotation mark is not closed or stands in the wrong place."),
        msg("Let the program that writes the file set the quotation marks."),
    ),
    "blank_row": (
        msg("A row is blank; nothing is lost by it."),
        msg("Leave blank rows out."),
    ),
}  # fmt: skip


def meaning(rule: str, schema: ReportSchema) -> Meaning:
    """Return what is wrong and what to do, for a rule as a whole."""
    if rule.startswith(ROW_RULE):
        code = rule.removeprefix(ROW_RULE)
        name = next((r.name for r in schema.rules if r.id == code), code)
        return (
            msg(
                "The cells of a row contradict each other. The rule: %(rule)s", rule=Bilingual(name)
            ),
            msg("Check the cells of the row against each other."),
        )
    return _MEANINGS.get(
        rule,
        (
            msg("A rule of the agreement is broken."),
            msg("Read the messages of the single faults."),
        ),
    )
