"""A checked delivery as it looks in a notebook, and the same as a page of its own.

No scripts, nothing loaded from anywhere; light and dark by the reader's own choice.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from vendoreval.intake import report_facts as facts
from vendoreval.text import N_, Language, Message, language, msg

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport

_OPEN_PLACES = 3
_LIGHT = (
    "--ink:#16202b;--grey:#57626e;--line:#d5dae0;--soft:#f4f6f8;--good:#0b5cad;--bad:#b3400a;"
    "--warn:#8a6100;--rest:#a9b2bb;--ground:#fff"
)
_DARK = (
    "--ink:#e6eaee;--grey:#a3adb8;--line:#3a444e;--soft:#222a32;--good:#6cb0f5;--bad:#ff9b66;"
    "--warn:#f0c75e;--rest:#6b7680;--ground:#161b21"
)
# a notebook that says which of the two it shows is believed before the system
_STYLE = f"""<style>
.ve-intake{{{_LIGHT}}}
@media (prefers-color-scheme:dark){{.ve-intake{{{_DARK}}}}}
[data-jp-theme-light="true"] .ve-intake,body.vscode-light .ve-intake{{{_LIGHT}}}
[data-jp-theme-light="false"] .ve-intake,body.vscode-dark .ve-intake{{{_DARK}}}
.ve-intake{{color:var(--ink);background:var(--ground);font:14px/1.45 system-ui,sans-serif;
max-width:980px;padding:12px 16px;box-sizing:border-box;overflow-wrap:anywhere}}
.ve-intake h3{{margin:0;font-size:17px;color:inherit}}
.ve-intake h4{{margin:16px 0 4px;font-size:14px;color:inherit}}
.ve-intake p{{margin:2px 0}}
.ve-intake .grey{{color:var(--grey)}}
.ve-intake .verdict{{border-left:4px solid var(--good);background:var(--soft);padding:6px 12px;
margin:10px 0}}
.ve-intake .verdict.bad{{border-color:var(--bad)}}
.ve-intake .bar{{display:flex;height:10px;margin:8px 0 4px;border-radius:3px;overflow:hidden;
background:var(--line)}}
.ve-intake .bar i{{display:block;min-width:3px}}
.ve-intake .accepted{{background:var(--good)}}.ve-intake .quarantined{{background:var(--bad)}}
.ve-intake .rejected{{background:var(--warn)}}.ve-intake .skipped{{background:var(--rest)}}
.ve-intake .key{{display:flex;flex-wrap:wrap;gap:2px 18px}}
.ve-intake .key b{{font-variant-numeric:tabular-nums}}
.ve-intake .key i{{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:6px}}
.ve-intake table{{overflow-wrap:break-word;
border-collapse:collapse;margin:6px 0;background:transparent;font-size:13px}}
.ve-intake tr{{background:transparent}}
.ve-intake th,.ve-intake td{{text-align:left;vertical-align:top;padding:2px 14px 2px 0;
border:0;border-bottom:1px solid var(--line);color:inherit;white-space:normal}}
.ve-intake th{{font-weight:600;color:var(--grey)}}
.ve-intake .n{{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}
.ve-intake details{{border-top:1px solid var(--line);padding:5px 0}}
.ve-intake summary{{cursor:pointer}}
.ve-intake summary .count{{color:var(--bad);font-weight:600}}
.ve-intake summary .count.warning{{color:var(--warn)}}
.ve-intake .inside{{padding:2px 0 4px 18px}}
.ve-intake code{{font-family:ui-monospace,monospace;font-size:12px;color:inherit;
background:var(--soft);padding:0 3px;unicode-bidi:isolate;white-space:pre-wrap;
overflow-wrap:anywhere}}
.ve-intake ul{{margin:2px 0;padding-left:20px}}
</style>"""


def report_html(report: ValidationReport, language_code: str) -> str:
    """Return receipt, verdict, places with their first faults to unfold, sums and notes."""
    speak = language(language_code)
    return (
        f'<div class="ve-intake" lang="{speak.code}">{_STYLE}'
        f"{_head(report, speak)}{_receipt(report, speak)}{_verdict(report, speak)}"
        f"{_places(report, speak)}{_sums(report, speak)}{_remarks(report, speak)}</div>"
    )


def report_page(report: ValidationReport, language_code: str) -> str:
    """Return the same as a page that may load nothing and run nothing."""
    title = escape(facts.file_name(report.delivery))
    return (
        f'<!doctype html>\n<html lang="{language_code}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>body{{margin:0}}"
        f".ve-intake{{margin:0 auto;min-height:100vh}}</style></head>"
        f"<body>{report_html(report, language_code)}</body></html>\n"
    )


def _head(report: ValidationReport, speak: Language) -> str:
    return (
        f"<h3>{escape(facts.file_name(report.delivery))}</h3>"
        f"<p>{escape(facts.headline(report, speak))}</p>"
        f'<p class="grey">{_said(facts.layout(report.delivery), speak)}</p>'
    )


def _receipt(report: ValidationReport, speak: Language) -> str:
    rows = report.rows
    parts = (
        ("accepted", N_("accepted"), rows.accepted),
        ("quarantined", N_("set aside with faults"), rows.quarantined),
        ("rejected", N_("rejected: lines that are no rows"), rows.rejected),
        ("skipped", N_("skipped: titles, totals"), rows.skipped),
    )
    bar = "".join(f'<i class="{name}" style="flex:{n}"></i>' for name, _, n in parts if n)
    keys = "".join(
        f'<span><i class="{name}"></i><b>{speak.number(n)}</b> {escape(speak.translate(word))}'
        "</span>"
        for name, word, n in parts
    )
    delivered = f"<b>{speak.number(rows.delivered)}</b> {escape(speak.translate(N_('delivered')))}"
    return f'<div class="bar">{bar}</div><p class="key"><span>{delivered} =</span>{keys}</p>'


def _verdict(report: ValidationReport, speak: Language) -> str:
    lines = "".join(f"<p>{_said(sentence, speak)}</p>" for sentence in facts.verdict(report))
    kind = "verdict" if report.ok else "verdict bad"
    return f'<div class="{kind}">{lines}</div>'


def _places(report: ValidationReport, speak: Language) -> str:
    places, others = facts.shown_places(report, speak)
    parts = [
        _place(place, speak, opened=index < _OPEN_PLACES) for index, place in enumerate(places)
    ]
    return "".join(parts) + (f"<p>{escape(others)}</p>" if others else "")


def _place(place: facts.ShownPlace, speak: Language, *, opened: bool) -> str:
    column = f", {escape(place.column)}" if place.column else ""
    count = f'<span class="count {escape(place.severity)}">{escape(place.count)}</span>'
    lines = (
        msg("expected: %(what)s", what=place.expected), msg("what to do: %(what)s", what=place.cure)
    )  # fmt: skip
    rows = "".join(
        f'<tr><td class="n">{escape(example.row)}</td><td><code>{escape(example.found)}</code>'
        f"{'; ' + escape(example.more) if example.more else ''}</td></tr>"
        for example in place.examples
    )
    more = ""
    if place.more:
        said = msg("and %(n)s more", n=speak.number(place.more))
        more = f'<p class="grey">{_said(said, speak)}</p>'
    return (
        f"<details{' open' if opened else ''}><summary><b>{escape(place.rule)}</b>{column}: "
        f'{count}. {escape(place.meaning)}</summary><div class="inside">'
        f"{''.join(f'<p>{_said(line, speak)}</p>' for line in lines)}"
        f"<table>{rows}</table>{more}</div></details>"
    )


def _sums(report: ValidationReport, speak: Language) -> str:
    rows = facts.sums(report, speak)
    if not rows:
        return ""
    heads = (N_("sum of"), N_("accepted rows"), N_("rows set aside, as far as readable"))
    head = "".join(
        f"{'<th class=n>' if place else '<th>'}{escape(speak.translate(text))}</th>"
        for place, text in enumerate(heads)
    )
    body = "".join(
        f'<tr><td>{escape(name)}</td><td class="n">{escape(accepted)}</td>'
        f'<td class="n">{escape(aside)}</td></tr>'
        for name, accepted, aside in rows
    )
    return f"<h4>{_said(msg('Sums'), speak)}</h4><table><tr>{head}</tr>{body}</table>"


def _remarks(report: ValidationReport, speak: Language) -> str:
    return "".join(
        f"<h4>{escape(title)}</h4><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        for title, lines in facts.remarks(report, speak)
    )


def _said(message: Message, speak: Language) -> str:
    return escape(facts.safe(speak.say(message)))
