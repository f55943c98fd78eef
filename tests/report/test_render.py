"""The PDF and the HTML page: complete, inert, the same bytes each time."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from invented_audit import calls, example
from pypdf import PdfReader

from vendoreval import resources
from vendoreval.auditing.result import AuditResult, MoneyLadder
from vendoreval.report import (
    AuditReport,
    ReportError,
    document,
    paper,
    render_html,
    render_pdf,
)
from vendoreval.report.environment import forget
from vendoreval.report.printing import printed, refusal
from vendoreval.report.render import deny_all_fetcher, lay_out, pages_of
from vendoreval.report.view import most_findings, view

D = Decimal
HOSTILE = (
    "<b>bold</b><script>alert(1)</script>",
    "{{ 7 * 191 }}{% for x in y %}",
    '"><link rel=attachment href="file:///etc/hostname"><img src="http://example.org/x.png">',
    "safe\u202egnp.\u2066exe\u0000\u0007",
    "</style><style>@import url(http://example.org/x.css)</style>",
    "Very long " + "name" * 2500,
    "tab\tnew\nline\x1b[31m\x7f\ufeff",
)


def test_pdf_says_the_conclusion_and_the_money(rendered: Any) -> None:
    expected = {
        "en": ("Granat Line: dispute RUB 457K billed for minutes without talk", "RUB 456,516",
               "RUB 5.53M", "range RUB 91,000–183,000", "October 2026"),
        "ru": ("Гранат Линия: оспорить 457 тыс. ₽ за минуты без разговора", "456 516 ₽",
               "5,53 млн ₽", "диапазон 91 000–183 000 ₽", "Октябрь 2026"),
    }  # fmt: skip
    for words in expected[rendered.language]:
        assert words in rendered.text


def test_one_page_for_page_one_and_for_each_finding(rendered: Any) -> None:
    assert len(rendered.pages) <= 18
    first = {"en": "How far to trust the numbers", "ru": "Насколько верить цифрам"}
    assert first[rendered.language] in rendered.pages[0]
    heads = [page.split(" · ")[1][:60] for page in rendered.pages]
    found = [n for n, page in enumerate(rendered.pages) if re.search(r"F-0\d ·", page)]
    assert len(found) == 4 and found == list(range(found[0], found[0] + 4)), heads


def test_every_later_page_has_its_running_head_and_foot(rendered: Any) -> None:
    head = {"en": "Monthly vendor audit · Northern Bank",
            "ru": "Ежемесячная проверка подрядчиков · Северный Банк"}  # fmt: skip
    for number, text in enumerate(rendered.pages, start=1):
        assert head[rendered.language] in text
        assert f"{number} / {len(rendered.pages)}" in text
        assert "WeasyPrint" in text


def test_drawing_warns_of_nothing_and_stays_inside_the_page(
    rendered: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        pages = lay_out(rendered.document)
    assert [record.getMessage() for record in caplog.records] == []
    for page in pages.pages:
        box = page._page_box
        right = box.content_box_x() + box.width
        bottom = box.margin_height()
        for text in _texts(box):
            assert text.position_x + text.width <= right + 0.6, text.text
            assert text.position_y + text.height <= bottom, text.text


def _texts(box: Any) -> Iterator[Any]:
    for child in getattr(box, "children", ()):
        if getattr(child, "text", None):
            yield child
        yield from _texts(child)


def test_same_audit_gives_the_same_bytes(rendered: Any, tmp_path: Path) -> None:
    again = rendered.report.to_pdf(tmp_path / "again.pdf")
    assert again.read_bytes() == rendered.pdf.read_bytes()
    assert list(tmp_path.iterdir()) == [again]


def test_attachments_are_the_evidence_with_the_hashes_it_names(rendered: Any) -> None:
    attached = {name: b"".join(parts) for name, parts in rendered.reader.attachments.items()}
    evidence = [f"evidence/F-0{n}.csv" for n in range(1, 5)]
    assert sorted(attached) == ["agents.csv", "audit.json", "checks.csv", *evidence, "findings.csv"]
    for finding in rendered.document.findings[:3]:
        content = attached[finding.rows.file]
        assert hashlib.sha256(content).hexdigest() == finding.rows.sha256
        assert finding.rows.sha256[:32] in rendered.text.replace(" ", "")
    assert b"916123" not in b"".join(attached.values())


def test_pdf_says_it_is_a_3a_and_has_fixed_dates(rendered: Any) -> None:
    metadata = rendered.reader.xmp_metadata
    assert metadata is not None
    assert b"pdfaid" in metadata.stream.get_data()
    assert rendered.reader.metadata is not None
    assert str(rendered.reader.metadata.get("/CreationDate")).startswith("D:20261031")


def test_every_figure_has_a_text(rendered: Any) -> None:
    figures = list(_figures(rendered.reader.trailer["/Root"]["/StructTreeRoot"]))
    assert len(figures) > 40
    assert [figure for figure in figures if not str(figure.get("/Alt", "")).strip()] == []
    svgs = re.findall(r"<svg.*?</svg>", rendered.html, re.DOTALL)
    assert [svg for svg in svgs if not re.search(r"<title>[^<]+</title>", svg)] == []


def _figures(node: Any) -> Iterator[Any]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _figures(child)
    elif isinstance(node, dict):
        if node.get("/S") == "/Figure":
            yield node
        if "/K" in node:
            yield from _figures(node["/K"])


def test_html_stands_alone(rendered: Any) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", rendered.html, re.DOTALL)
    own = resources.resource_folder("report_templates") / "sort.js"
    assert scripts == [own.read_text(encoding="utf-8").strip()]
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert "default-src 'none'" in rendered.html
    assert f"script-src 'sha256-{digest}'" in html.unescape(rendered.html)
    urls = re.findall(r"""(?:url\(|src=|href=)["']?([^"')>\s]+)""", rendered.html)
    assert {url.split(":")[0].split(",")[0] for url in urls if not url.startswith("#")} == {"data"}
    assert f'lang="{rendered.language}"' in rendered.html
    levels = [int(level) for level in re.findall(r"<h([1-6])", rendered.html)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_a_document_prints_in_the_other_language_too() -> None:
    page = render_html(document(example("en"), "en"), "ru")
    assert "Решение по каждому подрядчику" in page
    assert "5,53\u00a0млн\u00a0₽" in page
    assert "оспорить" not in page  # the example's own sentences exist in English only


def test_hostile_names_are_text(tmp_path: Path) -> None:
    result = example("en", names=HOSTILE[:5])
    small = replace(result, findings=result.findings[:1], checks=(), not_run=())
    report = AuditReport(small, rows=lambda _: calls())
    page = render_html(report.document())
    assert page.count("<script") == 1
    assert "<b>bold" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 191 }}" in page
    assert "1337" not in re.sub(r"data:font[^)]*", "", page)
    assert not set("\u202e\u2066\u0000\u0007") & set(page)
    reader = PdfReader(report.to_pdf(tmp_path / "hostile.pdf"))
    own = {"agents.csv", "audit.json", "checks.csv", "evidence/F-01.csv", "findings.csv"}
    assert set(reader.attachments) <= own
    assert "<script>alert(1)</script>" in reader.pages[0].extract_text().replace("\n", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_part_of_a_hostile_name_works(name: str) -> None:
    result = example("en", names=(name,) * 5)
    result = replace(result, checks=result.checks[:1])
    pages = pages_of(document(result, "en"), parts=("findings", "vendors", "appendix"))
    page = "".join((pages.head, pages.ones[0], pages.rest, pages.tail))
    for live in ("<script", "<b>bold", "1337", "<link", "<img", "</style><style", "\x1b", "\u202e"):
        assert live not in page, live
    assert page.count("name" * 300) == 0, "no name is longer than two hundred letters"
    assert "<title>" in page


def extreme(count: int) -> AuditResult:
    """Return so many vendors without spaces in their names, with amounts beyond all measure."""
    result = example("en")
    vendors, huge = [], D(10) ** 12
    for place in range(count):
        own = result.vendors[place % 5]
        measures = {
            name: replace(m, value=m.value * 1e9 if m.unit == "money" and m.value else m.value)
            for name, m in own.measures.items()
        }
        name = own.vendor if place < 5 else f"{own.vendor}{place}"
        vendors.append(replace(
            own, vendor=name, title=f"{'Подрядчикбезпробелов' * 4}{place}", checks=(),
            measures=measures if place else {}, data_status={} if place == 0 else own.data_status,
            money=MoneyLadder(huge, -huge, D(0), -huge, huge, huge),
        ))  # fmt: skip
    money = MoneyLadder(D(10) ** 12 * count, D(0), D(0), D(10) ** 12, D(10) ** 12, D(10) ** 13)
    return replace(result, vendors=tuple(vendors), money=money, not_run=())


@pytest.mark.parametrize("count", [1, 40])
def test_very_many_vendors_and_huge_amounts_stay_on_their_pages(count: int) -> None:
    written = document(extreme(count), "en")
    drawn = lay_out(written, parts=("findings",))
    for page in drawn.pages:
        box = page._page_box
        right = box.content_box_x() + box.width
        assert [t.text for t in _texts(box) if t.position_x + t.width > right + 0.6] == []
    assert "F-01" in drawn.pages[1].anchors
    seen = view(written)
    assert len(seen.one.rows) == min(count, 12)
    assert len(seen.verdicts) == (40 if count == 40 else 0)
    # what does not fit a column is shortened and never broken in two
    assert max(len(row.cost) for row in seen.one.rows) <= 10
    assert max(len(row.at_risk) for row in seen.one.rows) <= 7


def test_an_empty_month_is_a_dash_and_not_nothing_or_zero() -> None:
    result = example("en")
    empty = replace(result.vendors[0], measures={}, checks=(), six_inputs=(), agents=(),
                    money=MoneyLadder(D(0), D(0), D(0), D(0), D(0), D(0)))  # fmt: skip
    seen = view(document(replace(result, vendors=(empty,), findings=(), not_run=()), "en"))
    assert (seen.one.rows[0].cost, seen.one.rows[0].conversion) == ("—", "—")
    assert seen.vendors[0].money == ()
    assert seen.vendors[0].measures == () and seen.vendors[0].agents == ()


@pytest.mark.parametrize(
    "url",
    ["file:///etc/hostname", "http://example.org/x", "data:text/plain,x", "vefont:../OFL",
     "vefont:", "ftp://example.org"],
)  # fmt: skip
def test_fetcher_knows_only_its_own_faces(url: str) -> None:
    from weasyprint import HTML  # noqa: PLC0415 - heavy
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415

    fetcher = deny_all_fetcher()
    with pytest.raises(FatalURLFetchingError):
        fetcher(url)
    with pytest.raises(FatalURLFetchingError):
        HTML(string=f'<img src="{url}">', url_fetcher=fetcher).render()
    assert fetcher("vefont:VEText-Regular").read()[:4] == b"\x00\x01\x00\x00"


def test_many_vendors_and_findings_keep_page_one_on_one_page() -> None:
    result = example("ru")
    many = tuple(
        replace(vendor, vendor=f"v{n}", title=f"Подрядчик с именем {n}", checks=(), six_inputs=())
        for n, vendor in enumerate(result.vendors * 2)
    )
    written = document(replace(result, vendors=many, checks=()), "ru")
    pages = lay_out(written, parts=("findings",))
    assert "F-01" in pages.pages[1].anchors
    assert sum("F-01" in page.anchors for page in pages.pages) == 1


def test_findings_beyond_the_pages_there_are_stand_on_one_line_each() -> None:
    result = example("en")
    many = tuple(replace(result.findings[0], id=f"F-{n:02d}") for n in range(1, 24))
    seen = view(document(replace(result, findings=many), "en"))
    assert len(seen.findings) == most_findings(5, len(result.checks)) == 16
    assert [row.id for row in seen.further] == [f"F-{n}" for n in range(17, 24)]
    assert not any(row.linked for row in seen.further)


def test_an_audit_without_findings_prints() -> None:
    result = replace(example("en"), findings=(), actions=(), not_run=(), vendors=(), totals={})
    page = render_html(document(result, "en"))
    assert "Nothing departs where a question could be asked" in page


def test_a_changed_evidence_file_is_refused(tmp_path: Path) -> None:
    written = document(example("en"), "en")
    with pytest.raises(ReportError, match="F-01"):
        render_pdf(written, tmp_path / "a.pdf", evidence={"evidence/F-01.csv": b"other"})
    assert list(tmp_path.iterdir()) == []


def test_a_missing_system_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Broken:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    request = {"pages": dict.fromkeys(("head", "tail", "rest"), "") | {"tries": [""], "ones": [""]}}
    (tmp_path / "request.json").write_text(json.dumps(request))
    answer = paper.draw(tmp_path)
    assert answer["error"] == "library"
    caught = refusal(answer)
    for package in ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"):
        assert package in str(caught)
    assert "установите" in caught.describe("ru")


@pytest.mark.parametrize(
    ("limits", "said"),
    [({"memory_bytes": 150 << 20}, "limit of time or memory"),
     ({"cpu_seconds": 1}, "limit of time or memory")],
)  # fmt: skip
def test_a_drawing_beyond_its_limits_stops_alone(limits: dict[str, int], said: str) -> None:
    rows = "<tr><td>a<td>b<td>c</tr>" * 20_000
    pages = paper.Pages("<html>", "</html>", ["<p>a"], ["<p>a"], f"<table>{rows}</table>")
    with pytest.raises(ReportError, match=said):
        printed(pages, {}, date(2026, 10, 31), b"0" * 16, **limits)


@pytest.mark.parametrize(
    "asking",
    ['<img src="file:///etc/hostname">', '<img src="http://127.0.0.1:9/x.png">',
     '<img src="data:image/png;base64,AAAA">',
     '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
     '<style>@font-face{font-family:x;src:url(file:///etc/hostname)}p{font-family:x}</style><p>a',
     '<style>@import url(http://127.0.0.1:9/x.css);</style>',
     '<p style="background:url(file:///etc/hostname)">a',
     '<a rel="attachment" href="file:///etc/hostname">a</a>'],
)  # fmt: skip
def test_whatever_asks_for_a_file_or_the_network_ends_the_drawing(asking: str) -> None:
    from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - heavy

    with pytest.raises(FatalURLFetchingError):
        paper.pdf_bytes(
            paper.laid_out(f"<html>{asking}</html>"), {}, datetime(2026, 10, 31), b"0" * 16
        )


def test_an_image_inside_a_figure_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>hidden words</text></svg>')
    figure = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{secret.as_uri()}"/></svg>'
    drawn = tmp_path / "a.pdf"
    drawn.write_bytes(paper.pdf_bytes(
        paper.laid_out(f"<p>a</p>{figure}"), {}, datetime(2026, 10, 31), b"0" * 16
    ))  # fmt: skip
    assert "hidden" not in PdfReader(drawn).pages[0].extract_text()


def test_templates_are_found_in_the_checkout_and_in_a_wheel(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path
) -> None:
    written = document(example("en"), "en")
    from_checkout = render_html(written)
    assert resources.resource_folder("report_templates") == root / "report_templates"
    package = tmp_path / "vendoreval"
    (package / "report_templates").mkdir(parents=True)
    for template in (root / "report_templates").iterdir():
        (package / "report_templates" / template.name).write_bytes(template.read_bytes())
    monkeypatch.setattr(resources, "_PACKAGE", package)
    forget()
    try:
        assert resources.resource_folder("report_templates") == package / "report_templates"
        assert render_html(written) == from_checkout
    finally:
        forget()
