"""Is feedback from listened calls applied when re-checked?

Listening changes nothing unless what was said is taken up. Advice has a day by which it is
put right; on that day somebody listens again. Advice that is found again and again not taken
up shows a vendor whose coaching is a form.

Method: reviews with advice that fell due in the period, and what the second listening found:
taken up, not taken up, or not looked at. The share taken up of those looked at is held against
the share of the policy; it departs when even the upper end of its 95 % interval (Wilson) lies
below. Advice whose day has passed without a second listening is told: it is nobody's success.

Source: report R8 of the usual set; feedback is recorded and its use is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.agreement import CLIENT
from vendoreval.checks._answers import agents_line, in_period, not_run, of_vendor, sentences, total
from vendoreval.checks._priced import count
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Tables
from vendoreval.stats import wilson_interval
from vendoreval.text import N_, Count, Message, Percent, msg

ID: Final = "feedback_not_applied"
MINIMUM_N: Final = 10


def listened(tables: Tables, vendors: Sequence[str], *, with_scores: bool = False) -> ibis.Table:
    """Return every review of calls of these vendors, whoever listened.

    A review by the client belongs to the vendor whose log holds the call. `agent_id` is that
    of the call, `state` what was found on the second listening: yes, no or pending.

    Parameters
    ----------
    with_scores
        Keep `score`; fractions are not compiled for every engine.
    """
    reviews = tables["reviews"] if with_scores else tables["reviews"].drop("score")
    reviews = reviews.filter(reviews.vendor.isin((*vendors, CLIENT)))
    calls = tables["calls"]
    calls = calls.filter(calls.vendor.isin(vendors)).select(
        heard_vendor="vendor", heard_call="call_id", agent_id="agent_id"
    )
    joined = reviews.left_join(
        calls,
        [
            reviews.call_id == calls.heard_call,
            (reviews.vendor == calls.heard_vendor) | (reviews.vendor == CLIENT),
        ],
    )
    owner = (joined.vendor == CLIENT).ifelse(joined.heard_vendor, joined.vendor)
    found = joined.mutate(
        vendor=owner, agent_id=joined.agent_id.fill_null(""), stage=joined.stage.fill_null(""),
        state=joined.applied.fill_null("pending"),
    )  # fmt: skip
    return found.filter(found.vendor.notnull()).drop("heard_vendor", "heard_call")


def due_reviews(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the reviews whose advice fell due in the period."""
    reviews = listened(tables, scope.vendors)
    return reviews.filter(in_period(reviews.due_on, scope.period.start, scope.period.end))


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    due = due_reviews(tables, scope)
    return due.group_by(["vendor", "agent_id", "stage"]).agg(
        due=due.count().cast("int64"),
        applied=count(due.state == "yes"),
        ignored=count(due.state == "no"),
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    due = due_reviews(tables, scope)
    return due.filter(due.state == "no").select(
        "vendor", "review_id", "call_id", "agent_id", "reviewed_at", "reviewer", "stage",
        "weakness", "feedback", "due_on", "applied", "rechecked_call_id",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(frame, vendor, scope) for vendor in scope.vendors]


def _answer(frame: pd.DataFrame, vendor: str, scope: Scope) -> Answer:
    own = of_vendor(frame, vendor)
    due, applied, ignored = (total(own, name) for name in ("due", "applied", "ignored"))
    looked_at = applied + ignored
    if looked_at < MINIMUM_N:
        return not_run(
            ID,
            vendor,
            msg(
                "advice due in the period: %(due)s, of these listened to again: %(looked)s; needed "
                "are %(minimum)s",
                due=Count(due),
                looked=Count(looked_at),
                minimum=Count(MINIMUM_N),
            ),
            msg("reviews with the day by which the advice is put right and what was then found"),
            looked_at,
        )
    statement = _statement(due, applied, looked_at)
    _, high = wilson_interval(applied, looked_at)
    if high >= float(scope.limits.least_applied_share):
        return Answer(vendor, statement, looked_at)
    return Answer(vendor, statement, looked_at, (_evidence(frame, vendor, scope, statement),))


def _statement(due: int, applied: int, looked_at: int) -> Message:
    return msg(
        "advice due: %(due)s; listened to again: %(looked)s, taken up: %(applied)s (%(share)s); "
        "not looked at again: %(rest)s",
        due=Count(due),
        looked=Count(looked_at),
        applied=Count(applied),
        share=Percent(applied / looked_at, 0),
        rest=Count(due - looked_at),
    )


def _evidence(frame: pd.DataFrame, vendor: str, scope: Scope, statement: Message) -> Evidence:
    own, others = of_vendor(frame, vendor), frame[frame["vendor"] != vendor]
    applied, ignored = total(own, "applied"), total(own, "ignored")
    least = scope.limits.least_applied_share
    told = [statement]
    stages = own.groupby("stage")["ignored"].sum()
    told.append(
        msg(
            "not taken up by stage: %(stages)s; by agent: %(agents)s",
            stages=agents_line(stages[stages > 0]),
            agents=agents_line(own.groupby("agent_id")["ignored"].sum().loc[lambda n: n > 0]),
        )
    )
    looked = total(others, "applied") + total(others, "ignored")
    if looked:
        share = Percent(total(others, "applied") / looked, 0)
        told.append(msg("taken up at the other vendors: %(share)s", share=share))
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=applied / (applied + ignored),
        expected=float(least),
        unit="share",
        n=applied + ignored,
        title=msg("Advice that was not taken up when listened to again: %(n)s", n=Count(ignored)),
        condition=sentences(told),
        criteria=msg(
            "of the advice due, at least %(share)s is found taken up, as the policy says",
            share=Percent(float(least), 0),
        ),
        grade="E5",
        effect=msg("the same weaknesses go on costing conversations"),
        cause=msg("probably the advice does not reach the agents, or nobody follows it up"),
        ask=(
            msg("how advice reaches the agent, and who checks that it is taken up"),
            msg("ten later calls of the named agents, chosen by the client"),
        ),
        filters={"vendor": vendor},
    )


CHECK = Check(
    id=ID,
    question=N_("Is feedback from listened calls applied when re-checked?"),
    kind="fact",
    family="q",
    needs=(Need("reviews", ("due_on", "applied"), owner="either"),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="reviews",
    honest_explanations=(
        N_("the agent left or changed the campaign before the second listening"),
        N_("the second listening met a call in which the advice could not be used"),
        N_("the two listeners score by different measures"),
    ),
    what_would_clear_it=N_(
        "later calls of the same agents in which the advice is taken up, listened to by the client"
    ),
    catches="feedback_not_applied",
    minimum_n=MINIMUM_N,
    about=N_(
        "Of the advice that fell due in the period and was listened to again, the share taken up "
        "is held against the share of the policy. It departs when even the upper end of its 95 %% "
        "interval lies below. Advice never listened to again is told and counts for nobody."
    ),
)
