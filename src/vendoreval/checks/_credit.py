"""Whose sale is it? Leads, sales and talk of every agent, by each rule of credit.

A sale is a lead with a sale in the client's own records that was not cancelled. Who
is credited with it depends on what the vendor reports; the check chooses the rule.
"""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.checks._answers import stack
from vendoreval.checks.base import Tables
from vendoreval.measures import vendor_of_sales
from vendoreval.period import Period
from vendoreval.tables import CONVERSATION, UNSUCCESSFUL

COUNTS: Final = (
    "seconds", "conversations", "touched", "touched_sold", "last_sold", "claims", "claimed_sold",
    "bank", "bank_sold",
)  # fmt: skip
_PAIR: Final = {"vendor": "string", "lead_id": "string"}
_AGENT: Final = {"vendor": "string", "agent_id": "string"}


def window_calls(calls: ibis.Table, vendors: tuple[str, ...], window: Period) -> ibis.Table:
    """Return the calls of a stretch of time without tests."""
    return calls.filter(
        calls.vendor.isin(vendors),
        calls.started_on >= ibis.literal(window.start),
        calls.started_on < ibis.literal(window.end),
        ~calls.is_test.fill_null(False),
    )


def agent_credit(tables: Tables, vendors: tuple[str, ...], window: Period) -> ibis.Table:
    """Return one line for each vendor and agent.

    Columns
    -------
    seconds, conversations
        Talk time and conversations.
    touched, touched_sold
        Distinct leads talked to that were not sold before the agent first talked to
        them; those of them that sold on that day or later, under any name.
    last_sold
        Sold leads on which the agent was the last to talk before the sale.
    claims, claimed_sold
        Leads the vendor reports as this agent's sales; those the client confirms.
    bank, bank_sold
        The agent's leads in the latest contract bank that could still sell in the
        stretch; those that did by the client's records or are won in the bank.
    role
        Of the latest hiring on the roster.
    """
    calls = window_calls(tables["calls"], vendors, window)
    talks = calls.filter(calls.talk_seconds > 0, calls.lead_id.notnull())
    bank = _bank(tables["funnel"], vendors, window)
    sold = _sold(tables, stack([talks.select(*_PAIR), bank.select(*_PAIR)], _PAIR), window)
    parts = [
        calls.group_by([calls.vendor, calls.agent_id]).agg(
            seconds=calls.talk_seconds.sum(),
            conversations=calls.disposition.isin(CONVERSATION).cast("int64").sum(),
        ),
        _touched(talks, sold),
        _last(talks, sold),
        _claimed(tables["sales"], sold, vendors, window),
        _bank_credit(bank, sold, window),
    ]
    stacked = stack(parts, _AGENT | dict.fromkeys(COUNTS, "int64"))
    totals = stacked.group_by(["vendor", "agent_id"]).agg(
        **{name: stacked[name].fill_null(0).sum().cast("int64") for name in COUNTS}
    )
    roles = _roles(tables["roster"])
    joined = totals.left_join(
        roles, [totals.vendor == roles.role_vendor, totals.agent_id == roles.role_agent]
    )
    return joined.select("vendor", "agent_id", "role", *COUNTS)


def _sold(tables: Tables, pairs: ibis.Table, window: Period) -> ibis.Table:
    """Return vendor, lead and the first day on which it sold and stayed sold.

    A sale that names no vendor and whose lead was handed to nobody in particular counts
    for every vendor that worked the lead: nobody loses credit by the client's gap.
    """
    sales = vendor_of_sales(tables)
    # open at the start: a lead sold before the stretch could not sell in it
    kept = sales.filter(
        sales.cancelled_on.isnull(),
        sales.lead_id.notnull(),
        sales.sold_on < ibis.literal(window.end),
    )
    named = kept.filter(kept.vendor.notnull()).select("vendor", "lead_id", "sold_on")
    unnamed = kept.filter(kept.vendor.isnull()).select(sold_lead="lead_id", sold_on="sold_on")
    pairs = pairs.distinct()
    matched = unnamed.join(pairs, unnamed.sold_lead == pairs.lead_id)
    both = stack(
        [named, matched.select("vendor", "lead_id", "sold_on")], _PAIR | {"sold_on": "date"}
    )
    return both.group_by(sold_vendor=both.vendor, sold_lead=both.lead_id).agg(
        sold_on=both.sold_on.min()
    )


