"""Tables that a company's own warehouse holds already, read as canonical ones where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import sqlglot
from sqlglot.errors import SqlglotError

from vendoreval.engine.base import TYPES
from vendoreval.tables import DERIVED_DAYS, TABLES
from vendoreval.zones import known_zone

#: dialect -> Ibis type -> its name there
SQL_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "postgres": {
        "int64": "BIGINT", "string": "TEXT", "date": "DATE", "float64": "DOUBLE PRECISION",
        "timestamp": "TIMESTAMP", "boolean": "BOOLEAN", "decimal(18, 4)": "NUMERIC(18, 4)",
    },
    "clickhouse": {
        "int64": "Nullable(Int64)", "string": "Nullable(String)", "date": "Nullable(Date32)",
        "float64": "Nullable(Float64)", "timestamp": "Nullable(DateTime64(6, 'UTC'))",
        "boolean": "Nullable(Bool)", "decimal(18, 4)": "Nullable(Decimal(18, 4))",
    },
    "pyspark": {
        "int64": "BIGINT", "string": "STRING", "date": "DATE", "float64": "DOUBLE",
        "timestamp": "TIMESTAMP", "boolean": "BOOLEAN", "decimal(18, 4)": "DECIMAL(18, 4)",
    },
}  # fmt: skip
# local time without a zone -> UTC without a zone
_TO_UTC: Final = {
    "postgres": "(CAST({0} AS TIMESTAMP) AT TIME ZONE '{1}') AT TIME ZONE 'UTC'",
    "clickhouse": "toDateTime64(toString({0}), 6, '{1}')",
    "pyspark": "to_utc_timestamp(CAST({0} AS TIMESTAMP), '{1}')",
}
_QUOTES: Final = {"postgres": '"', "clickhouse": '"', "pyspark": "`"}


@dataclass(frozen=True)
class MappedTable:
    """One table of a warehouse, as one of ours.

    Parameters
    ----------
    table
        Its name there, with the schema.
    columns
        Our column -> an expression over its columns, in the warehouse's own SQL. A column
        without an entry is null; the day of an instant follows from it.
    timezone
        In which its times of the day are written.
    where
        A condition its rows must meet.
    """

    table: str
    columns: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    where: str | None = None

    def faults(self, name: str, dialect: str) -> tuple[str, ...]:
        """Return what is wrong with it: the addresses of its entries.

        Examples
        --------
        >>> MappedTable("dwh.dnc", {"phon": "tel"}).faults("do_not_call", "postgres")
        ('columns.phon', 'columns.vendor', 'columns.phone', 'columns.requested_on')
        """
        wrong = [f"columns.{column}" for column in self.columns if column not in TYPES[name]]
        wrong += [f"columns.{column}" for column in _required(name) if column not in self.columns]
        wrong += [
            f"columns.{column}"
            for column, text in self.columns.items()
            if not _is_one_expression(text, dialect)
        ]
        if self.where is not None and not _is_one_expression(self.where, dialect):
            wrong.append("where")
        if not _is_one_expression(self.table, dialect):
            wrong.append("table")
        if not known_zone(self.timezone):
            wrong.append("timezone")
        return tuple(sorted(set(wrong), key=wrong.index))

    def query(self, name: str, dialect: str) -> str:
        """Return the query that yields its rows with our columns and types."""
        kinds, quote = SQL_TYPES[dialect], _QUOTES[dialect]
        days = DERIVED_DAYS.get(name, {})
        selected = []
        for column, kind in TYPES[name].items():
            text = self.columns.get(column)
            if text is None and column in days and days[column] in self.columns:
                text = self.columns[days[column]]  # the local day of the instant
            elif text is not None and kind == "timestamp" and self.timezone != "UTC":
                text = _TO_UTC[dialect].format(f"({text})", self.timezone)
            written = f"CAST({text or 'NULL'} AS {kinds[kind]})"
            if dialect == "postgres" and kind == "string":
                written += ' COLLATE "C"'  # letters in the order of their codes, as everywhere
            selected.append(f"{written} AS {quote}{column}{quote}")
        condition = f" WHERE {self.where}" if self.where else ""
        # expressions are the company's own, each parsed as one before
        return f"SELECT {', '.join(selected)} FROM {self.table}{condition}"  # noqa: S608 - our own names; values are bound or whole numbers


def _required(name: str) -> list[str]:
    days = DERIVED_DAYS.get(name, {})
    schema = TABLES[name].schema()
    return [column for column, kind in schema.items() if not kind.nullable and column not in days]


def _is_one_expression(text: str, dialect: str) -> bool:
    """Whether a text is one expression and no more: nothing after a semicolon, no comment."""
    if ";" in text or "--" in text or "/*" in text:
        return False
    spoken = "spark" if dialect == "pyspark" else dialect
    try:
        found = sqlglot.parse(f"SELECT {text}", read=spoken)
    except SqlglotError:
        return False
    return len(found) == 1 and found[0] is not None and len(found[0].expressions) == 1
