"""What is missing on this machine, all at once, each with its cure."""

from __future__ import annotations

import io
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from packaging.requirements import Requirement

from vendoreval.engine import default_memory_limit
from vendoreval.resources import resource_folder
from vendoreval.text import Message, Number, language, msg, nmsg
from vendoreval.zones import known_zone

State = Literal["ok", "warning", "error"]

OLDEST_PYTHON = (3, 11)
PANGO_PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_GIBIBYTE = 1 << 30
_LITTLE_DISK = 2 * _GIBIBYTE
_MARKS = {"ok": "+", "warning": "!", "error": "x"}


@dataclass(frozen=True)
class Condition:
    """One thing the machine has or lacks.

    Parameters
    ----------
    name
        Short name for programs: ``python``, ``pango``, ``disk``.
    state
        `error` stops the audit or its PDF, `warning` may surprise.
    found, cure
        What is there and what to do.
    """

    name: str
    state: State
    found: Message
    cure: Message | None = None


@dataclass(frozen=True)
class Diagnosis:
    """Everything that was looked at.

    Examples
    --------
    >>> fine = Diagnosis((Condition("python", "ok", msg("Python %(version)s", version="3.12.4")),))
    >>> fine.ok, fine.describe()
    (True, '+ Python 3.12.4')
    """

    conditions: tuple[Condition, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing stops the audit or its PDF."""
        return all(condition.state != "error" for condition in self.conditions)

    @property
    def exit_code(self) -> int:
        """What the command ends with: 0, or 3 when something must be mended."""
        return 0 if self.ok else 3

    def describe(self, language_code: str = "en") -> str:
        """Return a line for each condition, and its cure under it."""
        speak = language(language_code).say
        lines = []
        for condition in self.conditions:
            lines.append(f"{_MARKS[condition.state]} {speak(condition.found)}")
            if condition.cure is not None:
                lines.append(f"    {speak(condition.cure)}")
        return "\n".join(lines)

    def to_json(self, language_code: str = "en") -> dict[str, Any]:
        """Return the same for a program."""
        speak = language(language_code).say
        return {
            "ok": self.ok,
            "conditions": [
                {
                    "name": condition.name,
                    "state": condition.state,
                    "found": speak(condition.found),
                    "cure": speak(condition.cure) if condition.cure is not None else None,
                }
                for condition in self.conditions
            ],
        }

    def __repr__(self) -> str:
        states = [condition.state for condition in self.conditions]
        return (
            f"Diagnosis({len(states)} conditions, {states.count('error')} errors, "
            f"{states.count('warning')} warnings)"
        )


def diagnose(folder: Path | None = None) -> Diagnosis:
    """Look at the interpreter, the packages, the PDF libraries and the room left.

    Parameters
    ----------
    folder
        The workspace whose disk is looked at; the current folder when not given.

    Examples
    --------
    >>> [condition.name for condition in diagnose().conditions][:2]
    ['python', 'packages']
    """
    return Diagnosis(
        (
            _python(sys.version_info[:3]),
            *_packages(_requirements()),
            _pango(),
            _fonts(),
            _resources(),
            _memory(),
            _disk("disk", folder or Path.cwd()),
            _disk("temp", Path(tempfile.gettempdir())),
            _zones(),
            _encoding(sys.getfilesystemencoding(), getattr(sys.stdout, "encoding", None)),
        )
    )


def _python(found: tuple[int, int, int]) -> Condition:
    sentence = msg(
        "Python %(version)s on %(system)s",
        version=".".join(map(str, found)),
        system=f"{platform.system()} {platform.machine()}",
    )
    if found >= OLDEST_PYTHON:
        return Condition("python", "ok", sentence)
    cure = msg(
        "install Python %(oldest)s or newer; on Debian 12: apt-get install python3 python3-venv",
        oldest=".".join(map(str, OLDEST_PYTHON)),
    )
    return Condition("python", "error", sentence, cure)


def _requirements() -> tuple[Requirement, ...] | None:
    """Return what the installed project asks for, so that the ranges stand in one place."""
    try:
        asked = requires("vendoreval") or []
    except PackageNotFoundError:
        return None
    return tuple(Requirement(line) for line in asked)


def _packages(asked: Iterable[Requirement] | None) -> Iterable[Condition]:
    if asked is None:
        yield Condition(
            "packages",
            "warning",
            msg("vendoreval runs without being installed, so versions were not compared"),
            msg("install it: pip install ."),
        )
        return
    wrong = []
    count = 0
    for requirement in asked:
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        count += 1
        problem = _package(requirement)
        if problem is not None:
            wrong.append(problem)
    if not wrong:
        found = nmsg(
            "%(count)s package in a tested version",
            "%(count)s packages in tested versions",
            count,
            count=count,
        )
        yield Condition("packages", "ok", found)
    yield from wrong


def _package(requirement: Requirement) -> Condition | None:
    tested = str(requirement.specifier)
    cure = msg("run: pip install %(quoted)s", quoted=f"'{requirement.name}{tested}'")
    try:
        present = version(requirement.name)
    except PackageNotFoundError:
        found = msg("the package %(name)s is not installed", name=requirement.name)
        return Condition("packages", "error", found, cure)
    if requirement.specifier.contains(present, prereleases=True):
        return None
    found = msg(
        "the package %(name)s is %(version)s, tested with %(tested)s",
        name=requirement.name,
        version=present,
        tested=tested,
    )
    return Condition("packages", "warning", found, cure)


def _pango() -> Condition:
    cure = msg(
        "the PDF needs three system packages; on Debian or Ubuntu: apt-get install %(packages)s "
        "(Alpine: apk add pango harfbuzz-subset; macOS: brew install pango)",
        packages=PANGO_PACKAGES,
    )
    # WeasyPrint prints advice of its own before it raises
    try:
        with redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: PLC0415  heavy, and it loads the system libraries
            from weasyprint.text import ffi  # noqa: PLC0415 - it loads the system libraries, which is what is asked
    except (OSError, ImportError) as error:
        reason = str(error).splitlines()[0]
        found = msg("Pango cannot be loaded: %(reason)s", reason=reason)
        return Condition("pango", "error", found, cure)
    number = int(ffi.pango.pango_version())
    found = msg(
        "Pango %(version)s, WeasyPrint %(weasyprint)s",
        version=f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        weasyprint=str(weasyprint.__version__),
    )
    if ffi.harfbuzz_subset is None:
        found = msg("%(found)s, without the library that shortens fonts", found=found)
        return Condition("pango", "warning", found, cure)
    return Condition("pango", "ok", found)


def _fonts() -> Condition:
    folder = files("vendoreval").joinpath("report", "fonts")
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    faces = sum(name.endswith(".ttf") for name in names)
    found = nmsg(
        "%(count)s font face of the report",
        "%(count)s font faces of the report",
        faces,
        count=faces,
    )
    if faces:
        return Condition("fonts", "ok", found)
    return Condition("fonts", "error", found, _again())


def _resources() -> Condition:
    for name in ("schemas", "report_templates"):
        try:
            resource_folder(name)
        except FileNotFoundError:
            found = msg("the installation lacks its folder %(name)s", name=name)
            return Condition("resources", "error", found, _again())
    return Condition("resources", "ok", msg("report schemas and report templates are in place"))


def _again() -> Message:
    return msg("install it again: pip install --force-reinstall vendoreval")


def _memory() -> Condition:
    found = msg(
        "the engine may use %(limit)s of memory and %(cores)s cores, then it spills to disk",
        limit=default_memory_limit().replace("MiB", " MiB"),
        cores=os.cpu_count() or 1,
    )
    return Condition("memory", "ok", found)


def _disk(name: str, folder: Path) -> Condition:
    where = str(folder)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        found = msg(
            "%(folder)s cannot be used: %(reason)s",
            folder=where,
            reason=error.strerror or str(error),
        )
        return Condition(name, "error", found, _other_folder(name))
    found = msg("%(free)s GiB free in %(folder)s", free=Number(free / _GIBIBYTE, 1), folder=where)
    if not os.access(folder, os.W_OK):
        found = msg("%(folder)s cannot be written to", folder=where)
        return Condition(name, "error", found, _other_folder(name))
    if free < _LITTLE_DISK:
        cure = msg("free some room: the ledger keeps every delivery, and the engine spills here")
        return Condition(name, "warning", found, cure)
    return Condition(name, "ok", found)


def _other_folder(name: str) -> Message:
    if name == "temp":
        return msg("mend its permissions, or name another folder in the variable TMPDIR")
    return msg("mend its permissions, or keep the workspace in another folder")


def _zones() -> Condition:
    if known_zone("Europe/Moscow"):
        return Condition("zones", "ok", msg("the list of time zones is in place"))
    found = msg("the list of time zones is missing")
    return Condition("zones", "error", found, msg("run: pip install %(quoted)s", quoted="tzdata"))


def _encoding(of_files: str, of_output: str | None) -> Condition:
    cure = msg("set the variables PYTHONUTF8=1 and LC_ALL=C.UTF-8")
    for text, found in (
        (of_files, msg("file names are not UTF-8 but %(encoding)s", encoding=of_files)),
        (of_output, msg("printed text is not UTF-8 but %(encoding)s", encoding=str(of_output))),
    ):
        if text is not None and not _writes_russian(text):
            return Condition("encoding", "warning", found, cure)
    return Condition("encoding", "ok", msg("file names and printed text may be Russian"))


def _writes_russian(encoding: str) -> bool:
    try:
        "Ж₽".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
