"""Are people called after asking not to be?

A request not to be called binds from the day it is made; a call after it annoys a customer,
may break the law, and is billed like any other.

Method: every outbound call of the period to a number on the do-not-call list, on a day after
that of the request, known to the vendor: asked of the vendor itself or handed over by the
client. A number behind which several companies sit counts only where the call is for the
lead that asked, as the log of the request shows. A lead that the client handed over again
after the request is told and not counted. All dials count; minutes and money are those of
the calls, rated by the card.

Source: complaint and opt-out lists are part of every telemarketing rule that asks for records
of calls; report R11 of the usual set.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.agreement import CLIENT
from vendoreval.checks._answers import agents_line, not_run, of_vendor, sentences, stack, total
from vendoreval.checks._call_facts import Told, call_evidence
from vendoreval.checks._matching import numbers_of, phone_key
from vendoreval.checks._priced import add, calls_of, count, priced
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, Percent, msg

ID: Final = "calls_after_do_not_call"
_COLUMNS: Final = {"vendor": "string", "agent_id": "string", "rate_item": "string"} | dict.fromkeys(
    ("n", "hits", "people", "talked", "seconds", "units", "shared", "again", "asked"), "int64"
)  # fmt: skip


def _requests(tables: Tables, scope: Scope) -> ibis.Table:
    """Return vendor, number and day of the first request that the vendor knows of."""
    asked = tables["do_not_call"]
    asked = asked.mutate(key=phone_key(asked.phone)).filter(
        asked.requested_on < ibis.literal(scope.period.end)
    )
    asked = asked.filter(asked.key != "")
    parts = []
    for vendor in scope.vendors:
        known = asked.filter(asked.vendor.isin((vendor, CLIENT)))
        parts.append(
            known.group_by(asked_key="key")
            .agg(requested_on=known.requested_on.min())
            .mutate(asked_vendor=ibis.literal(vendor))
        )
    columns = {"asked_vendor": "string", "asked_key": "string", "requested_on": "date"}
    return stack(parts, columns)


def _shared(tables: Tables) -> ibis.Table:
    """Return for each number how many companies sit behind it, and when it was last handed over."""
    leads = tables["leads"]
    leads = leads.mutate(key=phone_key(leads.phone))
    leads = leads.filter(leads.key != "")
    return leads.group_by(lead_key="key").agg(
        companies=leads.lead_id.nunique().cast("int64"), handed_last=leads.handed_on.max()
    )


def _askers(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the leads whose own call ended in the request, and when."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors), calls.disposition == "do_not_call",
        calls.lead_id.notnull(),
    )  # fmt: skip
    return calls.group_by(asker_vendor="vendor", asker_lead="lead_id").agg(
        asked_at=calls.started_at.min()
    )


def _marked(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the outbound calls after a request, each with how it counts."""
    calls = calls_of(tables, scope)
    calls = calls.filter(calls.direction.fill_null("outbound") != "inbound")
    requests, numbers = _requests(tables, scope), numbers_of(calls)
    asked_for = numbers.join(
        requests,
        [numbers.number_vendor == requests.asked_vendor, numbers.number_key == requests.asked_key],
    ).drop("asked_vendor", "asked_key", "number_calls")
    late = calls.join(
        asked_for,
        [calls.vendor == asked_for.number_vendor, calls.phone == asked_for.number_phone],
    ).rename(key="number_key")
    late = priced(late.filter(late.started_on > late.requested_on), scope)
    shared, askers = _shared(tables), _askers(tables, scope)
    late = late.left_join(shared, late.key == shared.lead_key)
    late = late.left_join(
        askers, [late.vendor == askers.asker_vendor, late.lead_id == askers.asker_lead]
    )
    asked = late.asked_at.notnull() & (late.asked_at < late.started_at)
    behind_one = late.companies.fill_null(1) <= 1
    again = late.handed_last.notnull() & (late.handed_last > late.requested_on)
    return late.mutate(
        kind=ibis.cases(
            (again, "handed again"), (behind_one | asked.fill_null(False), "called"),
            else_="shared",
        )
    )  # fmt: skip


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    late = _marked(tables, scope)
    called = late.kind == "called"
    found = late.group_by(["vendor", "agent_id", "rate_item"]).agg(
        hits=count(called),
        people=called.ifelse(late.key, ibis.null("string")).nunique().cast("int64"),
        talked=count(called & (late.billable_seconds > 0)),
        seconds=add(called.ifelse(late.billable_seconds, 0)),
        units=add(called.ifelse(late.billable_units, 0)),
        shared=count(late.kind == "shared"),
        again=count(late.kind == "handed again"),
    )
    calls = calls_of(tables, scope)
    every = calls.group_by("vendor").agg(n=calls.phone.notnull().sum().cast("int64"))
    requests = _requests(tables, scope)
    asked = requests.group_by(vendor="asked_vendor").agg(asked=requests.count().cast("int64"))
    return stack([found, every, asked], _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    late = _marked(tables, scope)
    return late.filter(late.kind == "called").select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "phone",
        "disposition", "talk_seconds", "requested_on", seconds="billable_seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    n, asked, hits = total(own, "n"), total(own, "asked"), total(own, "hits")
    if n == 0 or asked == 0:
        return not_run(
            ID,
            vendor,
            msg("there is no number on the do-not-call list, or none in the call log"),
            msg("the list of those who asked not to be called, and the number of every call"),
            n,
        )
    statement = _statement(own, n, asked, hits)
    if hits == 0:
        return Answer(vendor, statement, n)
    return Answer(vendor, statement, n, (_evidence(frame, vendor, scope, statement),))


def _statement(own: pd.DataFrame, n: int, asked: int, hits: int) -> Message:
    told = [
        msg(
            "calls after a request: %(hits)s of %(n)s (%(share)s); numbers on the list: %(asked)s",
            hits=Count(hits),
            n=Count(n),
            share=Percent(hits / n, 2),
            asked=Count(asked),
        )
    ]
    if total(own, "shared"):
        told.append(
            msg(
                "calls for other companies behind the same number, not counted: %(n)s",
                n=Count(total(own, "shared")),
            )
        )
    if total(own, "again"):
        told.append(
            msg(
                "calls to leads that the client handed over again after the request, not counted: "
                "%(n)s",
                n=Count(total(own, "again")),
            )
        )
    return sentences(told)


def _evidence(frame: pd.DataFrame, vendor: str, scope: Scope, statement: Message) -> Evidence:
    own, others = of_vendor(frame, vendor), frame[frame["vendor"] != vendor]
    by_agent = own[own["agent_id"].notna()].groupby("agent_id")["hits"].sum()
    told = Told(
        title=msg(
            "Calls to people who had asked not to be called: %(n)s", n=Count(total(own, "hits"))
        ),
        condition=(
            statement,
            msg("paid for: %(n)s", n=Count(total(own, "talked"))),
            msg("agents: %(agents)s", agents=agents_line(by_agent[by_agent > 0])),
        ),
        criteria=msg("from the day after the request a number is not dialled"),
        cause=msg(
            "probably the list of requests is not loaded into the dialler, or is loaded late"
        ),
        ask=(
            msg("when each of these requests was loaded into the dialler"),
            msg("who called the named people again, and why"),
        ),
    )
    return call_evidence(
        ID,
        vendor,
        scope,
        own[own["rate_item"].notna()],
        total(own, "n"),
        told,
        filters={},
        others=(total(others, "hits"), total(others, "n")),
    )


CHECK = Check(
    id=ID,
    question=N_("Are people called after asking not to be?"),
    kind="fact",
    family="m",
    needs=(
        Need("calls", ("phone", "started_at")),
        Need("do_not_call", ("phone", "requested_on"), owner="either"),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("the person asked to be called back later, or called in and agreed"),
        N_("the request concerned another product or another company behind the number"),
        N_("the request reached the vendor later than its date says"),
    ),
    what_would_clear_it=N_(
        "the consent of the person after the request, or the day on which the request reached the "
        "vendor"
    ),
    catches="calls_after_do_not_call",
    minimum_n=1,
    about=N_(
        "Outbound calls to numbers on the do-not-call list, on days after the request, are "
        "counted with their minutes and cost. Requests made to the vendor itself or handed over "
        "by the client count; of a number with several companies behind it only the lead that "
        "asked; leads that the client handed over again are left out."
    ),
)
