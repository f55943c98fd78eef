"""Leads newly closed without success, by list and agent, and how many after one dial."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.checks._answers import in_period, mentions, stack
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CLOSED_UNREACHED, OUTCOME, REACHED

PAST_MONTHS: Final = 6
# reasons for which one dial is enough
_DESERVED: Final = (
    "invalid", "wrong number", "wrong_number", "disconnected", "not in service", "do_not_call",
    "do not call", "opt-out", "duplicate", "неверн", "несуществ", "недейств", "не обслуж",
    "не звонить", "дубл",
)  # fmt: skip
_DEAD: Final = ("invalid_number", "do_not_call", "wrong_number")
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "list_id": "string", "agent_id": "string",
    "current": "int64", "closed": "int64", "first_touch": "int64",
}  # fmt: skip


def _closed(tables: Tables, scope: Scope) -> ibis.Table:
    """Return leads closed in the period or the months before it, with the day of closing."""
    funnel = tables["funnel"]
    end = scope.period.end
    funnel = funnel.filter(
        funnel.vendor.isin(scope.vendors), funnel.snapshot_on < ibis.literal(end)
    )
    first = funnel.group_by("vendor").agg(bank_from=funnel.snapshot_on.min())
    first = first.rename(bank_of="vendor")
    closed = funnel.filter(funnel.stage.isin(CLOSED_UNREACHED))
    leads = closed.group_by(["vendor", "lead_id"]).agg(
        stage=closed.stage.max(),
        since=closed.stage_since.min(),
        seen_on=closed.snapshot_on.min(),
        attempts=closed.attempts.max(),
        close_reason=closed.close_reason.max(),
        closer=closed.agent_id.max(),
    )
    leads = leads.join(first, leads.vendor == first.bank_of)
    # what the first snapshot holds may have been closed at any time before it
    leads = leads.filter(leads.since.notnull() | (leads.seen_on > leads.bank_from))
    leads = leads.mutate(closed_on=leads.since.fill_null(leads.seen_on))
    start = scope.period.months_back(PAST_MONTHS + 1).start
    leads = leads.filter(in_period(leads.closed_on, start, end))
    return leads.filter(~mentions(leads.close_reason, _DESERVED))


def _dials(tables: Tables, scope: Scope) -> ibis.Table:
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.lead_id.notnull(),
        calls.started_on < ibis.literal(scope.period.end),
        ~calls.is_test.fill_null(False),
    )
    return calls.group_by(dialled_vendor="vendor", dialled_lead="lead_id").agg(
        dials=calls.count().cast("int64"),
        dead=calls.disposition.isin(_DEAD).cast("int64").max(),
        talked=calls.disposition.isin(REACHED + OUTCOME).cast("int64").max(),
        dialler=calls.agent_id.max(),
    )


def closures(tables: Tables, scope: Scope) -> ibis.Table:
    """Return one row for each closed lead that counts, with `first_touch` 1 or 0."""
    leads, dials = _closed(tables, scope), _dials(tables, scope)
    lists = tables["leads"]
    lists = lists.group_by(listed_vendor="vendor", listed_lead="lead_id").agg(
        on_list=lists.list_id.max()
    )
    found = leads.left_join(
        dials, [leads.vendor == dials.dialled_vendor, leads.lead_id == dials.dialled_lead]
    )
    found = found.left_join(
        lists, [found.vendor == lists.listed_vendor, found.lead_id == lists.listed_lead]
    )
    touches = found.attempts.fill_null(found.dials.fill_null(0))
    found = found.mutate(touches=touches)
    # neither the funnel nor the log says how often it was dialled
    found = found.filter((found.attempts.notnull()) | (found.touches > 0))
    found = found.filter(found.dead.fill_null(0) == 0)
    once = (found.touches == 1) & (found.talked.fill_null(0) == 0)
    current = in_period(found.closed_on, scope.period.start, scope.period.end)
    return found.mutate(
        list_id=found.on_list.fill_null(""),
        agent_id=ibis.coalesce(found.closer, found.dialler, ibis.literal("")),
        first_touch=once.cast("int64"),
        current=current.cast("int64"),
    )


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return closures by vendor, list and agent, now and before, and the leads handed over."""
    leads = closures(tables, scope)
    counted = leads.group_by(["vendor", "list_id", "agent_id", "current"]).agg(
        closed=leads.count().cast("int64"), first_touch=leads.first_touch.sum().cast("int64")
    )
    handed = tables["leads"]
    handed = handed.filter(
        handed.vendor.isin(scope.vendors), handed.handed_on < ibis.literal(scope.period.end)
    )
    handed = handed.group_by("vendor").agg(closed=handed.lead_id.nunique().cast("int64"))
    return stack(
        [
            counted.mutate(kind=ibis.literal("closed")),
            handed.mutate(kind=ibis.literal("handed")),
        ],
        _COLUMNS,
    )


def first_touch_rows(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the leads of the period that were closed after one dial."""
    leads = closures(tables, scope)
    leads = leads.filter((leads.first_touch == 1) & (leads.current == 1))
    return leads.select(
        "vendor", "lead_id", "closed_on", "stage", "close_reason", "agent_id", "list_id"
    )
