"""Rows of Parquet files, and how DuckDB's SQL names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """Rows of a Parquet file: all of them, or a stretch of a file that holds more.

    Parameters
    ----------
    first_row
        Counted from 0.
    rows
        `None` for the whole file.
    shape
        Mark of its columns and types, where it is known: files of one shape are read
        without a look at the columns of each.
    name
        What the rows are called wherever they lie, their hash in it; rows of the same name
        are loaded into a database once. `None` where nobody named them.
    """

    path: Path
    first_row: int = 0
    rows: int | None = None
    shape: str | None = None
    name: str | None = None


Parts = Sequence[Path | Part]


def source_sql(parts: Parts, filename: str | None = None, row: str | None = None) -> str:
    """Return rows of Parquet files as a source of DuckDB's SQL; a column one lacks is null.

    Parameters
    ----------
    filename, row
        Names of two columns more: the file, and the number of the row in it from 0.

    Examples
    --------
    >>> source_sql([Path("a.parquet")])
    "read_parquet(['a.parquet'], union_by_name=true)"
    """
    given = [part if isinstance(part, Part) else Part(part) for part in parts]
    whole: dict[str | None, list[Path]] = {}
    stretches: dict[Path, list[tuple[int, int]]] = {}
    for part in given:
        if part.rows is None:
            whole.setdefault(part.shape, []).append(part.path)
        elif part.rows:
            stretches.setdefault(part.path, []).append((part.first_row, part.rows))
    if len(whole) == 1 and not stretches and row is None:
        ((shape, paths),) = whole.items()
        return _read(paths, filename, alike=shape is not None)
    selects = []
    for shape, paths in whole.items():
        every = "*" if row is None else f'* RENAME (file_row_number AS "{row}")'
        read = _read(paths, filename, alike=shape is not None, numbered=row is not None)
        selects.append(f"SELECT {every} FROM {read}")  # noqa: S608 - our own names; values are bound or whole numbers
    left = "EXCLUDE (file_row_number)"
    kept = left if row is None else f'RENAME (file_row_number AS "{row}")'
    for path, ranges in stretches.items():
        condition = " OR ".join(
            f"file_row_number BETWEEN {first} AND {last}" for first, last in joined(ranges)
        )
        read = _read([path], filename, alike=True, numbered=True)
        selects.append(f"SELECT * {kept} FROM {read} WHERE {condition}")  # noqa: S608 - our own names; values are bound or whole numbers
    return f"({' UNION ALL BY NAME '.join(selects)})"


def _read(
    paths: Sequence[Path], filename: str | None, *, alike: bool, numbered: bool = False
) -> str:  # fmt: skip
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    # to put columns together by name every footer is read before the first row
    options = f"union_by_name={'false' if alike else 'true'}"
    if filename is not None:
        options += f", filename='{filename}'"
    if numbered:
        options += ", file_row_number=true"
    return f"read_parquet([{names}], {options})"


def joined(ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield first and last row of stretches, those that touch made into one."""
    start, end = -1, -1
    for first, rows in sorted(ranges):
        if first > end:
            if end > 0:
                yield start, end - 1
            start, end = first, first + rows
        else:
            end = max(end, first + rows)
    if end > 0:
        yield start, end - 1
