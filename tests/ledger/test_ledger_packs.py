"""Data files put together: no row, no answer, no hash changes."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import RECEIVED, Make, call_rows

from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger, compaction
from vendoreval.ledger.coverage import review_delivery
from vendoreval.ledger.parquet_pack import Stretch, write_pack
from vendoreval.ledger.work_days import rows_by_day
from vendoreval.period import Period


@pytest.fixture
def year(ledger: Ledger, make: Make) -> Ledger:
    """Two vendors, eight months each, one month corrected, one row corrected by key."""
    for month in range(1, 9):
        for vendor in ("alpha", "beta"):
            arrived = RECEIVED - timedelta(days=300 - 30 * month)
            ledger.post(
                make(f"2026-{month:02d}", vendor=vendor, count=month + 2, quarantined=1,
                     received_at=arrived)
            )  # fmt: skip
    ledger.post(make("2026-03", count=20, text="corrected"))
    row = call_rows("beta", date(2026, 4, 1), 1)[0] | {"talk_seconds": 999}
    ledger.post(make("2026-04", vendor="beta", rows=[row], text="one"), "wrong", by_key=True)
    return ledger


def answers(ledger: Ledger) -> list[Any]:
    """Return whatever a reader can ask for."""
    found: list[Any] = []
    for as_of in (None, 5, 17, RECEIVED - timedelta(days=150)):
        past = ledger if as_of is None else ledger.as_of(as_of)
        for vendor in (None, "alpha", "beta"):
            for period in (None, "2026-03", "2026-04-01"):
                frame = past.calls(vendor, period).to_frame().sort_values("call_id")
                found.append(frame.astype(str).to_csv(index=False))
    live = [c for c in ledger.live() if c.vendor == "alpha"]
    found.append(rows_by_day(ledger, live, "calls", Period.parse("2026-01-01..2026-12-31")))
    found.append([repr(v) for v in ledger.history("calls", "beta-20260401")])
    return found


def test_a_pack_changes_no_answer_and_keeps_every_hash(year: Ledger) -> None:
    before, commits = answers(year), year.commits
    originals = {f.path: (year.path / f.path).read_bytes() for c in commits for f in c.files}
    receipt = year.compact(at_once=True)
    assert receipt.files > 30 and receipt.packs < 8
    assert year.commits == commits
    assert answers(year) == before
    assert answers(Ledger.open(year.path)) == before
    assert year.verify() == []
    # fewer files (the two of the one superseded delivery stay alone), each original to the byte
    assert len(list((year.path / "data" / "calls").iterdir())) == receipt.packs + 2
    assert receipt.record is not None
    members = {m.path: (pack.path, m) for pack in receipt.record.packs for m in pack.members}
    packed = {path: content for path, content in originals.items() if path in members}
    assert len(packed) == len(originals) - 2
    for path, content in packed.items():
        pack, member = members[path]
        lies = (year.path / pack).read_bytes()[member.offset :][: member.length]
        assert lies == content
        assert hashlib.sha256(lies).hexdigest() == member.sha256
    # packed again there is nothing to do
    assert year.compact().record is None


def test_what_comes_after_a_pack(year: Ledger, make: Make) -> None:
    year.compact(at_once=True)
    year.post(make("2026-09", count=4))
    year.post(make("2026-02", count=9, text="late correction"))
    assert len(year.calls("alpha", "2026-02")) == 9
    row = call_rows("alpha", date(2026, 5, 1), 1)[0] | {"talk_seconds": 7}
    year.post(make("2026-05", rows=[row], text="k"), "wrong", by_key=True)
    assert sorted(year.calls("alpha", "2026-05").to_frame().talk_seconds)[:2] == [7, 60]
    (notes) = review_delivery(year, make("2026-05-09..2026-06-03", rows=[row], text="z"))
    assert any("accepted before" in note.template for note in notes)
    before = answers(year)
    assert year.compact(at_once=True).record is not None
    assert answers(year) == before
    assert year.verify() == []


def test_former_files_stay_a_day_for_those_who_read(year: Ledger) -> None:
    names = {p.name for p in (year.path / "data" / "calls").iterdir()}
    with year.engine() as engine:
        parts = engine.files["calls"]
        year.compact()
        Ledger.open(year.path)
        # a reader that had found its files goes on
        assert all(pq.read_metadata(part.path).num_rows for part in parts)
    assert names <= {p.name for p in (year.path / "data" / "calls").iterdir()}
    assert year.verify() == []
    with pytest.MonkeyPatch.context() as patch:
        now = time.time()
        patch.setattr(time, "time", lambda: now + 2 * 86_400)
        Ledger.open(year.path)
    assert len(names & {p.name for p in (year.path / "data" / "calls").iterdir()}) == 2
    assert year.verify() == []


def test_a_flipped_byte_in_a_pack_stops_its_delivery_only(year: Ledger, make: Make) -> None:
    receipt = year.compact(at_once=True)
    assert receipt.record is not None
    (commit,) = [c for c in year.live() if (c.vendor, c.period) == ("alpha", "2026-06")]
    name = commit.files[0].path
    pack, member = next((p, m) for p in receipt.record.packs for m in p.members if m.path == name)
    path = year.path / pack.path
    content = bytearray(path.read_bytes())
    content[member.offset + member.length // 3] ^= 1
    path.unlink()
    path.write_bytes(bytes(content))
    fresh = Ledger.open(year.path)
    said = [problem.describe() for problem in fresh.verify()]
    assert len(said) == 2 and name in said[1]
    assert len(fresh.calls("alpha", "2026-05")) == 7
    assert len(fresh.calls("beta")) > 0
    with pytest.raises(LedgerError, match=f"delivery {commit.number} cannot be read"):
        fresh.calls("alpha", "2026-06")
    # what is damaged is not packed again, to be mended where it is
    fresh.post(make("2026-10"))
    with pytest.raises(LedgerError, match=f"delivery {commit.number} cannot be read"):
        fresh.compact()


def test_deliveries_posted_while_packing_are_no_obstacle(
    year: Ledger, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = compaction._publish, []

    def publish(ledger: Path, chain: Any, drafts: Any) -> Any:
        if not written:
            written.append(Ledger.open(year.path).post(make("2026-11", count=2)))
        return real(ledger, chain, drafts)

    monkeypatch.setattr(compaction, "_publish", publish)
    receipt = year.compact(at_once=True)
    assert receipt.record is not None and receipt.record.number == 20
    assert len(year.calls("alpha", "2026-11")) == 2
    assert year.verify() == []


# ------------------------------------------------------------- the format


_KINDS = {
    "i": pa.int64(), "s": pa.string(), "f": pa.float64(), "b": pa.bool_(), "d": pa.date32(),
    "m": pa.decimal128(18, 4), "t": pa.timestamp("us"),
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_parquet_file_reads_the_same_from_a_pack(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pack")
    columns = data.draw(st.lists(st.sampled_from(sorted(_KINDS)), min_size=1, max_size=4))
    schema = pa.schema([(f"{kind}{n}", _KINDS[kind]) for n, kind in enumerate(columns)])
    values = {
        "i": st.integers(-(2**62), 2**62), "s": st.text(max_size=9), "f": st.floats(width=32,
        allow_nan=False), "b": st.booleans(), "d": st.dates(), "m": st.decimals(-9, 9, places=4),
        "t": st.datetimes(),
    }  # fmt: skip
    row = st.fixed_dictionaries({f.name: st.none() | values[f.name[0]] for f in schema})
    stretches, tables = [], []
    for number in range(data.draw(st.integers(1, 4))):
        table = pa.Table.from_pylist(data.draw(st.lists(row, max_size=8)), schema)
        path = folder / f"{number}.parquet"
        if data.draw(st.booleans()):
            pq.write_table(
                table, path, row_group_size=data.draw(st.integers(1, 5)),
                compression=data.draw(st.sampled_from(["zstd", "snappy", "none"])),
                write_page_index=data.draw(st.booleans()),
                use_dictionary=data.draw(st.booleans()),
                data_page_version=data.draw(st.sampled_from(["1.0", "2.0"])),
            )  # fmt: skip
        else:
            pq.write_table(table, path, write_statistics=False)
        stretches.append(Stretch(path))
        tables.append(table)
    target = folder / "pack.parquet"
    with target.open("wb") as stream:
        packed, digest = write_pack(stretches, stream)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == digest
    whole = pa.concat_tables(tables)
    assert pq.read_table(target).equals(whole)
    assert [where.rows for where in packed] == [t.num_rows for t in tables]
    for where, stretch in zip(packed, stretches, strict=True):
        assert target.read_bytes()[where.offset :][: where.length] == stretch.path.read_bytes()
    # a pack of packs, and other people's readers
    again = folder / "again.parquet"
    with again.open("wb") as stream:
        write_pack([Stretch(target, w.offset, w.length) for w in packed], stream)
    assert again.read_bytes() == target.read_bytes()
    with duckdb.connect() as base:
        assert base.read_parquet(str(target)).count("*").fetchall() == [(whole.num_rows,)]
    assert pl.read_parquet(target).height == whole.num_rows


def test_files_that_are_no_parquet_are_refused(tmp_path: Path) -> None:
    for number, content in enumerate(
        (b"", b"PAR1", b"PAR1" * 5, os.urandom(400), b"PAR1" + b"\xff" * 90 + b"\x40\0\0\0PAR1")
    ):
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(content)
        with (tmp_path / f"pack{number}").open("wb") as stream, pytest.raises(ValueError):
            write_pack([Stretch(path)], stream)


def test_other_columns_do_not_go_into_one_pack(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"b": [1]}), tmp_path / "b.parquet")
    both = [Stretch(tmp_path / "a.parquet"), Stretch(tmp_path / "b.parquet")]
    with (tmp_path / "pack").open("wb") as stream, pytest.raises(ValueError, match="are others"):
        write_pack(both, stream)
