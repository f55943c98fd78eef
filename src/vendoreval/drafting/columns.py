"""One column of a sheet as a column of the agreement: one of the standard, or the vendor's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from vendoreval.agreement.assemble import property_of
from vendoreval.agreement.lint_columns import plain_header, sounds_personal
from vendoreval.drafting import forms, number_forms
from vendoreval.drafting.codes import OpenCode, map_codes
from vendoreval.drafting.forms import Written
from vendoreval.drafting.header_words import header_words
from vendoreval.drafting.profile import Profile
from vendoreval.text import Count, Message, msg

How = Literal["header", "spelling", "settled", "own"]
_ENOUGH: Final = 0.8
_HALF: Final = 0.5
# where so many cells are telephones or addresses, the column is personal
_SOME: Final = 0.2
_LONGEST_NUMBER: Final = 9
_MONEY: Final = re.compile(
    r"сумм|стоимост|цен[аыу]|оплат|бюджет|amount|price|cost|paid|payment|spend|budget|revenue"
)
_NUMBERED: Final = frozenset({"id", "ид", "номер", "number", "code", "код", "inn", "инн", "zip"})
_KEYS: Final = frozenset({"id", "ид", "code", "код", "inn", "инн", "guid", "uid"})
_TIME_OF_DAY: Final = frozenset({"время", "time", "начало", "конец", "start", "end", "окончание"})
_LENGTHS: Final = re.compile(
    r"длит|продолж|duration|talk|hold|wait|ring|pause|разгов|ожид|удерж|пауз|sla|length"
)
_PEOPLE: Final = re.compile(r"name|owner|имя|фио|ответствен|менеджер|сотрудник|клиент|контакт|user")
_CYRILLIC: Final = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True)
class Drafted:
    """A column of the draft.

    Parameters
    ----------
    header, name
        In the sheet and in the agreement.
    how
        By what it was told: the header as files are read by it, its words in another
        spelling, a decision, or not at all.
    entry
        Column of the agreement.
    found
        What stands in it.
    """

    header: str
    name: str
    how: How
    entry: dict[str, Any]
    found: Profile
    told: tuple[Message, ...] = ()
    questions: tuple[Message, ...] = ()
    open_codes: tuple[OpenCode, ...] = ()


@dataclass(frozen=True)
class Misfit:
    """Why a column is not taken although its header names it."""

    reason: Message
    open_codes: tuple[OpenCode, ...] = ()


@dataclass(frozen=True)
class SheetFacts:
    """What holds for all columns of a sheet.

    Parameters
    ----------
    comma
        Whether decimals are written with a comma.
    text
        Whether it is a text file and no workbook.
    codes
        Column -> spelling -> code, as a person decided.
    """

    comma: bool = False
    text: bool = True
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def standard_column(
    report: str, column: Mapping[str, Any], header: str, how: How, found: Profile, facts: SheetFacts
) -> Drafted | Misfit:
    """Return a column of the library as this sheet writes it."""
    entry = _under_header(column, header)
    name = entry["name"]
    if not found.filled:
        # nothing speaks against it, and nothing can be concluded
        return Drafted(header, name, how, entry, found, (msg("empty in every row"),))
    if entry.get("enum"):
        coded = map_codes(report, entry, found, facts.codes.get(name, {}))
        if coded is None:
            reason = msg("%(n)s different texts are no list of codes", n=Count(found.distinct))
            return Misfit(reason)
        if not coded.fits and how != "settled":
            reason = msg("the library knows too few of its %(n)s codes", n=Count(found.distinct))
            return Misfit(reason, coded.open_codes)
        entry["enum"] = coded.enum
        known = found.distinct - len(coded.open_codes)
        told = msg(
            "codes: %(known)s of %(all)s known", known=Count(known), all=Count(found.distinct)
        )
        return Drafted(header, name, how, entry, found, (told,), (), coded.open_codes)
    written = _written(entry, header, found, facts)
    if written is None:
        return Misfit(msg("its thousandths of a second are no unit of an agreement"))
    if written.read < _ENOUGH and how != "settled":
        return Misfit(
            msg("only %(share)s of 100 of its cells can be read so",
                share=Count(int(written.read * 100)))
        )  # fmt: skip
    _widen(entry, found)
    return Drafted(
        header, name, how, written.into(entry), found, tuple(written.told) or (msg("text"),),
        tuple(written.questions),
    )  # fmt: skip


def _under_header(column: Mapping[str, Any], header: str) -> dict[str, Any]:
    """Return a copy of a column of the library that is headed as in the sheet."""
    entry = {key: value for key, value in column.items() if key not in {"synonyms", "examples"}}
    if column.get("examples") and entry["logicalType"] == "string":
        entry["examples"] = column["examples"]
    done: dict[str, Any] = {}
    for key, value in entry.items():
        done[key] = value
        # where neighbours in the library have it
        if key in {"description", "businessName", "name"} and plain_header(header) != entry["name"]:
            done.pop("synonyms", None)
            done["synonyms"] = [synonym(header)]
    return done


def synonym(header: str) -> dict[str, str]:
    """Return a header of the vendor as a synonym."""
    locale = "ru-RU" if _CYRILLIC.search(header) else "en-GB"
    return {"synonym": " ".join(header.split()), "locale": locale, "source": "vendor-header"}


def _written(
    entry: Mapping[str, Any], header: str, found: Profile, facts: SheetFacts
) -> Written | None:
    unit = header_words(header).unit
    own = property_of(entry, "unit")
    match entry["logicalType"]:
        case "date" | "timestamp":
            return forms.moments(found, header, days=entry["logicalType"] == "date")
        case "boolean":
            read = found.share("yes or no") + sum(
                n for text, n in found.texts.items() if text in {"0", "1"}
            ) / found.filled  # fmt: skip
            return Written({"logicalType": "boolean", "examples": ["false"]}, {}, min(read, 1.0))
        case "integer" | "number" if own in {"s", "min", "h"}:
            if unit == "ms":
                return None
            return forms.duration(found, header, unit, text=facts.text)
        case "integer" | "number":
            whole, money = entry["logicalType"] == "integer", own == "money"
            written = number_forms.numbers(
                found, header, comma=facts.comma, money=money, whole=whole
            )
            written.entry["logicalType"] = entry["logicalType"]
            if own not in {None, "money"}:
                written.own = {"unit": own, **written.own}
            return written
    return Written({}, {}, _texts_fit(entry, found))


def _texts_fit(entry: Mapping[str, Any], found: Profile) -> float:
    """A telephone is told by its digits; other texts may hold anything but moments."""
    if "pii:phone" in entry.get("tags", ()):
        # short numbers and words stand among telephones
        return 1.0 if found.share("phone") >= _HALF else 0.0
    return 1 - sum(found.dates.values()) / found.filled


def _widen(entry: dict[str, Any], found: Profile) -> None:
    """A text that is longer than usual is no fault of the vendor."""
    options = dict(entry.get("logicalTypeOptions", {}))
    if found.longest > options.get("maxLength", found.longest):
        options["maxLength"] = found.longest * 2
        entry["logicalTypeOptions"] = options


# ------------------------------------------------------------------ the vendor's own columns


def own_column(header: str, name: str, found: Profile, facts: SheetFacts) -> Drafted:
    """Return a column that the library does not know, typed by what stands in it."""
    entry: dict[str, Any] = {
        "id": name, "name": name, "businessName": " ".join(header.split()),
        "synonyms": [synonym(header)], "logicalType": "string", "physicalType": "text",
    }  # fmt: skip
    if plain_header(header) == name:
        del entry["synonyms"]
    written = _own_written(header, found, facts)
    if written is not None:
        entry = written.into(entry)
    tags = _personal(header, found, text=entry["logicalType"] == "string")
    if tags:
        entry |= {"classification": "confidential", "tags": tags}
    told = tuple(written.told) if written else (msg("text"),)
    questions = tuple(written.questions) if written else tuple(_spoilt_numbers(header, found))
    if not found.filled:
        told = (msg("empty in every row"),)
    return Drafted(header, name, "own", entry, found, told, questions)


def _spoilt_numbers(header: str, found: Profile) -> Iterator[Message]:
    """Numbers of which a spreadsheet made days are kept as text, and told."""
    if found.dates and found.share("decimal point", "decimal comma") > _SOME:
        yield from number_forms.turned_into_days(found, header)


def _own_written(header: str, found: Profile, facts: SheetFacts) -> Written | None:
    said = header_words(header)
    match forms.best_kind(found):
        case "moment":
            at_midnight = found.midnights == found.filled
            timed = any(form.partition(" ")[2] or "'T'" in form for form in found.dates)
            return forms.moments(found, header, days=at_midnight or not timed)
        case "clock" if _is_length(header):
            return forms.duration(found, header, said.unit, text=facts.text)
        case "yes or no":
            read = found.share("yes or no")
            return Written({"logicalType": "boolean"}, {}, read, [msg("yes or no")])
        case "number" if not _is_number_of_something(header, found):
            money = said.unit == "money" or _MONEY.search(" ".join(said.words)) is not None
            if said.unit in {"s", "min", "h"} and not money:
                return forms.duration(found, header, said.unit, text=facts.text)
            whole = not (found.forms["decimal point"] or found.forms["decimal comma"])
            return number_forms.numbers(found, header, comma=facts.comma, money=money, whole=whole)
    return None


def _is_length(header: str) -> bool:
    said = header_words(header)
    if said.unit in {"s", "min", "h"} or _LENGTHS.search(" ".join(said.words)):
        return True
    return not _TIME_OF_DAY & set(said.words)


def _is_number_of_something(header: str, found: Profile) -> bool:
    """A number that nobody adds up: it keeps its zeros and all of its digits."""
    long = found.most_digits > _LONGEST_NUMBER
    return bool(
        found.leading_zeros or long or found.share("phone") > _ENOUGH
        or _NUMBERED & set(header_words(header).words)
    )  # fmt: skip


def _personal(header: str, found: Profile, *, text: bool) -> list[str]:
    if not text:
        return []
    for form, tag in (("mail", "pii:email"), ("phone", "pii:phone")):
        key = form == "phone" and _KEYS & set(header_words(header).words)
        if found.share(form) >= _SOME and not key:
            return ["pii", tag]
    if found.share("person") >= _ENOUGH and _PEOPLE.search(" ".join(header_words(header).words)):
        return ["pii", "pii:name"]
    return ["pii"] if sounds_personal(header) else []
