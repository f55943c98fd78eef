"""Whatever a vendor writes: no output commands a terminal, a browser or a spreadsheet.

Personal values leave the two parties nowhere: screens, JSON, letters and pages hide them;
what goes back to the sender (workbook, list of faults) holds its own values.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from returns_world import agreement, check, column

from vendoreval.errors import DeliveryError
from vendoreval.intake import ValidationReport

DEAL = agreement(
    column("a", "date", required=True),
    column("phone", tags=["pii"], logicalTypeOptions={"pattern": "^7[0-9]{10}$"}),
    column("c", enum=[{"value": "ok"}]),
)
PHONES = ("+7 916 123-45-67", "89161234567", "8(916)123-45-67")
HOSTILE = [
    *PHONES, "ivan@example.org",
    "=HYPERLINK(\"http://x\";\"y\")", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "\t=1",
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x9b31m", "bell\x07", "a\x00b", "\rover",
    "\u202egnp.exe", "\u2066x\u2069", "zero\u200bwidth", "\ufeffmark",
    "<script>alert(1)</script>", "</details><img src=x onerror=y>", "&lt;", "']]>", "{{7*7}}",
    "%(name)s", "%s%n", "я" * 10_000, "𝄞" * 10_000,
]  # fmt: skip
# of the rest of them, a line end is the only control character a text may hold
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
NAMES = [
    "=cmd.csv", "\x1b[31m.csv", "\u202evsc.csv", "<b>&'\"x.csv", "a\nb.csv", "я" * 120 + ".csv",
]  # fmt: skip


def hostile(folder: Path, name: str = "free.csv") -> ValidationReport:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        rows.writerow(["a", "phone", "c", "<i>\x1b[1m\u202ehead"])
        rows.writerows([value, value, value, value] for value in HOSTILE)
        rows.writerow(["1", "2", "3", "4", *PHONES])
    return check(folder, path.read_bytes(), DEAL, name)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> ValidationReport:
    return hostile(tmp_path_factory.mktemp("hostile"))


def shown(report: ValidationReport, code: str) -> dict[str, str]:
    """Return every text that others than the two parties may see."""
    return {
        "terminal": report.to_text(code),
        "letter": report.letter(code),
        "json": json.dumps(report.to_json(code), ensure_ascii=False),
        "notebook": report.to_html(code),
        "page": report.to_page(code),
        "faults": report.faults._repr_html_(),
    }


@pytest.mark.parametrize("code", ["en", "ru"])
def test_nothing_that_is_shown_commands_the_reader(report, code):
    for name, text in shown(report, code).items():
        if name in {"json", "letter", "faults"}:
            continue
        assert not CONTROLS.search(text), name
        assert not any(unicodedata.category(c) == "Cs" for c in text), name
    # JSON keeps the value for machines; it is escaped there
    plain = json.dumps(report.to_json(code))
    assert plain.isascii() and not re.search(r"[\x00-\x1f]", plain)
    assert not CONTROLS.search(report.letter(code))


@pytest.mark.parametrize("code", ["en", "ru"])
def test_no_one_else_reads_a_personal_value(report, code):
    for name, text in shown(report, code).items():
        digits = re.sub(r"[\s()+-]", "", text)
        assert "9161234567" not in digits and "ivan@" not in text, name
        assert "67" in text, name


class Tags(HTMLParser):
    """Gathers what a browser would take for markup."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes.update(name for name, _ in attrs)


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_page_holds_our_markup_only_and_is_small(report, code):
    for text in (report.to_html(code), report.to_page(code)):
        tags = Tags()
        tags.feed(text)
        assert tags.found <= {
            "div", "style", "h3", "h4", "p", "i", "b", "span", "details", "summary", "table",
            "tr", "th", "td", "code", "ul", "li", "html", "head", "meta", "title", "body",
        }  # fmt: skip
        assert tags.attributes <= {"class", "style", "open", "lang", "charset", "http-equiv",
                                   "content", "name"}  # fmt: skip
        assert len(text.encode()) < 200_000
        assert not re.search(r"url\(|@import|src=x>|javascript:", text.split("</style>")[0])
    assert "default-src 'none'" in report.to_page(code)


def test_the_sender_gets_its_own_values_and_no_formula(report, tmp_path):
    listed = report.faults.to_csv(tmp_path / "faults.csv", "ru")
    with listed.open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert all(any(phone in cell for cell in cells) for phone in PHONES)
    book = report.return_to_vendor(tmp_path / "out.xlsx", "ru")
    with zipfile.ZipFile(book) as package:
        sheets = [package.read(n).decode() for n in package.namelist() if "worksheets/sheet" in n]
        names = package.namelist()
    assert len(sheets) == 3 and not [s for s in sheets if re.search(r"<f[ >/]", s)]
    assert not [n for n in names if "external" in n.lower() or n.endswith(".bin")]
    assert all(phone in sheets[1] for phone in PHONES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_file_is_only_a_name(tmp_path, name):
    report = check(tmp_path, "a,phone,c\nx,,\n", DEAL, name)
    texts = (
        report.to_text(), report.to_html("ru"), report.to_page(), report.letter(), repr(report),
        json.dumps(report.to_json(), ensure_ascii=False),
    )  # fmt: skip
    assert not [text for text in texts if CONTROLS.search(text)]
    assert "<b>&" not in report.to_html() and "<b>&" not in report.to_page()
    report.return_to_vendor(tmp_path / "out.xlsx")
    report.faults.to_parquet(tmp_path / "faults.parquet")


def test_a_name_that_is_no_text_is_shown_as_codes(tmp_path):
    name = b"caf\xe9.csv".decode("utf-8", "surrogateescape")
    try:
        report = check(tmp_path, "a,phone,c\nx,,\n", DEAL, name)
    except OSError:
        pytest.skip("this disk takes no such name")
    assert report.to_json()["file"] == "caf\\udce9.csv"
    for text in (report.to_text(), report.to_page(), report.letter("ru"), repr(report)):
        assert text.encode()
    report.faults.to_csv(tmp_path / "faults.csv")
    report.faults.to_parquet(tmp_path / "faults.parquet")
    report.return_to_vendor(tmp_path / "out.xlsx")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), code=st.sampled_from(["en", "ru"]))
def test_whatever_the_bytes_every_view_is_sound(tmp_path, body, code):
    try:
        report = check(tmp_path, b"a,phone,c\n" + body, DEAL)
    except DeliveryError:
        return
    text, page = report.to_text(code), report.to_page(code)
    assert not CONTROLS.search(text) and not CONTROLS.search(page)
    json.dumps(report.to_json(code)).encode()
    assert report.letter(code).encode()
    total = report.rows
    assert total.delivered == (
        total.accepted + total.quarantined + total.rejected + total.skipped
    )  # fmt: skip
    report.discard()
