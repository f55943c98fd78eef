"""How long the annex of an agreement takes, as PDF and DOCX, in one language and in two.

Run as ``python benchmarks/report/annex.py``. The agreement holds five standard reports with a
rate card of three lines. Wall clock and processor time, medians of three runs, after a first
one that is shown too. A PDF is drawn by a process of its own, which loads WeasyPrint each time.
"""

from __future__ import annotations

import platform
import resource
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from pypdf import PdfReader

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.report.annex_files import ANNEX_LANGUAGES, agreement_annex

RUNS = 3
REPORTS = ("calls", "agent_days", "sales", "funnel", "invoice_lines")
CARD = [
    {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "vat_rate": "0.20",
     "valid_from": "2026-01-01", "first_increment_seconds": 60, "next_increment_seconds": 60},
    {"unit": "agent_hour", "price": "650.00", "currency": "RUB", "valid_from": "2026-01-01"},
    {"unit": "sale", "price": "900.00", "currency": "RUB", "valid_from": "2026-01-01",
     "clawback": {"days": 30, "share": "1"}},
]  # fmt: skip
PARTIES = {"number": "1", "parties": ["Buyer", "Alpha"], "effectiveFrom": "2026-01-01"}


def made(reports: tuple[str, ...]) -> Agreement:
    """Return an agreement on reports of the library."""
    text = compose("alpha", reports, rate_card=CARD, parties=PARTIES)
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


def timed(agreement: Agreement, path: Path, language: str) -> tuple[float, float]:
    """Return wall clock and processor seconds of one drawing."""
    wall, work = time.perf_counter(), processor()
    agreement_annex(agreement, path, language=language)
    return time.perf_counter() - wall, processor() - work


def processor() -> float:
    """Return processor seconds of this process and of those it has started."""
    own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in own)


def main() -> None:
    """Draw every case and print a line for each."""
    print(f"{platform.machine()}, Python {platform.python_version()}, "
          f"WeasyPrint {version('weasyprint')}, python-docx {version('python-docx')}")  # fmt: skip
    cases = {"1 report": made(("calls",)), "5 reports": made(REPORTS)}
    with tempfile.TemporaryDirectory() as folder:
        first = timed(cases["1 report"], Path(folder, "first.pdf"), "ru")
        print(f"first PDF of a process: {first[0]:.2f} s, processor {first[1]:.2f} s")
        for name, agreement in cases.items():
            for suffix in (".pdf", ".docx"):
                for language in ANNEX_LANGUAGES:
                    path = Path(folder, f"annex{suffix}")
                    runs = [timed(agreement, path, language) for _ in range(RUNS)]
                    wall, work = (statistics.median(times) for times in zip(*runs, strict=True))
                    pages = f", {len(PdfReader(path).pages)} pages" if suffix == ".pdf" else ""
                    print(f"{name}, {suffix[1:]}, {language}: {wall:.2f} s, "
                          f"processor {work:.2f} s{pages}")  # fmt: skip


if __name__ == "__main__":
    main()
