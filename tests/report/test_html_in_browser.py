"""The HTML form of the audit as a reader sees it: whole, offline, quiet."""

from __future__ import annotations

from playwright.sync_api import Browser


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
