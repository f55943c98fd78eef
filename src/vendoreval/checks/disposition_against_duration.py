"""Do outcomes contradict call lengths?

Nobody sells in half a minute what takes others seven, and a line that nobody answered does
not talk for three minutes. An outcome that its own length contradicts hides a refusal, a
conversation that should not count, or a sale that nobody made.

Method: two contradictions, with the lengths of the policy. Sales of the log for which all the
vendor's talk with the lead up to then, of three months, is below the shortest sale; and calls
written as no answer, busy, failed or invalid with more talk than an unanswered call can have.
Their shares are compared between vendors, clustered by agent, with the honest spread of few
peers left in; a vendor alone is compared with its own six earlier months. Slips and unclear
codes are everybody's, so that it only asks.

Source: scheme S27; expected ranges of talk by outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.checks._answers import (
    agents_line,
    minutes,
    not_run,
    of_vendor,
    sentences,
    stack,
    total,
)
from vendoreval.checks._priced import add, count
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Tables
from vendoreval.stats import (
    PeerComparison,
    cluster_ratio,
    half_normal_comparison,
    trimmed_leave_one_out,
)
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "disposition_against_duration"
MINIMUM_N: Final = 20
PAST_MONTHS: Final = 6
_SILENT: Final = ("no_answer", "busy", "failed", "invalid_number")
_TALK_BACK_DAYS: Final = 92
_MANY_VENDORS: Final = 6
_AGENTS: Final = 3
_COLUMNS: Final = {
    "vendor": "string", "call_id": "string", "agent_id": "string", "started_at": "timestamp",
    "started_on": "date", "campaign_id": "string", "lead_id": "string", "disposition": "string",
    "talk_seconds": "int64", "kind": "string", "talked": "int64", "hit": "int64",
}  # fmt: skip


def _contradictions(tables: Tables, scope: Scope) -> ibis.Table:
    """Return sales and unanswered calls of the period and before, `hit` 1 where contradicted."""
    calls = tables["calls"]
    past = scope.period.months_back(PAST_MONTHS + 1).start
    calls = calls.filter(
        calls.vendor.isin(scope.vendors),
        calls.started_on >= ibis.literal(past - timedelta(days=_TALK_BACK_DAYS)),
        calls.started_on < ibis.literal(scope.period.end),
        ~calls.is_test.fill_null(False),
    )
    silent = calls.filter(calls.disposition.isin(_SILENT))
    silent = silent.mutate(
        kind=ibis.literal("silent"), talked=silent.talk_seconds,
        hit=(silent.talk_seconds >= scope.limits.longest_unanswered_seconds).cast("int64"),
    )  # fmt: skip
    both = stack([silent, _sales(calls, scope)], _COLUMNS)
    both = both.filter(both.started_on >= ibis.literal(past))
    current = (both.started_on >= ibis.literal(scope.period.start)).cast("int64")
    return both.mutate(current=current)


def _sales(calls: ibis.Table, scope: Scope) -> ibis.Table:
    """Return the sales of the log with all talk the vendor had with the lead until then."""
    sales = calls.filter(calls.disposition == "sale")
    talk = calls.filter(calls.lead_id.notnull(), calls.talk_seconds > 0)
    talk = talk.select(
        talk_vendor="vendor", talk_lead="lead_id", talk_at="started_at", talk_call="call_id",
        lead_talk="talk_seconds",
    )  # fmt: skip
    pairs = sales.select("vendor", "call_id", "lead_id", "started_at").join(
        talk, [sales.vendor == talk.talk_vendor, sales.lead_id == talk.talk_lead]
    )
    pairs = pairs.filter(pairs.talk_at <= pairs.started_at, pairs.talk_call != pairs.call_id)
    before = pairs.group_by(sold_vendor="vendor", sold_call="call_id").agg(
        before=pairs.lead_talk.sum().cast("int64")
    )
    found = sales.left_join(
        before, [sales.vendor == before.sold_vendor, sales.call_id == before.sold_call]
    )
    found = found.mutate(talked=(found.talk_seconds + found.before.fill_null(0)).cast("int64"))
    return found.mutate(
        kind=ibis.literal("sale"),
        hit=(found.talked < scope.limits.shortest_sale_seconds).cast("int64"),
    )


def _reduce(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _contradictions(tables, scope)
    return calls.group_by(["vendor", "agent_id", "kind", "current"]).agg(
        n=calls.count().cast("int64"),
        hits=count(calls.hit == 1),
        talked=add((calls.hit == 1).ifelse(calls.talk_seconds, 0)),
    )


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    calls = _contradictions(tables, scope)
    return calls.filter(calls.hit == 1, calls.current == 1).select(
        "vendor", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "disposition",
        "talk_seconds", "kind", talked_with_lead="talked", seconds="talk_seconds",
    )  # fmt: skip


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    compared = {kind: _compared(frame[frame["kind"] == kind], scope) for kind in ("sale", "silent")}
    return [_answer(frame, vendor, compared, scope) for vendor in scope.vendors]


@dataclass(frozen=True)
class _Compared:
    """One vendor's share of contradictions against others, or against its own past."""

    comparison: PeerComparison
    against: Message


