"""An annex as DOCX: headings, tables with repeated heads, languages, and nothing that acts."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Final

from vendoreval.annex import Annex
from vendoreval.report.annex_view import AnnexView, BlockView, Lines, Run

_LOCALES: Final = {"en": "en-GB", "ru": "ru-RU"}
_FONT: Final = "Arial"
_GREY: Final = "57626E"
_SHADE: Final = "EEF1F4"
# of the page inside its margins, in twentieths of a point: 210 mm less 15 mm at either side
_WIDTH: Final = 10_205
_ZIP_TIME: Final = (2020, 1, 1, 0, 0, 0)


def annex_docx(annex: Annex, view: AnnexView) -> bytes:
    """Return the DOCX of an annex; the same annex gives the same bytes.

    No macro and no link: everything a party wrote is text.
    """
    return _repacked(_Writer(annex, view).write())


class _Writer:
    """One document in the making; python-docx is imported here, it is heavy."""

    def __init__(self, annex: Annex, view: AnnexView) -> None:
        import docx  # noqa: PLC0415 - heavy, and only this file needs it
        from docx.oxml import OxmlElement  # noqa: PLC0415 - heavy, and only here
        from docx.oxml.ns import qn  # noqa: PLC0415 - heavy, and only here
        from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415 - heavy, and only here

        self.annex, self.view = annex, view
        self.element: Callable[[str], Any] = OxmlElement
        self.qn, self.points, self.millimetres = qn, Pt, Mm
        self.grey = RGBColor.from_string(_GREY)
        self.document = docx.Document()

    def write(self) -> bytes:
        """Return the bytes as the library packs them."""
        self._properties()
        self._styles()
        self._page()
        self._title()
        for block in self.view.blocks:
            self._block(block)
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    # ------------------------------------------------------------ frame

    def _properties(self) -> None:
        day = self.annex.dated or date(2020, 1, 1)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
        held = self.document.core_properties
        held.title = self.view.heading[:255]
        held.author = ", ".join(self.view.parties)[:255]
        held.last_modified_by = held.author
        held.subject = self.view.footer[:255]
        held.comments, held.keywords = "", ""
        held.language = _LOCALES[self.view.languages[0]]
        held.created = held.modified = moment
        held.revision = 1

    def _styles(self) -> None:
        styles = self.document.styles
        defaults = styles.element.find(self.qn("w:docDefaults")).find(self.qn("w:rPrDefault"))
        self._set_language(defaults.find(self.qn("w:rPr")), self.view.languages[0])
        for name, size in (("Normal", 9), ("Title", 20), ("Heading 1", 14), ("Heading 2", 11),
                           ("Heading 3", 9.5)):  # fmt: skip
            style = styles[name]
            style.font.name, style.font.size = _FONT, self.points(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(self.qn(kind), _FONT)
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(self.qn(theme), None)
            if name != "Normal":
                style.font.color.rgb = None
                style.font.bold = True
        space = styles["Normal"].paragraph_format
        space.space_before, space.space_after = self.points(0), self.points(3)

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = self.millimetres(210), self.millimetres(297)
        section.left_margin = section.right_margin = self.millimetres(15)
        section.top_margin, section.bottom_margin = self.millimetres(18), self.millimetres(18)
        head = section.header.paragraphs[0]
        self._run(head, Run(f"{self.view.heading} · {self.view.version[0].text}",
                            self.view.languages[0]), size=7)  # fmt: skip
        foot = section.footer.paragraphs[0]
        self._run(foot, Run(f"{self.view.footer} · "), size=7)
        self._field(foot, "PAGE")
        self._run(foot, Run(" / "), size=7)
        self._field(foot, "NUMPAGES")

    def _title(self) -> None:
        self._spans(self.document.add_paragraph(style="Title"), self.view.title)
        for run in self.view.subtitle:
            self._run(self.document.add_paragraph(), run, size=11)
        named = self.document.add_paragraph()
        self._run(named, Run(" — ".join(self.view.parties)), size=11, bold=True)
        self._spans(self.document.add_paragraph(), self.view.version)

    # ------------------------------------------------------------ parts

    def _block(self, block: BlockView) -> None:
        match block.kind:
            case "heading":
                heading = self.document.add_paragraph(style=f"Heading {block.level}")
                self._spans(heading, block.lines)
            case "prose" if len(block.rows[0]) == 1:
                for run in block.rows[0][0]:
                    self._run(self.document.add_paragraph(), run)
            case "prose":
                self._table(block, borders=False)
            case "signatures":
                self._table(block, borders=False, lines=True)
            case _:
                for run in block.lines:
                    caption = self.document.add_paragraph()
                    caption.paragraph_format.keep_with_next = True
                    self._run(caption, run, size=8, grey=True)
                self._table(block)

    def _table(self, block: BlockView, *, borders: bool = True, lines: bool = False) -> None:
        table = self.document.add_table(rows=0, cols=len(block.widths))
        table.autofit = False
        if borders:
            table.style = "Table Grid"
        widths = [round(_WIDTH * width / 100) for width in block.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width * 635
        if block.heads:
            row = self._row(table, block.heads, widths, bold=True, shade=True)
            self._repeat(row)
        for number, cells in enumerate(block.rows):
            names = frozenset({0}) if block.kind == "facts" else block.names
            row = self._row(table, cells, widths, size=8 if borders else 9,
                            names=names, bold=lines and not number)  # fmt: skip
            if lines and number:
                self._to_sign(row)
            if not borders or lines:
                self._whole(row)
        after = self.document.add_paragraph()
        after.paragraph_format.space_after = self.points(2)

    def _row(
        self, table: Any, cells: tuple[Lines, ...], widths: list[int], *, size: float = 8,
        bold: bool = False, shade: bool = False, names: frozenset[int] = frozenset(),
    ) -> Any:  # fmt: skip
        # python-docx looks cells up slowly; a row is written as elements
        row = self.element("w:tr")
        for place, (lines, width) in enumerate(zip(cells, widths, strict=True)):
            cell = self.element("w:tc")
            held = self.element("w:tcPr")
            wide = self.element("w:tcW")
            wide.set(self.qn("w:w"), str(width))
            wide.set(self.qn("w:type"), "dxa")
            held.append(wide)
            if shade:
                fill = self.element("w:shd")
                for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", _SHADE)):
                    fill.set(self.qn(key), value)
                held.append(fill)
            cell.append(held)
            for number, run in enumerate(lines or (Run(""),)):
                strong = bold or (place in names and not number)
                cell.append(self._cell_line(run, size, strong))
            row.append(cell)
        table._tbl.append(row)
        return row

    def _cell_line(self, run: Run, size: float, bold: bool) -> Any:
        paragraph = self.element("w:p")
        look = self.element("w:pPr")
        space = self.element("w:spacing")
        space.set(self.qn("w:before"), "20")
        space.set(self.qn("w:after"), "20")
        look.append(space)
        paragraph.append(look)
        paragraph.append(self._run_element(run, size=size, bold=bold))
        return paragraph

    def _repeat(self, row: Any) -> None:
        held = self._row_properties(row)
        held.append(self.element("w:cantSplit"))
        held.append(self.element("w:tblHeader"))

    def _whole(self, row: Any) -> None:
        self._row_properties(row).append(self.element("w:cantSplit"))

    def _row_properties(self, row: Any) -> Any:
        held = row.find(self.qn("w:trPr"))
        if held is None:
            held = self.element("w:trPr")
            row.insert(0, held)
        return held

    def _to_sign(self, row: Any) -> None:
        """Leave room above, and draw the line on which is signed."""
        for cell in row.findall(self.qn("w:tc")):
            borders, top = self.element("w:tcBorders"), self.element("w:top")
            for key, value in (("w:val", "single"), ("w:sz", "6"), ("w:color", "16202B")):
                top.set(self.qn(key), value)
            borders.append(top)
            cell.find(self.qn("w:tcPr")).append(borders)
            last = cell.findall(self.qn("w:p"))[-1]
            last.find(self.qn("w:pPr")).find(self.qn("w:spacing")).set(self.qn("w:after"), "480")

    # ------------------------------------------------------------ text

    def _spans(self, paragraph: Any, lines: Lines) -> None:
        for number, run in enumerate(lines):
            text = f" / {run.text}" if number else run.text
            self._run(paragraph, Run(text, run.language), grey=bool(number))

    def _run(self, paragraph: Any, run: Run, **look: Any) -> None:
        paragraph._p.append(self._run_element(run, **look))

    def _run_element(
        self, run: Run, *, size: float | None = None, bold: bool = False, grey: bool = False
    ) -> Any:
        made = self.element("w:r")
        held = self.element("w:rPr")
        if bold:
            held.append(self.element("w:b"))
        if grey:
            colour = self.element("w:color")
            colour.set(self.qn("w:val"), _GREY)
            held.append(colour)
        if size is not None:
            for name in ("w:sz", "w:szCs"):
                own = self.element(name)
                own.set(self.qn("w:val"), str(round(size * 2)))
                held.append(own)
        if run.language:
            self._set_language(held, run.language)
        if len(held):
            made.append(held)
        text = self.element("w:t")
        text.text = run.text
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(text)
        return made

    def _set_language(self, held: Any, code: str) -> None:
        own = held.find(self.qn("w:lang"))
        if own is None:
            own = self.element("w:lang")
            held.append(own)
        own.set(self.qn("w:val"), _LOCALES[code])

    def _field(self, paragraph: Any, name: str) -> None:
        for kind in ("begin", "instruction", "end"):
            made = self.element("w:r")
            if kind == "instruction":
                part = self.element("w:instrText")
                part.text = name
            else:
                part = self.element("w:fldChar")
                part.set(self.qn("w:fldCharType"), kind)
            made.append(part)
            paragraph._p.append(made)


def _repacked(content: bytes) -> bytes:
    """Return the same parts with fixed times and without the template's own picture."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name, part in _parts(old):
            held = zipfile.ZipInfo(name, _ZIP_TIME)
            held.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(held, part)
    return out.getvalue()


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for entry in archive.infolist():
        yield entry.filename, archive.read(entry)
