"""Values inside a message, typed by how they are written for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_CYRILLIC = re.compile("[А-яЁё]")


@dataclass(frozen=True)
class Count:
    """A whole number of things."""

    value: int


@dataclass(frozen=True)
class Number:
    """A plain number with a fixed count of decimals; a `Decimal` stays exact."""

    value: float | Decimal
    decimals: int = 2


@dataclass(frozen=True)
class Percent:
    """A share (0-1) written as a percentage."""

    share: float
    decimals: int = 1


@dataclass(frozen=True)
class Money:
    """An exact amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Short:
    """An amount rounded for a headline, such as RUB 457K."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Minutes:
    """A duration in minutes, written as a whole number of minutes."""

    value: float


@dataclass(frozen=True)
class Seconds:
    """A duration in whole seconds."""

    value: int


@dataclass(frozen=True)
class Day:
    """A calendar day."""

    on: date


@dataclass(frozen=True)
class Month:
    """A calendar month, given by its first day; `Октябрь 2026` on its own."""

    first: date


@dataclass(frozen=True)
class Bilingual:
    """A text of an agreement that says the same twice, as `English / Russian`.

    Examples
    --------
    >>> Bilingual("Calls. / Звонки.").half("ru")
    'Звонки.'
    """

    text: str

    def half(self, code: str) -> str:
        """Return the half in a language; the whole where it speaks one only."""
        text = " ".join(self.text.split())
        english, _, russian = text.partition(" / ")
        if not _CYRILLIC.search(russian):
            # a slash in a text of one language
            return text
        return russian if code == "ru" else english


Scalar = (
    Count
    | Number
    | Percent
    | Money
    | Short
    | Minutes
    | Seconds
    | Day
    | Month
    | Bilingual
    | str
    | int
)
Value = Scalar
