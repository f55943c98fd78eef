"""The checklist in a notebook: gates with their progress, and what is not settled."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from vendoreval.starting.signatures import STATE_WORDS
from vendoreval.text import Bilingual, Count, language, msg

if TYPE_CHECKING:
    from vendoreval.starting.onboarding import Onboarding

_BAR = "display:inline-block;width:120px;height:8px;background:#E4E8EC;vertical-align:middle"


def onboarding_html(found: Onboarding, code: str) -> str:
    """Return gates as bars and the open items of each block, folded; no script, no style sheet."""
    tongue = language(code)
    rows = []
    for gate in found.gates:
        share = round(100 * gate.settled / gate.items) if gate.items else 100
        colour = "#0B5CAD" if gate.is_open else "#66727E"
        fill = f"display:block;width:{share}%;height:8px;background:{colour}"
        state = msg("passed") if gate.is_open else msg(
            "shut, blocking items left: %(n)s", n=Count(len(gate.waits_for))
        )  # fmt: skip
        rows.append(
            f"<tr><td>{gate.id}</td><td>{escape(found.checklist.gate_title(gate.id, code))}</td>"
            f'<td><span style="{_BAR}"><span style="{fill}"></span></span></td>'
            f"<td>{gate.settled} / {gate.items}</td><td>{escape(tongue.say(state))}</td></tr>"
        )
    blocks = "".join(_blocks(found, code))
    return f"<p><b>{escape(found.title)}</b></p><table>{''.join(rows)}</table>{blocks}"


def _blocks(found: Onboarding, code: str) -> Iterator[str]:
    say = language(code).say
    for block in found.checklist.blocks:
        items = found.of(block)
        left = [one for one in items if not one.is_settled]
        title = f"{block.number}. {Bilingual(block.title).half(code)}"
        lines = "".join(
            f"<li>{escape(Bilingual(one.item.question).half(code))} — "
            f"{escape(say(STATE_WORDS[one.state]))}"
            + (f"; {escape(say(one.by_data.sentence))}" if one.by_data else "")
            + "</li>"
            for one in left
        )
        yield (
            f"<details><summary>{escape(title)} ({len(items) - len(left)} / {len(items)})"
            f"</summary><ul>{lines}</ul></details>"
        )
