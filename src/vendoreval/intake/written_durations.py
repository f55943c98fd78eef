"""Durations as people write them: clocks of two parts, units in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any, Final

import polars as pl

from vendoreval import units
from vendoreval.agreement import ReportSchema
from vendoreval.intake import parse_text
from vendoreval.intake.parse_text import Parse, first_of
from vendoreval.intake.readings import Readings, first_text
from vendoreval.intake.written_numbers import then

_TWO_PARTS = ("mm:ss", "hh:mm")
_HALF_A_SECOND = 0.5 + 1e-9
# clocks of two systems differ by a little
_SLACK = 60
_SPANS: Final = (("started_at", "ended_at"), ("answered_at", "ended_at"))
_LAST_HOUR = 23


def duration(
    schema: ReportSchema, name: str, forms: Sequence[str], unit: str | None, dtype: Any,
    comma: bool, readings: Readings,
) -> Parse:  # fmt: skip
    """Return a parse of durations into seconds."""
    if not forms:
        plain = parse_text.duration((), unit, dtype, comma)
    elif set(_TWO_PARTS) <= set(forms):
        rest = [form for form in forms if form not in _TWO_PARTS]
        told = _decided(schema, name, dtype, readings)
        plain = then(parse_text.duration(rest, unit, dtype, comma), told) if rest else told
    else:
        plain = first_of([_form(form, name, dtype, comma, readings) for form in forms])
    return then(plain, _in_words(name, dtype, comma, readings))


def _form(form: str, name: str, dtype: Any, comma: bool, readings: Readings) -> Parse:
    read = parse_text.duration((form,), None, dtype, comma)
    if form not in _TWO_PARTS:
        return read
    return _told(read, f"{form} agreed", name, readings)


def _told(read: Parse, kind: str, name: str, readings: Readings) -> Parse:
    def parse(raw: pl.Series) -> pl.Series:
        value = read(raw)
        count = len(value) - value.null_count()
        if count:
            readings.note(kind, name, first_text(raw, value.is_not_null()), "", count)
        return value

    return parse


# ------------------------------------------------------------------ mm:ss or hh:mm


def _decided(schema: ReportSchema, name: str, dtype: Any, readings: Readings) -> Parse:
    """Both forms are agreed: the whole column tells which one it is."""

    def parse(raw: pl.Series) -> pl.Series:
        nothing = pl.repeat(None, len(raw), dtype=dtype, eager=True)
        fits = raw.str.contains(units.CLOCK_FORMS["mm:ss"]).fill_null(False)
        if not fits.any():
            return nothing
        kind = readings.decide(name, "clock", partial(_evidence, schema, name), "clock open")
        if kind == "clock open":
            readings.note(kind, name, first_text(raw, fits), "", int(fits.sum()))
            return nothing
        form = kind.partition(" ")[0]
        return _told(parse_text.duration((form,), None, dtype, False), kind, name, readings)(raw)

    return parse


def _evidence(schema: ReportSchema, name: str, blocks: Iterator[pl.DataFrame]) -> str:
    """Return which clock the column shows, and by what."""
    first = three = cells = too_long = as_hours = 0
    for block in blocks:
        raw = block.get_column(name)
        three += int(raw.str.contains(units.CLOCK_FORMS["hh:mm:ss"]).sum())
        minutes = parse_text.duration(("mm:ss",), None, pl.Int64(), False)(raw)
        # minutes and seconds are told best where neither part is zero
        largest = minutes.max()
        first = max(first, int(largest) // 60 if isinstance(largest, int) else 0)
        span = _span(schema, block)
        if span is not None:
            known = (minutes.is_not_null() & span.is_not_null() & (minutes > 0)).fill_null(False)
            cells += int(known.sum())
            too_long += int((minutes * 60 > span + _SLACK).filter(known).sum())
            near = ((minutes * 60 - span).abs() < _SLACK).filter(known)
            far = ((minutes - span).abs() >= _SLACK).filter(known)
            as_hours += int((near & far).sum())
    if cells and too_long * 2 > cells:
        return "mm:ss span"
    if cells and as_hours * 2 > cells:
        return "hh:mm span"
    if first > _LAST_HOUR:
        return "mm:ss large"
    return "mm:ss three parts" if three else "clock open"


def _span(schema: ReportSchema, block: pl.DataFrame) -> pl.Series | None:
    """Seconds from beginning to end of each row, by the clock as written."""
    for first, last in _SPANS:
        if first in block.columns and last in block.columns:
            begin, end = (
                first_of([
                    parse_text.local_instant(form)
                    for form in schema.column(column).formats if form != units.ISO
                ] or [_no_clock])(block.get_column(column))
                for column in (first, last)
            )  # fmt: skip
            return (end - begin).dt.total_seconds()
    return None


def _no_clock(raw: pl.Series) -> pl.Series:
    return pl.repeat(None, len(raw), dtype=parse_text.INSTANT, eager=True)


# ------------------------------------------------------------------ units in words

_HOURS = r"(?:ч(?:ас(?:а|ов)?)?|h(?:(?:ou)?rs?)?)\.?"
_MINUTES = r"(?:м(?:ин(?:ут[аы]?)?)?|m(?:in(?:ute)?s?)?)\.?"
_SECONDS = r"(?:с(?:ек(?:унд[аы]?)?)?|s(?:ec(?:ond)?s?)?)\.?"
_COMPOUND: Final = (
    rf"(?i)^(?:(?P<h>[0-9]{{1,4}}) ?{_HOURS})? ?(?:(?P<m>[0-9]{{1,5}}) ?{_MINUTES})?"
    rf" ?(?:(?P<s>[0-9]{{1,7}}) ?{_SECONDS})?$"
)
_NUMBER_AND_LETTER: Final = r"^\s*[0-9]+(?:[.,][0-9]+)?\s*\p{L}"
_PARTS: Final = {"h": (_HOURS, 3600), "m": (_MINUTES, 60), "s": (_SECONDS, 1)}


def _in_words(name: str, dtype: Any, comma: bool, readings: Readings) -> Parse:
    """Durations that name their units: nothing is left to guess."""

    def parse(raw: pl.Series) -> pl.Series:
        # many questions follow, so none is asked of what cannot be one
        likely = raw.str.contains(_NUMBER_AND_LETTER).arg_true()
        if len(likely) == len(raw):
            return named(raw)
        value = pl.Series(raw.name, [None], dtype=dtype).new_from_index(0, len(raw))
        return value.scatter(likely, named(raw.gather(likely))) if len(likely) else value

    def named(raw: pl.Series) -> pl.Series:
        text = raw.str.replace_all(units.BLANKS, " ").str.strip_chars(" ")
        seconds = text.str.extract_groups(_COMPOUND).struct.unnest().select(_added_up()).to_series()
        seconds = seconds.cast(pl.Float64)
        for (unit, factor), mark in product(_PARTS.values(), ",."):
            # more decimals only with the agreed mark: the other one may part thousands
            most = 6 if (mark == ",") == comma else 2
            number = text.str.extract(rf"(?i)^([0-9]{{1,7}}\{mark}[0-9]{{1,{most}}}) ?{unit}$", 1)
            if number.null_count() < len(number):
                plain = number.str.replace(mark, ".", literal=True).cast(pl.Float64)
                seconds = seconds.zip_with(plain.is_null(), plain * factor)
        read = seconds.is_not_null()
        if read.any():
            readings.note("with units", name, first_text(raw, read), "", int(read.sum()))
        if dtype.is_integer():
            return (seconds + _HALF_A_SECOND).floor().cast(dtype)
        return seconds.cast(dtype)

    return parse


def _added_up() -> pl.Expr:
    h, m, s = (pl.col(part).cast(pl.Int64) for part in "hms")
    some = h.is_not_null() | m.is_not_null() | s.is_not_null()
    # 1 h 75 min is a slip of the hand and not 2 h 15 min
    sound = (h.is_null() | (m.fill_null(0) < 60)) & (
        (h.is_null() & m.is_null()) | (s.fill_null(0) < 60)
    )
    total = h.fill_null(0) * 3600 + m.fill_null(0) * 60 + s.fill_null(0)
    return pl.when(some & sound).then(total)
