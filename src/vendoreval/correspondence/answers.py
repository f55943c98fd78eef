"""What a vendor answers: one item by hand, or the filled sheet of the pack.

An answer is an event of the ledger. It changes nothing that was recorded before; of several
answers to one item the last one counts.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, cast

from vendoreval.auditing.claims import ANSWERED, STATUSES, Claim, Status, all_claims
from vendoreval.correspondence.workbooks import answer_words
from vendoreval.errors import (
    AgreementError,
    DeliveryError,
    Problem,
    os_problem,
    plain_problem,
)
from vendoreval.intake.sources.kinds import kind_of
from vendoreval.intake.sources.workbook import sheet_heads
from vendoreval.ledger import Event, Ledger
from vendoreval.period import Period
from vendoreval.report import clean_text, mask_text
from vendoreval.text import LANGUAGES, Message, Money, msg

_MOST_ROWS: Final = 2_000
_LARGEST_BYTES: Final = 10 << 20
_LONGEST: Final = 2_000
_MARK: Final = re.compile(r"/ ([0-9a-f]{16})$")
_AMOUNT: Final = re.compile(r"\d{1,15}(\.\d{1,2})?", re.ASCII)
_NOISY: Final = re.compile(r"\d{1,15}\.\d{3,20}", re.ASCII)


@dataclass(frozen=True)
class _Said:
    """One answer before it is judged; `where` is its place for messages."""

    item: int
    status: str
    amount: Decimal | None
    reason: str
    who: str
    where: tuple[str, str] = ("--item", "")


def record_answer(
    ledger: Ledger,
    vendor: str,
    period: str | Period,
    item: int,
    status: str,
    *,
    amount: Decimal | None = None,
    reason: str = "",
    who: str | None = None,
    at: datetime | None = None,
) -> Event:
    """Record what a vendor answered to one item.

    Parameters
    ----------
    item
        Its number in the last pack about this vendor and period.
    status
        ``accepted``, ``credited`` or ``rejected``.
    amount
        Accepted or credited in all so far; what was claimed when not given.
    reason
        The vendor's words; a rejection needs them. Phones in it are masked.
    who
        Who answered; the vendor when not given.
    at
        When it was answered; this moment when not given.

    Raises
    ------
    AgreementError
        If there is no such item, or the answer contradicts itself.
    LedgerError
        If the disk refuses.

    Examples
    --------
    >>> record_answer(ledger, "alpha", "2026-10", 1, "credited")  # doctest: +SKIP
    Event(9, dispute.answered, alpha, 2026-10, by alpha)
    """
    claims = current_claims(ledger, vendor, period)
    said = _Said(item, status, amount, reason, who or vendor, ("--item", str(item)))
    problems = list(_problems(said, claims))
    if problems:
        raise AgreementError(problems)
    return _record(ledger, claims[item], said, at)


def current_claims(ledger: Ledger, vendor: str, period: str | Period) -> dict[int, Claim]:
    """Return number -> item of the last pack about a vendor and period.

    Raises
    ------
    AgreementError
        If there is no such pack.
    """
    span = Period.parse(period) if isinstance(period, str) else period
    found = {
        claim.item: claim
        for claim in all_claims(ledger, vendor)
        if claim.period == span and claim.current
    }
    if not found:
        raise AgreementError(
            plain_problem(
                f"{vendor}, {span}",
                msg("no claim was recorded"),
                msg("a pack made with: vendoreval dispute"),
                msg("make the pack first, then record the answers to it"),
            )
        )
    return found


def read_answers(
    ledger: Ledger, vendor: str, period: str | Period, path: Path, *, who: str | None = None
) -> tuple[Event, ...]:
    """Record the answers of a filled `answers.xlsx`; all of them or none.

    Lines without an answer are left alone, and so are answers that the ledger holds already.

    Raises
    ------
    DeliveryError
        If the file cannot be read, is of another pack, or a line is wrong: all lines at once.
    AgreementError
        If nothing was claimed.
    LedgerError
        If the disk refuses.
    """
    claims = current_claims(ledger, vendor, period)
    rows = _rows(path, next(iter(claims.values())).pack)
    said: list[_Said] = []
    problems: list[Problem] = []
    for where, row in rows:
        try:
            read = _line(row, where, who or vendor)
        except DeliveryError as error:
            problems += error.problems
            continue
        if read is not None:
            found = list(_problems(read, claims))
            problems += found
            said += [] if found else [read]
    if problems:
        raise DeliveryError(problems)
    return tuple(
        _record(ledger, claims[one.item], one, None)
        for one in said
        if not _held(claims[one.item], one)
    )


def _rows(path: Path, mark: str) -> list[tuple[tuple[str, str], list[str]]]:
    """Return the lines of the sheet that bears the mark, each with its place.

    Raises
    ------
    DeliveryError
        If there is none, or the file is no workbook.
    """
    where = str(path)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _unfit(where, msg("the file is larger than %(size)s MB", size="10"))
        kind = kind_of(path, where)
    except OSError as error:
        raise DeliveryError(os_problem(where, error)) from error
    if kind not in {"XLSX", "ODS"}:
        raise _unfit(where, msg("the file is %(kind)s", kind=kind))
    for _, content in sheet_heads(path, where, kind, _MOST_ROWS):
        rows = list(csv.reader(io.StringIO(content.decode("utf-8", "replace")), delimiter="\t"))
        marks = [found[1] for row in rows[:5] if row and (found := _MARK.search(row[0].strip()))]
        if not marks:
            continue
        if marks[0] != mark:
            raise _unfit(where, msg("it answers another pack, with the mark %(mark)s",
                                    mark=marks[0]))  # fmt: skip
        return [
            ((where, str(number)), row)
            for number, row in enumerate(rows, 1)
            if row and _whole(row[0]) is not None
        ]
    raise _unfit(where, msg("no sheet bears the mark of a pack"))


def _unfit(where: str, found: Message) -> DeliveryError:
    return DeliveryError(
        plain_problem(
            where, found, msg("answers.xlsx of the last pack, filled in"),
            msg("ask the vendor to fill in that file, or record the answers one by one"),
        )
    )  # fmt: skip


def _whole(text: str) -> int | None:
    with contextlib.suppress(ValueError, InvalidOperation):
        number = Decimal(text.strip())
        if number == number.to_integral_value() and 0 < number < 10_000:
            return int(number)
    return None


def _line(row: Sequence[str], where: tuple[str, str], who: str) -> _Said | None:
    """Return the answer of one line; `None` when there is none."""
    cells = [cell.strip() for cell in row] + [""] * 8
    word, amount, reason, answered_by = cells[4:8]
    if not (word or amount or reason):
        return None
    statuses = {w.casefold(): s for code in LANGUAGES for s, w in answer_words(code).items()}
    return _Said(
        item=_whole(cells[0]) or 0,
        status=statuses.get(word.casefold(), word),
        amount=read_amount(amount, where) if amount else None,
        reason=reason,
        who=answered_by or who,
        where=where,
    )


def read_amount(text: str, where: tuple[str, str]) -> Decimal:
    """Read an amount such as 1250.50, 1 250,50 or 1250.

    Raises
    ------
    DeliveryError
        If it is none, or has more than two decimals.
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", text)
    if "." not in plain:
        plain = plain.replace(",", ".")
    # a number of a sheet may come with the noise of its last bits
    if _AMOUNT.fullmatch(plain) is None:
        if _NOISY.fullmatch(plain):
            cents = Decimal(plain).quantize(Decimal("0.01"))
            if abs(Decimal(plain) - cents) < Decimal("1e-6"):
                return cents
        raise DeliveryError(
            Problem(
                *where, msg("the amount is %(value)s", value=clean_text(text)[:60]),
                msg("an amount such as 1250.50, with two decimals at most"),
                msg("write the amount without a currency"),
            )
        )  # fmt: skip
    return Decimal(plain)


