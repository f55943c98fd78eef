"""The comparison as a workbook whose figures are live: change a price and the sums follow.

Quantities, prices and what the vendor wrote are values; every product, VAT, difference and
sum is a formula over them, with its result stored beside it, so that the file shows the
same in a viewer that does not calculate. Texts of the vendor are never formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import (
    XlsxWriterException,
)
from xlsxwriter.utility import xl_rowcol_to_cell

from vendoreval.errors import AgreementError, LedgerError, os_problem, plain_problem
from vendoreval.invoicing.entries import KINDS, BilledLine
from vendoreval.invoicing.words import unit_name
from vendoreval.rating.amounts import base_per_unit, smallest_coin
from vendoreval.replacing import replacing
from vendoreval.text import Language, Message, language, msg

if TYPE_CHECKING:
    from vendoreval.invoicing.result import ExpectedInvoice, InvoiceRow

_TOP: Final = 4
_HEADS: Final = (
    msg("No."), msg("Clause"), msg("Unit"), msg("Campaign"), msg("Currency"), msg("As logged"),
    msg("Rated seconds"), msg("Expected quantity"), msg("Price"), msg("Amount"), msg("VAT rate"),
    msg("VAT"), msg("Net"), msg("Billed quantity"), msg("Price"), msg("Amount"), msg("VAT"),
    msg("Net"), msg("Difference, net"), msg("Reason"), msg("Lines of the invoice"),
)  # fmt: skip
(_NO, _CLAUSE, _UNIT, _CAMPAIGN, _CURRENCY, _ACTUAL, _SECONDS, _QUANTITY, _PRICE, _AMOUNT, _RATE,
 _VAT, _NET, _B_QUANTITY, _B_PRICE, _B_AMOUNT, _B_VAT, _B_NET, _DIFFERENCE, _REASON,
 _LINES) = range(len(_HEADS))  # fmt: skip
_LINE_HEADS: Final = (
    msg("Invoice"), msg("Line"), msg("From"), msg("To"), msg("Unit"), msg("Campaign"),
    msg("Quantity"), msg("Price"), msg("Quantity × price"), msg("Amount as written"),
    msg("Difference"), msg("VAT rate"), msg("VAT as written"), msg("Words of the line"),
)  # fmt: skip
_L_QUANTITY, _L_PRICE, _L_PRODUCT, _L_AMOUNT, _L_APART, _L_RATE, _L_VAT = range(6, 13)
_WIDTHS: Final = {_CLAUSE: 24, _UNIT: 18, _REASON: 70, _LINES: 24}


def write_invoice(invoice: ExpectedInvoice, path: Path, language_code: str) -> Path:
    """Write the workbook; see `ExpectedInvoice.to_xlsx`."""
    if path.suffix.lower() != ".xlsx":
        raise AgreementError(
            plain_problem(
                str(path), msg("the workbook would not have the ending .xlsx"),
                msg("a new file that ends in .xlsx"), msg("choose another name"),
            )
        )  # fmt: skip
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with replacing(path) as part, xlsxwriter.Workbook(str(part), options) as book:
            _Book(book, invoice, language(language_code)).fill()
    except XlsxWriterException as error:
        cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError()
        raise LedgerError(os_problem(str(path), cause)) from error
    return path


@dataclass
class _Book:
    """One workbook being written."""

    book: Any
    invoice: ExpectedInvoice
    tongue: Language

    def fill(self) -> None:
        self.styles = {
            "text": self.book.add_format({"valign": "top", "text_wrap": True}),
            "head": self.book.add_format(
                {"bold": True, "bg_color": "#E4E7EB", "bottom": 1, "text_wrap": True,
                 "valign": "top"}
            ),
            "title": self.book.add_format({"bold": True, "font_size": 14}),
            "plain": self.book.add_format({"num_format": "#,##0.####", "valign": "top"}),
            "whole": self.book.add_format({"num_format": "#,##0", "valign": "top"}),
            "money": self.book.add_format({"num_format": "#,##0.00####", "valign": "top"}),
            "share": self.book.add_format({"num_format": "0.##%", "valign": "top"}),
            "sum": self.book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
            "strong": self.book.add_format({"bold": True, "top": 1}),
        }  # fmt: skip
        say = self.tongue.say
        sheet = self.book.add_worksheet(say(msg("Comparison"))[:31])
        self.lines_name = say(msg("Invoice as billed"))[:31]
        lines = self.book.add_worksheet(self.lines_name)
        figures = self.book.add_worksheet(say(msg("Three sides"))[:31])
        places = self._lines(lines)
        self._comparison(sheet, places)
        self._figures(figures)

    # ------------------------------------------------------------------ helpers

    def _text(self, sheet: Any, row: int, column: int, text: str, style: str = "text") -> None:
        sheet.write_string(row, column, text, self.styles[style])

    def _number(
        self, sheet: Any, row: int, column: int, value: Decimal | int | None, style: str
    ) -> None:
        if value is not None:
            sheet.write_number(row, column, float(value), self.styles[style])

    def _formula(
        self, sheet: Any, row: int, column: int, formula: str, value: Decimal | None, style: str
    ) -> None:
        result = float(value) if value is not None else 0
        sheet.write_formula(row, column, formula, self.styles[style], result)

    def _heads(self, sheet: Any, row: int, heads: tuple[Message, ...]) -> None:
        for column, head in enumerate(heads):
            self._text(sheet, row, column, self.tongue.say(head), "head")

    # ---------------------------------------------------------------- the sheets

    def _lines(self, sheet: Any) -> Mapping[BilledLine, int]:
        """Write the lines of the invoice as billed and return where each one stands."""
        self._heads(sheet, 0, _LINE_HEADS)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 5, 14)
        sheet.set_column(_L_QUANTITY, _L_VAT, 15)
        sheet.set_column(len(_LINE_HEADS) - 1, len(_LINE_HEADS) - 1, 40)
        places: dict[BilledLine, int] = {}
        for shown in self.invoice.rows:
            coins = -int(smallest_coin(shown.currency).as_tuple().exponent)
            for line in shown.lines:
                row = places[line] = len(places) + 1
                texts = (line.invoice_id, str(line.line), line.period_start.isoformat(),
                         line.period_end.isoformat(), line.unit, line.campaign_id)  # fmt: skip
                for column, text in enumerate(texts):
                    self._text(sheet, row, column, text)
                self._number(sheet, row, _L_QUANTITY, line.quantity, "plain")
                self._number(sheet, row, _L_PRICE, line.unit_price, "money")
                cell = _cells(row)
                product = _rounded(line.quantity * line.unit_price, coins)
                self._formula(
                    sheet, row, _L_PRODUCT,
                    f"=ROUND({cell(_L_QUANTITY)}*{cell(_L_PRICE)},{coins})", product, "money",
                )  # fmt: skip
                self._number(sheet, row, _L_AMOUNT, line.amount, "money")
                self._formula(
                    sheet, row, _L_APART, f"={cell(_L_AMOUNT)}-{cell(_L_PRODUCT)}",
                    line.amount - product, "money",
                )  # fmt: skip
                self._number(sheet, row, _L_RATE, line.vat_rate, "share")
                self._number(sheet, row, _L_VAT, line.vat_amount, "money")
                self._text(sheet, row, _L_VAT + 1, line.description)
        return places

    def _comparison(self, sheet: Any, places: Mapping[BilledLine, int]) -> None:
        invoice, say = self.invoice, self.tongue.say
        self._text(sheet, 0, 0, f"{invoice.title}, {invoice.period}", "title")
        told = msg(
            "Expected: counted in the accepted reports, priced by the rate card. Billed: as the "
            "invoice says. Difference above zero: billed above what was expected."
        )
        self._text(sheet, 1, 0, say(told), "plain")
        self._heads(sheet, _TOP - 1, _HEADS)
        sheet.freeze_panes(_TOP, _UNIT)
        sheet.set_column(0, len(_HEADS) - 1, 13)
        for column, width in _WIDTHS.items():
            sheet.set_column(column, column, width)
        for number, row in enumerate(invoice.rows):
            self._row(sheet, _TOP + number, row, places)
        self._sums(sheet, _TOP + len(invoice.rows) + 1)
        below = _TOP + len(invoice.rows) + 4 + len(invoice.totals)
        for number, note in enumerate(invoice.notes):
            self._text(sheet, below + number, 0, say(note), "plain")

    def _row(self, sheet: Any, at: int, row: InvoiceRow, places: Mapping[BilledLine, int]) -> None:
        say, cell = self.tongue.say, _cells(at)
        coins = -int(smallest_coin(row.currency).as_tuple().exponent)
        texts = {_CLAUSE: say(KINDS[row.kind]), _UNIT: unit_name(row.unit, self.tongue),
                 _CAMPAIGN: row.campaign_id, _CURRENCY: row.currency, _REASON: say(row.reason),
                 _LINES: ", ".join(f"{b.invoice_id} / {b.line}" for b in row.lines)}  # fmt: skip
        for column, text in texts.items():
            self._text(sheet, at, column, text)
        self._number(sheet, at, _NO, row.number, "whole")
        self._number(sheet, at, _ACTUAL, row.actual_quantity, "plain")
        if row.expected_amount is not None:
            self._expected(sheet, at, row, coins)
        if row.lines:
            self._billed(sheet, at, row, coins, places)
        if row.difference is not None:
            formula = f"={cell(_B_NET)}-{cell(_NET)}"
            self._formula(sheet, at, _DIFFERENCE, formula, row.difference, "money")
        else:
            self._text(sheet, at, _DIFFERENCE, "—")

    def _expected(self, sheet: Any, at: int, row: InvoiceRow, coins: int) -> None:
        cell = _cells(at)
        if row.expected_seconds is not None:
            self._number(sheet, at, _SECONDS, row.expected_seconds, "whole")
            formula = f"=ROUND({cell(_SECONDS)}/{base_per_unit(row.unit)},4)"
            self._formula(sheet, at, _QUANTITY, formula, row.expected_quantity, "plain")
        else:
            self._number(sheet, at, _QUANTITY, row.expected_quantity, "plain")
        self._number(sheet, at, _PRICE, row.expected_price, "money")
        product = f"{cell(_QUANTITY)}*{cell(_PRICE)}"
        formula = f"=ROUND({product},{coins})" if row.rounds_lines else f"={product}"
        self._formula(sheet, at, _AMOUNT, formula, row.expected_amount, "money")
        self._number(sheet, at, _RATE, row.vat_rate, "share")
        part = f"{cell(_AMOUNT)}*{cell(_RATE)}"
        part = f"{part}/(1+{cell(_RATE)})" if row.includes_vat else part
        self._formula(sheet, at, _VAT, f"=ROUND({part},{coins})", row.expected_vat, "money")
        net = f"={cell(_AMOUNT)}-{cell(_VAT)}" if row.includes_vat else f"={cell(_AMOUNT)}"
        self._formula(sheet, at, _NET, net, row.expected_net, "money")

    def _billed(
        self, sheet: Any, at: int, row: InvoiceRow, coins: int, places: Mapping[BilledLine, int]
    ) -> None:
        cell = _cells(at)

        def linked(column: int) -> str:
            there = "'" + self.lines_name.replace("'", "''") + "'!"
            return "+".join(there + _cells(places[line])(column) for line in row.lines)

        self._formula(sheet, at, _B_QUANTITY, f"={linked(_L_QUANTITY)}", row.billed_quantity,
                      "plain")  # fmt: skip
        if row.billed_price is not None:
            self._number(sheet, at, _B_PRICE, row.billed_price, "money")
        self._formula(sheet, at, _B_AMOUNT, f"={linked(_L_AMOUNT)}", row.billed_amount, "money")
        if all(line.vat_amount is not None for line in row.lines):
            self._formula(sheet, at, _B_VAT, f"={linked(_L_VAT)}", row.billed_vat, "money")
        else:
            self._number(sheet, at, _RATE, row.vat_rate, "share")
            part = f"{cell(_B_AMOUNT)}*{cell(_RATE)}"
            part = f"{part}/(1+{cell(_RATE)})" if row.billed_includes_vat else part
            self._formula(sheet, at, _B_VAT, f"=ROUND({part},{coins})", row.billed_vat, "money")
        net = f"={cell(_B_AMOUNT)}"
        net += f"-{cell(_B_VAT)}" if row.billed_includes_vat else ""
        self._formula(sheet, at, _B_NET, net, row.billed_net, "money")

    def _sums(self, sheet: Any, at: int) -> None:
        say, last = self.tongue.say, _TOP + max(len(self.invoice.rows), 1) - 1
        keys = f"{_absolute(_TOP, _CURRENCY)}:{_absolute(last, _CURRENCY)}"
        for number, total in enumerate(self.invoice.totals):
            row = at + number
            coins = -int(smallest_coin(total.currency).as_tuple().exponent)
            self._text(sheet, row, _CLAUSE, say(msg("Total")), "strong")
            self._text(sheet, row, _CURRENCY, total.currency, "strong")
            wanted = xl_rowcol_to_cell(row, _CURRENCY)
            for column, value in (
                (_VAT, total.expected_vat), (_NET, total.expected_net),
                (_B_VAT, total.billed_vat), (_B_NET, total.billed_net),
            ):  # fmt: skip
                values = f"{_absolute(_TOP, column)}:{_absolute(last, column)}"
                formula = f"=ROUND(SUMIF({keys},{wanted},{values}),{coins})"
                self._formula(sheet, row, column, formula, value, "sum")
            cell = _cells(row)
            formula = f"={cell(_B_NET)}-{cell(_NET)}"
            self._formula(sheet, row, _DIFFERENCE, formula, total.difference, "sum")
            if total.unknown:
                told = msg("lines that cannot be told: %(n)s", n=str(total.unknown))
                self._text(sheet, row, _REASON, say(told))

    def _figures(self, sheet: Any) -> None:
        heads = (msg("Unit"), msg("Source"), msg("Report"), msg("Quantity"))
        self._heads(sheet, 0, heads)
        sheet.set_column(0, 3, 28)
        for number, figure in enumerate(self.invoice.figures, 1):
            texts = (unit_name(figure.unit, self.tongue),
                     self.tongue.say(figure.source), figure.report)  # fmt: skip
            for column, text in enumerate(texts):
                self._text(sheet, number, column, text)
            self._number(sheet, number, 3, figure.quantity, "plain")


def _cells(row: int) -> Callable[[int], str]:
    return lambda column: str(xl_rowcol_to_cell(row, column))


def _absolute(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def _rounded(value: Decimal, coins: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-coins), ROUND_HALF_UP)
