"""An agreement is written to a new file, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from vendoreval.errors import AgreementError, os_problem, plain_problem
from vendoreval.text import msg


def write_agreement(text: str, path: str | Path) -> Path:
    """Write the text of an agreement to a file that is not there yet; its folder is made.

    Raises
    ------
    AgreementError
        If the file is there already or cannot be written.

    Examples
    --------
    >>> write_agreement(text, "agreements/alpha.odcs.yaml")  # doctest: +SKIP
    PosixPath('agreements/alpha.odcs.yaml')
    """
    path = Path(path)
    refuse_existing(path)
    begun = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AgreementError(os_problem(str(path.parent), error)) from None
    try:
        with path.open("xb") as stream:
            begun = True
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise _there(path) from None
    except OSError as error:
        if begun:
            path.unlink(missing_ok=True)
        raise AgreementError(os_problem(str(path), error)) from None
    return path


def refuse_existing(path: Path) -> None:
    """Refuse to write over a file.

    Raises
    ------
    AgreementError
        If it is there already.
    """
    if path.exists() or path.is_symlink():
        raise _there(path)


def _there(path: Path) -> AgreementError:
    return AgreementError(
        plain_problem(
            str(path),
            msg("it is there already"),
            msg("a name that is free"),
            msg("name another file with --out, or move this one away"),
        )
    )
