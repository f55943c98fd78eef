"""Write the old and the rare kinds of workbook that the tests read, in tests/sources/samples.

The libraries are no part of the project; in an environment of its own:

    pip install xlwt odfpy pyxlsbwriter msoffcrypto-tool
    python scripts/old_workbooks.py

All three workbooks hold the same report: a title, a blank row, a header, five rows of
which one has a failed formula and one is hidden, and a hidden second sheet.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import xlwt
from msoffcrypto.format import ooxml
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pyxlsbwriter import XlsbWriter

HERE = Path(__file__).resolve().parent.parent / "tests" / "sources" / "samples"
TITLE = "Отчёт за октябрь"
HEADER = ["ID звонка", "Начало", "Дата", "Разговор", "Цена", "Телефон", "Итог"]
# id, instant, day, talk (part of a day), price, phone as a number, result
ROWS = [
    [
        "c-1",
        dt.datetime(2026, 10, 1, 9, 0, 5),
        dt.date(2026, 10, 1),
        205 / 86400,
        12.5,
        79001234567,
        "sale",
    ],
    [
        "c-2",
        dt.datetime(2026, 10, 1, 23, 59, 59),
        dt.date(2026, 10, 1),
        0.5,
        0.1,
        79001234568,
        "refusal",
    ],
    [
        "c-3",
        dt.datetime(2026, 10, 2),
        dt.date(2026, 10, 2),
        97800 / 86400,
        1e6,
        79001234569,
        "refusal",
    ],
    [
        "c-4",
        dt.datetime(2026, 10, 2, 10, 0),
        dt.date(2026, 10, 2),
        1 / 86400,
        "#DIV/0!",
        79001234560,
        "#N/A",
    ],
    ["c-5", dt.datetime(2026, 10, 3, 10, 0), dt.date(2026, 10, 3), 0, 3, 79001234561, "busy"],
]
ERRORS = {"#DIV/0!": 7, "#N/A": 42}
EMPTY, DOCUMENT = b'office:string-value=""', b"<office:document-content "
CALCEXT = b'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" '
HIDDEN = 6  # row 7 of the sheet as a person counts, c-4


def old(from_1904: bool) -> None:
    """The binary workbook of 1997 to 2003."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = from_1904
    sheet = book.add_sheet("Звонки")
    instant = xlwt.easyxf(num_format_str="dd.mm.yyyy hh:mm:ss")
    day = xlwt.easyxf(num_format_str="dd.mm.yyyy")
    clock = xlwt.easyxf(num_format_str="[h]:mm:ss")
    sheet.write(0, 0, TITLE)
    for place, text in enumerate(HEADER):
        sheet.write(2, place, text)
    for number, row in enumerate(ROWS, 3):
        for place, value in enumerate(row):
            if value in ERRORS:
                sheet.row(number).set_cell_error(place, ERRORS[value])
            else:
                sheet.write(
                    number,
                    place,
                    value,
                    {1: instant, 2: day, 3: clock}.get(place, xlwt.Style.default_style),
                )
    sheet.row(HIDDEN).hidden = True
    secret = book.add_sheet("secret")
    secret.write(0, 0, "do not look")
    secret.visibility = 1
    book.save(str(HERE / ("report-1904.xls" if from_1904 else "report.xls")))


def binary() -> None:
    """The binary package; failed formulas and the hidden row are set in the records."""
    stream = HERE / "report.xlsb"
    with XlsbWriter(str(stream)) as writer:
        writer.add_sheet("Звонки")
        rows = [[TITLE, *[None] * 6], [None] * 7, HEADER]
        rows += [[*row[:3], *row[3:]] for row in ROWS]
        writer.write_sheet(rows)
        writer.add_sheet("secret", hidden=True)
        writer.write_sheet([["do not look"]])
    with zipfile.ZipFile(stream) as package:
        parts = {entry.filename: package.read(entry) for entry in package.infolist()}
    texts = parts["xl/sharedStrings.bin"]
    name = "xl/worksheets/sheet1.bin"
    out, row = io.BytesIO(), -1
    for kind, body in records(parts[name]):
        if kind == 0:
            row = struct.unpack_from("<I", body)[0]
        text = shared(texts, struct.unpack_from("<I", body, 8)[0]) if kind == 7 else ""
        if kind == 0 and row == HIDDEN:
            out.write(record(kind, body[:11] + bytes([body[11] | 0x10]) + body[12:]))
        elif text in ERRORS:
            out.write(record(3, body[:8] + bytes([ERRORS[text]])))
        else:
            out.write(record(kind, body))
    parts[name] = out.getvalue()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)


def records(data: bytes):
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind |= data[at] << 8
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def record(kind: int, body: bytes) -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0xFF, kind >> 8])
    size, length = b"", len(body)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + body


def shared(data: bytes, wanted: int) -> str:
    number = -1
    for kind, body in records(data):
        if kind == 19:
            number += 1
            if number == wanted:
                count = struct.unpack_from("<I", body, 1)[0]
                return body[5 : 5 + 2 * count].decode("utf-16-le")
    return ""


def opened() -> None:
    """OpenDocument, as LibreOffice writes failed formulas."""
    book = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(hidden)
    sheet = Table(name="Звонки")
    for number, row in enumerate([[TITLE], [], HEADER, *ROWS]):
        line = TableRow(visibility="collapse") if number == HIDDEN else TableRow()
        for value in row:
            line.addElement(cell(value))
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    secret = Table(name="secret", stylename="hidden")
    line = TableRow()
    line.addElement(cell("do not look"))
    secret.addElement(line)
    book.spreadsheet.addElement(secret)
    path = HERE / "report.ods"
    book.save(str(path))
    with zipfile.ZipFile(path) as package:
        parts = [(entry, package.read(entry)) for entry in package.infolist()]
    with zipfile.ZipFile(path, "w") as package:
        for entry, data in parts:
            # odfpy does not know this extension of LibreOffice
            known = data.replace(EMPTY, EMPTY + b' calcext:value-type="error"')
            known = known.replace(DOCUMENT, DOCUMENT + CALCEXT, 1)
            text = known if entry.filename == "content.xml" else data
            package.writestr(entry.filename, text, compress_type=entry.compress_type)


def cell(value: object) -> TableCell:
    if value in ERRORS:
        made = TableCell(valuetype="string", formula="of:=1/0", stringvalue="")
        made.addElement(P(text=value))
        return made
    if isinstance(value, dt.datetime):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, dt.date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, int | float):
        if value < 2 and value not in (0.1,):
            seconds = round(value * 86400)
            hours, rest = divmod(seconds, 3600)
            return TableCell(
                valuetype="time", timevalue=f"PT{hours:02}H{rest // 60:02}M{rest % 60:02}S"
            )
        made = TableCell(valuetype="float", value=str(value))
        made.addElement(P(text=str(value)))
        return made
    made = TableCell(valuetype="string")
    made.addElement(P(text=str(value)))
    return made


def locked() -> None:
    """A workbook that asks for a password."""
    plain = io.BytesIO((HERE / "report.xlsb").read_bytes())
    with (HERE / "locked.xlsx").open("wb") as out:
        ooxml.OOXMLFile(plain).encrypt("secret", out)


if __name__ == "__main__":
    old(False)
    old(True)
    binary()
    opened()
    locked()
