"""The sentences beside the method of a check: what it may lead to, least n, error rates."""

from __future__ import annotations

from vendoreval.checks.base import Check
from vendoreval.explaining.rates import Grown, Past, Rates, rates_of
from vendoreval.simulation.plants.words import ABOUT
from vendoreval.stats import clopper_pearson_interval
from vendoreval.text import Count, Message, Percent, msg

_LEVEL = 0.95


def details(check: Check) -> tuple[Message, ...]:
    """Return what the check may lead to, the least it needs, and how often it errs."""
    return (tier(check), minimum(check), *error_rates(check))


def tier(check: Check) -> Message:
    """Say what the check may lead to, settled before any evidence is looked at."""
    if check.kind == "fact":
        return msg(
            "May lead to a fact with exact rows; where an honest cause would draw the same, or the "
            "money is tiny, a question."
        )
    if check.drills is not None:
        return msg(
            "May name persons inside a finding of %(check)s, never a vendor; otherwise it leads to "
            "nothing or to a question.",
            check=check.drills,
        )
    if check.least_vendors is None:
        return msg("May lead to a question, or to a line of the verdict; never to a finding.")
    if check.least_vendors == 1:
        return msg("May lead to a finding, also with a single vendor; short of that to a question.")
    return msg(
        "May lead to a finding from %(n)s comparable vendors on, with fewer to a question.",
        n=Count(check.least_vendors),
    )


def minimum(check: Check) -> Message:
    """Say how many observations the question needs at least."""
    return msg(
        "Least number of observations: %(n)s; below that it is not run.", n=Count(check.minimum_n)
    )


def error_rates(check: Check) -> tuple[Message, ...]:
    """Say how often honest vendors were accused and the scheme was seen."""
    rates = rates_of(check.id)
    if rates is None:
        return (msg("How often it errs was not measured."),)
    told = [_honest(rates), _planted(rates)]
    if rates.past is not None:
        told += [_own_past(rates.past), *(_grown(rates.past, one) for one in rates.past.grown)]
    return tuple(told)


def _honest(rates: Rates) -> Message:
    ended = rates.honest
    if ended.asked == 0:
        return msg(
            "Honest vendors in %(worlds)s simulated worlds (seed %(seed)s): none had enough data "
            "to be asked.",
            worlds=Count(rates.worlds),
            seed=str(rates.seed),
        )
    high = clopper_pearson_interval(ended.accused, ended.asked, 2 * _LEVEL - 1)[1]
    return msg(
        "Honest vendors in %(worlds)s simulated worlds (seed %(seed)s): asked %(asked)s, a fact "
        "or finding against %(accused)s (with 95%% confidence the share is below %(high)s), a "
        "question to %(review)s.",
        worlds=Count(rates.worlds),
        seed=str(rates.seed),
        asked=Count(ended.asked),
        accused=Count(ended.accused),
        high=Percent(high, 1),
        review=Count(ended.review),
    )


def _planted(rates: Rates) -> Message:
    ended = rates.planted
    if ended.asked + ended.not_run == 0:
        return msg("The scheme it is for was not planted in these worlds.")
    return msg(
        "The scheme it is for, at its usual strength, of %(n)s vendors: a fact or finding "
        "%(accused)s, a question %(review)s, not seen %(clear)s, not run %(not_run)s. Scheme: "
        "%(scheme)s",
        n=Count(ended.asked + ended.not_run),
        accused=Count(ended.accused),
        review=Count(ended.review),
        clear=Count(ended.clear),
        not_run=Count(ended.not_run),
        scheme=Message(ABOUT[rates.scheme]),
    )


def _own_past(past: Past) -> Message:
    return msg(
        "Looked at %(looks)s times in %(months)s months: honest vendors ever beyond 20 to 1 "
        "%(named)s of %(honest)s.",
        looks=Count(past.looks),
        months=Count(past.months),
        named=Count(past.honest_named),
        honest=Count(past.honest),
    )


def _grown(past: Past, one: Grown) -> Message:
    told = msg(
        "Fruitless calls made longer by %(strength)s of all minutes from month %(since)s on: found "
        "%(found)s of %(vendors)s",
        strength=Percent(one.strength, 0),
        since=Count(past.since),
        found=Count(one.found),
        vendors=Count(one.vendors),
    )
    if one.median_months is None:
        return msg("%(told)s.", told=told)
    return msg(
        "%(told)s, half of these within so many months: %(months)s.",
        told=told,
        months=Count(one.median_months),
    )
