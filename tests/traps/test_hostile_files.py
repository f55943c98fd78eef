"""Files made to do harm or badly broken: bounded memory and time, one sentence, nothing lost."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from intake_world import column_of, faults_of
from source_world import accepted, check, deal, faults, notes, rezipped, sheet, workbook, zipped

from vendoreval.errors import DeliveryError
from vendoreval.intake import opening, read_delivery, validate

TWO = (
    {"name": "id", "required": True, "primaryKey": True},
    {"name": "n", "kind": "integer", "logicalTypeOptions": {"minimum": 0}},
)
SOUND = b"id,n\na,1\nb,2\n"
SAMPLES = Path(__file__).parent.parent / "sources" / "samples"


@pytest.fixture(autouse=True)
def own_scratch(tmp_path_factory, monkeypatch):
    """What is left behind must be ours and not that of a neighbour."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("scratch")))


def refused(folder: Path, data: bytes, name: str, words: str) -> None:
    """Refused in one sentence, in two languages, and nothing left behind."""
    with pytest.raises(DeliveryError, match=words) as caught:
        check(folder, data, deal(*TWO), name)
    assert len(caught.value.problems) == 1
    assert caught.value.describe("ru") != caught.value.describe("en")
    assert "Traceback" not in caught.value.describe("en")
    del caught
    assert not list(Path(tempfile.gettempdir()).iterdir())


# ------------------------------------------------------------------ what grows


def test_a_gzip_of_nothing_but_zeros_stops_growing(tmp_path):
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", compresslevel=9) as packed:
        packed.write(SOUND)
        for _ in range(80):
            packed.write(bytes(1 << 20))
    refused(tmp_path, stream.getvalue(), "free.csv.gz", "out of all proportion")


def test_a_zip_of_nothing_but_zeros_stops_growing(tmp_path):
    bomb = zipped(free_csv=SOUND + bytes(80 << 20))
    refused(tmp_path, bomb, "free.zip", "out of all proportion")


def test_a_zip_that_lies_about_its_size_stops_growing(tmp_path):
    """The size in the directory says ten bytes; what comes out is measured."""
    data = bytearray(zipped(free_csv=SOUND + bytes(80 << 20)))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(DeliveryError, match=r"out of all proportion|damaged or cut short"):
        check(tmp_path, bytes(data), deal(*TWO), "free.zip")


def test_a_workbook_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path):
    def blow(name: str, part: bytes) -> bytes:
        return part + b" " * (80 << 20) if name.endswith("sheet1.xml") else part

    bomb = rezipped(sheet(["id", "n"], ["a", 1]), blow)
    refused(tmp_path, bomb, "free.xlsx", "out of all proportion")


def test_a_package_of_ten_thousand_parts_is_refused(tmp_path):
    stream = io.BytesIO(sheet(["id", "n"], ["a", 1]))
    with zipfile.ZipFile(stream, "a") as package:
        for number in range(10_001):
            package.writestr(f"xl/junk{number}.xml", b"")
    refused(tmp_path, stream.getvalue(), "free.xlsx", "out of all proportion")


def test_an_archive_inside_an_archive_is_not_opened(tmp_path):
    inner = zipped(free_csv=SOUND)
    refused(tmp_path, zipped(inner_zip=inner), "free.zip", "holds another archive")
    refused(tmp_path, gzip.compress(gzip.compress(SOUND)), "free.csv.gz", "holds another archive")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml",
                                  "xl/sharedStrings.xml", "[Content_Types].xml"])  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_entities_are_refused_before_anything_expands(tmp_path, part, encoding):
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )  # a billion laughs
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'

    def laugh(name: str, data: bytes) -> bytes:
        if name != part:
            return data
        body = data.decode("utf-8").partition("?>")[2]
        return (head + body.replace("</", "&l9;</", 1)).encode(encoding)

    data = rezipped(sheet(["id", "n"], ["a", 1]), laugh)
    with pytest.raises(DeliveryError, match=r"XML entities|damaged or cut short|several files"):
        check(tmp_path, data, deal(*TWO), "free.xlsx")


def test_an_open_document_of_a_million_empty_rows_ends_with_its_content(tmp_path):
    rows = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string"><text:p>n</text:p>'
        "</table:table-cell></table:table-row>"
        '<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p>'
        '</table:table-cell><table:table-cell office:value-type="float" office:value="1"/>'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )

    def claim(name: str, part: bytes) -> bytes:
        if name != "content.xml":
            return part
        start, end = part.index(b"<table:table-row"), part.index(b"</table:table>")
        return part[:start] + rows.encode() + part[end:]

    data = rezipped((SAMPLES / "report.ods").read_bytes(), claim)
    report = check(tmp_path, data, deal(*TWO), "free.ods")
    assert accepted(report, "_row", "id", "n") == [(2, "a", 1)]


# ------------------------------------------------------------------ where it points to


