"""Numbers and money as people write them: marks between thousands, currency signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from vendoreval import units
from vendoreval.intake import parse_text
from vendoreval.intake.parse_text import MONEY, Parse
from vendoreval.intake.readings import Readings, first_text

_OTHER = {",": ".", ".": ","}
_NONE = "{0}"


@dataclass(frozen=True)
class NumberText:
    """How the numbers of one column may be written.

    Parameters
    ----------
    marks
        Decimal marks that may stand there.
    groupings
        Thousands marks that the agreement names; blanks are always taken.
    implied
        Whether a thousands mark may also be told from the column itself: so it is when
        only the decimal mark was agreed.
    currencies
        Agreed currencies; `None` where the column is no money.
    """

    marks: frozenset[str]
    groupings: frozenset[str]
    implied: bool
    decimals: str
    currencies: frozenset[str] | None = None
    thousands: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        implied = {_OTHER[mark] for mark in self.marks} if self.implied else set()
        if self.implied and self.whole:
            implied = {",", "."}
        object.__setattr__(self, "thousands", self.groupings | implied)

    @property
    def whole(self) -> bool:
        """Whether the numbers have no decimals."""
        return self.decimals == _NONE


def agreed_text(
    forms: Sequence[str], comma: bool, dtype: Any, currencies: frozenset[str] | None
) -> NumberText:
    """Return how numbers may be written: by the forms of the column, else by the dialect."""
    decimals = "{1,4}" if dtype == MONEY else _NONE if dtype.is_integer() else "{1,18}"
    read = [units.number_form(form) for form in forms]
    if not read:
        return NumberText(frozenset("," if comma else "."), frozenset(), True, decimals, currencies)
    named = {form.currency for form in read if form.currency}
    if currencies is not None and named:
        currencies = frozenset(named)
    return NumberText(
        frozenset(form.decimal for form in read),
        frozenset(form.thousands for form in read if form.thousands in (",", ".")),
        False, decimals, currencies,
    )  # fmt: skip


def number(name: str, dtype: Any, text: NumberText, readings: Readings) -> Parse:
    """Return a parse of numbers: plain ones at once, the others by what the column shows."""
    if dtype.is_integer():
        plain = parse_text.integer(dtype)
    elif len(text.marks) == 1 and not text.marks & text.thousands:
        plain = parse_text.decimal(dtype, "," in text.marks)
    else:
        plain = _whole(dtype)

    def written(raw: pl.Series) -> pl.Series:
        return _written(name, raw, dtype, text, readings)

    return then(plain, written)


def _whole(dtype: Any) -> Parse:
    return lambda raw: parse_text.integer(pl.Int64())(raw).cast(dtype, strict=False)


def then(plain: Parse, other: Parse) -> Parse:
    """Return a parse that asks the second only about what the first could not read."""

    def read(raw: pl.Series) -> pl.Series:
        value = plain(raw)
        if value.null_count() == raw.null_count():
            return value
        left = (value.is_null() & raw.is_not_null()).arg_true()
        return value.scatter(left, other(raw.gather(left))) if len(left) else value

    return read


# ------------------------------------------------------------------ odd cells


def _written(
    name: str, raw: pl.Series, dtype: Any, text: NumberText, readings: Readings
) -> pl.Series:
    body, coin, wrong = _without_currency(name, raw, text, readings)
    value = pl.repeat(None, len(raw), dtype=dtype, eager=True)
    for mark in sorted(text.marks):
        for group in ("", *sorted(text.thousands)):
            if group == mark and not text.whole:
                continue
            fits = body.str.contains(_grouped(group, mark, text.decimals)).fill_null(False)
            fits = fits & value.is_null()
            if group:
                fits = fits & ~body.str.contains(_open_form(group)).fill_null(False)
            if not fits.any():
                continue
            value = value.zip_with(~fits, _cast(body.set(~fits, None), group, mark, dtype))
            if group:
                readings.note("grouped", name, first_text(raw, fits), group, int(fits.sum()))
            elif len(text.marks) > 1:
                marked = fits & body.str.contains(mark, literal=True).fill_null(False)
                readings.note("decimal", name, first_text(raw, marked), mark, int(marked.sum()))
    value = _decided(name, raw, body, value, dtype, text, readings)
    if coin is not None:
        named = coin & value.is_not_null()
        chosen = ", ".join(sorted(text.currencies or ()))
        readings.note("currency", name, first_text(raw, named), chosen, int(named.sum()))
    return value if wrong is None else value.set(wrong, None)


def _grouped(group: str, mark: str, decimals: str) -> str:
    tail = rf"(?:\{mark}[0-9]{decimals})?" if decimals != _NONE else ""
    if not group:
        return rf"^-?(?:[0-9]{{1,14}}|[1-9][0-9]{{0,2}}(?: [0-9]{{3}})+){tail}$"
    return rf"^-?[1-9][0-9]{{0,2}}(?:\{group}[0-9]{{3}}){{1,4}}{tail}$"


def _open_form(mark: str) -> str:
    """One group of three digits: thousands, or three decimals."""
    return rf"^-?[1-9][0-9]{{0,2}}\{mark}[0-9]{{3}}$"


def _cast(body: pl.Series, group: str, mark: str, dtype: Any) -> pl.Series:
    plain = body.str.replace_all(f"[ {group}]", "") if group else body.str.replace_all(" ", "")
    if dtype.is_integer():
        return plain.cast(pl.Int64).cast(dtype)
    return plain.str.replace(mark, ".", literal=True).cast(dtype)


def _decided(
    name: str, raw: pl.Series, body: pl.Series, value: pl.Series, dtype: Any, text: NumberText,
    readings: Readings,
) -> pl.Series:  # fmt: skip
    """Read `1.234`, which means two things, as the column or the agreement says."""
    for mark in sorted(text.thousands | text.marks):
        fits = body.str.contains(_open_form(mark)).fill_null(False)
        if not fits.any():
            continue
        thousands, decimal = mark in text.thousands, mark in text.marks
        kind = "grouped" if thousands else "decimal"
        if thousands and (text.implied or decimal):
            shown = readings.decide(name, mark, partial(_shows, name, mark), None)
            kind = "" if shown is None else f"{shown} shown"
        grouped = kind.startswith("grouped")
        usable = bool(kind) and (thousands if grouped else decimal and not text.whole)
        example = first_text(raw, fits)
        if not usable:
            value = value.set(fits, None)
            if not kind:
                readings.note("number open", name, example, mark, int(fits.sum()))
            continue
        group, point = (mark, _OTHER[mark]) if grouped else ("", mark)
        read = _cast(body.set(~fits, None), group, point, dtype)
        value = value.zip_with(~fits, read)
        readings.note(kind, name, example, mark, int(fits.sum()))
    return value


def _shows(name: str, mark: str, blocks: Iterator[pl.DataFrame]) -> str | None:
    """Return what a mark does in the numbers that leave no choice; nothing if they disagree."""
    other = _OTHER[mark]
    thousands = (
        rf"^-?[1-9][0-9]{{0,2}}(?:(?:\{mark}[0-9]{{3}}){{2,}}"
        rf"|(?:\{mark}[0-9]{{3}})+\{other}[0-9]+)$"
    )
    decimal = (
        rf"^-?(?:0\{mark}[0-9]+|[0-9 ]+\{mark}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
        rf"|[0-9]{{4,}}\{mark}[0-9]+|[0-9]{{1,3}}(?:[{other} ][0-9]{{3}})+\{mark}[0-9]+)$"
    )
    seen: Counter[str] = Counter()
    for cells in blocks:
        text = _tidy(cells.get_column(name).drop_nulls())
        text = text.filter(text.str.contains(mark, literal=True))
        bare = text.str.replace_all(units.NOT_OF_A_NUMBER, "").str.strip_chars(" .")
        seen["grouped"] += int(bare.str.contains(thousands).sum())
        seen["decimal"] += int(bare.str.contains(decimal).sum())
    shown = [kind for kind in ("grouped", "decimal") if seen[kind]]
    return shown[0] if len(shown) == 1 else None


def _tidy(raw: pl.Series) -> pl.Series:
    """Make every kind of blank a plain one, an apostrophe between digits too; mend the minus."""
    text = raw.str.replace_all(units.BLANKS, " ").str.replace_all("\u2212", "-", literal=True)
    return text.str.replace_all("([0-9])['\u2019]([0-9]{3})", "${1} ${2}").str.strip_chars(" ")


def _without_currency(
    name: str, raw: pl.Series, text: NumberText, readings: Readings
) -> tuple[pl.Series, pl.Series | None, pl.Series | None]:
    """Return the bare numbers, where a currency stood, and where it is not the agreed one."""
    body = _tidy(raw)
    if text.currencies is None:
        return body, None, None
    parts = body.str.extract_groups(units.BEFORE).struct.unnest()
    after = body.str.extract_groups(units.AFTER).struct.unnest()
    sign = pl.coalesce("sign", pl.lit(""))
    bare = parts.select(pl.concat_str(sign, "amount")).to_series()
    coin = parts.get_column("coin").zip_with(
        parts.get_column("coin").is_not_null(), after.get_column("coin")
    )
    there = coin.is_not_null()
    if not there.any():
        return body, None, None
    amount = bare.zip_with(parts.get_column("coin").is_not_null(), after.get_column("amount"))
    lowered = coin.str.to_lowercase().str.strip_chars_end(".")
    code = lowered.replace_strict(units.CURRENCIES, default=lowered.str.to_uppercase())
    # where several are agreed, a bare sum must not hide which one was meant
    one = next(iter(text.currencies), None) if len(text.currencies) == 1 else None
    wrong = there if one is None else there & ~(code == one).fill_null(False)
    chosen = ", ".join(sorted(text.currencies))
    kind = "other currency" if chosen else "no currency"
    readings.note(kind, name, first_text(raw, wrong), chosen, int(wrong.sum()))
    return amount.zip_with(there, body), there & ~wrong, wrong
