"""The faults of a delivery: counted in full, shown up to a limit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import pairwise
from pathlib import Path

import pandas as pd
import polars as pl

from vendoreval.agreement import ReportSchema
from vendoreval.intake.fault_files import (
    FAULT_COLUMNS,
    FaultRow,
    Severity,
    Words,
    write_csv,
    write_parquet,
)
from vendoreval.intake.fault_messages import Explainer
from vendoreval.intake.fault_rules import FILE_RULES
from vendoreval.intake.plan import FAULT_SCHEMA
from vendoreval.personal import mask_personal, mask_text
from vendoreval.text import Message, language

SHOWN_PER_RULE = 1000
_LONG_NUMBER = re.compile(r"\d{6,}")
_SLICE = 20_000
_REMEMBERED = 20_000
_IN_NOTEBOOK = 20


@dataclass(frozen=True)
class Fault:
    """One broken rule in one place.

    Parameters
    ----------
    row, line
        Row and line of the file as a person counts them; the header counts.
    column
        Canonical name; `None` when the whole row is meant.
    value
        The text as it stood in the file.
    """

    row: int
    line: int
    column: str | None
    value: str | None
    rule: str
    severity: Severity
    message: Message


@dataclass(frozen=True)
class Place:
    """One rule in one column: how often it is broken, and the first time.

    Parameters
    ----------
    column
        Canonical name; `None` when whole rows are meant.
    count
        Faults, all of them.
    examples
        The first of them in the file, at least one.
    """

    rule: str
    column: str | None
    count: int
    examples: tuple[Fault, ...]

    @property
    def first(self) -> Fault:
        """The first one in the file."""
        return self.examples[0]


@dataclass(frozen=True, repr=False)
class Faults:
    """All faults of one delivery.

    Iterating shows at most a thousand of each rule, in the order of the file; `counts`
    knows all, and the parts behind it hold all.

    Examples
    --------
    >>> report.faults.to_frame()  # doctest: +SKIP
    """

    file: str
    schema: ReportSchema
    files: tuple[Path, ...]
    counts: Mapping[str, int]
    sheet: str | None = None

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.first(SHOWN_PER_RULE))

    def __repr__(self) -> str:
        return f"Faults({self.file}: {len(self):,} in {len(self.counts)} rules)"

    def first(self, per_rule: int | None) -> list[Fault]:
        """Return the first faults of each rule, sorted by row."""
        return list(self._explained(self._rows(per_rule).iter_rows()))

    def masked(self, per_rule: int) -> list[Fault]:
        """Return the same with the values of personal columns hidden."""
        return [self.hidden(fault) for fault in self.first(per_rule)]

    def hidden(self, fault: Fault) -> Fault:
        """Return the fault with personal values hidden, for eyes other than the vendor's.

        Values of columns the agreement marks as personal keep their ends only. Telephone
        numbers and mail addresses are hidden wherever they stand.
        """
        personal = {c.name for c in self.schema.columns if c.personal}
        value = fault.value or ""
        if personal & set((fault.column or "").split(", ")):
            value = mask_personal(value)
        else:
            value = mask_text(value)
            if personal and fault.column is None:
                # a whole line may hold a telephone in any form
                value = _LONG_NUMBER.sub(lambda found: mask_personal(found[0]), value)
        if value == (fault.value or ""):
            return fault
        message = Explainer(self.schema).explain(fault.column, value, fault.rule)
        return replace(fault, value=value, message=message)

    def places(self, examples: int = 1) -> tuple[Place, ...]:
        """Return each rule with each column it is broken in, the gravest first.

        What refuses the whole file comes first, then errors by their number, then
        warnings. Every fault is counted.

        Parameters
        ----------
        examples
            How many of the first faults of each place come with it, at least 1.
        """
        counts: dict[tuple[str, str | None], int] = {}
        firsts: dict[tuple[str, str | None], list[FaultRow]] = {}
        for path in self.files:
            grouped = pl.read_parquet(path).group_by("rule", "column", maintain_order=True)
            columns = ["_row", "_line", "value", "severity"]
            for rule, column, size, *heads in grouped.agg(
                pl.len(), *(pl.col(name).head(examples) for name in columns)
            ).iter_rows():
                counts[rule, column] = counts.get((rule, column), 0) + size
                firsts.setdefault((rule, column), []).extend(
                    (row, line, column, value, rule, severity)
                    for row, line, value, severity in zip(*heads, strict=True)
                )
        found = [
            Place(rule, column, counts[rule, column], tuple(self._explained(entries[:examples])))
            for (rule, column), entries in firsts.items()
        ]
        return tuple(sorted(found, key=_gravity))

    def _explained(self, rows: Iterable[FaultRow]) -> Iterator[Fault]:
        explain = Explainer(self.schema).explain
        for row, line, column, value, rule, severity in rows:
            yield Fault(row, line, column, value, rule, severity, explain(column, value, rule))

    def words(self, language_code: str) -> Words:
        """Return what writes the message of a fault; it remembers what it wrote."""
        explain, say = Explainer(self.schema).explain, language(language_code).say

        @lru_cache(maxsize=_REMEMBERED)
        def write(column: str | None, value: str | None, rule: str) -> str:
            return say(explain(column, value, rule))

        return write

    def stream(self) -> Iterator[FaultRow]:
        """Yield row, line, column, value, rule and severity of every fault, by row.

        One part is held at a time; only parts that overlap are read together.
        """
        for part in _ordered(self.files):
            for few in part.iter_slices(_SLICE):
                yield from few.iter_rows()

    def to_csv(self, path: str | Path, language_code: str = "en") -> Path:
        """Write every fault, however many there are; no cell can run as a formula.

        Parameters
        ----------
        path
            The file, UTF-8 with a mark so that spreadsheets read it right.
        language_code
            Language of the messages.

        Returns
        -------
        Path

        Raises
        ------
        LedgerError
            If the disk refuses.

        Examples
        --------
        >>> report.faults.to_csv("calls_202610.faults.csv", "ru")  # doctest: +SKIP
        """
        return write_csv(self, Path(path), language_code)

    def to_parquet(self, path: str | Path, language_code: str = "en") -> Path:
        """Write every fault with the columns of `to_frame`; memory does not grow with them.

        Raises
        ------
        LedgerError
            If the disk refuses.

        Examples
        --------
        >>> report.faults.to_parquet("calls_202610.faults.parquet")  # doctest: +SKIP
        """
        return write_parquet(self, Path(path), language_code)

    def to_frame(
        self, language_code: str = "en", per_rule: int | None = SHOWN_PER_RULE
    ) -> pd.DataFrame:
        """Return the faults as a table.

        Parameters
        ----------
        language_code
            Language of the messages.
        per_rule
            At most so many of each rule; `None` for all.
        """
        say = language(language_code).say
        return pd.DataFrame(
            [
                (self.file, self.sheet, f.row, f.line, f.column, f.value, f.rule, f.severity,
                 say(f.message))
                for f in self.first(per_rule)
            ],
            columns=list(FAULT_COLUMNS),
        )  # fmt: skip

    def _repr_html_(self) -> str:
        shown = [self.hidden(fault) for fault in self.first(_IN_NOTEBOOK)][:_IN_NOTEBOOK]
        say = language("en").say
        table = pd.DataFrame(
            [(f.row, f.column, f.value, f.rule, f.severity, say(f.message)) for f in shown],
            columns=["row", "column", "value", "rule", "severity", "message"],
        )
        with pd.option_context("display.max_colwidth", 200):
            return f"<p>{escape(repr(self))}</p>{table.to_html(index=False, border=0)}"

    def _rows(self, per_rule: int | None) -> pl.DataFrame:
        """Read part after part and keep no more than is asked for."""
        kept: list[pl.DataFrame] = []
        left = {rule: count if per_rule is None else min(per_rule, count)
                for rule, count in self.counts.items()}  # fmt: skip
        for path in self.files:
            if not any(left.values()):
                break
            part = pl.read_parquet(path)
            for rule, room in left.items():
                if room:
                    found = part.filter(pl.col("rule") == rule).head(room)
                    left[rule] -= found.height
                    kept.append(found)
        if not kept:
            return pl.DataFrame(schema=FAULT_SCHEMA)
        return _sorted(pl.concat(kept))


def _gravity(place: Place) -> tuple[bool, bool, int, str]:
    mends_itself = place.rule == "blank_row" or place.first.severity != "error"
    return (place.rule not in FILE_RULES, mends_itself, -place.count, place.rule)


def _ordered(files: tuple[Path, ...]) -> Iterator[pl.DataFrame]:
    """Yield the parts so that rows never go back."""
    rows = pl.col("_row")
    bounds = [
        pl.scan_parquet(path).select(rows.min().alias("least"), rows.max().alias("most"))
        .collect().row(0)
        for path in files
    ]  # fmt: skip
    known = [pair for pair in bounds if pair[0] is not None]
    if all(before[1] <= after[0] for before, after in pairwise(known)):
        for path in files:
            yield _sorted(pl.read_parquet(path))
    else:
        yield _sorted(pl.concat([pl.read_parquet(p) for p in files]))


def _sorted(part: pl.DataFrame) -> pl.DataFrame:
    return part.sort("_row", "column", maintain_order=True, nulls_last=False)


__all__ = ["Fault", "FaultRow", "Faults", "Place", "Severity", "Words"]
