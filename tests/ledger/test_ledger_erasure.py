"""Personal data that are erased: gone from every file, with a tombstone, the chain unbroken."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ledger_world import Make, call_rows

from vendoreval.errors import LedgerError
from vendoreval.ledger import Erasure, Ledger
from vendoreval.tables import TABLES

PHONE = "+79161234512"
OTHER = "+79269876543"
OCTOBER = date(2026, 10, 1)


def calls(*phones: str, vendor: str = "alpha", first: date = OCTOBER) -> list[dict[str, Any]]:
    rows = call_rows(vendor, first, len(phones))
    return [
        row | {"phone": phone, "caller_phone": "+74950000001", "lead_id": f"L{phone[-4:]}"}
        for row, phone in zip(rows, phones, strict=True)
    ]


def held(ledger: Ledger, *texts: str) -> list[str]:
    """Return the files that hold one of the texts in any cell, packed or not, named or not."""
    found = []
    for path in sorted((ledger.path / "data").rglob("*.parquet")):
        cells = {str(cell) for row in pq.ParquetFile(path).read().to_pylist()
                 for cell in row.values()}  # fmt: skip
        content = path.read_bytes()
        if any(text in cell for cell in cells for text in texts) or any(
            text.encode() in content for text in texts
        ):
            found.append(path.name)
    return found


def stones(ledger: Ledger) -> list[dict[str, Any]]:
    with ledger.engine() as engine:
        rows: list[dict[str, Any]] = engine.run(
            TABLES["tombstones"].order_by("row_key")
        ).to_pylist()
    return rows


@pytest.fixture
def three(ledger: Ledger, make: Make) -> Ledger:
    """September, October, October corrected: the first October is history."""
    september = calls(PHONE, OTHER, first=date(2026, 9, 1))
    ledger.post(make("2026-09", rows=september))
    ledger.post(make("2026-10", rows=calls(PHONE, OTHER, OTHER)))
    ledger.post(make("2026-10", rows=calls(PHONE, OTHER, PHONE), text="again"))
    return ledger


def test_a_phone_is_gone_from_every_file_and_every_count_stays(three: Ledger) -> None:
    before, hashes = len(three.calls()), three.head_hash
    receipt = three.erase("request of the person", phone="8 (916) 123-45-12", request="17/2026")
    assert dict(receipt.rows) == {"calls": 4}
    assert receipt.received == ("alpha/calls_2026-09.csv", "alpha/calls_2026-10.csv")
    assert held(three, PHONE, "9161234512") == []
    assert len(held(three, OTHER)) == 3
    frame = three.calls().to_frame()
    assert len(frame) == before
    assert frame.phone.isna().sum() == 3
    assert frame.talk_seconds.sum() == 60 * before
    assert set(frame.caller_phone) == {"+74950000001"}
    # the first three links are as they were, the erasure is the fourth
    assert three.verify() == [] and three.verify(hashes) == []
    record = three.records[-1]
    assert isinstance(record, Erasure)
    assert (record.number, record.reason, record.request, record.selected, record.rows) == (
        4, "request of the person", "17/2026", "phone", 4,
    )  # fmt: skip
    # a past view cannot show what is gone
    assert three.as_of(1).calls().to_frame().phone.isna().sum() == 1
    # nothing is left to do
    assert three.erase("again", phone=PHONE).record is None
    assert len(three.records) == 4


def test_a_tombstone_can_be_proved_with_the_code_only(three: Ledger) -> None:
    original = next(iter(three.history("calls", "alpha-20260901"))).values
    receipt = three.erase("request", phone=PHONE)
    rows = pq.ParquetFile(next(three.path.rglob("*tombstones*"))).read().to_pylist()
    assert [row["row_key"] for row in rows] == [
        "alpha-20260901", "alpha-20261001", "alpha-20261001", "alpha-20261003",
    ]  # fmt: skip
    first = rows[0]
    assert (first["delivery"], first["row"], first["columns"]) == (1, 2, "phone")
    assert receipt.proves(original, first["hash"])
    assert not receipt.proves(dict(original) | {"phone": OTHER}, first["hash"])
    # the code is in no file: whoever has the ledger alone cannot try all phones
    assert len(receipt.code) == 64
    assert not [p for p in three.path.rglob("*") if p.is_file()
                and receipt.code.encode() in p.read_bytes()]  # fmt: skip
    assert receipt.code not in repr(receipt)


def test_the_history_of_a_row_shows_the_erasure(three: Ledger) -> None:
    three.erase("request", phone=PHONE)
    versions = three.history("calls", "alpha-20261001").versions
    assert [v.delivery for v in versions] == [2, 3]
    assert all(v.values["phone"] is None for v in versions)
    assert all(v.erased[0].endswith(": request") for v in versions)
    assert stones(three)[0]["row_key"] == "alpha-20260901"
    assert stones(three)[0]["lead_id"] == "L4512"


def test_rows_kept_out_and_their_faults_hold_it_no_more(
    ledger: Ledger, make: Make, tmp_path: Path
) -> None:
    report = make("2026-10", rows=calls(OTHER), quarantined=2)
    raw = {"call_id": "c1", "started_at": "yesterday", "phone": "8 916 123 45 12", "_row": 3}
    shifted = {"call_id": "c2", "started_at": "+7 (916) 123-45-12", "phone": "x", "_row": 4}
    texts = tmp_path / "q.parquet"
    columns = ("call_id", "started_at", "phone")
    schema = pa.schema([("_row", pa.int64()), *((name, pa.large_string()) for name in columns)])
    pq.write_table(pa.Table.from_pylist([raw, shifted], schema), texts)
    faults = tmp_path / "f.parquet"
    pq.write_table(
        pa.table(
            {
                "_row": [3, 4, 9], "_line": [3, 4, 9], "column": ["phone", "started_at", None],
                "value": ["8 916 123 45 12", "+7 (916) 123-45-12", "c9;;89161234512;broken"],
                "rule": ["r", "r", "r"], "severity": ["error"] * 3,
            }
        ),
        faults,
    )  # fmt: skip
    made = type(report)(**vars(report) | {"quarantine_files": (texts,), "fault_files": (faults,)})
    ledger.post(made)
    receipt = ledger.erase("request", phone=PHONE)
    assert dict(receipt.rows) == {"calls": 2}
    assert held(ledger, "916 123 45 12", "9161234512", "(916) 123-45-12") == []
    assert ledger.verify() == []
    kept = pq.ParquetFile(ledger.paths(ledger.commits[0], "quarantine")[0]).read().to_pylist()
    assert [(row["call_id"], row["started_at"], row["phone"]) for row in kept] == [
        ("c1", "yesterday", None), ("c2", None, None),
    ]  # fmt: skip


def test_a_lead_and_one_key(three: Ledger) -> None:
    assert dict(three.erase("r", lead_id="L4512").rows) == {"calls": 4}
    receipt = three.erase("r", report="calls", key={"call_id": "alpha-20260902"})
    assert dict(receipt.rows) == {"calls": 1}
    assert three.calls("alpha", "2026-09").to_frame().phone.isna().all()
    assert len(held(three, OTHER)) == 2
    assert three.verify() == []


def test_what_is_old_enough(three: Ledger) -> None:
    receipt = three.erase("kept for a year", before=date(2026, 10, 1))
    assert dict(receipt.rows) == {"calls": 2}
    assert held(three, PHONE) and three.calls("alpha", "2026-09").to_frame().phone.isna().all()
    assert three.calls("alpha", "2026-10").to_frame().phone.notna().all()
    assert three.erase("again", before=date(2026, 10, 1)).record is None
    assert three.verify() == []


def test_a_phone_means_the_leads_it_was_handed_over_with(ledger: Ledger, make: Make) -> None:
    """A call under another number of the same person, by the lead."""
    handed = [{"vendor": "alpha", "lead_id": "L1", "handed_on": OCTOBER, "phone": PHONE}]
    columns = ("lead_id", "phone")
    ledger.post(make(None, vendor="client", report="leads", rows=handed, columns=columns))
    rows = [calls("+79000000001")[0] | {"lead_id": "L1"}, calls(OTHER, OTHER)[1]]
    ledger.post(make("2026-10", rows=rows))
    assert dict(ledger.erase("r", phone=PHONE).rows) == {"leads": 1, "calls": 1}
    assert ledger.rows("leads").to_frame().lead_id.tolist() == ["L1"]
    # the call of the lead went under another number: all personal data of the row
    assert ledger.calls().to_frame().sort_values("call_id").phone.isna().tolist() == [True, False]


def test_a_number_nobody_may_call_is_kept_unless_it_is_named(ledger: Ledger, make: Make) -> None:
    rows = [{"vendor": "client", "phone": PHONE, "requested_on": OCTOBER}]
    ledger.post(
        make(None, vendor="client", report="do_not_call", rows=rows, columns=("phone",))
    )  # fmt: skip
    assert ledger.erase("r", phone=PHONE).record is None
    assert dict(ledger.erase("r", phone=PHONE, report="do_not_call").rows) == {"do_not_call": 1}
    # its key was the number itself: the tombstone does not keep it
    assert [row["row_key"] for row in stones(ledger)] == [None]
    assert held(ledger, PHONE) == []


def test_a_short_number_is_not_the_end_of_another(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", rows=calls("1234512", PHONE)))
    assert dict(ledger.erase("r", phone="123-45-12").rows) == {"calls": 1}
    assert held(ledger, PHONE)


def test_whoever_reads_meanwhile_is_told_to_ask_again(three: Ledger) -> None:
    with three.engine() as engine:
        assert engine.files["calls"]
        rows = three.calls()
        three.erase("r", phone=PHONE)
    with pytest.raises(LedgerError, match="went away while it was read"):
        rows.to_frame()
    assert len(three.calls().to_frame()) == 5


def test_a_look_changes_nothing(three: Ledger) -> None:
    files = sorted(three.path.rglob("*"))
    receipt = three.erase("r", phone=PHONE, try_only=True)
    assert (dict(receipt.rows), receipt.record, receipt.code) == ({"calls": 4}, None, "")
    assert repr(receipt) == "ErasureReceipt(would erase 4 rows)"
    assert sorted(three.path.rglob("*")) == files


def test_the_same_file_does_not_bring_it_back(three: Ledger, make: Make) -> None:
    three.erase("r", phone=PHONE)
    again = make("2026-10", rows=calls(PHONE, OTHER, PHONE), text="again")
    assert not three.post(again).new
    old = make("2026-10", rows=calls(PHONE, OTHER, OTHER))
    with pytest.raises(LedgerError, match="this file would bring them back"):
        three.post(old, replace=True)
    assert held(three, PHONE) == []


@pytest.mark.parametrize(
    ("reason", "options", "error"),
    [
        ("", {"phone": PHONE}, LedgerError),
        ("for 8-916-123-45-12", {"phone": PHONE}, LedgerError),
        ("r", {}, ValueError),
        ("r", {"phone": PHONE, "lead_id": "L1"}, ValueError),
        ("r", {"phone": "12"}, ValueError),
        ("r", {"key": {"call_id": "c"}}, ValueError),
    ],
)
def test_what_cannot_be_erased(
    three: Ledger, reason: str, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        three.erase(reason, **options)
    assert len(three.records) == 3


def test_packs_and_their_former_files_hold_it_no_more(three: Ledger, make: Make) -> None:
    three.post(make("2026-11", rows=calls(OTHER, OTHER, first=date(2026, 11, 1))))
    three.compact()
    assert len(held(three, PHONE)) >= 4  # packs, and the files that go a day later
    three.erase("r", phone=PHONE)
    assert held(three, PHONE) == []
    assert three.verify() == []
    assert len(three.calls()) == 7
    three.compact(at_once=True)
    assert three.verify() == []
    assert len(three.calls()) == 7


def test_bytes_left_in_a_pack_whose_files_moved_on(ledger: Ledger, make: Make) -> None:
    """One of three packed months is superseded; the others go into a new pack, it stays behind."""
    for month, phone in ((7, PHONE), (8, OTHER), (9, OTHER)):
        first = date(2026, month, 1)
        ledger.post(make(f"2026-{month:02d}", rows=calls(phone, first=first)))
    ledger.compact(at_once=True)
    ledger.post(make("2026-08", rows=calls(OTHER, OTHER, first=date(2026, 8, 1)), text="b"))
    ledger.post(make("2026-10", rows=calls(OTHER)))
    ledger.compact(at_once=True)
    assert len(held(ledger, PHONE)) == 2
    ledger.erase("r", phone=PHONE)
    assert held(ledger, PHONE) == []
    assert ledger.verify() == []
    assert len(ledger.calls()) == 5 and len(ledger.as_of(3).calls()) == 3


def test_what_is_left_of_a_pack_is_packed_again(ledger: Ledger, make: Make) -> None:
    for month in (7, 8, 9):
        ledger.post(make(f"2026-{month:02d}", count=20))
    ledger.compact(at_once=True)
    ledger.post(make("2026-08", count=21, text="b"))
    size = sum(p.stat().st_size for p in ledger.path.rglob("*.parquet"))
    ledger.compact(at_once=True)
    assert ledger.compact(at_once=True).record is not None
    assert ledger.compact(at_once=True).record is None
    assert sum(p.stat().st_size for p in ledger.path.rglob("*.parquet")) <= size + 8_000
    assert ledger.verify() == [] and len(ledger.as_of(3).calls()) == 60


def test_rows_replaced_by_key_hold_it_no_more(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", rows=calls(PHONE, OTHER, PHONE)))
    ledger.post(make("2026-10", rows=calls(PHONE)[:1], text="c"), "wrong", by_key=True)
    receipt = ledger.erase("r", phone=PHONE)
    assert dict(receipt.rows) == {"calls": 3}  # as delivered twice, and the correction
    assert held(ledger, PHONE) == []
    assert len(ledger.calls()) == 3
    assert ledger.verify() == []


def test_a_killed_eraser_is_finished_by_the_next_who_opens(
    three: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("vendoreval.ledger.erasure._remove", lambda *_: None)
        three.erase("r", phone=PHONE)
    assert "still holds personal data" in three.verify()[0].describe()
    Ledger.open(three.path)
    assert held(three, PHONE) == []
    assert three.verify() == []


def test_a_flipped_byte_after_an_erasure_is_seen(three: Ledger) -> None:
    three.erase("r", phone=PHONE)
    for path in sorted((three.path / "data" / "calls").glob("0000000004-*")):
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[:-30] + bytes([content[-30] ^ 1]) + content[-29:])
        assert str(path) in {problem.where for problem in three.verify()}
        path.write_bytes(content)
    assert three.verify() == []
