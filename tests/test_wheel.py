"""The built wheel works on its own: nothing it needs was left behind in the checkout."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from pypdf import PdfReader


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment that holds nothing else."""

    wheel: Path
    environment: Path

    def run(self, command: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, far from the checkout and its variables."""
        outside = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTHON")
        }
        return subprocess.run(
            [self.environment / "bin" / command, *arguments],
            cwd=cwd,
            env={**outside, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build the wheel without network and install it.

    The dependencies come from the environment of the tests through a path file: its
    folder is only added to `sys.path`, and path files inside that folder (such as the
    one of an editable install) are not followed. So the checkout is out of sight.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, root]
    made = subprocess.run(build, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    (wheel,) = folder.glob("*.whl")

    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python"]
    install = [*pip, "install", "--quiet", "--no-index", "--no-deps", wheel]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (packages,) = environment.glob("lib/python*/site-packages")
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(sorted(places)), encoding="utf-8")
    return Installed(wheel, environment)


def test_schemas_templates_and_catalogues_are_inside(installed: Installed, root: Path) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())

    expected = {
        f"vendoreval/{path.relative_to(root / 'src' / 'vendoreval')}"
        for path in (root / "src" / "vendoreval").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for folder in ("schemas", "report_templates"):
        files = {
            f"vendoreval/{path.relative_to(root)}"
            for path in (root / folder).rglob("*")
            if path.is_file()
        }
        assert files, folder
        expected |= files
    assert expected - names == set()
    assert "vendoreval/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_it_runs_without_the_checkout(installed: Installed, root: Path, tmp_path: Path) -> None:
    program = "import sys, vendoreval; print(vendoreval.__file__, *sys.path, sep='\\n')"

    result = installed.run("python", "-c", program, cwd=tmp_path)

    assert result.returncode == 0, result.stderr
    module, *path = result.stdout.splitlines()
    assert Path(module).is_relative_to(installed.environment)
    assert str(root / "src") not in path
    assert str(root) not in path


def test_it_audits_and_renders_a_pdf(installed: Installed, tmp_path: Path) -> None:
    for arguments in (
        ("demo", "company", "--small"),
        ("audit", "company", "--period", "2026-10", "--compare-with", "2026-07"),
    ):
        result = installed.run("vendoreval", *arguments, cwd=tmp_path)
        assert result.returncode == 0, result.stdout + result.stderr

    folder = tmp_path / "company" / "audits" / "2026-10"
    assert {"audit.pdf", "audit.html", "audit.json"} <= {path.name for path in folder.iterdir()}
    pdf = PdfReader(io.BytesIO((folder / "audit.pdf").read_bytes()))
    assert len(pdf.pages) >= 1
    assert len(pdf.pages[0].extract_text()) > 200
    # the faces that travel with the library, none of the machine's
    fonts = pdf.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index, union-attr]
    names = {str(font.get_object()["/BaseFont"]) for font in fonts}
    assert names
    assert all("VE-" in name for name in names), names
