"""The annex says what the file says, in both languages and formats, and nothing in it acts."""

from __future__ import annotations

import hashlib
import logging
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parent))

import facts
from annex_world import agreement_of, full_value

import vendoreval as ve
from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.rate_items import RateItem
from vendoreval.annex import annex_of
from vendoreval.annex.formula_words import in_words
from vendoreval.annex.worked import worked_calls
from vendoreval.cli import run
from vendoreval.rating.lines import CardLine
from vendoreval.report.annex_docx import annex_docx
from vendoreval.report.annex_files import ANNEX_LANGUAGES, agreement_annex
from vendoreval.report.annex_pdf import annex_html, annex_pdf
from vendoreval.report.annex_view import AnnexView, annex_view
from vendoreval.report.paper import laid_out
from vendoreval.resources import resource_folder
from vendoreval.text import language

PRESETS = sorted(p.name for p in (resource_folder("schemas") / "presets").glob("*.yaml"))


@dataclass(frozen=True)
class Drawn:
    """The full agreement, drawn."""

    agreement: Agreement
    view: AnnexView
    pdf: bytes
    docx: bytes
    # taking text out of a PDF is slow, so it is done once
    text: str

    @property
    def reader(self) -> PdfReader:
        return PdfReader(BytesIO(self.pdf))


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    agreement = agreement_of(full_value())
    annex = annex_of(agreement)
    view = annex_view(annex, ("ru",))
    pdf = annex_pdf(annex, view)
    return Drawn(agreement, view, pdf, annex_docx(annex, view), pdf_text(pdf))


def texts(view: AnnexView) -> Iterator[str]:
    """Yield every line of a document in the order in which it is printed."""
    yield from (run.text for run in (*view.title, *view.subtitle, *view.version))
    yield from view.parties
    for block in view.blocks:
        for lines in (block.lines, *block.heads, *(cell for row in block.rows for cell in row)):
            yield from (run.text for run in lines)


def docx_text(content: bytes) -> str:
    document = docx.Document(BytesIO(content))
    written = (part for part in document.element.body.iter() if part.tag.endswith("}t"))
    return "\n".join(part.text or "" for part in written)


# ---------------------------------------------------------------- the same facts


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("code", ["en", "ru"])
def test_every_fact_of_every_preset_is_said(name: str, code: str) -> None:
    path = resource_folder("schemas") / "presets" / name
    agreement = ve.load_agreement(path)
    annex = annex_of(agreement)
    view = annex_view(annex, (code,))
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert facts.missing(value, "\n".join(texts(view)), code) == []
    assert facts.missing(value, docx_text(annex_docx(annex, view)), code) == []


def test_every_fact_of_the_worked_example_is_said(material: Path) -> None:
    path = material / "design" / "examples" / "call_records.odcs.yaml"
    agreement = ve.load_agreement(path)
    annex = annex_of(agreement)
    view = annex_view(annex, ("ru", "en"))
    value = yaml.safe_load(path.read_text(encoding="utf-8"))
    for text in (docx_text(annex_docx(annex, view)), pdf_text(annex_pdf(annex, view))):
        for code in ("en", "ru"):
            assert facts.missing(value, text, code) == []


def test_every_fact_of_a_full_agreement_is_said_by_both_formats(drawn: Drawn) -> None:
    for text in (docx_text(drawn.docx), drawn.text):
        assert facts.missing(full_value(), text, "ru") == []


def test_both_formats_hold_every_line_of_the_document(drawn: Drawn) -> None:
    pdf, words = facts.squeeze(drawn.text), facts.squeeze(docx_text(drawn.docx))
    for line in texts(drawn.view):
        assert facts.squeeze(line) in pdf
        assert facts.squeeze(line) in words


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def test_a_fact_left_out_is_seen() -> None:
    agreement = agreement_of(full_value())
    said = "\n".join(texts(annex_view(annex_of(agreement), ("en",))))
    assert facts.missing(full_value(), said, "en") == []
    for fact in ("5,401", "invalid_number_share", "North7", "14 May 2026", "decimal mark: comma"):
        lost = facts.missing(full_value(), re.sub(fact, "", said, flags=re.IGNORECASE), "en")
        assert lost, fact


def test_languages_stand_side_by_side_with_the_same_rows() -> None:
    annex = annex_of(agreement_of(full_value()))
    both, english = annex_view(annex, ("ru", "en")), annex_view(annex, ("en",))
    said = set(texts(both))
    assert set(texts(english)) - said <= {f for f in texts(english) if re.match(r"\d+\.", f)}
    for one, two in zip(both.blocks, english.blocks, strict=True):
        assert len(one.rows) == len(two.rows)
        assert all(len(row) == len(one.widths) for row in one.rows)
        assert not one.widths or abs(sum(one.widths) - 100) < 0.1