def _compared(calls: pd.DataFrame, scope: Scope) -> dict[str, _Compared]:
    """Return each vendor with enough calls and a contradiction, set against the others."""
    now = {v: of_vendor(calls[calls["current"] == 1], v) for v in scope.vendors}
    enough = [v for v in scope.vendors if total(now[v], "n") >= MINIMUM_N]
    if len(enough) >= 2:
        return _against_peers({v: now[v] for v in enough}, scope)
    found = {}
    for vendor in enough:
        past = of_vendor(calls[calls["current"] == 0], vendor)
        if total(past, "n") >= MINIMUM_N:
            (log, variance), (past_log, past_variance) = _level(now[vendor]), _level(past)
            own, _ = half_normal_comparison([log, past_log], [variance, past_variance])
            found[vendor] = _Compared(own, msg("the vendor's own earlier months"))
    return found


def _against_peers(now: Mapping[str, pd.DataFrame], scope: Scope) -> dict[str, _Compared]:
    levels = [_level(own) for own in now.values()]
    logs, variances = ([level[place] for level in levels] for place in (0, 1))
    if len(now) < _MANY_VENDORS:
        found = half_normal_comparison(logs, variances)
    else:
        found = trimmed_leave_one_out(logs, variances, np.random.default_rng(scope.seed))
    words = msg("the other vendors")
    return {v: _Compared(one, words) for v, one in zip(now, found, strict=True)}


def _level(own: pd.DataFrame) -> tuple[float, float]:
    """Return the log of the share, turned round because both tests look for low values."""
    hits, n = total(own, "hits"), total(own, "n")
    # half a call stands in for none, so that the logarithm exists
    log = float(np.log((hits + 0.5) / (n + 1)))
    variance = 1 / (hits + 0.5)
    by_agent = own.groupby("agent_id")[["hits", "n"]].sum()
    if hits and len(by_agent) >= _AGENTS:
        ratio = cluster_ratio(by_agent["hits"], by_agent["n"])
        variance = max(variance, (ratio.standard_error / ratio.ratio) ** 2)
    return -log, variance


def _answer(
    frame: pd.DataFrame, vendor: str, compared: Mapping[str, Mapping[str, _Compared]], scope: Scope
) -> Answer:
    own = of_vendor(frame[frame["current"] == 1], vendor)
    n = total(own, "n")
    judged = [kind for kind in compared if vendor in compared[kind]]
    if not judged:
        return not_run(
            ID,
            vendor,
            msg(
                "sales and unanswered calls: %(n)s; there are fewer than %(minimum)s, or nothing "
                "to compare them with",
                n=Count(n),
                minimum=Count(MINIMUM_N),
            ),
            msg("the call log of six earlier months with outcome and talk of every call"),
            n,
        )
    evidence = tuple(
        _evidence(frame, vendor, kind, compared[kind][vendor], scope)
        for kind in judged
        if total(own[own["kind"] == kind], "hits") and compared[kind][vendor].comparison.ratio < 1
    )
    return Answer(vendor, _statement(own), n, evidence)


