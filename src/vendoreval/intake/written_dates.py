"""Dates and times as people write them: month names, offsets, ISO, day numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from vendoreval import units
from vendoreval.intake import parse_text
from vendoreval.intake.parse_text import INSTANT, Parse, first_of
from vendoreval.intake.readings import Readings, first_text
from vendoreval.intake.zone_shift import to_utc

_MONTHS: Final = (
    r"январ[ья]|янв\.?|january|jan\.?",
    r"феврал[ья]|февр?\.?|february|feb\.?",
    r"марта?|мар\.?|march|mar\.?",
    r"апрел[ья]|апр\.?|april|apr\.?",
    r"ма[йя]|may",
    r"июн[ья]|июн\.?|june|jun\.?",
    r"июл[ья]|июл\.?|july|jul\.?",
    r"августа?|авг\.?|august|aug\.?",
    r"сентябр[ья]|сент?\.?|september|sept?\.?",
    r"октябр[ья]|окт\.?|october|oct\.?",
    r"ноябр[ья]|нояб?\.?|november|nov\.?",
    r"декабр[ья]|дек\.?|december|dec\.?",
)
_OPEN_END: Final = "Z$"
_ISO: Final = (
    r"^(?P<clock>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-2][0-9]:[0-5][0-9])"
    r"(?P<second>:[0-5][0-9])?(?P<part>[.,][0-9]{1,9})?(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?$"
)


def dates(name: str, formats: Sequence[str], readings: Readings) -> Parse:
    """Return a parse of days in any of the accepted forms."""
    return first_of([_date(name, text, readings) for text in formats])


def instants(name: str, formats: Sequence[str], zone: str, readings: Readings) -> Parse:
    """Return a parse of instants in UTC, by the zone's clock unless a text carries an offset."""
    return first_of([_instant(name, text, zone, readings) for text in formats])


def clock(formats: Sequence[str]) -> Parse:
    """Return a parse of the clock readings as written, for texts that are no time at all."""
    quiet = Readings()
    return first_of([_local("", text, quiet) for text in formats])


def _date(name: str, form: str, readings: Readings) -> Parse:
    if form == units.EXCEL_SERIAL:
        return _noted(parse_text.dates((form,)), "serial", name, readings)
    if form == units.ISO:
        return lambda raw: _iso(raw)[0].dt.date()
    read = parse_text.dates((form,))
    return (
        _by_number(name, form, read, readings) if units.date_pattern(form).has_month_name else read
    )


def _instant(name: str, form: str, zone: str, readings: Readings) -> Parse:
    read = _local(name, form, readings)
    if form == units.ISO:
        return lambda raw: _iso_in_utc(name, raw, zone, readings)
    if form != units.EXCEL_SERIAL and units.date_pattern(form).has_offset:
        return _noted(read, "offset", name, readings)
    return lambda raw: to_utc(read(raw), zone)


def _local(name: str, form: str, readings: Readings) -> Parse:
    if form == units.ISO:
        return lambda raw: _iso(raw)[0]
    read = parse_text.local_instant(form)
    if form == units.EXCEL_SERIAL:
        return _noted(read, "serial", name, readings)
    pattern = units.date_pattern(form)
    if pattern.has_month_name:
        read = _by_number(name, form, read, readings)
    if pattern.has_offset:
        plain = read
        # strptime knows no Z
        return lambda raw: plain(raw.str.replace(_OPEN_END, "+00:00"))
    return read


def _noted(read: Parse, kind: str, name: str, readings: Readings) -> Parse:
    def parse(raw: pl.Series) -> pl.Series:
        value = read(raw)
        count = len(value) - value.null_count()
        if count:
            readings.note(kind, name, first_text(raw, value.is_not_null()), "", count)
        return value

    return parse


def _by_number(name: str, form: str, read: Parse, readings: Readings) -> Parse:
    """Read months as words, of whichever language, by their number."""
    before, _, after = units.date_pattern(form).regex.partition(units.NUMBER_OF_MONTH)
    before, after = before.removeprefix("^"), after.removesuffix("$")

    def plain(raw: pl.Series) -> pl.Series:
        text = raw.set(raw.str.contains(units.date_pattern(form).regex).fill_null(False), None)
        for number, words in enumerate(_MONTHS, 1):
            pattern = f"^({before})(?i:{words})({after})$"
            text = text.str.replace(pattern, f"${{1}}{number:02}${{2}}")
        return read(text)

    return _noted(plain, "month name", name, readings)


# ------------------------------------------------------------------ ISO 8601


def _iso(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the clock as written, and its offset from UTC in seconds where one stands."""
    parts = raw.str.extract_groups(_ISO).struct.unnest()
    table = parts.select(
        pl.concat_str(
            pl.col("clock").str.replace("T", " ", literal=True),
            pl.coalesce("second", pl.lit(":00")),
        ).alias("clock"),
        (pl.lit("0.") + pl.col("part").str.slice(1)).cast(pl.Float64).fill_null(0).alias("part"),
        _offset(pl.col("offset").str.replace_all(":", "", literal=True)).alias("offset"),
    )
    read = table.select(
        pl.col("clock").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
        + pl.duration(microseconds=(pl.col("part") * 1_000_000).round().cast(pl.Int64))
    ).to_series()
    return read.cast(INSTANT), table.get_column("offset")


def _offset(text: pl.Expr) -> pl.Expr:
    sign = pl.when(text.str.starts_with("-")).then(-1).otherwise(1)
    hours = text.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = text.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    return pl.when(text == "Z").then(0).otherwise(sign * (hours * 3600 + minutes * 60))


def _iso_in_utc(name: str, raw: pl.Series, zone: str, readings: Readings) -> pl.Series:
    local, offset = _iso(raw)
    with_offset = offset.is_not_null()
    by_zone = to_utc(local.set(with_offset, None), zone)
    if not with_offset.any():
        return by_zone
    exact = pl.select(pl.lit(local) - pl.duration(seconds=pl.lit(offset))).to_series().cast(INSTANT)
    readings.note("offset", name, first_text(raw, with_offset), "", int(with_offset.sum()))
    return exact.zip_with(with_offset, by_zone)
