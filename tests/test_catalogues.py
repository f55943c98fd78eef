"""Every sentence a person reads exists in every language and has its plural forms there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont
from jinja2.ext import babel_extract

from vendoreval.text import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "vendoreval"
TEMPLATES = ROOT / "report_templates"
# name -> how many of its first arguments are sentences
KEYWORDS = {"msg": 1, "nmsg": 2, "N_": 1}
TEMPLATE_KEYWORDS = {"_": (1,), "gettext": (1,), "N_": (1,), "ngettext": (1, 2)}
# sentences are written in English; its plural rule needs no catalogue
PLURAL_FORMS = {"ru": 3}
TEMPLATE_SUFFIXES = {".html", ".jinja", ".j2", ".svg", ".xml", ".css", ".txt", ".md"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Key = str | tuple[str, str]


@dataclass(frozen=True)
class Used:
    """A sentence in the source."""

    key: Key
    place: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The English sentence, or both of its forms."""
        return self.key if isinstance(self.key, tuple) else (self.key,)


def literals(node: ast.expr) -> list[str]:
    """Return the text of an argument: a literal, or both branches of a choice."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []


def module_sentences(path: Path) -> Iterator[Used]:
    """Find the sentences of a module, also those inside an f-string."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        wanted = KEYWORDS.get(node.func.id, 0)
        found = [literals(argument) for argument in node.args[:wanted]]
        place = f"{path.relative_to(ROOT)}:{node.lineno}"
        if wanted == 1 and found:
            yield from (Used(sentence, place) for sentence in found[0])
        elif wanted == 2 and all(found):
            yield Used((found[0][0], found[1][0]), place)


def template_sentences(path: Path) -> Iterator[Used]:
    """Find the sentences of a report template; one that does not parse is an error."""
    with path.open("rb") as stream:
        for line, key, _, _ in extract(
            babel_extract, stream, TEMPLATE_KEYWORDS, options={"silent": "false"}
        ):
            place = f"{path.relative_to(ROOT)}:{line}"
            yield Used(key if isinstance(key, str) else (key[0], key[1]), place)


@cache
def used() -> tuple[Used, ...]:
    """Return all sentences."""
    modules = [one for path in SOURCE.rglob("*.py") for one in module_sentences(path)]
    templates = [
        one
        for path in TEMPLATES.rglob("*")
        if path.suffix in TEMPLATE_SUFFIXES
        for one in template_sentences(path)
    ]
    return tuple(modules + templates)


Entries = tuple[tuple[str, Message], ...]


@cache
def read_catalogues(code: str) -> Entries:
    """Return file name and entry of every catalogue of a language."""
    entries = []
    for path in sorted((SOURCE / "text" / "locale" / code).glob("*.po")):
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=code, abort_invalid=True)
        assert catalogue.num_plurals == PLURAL_FORMS[code], path.name
        entries += [(path.name, entry) for entry in catalogue if entry.id]
    return tuple(entries)


@pytest.fixture(params=[code for code in LANGUAGES if code != "en"])
def code(request: pytest.FixtureRequest) -> str:
    """Return one language after the other."""
    return str(request.param)


@pytest.fixture
def translated(code: str) -> Entries:
    """Return the catalogues of the language."""
    return read_catalogues(code)


def forms_of(entry: Message) -> tuple[str, ...]:
    """Return the translation, or all of its plural forms."""
    return tuple(entry.string) if isinstance(entry.string, tuple | list) else (entry.string,)


def first(key: object) -> str:
    """Return the form a catalogue is asked by."""
    return str(key[0] if isinstance(key, tuple | list) else key)


def placeholders(sentence: str) -> set[str]:
    """Return the names a sentence asks values for."""
    return set(PLACEHOLDER.findall(sentence))


def lone_percent(sentence: str) -> bool:
    """Whether a per cent sign stands that formatting would stumble over."""
    return "%" in PLACEHOLDER.sub("", sentence).replace("%%", "")


def test_there_are_sentences_and_catalogues(translated: Entries) -> None:
    assert len(used()) > 100
    assert len(translated) > 100


def test_every_sentence_has_a_translation(translated: Entries) -> None:
    present = {first(entry.id) for _, entry in translated if entry.string}

    missing = sorted(
        {f"{one.place}: {first(one.key)}" for one in used() if first(one.key) not in present}
    )

    assert missing == []


def test_every_sentence_with_a_number_has_all_its_forms(translated: Entries, code: str) -> None:
    entries = {first(entry.id): entry for _, entry in translated}
    wrong = []
    for one in used():
        entry = entries.get(first(one.key))
        if len(one.forms) == 1 or entry is None:
            continue
        forms = forms_of(entry)
        if len(forms) != PLURAL_FORMS[code] or not all(forms):
            wrong.append(f"{one.place}: {first(one.key)}")
    assert wrong == []


def test_no_entry_is_left_over(translated: Entries) -> None:
    wanted = {first(one.key) for one in used()}

    left = [
        f"{name}: {first(entry.id)}" for name, entry in translated if first(entry.id) not in wanted
    ]

    assert left == []


def test_no_entry_is_doubtful(translated: Entries) -> None:
    assert [f"{name}: {first(entry.id)}" for name, entry in translated if entry.fuzzy] == []


def test_two_catalogues_do_not_disagree(translated: Entries) -> None:
    seen: dict[str, tuple[str, object]] = {}
    conflicts = []
    for name, entry in translated:
        before = seen.setdefault(first(entry.id), (name, entry.string))
        if before[1] != entry.string:
            conflicts.append(f"{before[0]}, {name}: {first(entry.id)}")
    assert conflicts == []


def test_translations_ask_for_the_same_values(translated: Entries) -> None:
    wrong = []
    for name, entry in translated:
        english = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
        # the last English form is the plural one; the singular may say "one call"
        asked = placeholders(english[-1])
        if any(placeholders(form) != asked for form in forms_of(entry)):
            wrong.append(f"{name}: {first(entry.id)}")
    assert wrong == []


def test_per_cent_signs_are_doubled(translated: Entries) -> None:
    wrong = [f"{one.place}: {form}" for one in used() for form in one.forms if lone_percent(form)]
    for name, entry in translated:
        wrong += [f"{name}: {form}" for form in forms_of(entry) if lone_percent(form)]
    assert wrong == []


def test_the_fonts_of_the_report_have_every_letter(translated: Entries) -> None:
    text = "".join(form for one in used() for form in one.forms)
    for _, entry in translated:
        text += "".join(entry.string)
    folder = files("vendoreval").joinpath("report", "fonts")
    faces = [entry for entry in folder.iterdir() if entry.name.endswith(".ttf")]
    assert faces
    for face in faces:
        with face.open("rb") as stream:
            known = TTFont(stream).getBestCmap()
        assert sorted(c for c in set(text) if ord(c) not in known and c != "\n") == [], face.name


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [("10 %% of %(n)s", False), ("10 % of %(n)s", True), ("%(n)d rows", True), ("none", False)],
)
def test_a_lone_per_cent_sign_is_seen(sentence: str, wrong: bool) -> None:
    assert lone_percent(sentence) is wrong
