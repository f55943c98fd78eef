"""Fixed words: all translated, all drawable, none left in English on a Russian page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from jinja2.ext import babel_extract

from vendoreval.report.render import FACES
from vendoreval.text import language

FONTS = "src/vendoreval/report/fonts"
CATALOGUES = "src/vendoreval/text/locale/ru"
FIGURES = "0123456789,. \u00a0–−+%₽$€—·/<>«»…№×≥≤→"


def _templates(root: Path) -> Iterator[tuple[str, ...]]:
    keywords = {"msg": None, "nmsg": (1, 2), "N_": None}
    for path in sorted((root / "src/vendoreval/report").glob("*.py")):
        with path.open("rb") as stream:
            for _, found, *_ in extract("python", stream, keywords=keywords):
                yield (found,) if isinstance(found, str) else tuple(found)
    for path in sorted((root / "report_templates").glob("*.j2")):
        with path.open("rb") as stream:
            options = {"newstyle_gettext": "true"}
            for _, _, found, _ in babel_extract(stream, ["_"], [], options):
                yield tuple(
                    part for part in ((found,) if isinstance(found, str) else found) if part
                )


def _catalogue(root: Path) -> dict[str, tuple[str, ...]]:
    """Return every translated sentence; that none is left over is asked of all catalogues."""
    found = {}
    for path in sorted((root / CATALOGUES).glob("*.po")):
        with path.open("rb") as stream:
            for entry in read_po(stream, locale="ru"):
                if not entry.id:  # the header of the file
                    continue
                key = entry.id if isinstance(entry.id, str) else entry.id[0]
                spoken = entry.string
                found[key] = (spoken,) if isinstance(spoken, str) else tuple(spoken)
    return found


def test_every_template_is_translated(root: Path) -> None:
    wanted = {template[0]: len(template) for template in _templates(root)}
    assert len(wanted) > 150
    found = _catalogue(root)
    assert set(wanted) <= set(found)
    for template, count in wanted.items():
        assert len(found[template]) == (3 if count == 2 else 1), template
        assert all(found[template]), template


def test_placeholders_and_per_cent_signs_agree(root: Path) -> None:
    for template, forms in _catalogue(root).items():
        names = set(re.findall(r"%\((\w+)\)s", template))
        for form in forms:
            assert set(re.findall(r"%\((\w+)\)s", form)) == names, form
        for text in (template, *forms):
            assert "%" not in re.sub(r"%\(\w+\)s|%%", "", text), text


@pytest.mark.parametrize("face", sorted(FACES))
def test_faces_can_draw_every_character_of_both_catalogues(root: Path, face: str) -> None:
    text = set(FIGURES)
    for path in sorted((root / "src/vendoreval/text/locale").rglob("*.po")):
        with path.open("rb") as stream:
            for entry in read_po(stream, locale="ru"):
                for part in (entry.id, entry.string):
                    text.update("".join(part) if isinstance(part, tuple | list) else part)
    drawn = TTFont(root / FONTS / f"{face}.ttf").getBestCmap()
    assert {letter for letter in text if ord(letter) not in drawn and letter != "\n"} == set()


def test_faces_carry_their_own_name_and_licence(root: Path) -> None:
    for face, (family, weight) in FACES.items():
        font = TTFont(root / FONTS / f"{face}.ttf")
        assert font["name"].getDebugName(16) == family
        assert font["OS/2"].usWeightClass == weight
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert {"tnum", "case", "sups"} <= features
    assert "SIL OPEN FONT LICENSE" in (root / FONTS / "OFL.txt").read_text().upper()


def test_no_english_is_left_on_the_russian_page(rendered: Any) -> None:
    if rendered.language != "ru":
        # the English page must hold English, or the pattern below proves nothing
        assert len(_latin(rendered.html)) > 100
        return
    result = rendered.report.result
    names = {*result.policy, *result.versions, *(check.id for check in result.checks)}
    names |= {"checks.csv", "agents.csv", "closer"}
    allowed = {word for name in names for word in re.findall("[a-z]{2,}", name.lower())}
    allowed |= {"vendoreval", "sha", "utc", "evidence", "csv", "pdf", "hyperlink", "call"}
    assert {word for word in _latin(rendered.html) if word.lower() not in allowed} == set()


def _latin(page: str) -> set[str]:
    body = re.sub(r"<(style|script)>.*?</\1>", " ", page, flags=re.DOTALL)
    words = html.unescape(re.sub(r"<[^>]+>", " ", body))
    words = re.sub(r"\b[0-9a-f]{16,}\b|\bc-[0-9a-f]+", " ", words)
    return set(re.findall(r"[A-Za-z]{2,}", words))


def test_russian_counts_take_their_three_forms() -> None:
    speak = language("ru")
    texts = [speak.translate_plural("%(n)s row", "%(n)s rows", n) for n in (1, 3, 11, 21)]
    assert texts == ["%(n)s строка", "%(n)s строки", "%(n)s строк", "%(n)s строка"]
