"""The audit as an object in a notebook."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pandas as pd

from vendoreval.auditing.result import AuditResult, EvidenceFile, Finding, VendorResult
from vendoreval.errors import VendorevalError
from vendoreval.report.brand import PLAIN, Brand
from vendoreval.report.document import LanguageCode, document, write_json
from vendoreval.report.masking import evidence_file
from vendoreval.report.models import AuditDocument
from vendoreval.report.plots import Plots
from vendoreval.report.render import render_html, render_notebook, render_pdf
from vendoreval.text import LANGUAGES, Language, language

_FINDING_COLUMNS = [
    "id", "vendor", "check", "tier", "severity", "title", "money_low", "money", "money_high",
    "agent_id", "observed", "expected", "unit", "n", "p_value", "e_value", "evidence_grade",
]  # fmt: skip
# what a result made by hand can cause: a wrong type, a missing name, a lost template
_UNFIT = (
    ValueError, TypeError, AttributeError, ArithmeticError, LookupError, OSError, VendorevalError,
)  # fmt: skip
RowReader = Callable[[Finding], pd.DataFrame]


@dataclass(frozen=True, repr=False)
class Frame:
    """A table of the audit: one line as text, a DataFrame on request."""

    name: str
    table: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return a copy as a DataFrame."""
        return self.table.copy()

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"<{self.name}: {len(self.table)} rows>"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, max_rows=60, border=0))


@dataclass(frozen=True, repr=False)
class FindingView:
    """One finding with the rows behind it."""

    finding: Finding
    speak: Language
    read: RowReader | None

    @property
    def id(self) -> str:
        """Its number in the audit."""
        return self.finding.id

    @property
    def title(self) -> str:
        """Its sentence."""
        return self.speak.say(self.finding.evidence.title)

    @property
    def rows(self) -> Frame:
        """The rows behind it, unmasked, straight from the ledger."""
        return Frame(f"rows of {self.id}", _rows(self.read, self.finding))

    def __repr__(self) -> str:
        return f"<{self.id} {self.finding.tier}: {self.title}>"


