"""A whole world: a client, its vendors, what they hand over, and what is really so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from vendoreval.engine import DuckEngine
from vendoreval.period import Period
from vendoreval.simulation.build import Built
from vendoreval.simulation.days import LEAD_IN, Calendar
from vendoreval.simulation.plants.recipe import Reports
from vendoreval.simulation.reports import claims
from vendoreval.simulation.reports.columns import call_ids
from vendoreval.simulation.truth import DemoTruth
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS

TIMEZONE = "Europe/Moscow"
CLIENT_REPORTS = ("leads", "client_sales", "carrier_calls")
# helpers beside the columns of a report
_ASIDE = ("month", "mark")
_POLARS: dict[str, pl.DataType] = {
    "int64": pl.Int64(), "string": pl.String(), "date": pl.Date(), "float64": pl.Float64(),
    "timestamp": pl.Datetime("us"), "boolean": pl.Boolean(), "decimal(18, 4)": pl.Decimal(18, 4),
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """One client company and its vendors, as they really are.

    Parameters
    ----------
    seed
        Equal seeds and arguments give equal worlds.
    built
        Each vendor's work and reports.
    folder
        Where it was written, if it was.

    Examples
    --------
    >>> from vendoreval.simulation import simulate
    >>> world = simulate(vendors=1, months=2, seed=7, dials_a_month=300, agents=4,
    ...                  schemes=["stretched_talk:0.3::1"])
    >>> world
    World(1 vendor, 2026-09 to 2026-10, seed 7, planted: stretched_talk)
    >>> world.truth.schemes[0].seconds > 0
    True
    """

    seed: int
    calendar: Calendar
    built: tuple[Built, ...]
    folder: Path | None = None

    @property
    def vendors(self) -> tuple[str, ...]:
        """Short names of the vendors."""
        return tuple(one.work.name for one in self.built)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The reported months in order."""
        return tuple(month for _, month in self.calendar.reported)

    @cached_property
    def client_reports(self) -> Reports:
        """The client's own files: leads, its records of sales, the carrier's calls."""
        works = [one.work for one in self.built]
        rng = np.random.default_rng([self.seed, 0, 1])
        return {
            "leads": claims.leads(works),
            "client_sales": claims.client_sales(works),
            "carrier_calls": claims.carrier_calls(works, rng).filter(pl.col("month") >= LEAD_IN),
        }

    @cached_property
    def truth(self) -> DemoTruth:
        """What was planted, and how many calls each vendor logged."""
        schemes = [scheme for one in self.built for scheme in one.work.truth]
        return DemoTruth(
            folder=self.folder or Path(),
            seed=self.seed,
            periods=tuple(str(period) for period in self.periods),
            vendors=self.vendors,
            calls={one.work.name: len(one.reports["calls"]) for one in self.built},
            schemes=tuple(sorted(schemes, key=lambda scheme: (scheme.vendor, scheme.kind))),
        )

    def truth_rows(self) -> pl.DataFrame:
        """Return one line for each row that a scheme made or changed.

        Columns: vendor, kind, honest, report, key (of the row) and seconds (put in).
        """
        return pl.concat([_truth_rows(one) for one in self.built])

    def frame(self, report: str) -> pl.DataFrame:
        """Return the accepted rows of a report as the ledger would keep them, all vendors.

        Raises
        ------
        KeyError
            If the world holds no such report.
        """
        if report in CLIENT_REPORTS:
            return _canonical(report, self.client_reports[report], "client")
        return pl.concat(
            [_canonical(report, one.reports[report], one.work.name) for one in self.built]
        )

    def engine(self, folder: str | Path) -> DuckEngine:
        """Write every report as Parquet into a folder and return an engine over them.

        It skips files, agreements and ledger, so it is the short way to ask checks of
        many worlds.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        files = {}
        for report in (*self.built[0].reports, *CLIENT_REPORTS):
            if report in COLUMN_TYPES:
                files[report] = [folder / f"{report}.parquet"]
                self.frame(report).write_parquet(files[report][0])
        return DuckEngine(files)

    def __repr__(self) -> str:
        count, first, last = len(self.built), self.periods[0], self.periods[-1]
        planted = ", ".join(sorted({scheme.kind for scheme in self.truth.schemes})) or "nothing"
        return (
            f"World({count} vendor{'s' * (count != 1)}, {first} to {last}, seed {self.seed}, "
            f"planted: {planted})"
        )


def _truth_rows(built: Built) -> pl.DataFrame:
    work = built.work
    kinds = [scheme.kind for scheme in work.truth]
    honest = [scheme.honest for scheme in work.truth]
    calls = work.dials.filter(pl.col("mark") >= 0).select("number", "mark", "added")
    parts = [
        pl.DataFrame(
            {
                "mark": calls["mark"],
                "report": pl.repeat("calls", len(calls), eager=True),
                "key": call_ids(work, calls["number"]),
                "seconds": calls["added"],
            }
        )
    ]
    sold = built.reports["sales"].filter(pl.col("mark") >= 0)
    parts.append(
        pl.DataFrame(
            {
                "mark": sold["mark"],
                "report": pl.repeat("sales", len(sold), eager=True),
                "key": sold["sale_id"],
                "seconds": pl.repeat(0, len(sold), dtype=pl.Int64, eager=True),
            }
        )
    )
    for mark, report, keys in work.touched:
        count = len(keys)
        parts.append(
            pl.DataFrame(
                {
                    "mark": pl.repeat(mark, count, dtype=pl.Int64, eager=True),
                    "report": pl.repeat(report, count, eager=True),
                    "key": list(keys),
                    "seconds": pl.repeat(0, count, dtype=pl.Int64, eager=True),
                }
            )
        )
    rows = pl.concat(parts)
    return rows.select(
        pl.lit(work.name).alias("vendor"),
        pl.Series(kinds, dtype=pl.String).gather(rows["mark"]).alias("kind"),
        pl.Series(honest, dtype=pl.Boolean).gather(rows["mark"]).alias("honest"),
        "report", "key", "seconds",
    )  # fmt: skip


def _canonical(report: str, frame: pl.DataFrame, vendor: str) -> pl.DataFrame:
    """Give a report the columns, types and clock of the ledger."""
    frame = frame.drop([name for name in _ASIDE if name in frame.columns])
    kinds = COLUMN_TYPES[report]
    days = DERIVED_DAYS.get(report, {})
    frame = frame.with_columns(
        pl.col(instant).dt.date().alias(day) for day, instant in days.items()
    )
    zone = str(ZoneInfo(TIMEZONE))
    columns = []
    for name, kind in kinds.items():
        if name == "vendor" and name not in frame.columns:
            columns.append(pl.lit(vendor).alias(name))
        elif name not in frame.columns:
            columns.append(pl.lit(None, dtype=_POLARS[kind]).alias(name))
        elif kind == "timestamp":
            local = pl.col(name).dt.replace_time_zone(zone)
            columns.append(local.dt.convert_time_zone("UTC").dt.replace_time_zone(None))
        elif kind == "boolean" and frame[name].dtype == pl.String:
            columns.append(pl.col(name) == "true")
        else:
            columns.append(pl.col(name).cast(_POLARS[kind]))
    return frame.select(columns)
