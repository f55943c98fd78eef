"""Write a world as the folder of a client company: settings, agreements, files, truth."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from vendoreval.agreement.library import compose
from vendoreval.period import Period
from vendoreval.settings import FILE_NAME
from vendoreval.simulation.build import Built
from vendoreval.simulation.days import LEAD_IN
from vendoreval.simulation.files import Style, spoil, write
from vendoreval.simulation.reports.claims import EXPORT_DAYS
from vendoreval.simulation.simulated import CLIENT_REPORTS, TIMEZONE, World
from vendoreval.simulation.world.conduct import CURRENCY

CLIENT_NAME = "Sever Office"
REPORTS = (
    "calls", "agent_days", "agent_sessions", "funnel", "funnel_events", "sales", "reviews",
    "incidents", "do_not_call", "invoice_lines", "roster",
)  # fmt: skip
_STEMS = {"invoice_lines": "invoice"}
# kept as a whole, not by the month
_WHOLE = ("roster", "do_not_call")
_SETTINGS = """\
# {comment}
client: {client}
currency: {currency}
timezone: {timezone}
language: en
# what one surviving sale may cost, net of VAT
ceiling:
  default: "{ceiling}"
payment_horizon_days: 30
sale_lag_days: 7
"""


def write_settings(folder: Path, comment: str, ceiling: str) -> None:
    """Write `vendoreval.yaml` of the client."""
    text = _SETTINGS.format(
        comment=comment, client=CLIENT_NAME, currency=CURRENCY, timezone=TIMEZONE, ceiling=ceiling
    )
    (folder / FILE_NAME).write_text(text, encoding="utf-8")


def write_world(world: World, folder: Path) -> None:
    """Write a world whose vendors all write plain CSV in English."""
    folder.mkdir(parents=True, exist_ok=True)
    write_settings(folder, f"A simulated client company, seed {world.seed}.", "7000.00")
    for number, one in enumerate(world.built, start=1):
        write_agreement(folder / "agreements", one, number, Style(), REPORTS)
        write_vendor(folder / "inbox" / one.work.name, one, Style(), REPORTS)
    write_client_agreement(folder / "agreements", CLIENT_REPORTS)
    write_client(folder / "client", world, CLIENT_REPORTS)
    write_truth(world, folder)


def write_truth(world: World, folder: Path) -> None:
    """Write what is really so: the schemes, and every row they touched."""
    (folder / "truth.json").write_text(world.truth.to_json(), encoding="utf-8")
    (folder / "truth_rows.csv").write_bytes(world.truth_rows().write_csv().encode())


def write_agreement(
    folder: Path, one: Built, number: int, style: Style, reports: tuple[str, ...]
) -> None:
    """Write the reporting agreement of one vendor."""
    folder.mkdir(parents=True, exist_ok=True)
    conduct = one.work.conduct
    first = one.work.calendar.months[0]
    text = compose(
        conduct.name, reports,
        rate_card=conduct.rate_card,
        parties={
            "number": f"{number:02d}/{first.start.year}",
            "parties": [CLIENT_NAME, conduct.title],
            "effectiveFrom": f"{first.start.year}-01-01",
        },
        timezone=TIMEZONE,
        dialect=style.dialect,
        title=f"Reports of {conduct.title}",
    )  # fmt: skip
    (folder / f"{conduct.name}.odcs.yaml").write_text(text, encoding="utf-8")


def write_client_agreement(folder: Path, reports: tuple[str, ...]) -> None:
    """Write the agreement of the client's own files."""
    text = compose(
        "client", reports, timezone=TIMEZONE, dialect=Style().dialect,
        title=f"Records of {CLIENT_NAME}",
    )  # fmt: skip
    (folder / "client.odcs.yaml").write_text(text, encoding="utf-8")


def write_vendor(folder: Path, one: Built, style: Style, reports: tuple[str, ...]) -> None:
    """Write one vendor's files, month by month, each with the time at which it arrived."""
    work = one.work
    for report in reports:
        frame = one.reports[report].drop("mark", strict=False)
        stem = _STEMS.get(report, report)
        if report in _WHOLE:
            path = folder / f"{stem}.csv"
            write(frame, path, report, style)
            arrive(path, work.calendar.months[-1].end + timedelta(days=4))
            continue
        again = one.reports.get(f"{report}:first")
        for number, month in work.calendar.reported:
            rows = frame.filter(pl.col("month") == number).drop("month")
            _write_month(folder, one, report, stem, rows, style, number, month, again)


def _write_month(
    folder: Path,
    one: Built,
    report: str,
    stem: str,
    rows: pl.DataFrame,
    style: Style,
    number: int,
    month: Period,
    again: pl.DataFrame | None,
) -> None:
    """Write one month of a report; what is sent again lies beside what came first."""
    name = f"{stem}_{month}.csv"
    if report == "calls" and "bad_rows" in one.work.doses:
        place = list(one.work.doses).index("bad_rows")
        seed = (one.work.client.seed, 70, one.work.place, number)
        rows, count = spoil(rows, style, seed)
        one.work.truth[place] = one.work.truth[place].plus(count)
    first = None if again is None else again.filter(pl.col("month") == number).drop("month")
    if first is not None and len(first):
        write(first, folder / name, report, style)
        arrive(folder / name, month.end + timedelta(days=4))
        write(rows, folder / "resent" / name, report, style)
        arrive(folder / "resent" / name, one.work.calendar.months[-1].end + timedelta(days=4))
        return
    write(rows, folder / name, report, style)
    arrive(folder / name, month.end + timedelta(days=4))


def write_client(folder: Path, world: World, reports: tuple[str, ...]) -> None:
    """Write the client's own files."""
    style, days = Style(), world.calendar
    exported = days.months[-1].end + timedelta(days=EXPORT_DAYS)
    for number, month in enumerate(days.months):
        handed = world.client_reports["leads"].filter(pl.col("month") == number)
        path = folder / f"leads_{month}.csv"
        write(handed.drop("month"), path, "leads", style)
        arrive(path, month.end)
        if "carrier_calls" in reports and number >= LEAD_IN:
            carried = world.client_reports["carrier_calls"].filter(pl.col("month") == number)
            path = folder / f"carrier_calls_{month}.csv"
            write(carried.drop("month"), path, "carrier_calls", style)
            arrive(path, month.end + timedelta(days=9))
    known = world.client_reports["client_sales"].with_columns(
        month=pl.col("sold_at").dt.strftime("%Y-%m")
    )
    for (name,), part in known.partition_by(
        "month", as_dict=True, include_key=False, maintain_order=True
    ).items():
        path = folder / f"client_sales_{name}.csv"
        write(part, path, "client_sales", style)
        arrive(path, exported)


def arrive(path: Path, on: date) -> None:
    """Give a file the time at which it would have arrived."""
    at = datetime.combine(on, time(7), UTC).timestamp()
    os.utime(path, (at, at))
