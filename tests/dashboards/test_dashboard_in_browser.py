"""The page as its reader meets it, in a headless browser that may reach nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dashboard_world import HOSTILE
from playwright.sync_api import Page
from productivity_world import dials, post

import vendoreval as ve
from conftest import Opened
from vendoreval.daily import Productivity
from vendoreval.daily.words import Words
from vendoreval.dashboards.shown import MAIN, SHOWN
from vendoreval.ledger import Ledger
from vendoreval.measures import definition
from vendoreval.text import language

QUANTILES = ("interval_median_seconds", "interval_p90_seconds")
SUMMED = ("dials", "conversations", "line_hours", "interval_cv", "interval_over_share",
          "leads_added", "quotes_sent", "stage_moves", "first_touch_close_rate", "sales_claimed",
          "occupancy")  # fmt: skip
Cells = dict[str, dict[str, tuple[str, str]]]


def read_table(page: Page) -> Cells:
    """Return label -> measure -> what is seen: value and change."""
    found: Cells = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#table .tabulator-row')].map(
        (row) => [row.querySelector('.name > *').textContent, Object.fromEntries(
          [...row.querySelectorAll('.tabulator-cell')].filter((c) => c.querySelector('.figure'))
          .map((c) => [c.getAttribute('tabulator-field'),
            [c.querySelector('.value').textContent,
             c.querySelector('small').textContent.replaceAll('\\u00a0', ' ').trim()]]))]))"""
    )
    return found


def labels(page: Page) -> list[str]:
    """Return the rows in the order that is seen."""
    return page.locator("#table .tabulator-row .name > *:first-child").all_inner_texts()


def until(page: Page, condition: str) -> None:
    """Wait; the page's policy forbids it to be asked by a text that runs inside of it."""
    for _ in range(400):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"it never came true: {condition}")


def settled(page: Page) -> None:
    """Wait until the view of the address stands."""
    until(page, "document.body.dataset.ready === location.hash")


def go(page: Page, **told: str) -> None:
    """Change the address and wait for the view."""
    address = "#" + "&".join(f"{name}={value}" for name, value in told.items())
    page.evaluate("address => { location.hash = address }", address)
    settled(page)


def choose(page: Page, control: str, value: str) -> None:
    """Choose in a list, as a hand does."""
    page.select_option(control, value)
    settled(page)


def agrees(made: Productivity, seen: Mapping[str, Mapping[str, Any]], code: str) -> int:
    """Compare every figure that both show, and return how many did."""
    words, compared = Words(made, code), 0
    rows = {words.part(row) if row.part else language(code).say(""): row for row in made.rows}
    for label, row in rows.items():
        for name in SUMMED:
            cell = row.cells.get(name)
            if cell is None or name not in seen[label]:
                continue
            value, change = seen[label][name]
            assert value == words.figure(name, cell.value), (label, name)
            if cell.value is not None and cell.earlier is not None:
                told = words.change(cell).replace("\u00a0", " ")
                assert change == ("" if told == "\u2014" else told), (label, name)
            compared += cell.value is not None
    return compared


@pytest.mark.parametrize(
    ("code", "period", "compare"),
    [
        ("en", "2026-09", "2026-08"),
        # not over: set against the same number of working days
        ("ru", "2026-10", "2026-09"),
        ("en", "2026-W36", "2026-W33"),
        ("ru", "2026-09-10", "2026-08-04"),
        ("en", "2026-08-05..2026-09-09", "2026-09-10..2026-09-30"),
    ],
)
def test_figures_are_those_of_the_library(
    years: Ledger, pages: dict[str, Path], opened: Opened, code: str, period: str, compare: str
) -> None:
    made = ve.productivity(years, "alpha", period, compare)
    page = opened.open(
        pages[code], f"#vendor=alpha&period={period}&compare={compare}&columns=funnel"
    )
    seen = read_table(page)
    for columns in ("reach", "rhythm"):
        choose(page, "#columns", columns)
        for label, cells in read_table(page).items():
            seen[label] |= cells

    assert agrees(made, seen, code) > 12
    for row in made.rows:
        for name in QUANTILES:
            exact = row.cells[name].value
            if exact is None:
                continue
            shown = float(seen[row.part][name][0].replace(",", "").replace("\u00a0", ""))
            # a class is three seconds or an eighth of the value wide
            assert abs(shown - exact) <= 3 + exact / 7, (row.part, name)


def test_days_of_an_agent_are_those_of_the_library(
    years: Ledger, pages: dict[str, Path], opened: Opened
) -> None:
    made = ve.productivity(years, "alpha", "2026-09", "2026-08", by="day")
    page = opened.open(pages["en"], "#vendor=alpha&period=2026-09&by=day&columns=reach")
    words = Words(made, "en")

    seen = read_table(page)

    assert list(seen) == [words.part(row) for row in made.rows]
    for row in made.rows:
        cell = row.cells["dials"]
        assert seen[words.part(row)]["dials"][0] == words.figure("dials", cell.value)
        assert seen[words.part(row)]["line_hours"][0] == words.figure(
            "line_hours", row.cells["line_hours"].value
        )


