"""Months of one vendor as the checks of the own past see them, with known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from check_world import item, scope_of
from vendoreval.checks._own_months import _KEYS, COUNTS
from vendoreval.checks.base import Scope
from vendoreval.measures import number_of_month
from vendoreval.period import Period

LAST = number_of_month(date(2026, 10, 1))
LEADS_A_PERSON = 60
MINUTES_A_LEAD = 3.0
SALES_A_LEAD = 0.10


@dataclass(frozen=True)
class Past:
    """What happened at one vendor.

    Parameters
    ----------
    padding, since, padders
        Minutes more for each lead, from which month, and for what share of the persons.
    sells
        Factor of sales for each lead since then.
    volume
        Factor of the leads handed over since then.
    leads_known, segments
        Whether the client's leads are there, and the kinds in which they come.
    mix_since
        From this month on the second kind, which sells half as well, is the larger one.
    """

    vendor: str = "v00"
    persons: int = 12
    months: int = 24
    padding: float = 0.0
    since: int = 12
    padders: float = 1.0
    sells: float = 1.0
    volume: float = 1.0
    leads_known: bool = True
    segments: tuple[str, ...] = ("new",)
    mix_since: int | None = None
    sales: float = SALES_A_LEAD
    noise: float = 0.03
    list_id: str = ""


def frame_of(*pasts: Past, seed: int = 1) -> pd.DataFrame:
    """Return the small table of several vendors."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for past in pasts:
        rows += _rows(past, rng)
    return pd.DataFrame(rows, columns=[*_KEYS, *COUNTS]).fillna(
        dict.fromkeys(COUNTS, 0) | {"month": 0, "week": 0}
    )


def _rows(past: Past, rng: np.random.Generator) -> list[dict[str, Any]]:
    style = np.exp(rng.normal(0, 0.15, past.persons))
    rows: list[dict[str, Any]] = []
    for month in range(past.months):
        number = LAST - past.months + 1 + month
        changed = month >= past.since
        leads = round(LEADS_A_PERSON * (past.volume if changed else 1.0))
        everybody = np.exp(rng.normal(0, past.noise))
        for person in range(past.persons):
            pads = changed and person < past.padders * past.persons
            minutes = leads * MINUTES_A_LEAD * style[person] * everybody
            minutes *= np.exp(rng.normal(0, 0.08)) * (1 + (past.padding if pads else 0.0))
            rows.append(_work(past, number, person, leads, int(60 * minutes)))
        rows += _outcomes(past, month, number, leads * past.persons, changed, rng)
    last = [row for row in rows if row["kind"] == "work" and row["month"] == LAST]
    return rows + [row | {"kind": "period"} for row in last]


def _work(past: Past, number: int, person: int, leads: int, seconds: int) -> dict[str, Any]:
    on_list = int(past.leads_known)
    return {
        "kind": "work", "vendor": past.vendor, "agent_id": f"A{person:02}", "month": number,
        "dials": 3 * leads, "talk_seconds": seconds, "billed_seconds": seconds,
        "lead_seconds": seconds * on_list, "leads_touched": leads, "leads_worked": leads * on_list,
    }  # fmt: skip


def _outcomes(
    past: Past, month: int, number: int, leads: int, changed: bool, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Return leads handed over and sales of a month."""
    shares = [1.0, *[0.5] * (len(past.segments) - 1)]
    if past.mix_since is not None and month >= past.mix_since:
        shares = shares[::-1]
    kinds = np.array(shares) / sum(shares)
    worth = np.array([1.0, *[0.5] * (len(past.segments) - 1)])
    rate = past.sales * (past.sells if changed else 1.0) * float(kinds @ worth)
    sold = int(rng.poisson(leads * rate * np.exp(rng.normal(0, 0.05))))
    common = {"vendor": past.vendor, "month": number}
    handed = [
        common | {"kind": "handed", "segment": name, "source": "s", "list_id": past.list_id,
                  "leads": int(leads * share)}
        for name, share in zip(past.segments, kinds, strict=True)
    ]  # fmt: skip
    return [*(handed if past.leads_known else []),
            common | {"kind": "sold", "recorded": sold, "sold": sold}]  # fmt: skip


def scope(vendors: Sequence[str] = ("v00",), **settings: Any) -> Scope:
    """Return the audit of October 2026."""
    return scope_of({name: [item()] for name in vendors}, **settings)


# ------------------------------------------------------- the same as rows of the ledger


def history_rows(
    vendors: Sequence[str], months: Sequence[Period], leads: int = 100, persons: int = 10
) -> Mapping[str, list[dict[str, Any]]]:
    """Return leads, calls and sales of whole months, one call for each lead."""
    rng = np.random.default_rng(5)
    rows: dict[str, list[dict[str, Any]]] = {"leads": [], "calls": [], "client_sales": []}
    for vendor in vendors:
        for month in months:
            for number in range(leads):
                name = f"{vendor}-{month}-{number}"
                common = {"vendor": vendor, "lead_id": name}
                start = pd.Timestamp(month.start) + pd.Timedelta(days=number % 28, hours=10)
                start = start.to_pydatetime()
                rows["leads"].append(
                    common | {"handed_on": month.start, "list_id": f"L{number % 3}"}
                )
                rows["calls"].append(
                    common
                    | {"call_id": f"c-{name}", "agent_id": f"A{number % persons}",
                       "started_at": start, "talk_seconds": int(rng.integers(60, 300)),
                       "disposition": "interested"}
                )  # fmt: skip
                if number % 3 == 0:
                    sale = {"sale_id": f"s-{name}", "sold_at": start, "paid_at": start}
                    rows["client_sales"].append(common | sale | {"amount": "7000.00"})
    return rows
