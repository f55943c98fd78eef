"""Items that what was delivered answers: three good days, times, codes, roster, recordings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import ibis

from vendoreval.agreement import Agreement, ReportSchema
from vendoreval.engine import frame
from vendoreval.invoicing import expected_invoice
from vendoreval.ledger.calendar import delivery_calendar
from vendoreval.period import Period
from vendoreval.starting.from_agreement import NO_AGREEMENT
from vendoreval.starting.known import DataAnswer, Known, done, not_yet
from vendoreval.tables import TABLES
from vendoreval.text import Count, Day, Message, Money, msg

DAYS_IN_A_ROW: Final = 3
_LAST_DAYS: Final = 30
_FEWEST_JUDGED: Final = 3
_SATURDAY: Final = 5
_CODE_RULES: Final = "code"


def _nothing_posted(known: Known, report: str | None = None) -> Message:
    if report is None:
        return msg("%(vendor)s delivered nothing so far", vendor=known.vendor)
    return msg("%(vendor)s delivered no %(report)s so far", vendor=known.vendor, report=report)


def sample_passed_three_days(known: Known) -> DataAnswer:
    """Say whether each daily report, else the call log, came clean on three days in a row."""
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    reports = _asked_daily(known.agreement)
    best = {}
    for schema in reports:
        days = _clean_days(known, schema)
        best[schema.name] = max((len(run) for run in _runs(days, schema, known)), default=0)
    if not any(best.values()) and known.vendor not in known.ledger.vendors:
        return not_yet(_nothing_posted(known))
    lacking = {name: n for name, n in best.items() if n < DAYS_IN_A_ROW}
    if lacking:
        counts = ", ".join(f"{name} {n}" for name, n in lacking.items())
        return not_yet(
            msg("days in a row without a faulty row, of %(wanted)s: %(counts)s",
                wanted=Count(DAYS_IN_A_ROW), counts=counts)
        )  # fmt: skip
    return done(msg("three days in a row without a faulty row: %(names)s", names=", ".join(best)))


def _asked_daily(agreement: Agreement) -> tuple[ReportSchema, ...]:
    daily = tuple(one for one in agreement.reports.values() if one.every == "day")
    if daily:
        return daily
    calls = agreement.reports.get("calls")
    return (calls,) if calls is not None else tuple(agreement.reports.values())[:1]


def _clean_days(known: Known, schema: ReportSchema) -> set[date]:
    """Return the local days on which a file without a faulty row was received."""
    zone = ZoneInfo(schema.timezone)
    return {
        commit.received_at.astimezone(zone).date()
        for commit in known.ledger.commits
        if (commit.vendor, commit.report) == (known.vendor, schema.name)
        and commit.rows.accepted > 0
        and commit.rows.quarantined == commit.rows.rejected == 0
    }


def _runs(days: set[date], schema: ReportSchema, known: Known) -> Iterator[list[date]]:
    """Yield stretches of working days; a Friday and the Monday after it are in a row."""
    run: list[date] = []
    for day in sorted(days):
        if run and not _follows(run[-1], day, _holidays(known, schema)):
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _follows(one: date, other: date, holidays: frozenset[date]) -> bool:
    between = (one + timedelta(days=n) for n in range(1, (other - one).days))
    return all(day.weekday() >= _SATURDAY or day in holidays for day in between)


def _holidays(known: Known, schema: ReportSchema) -> frozenset[date]:
    if known.agreement is None:
        return frozenset()
    month = Period(known.on - timedelta(days=_LAST_DAYS), known.on + timedelta(days=1))
    made = delivery_calendar(known.ledger, known.vendor, month, agreement=known.agreement)
    return made.holidays


def reports_on_time(known: Known) -> DataAnswer:
    """Say whether everything due in the last thirty days came by its deadline."""
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    if known.vendor not in known.ledger.vendors:
        return not_yet(_nothing_posted(known))
    span = Period(known.on - timedelta(days=_LAST_DAYS), known.on + timedelta(days=1))
    made = delivery_calendar(known.ledger, known.vendor, span, agreement=known.agreement)
    judged = made.count("on_time", "late", "partial", "empty", "missing")
    if not judged:
        return not_yet(
            msg("the agreement names no deadline, or nothing was due since %(day)s",
                day=Day(span.start))
        )  # fmt: skip
    good = made.count("on_time")
    if good < judged:
        return not_yet(
            msg("in time %(good)s of %(judged)s since %(day)s; late %(late)s, missing or empty "
                "%(missing)s, in part %(part)s", good=Count(good), judged=Count(judged),
                day=Day(span.start), late=Count(made.count("late")),
                missing=Count(made.count("missing", "empty")), part=Count(made.count("partial")))
        )  # fmt: skip
    if judged < _FEWEST_JUDGED:
        return not_yet(
            msg("in time %(good)s of %(judged)s since %(day)s, too few to tell",
                good=Count(good), judged=Count(judged), day=Day(span.start))
        )  # fmt: skip
    return done(
        msg("in time %(good)s of %(judged)s since %(day)s", good=Count(good),
            judged=Count(judged), day=Day(span.start))
    )  # fmt: skip


def dispositions_mapped(known: Known) -> DataAnswer:
    """Say whether the agreement maps the codes and no delivery held another."""
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    calls = known.agreement.reports.get("calls")
    if calls is None or "disposition" not in calls.column_names:
        return not_yet(msg("the agreement asks for no call log with dispositions"))
    codes = calls.column("disposition").codes
    if not codes:
        return not_yet(msg("the agreement lists no dispositions"))
    mine = [c for c in known.ledger.live() if (c.vendor, c.report) == (known.vendor, "calls")]
    if not mine:
        return not_yet(
            msg("spellings in the agreement: %(n)s; no call log came to hold against them",
                n=Count(len(codes)))
        )  # fmt: skip
    unknown = sum(commit.counts.get(_CODE_RULES, 0) for commit in mine)
    if unknown:
        return not_yet(msg("cells with a code that the agreement does not know: %(n)s",
                           n=Count(unknown)))  # fmt: skip
    return done(msg("spellings in the agreement: %(n)s; unknown codes delivered: none",
                    n=Count(len(codes))))  # fmt: skip


def roster_complete(known: Known) -> DataAnswer:
    """Say whether the roster holds every agent of the call log."""
    for report in ("calls", "roster"):
        if not _came(known, report):
            return not_yet(_nothing_posted(known, report))
    calls, roster = TABLES["calls"], TABLES["roster"]
    callers = calls.filter(calls.vendor == known.vendor, calls.agent_id.notnull())
    callers = callers.select("agent_id").distinct()
    held = roster.filter(roster.vendor == known.vendor).select("agent_id").distinct()
    absent = callers.anti_join(held, "agent_id")
    found = _one(known, callers.aggregate(n=callers.count()))["n"]
    lost = _rows(known, absent.order_by("agent_id"))
    if lost:
        named = ", ".join(str(row["agent_id"]) for row in lost[:5])
        return not_yet(
            msg("agents who called and are not in the roster: %(n)s of %(all)s, such as %(names)s",
                n=Count(len(lost)), all=Count(int(found)), names=named)
        )  # fmt: skip
    return done(msg("agents who called, all of them in the roster: %(n)s", n=Count(int(found))))


def recordings_equal_calls(known: Known) -> DataAnswer:
    """Say whether every answered call names a recording of its own."""
    if not _came(known, "calls"):
        return not_yet(_nothing_posted(known, "calls"))
    if "recording_id" not in known.ledger.columns(known.vendor, "calls"):
        return not_yet(msg("the call log has no column %(name)s", name="recording_id"))
    calls = TABLES["calls"]
    answered = calls.filter(
        calls.vendor == known.vendor, calls.talk_seconds > 0, ~ibis.coalesce(calls.is_test, False)
    )
    row = _one(
        known,
        answered.aggregate(calls=answered.count(), recordings=answered.recording_id.nunique()),
    )
    count, held = int(row["calls"]), int(row["recordings"])
    sentence = msg("answered calls %(calls)s, recordings %(recordings)s",
                   calls=Count(count), recordings=Count(held))  # fmt: skip
    return done(sentence) if count and count == held else not_yet(sentence)


def sample_invoice_agrees(known: Known) -> DataAnswer:
    """Say whether the latest invoice is the one that the reports and the card give."""
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    if not known.agreement.rate_card:
        return not_yet(msg("the agreement has no rate card"))
    if not _came(known, "invoice_lines"):
        return not_yet(_nothing_posted(known, "invoice_lines"))
    lines = TABLES["invoice_lines"]
    mine = lines.filter(lines.vendor == known.vendor)
    last = _one(known, mine.aggregate(day=mine.period_start.max()))["day"]
    period = Period.parse(f"{last:%Y-%m}")
    made = expected_invoice(known.ledger, known.vendor, period, agreement=known.agreement)
    for total in made.totals:
        unknown = total.unknown
        sentence = msg(
            "%(period)s: expected %(expected)s, billed %(billed)s, difference %(difference)s",
            period=str(period), expected=Money(total.expected_net, total.currency),
            billed=Money(total.billed_net, total.currency),
            difference=Money(total.difference, total.currency),
        )  # fmt: skip
        if unknown:
            return not_yet(msg("%(sums)s; lines that cannot be told: %(n)s", sums=sentence,
                               n=Count(unknown)))  # fmt: skip
        apart = sum(
            (abs(row.difference) for row in made.rows
             if row.difference is not None and row.currency == total.currency
             and not row.is_tolerated),
            Decimal(0),
        )  # fmt: skip
        if apart > _allowed(known.agreement, total.currency, total.expected_net):
            return not_yet(sentence)
    if not made.totals:
        return not_yet(msg("the invoice of %(period)s has no line to work out",
                           period=str(period)))  # fmt: skip
    return done(sentence)


def _allowed(agreement: Agreement, currency: str, expected: Decimal) -> Decimal:
    """Return the money by which both sides let an invoice differ: the card's own tolerance."""
    agreed = [i.invoice_tolerance for i in agreement.rate_card if i.currency == currency]
    return max(
        (max(one.absolute, one.relative * abs(expected)) for one in agreed), default=Decimal(0)
    )


def _came(known: Known, report: str) -> bool:
    return any(
        (c.vendor, c.report) == (known.vendor, report) and c.rows.accepted
        for c in known.ledger.live()
    )


def _rows(known: Known, expression: ibis.Table) -> list[dict[str, Any]]:
    with known.ledger.engine(vendors=(known.vendor,)) as engine:
        return [
            {str(k): v for k, v in row.items()}
            for row in frame(engine.run(expression)).to_dict("records")
        ]


def _one(known: Known, expression: ibis.Table) -> dict[str, Any]:
    return _rows(known, expression)[0]