def _statement(own: pd.DataFrame) -> Message:
    sales, silent = (own[own["kind"] == kind] for kind in ("sale", "silent"))
    return msg(
        "sales with too little talk: %(short)s of %(sales)s; calls written as unanswered with "
        "talk: %(long)s of %(silent)s",
        short=Count(total(sales, "hits")),
        sales=Count(total(sales, "n")),
        long=Count(total(silent, "hits")),
        silent=Count(total(silent, "n")),
    )


def _title(kind: str, hits: int) -> Message:
    if kind == "sale":
        return msg("Sales after hardly any talk: %(n)s", n=Count(hits))
    return msg("Calls written as unanswered in which somebody talked: %(n)s", n=Count(hits))


def _criteria(kind: str, scope: Scope) -> Message:
    if kind == "sale":
        return msg(
            "before a sale the lead was talked to for %(seconds)s seconds at least, all calls "
            "together, as the policy says",
            seconds=Count(scope.limits.shortest_sale_seconds),
        )
    return msg(
        "a call that nobody answered has less than %(seconds)s seconds of talk, as the policy says",
        seconds=Count(scope.limits.longest_unanswered_seconds),
    )


def _evidence(
    frame: pd.DataFrame, vendor: str, kind: str, compared: _Compared, scope: Scope
) -> Evidence:
    calls = frame[(frame["kind"] == kind) & (frame["current"] == 1)]
    own, others = of_vendor(calls, vendor), calls[calls["vendor"] != vendor]
    hits, n = total(own, "hits"), total(own, "n")
    by_agent = own.groupby("agent_id")["hits"].sum()
    told = [
        msg(
            "contradicted by their length: %(hits)s of %(n)s (%(share)s); agents: %(agents)s; "
            "compared with: %(against)s",
            hits=Count(hits),
            n=Count(n),
            share=Percent(hits / n, 2),
            agents=agents_line(by_agent[by_agent > 0]),
            against=compared.against,
        )
    ]
    if total(others, "n"):
        share = total(others, "hits") / total(others, "n")
        told.append(msg("share at the other vendors: %(share)s", share=Percent(share, 2)))
    talked = minutes(total(own, "talked"))
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=hits / n,
        expected=hits / n * compared.comparison.ratio,
        unit="share",
        n=n,
        p_value=compared.comparison.p_value,
        review_only=True,
        title=_title(kind, hits),
        condition=sentences(told),
        criteria=_criteria(kind, scope),
        minutes=Range.exact(talked),
        effect=msg("minutes logged in these calls: %(n)s", n=Number(float(talked), 1)),
        cause=msg(
            "probably a code chosen by mistake, codes that agents understand differently, or an "
            "outcome written for the count"
        ),
        ask=(
            msg("the recordings of ten of these calls, chosen by the client"),
            msg("the instruction by which agents choose the outcome"),
        ),
        filters={"vendor": vendor, "kind": kind},
    )


CHECK = Check(
    id=ID,
    question=N_("Do outcomes contradict call lengths?"),
    kind="pattern",
    family="l",
    needs=(Need("calls", ("agent_id", "talk_seconds", "disposition", "lead_id")),),
    reduce=_reduce,
    judge=_judge,
    rows=_rows,
    row_report="calls",
    honest_explanations=(
        N_("the sale was agreed in writing or in person and the call only closed it"),
        N_("an agent chose the wrong code, and the tree of codes is unclear"),
        N_("talk counts the announcement of the network, a voicemail or a queue"),
    ),
    what_would_clear_it=N_(
        "recordings of the named calls that fit the outcome, or the rule by which talk is counted"
    ),
    catches="false_dispositions",
    minimum_n=MINIMUM_N,
    about=N_(
        "Sales for which the vendor hardly talked to the lead, and calls written as unanswered in "
        "which somebody talked, by the lengths of the policy. Their shares are compared between "
        "vendors with errors clustered by agent, or with the vendor's own earlier months. It only "
        "asks: slips and unclear codes are everybody's."
    ),
)
