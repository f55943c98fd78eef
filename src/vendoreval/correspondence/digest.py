"""One week gathered: its audit, its figures beside the usual, what came and what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vendoreval.agreement import CLIENT, Agreement
from vendoreval.auditing.claims import Claims, all_claims
from vendoreval.auditing.week import covers, parse_week, week_figures
from vendoreval.audits import audit_ledger
from vendoreval.ledger import Ledger
from vendoreval.ledger.calendar import delivery_calendar
from vendoreval.ledger.calendar_states import CalendarRow
from vendoreval.period import Period
from vendoreval.report import AuditDocument, clean_text
from vendoreval.report.digest_models import (
    ArrivalModel,
    DigestDocument,
    OverdueModel,
    WeekFigureModel,
    WeekVendorModel,
)
from vendoreval.report.document import LONGEST_NAME, LanguageCode, claims_model
from vendoreval.settings import Settings

# what is owed for longer stands in the audit of its month
_LOOK_BACK: Final = timedelta(weeks=5)
_OWED: Final = ("missing", "partial", "empty")


def digest_of(
    ledger: Ledger,
    settings: Settings,
    week: str,
    *,
    agreements: Mapping[str, Agreement] | None = None,
    now: datetime | None = None,
    language: LanguageCode = "en",
) -> DigestDocument:
    """Return one week as a frozen document.

    Parameters
    ----------
    week
        ``2026-W43``, Monday to Sunday.
    agreements
        Vendor -> agreement; those of the latest deliveries when not given.
    now
        What fell due later is not owed yet; this moment when not given.

    Raises
    ------
    AgreementError
        If the policy is wrong.
    ValueError
        If the week is none.
    """
    span = parse_week(week)
    at = now or datetime.now(UTC)
    known = dict(agreements or {v: ledger.agreement(v) for v in ledger.vendors})
    audit = _audit(ledger, settings, span, language)
    names = sorted((v for v in known if v != CLIENT), key=lambda v: known[v].title.casefold())
    arrivals, overdue = _reports(ledger, known, span, at)
    waiting = tuple(claim for claim in all_claims(ledger) if claim.answer is None)
    listed = claims_model(Claims(span.last_day.year, settings.currency, waiting), language)
    return DigestDocument(
        language=language,
        week=span.start.strftime("%G-W%V"),
        period=f"{span.start}..{span.last_day}",
        known_on=at.astimezone(ZoneInfo(settings.timezone)).date().isoformat(),
        client=clean_text(settings.client)[:LONGEST_NAME],
        ledger_hash=ledger.head_hash,
        audit=audit,
        vendors=_vendors(ledger, known, names, span),
        arrivals=arrivals,
        overdue=overdue,
        unanswered=listed.rows if listed else (),
    )


def _audit(
    ledger: Ledger, settings: Settings, week: Period, language: LanguageCode
) -> AuditDocument | None:
    """Return the audit of the week; `None` when no vendor delivered anything for it."""
    touched = any(
        commit.vendor != CLIENT and commit.span is not None and commit.span.overlaps(week)
        for commit in ledger.live()
    )
    if not touched:
        return None
    return audit_ledger(ledger, settings, week, None, language).document()


def _title(agreement: Agreement) -> str:
    return " ".join(clean_text(agreement.title).split())[:LONGEST_NAME]


def _vendors(
    ledger: Ledger, agreements: Mapping[str, Agreement], names: list[str], week: Period
) -> tuple[WeekVendorModel, ...]:
    complete = frozenset(v for v in names if covers(ledger, v, week))
    with ledger.engine() as engine:
        figures = week_figures(engine, names, week, complete)
    return tuple(
        WeekVendorModel(
            vendor=vendor,
            title=_title(agreements[vendor]),
            complete=vendor in complete,
            figures=tuple(
                WeekFigureModel(
                    name=f.name, unit=f.unit, value=f.value, usual=f.usual, low=f.low,
                    high=f.high, weeks=f.weeks, position=f.position,
                )
                for f in figures[vendor]
            ),
        )
        for vendor in names
    )  # fmt: skip


def _reports(
    ledger: Ledger, agreements: Mapping[str, Agreement], week: Period, now: datetime
) -> tuple[tuple[ArrivalModel, ...], tuple[OverdueModel, ...]]:
    arrivals, overdue = [], []
    # a unit may be due long after its last day, so the look goes further back than the week
    window = Period(week.start - _LOOK_BACK, week.end)
    for vendor, agreement in sorted(agreements.items(), key=lambda pair: _title(pair[1])):
        title = _title(agreement)
        rows = delivery_calendar(ledger, vendor, window, now, agreement=agreement).rows
        due = [row for row in rows if _due_in(row, week)]
        late = [row for row in due if row.state == "late"]
        owed = [row for row in rows if row.state in _OWED]
        missing = [row for row in due if row.state in _OWED]
        arrivals.append(
            ArrivalModel(
                vendor=vendor, title=title, due=len(due), came=len(due) - len(missing),
                late=len(late), missing=len(missing),
            )
        )  # fmt: skip
        overdue += [_overdue(vendor, title, row) for row in owed]
    overdue.sort(key=lambda row: (row.due_on or "", row.title.casefold(), row.report))
    return tuple(arrivals), tuple(overdue)


def _due_in(row: CalendarRow, week: Period) -> bool:
    if row.state in {"not_due", "awaited"}:
        return False
    due = row.due_at.date() if row.due_at is not None else row.unit.last_day
    return due in week


def _overdue(vendor: str, title: str, row: CalendarRow) -> OverdueModel:
    return OverdueModel(
        vendor=vendor,
        title=title,
        report=row.report,
        unit=str(row.unit),
        due_on=None if row.due_at is None else row.due_at.date().isoformat(),
        state=row.state,
    )
