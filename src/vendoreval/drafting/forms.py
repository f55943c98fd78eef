"""From what stands in a column to the ways of writing that an agreement names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from vendoreval import units
from vendoreval.agreement.assemble import own_property
from vendoreval.agreement.template_rules import UNIT_WORDS
from vendoreval.drafting.profile import Profile, amount_form, swapped
from vendoreval.text import Message, msg

_MOST: Final = 0.8
# the moment that stands as an example in every agreement
_MOMENT: Final = datetime(2026, 10, 5, 11, 42, 7)
_LAST_HOUR: Final = 23
_SYMBOLS: Final = frozenset("€$₽£₸₴¥₺")


@dataclass
class Written:
    """How a column is written, for its entry in the agreement.

    Parameters
    ----------
    entry
        Keys of the standard; `own` our custom properties.
    read
        Share of the filled cells that are read so.
    told, questions
        What was concluded, and what only a person can say.
    """

    entry: dict[str, Any]
    own: dict[str, Any] = field(default_factory=dict)
    read: float = 1.0
    told: list[Message] = field(default_factory=list)
    questions: list[Message] = field(default_factory=list)

    def into(self, column: dict[str, Any]) -> dict[str, Any]:
        """Return a column of the agreement that is written so."""
        kept = [
            entry
            for entry in column.get("customProperties", ())
            if entry["property"] not in {"acceptedForms", "acceptedFormats", "unit"}
        ]
        done = {key: value for key, value in column.items() if key != "customProperties"}
        done |= self.entry
        own = [*kept, *(own_property(name, value) for name, value in self.own.items())]
        if own:
            done["customProperties"] = own
        return done


# ------------------------------------------------------------------ days and instants


def moments(found: Profile, header: str, *, days: bool) -> Written:
    """Return how days or instants are written.

    Parameters
    ----------
    days
        Whether the column holds days; an hour in them is then left aside.
    """
    patterns, questions = _patterns(found, header)
    cells = sum(patterns.values())
    serial = found.forms["excel-serial"]
    formats = list(patterns)
    if serial and serial + cells > cells * 1.05:
        formats.append(units.EXCEL_SERIAL)
        cells += serial
    first = next((name for name in formats if name != units.EXCEL_SERIAL), None)
    entry: dict[str, Any] = {"logicalType": "date" if days else "timestamp"}
    if first is not None:
        entry["logicalTypeOptions"] = {"format": first}
        entry["examples"] = [shown(first)]
    elif formats:
        entry["examples"] = [f"{(_MOMENT - datetime(1899, 12, 30)).days}"]
    if not days and found.filled and found.midnights == found.filled:
        questions.append(
            msg("“%(header)s” holds no time of day: checks that go by the clock are not run; does "
                "another column hold it?", header=header)
        )  # fmt: skip
    if not days and entry.get("logicalTypeOptions"):
        entry["logicalTypeOptions"]["timezone"] = any(map(units.carries_offset, patterns))
    return Written(
        entry, {"acceptedFormats": formats} if formats else {},
        min(cells / found.filled, 1.0) if found.filled else 1.0,
        [msg("written as %(formats)s", formats=", ".join(formats))] if formats else [],
        questions,
    )  # fmt: skip


def _patterns(found: Profile, header: str) -> tuple[dict[str, int], list[Message]]:
    """Return the date patterns, each pair of twins settled, and what stays open."""
    patterns = dict(found.dates)
    questions: list[Message] = []
    for form in list(patterns):
        twin = swapped(form)
        if twin is None or form not in patterns:
            continue
        so = patterns[form]
        otherwise = patterns.get(twin, 0) + found.forms[f"also {twin}"]
        if otherwise > so:
            # some days are beyond twelve only when the month stands first
            patterns[twin] = otherwise
            del patterns[form]
        elif otherwise == so:
            questions.append(
                msg("“%(header)s”: day and month can be told apart in no cell; read as %(form)s, "
                    "the other way would be %(other)s", header=header, form=form, other=twin)
            )  # fmt: skip
    return patterns, questions


def shown(pattern: str) -> str:
    """Return a moment of the examples in a date pattern.

    Examples
    --------
    >>> shown("dd.MM.yyyy HH:mm")
    '05.10.2026 11:42'
    """
    text = units.date_pattern(pattern).strptime
    for directive, value in (
        ("%.3f", ".000"), ("%.6f", ".000000"), ("%:z", "+03:00"), ("%#z", "+03:00"),
        ("%z", "+0300"),
    ):  # fmt: skip
        text = text.replace(directive, value)
    if units.date_pattern(pattern).has_month_name:
        text = text.replace("%m", "%b")
    return _MOMENT.strftime(text)


# ------------------------------------------------------------------ lengths of time


def duration(found: Profile, header: str, unit: str | None, *, text: bool) -> Written:
    """Return how a length of time is written, and in which unit.

    Parameters
    ----------
    unit
        What the header says: s, min, h or nothing.
    text
        Whether the cells are texts; in a workbook a clock is a number under a mask.
    """
    told: list[Message] = []
    questions: list[Message] = []
    forms: list[str] = []
    three, two = found.forms["hh:mm:ss"], found.forms["two parts"]
    if three:
        forms.append(_three_parts(found, header, unit, text, questions))
    if two:
        forms.append(_two_parts(found, header, unit, questions, three > 0))
    own: dict[str, Any] = {"unit": "s"}
    entry: dict[str, Any] = {"logicalType": "integer"}
    numbers = found.forms["integer"] + found.forms["decimal point"] + found.forms["decimal comma"]
    if numbers:
        decimals = numbers - found.forms["integer"]
        unit_form = _number_form(found, header, unit, decimals, questions, alone=not forms)
        if unit_form is None:
            entry["logicalType"] = "number"
            own["unit"] = unit or "s"
        else:
            forms.append(unit_form)
    if found.forms["in words"] and not forms and not numbers:
        forms = ["hh:mm:ss"]
    read = (three + two + numbers + found.forms["in words"]) / found.filled if found.filled else 1.0
    if forms and entry["logicalType"] == "integer":
        own["acceptedForms"] = list(dict.fromkeys(forms))
        told.append(msg("a length of time, written as %(forms)s", forms=", ".join(forms)))
    else:
        told.append(msg("a length of time in: %(unit)s", unit=UNIT_WORDS[own["unit"]]))
    example = {"hh:mm:ss": "00:03:04", "mm:ss": "03:04", "hh:mm": "00:03", "minutes": "3.1",
               "minutes (decimal comma)": "3,1"}  # fmt: skip
    entry["examples"] = [example.get(forms[0], "184") if forms else "184"]
    return Written(entry, own, read, told, questions)


def _three_parts(
    found: Profile, header: str, unit: str | None, text: bool, questions: list[Message]
) -> str:
    """`03:00:00` under a header of minutes is three minutes typed into a spreadsheet."""
    if unit != "min" or found.whole_clocks != found.forms["hh:mm:ss"]:
        return "hh:mm:ss"
    if text:
        questions.append(
            msg("“%(header)s” speaks of minutes and holds hours, minutes and seconds such as "
                "03:00:00; read as hours it may be sixty times too much: which is meant?",
                header=header)
        )  # fmt: skip
        return "hh:mm:ss"
    questions.append(
        msg("“%(header)s” speaks of minutes and every clock in it ends in :00; read as minutes "
            "and seconds (03:00:00 is 3 minutes): is that meant?", header=header)
    )  # fmt: skip
    return "mm:ss"


def _two_parts(
    found: Profile, header: str, unit: str | None, questions: list[Message], three: bool
) -> str:
    if unit == "h":
        return "hh:mm"
    if not three and found.largest_first <= _LAST_HOUR and unit != "min":
        questions.append(
            msg("“%(header)s”: texts such as 3:25 are read as minutes and seconds; are they "
                "hours and minutes?", header=header)
        )  # fmt: skip
    return "mm:ss"


def _number_form(
    found: Profile, header: str, unit: str | None, decimals: int, questions: list[Message],
    *, alone: bool,
) -> str | None:  # fmt: skip
    """Return the form of bare numbers; `None` where only the unit says how to read them."""
    comma = found.forms["decimal comma"] > found.forms["decimal point"]
    if unit == "h":
        return None
    if unit == "min" or (unit is None and decimals * 5 > found.filled):
        if unit is None:
            questions.append(
                msg("“%(header)s” holds decimals and names no unit; read as minutes: is that "
                    "meant?", header=header)
            )  # fmt: skip
        return "minutes (decimal comma)" if comma else "minutes"
    if decimals:
        return None if alone else "seconds"
    if unit is None:
        questions.append(
            msg("“%(header)s” names no unit; whole numbers are read as seconds: is that meant?",
                header=header)
        )  # fmt: skip
    return "seconds"


def best_kind(found: Profile) -> str:
    """Return what a column of the vendor's own most likely holds.

    Returns
    -------
    str
        `empty`, `moment`, `clock`, `yes or no`, `number` or `text`.
    """
    if not found.filled:
        return "empty"
    amounts = sum(n for text, n in found.texts.items() if amount_form(text))
    known = sum(found.texts.values())
    shares: Mapping[str, float] = {
        "moment": sum(found.dates.values()) / found.filled,
        "clock": found.share("hh:mm:ss", "two parts"),
        "yes or no": found.share("yes or no"),
        "number": max(
            found.share("integer", "decimal point", "decimal comma"),
            amounts / known if known else 0,
        ),
    }
    kind = max(shares, key=lambda name: shares[name])
    return kind if shares[kind] >= _MOST else "text"
