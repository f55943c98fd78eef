"""Every changed, lost or foreign byte is seen, and the first broken link is named."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from ledger_world import Make

from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger
from vendoreval.tables import TABLES


@pytest.fixture
def three(ledger: Ledger, make: Make) -> Ledger:
    """A ledger of three months."""
    for period in ("2026-08", "2026-09", "2026-10"):
        ledger.post(make(period, count=3, quarantined=1))
    assert ledger.verify() == []
    return ledger


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.unlink()
    path.write_bytes(bytes(content))


def record(ledger: Ledger, number: int) -> Path:
    return ledger.path / "commits" / f"{number:010d}.json"


def test_one_byte_of_a_data_file(three: Ledger) -> None:
    path = three.path / three.commits[1].files[0].path
    flip(path, path.stat().st_size // 2)
    (problem,) = three.verify()
    assert problem.where == str(path)
    assert "the bytes were changed" in problem.describe()


def test_every_byte_of_a_record(three: Ledger) -> None:
    """Each single byte, also of the last record, which no later one vouches for."""
    path = record(three, 3)
    whole = path.read_bytes()
    for place in range(len(whole)):
        flip(path, place)
        problems = three.verify()
        assert problems, place
        assert problems[0].where == str(path)
    path.write_bytes(whole)
    assert three.verify() == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_record_is_named_and_stops_what_it_may_have_replaced(
    three: Ledger, make: Make, number: int
) -> None:
    """Which deliveries of its report still count is not known any more; all else is read."""
    three.post(make("2026-10", vendor="beta", count=2))
    three.post(make(None, report="roster", count=4))
    flip(record(three, number), 400)
    fresh = Ledger.open(three.path)
    assert fresh.verify()[0].where == str(record(three, number))
    with pytest.raises(LedgerError, match=f"{number:010d}.json: the record is not the one"):
        fresh.calls("alpha")
    with pytest.raises(LedgerError, match=f"{number:010d}.json"), fresh.engine() as engine:
        engine.run(TABLES["calls"].count().as_table())
    assert len(fresh.calls("beta")) == 2
    assert len(fresh.rows("roster")) == 4
    # nothing is added to a broken chain, and nothing of it is taken for rubbish
    with pytest.raises(LedgerError, match="restore the folder"):
        fresh.post(make("2026-12"))
    long_ago(fresh.path)
    Ledger.open(fresh.path)
    assert len(list((fresh.path / "data" / "calls").iterdir())) == 7


def long_ago(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (1, 1))


def test_a_record_rewritten_with_a_fitting_hash(three: Ledger, make: Make, tmp_path: Path) -> None:
    """The next record still holds the hash of the one that was there."""
    other = Ledger.open(tmp_path / "other")
    for period in ("2026-08", "2026-09"):
        other.post(make(period, count=3, quarantined=1, text="rewritten"))
    record(three, 2).unlink()
    record(three, 2).write_bytes(record(other, 2).read_bytes())
    problem = three.verify()[0]
    assert problem.where == str(record(three, 2))
    assert "does not follow the one before it" in problem.describe()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_missing_record(three: Ledger, make: Make, number: int) -> None:
    """The last one too: its number was noted."""
    three.post(make("2026-10", vendor="beta", count=2), reason="")
    record(three, 4).unlink()
    record(three, number).unlink()
    fresh = Ledger.open(three.path)
    problem = fresh.verify()[0]
    assert problem.where == str(record(three, number))
    assert "the record is missing" in problem.describe()
    for vendor in ("alpha", "beta"):
        with pytest.raises(LedgerError, match="the record is missing"):
            fresh.calls(vendor)
    assert len(fresh.rows("roster")) == 0


def test_missing_last_records_are_seen_by_a_noted_hash(three: Ledger) -> None:
    """Also by one who takes the note of the last record with them."""
    head = three.head_hash
    assert three.verify(head) == []
    record(three, 3).unlink()
    (three.path / "head.json").unlink()
    assert three.verify() == []
    (problem,) = three.verify(head)
    assert head in problem.describe()
    assert [c.number for c in three.commits] == [1, 2]


def test_a_torn_note_of_the_last_record_does_no_harm(three: Ledger, make: Make) -> None:
    for content in (b"", b"{", b'{"number": "x"}', b"[]"):
        (three.path / "head.json").write_bytes(content)
        assert three.verify() == []
        assert len(Ledger.open(three.path).calls("alpha")) == 9
    three.post(make("2026-11"))
    record(three, 4).unlink()
    assert "0000000004" in three.verify()[0].where


@pytest.mark.parametrize("damage", ["flipped", "torn", "missing", "emptied"])
def test_a_damaged_data_file_stops_reading_of_that_delivery_only(
    three: Ledger, make: Make, damage: str
) -> None:
    three.post(make("2026-10", vendor="beta", count=2))
    path = three.path / three.commits[1].files[0].path
    content = path.read_bytes()
    path.unlink()
    if damage == "flipped":
        middle = len(content) // 3
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif damage == "torn":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "emptied":
        path.write_bytes(b"")
    fresh = Ledger.open(three.path)
    assert [problem.where for problem in fresh.verify()] == [str(path)]
    for period in ("2026-08", "2026-10"):
        assert len(fresh.calls("alpha", period)) == 3
    assert len(fresh.calls("beta")) == 2
    for read in (fresh.calls, lambda: fresh.calls("alpha", "2026-09")):
        with pytest.raises(LedgerError, match="delivery 2 cannot be read") as caught:
            read()
        assert "calls_2026-09.csv" in str(caught.value)
        assert "post the received file again" in str(caught.value)
    # the received file, posted once more, takes the place of the damaged delivery
    receipt = fresh.post(make("2026-09", count=3, quarantined=1))
    assert (receipt.new, receipt.commit.supersedes) == (True, (2,))
    assert len(fresh.calls("alpha")) == 9


def test_a_missing_data_file(three: Ledger) -> None:
    path = three.files("calls")[0]
    path.unlink()
    (problem,) = three.verify()
    assert problem.where == str(path)
    with pytest.raises(LedgerError, match="the file is missing"):
        three.calls("alpha")


def test_a_changed_agreement(three: Ledger) -> None:
    (path,) = (three.path / "agreements").iterdir()
    path.write_bytes(path.read_bytes().replace(b"1.0.0", b"1.0.1"))
    assert three.verify()[0].where == str(path)
    with pytest.raises(LedgerError, match="the bytes were changed"):
        three.agreement("alpha")


def test_a_record_never_points_outside(three: Ledger) -> None:
    commit = three.commits[0]
    for path in ("/etc/passwd", "data/../../secret.parquet", "data/calls/../x.parquet"):
        value = json.loads(commit.model_dump_json())
        value["files"][0]["path"] = path
        with pytest.raises(ValueError, match="path"):
            type(commit).model_validate_json(json.dumps(value))


# ------------------------------------------------------------ other folders


def test_a_newer_format(ledger: Ledger) -> None:
    (ledger.path / "format.json").write_text('{"format": 7}')
    with pytest.raises(LedgerError, match=r"of format 7; expected format 3 or older") as caught:
        Ledger.open(ledger.path)
    assert "newer vendoreval" in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "1"}', '{"format": true}', "\xff"])
def test_a_format_file_that_says_nothing(ledger: Ledger, content: str) -> None:
    (ledger.path / "format.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(LedgerError, match="does not say the ledger's format"):
        Ledger.open(ledger.path)


def test_an_older_format_is_read_and_grows(ledger: Ledger, make: Make) -> None:
    """An older version must not meet records it cannot know: the number says so first."""
    (ledger.path / "format.json").write_text('{"format": 1, "what": "vendoreval ledger"}')
    assert Ledger.open(ledger.path).commits == ()
    assert json.loads((ledger.path / "format.json").read_text())["format"] == 1
    ledger.post(make("2026-10"))
    assert json.loads((ledger.path / "format.json").read_text())["format"] == 3


def test_a_folder_that_is_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("hello")
    with pytest.raises(LedgerError, match=r"has no format\.json"):
        Ledger.open(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(LedgerError, match="this is a file"):
        Ledger.open(tmp_path / "letter.txt")
    with pytest.raises(LedgerError, match="there is no such folder"):
        Ledger.open(tmp_path / "absent", create=False)
    assert not (tmp_path / "absent").exists()


def test_leftovers_of_killed_writers(three: Ledger) -> None:
    """Invisible while young, removed by a later open, and nothing named goes with them."""
    leftovers = [
        three.path / "data" / "calls" / "0000000004-abc-accepted-0001.parquet",
        three.path / "commits" / ".0000000004.abc.tmp",
        three.path / "staging" / "abc" / "0000.parquet",
    ]
    for path in leftovers:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    assert len(Ledger.open(three.path).commits) == 3
    assert all(path.exists() for path in leftovers)
    assert three.verify() == []

    # the clock of the machine goes on by two days
    with pytest.MonkeyPatch.context() as patch:
        now = time.time()
        patch.setattr(time, "time", lambda: now + 2 * 86_400)
        Ledger.open(three.path)
    assert not any(path.exists() for path in leftovers)
    assert three.verify() == []


def test_a_record_its_writer_never_finished(three: Ledger, make: Make) -> None:
    """Possible only without hard links; it was never acknowledged."""
    path = record(three, 4)
    path.write_bytes(record(three, 3).read_bytes()[:300])
    assert len(three.commits) == 3
    assert "cut off" in three.verify()[0].describe()
    os.utime(path, (1, 1))
    assert three.post(make("2026-11")).commit.number == 4
    assert three.verify() == []
