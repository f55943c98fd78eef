"""What drawing the report costs: time, memory, pages and bytes, each in a process of its own.

Run as ``python benchmarks/report/render_report.py [rounds]``; three rounds when not given.
The small demo is written and audited once; its five vendors are repeated under other names
to make twelve. Printed for each case: the median of wall time without the import of the library,
of processor time with it (user and system, both processes: the honest figure on a shared
machine) and of the peak memory of each process, pages, and bytes with and without
attachments.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from vendoreval.auditing.result import AuditResult
from vendoreval.audits import write_all_evidence
from vendoreval.report import AuditReport
from vendoreval.simulation import write_demo
from vendoreval.workspace import Workspace

ROUNDS = 3
CASES = ("5 vendors", "12 vendors", "page one and findings of 5 vendors", "HTML of 12 vendors")


def many(result: AuditResult, count: int) -> AuditResult:
    """Return an audit with so many vendors, made of those there are under other names."""
    vendors, findings = list(result.vendors), list(result.findings)
    given = list(result.vendors)
    while len(vendors) < count:
        own = given[len(vendors) % len(given)]
        name = f"{own.vendor}{len(vendors)}"
        vendors.append(replace(own, vendor=name, title=f"{own.title} {len(vendors)}"))
        for finding in result.findings:
            if finding.evidence.vendor == own.vendor:
                evidence = replace(finding.evidence, vendor=name)
                number = f"F-{len(findings) + 1:02d}"
                findings.append(replace(finding, id=number, evidence=evidence, rows=finding.rows))
    compared = result.comparison
    names = {v.vendor for v in vendors}

    def grown(rows: Sequence[object]) -> tuple[object, ...]:
        repeated = list(rows)
        for place, name in enumerate(sorted(names)):  # one entry for each vendor
            if rows and len(repeated) < len(names):
                repeated.append(replace(rows[place % len(rows)], vendor=name))  # type: ignore[type-var]  # every row has a vendor
        return tuple(repeated)

    comparison = replace(
        compared, minutes=grown(compared.minutes), banks=grown(compared.banks),
        hours=grown(compared.hours), cancellations=grown(compared.cancellations),
    )  # type: ignore[arg-type]  # fmt: skip
    return replace(result, vendors=tuple(vendors), findings=tuple(findings), comparison=comparison)


def child(case: str, folder: Path) -> None:
    """Draw one case and print its figures."""
    from pypdf import PdfReader  # noqa: PLC0415 - only the child needs it

    from vendoreval.report.models import AuditDocument  # noqa: PLC0415 - imports are part of what is timed
    from vendoreval.report.render import render_html, render_pdf  # noqa: PLC0415 - imports are part of what is timed

    name = "twelve" if "12" in case else "five"
    written = AuditDocument.model_validate_json((folder / f"{name}.json").read_bytes())
    begun = time.perf_counter()
    target = folder / f"{os.getpid()}.out"
    if case.startswith("HTML"):
        target.write_text(render_html(written), encoding="utf-8")
    elif case.startswith("page one"):
        _page_one_and_findings(written.model_copy(), target)
    else:
        evidence = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in (folder / "evidence").iterdir()
        }
        render_pdf(written, target, evidence=evidence)
    own, drawing = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    figures = {
        "wall": time.perf_counter() - begun,
        "cpu": sum(used.ru_utime + used.ru_stime for used in (own, drawing)),
        "own_mb": own.ru_maxrss / 1024,
        "mb": drawing.ru_maxrss / 1024,
        "bytes": target.stat().st_size,
    }
    if not case.startswith("HTML"):
        reader = PdfReader(target)
        attached = sum(len(part) for parts in reader.attachments.values() for part in parts)
        figures |= {"pages": len(reader.pages), "attached": attached}
        figures["bare"] = figures["bytes"] - _stored(reader)
    print(json.dumps(figures))


def _stored(reader: object) -> int:
    """Return the bytes that attachments take in the file, as they are stored."""
    total = 0
    for entry in getattr(reader, "attachment_list", ()):
        stream = entry._embedded_file
        total += len(stream._data)
    return total


def _page_one_and_findings(written: object, target: Path) -> None:
    """Draw what a leader reads first: page one and the pages of the findings."""
    from vendoreval.report.render import render_pdf  # noqa: PLC0415 - imports are part of what is timed

    render_pdf(written, target, parts=("findings",))  # type: ignore[arg-type]  # names of this script


def prepared(folder: Path) -> None:
    """Write the two audits and the evidence."""
    workspace_folder = folder / "demo"
    truth = write_demo(workspace_folder, small=True)
    workspace = Workspace.open(workspace_folder)
    report = write_all_evidence(workspace.audit(truth.last_period), folder)
    for name, count in (("five", 5), ("twelve", 12)):
        grown = AuditReport(many(report.result, count))
        (folder / f"{name}.json").write_text(grown.document("en").model_dump_json())


def main(rounds: int) -> None:
    """Measure every case in turn, round by round."""
    names = ("weasyprint", "matplotlib", "jinja2")
    print(platform.platform(), os.cpu_count(), "cores,", "Python", platform.python_version(),
          *(f"{name} {version(name)}" for name in names))  # fmt: skip
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        prepared(folder)
        found: dict[str, list[dict[str, float]]] = {case: [] for case in CASES}
        for _ in range(rounds):
            for case in CASES:
                command = [sys.executable, __file__, "--child", case, made]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found[case].append(json.loads(done.stdout))
        for case, rows in found.items():
            middle = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
            size = f"{middle['bytes'] / 1e6:.2f} MB"
            if "pages" in middle:
                size += f", {middle['bare'] / 1e6:.2f} MB without attachments"
                size += f", {middle['pages']:.0f} pages"
                size += f", {middle['cpu'] / middle['pages']:.2f} s cpu a page"
            memory = f"{middle['own_mb']:.0f} MB, of the drawing process {middle['mb']:.0f} MB"
            times = f"wall {middle['wall']:.1f} s, cpu {middle['cpu']:.1f} s"
            print(f"{case}: {times}, peak {memory}, {size}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
