"""From the text of a column to typed values: null where the text is not of the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from vendoreval import units
from vendoreval.intake.fixed_text import matcher
from vendoreval.intake.zone_shift import to_utc

Parse = Callable[[pl.Series], pl.Series]
MONEY = pl.Decimal(18, units.MONEY_DECIMALS)
INSTANT = pl.Datetime("us")
_SECONDS_A_DAY = 86_400
_DIGITS = 18
_BEFORE_SERIAL_ONE = pl.lit("1899-12-30").str.to_date()


def first_of(parses: Sequence[Parse]) -> Parse:
    """Return a parse that tries each in turn on what the ones before left empty."""

    def parse(raw: pl.Series) -> pl.Series:
        value = parses[0](raw)
        for other in parses[1:]:
            left = (value.is_null() & raw.is_not_null()).arg_true()
            if not len(left):
                break
            value = value.scatter(left, other(raw.gather(left)))
        return value

    return parse


def _where(raw: pl.Series, regex: str, convert: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """Convert the texts that match; the others become null before they are converted."""
    fits = matcher(regex)(raw)
    text = raw if fits.all() else raw.set(~fits.fill_null(False), None)
    return pl.select(convert(pl.lit(text))).to_series()


def _ungrouped(raw: pl.Series) -> pl.Series:
    """Drop outer blanks and, in properly grouped numbers, the thousands marks."""
    text = pl.lit(raw).str.strip_chars()
    bare = text.str.replace_all(f"[{units.THOUSANDS_MARKS}]", "")
    return pl.select(
        pl.when(text.str.contains(units.GROUPED)).then(bare).otherwise(text)
    ).to_series()


def _forgiving(parse: Parse) -> Parse:
    return first_of((parse, lambda raw: parse(_ungrouped(raw))))


def integer(dtype: pl.DataType) -> Parse:
    """Whole numbers; leading zeros do not change the value and are taken."""

    def parse(raw: pl.Series) -> pl.Series:
        # as strict as units.INTEGER and quicker: the cast refuses all it refuses but these two
        value = raw.cast(pl.Int64, strict=False)
        kind = raw.str.starts_with("+") | (raw.str.len_bytes() > _DIGITS)
        if kind.any():
            kind = kind & ~raw.str.contains(units.INTEGER)
            value = value.set(kind.fill_null(False), None)
        return value.cast(dtype)

    return _forgiving(parse)


def decimal(dtype: pl.DataType, comma: bool) -> Parse:
    """Decimal numbers; exact ones have at most four decimals."""
    exact = dtype == MONEY
    regex = units.decimal_regex(comma, units.MONEY_DECIMALS if exact else None)

    def convert(text: pl.Expr) -> pl.Expr:
        plain = text.str.replace(",", ".", literal=True) if comma else text
        return plain.cast(dtype)

    return _forgiving(lambda raw: _where(raw, regex, convert))


def boolean(raw: pl.Series) -> pl.Series:
    """Words for yes and no."""
    words = {**dict.fromkeys(units.TRUE_WORDS, True), **dict.fromkeys(units.FALSE_WORDS, False)}
    plain = raw.str.strip_chars().str.to_lowercase()
    return plain.replace_strict(words, default=None, return_dtype=pl.Boolean)


def text(raw: pl.Series) -> pl.Series:
    """Text without its outer blanks."""
    return raw.str.strip_chars()


def code(codes: Mapping[str, str]) -> Parse:
    """Return the canonical code of each known spelling."""

    themselves = pl.Series([text for text, name in codes.items() if text == name], dtype=pl.String)

    def exactly(raw: pl.Series) -> pl.Series:
        return raw.replace_strict(dict(codes), default=None, return_dtype=pl.String)

    other = first_of((exactly, lambda raw: exactly(raw.str.strip_chars())))

    def parse(raw: pl.Series) -> pl.Series:
        # a text that is its own code, as in most files, need not be made anew
        same = raw.is_in(themselves.implode())
        if same.all(ignore_nulls=True):
            return raw
        left = (~same).arg_true()
        # scatter changes the series it is asked of
        return raw.clone().scatter(left, other(raw.gather(left)))

    return parse


# ------------------------------------------------------------------ durations


def duration(forms: Sequence[str], unit: str | None, dtype: pl.DataType, comma: bool) -> Parse:
    """Durations in any of the accepted forms, in seconds."""
    if forms:
        return first_of([_FORMS[form](dtype) for form in forms])
    factor = units.SECONDS_OF_UNIT[unit or "s"]
    return _scaled(factor, dtype, comma)


def _scaled(factor: int, dtype: pl.DataType, comma: bool) -> Parse:
    read = decimal(pl.Float64(), comma)
    if dtype.is_float():
        return lambda raw: read(raw) * factor
    # the small part keeps 0.1 + 0.2 from falling below a half
    return lambda raw: (read(raw) * factor + (0.5 + 1e-9)).floor().cast(dtype)


def _clock(form: str, weights: tuple[int, ...]) -> Callable[[pl.DataType], Parse]:
    def convert(text: pl.Expr) -> pl.Expr:
        last = text.str.tail(2).cast(pl.Int64)
        if len(weights) == 2:
            return text.str.head(-3).cast(pl.Int64) * weights[0] + last * weights[1]
        middle = text.str.slice(-5, 2).cast(pl.Int64)
        return text.str.head(-6).cast(pl.Int64) * weights[0] + middle * weights[1] + last

    def build(dtype: pl.DataType) -> Parse:
        return lambda raw: _where(raw, units.CLOCK_FORMS[form], lambda t: convert(t).cast(dtype))

    return build


def _part_of_a_day(dtype: pl.DataType) -> Parse:
    return first_of(
        [_scaled(_SECONDS_A_DAY, dtype, comma=False), _scaled(_SECONDS_A_DAY, dtype, comma=True)]
    )


_FORMS: dict[str, Callable[[pl.DataType], Parse]] = {
    "hh:mm:ss": _clock("hh:mm:ss", (3600, 60, 1)),
    "mm:ss": _clock("mm:ss", (60, 1)),
    "hh:mm": _clock("hh:mm", (3600, 60)),
    "seconds": integer,
    "minutes": lambda dtype: _scaled(60, dtype, comma=False),
    "minutes (decimal comma)": lambda dtype: _scaled(60, dtype, comma=True),
    "excel-time": _part_of_a_day,
}

# ------------------------------------------------------------------ dates


def dates(formats: Sequence[str]) -> Parse:
    """Days in any of the accepted patterns."""
    return first_of([_date(text) for text in formats])


def instants(formats: Sequence[str], zone: str) -> Parse:
    """Instants in UTC, read by the clock of a zone unless they carry an offset."""
    return first_of([_instant(text, zone) for text in formats])


def _date(name: str) -> Parse:
    if name == units.EXCEL_SERIAL:
        return _serial_day
    pattern = units.date_pattern(name)

    def convert(text: pl.Expr) -> pl.Expr:
        if pattern.has_time:
            return _instants_of(text, pattern.strptime).dt.date()
        return text.str.to_date(pattern.strptime, strict=False)

    return lambda raw: _where(raw, pattern.regex, convert)


def _instants_of(text: pl.Expr, strptime: str) -> pl.Expr:
    # times seldom repeat: to remember them costs more than to read them anew
    return text.str.to_datetime(strptime, strict=False, time_unit="us", cache=False)


def _instant(name: str, zone: str) -> Parse:
    read = local_instant(name)
    if name != units.EXCEL_SERIAL and units.date_pattern(name).has_offset:
        return read
    return lambda raw: to_utc(read(raw), zone)


def local_instant(name: str) -> Parse:
    """Clock readings as written, before any zone; with an offset they are UTC."""
    if name == units.EXCEL_SERIAL:
        return _serial_instant
    pattern = units.date_pattern(name)

    def convert(text: pl.Expr) -> pl.Expr:
        if not pattern.has_time:
            return text.str.to_date(pattern.strptime, strict=False).cast(INSTANT)
        read = _instants_of(text, pattern.strptime)
        return read.dt.replace_time_zone(None) if pattern.has_offset else read

    return lambda raw: _where(raw, pattern.regex, convert)


def _serial(raw: pl.Series) -> pl.Series:
    read = first_of([decimal(pl.Float64(), False), decimal(pl.Float64(), True)])(raw)
    inside = (read >= units.FIRST_SERIAL) & (read < units.LAST_SERIAL + 1)
    return read.set(~inside.fill_null(False), None)


def _serial_day(raw: pl.Series) -> pl.Series:
    read = _serial(raw)
    whole = read.set((read != read.floor()).fill_null(False), None).cast(pl.Int64)
    return pl.select(_BEFORE_SERIAL_ONE + pl.duration(days=pl.lit(whole))).to_series().cast(pl.Date)


def _serial_instant(raw: pl.Series) -> pl.Series:
    # a serial holds about a millisecond; people mean the second
    seconds = (_serial(raw) * _SECONDS_A_DAY).round().cast(pl.Int64)
    start = _BEFORE_SERIAL_ONE.cast(INSTANT)
    return pl.select(start + pl.duration(seconds=pl.lit(seconds), time_unit="us")).to_series()
