"""Are numbers called that were never handed over?

The client pays for calls to its own leads. Minutes on numbers that nobody handed over are
another client's work, a friend's telephone or a list of the vendor's own; each of them is
billed at the same price as a lead.

Method: the number of every outbound call of the period, its last ten digits, against the
numbers of all leads of the client. A call counts as on the list when its number or its lead
was ever handed over to anybody, when the number called in before (a call-back), or when the
number is masked or empty. Where as many leads were refused on receipt as numbers are missing,
it only asks. Where most numbers are not found at all, the two files are written in
different ways and nothing is said. Minutes and money are those of the calls, rated by the
card.

Source: schemes S18 and S19.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import agents_line, not_run, of_vendor, sentences, stack, total
from vendoreval.checks._call_facts import Told, call_evidence
from vendoreval.checks._matching import numbers_of, phone_key
from vendoreval.checks._priced import add, calls_of, count, priced
from vendoreval.checks._refused import refused_line, refused_of, refused_rows
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, Percent, msg

ID: Final = "off_list_calls"
_COLUMNS: Final = {"vendor": "string", "agent_id": "string", "rate_item": "string"} | dict.fromkeys(
    ("compared", "hits", "talked", "numbers", "held", "refused", "seconds", "units"), "int64"
)  # fmt: skip
# with fewer numbers found than one in two, the files do not write them alike
_FOUND_SHARE: Final = 0.5


def _outbound(tables: Tables, scope: Scope) -> ibis.Table:
    calls = calls_of(tables, scope)
    return calls.filter(calls.direction.fill_null("outbound") != "inbound")


def _listed(tables: Tables) -> ibis.Table:
    """Return every number that was ever handed over."""
    leads = tables["leads"]
    leads = leads.mutate(key=phone_key(leads.phone))
    return leads.filter(leads.key != "").select(listed_key="key").distinct()


def _off(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the outbound calls to numbers never handed over, priced, with their `key`."""
    calls, listed = _outbound(tables, scope), _listed(tables)
    numbers = numbers_of(calls)
    strange = numbers.left_join(listed, numbers.number_key == listed.listed_key)
    strange = strange.filter(strange.listed_key.isnull()).drop("listed_key")
    calls = calls.join(
        strange, [calls.vendor == strange.number_vendor, calls.phone == strange.number_phone]
    )
    known = tables["leads"].select(known_lead="lead_id").distinct()
    calls = calls.left_join(known, calls.lead_id == known.known_lead)
    inbound = _called_in(tables, scope)
    calls = calls.left_join(
        inbound, [calls.vendor == inbound.in_vendor, calls.number_key == inbound.in_key]
    )
    called_in = (calls.first_in <= calls.started_at).fill_null(False)
    return priced(calls.filter(calls.known_lead.isnull(), ~called_in), scope)


def _called_in(tables: Tables, scope: Scope) -> ibis.Table:
    """Return when each number first called the vendor."""
    calls = tables["calls"]
    calls = calls.filter(calls.vendor.isin(scope.vendors), calls.direction == "inbound")
    calls = calls.mutate(key=phone_key(calls.phone))
    return calls.group_by(in_vendor="vendor", in_key="key").agg(first_in=calls.started_at.min())


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    off, called = _off(tables, scope), numbers_of(_outbound(tables, scope))
    found = off.group_by(["vendor", "agent_id", "rate_item"]).agg(
        hits=off.count().cast("int64"),
        talked=count(off.billable_seconds > 0),
        seconds=add(off.billable_seconds),
        units=add(off.billable_units),
    )
    numbers = off.group_by("vendor").agg(numbers=off.number_key.nunique().cast("int64"))
    compared = called.group_by(vendor="number_vendor").agg(compared=add(called.number_calls))
    leads = tables["leads"].filter(phone_key(tables["leads"].phone) != "")
    held = leads.agg(held=leads.count().cast("int64"))
    refused = refused_rows(tables, scope, "leads")
    return stack([found, numbers, compared, held, refused], _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    return _off(tables, scope).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "phone",
        "disposition", "talk_seconds", seconds="billable_seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    n, hits = total(own, "compared"), total(own, "hits")
    if n == 0 or total(frame, "held") == 0:
        return not_run(
            ID,
            vendor,
            msg("no outbound call has a number, or no lead has one to compare it with"),
            msg("the number of every call, and the number of every lead handed over"),
        )
    if hits > (1 - _FOUND_SHARE) * n:
        return not_run(
            ID,
            vendor,
            msg(
                "most numbers of the log (%(hits)s of %(n)s) are on no list, so the two files "
                "write numbers in different ways or the lists are not complete",
                hits=Count(hits),
                n=Count(n),
            ),
            msg("all lists ever handed over, with numbers written as in the call log"),
            n,
        )
    statement = msg(
        "calls to numbers never handed over: %(hits)s of %(n)s (%(share)s)",
        hits=Count(hits),
        n=Count(n),
        share=Percent(hits / n, 2),
    )
    if hits == 0:
        return Answer(vendor, statement, n)
    return Answer(vendor, statement, n, (_evidence(frame, vendor, scope, statement),))


def _evidence(frame: pd.DataFrame, vendor: str, scope: Scope, statement: Message) -> Evidence:
    own, others = of_vendor(frame, vendor), frame[frame["vendor"] != vendor]
    by_agent = own.groupby("agent_id")["hits"].sum()
    refused = refused_of(frame, vendor)
    told = Told(
        title=msg(
            "Calls to numbers that were never handed over: %(n)s", n=Count(total(own, "hits"))
        ),
        condition=(
            sentences(
                [
                    statement,
                    msg("paid for: %(n)s", n=Count(total(own, "talked"))),
                    msg("agents: %(agents)s", agents=agents_line(by_agent[by_agent > 0])),
                    *refused_line(refused),
                ]
            ),
        ),
        criteria=msg(
            "the client pays for calls to its own leads; call-backs to people who called are not "
            "counted"
        ),
        cause=msg(
            "probably another client's calls in the same log, numbers found by the agents, or "
            "a list that was handed over outside of the agreed file"
        ),
        ask=(
            msg("whose numbers these are, and who asked for the calls"),
            msg("ten of these numbers, chosen by lot, called by the client"),
        ),
    )
    return call_evidence(
        ID,
        vendor,
        scope,
        own,
        total(own, "compared"),
        told,
        filters={},
        others=(total(others, "hits"), total(others, "compared")),
        # as many numbers as leads were refused: they may be the same
        review_only=total(own, "numbers") <= refused,
    )


CHECK = Check(
    id=ID,
    question=N_("Are numbers called that were never handed over?"),
    kind="fact",
    family="m",
    needs=(
        Need("calls", ("phone",)),
        Need("leads", ("phone",), owner="client"),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("a list was handed over by letter or by telephone and is not in the client's file"),
        N_("the contact gave another number, and the call was logged without its lead"),
        N_("a switchboard or a new number of the same company"),
        N_("test calls that are not marked as such"),
    ),
    what_would_clear_it=N_(
        "the list that holds these numbers and who handed it over, or the leads these calls belong "
        "to"
    ),
    catches="off_list_calls",
    minimum_n=1,
    about=N_(
        "The number of every outbound call is looked up among the numbers of all leads ever handed "
        "over, by its last ten digits. Calls that belong to a known lead, call-backs to people who "
        "called before, and masked numbers are left out. Where most numbers are not found, the "
        "files write them in different ways and nothing is said. Minutes and money are those of "
        "the calls, rated by the card."
    ),
)
