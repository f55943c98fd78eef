"""Productivity of a vendor: one period against another, by agent, day, campaign or hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from vendoreval.daily.gather import Gatherer
from vendoreval.daily.notes import notes
from vendoreval.daily.result import Productivity
from vendoreval.daily.rows import MEASURES, rows_of
from vendoreval.daily.sources import sources
from vendoreval.daily.stretches import stretches, working_days
from vendoreval.daily.table import Row
from vendoreval.errors import LedgerError, plain_problem
from vendoreval.ledger import Ledger
from vendoreval.ledger.work_days import rows_by_day
from vendoreval.measures.cut import By, Cut
from vendoreval.period import Period
from vendoreval.report.masking import clean_text, mask_value
from vendoreval.text import Day, msg

#: seconds between dials above which an interval counts as long, unless another is agreed
LIMIT_SECONDS: Final = 180


def productivity(
    ledger: Ledger,
    vendor: str,
    period: str | Period,
    compare_with: str | Period | None = None,
    by: By = "agent",
    *,
    until: str | None = None,
    limit_seconds: int = LIMIT_SECONDS,
    unmasked: bool = False,
    language: str = "en",
) -> Productivity:
    """Return what a vendor did in a period, set against an earlier one and against its past.

    Parameters
    ----------
    ledger
        Everything posted; `Ledger.as_of` for what was known earlier.
    vendor
        Short name.
    period, compare_with
        ``2026-10``, ``2026-W41``, ``2026-10-05`` or ``2026-10-05..2026-10-11``. Without the
        second one it is the period before, and with `until` the usual day.
    by
        ``agent``, ``day``, ``campaign`` or ``hour`` (local, of the agreement).
    until
        ``13:00``: every day is cut off at this local time, so that the day so far stands
        beside usual days up to the same hour.
    limit_seconds
        The agreed limit of an interval between dials, above 0.
    unmasked
        Show codes that hold what names a person.

    Raises
    ------
    LedgerError
        If nothing of the vendor or of the period is in the ledger.
    ValueError
        If a period, an hour or `by` is none, or a period is compared with itself.

    Examples
    --------
    >>> productivity(ledger, "alpha", "2026-10", "2026-09", by="agent")  # doctest: +SKIP
    Productivity(alpha, 2026-10 against 2026-09, by agent: 12 rows)
    """
    if by not in {"agent", "day", "campaign", "hour"}:
        raise ValueError(f"{by!r} is not one of agent, day, campaign, hour")
    if limit_seconds <= 0:
        raise ValueError("the limit of an interval lies above 0 seconds")
    agreement = ledger.agreement(vendor)
    now, until_seconds = _period(period), read_until(until)
    usual_day = compare_with is None and until_seconds is not None
    then = None if usual_day else now.previous() if compare_with is None else _period(compare_with)
    if now == then:
        raise ValueError(f"{now} is compared with itself")
    days, last_day = known_days(ledger, vendor)
    if not any(day in now for day in days):
        raise LedgerError(plain_problem(
            "ledger",
            msg("nothing of %(vendor)s was delivered for %(period)s", vendor=vendor,
                period=str(now)),
            msg("a period between %(first)s and %(last)s", first=Day(days[0]), last=Day(last_day))
            if days else msg("calls or daily reports of the vendor"),
            msg("choose another period, or post what is missing"),
        ))  # fmt: skip
    plan = stretches(now, then, days, last_day)
    schema = agreement.reports.get("calls")
    zone = "UTC" if schema is None else schema.timezone
    cut = Cut((vendor,), by, zone, plan.span, until_seconds)
    found = sources(ledger, vendor, plan.now, cut)
    gatherer = Gatherer(ledger, vendor, found, limit_seconds)
    told = gatherer.breaks_by_sessions(cut, plan.now)
    whole, rows = rows_of(gatherer, cut, plan, told=told, usual_day=usual_day)
    shown = tuple(rows) if unmasked else tuple(_masked(row, by) for row in rows)
    made = Productivity(
        vendor, agreement.title or vendor, by, plan, until_seconds, usual_day, whole, shown,
        tuple(whole.cells), (), language,
    )  # fmt: skip
    said = notes(made, found, told=told, limit_seconds=limit_seconds)
    return replace(made, notes=said)


def _period(period: str | Period) -> Period:
    return Period.parse(period) if isinstance(period, str) else period


def read_until(text: str | None) -> int | None:
    """Return the second of the day written as ``13:00``.

    Raises
    ------
    ValueError
        If it is no time of day.

    Examples
    --------
    >>> read_until("13:30"), read_until(None)
    (48600, None)
    """
    if text is None:
        return None
    hour, _, minute = text.strip().partition(":")
    if not (hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        raise ValueError(f"{text!r} is no time of day such as 13:00")
    if not (0 <= int(hour) <= 24 and 0 <= int(minute) < 60 and len(minute) == 2):
        raise ValueError(f"{text!r} is no time of day such as 13:00")
    seconds = int(hour) * 3600 + int(minute) * 60
    if not 0 < seconds <= 86_400:
        raise ValueError(f"{text!r} is no time of day such as 13:00")
    return seconds


def known_days(ledger: Ledger, vendor: str) -> tuple[tuple[date, ...], date]:
    """Return the vendor's working days and the last day for which anything came."""
    live = [c for c in ledger.live() if c.vendor == vendor]
    for report in ("calls", "agent_days"):
        commits = [c for c in live if c.report == report and c.rows.accepted]
        spans = [c.span for c in commits if c.span is not None]
        if commits:
            ever = Period(date.min, date.max)
            rows = rows_by_day(ledger, commits, report, ever)
            days = working_days(rows)
            if days:
                # the weekend that ends a delivered month belongs to it
                told = max((span.last_day for span in spans), default=days[-1])
                return days, max(told, days[-1])
    return (), date.min


def _masked(row: Row, by: By) -> Row:
    part = clean_text(row.part)
    if by == "agent":
        part = mask_value("agent_id", part)
    return Row(part, row.standing, row.days, row.cells)


__all__ = ["LIMIT_SECONDS", "MEASURES", "known_days", "productivity", "read_until"]
