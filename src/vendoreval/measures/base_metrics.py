"""How the base of companies was worked."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.definition import Definition
from vendoreval.text import Message, msg

_LEADS: Final = ("calls.lead_id",)
_REACHED: Final = ("calls.lead_id", "calls.disposition")
_SUPPLIED: Final = ("calls.lead_id", "leads.lead_id")
_WORKED: Final[Message] = msg("companies dialled")
_HANDED: Final[Message] = msg("companies handed over until then")
_CLOSED: Final = ("funnel.stage", "funnel.lead_id")

BASE: Final[tuple[Definition, ...]] = (
    Definition(
        "leads_worked", msg("Companies dialled"), "count", "leads_worked",
        msg("distinct companies with a dial"), _LEADS, source="Convoso, list penetration",
    ),
    Definition(
        "list_penetration", msg("Penetration of the base"), "share", "leads_worked",
        msg("companies dialled once at least"), _SUPPLIED, "leads_supplied", _HANDED, "wilson",
        better="up", source="Convoso, list penetration",
    ),
    Definition(
        "coverage", msg("Companies dialled three times at least"), "share", "leads_dialled_thrice",
        msg("companies with three dials at least"), _SUPPLIED, "leads_supplied", _HANDED,
        "wilson", better="up",
        variants=(msg("the number of dials belongs to the agreement; three is usual"),),
        source="Convoso, list penetration",
    ),
    Definition(
        "attempts_per_lead", msg("Dials per company"), "ratio", "lead_dials",
        msg("dials to companies of the base"), _LEADS, "leads_worked", _WORKED,
        source="Convoso, attempts per lead",
    ),
    Definition(
        "retry_gap_hours", msg("Hours until the next dial to a company"), "h", "retry_seconds",
        msg("seconds between dials to the same company"), (*_LEADS, "calls.started_at"),
        "retries", msg("repeated dials"), "none", 1 / 3600, source="Convoso, retry rules",
    ),
    Definition(
        "retry_spread", msg("Different hours of the day per company"), "ratio", "lead_hours",
        msg("distinct local hours at which a company was dialled"),
        (*_LEADS, "calls.started_at"), "leads_worked", _WORKED, better="up",
        source="Convoso, retry rules",
    ),
    Definition(
        "contact_rate", msg("Companies reached"), "share", "leads_reached",
        msg("companies with a conversation"), _REACHED, "leads_worked", _WORKED, "wilson",
        better="up", variants=(msg("by dial: see conversations per dial"),),
        source="AAPOR Standard Definitions (contact rate)",
    ),
    Definition(
        "no_answer_share", msg("Base without an answer"), "share", "leads_unreached",
        msg("companies dialled and never reached"), _REACHED, "leads_worked", _WORKED, "wilson",
        better="down", source="AAPOR Standard Definitions (non-contact)",
    ),
    Definition(
        "junk_rate", msg("Junk companies"), "share", "leads_junk",
        msg("companies with a wrong or invalid number"), _REACHED, "leads_worked", _WORKED,
        "wilson", better="down",
        variants=(msg("companies the vendor closed as junk in the funnel"),),
        source="AAPOR Standard Definitions (not eligible)",
    ),
    Definition(
        "first_touch_close_rate", msg("Closed after the first touch"), "share",
        "closed_first_touch",
        msg("companies closed as not answered or junk after exactly one dial"), _CLOSED,
        "closed_unreached", msg("all companies closed as not answered or junk"), "wilson",
        better="down",
        variants=(msg("of all companies handed over: see the next metric"),),
        source="vendoreval",
    ),
    Definition(
        "first_touch_of_supplied", msg("Closed after the first touch, of the whole base"), "share",
        "closed_first_touch",
        msg("companies closed as not answered or junk after exactly one dial"),
        (*_CLOSED, "leads.lead_id"), "leads_supplied", _HANDED, "wilson", better="down",
        source="vendoreval",
    ),
)  # fmt: skip
