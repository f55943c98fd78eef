"""What is measured against: the same file read with types and no questions asked."""

from __future__ import annotations

from pathlib import Path

import duckdb
import python_calamine
from calls_file import COLUMNS

TYPES = {
    "started_at": "TIMESTAMP", "ended_at": "TIMESTAMP", "talk_seconds": "INTEGER",
    "billed_seconds": "INTEGER",
}  # fmt: skip


def typed_read(path: Path) -> None:
    """Read every cell as its type and look at it once; nothing is kept."""
    _run(path, f"SELECT bit_xor(hash({', '.join(COLUMNS)}))")


def typed_maxima(path: Path) -> None:
    """Read every cell as its type and keep the largest of each column."""
    _run(path, "SELECT " + ", ".join(f"max({name})" for name in COLUMNS))


def typed_table(path: Path) -> None:
    """Read every cell as its type into a table in memory."""
    _run(path, "CREATE TABLE calls AS SELECT *")


def typed_parquet(path: Path) -> None:
    """Read every cell as its type and write Parquet, as DuckDB does unless told otherwise."""
    target = path.with_suffix(".floor.parquet")
    _run(path, "COPY (SELECT *", f") TO '{target}' (FORMAT parquet)")
    target.unlink()


def calamine_read(path: Path) -> None:
    """Read every cell of the first sheet as a Python value."""
    python_calamine.load_workbook(str(path)).get_sheet_by_index(0).to_python()


def _run(path: Path, begin: str, end: str = "") -> None:
    columns = ", ".join(f"'{name}': '{TYPES.get(name, 'VARCHAR')}'" for name in COLUMNS)
    # bad cells must not end the read
    source = f"read_csv('{path}', header=true, columns={{{columns}}}, ignore_errors=true)"
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        connection.execute(f"{begin} FROM {source}{end}").fetchall()


FLOORS = {
    "typed read": typed_read, "typed maxima": typed_maxima, "typed table": typed_table,
    "typed Parquet": typed_parquet, "calamine": calamine_read,
}  # fmt: skip
