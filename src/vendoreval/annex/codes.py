"""What the codes of the common lists mean, for both sides to agree on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vendoreval.text import Message, msg

DISPOSITIONS: Final[Mapping[str, Message]] = {
    "no_answer": msg("it rang and nobody answered"),
    "busy": msg("the line was busy"),
    "failed": msg("the network could not put the call through"),
    "invalid_number": msg("the number does not exist or is not in service"),
    "voicemail": msg("an answering machine or mailbox answered"),
    "ivr": msg("a voice menu answered and no person was reached"),
    "dropped": msg("answered and cut off before a word was exchanged"),
    "gatekeeper": msg("somebody other than the person who decides answered and did not connect"),
    "wrong_number": msg("a person answered; the number belongs to somebody else"),
    "wrong_person": msg("the right company; the person who decides was not there"),
    "callback": msg("the person who decides asked to be called at another time"),
    "interested": msg("the person who decides wants to hear more; nothing is agreed"),
    "quote_sent": msg("an offer was agreed and sent"),
    "refusal": msg("the person who decides said no"),
    "not_qualified": msg("the company does not meet the conditions of the product"),
    "do_not_call": msg("the person asked not to be called again; all attempts stop"),
    "lead": msg("an application or contact that meets the agreed conditions"),
    "meeting": msg("a meeting with a day and an hour was agreed"),
    "sale": msg("the sale was agreed in the call"),
    "test": msg("a test call; it is never paid for"),
    "internal": msg("a call between people of the vendor; it is never paid for"),
    "technical": msg("an entry of the system without a customer; it is never paid for"),
}
STAGES: Final[Mapping[str, Message]] = {
    "new": msg("handed over, not yet dialled"),
    "contacted": msg("spoken to at least once"),
    "interested": msg("wants to hear more"),
    "quote": msg("an offer has been sent"),
    "won": msg("closed with a sale"),
    "lost": msg("closed without a sale"),
    "junk": msg("closed: no real or fitting company"),
    "no_answer_closed": msg("closed without ever having been reached"),
}
_LISTS: Final = {
    "disposition": DISPOSITIONS,
    "stage": STAGES,
    "stage_from": STAGES,
    "stage_to": STAGES,
}


def definition(column: str, code: str) -> Message | None:
    """Return what a code of the common list means; `None` for any other code.

    Examples
    --------
    >>> definition("stage", "won").template
    'closed with a sale'
    """
    return _LISTS.get(column, {}).get(code)
