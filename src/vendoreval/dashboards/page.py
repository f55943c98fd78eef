"""One file of HTML: markup, style, scripts and data; nothing comes from outside.

The policy of the page allows the very scripts and styles that stand in it, by their hashes,
and no address at all. Data stand in blocks that a browser does not run; every character
that could end such a block is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

_STYLES: Final = ("tabulator_simple.min.css", "page.css")
_SCRIPTS: Final = (
    "unpack.js", "periods.js", "figures.js", "sums.js", "chart.js", "pickers.js", "table.js",
    "bank.js", "state.js", "views.js", "page.js",
)  # fmt: skip
_LIBRARY: Final = "tabulator.min.js"
_LICENSE: Final = "tabulator.LICENSE"


@cache
def _asset(name: str) -> str:
    return files("vendoreval.dashboards").joinpath("assets", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def block(value: Any) -> str:
    """Return JSON that no name inside it can break out of.

    Examples
    --------
    >>> block({"name": "</script><b>"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def page(data: dict[str, Any], rows: str, title: str) -> str:
    """Return the whole page.

    Parameters
    ----------
    data
        What `content` returned, with the rows as text in `rows`.
    """
    style = "".join(_asset(name) for name in _STYLES)
    library = _asset(_LIBRARY)
    own = "\n".join(("'use strict';", *(_asset(name) for name in _SCRIPTS)))
    policy = "; ".join((
        "default-src 'none'", f"script-src {_hash(library)} {_hash(own)}",
        f"style-src {_hash(style)}", "img-src data:", "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip
    name = escape(title)
    return (
        f'<!doctype html>\n<html lang="{escape(str(data["lang"]), quote=True)}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{name}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<div id="app"><h1>{name}</h1></div>\n'
        f'<script type="application/json" id="data">{block(data)}</script>\n'
        f'<script type="text/plain" id="rows">{rows}</script>\n'
        f"<!--\nTabulator:\n{_asset(_LICENSE)}-->\n"
        f"<script>{library}</script>\n<script>{own}</script>\n</body>\n</html>\n"
    )
