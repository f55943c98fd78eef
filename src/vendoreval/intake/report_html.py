"""A checked delivery as it looks in a notebook."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from vendoreval.intake.fault_messages import visible
from vendoreval.intake.faults import Fault
from vendoreval.intake.returned_words import meaning
from vendoreval.text import N_, Language, language

if TYPE_CHECKING:
    from vendoreval.intake.report import RowCounts, ValidationReport

_PER_RULE = 5
_OPEN_RULES = 3


def report_html(report: ValidationReport, language_code: str) -> str:
    """Return receipt, rules with their first faults to unfold, and notes; no scripts."""
    speak = language(language_code)
    delivery = report.delivery
    period = f", {report.period}" if report.period else ""
    title = f"{delivery.path.name}: {delivery.agreement.vendor}, {delivery.schema.name}{period}"
    return (
        f"<div><p><b>{escape(title)}</b></p>{_receipt(report.rows, speak)}"
        f"{_rules(report, speak)}{_notes(report, speak)}</div>"
    )


def _receipt(rows: RowCounts, speak: Language) -> str:
    names = [
        (N_("delivered"), rows.delivered), (N_("accepted"), rows.accepted),
        (N_("quarantined"), rows.quarantined), (N_("rejected"), rows.rejected),
        (N_("skipped"), rows.skipped),
    ]  # fmt: skip
    head = _cells("th", *(speak.translate(name) for name, _ in names))
    body = _cells("td", *(speak.number(count) for _, count in names))
    return f"<table><tr>{head}</tr><tr>{body}</tr></table>"


def _rules(report: ValidationReport, speak: Language) -> str:
    firsts: dict[str, list[Fault]] = defaultdict(list)
    for fault in report.faults.masked(_PER_RULE):
        firsts[fault.rule].append(fault)
    parts = []
    for index, (rule, count) in enumerate(report.counts.items()):
        said, cure = (escape(speak.say(part)) for part in meaning(rule, report.delivery.schema))
        opened = " open" if index < _OPEN_RULES else ""
        parts.append(
            f"<details{opened}><summary><b>{escape(rule)}</b>: {speak.number(count)}. {said}"
            f"</summary><p>{cure}</p>{_faults(firsts[rule], speak)}</details>"
        )
    return "".join(parts)


def _faults(faults: list[Fault], speak: Language) -> str:
    heads = [N_("row"), N_("column"), N_("value"), N_("what is wrong")]
    head = _cells("th", *map(speak.translate, heads))
    rows = (
        _cells("td", str(f.row), f.column or "", visible(f.value or ""), speak.say(f.message))
        for f in faults
    )
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _notes(report: ValidationReport, speak: Language) -> str:
    items = "".join(f"<li>{escape(speak.say(note))}</li>" for note in report.notes)
    return f"<ul>{items}</ul>" if items else ""


def _cells(tag: str, *texts: str) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
