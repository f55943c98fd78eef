"""The invoice re-computed: expected beside billed, line by line, to the smallest coin."""

from vendoreval.invoicing.invoice import expected_invoice
from vendoreval.invoicing.printed_totals import PrintedTotal, printed_totals
from vendoreval.invoicing.result import CurrencyTotal, ExpectedInvoice, Figure, InvoiceRow

__all__ = [
    "CurrencyTotal",
    "ExpectedInvoice",
    "Figure",
    "InvoiceRow",
    "PrintedTotal",
    "expected_invoice",
    "printed_totals",
]
