"""What stands in a column of text: how many cells fit which way of writing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import polars as pl

from vendoreval import units
from vendoreval.intake import written_dates
from vendoreval.intake.parse_text import Parse

# what people write for nothing; compared in small letters
NOTHING: Final = frozenset(
    {"-", "—", "–", "--", "n/a", "na", "null", "none", "nil", "н/д", "нет данных", "не указано",
     "#n/a", "#н/д", "\\n", "(null)", "(пусто)", "[none]"}
)  # fmt: skip
_DISTINCT: Final = 400
_DATES: Final = (
    "yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy",
    "dd-MM-yyyy", "yyyy/MM/dd", "yyyy.MM.dd", "dd.MM.yy", "dd/MM/yy", "MM/dd/yy", "d MMM yyyy",
    "d MMMM yyyy", "dd-MMM-yyyy", "MMM d, yyyy",
)  # fmt: skip
_CLOCKS: Final = (
    " HH:mm:ss", " HH:mm", "'T'HH:mm:ss", " H:mm:ss", " H:mm", " HH:mm:ss.SSS", "'T'HH:mm:ss.SSS",
    ", HH:mm:ss", ", HH:mm", " hh:mm:ss a", " h:mm:ss a", " hh:mm a", " h:mm a", " HH:mm:ssXXX",
    "'T'HH:mm:ssXXX", "'T'HH:mm:ssXX", "'T'HH:mm:ss.SSSXXX", "'T'HH:mm:ss.SSSXX",
)  # fmt: skip
# the same text, the first two parts read the other way round
SWAPPED: Final = {"dd/MM": "MM/dd", "d/M": "M/d", "MM/dd": "dd/MM", "M/d": "d/M"}
_NUMBERS: Final = {
    "integer": units.INTEGER,
    "decimal point": r"^-?[0-9]{1,15}\.[0-9]{1,10}$",
    "decimal comma": r"^-?[0-9]{1,15},[0-9]{1,10}$",
}
_COIN: Final = (
    rf"(?:[€$₽£₸₴¥₺]|[A-Z]{{3}}|(?i:{'|'.join(c for c in units.CURRENCIES if c.isalpha())})\.?)"
)
_AMOUNT: Final = re.compile(
    rf"^-?(?P<before>{_COIN})? ?-?"
    r"(?:[0-9]{1,3}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3})*|[0-9]{1,15})"
    rf"(?:(?P<mark>[.,])(?P<part>[0-9]{{1,4}}))? ?(?P<after>{_COIN})?$"
)
_IN_WORDS: Final = (
    r"(?i)^(?:[0-9]+(?:[.,][0-9]+)? ?(?:ч|час(?:а|ов)?|h|hr|hours?|м|мин(?:ут[аы]?)?|m|min"
    r"(?:utes?)?|с|сек(?:унд[аы]?)?|s|sec(?:onds?)?)\.? ?)+$"
)
_PHONE: Final = r"^[+]?[(]?(?:[0-9][ ()-]{0,2}){10,15}$"
_MAIL: Final = r"^[^@\s]+@[^@\s]+\.[A-Za-zА-Яа-я]{2,}$"
_PERSON: Final = r"^[A-ZА-ЯЁ][a-zа-яё-]+(?: [A-ZА-ЯЁ][a-zа-яё.-]*){1,2}$"
_CHECKED_BY_PATTERN: Final = {
    **_NUMBERS,
    "hh:mm:ss": units.CLOCK_FORMS["hh:mm:ss"],
    "two parts": units.CLOCK_FORMS["mm:ss"],
    "in words": _IN_WORDS,
    "phone": _PHONE,
    "mail": _MAIL,
    "person": _PERSON,
}


@dataclass(frozen=True)
class Profile:
    """What was found in one column.

    Parameters
    ----------
    rows, filled
        Rows of the sheet, and cells in which something stands.
    forms
        Way of writing -> cells that fit it. A date is counted under the first pattern
        that reads it, and under its twin with day and month changed.
    texts
        Commonest texts with their cells; all of them unless there are very many.
    distinct
        How many different texts there are.
    nothing
        Signs that stand for nothing, as written.
    longest, most_digits
        Characters of the longest text, digits of the longest whole number.
    largest_first, whole_clocks, midnights
        Of clocks of two parts the largest first part; how many clocks of three parts end
        in :00, and how many times of day are midnight.
    leading_zeros
        Numbers that begin with a zero and would lose it.
    """

    rows: int
    filled: int
    forms: Counter[str]
    texts: Counter[str]
    distinct: int
    nothing: tuple[str, ...]
    longest: int
    largest_first: int = 0
    whole_clocks: int = 0
    midnights: int = 0
    leading_zeros: int = 0
    most_digits: int = 0

    @property
    def empty(self) -> int:
        """Cells in which nothing stands."""
        return self.rows - self.filled

    @property
    def complete(self) -> bool:
        """Whether `texts` holds every text of the column."""
        return self.distinct <= len(self.texts)

    @property
    def repeated(self) -> int:
        """Cells whose text stood before."""
        return self.filled - self.distinct

    def share(self, *forms: str) -> float:
        """Return the share of filled cells that fit one of some ways of writing."""
        return sum(self.forms[form] for form in forms) / self.filled if self.filled else 0.0

    @cached_property
    def dates(self) -> dict[str, int]:
        """Date patterns with their cells, the commonest first."""
        found = {form: n for form, n in self.forms.items() if form in date_forms()}
        return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def profile(cells: pl.Series) -> Profile:
    """Look at a column.

    Parameters
    ----------
    cells
        Texts; null where nothing stands.

    Examples
    --------
    >>> found = profile(pl.Series(["05.10.2026", "06.10.2026", "-"]))
    >>> found.dates, found.nothing
    ({'dd.MM.yyyy': 2}, ('-',))
    """
    texts = cells.str.strip_chars()
    counted = texts.value_counts(name="n")
    counted.columns = ["text", "n"]
    counted = counted.filter((pl.col("text") != "").fill_null(False))
    is_nothing = counted.get_column("text").str.to_lowercase().is_in(sorted(NOTHING))
    nothing = tuple(sorted(counted.filter(is_nothing).get_column("text")))
    told = counted.filter(~is_nothing).sort("n", "text", descending=[True, False])
    text, n = told.get_column("text"), told.get_column("n")
    clocks = text.str.contains(units.CLOCK_FORMS["mm:ss"])
    first = text.filter(clocks).str.head(-3).cast(pl.Int64, strict=False).max()
    whole = text.str.contains(r"^[0-9]{1,4}:[0-5][0-9]:00$")
    return Profile(
        rows=len(cells),
        filled=int(n.sum()),
        forms=_forms(text, n),
        texts=Counter(dict(told.head(_DISTINCT).iter_rows())),
        distinct=told.height,
        nothing=nothing,
        longest=_whole(text.str.len_chars().max()),
        largest_first=_whole(first),
        whole_clocks=int(n.filter(whole).sum()),
        midnights=int(n.filter(text.str.contains(r"[ T]00?:00(?::00(?:\.0+)?)?$")).sum()),
        most_digits=_whole(text.filter(text.str.contains(r"^[0-9]+$")).str.len_chars().max()),
        leading_zeros=int(n.filter(text.str.contains(r"^0[0-9]+$")).sum()),
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _forms(text: pl.Series, n: pl.Series) -> Counter[str]:
    found: Counter[str] = Counter()

    def count(form: str, fits: pl.Series) -> None:
        if cells := int(n.filter(fits.fill_null(False)).sum()):
            found[form] = cells

    for form, pattern in _CHECKED_BY_PATTERN.items():
        count(form, text.str.contains(pattern))
    words = {*units.TRUE_WORDS, *units.FALSE_WORDS} - {"0", "1"}
    count("yes or no", text.str.to_lowercase().is_in(sorted(words)))
    serial = text.cast(pl.Float64, strict=False)
    # 2000 to 2059; other numbers are more likely numbers
    count("excel-serial", serial.is_between(36_526, 58_440))
    _count_dates(text, n, found)
    return found


def _count_dates(text: pl.Series, n: pl.Series, found: Counter[str]) -> None:
    left = text.str.contains(r"^\S*[0-9]+[./-]") | text.str.contains(r"[0-9] ?[^\W\d]{3,}")
    left = left & text.str.contains("[0-9]")
    for form in date_forms():
        if not left.any():
            return
        open_texts, cells = text.filter(left), n.filter(left)
        read = _read(form)(open_texts).is_not_null()
        if not read.any():
            continue
        found[form] += int(cells.filter(read).sum())
        twin = swapped(form)
        if twin is not None:
            both = _read(twin)(open_texts.filter(read)).is_not_null()
            found[f"also {twin}"] += int(cells.filter(read).filter(both).sum())
        left = left.scatter(left.arg_true().filter(read), False)


def swapped(form: str) -> str | None:
    """Return the pattern with day and month changed; `None` where their order is told."""
    for first, second in SWAPPED.items():
        if form.startswith(first):
            return second + form[len(first) :]
    return None


@cache
def date_forms() -> tuple[str, ...]:
    """Return the patterns that are tried, the strictest first."""
    return (*_DATES, *(day + clock for clock in _CLOCKS for day in _DATES))


@cache
def _read(form: str) -> Parse:
    return written_dates.clock((form,))


def amount_form(text: str) -> tuple[str, str, str, bool] | None:
    """Return thousands mark, decimal mark, currency and whether it stands before the number.

    Examples
    --------
    >>> amount_form("€ 3.500,00"), amount_form("12 000")
    (('.', ',', '€', True), (' ', '', '', False))
    """
    match = _AMOUNT.match(re.sub(units.BLANKS, " ", text).strip())
    if match is None:
        return None
    group, mark = match["group"] or "", match["mark"] or ""
    if group and group == mark:
        return None
    before, after = match["before"] or "", match["after"] or ""
    return group, mark, before or after, bool(before)
