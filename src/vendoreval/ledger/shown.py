"""A ledger in one line and as a small table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from vendoreval.ledger.state import State


def line_of(state: State, vendors: Sequence[str]) -> str:
    """Return how many deliveries, how many of them count, how many vendors."""
    commits = state.commits
    past = "" if state.as_of is None else f", as known on {state.as_of}"
    return (
        f"Ledger({len(commits)} deliver{'y' if len(commits) == 1 else 'ies'}, "
        f"{len(state.live)} counting, {len(vendors)} vendor{'s' * (len(vendors) != 1)}{past})"
    )


def html_of(state: State, line: str) -> str:
    """Return vendors against reports with their deliveries and rows, for a notebook."""
    head = "<tr><th>vendor</th><th>report</th><th>deliveries</th><th>rows</th></tr>"
    body = ""
    for vendor, report in sorted({(c.vendor, c.report) for c in state.live}):
        own = [c for c in state.live if (c.vendor, c.report) == (vendor, report)]
        rows = sum(c.rows.accepted for c in own)
        body += (
            f"<tr><td>{escape(vendor)}</td><td>{escape(report)}</td>"
            f"<td>{len(own)}</td><td>{rows:,}</td></tr>"
        )
    return f"<p>{escape(line)}</p><table>{head}{body}</table>"
