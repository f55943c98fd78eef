"""Does an agent drop calls within seconds, and do people call straight back?

A conversation hung up after five seconds counts as a conversation and as a worked lead. It
costs the client the lead. Customers who wanted to talk call back at once.

Method: conversations without an outcome that the vendor dialled; of these, those with less
than ten seconds of talk. Their number over the one expected in the campaign, with the error
between agents, is held against the other vendors with their honest spread, or against the
vendor's own earlier months; agents are held against their colleagues, whose honest spread is
weighed in. Calls of the same number within ten minutes are the confirmation: a customer who
calls back was cut off, an agent who dials again lost the line.

Source: Spiegelhalter 2005 (comparison with honest spread); Gelman 2006 (its prior).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from vendoreval.checks._answers import agents_line, of_others, of_vendor, total
from vendoreval.checks._departure import (
    Figures,
    Words,
    answered,
    enough_conversations,
    evidence_of_departure,
    too_few_conversations,
)
from vendoreval.checks._levels import Counted
from vendoreval.checks._people import Departure, departures
from vendoreval.checks._short_calls import COUNTS, SHORT_SECONDS, reduced, short_rows
from vendoreval.checks.base import Answer, Check, Need, Scope
from vendoreval.text import N_, Count, Message, Percent, msg

ID: Final = "very_short_calls"
MINIMUM_N: Final = 150
_SHORT: Final = Counted("short", "calls", strata=("campaign_id",))
# where so many are dialled again at once, the line is the likelier reason
_LOST_LINES: Final = 0.5


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = frame.astype(dict.fromkeys((*COUNTS, "current"), "int64"))
    found = departures(frame, _SHORT, _enough, scope, house_is_evidence=True)
    now = frame[frame["current"] == 1]
    return [_answer(now, vendor, found.get(vendor), scope) for vendor in scope.vendors]


def _enough(calls: pd.DataFrame) -> bool:
    return enough_conversations(calls, MINIMUM_N)


def _answer(now: pd.DataFrame, vendor: str, found: Departure | None, scope: Scope) -> Answer:
    own = of_vendor(now, vendor)
    n, short = total(own, "calls"), total(own, "short")
    if found is None:
        return too_few_conversations(ID, own, vendor, MINIMUM_N)
    statement = msg(
        "conversations under %(limit)s seconds: %(short)s of %(n)s (%(share)s)",
        limit=Count(SHORT_SECONDS),
        short=Count(short),
        n=Count(n),
        share=Percent(short / n),
    )
    if not found.is_above or not short:
        return answered(vendor, statement, n, found)
    low, point, high = found.excess(short)
    each = total(own, "short_seconds") / short
    figures = Figures(
        observed=short / n,
        expected=max(0.0, short - point) / n,
        n=n,
        told=_told(statement, own, of_others(now, vendor), point),
        seconds=(low * each, point * each, high * each),
        asks_only=total(own, "dialled_again") > _LOST_LINES * short,
    )
    evidence = evidence_of_departure(_WORDS, vendor, found, figures, scope)
    return answered(vendor, statement, n, found, evidence)


def _told(
    statement: Message, own: pd.DataFrame, others: pd.DataFrame, excess: float
) -> list[Message]:
    told = [statement]
    if total(others, "calls"):
        share = total(others, "short") / total(others, "calls")
        told.append(msg("share at the other vendors: %(share)s", share=Percent(share)))
    told += [
        msg("above the usual: about %(n)s conversations", n=Count(round(excess))),
        msg(
            "the customer called within ten minutes: %(back)s times; the vendor dialled again: "
            "%(again)s times",
            back=Count(total(own, "called_back")),
            again=Count(total(own, "dialled_again")),
        ),
        msg(
            "agents with the most: %(agents)s",
            agents=agents_line(own.groupby("agent_id")["short"].sum()),
        ),
    ]
    return told


_WORDS: Final = Words(
    check=ID,
    unit="share",
    title=msg("More conversations end within seconds than usual"),
    criteria=msg(
        "in one campaign the share of conversations that end within ten seconds is alike; honest "
        "vendors and agents differ, and this spread is allowed for"
    ),
    cause=msg(
        "unknown from these data: a target of conversations, a bad line or a list of people who "
        "hang up look alike; who hung up, and who called back, tells them apart"
    ),
    ask=(
        msg("the switch's record of who hung up, for the listed calls"),
        msg("the recordings of thirty of the listed calls, chosen by lot"),
    ),
)

CHECK = Check(
    id=ID,
    question=N_("Does an agent drop calls within seconds, and do people call straight back?"),
    kind="pattern",
    family="e",
    needs=(Need("calls", ("agent_id", "talk_seconds", "disposition")),),
    reduce=reduced,
    judge=_judge,
    rows=short_rows,
    row_report="calls",
    honest_explanations=(
        N_("a line or a trunk that breaks off calls"),
        N_("a list of people who hang up on the first word"),
        N_("an announcement of the call that the law demands, after which people hang up"),
    ),
    what_would_clear_it=N_(
        "the switch's record that the customers hung up, or faults of the line on those days"
    ),
    catches="dropped_in_seconds",
    minimum_n=MINIMUM_N,
    about=N_(
        "Of the conversations without an outcome that the vendor dialled, those under ten seconds "
        "of talk are counted. Their number over the one expected in the campaign, with the error "
        "between agents, is held against the other vendors (from six on with their measured "
        "spread, otherwise as a question) or against the vendor's own earlier months; agents are "
        "held against their colleagues, as a question. Customers who call within ten minutes "
        "confirm it; where the vendor itself dials again, the line broke and it is a question. "
        "Source: Spiegelhalter 2005; Gelman 2006."
    ),
    least_vendors=6,
)
