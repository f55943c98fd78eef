"""How numbers and amounts of money are written in a column."""

from __future__ import annotations

from typing import Any

from vendoreval.drafting.forms import Written
from vendoreval.drafting.profile import Profile, amount_form
from vendoreval.text import Count, Message, msg, nmsg


def numbers(found: Profile, header: str, *, comma: bool, money: bool, whole: bool) -> Written:
    """Return how numbers are written.

    Parameters
    ----------
    comma
        Whether the file as a whole writes decimals with a comma.
    money, whole
        Whether they are amounts of money, or whole numbers.
    """
    plain = {",": found.forms["decimal comma"], ".": found.forms["decimal point"]}
    examples: dict[str, int] = {}
    odd = 0
    for text, n in found.texts.items():
        form = amount_form(text)
        if form is None or (not form[0] and not form[2]):
            continue
        odd += n
        if form[0] in {"", " "} and not form[2]:
            continue
        example = _number_example(*form, comma=comma)
        examples[example] = examples.get(example, 0) + n
    agreed = "," if comma else "."
    other = "." if comma else ","
    if examples or plain[other]:
        for mark, n in ((agreed, 1), (other, plain[other])):
            if n:
                examples.setdefault(f"1234{mark}56", n)
    entry: dict[str, Any] = {"logicalType": "integer" if whole and not money else "number"}
    own: dict[str, Any] = {"unit": "money"} if money else {}
    if examples:
        own["acceptedForms"] = list(examples)
    read = (found.forms["integer"] + sum(plain.values()) + odd) / found.filled
    told = [msg("amounts of money") if money else msg("numbers")]
    if examples:
        told.append(msg("written as %(formats)s", formats=", ".join(examples)))
    return Written(entry, own, min(read, 1.0), told, list(turned_into_days(found, header)))


def _number_example(group: str, mark: str, coin: str, before: bool, *, comma: bool) -> str:
    decimal = mark or {".": ",", ",": "."}.get(group) or ("," if comma else ".")
    number = f"1{group}234{decimal}56"
    if not coin:
        return number
    return f"{coin} {number}" if before else f"{number} {coin}"


def turned_into_days(found: Profile, header: str) -> list[Message]:
    """Return what to say when a spreadsheet made days of some of the numbers."""
    days = sum(found.dates.values())
    if not days:
        return []
    return [
        nmsg("“%(header)s”: %(n)s cell among the numbers is a day, “%(example)s”: a spreadsheet "
             "makes days of numbers such as 1.95; ask for the column as numbers",
             "“%(header)s”: %(n)s cells among the numbers are days, such as “%(example)s”: a "
             "spreadsheet makes days of numbers such as 1.95; ask for the column as numbers",
             days, header=header, n=Count(days), example=_dated(found))
    ]  # fmt: skip


def _dated(found: Profile) -> str:
    return next((t for t in found.texts if t.count("-") == 2 or t.count(".") == 2), "")
