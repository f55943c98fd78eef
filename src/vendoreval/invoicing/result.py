"""The expected invoice beside the billed one, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any, Final

import pandas as pd

from vendoreval.invoicing.entries import BilledLine
from vendoreval.invoicing.words import HEADS, cells
from vendoreval.invoicing.workbook import write_invoice
from vendoreval.period import Period
from vendoreval.text import Language, Message, Money, language, msg

COLUMNS: Final = (
    "number", "kind", "unit", "campaign_id", "rate_item", "currency", "actual_quantity",
    "expected_seconds", "expected_quantity", "expected_price", "expected_amount", "expected_vat",
    "expected_net", "billed_quantity", "billed_price", "billed_amount", "billed_vat",
    "billed_net", "difference", "invoice_lines", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class InvoiceRow:
    """One line of the comparison.

    Parameters
    ----------
    kind
        Clause of the card, or `unlisted`.
    rate_item
        Key of the line of the card.
    actual_quantity
        Units as logged, before any rule of the card.
    expected_seconds
        Rated seconds behind a quantity of time.
    expected_quantity, expected_price, expected_amount
        Operands and their product; `None` where the reports cannot tell.
    expected_vat, expected_net, billed_vat, billed_net
        VAT, and the amount without it.
    billed_price
        `None` where the lines of the invoice have several.
    difference
        Billed less expected, both without VAT; above zero to the client's cost.
    lines
        The lines of the invoice behind the billed figures.
    includes_vat, billed_includes_vat
        Whether the amounts hold the VAT.
    is_tolerated
        Whether the quantity differs by no more than the card accepts.
    """

    number: int
    kind: str
    unit: str
    campaign_id: str
    rate_item: str
    currency: str
    actual_quantity: Decimal | None
    expected_seconds: int | None
    expected_quantity: Decimal | None
    expected_price: Decimal | None
    expected_amount: Decimal | None
    expected_vat: Decimal | None
    expected_net: Decimal | None
    billed_quantity: Decimal | None
    billed_price: Decimal | None
    billed_amount: Decimal | None
    billed_vat: Decimal | None
    billed_net: Decimal | None
    difference: Decimal | None
    reason: Message
    lines: tuple[BilledLine, ...] = ()
    includes_vat: bool = False
    billed_includes_vat: bool = False
    vat_rate: Decimal = Decimal(0)
    rounds_lines: bool = True
    is_tolerated: bool = False


@dataclass(frozen=True)
class CurrencyTotal:
    """Sums of one currency, rounded to its smallest coin; two are never added.

    Parameters
    ----------
    unknown
        Rows whose expected amount cannot be told; they are in no expected sum.
    """

    currency: str
    expected_net: Decimal
    expected_vat: Decimal
    billed_net: Decimal
    billed_vat: Decimal
    unknown: int = 0

    @property
    def expected_gross(self) -> Decimal:
        """What was to be paid, VAT included."""
        return self.expected_net + self.expected_vat

    @property
    def billed_gross(self) -> Decimal:
        """What is asked for, VAT included."""
        return self.billed_net + self.billed_vat

    @property
    def difference(self) -> Decimal:
        """Billed less expected, without VAT."""
        return self.billed_net - self.expected_net


@dataclass(frozen=True)
class Figure:
    """What one accepted report says about the quantity of a unit."""

    unit: str
    source: Message
    report: str
    quantity: Decimal


@dataclass(frozen=True, repr=False)
class ExpectedInvoice:
    """What a vendor's invoice of a period should say, beside what it says.

    Parameters
    ----------
    rows
        Line by line.
    totals
        One for each currency.
    figures
        The quantities of invoice, reports and the client's own records, unit by unit.
    notes
        What there is to know about the invoice as a whole.
    invoices
        Numbers of the invoices whose service begins in the period.
    """

    vendor: str
    title: str
    period: Period
    rows: tuple[InvoiceRow, ...]
    totals: tuple[CurrencyTotal, ...]
    figures: tuple[Figure, ...]
    notes: tuple[Message, ...]
    invoices: tuple[str, ...]

    @property
    def is_billed(self) -> bool:
        """Whether the ledger holds an invoice of the period."""
        return bool(self.invoices)

    def total(self, currency: str | None = None) -> CurrencyTotal:
        """Return the sums of a currency, of the only one when none is named.

        Raises
        ------
        KeyError
            If the invoice has no such currency, or several and none was named.
        """
        fitting = [t for t in self.totals if currency in (None, t.currency)]
        if len(fitting) != 1:
            raise KeyError(currency)
        return fitting[0]

    def to_frame(self, language_code: str = "en") -> pd.DataFrame:
        """Return one row for each line of the comparison; money stays `Decimal`."""
        return pd.DataFrame(
            [self._record(row, language(language_code)) for row in self.rows],
            columns=list(COLUMNS),
        )

    def _record(self, row: InvoiceRow, tongue: Language) -> dict[str, Any]:
        shown = {name: getattr(row, name, None) for name in COLUMNS}
        shown["reason"] = tongue.say(row.reason)
        shown["invoice_lines"] = ", ".join(f"{b.invoice_id} / {b.line}" for b in row.lines)
        return shown

    def to_json(self, language_code: str = "en") -> dict[str, Any]:
        """Return the whole as plain values; decimals are text, so that they stay exact."""
        tongue = language(language_code)
        return {
            "vendor": self.vendor,
            "period": str(self.period),
            "invoices": list(self.invoices),
            "rows": [_plain(self._record(row, tongue)) for row in self.rows],
            "totals": [
                _plain({name: getattr(total, name) for name in _TOTALS}) for total in self.totals
            ],
            "figures": [
                {"unit": f.unit, "report": f.report, "source": tongue.say(f.source),
                 "quantity": _text(f.quantity)} for f in self.figures
            ],
            "notes": [tongue.say(note) for note in self.notes],
        }  # fmt: skip

    def to_xlsx(self, path: str | Path, language_code: str = "en") -> Path:
        """Write a workbook with live formulas that a bookkeeper can follow and change.

        Raises
        ------
        AgreementError
            If the name does not end in .xlsx.
        LedgerError
            If the disk refuses.
        """
        return write_invoice(self, Path(path), language_code)

    def __repr__(self) -> str:
        sums = "; ".join(
            f"{t.currency} expected {t.expected_net}, billed {t.billed_net}, "
            f"difference {t.difference:+}" for t in self.totals
        )  # fmt: skip
        return f"ExpectedInvoice({self.vendor}, {self.period}: {len(self.rows)} lines; {sums})"

    def _repr_html_(self) -> str:
        return self.to_html("en")

    def to_html(self, language_code: str = "en") -> str:
        """Return the comparison as a table for a notebook."""
        tongue = language(language_code)
        head = "".join(f"<th>{escape(tongue.say(text))}</th>" for text in HEADS.values())
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in cells(row, tongue)) + "</tr>"
            for row in self.rows
        )
        sums = "".join(
            f"<p>{escape(tongue.say(sentence))}</p>" for sentence in (*self.sums(), *self.notes)
        )
        title = escape(f"{self.title}, {self.period}")
        return f"<p>{title}</p><table><tr>{head}</tr>{rows}</table>{sums}"

    def sums(self) -> tuple[Message, ...]:
        """Return one sentence for each currency."""
        return tuple(
            msg(
                "expected %(expected)s net and %(expected_vat)s VAT, billed %(billed)s net and "
                "%(billed_vat)s VAT, difference %(difference)s net",
                expected=Money(t.expected_net, t.currency),
                expected_vat=Money(t.expected_vat, t.currency),
                billed=Money(t.billed_net, t.currency),
                billed_vat=Money(t.billed_vat, t.currency),
                difference=Money(t.difference, t.currency),
            )
            for t in self.totals
        )


_TOTALS: Final = (
    "currency", "expected_net", "expected_vat", "expected_gross", "billed_net", "billed_vat",
    "billed_gross", "difference", "unknown",
)  # fmt: skip


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _text(value) if isinstance(value, Decimal) else value
        for name, value in record.items()
    }


def _text(value: Decimal) -> str:
    return f"{value:f}"
