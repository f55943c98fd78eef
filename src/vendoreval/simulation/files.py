"""Write reports as each vendor writes them: headers, codes, dates, delimiter, slips."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from vendoreval.agreement.library import library_report

_DECIMALS = ("amount", "quantity", "unit_price", "vat_rate", "vat_amount", "paid_amount",
             "mean_interval_seconds")  # fmt: skip
_BAD = (("started_at", "31.02.2026 25:61:00"), ("disposition", "???"), ("talk_seconds", "-1"))
_BAD_SHARE = 0.0005
_FEWEST_BAD = 3


@dataclass(frozen=True)
class Style:
    """How one side writes its files.

    Parameters
    ----------
    locale
        `en` keeps the canonical headers, `en-names` and `ru` use the library's synonyms.
    hours
        Durations are written as hh:mm:ss.
    """

    locale: str = "en"
    delimiter: str = ","
    timestamps: str = "%Y-%m-%d %H:%M:%S"
    dates: str = "%Y-%m-%d"
    hours: bool = False
    encoding: str = "utf-8"

    @property
    def dialect(self) -> dict[str, object]:
        """The same as the agreement names it."""
        return {
            "encodings": [self.encoding],
            "delimiter": self.delimiter,
            "decimalComma": self.locale == "ru",
        }


@cache
def headers(report: str, locale: str) -> dict[str, str]:
    """Return column -> header; the plain locale `en` keeps the canonical names."""
    wanted = {"ru": "ru-RU", "en-names": "en-GB"}.get(locale)
    found = {}
    for column in library_report(report)["properties"]:
        names = [s["synonym"] for s in column["synonyms"] if s["locale"] == wanted]
        found[column["name"]] = names[0] if names else column["name"]
    return found


@cache
def spellings(report: str, locale: str) -> dict[str, dict[str, str]]:
    """Return column -> code -> how the vendor spells it."""
    found: dict[str, dict[str, str]] = {}
    for column in library_report(report)["properties"]:
        if "enum" in column and locale != "en":
            found[column["name"]] = {
                code["value"]: _first_spelling(code) if locale == "ru" else code["label"]
                for code in column["enum"]
            }
    return found


def _first_spelling(code: dict[str, Any]) -> str:
    return str(code["customProperties"][0]["value"][0])


def write(frame: pl.DataFrame, path: Path, report: str, style: Style) -> None:
    """Write one file; equal frames give equal bytes."""
    for column, codes in spellings(report, style.locale).items():
        if column in frame.columns and frame[column].dtype == pl.String:
            # a slip is not a code and stays as it is
            frame = frame.with_columns(pl.col(column).replace(codes))
    if style.locale == "ru":
        comma = [name for name in _DECIMALS if name in frame.columns]
        frame = frame.with_columns(pl.col(comma).str.replace(".", ",", literal=True))
    if style.hours:
        seconds = [name for name in frame.columns if name.endswith("_seconds")]
        whole = [name for name in seconds if frame[name].dtype.is_integer()]
        frame = frame.with_columns(_clock(name) for name in whole)
    names = headers(report, style.locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = frame.rename({name: names[name] for name in frame.columns}).write_csv(
        separator=style.delimiter, datetime_format=style.timestamps, date_format=style.dates
    )
    path.write_bytes(text.encode(style.encoding))


def _clock(name: str) -> pl.Expr:
    value = pl.col(name)

    def two(part: pl.Expr) -> pl.Expr:
        return part.cast(pl.String).str.zfill(2)

    parts = (two(value // 3600), two(value // 60 % 60), two(value % 60))
    return pl.format("{}:{}:{}", *parts).alias(name)


def spoil(calls: pl.DataFrame, style: Style, seed: tuple[int, ...]) -> tuple[pl.DataFrame, int]:
    """Put a few everyday slips into a call log, in dials nobody answered: no money moves."""
    rng = np.random.default_rng(seed)
    silent = np.flatnonzero(calls["disposition"].is_in(["no_answer", "busy"]).to_numpy())
    count = min(max(_FEWEST_BAD, round(len(calls) * _BAD_SHARE)), len(silent))
    chosen = rng.choice(silent, count, replace=False)
    frame = calls.with_columns(
        pl.col("started_at").dt.strftime(style.timestamps), pl.col("talk_seconds").cast(pl.String)
    )
    row = pl.int_range(pl.len())
    for number, (column, value) in enumerate(_BAD):
        hit = chosen[number :: len(_BAD)]
        frame = frame.with_columns(
            pl.when(row.is_in(hit)).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        )
    return frame, count
