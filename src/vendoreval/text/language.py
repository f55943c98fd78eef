"""The two languages: catalogues and the one place that writes figures.

Numbers follow the Unicode CLDR through Babel, with the corrections measured for
print: U+00A0 as the Russian thousands mark, U+2212 as minus, and our own money
patterns (CLDR prints ``RUB5.53M`` without a space).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_currency_symbol

from vendoreval.text.message import Message, MessageValue
from vendoreval.text.values import (
    Bilingual,
    Count,
    Day,
    Minutes,
    Money,
    Month,
    Number,
    Percent,
    Seconds,
    Short,
)

LANGUAGES = ("en", "ru")
_LOCALES = {"en": "en_GB", "ru": "ru_RU"}
_NBSP = "\u00a0"
_MINUS = "\u2212"


@cache
def language(code: str) -> Language:
    """Return the language `en` or `ru`.

    Raises
    ------
    ValueError
        If the product has no such language.
    """
    if code not in _LOCALES:
        raise ValueError(f"language {code!r} is not one of {', '.join(LANGUAGES)}")
    return Language(code)


class Language:
    """Write messages and figures in one language.

    Examples
    --------
    >>> language("ru").number(18055)
    '18\\xa0055'
    >>> language("en").money(Decimal("456516"), "RUB")
    'RUB\\xa0456,516.00'
    """

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = Locale.parse(_LOCALES[code])

    # ------------------------------------------------------------ sentences

    @cached_property
    def _catalogue(self) -> Mapping[str, str | tuple[str, ...]]:
        """All catalogues of the language, one file per part of the product."""
        merged: dict[str, str | tuple[str, ...]] = {}
        folder = files("vendoreval.text").joinpath("locale", self.code)
        if self.code == "en":
            return merged
        for part in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if part.name.endswith(".po"):
                with part.open("rb") as stream:
                    for entry in read_po(stream, locale=self.code):
                        key = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
                        if key and entry.string:
                            text = entry.string
                            merged[str(key)] = text if isinstance(text, str) else tuple(text)
        return merged

    def knows(self, template: str) -> bool:
        """Whether the catalogue of this language holds a template."""
        return template in self._catalogue

    def translate(self, template: str) -> str:
        """Return the template in this language, or itself when the catalogue lacks it."""
        found = self._catalogue.get(template, template)
        return found if isinstance(found, str) else found[0]

    def translate_plural(self, singular: str, plural: str, count: int) -> str:
        """Return the form that `count` asks for."""
        found = self._catalogue.get(singular)
        if isinstance(found, tuple | list):
            return found[self._plural_index(count)]
        return singular if count == 1 else plural

    def _plural_index(self, count: int) -> int:
        if self.code != "ru":
            return 0 if count == 1 else 1
        if count % 10 == 1 and count % 100 != 11:
            return 0
        if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14:
            return 1
        return 2

    def say(self, message: Message | str) -> str:
        """Return the sentence with its figures written for this language."""
        if isinstance(message, str):
            return message
        if message.plural is not None and message.count is not None:
            template = self.translate_plural(message.template, message.plural, message.count)
        else:
            template = self.translate(message.template)
        return template % {name: self.value(value) for name, value in message.values.items()}

    def value(self, value: MessageValue) -> str:
        """Return one value of a message as text."""
        match value:
            case str():
                return value
            case bool():
                return str(value)
            case int():
                return self.number(value)
            case Message():
                return self.say(value)
            case tuple():
                return ", ".join(self.value(item) for item in value)
            case Count():
                return self.number(value.value)
            case Number():
                return self.number(value.value, value.decimals)
            case Percent():
                return self.percent(value.share, value.decimals)
            case Money():
                return self.money(value.amount, value.currency)
            case Short():
                return self.short(value.amount, value.currency)
            case Minutes():
                return self.number(round(value.value))
            case Seconds():
                return self.number(value.value)
            case Day():
                return self.day(value.on)
            case Month():
                return self.month(value.first)
            case Bilingual():
                return value.half(self.code)
        raise TypeError(f"a message cannot hold {type(value).__name__}")

    # -------------------------------------------------------------- figures

    def number(self, value: float | Decimal, decimals: int = 0) -> str:
        """Return a number with grouping and a fixed count of decimals."""
        quantum = Decimal(1).scaleb(-decimals)
        exact = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
        if exact == 0:
            exact = abs(exact)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = format_decimal(exact, pattern, locale=self.locale)
        return text.replace("\u202f", _NBSP).replace("-", _MINUS)

    def percent(self, share: float, decimals: int = 1) -> str:
        """Return a share (0-1) as a percentage."""
        text = self.number(Decimal(str(share)) * 100, decimals)
        return f"{text}{_NBSP}%" if self.code == "ru" else f"{text}%"

    def signed_percent(self, share: float, decimals: int = 1) -> str:
        """Return a change as a percentage with its sign."""
        sign = "+" if share > 0 else ""
        return sign + self.percent(share, decimals)

    def range(self, low: float | Decimal, high: float | Decimal, decimals: int = 0) -> str:
        """Return two numbers joined by an en dash."""
        return f"{self.number(low, decimals)}\u2013{self.number(high, decimals)}"

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an exact amount."""
        return self._with_currency(self.number(amount, 2), currency)

    def whole_money(self, amount: Decimal, currency: str) -> str:
        """Return an amount rounded to whole units of the currency."""
        return self._with_currency(self.number(amount), currency)

    def short(self, amount: Decimal, currency: str) -> str:
        """Return an amount with three significant digits: 5.53M, 457K, 812."""
        size = abs(amount)
        for limit, en, ru in (
            (Decimal(10) ** 9, "B", " млрд"),
            (Decimal(10) ** 6, "M", " млн"),
            (Decimal(10) ** 3, "K", " тыс."),
        ):
            # 999 600 must become 1.00M and not 1,000K
            if size >= limit * Decimal("0.9995"):
                scaled = amount / limit
                decimals = 2 if abs(scaled) < 10 else 1 if abs(scaled) < 100 else 0
                if limit == 1000:
                    decimals = 0 if abs(scaled) >= 10 else 1
                mark = ru.replace(" ", _NBSP) if self.code == "ru" else en
                return self._with_currency(self.number(scaled, decimals) + mark, currency)
        return self._with_currency(self.number(amount), currency)

    def _with_currency(self, figure: str, currency: str) -> str:
        if self.code == "ru":
            return f"{figure}{_NBSP}{self.currency_mark(currency)}"
        sign = ""
        if figure.startswith(_MINUS):
            sign, figure = _MINUS, figure[1:]
        return f"{sign}{currency}{_NBSP}{figure}"

    def currency_mark(self, currency: str) -> str:
        """Return how the currency is named in a table head."""
        return get_currency_symbol(currency, locale=self.locale) if self.code == "ru" else currency

    # ---------------------------------------------------------------- dates

    def day(self, on: date) -> str:
        """Return a day: 12 November 2026."""
        return format_date(on, "d MMMM y", locale=self.locale)

    def short_day(self, on: date) -> str:
        """Return a day for a table: 12.11.2026."""
        return format_date(on, "dd.MM.y", locale=self.locale)

    def instant(self, at: datetime) -> str:
        """Return an instant for a table, to the second."""
        return format_datetime(at, "dd.MM.y HH:mm:ss", locale=self.locale)

    def month(self, first: date) -> str:
        """Return a month standing on its own: October 2026, Октябрь 2026."""
        text = format_date(first, "LLLL y", locale=self.locale)
        return text[:1].upper() + text[1:]

    def short_month(self, first: date) -> str:
        """Return a month for an axis."""
        return format_date(first, "LLL", locale=self.locale).rstrip(".")

    def short_weekday(self, on: date) -> str:
        """Return the day of the week for an axis: Mon, пн."""
        return format_date(on, "ccc", locale=self.locale)
