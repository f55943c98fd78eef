"""An agreement drafted from the sheets a vendor already sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.assemble import assemble
from vendoreval.agreement.lint import lint_text
from vendoreval.agreement.new import vendor_problems, zone_problems
from vendoreval.agreement.write import write_agreement
from vendoreval.drafting.arguments import (
    parse_codes,
    report_problems,
    stop_at_doubles,
    stop_at_unknown_codes,
    stop_at_unknown_columns,
    stop_at_unknown_headers,
)
from vendoreval.drafting.codes import OpenCode
from vendoreval.drafting.report_draft import Offered, ReportDraft, draft_report, open_codes
from vendoreval.drafting.sheet import open_sheet
from vendoreval.drafting.trial import Trial, try_out
from vendoreval.drafting.words import Part, draft_lines
from vendoreval.errors import AgreementError
from vendoreval.text import Message, language


@dataclass(frozen=True, repr=False)
class DraftAgreement:
    """An agreement made of what a vendor sends, and what is left to settle in it.

    Parameters
    ----------
    vendor
        Short name.
    text
        The agreement, ODCS v3.2.
    reports
        One for each sheet: what was matched, offered, refused and missing.
    trials
        What each sheet came to under the agreement.
    let_out
        For each sheet, what was too tight for it and was left out.
    zone_open
        Whether nobody said by which clock the times are.
    """

    vendor: str
    text: str
    reports: tuple[ReportDraft, ...]
    trials: tuple[Trial, ...]
    let_out: tuple[tuple[Message, ...], ...] = ()
    zone_open: bool = False

    @property
    def agreement(self) -> Agreement:
        """The agreement, loaded."""
        name = f"{self.vendor}.odcs.yaml"
        return agreement_from_bytes(self.text.encode(), self.vendor, name)

    @property
    def offers(self) -> tuple[Offered, ...]:
        """Headers that may name a column of a standard report, and were not taken."""
        return tuple(offer for report in self.reports for offer in report.offers)

    @property
    def open_codes(self) -> tuple[OpenCode, ...]:
        """Spellings that the library does not know."""
        return tuple(code for report in self.reports for code in open_codes(report))

    @property
    def left_to_settle(self) -> tuple[Message, ...]:
        """Everything that only a person can decide, as sentences."""
        return tuple(question for part in self._parts() for question in part.questions)

    def _parts(self) -> list[Part]:
        return draft_lines(self.reports, self.trials, self.let_out, zone_open=self.zone_open)

    def save(self, path: str | Path) -> Path:
        """Write the agreement to a new file.

        Raises
        ------
        AgreementError
            If the file is there already or cannot be written.
        """
        return write_agreement(self.text, path)

    def describe(self, language_code: str = "en") -> str:
        """Return what was found, guessed and left open, as the command prints it."""
        speak = language(language_code).say
        return "\n".join(
            line for part in self._parts() for line in part.lines(speak)
        )  # fmt: skip

    def to_frame(self, language_code: str = "en") -> pd.DataFrame:
        """Return one row for each column of the sheets."""
        return pd.DataFrame(list(self._columns(language_code)))

    def to_json(self, language_code: str = "en") -> dict[str, Any]:
        """Return the draft as the command prints it with ``--json``."""
        speak = language(language_code).say
        return {
            "vendor": self.vendor,
            "reports": [
                {
                    "file": report.path.name, "sheet": report.sheet.sheet,
                    "header_row": report.sheet.delivery.header_row, "report": report.report,
                    "standard": report.standard,
                    "columns": list(self._columns(language_code, report)),
                    "offers": [
                        {"header": o.header, "column": o.column,
                         "likeness": round(o.likeness, 2), "doubtful": o.doubtful}
                        for o in report.offers
                    ],
                    "missing": list(report.missing),
                    "open_codes": [
                        {"column": c.column, "spelling": c.spelling, "cells": c.cells,
                         "likely": c.likely or None, "taken_as": c.taken_as or None}
                        for c in open_codes(report)
                    ],
                    "preset": report.preset[0] if report.preset else None,
                    "rows": {"delivered": trial.delivered, "accepted": trial.accepted,
                             "skipped": trial.skipped},
                    "counts": dict(trial.counts),
                }
                for report, trial in zip(self.reports, self.trials, strict=True)
            ],
            "left_to_settle": [speak(question) for question in self.left_to_settle],
            "agreement": self.text,
        }  # fmt: skip

    def _columns(self, code: str, only: ReportDraft | None = None) -> Iterator[dict[str, Any]]:
        speak = language(code).say
        for report in self.reports:
            if only is not None and report is not only:
                continue
            for column in report.columns:
                yield {
                    "report": report.report, "header": column.header, "column": column.name,
                    "how": column.how, "type": column.entry["logicalType"],
                    "cells": column.found.filled,
                    "written": "; ".join(speak(told) for told in column.told),
                }  # fmt: skip

    def __repr__(self) -> str:
        names = ", ".join(report.report for report in self.reports)
        return f"DraftAgreement({self.vendor}: {names}, {len(self.left_to_settle)} left to settle)"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.describe())}</pre>"


def import_agreement(
    files: str | Path | Sequence[str | Path],
    vendor: str = "vendor",
    *,
    report: str | None = None,
    timezone: str | None = None,
    take: Mapping[str, str] | None = None,
    codes: Mapping[str, Mapping[str, str]] | Sequence[str] = (),
) -> DraftAgreement:
    """Start an agreement from sheets that a vendor already sends.

    Headers that the library knows are taken, also in another spelling (case, underscores,
    a unit at the end). What is only like a known header is offered and not taken. Types,
    ways of writing and date patterns come from the cells. The draft is then tried on the
    same sheets; what more than one row in a hundred breaks is let out and told.

    Parameters
    ----------
    files
        One sheet for each report: CSV, XLSX and whatever else deliveries come as.
    vendor
        Short name.
    report
        Which standard report it is, when the headers do not tell; for one file only.
    timezone
        Of the local times, an IANA name.
    take
        Header -> column, for headers that were offered; an empty column leaves it own.
    codes
        Column -> spelling -> code, or texts such as ``disposition:No answer=no_answer``.

    Returns
    -------
    DraftAgreement

    Raises
    ------
    DeliveryError
        If a file cannot be read at all.
    AgreementError
        If an argument names what is not there.

    Examples
    --------
    >>> draft = import_agreement("inbox/alpha/calls_2026-10.xlsx", "alpha")  # doctest: +SKIP
    >>> print(draft.describe("ru"))  # doctest: +SKIP
    """
    paths = [Path(name) for name in ([files] if isinstance(files, str | Path) else files)]
    settled = parse_codes(codes) if not isinstance(codes, Mapping) else codes
    problems = [*vendor_problems(vendor), *(zone_problems(timezone) if timezone else ())]
    problems += report_problems(report, paths)
    if problems:
        raise AgreementError(problems)
    sheets = [open_sheet(path) for path in paths]
    try:
        stop_at_unknown_headers(sheets, take or {})
        drafts = [
            draft_report(sheet, report=report, timezone=timezone or "UTC", take=take or {},
                         codes=settled)
            for sheet in sheets
        ]  # fmt: skip
    finally:
        for sheet in sheets:
            sheet.discard()
    stop_at_doubles(drafts)
    stop_at_unknown_columns(drafts, take or {})
    stop_at_unknown_codes(drafts, settled)
    return _Draft(vendor, drafts, timezone).tried()


@dataclass
class _Draft:
    vendor: str
    reports: list[ReportDraft]
    timezone: str | None
    let_out: list[tuple[Message, ...]] = field(default_factory=list)

    def text(self) -> str:
        return assemble(
            self.vendor, [r.value for r in self.reports],
            [level for r in self.reports for level in r.levels],
            timezone=self.timezone or "UTC", status="draft",
        )  # fmt: skip

    def load(self) -> Agreement:
        return agreement_from_bytes(self.text().encode(), self.vendor, f"{self.vendor}.odcs.yaml")

    def tried(self) -> DraftAgreement:
        trials = []
        for report in self.reports:
            trial, let_out = try_out(report.path, self.load, report.value)
            trials.append(trial)
            self.let_out.append(tuple(let_out))
        text = self.text()
        problems = lint_text(text, f"{self.vendor}.odcs.yaml")
        if problems:
            raise AgreementError(problems)
        return DraftAgreement(
            self.vendor, text, tuple(self.reports), tuple(trials), tuple(self.let_out),
            self.timezone is None and any(map(_has_clock, self.reports)),
        )  # fmt: skip


def _has_clock(report: ReportDraft) -> bool:
    return any(
        column["logicalType"] == "timestamp"
        and not column.get("logicalTypeOptions", {}).get("timezone")
        for column in report.value["properties"]
    )
