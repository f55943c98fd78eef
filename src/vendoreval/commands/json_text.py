"""JSON for a terminal: the same values, but no character in it can command the terminal."""

from __future__ import annotations

import json
import re
from typing import Any

_UNSEEN = re.compile(
    "[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def json_text(value: Any) -> str:
    """Return indented JSON, readable in any language; unseen marks as their codes.

    Examples
    --------
    >>> print(json_text({"имя": "a\\u202eb"}))
    {
      "имя": "a\\u202eb"
    }
    """
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
