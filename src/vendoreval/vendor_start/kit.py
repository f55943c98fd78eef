"""What a vendor gets to start: its agreement, templates, samples, and how to check a file.

Everything in it comes out of the vendor's own agreement. The client's settings, ceilings,
leads, ledger and the answers of the checklist stay at home.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.agreement.template import template
from vendoreval.errors import AgreementError, os_problem, plain_problem
from vendoreval.inbox import AGREEMENT_ENDING
from vendoreval.replacing import replacing
from vendoreval.report.annex_files import agreement_annex
from vendoreval.text import LANGUAGES, msg
from vendoreval.vendor_start.kit_words import instructions
from vendoreval.vendor_start.opening import Start
from vendoreval.vendor_start.sample_file import write_sample

_ANNEXES: Final = ("annex.pdf", "annex.docx")
_DATED: Final = (2020, 1, 1, 0, 0, 0)  # equal kits give equal bytes
_READ: Final = 0o644


@dataclass(frozen=True)
class Kit:
    """What was written.

    Parameters
    ----------
    files
        Names inside the folder or the archive.
    without_sample
        Reports for which no row of examples meets the agreement's own rules.
    """

    path: Path
    files: tuple[str, ...]
    without_sample: tuple[str, ...]


def vendor_kit(
    start: Start, path: str | Path, *, language: str | None = None, annex: bool = True
) -> Kit:
    """Write the kit of a vendor.

    Parameters
    ----------
    path
        A new folder, or a file that ends in ``.zip``, which is replaced.
    language
        Of headers and notes in templates and samples: the agreement's, else the workspace's.
        The instructions are written in both.
    annex
        Add the agreement as a document, PDF and DOCX, Russian beside English.

    Raises
    ------
    AgreementError
        If the vendor has no agreement that can be read, or the folder is there already.
    LedgerError
        If the disk refuses.
    """
    agreement = _agreement(start)
    target = Path(path)
    packed = target.suffix.casefold() == ".zip"
    if not packed and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AgreementError(
            plain_problem(
                str(target), msg("it is there already and not empty"),
                msg("a new or empty folder"), msg("name another folder"),
            )
        )  # fmt: skip
    code = language or agreement.language or start.workspace.settings.language
    with TemporaryDirectory() as draft:
        folder = Path(draft)
        try:
            lacking = _fill(folder, agreement, start.vendor, code, annex)
            names = tuple(
                sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
            )
            if packed:
                _pack(folder, names, target)
            else:
                _copy(folder, names, target)
        except OSError as error:
            raise AgreementError(os_problem(str(target), error)) from None
    return Kit(target, names, lacking)


def _agreement(start: Start) -> Agreement:
    if start.agreement is not None:
        return start.agreement
    if start.problems:
        raise AgreementError(start.problems)
    raise AgreementError(
        plain_problem(
            str(start.agreement_file), msg("there is no such file"),
            msg("the vendor's reporting agreement"),
            msg("make one with: vendoreval agreement new"),
        )
    )  # fmt: skip


def _fill(
    folder: Path, agreement: Agreement, vendor: str, code: str, annex: bool
) -> tuple[str, ...]:
    """Write the files of the kit; return the reports without a sample."""
    for name in ("agreement", "templates", "samples"):
        (folder / name).mkdir()
    yaml_name = f"{vendor}{AGREEMENT_ENDING}"
    (folder / "agreement" / yaml_name).write_bytes(agreement.content)
    for name in _ANNEXES if annex else ():
        agreement_annex(agreement, folder / "agreement" / name)
    samples: dict[str, str] = {}
    for report in agreement.reports:
        template(agreement, report, folder / "templates" / f"{report}.xlsx", speaking=code)
        written = write_sample(agreement, report, folder / "samples", speaking=code)
        if written is not None:
            samples[report] = written.name
    for spoken in LANGUAGES:
        text = instructions(agreement, yaml_name, samples, spoken)
        (folder / f"README.{spoken}.md").write_text(text, encoding="utf-8")
    return tuple(name for name in agreement.reports if name not in samples)


def _pack(folder: Path, names: Sequence[str], target: Path) -> None:
    with replacing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _DATED)
            entry.external_attr = _READ << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (folder / name).read_bytes())


def _copy(folder: Path, names: Sequence[str], target: Path) -> None:
    for name in names:
        with replacing(target / name) as part:
            part.write_bytes((folder / name).read_bytes())