def _with_sales(table: ibis.Table, sold: ibis.Table) -> ibis.Table:
    return table.left_join(
        sold, [table.vendor == sold.sold_vendor, table.lead_id == sold.sold_lead]
    )


def _touched(talks: ibis.Table, sold: ibis.Table) -> ibis.Table:
    leads = talks.group_by([talks.vendor, talks.agent_id, talks.lead_id]).agg(
        first_on=talks.started_on.min()
    )
    joined = _with_sales(leads, sold)
    after = (joined.sold_on >= joined.first_on).fill_null(False)
    joined = joined.mutate(
        is_alive=(joined.sold_on.isnull() | after).cast("int64"), is_sold=after.cast("int64")
    )
    return joined.group_by([joined.vendor, joined.agent_id]).agg(
        touched=joined.is_alive.sum(), touched_sold=joined.is_sold.sum()
    )


def _last(talks: ibis.Table, sold: ibis.Table) -> ibis.Table:
    joined = talks.join(sold, [talks.vendor == sold.sold_vendor, talks.lead_id == sold.sold_lead])
    before = joined.filter(joined.started_on <= joined.sold_on)
    newest = ibis.window(
        group_by=[before.vendor, before.lead_id],
        order_by=[before.started_at.desc(), before.call_id.desc()],
    )
    ranked = before.mutate(place=ibis.row_number().over(newest))
    last = ranked.filter(ranked.place == 0)
    return last.group_by([last.vendor, last.agent_id]).agg(last_sold=last.count())


def _claimed(
    claims: ibis.Table, sold: ibis.Table, vendors: tuple[str, ...], window: Period
) -> ibis.Table:
    kept = claims.filter(
        claims.vendor.isin(vendors),
        claims.sold_on >= ibis.literal(window.start),
        claims.sold_on < ibis.literal(window.end),
        claims.agent_id.notnull(),
        claims.lead_id.notnull(),
    )
    distinct = kept.select("vendor", "agent_id", "lead_id").distinct()
    joined = _with_sales(distinct, sold)
    joined = joined.mutate(is_sold=joined.sold_on.notnull().cast("int64"))
    return joined.group_by([joined.vendor, joined.agent_id]).agg(
        claims=joined.count(), claimed_sold=joined.is_sold.sum()
    )


def _bank(funnel: ibis.Table, vendors: tuple[str, ...], window: Period) -> ibis.Table:
    """Return the agents' leads of the latest snapshot, without those closed before the window."""
    known = funnel.filter(
        funnel.vendor.isin(vendors), funnel.snapshot_on < ibis.literal(window.end)
    )
    latest = known.group_by(latest_vendor=known.vendor).agg(latest_on=known.snapshot_on.max())
    joined = known.join(
        latest,
        [known.vendor == latest.latest_vendor, known.snapshot_on == latest.latest_on],
    )
    before = (joined.stage_since < ibis.literal(window.start)).fill_null(False)
    kept = joined.filter(
        joined.agent_id.notnull(), ~(joined.stage.isin(UNSUCCESSFUL).fill_null(False) & before)
    )
    kept = kept.mutate(is_won=((kept.stage == "won").fill_null(False) & ~before).cast("int64"))
    return kept.group_by(["vendor", "agent_id", "lead_id"]).agg(is_won=kept.is_won.max())


def _bank_credit(bank: ibis.Table, sold: ibis.Table, window: Period) -> ibis.Table:
    """Credit a lead that the client knows as sold or the bank shows as won.

    A sale that the client's own file lacks, or gives without its date, is a gap of the
    client: whether it is real is another question, and no agent is doubted by it.
    """
    joined = _with_sales(bank, sold)
    could = joined.filter(joined.sold_on.isnull() | (joined.sold_on >= ibis.literal(window.start)))
    could = could.mutate(is_sold=ibis.greatest(could.sold_on.notnull().cast("int64"), could.is_won))
    return could.group_by([could.vendor, could.agent_id]).agg(
        bank=could.count(), bank_sold=could.is_sold.sum()
    )


def _roles(roster: ibis.Table) -> ibis.Table:
    newest = ibis.window(
        group_by=[roster.vendor, roster.agent_id],
        order_by=[roster.hired_on.desc(), roster.role.fill_null("").desc()],
    )
    ranked = roster.mutate(place=ibis.row_number().over(newest))
    last = ranked.filter(ranked.place == 0)
    return last.select(role_vendor="vendor", role_agent="agent_id", role="role")
