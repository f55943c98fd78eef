"""Do minutes live on few numbers?

Talk with the same few numbers again and again fills a bill without working the list: friends
who pick up, lines of the vendor's own. Numbers that never answer, dialled on and on, fill it
where dials are paid.

Method: numbers talked to in a quarter, by how often. A call counts for its lead where the
client's list confirms the number (so that companies behind one switchboard are not one), else
for the number dialled. The part of all talks on the most talked to hundredth of the numbers
grows with talks for each number, so every vendor is thinned to the same talks for each number
(rarefaction); its error comes from leaving out each agent. It is compared with the other
vendors with their honest spread left in: evidence from six vendors on, a question with two to
five; one vendor is compared with its own earlier quarters. Second question: the part of dials
on numbers that never answered in the quarter, beyond the tenth dial; it can only ask, for how
often to dial is a matter of agreement. Both p-values are doubled, for two questions are asked.

Source: schemes S17, S18; Hurlbert 1971 (rarefaction); Efron 1982 (jackknife).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import pandas as pd

from vendoreval.checks._answers import agents_line, amount, not_run, of_vendor, sentences, total
from vendoreval.checks._card import dial_price
from vendoreval.checks._levels import (
    Counted,
    Level,
    Standing,
    against_reference,
    against_words,
    compared,
    standings,
)
from vendoreval.checks._numbers_again import (
    COUNTS,
    MANY_DIALS,
    TOP_SHARE,
    histogram,
    reduced,
    rows_of_top_numbers,
    talks_for_each,
    top_level,
    top_seconds,
)
from vendoreval.checks._told import told
from vendoreval.checks._worth import minute_price, minutes_range, worth_of
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

ID: Final = "same_numbers_again"
MINIMUM_N: Final = 500
_LEAST_AGENTS: Final = 8
_LEAST_DIALS: Final = 2000
_QUESTIONS: Final = 2
_DEAD: Final = Counted("dead_dials", "dials", strata=("campaign_id",))


@dataclass(frozen=True)
class _Talks:
    """Rows of one vendor and stretch: all numbers, and those of each agent."""

    every: pd.DataFrame
    own: pd.DataFrame

    @property
    def is_enough(self) -> bool:
        """Whether its numbers can be compared."""
        talks = int((self.every["talks"] * self.every["numbers"]).sum())
        return talks >= MINIMUM_N and self.own["agent_id"].nunique() >= _LEAST_AGENTS


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    # an engine may widen a sum to a decimal
    frame = frame.astype(dict.fromkeys((*COUNTS, "current"), "int64"))
    talks = _of_talks(frame, scope)
    dials = frame[frame["kind"] == "dials"]
    # the shared comparison marks the latest stretch by 1
    dials = dials.assign(current=(dials["current"] == 0).astype("int64"))
    dead = standings(dials, _DEAD, _dials_enough, scope)
    return [
        _answer(vendor, frame, talks.get(vendor), dead.get(vendor), scope)
        for vendor in scope.vendors
    ]


def _talks(frame: pd.DataFrame, vendor: str, quarters: Sequence[int]) -> _Talks:
    own = of_vendor(frame, vendor)
    own = own[own["current"].isin(quarters)]
    return _Talks(own[own["kind"] == "all"], own[own["kind"] == "own"])


def _of_talks(frame: pd.DataFrame, scope: Scope) -> dict[str, Standing]:
    now = {v: _talks(frame, v, [0]) for v in scope.vendors}
    ready = {v: t for v, t in now.items() if t.is_enough}
    if len(ready) >= 2:
        whole = {v: _talks(frame, v, [0, 1, 2, 3]) for v in ready}
        return compared(_levels(ready), _levels(whole), scope)
    found = {}
    for vendor, talks in ready.items():
        past = _talks(frame, vendor, [1, 2, 3])
        if past.is_enough:
            levels = _levels({"now": talks, "past": past})
            found[vendor] = against_reference(levels["now"], levels["past"])
    return found


def _levels(talks: Mapping[str, _Talks]) -> dict[str, Level]:
    at = min(talks_for_each(histogram(t.every)) for t in talks.values())
    return {v: top_level(t.every, t.own, at) for v, t in talks.items()}


def _dials_enough(rows: pd.DataFrame) -> bool:
    return total(rows, "dials") >= _LEAST_DIALS and rows["agent_id"].nunique() >= _LEAST_AGENTS


def _answer(
    vendor: str,
    frame: pd.DataFrame,
    talks: Standing | None,
    dead: Standing | None,
    scope: Scope,
) -> Answer:
    now = _talks(frame, vendor, [0])
    dials = of_vendor(frame[(frame["kind"] == "dials") & (frame["current"] == 0)], vendor)
    n = int((now.every["talks"] * now.every["numbers"]).sum())
    if talks is None and dead is None:
        return _nothing(vendor, now, dials, n)
    parts: list[Message] = []
    evidence = []
    if talks is not None:
        parts += [_talk_words(now), against_words(talks)]
        if talks.ratio > 1:
            evidence.append(_talk_evidence(vendor, now, talks, scope))
    if dead is not None:
        parts.append(_dead_words(dials))
        if dead.ratio > 1 and total(dials, "dead_dials"):
            elsewhere = frame[(frame["kind"] == "dials") & (frame["vendor"] != vendor)]
            none = bool(dead.peers) and not total(elsewhere, "dead_dials")
            evidence.append(_dead_evidence(vendor, dials, dead, none, scope))
    counting = [talks] if talks is not None else []
    return told(vendor, sentences(parts), max(n, 1), counting, evidence)


def _nothing(vendor: str, now: _Talks, dials: pd.DataFrame, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "talks of three months with a number: %(talks)s by %(agents)s agents (needed: "
            "%(minimum)s by %(least)s); dials: %(dials)s (needed: %(least_dials)s), and another "
            "vendor or earlier quarters with as many",
            talks=Count(n),
            agents=Count(int(now.own["agent_id"].nunique())),
            minimum=Count(MINIMUM_N),
            least=Count(_LEAST_AGENTS),
            dials=Count(total(dials, "dials")),
            least_dials=Count(_LEAST_DIALS),
        ),
        msg("the call log with lead and number dialled, for six months or more"),
        n,
    )


def _talk_words(now: _Talks) -> Message:
    whole = float(now.every["seconds"].sum())
    counts = histogram(now.every)
    return msg(
        "the most talked to %(top)s of the numbers hold %(share)s of the talk of three months; "
        "numbers: %(numbers)s, talks for each: %(each)s, the most on one number: %(most)s",
        top=Percent(TOP_SHARE, 0),
        share=Percent(top_seconds(now.every, "seconds") / whole if whole else 0.0),
        numbers=Count(int(counts.sum())),
        each=Number(talks_for_each(counts), 2),
        most=Count(int(now.every["talks"].max())),
    )


def _dead_words(dials: pd.DataFrame) -> Message:
    return msg(
        "dials of numbers that had not answered %(many)s times and never did: %(dead)s of "
        "%(dials)s",
        many=Count(MANY_DIALS),
        dead=Count(total(dials, "dead_dials")),
        dials=Count(total(dials, "dials")),
    )


def _talk_evidence(vendor: str, now: _Talks, standing: Standing, scope: Scope) -> Evidence:
    period = top_seconds(now.every, "period_seconds")
    spared = minutes_range([period * share for share in standing.excess_share])
    money = worth_of(spared, minute_price(vendor, scope))
    whole = max(float(now.every["seconds"].sum()), 1.0)
    share = top_seconds(now.every, "seconds") / whole
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=share,
        expected=share / standing.ratio,
        unit="share",
        n=int((now.every["talks"] * now.every["numbers"]).sum()),
        p_value=min(1.0, _QUESTIONS * standing.p_value),
        e_value=standing.e_value,
        review_only=standing.asks_only,
        title=msg("Minutes live on few numbers"),
        condition=sentences([_talk_words(now), against_words(standing), *_who(now)]),
        criteria=msg(
            "at the same talks for each number, the most talked to hundredth holds about the same "
            "part of them at every vendor"
        ),
        minutes=spared,
        money=money,
        effect=_effect(spared, money, scope),
        cause=msg(
            "probably regular contacts who wished to be called again, or numbers called for the "
            "sake of talk"
        ),
        ask=(
            msg("who answers on the ten most talked to numbers, and what became of them"),
            msg("recordings of three talks with each of these numbers, chosen by the client"),
        ),
        filters={"vendor": vendor},
    )


def _who(now: _Talks) -> list[Message]:
    """Return who talks on the numbers with many talks."""
    cut = now.every.groupby("talks")["numbers"].sum().sort_index(ascending=False).cumsum()
    top = cut[cut <= max(1.0, TOP_SHARE * float(cut.iloc[-1]))]
    least = int(top.index.min()) if len(top) else int(cut.index.max())
    rows = now.own[now.own["talks"] >= max(least, 2)]
    if rows.empty:
        return []
    talks = (rows["own_talks"] * rows["numbers"]).groupby(rows["agent_id"]).sum()
    return [msg("talks on these numbers by agent: %(agents)s", agents=agents_line(talks))]


def _effect(spared: Range, money: Range | None, scope: Scope) -> Message:
    beyond = msg(
        "minutes of the period on these numbers beyond the usual: about %(n)s, likely at least "
        "%(low)s",
        n=Number(float(spared.point), 0),
        low=Number(float(spared.low), 0),
    )
    if money is None:
        return beyond
    return sentences(
        [beyond, msg("likely at least %(low)s net of VAT", low=Money(money.low, scope.currency))]
    )


def _dead_evidence(
    vendor: str, dials: pd.DataFrame, standing: Standing, is_only: bool, scope: Scope
) -> Evidence:
    dead, every = total(dials, "dead_dials"), total(dials, "dials")
    now = total(dials, "period_dead_dials")
    price = dial_price(vendor, scope)
    money = None
    if price is not None:
        shares = [Decimal(str(share)) for share in standing.excess_share]
        money = Range(*(amount(price * now * share) for share in shares))
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=dead / every,
        expected=dead / every / standing.ratio,
        unit="share",
        n=every,
        p_value=min(1.0, _QUESTIONS * standing.p_value),
        review_only=True,
        title=msg("Numbers that never answer are dialled on: %(n)s", n=Count(dead)),
        condition=sentences(
            [
                _dead_words(dials),
                # a ratio to nothing has no size
                msg("at the other vendors there are none") if is_only else against_words(standing),
                msg(
                    "agents with the most: %(agents)s",
                    agents=agents_line(dials.groupby("agent_id")["dead_dials"].sum()),
                ),
            ]
        ),
        criteria=msg("a number that has not answered ten times is left alone, or so it is agreed"),
        money=money,
        effect=msg("such dials in the audited period: %(n)s", n=Count(now)),
        cause=msg("probably a dialler without a limit of attempts, or a list that was not renewed"),
        ask=(
            msg("the agreed number of attempts, and how the dialler keeps to it"),
            msg("the carrier's codes of these numbers"),
        ),
        filters={"vendor": vendor},
    )


CHECK = Check(
    id=ID,
    question=N_("Do minutes live on few numbers?"),
    kind="pattern",
    family="j",
    needs=(Need("calls", ("talk_seconds", "lead_id")),),
    reduce=reduced,
    judge=_judge,
    rows=rows_of_top_numbers,
    row_report="calls",
    honest_explanations=(
        N_("customers asked to be called back, several times"),
        N_("many companies sit behind one switchboard that the client's list does not show"),
        N_("test lines or numbers of the client are not marked as such"),
        N_("the campaign is made of few large customers"),
    ),
    what_would_clear_it=N_(
        "who answers on these numbers: called by the client, or found on a list of switchboards "
        "and wished call-backs"
    ),
    catches="same_numbers_again",
    minimum_n=MINIMUM_N,
    least_vendors=6,
    about=N_(
        "The part of all talks that the most talked to hundredth of the numbers holds is compared "
        "between vendors at the same talks for each number, with an error from leaving out each "
        "agent and the honest spread between vendors left in; one vendor alone is compared with "
        "its own earlier quarters. Companies behind one switchboard are told apart by the client's "
        "list. Dials of numbers that never answer, beyond the tenth, only ask. Sources: Hurlbert "
        "1971; Efron 1982."
    ),
)
