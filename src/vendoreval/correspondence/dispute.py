"""What one vendor is asked about one period: the items, and what each of them claims.

Money is claimed for facts only, and a call that several facts concern is claimed once, at
the item where it is worth most. The claims together never exceed what the audit calls
provable. Everything else is put as a question without an amount.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cache
from typing import Any, Final

import pandas as pd

from vendoreval.auditing import Finding
from vendoreval.auditing.claims import question_key
from vendoreval.auditing.result import VendorResult
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.period import Period
from vendoreval.report import AuditReport, clean_text, mask_text
from vendoreval.text import LANGUAGES, Message, language, msg

ANSWER_DAYS: Final = 14
CENT: Final = Decimal("0.01")
_HIDDEN: Final = "***"
_OF_OTHERS: Final = re.compile(r"\b(other|another) vendors?\b|\belsewhere\b", re.IGNORECASE)
# clauses that stand side by side, so that one can go
_CLAUSES: Final = re.compile(r"%\(\w+\)s(; %\(\w+\)s)*")


@dataclass(frozen=True)
class DisputeItem:
    """One item: a finding, its rows of this vendor, and what is claimed.

    Parameters
    ----------
    worth
        What the finding alone is worth, net of VAT; `None` when it holds no money.
    claimed
        The part of it that no other item claims; zero when it is only a question.
    """

    number: int
    finding: Finding
    rows: pd.DataFrame
    worth: Decimal | None = None
    claimed: Decimal = Decimal(0)

    @property
    def key(self) -> str:
        """What tells the question in another audit."""
        return question_key(self.finding.evidence)


@dataclass(frozen=True)
class Dispute:
    """Everything asked of one vendor about one period.

    Parameters
    ----------
    others
        Names of the other vendors; they must stand in nothing that is sent.
    """

    vendor: str
    title: str
    client: str
    period: Period
    currency: str
    ledger_hash: str
    items: tuple[DisputeItem, ...]
    others: tuple[str, ...] = ()

    @property
    def claimed(self) -> Decimal:
        """What is claimed in all, every call once."""
        return sum((item.claimed for item in self.items), Decimal(0))

    @property
    def mark(self) -> str:
        """Mark of the pack: the same items and claims have the same."""
        # the numbers of findings may move when other vendors are audited again
        items = [(i.number, i.key, str(i.claimed)) for i in self.items]
        content = [self.vendor, str(self.period), self.currency, items]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]

    def body(self, on: date) -> dict[str, Any]:
        """Return what the ledger keeps of it."""
        return {
            "pack": self.mark,
            "on": on.isoformat(),
            "answer_by": (on + timedelta(days=ANSWER_DAYS)).isoformat(),
            "currency": self.currency,
            "claimed": str(self.claimed),
            "ledger_hash": self.ledger_hash,
            "items": [
                {
                    "item": item.number, "finding": item.finding.id,
                    "check": item.finding.evidence.check, "key": item.key,
                    "amount": str(item.claimed),
                    "titles": {code: self.sentence(item.finding.evidence.title, code)
                               for code in LANGUAGES},
                }
                for item in self.items
            ],
        }  # fmt: skip

    def sentence(self, message: Message | None, code: str) -> str:
        """Return a sentence as it may be sent: masked, with the vendor's printed name.

        Clauses about other vendors are left out; empty when it is about them as a whole or
        names one.
        """
        if message is None:
            return ""
        own = without_others(message)
        if own is None:
            return ""
        text = mask_text(clean_text(language(code).say(self._named(own))))
        return "" if names_any(text, self.others) else text

    def _named(self, message: Message) -> Message:
        values = {
            name: self.title
            if value == self.vendor
            else self._named(value)
            if isinstance(value, Message)
            else value
            for name, value in message.values.items()
        }
        return replace(message, values=values)


def without_others(message: Message) -> Message | None:
    """Return a sentence without what it says of other vendors; `None` when nothing is left.

    Examples
    --------
    >>> said = msg("%(part0)s; %(part1)s", part0=msg("ours"), part1=msg("at the other vendors: 3"))
    >>> language("en").say(without_others(said))
    'ours'
    """
    if _OF_OTHERS.search(message.template):
        return None
    parts = {
        name: without_others(value) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    kept = {name: value for name, value in parts.items() if value is not None}
    if len(kept) == len(parts):
        return replace(message, values=kept)
    if kept and _CLAUSES.fullmatch(message.template):
        return Message("; ".join(f"%({name})s" for name in kept), kept)
    return None


def names_any(text: str, names: Sequence[str]) -> bool:
    """Whether a text holds one of the names as a whole word.

    Examples
    --------
    >>> names_any("Beta billed less", ["beta"]), names_any("alphabet", ["beta"])
    (True, False)
    """
    pattern = _pattern_of(tuple(names))
    return pattern is not None and pattern.search(text.casefold()) is not None


@cache
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    given = sorted({name.casefold().strip() for name in names} - {""})
    if not given:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, given))})(?!\w)")


def dispute_of(report: AuditReport, vendor: str) -> Dispute:
    """Return what a vendor is asked after an audit.

    Parameters
    ----------
    report
        The audit; rows of other vendors in it are left out.
    vendor
        Short name.

    Raises
    ------
    AgreementError
        If the audit has no such vendor, or nothing to ask it.
    """
    result = report.result
    own = next((v for v in result.vendors if v.vendor == vendor), None)
    if own is None:
        raise AgreementError(
            plain_problem(
                "--vendor",
                msg("%(value)s is written", value=vendor or "-"),
                msg("one of: %(allowed)s", allowed=", ".join(v.vendor for v in result.vendors)),
                msg("choose one of them"),
            )
        )
    found = [f for f in result.findings if f.evidence.vendor == vendor]
    if not found:
        raise AgreementError(
            plain_problem(
                str(result.period),
                msg("the audit has no finding about %(vendor)s", vendor=vendor),
                msg("something to ask the vendor"),
                msg("there is nothing to send; name another vendor or period"),
            )
        )
    others = tuple(
        name for v in result.vendors if v.vendor != vendor for name in (v.vendor, v.title)
    )
    items = tuple(
        DisputeItem(
            number, finding, _own_rows(report.rows_of(finding), vendor, others), _worth(finding)
        )
        for number, finding in enumerate(found, 1)
    )
    return Dispute(
        vendor=vendor,
        title=_one_line(own.title),
        client=_one_line(result.client),
        period=result.period,
        currency=result.currency,
        ledger_hash=result.ledger_hash,
        items=_claimed(items, own),
        others=others,
    )


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())[:200]


def _worth(finding: Finding) -> Decimal | None:
    """Return what a fact is worth; of a pattern no money is claimed."""
    money = finding.evidence.money
    if finding.tier != "fact" or money is None or money.point <= 0:
        return None
    return money.point


def _own_rows(rows: pd.DataFrame, vendor: str, others: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows that bear the vendor's name; without such a column there are none.

    A cell that names another vendor is hidden.
    """
    if "vendor" not in rows.columns:
        return rows.iloc[0:0]
    own = rows[rows["vendor"] == vendor].drop(columns="vendor").reset_index(drop=True)
    for column in own.columns:
        texts = {value for value in own[column].unique() if isinstance(value, str)}
        hidden = {text: _HIDDEN for text in texts if names_any(text, others)}
        if hidden:
            own[column] = own[column].replace(hidden)
    return own


