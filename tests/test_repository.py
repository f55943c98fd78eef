"""Promises about the repository as a whole."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import vendoreval
from vendoreval import checks

LOCKS = ("requirements.lock", "requirements-dev.lock")


def tracked_files(root: Path) -> Iterator[tuple[str, str]]:
    """Return the name and the text of every text file in git."""
    names = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  git is where the machine keeps it
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, names.split("\0")):
        path = root / name
        # a file of the index may be gone from the work tree
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content[:8192]:
                yield name, content.decode("utf-8", errors="replace")


def occurrences(root: Path, pattern: str) -> list[str]:
    """Return file and line of every match."""
    found = []
    for name, text in tracked_files(root):
        for match in re.finditer(pattern, text, re.IGNORECASE):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{name}:{line}: {match[0]}")
    return found


def python(*arguments: str) -> str:
    """Run the interpreter of the tests in a process of its own and return what it prints."""
    return subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True
    ).stdout


def test_importing_the_library_leaves_heavy_ones_alone() -> None:
    program = "import json, sys, vendoreval; print(json.dumps(sorted(sys.modules)))"

    loaded = set(json.loads(python("-c", program)))

    assert "vendoreval" in loaded
    assert not loaded & {"weasyprint", "matplotlib", "scipy.stats"}


def test_importing_every_module_leaves_heavy_ones_alone() -> None:
    program = (
        "import importlib, json, pkgutil, sys, vendoreval\n"
        "for module in pkgutil.walk_packages(vendoreval.__path__, 'vendoreval.'):\n"
        "    importlib.import_module(module.name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )

    loaded = set(json.loads(python("-c", program)))

    assert "vendoreval.engine" in loaded
    assert not loaded & {"weasyprint", "matplotlib", "scipy.stats"}


def test_nothing_accuses(root: Path) -> None:
    # A finding is a question to a vendor. The pattern is in pieces so as not to match itself.
    words = "|".join(
        ("fra" + "ud", r"\bche" + "at", r"\bthe" + r"ft\b", "мошен" + "ни", "обма" + "н")
    )

    assert occurrences(root, words) == []


def test_no_address_of_a_package_registry_and_no_path_of_one_machine(root: Path) -> None:
    pieces = (
        "pypi" + r"\.org",
        "python" + r"hosted",
        "deb" + r"\.debian",
        "registry" + r"\.npmjs",
        "/wo" + "rk/",
        "/ro" + "ot/",
        "/fa" + "rm/",
        "/tm" + r"p/ve\b",
        "/ho" + r"me/\w",
        "/Us" + r"ers/\w",
    )

    assert occurrences(root, "|".join(pieces)) == []


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_pins_by_hash_and_names_no_index(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")

    assert not re.search(r"://|^\s*-(?!-hash)|^\s*#|index|find-links| @ ", text, re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 30
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def locked(root: Path, name: str) -> dict[str, str]:
    """Return package -> version of a lock."""
    text = (root / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE | re.IGNORECASE))


def test_the_locks_hold_what_the_project_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    run, dev = (locked(root, name) for name in LOCKS)
    asked = {
        "run": (run, project["project"]["dependencies"] + project["dependency-groups"]["build"]),
        "dev": (dev, project["dependency-groups"]["dev"]),
    }
    for lock, lines in asked.values():
        for requirement in map(Requirement, lines):
            version = lock.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement.name} is not locked: make lock"
            assert requirement.specifier.contains(version, prereleases=True), requirement.name
    assert {name: dev.get(name) for name in run} == run


def test_every_public_name_is_documented() -> None:
    assert vendoreval.__all__, "the library has no public names"
    silent = []
    for name in vendoreval.__all__:
        value = getattr(vendoreval, name)
        if not (inspect.isclass(value) or inspect.isroutine(value) or inspect.ismodule(value)):
            continue
        text = value.__doc__ or ""
        # a dataclass without a docstring gets its signature as one
        if not text.strip() or text.startswith(f"{name}("):
            silent.append(name)
    assert silent == []


def test_imports_point_one_way(root: Path) -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_set_up_names_the_python_it_needs(root: Path) -> None:
    result = subprocess.run(
        ["bash", "scripts/set-up", "requirements.lock"],  # noqa: S607
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHON": "false"},
    )

    assert result.returncode == 1
    assert "older than Python 3.11" in result.stderr


def test_links_of_the_documents_lead_somewhere(root: Path) -> None:
    broken = []
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        text = (root / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in target and not (root / target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_the_readme_lists_every_check(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")

    listed = dict(re.findall(r"^\| `(\w+)` \| (.+\?) \|$", text, re.MULTILINE))

    assert listed == {check.id: check.question for check in checks.ALL}
