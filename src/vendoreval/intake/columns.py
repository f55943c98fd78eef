"""What one column of the agreement does with its text: read it, and say which rule fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from vendoreval import units
from vendoreval.agreement import Agreement, Column, ReportSchema
from vendoreval.errors import AgreementError, Problem
from vendoreval.intake import (
    parse_text,
    written_codes,
    written_dates,
    written_durations,
    written_numbers,
)
from vendoreval.intake.fixed_text import matcher
from vendoreval.intake.parse_text import INSTANT, MONEY, Parse
from vendoreval.intake.readings import Readings
from vendoreval.intake.zone_shift import to_local, to_utc
from vendoreval.tables import COLUMN_TYPES
from vendoreval.text import msg

_ROUNDED = r"^-?[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}$"
# as large as the count of characters can be
_NO_LIMIT = (1 << 32) - 1
Holds = Callable[[pl.Series], pl.Series]
_DTYPES: dict[str, Any] = {
    "string": pl.String(), "int64": pl.Int64(), "float64": pl.Float64(), "boolean": pl.Boolean(),
    "date": pl.Date(), "timestamp": INSTANT, "decimal(18, 4)": MONEY,
}  # fmt: skip
_OWN_TYPE = {
    "string": "string", "integer": "int64", "number": "float64", "money": "decimal(18, 4)",
    "date": "date", "timestamp": "timestamp", "boolean": "boolean",
}  # fmt: skip
_TAKEN = {
    "string": {"string"}, "integer": {"int64", "float64", "decimal(18, 4)"},
    "number": {"float64", "decimal(18, 4)"}, "money": {"decimal(18, 4)", "float64"},
    "date": {"date"}, "timestamp": {"timestamp", "date"}, "boolean": {"boolean"},
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """A rule that a value, once read, must hold; null where it cannot be asked."""

    rule: str
    holds: Holds


@dataclass(frozen=True)
class Reader:
    """How one column is read.

    Parameters
    ----------
    dtype
        Type of the values in the accepted rows.
    failure
        Rule that a text breaks when it cannot be read.
    clock
        For local times: the reading before the zone is applied, to tell an hour
        that does not exist from a text that is no time.
    """

    column: Column
    dtype: Any
    parse: Parse
    failure: str
    checks: tuple[Check, ...]
    tokens: tuple[str, ...]
    tokens_read: bool
    clock: Parse | None = None

    def read(self, raw: pl.Series, *, trimmed: bool = False) -> pl.Series:
        """Return the values; null where the cell is empty or cannot be read.

        Parameters
        ----------
        trimmed
            Whether it is known that no cell begins or ends with a blank.
        """
        as_it_is = trimmed and self.plain_text
        value = (raw if as_it_is else self.parse(raw)).alias(self.column.name)
        if self.tokens_read:
            hit = self._nothing(value) if self.plain_text else self.empty(raw)
            if hit.any():
                value = value.set(hit, None)
        return value

    @property
    def plain_text(self) -> bool:
        """Whether the value is the text itself, without its outer blanks."""
        return self.column.kind == "string" and not self.column.codes

    def _nothing(self, text: pl.Series) -> pl.Series:
        # one comparison is many times quicker than a look into a list
        hit = text == self.tokens[0] if len(self.tokens) == 1 else text.is_in(self.tokens)
        return hit.fill_null(False) if hit.null_count() else hit

    def empty(self, raw: pl.Series) -> pl.Series:
        """Return where nothing stands, or a token that means nothing."""
        return raw.is_null() | self._nothing(raw.str.strip_chars())

    def passes(self, raw: pl.Series, value: pl.Series) -> pl.Series | None:
        """Return where the cell breaks no rule; `None` when it can break none."""
        result: pl.Series | None = None
        for check in self.checks:
            held = check.holds(value)
            result = held if result is None else result & held
        if self.column.required:
            there = value.is_not_null()
            return there if result is None else (result & there).fill_null(False)
        if result is not None:
            return result if not value.null_count() else result.fill_null(self.empty(raw))
        if self.plain_text:
            return None
        return (
            value.is_not_null() if not value.null_count() else value.is_not_null() | self.empty(raw)
        )


def compile_readers(
    agreement: Agreement,
    schema: ReportSchema,
    received: datetime,
    readings: Readings | None = None,
) -> list[Reader]:
    """Return a reader for each column of the agreement.

    Parameters
    ----------
    readings
        Takes down which of several possible readings a column got, and why.

    Raises
    ------
    AgreementError
        If a column cannot become what the canonical table holds, or a pattern cannot be run.
    """
    problems: list[Problem] = []
    readers = []
    readings = readings or Readings()
    coins = agreed_currencies(agreement)
    for column in schema.columns:
        address = f"{schema.name}.{column.name}"
        try:
            parse = _parse(schema, column, coins, readings)
            readers.append(_reader(schema, column, received, parse))
        except (ValueError, pl.exceptions.PolarsError) as error:
            reason = str(error).partition("\n")[0]
            problems.append(
                Problem(
                    agreement.source, address,
                    msg("the column cannot be read as written: %(reason)s", reason=reason),
                    msg("a type, pattern and bounds that the table of this report can hold"),
                    msg("mend the column in the agreement"),
                )
            )  # fmt: skip
    if problems:
        raise AgreementError(problems)
    readings.start()
    return readers


def agreed_currencies(agreement: Agreement) -> frozenset[str]:
    """Return the currencies the agreement bills in."""
    price = agreement.contract.price
    named = {item.currency for item in agreement.rate_card}
    if price is not None and price.price_currency:
        named.add(price.price_currency.upper())
    return frozenset(named)


def target_type(report: str, column: Column) -> str:
    """Return the type the column has in the accepted rows."""
    own = _OWN_TYPE[column.kind]
    if _is_duration(column):
        own = "int64"
    table = COLUMN_TYPES.get(report, {})
    if column.name not in table:
        return own
    wanted = table[column.name]
    taken = {"int64", "float64"} if _is_duration(column) else _TAKEN[column.kind]
    if wanted not in taken:
        raise ValueError(f"it is a {column.kind}, the table holds {wanted}")
    return wanted


def _is_duration(column: Column) -> bool:
    own = any(form in units.DURATION_FORMS for form in column.forms)
    return own or column.unit in units.SECONDS_OF_UNIT


_Parsed = tuple[Parse, str, Parse | None]


def _reader(schema: ReportSchema, column: Column, received: datetime, parsed: _Parsed) -> Reader:
    dtype = _DTYPES[target_type(schema.name, column)]
    parse, failure, clock = parsed
    tokens = tuple(dict.fromkeys(("", *(token.strip() for token in schema.dialect.null_tokens))))
    probe = pl.Series(tokens, dtype=pl.String)
    return Reader(
        column, dtype, parse, failure, tuple(_checks(schema, column, dtype, received)), tokens,
        tokens_read=bool(parse(probe).is_not_null().any()), clock=clock,
    )  # fmt: skip


def _parse(
    schema: ReportSchema, column: Column, coins: frozenset[str], readings: Readings
) -> _Parsed:
    comma, name = schema.dialect.decimal_comma, column.name
    dtype = _DTYPES[target_type(schema.name, column)]
    if column.codes:
        return written_codes.code(name, column.codes, readings), "code", None
    if _is_duration(column):
        parse = written_durations.duration(
            schema, name, column.forms, column.unit, dtype, comma, readings
        )
        return parse, "duration_form" if column.forms != ("seconds",) else "type", None
    match column.kind:
        case "integer" | "number" | "money":
            money = coins if column.kind == "money" else None
            text = written_numbers.agreed_text(column.forms, comma, dtype, money)
            return written_numbers.number(name, dtype, text, readings), "type", None
        case "boolean":
            return parse_text.boolean, "type", None
        case "string":
            return parse_text.text, "type", None
    if dtype == pl.Date():
        return written_dates.dates(name, column.formats, readings), "date_format", None
    clock = written_dates.clock(column.formats)
    parse = written_dates.instants(name, column.formats, schema.timezone, readings)
    return parse, "date_format", clock


def _checks(schema: ReportSchema, column: Column, dtype: Any, received: datetime) -> list[Check]:
    checks = [
        Check(rule, _bound(limit, dtype, schema.timezone, upper=upper))
        for rule, limit, upper in (
            ("minimum", column.minimum, False), ("maximum", column.maximum, True),
            ("range", column.earliest, False), ("range", column.latest, True),
        )
        if limit is not None
    ]  # fmt: skip
    if column.multiple_of is not None:
        step = _number(column.multiple_of, dtype)
        checks.append(Check("multiple_of", lambda value: value % step == 0))
    if column.kind == "string" and column.pattern is not None:
        pattern = column.pattern
        # a pattern Polars cannot run must fail here and not on the first delivery
        pl.Series([""]).str.contains(pattern)
        checks.append(Check("pattern", matcher(pattern)))
    if column.kind == "string" and (column.minimum_length, column.maximum_length) != (None, None):
        least, most = column.minimum_length or 0, column.maximum_length or _NO_LIMIT
        checks.append(Check("length", lambda value: value.str.len_chars().is_between(least, most)))
    if column.kind == "string" and not column.codes and _is_phone(column):
        checks.append(Check("rounded_number", _keeps_its_digits))
    if column.not_after_delivery and dtype.is_temporal():
        checks.append(
            Check("future", _bound(_limit(received, dtype, schema), dtype, "UTC", upper=True))
        )
    return checks


def _is_phone(column: Column) -> bool:
    return column.personal or column.name.endswith("phone")


def _keeps_its_digits(value: pl.Series) -> pl.Series:
    """A telephone that a spreadsheet turned into 7,90012E+10 has lost its last digits."""
    rounded = value.str.contains("E+", literal=True)
    return ~value.str.contains(_ROUNDED) if rounded.any() else ~rounded


def _limit(received: datetime, dtype: Any, schema: ReportSchema) -> str:
    at = pl.Series([received.replace(tzinfo=None)], dtype=INSTANT)
    if dtype == pl.Date():
        at = to_local(at, schema.timezone)
    return str(at[0])


def _bound(limit: Decimal | str, dtype: Any, zone: str, *, upper: bool) -> Holds:
    if isinstance(limit, str):
        found = instant_literal(limit, dtype, zone)
        whole_day = upper and dtype != pl.Date() and len(limit.strip()) == 10
        if whole_day:
            # a bound written as a day holds until the day is over
            end = instant_literal(f"{limit.strip()} 23:59:59.999999", dtype, zone)
            return lambda value: value <= end
    else:
        found = _number(limit, dtype)
    if upper:
        return lambda value: value <= found
    return lambda value: value >= found


def _number(limit: Decimal, dtype: Any) -> Any:
    if dtype.is_integer() and limit == limit.to_integral_value():
        return int(limit)
    return limit if dtype.is_decimal() else float(limit)


def instant_literal(text: str, dtype: Any, zone: str) -> Any:
    """Return a date or, by the clock of a zone, an instant in UTC.

    Raises
    ------
    ValueError
        If the text is not an ISO date or time.
    """
    at = datetime.fromisoformat(text.strip())
    if dtype == pl.Date():
        return at.date()
    shifted = to_utc(pl.Series([at.replace(tzinfo=None)], dtype=INSTANT), zone)
    return shifted[0]