def test_money_and_sales_are_undefined_unless_every_day_is_covered(
    pages: dict[str, Path], opened: Opened
) -> None:
    page = opened.open(pages["en"], "#vendor=alpha&period=2026-09&columns=money")

    def tiles() -> dict[str, str]:
        found: dict[str, str] = page.evaluate(
            "() => Object.fromEntries([...document.querySelectorAll('#tiles div')].map("
            "(d) => [d.dataset.measure, d.querySelector('dd').firstChild.textContent]))"
        )
        return found

    seen = tiles()
    assert seen["billed"] == "13,005"
    assert seen["surviving_sales"] == "6"
    # 13,005.25 for six sales
    assert seen["cost_per_surviving_sale"] == "2,168"
    assert seen["billed_minutes"] == "1,201"
    go(page, vendor="alpha", period="2026-W37", compare="none", columns="money")
    assert "billed" not in tiles()
    assert tiles()["surviving_sales"] == "2"
    go(page, vendor="alpha", period="2026-10", compare="none", columns="money")
    assert not set(tiles()) & {"billed", "surviving_sales", "cost_per_surviving_sale"}
    go(page, vendor="alpha", period="2026-08-01..2026-09-30", compare="none", columns="money")
    assert tiles()["billed"] == "26,011"


def test_sorting_by_mouse_and_by_keyboard(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["en"], "#vendor=alpha&period=2026-09&columns=reach")

    def values(name: str) -> list[float]:
        cells = page.locator(f'#table .tabulator-row [tabulator-field="{name}"] .value')
        texts = [text for text in cells.all_inner_texts() if text != "\u2014"]
        return [float(text.rstrip("%").replace(",", "")) for text in texts]

    assert values("dials") == sorted(values("dials"), reverse=True)
    head = page.get_by_role("button", name="Conversations per dial")
    head.click()
    assert values("conversation_rate") == sorted(values("conversation_rate"), reverse=True)
    head.focus()
    page.keyboard.press("Enter")
    assert values("conversation_rate") == sorted(values("conversation_rate"))
    # names in the order people count: A2 before A10
    page.get_by_role("button", name="Agent", exact=True).click()
    assert labels(page) == ["+7 9** ***-**-12", "A1", "A2", "A10"]
    # what is undefined stays at the end in either direction
    line = page.get_by_role("button", name="Time on line, h", exact=True)
    line.click()
    last = [read_table(page)[label]["line_hours"][0] for label in labels(page)][-2:]
    line.click()
    again = [read_table(page)[label]["line_hours"][0] for label in labels(page)][-2:]
    assert last == again == ["\u2014", "\u2014"]
    assert page.locator('[role=columnheader][aria-sort="ascending"]').count() == 1


def test_any_two_periods_are_picked(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["en"])
    against = page.locator("#against")

    # the month of the last delivered day, against the one before
    assert against.inner_text() == "October 2026 against September 2026"
    assert page.locator("#notes").inner_text().startswith("Where the figures come from")
    choose(page, "#period-at", "2026-09")
    assert against.inner_text() == "September 2026 against August 2026"
    choose(page, "#compare-kind", "week")
    choose(page, "#compare-at", "2026-W33")
    assert against.inner_text() == "September 2026 against 10.08.2026\u201316.08.2026"
    choose(page, "#period-kind", "range")
    for field, day in (("from", "2026-09-03"), ("to", "2026-09-08")):
        page.fill(f"#period-{field}", day)
        page.dispatch_event(f"#period-{field}", "change")
        settled(page)
    assert against.inner_text().startswith("03.09.2026\u201308.09.2026 against")
    choose(page, "#period-kind", "day")
    choose(page, "#compare-kind", "none")
    assert against.inner_text() == "Tue 08.09.2026"
    assert {change for row in read_table(page).values() for _, change in row.values()} == {""}
    choose(page, "#compare-kind", "year")
    assert "Nothing was delivered for" in page.locator("#lacking").inner_text()
    page.go_back()
    settled(page)
    assert against.inner_text() == "Tue 08.09.2026"


@pytest.mark.parametrize("code", ["en", "ru"])
def test_from_vendor_to_agent_to_day_by_mouse_and_back(
    pages: dict[str, Path], opened: Opened, code: str
) -> None:
    page = opened.open(pages[code], "#period=2026-09")
    scope = page.locator("#scope")

    page.get_by_role("link", name="Alpha").click()
    assert scope.inner_text() == "Alpha"
    assert page.locator("#bank tbody tr").count() >= 6
    page.get_by_role("link", name="A10").click()
    assert scope.inner_text() == "A10, Alpha"
    assert len(labels(page)) == 22
    assert page.locator(".chart svg path.curve").count() == 2
    page.locator("nav").get_by_role("link", name="Alpha").click()
    page.locator("#by-day").click()
    page.locator("#table a").first.click()
    assert "01.09.2026" in page.locator("#against").inner_text()
    assert labels(page)


