"""The client's own look: checked, cleaned, and never able to change what the report says."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from invented_audit import example

from vendoreval.errors import AgreementError
from vendoreval.report import AuditDocument, ReportError, document
from vendoreval.report.brand import Brand, contrast, load_brand
from vendoreval.report.logo import Logo, LogoError, clean_logo
from vendoreval.report.paper import LOGO_URL, laid_out
from vendoreval.report.render import pages_of
from vendoreval.report.shown import changes, read_document, show
from vendoreval.settings import Look

HOSTILE = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 10 10" onload="alert(1)" width="9999"><script>alert(2)</script>
<style>@import url(http://example.org/x.css)</style><foreignObject><b>hi</b></foreignObject>
<image href="file:///etc/hostname"/><use xlink:href="http://example.org/#a"/><a href="x"><rect/></a>
<defs><linearGradient id="g"><stop offset="0" stop-color="#123456"/></linearGradient></defs>
<rect width="10" height="10" fill="url(#g)" stroke="url(http://example.org/p)" onclick="x()"/>
<text>words</text></svg>"""


def png(wide: int = 2, high: int = 2, extra: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + b"\xff\0\0" * wide for _ in range(high))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + extra + body + chunk(b"IEND", b"")


def text_of(written: AuditDocument, brand: Brand) -> str:
    """Return the pages as HTML, without the charts, which take longest."""
    pages = pages_of(written, parts=("appendix",), brand=brand)
    return pages.head + pages.ones[0] + pages.rest + pages.tail


def test_an_svg_keeps_its_shapes_alone() -> None:
    clean = clean_logo(HOSTILE).svg
    for word in ("script", "onload", "onclick", "style", "image", "use", "foreign", "http://ex",
                 "file:", "words", "href", "9999"):  # fmt: skip
        assert word not in clean, word
    assert 'fill="url(#logo-g)"' in clean and 'id="logo-g"' in clean


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a", "neither"),
        (b"x" * (600 << 10), "KB"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "entities"),
        (b"<svg", "no XML"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "viewBox"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">' + b"<g/>" * 3000 + b"</svg>",
         "more than"),
        (png()[:-3], "cut short"),
        (png().replace(b"IDAT", b"IDAX"), "damaged"),
        (png(1, 1).replace(struct.pack(">II", 1, 1), struct.pack(">II", 1, 1)) [:20] + b"junk" * 9,
         "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused_with_its_reason(content: bytes, reason: str) -> None:
    with pytest.raises(LogoError) as caught:
        clean_logo(content)
    assert reason in caught.value.found.template


def test_a_png_loses_what_is_no_picture() -> None:
    told = b"Comment\0taken at home"
    text = struct.pack(">I", len(told)) + b"tEXt" + told
    text += struct.pack(">I", zlib.crc32(b"tEXt" + told))
    assert clean_logo(png(extra=text) + b"<script>").png == png()
    with pytest.raises(LogoError):
        clean_logo(png(3000, 1))


def test_everything_wrong_is_said_at_once_in_both_languages(tmp_path: Path) -> None:
    look = Look(logo="../logo.png", accent="#FFAA00", templates="nowhere",
                words={"en": {"Whatt": "x", "by %(day)s": "y", "Findings": "100%"}})  # fmt: skip
    with pytest.raises(AgreementError) as caught:
        load_brand(look, tmp_path)
    assert len(caught.value.problems) == 6
    assert "$.report.logo" in str(caught.value)
    assert "контраст" in caught.value.describe("ru")


@pytest.mark.parametrize(
    ("colour", "taken"),
    [("#0B5CAD", True), ("#6A1B9A", True), ("#AE4200", False), ("#00FFFF", False)],
)
def test_a_colour_must_be_read_and_must_not_warn(colour: str, taken: bool, tmp_path: Path) -> None:
    assert (contrast(colour) >= 4.5) is (colour != "#00FFFF")
    if taken:
        assert load_brand(Look(accent=colour), tmp_path).accent == colour
    else:
        with pytest.raises(AgreementError):
            load_brand(Look(accent=colour), tmp_path)


def test_a_report_wears_the_look(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(HOSTILE)
    own = tmp_path / "own"
    own.mkdir()
    (own / "comparison.html.j2").write_text("<p>{{ view.client }} compares nothing</p>")
    look = Look(logo="logo.svg", accent="#6A1B9A", templates="own",
                words={"en": {"What to decide": "For the board"}})  # fmt: skip
    written = document(example("en"), "en")
    page = text_of(written, load_brand(look, tmp_path))
    assert "For the board" in page and "What to decide" not in page
    assert "#6A1B9A" in page and "<title>Northern Bank</title>" in page
    assert "Northern Bank compares nothing" in page
    plain = text_of(written, Brand())
    assert "What to decide" in plain and "#6A1B9A" not in plain


def test_a_png_is_drawn_from_memory() -> None:
    pages = laid_out(f'<img src="{LOGO_URL}" alt="x">', "iVBORw0KGgo=")
    assert len(pages.pages) == 1
    drawn = pages_of(document(example("en"), "en"), parts=(), brand=Brand(Logo(png=png())))
    assert f'src="{LOGO_URL}"' in drawn.ones[0] and drawn.logo.startswith("iVBOR")
    assert Brand(Logo(png=png())).png_url.startswith("data:image/png;base64,iVBOR")


@pytest.mark.parametrize(
    "template",
    ["{{ view.__class__.__mro__ }}", "{{ view.findings.append(1) }}", "{% for x in",
     "{{ nothing }}", "{{ range(10 ** 9)|list }}"],
)  # fmt: skip
def test_an_own_template_that_is_wrong_or_reaches_out_is_refused(
    template: str, tmp_path: Path
) -> None:
    (tmp_path / "comparison.html.j2").write_text(template)
    result = replace(example("en"), findings=(), checks=(), not_run=())
    with pytest.raises(ReportError, match="template") as caught:
        text_of(document(result, "en"), Brand(templates=tmp_path))
    assert "шаблон" in caught.value.describe("ru")


def test_a_preview_is_written_anew_when_a_file_changes(tmp_path: Path) -> None:
    audit = tmp_path / "audit.json"
    with pytest.raises(AgreementError, match="no such file"):
        read_document(audit)
    audit.write_text("{}")
    with pytest.raises(AgreementError, match="run the audit again"):
        read_document(audit)
    result = replace(example("en"), findings=(), checks=(), not_run=())
    audit.write_text(document(result, "en").model_dump_json())
    waits = 0

    def wait(_: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 2:
            audit.write_text(audit.read_text() + "\n")

    told = changes(lambda: [audit], wait)
    next(told)
    next(told)
    assert waits == 2
    (page,) = show(read_document(audit), tmp_path / "preview", Brand(), reload=True)
    assert 'http-equiv="refresh"' in page.read_text(encoding="utf-8")
