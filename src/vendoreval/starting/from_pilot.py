"""Items that the pilot answers: planned, dealt by a kept key, and whether the vendor sells."""

from __future__ import annotations

from vendoreval.pilot import pilot_verdict
from vendoreval.pilot.files import KEY, PLAN, read_key, read_plan
from vendoreval.pilot.outcomes import calls_for, lead_outcomes
from vendoreval.starting.known import DataAnswer, Known, done, not_yet, stops
from vendoreval.text import Count, Message, msg

_ASK = msg("no pilot is kept under onboarding/VENDOR/pilot or pilot/")


def pilot_planned(known: Known) -> DataAnswer:
    """Say whether there is a plan that names the vendor."""
    if known.pilot is None or not (known.pilot / PLAN).exists():
        return not_yet(_ASK)
    plan = read_plan(known.pilot / PLAN)
    if known.vendor not in plan.terms.vendors:
        return not_yet(_other_vendors(plan.terms.vendors))
    return done(msg("leads at the longest: %(n)s", n=Count(plan.leads_needed)))


def pilot_split(known: Known) -> DataAnswer:
    """Say whether the kept key is the one its seed deals."""
    if known.pilot is None or not (known.pilot / KEY).exists():
        return not_yet(_ASK)
    key = read_key(known.pilot)
    dealt = int((key["arm"] == known.vendor).sum())
    if not dealt:
        return not_yet(_other_vendors(tuple(sorted(set(key["arm"])))))
    sentence = msg("the key agrees with its seed and hash; leads of this vendor: %(n)s",
                   n=Count(dealt))  # fmt: skip
    if (known.pilot / PLAN).exists():
        plan = read_plan(known.pilot / PLAN)
        planned = plan.leads_needed
        if len(key) < planned:
            return not_yet(
                msg("leads dealt: %(n)s, fewer than the %(planned)s planned at the longest",
                    n=Count(len(key)), planned=Count(planned))
            )  # fmt: skip
    return done(sentence)


def pilot_verdict_answer(known: Known) -> DataAnswer:
    """Say what the agreed design decides today."""
    if known.pilot is None or not (known.pilot / PLAN).exists():
        return not_yet(_ASK)
    plan, key = read_plan(known.pilot / PLAN), read_key(known.pilot)
    if known.vendor not in plan.terms.vendors:
        return not_yet(_other_vendors(plan.terms.vendors))
    outcomes = lead_outcomes(known.ledger, key, known.vendor)
    handed = outcomes["handed_on"].dropna()
    parties = known.agreement.parties if known.agreement is not None else None
    made = pilot_verdict(
        plan, known.vendor, outcomes, known.on,
        agreement_until=parties.effectiveTo if parties is not None else None,
        calls=calls_for(known.ledger, known.vendor, min(handed), known.on) if len(handed) else None,
    )  # fmt: skip
    sentence = made.lines()[0]
    for note in made.notes:
        sentence = msg("%(one)s; %(two)s", one=sentence, two=note)
    if made.decision == "sells":
        return done(sentence)
    return stops(sentence) if made.decision in {"does_not", "undecided"} else not_yet(sentence)


def _other_vendors(names: tuple[str, ...]) -> Message:
    return msg("the pilot is one of: %(names)s", names=", ".join(names))