def _claimed(items: Sequence[DisputeItem], vendor: VendorResult) -> tuple[DisputeItem, ...]:
    """Give every item its part: each call once, all together not above what is provable."""
    shares = _shares(items)
    left = vendor.money.provable
    done = []
    for item in items:
        part = min(shares.get(item.number, Decimal(0)).quantize(CENT, ROUND_DOWN), left)
        left -= part
        done.append(replace(item, claimed=part))
    return tuple(done)


def _shares(items: Sequence[DisputeItem]) -> Mapping[int, Decimal]:
    """Return number of an item -> what of its worth no other item claims."""
    worths = {item.number: item.worth for item in items if item.worth is not None}
    per_call = [i for i in items if i.worth is not None and i.finding.evidence.per_call]
    if len(per_call) < 2:
        return worths
    dearest: dict[str, tuple[Decimal, int]] = {}
    for item in per_call:
        seconds = [int(s) for s in item.rows.get("seconds", ())]
        total = sum(seconds)
        if total <= 0 or "call_id" not in item.rows.columns:
            worths[item.number] = Decimal(0)  # its calls cannot be told from those of others
            continue
        price = worths[item.number] / total
        for call, own in zip(item.rows["call_id"], seconds, strict=True):
            value = price * own
            if value > dearest.get(str(call), (Decimal(0), 0))[0]:
                dearest[str(call)] = (value, item.number)
        worths[item.number] = Decimal(0)
    for value, number in dearest.values():
        worths[number] += value
    # a sum of parts must not fall a cent short of its whole
    return {number: value.quantize(Decimal("1e-9")) for number, value in worths.items()}
