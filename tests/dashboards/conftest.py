"""A ledger of four vendors, written by hand; its page in both languages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "productivity"), str(TESTS / "ledger")]

from dashboard_world import build  # noqa: E402  its helpers lie in folders named above

import vendoreval as ve  # noqa: E402
from vendoreval.dashboards.gather import VendorDays, gather  # noqa: E402
from vendoreval.ledger import Ledger  # noqa: E402


@pytest.fixture(scope="session")
def years(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The ledger."""
    return build(tmp_path_factory.mktemp("dashboard"))


@pytest.fixture(scope="session")
def pages(years: Ledger, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Language -> file."""
    folder = tmp_path_factory.mktemp("pages")
    return {
        code: ve.dashboard(years, folder / f"{code}.html", language=code) for code in ("en", "ru")
    }


@pytest.fixture(scope="session")
def alpha(years: Ledger) -> VendorDays:
    """What the page holds of the first vendor."""
    return gather(years, "alpha", 180)


class Opened:
    """A page in a browser, and everything it asked for or complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda line: self.said.append(line.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, file: Path, address: str = "") -> Page:
        """Open a file and wait until its table stands."""
        self.page.goto("about:blank")
        self.page.goto(file.as_uri() + address)
        self.page.wait_for_selector("body[data-ready]")
        return self.page


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """A window; at the end nothing was fetched but the file, and nothing went wrong."""
    window = browser.new_page(viewport={"width": 1300, "height": 900})
    window.set_default_timeout(8000)
    made = Opened(window)
    yield made
    window.close()
    outside = [url for url in made.asked if not url.startswith(("file:", "about:blank"))]
    assert outside == []
    assert made.said == []
