"""How long the checklist of a new vendor takes: asked, drawn as a form, packed as a kit.

python benchmarks/bench_onboarding.py
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from vendoreval.report.checklist_page import checklist_pdf
from vendoreval.simulation import write_demo
from vendoreval.vendor_start import Start, onboarding, vendor_kit, write_onboarding
from vendoreval.workspace import Workspace

ROUNDS = 7
VENDOR = "akvilon"


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return median wall and processor seconds of some rounds."""
    walls, processors = [], []
    for _ in range(ROUNDS):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return statistics.median(walls), statistics.median(processors)


def main() -> None:
    """Print the medians."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("weasyprint", "xlsxwriter"))
    print(f"Python {sys.version.split()[0]}, {packages}, {platform.machine()}; {ROUNDS} rounds")
    with TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        write_demo(folder, small=True)
        workspace = Workspace.open(folder)
        workspace.ingest()
        found = onboarding(workspace, VENDOR)
        out = Path(place) / "out"
        figures = {
            f"checklist of {len(found.items)} items asked of the data": lambda: onboarding(
                workspace, VENDOR
            ),
            "form drawn (PDF)": lambda: checklist_pdf(found, out / "form.pdf", "ru"),
            "all outputs (PDF, XLSX, Markdown, HTML, JSON)": lambda: write_onboarding(
                found, out, language="ru"
            ),
            "kit (zip)": lambda: vendor_kit(Start(workspace, VENDOR), out / "kit.zip"),
        }
        for name, work in figures.items():
            wall, processor = seconds(work)
            print(f"{name:55} {wall:6.2f} s wall, {processor:6.2f} s processor")


if __name__ == "__main__":
    main()
