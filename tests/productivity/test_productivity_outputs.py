"""What is printed and written, in both languages, also of hostile names and bad questions."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from productivity_world import post, signed, steady, weekdays

import vendoreval as ve
from vendoreval.cli import run
from vendoreval.ledger import Ledger

HOSTILE = "=HYPERLINK(1)<script>[bold]"
PHONE = "79161234512"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """September and October of agents with ordinary, hostile and telling codes."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "vendoreval.yaml").write_text("client: Client\ncurrency: RUB\ntimezone: UTC\n")
    (folder / "agreements").mkdir()
    ledger = Ledger.open(folder / "ledger")
    for month in ("2026-09", "2026-10"):
        rows = []
        for day in weekdays(month):
            for agent in ("A1", HOSTILE, PHONE, "A4"):
                count = 2 if (month, agent, day.day) == ("2026-10", "A4", 21) else 12
                rows += steady(day, agent, count + day.day % 2)
        post(ledger, "calls", rows, period=month)
    return folder


@pytest.fixture(scope="module")
def made(workspace: Path) -> Any:
    return ve.productivity(Ledger.open(workspace / "ledger"), "alpha", "2026-10-21", "2026-10-20")


def test_codes_that_name_a_person_are_masked_unless_asked(made: Any, workspace: Path) -> None:
    shown = ve.productivity(Ledger.open(workspace / "ledger"), "alpha", "2026-10-21",
                            unmasked=True)  # fmt: skip

    assert PHONE not in made.to_text() + made.to_html() + made.to_paste() + str(made.to_frame())
    assert "+7 9** ***-**-12" in made.to_text()
    assert PHONE in shown.to_text()


def test_a_page_runs_nothing_and_fetches_nothing(made: Any, tmp_path: Path) -> None:
    page = made.to_html(tmp_path / "page.html", language="ru")

    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert "<script" not in page and "http" not in page and "@import" not in page
    assert "&lt;script&gt;" in page
    assert "prefers-color-scheme:dark" in page
    assert "<svg" in page and "▼" in page
    assert made._repr_html_() in made.to_html(language="en")


def test_a_view_of_four_hundred_agents_stays_small(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledger")
    days = weekdays("2026-10-19..2026-10-21")
    post(ledger, "calls", [
        row for day in days for n in range(400) for row in steady(day, f"Agent{n:05d}", 2)
    ])  # fmt: skip

    view = ve.productivity(ledger, "alpha", "2026-10-21", "2026-10-20")._repr_html_()

    assert len(view.encode()) < 200_000
    assert "Agent00001" in view


def test_a_page_opens_in_a_browser_without_a_request(
    made: Any, tmp_path: Path, browser: Any
) -> None:
    made.to_html(tmp_path / "page.html")
    page = browser.new_page(color_scheme="dark")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())

    assert said == [(tmp_path / "page.html").as_uri()]
    assert page.locator("tr").count() > 10
    color = page.evaluate("getComputedStyle(document.querySelector('.ve-prod')).backgroundColor")
    assert color == "rgb(20, 24, 28)"
    page.close()


def test_a_workbook_holds_figures_and_no_formula(made: Any, tmp_path: Path) -> None:
    book = load_workbook(made.to_xlsx(tmp_path / "deep" / "book.xlsx", language="ru"))

    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [c for c in cells if c.data_type == "f"]
    assert not [
        c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "@"))
    ]
    wide = book.worksheets[0]
    names = [wide.cell(1, n).value for n in range(1, wide.max_column + 1)]
    lines = {wide.cell(n, 1).value: n for n in range(2, wide.max_row + 1)}
    assert wide.cell(lines["A4"], names.index("Наборы") + 1).value == 3
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_picture_is_drawn_also_of_names_that_look_like_formulas(
    made: Any, tmp_path: Path
) -> None:
    for code in ("en", "ru"):
        content = made.to_png(tmp_path / f"{code}.png", language=code).read_bytes()
        assert content.startswith(b"\x89PNG") and len(content) > 10_000


def test_a_message_for_a_chat_names_who_is_outside(made: Any) -> None:
    english, russian = made.to_paste("en"), made.to_paste("ru")

    assert english.splitlines()[0] == "alpha, 21 October 2026 against 20 October 2026"
    assert re.search(r"^A4: .*dials 3▼ \(usual 12.5\)", english, re.MULTILINE)
    assert "A1:" not in english
    assert "наборы 42" in russian and "это вопрос, а не вывод" in russian
    assert len(english) < 1500


