"""Items that the agreement itself answers: lint, term, rate card, codes, limits."""

from __future__ import annotations

from datetime import date
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.pilot.files import PLAN, read_plan
from vendoreval.starting.known import DataAnswer, Known, done, not_yet, stops
from vendoreval.text import Count, Day, msg

NO_AGREEMENT: Final = msg("there is no agreement yet that can be read")
_RATE_CARD: Final = "rateCard"


def agreement_lints_clean(known: Known) -> DataAnswer:
    """Say whether lint finds nothing."""
    if known.problems:
        first = known.problems[0]
        return not_yet(
            msg("problems: %(n)s; the first, at %(path)s: %(found)s",
                n=Count(len(known.problems)), path=first.path or "-", found=first.found)
        )  # fmt: skip
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    return done(msg("version %(version)s has no fault", version=known.agreement.version))


def agreement_in_force(known: Known) -> DataAnswer:
    """Say whether the agreement is signed for the day of looking and outlasts the pilot."""
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    parties = known.agreement.parties
    if parties is None:
        return not_yet(msg("the agreement names no parties and no term"))
    first, last = parties.effectiveFrom, parties.effectiveTo
    if last is not None and last < known.on:
        return stops(msg("it ended on %(day)s", day=Day(last)))
    plan_end = _end_of_pilot(known)
    if last is not None and plan_end is not None and last < plan_end:
        return stops(
            msg("it ends on %(last)s, the pilot by its plan on %(end)s at the latest",
                last=Day(last), end=Day(plan_end))
        )  # fmt: skip
    starts = known.starts_on
    if starts is not None and first > starts:
        return not_yet(
            msg("it begins on %(first)s, work on %(starts)s", first=Day(first), starts=Day(starts))
        )
    if last is None:
        return done(msg("since %(first)s, without an end", first=Day(first)))
    return done(msg("from %(first)s to %(last)s", first=Day(first), last=Day(last)))


def _end_of_pilot(known: Known) -> date | None:
    if known.pilot is None or not (known.pilot / PLAN).exists():
        return None
    return read_plan(known.pilot / PLAN).ends_on


def rate_card_complete(known: Known) -> DataAnswer:
    """Say whether there is a card, without gaps, in force when work begins."""
    if known.agreement is None:
        return not_yet(NO_AGREEMENT)
    card = known.agreement.rate_card
    if not card:
        return not_yet(msg("the agreement has no rate card"))
    wrong = [p for p in known.problems if _is_of_card(known.agreement, p.path)]
    if wrong:
        return not_yet(
            msg("problems of the rate card: %(n)s; the first: %(found)s",
                n=Count(len(wrong)), found=wrong[0].found)
        )  # fmt: skip
    day = known.starts_on or known.on
    units = sorted({str(item.unit) for item in card if item.in_force(day)})
    if not units:
        return not_yet(msg("no line of it is in force on %(day)s", day=Day(day)))
    return done(msg("in force on %(day)s for: %(units)s", day=Day(day), units=", ".join(units)))


def _is_of_card(agreement: Agreement, path: str) -> bool:
    properties = agreement.contract.custom_properties or ()
    places = [n for n, one in enumerate(properties) if one.property == _RATE_CARD]
    return any(path.startswith(f"$.customProperties[{place}]") for place in places)


def limits_disclosed(known: Known) -> DataAnswer:
    """Say whether the register holds limits and each has all that makes it testable."""
    limits = known.limits
    if not limits:
        return not_yet(msg("the limits register is empty"))
    lacking = [one for one in limits if one.lacks()]
    if lacking:
        first = lacking[0]
        return not_yet(
            msg("limits that lack something: %(n)s of %(all)s; %(name)s lacks %(what)s",
                n=Count(len(lacking)), all=Count(len(limits)), name=first.id,
                what=first.lacks())
        )  # fmt: skip
    return done(msg("limits with alternative, decision, measure and review date: %(n)s",
                    n=Count(len(limits))))  # fmt: skip


def limits_reviewed(known: Known) -> DataAnswer:
    """Say whether every limit whose date has come was reviewed."""
    limits = known.limits
    if not limits:
        return not_yet(msg("the limits register is empty"))
    due = [one for one in limits if one.is_due(known.on)]
    if due:
        names = ", ".join(one.id for one in due)
        return not_yet(msg("to be reviewed by now: %(names)s", names=names))
    later = [one.review_on for one in limits if one.review_on is not None]
    came = [day for day in later if day <= known.on]
    if not came:
        return not_yet(msg("the first review is on %(day)s", day=Day(min(later)))
                       if later else msg("no limit has a review date"))  # fmt: skip
    return done(msg("limits reviewed: %(n)s", n=Count(len(came))))
