"""What was claimed from the vendors this year, what they answered, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from vendoreval.auditing.claims import told_period
from vendoreval.period import Period
from vendoreval.report.models import ClaimModel, ClaimsModel
from vendoreval.report.reader import DASH, Reader, capital
from vendoreval.text import N_, Count, Message, msg, nmsg

MOST_ROWS: Final = 40
STATUSES: Final = {
    "accepted": N_("accepted"),
    "credited": N_("credited"),
    "rejected": N_("rejected"),
}


@dataclass(frozen=True)
class ClaimRow:
    """One line of the table."""

    period: str
    vendor: str
    title: str
    claimed: str
    recovered: str
    answer: str


@dataclass(frozen=True)
class ClaimsPage:
    """Everything the section shows."""

    title: str
    lead: str
    unit: str
    rows: tuple[ClaimRow, ...]
    left_out: str


def claims_page(reader: Reader) -> ClaimsPage | None:
    """Return the section; `None` when nothing was claimed this year."""
    claims = reader.document.claims
    if claims is None or not claims.rows:
        return None
    say = reader.language.say
    left = len(claims.rows) - MOST_ROWS
    return ClaimsPage(
        title=say(claims_title(reader, claims)),
        lead=say(_lead(reader, claims)),
        unit=reader.language.currency_mark(claims.currency),
        rows=tuple(_row(reader, claim) for claim in claims.rows[-MOST_ROWS:]),
        left_out=""
        if left <= 0
        else say(
            nmsg("%(n)s earlier item is in audit.json.", "%(n)s earlier items are in audit.json.",
                 left, n=Count(left))
        ),
    )  # fmt: skip


def claims_title(reader: Reader, claims: ClaimsModel) -> Message:
    """Return the conclusion: how much of what was claimed this year came back."""
    if not claims.claimed and not claims.recovered:
        return msg("Questions were put to the vendors in %(year)s, without a claim of money",
                   year=str(claims.year))  # fmt: skip
    return msg(
        "Claimed in %(year)s: %(claimed)s; recovered: %(recovered)s", year=str(claims.year),
        claimed=_exact(reader, claims.claimed), recovered=_exact(reader, claims.recovered),
    )  # fmt: skip


def _lead(reader: Reader, claims: ClaimsModel) -> Message:
    return msg(
        "Net of VAT. Accepted and not credited yet: %(agreed)s; rejected by the vendor: "
        "%(rejected)s; not answered yet: %(unanswered)s. A credit smaller than the claim closes "
        "only its own part.",
        agreed=_exact(reader, claims.agreed), rejected=_exact(reader, claims.rejected),
        unanswered=_exact(reader, claims.unanswered),
    )  # fmt: skip


def _exact(reader: Reader, amount: Decimal) -> str:
    return reader.language.money(amount, reader.currency)


def _row(reader: Reader, claim: ClaimModel) -> ClaimRow:
    tongue = reader.language
    titles = claim.titles
    credited = claim.status == "credited" and claim.amount is not None
    own = claim.currency == reader.currency
    mark = "" if own else f" {tongue.currency_mark(claim.currency)}"
    return ClaimRow(
        period=tongue.value(told_period(Period.parse(claim.period))),
        vendor=reader.vendor(claim.vendor),
        title=capital(titles.get(tongue.code) or next(iter(titles.values()), "")),
        claimed=tongue.number(claim.claimed, 2) + mark if claim.claimed else DASH,
        recovered=tongue.number(claim.amount, 2) + mark if credited and claim.amount else DASH,
        answer=capital(reader.text(claim, "answer")),
    )