def test_the_frame_says_everything(made: Any) -> None:
    frame = made.to_frame()

    slow = frame[(frame["agent"] == "A4") & (frame["measure"] == "dials")].iloc[0]
    assert (slow["value"], slow["earlier"], slow["difference"], slow["signal"]) == (
        3, 12, -9, "below",
    )  # fmt: skip
    assert len(frame) == 5 * len(made.measures)
    assert made.to_wide().loc["A4", "dials"] == 3
    assert len(made) == 4 and "by agent" in repr(made)


@pytest.mark.parametrize(
    ("by", "code"), [("agent", "en"), ("day", "ru"), ("campaign", "en"), ("hour", "ru")]
)
def test_the_command_prints_the_table(
    workspace: Path, by: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["productivity", str(workspace), "--vendor", "alpha", "--period", "2026-10",
                "--compare-with", "2026-09", "--by", by, "--lang", code]) == 0  # fmt: skip

    text = capsys.readouterr().out
    assert {"en": "All together", "ru": "Все вместе"}[code] in text
    assert {"en": "Dials", "ru": "Наборы"}[code] in text
    assert "%(" not in text and "None" not in text and "nan" not in text
    assert "Traceback" not in text
    if by == "hour":
        assert "09:00" in text
    if by == "day" and code == "ru":
        assert "01.10.2026" in text


def test_the_command_writes_all_forms(workspace: Path, tmp_path: Path, capsys: Any) -> None:
    names = {"--png": "a.png", "--html": "a.html", "--xlsx": "a.xlsx"}
    files = [part for option, name in names.items() for part in (option, str(tmp_path / name))]

    assert run(["productivity", str(workspace), "--vendor", "alpha", "--period", "2026-10-21",
                "--until", "10:00", "--paste", "--lang", "ru", *files]) == 0  # fmt: skip

    out, err = capsys.readouterr()
    assert out.startswith("alpha: 21 октября 2026")
    assert "до 10:00" in out and "обычный день" in out
    assert str(tmp_path) not in out
    assert all(str(tmp_path / name) in err for name in names.values())
    assert {path.name for path in tmp_path.iterdir()} == set(names.values())


WRONG = {
    "reversed": (["--period", "2026-10-11..2026-10-05"], 3, "ends before it begins",
                 "2026-10-05..2026-10-11"),
    "no period": (["--period", "October"], 3, "--period", "2026-10-05"),
    "itself": (["--period", "2026-10", "--compare-with", "2026-10"], 3, "--compare-with",
               "another period"),
    "future": (["--period", "2031-01"], 4, "2031-01", "31 October 2026"),
    "before": (["--period", "2020-01"], 4, "2020-01", "1 September 2026"),
    "by": (["--period", "2026-10", "--by", "team"], 3, "--by", "campaign"),
    "until": (["--period", "2026-10", "--until", "25:00"], 3, "--until", "13:00"),
    "vendor": (["--period", "2026-10", "--vendor", "omega"], 4, "omega", "alpha"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_wrong_question_says_what_is_expected(
    workspace: Path, case: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, exit_code, there, expected = WRONG[case]
    named = [] if "--vendor" in arguments else ["--vendor", "alpha"]

    assert run(["productivity", str(workspace), *named, *arguments, "--lang", code]) == exit_code

    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err and "%(" not in err
    if code == "en":
        assert there in err and expected in err
    else:
        assert not err.isascii()


def test_the_library_refuses_what_makes_no_sense(workspace: Path) -> None:
    ledger = Ledger.open(workspace / "ledger")
    with pytest.raises(ValueError, match="itself"):
        ve.productivity(ledger, "alpha", "2026-10", "2026-10")
    with pytest.raises(ValueError, match="is not one of"):
        ve.productivity(ledger, "alpha", "2026-10", by="team")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="limit"):
        ve.productivity(ledger, "alpha", "2026-10", limit_seconds=0)
    with pytest.raises(ValueError, match="time of day"):
        ve.productivity(ledger, "alpha", "2026-10", until="noon")


def test_a_period_nothing_was_delivered_for_is_no_difference(workspace: Path) -> None:
    made = ve.productivity(Ledger.open(workspace / "ledger"), "alpha", "2026-10", "2024-01")

    cell = made["A1"].cells["dials"]
    assert cell.value and cell.earlier is None and cell.change is None
    assert "2024-01" in made.to_text()


def test_a_table_of_what_was_known_earlier(workspace: Path) -> None:
    ledger = Ledger.open(workspace / "ledger")
    first = ledger.records[0].number

    with pytest.raises(ve.LedgerError):
        ve.productivity(ledger.as_of(first), "alpha", "2026-10")

    assert signed("alpha", "Europe/Moscow").vendor == "alpha"
    assert ve.productivity(ledger.as_of(first), "alpha", "2026-09-30").whole.cells["dials"].value
    assert date(2026, 9, 30) in ve.Period.parse("2026-09")
