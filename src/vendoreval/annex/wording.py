"""Small words that several parts of an annex share."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from vendoreval.text import Bilingual, Message, Money, Number, Percent, msg

EVERY: Final = {"day": msg("every day"), "week": msg("every week"), "month": msg("every month")}
SIDES: Final = {"client": msg("the client"), "vendor": msg("the vendor"), "both": msg("both sides")}
UNITS: Final = {
    "s": msg("seconds"),
    "min": msg("minutes"),
    "h": msg("hours"),
    "share": msg("share, 0 to 1"),
    "percent": msg("per cent"),
    "money": msg("money"),
}


def joined(parts: Iterable[Message | str], mark: str = "; ") -> Message:
    """Return several sentences as one.

    Examples
    --------
    >>> from vendoreval.text import language
    >>> language("en").say(joined([msg("required"), "A1"]))
    'required; A1'
    """
    told = list(parts)
    # the mark is ours, never a text of the agreement
    template = mark.join(f"%(part{n})s" for n in range(len(told)))
    return msg(template, **{f"part{n}": part for n, part in enumerate(told)})


def halves(text: str | None) -> tuple[Message, ...]:
    """Return a text of the agreement, of which each language prints its own half."""
    # not a sentence of ours: there is nothing to translate
    return (Message("%(text)s", {"text": Bilingual(text)}),) if text and text.strip() else ()


def quoted(texts: Iterable[str]) -> tuple[Message, ...]:
    """Return texts as they stand, each in quotation marks."""
    return tuple(msg("“%(text)s”", text=text) for text in texts)


def exact(value: Decimal) -> Number:
    """Return a number with all of its decimals and not one more.

    Examples
    --------
    >>> exact(Decimal("0.0060")).decimals
    3
    """
    return Number(value, decimals_of(value))


def decimals_of(value: Decimal) -> int:
    """Return with how many decimals a number is written in full."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def percentage(share: Decimal) -> Percent:
    """Return a share (0-1) as a percentage, in full."""
    decimals = decimals_of(share * 100)
    return Percent(share, decimals)  # type: ignore[arg-type]  # a Decimal stays exact


def price(amount: Decimal, currency: str) -> Message:
    """Return an amount of money with at least the decimals of a coin, in full.

    Examples
    --------
    >>> from vendoreval.text import language
    >>> language("en").say(price(Decimal("0.006"), "EUR"))
    '0.006\\xa0EUR'
    """
    if decimals_of(amount) <= 2:
        return Message("%(money)s", {"money": Money(amount, currency)})
    return Message("%(amount)s\u00a0%(currency)s", {"amount": exact(amount), "currency": currency})


def plain(value: Any) -> str:
    """Return a value of the file as it is written there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(plain(entry) for entry in value)
    return str(value)
