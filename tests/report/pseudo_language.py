"""A made-up language: every sentence a third longer, every letter foreign.

What still shows plain letters was not translated; what leaves the page had no room for a
longer language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from vendoreval.report.environment import forget
from vendoreval.text import Language, language

_KEPT = re.compile(r"%\(\w+\)s|%%")
_FOREIGN = dict(zip("abcdefghijklmnopqrstuvwxyz", "éèêëàáâäíìîïóòôöúùûüçñýšžč", strict=True))
_FOREIGN |= {letter.upper(): foreign.upper() for letter, foreign in list(_FOREIGN.items())}


def pseudo(template: str) -> str:
    """Return a template with foreign letters and a third more of them."""
    pieces = []
    last = 0
    for kept in _KEPT.finditer(template):
        pieces += [_foreign(template[last : kept.start()]), kept[0]]
        last = kept.end()
    return "".join([*pieces, _foreign(template[last:])])


def _foreign(text: str) -> str:
    return re.sub(r"[A-Za-z]{2,}", lambda word: _longer(word[0]), text)


def _longer(word: str) -> str:
    more = round(len(word) / 3)
    letters = re.sub(r"[A-Za-z]", lambda letter: _FOREIGN[letter[0]], word)
    return letters + "ö" * more


@contextmanager
def spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Language]:
    """Let English be the made-up language."""
    own = Language.translate_plural
    monkeypatch.setattr(Language, "translate", lambda _, template: pseudo(template))
    monkeypatch.setattr(
        Language, "translate_plural",
        lambda self, one, many, count: pseudo(own(self, one, many, count)),
    )  # fmt: skip
    forget()
    try:
        yield language("en")
    finally:
        monkeypatch.undo()
        forget()
