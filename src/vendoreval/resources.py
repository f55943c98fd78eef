"""Files that travel with the library: report schemas and report templates.

They live at the top of the repository and inside the package of a built wheel.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_folder(name: str) -> Path:
    """Return the folder `schemas` or `report_templates`.

    Raises
    ------
    FileNotFoundError
        If the installation lacks it.
    """
    for candidate in (_PACKAGE / name, _PACKAGE.parent.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the installation lacks its folder {name!r}; install vendoreval again")
