"""A fault in words: what stands there, what was expected, what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vendoreval import units
from vendoreval.agreement import Column, ReportSchema
from vendoreval.intake.fault_rules import ROW_RULE
from vendoreval.text import Bilingual, Message, msg

_SHOWN = 80
_MOST_CODES = 40
# marks that turn text around or hide it; a reader must see that they are there
_UNSEEN = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF}

# bytes that are no text stand escaped in the value of the fault
_ESCAPED_BYTE = re.compile(r"\\x([89a-f][0-9a-f])")

_STRUCTURE: Final = {
    "extra_cells": (
        msg("the line has more cells than the header"),
        msg("as many cells as columns"),
        msg("put texts that hold the delimiter in quotes"),
    ),
    "missing_cells": (
        msg("the line has fewer cells than the header"),
        msg("as many cells as columns"),
        msg("complete the line; a file cut short is sent again whole"),
    ),
    "encoding": (
        msg("the line holds bytes that are not UTF-8"),
        msg("text in the agreed encoding"),
        msg("save the file as CSV UTF-8"),
    ),
    "quote": (
        msg("a quotation mark is not closed or stands in the wrong place"),
        msg("quotes around a whole cell, doubled inside it"),
        msg("let the program that writes CSV set the quotes"),
    ),
    "length": (
        msg("the line is longer than a million bytes"),
        msg("one row of the report"),
        msg("look for a missing line end or quotation mark"),
    ),
    "blank_row": (
        msg("the row is blank"),
        msg("a row of the report"),
        msg("nothing is lost; leave blank rows out"),
    ),
}


@dataclass(frozen=True)
class Explainer:
    """Words for the faults of one report."""

    schema: ReportSchema

    def explain(self, column: str | None, value: str | None, rule: str) -> Message:
        """Return *what is there; what was expected; what to do*."""
        parts: tuple[Message, Message | str, Message]
        if rule in _STRUCTURE and column is None:
            parts = _STRUCTURE[rule]
            if rule == "encoding":
                parts = (_undecodable(value or "", parts[0]), *parts[1:])
        elif rule.startswith(ROW_RULE):
            parts = self._row_rule(rule.removeprefix(ROW_RULE))
        else:
            parts = self._cell(column or "", value, rule)
        found, expected, cure = parts
        return msg(
            "%(found)s; expected: %(expected)s; %(cure)s", found=found, expected=expected, cure=cure
        )

    def asks(self, column: str | None, value: str | None, rule: str) -> bool:
        """Whether the text has two meanings, so that the message asks which one is meant."""
        wanted = next((c for c in self.schema.columns if c.name == column), None)
        return wanted is not None and _question(wanted, value or "", rule) is not None

    def _row_rule(self, rule: str) -> tuple[Message, Message | str, Message]:
        name = next((r.name for r in self.schema.rules if r.id == rule), rule)
        return (
            msg("the values of the row contradict each other"),
            msg("%(rule)s", rule=Bilingual(name)),
            msg("check the cells of the rule"),
        )

    def _cell(
        self, column: str, value: str | None, rule: str
    ) -> tuple[Message, Message | str, Message]:
        shown = visible(value or "")
        found = msg("%(column)s is “%(value)s”", column=column, value=shown)
        match rule:
            case "required":
                return (
                    msg("%(column)s is empty", column=column),
                    msg("a value in every row"),
                    msg("fill the cell"),
                )
            case "missing_column":
                return (
                    msg("the file has no column %(column)s", column=column),
                    self._headers(column),
                    msg("add the column; no row is accepted without it"),
                )
            case "duplicate_header":
                return (
                    msg("the column %(column)s stands twice", column=column),
                    msg("each column once"),
                    msg("remove one of the two"),
                )
            case "unique":
                return (
                    msg("the key “%(value)s” stands here again", value=shown),
                    msg("each key once"),
                    msg("send each row once; the first copy was accepted"),
                )
            case "error_cell":
                return (
                    found,
                    msg("a value and not the error of a formula"),
                    msg("mend the formula or write the value"),
                )
            case "rounded_number":
                return (
                    found,
                    msg("all digits; a spreadsheet made a number of it and rounded it"),
                    msg("format the column as text before the numbers are put in"),
                )
            case "printed_total":
                return (
                    msg("the printed total is “%(value)s”", value=shown),
                    msg("what the rows it covers add up to"),
                    msg("tell which of the two is right"),
                )
            case "foreign_key":
                return (
                    found,
                    self._reference(column),
                    msg("deliver that report first, or mend the value"),
                )
        wanted = next((c for c in self.schema.columns if c.name == column), None)
        if wanted is None:
            return found, msg("a value as agreed"), msg("mend the cell")
        question = _question(wanted, value or "", rule)
        if question is not None:
            return found, *question
        return found, _expected(wanted, self.schema, rule), _CURES.get(rule, msg("mend the cell"))

    def _headers(self, column: str) -> Message:
        wanted = next((c for c in self.schema.columns if c.name == column), None)
        names = wanted.headers if wanted else (column,)
        return msg("a column with one of the headers: %(names)s", names=", ".join(names))

    def _reference(self, column: str) -> Message:
        keys = [k for k in self.schema.foreign_keys if k.column == column]
        target = f"{keys[0].to_report}.{keys[0].to_column}" if keys else "?"
        return msg("a value that stands in %(target)s", target=target)


def _undecodable(line: str, otherwise: Message) -> Message:
    """Say which byte it is and where, counted as an editor counts characters."""
    first = _ESCAPED_BYTE.search(line)
    if first is None:
        return otherwise
    return msg(
        "the line holds bytes that cannot be decoded, the first is %(byte)s at character %(place)s",
        byte=f"0x{first[1].upper()}", place=str(first.start() + 1),
    )  # fmt: skip


def _question(column: Column, value: str, rule: str) -> tuple[Message, Message] | None:
    """Ask where a text has two meanings and nothing in the column decides between them."""
    text = value.strip()
    if rule == "duration_form" and {"mm:ss", "hh:mm"} <= set(column.forms):
        if not re.match(units.CLOCK_FORMS["mm:ss"], text):
            return None
        minutes, seconds = text.split(":")
        return (
            msg("a text with one meaning: this is %(minutes)s min %(seconds)s s, or %(minutes)s h "
                "%(seconds)s min", minutes=minutes, seconds=seconds),
            msg("tell which of the two it is, or write hours, minutes and seconds"),
        )  # fmt: skip
    if rule != "type" or column.kind not in {"integer", "number", "money"}:
        return None
    bare = re.sub(units.NOT_OF_A_NUMBER, "", text).strip(" .,")
    parts = re.match(r"^(-?[1-9][0-9]{0,2})[.,]([0-9]{3})$", bare)
    if parts is None:
        return _of_money(text) if column.kind == "money" else None
    return (
        msg("a number with one meaning: this is %(thousands)s, or a fraction of three decimals",
            thousands="".join(parts.groups())),
        msg("tell which of the two it is, or leave out the mark between thousands"),
    )  # fmt: skip


def _of_money(text: str) -> tuple[Message, Message] | None:
    if not re.match(units.BEFORE, text) and not re.match(units.AFTER, text):
        return None
    return (
        msg("an amount with the agreed decimal mark, in the agreed currency or without one"),
        msg("mend the cell"),
    )


_CURES: Final = {
    "code": msg("use an agreed code, or agree on the new one"),
    "date_format": msg("write the date in an agreed form"),
    "duration_form": msg("write the duration in an agreed form"),
    "local_time": msg("check the time zone of the export"),
    "future": msg("check the clock and the time zone of the export"),
}


def _expected(column: Column, schema: ReportSchema, rule: str) -> Message | str:
    match rule:
        case "code":
            codes = list(dict.fromkeys(column.codes.values()))
            return msg("one of the agreed codes (%(allowed)s)", allowed=_some(codes))
        case "date_format":
            return msg("one of the forms: %(forms)s", forms=", ".join(column.formats))
        case "duration_form":
            return msg(
                "one of the forms: %(forms)s", forms=", ".join(column.forms) or str(column.unit)
            )
        case "local_time":
            return msg(
                "a time that exists in %(zone)s; clocks skip this hour", zone=schema.timezone
            )
        case "future":
            return msg("a time not later than the delivery")
        case "minimum":
            return msg("at least %(limit)s", limit=str(column.minimum))
        case "maximum":
            return msg("at most %(limit)s", limit=str(column.maximum))
        case "range":
            return msg(
                "from %(first)s to %(last)s",
                first=column.earliest or "…",
                last=column.latest or "…",
            )
        case "multiple_of":
            return msg("a multiple of %(step)s", step=str(column.multiple_of))
        case "pattern":
            if column.example:
                return msg("text of the form %(pattern)s, such as %(example)s",
                           pattern=column.pattern or "", example=column.example)  # fmt: skip
            return msg("text of the form %(pattern)s", pattern=column.pattern or "")
        case "length":
            return msg(
                "from %(first)s to %(last)s characters",
                first=str(column.minimum_length or 0),
                last=str(column.maximum_length or "…"),
            )
    return _TYPE_NAMES.get(column.kind, msg("a value as agreed"))


def _some(names: list[str]) -> str:
    rest = len(names) - _MOST_CODES
    return ", ".join(names[:_MOST_CODES]) + (f", … (+{rest})" if rest > 0 else "")


_TYPE_NAMES: Final = {
    "integer": msg("a whole number, such as 12"),
    "number": msg("a number, with the agreed decimal mark"),
    "money": msg("an amount with at most four decimals and the agreed decimal mark"),
    "boolean": msg("yes or no: true, false, 1, 0, yes, no, да, нет"),
}


def visible(text: str, most: int = _SHOWN) -> str:
    """Return a short text in which control and direction marks can be seen.

    Examples
    --------
    >>> visible("a\\u202eb\\n")
    'a\\\\u202eb\\\\n'
    """
    short = text if len(text) <= most else text[: most - 1] + "…"
    if short.isascii() and short.isprintable():
        return short
    return "".join(
        c if (c.isprintable() and ord(c) not in _UNSEEN) or c in "\u00a0\u202f"
        else c.encode("unicode_escape").decode() for c in short
    )  # fmt: skip
