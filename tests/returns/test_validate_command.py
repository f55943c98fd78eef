"""`vendoreval validate` as a vendor meets it: what it prints, writes and ends with.

The printed texts are kept as files, small enough to be read in a review. After a wanted
change write them anew with the variable WRITE_GOLDEN set, and look at the difference.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from vendoreval import cli
from vendoreval.agreement import load_agreement
from vendoreval.intake import read_delivery, validate

GOLDEN = Path(__file__).parent / "golden"
RECEIVED = datetime(2026, 11, 3, 9, tzinfo=UTC).timestamp()
AGREEMENT = GOLDEN / "alpha.odcs.yaml"
OUTPUTS = {
    "--return": "checked.xlsx", "--letter": "letter.txt", "--faults": "faults.csv",
    "--accepted": "accepted.parquet", "--quarantine": "quarantine.parquet", "--html": "page.html",
}  # fmt: skip


@pytest.fixture
def received(tmp_path: Path) -> Path:
    """The file of the golden texts, as it came on 3 November."""
    path = tmp_path / "calls_2026-10.csv"
    shutil.copy(GOLDEN / path.name, path)
    os.utime(path, (RECEIVED, RECEIVED))
    return path


@pytest.fixture
def run(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LANG", "C.UTF-8")

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run(["validate", *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def same(name: str, text: str) -> None:
    place = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        place.write_text(text, encoding="utf-8")
    assert text == place.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ["en", "ru"])
def test_what_the_terminal_shows(run, received, code):
    ended, said, problems = run(received, "--agreement", AGREEMENT, "--lang", code)
    assert (ended, problems) == (1, "")
    same(
        f"validate.{code}.txt",
        said.replace(str(received), received.name).replace(str(AGREEMENT), AGREEMENT.name),
    )
    assert all(len(line) <= 100 for line in said.splitlines()[:-1])


@pytest.mark.parametrize("code", ["en", "ru"])
def test_the_letter(run, received, tmp_path, code):
    # read with its time of arrival: the file system may know the copy as younger
    report = validate(
        read_delivery(
            received,
            load_agreement(AGREEMENT),
            received_at=datetime.fromtimestamp(RECEIVED, UTC),
        )
    )
    same(f"letter.{code}.txt", report.letter(code))


def test_the_json(run, received):
    ended, said, _ = run(received, "--agreement", AGREEMENT, "--json", "--lang", "en")
    assert ended == 1
    same("validate.json", said)
    value = json.loads(said)
    rows = value["rows"]
    parts = ("accepted", "quarantined", "rejected", "skipped")
    assert rows["delivered"] == sum(rows[part] for part in parts)


def test_the_vendor_is_addressed_in_the_language_of_the_agreement(run, received, tmp_path):
    letter = tmp_path / "letter.txt"
    _, said, _ = run(received, "--agreement", AGREEMENT, "--letter", letter)
    assert "что сделать:" in said and letter.read_text().startswith("Тема: ")
    _, said, _ = run(received, "--agreement", AGREEMENT, "--letter", letter, "--lang", "en")
    assert "what to do:" in said and letter.read_text().startswith("Subject: ")


def test_everything_is_written_and_agrees(run, received, tmp_path):
    out = tmp_path / "new" / "folder"
    wanted = [part for option, name in OUTPUTS.items() for part in (option, out / name)]
    ended, said, _ = run(received, "--agreement", AGREEMENT, *wanted)
    assert ended == 1
    assert sorted(path.name for path in out.iterdir()) == sorted(OUTPUTS.values())
    assert all(str(out / name) in said for name in OUTPUTS.values())
    report = validate(read_delivery(received, load_agreement(AGREEMENT)))
    accepted = pl.read_parquet(out / "accepted.parquet")
    assert accepted["call_id"].to_list() == ["c1", "c2", "c9"]
    assert accepted["talk_seconds"].sum() == report.sums["talk_seconds"].accepted == 196
    set_aside = pl.read_parquet(out / "quarantine.parquet")
    assert set_aside["_row"].to_list() == [5, 6, 7, 8, 9]
    assert set_aside["talk_seconds"].to_list() == ["0", "15", "00:01:00", "10", "десять"]
    frame = report.faults.to_frame("ru", per_rule=None)
    with (out / "faults.csv").open(encoding="utf-8-sig", newline="") as stream:
        listed = list(csv.DictReader(stream))
    assert list(listed[0]) == list(frame.columns)
    assert [row["message"] for row in listed] == frame["message"].to_list()
    again = tmp_path / "faults.parquet"
    assert run(received, "--agreement", AGREEMENT, "--faults", again)[0] == 1
    whole = pl.read_parquet(again)
    assert whole.columns == list(frame.columns)
    assert whole.drop("value", "sheet", "column").rows() == [
        tuple(row) for row in frame.drop(columns=["value", "sheet", "column"]).to_numpy()
    ]
    # the sender gets its own values back as they were
    assert "8 (916) 123-00-04" in whole["value"].to_list()


def test_a_file_without_one_accepted_row_still_gives_its_tables(run, tmp_path):
    path = tmp_path / "calls_2026-10.csv"
    path.write_text("call_id;agent_id;started_at;talk_seconds;disposition\n;;;;\n", "utf-8")
    ended, said, _ = run(
        path, "--agreement", AGREEMENT, "--lang", "en", "--accepted", tmp_path / "a.parquet",
        "--quarantine", tmp_path / "q.parquet", "--faults", tmp_path / "f.parquet",
    )  # fmt: skip
    assert ended == 0 and "0 accepted" in said
    accepted = pl.read_parquet(tmp_path / "a.parquet")
    assert accepted.height == 0 and accepted.schema["talk_seconds"] == pl.Int64
    assert {"_row", "vendor", "call_id", "started_on"} <= set(accepted.columns)
    assert pl.read_parquet(tmp_path / "q.parquet").height == 0
    assert pl.read_parquet(tmp_path / "f.parquet").columns[:4] == ["file", "sheet", "row", "line"]


def test_a_sound_file_ends_with_nought_and_says_so(run, tmp_path):
    path = tmp_path / "calls_2026-10.csv"
    path.write_text(
        "call_id;agent_id;started_at;talk_seconds;disposition\n1;a;01.10.2026 10:00:00;5;sale\n",
        encoding="utf-8",
    )
    ended, said, _ = run(path, "--agreement", AGREEMENT, "--lang", "en")
    assert ended == 0 and "Accepted: nothing needs to be sent again." in said
    assert "--faults" not in said


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["missing.csv", "--agreement", AGREEMENT], 2, ["there is no such file"]),
        ([GOLDEN / "calls_2026-10.csv", "--agreement", "none.yaml"], 3, ["none.yaml"]),
        ([GOLDEN / "calls_2026-10.csv", "--agreement", AGREEMENT, "--report", "x"], 3, ["calls"]),
        ([GOLDEN / "calls_2026-10.csv"], 3, ["--agreement"]),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, arguments, code, words):
    ended, said, problem = run(*arguments)
    assert (ended, said) == (code, "")
    assert all(word in problem for word in words) and "Traceback" not in problem


def test_names_are_looked_at_before_the_work_begins(run, received, tmp_path):
    (tmp_path / "folder.txt").mkdir()
    before = received.read_bytes()
    ended, said, problem = run(
        received, "--agreement", AGREEMENT, "--return", tmp_path / "a.xls",
        "--faults", received, "--accepted", tmp_path / "same.parquet",
        "--quarantine", tmp_path / "." / "same.parquet", "--letter", tmp_path / "folder.txt",
    )  # fmt: skip
    assert (ended, said) == (3, "")
    # all at once, and nothing was touched
    lines = problem.splitlines()
    assert [line.split(" ")[0] for line in lines] == [
        "--return", "--letter", "--faults", "--quarantine",
    ]  # fmt: skip
    assert "take the place of a file that is read" in lines[2]
    assert "--accepted writes there too" in lines[3]
    assert received.read_bytes() == before and not (tmp_path / "same.parquet").exists()


def test_a_place_that_cannot_be_written_is_no_fault_of_the_file(run, received, tmp_path):
    (tmp_path / "taken").write_text("")
    ended, _, problem = run(
        received, "--agreement", AGREEMENT, "--letter", tmp_path / "taken" / "letter.txt"
    )
    assert ended == 4 and "letter.txt" in problem
