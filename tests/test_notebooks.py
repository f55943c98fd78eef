"""Every notebook runs from the first cell to the last, and shows something."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from vendoreval import Workspace, write_demo

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo company, its files already in the ledger, for all notebooks of all workers."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    folder = place / "demo-of-the-notebooks"
    with (place / "demo-of-the-notebooks.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            made = place / "demo-of-the-notebooks.part"
            write_demo(made, small=True)
            Workspace.open(made).ingest()
            made.rename(folder)
    return folder


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path: Path, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOREVAL_DEMO", str(demo))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [
        output.data
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in ("execute_result", "display_data")
    ]
    # a report of the library, or a figure
    assert any(
        any(view in data.get("text/html", "") for view in ('class="ve-report', 'class="ve-intake'))
        or {"image/png", "image/svg+xml"} & set(data)
        for data in shown
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_a_run_leaves(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert all(cell.execution_count is None and not cell.outputs for cell in cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_speaks_both_languages(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    prose = "".join(cell.source for cell in cells if cell.cell_type == "markdown")
    russian = sum("а" <= letter <= "я" for letter in prose.lower())
    english = sum("a" <= letter <= "z" for letter in prose.lower())
    assert russian > 100 and english > russian / 2


def test_the_list_of_notebooks_names_each() -> None:
    assert NOTEBOOKS
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in NOTEBOOKS if path.name not in listed] == []
