"""Are leads closed as no answer or junk after one dial?

A lead that is closed after a single unanswered dial is lost for every later call, and it
leaves the denominator of the conversion. Some leads deserve it: numbers that do not
exist, people who asked not to be called. Where one vendor closes so far more of the same
lists than the others, its agents may be burning leads to look quick.

Method: leads newly closed as junk or no answer in the period; of these, the share with one
dial and no conversation. Invalid numbers, do-not-call and duplicates are left out by reason
and by the outcome of the call. Expected closures come from the rates of all vendors on the
same list; the error of observed over expected is clustered by agent; the vendor is compared
with the others with their honest spread left in. With fewer than two comparable vendors the
vendor's own six earlier months stand in for the others. With fewer than six vendors the
result can only ask. The Mantel-Haenszel odds ratio over lists is printed as a description.

Source: scheme S25; Mantel and Haenszel (1959), Spiegelhalter (2005).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.checks._answers import agents_line, not_run, of_vendor, sentences, total
from vendoreval.checks._first_touch import first_touch_rows, reduced
from vendoreval.checks.base import Answer, Check, Evidence, Need, Scope, Unseen
from vendoreval.stats import (
    PeerComparison,
    cluster_ratio,
    half_normal_comparison,
    mantel_haenszel,
    odds_ratio_detectable,
    trimmed_leave_one_out,
)
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "closed_after_first_touch"
MINIMUM_N: Final = 300
_AGENTS: Final = 8
_MANY_VENDORS: Final = 6


@dataclass(frozen=True)
class _Level:
    """First-touch closures of one group over those expected of its lists, and the error."""

    ratio: float
    variance: float


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    closures = frame[frame["kind"] == "closed"]
    current = {v: of_vendor(closures[closures["current"] == 1], v) for v in scope.vendors}
    assessable = [v for v in scope.vendors if _enough(current[v])]
    compared = _against_peers({v: current[v] for v in assessable}, scope)
    answers = []
    for vendor in scope.vendors:
        own = current[vendor]
        if vendor not in assessable:
            answers.append(_too_few(own, vendor))
        elif compared:
            others = pd.concat([current[v] for v in assessable if v != vendor])
            answers.append(_answer(frame, vendor, own, others, compared[vendor], len(assessable)))
        else:
            answers.append(_against_own_past(frame, vendor, own))
    return answers


def _enough(closures: pd.DataFrame) -> bool:
    return total(closures, "closed") >= MINIMUM_N and closures["agent_id"].nunique() >= _AGENTS


def _too_few(own: pd.DataFrame, vendor: str) -> Answer:
    n = total(own, "closed")
    return not_run(
        ID,
        vendor,
        msg(
            "closures as junk or no answer in the period: %(n)s, agents: %(agents)s; needed are "
            "%(minimum)s closures by %(least)s agents",
            n=Count(n),
            agents=Count(int(own["agent_id"].nunique())),
            minimum=Count(MINIMUM_N),
            least=Count(_AGENTS),
        ),
        msg("the funnel with stage, reason, attempts and agent of every closed lead"),
        n,
    )


def _rates(closures: pd.DataFrame) -> Mapping[str, float]:
    by_list = closures.groupby("list_id")[["closed", "first_touch"]].sum()
    shares = by_list["first_touch"] / by_list["closed"]
    return {str(name): float(share) for name, share in shares.items()}


def _level(closures: pd.DataFrame, rates: Mapping[str, float], general: float) -> _Level:
    expected = closures["list_id"].map(lambda name: rates.get(name, general)) * closures["closed"]
    by_agent = (
        closures.assign(expected=expected).groupby("agent_id")[["first_touch", "expected"]].sum()
    )
    observed = float(by_agent["first_touch"].sum())
    if observed == 0:
        # half a closure stands in for none, so that the logarithm exists
        return _Level(0.5 / max(float(expected.sum()), 0.5), 2.0)
    ratio = cluster_ratio(by_agent["first_touch"], by_agent["expected"])
    relative = ratio.standard_error / ratio.ratio
    return _Level(ratio.ratio, max(relative**2, 1 / observed))


def _against_peers(current: Mapping[str, pd.DataFrame], scope: Scope) -> dict[str, PeerComparison]:
    """Return each vendor against the others; empty when there is nothing to compare."""
    if len(current) < 2:
        return {}
    every = pd.concat(list(current.values()))
    if not total(every, "first_touch"):
        return {}
    general = total(every, "first_touch") / total(every, "closed")
    rates = {name: rate or general for name, rate in _rates(every).items()}
    levels = [_level(closures, rates, general) for closures in current.values()]
    # both comparisons look for low values: few closures after one dial are no sign
    logs = [-float(np.log(level.ratio)) for level in levels]
    variances = [level.variance for level in levels]
    if len(current) < _MANY_VENDORS:
        found = half_normal_comparison(logs, variances)
    else:
        found = trimmed_leave_one_out(logs, variances, np.random.default_rng(scope.seed))
    return dict(zip(current, found, strict=True))


def _against_own_past(frame: pd.DataFrame, vendor: str, own: pd.DataFrame) -> Answer:
    closures = of_vendor(frame[frame["kind"] == "closed"], vendor)
    past = closures[closures["current"] == 0]
    if not total(past, "first_touch") or not _enough(past):
        return not_run(
            ID,
            vendor,
            msg("neither another vendor nor earlier months with enough closures to compare with"),
            msg("the funnel of six earlier months"),
            total(own, "closed"),
        )
    general = total(past, "first_touch") / total(past, "closed")
    rates = {name: rate or general for name, rate in _rates(past).items()}
    levels = [_level(part, rates, general) for part in (own, past)]
    logs = [-float(np.log(level.ratio)) for level in levels]
    comparison = half_normal_comparison(logs, [level.variance for level in levels])[0]
    return _answer(frame, vendor, own, past, comparison, 1)


def _answer(
    frame: pd.DataFrame,
    vendor: str,
    own: pd.DataFrame,
    others: pd.DataFrame,
    comparison: PeerComparison,
    vendors: int,
) -> Answer:
    n, first = total(own, "closed"), total(own, "first_touch")
    handed = of_vendor(frame[frame["kind"] == "handed"], vendor)
    told = [
        msg(
            "closed after one dial: %(first)s of %(n)s closures as junk or no answer (%(share)s)",
            first=Count(first),
            n=Count(n),
            share=Percent(first / n),
        )
    ]
    if total(handed, "closed"):
        leads = total(handed, "closed")
        told.append(
            msg(
                "of all leads handed over (%(leads)s): %(share)s",
                leads=Count(leads),
                share=Percent(first / leads),
            )
        )
    statement = sentences(told)
    unseen = _unseen(own, others)
    if first == 0 or comparison.ratio >= 1:
        return Answer(vendor, statement, n, unseen=unseen)
    condition = _condition(statement, own, others, comparison, vendors)
    evidence = _evidence(condition, own, comparison, vendors)
    return Answer(vendor, statement, n, (evidence,), unseen=unseen)


def _unseen(own: pd.DataFrame, others: pd.DataFrame) -> Unseen | None:
    """Say how much more often it would have to happen, agents resembling themselves."""
    n, first, elsewhere = total(own, "closed"), total(own, "first_touch"), total(others, "closed")
    share = total(others, "first_touch") / elsewhere if elsewhere else 0.0
    if not 0 < share < 1:
        return None
    by_agent = own.groupby("agent_id")[["first_touch", "closed"]].sum()
    design = 1.0
    if first:
        ratio = cluster_ratio(by_agent["first_touch"], by_agent["closed"])
        design = max(1.0, (ratio.standard_error / ratio.ratio) ** 2 * first)
    times = odds_ratio_detectable(share, n, elsewhere, design_effect=design)
    return Unseen(
        times - 1,
        msg("closures after one dial less than %(times)s times as often", times=Number(times, 1)),
    )


def _condition(
    statement: Message,
    own: pd.DataFrame,
    others: pd.DataFrame,
    comparison: PeerComparison,
    vendors: int,
) -> Message:
    against = msg("the vendor's own earlier months") if vendors < 2 else msg("the other vendors")
    return sentences(
        [
            statement,
            _compared(others, comparison, against),
            *_odds(own, others),
            msg(
                "agents with the most: %(agents)s",
                agents=agents_line(own.groupby("agent_id")["first_touch"].sum()),
            ),
        ]
    )


def _compared(others: pd.DataFrame, comparison: PeerComparison, against: Message) -> Message:
    if not total(others, "first_touch"):
        # a ratio to nothing has no size
        return msg(
            "after one dial elsewhere: 0 of %(n)s closures; compared with: %(against)s",
            n=Count(total(others, "closed")),
            against=against,
        )
    return msg(
        "%(times)s times as often as expected on the same lists (90%% interval %(low)s to "
        "%(high)s), compared with: %(against)s",
        times=Number(1 / comparison.ratio, 2),
        low=Number(1 / comparison.ratio_high, 2),
        high=Number(1 / comparison.ratio_low, 2),
        against=against,
    )


def _evidence(
    condition: Message, own: pd.DataFrame, comparison: PeerComparison, vendors: int
) -> Evidence:
    vendor = str(own["vendor"].iloc[0])
    n, first = total(own, "closed"), total(own, "first_touch")
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=first / n,
        expected=first / n * comparison.ratio,
        unit="share",
        n=n,
        p_value=comparison.p_value,
        review_only=vendors < _MANY_VENDORS,
        title=msg("Leads closed after one unanswered dial: %(n)s", n=Count(first)),
        condition=condition,
        criteria=msg(
            "a lead is closed as no answer after the agreed number of attempts; on the same "
            "lists the shares of honest vendors are alike"
        ),
        effect=msg(
            "closures after one dial beyond the expected: about %(n)s leads",
            n=Count(round(first * (1 - comparison.ratio))),
        ),
        cause=msg(
            "probably a target of closed leads, a rule of one attempt in the dialler, or a list "
            "with many dead numbers"
        ),
        ask=(
            msg("the rule by which the system closes a lead, and since when"),
            msg("fifty of these leads, chosen by lot, to be dialled again"),
        ),
        filters={"vendor": vendor},
    )


def _odds(own: pd.DataFrame, others: pd.DataFrame) -> list[Message]:
    """Return the odds ratio over the lists that both sides worked."""
    both = sorted(set(own["list_id"]) & set(others["list_id"]))
    tables = []
    for name in both:
        rows = []
        for part in (own[own["list_id"] == name], others[others["list_id"] == name]):
            first = total(part, "first_touch")
            rows.append([first, total(part, "closed") - first])
        tables.append(rows)
    # without a closure of either kind on either side there is no ratio
    if not any(t[0][0] * t[1][1] for t in tables) or not any(t[0][1] * t[1][0] for t in tables):
        return []
    odds = mantel_haenszel(tables)
    low, high = odds.interval(0.90)
    return [
        msg(
            "odds ratio over common lists (%(lists)s): %(odds)s, %(low)s to %(high)s without "
            "regard to agents",
            lists=Count(len(both)),
            odds=Number(odds.odds_ratio, 2),
            low=Number(low, 2),
            high=Number(high, 2),
        )
    ]


CHECK = Check(
    id=ID,
    question=N_("Are leads closed as no answer or junk after one dial?"),
    kind="pattern",
    family="h",
    needs=(Need("funnel", ("lead_id", "stage")),),
    reduce=reduced,
    judge=_judge,
    rows=first_touch_rows,
    row_report="funnel",
    honest_explanations=(
        N_("the list holds many numbers that do not exist or do not answer"),
        N_("the client agreed to one attempt for this list"),
        N_("the dialler closes a lead by a signal of the carrier"),
        N_("attempts are counted in another system than the one that was exported"),
    ),
    what_would_clear_it=N_(
        "the carrier's codes of these numbers, the agreed rule of attempts, or fifty of the leads "
        "dialled again with the same result"
    ),
    catches="closed_after_first_touch",
    minimum_n=MINIMUM_N,
    about=N_(
        "A lead closed after one unanswered dial is lost for every later call and leaves the "
        "denominator of the conversion. The share of such closures is compared on the same lists "
        "with the other vendors, whose honest spread is left in, with errors clustered by agent; "
        "without other vendors, with the vendor's own six earlier months. Invalid numbers, "
        "do-not-call and duplicates are left out. With fewer than six vendors it only asks."
    ),
    # its method has no e-value, so it only asks
)
