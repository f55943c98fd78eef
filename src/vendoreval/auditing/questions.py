"""Ask every check of every vendor that has the data; the others are not run, with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vendoreval.agreement import CLIENT
from vendoreval.checks.base import Answer, Check, Need, NotRun, Scope
from vendoreval.engine import Engine
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.tables import TABLES
from vendoreval.text import Message, msg


def ask_all(
    checks: Sequence[Check], ledger: Ledger, engine: Engine, scope: Scope
) -> dict[str, tuple[Answer, ...]]:
    """Return check id -> one answer for each vendor of the scope, in its order."""
    return {check.id: ask(check, ledger, engine, scope) for check in checks}


def ask(check: Check, ledger: Ledger, engine: Engine, scope: Scope) -> tuple[Answer, ...]:
    """Ask one check of every vendor."""
    refused = {
        vendor: answer
        for vendor in scope.vendors
        if (answer := _void(check, vendor, scope) or _refusal(check, ledger, vendor, scope.period))
        is not None
    }
    ready = tuple(vendor for vendor in scope.vendors if vendor not in refused)
    answers = dict(refused)
    if ready:
        asked = replace(scope, vendors=ready)
        small = engine.run(check.reduce(TABLES, asked)).to_pandas()
        answers |= {answer.vendor: answer for answer in check.judge(small, asked)}
    return tuple(answers[vendor] for vendor in scope.vendors)


def _void(check: Check, vendor: str, scope: Scope) -> Answer | None:
    """Refuse to compare levels of vendors that choose their leads themselves."""
    if not check.compares_levels or scope.settings.lead_allocation != "vendor":
        return None
    reason = msg("the vendors choose their leads themselves, so their levels say nothing")
    demand = msg("leads dealt by the client, at best by lot")
    return Answer(vendor, reason, not_run=NotRun(check.id, vendor, reason, demand))


def _refusal(check: Check, ledger: Ledger, vendor: str, period: Period) -> Answer | None:
    """Return the answer of a check that lacks its data for a vendor, else `None`."""
    for need in check.needs:
        problem = _missing(ledger, need, vendor, period)
        if problem is not None:
            reason, demand = problem
            return Answer(vendor, reason, not_run=NotRun(check.id, vendor, reason, demand))
    return None


def _missing(
    ledger: Ledger, need: Need, vendor: str, period: Period
) -> tuple[Message, Message] | None:
    delivered = _delivered(ledger, need, vendor, period)
    if not delivered:
        if need.owner == "client":
            return (
                msg("the client's own report %(report)s was not given", report=need.report),
                msg("put the client's file for report %(report)s into client/", report=need.report),
            )
        return (
            msg("report %(report)s was not delivered", report=need.report),
            msg(
                "ask for report %(report)s, as agreed or as an addition to the agreement",
                report=need.report,
            ),
        )
    lacking = [column for column in need.columns if column not in delivered]
    if lacking:
        names = ", ".join(lacking)
        return (
            msg("report %(report)s has no column %(names)s", report=need.report, names=names),
            msg("ask for column %(names)s in report %(report)s", report=need.report, names=names),
        )
    if need.owner == "vendor" and not _covers(ledger, vendor, need.report, period):
        return (
            msg(
                "report %(report)s was not delivered for %(period)s",
                report=need.report,
                period=str(period),
            ),
            msg("ask for report %(report)s for %(period)s", report=need.report, period=str(period)),
        )
    return None


def _delivered(ledger: Ledger, need: Need, vendor: str, period: Period) -> frozenset[str]:
    """Return the columns delivered by whoever owes the report."""
    owners = {"vendor": (vendor,), "client": (CLIENT,), "either": (vendor, CLIENT)}[need.owner]
    # a column that an old delivery lacked does not stop the question of this month
    found = (
        ledger.columns(owner, need.report, period) or ledger.columns(owner, need.report)
        for owner in owners
    )
    return frozenset().union(*found)


def _covers(ledger: Ledger, vendor: str, report: str, period: Period) -> bool:
    """Whether a live delivery of the report touches the period, or the report has no periods."""
    for commit in ledger.live():
        is_same = commit.vendor == vendor and commit.report == report
        if is_same and (commit.span is None or commit.span.overlaps(period)):
            return True
    return False
