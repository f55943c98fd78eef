"""After new deliveries: do the reports of a vendor still agree with each other?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vendoreval.agreement import CLIENT
from vendoreval.inbox import Ingested
from vendoreval.ledger import Ledger
from vendoreval.ledger.reconcile import ReconciliationResult, reconcile
from vendoreval.period import Period


@dataclass(frozen=True)
class Differs:
    """One rule of an agreement by which two reports of a month do not agree."""

    vendor: str
    period: Period
    result: ReconciliationResult


def differences(ledger: Ledger, done: Sequence[Ingested]) -> tuple[Differs, ...]:
    """Run the reconciliation rules of every vendor for the months that new files touch.

    A rule that cannot be run, because a report did not come yet, says nothing here.

    Raises
    ------
    LedgerError
        If a file of the ledger is missing.
    """
    agreements = {e.vendor: e.report.delivery.agreement for e in done if e.report is not None}
    touched = {
        (entry.vendor, month)
        for entry in done
        if entry.new and entry.report is not None
        for month in _months(entry.report.period)
    }
    # the client's own files are one side of rules of every vendor
    theirs = {month for vendor, month in touched if vendor == CLIENT}
    asked = {pair for pair in touched if pair[0] != CLIENT}
    asked |= {
        (commit.vendor, month)
        for commit in ledger.live()
        if commit.vendor != CLIENT
        for month in _months(commit.span)
        if month in theirs
    }
    return tuple(
        Differs(vendor, month, result)
        for vendor, month in sorted(asked, key=lambda pair: (pair[0], pair[1].start))
        # a vendor that sent nothing now is held to what its latest delivery was judged by
        for result in reconcile(ledger, vendor, month, agreement=agreements.get(vendor))
        if result.status == "differs"
    )


def _months(span: Period | None) -> list[Period]:
    if span is None:
        return []
    found = [Period.month_of(span.start)]
    while found[-1].end < span.end:
        found.append(Period.month_of(found[-1].end))
    return found
