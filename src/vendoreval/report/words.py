"""Fixed words of the report that are chosen by a code of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vendoreval.text import N_

DECISIONS: Final[Mapping[str, str]] = {
    "KEEP": N_("keep"),
    "CONDITIONS": N_("keep with conditions"),
    "PROBATION": N_("probation"),
    "REPLACE": N_("replace"),
    "CANNOT_TELL": N_("cannot tell yet"),
}
VERDICTS: Final[Mapping[str, str]] = {
    "SELLS": N_("sells"),
    "UNPROVEN": N_("selling not proven"),
    "MINUTES_LIKE": N_("more like minutes than sales"),
    "CANNOT_TELL": N_("too little data"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    "high": N_("High importance"),
    "medium": N_("Medium importance"),
    "low": N_("Low importance"),
}
TIERS: Final[Mapping[str, str]] = {
    "fact": N_("a fact: it follows exactly from the records"),
    "finding": N_("a finding: chance alone hardly explains it"),
    "review": N_("a question: it needs an answer and proves nothing"),
}
GRADES: Final[Mapping[str, str]] = {
    "E0": N_("the vendor's own summary (E0)"),
    "E1": N_("the vendor's own log (E1)"),
    "E2": N_("export of the vendor's switch (E2)"),
    "E3": N_("records of the carrier or the client's telephony (E3)"),
    "E4": N_("the client's CRM and payments (E4)"),
    "E5": N_("the recording was heard (E5)"),
    "E6": N_("the customer confirmed it (E6)"),
}
STATES: Final[Mapping[str, str]] = {
    "signal": N_("signal"),
    "review": N_("question"),
    "clear": N_("clear"),
    "not_run": N_("not run"),
}
READINGS: Final[Mapping[str, str]] = {
    "for": N_("speaks for the vendor"),
    "against": N_("speaks against the vendor"),
    "neutral": N_("decides nothing"),
    "unknown": N_("not known"),
}
KINDS: Final[Mapping[str, str]] = {
    "fact": N_("exact"),
    "pattern": N_("statistical"),
}
REPORTS: Final[Mapping[str, str]] = {
    "calls": N_("Call log"),
    "agent_days": N_("Agents by day"),
    "agent_sessions": N_("Agents' sessions"),
    "roster": N_("Roster"),
    "funnel": N_("Contract bank"),
    "funnel_events": N_("Contract bank, moves"),
    "sales": N_("Claimed sales"),
    "reviews": N_("Listened calls"),
    "incidents": N_("Incidents"),
    "do_not_call": N_("Do not call"),
    "invoice_lines": N_("Invoice"),
    "leads": N_("Leads handed over"),
    "client_sales": N_("Client's sales"),
    "carrier_calls": N_("Carrier's records"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "vendor": N_("Vendor"),
    "call_id": N_("Call"),
    "agent_id": N_("Agent"),
    # instants stand in the time zone of the agreement, as in the vendor's own files
    "started_at": N_("Start"),
    "started_on": N_("Day"),
    "date": N_("Day"),
    "ended_at": N_("End"),
    "talk_seconds": N_("Talk, s"),
    "billed_seconds": N_("Billed, s"),
    "rated_seconds": N_("By the card, s"),
    "hold_seconds": N_("Hold, s"),
    "wrap_seconds": N_("Wrap-up, s"),
    "ring_seconds": N_("Ringing, s"),
    "line_seconds": N_("On line, s"),
    "duration_seconds": N_("Length, s"),
    "seconds": N_("In question, s"),
    "overlap_seconds": N_("Overlap, s"),
    "disposition": N_("Outcome"),
    "campaign_id": N_("Campaign"),
    "phone": N_("Phone"),
    "caller_phone": N_("Caller's phone"),
    "lead_id": N_("Lead"),
    "sale_id": N_("Sale"),
    "sold_at": N_("Sold at"),
    "sold_on": N_("Sold"),
    "amount": N_("Amount"),
    "invoice_id": N_("Invoice"),
    "line": N_("Line"),
    "unit": N_("Unit"),
    "quantity": N_("Quantity"),
    "unit_price": N_("Price"),
    "description": N_("Description"),
    "status": N_("Status"),
    "product": N_("Product"),
    "period_start": N_("From"),
    "period_end": N_("To"),
    "attempts": N_("Attempts"),
    "close_reason": N_("Why closed"),
    "last_seen_on": N_("Last seen"),
    "stage": N_("Stage"),
    "snapshot_on": N_("Snapshot"),
    "record_id": N_("Record"),
    "dials": N_("Dials"),
    "conversations": N_("Conversations"),
    "sales": N_("Sales"),
}
UNITS: Final[Mapping[str, str]] = {
    "min": N_("min"),
    "minutes": N_("min"),
    "s": N_("s"),
    "seconds": N_("s"),
    "calls": N_("calls"),
    "sales": N_("sales"),
    "sales/1000 min": N_("sales in 1,000 min"),
    "leads": N_("leads"),
    "hours": N_("h"),
    "h": N_("h"),
    "days": N_("days"),
}
CODES: Final[Mapping[str, str]] = {
    "no_answer": N_("no answer"),
    "busy": N_("busy"),
    "failed": N_("failed"),
    "invalid_number": N_("no such number"),
    "voicemail": N_("voicemail"),
    "ivr": N_("voice menu"),
    "dropped": N_("dropped"),
    "gatekeeper": N_("gatekeeper"),
    "wrong_number": N_("wrong number"),
    "wrong_person": N_("wrong person"),
    "callback": N_("call back"),
    "interested": N_("interested"),
    "quote_sent": N_("quote sent"),
    "refusal": N_("refusal"),
    "not_qualified": N_("not suitable"),
    "do_not_call": N_("do not call"),
    "lead": N_("lead"),
    "meeting": N_("meeting"),
    "sale": N_("sale"),
    "test": N_("test"),
    "internal": N_("internal"),
    "technical": N_("technical"),
    "new": N_("new"),
    "contacted": N_("contacted"),
    "quote": N_("quote"),
    "won": N_("won"),
    "lost": N_("lost"),
    "junk": N_("junk"),
    "no_answer_closed": N_("closed without answer"),
    "talk_minute": N_("minute of talk"),
    "handle_minute": N_("minute of handling"),
    "worked_minute": N_("minute worked"),
    "agent_hour": N_("agent hour"),
    "seat_month": N_("seat a month"),
    "dial": N_("dial"),
    "contact": N_("contact"),
    "fixed": N_("fixed fee"),
}
# columns whose values are codes of the canonical tables
CODED_COLUMNS: Final = ("disposition", "stage", "stage_from", "stage_to", "unit")
