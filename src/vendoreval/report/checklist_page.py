"""Draw the checklist: the fillable PDF, the page for a browser, Markdown and JSON."""

from __future__ import annotations

import json
from pathlib import Path

from vendoreval.replacing import replacing
from vendoreval.report.checklist_view import BlockView, checklist_view
from vendoreval.report.pages import form_bytes, page_html
from vendoreval.starting.onboarding import Onboarding
from vendoreval.text import language, msg

_TEMPLATE = "checklist.html.j2"


def checklist_html(found: Onboarding, language_code: str | None = None) -> str:
    """Return the checklist as one page for a browser, without fields and without scripts."""
    view = checklist_view(found, language_code)
    return page_html(_TEMPLATE, view.language, found.on, view=view, form=False)


def checklist_pdf(found: Onboarding, path: Path, language_code: str | None = None) -> Path:
    """Write the form to print, or to fill in with a PDF reader.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system.
    LedgerError
        If the disk refuses.
    """
    view = checklist_view(found, language_code)
    html = page_html(_TEMPLATE, view.language, found.on, paged=True, view=view, form=True)
    content = form_bytes(html)
    with replacing(path) as part:
        part.write_bytes(content)
    return path


def checklist_json(found: Onboarding, language_code: str | None = None) -> str:
    """Return the checklist with the history of every item as JSON text."""
    return json.dumps(found.to_json(language_code), ensure_ascii=False, indent=2) + "\n"


def checklist_markdown(found: Onboarding, language_code: str | None = None) -> str:
    """Return the checklist as Markdown with boxes."""
    view = checklist_view(found, language_code)
    tongue = language(view.language)
    lines = [f"# {view.title}: {_plain(view.name)}", "", view.summary, ""]
    lines += [f"- **{gate.id}** {gate.title}: {gate.progress}, {gate.state}" for gate in view.gates]
    if view.disputes:
        lines += ["", f"## {tongue.say(msg('Answers that differ'))}", ""]
        lines += [f"- {_plain(line)}" for line in view.disputes]
    for block in view.blocks:
        lines += ["", *_block_lines(block)]
    if view.limits:
        lines += ["", f"## {tongue.say(msg('Limits register'))}", ""]
        lines += [
            "- " + _plain(" · ".join((one.told, one.alternative, one.decision, one.measure,
                                      one.review)))
            for one in view.limits
        ]  # fmt: skip
    return "\n".join([*lines, "", f"`{view.code}`", ""])


def _block_lines(block: BlockView) -> list[str]:
    lines = [f"## {block.number}. {block.title} ({block.progress})", ""]
    for item in block.items:
        box = "x" if item.state == "done" else " "
        shown = "" if item.state in {"open", "done"} else f" **{item.state_name}**"
        lines.append(f"- [{box}] {_plain(item.question)}{shown}")
        alert = f" · **{item.alert}**" if item.alert else ""
        lines.append(f"  - `{item.id}` · {_plain(item.facts)}{alert}")
        lines.append(f"  - {_plain(item.why)} {_plain(item.evidence)}")
        lines += [f"  - {_plain(answer)}" for answer in item.answers]
    return lines


def _plain(text: str) -> str:
    """Return text that Markdown takes for words only."""
    for mark in "\\`*_[]<>#|":
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())
