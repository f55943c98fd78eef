"""What goes back to a vendor after its files were checked: workbooks, letters, where they lie.

`returns/VENDOR/` of a workspace holds one workbook and one letter for each delivery with
faults. Their names carry the first digits of the file's SHA-256, so that a corrected file of
the same name never takes the place of what was said about the former one.

These files go back to the party that sent the values, so values are not hidden in the
workbook. In letters they are, for mail travels openly; in everything printed too.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vendoreval.errors import DeliveryError, LedgerError, os_problem
from vendoreval.intake import ValidationReport
from vendoreval.intake.refusal_letter import refusal_letter
from vendoreval.ledger import Commit, Ledger
from vendoreval.period import Period
from vendoreval.replacing import replacing

_DIGITS = 8
# bytes of a name; 255 is what most disks hold, endings and digits need some
_LONGEST = 180
_UNSAFE = re.compile(
    '[\x00-\x1f\x7f-\x9f<>:"/\\\\|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]'
)


@dataclass(frozen=True)
class Returned:
    """What lies in `returns/` for one delivery.

    Parameters
    ----------
    workbook
        The file with every fault explained; `None` when it could not be read at all.
    faults
        The complete list, when the workbook has no room for it.
    """

    letter: Path
    workbook: Path | None = None
    faults: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them."""
        return tuple(p for p in (self.workbook, self.letter, self.faults) if p is not None)


def return_stem(file: str, sha256: str) -> str:
    """Return the name, without ending, of what goes back for a file.

    Examples
    --------
    >>> return_stem("calls_2026-10.csv", "3fa2b1c9" + "0" * 56)
    'calls_2026-10-3fa2b1c9'
    """
    told = Path(file.encode("utf-8", "backslashreplace").decode()).name
    stem = _UNSAFE.sub("_", Path(told).stem).strip(" .") or "file"
    short = stem.encode()[:_LONGEST].decode("utf-8", "ignore")
    return f"{short}-{sha256[:_DIGITS]}"


def needs_return(report: ValidationReport) -> bool:
    """Whether anything is to be told to the sender; blank rows alone are not worth a letter."""
    return not report.ok or any(rule != "blank_row" for rule in report.counts)


def write_return(report: ValidationReport, folder: Path, language: str) -> Returned | None:
    """Write workbook and letter of a delivery with faults; `None` when there is nothing to say.

    Parameters
    ----------
    folder
        Of the vendor, below `returns/`.
    language
        The agreement's own comes first.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    if not needs_return(report):
        return None
    code = report.delivery.agreement.language or language
    stem = return_stem(report.delivery.path.name, report.delivery.sha256)
    workbook = report.return_to_vendor(folder / f"{stem}.xlsx", code)
    letter = folder / f"{stem}.txt"
    with replacing(letter) as part:
        part.write_text(report.letter(code), encoding="utf-8")
    faults = folder / f"{stem}.faults.csv"
    return Returned(letter, workbook, faults if faults.exists() else None)


def write_refusal(
    path: Path, sha256: str, error: DeliveryError, folder: Path, language: str
) -> Returned:
    """Write the letter about a file that cannot be read at all.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    letter = folder / f"{return_stem(path.name, sha256)}.txt"
    with replacing(letter) as part:
        part.write_text(refusal_letter(path.name, error.problems, language), encoding="utf-8")
    return Returned(letter)


def returns_of(ledger: Ledger, folder: Path, period: Period) -> Iterator[tuple[str, Path]]:
    """Yield vendor and file of everything returned for deliveries of a period that count.

    Parameters
    ----------
    folder
        `returns/` of the workspace.
    """
    for commit in ledger.live():
        if commit.counts and (commit.span is None or commit.span.overlaps(period)):
            yield from ((commit.vendor, path) for path in _written(commit, folder))


def _written(commit: Commit, folder: Path) -> list[Path]:
    stem = return_stem(commit.file, commit.sha256)
    names = (f"{stem}.xlsx", f"{stem}.txt", f"{stem}.faults.csv")
    return [path for name in names if (path := folder / commit.vendor / name).is_file()]


def copy_returns(ledger: Ledger, folder: Path, period: Period, target: Path) -> list[Path]:
    """Copy what goes back for a period into the folder of its audit, the vendor in the names.

    Raises
    ------
    LedgerError
        If the disk refuses.
    """
    copied = []
    try:
        for vendor, path in returns_of(ledger, folder, period):
            target.mkdir(parents=True, exist_ok=True)
            copied.append(Path(shutil.copy2(path, target / f"{vendor}-{path.name}")))
    except OSError as error:
        raise LedgerError(os_problem(str(target), error)) from error
    return copied
