"""Dials, and who was reached by them."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.definition import Definition
from vendoreval.text import Message, msg

_DISPOSITION: Final = ("calls.call_id", "calls.disposition")
_DIALS: Final[Message] = msg("dials")

REACH: Final[tuple[Definition, ...]] = (
    Definition(
        "dials", msg("Dials"), "count", "dials",
        msg("call attempts; tests left out"), ("calls.call_id",),
        variants=(msg("as the vendor's own daily report counts them"),),
        source="ISO 18295-1; NICE CXone outbound reports",
    ),
    Definition(
        "connects", msg("Answered dials"), "count", "connects",
        msg("dials that somebody or something answered: talk time above 0 or an answer stamped"),
        ("calls.call_id", "calls.talk_seconds"),
        variants=(msg("answering machines and voice menus left out"),),
        source="16 CFR 310 (TSR); NICE CXone outbound reports",
    ),
    Definition(
        "connect_rate", msg("Answer rate"), "share", "connects",
        msg("answered dials"), ("calls.call_id", "calls.talk_seconds"), "dials", _DIALS,
        "wilson", better="up", source="AAPOR Standard Definitions; NICE CXone outbound reports",
    ),
    Definition(
        "live_human_rate", msg("Live answers"), "share", "live_answers",
        msg("answered dials that are no answering machine, voice menu or dropped call"),
        (*_DISPOSITION, "calls.talk_seconds"), "connects", msg("answered dials"), "wilson",
        better="up", source="16 CFR 310 (TSR); Ofcom persistent misuse statement",
    ),
    Definition(
        "conversations", msg("Conversations"), "count", "conversations",
        msg("dials that reached a person, by their disposition"), _DISPOSITION,
        variants=(
            msg(
                "answered and longer than a limit of talk time; the limit belongs to the agreement"
            ),
            msg("three turns of each side at least"),
        ),
        source="AAPOR Standard Definitions",
    ),
    Definition(
        "conversation_rate", msg("Conversations per dial"), "share", "conversations",
        msg("conversations"), _DISPOSITION, "dials", _DIALS, "wilson", better="up",
        variants=(msg("by company and not by dial: see the contact rate of companies"),),
        source="AAPOR Standard Definitions (contact rate)",
    ),
    Definition(
        "rpc_rate", msg("Right party per dial"), "share", "right_party",
        msg("dials in which the person who decides was spoken to"), _DISPOSITION, "dials", _DIALS,
        "wilson", better="up", source="AAPOR Standard Definitions; collections practice (RPC)",
    ),
    Definition(
        "rpc_of_conversations", msg("Right party per conversation"), "share", "right_party",
        msg("dials in which the person who decides was spoken to"), _DISPOSITION,
        "conversations", msg("conversations"), "wilson", better="up",
        source="AAPOR Standard Definitions; collections practice (RPC)",
    ),
    Definition(
        "no_answer_rate", msg("Dials without a person"), "share", "not_reached",
        msg("dials that reached nobody: no answer, busy, failed, machine, dropped"),
        _DISPOSITION, "dials", _DIALS, "wilson", better="down",
        source="AAPOR Standard Definitions (non-contact)",
    ),
    Definition(
        "abandoned_rate", msg("Dropped live answers"), "share", "dropped",
        msg("answered calls for which there was no agent"), _DISPOSITION,
        "live_or_dropped", msg("live answers and dropped calls"), "wilson", better="down",
        variants=(msg("per campaign and 30 days, with 3%% allowed (United States)"),),
        source="16 CFR 310.4(b)(4); Ofcom persistent misuse statement",
    ),
    Definition(
        "wrong_number_rate", msg("Wrong numbers"), "share", "wrong_number",
        msg("dials to a wrong or invalid number"), _DISPOSITION, "dials", _DIALS, "wilson",
        better="down",
        variants=(msg("by company worked: the quality of the base, not of the vendor"),),
        source="AAPOR Standard Definitions (not eligible)",
    ),
    Definition(
        "do_not_call_rate", msg("Asked not to be called"), "share", "do_not_call",
        msg("conversations that ended with the wish not to be called"), _DISPOSITION,
        "conversations", msg("conversations"), "wilson", better="down",
        source="16 CFR 310.4(b)(1)(iii)",
    ),
)  # fmt: skip
