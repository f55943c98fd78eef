"""Random bytes and real files with bytes changed: a refusal in words, or a receipt that adds up.

More examples: HYPOTHESIS_PROFILE=thorough.
"""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from source_world import deal, sheet, zipped

from vendoreval.agreement import Agreement
from vendoreval.errors import DeliveryError
from vendoreval.intake import ValidationReport, read_delivery, validate

SAMPLES = Path(__file__).parent.parent / "sources" / "samples"
AGREED = deal(
    {"name": "id", "required": True, "primaryKey": True, "synonyms": [{"synonym": "ID звонка"}]},
    {"name": "at", "kind": "timestamp", "synonyms": [{"synonym": "Начало"}]},
    {"name": "day", "kind": "date", "synonyms": [{"synonym": "Дата"}]},
    {"name": "talk", "kind": "integer", "synonyms": [{"synonym": "Разговор"}],
     "ours": {"unit": "s", "acceptedForms": ["hh:mm:ss", "mm:ss", "hh:mm", "excel-time"]}},
    {"name": "price", "kind": "number", "synonyms": [{"synonym": "Цена"}],
     "ours": {"unit": "money"}},
    {"name": "result", "enum": [{"value": "sale"}, {"value": "refusal"}],
     "synonyms": [{"synonym": "Итог"}]},
    encodings=["utf-8", "utf-16", "cp1251", "koi8-r"],
    skipFooter=["subtotal", "total", "footer", "repeated header"],
)  # fmt: skip
HEADER = ["id", "at", "day", "talk", "price", "result"]
ROWS = [
    ["c-1", "2026-10-01 09:00:05", "2026-10-01", "00:03:25", "12.5", "sale"],
    ["c-2", "2026-10-01 23:59:59", "2026-10-01", "3:25", "0.1", "refusal"],
    ["Итого", "", "", "", "12.6", ""],
    ["c-3", "2026-10-02 00:00:00", "2026-10-02", "27:10:00", "1 000", "продажа"],
]


def text(mark: str, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=mark).writerows([HEADER, *ROWS, HEADER, *ROWS])
    return stream.getvalue().encode(encoding)


def parquet() -> bytes:
    stream = io.BytesIO()
    pl.DataFrame(ROWS, schema=HEADER, orient="row").write_parquet(stream)
    return stream.getvalue()


REAL = {
    "free.csv": text(","),
    "wide.csv": text(";", "utf-16"),
    "old.csv": text("\t", "cp1251"),
    "free.csv.gz": gzip.compress(text(";")),
    "free.zip": zipped(free_csv=text(";")),
    "free.parquet": parquet(),
    "free.xlsx": sheet(HEADER, *ROWS),
    **{name: (SAMPLES / name).read_bytes()
       for name in ("report.xls", "report.xlsb", "report.ods", "locked.xlsx")},
}  # fmt: skip


def reads_or_refuses(
    folder: Path, data: bytes, name: str, agreed: Agreement = AGREED
) -> ValidationReport | None:
    """Hold whatever comes out against what is promised of any file."""
    path = folder / name
    path.write_bytes(data)
    try:
        report = validate(read_delivery(path, agreed), block_bytes=64)
    except DeliveryError as error:
        assert error.problems
        assert error.describe("ru") != error.describe("en")
        return None
    rows = report.rows
    assert rows.accepted + rows.quarantined + rows.rejected + rows.skipped == rows.delivered
    kept = [pl.read_parquet(p).height for p in report.accepted_files]
    assert sum(kept) == rows.accepted
    assert len(report.faults.first(None)) == sum(report.counts.values())
    report.to_json("ru")
    report.to_html("en")
    report.discard()
    return report


@given(data=st.binary(max_size=2000), name=st.sampled_from(sorted(REAL)))
def test_random_bytes(data, name):
    with tempfile.TemporaryDirectory() as folder:
        reads_or_refuses(Path(folder), data, name)


@given(
    start=st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                           b"PAR1", b"\xff\xfe", b"\xef\xbb\xbf", b"id,at\n", b"<?xml"]),
    rest=st.binary(max_size=1500),
)  # fmt: skip
def test_random_bytes_that_start_like_a_known_kind(start, rest):
    with tempfile.TemporaryDirectory() as folder:
        reads_or_refuses(Path(folder), start + rest, "free.bin")


Change = tuple[float, bytes, int]
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.one_of(
            st.binary(max_size=8),
            st.sampled_from(
                [b'"', b"\n", b"\r", b"\0", b";", b",", b"\xff", b"\xd0", b"<!DOCTYPE"]
            ),
        ),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, changes: list[Change]) -> bytes:
    """Put other bytes in place of some."""
    for share, put, gone in changes:
        at = int(share * len(data))
        data = data[:at] + put + data[at + gone :]
    return data


@given(name=st.sampled_from(sorted(REAL)), changes=CHANGES)
def test_real_files_with_bytes_changed(name, changes):
    with tempfile.TemporaryDirectory() as folder:
        reads_or_refuses(Path(folder), changed(REAL[name], changes), name)


@given(changes=CHANGES, size=st.integers(8, 300), workers=st.sampled_from([1, 2, 8]))
def test_a_changed_text_has_one_answer_however_it_is_cut_and_shared_out(changes, size, workers):
    """Blocks of any size, one thread or eight: the same faults, rows and sums."""
    data = changed(text(","), changes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "free.csv"
        path.write_bytes(data)
        try:
            delivery = read_delivery(path, AGREED)
            whole = validate(delivery)
        except DeliveryError:
            return
        cut = validate(delivery, block_bytes=size, workers=workers)
        for one, other in ((whole, cut),):
            assert one.rows == other.rows and one.counts == other.counts
            assert one.faults.first(None) == other.faults.first(None)
            assert one.sums == other.sums and one.totals == other.totals
            assert rows_of(one) == rows_of(other)
        whole.discard()
        cut.discard()


def rows_of(report: ValidationReport) -> list[dict[str, object]]:
    return [row for path in report.accepted_files for row in pl.read_parquet(path).to_dicts()]


@pytest.mark.parametrize("name", REAL)
def test_the_unchanged_files_are_read(tmp_path, name):
    report = reads_or_refuses(tmp_path, REAL[name], name)
    assert (report is None) == (name == "locked.xlsx")
    assert report is None or report.rows.delivered > 3
