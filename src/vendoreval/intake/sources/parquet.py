"""Parquet: typed already, and written as text so that one set of rules holds for all."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from vendoreval.agreement import ReportSchema
from vendoreval.intake.sources.refusals import damaged, not_a_table
from vendoreval.intake.sources.text_copy import Scratch, TextCopy
from vendoreval.text import msg

_BATCH = 65_536
_NESTED = (pl.List, pl.Array, pl.Struct, pl.Object)


def column_names(path: Path, where: str) -> list[str]:
    """Return the names of the columns.

    Raises
    ------
    DeliveryError
        If the file is damaged.
    """
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowException, OSError, ValueError):
        raise damaged(where, "Parquet") from None


def write_rows(
    path: Path, where: str, schema: ReportSchema, columns: tuple[str | None, ...]
) -> TextCopy:
    """Write the rows as text, some at a time.

    Raises
    ------
    DeliveryError
        If the file is damaged, or a cell holds a table of its own.
    """
    scratch = Scratch()
    target = scratch.file("rows")
    try:
        with pq.ParquetFile(path) as source, target.open("wb") as out:
            for batch in source.iter_batches(batch_size=_BATCH):
                frame = pl.from_arrow(pa.Table.from_batches([batch]))
                assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a table gives a frame, for the types
                written = [
                    _text(series, schema, name, where)
                    for series, name in zip(frame.get_columns(), columns, strict=True)
                ]
                pl.DataFrame(written).write_csv(
                    out, include_header=False, separator="\t", quote_style="necessary"
                )
    except (pa.ArrowException, pl.exceptions.PolarsError, ValueError):
        raise damaged(where, "Parquet") from None
    except OSError as error:
        # Arrow tells damage so too, but without a number of the system
        if error.errno is not None:
            raise
        raise damaged(where, "Parquet") from None
    return TextCopy(target, scratch)


def _text(series: pl.Series, schema: ReportSchema, name: str | None, where: str) -> pl.Series:
    dtype = series.dtype
    if isinstance(dtype, _NESTED):
        raise not_a_table(
            where, msg("column %(name)s holds lists or tables in its cells", name=series.name)
        )
    comma = schema.dialect.decimal_comma
    if dtype == pl.String:
        return series
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone:
            return series.dt.to_string("%Y-%m-%d %H:%M:%S%:z")
        whole = (series.dt.microsecond() == 0).all()
        return series.dt.to_string("%Y-%m-%d %H:%M:%S" if whole else "%Y-%m-%d %H:%M:%S%.3f")
    if dtype == pl.Duration:
        return _clock(series.dt.total_seconds())
    if dtype == pl.Time:
        return series.dt.to_string("%H:%M:%S")
    if dtype == pl.Binary:
        return series.cast(pl.String, strict=False)
    if dtype.is_float() and name is not None and schema.column(name).kind == "string":
        # a telephone kept as a number
        whole_numbers = (series == series.round()).fill_null(True).all()
        series = series.cast(pl.Int64, strict=False) if whole_numbers else series
    text = series.cast(pl.String)
    if dtype.is_float():
        text = text.str.replace(r"\.0$", "")
    return text.str.replace(".", ",", literal=True) if comma and not dtype.is_integer() else text


def _clock(seconds: pl.Series) -> pl.Series:
    def two(value: pl.Expr) -> pl.Expr:
        return value.cast(pl.String).str.zfill(2)

    s = pl.lit(seconds)
    return (
        pl.select(two(s // 3600) + ":" + two(s % 3600 // 60) + ":" + two(s % 60))
        .to_series()
        .alias(seconds.name)
    )
