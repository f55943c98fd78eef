"""The faults of a delivery: counted in full, shown up to a limit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd
import polars as pl

from vendoreval.agreement import ReportSchema
from vendoreval.intake.fault_messages import Explainer, masked
from vendoreval.intake.plan import FAULT_SCHEMA
from vendoreval.text import Message, language

SHOWN_PER_RULE = 1000
_LONG_NUMBER = re.compile(r"\d{6,}")


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
    severity: Literal["error", "warning", "note"]
    message: Message


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

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.first(SHOWN_PER_RULE))

    def __repr__(self) -> str:
        return f"Faults({self.file}: {len(self):,} in {len(self.counts)} rules)"

    def first(self, per_rule: int | None) -> list[Fault]:
        """Return the first faults of each rule, sorted by row."""
        explain = Explainer(self.schema).explain
        return [
            Fault(row, line, column, value, rule, severity, explain(column, value, rule))
            for row, line, column, value, rule, severity in self._rows(per_rule).iter_rows()
        ]

    def masked(self, per_rule: int) -> list[Fault]:
        """Return the same with the values of personal columns hidden."""
        personal = {c.name for c in self.schema.columns if c.personal}
        explain = Explainer(self.schema).explain
        result = []
        for fault in self.first(per_rule):
            value = fault.value
            if personal & set((fault.column or "").split(", ")):
                value = masked(value)
            elif personal and fault.column is None and value:
                # a whole line may hold a telephone anywhere
                value = _LONG_NUMBER.sub(lambda found: masked(found[0]) or "", value)
            message = explain(fault.column, value, fault.rule)
            result.append(replace(fault, value=value, message=message))
        return result

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
        names = ["file", "row", "line", "column", "value", "rule", "severity", "message"]
        return pd.DataFrame(
            [
                (self.file, f.row, f.line, f.column, f.value, f.rule, f.severity, say(f.message))
                for f in self.first(per_rule)
            ],
            columns=names,
        )

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
        return pl.concat(kept).sort("_row", "column", maintain_order=True, nulls_last=False)
