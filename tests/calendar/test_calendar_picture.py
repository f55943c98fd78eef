"""The heat map and the command: every state has a shape, and the same in words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import matplotlib.image
import pandas as pd
import pytest
import typer
from calendar_world import World, agreement_of, at, invoice
from typer.testing import CliRunner

from vendoreval.commands.calendar import calendar as command
from vendoreval.errors import AgreementError
from vendoreval.ledger import Ledger
from vendoreval.ledger.calendar import Calendar, CalendarRow, State, delivery_calendar
from vendoreval.period import Period
from vendoreval.report.calendar_chart import calendar_svg, write_calendar
from vendoreval.report.calendar_shapes import mark, picture
from vendoreval.report.render import ReportError

SVG = "{http://www.w3.org/2000/svg}"
NOW = at("2026-10-20 06:00")


@pytest.fixture
def october(by_days: World) -> Calendar:
    """A month with every kind of day."""
    by_days.post_day("2026-10-01", at("2026-10-02 06:00"))
    by_days.post_day("2026-10-02", at("2026-10-05 09:00"))
    by_days.post_day("2026-10-05", at("2026-10-06 06:00"))
    by_days.post_day("2026-10-05", at("2026-10-07 06:00"), count=3)
    by_days.post("calls", "2026-10-06", [], received_at=at("2026-10-07 06:30"))
    bill = invoice("2026-10", "100")
    by_days.post("invoice_lines", "2026-10", bill, received_at=at("2026-10-19 06:00"))
    return delivery_calendar(by_days.ledger, "alpha", "2026-10", NOW)


def test_no_two_states_look_alike_without_colour() -> None:
    def outline(state: State) -> object:
        return [(s.points, s.radius, s.stroke is None) for s in mark(state, 0, 0, 4)]

    states = get_args(State)
    assert len({str(outline(state)) for state in states}) == len(states)


@pytest.mark.parametrize(
    ("code", "said"), [("en", "calls: on time 2, late 1 (2026-10-02)"), ("ru", "с опозданием 1")]
)
def test_the_picture_says_in_words_what_it_shows(october: Calendar, code: str, said: str) -> None:
    root = ElementTree.fromstring(calendar_svg(october, code))  # noqa: S314  our own text
    assert root.get("role") == "img"
    description = root.findtext(f"{SVG}desc") or ""
    assert said in description
    hints = [title.text or "" for title in root.iter(f"{SVG}title")][1:]
    assert len(hints) == len(october)
    assert (sum("sent again" in hint for hint in hints) == 1) == (code == "en")
    # nothing is loaded from elsewhere
    assert not re.search(r"href|url\(|<script|<image", calendar_svg(october, code))


def test_marks_and_words_stay_inside_the_picture(october: Calendar) -> None:
    for drawn in (picture(october), picture(_long(october))):
        points = [p for g in drawn.groups for s in g.shapes for p in s.points]
        points += [(w.x, w.y) for w in drawn.words]
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in points)


def _long(calendar: Calendar) -> Calendar:
    year = Period.parse("2026-01-01..2026-12-31")
    return Calendar("alpha", "Alpha", year, calendar.rows)


def test_a_name_cannot_break_the_picture() -> None:
    row = CalendarRow('<b>&"' + "x" * 60, Period.parse("2026-10"), None, "missing")
    svg = calendar_svg(Calendar("v", "<script>", Period.parse("2026-10"), (row,)))
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).tag == f"{SVG}svg"  # noqa: S314


@pytest.mark.parametrize("name", ["alpha.svg", "alpha.png"])
def test_the_picture_is_written(october: Calendar, tmp_path: Path, name: str) -> None:
    path = write_calendar(october, tmp_path / name, "ru")
    if name.endswith("svg"):
        assert path.read_text(encoding="utf-8").startswith("<svg")
    else:
        height, width, _ = matplotlib.image.imread(path).shape
        assert width > height > 200
        assert "с опозданием".encode() in path.read_bytes()


def test_other_names_and_places_are_refused(october: Calendar, tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match=r"ends in \.jpg"):
        write_calendar(october, tmp_path / "alpha.jpg")
    with pytest.raises(ReportError):
        write_calendar(october, tmp_path / "nowhere" / "alpha.svg")


# -------------------------------------------------------------------- command


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in which one day came late."""
    folder = tmp_path / "acme"
    (folder / "agreements").mkdir(parents=True)
    (folder / "vendoreval.yaml").write_text("client: Acme\ncurrency: RUB\nlanguage: en\n")
    (folder / "agreements" / "alpha.odcs.yaml").write_bytes(agreement_of("day").content)
    world = World(Ledger.open(folder / "ledger"), tmp_path, agreement_of("day"))
    world.post_day("2026-10-01", at("2026-10-02 09:00"))
    return folder


