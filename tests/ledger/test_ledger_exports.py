"""What counts, written for other tools: the same rows, phones masked, whole or not at all."""

from __future__ import annotations

import builtins
import errno
import os
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from ledger_world import RECEIVED, call_rows, delivery_of

from vendoreval.errors import AgreementError, LedgerError
from vendoreval.exports import FORMS, export_ledger
from vendoreval.ledger import Ledger

PHONE = "+79990000000"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Two vendors, a corrected month, a row replaced by key, some files packed."""
    ledger = Ledger.open(tmp_path / "ledger")
    for vendor in ("alpha", "beta"):
        for month in (8, 9):
            ledger.post(
                delivery_of(tmp_path / "parts", f"2026-{month:02d}", vendor=vendor, count=5)
            )
    ledger.compact(at_once=True)
    ledger.post(delivery_of(tmp_path / "parts", "2026-09", count=7, text="corrected"))
    row = call_rows("beta", date(2026, 8, 1), 1)[0] | {"talk_seconds": 999}
    ledger.post(
        delivery_of(tmp_path / "parts", "2026-08", vendor="beta", rows=[row]), "x", by_key=True
    )
    ledger.post(delivery_of(tmp_path / "parts", None, report="roster", count=2))
    return ledger


def read(path: Path, form: str) -> dict[str, pl.DataFrame]:
    if form == "parquet":
        return {p.stem: pl.read_parquet(p) for p in path.glob("*.parquet")}
    if form == "duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            names = [str(row[0]) for row in connection.execute("SHOW TABLES").fetchall()]
            return {name: connection.table(name).pl() for name in names}
    deltalake = pytest.importorskip("deltalake")
    return {
        p.name: pl.from_arrow(deltalake.DeltaTable(str(p)).to_pyarrow_table())  # type: ignore[misc]
        for p in path.iterdir()
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_rows_that_count_and_their_deliveries(
    ledger: Ledger, tmp_path: Path, form: Any
) -> None:
    done = export_ledger(ledger, tmp_path / "out", form)
    tables = read(tmp_path / "out", form)
    assert set(tables) == {"calls", "roster", "deliveries"}
    assert done.rows == {name: table.height for name, table in tables.items()}
    assert done.head_hash == ledger.head_hash
    expected = ledger.calls().to_frame().sort_values(["vendor", "call_id"])
    calls = tables["calls"].sort("vendor", "call_id")
    for name in ("vendor", "call_id", "talk_seconds", "started_at"):
        assert calls[name].to_list() == list(expected[name])
    assert set(calls["phone"]) == {"+7 9** ***-**-00"}
    owners = dict(
        zip(tables["deliveries"]["delivery"], tables["deliveries"]["period"], strict=True)
    )
    assert {owners[n] for n in calls["delivery"]} == {"2026-08", "2026-09"}
    assert sum(tables["calls"]["delivery"] == 6) == 7
    assert repr(done) == f"Exported({form}, {sum(done.rows.values())} rows in 3 tables)"


@pytest.mark.parametrize("form", FORMS)
def test_phones_as_they_are_and_an_earlier_state(ledger: Ledger, tmp_path: Path, form: Any) -> None:
    export_ledger(ledger.as_of(2), tmp_path / "out", form, personal=True)
    tables = read(tmp_path / "out", form)
    assert tables["calls"].height == 10 and set(tables["calls"]["phone"]) == {PHONE}


def test_delta_keeps_its_earlier_versions(ledger: Ledger, tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    export_ledger(ledger.as_of(2), tmp_path / "out", "delta")
    export_ledger(ledger, tmp_path / "out", "delta")
    table = deltalake.DeltaTable(str(tmp_path / "out" / "calls"))
    assert table.version() == 1
    assert table.to_pyarrow_table().num_rows == len(ledger.calls())
    table.load_as_version(0)
    assert table.to_pyarrow_table().num_rows == 10


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_a_place_that_is_taken_stays_as_it_is(ledger: Ledger, tmp_path: Path, form: Any) -> None:
    taken = tmp_path / "out"
    taken.mkdir()
    (taken / "letter.txt").write_text("mine")
    with pytest.raises(AgreementError, match="it is there already"):
        export_ledger(ledger, taken, form)
    assert [p.name for p in taken.iterdir()] == ["letter.txt"]
    with pytest.raises(AgreementError, match="one of: parquet, duckdb, delta"):
        export_ledger(ledger, tmp_path / "x", "csv")  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_a_disk_that_refuses_leaves_nothing(
    ledger: Ledger, tmp_path: Path, form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rename(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(LedgerError, match="No space left"):
        export_ledger(ledger, tmp_path / "out", form)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger", "parts"]


def test_a_damaged_delivery_is_told_before_anything_is_written(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = ledger.paths(ledger.commits[-1])[0]
    path.unlink()
    with pytest.raises(LedgerError, match="cannot be read: the file is missing"):
        export_ledger(Ledger.open(ledger.path), tmp_path / "out", "parquet")
    assert not (tmp_path / "out").exists()


def test_without_the_library_the_message_says_how_to_get_it(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **options: Any) -> Any:
        if name.startswith("deltalake"):
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(AgreementError, match=r"pip install 'vendoreval\[delta\]'"):
        export_ledger(ledger, tmp_path / "out", "delta")


def test_an_empty_ledger(tmp_path: Path) -> None:
    done = export_ledger(Ledger.open(tmp_path / "new"), tmp_path / "out", "parquet")
    assert done.rows == {"deliveries": 0}
    assert RECEIVED.tzinfo is not None