# ---------------------------------------------------------------- money


def test_printed_operands_give_the_printed_amount() -> None:
    annex = annex_of(agreement_of(full_value()))
    lines = [
        text for text in texts(annex_view(annex, ("en",))) if " × " in text and "day:" not in text
    ]
    assert len(lines) == 18
    for line in lines:
        left, sign, right = re.split(r" ([=≈]) ", line.partition(", ")[0].replace("\xa0", " "))
        total = Decimal(0)
        for term in left.split(" + "):
            numbers = [Decimal(n.replace(",", "")) for n in re.findall(r"[\d,]*\d(?:\.\d+)?", term)]
            if "÷" in term:
                total += numbers[0] / numbers[1] * numbers[2]
            else:
                total += numbers[0] * numbers[1] if "×" in term else numbers[0]
        shown = Decimal(re.sub(r"[^\d.]", "", right))
        assert shown == total if sign == "=" else abs(shown - total) <= Decimal("0.0000005"), line


def test_worked_calls_are_those_of_the_rating_engine() -> None:
    card = [{"unit": "talk_minute", "price": "0.006", "currency": "EUR",
             "valid_from": "2026-01-01", "first_increment_seconds": 30,
             "next_increment_seconds": 6, "minimum_seconds": 20,
             "connect_fee": "0.01"}]  # fmt: skip
    line = CardLine("a/0", "a", RateItem.model_validate(card[0]))
    shown = worked_calls(line)
    said = [language("en").say(call.what) for call in shown]
    parts = [dict(re.findall(r"(\w+) ([\w,]+?)(?: s)?(?:,|$)", text)) for text in said]
    frame = pd.DataFrame({
        "call_id": ["a", "b", "c"],
        "started_at": pd.to_datetime(["2026-10-01 09:00"] * 3),
        **{f"{name}_seconds": [int(part[key]) for part in parts] for name, key in
           (("talk", "talk"), ("hold", "hold"), ("ring", "ringing"), ("wrap", "notes"))},
        "disposition": [part["outcome"] for part in parts],
    })  # fmt: skip
    rated = ve.rate(frame, card).to_frame()
    assert list(rated["rated_seconds"]) == [call.base for call in shown]
    assert [Decimal(amount) for amount in rated["amount"]] == [call.amount for call in shown]


# ---------------------------------------------------------------- rules in words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("billed_seconds >= talk_seconds AND billed_seconds < talk_seconds + 60",
         "billed_seconds не меньше talk_seconds и billed_seconds меньше talk_seconds плюс 60"),
        ("(a > 1 OR b = 2) AND c IS NOT NULL", "(a больше 1 или b равно 2) и c заполнено"),
        ("a - (b - c) = 0", "a минус (b минус c) равно 0"),
        ("stage IN ('won', 'lost')", "stage — одно из: «won», «lost»"),
    ],
)  # fmt: skip
def test_conditions_are_said_in_words(condition: str, words: str) -> None:
    told = in_words(condition)
    assert told is not None
    assert language("ru").say(told) == words


@pytest.mark.parametrize("condition", ["", "regexp_matches(a, 'b')", "SELECT 1", "(" * 500, "a ??"])
def test_what_has_no_words_stays_a_formula(condition: str) -> None:
    assert in_words(condition) is None


# ---------------------------------------------------------------- the files


def test_pdf_is_tagged_bookmarked_and_holds_the_agreement(drawn: Drawn) -> None:
    root: Any = drawn.reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "ru"
    marks = [entry.title for entry in _flat(drawn.reader.outline)]
    assert any(title.startswith("2.1. Отчёт calls") for title in marks)
    attached = drawn.reader.attachments["alpha.odcs.yaml"]
    assert hashlib.sha256(b"".join(attached)).hexdigest() == drawn.agreement.sha256
    # on every page, in the table of the file and above the signatures
    assert drawn.text.count(drawn.agreement.sha256) >= len(drawn.reader.pages) + 1


def _flat(outline: Any) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_docx_has_headings_repeated_heads_and_languages(drawn: Drawn) -> None:
    document = docx.Document(BytesIO(drawn.docx))
    names = [p.style.name for p in document.paragraphs if p.style is not None]
    assert names.count("Heading 1") == 10 and names.count("Heading 2") == 9
    xml = document.element.xml
    headed = sum(bool(block.heads) for block in drawn.view.blocks)
    assert xml.count("<w:tblHeader/>") == headed > 20
    assert 'w:lang w:val="ru-RU"' in document.styles.element.xml
    assert document.core_properties.language == "ru-RU"


