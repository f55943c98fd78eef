"""Numbers, durations and dates as people write them, each as one strict pattern.

A cast alone is too kind (``12.7`` becomes 13, ``+5`` and a leading blank pass), so
every form stands here as an anchored regular expression; what matches is then
converted. The expressions use only classes and counts: every engine runs them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

# blank, no-break blank and narrow no-break blank between groups of three digits
THOUSANDS_MARKS: Final = " \u00a0\u202f"
INTEGER: Final = r"^-?[0-9]{1,18}$"
GROUPED: Final = rf"^-?[0-9]{{1,3}}(?:[{THOUSANDS_MARKS}][0-9]{{3}})+(?:[.,][0-9]+)?$"
MONEY_DECIMALS: Final = 4
SECONDS_OF_UNIT: Final = {"s": 1, "min": 60, "h": 3600}

# no-break, figure, thin, narrow and common blanks between groups of digits
BLANKS: Final = "[ \u00a0\u2007\u2009\u200a\u202f\t]+"
_COIN: Final = r"[€$₽£₸₴¥₺]|[A-Za-zА-Яа-яЁё]{1,8}\.?"
BEFORE: Final = rf"^(?P<sign>-?) ?(?P<coin>{_COIN}) ?(?P<amount>-?[0-9].*)$"
AFTER: Final = rf"^(?P<amount>-?[0-9].*[0-9]|-?[0-9]) ?(?P<coin>{_COIN})$"
NOT_OF_A_NUMBER: Final = r"[^0-9., -]"
CURRENCIES: Final = {
    "€": "EUR", "euro": "EUR", "евро": "EUR", "$": "USD", "долл": "USD", "₽": "RUB", "£": "GBP",
    "₸": "KZT", "₴": "UAH", "₺": "TRY", "р": "RUB", "руб": "RUB", "рубль": "RUB", "рубля": "RUB",
    "рублей": "RUB", "rur": "RUB", "тенге": "KZT", "грн": "UAH",
}  # fmt: skip
# an example of a number, 1234.56, in the marks of the column, with or without a currency
NUMBER_FORM: Final = rf"^(?:(?:{_COIN}) ?)?1[ .,]?234[.,]56(?: ?(?:{_COIN}))?$"

TRUE_WORDS: Final = ("true", "1", "yes", "да")
FALSE_WORDS: Final = ("false", "0", "no", "нет")

# hours and leading minutes may run past a day; the parts after a colon may not pass 59
CLOCK_FORMS: Final = {
    "hh:mm:ss": r"^[0-9]{1,4}:[0-5][0-9]:[0-5][0-9]$",
    "mm:ss": r"^[0-9]{1,5}:[0-5][0-9]$",
    "hh:mm": r"^[0-9]{1,4}:[0-5][0-9]$",
}

DURATION_FORMS: Final = frozenset(
    {*CLOCK_FORMS, "seconds", "minutes", "minutes (decimal comma)", "excel-time"}
)

# day 61 is 1 March 1900: below it Excel counts a 29 February that never was
FIRST_SERIAL: Final = 61
LAST_SERIAL: Final = 2_958_465
EXCEL_SERIAL: Final = "excel-serial"
# T or a blank, seconds, a fraction and an offset as they come
ISO: Final = "iso-8601"

_NUMBERS = "[0-9]"
NUMBER_OF_MONTH: Final = "(?:[0-9]{2})"
_TOKENS: Final = {
    "yyyy": ("%Y", "[0-9]{4}"),
    "uuuu": ("%Y", "[0-9]{4}"),
    "yy": ("%y", "[0-9]{2}"),
    # a name of a month is turned into its number before it is read
    "MMM": ("%m", NUMBER_OF_MONTH),
    "MMMM": ("%m", NUMBER_OF_MONTH),
    "MM": ("%m", "[0-9]{2}"),
    "M": ("%m", "[0-9]{1,2}"),
    "dd": ("%d", "[0-9]{2}"),
    "d": ("%d", "[0-9]{1,2}"),
    "HH": ("%H", "[0-9]{2}"),
    "H": ("%H", "[0-9]{1,2}"),
    "hh": ("%I", "[0-9]{2}"),
    "h": ("%I", "[0-9]{1,2}"),
    "mm": ("%M", "[0-5][0-9]"),
    "ss": ("%S", "[0-5][0-9]"),
    "a": ("%p", "(?:AM|PM|am|pm)"),
    "X": ("%#z", "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"),
    "XX": ("%z", "(?:Z|[+-][0-9]{4})"),
    "XXX": ("%:z", "(?:Z|[+-][0-9]{2}:[0-9]{2})"),
}
_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']")


@dataclass(frozen=True)
class NumberForm:
    """A way to write numbers: decimal mark, thousands mark and currency, empty for none."""

    decimal: str
    thousands: str
    currency: str = ""


@cache
def number_form(example: str) -> NumberForm:
    """Read how numbers are written from the number 1234.56 as somebody writes it.

    Raises
    ------
    ValueError
        If it is not that number, or both of its marks are the same.

    Examples
    --------
    >>> number_form("€ 1.234,56")
    NumberForm(decimal=',', thousands='.', currency='EUR')
    """
    if not re.match(NUMBER_FORM, example):
        raise ValueError(f"{example!r} is not the number 1234.56 in some way of writing")
    digits = re.search(r"1([ .,]?)234([.,])56", example)
    coin = re.sub(r"[0-9., ]+", "", example).lower()
    if digits is None or digits[1] == digits[2]:
        raise ValueError(f"{example!r} has one mark for thousands and decimals")
    currency = CURRENCIES.get(coin, coin.upper())
    return NumberForm(digits[2], digits[1], currency)


@dataclass(frozen=True)
class DatePattern:
    """A date pattern in JDK letters, ready for strict reading.

    Parameters
    ----------
    text
        As the agreement writes it.
    strptime
        The same for ``strptime``.
    regex
        What the text must look like before it is read.
    has_time, has_offset, has_month_name
        Whether it holds a time of day, an offset from UTC, and a month as a word.
    """

    text: str
    strptime: str
    regex: str
    has_time: bool
    has_offset: bool
    has_month_name: bool = False


def carries_offset(name: str) -> bool:
    """Whether every text of a form says how far its clock is from UTC.

    Examples
    --------
    >>> carries_offset("yyyy-MM-dd'T'HH:mm:ssXXX"), carries_offset("iso-8601")
    (True, False)
    """
    return name not in (EXCEL_SERIAL, ISO) and date_pattern(name).has_offset


@cache
def date_pattern(text: str) -> DatePattern:
    """Read a date pattern of an agreement.

    Raises
    ------
    ValueError
        If it holds a letter that is not understood, or no year, month and day.

    Examples
    --------
    >>> date_pattern("dd.MM.yyyy HH:mm").strptime
    '%d.%m.%Y %H:%M'
    """
    formats: list[str] = []
    regex: list[str] = []
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise ValueError(f"the quote at {position + 1} of {text!r} is not closed")
        position = part.end()
        _add_part(part, text, formats, regex)
    directives = "".join(formats)
    if "%m" not in directives or "%d" not in directives or "%y" not in directives.lower():
        raise ValueError(f"{text!r} lacks the year, the month or the day")
    has_time = "%H" in directives or "%I" in directives
    return DatePattern(
        text,
        directives,
        f"^{''.join(regex)}$",
        has_time,
        has_offset=re.search("%[:#]?z", directives) is not None,
        has_month_name=NUMBER_OF_MONTH in regex,
    )


def _add_part(part: re.Match[str], text: str, formats: list[str], regex: list[str]) -> None:
    found = part[0]
    if part[2] is None:
        literal = part[1].replace("''", "'") or "'" if part[1] is not None else found
        formats.append(literal.replace("%", "%%"))
        regex.append(re.escape(literal))
    elif found[0] == "S":
        if not formats or formats[-1] != "." or len(found) > 9:
            raise ValueError(f"{text!r}: fractions are written .SSS or .SSSSSS after the seconds")
        formats[-1] = f"%.{len(found)}f" if len(found) in (3, 6, 9) else "%.f"
        regex.append(f"[0-9]{{{len(found)}}}")
    elif found in _TOKENS:
        directive, expression = _TOKENS[found]
        formats.append(directive)
        regex.append(expression)
    else:
        raise ValueError(f"{text!r}: {found!r} is not a part of a date this reader knows")


def decimal_regex(comma: bool, decimals: int | None = None) -> str:
    """Return the pattern of a plain decimal number.

    Examples
    --------
    >>> bool(re.match(decimal_regex(comma=True), "12,5"))
    True
    >>> bool(re.match(decimal_regex(comma=False, decimals=4), "1e3"))
    False
    """
    mark = "," if comma else r"\."
    # zeros beyond the last decimal change nothing
    most = "{1,18}" if decimals is None else f"{{1,{decimals}}}0*"
    whole = "{1,14}" if decimals is not None else "{1,18}"
    return rf"^-?{_NUMBERS}{whole}(?:{mark}{_NUMBERS}{most})?$"
