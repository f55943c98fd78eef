"""The totals a bill prints between its lines, worked out again from those lines.

Reading skips them, for they are no rows. Here each one is held against the lines above it,
down from the total before it of the same kind: how many lines, and the sum of every
column of figures. A printed number that is none of them is left without a meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import polars as pl

from vendoreval.errors import DeliveryError, plain_problem
from vendoreval.intake import ValidationReport
from vendoreval.intake.returned_rows import file_rows, is_unchanged
from vendoreval.text import msg

_TOTAL: Final = re.compile(r"^\s*(?:итого|всего|total|subtotal|grand total)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?<![\w.,])-?\d+(?:[.,]\d+)?(?![\w.,])")


@dataclass(frozen=True)
class PrintedTotal:
    """One printed total and the lines it stands for.

    Parameters
    ----------
    row
        Row of the file as a person counts it.
    label
        Its words, figures left out.
    printed
        Its figures, in the order they stand.
    meanings
        What each figure is: `lines`, the name of a column whose sum it equals, or `None`.
    lines
        Accepted lines it covers.
    sums
        Column -> sum over them.
    composition
        Value of the column of kinds -> lines, the most frequent first.
    """

    row: int
    label: str
    printed: tuple[Decimal, ...]
    meanings: tuple[str | None, ...]
    lines: int
    sums: Mapping[str, Decimal]
    composition: Mapping[str, int]

    @property
    def agrees(self) -> bool:
        """Whether every printed figure is the number of lines or a sum over them."""
        return None not in self.meanings


def printed_totals(
    report: ValidationReport, kinds: str = "description"
) -> tuple[PrintedTotal, ...]:
    """Return the totals printed in a received file, each worked out again.

    Parameters
    ----------
    report
        What `validate` returned; the file must still be there.
    kinds
        A text column that tells kinds of lines apart, for `composition`.

    Raises
    ------
    DeliveryError
        If the file was changed since it was checked.
    ValueError
        If there is no such column.

    Examples
    --------
    >>> [total.agrees for total in printed_totals(report)]  # doctest: +SKIP
    [True, True, True]
    """
    if not is_unchanged(report.delivery):
        raise DeliveryError(
            plain_problem(
                str(report.delivery.path),
                msg("the file was changed or removed since it was checked"),
                msg("the file that was checked"),
                msg("check it again"),
            )
        )
    rows = _accepted(report)
    if kinds not in rows.columns:
        raise ValueError(f"there is no column {kinds!r}")
    figures = [name for name, kind in rows.schema.items() if kind.is_decimal() or kind.is_integer()]
    return tuple(_totals(report, rows, [f for f in figures if f != "_row"], kinds))


def _accepted(report: ValidationReport) -> pl.DataFrame:
    parts = [pl.read_parquet(path) for path in report.accepted_files]
    rows = pl.concat(parts, how="vertical_relaxed") if parts else pl.DataFrame()
    return rows.sort("_row") if len(rows) else rows


def _totals(
    report: ValidationReport, rows: pl.DataFrame, figures: Sequence[str], kinds: str
) -> Iterator[PrintedTotal]:
    before: dict[str, int] = {}
    for row in file_rows(report.delivery):
        text = " ".join(cell.strip() for cell in row.cells if cell and cell.strip())
        if not _TOTAL.match(text):
            continue
        label = " ".join(_NUMBER.sub(" ", text).split())
        start = before.get(label, 0)
        before[label] = row.number
        own = rows.filter((pl.col("_row") > start) & (pl.col("_row") < row.number))
        printed = tuple(Decimal(n.replace(",", ".")) for n in _NUMBER.findall(text))
        sums = {name: _sum(own[name]) for name in figures}
        yield PrintedTotal(
            row.number, label, printed, tuple(_meaning(n, len(own), sums) for n in printed),
            len(own), sums, dict(Counter(own[kinds].drop_nulls().to_list()).most_common()),
        )  # fmt: skip


def _sum(column: pl.Series) -> Decimal:
    total: Any = column.sum()
    return Decimal(str(total or 0))


def _meaning(number: Decimal, lines: int, sums: Mapping[str, Decimal]) -> str | None:
    if number == lines:
        return "lines"
    return next((name for name, total in sums.items() if total == number), None)