def run(*arguments: str) -> tuple[str, BaseException | None]:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, list(arguments))
    return result.output, result.exception


def test_the_command_names_what_to_ask_for(workspace: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.svg"
    output, error = run(
        str(workspace), "--vendor", "alpha", "--period", "2026-10-01..2026-10-02",
        "--picture", str(place),
    )  # fmt: skip
    assert error is None
    assert output.splitlines()[:2] == [
        "alpha, 2026-10-01..2026-10-02",
        "  calls: late 1, missing 1",
    ]
    assert "  calls 2026-10-01: late; due 02.10.2026 10:00, came 02.10.2026 12:00" in output
    assert "  calls 2026-10-02: missing; due 05.10.2026 10:00" in output
    assert place.exists()


def test_the_command_speaks_russian(workspace: Path) -> None:
    output, _ = run(
        str(workspace), "--vendor", "alpha", "--period", "2026-10-01", "--lang", "ru"
    )  # fmt: skip
    assert "calls 2026-10-01: с опозданием; срок 02.10.2026 10:00, получено" in output


def test_every_unit_as_a_table_json_and_csv(workspace: Path, tmp_path: Path) -> None:
    span = ("--period", "2026-10-01..2026-10-05")
    output, _ = run(str(workspace), *span, "--table")
    lines = [line.split() for line in output.splitlines() if line.startswith("  calls  ")]
    assert [line[1] for line in lines] == [f"2026-10-{day:02d}" for day in range(1, 6)]
    assert lines[0][2:] == ["02.10.2026", "10:00", "02.10.2026", "12:00", "late", "2"]
    output, _ = run(str(workspace), *span, "--json", "--csv", str(tmp_path / "new" / "cal.csv"))
    (told,) = json.loads(output[: output.rindex("}") + 1])["calendars"]
    assert told["vendor"] == "alpha" and told["counts"]["late"] == 1
    late = next(row for row in told["rows"] if row["state"] == "late")
    assert late["due_at"] == "2026-10-02T07:00:00+00:00" and late["rows"] == 2
    table = pd.read_csv(tmp_path / "new" / "cal.csv", encoding="utf-8-sig")
    assert [str(row) for row in table["state"]] == [row["state"] for row in told["rows"]]
    assert list(table["unit"]) == [row["unit"] for row in told["rows"]]


def test_a_picture_is_of_one_vendor(workspace: Path, tmp_path: Path) -> None:
    second = agreement_of("day").content.replace(b"id: reports", b"id: other")
    (workspace / "agreements" / "beta.odcs.yaml").write_bytes(second)
    place = tmp_path / "out.svg"
    output, error = run(str(workspace), "--period", "2026-10-01", "--picture", str(place))
    assert isinstance(error, AgreementError) and "alpha, beta" in error.describe("en")
    output, error = run(str(workspace), "--period", "2026-10-01")
    assert error is None and {"alpha, 2026-10-01", "beta, 2026-10-01"} <= set(output.splitlines())


def test_holidays_of_the_agreement_are_shaded(october: Calendar) -> None:
    assert {str(day) for day in october.holidays} == {"2026-10-12"}
    shaded = picture(october).groups[0].shapes
    without = picture(replace(october, holidays=frozenset())).groups[0].shapes
    assert len(shaded) == len(without) + 1 == 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--vendor", "beta", "--period", "2026-10"), "one of: alpha"),
        (("--vendor", "alpha", "--period", "October"), "a period such as"),
        (("--vendor", "alpha", "--period", "2026-10", "--lang", "de"), "one of: en, ru"),
    ],
)
def test_wrong_arguments_are_named(workspace: Path, arguments: tuple[str, ...], said: str) -> None:
    _, error = run(str(workspace), *arguments)
    assert isinstance(error, AgreementError)
    assert said in error.describe("en")
