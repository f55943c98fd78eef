"""Shapes that several keys of ours share: strict parts, exact amounts, currencies."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from babel.core import get_global
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from vendoreval.agreement.problems import RefusedError
from vendoreval.text import msg


class Extension(BaseModel):
    """Strict and frozen: an unknown key is a mistake, not an option."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _exact(value: Any) -> Any:
    """Refuse floats: 0.006 read as a float is not the 0.006 of the agreement."""
    if isinstance(value, float):
        raise RefusedError(msg('the amount in quotes, as "9.50", so that it stays exact'))
    return value


@cache
def currencies_in_use() -> frozenset[str]:
    """Return the codes of the currencies that are legal tender somewhere today.

    Source: Unicode CLDR, by way of Babel.

    Examples
    --------
    >>> "RUB" in currencies_in_use(), "RUR" in currencies_in_use()
    (True, False)
    """
    territories = get_global("territory_currencies")
    return frozenset(
        str(code)
        for held in territories.values()
        for code, _, ended, is_tender in held
        if is_tender and ended is None
    )


def _currency(value: str) -> str:
    if len(value) != 3 or not value.isascii() or not value.isupper():
        raise RefusedError(msg("a three-letter ISO 4217 code such as RUB or EUR"))
    if value not in currencies_in_use():
        raise RefusedError(msg("the ISO 4217 code of a currency in use today, such as RUB or EUR"))
    return value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Currency = Annotated[str, AfterValidator(_currency)]
