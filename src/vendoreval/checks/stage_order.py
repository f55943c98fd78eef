"""Do funnel steps come in a possible order with a call behind them?

A company moves forward because somebody spoke to it. Steps that nobody called for, quotes
without a conversation, companies that are won twice or worked before they were handed over
make a funnel look fuller than the work behind it.

Method: six rules for every step of the period. *No call*: a step to contacted, interested,
quote or won with no dial to that company up to its day. *No conversation*: interested, quote
or won although nobody was reached up to that day. *Not from there*: the step starts from
another stage than the one before ended at. *After won*: a company that was won goes back to
work. *Before handed*: a step before the hand-over. *No sale*: won without a claimed sale. A
call on the same day is enough. Leads older than the call log, steps by mailing, inbound or
import and joined duplicates are left out. The call rules are not asked of a company that was
open on a day of ordinary work in the funnel without a single call, for that day's log is
missing; calls without a lead are found by the phone, and where fewer than nine in ten calls
tell their company they are not asked at all.

Source: scheme S35; rules, no statistics.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import not_run, of_vendor, sentences, total
from vendoreval.checks._funnel_steps import RULES, counted, steps
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.text import N_, Count, Message, Percent, msg

ID: Final = "stage_order"
MINIMUM_KNOWN: Final = 0.9
_CALL_RULES: Final = ("no_call", "no_conversation")
_NAMES: Final = {
    "no_call": msg("forward without any call"),
    "no_conversation": msg("interested, quote or won without a conversation"),
    "not_from_there": msg("from another stage than the company stood at"),
    "after_won": msg("back to work after it was won"),
    "before_handed": msg("before the company was handed over"),
    "no_sale": msg("won without a claimed sale"),
}
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "rule": "string", "asked": "int64", "broken": "int64",
    "leads": "int64", "calls": "int64", "with_lead": "int64",
}  # fmt: skip


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    return counted(tables, scope, _COLUMNS)


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    known = steps(tables, scope)
    broken = ibis.greatest(*[known[rule].fill_null(0) for rule in RULES])
    found = known.filter(broken == 1)
    return found.select(
        "vendor", "lead_id", "at", "stage_from", "stage_to", "reason", "quote_id", "agent_id",
        "dialled_on", "spoken_on", "handed_on", *RULES,
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str) -> Answer:
    own = of_vendor(frame, vendor)
    n = total(own[own["kind"] == "steps"], "asked")
    calls = total(own[own["kind"] == "calls"], "calls")
    if not n or not calls:
        return not_run(
            ID,
            vendor,
            msg("no step of the funnel is reported for the period")
            if not n
            else msg("the call log holds no call of the period"),
            msg("every step of every company with its day, and the call log with the company"),
            n,
        )
    broken = _broken(own)
    told = [msg("steps: %(n)s", n=Count(n)), *_said(broken)]
    if not _tells_leads(own):
        told.append(msg("too few calls tell their company to ask for the calls behind a step"))
    statement = sentences(told)
    if not broken:
        return Answer(vendor, statement, n)
    return Answer(vendor, statement, n, (_evidence(frame, vendor, broken, n),))


def _tells_leads(own: pd.DataFrame) -> bool:
    calls = own[own["kind"] == "calls"]
    return total(calls, "with_lead") >= MINIMUM_KNOWN * total(calls, "calls")


def _broken(own: pd.DataFrame) -> dict[str, int]:
    """Return rule -> steps that break it, of the rules that can be asked."""
    rules = own[(own["kind"] == "rule") & (own["broken"] > 0)]
    counts = dict(zip(rules["rule"], rules["broken"], strict=True))
    asked = RULES if _tells_leads(own) else [rule for rule in RULES if rule not in _CALL_RULES]
    return {rule: int(counts[rule]) for rule in asked if rule in counts}


def _said(broken: dict[str, int]) -> list[Message]:
    if not broken:
        return [msg("all in a possible order")]
    return [
        msg("%(rule)s: %(n)s", rule=_NAMES[rule], n=Count(count))
        for rule, count in sorted(broken.items(), key=lambda pair: -pair[1])
    ]


def _evidence(frame: pd.DataFrame, vendor: str, broken: dict[str, int], n: int) -> Evidence:
    own = of_vendor(frame, vendor)
    rules = own[(own["kind"] == "rule") & own["rule"].isin(list(broken))]
    # a step may break two rules; without the call rules the union is not known
    united = total(own[own["kind"] == "steps"], "broken") if _tells_leads(own) else max(
        broken.values())  # fmt: skip
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(united),
        expected=0.0,
        unit="steps",
        n=n,
        title=msg("Steps of the funnel that cannot have been made so: %(n)s", n=Count(united)),
        condition=sentences(
            [
                *_said(broken),
                msg("in all %(share)s of %(n)s steps, companies: %(leads)s",
                    share=Percent(united / n, 1), n=Count(n),
                    leads=Count(int(rules["leads"].max()))),
                *_peers(frame, vendor),
            ]
        ),
        criteria=msg(
            "a company moves forward after a call to it, from the stage it stood at, and is won "
            "once, with a sale"
        ),
        cause=msg(
            "probably steps entered in bulk at the end of a day or a period, or a company "
            "chosen wrongly in the list"
        ),
        ask=(
            msg("for a sample of these steps: the call, its recording and who entered the step"),
            msg("the rule by which a company is moved forward"),
        ),
        filters={"vendor": vendor},
    )  # fmt: skip


def _peers(frame: pd.DataFrame, vendor: str) -> list[Message]:
    others = frame[(frame["vendor"] != vendor) & (frame["kind"] == "steps")]
    n = total(others, "asked")
    if not n:
        return []
    share = total(others, "broken") / n
    return [msg("at the other vendors: %(share)s of the steps", share=Percent(share, 1))]


CHECK = Check(
    id=ID,
    question=N_("Do funnel steps come in a possible order with a call behind them?"),
    kind="fact",
    family="i",
    needs=(
        Need("funnel_events", ("lead_id", "at", "stage_to")),
        Need("calls", ("started_at", "disposition")),
    ),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="funnel_events",
    honest_explanations=(
        N_("quotes went out by an agreed mailing, without a call"),
        N_("the company called in, or wrote, and the call log holds outgoing calls only"),
        N_("the call went under another number or another company of the same person"),
        N_("two entries of one company were joined, or the funnel was moved to another system"),
        N_("steps were entered days after the calls, with the day of the entry"),
    ),
    what_would_clear_it=N_("the calls, letters or mailings behind a random sample of these steps"),
    catches="stage_without_call",
    minimum_n=1,
    about=N_(
        "Every step of the funnel is set against the call log, the hand-over and the claimed "
        "sales. A step forward needs a call to the company on its day or before, a quote a "
        "conversation, a won company a sale; a step starts where the one before ended. Leads "
        "older than the log, mailings, inbound requests and joined duplicates are left out."
    ),
)
