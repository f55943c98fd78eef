"""What the scripts share: where the real files lie, and how a workspace is laid out."""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_REPOSITORY = _HERE.parents[1]


def material_data() -> Path:
    """Return the folder of the real data, below $VENDOREVAL_MATERIAL (default ../shared)."""
    named = os.environ.get("VENDOREVAL_MATERIAL", "../shared")
    return (_REPOSITORY / named / "data").resolve()


def read_gzip(path: Path, delimiter: str = ",") -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a packed CSV file, every value as its text."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        return next(reader), list(reader)


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ","
) -> None:
    """Write a CSV file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_months(
    folder: Path,
    header: Sequence[str],
    rows: Iterable[tuple[str, Sequence[str]]],
    delimiter: str = ",",
) -> None:
    """Write calls as one file for each month; every row comes with its day, as ISO text."""
    months: dict[str, list[Sequence[str]]] = {}
    for day, row in rows:
        months.setdefault(day[:7], []).append(row)
    for month, entries in months.items():
        write_csv(folder / f"calls_{month}.csv", header, entries, delimiter)


def lay_out(name: str, folder: Path) -> None:
    """Copy settings and agreements of a real workspace into a folder."""
    shutil.copytree(_HERE / "workspaces" / name, folder, dirs_exist_ok=True)


def folder_argument(description: str | None) -> Path:
    """Return the folder named on the command line."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the workspace is written")
    folder: Path = parser.parse_args().folder
    return folder
