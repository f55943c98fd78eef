"""What a validation came to: counts, sums, faults and the files of rows."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from vendoreval.intake.delivery import Delivery
from vendoreval.intake.faults import Faults
from vendoreval.intake.plan import make_plan
from vendoreval.intake.printed_totals import PrintedTotal
from vendoreval.intake.report_facts import file_name
from vendoreval.intake.report_files import write_parts
from vendoreval.intake.report_html import report_html, report_page
from vendoreval.intake.report_text import report_text
from vendoreval.intake.returned_letter import letter
from vendoreval.intake.returned_workbook import MOST_FAULTS, MOST_ROWS, write_workbook
from vendoreval.period import Period
from vendoreval.text import Count, Message, language, msg

_JSON_PER_RULE = 100
Number = int | float | Decimal


@dataclass(frozen=True)
class RowCounts:
    """The receipt: accepted + quarantined + rejected + skipped = delivered."""

    delivered: int
    accepted: int
    quarantined: int
    rejected: int
    skipped: int


@dataclass(frozen=True)
class Sums:
    """Sums of one measure; of quarantined rows, what could be read."""

    accepted: Number
    quarantined: Number


@dataclass(frozen=True, repr=False)
class ValidationReport:
    """The outcome of `validate`.

    Parameters
    ----------
    counts
        Rule -> faults, all of them.
    period
        From the file's name, else the one that holds most accepted rows.
    accepted_files, quarantine_files, fault_files
        Parquet parts in `folder`; `discard` removes them.
    columns_delivered
        Canonical names of the columns the file has.
    readings
        Which of several possible readings its columns got, and why.
    totals
        The figures of the totals printed in the file, held against their rows.
    """

    delivery: Delivery
    rows: RowCounts
    sums: Mapping[str, Sums]
    counts: Mapping[str, int]
    notes: tuple[Message, ...]
    period: Period | None
    accepted_files: tuple[Path, ...]
    quarantine_files: tuple[Path, ...]
    fault_files: tuple[Path, ...]
    folder: Path
    columns_delivered: tuple[str, ...]
    readings: tuple[Message, ...] = ()
    totals: tuple[PrintedTotal, ...] = ()

    @property
    def faults(self) -> Faults:
        """The faults, in the order of the file."""
        delivery = self.delivery
        return Faults(
            file_name(delivery), delivery.schema, self.fault_files, self.counts, delivery.sheet
        )

    @property
    def ok(self) -> bool:
        """Whether every row was accepted or skipped: warnings and blank rows do not count."""
        rejected = self.rows.rejected - self.counts.get("blank_row", 0)
        missing = self.counts.get("missing_column", 0) + self.counts.get("duplicate_header", 0)
        return self.rows.quarantined == 0 and rejected == 0 and missing == 0

    def discard(self) -> None:
        """Remove the staging folder and the parts in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __repr__(self) -> str:
        rows = self.rows
        parts = [
            f"{count:,} {name}"
            for name, count in (
                ("accepted", rows.accepted), ("quarantined", rows.quarantined),
                ("rejected", rows.rejected), ("skipped", rows.skipped),
            )
            if count or name == "accepted"
        ]  # fmt: skip
        name = file_name(self.delivery)
        return f"ValidationReport({name}: {rows.delivered:,} rows = {' + '.join(parts)})"

    def to_json(self, language_code: str = "en") -> dict[str, Any]:
        """Return the report as the command prints it; personal values are masked."""
        speak = language(language_code).say
        delivery = self.delivery
        return {
            "file": file_name(delivery),
            "sha256": delivery.sha256,
            "vendor": delivery.agreement.vendor,
            "report": delivery.schema.name,
            "period": str(self.period) if self.period else None,
            "encoding": delivery.encoding,
            "delimiter": delivery.written_delimiter or delivery.delimiter,
            "sheet": delivery.sheet,
            "header_row": delivery.header_row,
            "readings": [
                speak(reading) for reading in (*delivery.readings, *self.readings)
            ],
            "rows": {
                "delivered": self.rows.delivered, "accepted": self.rows.accepted,
                "quarantined": self.rows.quarantined, "rejected": self.rows.rejected,
                "skipped": self.rows.skipped,
            },
            "sums": {
                name: {"accepted": _plain(s.accepted), "quarantined": _plain(s.quarantined)}
                for name, s in self.sums.items()
            },
            "counts": dict(self.counts),
            "totals": [
                {
                    "row": t.row, "label": t.label, "column": t.column, "printed": t.text,
                    "added_up": _plain(t.added_up), "state": t.state,
                }
                for t in self.totals
            ],
            "faults": [
                {
                    "row": f.row, "line": f.line, "column": f.column, "value": f.value,
                    "rule": f.rule, "severity": f.severity, "message": speak(f.message),
                }
                for f in self.faults.masked(_JSON_PER_RULE)
            ],
            "notes": [speak(note) for note in (*self.notes, *self._left_out())],
        }  # fmt: skip

    def _left_out(self) -> tuple[Message, ...]:
        """Say so when the JSON does not list every fault."""
        if all(count <= _JSON_PER_RULE for count in self.counts.values()):
            return ()
        return (
            msg("of each rule the first %(n)s faults are listed here, counts are complete; "
                "--faults FILE writes every fault", n=Count(_JSON_PER_RULE)),
        )  # fmt: skip

    def to_text(self, language: str | None = None, width: int = 100) -> str:
        """Return what the command prints: counts, first faults with their cure, the receipt.

        Personal values are hidden, for screens and logs are read by others.

        Parameters
        ----------
        language
            `en` or `ru`; the agreement's, else English, when not given.
        width
            Letters in a line, from 60 to 110.

        Examples
        --------
        >>> print(report.to_text("ru"))  # doctest: +SKIP
        """
        return report_text(self, self._spoken(language), width)

    def _spoken(self, language: str | None) -> str:
        return language or self.delivery.agreement.language or "en"

    def write_accepted(self, path: str | Path) -> Path:
        """Write the accepted rows as one Parquet file: typed, canonical names, `_row`.

        Raises
        ------
        LedgerError
            If the disk refuses.

        Examples
        --------
        >>> report.write_accepted("accepted.parquet")  # doctest: +SKIP
        """
        schema = make_plan(self.delivery, None).accepted_schema
        return write_parts(self.accepted_files, schema, Path(path))

    def write_quarantine(self, path: str | Path) -> Path:
        """Write the rows set aside as one Parquet file: every cell the text that was sent.

        Raises
        ------
        LedgerError
            If the disk refuses.

        Examples
        --------
        >>> report.write_quarantine("quarantine.parquet")  # doctest: +SKIP
        """
        schema = make_plan(self.delivery, None).quarantine_schema
        return write_parts(self.quarantine_files, schema, Path(path))

    def return_to_vendor(
        self,
        path: str | Path,
        language: str | None = None,
        *,
        most_rows: int = MOST_ROWS,
        most_faults: int = MOST_FAULTS,
    ) -> Path:
        """Write the vendor's own file as a workbook with every fault coloured and explained.

        Row n of the file is row n of the second sheet, every value as the text that was
        sent; values of personal columns stay, for it is the vendor's own file. The first
        sheet holds the receipt and the rules, the third the list of faults. Memory does
        not grow with the file.

        Parameters
        ----------
        path
            A new file that ends in .xlsx; its folder is made.
        language
            `en` or `ru`; the agreement's, else English, when not given.
        most_rows
            Of a longer file only faulty rows and their neighbours are shown, with their
            row numbers in the first column.
        most_faults
            Of a longer list the rest stands in a CSV beside the workbook.

        Returns
        -------
        Path

        Raises
        ------
        AgreementError
            If the name does not end in .xlsx or is that of the delivered file.
        LedgerError
            If the disk refuses.

        Examples
        --------
        >>> report.return_to_vendor("returns/calls_202610.xlsx", "ru")  # doctest: +SKIP
        """
        return write_workbook(self, Path(path), self._spoken(language), most_rows, most_faults)

    def letter(self, language: str | None = None) -> str:
        """Return the text of the e-mail that goes with the workbook, its subject first.

        Values of personal columns are hidden, for mail travels openly.

        Examples
        --------
        >>> print(report.letter("ru"))  # doctest: +SKIP
        """
        return letter(self, self._spoken(language))

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self, language: str | None = None) -> str:
        """Return a view for a notebook: no scripts, personal values hidden, light and dark."""
        return report_html(self, self._spoken(language))

    def to_page(self, language: str | None = None) -> str:
        """Return the same as a page of its own, which may load nothing and run nothing."""
        return report_page(self, self._spoken(language))


def _plain(value: Number) -> int | float | str:
    # a decimal as text: a JSON number would come back as a float
    return f"{value:f}" if isinstance(value, Decimal) else value
