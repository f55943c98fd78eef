"""A checked delivery as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vendoreval.intake import report_facts as facts
from vendoreval.intake.returned_letter import receipt_sentence
from vendoreval.text import N_, Count, Language, language, msg, nmsg

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

_NARROWEST, _WIDEST = 60, 110


def report_text(report: ValidationReport, language_code: str, width: int = 100) -> str:
    """Return the report as lines of at most `width` characters where words allow it."""
    speak = language(language_code)
    width = min(max(width, _NARROWEST), _WIDEST)
    sections = (
        _head(report, speak), _sums(report, speak), _places(report, speak),
        _remarks(report, speak), map(speak.say, facts.verdict(report)),
    )  # fmt: skip
    blocks = ["\n".join(_wrapped(line, width) for line in section) for section in sections]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _wrapped(line: str, width: int) -> str:
    """Break a line at its blanks; the lines that follow stand a little to the right."""
    line = facts.safe(line)
    if len(line) <= width:
        return line
    indent = " " * (len(line) - len(line.lstrip(" ")) + 2)
    return "\n".join(
        textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    )


def _head(report: ValidationReport, speak: Language) -> Iterator[str]:
    yield facts.file_name(report.delivery)
    yield facts.headline(report, speak)
    yield speak.say(facts.layout(report.delivery))
    yield ""
    yield speak.say(receipt_sentence(report.rows))


def _sums(report: ValidationReport, speak: Language) -> Iterator[str]:
    rows = facts.sums(report, speak)
    if not rows or not report.rows.delivered:
        return
    heads = (N_("sum of"), N_("accepted rows"), N_("rows set aside, as far as readable"))
    table = [tuple(speak.translate(head) for head in heads), *rows]
    widths = [max(len(row[place]) for row in table) for place in range(3)]
    for name, accepted, aside in table:
        yield f"{name:<{widths[0]}}  {accepted:>{widths[1]}}  {aside:>{widths[2]}}"


def _places(report: ValidationReport, speak: Language) -> Iterator[str]:
    places, others = facts.shown_places(report, speak)
    if not places:
        return
    total = len(report.faults)
    yield speak.say(
        nmsg("%(n)s fault, by rule and column:", "%(n)s faults, by rule and column:",
             total, n=Count(total))
    )  # fmt: skip
    for place in places:
        yield ""
        yield f"  {place.rule}{', ' if place.column else ''}{place.column}: {place.count}"
        yield f"    {place.meaning}"
        yield "    " + speak.say(msg("expected: %(what)s", what=place.expected))
        yield "    " + speak.say(msg("what to do: %(what)s", what=place.cure))
        for example in place.examples:
            more = f"; {example.more}" if example.more else ""
            yield f"      {example.row}: {example.found}{more}"
        if place.more:
            yield "      " + speak.say(msg("and %(n)s more", n=Count(place.more)))
    if others:
        yield ""
        yield others


def _remarks(report: ValidationReport, speak: Language) -> Iterator[str]:
    for title, lines in facts.remarks(report, speak):
        yield f"{title}:"
        yield from (f"  - {line}" for line in lines)
