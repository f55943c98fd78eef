"""What moved in the funnel, and what was sold."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.definition import Definition
from vendoreval.text import Message, msg

_KEPT: Final = ("client_sales.sale_id",)
_LINE: Final = ("agent_sessions.started_at|agent_days.line_seconds",)
_SALES: Final[Message] = msg("sales in the client's own records, not cancelled")
_CLAIMS: Final[Message] = msg("sales that the vendor reports")

FUNNEL: Final[tuple[Definition, ...]] = (
    Definition(
        "leads_added", msg("Added to the funnel"), "count", "leads_added",
        msg("companies the agent added to the funnel"),
        ("agent_days.leads_added|funnel_events.stage_to",), better="up",
        variants=(msg("first events of companies, where the daily report does not count them"),),
        source="vendoreval",
    ),
    Definition(
        "quotes_sent", msg("Quotes sent"), "count", "quotes_sent",
        msg("individual quotes sent"), ("agent_days.quotes_sent|funnel_events.stage_to",),
        better="up",
        variants=(
            msg("moves to the stage of the quote, where the daily report does not count them"),
        ),
        source="vendoreval",
    ),
    Definition(
        "stage_moves", msg("Stage moves"), "count", "stage_moves",
        msg("moves of companies from one stage to another"), ("funnel_events.stage_to",),
        better="up",
        variants=(msg("differences between two snapshots: they do not show what went to and fro"),),
        source="vendoreval",
    ),
    Definition(
        "stage_age_days", msg("Days at the stage, middle"), "days", "stage_age_median",
        msg("median of the days that open companies have stood at their stage"),
        ("funnel.stage", "funnel.stage_since"), better="down", source="vendoreval",
    ),
    Definition(
        "sales_claimed", msg("Sales reported"), "count", "sales_claimed", _CLAIMS,
        ("sales.sale_id|agent_days.sales",), better="up", source="vendoreval",
    ),
    Definition(
        "surviving_sales", msg("Surviving sales"), "count", "sales_kept", _SALES, _KEPT,
        better="up", source="vendoreval",
    ),
    Definition(
        "conversion", msg("Conversion of the full bank"), "share", "sales_kept", _SALES,
        (*_KEPT, "leads.lead_id"), "leads_supplied",
        msg("all companies handed over until then; the declined ones stay in it"), "wilson",
        better="up",
        variants=(msg("by month of hand-over and age, which is fairer to young companies"),),
        source="AAPOR Standard Definitions (response rate RR1); ve.contract_bank",
    ),
    Definition(
        "conversion_worked", msg("Conversion of companies dialled"), "share", "sales_kept", _SALES,
        (*_KEPT, "calls.lead_id"), "leads_worked", msg("companies dialled"), "wilson",
        better="up", source="AAPOR Standard Definitions",
    ),
    Definition(
        "conversion_conversations", msg("Sales per conversation"), "share", "sales_kept", _SALES,
        (*_KEPT, "calls.disposition"), "conversations", msg("conversations"), "wilson",
        better="up", source="AAPOR Standard Definitions (cooperation rate)",
    ),
    Definition(
        "conversion_rpc", msg("Sales per right party"), "share", "sales_kept", _SALES,
        (*_KEPT, "calls.disposition"), "right_party",
        msg("dials in which the person who decides was spoken to"), "wilson", better="up",
        source="AAPOR Standard Definitions (cooperation rate)",
    ),
    Definition(
        "sales_per_hour", msg("Sales per hour on line"), "per hour", "sales_kept", _SALES,
        (*_KEPT, *_LINE), "line_seconds", msg("hours on line"), "agent-days", 3600.0,
        variants=(msg("per hour of talk"),), better="up", source="ISO 18295-1; SWPP glossary",
    ),
    Definition(
        "cancellation_rate", msg("Cancelled within 30 days"), "share", "sales_cancelled",
        msg("sales cancelled within 30 days"), ("client_sales.cancelled_at",), "sales_mature",
        msg("sales that are 30 days old at least"), "wilson", better="down",
        variants=(msg("all cancelled so far: young sales make it look better than it is"),),
        source="Kaplan & Meier 1958, by age; vendoreval",
    ),
)  # fmt: skip
