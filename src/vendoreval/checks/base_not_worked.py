"""Are leads never called, or only the easy ones?

Leads cost money whether they are called or not. A vendor that leaves leads lying burns them;
one that calls only the list that sells well looks good per minute on the client's account.

Method: leads handed over between two and one months before the end of the period, so that
each is asked about once, when it is a month old; leads from before the first day of the log
and numbers on the do-not-call list are left out. A lead was dialled when a call of any outcome
names it or its number. The share dialled is held against the policy; the share and the dials
for each lead are shown by list and segment. Leads that the vendor's own bank shows as dialled
or moved, and for which the log holds no call, are a contradiction between two reports of the
vendor and are reported whatever their number.

Source: schemes S24 and S26; coverage and attempts are the metrics of list work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import in_period, not_run, of_vendor, sentences, stack, total
from vendoreval.checks._matching import numbers_of, phone_key
from vendoreval.checks._priced import add, count
from vendoreval.checks._refused import refused_line, refused_of, refused_rows
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "base_not_worked"
AGE_DAYS: Final = 30
MINIMUM_N: Final = 30
_SHOWN: Final = 4
_COLUMNS: Final = {"vendor": "string", "list_id": "string", "segment": "string"} | dict.fromkeys(
    ("n", "never", "claimed", "dials", "refused"), "int64"
)  # fmt: skip


def _due(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the leads that became a month old in the period."""
    leads, calls = tables["leads"], tables["calls"]
    age = timedelta(days=AGE_DAYS)
    due = leads.filter(
        leads.vendor.isin(scope.vendors),
        in_period(leads.handed_on, scope.period.start - age, scope.period.end - age),
    )
    first = calls.filter(calls.vendor.isin(scope.vendors))
    first = first.group_by(log_vendor="vendor").agg(log_from=first.started_on.min())
    due = due.join(first, due.vendor == first.log_vendor)
    # what was done before the log begins nobody can see
    due = due.filter(due.handed_on >= due.log_from)
    asked = tables["do_not_call"]
    asked = asked.filter(asked.requested_on < ibis.literal(scope.period.end))
    asked = asked.select(asked_key=phone_key(asked.phone)).distinct()
    due = due.mutate(key=phone_key(due.phone))
    due = due.left_join(asked, due.key == asked.asked_key)
    return due.filter(due.asked_key.isnull() | (due.key == ""))


