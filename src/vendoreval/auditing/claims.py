"""What was claimed from the vendors, and what they answered: read from the ledger's events.

A pack sent to a vendor is one event, an answer to one item of it is another. Nothing is
overwritten: of several answers to the same item the last one recorded counts, and of several
packs about the same vendor and period the last one. An item that a later pack no longer
names is withdrawn, unless the vendor has accepted or credited it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal, cast

from vendoreval.checks.base import Evidence
from vendoreval.ledger import Event, Ledger
from vendoreval.period import Period
from vendoreval.text import Day, Message, Money, Month, msg

CLAIMED: Final = "dispute.claimed"
ANSWERED: Final = "dispute.answered"
Status = Literal["accepted", "credited", "rejected"]
STATUSES: Final[tuple[Status, ...]] = ("accepted", "credited", "rejected")


@dataclass(frozen=True)
class ClaimAnswer:
    """What the vendor answered to one item.

    Parameters
    ----------
    amount
        What was accepted or credited, in all; zero when rejected.
    number
        Of the event in the ledger.
    """

    status: Status
    amount: Decimal
    reason: str
    who: str
    on: date
    number: int


@dataclass(frozen=True)
class Claim:
    """One item of a pack, and the answer to it.

    Parameters
    ----------
    pack
        Mark of the pack.
    key
        What tells the same question from others in the next audit.
    titles
        Its sentence by language.
    amount
        Claimed, net of VAT; zero when only a question was put.
    """

    pack: str
    item: int
    vendor: str
    period: Period
    finding: str
    check: str
    key: str
    titles: Mapping[str, str]
    amount: Decimal
    currency: str
    on: date
    answer: ClaimAnswer | None = None
    current: bool = True

    @property
    def counts(self) -> bool:
        """Whether it still stands: not withdrawn, or answered in the client's favour."""
        return self.current or (self.answer is not None and self.answer.status != "rejected")

    @property
    def sentence(self) -> Message:
        """What became of it."""
        if self.answer is None:
            return msg("asked on %(day)s, not answered yet", day=Day(self.on))
        said = self.answer
        day, reason = Day(said.on), said.reason or "-"
        amount = Money(said.amount, self.currency)
        match said.status:
            case "rejected":
                return msg("rejected on %(day)s: %(reason)s", day=day, reason=reason)
            case "credited":
                return msg("credited on %(day)s, %(amount)s: %(reason)s",
                           day=day, amount=amount, reason=reason)  # fmt: skip
        if said.amount:
            return msg("accepted on %(day)s, %(amount)s, not credited yet: %(reason)s",
                       day=day, amount=amount, reason=reason)  # fmt: skip
        return msg("accepted on %(day)s: %(reason)s", day=day, reason=reason)


