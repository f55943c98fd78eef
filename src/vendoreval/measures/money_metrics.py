"""What was billed, and what came of it."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.definition import Definition
from vendoreval.text import Message, msg

_BILL: Final = ("invoice_lines.amount",)
_BILLED: Final[Message] = msg("billed net amount, set-up fees with it")
_SALES: Final[Message] = msg("sales in the client's own records, not cancelled")

MONEY: Final[tuple[Definition, ...]] = (
    Definition(
        "billed", msg("Billed"), "money", "billed", _BILLED, _BILL,
        source="invoice",
    ),
    Definition(
        "billed_minutes", msg("Billed minutes"), "min", "billed_minutes",
        msg("minutes of the invoice lines that bill time"), ("invoice_lines.quantity",),
        source="invoice",
    ),
    Definition(
        "talked_of_billed", msg("Talked of the billed minutes"), "share", "talk_minutes_logged",
        msg("minutes of talk in the call log"), ("invoice_lines.quantity", "calls.talk_seconds"),
        "billed_minutes", msg("billed minutes"), source="vendoreval",
    ),
    Definition(
        "cost_per_conversation", msg("Cost per conversation"), "money", "billed", _BILLED,
        (*_BILL, "calls.disposition"), "conversations", msg("conversations"), better="down",
        source="ISO 18295-2",
    ),
    Definition(
        "cost_per_rpc", msg("Cost per right party"), "money", "billed", _BILLED,
        (*_BILL, "calls.disposition"), "right_party",
        msg("dials in which the person who decides was spoken to"), better="down",
        source="ISO 18295-2",
    ),
    Definition(
        "cost_per_lead", msg("Cost per company dialled"), "money", "billed", _BILLED,
        (*_BILL, "calls.lead_id"), "leads_worked", msg("companies dialled"), better="down",
        source="ISO 18295-2",
    ),
    Definition(
        "cost_per_claimed_sale", msg("Cost per reported sale"), "money", "billed", _BILLED,
        (*_BILL, "sales.sale_id|agent_days.sales"), "sales_claimed",
        msg("sales that the vendor reports"), better="down", source="ISO 18295-2 (CPA)",
    ),
    Definition(
        "cost_per_surviving_sale", msg("Cost per surviving sale"), "money", "billed", _BILLED,
        (*_BILL, "client_sales.sale_id"), "sales_kept", _SALES, better="down",
        variants=(msg("with the client's own cost of the base: cost of winning a customer (CAC)"),),
        source="vendoreval; interval as in the audit: chance of sales and honest spread of agents",
    ),
    Definition(
        "revenue_per_minute", msg("Revenue per billed minute"), "money", "revenue_kept",
        msg("amount of surviving sales"), ("client_sales.amount", "invoice_lines.quantity"),
        "billed_minutes", msg("billed minutes"), better="up", source="vendoreval",
    ),
    Definition(
        "margin_per_minute", msg("Margin per billed minute"), "money", "revenue_less_billed",
        msg("amount of surviving sales less what was billed"),
        ("client_sales.amount", "invoice_lines.quantity", "invoice_lines.amount"),
        "billed_minutes", msg("billed minutes"), better="up", source="vendoreval",
    ),
)  # fmt: skip
