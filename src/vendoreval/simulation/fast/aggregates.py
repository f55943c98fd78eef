"""Worlds as their tables of counts: the same vendors and schemes, without files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import polars as pl

from vendoreval.aggregates import AGGREGATES
from vendoreval.simulation.build import Built, build_work, finish_reports
from vendoreval.simulation.fast import day_tables, outcome_tables, work_tables
from vendoreval.simulation.fast.draw import dial_from_histories
from vendoreval.simulation.fast.strata import Counted, counted
from vendoreval.simulation.plants.dose import Dose
from vendoreval.simulation.plants.recipe import Reports
from vendoreval.simulation.reports import invoice, log
from vendoreval.simulation.reports.bank import Bank
from vendoreval.simulation.simulate import doses_at, vendors_of
from vendoreval.simulation.world.work import Work

_FIRST = 1
_NEEDS = {"A5": ("agent_days",), "A8": ("funnel",), "A9": ("invoice_lines",)}


def simulate_aggregates(
    tables: Sequence[str] = ("A1",),
    *,
    vendors: int = 12,
    months: int = 24,
    seed: int = 1,
    end: str = "2026-10",
    schemes: Sequence[str | Dose] = (),
    zoo: Sequence[str | Dose] = (),
    agents: int = 12,
    dials_a_month: int = 2000,
    tau: float = 0.05,
    season: float = 0.0,
) -> dict[str, pd.DataFrame]:
    """Draw a world and return only its tables of counts, for benchmarks over many worlds.

    The arguments are those of `simulate`; what is planted acts by the same code. Leads live
    histories that were drawn once by the ordinary dialling (the first worlds of a process
    take longer for it); a vendor with a habit that acts while leads are worked is dialled
    in full.

    Parameters
    ----------
    tables
        Names out of `vendoreval.aggregates.AGGREGATES`.

    Returns
    -------
    dict of str to pandas.DataFrame
        Table -> the same columns as `vendoreval.aggregates.load` gives.

    Raises
    ------
    AgreementError
        If an argument is wrong.
    KeyError
        If there is no such table.

    Examples
    --------
    >>> drawn = simulate_aggregates(["A1"], vendors=2, months=2, agents=3, dials_a_month=200)
    >>> sorted(drawn["A1"].vendor.unique())
    ['alpha', 'beta']
    """
    known = [AGGREGATES[name].id for name in tables]
    conducts, client, doses = vendors_of(
        vendors=vendors, months=months, seed=seed, end=end, schemes=schemes, zoo=zoo,
        agents=agents, dials_a_month=dials_a_month, tau=tau, season=season,
    )  # fmt: skip
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in known}
    for place, conduct in enumerate(conducts, start=1):
        own = doses_at(doses, conduct.name, place)
        work, chance = build_work(conduct, place, client, own, dialling=dial_from_histories)
        for name, frame in tables_of(work, known, chance).items():
            parts[name].append(frame)
    return {name: _frame(name, pl.concat(found)) for name, found in parts.items()}


def tables_of(
    work: Work, tables: Sequence[str], chance: np.random.Generator | None = None
) -> dict[str, pl.DataFrame]:
    """Count one vendor's work.

    Parameters
    ----------
    chance
        Goes on where the plantings left off, for those that act on reports.
    """
    ready = counted(work)
    reports = _reports(work, tables, chance)
    found = {}
    for name in tables:
        frame = _COUNT[name](ready, reports)
        found[name] = frame.select(AGGREGATES[name].columns)
    return found


def _reports(work: Work, tables: Sequence[str], chance: np.random.Generator | None) -> Reports:
    """Derive the few reports that the tables are counted from."""
    needed = {report for name in tables for report in _NEEDS.get(name, ())}
    rng = np.random.default_rng([work.client.seed, work.place, 6])
    reports: Reports = {}
    if "agent_days" in needed:
        reports["agent_days"] = log.agent_days(work, rng).filter(pl.col("month") >= _FIRST)
    if "funnel" in needed:
        bank = Bank(work)
        reports["funnel"] = pl.concat(
            [
                bank.snapshots(period).with_columns(month=pl.lit(month, dtype=pl.Int64))
                for month, period in work.calendar.reported
            ]
        )
    if "invoice_lines" in needed:
        reports["invoice_lines"] = invoice.invoice_lines(work)
    if chance is not None:
        finish_reports(work, reports, chance)
    return reports


_COUNT: dict[str, Callable[[Counted, Reports], pl.DataFrame]] = {
    "A1": lambda c, _: work_tables.work_table(c),
    "A1W": lambda c, _: work_tables.work_table(c, weekly=True),
    "A2": lambda c, _: work_tables.duration_table(c),
    "A3": lambda c, _: day_tables.interval_table(c),
    "A4": lambda c, _: work_tables.repeat_table(c),
    "A5": lambda c, r: day_tables.day_table(c, r["agent_days"]),
    "A6": lambda c, _: work_tables.number_table(c),
    "A6T": lambda c, _: work_tables.top_table(c),
    "A7": lambda c, _: outcome_tables.age_table(c),
    "A7D": lambda c, _: outcome_tables.sale_day_table(c),
    "A8": lambda c, r: outcome_tables.snapshot_table(c, r["funnel"]),
    "A9": lambda c, r: outcome_tables.invoice_table(c, r["invoice_lines"]),
    "A10": outcome_tables.match_table,
    "A11": lambda c, _: outcome_tables.handed_table(c),
}


def tables_of_built(built: Built, tables: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Count a vendor that was worked in full, from its own reports."""
    ready = counted(built.work)
    return {
        name: _frame(name, _COUNT[name](ready, built.reports).select(AGGREGATES[name].columns))
        for name in tables
    }


def _frame(name: str, table: pl.DataFrame) -> pd.DataFrame:
    """Return a table as pandas, in the order in which it would be stored."""
    return table.sort(AGGREGATES[name].keys).to_pandas()
