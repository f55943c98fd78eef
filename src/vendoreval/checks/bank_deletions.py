"""Did anyone vanish from the contract bank?

The contract bank is the funnel from which nobody is deleted: a company that said no
stays in it. Where unsuccessful companies vanish, conversion rises without a sale.

Method: every snapshot of the funnel against the next, from the last one before the
period to the last one inside it. A company that was present and is absent from then on
has vanished; one that comes back has not. Companies that asked not to be called, whose
data were erased (the ledger's own tombstones say so, too), that were joined with a duplicate
or handed to another vendor are counted apart. Selectivity is
the odds ratio of vanishing for unsuccessful stages against all others, with Fisher's
exact test as a description: near one it looks like a migration, far above one it does
not. Conversion is shown as the bank reports it and on the full bank.

Source: scheme S32; keyed differences of snapshots, Fisher (1934).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.agreement import CLIENT
from vendoreval.checks._answers import mentions, not_run, of_vendor, sentences, stack, total
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.engine import day_of
from vendoreval.stats.stratified import fisher_exact
from vendoreval.tables import UNSUCCESSFUL
from vendoreval.text import N_, Count, Day, Message, Number, Percent, msg

ID: Final = "bank_deletions"
# reasons to remove a company that both sides want
_ERASED: Final = (
    "erasure", "erased", "gdpr", "personal data", "do_not_call", "do not call", "opt-out",
    "opt out", "consent", "duplicate", "merged", "персональн", "не звонить", "соглас", "дубл",
    "объедин",
)  # fmt: skip
_STAGES: Final = {
    "new": N_("new"),
    "contacted": N_("contacted"),
    "interested": N_("interested"),
    "quote": N_("quote sent"),
    "won": N_("won"),
    "lost": N_("lost"),
    "junk": N_("closed as junk"),
    "no_answer_closed": N_("closed as no answer"),
}
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "stage": "string", "gone": "int64", "erased": "int64",
    "leads": "int64", "snapshots": "int64", "first_on": "date", "final_on": "date",
}  # fmt: skip


def _snapshots(funnel: ibis.Table, scope: Scope) -> ibis.Table:
    """Return first and last snapshot of each vendor: the one before the period and those in it."""
    days = funnel.select("vendor", "snapshot_on").distinct()
    order = ibis.window(group_by="vendor", order_by="snapshot_on")
    days = days.mutate(next_on=days.snapshot_on.lead(1).over(order))
    start = ibis.literal(scope.period.start)
    kept = days.filter((days.snapshot_on >= start) | (days.next_on >= start))
    return kept.group_by("vendor").agg(
        first_on=kept.snapshot_on.min(),
        final_on=kept.snapshot_on.max(),
        snapshots=kept.count().cast("int64"),
    )


def _bank(tables: Tables, scope: Scope) -> tuple[ibis.Table, ibis.Table]:
    """Return every company of the bank as last seen, and the snapshots of each vendor."""
    funnel = tables["funnel"]
    funnel = funnel.filter(
        funnel.vendor.isin(scope.vendors), funnel.snapshot_on < ibis.literal(scope.period.end)
    )
    taken = _snapshots(funnel, scope)
    bounds = taken.select("first_on", "final_on", bank_of="vendor")
    seen = funnel.join(bounds, funnel.vendor == bounds.bank_of)
    seen = seen.filter(seen.snapshot_on >= seen.first_on)
    last = ibis.window(group_by=["vendor", "lead_id"])
    seen = seen.mutate(last_on=seen.snapshot_on.max().over(last))
    seen = seen.filter(seen.snapshot_on == seen.last_on)
    leads = seen.group_by(["vendor", "lead_id", "last_on", "final_on"]).agg(
        stage=seen.stage.max(), close_reason=seen.close_reason.max(), agent_id=seen.agent_id.max()
    )
    asked = _asked_not_to_be_called(tables).union(_tombstones(tables)).union(_handed_on(tables))
    asked = asked.distinct().mutate(asked=ibis.literal(1).cast("int64"))
    leads = leads.left_join(
        asked, [leads.vendor == asked.asked_vendor, leads.lead_id == asked.asked_lead]
    )
    erased = mentions(leads.close_reason, _ERASED) | (leads.asked.fill_null(0) == 1)
    return leads.mutate(
        gone=(leads.last_on < leads.final_on).cast("int64"), erased=erased.cast("int64")
    ), taken


def _asked_not_to_be_called(tables: Tables) -> ibis.Table:
    leads, asked = tables["leads"], tables["do_not_call"]
    phones = asked.select(asked_phone="phone").distinct()
    found = leads.join(phones, leads.phone == phones.asked_phone)
    return _named(found.select(asked_vendor="vendor", asked_lead="lead_id"))


def _tombstones(tables: Tables) -> ibis.Table:
    """Return the companies whose personal data were erased here, at the vendor or the client."""
    stones, funnel = tables["tombstones"], tables["funnel"]
    stones = stones.filter(stones.lead_id.notnull())
    stones = stones.select(stone_vendor="vendor", stone_lead="lead_id").distinct()
    known = funnel.select("vendor", "lead_id").distinct()
    found = known.join(stones, known.lead_id == stones.stone_lead)
    found = found.filter(
        (found.stone_vendor == found.vendor) | (found.stone_vendor == ibis.literal(CLIENT))
    )
    return _named(found.select(asked_vendor="vendor", asked_lead="lead_id"))


def _handed_on(tables: Tables) -> ibis.Table:
    """Return the companies that the client gave to another vendor later."""
    leads = tables["leads"].select("vendor", "lead_id", "handed_on")
    later = leads.select(next_vendor="vendor", next_lead="lead_id", next_on="handed_on")
    found = leads.join(later, leads.lead_id == later.next_lead)
    found = found.filter(found.next_vendor != found.vendor, found.next_on > found.handed_on)
    return _named(found.select(asked_vendor="vendor", asked_lead="lead_id"))


def _named(found: ibis.Table) -> ibis.Table:
    """Return vendor and company in the types that every part of a union shares."""
    return found.select(
        asked_vendor=found.asked_vendor.cast("string"), asked_lead=found.asked_lead.cast("string")
    ).filter(lambda t: t.asked_lead.notnull())


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    leads, taken = _bank(tables, scope)
    counted = leads.group_by(["vendor", "stage", "gone", "erased"]).agg(
        leads=leads.count().cast("int64")
    )
    return stack(
        [
            counted.mutate(kind=ibis.literal("leads")),
            taken.mutate(kind=ibis.literal("snapshots")),
        ],
        _COLUMNS,
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    leads, _ = _bank(tables, scope)
    leads = leads.filter((leads.gone == 1) & (leads.erased == 0))
    return leads.select(
        "vendor", "lead_id", "stage", "agent_id", "close_reason", last_seen_on="last_on"
    )


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str) -> Answer:
    own = of_vendor(frame, vendor)
    taken, leads = own[own["kind"] == "snapshots"], own[own["kind"] == "leads"]
    if total(taken, "snapshots") < 2:
        return not_run(
            ID,
            vendor,
            msg("fewer than two snapshots of the funnel to compare"),
            msg("the whole contract bank at the end of every period, with nobody deleted"),
        )
    n = total(leads, "leads")
    vanished = _counts(leads)
    erased = total(leads[(leads["gone"] == 1) & (leads["erased"] == 1)], "leads")
    statement = msg(
        "vanished: %(vanished)s of %(n)s in the bank, erased on request, joined or handed on: "
        "%(erased)s; snapshots: %(snapshots)s",
        vanished=Count(sum(vanished.values())),
        n=Count(n),
        erased=Count(erased),
        snapshots=Count(total(taken, "snapshots")),
    )
    if not vanished:
        return Answer(vendor, statement, n)
    return Answer(vendor, statement, n, (_evidence(frame, vendor, vanished),))


def _counts(leads: pd.DataFrame, *, gone: int = 1) -> dict[str, int]:
    """Return stage -> companies that vanished (or stayed), without those erased on request."""
    chosen = leads[(leads["gone"] == gone) & (leads["erased"] == 0)]
    counts = chosen.groupby("stage")["leads"].sum().sort_values(ascending=False, kind="stable")
    return {str(stage): int(count) for stage, count in counts.items()}


def _evidence(frame: pd.DataFrame, vendor: str, vanished: dict[str, int]) -> Evidence:
    own = of_vendor(frame, vendor)
    leads = own[own["kind"] == "leads"]
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=float(sum(vanished.values())),
        expected=0.0,
        unit="leads",
        n=total(leads, "leads"),
        title=msg(
            "Companies vanished from the contract bank: %(n)s", n=Count(sum(vanished.values()))
        ),
        condition=sentences(
            [_what_vanished(own, vanished), _selectivity(leads, vanished), *_peers(frame, vendor)]
        ),
        criteria=msg(
            "nobody is deleted from the contract bank; a company that asks to be erased leaves "
            "its number and the reason"
        ),
        effect=_conversion(leads),
        cause=msg(
            "probably a clean-up of closed companies, a migration of the system, or a part of "
            "the bank left out of the export"
        ),
        ask=(
            msg("for every company that vanished: who removed it, when and why"),
            msg("the bank restored with all of them"),
        ),
        filters={"vendor": vendor},
    )


def _what_vanished(own: pd.DataFrame, vanished: dict[str, int]) -> Message:
    taken = own[own["kind"] == "snapshots"].iloc[0]
    by_stage = tuple(
        msg(
            "%(stage)s (%(n)s)",
            stage=msg(_STAGES[stage]) if stage in _STAGES else stage,
            n=Count(count),
        )
        for stage, count in vanished.items()
    )
    return msg(
        "present in an earlier snapshot and absent later: %(n)s companies, snapshots from "
        "%(first)s to %(final)s; last stage: %(stages)s",
        n=Count(sum(vanished.values())),
        first=Day(day_of(taken["first_on"])),
        final=Day(day_of(taken["final_on"])),
        stages=by_stage,
    )


def _selectivity(leads: pd.DataFrame, vanished: dict[str, int]) -> Message:
    stayed = _counts(leads, gone=0)

    def split(counts: dict[str, int]) -> tuple[int, int]:
        unsuccessful = sum(count for stage, count in counts.items() if stage in UNSUCCESSFUL)
        return unsuccessful, sum(counts.values()) - unsuccessful

    (bad_gone, other_gone), (bad_kept, other_kept) = split(vanished), split(stayed)
    test = fisher_exact([[bad_gone, bad_kept], [other_gone, other_kept]])
    if math.isnan(test.odds_ratio):
        return msg("the stages cannot be compared: the bank holds only one kind")
    if math.isinf(test.odds_ratio):
        return msg(
            "only unsuccessful companies vanished (exact test, %(p)s)",
            p=_chance(test.p_greater),
        )
    odds, chance = Number(test.odds_ratio, 1), _chance(test.p_greater)
    if test.p_greater > 0.05:
        return msg(
            "all stages vanish alike, as in a migration: odds of the unsuccessful against the "
            "others %(odds)s (exact test, %(p)s)",
            odds=odds,
            p=chance,
        )
    return msg(
        "odds of vanishing for unsuccessful companies against the others: %(odds)s "
        "(exact test, %(p)s)",
        odds=odds,
        p=chance,
    )


def _chance(p_value: float) -> Message:
    if p_value < 0.0001:
        return msg("p < 0.0001")
    return msg("p = %(p)s", p=Number(p_value, 4))


def _conversion(leads: pd.DataFrame) -> Message:
    stayed = leads[leads["gone"] == 0]
    counted = leads[(leads["gone"] == 0) | (leads["erased"] == 0)]

    def share(part: pd.DataFrame) -> float:
        every = total(part, "leads")
        return total(part[part["stage"] == "won"], "leads") / every if every else 0.0

    return msg(
        "conversion as the bank reports it: %(reported)s; on the full bank: %(full)s",
        reported=Percent(share(stayed), 2),
        full=Percent(share(counted), 2),
    )


def _peers(frame: pd.DataFrame, vendor: str) -> list[Message]:
    others = frame[(frame["vendor"] != vendor) & (frame["kind"] == "leads")]
    n = total(others, "leads")
    if not n:
        return []
    share = sum(_counts(others).values()) / n
    return [msg("vanished at the other vendors: %(share)s", share=Percent(share, 2))]


CHECK = Check(
    id=ID,
    question=N_("Did anyone vanish from the contract bank?"),
    kind="fact",
    family="i",
    needs=(Need("funnel", ("snapshot_on", "lead_id", "stage")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="funnel",
    honest_explanations=(
        N_("people asked for their data to be erased"),
        N_("duplicates were joined into one company"),
        N_("the bank was moved to another system, which loses companies of all stages alike"),
        N_("the last snapshot was exported with a filter"),
        N_("the client took the companies back or handed them to another vendor"),
    ),
    what_would_clear_it=N_(
        "the change ticket of the migration, the requests for erasure, or a snapshot that holds "
        "the missing companies again"
    ),
    catches="bank_deletions",
    minimum_n=1,
    about=N_(
        "Nobody is deleted from the contract bank; where unsuccessful companies vanish, "
        "conversion rises without a sale. Every snapshot is compared with the next by the number "
        "of the company. Requests for erasure, do-not-call and joined duplicates are counted "
        "apart. The odds of vanishing for unsuccessful stages against the others, with Fisher's "
        "exact test, tell a clean-up from a migration."
    ),
)