@pytest.mark.parametrize(
    "name",
    ["../free.csv", "a/../../free.csv", "/etc/free.csv", "C:\\free.csv", "..\\free.csv", "a/.."],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path, name):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr(zipfile.ZipInfo(name), SOUND)
    refused(tmp_path, stream.getvalue(), "free.zip", "points outside of itself")
    assert {path.name for path in tmp_path.iterdir()} == {"free.zip"}


def test_a_symlink_inside_an_archive_is_not_followed(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        entry = zipfile.ZipInfo("free.csv")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        package.writestr(entry, "/etc/passwd")
    refused(tmp_path, stream.getvalue(), "free.zip", "points outside of itself")


def test_several_files_in_one_archive_are_named(tmp_path):
    refused(tmp_path, zipped(a_csv=SOUND, b_csv=SOUND), "free.zip", "several files: a.csv, b.csv")


def test_litter_of_other_systems_in_an_archive_is_overlooked(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("free.csv", SOUND)
        for name in ("__MACOSX/._free.csv", ".DS_Store", "Thumbs.db", "empty/"):
            package.writestr(name, b"junk" if not name.endswith("/") else b"")
    report = check(tmp_path, stream.getvalue(), deal(*TWO), "free.zip")
    assert report.rows.accepted == 2


def other_kinds() -> dict[str, bytes]:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w:gz") as package:
        package.addfile(tarfile.TarInfo("free.csv"), io.BytesIO())
    word = zipped(word__document_xml=b"<x/>")
    types = b'<Types><Override ContentType="application/x.wordprocessingml.document"/></Types>'
    return {
        "free.tar.gz": tar.getvalue(),
        "free.csv.bz2": bz2.compress(SOUND),
        "free.csv.7z": b"7z\xbc\xaf\x27\x1c" + bytes(40),
        "free.rar": b"Rar!\x1a\x07\x00" + bytes(40),
        "free.html": b"<html><table><tr><td>id</td></tr></table></html>",
        "free.xml": b"<?xml version='1.0'?><rows/>",
        "free.docx": rezipped_with(word, "[Content_Types].xml", types),
        "free.exe": b"MZ" + bytes(range(256)) * 20,
    }


def rezipped_with(data: bytes, name: str, part: bytes) -> bytes:
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr(name, part)
    return stream.getvalue()


@pytest.mark.parametrize("name", other_kinds())
def test_what_is_no_table_is_named_for_what_it_is(tmp_path, name):
    refused(tmp_path, other_kinds()[name], name, "this is|no header was|not a text file|not UTF-8")


# ------------------------------------------------------------------ lines and bytes

LONG = """
import sys, json
from pathlib import Path
sys.path.insert(0, {world!r})
from source_world import deal
from vendoreval.intake import read_delivery, validate
agreed = deal({{"name": "id", "required": True}}, {{"name": "n", "kind": "integer"}})
report = validate(read_delivery(Path({path!r}), agreed), parts=False)
# the peak of getrusage would be that of the process that started this one
told = [line.split() for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps([report.rows.accepted, dict(report.counts), int(told[0][1]) // 1024]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is told by /proc")
def test_a_single_line_of_gigabytes_takes_no_memory(tmp_path):
    """A sparse file: the line is as long as it says, and the disk holds next to nothing."""
    size = 2 << 30 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 64 << 20
    path = tmp_path / "free.csv"
    with path.open("wb") as stream:
        stream.write(b"id,n\n" + b"a,1\n" * 2000 + b"b,")
        stream.seek(size, os.SEEK_CUR)
        stream.write(b"\nc,3\n")
    world = str(Path(__file__).parent.parent / "sources")
    code = LONG.format(world=world, path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    rows, counts, peak_mb = json.loads(done.stdout)
    assert (rows, counts) == (2001, {"length": 1})
    assert peak_mb < 350, peak_mb


def test_a_header_of_megabytes_is_no_header(tmp_path):
    refused(tmp_path, b"id,n" + b"x" * (6 << 20) + b"\na,1\n", "free.csv", "no header was found")


def test_a_nul_byte_is_a_character_like_others(tmp_path):
    report = check(tmp_path, b"id,n\n" + b"a,1\nb\0b,2\nc,\x003\n", deal(*TWO), "x.csv")
    assert accepted(report, "id") == [("a",), ("b\0b",)]
    assert faults(report) == [(4, 4, "n", "\x003", "type")]
    shown = report.to_json()["faults"][0]["message"]
    assert "\\x003" in shown and "\x00" not in shown


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_in_which_every_row_is_faulty_is_listed_to_the_end(tmp_path, end):
    rows = 30_000
    text = f"id,n{end}" + "".join(f",x{n}{end}" for n in range(rows))
    path = tmp_path / "free.csv"
    path.write_text(text, encoding="utf-8", newline="")
    report = validate(read_delivery(path, deal(*TWO)), block_bytes=64 << 10)
    assert report.counts == {"required": rows, "type": rows}
    assert report.rows.quarantined == rows and report.rows.accepted == 0
    out = report.faults.to_csv(tmp_path / "faults.csv")
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2 * rows + 1
    assert lines[-1].startswith(f"free.csv,,{rows + 1},{rows + 1},n,x{rows - 1},type,error,")
    # messages are capped, counts and the file are not
    assert len(list(report.faults)) == 2000


def test_a_wrong_layout_ends_early(tmp_path, monkeypatch):
    path = tmp_path / "free.csv"
    path.write_bytes(b"id,n\n" + b"a;1;x;y\n" * 1_000_000)
    delivery = read_delivery(path, deal(*TWO))
    read: list[int] = []
    original = Path.open

    def counting(where: Path, *given: Any, **more: Any) -> Any:
        stream = original(where, *given, **more)
        return _Counted(stream, read) if where == path else stream

    monkeypatch.setattr(Path, "open", counting)
    with pytest.raises(DeliveryError, match="wrong delimiter or layout"):
        validate(delivery)
    assert 0 < sum(read) < 1 << 20


class _Counted:
    """A stream that notes how much was read."""

    def __init__(self, stream: Any, read: list[int]) -> None:
        self._stream, self._read = stream, read

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._read.append(len(data))
        return bytes(data)

    def seek(self, *where: int) -> int:
        return int(self._stream.seek(*where))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, buffer: Any) -> int:
        size = int(self._stream.readinto(buffer))
        self._read.append(size)
        return size

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


# ------------------------------------------------------------------ while it is read


def test_a_file_that_grows_between_opening_and_checking_is_refused(tmp_path):
    path = tmp_path / "free.csv"
    path.write_bytes(SOUND)
    delivery = read_delivery(path, deal(*TWO))
    with path.open("ab") as stream:
        stream.write(b"c,3\n")
    with pytest.raises(DeliveryError, match="changed while it was being read"):
        validate(delivery)


def test_a_file_that_changes_while_it_is_opened_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "free.csv"
    path.write_bytes(SOUND)

    def unpack(where: Path) -> Any:
        where.write_bytes(SOUND + b"c,3\n")
        return unpacked(where)

    unpacked = opening.unpack
    monkeypatch.setattr(opening, "unpack", unpack)
    with pytest.raises(DeliveryError, match="changed while it was being read"):
        read_delivery(path, deal(*TWO))


def test_a_file_that_vanishes_is_refused(tmp_path):
    path = tmp_path / "free.csv"
    path.write_bytes(SOUND)
    delivery = read_delivery(path, deal(*TWO))
    path.unlink()
    with pytest.raises(DeliveryError):
        validate(delivery)


def test_the_file_of_the_vendor_is_never_written(tmp_path):
    for name, data in {"free.csv": SOUND, "free.zip": zipped(free_csv=SOUND),
                       "free.xlsx": sheet(["id", "n"], ["a", 1])}.items():  # fmt: skip
        path = tmp_path / name
        path.write_bytes(data)
        path.chmod(0o444)
        stamp = path.stat().st_mtime_ns
        validate(read_delivery(path, deal(*TWO))).discard()
        assert path.read_bytes() == data and path.stat().st_mtime_ns == stamp


# ------------------------------------------------------------------ damaged on the way


def packages() -> dict[str, bytes]:
    return {
        "free.xlsx": sheet(["id", "n"], *[[f"a{n}", n] for n in range(200)]),
        "free.csv.gz": gzip.compress(SOUND * 500),
        "free.zip": zipped(free_csv=SOUND * 500),
        **{name: (SAMPLES / name).read_bytes() for name in
           ("report.xls", "report.xlsb", "report.ods")},
    }  # fmt: skip


@pytest.mark.parametrize("name", packages())
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_one_sentence(tmp_path, name, share):
    data = packages()[name]
    with pytest.raises(DeliveryError) as caught:
        check(tmp_path, data[: int(len(data) * share)], deal(*TWO), name)
    assert len(caught.value.problems) == 1


def test_a_wrong_checksum_inside_a_package_is_damage(tmp_path):
    data = bytearray(zipped(free_csv=SOUND * 500))
    at = data.find(b"PK\x01\x02")
    data[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(b"something else"))
    refused(tmp_path, bytes(data), "free.zip", "damaged or cut short")


def test_formulas_in_cells_and_headers_reach_no_spreadsheet_as_formulas(tmp_path):
    text = "id,n,=cmd|' /C calc'!A0\n=1+1,@SUM(A1),x\n+7,-x,x\n"
    report = check(tmp_path, text.encode(), deal(*TWO), "=free.csv")
    out = report.faults.to_csv(tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    for line in out.splitlines()[1:]:
        assert all(not cell.startswith(("=", "@", "+")) for cell in line.split(","))
    assert "=cmd" in notes(report)


def test_a_workbook_of_many_columns_and_long_cells_is_read(tmp_path):
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["id", "n", *[f"c{n}" for n in range(2000)]])
        page.write_row(1, 0, ["a" * 32_000, 1, *["x"] * 2000])

    report = check(tmp_path, workbook(fill), deal(*TWO))
    assert accepted(report, "id", "n") == [("a" * 32_000, 1)]
    assert column_of(report, "n") == [1] and faults_of(report) == []
    shutil.rmtree(report.folder)