def test_from_vendor_to_agent_by_keyboard_alone(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["en"], "#period=2026-09")
    scope = page.locator("#scope")

    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.tabulator-row a')"):
            break
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowDown")
    until(page, f"document.activeElement.textContent !== {json.dumps(first)}")
    page.keyboard.press("ArrowUp")
    until(page, f"document.activeElement.textContent === {json.dumps(first)}")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'scope'")
    assert scope.inner_text() == first
    page.keyboard.press("Escape")
    until(page, "document.getElementById('scope').textContent === 'All vendors'")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("gam")
    assert labels(page) == ["Gamma"]
    page.keyboard.press("Escape")
    assert len(labels(page)) == 4


def test_the_bank_stands_at_the_end_of_the_period(
    years: Ledger, pages: dict[str, Path], opened: Opened
) -> None:
    bank = ve.contract_bank(years, "alpha", on=date(2026, 8, 31))
    page = opened.open(pages["en"], "#vendor=alpha&period=2026-08")

    told = {row.stage: row.leads for row in bank.stages}
    rows = page.locator("#bank tbody tr")
    seen = [int(rows.nth(n).locator("td").first.inner_text()) for n in range(rows.count())]
    assert sum(seen) == len(bank)
    assert sorted(n for n in seen if n) == sorted(n for n in told.values() if n)
    go(page, vendor="alpha", period="2026-05")
    assert "not known before" in page.locator("#bank").inner_text()


def test_search_keeps_what_holds_the_words(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["en"], "#vendor=alpha&period=2026-09")

    page.fill("#search", "a1")
    assert sorted(labels(page)) == ["A1", "A10"]
    assert page.locator("#found").inner_text() == "2 of 4 rows"
    page.fill("#search", "nobody")
    assert labels(page) == []
    assert "Nothing is found" in page.locator("#table").inner_text()


def test_hostile_names_are_text(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["en"], "#period=2026-09")

    page.get_by_role("link", name=HOSTILE).click()
    assert page.locator("#scope").inner_text() == HOSTILE
    assert "<b>eve</b>&\"' {n}" in labels(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "<b>eve</b>&\"' {n}" in page.locator("table.paper th").all_text_contents()
    assert page.locator("#app img, #app b").count() == 0


def test_vendors_without_a_call_log_or_without_agents(
    pages: dict[str, Path], opened: Opened
) -> None:
    page = opened.open(pages["en"], "#vendor=gamma&period=2026-09")

    assert labels(page) != []
    assert "conversation_rate" in read_table(page)["G1"]
    assert "interval_median_seconds" not in read_table(page)["G1"]
    go(page, vendor="delta", period="2026-09")
    assert labels(page) == ["not named"]
    assert "no contract bank" in page.locator("#bank").inner_text()
    # before everything that was delivered
    go(page, vendor="delta", period="2025-01", compare="previous")
    assert labels(page) == []
    assert "Nothing was delivered for this period." in page.locator("#table").inner_text()


def test_light_dark_narrow_and_paper(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["ru"], "#vendor=alpha&period=2026-09")

    def paper() -> str:
        colour: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return colour

    assert paper() == "rgb(255, 255, 255)"
    page.locator("#theme").click()
    assert paper() != "rgb(255, 255, 255)"
    page.set_viewport_size({"width": 360, "height": 700})
    until(page, "document.documentElement.scrollWidth <= window.innerWidth")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert paper() == "rgb(255, 255, 255)"
    assert page.locator("table.paper tbody tr").count() == 4
    assert not page.locator(".tabulator").is_visible()


def test_an_empty_ledger_says_so(opened: Opened, tmp_path: Path) -> None:
    file = ve.dashboard(Ledger.open(tmp_path / "ledger"), tmp_path / "page.html")

    page = opened.page
    page.goto(file.as_uri())
    page.get_by_text("The ledger holds nothing yet.").wait_for()


def test_every_set_of_columns_is_shown_measures(pages: dict[str, Path], opened: Opened) -> None:
    page = opened.open(pages["en"], "#vendor=alpha&period=2026-09")

    seen = set(read_table(page)["A1"])

    assert seen <= set(MAIN) <= set(SHOWN)
    glossary = page.locator("#glossary").text_content() or ""
    for name in SHOWN:
        assert language("en").say(definition(name).numerator) in glossary


def test_three_hundred_agents_and_a_month_without_any(opened: Opened, tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger")
    for day in (date(2026, 8, 31), date(2026, 10, 1)):
        rows = [row for n in range(300) for row in dials(day, f"A{n}", ["9:00", "9:05"])]
        post(ledger, "calls", rows)
    page = opened.open(ve.dashboard(ledger, tmp_path / "page.html"), "#vendor=alpha")

    assert page.locator("#found").inner_text() == "300 of 300 rows"
    assert page.locator("#table .tabulator-row").count() < 150, "only what is seen is drawn"
    page.get_by_role("button", name="Agent", exact=True).click()
    page.locator("#table a").first.focus()
    page.keyboard.press("End")
    until(page, "document.activeElement.textContent === 'A299'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("table.paper tbody tr").count() == 300
    go(page, vendor="alpha", period="2026-09")
    assert "Nothing was delivered for this period." in page.locator("#lacking").inner_text()