def test_docx_has_no_macro_and_reaches_for_nothing(drawn: Drawn) -> None:
    with zipfile.ZipFile(BytesIO(drawn.docx)) as held:
        assert not [name for name in held.namelist() if "vba" in name.lower()]
        relations = [held.read(n) for n in held.namelist() if n.endswith(".rels")]
    assert relations and not any(b"External" in content for content in relations)


def test_the_same_agreement_gives_the_same_bytes(drawn: Drawn) -> None:
    annex = annex_of(agreement_of(full_value()))
    assert annex_docx(annex, drawn.view) == drawn.docx
    small = annex_of(ve.load_agreement(resource_folder("schemas") / "presets" / PRESETS[0]))
    view = annex_view(small, ("en",))
    assert annex_pdf(small, view) == annex_pdf(small, view)


HOSTILE = (
    "<b>bold</b><script>alert(1)</script>",
    "{{ 7 * 191 }}{% for x in y %}",
    '"><link rel=attachment href="file:///etc/hostname"><img src="http://example.org/x.png">',
    "safe\u202egnp.\u2066exe\u0007 %(name)s %s %%",
    "=HYPERLINK(1)" + "W" * 400,
)


def test_hostile_texts_are_texts_and_stay_on_the_page(caplog: pytest.LogCaptureFixture) -> None:
    value = full_value()
    value["schema"] = value["schema"][:1]
    value["slaProperties"] = []
    calls = value["schema"][0]
    calls["properties"] = calls["properties"][:5]
    calls["quality"] = []
    calls["customProperties"] = [e for e in calls["customProperties"] if e["property"] == "period"]
    calls["properties"][0]["description"] = HOSTILE[0]
    calls["properties"][0]["synonyms"] = [{"synonym": text} for text in HOSTILE]
    own = {entry["property"]: entry for entry in value["customProperties"]}
    own["rateCard"]["value"] = []
    own["agreement"]["value"]["parties"] = [HOSTILE[2], HOSTILE[4]]
    own["disclosures"]["value"][0]["limit"] = HOSTILE[1] + HOSTILE[3]
    value["team"]["members"][0]["username"] = HOSTILE[4]
    annex = annex_of(agreement_of(value))
    view = annex_view(annex, ("ru",))
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pages = laid_out(annex_html(view))
    assert [record.getMessage() for record in caplog.records] == []
    for page in pages.pages:
        box = page._page_box
        right = box.content_box_x() + box.width
        for text in _texts(box):
            assert text.position_x + text.width <= right + 0.6, text.text
    for said in (docx_text(annex_docx(annex, view)), pdf_text(pages.write_pdf())):
        flat = facts.squeeze(said)
        for text in (HOSTILE[0], HOSTILE[1], HOSTILE[2], "%(name)s%s%%", HOSTILE[4]):
            assert facts.squeeze(text) in flat
        assert "1337" not in flat and "\u202e" not in flat


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if getattr(child, "text", None):
            yield child
        yield from _texts(child)


def test_an_agreement_without_anything_still_makes_a_document() -> None:
    text = "apiVersion: v3.2.0\nkind: DataContract\nid: bare\nversion: 0.1.0\nstatus: draft\n"
    annex = annex_of(agreement_from_bytes(text.encode(), "bare", "bare.odcs.yaml"))
    said = "\n".join(texts(annex_view(annex, ("en",))))
    assert "this agreement is about reports only" in said and "names no contacts" in said


# ---------------------------------------------------------------- the command


def test_the_command_writes_once_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agreement = resource_folder("schemas") / "presets" / PRESETS[0]
    out = tmp_path / "annex.docx"
    arguments = ["agreement", "annex", str(agreement), "--out", str(out)]
    assert run(arguments) == 0
    assert capsys.readouterr().out.strip() == str(out)
    before = out.read_bytes()
    assert run(arguments) == 3
    assert "annex.docx" in capsys.readouterr().err and out.read_bytes() == before
    assert run([*arguments[:3], "--out", str(tmp_path / "annex.txt")]) == 3
    assert ".pdf / .docx" in capsys.readouterr().err
    assert run([*arguments, "--lang", "de"]) == 3
    assert "ru, en, both" in capsys.readouterr().err


def test_a_language_that_is_none_is_an_error_of_the_programmer(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=", ".join(ANNEX_LANGUAGES)):
        agreement_annex(agreement_of(full_value()), tmp_path / "a.pdf", language="de")
