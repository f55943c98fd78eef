"""`vendoreval ledger` and `vendoreval bank` on a small workspace, as a person runs them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vendoreval.cli import run
from vendoreval.ledger import Ledger
from vendoreval.simulation import write_demo

Run = Callable[..., tuple[int, str, str]]
PHONE_START = "7975"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two vendors and two months, posted."""
    folder = tmp_path_factory.mktemp("demo") / "acme"
    write_demo(folder, small=True)
    for vendor in ("akvilon", "delta", "vektor"):
        shutil.rmtree(folder / "inbox" / vendor)
        (folder / "agreements" / f"{vendor}.odcs.yaml").unlink()
    for path in [*folder.glob("inbox/*/*"), *folder.glob("client/*")]:
        if not any(part in path.name for part in ("2026-09", "2026-10", "roster")):
            path.unlink()
    assert run(["ingest", str(folder)]) in (0, 1)
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "acme"))


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Run:
    def done(*words: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        return code, out, err

    return done


def test_log_and_what_was_known_earlier(folder: Path, call: Run) -> None:
    code, out, _ = call("ledger", "log", folder)
    assert code == 0 and len(out.splitlines()) == len(Ledger.open(folder / "ledger").commits)
    assert "beryoza" in out and "in force" in out
    code, out, _ = call("ledger", "log", folder, "--vendor", "beryoza", "--report", "calls")
    assert len(out.splitlines()) == 2
    assert len(call("ledger", "log", folder, "--as-of", "3")[1].splitlines()) == 3
    code, _, err = call("ledger", "log", folder, "--as-of", "yesterday", "--lang", "ru")
    assert code == 3 and "указано yesterday" in err


def test_one_delivery_and_one_row(folder: Path, call: Run) -> None:
    ledger = Ledger.open(folder / "ledger")
    commit = next(c for c in ledger.commits if (c.vendor, c.report) == ("beryoza", "calls"))
    code, out, _ = call("ledger", "show", folder, "--number", commit.number)
    assert code == 0 and commit.sha256 in out and "quarantined" in out
    key = ledger.calls("beryoza").to_frame().call_id[0]
    code, out, _ = call("ledger", "show", folder, "--report", "calls", "--key", key)
    assert code == 0 and f"call_id = {key}" in out
    assert PHONE_START not in out  # masked
    code, out, _ = call("ledger", "show", folder, "--report", "calls", "--key", "nobody")
    assert code == 0 and "no delivery holds this key" in out
    for words in (["--number", "999"], [], ["--report", "funnel", "--key", "L1"],
                  ["--report", "dials", "--key", "1"]):  # fmt: skip
        code, _, err = call("ledger", "show", folder, *words)
        assert code == 3 and "expected" in err


def test_verify_names_the_damage_and_the_received_file_mends_it(folder: Path, call: Run) -> None:
    ledger = Ledger.open(folder / "ledger")
    head = ledger.head_hash
    assert call("ledger", "verify", folder, "--head", head)[0] == 0
    code, _, err = call("ledger", "verify", folder, "--head", "0" * 64)
    assert code == 4 and "no record has the hash" in err
    path = ledger.paths(next(c for c in ledger.commits if c.report == "calls"))[0]
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:100])
    code, _, err = call("ledger", "verify", folder, "--lang", "ru")
    assert code == 4 and path.name in err and "контрольной суммой" in err
    # the file is still in the inbox: the next ingest posts it once more
    code, out, _ = call("ingest", folder)
    assert "1 new file posted" in out
    assert len(Ledger.open(folder / "ledger").calls()) == len(ledger.calls())


