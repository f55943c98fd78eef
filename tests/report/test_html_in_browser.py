"""The HTML form of the audit as a reader sees it: whole, offline, quiet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

PICTURES = Path(__file__).parent / "pictures"
# mean difference of a tenth of the page, of 255; other versions of the browser draw a
# letter a little elsewhere, a lost column or colour is far more
TOLERANCE = 12.0


def test_it_opens_without_a_request_or_a_complaint(rendered, browser: Browser, tmp_path):
    file = tmp_path / "audit.html"
    file.write_text(rendered.html, encoding="utf-8")
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    assert page.locator("h1").first.is_visible()
    assert page.locator("html").get_attribute("lang") == rendered.language
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.close()
    assert [url for url in asked if not url.startswith(("data:", file.as_uri()))] == []
    assert said == []
    assert wide <= 0, "the page is wider than the window"


@pytest.fixture
def page(rendered: Any, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Open the English audit; the language changes words and not what is asked here."""
    if rendered.language != "en":
        pytest.skip("asked in English")
    file = tmp_path / "audit.html"
    file.write_text(rendered.html, encoding="utf-8")
    opened = browser.new_page(viewport={"width": 760, "height": 1080})
    opened.goto(file.as_uri())
    yield opened
    opened.close()


def column(page: Page, table: str, place: int) -> list[str]:
    return page.locator(f"{table} tbody tr td:nth-child({place})").all_inner_texts()


def test_tables_sort_by_mouse_and_by_keyboard(page: Page) -> None:
    table = ".verdicts"
    assert column(page, table, 3) == ["7,204", "8,397", "5,634", "12,845", "6,605"]
    head = page.locator(f"{table} th").nth(2)
    head.locator("button").click()
    assert column(page, table, 3) == ["5,634", "6,605", "7,204", "8,397", "12,845"]
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert column(page, table, 3)[0] == "12,845"
    assert head.get_attribute("aria-sort") == "descending"
    # a column behind a head that spans two; a vendor without the figure stays last
    page.locator(f"{table} th").nth(5).locator("button").click()
    assert column(page, table, 7) == ["62%", "87%", "89%", "93%", "—"]
    page.locator(f"{table} th").nth(5).locator("button").click()
    assert column(page, table, 7)[-1] == "—"
    assert page.locator(f"{table} tfoot tr").count() == 1


def test_on_a_telephone_and_on_paper_it_keeps_its_width(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.set_viewport_size({"width": 760, "height": 1080})
    page.emulate_media(media="print")
    assert page.locator("nav").is_visible() is False


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_one_looks_as_it_did(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    kept = PICTURES / f"page_one_{scheme}.png"
    difference = apart(shot, Image.open(kept).convert("RGB"))
    assert difference < TOLERANCE, f"delete {kept.name} only after looking at the page"
    other = "dark" if scheme == "light" else "light"
    # the comparison can tell: the other scheme is another picture
    assert apart(shot, Image.open(PICTURES / f"page_one_{other}.png").convert("RGB")) > 50


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return the largest mean difference over the cells of a coarse grid."""
    size = (190, 270)
    pixels = [np.asarray(picture.resize(size), dtype=float) for picture in (one, other)]
    cells = np.abs(pixels[0] - pixels[1]).mean(axis=2).reshape(10, 27, 10, 19)
    return float(cells.mean(axis=(1, 3)).max())
