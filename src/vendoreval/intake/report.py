"""What a validation came to: counts, sums, faults and the files of rows."""

from __future__ import annotations

import html
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from vendoreval.intake.delivery import Delivery
from vendoreval.intake.fault_messages import visible
from vendoreval.intake.faults import Fault, Faults
from vendoreval.period import Period
from vendoreval.text import N_, Language, Message, language

_JSON_PER_RULE = 100
_HTML_PER_RULE = 3
_HTML_ROWS = 20
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

    @property
    def faults(self) -> Faults:
        """The faults, in the order of the file."""
        delivery = self.delivery
        return Faults(delivery.path.name, delivery.schema, self.fault_files, self.counts)

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
        name = self.delivery.path.name
        return f"ValidationReport({name}: {rows.delivered:,} rows = {' + '.join(parts)})"

    def to_json(self, language_code: str = "en") -> dict[str, Any]:
        """Return the report as the command prints it; personal values are masked."""
        speak = language(language_code).say
        delivery = self.delivery
        return {
            "file": delivery.path.name,
            "sha256": delivery.sha256,
            "vendor": delivery.agreement.vendor,
            "report": delivery.schema.name,
            "period": str(self.period) if self.period else None,
            "encoding": delivery.encoding,
            "delimiter": delivery.delimiter,
            "sheet": None,
            "header_row": delivery.header_row,
            "readings": [],
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
            "faults": [
                {
                    "row": f.row, "line": f.line, "column": f.column, "value": f.value,
                    "rule": f.rule, "severity": f.severity, "message": speak(f.message),
                }
                for f in self.faults.masked(_JSON_PER_RULE)
            ],
            "notes": [speak(note) for note in self.notes],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return self.to_html("en")

    def to_html(self, language_code: str = "en") -> str:
        """Return a small table for a notebook: no scripts, personal values masked."""
        speak = language(language_code)
        title = html.escape(
            f"{self.delivery.path.name}: {self.delivery.agreement.vendor}, "
            f"{self.delivery.schema.name}"
        )
        return (
            f"<div><p><b>{title}</b></p>{_receipt(self.rows, speak)}"
            f"{_counts(self.counts, speak)}{self._first_faults(speak)}{self._notes(speak)}</div>"
        )

    def _first_faults(self, speak: Language) -> str:
        first = self.faults.masked(_HTML_PER_RULE)[:_HTML_ROWS]
        if not first:
            return ""
        heads = [N_("row"), N_("column"), N_("value"), N_("what is wrong")]
        head = "".join(f"<th>{html.escape(speak.translate(name))}</th>" for name in heads)
        return f"<table><tr>{head}</tr>{''.join(_fault_row(f, speak) for f in first)}</table>"

    def _notes(self, speak: Language) -> str:
        items = "".join(f"<li>{html.escape(speak.say(note))}</li>" for note in self.notes)
        return f"<ul>{items}</ul>" if items else ""


def _plain(value: Number) -> int | float | str:
    # a decimal as text: a JSON number would come back as a float
    return f"{value:f}" if isinstance(value, Decimal) else value


def _receipt(rows: RowCounts, speak: Language) -> str:
    names = [
        (N_("delivered"), rows.delivered), (N_("accepted"), rows.accepted),
        (N_("quarantined"), rows.quarantined), (N_("rejected"), rows.rejected),
        (N_("skipped"), rows.skipped),
    ]  # fmt: skip
    return _table([(speak.translate(name), speak.number(count)) for name, count in names])


def _counts(counts: Mapping[str, int], speak: Language) -> str:
    return _table([(rule, speak.number(count)) for rule, count in counts.items()])


def _table(pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    head = "".join(f"<th>{html.escape(name)}</th>" for name, _ in pairs)
    body = "".join(f"<td>{html.escape(value)}</td>" for _, value in pairs)
    return f"<table><tr>{head}</tr><tr>{body}</tr></table>"


def _fault_row(fault: Fault, speak: Language) -> str:
    cells = (
        str(fault.row),
        fault.column or "",
        visible(fault.value or ""),
        speak.say(fault.message),
    )
    return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
