"""Blocks come in file order: keys are compared, parts written, the receipt added up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from vendoreval.intake.examine import Examined
from vendoreval.intake.fault_frames import counted, in_order, repeated
from vendoreval.intake.fault_rules import PRINTED_TOTAL
from vendoreval.intake.file_verdict import judge_layout, period_of_rows, told
from vendoreval.intake.keys import SeenKeys, wrongly_suspected
from vendoreval.intake.parse_text import INSTANT
from vendoreval.intake.parts import PartWriter, read_part
from vendoreval.intake.plan import FAULT_SCHEMA, Plan
from vendoreval.intake.printed_totals import TotalsCheck
from vendoreval.intake.report import RowCounts, Sums, ValidationReport
from vendoreval.intake.skipped_rows import looks_for_totals
from vendoreval.intake.zone_shift import to_local

# a verdict on the layout needs some rows, and is given early
_JUDGED_ROWS = 100
_LEAST_ROWS = 10
_BYTES_A_CELL = 6
Number = int | float | Decimal


@dataclass
class Collector:
    """What the whole file comes to.

    Without `parts` only the faults are left behind; of the accepted rows the keys are
    written while the file is read: repeated keys are compared in full, not by fingerprint.
    """

    plan: Plan
    folder: Path
    parts: bool = True
    delivered: int = 0
    rejected: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    misshapen: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    sums: dict[str, list[Number]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        self.accepted = PartWriter(
            self.folder, "accepted", plan.accepted_schema, briefly=not self.parts
        )
        self.quarantine = PartWriter(
            self.folder, "quarantine", plan.quarantine_schema, kept=self.parts
        )
        self.faults = PartWriter(self.folder, "faults", FAULT_SCHEMA)
        rows = plan.delivery.size // (_BYTES_A_CELL * max(len(plan.names), 1)) + 1
        self.keys = [SeenKeys(columns, rows) for columns in plan.unique_sets]
        # rows that repeat a fingerprint, by key; typed, for the comparison of the texts
        self.suspects = [
            PartWriter(self.folder, f"suspects-{i}", {}, briefly=True)
            for i in range(len(self.keys))
        ]
        self.sums = {name: [0, 0] for name in plan.measures}
        self.totals = TotalsCheck(plan) if looks_for_totals(plan) else None
        self._note_header()

    def _note_header(self) -> None:
        delivery = self.plan.delivery
        entries: list[tuple[str, str | None, str]] = [
            (name, None, "missing_column") for name in self.plan.absent
        ]
        entries += [(name, text, "duplicate_header") for name, text in delivery.repeated]
        if not entries:
            return
        found = pl.DataFrame(
            [(delivery.header_row, delivery.header_line, *entry, "error") for entry in entries],
            schema=FAULT_SCHEMA, orient="row",
        )  # fmt: skip
        self.faults.add(found)
        self.counts += counted([found])

    # -------------------------------------------------------------- one block

    def take(self, block: Examined) -> None:
        """Take the next block of the file.

        Raises
        ------
        DeliveryError
            If over half of the first rows do not have the columns of the header.
        """
        judged_before = self.delivered >= _JUDGED_ROWS
        self.delivered += block.delivered
        self.rejected += block.rejected
        self.skipped += block.skipped.reasons
        self.misshapen += block.misshapen
        self.counts += block.counts
        if not judged_before and self.delivered >= _JUDGED_ROWS:
            judge_layout(self.plan, self.delivered, self.misshapen, self.counts)
        accepted = block.accepted
        faults, quarantine = [block.faults], [block.quarantine]
        for index, key in enumerate(self.keys):
            late = key.repeated(block.values, accepted)
            if late is not None:
                suspects = block.values.filter(late)
                self.suspects[index].add(suspects)
                self._sum(suspects, 1)
                quarantine.append(block.cells.filter(late))
                faults.append(repeated(quarantine[-1], key.columns))
                self.counts += counted(faults[-1:])
                accepted = ~late if accepted is None else accepted & ~late
        if self.totals is not None:
            skipped = block.skipped
            self.totals.take(
                block.values, block.cells, skipped.uncounted, block.lost_rows, skipped.totals
            )
        values = self._kept(block.values)
        self._accept(values if accepted is None else values.filter(accepted))
        self.faults.add(in_order(faults))
        self.quarantine.add(in_order(quarantine))
        self._sum(block.refused_values, 1)

    def _compare_totals(self) -> None:
        """Add the faults of printed totals that are not what their rows add up to."""
        differing = self.totals.finish() if self.totals is not None else []
        entries = [(f.row, f.line, f.column, f.text, PRINTED_TOTAL, "warning") for f in differing]
        if entries:
            found = pl.DataFrame(entries, schema=FAULT_SCHEMA, orient="row")
            self.faults.add(found)
            self.counts += counted([found])

    def _kept(self, values: pl.DataFrame) -> pl.DataFrame:
        """Return the columns that are needed of accepted rows."""
        if self.parts:
            return values
        wanted = {"_row", *self.plan.measures, self.plan.delivery.schema.period_column}
        wanted.update(*self.plan.unique_sets)
        return values.select(name for name in values.columns if name in wanted)

    def _accept(self, values: pl.DataFrame) -> None:
        if self.parts:
            self.accepted.add(self._canonical(values))
        else:
            names = [name for key in self.keys for name in key.columns] or ["_row"]
            self.accepted.add(values.select(list(dict.fromkeys(names))))
        self._sum(values, 0)
        column = self.plan.delivery.schema.period_column
        if column and column in values.columns:
            days = values.get_column(column)
            if days.dtype == INSTANT:
                days = to_local(days, self.plan.delivery.schema.timezone).dt.date()
            if days.dtype == pl.Date:
                counted = days.drop_nulls().alias("day").value_counts()
                self.days.update(dict(counted.iter_rows()))

    def _sum(self, values: pl.DataFrame, place: int, sign: int = 1) -> None:
        for name in self.plan.measures:
            total = values.get_column(name).sum() if values.height else None
            if total is not None:
                self.sums[name][place] = self.sums[name][place] + sign * total  # type: ignore[operator]  # one column has one kind of number

    def _canonical(self, values: pl.DataFrame) -> pl.DataFrame:
        """Give rows the columns of the canonical table."""
        vendor = self.plan.delivery.agreement.vendor
        own = self.plan.delivery.schema.column_names
        days = self.plan.days
        zone = self.plan.delivery.schema.timezone
        made: list[Any] = []
        for name, dtype in self.plan.accepted_schema.items():
            if name in values.columns:
                made.append(values.get_column(name).cast(dtype))
            elif name in days:
                made.append(to_local(values.get_column(days[name]), zone).dt.date().alias(name))
            elif name == "vendor" and name not in own:
                made.append(
                    pl.repeat(vendor, values.height, dtype=pl.String, eager=True).alias(name)
                )
            else:
                made.append(pl.repeat(None, values.height, dtype=dtype, eager=True).alias(name))
        return pl.DataFrame(made)

    # -------------------------------------------------------------- the end

    def finish(self) -> ValidationReport:
        """Compare the texts of repeated keys, add up and return the report."""
        if _LEAST_ROWS <= self.delivered < _JUDGED_ROWS:
            judge_layout(self.plan, self.delivered, self.misshapen, self.counts)
        self._compare_totals()
        self.accepted.flush()
        for index, suspects in enumerate(self.suspects):
            suspects.flush()
            if suspects.files:
                self._clear_suspects(index)
            for path in suspects.files:
                path.unlink()
        if not self.parts:
            self.accepted.discard()
        for writer in (self.accepted, self.quarantine, self.faults):
            writer.flush()
        above = self.plan.delivery.rows_before
        rows = RowCounts(
            delivered=self.delivered + above, accepted=self.accepted.rows,
            quarantined=self.quarantine.rows, rejected=self.rejected,
            skipped=self.skipped.total() + above,
        )  # fmt: skip
        if rows.accepted + rows.quarantined + rows.rejected + rows.skipped != rows.delivered:
            raise RuntimeError(
                f"the receipt of {self.plan.delivery.path.name} does not add up: {rows}"
            )
        period, notes = period_of_rows(self.plan.delivery, self.days)
        return ValidationReport(
            delivery=self.plan.delivery, rows=rows,
            sums={name: Sums(*pair) for name, pair in self.sums.items()},
            counts=dict(sorted(self.counts.items(), key=lambda entry: (-entry[1], entry[0]))),
            notes=(
                *self.plan.delivery.notes, *told(self.plan, self.skipped, self.totals), *notes
            ),
            period=period,
            totals=self.totals.found if self.totals else (),
            readings=self.plan.readings.messages,
            accepted_files=tuple(self.accepted.files),
            quarantine_files=tuple(self.quarantine.files),
            fault_files=tuple(self.faults.files), folder=self.folder,
            columns_delivered=tuple(name for name in self.plan.delivery.columns if name),
        )  # fmt: skip

    def _clear_suspects(self, index: int) -> None:
        """Give back rows whose fingerprint repeats but whose key does not."""
        suspects = self.suspects[index].files
        if not self.accepted.files:
            return
        rows = wrongly_suspected(self.accepted.files, suspects, self.keys[index].columns)
        if not rows:
            return
        chosen = pl.Series(rows, dtype=pl.Int64).implode()
        values = pl.concat([read_part(p).filter(pl.col("_row").is_in(chosen)) for p in suspects])
        self.quarantine.drop(pl.col("_row").is_in(chosen), len(rows))
        self.faults.drop(pl.col("_row").is_in(chosen) & (pl.col("rule") == "unique"), len(rows))
        self.counts["unique"] -= len(rows)
        self.counts += Counter()  # a rule without faults is not listed
        self._sum(values, 1, -1)
        self._accept(values)
        self.accepted.flush()
