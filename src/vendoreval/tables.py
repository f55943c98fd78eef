"""The canonical tables: one name and one type per column, for every engine.

A delivery may hold fewer columns; the ledger fills the rest with null and
remembers which columns were really delivered. Instants are UTC without zone;
the day in the agreement's time zone stands beside each in a column of its own
(`started_on` beside `started_at`), so that no engine converts zones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis

MONEY = "decimal(18, 4)"

# report -> column -> Ibis type; `!` marks a column of the library that is required
_TABLES: Final[dict[str, str]] = {
    "calls": """call_id:!string agent_id:!string started_at:!timestamp started_on:!date
        talk_seconds:!int64 disposition:!string campaign_id:string lead_id:string phone:string
        caller_phone:string direction:string answered_at:timestamp ended_at:timestamp
        ring_seconds:int64 hold_seconds:int64 wrap_seconds:int64 billed_seconds:int64
        hangup_side:string recording_id:string parent_call_id:string is_test:boolean""",
    "agent_days": """agent_id:!string date:!date dials:!int64 conversations:!int64
        line_seconds:!int64 talk_seconds:int64 hold_seconds:int64 wrap_seconds:int64
        available_seconds:int64 pause_seconds:int64 mean_interval_seconds:float64
        leads_added:int64 quotes_sent:int64 sales:int64""",
    "agent_sessions": """agent_id:!string started_at:!timestamp started_on:!date
        ended_at:!timestamp state:string workstation:string""",
    "roster": """agent_id:!string hired_on:!date left_on:date role:string site:string
        shift_start:string shift_end:string timezone:string shared_with:string""",
    "funnel": """snapshot_on:!date lead_id:!string stage:!string stage_since:date
        attempts:int64 close_reason:string agent_id:string amount:money""",
    "funnel_events": """lead_id:!string at:!timestamp at_on:!date stage_from:string
        stage_to:!string reason:string quote_id:string agent_id:string""",
    "sales": """sale_id:!string sold_at:!timestamp sold_on:!date lead_id:string call_id:string
        agent_id:string product:string amount:money currency:string status:string""",
    "reviews": """review_id:!string call_id:!string reviewed_at:!timestamp reviewed_on:!date
        reviewer:string stage:string score:float64 weakness:string feedback:string due_on:date
        applied:string rechecked_call_id:string""",
    "incidents": """incident_id:!string started_at:!timestamp started_on:!date
        ended_at:timestamp scope:string cause:string""",
    "do_not_call": "phone:!string requested_on:!date closed_on:date",
    "invoice_lines": """invoice_id:!string line:!int64 period_start:!date period_end:!date
        unit:!string quantity:!money unit_price:!money amount:!money vat_rate:money
        vat_amount:money campaign_id:string description:string""",
    "leads": """lead_id:!string handed_on:!date vendor:!string phone:string list_id:string
        segment:string source:string is_seed:boolean""",
    "client_sales": """sale_id:!string sold_at:!timestamp sold_on:!date lead_id:string
        phone:string vendor:string amount:money currency:string paid_at:timestamp paid_on:date
        paid_amount:money cancelled_at:timestamp cancelled_on:date""",
    "carrier_calls": """record_id:!string started_at:!timestamp started_on:!date
        duration_seconds:int64 phone:string caller_phone:string answered:boolean""",
}

# what the ledger itself knows; like a report for whoever asks, and delivered by nobody
_LEDGER_TABLES: Final[dict[str, str]] = {
    # one counting delivery: what it covers, when it came, how many rows were kept out
    "deliveries": """vendor:!string report:!string delivery:!int64 first_on:date last_on:date
        received_on:!date accepted_rows:!int64 faulty_rows:!int64 reason:string""",
    # a row whose personal data were erased; its key and the reason stay
    "tombstones": """vendor:!string report:!string delivery:!int64 row_key:string
        lead_id:string erased_on:!date reason:!string""",
    # a row that a later delivery changed, left out or added for days delivered before
    "restated": """vendor:!string report:!string delivery:!int64 by_delivery:!int64
        received_on:!date reason:string row_key:!string day_on:date change:!string
        seconds_before:int64 seconds_after:int64 amount_before:money amount_after:money
        outcome_before:string outcome_after:string""",
}

# the client's files name the vendor in a column or concern nobody in particular
CLIENT_REPORTS: Final[frozenset[str]] = frozenset({"leads", "client_sales", "carrier_calls"})
# days derived on reading: column -> the instant it comes from
DERIVED_DAYS: Final[dict[str, dict[str, str]]] = {
    "calls": {"started_on": "started_at"},
    "agent_sessions": {"started_on": "started_at"},
    "funnel_events": {"at_on": "at"},
    "sales": {"sold_on": "sold_at"},
    "reviews": {"reviewed_on": "reviewed_at"},
    "incidents": {"started_on": "started_at"},
    "client_sales": {"sold_on": "sold_at", "paid_on": "paid_at", "cancelled_on": "cancelled_at"},
    "carrier_calls": {"started_on": "started_at"},
}


def _columns(text: str) -> dict[str, str]:
    parts = (entry.partition(":") for entry in text.split())
    return {name: kind.replace("money", MONEY) for name, _, kind in parts}


def _schema(report: str) -> dict[str, str]:
    columns = (
        {} if report in CLIENT_REPORTS and report != "carrier_calls" else {"vendor": "!string"}
    )
    return columns | _columns(_TABLES[report])


def _types(columns: Mapping[str, str]) -> dict[str, str]:
    return {name: kind.removeprefix("!") for name, kind in columns.items()}


REPORTS: Final[tuple[str, ...]] = tuple(_TABLES)
# report -> column -> type without the mark
COLUMN_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    report: _types(_schema(report)) for report in REPORTS
}
# the same of the tables that the ledger makes of its own history
LEDGER_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    name: _types(_columns(text)) for name, text in _LEDGER_TABLES.items()
}
TABLES: Final[Mapping[str, ibis.Table]] = {
    report: ibis.table(_schema(report), name=report) for report in REPORTS
} | {name: ibis.table(_columns(text), name=name) for name, text in _LEDGER_TABLES.items()}

NOT_REACHED: Final = (
    "no_answer", "busy", "failed", "invalid_number", "voicemail", "ivr", "dropped",
)  # fmt: skip
REACHED_OTHER: Final = ("gatekeeper", "wrong_number", "wrong_person")
REACHED: Final = (
    "callback", "interested", "quote_sent", "refusal", "not_qualified", "do_not_call",
)  # fmt: skip
OUTCOME: Final = ("lead", "meeting", "sale")
ADMIN: Final = ("test", "internal", "technical")
DISPOSITIONS: Final = NOT_REACHED + REACHED_OTHER + REACHED + OUTCOME + ADMIN
CONVERSATION: Final = REACHED_OTHER + REACHED + OUTCOME
STAGES: Final = (
    "new", "contacted", "interested", "quote", "won", "lost", "junk", "no_answer_closed",
)  # fmt: skip
CLOSED_UNREACHED: Final = ("junk", "no_answer_closed")
UNSUCCESSFUL: Final = ("lost", "junk", "no_answer_closed")
