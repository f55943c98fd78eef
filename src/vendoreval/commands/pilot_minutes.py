"""Minutes or sales, and the invoice, of a vendor on trial: what the audit says of one period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vendoreval.auditing.audit import run_audit
from vendoreval.auditing.result import VendorResult
from vendoreval.invoicing import ExpectedInvoice, expected_invoice
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.text import Message, language, msg
from vendoreval.workspace import Workspace


@dataclass(frozen=True)
class MinutesOfPilot:
    """The six rows of the verdict and the invoice worked out again."""

    result: VendorResult
    invoice: ExpectedInvoice | None

    def lines(self) -> Iterator[Message]:
        """Yield the six rows, then the sums of the invoice."""
        yield msg("Minutes or sales, from the audit:")
        for row in self.result.six_inputs:
            yield msg("  %(label)s: %(value)s. %(reason)s", label=row.label, value=row.value,
                      reason=row.reason)  # fmt: skip
        if self.invoice is None:
            yield msg("The pilot's invoice cannot be worked out again: there is no rate card.")
        else:
            yield from self.invoice.sums()

    def to_json(self, code: str) -> dict[str, Any]:
        """Return both as data."""
        speak = language(code).say
        rows = [
            {"id": row.id, "value": speak(row.value), "reading": row.reading}
            for row in self.result.six_inputs
        ]
        invoice = None if self.invoice is None else self.invoice.to_json(code)
        return {"verdict": self.result.verdict, "six_inputs": rows, "invoice": invoice}


def minutes_of_pilot(
    workspace: Workspace, ledger: Ledger, vendor: str, period: Period
) -> MinutesOfPilot:
    """Audit one period and work the vendor's invoice out again.

    Raises
    ------
    AgreementError
        If the period holds no data.
    """
    result = run_audit(ledger, workspace.settings, period, None)
    own = next(one for one in result.vendors if one.vendor == vendor)
    agreement = workspace.agreements()[vendor]
    if not agreement.rate_card:
        return MinutesOfPilot(own, None)
    return MinutesOfPilot(own, expected_invoice(ledger, vendor, period, agreement=agreement))
