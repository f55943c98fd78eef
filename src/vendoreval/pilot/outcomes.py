"""What became of the leads on trial, out of the client's own books in the ledger."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd

from vendoreval.engine import Engine, frame
from vendoreval.ledger import Ledger
from vendoreval.tables import TABLES


def lead_outcomes(ledger: Ledger, key: pd.DataFrame, vendor: str) -> pd.DataFrame:
    """Return each lead of one arm: handed_on, sold_on, position.

    Parameters
    ----------
    key
        The kept split: lead_id, arm, position.

    Returns
    -------
    pandas.DataFrame
        `handed_on` is missing where the client has not handed it over yet; `sold_on` is the
        first surviving sale of the client's books, and missing where there is none.
    """
    own = key.loc[key["arm"] == vendor, ["lead_id", "position"]].astype({"lead_id": "object"})
    with ledger.engine() as engine:
        handed = _frame(engine, _handed(vendor))
        sold = _frame(engine, _sold())
    found = own.merge(handed, on="lead_id", how="left").merge(sold, on="lead_id", how="left")
    return found[["lead_id", "handed_on", "sold_on", "position"]]


def calls_for(ledger: Ledger, vendor: str, first: date, last: date) -> int:
    """Return how many calls a vendor reported between two days, both included."""
    calls = TABLES["calls"]
    mine = calls.filter(
        calls.vendor == vendor, calls.started_on >= ibis.literal(first),
        calls.started_on <= ibis.literal(last),
    )  # fmt: skip
    with ledger.engine() as engine:
        return int(frame(engine.run(mine.aggregate(n=mine.count())))["n"].iloc[0])


def _handed(vendor: str) -> ibis.Table:
    leads = TABLES["leads"]
    return (
        leads.filter(leads.vendor == vendor)
        .group_by("lead_id")
        .agg(handed_on=leads.handed_on.min())
    )


def _sold() -> ibis.Table:
    sales = TABLES["client_sales"]
    kept = sales.filter(sales.lead_id.notnull(), sales.cancelled_on.isnull())
    return kept.group_by("lead_id").agg(sold_on=kept.sold_on.min())


def _frame(engine: Engine, expression: ibis.Table) -> pd.DataFrame:
    return frame(engine.run(expression))