def test_packing_changes_nothing_that_is_seen(folder: Path, call: Run) -> None:
    before = call("ledger", "export", folder, "--to", "parquet", "--out", folder / "a")[1]
    code, out, _ = call("ledger", "compact", folder)
    assert code == 0 and "Files put together" in out and "a day later" in out
    assert call("ledger", "verify", folder)[0] == 0
    after = call("ledger", "export", folder, "--to", "parquet", "--out", folder / "b")[1]
    assert before.splitlines()[:-1] == after.splitlines()[:-1]
    assert "nothing to put together" in call("ledger", "compact", folder, "--at-once")[1]
    assert "files put together" in call("ledger", "log", folder)[1]
    code, out, _ = call("ingest", folder)
    assert code == 0 and "0 new files posted" in out


def test_erasing_asks_first(folder: Path, call: Run) -> None:
    frame = Ledger.open(folder / "ledger").calls().to_frame()
    phone = frame.phone.value_counts().index[0]
    words = ("ledger", "erase", folder, "--phone", phone, "--reason", "request 17")
    code, out, _ = call(*words)
    assert code == 0 and "Nothing was changed" in out and "Would be erased" in out
    code, out, _ = call(*words, "--yes", "--lang", "ru")
    assert code == 0 and "Код стирания" in out and "client/leads" in out
    held = [p for p in (folder / "ledger").rglob("*.parquet") if phone.encode() in p.read_bytes()]
    assert held == []
    assert "No row of the ledger" in call(*words, "--yes")[1]
    assert call("ledger", "verify", folder)[0] == 0
    assert call("audit", folder, "--period", "2026-10", "--no-pdf")[0] in (0, 2)
    assert call("ledger", "erase", folder, "--reason", "x", "--before", "soon")[0] == 3


def test_posting_single_rows_by_hand(folder: Path, call: Run, tmp_path: Path) -> None:
    received = folder / "inbox" / "beryoza" / "calls_2026-10.csv"
    head, first, *_ = received.read_text(encoding="utf-8").splitlines(keepends=True)
    small = tmp_path / "calls_2026-10.csv"
    small.write_text(head + first, encoding="utf-8")
    words = ("ledger", "post", small, folder, "--vendor", "beryoza")
    before = len(Ledger.open(folder / "ledger").calls("beryoza"))
    code, out, _ = call(*words, "--by-key")
    assert code == 4 and "no reason is given" in out
    code, out, _ = call(*words, "--by-key", "--reason", "clock")
    assert code == 0 and "1 row of earlier deliveries" in out
    assert len(Ledger.open(folder / "ledger").calls("beryoza")) == before
    # without --by-key the file is the whole month
    small.write_text(head + first + "\n", encoding="utf-8")
    code, out, _ = call(*words)
    assert code in (0, 1) and "takes the place of delivery" in out
    code, out, _ = call("ledger", "post", small, folder, "--vendor", "nobody")
    assert code == 2 and "belongs to no agreement" in out
    code, out, _ = call(*words)
    assert code == 0 and "Nothing was changed" in out


def test_the_contract_bank(folder: Path, call: Run, tmp_path: Path) -> None:
    code, out, _ = call(
        "bank", folder, "--vendor", "beryoza", "--compare-with", "2026-09-30", "--lang", "ru",
        "--picture", tmp_path / "funnel.svg", "--out", tmp_path / "bank.csv",
    )  # fmt: skip
    assert code == 0 and "банк договоров" in out and "продажи от полного банка" in out
    assert (tmp_path / "funnel.svg").exists()
    assert (tmp_path / "bank.csv").read_text(encoding="utf-8-sig").startswith('"lead_id","stage"')
    assert call("bank", folder, "--vendor", "nobody")[0] == 4
    assert call("bank", folder, "--vendor", "beryoza", "--on", "soon")[0] == 3
    assert call("bank", folder, "--vendor", "beryoza", "--compare-with", "2030-01-01")[0] == 3


def test_a_folder_without_a_ledger(tmp_path: Path, original: Path, call: Run) -> None:
    shutil.copy(original / "vendoreval.yaml", tmp_path / "vendoreval.yaml")
    for command in ("log", "verify", "compact"):
        code, _, err = call("ledger", command, tmp_path)
        assert code == 4 and "there is no such folder" in err
    assert not (tmp_path / "ledger").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["vendoreval.yaml"]
