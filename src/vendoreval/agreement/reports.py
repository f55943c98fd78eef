"""What one report must hold, resolved from the agreement for reading and validation."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from vendoreval.agreement.extensions import Every
from vendoreval.units import DURATION_FORMS

Kind = Literal["string", "integer", "number", "money", "date", "timestamp", "boolean"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Column:
    """One column of a report.

    Parameters
    ----------
    name
        Canonical name, the one of the ledger.
    kind
        How the text is read. A column whose unit is a duration is an integer of
        seconds after reading, whatever form the vendor wrote.
    headers
        Every header text that may stand above it, the name first.
    formats
        Date patterns (JDK letters) for dates and timestamps.
    forms
        Accepted ways to write a duration; empty for other columns.
    codes
        Spelling -> canonical value; empty when any text may stand here.
    minimum, maximum
        Inclusive bounds of numbers, durations (in seconds) and money.
    earliest, latest
        Inclusive bounds of dates and timestamps, ISO text in the agreement's time zone.
    joined
        Headers of the columns whose texts together, with a blank between, are the value.
    title_pattern
        Where in a title above the rows the value stands, as a pattern with one group.
    unit
        Unit the vendor writes in: s, min, h, share, percent or money.
    """

    name: str
    kind: Kind
    headers: tuple[str, ...]
    required: bool = False
    key_position: int | None = None
    unique: bool = False
    formats: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    codes: dict[str, str] = field(default_factory=dict)
    pattern: str | None = None
    minimum_length: int | None = None
    maximum_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    earliest: str | None = None
    latest: str | None = None
    multiple_of: Decimal | None = None
    unit: str | None = None
    not_after_delivery: bool = False
    personal: bool = False
    example: str | None = None
    joined: tuple[str, ...] = ()
    title_pattern: str | None = None

    @property
    def duration_forms(self) -> tuple[str, ...]:
        """Accepted ways to write a duration; other forms say how numbers are marked."""
        return tuple(form for form in self.forms if form in DURATION_FORMS)


@dataclass(frozen=True)
class RowRule:
    """A sentence about one row that must hold, as a boolean SQL expression over columns."""

    id: str
    expression: str
    name: str
    severity: Severity = "error"


@dataclass(frozen=True)
class ForeignKey:
    """Values of `column` must exist in `to_column` of report `to_report`."""

    column: str
    to_report: str
    to_column: str


@dataclass(frozen=True)
class ReportDialect:
    """How the file is written, from the report, else its server, else the contract.

    Parameters
    ----------
    only_column, only_values
        Rows belong to the report when this column holds one of these texts; every row
        does when it is `None`.
    """

    encodings: tuple[str, ...] = ("utf-8", "utf-8-sig")
    delimiter: str | None = None
    decimal_comma: bool = False
    header_rows: int = 1
    skip_footer: tuple[str, ...] = ()
    null_tokens: tuple[str, ...] = ("",)
    only_column: str | None = None
    only_values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportSchema:
    """One report of an agreement.

    Parameters
    ----------
    period_column, every
        By which column a file belongs to a day, week or month; both `None` for a
        report that each delivery replaces as a whole (a roster).
    file_pattern
        Name of the files with ``{yyyy}``, ``{MM}``, ``{dd}``; ``*`` stands for anything.
    """

    name: str
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    file_pattern: str | None = None
    period_column: str | None = None
    every: Every | None = None
    timezone: str = "UTC"
    dialect: ReportDialect = ReportDialect()
    title: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the primary key columns, in their order."""
        keyed = [c for c in self.columns if c.key_position is not None]
        return tuple(c.name for c in sorted(keyed, key=lambda c: c.key_position or 0))

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of the agreement."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """Return one column.

        Raises
        ------
        KeyError
            If the report has none of that name.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
