"""Have `paper` draw a report in a process of its own, within limits, and read its answer."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from vendoreval.errors import os_problem, plain_problem
from vendoreval.report.paper import Pages
from vendoreval.report.report_error import ReportError
from vendoreval.text import Count, msg

# a report of thirty pages takes about 300 MB and ten seconds
MEMORY_BYTES = 4 << 30
CPU_SECONDS, WALL_SECONDS = 600, 1800
_CHILD = Path(__file__).with_name("paper.py")
_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def printed(
    pages: Pages, attached: Mapping[str, bytes], dated: date, identifier: bytes, *,
    memory_bytes: int = MEMORY_BYTES, cpu_seconds: int = CPU_SECONDS,
) -> bytes:  # fmt: skip
    """Return the PDF of a report.

    Raises
    ------
    ReportError
        If the machine lacks a library of the system, the drawing goes beyond its limits,
        or the disk refuses.
    """
    request = {
        "pages": asdict(pages), "dated": dated.isoformat(), "identifier": identifier.hex(),
        "attached": list(attached),
    }  # fmt: skip
    try:
        with tempfile.TemporaryDirectory(prefix="vendoreval-report-") as made:
            folder = Path(made)
            (folder / "request.json").write_text(json.dumps(request), encoding="utf-8")
            for number, content in enumerate(attached.values()):
                (folder / str(number)).write_bytes(content)
            answer = _answer(folder, memory_bytes, cpu_seconds)
            if answer:
                raise refusal(answer)
            return (folder / "report.pdf").read_bytes()
    except OSError as error:
        raise ReportError(os_problem("PDF", error)) from None


def _answer(folder: Path, memory_bytes: int, cpu_seconds: int) -> dict[str, str]:
    command = [sys.executable, "-I", str(_CHILD), str(folder), str(memory_bytes), str(cpu_seconds)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", timeout=WALL_SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"error": "limit"}
    if done.returncode == 0:
        answer: dict[str, str] = json.loads(done.stdout)
        return answer
    last = (done.stderr.strip().splitlines() or [""])[-1]
    # killed by a limit it says nothing, or stops in the middle of asking for memory
    if done.returncode < 0 or "MemoryError" in last or "alloc" in last.lower():
        return {"error": "limit"}
    return {"error": "refused", "reason": last}


def refusal(answer: Mapping[str, str]) -> ReportError:
    """Return the error for an answer of the drawing process."""
    reason = answer.get("reason", "")
    match answer["error"]:
        case "library":
            return ReportError(
                plain_problem(
                    "PDF",
                    msg("the system lacks a library that WeasyPrint needs (%(reason)s)",
                        reason=reason),
                    msg("the packages %(names)s", names=_PACKAGES),
                    msg("install them; on Debian and Ubuntu: apt-get install %(names)s",
                        names=_PACKAGES),
                )
            )  # fmt: skip
        case "limit":
            return ReportError(
                plain_problem(
                    "PDF",
                    msg("drawing it took more than its limit of time or memory"),
                    msg("at most %(seconds)s seconds of the processor and %(memory)s GB",
                        seconds=Count(CPU_SECONDS), memory=Count(MEMORY_BYTES >> 30)),
                    msg("read audit.html instead, or audit fewer vendors at once"),
                )
            )  # fmt: skip
    return ReportError(
        plain_problem(
            "PDF",
            msg("the drawing stopped: %(reason)s", reason=reason),
            msg("a report of its own text, faces and figures"),
            msg("if the templates are your own, look for what they ask for"),
        )
    )
