"""Where an agreement is written, and whose it is by its name."""

from __future__ import annotations

from pathlib import Path

_SETTINGS = "vendoreval.yaml"


def target_of(out: Path | None, vendor: str) -> Path:
    """Return the file to write: below agreements/ in a workspace, else here.

    Examples
    --------
    >>> str(target_of(Path("contracts/alpha.odcs.yaml"), "alpha"))
    'contracts/alpha.odcs.yaml'
    """
    name = f"{vendor}.odcs.yaml"
    if out is None:
        return Path("agreements", name) if Path(_SETTINGS).is_file() else Path(name)
    return out / name if out.is_dir() else out


def vendor_of(path: Path | None) -> str:
    """Return the short name that a file of an agreement bears, empty for a folder."""
    return "" if path is None or path.is_dir() else path.name.partition(".")[0]