def _marked(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the leads with their dials, and whether the bank shows work that the log lacks."""
    calls, bank = tables["calls"], tables["funnel"]
    end = ibis.literal(scope.period.end)
    # the oldest of these leads was handed over a month before the period
    since = ibis.literal(scope.period.start - timedelta(days=AGE_DAYS))
    calls = calls.filter(
        calls.vendor.isin(scope.vendors), calls.started_on >= since, calls.started_on < end
    )
    by_lead = calls.filter(calls.lead_id.notnull())
    by_lead = by_lead.group_by(dialled_vendor="vendor", dialled_lead="lead_id").agg(
        dials=by_lead.count().cast("int64")
    )
    by_number = numbers_of(calls).select("number_vendor", "number_key").distinct()
    bank = bank.filter(bank.vendor.isin(scope.vendors), bank.snapshot_on < end)
    moved = (bank.attempts.fill_null(0) > 0) | (bank.stage != "new")
    shown = bank.group_by(bank_vendor="vendor", bank_lead="lead_id").agg(
        shown=moved.cast("int64").max()
    )
    leads = _due(tables, scope)
    leads = leads.left_join(
        by_lead, [leads.vendor == by_lead.dialled_vendor, leads.lead_id == by_lead.dialled_lead]
    )
    leads = leads.left_join(
        by_number, [leads.vendor == by_number.number_vendor, leads.key == by_number.number_key]
    )
    leads = leads.left_join(
        shown, [leads.vendor == shown.bank_vendor, leads.lead_id == shown.bank_lead]
    )
    never = leads.dials.isnull() & leads.number_key.isnull()
    return leads.mutate(
        list_id=leads.list_id.fill_null(""),
        segment=leads.segment.fill_null(""),
        never=never.cast("int64"),
        claimed=(never & (leads.shown.fill_null(0) == 1)).cast("int64"),
        dials=leads.dials.fill_null(0),
    )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    leads = _marked(tables, scope)
    sums = leads.group_by(["vendor", "list_id", "segment"]).agg(
        n=leads.count().cast("int64"),
        never=count(leads.never == 1),
        claimed=count(leads.claimed == 1),
        dials=add(leads.dials),
    )
    refused = refused_rows(tables, scope, "calls", back_days=2 * AGE_DAYS)
    return stack([sums, refused], _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    leads = _marked(tables, scope)
    return leads.filter(leads.never == 1).select(
        "vendor", "lead_id", "handed_on", "list_id", "segment", "source",
        kind=(leads.claimed == 1).ifelse("claimed", "never"),
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    n, never, claimed = total(own, "n"), total(own, "never"), total(own, "claimed")
    if n < MINIMUM_N:
        return not_run(
            ID,
            vendor,
            msg(
                "leads that became %(days)s days old in the period, and since whose hand-over "
                "calls are known: %(n)s; needed are %(minimum)s",
                days=Count(AGE_DAYS),
                n=Count(n),
                minimum=Count(MINIMUM_N),
            ),
            msg("the leads handed over with the day, and the call log since then"),
            n,
        )
    if never == n:
        return not_run(
            ID,
            vendor,
            msg(
                "none of %(n)s leads is in the call log, neither by its code nor by its number, so "
                "the two files name leads in different ways",
                n=Count(n),
            ),
            msg("the call log with the client's code of each lead, or with the numbers dialled"),
            n,
        )
    statement = msg(
        "leads of %(days)s days: %(n)s, dialled: %(dialled)s (%(share)s); dials for each dialled "
        "lead: %(dials)s",
        days=Count(AGE_DAYS),
        n=Count(n),
        dialled=Count(n - never),
        share=Percent(1 - never / n, 1),
        dials=Number(total(own, "dials") / max(n - never, 1), 1),
    )
    evidence = []
    if claimed:
        evidence.append(_claimed(frame, vendor, statement))
    if 1 - never / n < float(scope.limits.least_coverage_share):
        evidence.append(_never(frame, vendor, scope, statement))
    return Answer(vendor, statement, n, tuple(evidence))


def _peers(frame: pd.DataFrame, vendor: str) -> list[Message]:
    others = frame[frame["vendor"] != vendor]
    n = total(others, "n")
    if not n:
        return []
    dialled = n - total(others, "never")
    return [
        msg(
            "at the other vendors: dialled %(share)s, dials for each lead %(dials)s",
            share=Percent(dialled / n, 1),
            dials=Number(total(others, "dials") / max(dialled, 1), 1),
        )
    ]


def _by(own: pd.DataFrame, column: str) -> list[Message]:
    """Return the groups of leads with the lowest shares dialled, where they differ."""
    sums = own[own[column] != ""].groupby(column)[["n", "never"]].sum()
    if len(sums) < 2:
        return []
    shares = ((sums["n"] - sums["never"]) / sums["n"]).sort_values(kind="stable")
    sizes = sums["n"].loc[shares.index]
    return [
        msg(
            "dialled of %(group)s: %(share)s of %(n)s",
            group=str(group),
            share=Percent(float(share), 0),
            n=Count(int(n)),
        )
        for group, share, n in list(zip(shares.index, shares, sizes, strict=True))[:_SHOWN]
    ]


def _never(frame: pd.DataFrame, vendor: str, scope: Scope, statement: Message) -> Evidence:
    own = of_vendor(frame, vendor)
    n, never = total(own, "n"), total(own, "never")
    least = float(scope.limits.least_coverage_share)
    refused = refused_of(frame, vendor)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=1 - never / n,
        expected=least,
        unit="share",
        n=n,
        title=msg("Leads that were never called: %(n)s", n=Count(never)),
        condition=sentences(
            [
                statement,
                *_by(own, "list_id"),
                *_by(own, "segment"),
                *_peers(frame, vendor),
                *refused_line(refused),
            ]
        ),
        # so many calls were refused on receipt that they may be those to these leads
        review_only=never <= refused,
        criteria=msg(
            "of the leads of %(days)s days at least %(share)s are dialled, as the policy says",
            days=Count(AGE_DAYS),
            share=Percent(least, 0),
        ),
        effect=msg("leads paid for and not used: %(n)s", n=Count(never)),
        cause=msg(
            "probably too few people for the list, a rule of priority, or a choice of the leads "
            "that sell more easily"
        ),
        ask=(
            msg("the order in which leads are dialled, and who set it"),
            msg("the named leads, to be called or given back"),
        ),
        filters={"vendor": vendor},
    )


def _claimed(frame: pd.DataFrame, vendor: str, statement: Message) -> Evidence:
    own = of_vendor(frame, vendor)
    n, claimed = total(own, "n"), total(own, "claimed")
    refused = refused_of(frame, vendor)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(claimed),
        expected=0.0,
        unit="count",
        n=n,
        title=msg("Leads reported as worked that the log never called: %(n)s", n=Count(claimed)),
        condition=sentences(
            [
                statement,
                msg(
                    "leads with attempts or a new stage in the bank and no call in the log: %(n)s",
                    n=Count(claimed),
                ),
                *_peers(frame, vendor),
                *refused_line(refused),
            ]
        ),
        review_only=claimed <= refused,
        criteria=msg("every attempt and every step of the bank has a call in the log behind it"),
        effect=msg("leads counted as worked without a call: %(n)s", n=Count(claimed)),
        cause=msg(
            "probably calls missing in the log that was delivered, work by mail or messenger, or "
            "attempts written without a call"
        ),
        ask=(msg("the calls behind these attempts, each with its number and recording"),),
        filters={"vendor": vendor, "kind": "claimed"},
    )


CHECK = Check(
    id=ID,
    question=N_("Are leads never called, or only the easy ones?"),
    kind="fact",
    family="h",
    needs=(
        Need("leads", ("lead_id", "handed_on"), owner="client"),
        Need("calls", ("lead_id", "started_at")),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="leads",
    honest_explanations=(
        N_("the client asked for other leads first"),
        N_("the list came late, or more leads came than the agreed people can dial"),
        N_("a part of the call log was not delivered"),
        N_("leads without a usable number"),
    ),
    what_would_clear_it=N_(
        "the client's order of priority, or the calls to these leads with their numbers"
    ),
    catches="cherry_picked_leads",
    minimum_n=MINIMUM_N,
    about=N_(
        "Leads that became a month old in the period are looked up in the call log, by lead and by "
        "number. The share that was ever dialled is held against the policy and shown by list and "
        "segment beside the other vendors. Leads that the vendor's own bank shows as worked and "
        "that the log never called are reported whatever their number."
    ),
)
