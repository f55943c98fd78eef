"""The evidence of `rates_and_terms`: one for each way in which lines depart from the card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from vendoreval.checks._answers import price_text
from vendoreval.checks._lines import Reading, lines_evidence, named_lines, total_claim
from vendoreval.checks._terms import Findings, Found, Reason
from vendoreval.checks.base import Evidence, Scope
from vendoreval.text import Count, Day, Message, Money, msg

Words = Callable[[Found, str], dict[str, Any]]
# these only ask: the words of an invoice and of a card may mean the same thing
_ASKS: Final[frozenset[Reason]] = frozenset({"campaign", "past_term"})


def term_evidence(
    check: str, vendor: str, found: Findings, lines: Sequence[Reading], scope: Scope
) -> list[Evidence]:
    """Return the evidence of everything that was found."""
    made = []
    for reason, own in found.by_reason.items():
        currency = own.lines[0].currency
        words = _WORDS[reason](own, currency)
        if own.claims:
            money = Money(total_claim(own.claims), currency)
            words["effect"] = msg("not owed: %(money)s net of VAT", money=money)
        made.append(
            lines_evidence(
                check, vendor, scope, own.claims, own.lines, len(lines),
                review_only=reason in _ASKS, **words,
            )
        )  # fmt: skip
    return made


def _places(found: Found) -> dict[str, Any]:
    return {"n": Count(len(found.lines)), "lines": named_lines(found.lines)}


def _prices(values: Sequence[Decimal]) -> str:
    return ", ".join(f"{value.normalize():f}" for value in sorted(values))


def _price(found: Found, currency: str) -> dict[str, Any]:
    billed = {one.line.unit_price for one in found.lines}
    highest, agreed = max(billed), min(found.agreed)
    return {
        "unit": "money", "observed": float(highest), "expected": float(agreed),
        "title": msg("Lines are priced above the card"),
        "condition": msg(
            "prices billed: %(billed)s; prices of the card in force while the service ran: "
            "%(agreed)s; lines: %(n)s (%(lines)s)",
            billed=_prices(list(billed)), agreed=_prices(list(found.agreed)), **_places(found),
        ),
        "criteria": msg("a unit costs what the card in force on the day of service says"),
        "cause": msg("probably another card than the signed one, or an addendum that is not filed"),
        "ask": (msg("the signed addendum with the price of the invoice, or a credit note"),),
    }  # fmt: skip


def _price_changed(found: Found, currency: str) -> dict[str, Any]:
    return _price(found, currency) | {
        "title": msg("A changed price is charged for days before the change"),
        "criteria": msg(
            "a call belongs to the day on which it starts; the minutes of the log before and "
            "after the change weight the price"
        ),
        "cause": msg("probably the new price was applied to the whole month"),
    }


def _tiers(found: Found, currency: str) -> dict[str, Any]:
    asked = sum((one.product for one in found.lines), Decimal(0))
    owed = sum(found.agreed, Decimal(0))
    return {
        "observed": float(asked), "expected": float(owed),
        "title": msg("Steps of price are not applied as the card says"),
        "condition": msg(
            "charged: %(asked)s; what the volume of the month costs by the steps of the card: "
            "%(owed)s; lines: %(n)s (%(lines)s)",
            asked=Money(asked, currency), owed=Money(owed, currency), **_places(found),
        ),
        "criteria": msg("the volume of the month decides which step of price applies"),
        "cause": msg("probably the first step was applied to all of the volume"),
        "ask": (msg("how the steps were applied, or a credit note"),),
    }  # fmt: skip


def _term(title: Message, told: Callable[[date | None], Message]) -> Words:
    def words(found: Found, currency: str) -> dict[str, Any]:
        day = min(found.days) if found.days else None
        return {
            "title": title,
            "condition": msg("%(told)s; lines: %(n)s (%(lines)s)", told=told(day),
                             **_places(found)),
            "criteria": msg("only services inside the term of the card are billed"),
            "cause": msg("probably the card was prolonged, and the addendum is not filed"),
            "ask": (msg("the document on whose ground the service was rendered"),),
        }  # fmt: skip

    return words


def _begins(day: date | None) -> Message:
    if day is None:
        return msg("the card had not begun")
    return msg("the first day of the card is %(day)s", day=Day(day))


def _ended(day: date | None) -> Message:
    if day is None:
        return msg("the card has a gap on these days")
    return msg("the first day without a price is %(day)s", day=Day(day))


def _campaign(found: Found, currency: str) -> dict[str, Any]:
    names = sorted({one.line.campaign_id or "-" for one in found.lines})
    return {
        "title": msg("Lines for a campaign that the card does not name"),
        "condition": msg(
            "campaigns billed: %(names)s; the card prices the unit for other campaigns only; "
            "lines: %(n)s (%(lines)s)", names=", ".join(names), **_places(found),
        ),
        "criteria": msg("every campaign that is billed has its line of the card"),
        "cause": msg("probably the campaign bears another name on the card"),
        "ask": (msg("the order for the campaign and its price"),),
    }  # fmt: skip


def _unlisted(found: Found, currency: str) -> dict[str, Any]:
    units = sorted({one.line.unit for one in found.lines})
    words = sorted({one.line.description for one in found.lines if one.line.description})
    return {
        "title": msg("Lines that no clause of the card pays for"),
        "condition": msg(
            "units: %(units)s; words of the lines: %(words)s; lines: %(n)s (%(lines)s)",
            units=", ".join(units), words="; ".join(words[:3]) or "-", **_places(found),
        ),
        "criteria": msg("what the card does not list is not billed"),
        "cause": msg("probably a service ordered by letter, or a fee that was never agreed"),
        "ask": (msg("the clause or the order on whose ground the lines are billed"),),
    }  # fmt: skip


def _once(title: Message, criteria: Message, cause: Message) -> Words:
    def words(found: Found, currency: str) -> dict[str, Any]:
        return {
            "title": title,
            "condition": msg("the fee of the card: %(fee)s; lines that bill it once more: %(n)s "
                             "(%(lines)s)", fee=_prices(list(found.agreed)), **_places(found)),
            "criteria": criteria,
            "cause": cause,
            "ask": (msg("a credit note for what was billed once too often"),),
        }  # fmt: skip

    return words


def _limit(title: Message, told: Message, criteria: Message, cause: Message) -> Words:
    def words(found: Found, currency: str) -> dict[str, Any]:
        asked = sum((one.line.amount for one in found.lines), Decimal(0))
        limit = max(found.agreed)
        return {
            "observed": float(asked), "expected": float(limit),
            "title": title,
            "condition": msg("%(told)s: %(limit)s; lines: %(n)s (%(lines)s)", told=told,
                             limit=price_text(limit), **_places(found)),
            "criteria": criteria,
            "cause": cause,
            "ask": (msg("how the amounts of the named lines were worked out"),),
        }  # fmt: skip

    return words


_WORDS: Final[dict[Reason, Words]] = {
    "price": _price,
    "price_changed": _price_changed,
    "tiers": _tiers,
    "before_term": _term(msg("Services before the card begins are billed"), _begins),
    "after_term": _term(msg("Services after the card ended are billed"), _ended),
    "past_term": _term(msg("A line runs on past the term of the card"), _ended),
    "campaign": _campaign,
    "unlisted": _unlisted,
    "setup_again": _once(
        msg("A set-up fee is billed again"),
        msg("a set-up fee is due once, however long the contract lasts"),
        msg("probably the first invoice was used as a form for the later ones"),
    ),
    "fixed_again": _once(
        msg("A monthly fee is billed more than once for a month"),
        msg("a monthly fee is due once for each month, in part for a part of it"),
        msg("probably a line was copied, or the fee of another month was added"),
    ),
    "minimum": _limit(
        msg("More is added for the minimum than is missing to it"),
        msg("missing to the minimum of the month"),
        msg("the minimum is a rest: what the work does not reach, and in part for a part of the "
            "month"),
        msg("probably the minimum was added to the work instead of being compared with it"),
    ),
    "pass_through": _limit(
        msg("Costs are passed on above their limit"),
        msg("limit of costs passed on"),
        msg("costs are passed on as they arose, up to the limit of the card, with a receipt"),
        msg("probably costs of other months or clients are among them"),
    ),
    "cap": _limit(
        msg("A month costs more than its cap"),
        msg("cap of the month"),
        msg("above the cap of the card nothing more is charged"),
        msg("probably the cap was overlooked"),
    ),
}  # fmt: skip
