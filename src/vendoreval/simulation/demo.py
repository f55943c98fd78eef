"""Write the demo: five vendors, six months, planted schemes and honest look-alikes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from vendoreval.agreement.library import compose
from vendoreval.settings import FILE_NAME
from vendoreval.simulation import client_files, schemes, vendor_reports
from vendoreval.simulation.bank import Bank
from vendoreval.simulation.days import LEAD_IN, Calendar, calendar
from vendoreval.simulation.files import Style, spoil, write
from vendoreval.simulation.truth import DemoTruth, Scheme
from vendoreval.simulation.vendors import CURRENCY, VENDORS
from vendoreval.simulation.work import Work, deleted_companies, work

MONTHS = 6
TIMEZONE = "Europe/Moscow"
CLIENT_NAME = "Sever Office"
CEILING = Decimal("8000.00")
_CALLS_A_MONTH = 20_000
_SMALL_CALLS_A_MONTH = 1_200
_SLIPS = ("beryoza", "delta")
_REPORTS = ("calls", "agent_days", "funnel", "sales", "invoice_lines", "roster")
_STEMS = {"invoice_lines": "invoice"}
_SETTINGS = f"""\
# Demo: one client company and five invented vendors.
client: {CLIENT_NAME}
currency: {CURRENCY}
timezone: {TIMEZONE}
language: en
# what one surviving sale may cost, net of VAT
ceiling:
  default: "{CEILING}"
payment_horizon_days: 30
sale_lag_days: 7
"""


def write_demo(
    folder: str | Path, *, small: bool = False, seed: int = 20261031, end: str = "2026-10"
) -> DemoTruth:
    """Write a complete workspace whose truth is known.

    Parameters
    ----------
    folder
        Where; made when it is not there.
    small
        About 1,200 calls for each vendor and month instead of 20,000.
    seed
        Equal seeds give equal bytes.
    end
        The last of the six months.

    Returns
    -------
    DemoTruth
        What was planted; also in `truth.json` of the folder.

    Examples
    --------
    >>> write_demo("demo", small=True)  # doctest: +SKIP
    DemoTruth(5 vendors, 2026-05 to 2026-10, seed 20261031)
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    days = calendar(end, MONTHS)
    size = _SMALL_CALLS_A_MONTH if small else _CALLS_A_MONTH
    works = [
        work(vendor, place, days, size, seed, small=small)
        for place, vendor in enumerate(VENDORS, start=1)
    ]
    (folder / FILE_NAME).write_text(_SETTINGS, encoding="utf-8")
    _write_agreements(folder / "agreements", days)
    planted = [scheme for done in works for scheme in done.truth]
    for done in works:
        planted += _write_vendor(folder / "inbox" / done.vendor.name, done, seed)
    _write_client(folder / "client", works, days, seed)
    truth = DemoTruth(
        folder=folder,
        seed=seed,
        periods=tuple(str(month) for _, month in days.reported),
        vendors=tuple(vendor.name for vendor in VENDORS),
        calls={done.vendor.name: _calls(done) for done in works},
        schemes=tuple(sorted(planted, key=lambda scheme: (scheme.vendor, scheme.kind))),
    )
    (folder / "truth.json").write_text(truth.to_json(), encoding="utf-8")
    return truth


def _calls(done: Work) -> int:
    return int((done.calendar.month_of_day[done.dials["day"].to_numpy()] >= LEAD_IN).sum())


def _write_agreements(folder: Path, days: Calendar) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, vendor in enumerate(VENDORS, start=1):
        text = compose(
            vendor.name, _REPORTS,
            rate_card=vendor.rate_card,
            parties={
                "number": f"{number:02d}/2026",
                "parties": [CLIENT_NAME, vendor.title],
                "effectiveFrom": "2026-01-01",
            },
            timezone=TIMEZONE,
            dialect=Style.of(vendor).dialect,
            title=f"Reports of {vendor.title}",
        )  # fmt: skip
        (folder / f"{vendor.name}.odcs.yaml").write_text(text, encoding="utf-8")
    text = compose(
        "client", ("leads", "client_sales"), timezone=TIMEZONE, dialect=Style().dialect,
        title=f"Records of {CLIENT_NAME}",
    )  # fmt: skip
    (folder / "client.odcs.yaml").write_text(text, encoding="utf-8")


def _write_vendor(folder: Path, done: Work, seed: int) -> list[Scheme]:
    """Write one vendor's files; return what was planted only in the files."""
    style, name = Style.of(done.vendor), done.vendor.name
    log, totals = vendor_reports.calls(done), vendor_reports.agent_days(done)
    claims, bank = vendor_reports.sales(done), Bank(done)
    excess, slips, removed = Decimal(0), 0, 0
    for number, month in done.calendar.reported:
        rows = log.filter(pl.col("month") == number).drop("month")
        if name in _SLIPS:
            rows, count = spoil(rows, style, (seed, 70, len(name), number))
            slips += count
        bill, more = vendor_reports.invoice(done, number)
        excess += more
        reports = {
            "calls": rows,
            "agent_days": totals.filter(pl.col("month") == number).drop("month"),
            "sales": claims.filter(pl.col("month") == number).drop("month"),
            "funnel": bank.of_month(month),
            "invoice_lines": bill,
        }
        if deleted_companies(done).any():
            listed = int((done.leads.month <= number).sum())
            last = reports["funnel"].filter(pl.col("snapshot_on") == month.last_day)
            removed = listed - len(last)
        for report, frame in reports.items():
            path = folder / f"{_STEMS.get(report, report)}_{month}.csv"
            write(frame, path, report, style)
            _date(path, month.end + timedelta(days=4))
    path = folder / "roster.csv"
    write(vendor_reports.roster(done), path, "roster", style)
    _date(path, done.calendar.months[-1].end + timedelta(days=4))
    start = str(done.calendar.reported[0][1])
    invoiced = str(done.calendar.months[schemes.INVOICE_FROM_MONTH])
    found = (
        Scheme(name, "invoice_above_log", False, invoiced, money=excess),
        Scheme(name, "bad_rows", True, start, count=slips),
        Scheme(name, "bank_deletions", False, done.since, count=removed),
    )
    return [scheme for scheme in found if scheme.money or scheme.count]


def _write_client(folder: Path, works: Sequence[Work], days: Calendar, seed: int) -> None:
    style = Style()
    handed = client_files.leads(works)
    for number, month in enumerate(days.months):
        path = folder / f"leads_{month}.csv"
        write(handed.filter(pl.col("month") == number).drop("month"), path, "leads", style)
        _date(path, month.end)
    known = client_files.client_sales(works, seed)
    known = known.with_columns(month=pl.col("sold_at").dt.strftime("%Y-%m"))
    for (name,), part in known.partition_by(
        "month", as_dict=True, include_key=False, maintain_order=True
    ).items():
        path = folder / f"client_sales_{name}.csv"
        write(part, path, "client_sales", style)
        _date(path, days.months[-1].end + timedelta(days=client_files.EXPORT_DAYS))


def _date(path: Path, on: date) -> None:
    """Give a file the time at which it would have arrived."""
    at = datetime.combine(on, time(7), UTC).timestamp()
    os.utime(path, (at, at))
