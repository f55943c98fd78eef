"""In a made-up longer language nothing is left in English and nothing leaves the page."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from invented_audit import example
from pseudo_language import pseudo, spoken

from vendoreval.report import document, render_html
from vendoreval.report.paper import FACES, FONTS, fitted
from vendoreval.report.render import pages_of

# names and codes of the audit, which no language changes
NAMES = {"vendoreval", "sha", "utc", "evidence", "csv", "pdf", "rub", "agents", "checks", "crm",
         "weasyprint", "akvilon", "contact", "beryoza", "call", "delta", "sales", "granat", "line",
         "vektor", "voice", "closer", "hyperlink", "northern", "bank"}  # fmt: skip
MONTHS = {"january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december"}  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    page: str
    pdf: Any
    warnings: tuple[str, ...]
    names: frozenset[str]


@pytest.fixture(scope="module")
def foreign() -> Iterator[Spoken]:
    """Draw the example in the made-up language, once."""
    patch = pytest.MonkeyPatch()
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("weasyprint").addHandler(handler)
    try:
        with spoken(patch):
            result = example("en")
            written = document(result, "en")
            page = render_html(written)
            pages = pages_of(written, parts=("findings", "vendors", "appendix"))
        names = {*result.policy, *result.versions, *(check.id for check in result.checks)}
        words = {word for name in names for word in re.findall("[a-z]{2,}", name.lower())}
        yield Spoken(page, fitted(pages), tuple(said), frozenset(words))
    finally:
        logging.getLogger("weasyprint").removeHandler(handler)


def test_its_letters_are_foreign_and_drawable() -> None:
    assert pseudo("Rows kept %(n)s") != "Rows kept %(n)s"
    assert "%(n)s" in pseudo("Rows kept %(n)s")
    letters = set(pseudo("The quick brown fox jumps over the lazy dog" * 2)) - {" "}
    for face in FACES:
        known = TTFont(FONTS / f"{face}.ttf").getBestCmap()
        assert {letter for letter in letters if ord(letter) not in known} == set()


def test_no_sentence_is_left_in_english(foreign: Spoken) -> None:
    body = re.sub(r"<(style|script)>.*?</\1>", " ", foreign.page, flags=re.DOTALL)
    # what a reader sees, and what is read aloud
    told = " ".join(re.findall(r'(?:aria-label|alt|content|title)="([^"]*)"', body))
    words = html.unescape(re.sub(r"<[^>]+>", " ", body[body.index("<body") :]) + told)
    words = re.sub(r"\b[0-9a-f]{16,}\b|\bc-[0-9a-f]+|https?://\S+", " ", words)
    found = {word.lower() for word in re.findall(r"\b[A-Za-z]{2,}\b", words)}
    short = {month[:3] for month in MONTHS} | {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
    page = {"width", "device", "initial", "scale", "none", "default", "src", "style", "unsafe",
            "inline", "img", "font", "data", "script", "base", "uri", "form", "action"}  # fmt: skip
    assert found - NAMES - MONTHS - short - page - foreign.names == set()


def test_longer_words_stay_on_the_page(foreign: Spoken) -> None:
    assert foreign.warnings == ()
    outside = []
    for page in foreign.pdf.pages:
        box = page._page_box
        right = box.content_box_x() + box.width
        outside += [
            text.text for text in _texts(box)
            if text.position_x + text.width > right + 0.6
            or text.position_y + text.height > box.margin_height()
        ]  # fmt: skip
    assert outside == []
    # page one is still one page, and each finding too
    found = [page for page in foreign.pdf.pages if {"one"} & set(page.anchors)]
    assert len(found) == 1
    assert any(anchor.startswith("F-01") for anchor in foreign.pdf.pages[1].anchors)


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if getattr(child, "text", None):
            yield child
        yield from _texts(child)
