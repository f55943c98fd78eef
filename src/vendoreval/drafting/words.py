"""A draft in words: what was found, what was guessed, and what only a person can say."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vendoreval.agreement.assemble import property_of
from vendoreval.agreement.library import library_report
from vendoreval.drafting.codes import OpenCode
from vendoreval.drafting.columns import Drafted
from vendoreval.drafting.report_draft import Offered, ReportDraft, open_codes
from vendoreval.drafting.sheet import LOOKED_AT
from vendoreval.drafting.trial import Trial
from vendoreval.text import Bilingual, Count, Message, msg, nmsg
from vendoreval.text.message import MessageValue

_MOST_CODES: Final = 30
_WIDEST: Final = 36
_MOST_ROWS: Final = 120
Speak = Callable[[Message], str]


@dataclass(frozen=True)
class Part:
    """What is said of one sheet.

    Parameters
    ----------
    head
        What it is.
    blocks
        Title and rows of what was taken, kept and offered; a row is a header, a column
        and what is said of it.
    questions
        What is left to settle.
    tail
        How the sheet fared under the agreement.
    """

    head: tuple[Message, ...]
    blocks: tuple[tuple[Message, tuple[tuple[str, str, tuple[Message, ...]], ...]], ...]
    questions: tuple[Message, ...]
    tail: tuple[Message, ...]

    def lines(self, speak: Speak) -> Iterator[str]:
        """Yield it line by line in a language."""
        yield from (speak(line) for line in self.head)
        for title, rows in self.blocks:
            if not rows:
                continue
            rest, shown = len(rows) - _MOST_ROWS, rows[:_MOST_ROWS]
            yield speak(title)
            first = min(max(len(row[0]) for row in shown), _WIDEST)
            second = min(max(len(row[1]) for row in shown), _WIDEST)
            for header, column, told in shown:
                said = "; ".join(speak(part) for part in told)
                yield f"  {header.ljust(first)}  {column.ljust(second)}  {said}".rstrip()
            if rest > 0:
                yield "  " + speak(msg("and %(n)s more", n=Count(rest)))
        if self.questions:
            yield speak(msg("Left to settle:"))
            for number, question in enumerate(self.questions, start=1):
                yield f"  {number}. {speak(question)}"
        yield from (speak(line) for line in self.tail)


def draft_lines(
    reports: Sequence[ReportDraft],
    trials: Sequence[Trial],
    let_out: Sequence[Sequence[Message]],
    *,
    zone_open: bool,
) -> list[Part]:
    """Return what is said of each sheet of a draft."""
    return [
        Part(
            tuple(_head(report)),
            (
                (msg("Named by a header that the library knows:"), tuple(_rows(report, own=False))),
                (msg("Only like a known header; offered, not taken:"), tuple(_offers(report))),
                (msg("Kept as the vendor's own columns:"), tuple(_rows(report, own=True))),
            ),
            tuple(_questions(report, loosened, trial, zone_open=zone_open)),
            tuple(_tail(trial)),
        )
        for report, trial, loosened in zip(reports, trials, let_out, strict=True)
    ]  # fmt: skip


def _head(report: ReportDraft) -> Iterator[Message]:
    delivery = report.sheet.delivery
    values: dict[str, MessageValue] = {
        "file": report.path.name, "row": str(delivery.header_row),
        "rows": Count(report.sheet.report.rows.delivered - delivery.rows_before),
    }  # fmt: skip
    if report.sheet.sheet:
        yield msg("%(file)s, sheet %(sheet)s: header in row %(row)s, rows below it: %(rows)s",
                  sheet=report.sheet.sheet, **values)  # fmt: skip
    else:
        yield msg("%(file)s: header in row %(row)s, rows below it: %(rows)s", **values)
    if report.sheet.report.rows.accepted > LOOKED_AT:
        yield msg("What is said of its cells comes from the first %(n)s rows", n=Count(LOOKED_AT))
    known = sum(column.how != "own" for column in report.columns)
    if not report.standard:
        yield msg("No standard report is like it; it becomes a report of its own: %(name)s",
                  name=report.report)  # fmt: skip
        return
    if report.second is None:
        yield msg("Taken as report %(report)s; headers known: %(n)s of %(all)s",
                  report=report.report, n=Count(known), all=Count(len(report.columns)))  # fmt: skip
        return
    yield msg(
        "Most like report %(report)s; headers known: %(n)s of %(all)s (next is %(second)s: %(m)s)",
        report=report.report, n=Count(known), all=Count(len(report.columns)),
        second=report.second[0], m=Count(report.second[1]),
    )  # fmt: skip


def _rows(report: ReportDraft, *, own: bool) -> Iterator[tuple[str, str, tuple[Message, ...]]]:
    for column in report.columns:
        if (column.how == "own") == own:
            yield _one_line(column.header), column.name, tuple(_told(column))


def _told(column: Drafted) -> Iterator[Message]:
    yield from column.told
    if column.found.filled and column.found.empty:
        yield msg("empty in %(n)s of %(all)s rows", n=Count(column.found.empty),
                  all=Count(column.found.rows))  # fmt: skip
    if "pii" in column.entry.get("tags", ()):
        yield msg("personal data")


def _offers(report: ReportDraft) -> Iterator[tuple[str, str, tuple[Message, ...]]]:
    for offer in report.offers:
        yield _one_line(offer.header), f"{offer.column}?", (take_hint(offer),)


def take_hint(offer: Offered) -> Message:
    """Return how an offer is taken."""
    option = shlex.quote(f"{_one_line(offer.header)}={offer.column}")
    return msg("to take it: --take %(option)s", option=option)


def _one_line(text: str) -> str:
    return " ".join(text.split())


# ------------------------------------------------------------------ what is left to settle


def _questions(
    report: ReportDraft, let_out: Sequence[Message], trial: Trial, *, zone_open: bool
) -> Iterator[Message]:
    if report.preset is not None:
        yield msg(
            "%(n)s of its headers are those of the preset %(name)s, which knows the codes and "
            "traps of that system: vendoreval agreement new --preset %(name)s",
            n=Count(report.preset[1]), name=report.preset[0],
        )  # fmt: skip
    if not report.standard:
        yield msg("no check asks a report of its own; if it is one of the standard ones, name it "
                  "with --report")  # fmt: skip
    for offer in report.offers:
        yield _offered(report, offer)
    for refused in report.refused:
        kept = next((c.name for c in report.columns if c.header == refused.header), "")
        yield msg(
            "“%(header)s” is a name of %(column)s, and was kept as %(kept)s: %(reason)s",
            header=_one_line(refused.header), column=refused.column, kept=kept,
            reason=refused.why.reason,
        )  # fmt: skip
    yield from _codes(list(open_codes(report)))
    for column in report.columns:
        yield from column.questions
    yield from let_out
    yield from _missing(report)
    if zone_open and _has_clock(report):
        yield msg("by which clock are the times? Without --timezone they are read as UTC")
    if trial.counts and not trial.ok:
        yield nmsg(
            "%(n)s row of the sheet has a fault under it; vendoreval validate lists it",
            "%(n)s rows of the sheet have faults under it; vendoreval validate lists them",
            max(trial.delivered - trial.accepted - trial.skipped, 1),
            n=Count(trial.delivered - trial.accepted - trial.skipped),
        )  # fmt: skip


def _offered(report: ReportDraft, offer: Offered) -> Message:
    values: dict[str, MessageValue] = {
        "header": _one_line(offer.header), "column": offer.column,
        "meaning": _meaning(report.report, offer.column),
    }  # fmt: skip
    if offer.doubtful and offer.column == "talk_seconds":
        return msg(
            "is “%(header)s” the %(column)s: %(meaning)s? A length that holds ringing, hold or "
            "wrap-up as well is something else; ask the vendor by which clock it runs", **values
        )  # fmt: skip
    return msg("is “%(header)s” the %(column)s: %(meaning)s?", **values)


def _meaning(report: str, column: str) -> Bilingual:
    """Return what a column of the library holds."""
    entry = next(e for e in library_report(report)["properties"] if e["name"] == column)
    return Bilingual(str(entry["description"]).replace(". / ", " / ").rstrip("."))


def _codes(found: Sequence[OpenCode]) -> Iterator[Message]:
    """Yield one question for each column of codes; as many codes as a person will read."""
    for column in dict.fromkeys(code.column for code in found):
        own = [code for code in found if code.column == column]
        listed = tuple(_code(code) for code in own[:_MOST_CODES])
        rest = "…" if len(own) > _MOST_CODES else ""
        option = shlex.quote(f"{column}:{own[0].spelling}={own[0].likely or '...'}")
        values: dict[str, MessageValue] = {
            "column": column, "codes": (*listed, rest) if rest else listed, "option": option,
        }  # fmt: skip
        yield msg(
            "%(column)s: what do these codes mean (cells, likeliest meaning): %(codes)s? For each "
            "one: --code %(option)s", **values,
        )  # fmt: skip
        if own[0].taken_as:
            yield msg(
                "%(column)s: until then they are read as codes of the vendor's own: %(codes)s",
                column=column, codes=tuple(code.taken_as for code in own[:_MOST_CODES]),
            )  # fmt: skip


def _code(code: OpenCode) -> Message:
    values: dict[str, MessageValue] = {"spelling": code.spelling, "n": Count(code.cells)}
    if code.likely:
        return msg("“%(spelling)s” (%(n)s, %(likely)s?)", likely=code.likely, **values)
    return msg("“%(spelling)s” (%(n)s)", **values)


def _missing(report: ReportDraft) -> Iterator[Message]:
    offered = {offer.column for offer in report.offers}
    for column in report.missing:
        if column not in offered:
            yield msg("the standard report asks for %(column)s as well: %(meaning)s. Ask the "
                      "vendor for it; checks that need it are not run",
                      column=column, meaning=_meaning(report.report, column))  # fmt: skip
    if report.standard and property_of(report.value, "period") is None:
        wanted = property_of(library_report(report.report), "period")
        if wanted is not None:
            yield msg("without %(column)s no file belongs to a day or month, and each one "
                      "replaces all former ones", column=str(wanted["column"]))  # fmt: skip


def _has_clock(report: ReportDraft) -> bool:
    return any(c["logicalType"] == "timestamp" for c in report.value["properties"])


def _tail(trial: Trial) -> Iterator[Message]:
    rest = trial.delivered - trial.accepted - trial.skipped
    yield msg(
        "Tried on the same file: %(delivered)s rows = %(accepted)s accepted + %(rest)s with "
        "faults + %(skipped)s skipped",
        delivered=Count(trial.delivered), accepted=Count(trial.accepted), rest=Count(rest),
        skipped=Count(trial.skipped),
    )  # fmt: skip
    for row, told in trial.faults:
        yield msg("  row %(row)s: %(told)s", row=str(row), told=told)
