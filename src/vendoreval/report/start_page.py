"""The page of all vendors under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vendoreval.report.checklist_view import GateView, checklist_view
from vendoreval.report.masking import clean_text
from vendoreval.report.pages import page_html
from vendoreval.starting.onboarding import Onboarding
from vendoreval.text import Bilingual, Count, Day, language, msg

_SHOWN = 5


@dataclass(frozen=True)
class VendorRow:
    """One vendor on the page."""

    vendor: str
    name: str
    starts: str
    summary: str
    gates: tuple[GateView, ...]
    waits: tuple[str, ...]
    more: str
    disputed: str


def start_page(found: Sequence[Onboarding], client: str, on: date, code: str) -> str:
    """Return the page of all vendors, without scripts."""
    tongue = language(code)
    title = tongue.say(msg("Vendors under way"))
    lead = tongue.say(msg("%(client)s, as of %(day)s", client=clean_text(client), day=Day(on)))
    rows = [_row(one, code) for one in found]
    return page_html("start_status.html.j2", code, on, title=title, lead=lead, rows=rows)


def _row(found: Onboarding, code: str) -> VendorRow:
    tongue = language(code)
    view = checklist_view(found, code)
    shut = found.next_gate
    waits = shut.waits_for if shut is not None else ()
    questions = [Bilingual(found[name].item.question).half(code) for name in waits]
    more = len(questions) - _SHOWN
    return VendorRow(
        vendor=found.vendor, name=view.name,
        starts=tongue.day(found.starts_on) if found.starts_on else "—",
        summary=view.summary, gates=view.gates, waits=tuple(questions[:_SHOWN]),
        more=tongue.say(msg("and %(n)s more", n=Count(more))) if more > 0 else "",
        disputed=tongue.say(msg("answers that differ: %(n)s", n=Count(len(found.disputed))))
        if found.disputed else "",
    )  # fmt: skip