@dataclass(frozen=True)
class Claims:
    """The claims of one calendar year up to a period, the oldest first.

    Money is in `currency` and net of VAT; claims in another currency are listed only.
    """

    year: int = 0
    currency: str = ""
    rows: tuple[Claim, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def _sum(self, amounts: Iterable[tuple[Claim, Decimal]]) -> Decimal:
        return sum((a for c, a in amounts if c.currency == self.currency), Decimal("0.00"))

    @property
    def claimed(self) -> Decimal:
        """Everything claimed that still stands."""
        return self._sum((c, c.amount) for c in self.rows)

    @property
    def recovered(self) -> Decimal:
        """What the vendors credited."""
        return self._answered("credited")

    @property
    def agreed(self) -> Decimal:
        """What the vendors accepted and have not credited yet."""
        return self._answered("accepted")

    @property
    def rejected(self) -> Decimal:
        """Claimed amounts that the vendors rejected."""
        return self._sum(
            (c, c.amount) for c in self.rows if c.answer and c.answer.status == "rejected"
        )

    @property
    def unanswered(self) -> Decimal:
        """Claimed amounts without an answer."""
        return self._sum((c, c.amount) for c in self.rows if c.answer is None)

    def _answered(self, status: Status) -> Decimal:
        return self._sum(
            (c, c.answer.amount) for c in self.rows if c.answer and c.answer.status == status
        )

    def answer_to(self, evidence: Evidence, period: Period) -> Message | None:
        """Return what is known of a question: in its own period, else the last time before."""
        key = question_key(evidence)
        same = [c for c in self.rows if (c.vendor, c.key) == (evidence.vendor, key)]
        own = [c for c in same if c.period == period]
        if own:
            return own[-1].sentence
        earlier = [c for c in same if c.period.end <= period.start]
        if not earlier:
            return None
        last = max(earlier, key=lambda c: c.period.end)
        return msg("%(period)s, the same question: %(answer)s",
                   period=told_period(last.period), answer=last.sentence)  # fmt: skip


def told_period(period: Period) -> Month | str:
    """Return a period as a sentence names it."""
    return Month(period.start) if period.is_month else str(period)


def question_key(evidence: Evidence) -> str:
    """Return what tells the same question of one vendor in another audit."""
    parts = [evidence.check, evidence.agent_id, evidence.campaign_id,
             sorted((name, str(value)) for name, value in evidence.filters.items()
                    if name != "vendor")]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def all_claims(ledger: Ledger, vendor: str | None = None) -> tuple[Claim, ...]:
    """Return every claim that still stands, by period and vendor, each with its last answer.

    Raises
    ------
    LedgerError
        If a lost record may have been a claim or an answer.
    """
    packs: dict[tuple[str, str], list[Event]] = {}
    answers: dict[tuple[str, str, str], Event] = {}
    for event in ledger.events("dispute", vendor=vendor):
        if event.vendor is None or event.period is None:
            continue
        if event.topic == CLAIMED:
            packs.setdefault((event.period, event.vendor), []).append(event)
        elif event.topic == ANSWERED:
            answers[event.period, event.vendor, str(event.body["key"])] = event
    found = []
    for (period, owner), events in packs.items():
        for claim in _latest(events):
            answer = answers.get((period, owner, claim.key))
            claim = replace(claim, answer=None if answer is None else _answer(answer))  # noqa: PLW2901 - the same, with its answer
            if claim.counts:
                found.append(claim)
    return tuple(sorted(found, key=lambda c: (c.period, c.vendor, c.item)))


def claims_of_year(
    claims: Sequence[Claim], period: Period, currency: str, vendors: Iterable[str] | None = None
) -> Claims:
    """Return the claims about periods of the calendar year that end with a period."""
    year = period.last_day.year
    known = None if vendors is None else set(vendors)
    rows = tuple(
        claim
        for claim in claims
        if claim.period.start.year == year
        and claim.period.end <= period.end
        and (known is None or claim.vendor in known)
    )
    return Claims(year, currency, rows)


def _latest(events: Sequence[Event]) -> tuple[Claim, ...]:
    """Return the items by their question: as the last pack that names them says."""
    found: dict[str, Claim] = {}
    for event in events:
        found = {key: replace(claim, current=False) for key, claim in found.items()}
        found |= {claim.key: claim for claim in _items(event)}
    return tuple(found.values())


def _items(event: Event) -> Iterable[Claim]:
    body = event.body
    for entry in cast(Sequence[Mapping[str, object]], body["items"]):
        yield Claim(
            pack=str(body["pack"]),
            item=int(str(entry["item"])),
            vendor=str(event.vendor),
            period=Period.parse(str(event.period)),
            finding=str(entry["finding"]),
            check=str(entry["check"]),
            key=str(entry["key"]),
            titles=cast(Mapping[str, str], entry["titles"]),
            amount=Decimal(str(entry["amount"])),
            currency=str(body["currency"]),
            on=date.fromisoformat(str(body["on"])),
        )


def _answer(event: Event) -> ClaimAnswer:
    body = event.body
    return ClaimAnswer(
        status=cast(Status, str(body["status"])),
        amount=Decimal(str(body["amount"])),
        reason=str(body["reason"]),
        who=event.who,
        on=event.at.date(),
        number=event.number,
    )
