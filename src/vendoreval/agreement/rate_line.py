"""A line of the rate card as one types it: `talk_minute 9.50 RUB first_increment_seconds=60`."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, Final, get_origin

from pydantic import ValidationError

from vendoreval.agreement.extensions import RateItem
from vendoreval.agreement.problems import model_problems
from vendoreval.errors import AgreementError, Problem
from vendoreval.text import msg

_LEADING: Final = ("unit", "price", "currency")
_COMMA_PRICE: Final = re.compile(r"[0-9]+,[0-9]{1,2}")
# what people call the two days
_SHORT: Final = {"from": "valid_from", "to": "valid_to", "until": "valid_to"}


def parse_rate(text: str, valid_from: str | None = None) -> dict[str, Any]:
    """Return a line of the rate card as it stands in the file of an agreement.

    Parameters
    ----------
    text
        Unit, price and currency, then any field as ``name=value``: lists with commas,
        parts of a field as ``clawback.days=30``. ``from`` and ``to`` are the two days.
    valid_from
        First day when the line names none.

    Returns
    -------
    dict
        Amounts and days as text.

    Raises
    ------
    AgreementError
        With everything that is wrong in the line.

    Examples
    --------
    >>> parse_rate("talk_minute 9,50 RUB from=2026-01-01 first_increment_seconds=60")
    {'unit': 'talk_minute', 'price': '9.50', 'currency': 'RUB', 'valid_from': '2026-01-01',
     'first_increment_seconds': 60}
    """
    where = text.strip() or "-"
    try:
        words = shlex.split(text)
    except ValueError:
        raise AgreementError(
            Problem(
                where, "", msg("a quote is not closed"), _shape(), msg("close the quote")
            )
        ) from None  # fmt: skip
    value: dict[str, Any] = {}
    problems: list[Problem] = []
    for place, word in enumerate(words):
        name, mark, given = word.partition("=")
        if not mark:
            if place >= len(_LEADING):
                problems.append(
                    Problem(where, "", msg("%(value)s is written", value=word), _shape(),
                            msg("write name=value"))
                )  # fmt: skip
                continue
            name, given = _LEADING[place], word
        _put(value, _SHORT.get(name, name), given)
    if "valid_from" not in value and valid_from is not None:
        value["valid_from"] = valid_from
    try:
        line = rate_value(value, where)
    except AgreementError as error:
        problems += error.problems
    if problems:
        raise AgreementError(problems)
    return line


def rate_value(value: Mapping[str, Any], where: str, path: str = "") -> dict[str, Any]:
    """Return a line of the rate card in the form of the file.

    Raises
    ------
    AgreementError
        With everything that is wrong in it.
    """
    try:
        item = RateItem.model_validate(dict(value))
    except ValidationError as error:
        problems = [
            Problem(where, f"{path}{p.path.removeprefix('$')}".lstrip("."), p.found, p.expected,
                    p.cure)
            for p in model_problems(where, error)
        ]  # fmt: skip
        raise AgreementError(problems) from None
    done: dict[str, Any] = item.model_dump(mode="json", exclude_unset=True)
    return done


def _put(value: dict[str, Any], name: str, given: str) -> None:
    name, dot, inner = name.partition(".")
    if dot:
        part = value.setdefault(name, {})
        if isinstance(part, dict):
            part[inner] = _plain(given)
        return
    field = RateItem.model_fields.get(name)
    if name == "price" and _COMMA_PRICE.fullmatch(given):
        given = given.replace(",", ".")
    if field is not None and get_origin(field.annotation) is tuple:
        value[name] = _listed(given)
    else:
        value[name] = _plain(given)


def _listed(given: str) -> Any:
    plain = _plain(given)
    return plain if isinstance(plain, list) else [part for part in given.split(",") if part]


def _plain(given: str) -> Any:
    """Return what is written in JSON where it is a list or a map, else the text."""
    if given[:1] in {"[", "{"}:
        try:
            # amounts stay exact
            return json.loads(given, parse_float=str)
        except ValueError:
            return given
    return given


def _shape() -> Any:
    return msg("unit, price, currency and fields, as in: talk_minute 9.50 RUB from=2026-01-01")
