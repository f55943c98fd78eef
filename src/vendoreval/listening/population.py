"""The calls one could listen to: conversations, and how far on the way to a result each is."""

from __future__ import annotations

from typing import Final

import ibis
import pandas as pd

from vendoreval.checks.feedback_not_applied import listened
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.tables import CONVERSATION, OUTCOME, TABLES

# the way of a lead, from the first call to the final result
STEPS: Final = ("first", "further", "quote", "result")
_DECLINED: Final = ("refusal", "not_qualified", "do_not_call")


def conversations(vendor: str, period: Period) -> ibis.Table:
    """Return the conversations of a vendor in a period, each with its step.

    Columns call_id, agent_id, started_at, started_on, campaign_id, lead_id, recording_id,
    disposition, talk_seconds, step and heard_before (0 or 1).

    Notes
    -----
    The first conversation with a lead, whatever its outcome but a sale, a meeting or a lead,
    is `first`; one that ends in these, or declines later, is a `result`; one that ends in a
    quote is a `quote`; all others are `further`. A call without a lead is a first one.
    """
    calls = TABLES["calls"]
    spoken = calls.filter(
        calls.vendor == vendor,
        calls.started_on < ibis.literal(period.end),
        calls.disposition.isin(CONVERSATION),
        calls.talk_seconds > 0,
        ~calls.is_test.fill_null(False),
    )
    named = spoken.filter(spoken.lead_id.notnull())
    earliest = named.group_by(first_lead="lead_id").agg(first_at=named.started_at.min())
    found = spoken.filter(spoken.started_on >= ibis.literal(period.start))
    found = found.left_join(earliest, found.lead_id == earliest.first_lead)
    is_first = (found.first_at == found.started_at).fill_null(True)
    found = found.mutate(
        step=ibis.cases(
            (found.disposition.isin(OUTCOME), "result"),
            (found.disposition == "quote_sent", "quote"),
            (is_first, "first"),
            (found.disposition.isin(_DECLINED), "result"),
            else_="further",
        )
    )
    heard = listened(TABLES, (vendor,))
    heard = heard.select(heard_call="call_id").distinct()
    found = found.left_join(heard, found.call_id == heard.heard_call)
    return found.select(
        "call_id", "agent_id", "started_at", "started_on", "campaign_id", "lead_id",
        "recording_id", "disposition", "talk_seconds", "step",
        heard_before=found.heard_call.notnull().cast("int64"),
    )  # fmt: skip


def local_times(instants: pd.Series, ledger: Ledger, vendor: str) -> pd.Series:
    """Return instants of the ledger on the clock of a vendor's call log."""
    calls = ledger.agreement(vendor).reports.get("calls")
    zone = calls.timezone if calls is not None else "UTC"
    local: pd.Series = pd.to_datetime(instants).dt.tz_localize("UTC").dt.tz_convert(zone)
    return local