@dataclass(frozen=True, repr=False)
class Findings:
    """All findings: iterate, take one by its id, or turn into a DataFrame."""

    items: tuple[FindingView, ...]

    def __iter__(self) -> Iterator[FindingView]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, key: str | int) -> FindingView:
        if isinstance(key, int):
            return self.items[key]
        for item in self.items:
            if item.id == key:
                return item
        raise KeyError(key)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each finding."""
        rows = [_finding_row(item) for item in self.items]
        return pd.DataFrame(rows, columns=_FINDING_COLUMNS)

    def __repr__(self) -> str:
        return f"<{len(self)} findings: {', '.join(item.id for item in self.items) or 'none'}>"

    def _repr_html_(self) -> str:
        return str(self.to_frame().iloc[:, :9].to_html(index=False, border=0))


class AuditReport:
    """An audit of one period: shows page one in a notebook, writes JSON, HTML and PDF.

    Parameters
    ----------
    result
        What the audit found.
    rows
        Gives the rows behind a finding; without it they cannot be shown.
    language
        Language of the notebook view and the default of the outputs.
    brand
        The client's look, from `load_brand`.

    Examples
    --------
    >>> audit.findings.to_frame()        # doctest: +SKIP
    >>> audit["F-01"].rows.to_frame()    # doctest: +SKIP
    >>> audit.to_pdf("audit.pdf", language="ru")    # doctest: +SKIP
    """

    def __init__(
        self,
        result: AuditResult,
        rows: RowReader | None = None,
        language: str = "en",
        brand: Brand = PLAIN,
    ) -> None:
        self._result, self._rows, self._language = result, rows, language_code(language)
        self._brand = brand

    # -------------------------------------------------------------- content

    @property
    def result(self) -> AuditResult:
        """The judged evidence as values."""
        return self._result

    @property
    def language(self) -> str:
        """Language of the views and the default of the outputs."""
        return self._language

    @property
    def findings(self) -> Findings:
        """All findings."""
        speak = language(self._language)
        return Findings(tuple(FindingView(f, speak, self._rows) for f in self._result.findings))

    @property
    def not_run(self) -> Frame:
        """What could not be asked, and what to demand."""
        say = language(self._language).say
        rows = [(r.check, r.vendor, say(r.reason), say(r.demand)) for r in self._result.not_run]
        return Frame("not run", pd.DataFrame(rows, columns=["check", "vendor", "reason", "demand"]))

    @property
    def checks(self) -> Frame:
        """How every check ended for every vendor."""
        say = language(self._language).say
        rows = [
            (row.check, vendor.vendor, row.state, say(row.reason), row.n, row.p_value)
            for vendor in self._result.vendors
            for row in vendor.checks
        ]
        names = ["check", "vendor", "state", "reason", "n", "p_value"]
        return Frame("checks", pd.DataFrame(rows, columns=names))

    @property
    def vendors(self) -> Frame:
        """Verdict, decision, money and measures of every vendor."""
        rows = [_vendor_row(vendor) for vendor in self._result.vendors]
        return Frame("vendors", pd.DataFrame(rows))

    @property
    def plot(self) -> Plots:
        """The charts of the report as matplotlib figures."""

        def rows(check: str) -> pd.DataFrame:
            tables = [
                table for finding in self._result.findings if finding.evidence.check == check
                and not (table := self.rows_of(finding)).empty
            ]  # fmt: skip
            return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

        return Plots(self.document(), rows)

    def __getitem__(self, finding: str) -> FindingView:
        return self.findings[finding]

    def rows_of(self, finding: Finding) -> pd.DataFrame:
        """Return the rows behind a finding as the ledger holds them; empty when there are none."""
        return _rows(self._rows, finding)

    def with_result(self, result: AuditResult) -> AuditReport:
        """Return the same report of another result."""
        return AuditReport(result, self._rows, self._language, self._brand)

    def branded(self, brand: Brand) -> AuditReport:
        """Return the same report in a client's look."""
        return AuditReport(self._result, self._rows, self._language, brand)

    def document(self, language: str | None = None) -> AuditDocument:
        """Return the audit as the document that is written and printed."""
        return document(self._result, language_code(language or self._language))

    # -------------------------------------------------------------- outputs

    def to_json(self, path: str | Path | None = None, language: str | None = None) -> str:
        """Return `audit.json` as text, and write it when a path is given."""
        written = self.document(language)
        if path is not None:
            write_json(written, Path(path))
        return written.model_dump_json(indent=2)

    def to_html(self, path: str | Path, language: str | None = None) -> Path:
        """Write one self-contained HTML page."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(render_html(self.document(language), brand=self._brand), encoding="utf-8")
        return target

    def to_pdf(self, path: str | Path, language: str | None = None) -> Path:
        """Write the PDF with `audit.json` and the evidence inside.

        Evidence files that lie beside `path` are taken as they are; others are made
        from the ledger.
        """
        target = Path(path)
        result, evidence = self._with_evidence(target.parent)
        written = document(result, language_code(language or self._language))
        return render_pdf(written, target, evidence=evidence, brand=self._brand)

    def _with_evidence(self, folder: Path) -> tuple[AuditResult, Mapping[str, bytes]]:
        contents: dict[str, bytes] = {}
        findings: list[Finding] = []
        for finding in self._result.findings:
            content = _file_beside(folder, finding.rows)
            if content is None and self._rows is not None:
                table = self._rows(finding)
                if not table.empty:
                    name = f"evidence/{finding.id}.csv"
                    content, file = evidence_file(table, name)
                    finding = replace(finding, rows=file)  # noqa: PLW2901 - the same, with its file
            if content is not None and finding.rows is not None:
                contents[finding.rows.name] = content
            findings.append(finding)
        return replace(self._result, findings=tuple(findings)), contents

    # ---------------------------------------------------------------- views

    def __repr__(self) -> str:
        count = len(self._result.findings)
        title = language(self._language).say(self._result.title)
        return f"<Audit {self._result.period}: {count} findings; {title}>"

    def _repr_html_(self) -> str:
        """Show page one; a view must never break the notebook it stands in."""
        try:
            return render_notebook(self.document())
        except _UNFIT as error:
            name = f"<Audit {self._result.period}> {type(error).__name__}: {error}"
            return f"<p>{html.escape(name)}</p>"


def _finding_row(item: FindingView) -> tuple[object, ...]:
    finding, evidence = item.finding, item.finding.evidence
    money = evidence.money
    amounts = (money.low, money.point, money.high) if money else (None, None, None)
    return (
        finding.id, evidence.vendor, evidence.check, finding.tier, finding.severity, item.title,
        *amounts, evidence.agent_id, evidence.observed, evidence.expected, evidence.unit,
        evidence.n, evidence.p_value, evidence.e_value, evidence.grade,
    )  # fmt: skip


def _rows(read: RowReader | None, finding: Finding) -> pd.DataFrame:
    return pd.DataFrame() if read is None else read(finding)


def _file_beside(folder: Path, rows: EvidenceFile | None) -> bytes | None:
    """Return an evidence file that lies beside the PDF when it is still the one audited."""
    if rows is None:
        return None
    path = folder / rows.name
    if not path.is_file():
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == rows.sha256 else None


def _vendor_row(vendor: VendorResult) -> dict[str, object]:
    row: dict[str, object] = {
        "vendor": vendor.vendor, "title": vendor.title, "verdict": vendor.verdict,
        "decision": vendor.decision, "position": vendor.position, "billed": vendor.money.billed,
        "provable": vendor.money.provable, "at_risk_low": vendor.money.at_risk_low,
        "at_risk": vendor.money.at_risk, "at_risk_high": vendor.money.at_risk_high,
    }  # fmt: skip
    return row | {name: measure.value for name, measure in vendor.measures.items()}


def language_code(text: str) -> LanguageCode:
    """Return a language the product speaks.

    Raises
    ------
    ValueError
        If it speaks no such language.
    """
    if text not in LANGUAGES:
        raise ValueError(f"language {text!r} is not one of {', '.join(LANGUAGES)}")
    return cast(LanguageCode, text)


__all__ = ["AuditReport", "FindingView", "Findings", "Frame"]
