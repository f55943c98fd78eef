"""Which cell of the returned sheet a fault belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from vendoreval.intake.cell_text import EXCEL_COLUMNS
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.fault_rules import ROW_RULE

if TYPE_CHECKING:
    from vendoreval.intake.report import ValidationReport


@dataclass(frozen=True)
class Layout:
    """Which cell of the sheet a fault belongs to.

    Parameters
    ----------
    shift
        Columns before the vendor's own.
    numbered
        Whether the first column holds the row's number.
    """

    delivery: Delivery
    shift: int
    numbered: bool
    absent: tuple[str, ...]
    index: dict[str, int] = field(default_factory=dict)
    rules: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, report: ValidationReport, *, numbered: bool, left: int = 0) -> Layout:
        """Return the layout; `left` columns of a sheet may stand before the report."""
        delivery = report.delivery
        index = {name: place for place, name in enumerate(delivery.cell_names)}
        here = set(report.columns_delivered)
        absent = tuple(c.name for c in delivery.schema.columns if c.required and c.name not in here)
        rules = {
            f"{ROW_RULE}{rule.id}": tuple(
                index[name] for name in columns_of(rule.expression) if name in index
            )
            for rule in delivery.schema.rules
        }
        return cls(delivery, left + numbered, numbered, absent, index, rules)

    @property
    def width(self) -> int:
        """Columns of the vendor's own."""
        return len(self.delivery.headers)

    def cells(self, column: str | None, value: str | None, rule: str) -> tuple[int, ...]:
        """Return the columns of the sheet that a fault colours, at least one."""
        found: tuple[int, ...] = ()
        if rule == "missing_column" and column in self.absent:
            # there is no such cell, so one is made beside the header
            found = (self.width + self.absent.index(column),)
        elif rule == "duplicate_header":
            pairs = enumerate(zip(self.delivery.headers, self.delivery.columns, strict=True))
            found = tuple(i for i, (text, name) in pairs if name is None and text == value)
        elif rule in self.rules:
            found = self.rules[rule]
        elif column is not None:
            names = (column,) if column in self.index else column.split(", ")
            found = tuple(self.index[name] for name in names if name in self.index)
        last = EXCEL_COLUMNS - 1
        return tuple(min(place + self.shift, last) for place in found or (0,))


def columns_of(expression: str) -> list[str]:
    """Return the columns a row rule speaks of, in their order.

    Examples
    --------
    >>> columns_of("ring_seconds <= talk_seconds and ring_seconds >= 0")
    ['ring_seconds', 'talk_seconds']
    """
    tree = sqlglot.parse_one(expression, read="duckdb")
    return list(dict.fromkeys(column.name for column in tree.find_all(exp.Column)))


def letters(column: int) -> str:
    """Return the letters of a column, counted from zero.

    Examples
    --------
    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    text = ""
    while column >= 0:
        text = chr(65 + column % 26) + text
        column = column // 26 - 1
    return text