def _problems(said: _Said, claims: Mapping[int, Claim]) -> Iterator[Problem]:
    def problem(found: Message, expected: Message, cure: Message) -> Problem:
        return Problem(*said.where, found, expected, cure)

    claim = claims.get(said.item)
    if claim is None:
        yield problem(
            msg("the pack has no item %(item)s", item=str(said.item)),
            msg("one of: %(allowed)s", allowed=", ".join(map(str, sorted(claims)))),
            msg("take the number from the pack"),
        )
        return
    if said.status not in STATUSES:
        yield problem(
            msg("the answer is %(value)s", value=clean_text(said.status)[:60] or "-"),
            msg("one of: %(allowed)s", allowed=", ".join(STATUSES)),
            msg("choose one of them"),
        )
        return
    if said.status == "rejected" and not said.reason.strip():
        yield problem(
            msg("item %(item)s is rejected without a reason", item=str(said.item)),
            msg("the vendor's reason"), msg("add the reason"),
        )  # fmt: skip
    yield from _of_amount(said, claim)


def _of_amount(said: _Said, claim: Claim) -> Iterator[Problem]:
    if said.amount is not None and (said.amount < 0 or said.amount != said.amount.quantize(
            Decimal("0.01"))):  # fmt: skip
        yield Problem(
            *said.where, msg("the amount is %(value)s", value=str(said.amount)),
            msg("an amount such as 1250.50, with two decimals at most"),
            msg("write the amount without a currency"),
        )  # fmt: skip
        return
    amount = _amount(said, claim)
    if said.status == "rejected" and said.amount:
        yield Problem(
            *said.where, msg("item %(item)s is rejected with an amount", item=str(said.item)),
            msg("no amount; a part that is accepted is an answer with that amount"),
            msg("leave the amount out, or answer accepted"),
        )  # fmt: skip
    elif said.status == "credited" and not amount:
        yield Problem(
            *said.where, msg("item %(item)s is credited without an amount", item=str(said.item)),
            msg("the amount of the credit, since the item claims none"), msg("add the amount"),
        )  # fmt: skip
    elif claim.amount and amount > claim.amount:
        yield Problem(
            *said.where,
            msg("%(amount)s is more than item %(item)s claims",
                amount=Money(amount, claim.currency), item=str(said.item)),
            msg("%(amount)s at most", amount=Money(claim.amount, claim.currency)),
            msg("check the amount: it is what was accepted or credited of this item in all"),
        )  # fmt: skip


def _amount(said: _Said, claim: Claim) -> Decimal:
    if said.status == "rejected":
        return Decimal("0.00")
    amount = claim.amount if said.amount is None else said.amount
    return amount.quantize(Decimal("0.01"))


def _held(claim: Claim, said: _Said) -> bool:
    """Whether the ledger's last answer says the same."""
    last = claim.answer
    return last is not None and (last.status, last.amount, last.reason) == (
        said.status, _amount(said, claim), _told(said.reason),
    )  # fmt: skip


def _told(text: str) -> str:
    return mask_text(clean_text(" ".join(text.split())))[:_LONGEST]


def _record(ledger: Ledger, claim: Claim, said: _Said, at: datetime | None) -> Event:
    status = cast(Status, said.status)
    body = {
        "pack": claim.pack, "item": claim.item, "key": claim.key, "status": status,
        "amount": str(_amount(said, claim)), "currency": claim.currency,
        "reason": _told(said.reason),
    }  # fmt: skip
    who = _told(said.who)[:200] or claim.vendor
    return ledger.record_event(
        ANSWERED, body, who=who, vendor=claim.vendor, period=claim.period, at=at
    )


__all__ = ["current_claims", "read_amount", "read_answers", "record_answer"]
