"""The doctor names what is missing and how to mend it."""

from __future__ import annotations

import builtins
import shutil
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from vendoreval import doctor
from vendoreval.doctor import Condition, Diagnosis, diagnose


def condition(diagnosis: Diagnosis, name: str) -> Condition:
    """Return the one condition of a name."""
    (found,) = [item for item in diagnosis.conditions if item.name == name]
    return found


def test_a_machine_that_runs_the_tests_has_nothing_missing(tmp_path: Path) -> None:
    diagnosis = diagnose(tmp_path)

    assert diagnosis.ok, diagnosis.describe()
    assert diagnosis.exit_code == 0
    assert str(tmp_path) in diagnosis.describe()


def test_missing_pango_names_the_three_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real_import = builtins.__import__

    def without_pango(name: str, *args: object) -> object:
        if name.startswith("weasyprint"):
            sys.stdout.write("advice of its own")
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real_import(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    diagnosis = diagnose()
    monkeypatch.undo()

    pango = condition(diagnosis, "pango")
    assert pango.state == "error"
    assert diagnosis.exit_code == 3
    for language in ("en", "ru"):
        text = diagnosis.describe(language)
        assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in text
    assert "advice" not in capsys.readouterr().out


def test_an_untested_version_is_named_with_its_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requires", lambda _: ["duckdb<2.1,>=1.4.5", "polars>=2.1"])
    versions = {"duckdb": "9.9", "polars": "2.1.0"}
    monkeypatch.setattr(doctor, "version", versions.__getitem__)

    packages = condition(diagnose(), "packages")

    assert packages.state == "warning"
    assert "duckdb is 9.9, tested with <2.1,>=1.4.5" in Diagnosis((packages,)).describe()


def test_a_missing_package_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "requires", lambda _: ["polars>=2.1"])
    monkeypatch.setattr(doctor, "version", nothing)

    packages = condition(diagnose(), "packages")

    assert packages.state == "error"
    assert "pip install 'polars>=2.1'" in Diagnosis((packages,)).describe()


def test_little_room_and_a_missing_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = condition(diagnose(tmp_path / "gone"), "disk")
    assert gone.state == "error"

    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 << 20))
    assert condition(diagnose(tmp_path), "disk").state == "warning"


def test_the_same_for_a_program() -> None:
    diagnosis = diagnose()

    value = diagnosis.to_json("ru")

    assert value["ok"] is diagnosis.ok
    assert [row["name"] for row in value["conditions"]] == [
        item.name for item in diagnosis.conditions
    ]
    assert {row["state"] for row in value["conditions"]} <= {"ok", "warning", "error"}
