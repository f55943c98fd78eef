"""Simulated vendors, and what a check of call lengths or rhythms says of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from check_world import OCTOBER, scope_of
from vendoreval.agreement.extensions import RateItem
from vendoreval.checks.base import Answer, Check, Evidence, Scope
from vendoreval.simulation import simulate
from vendoreval.simulation.simulated import World
from vendoreval.simulation.truth import Scheme
from vendoreval.tables import TABLES
from vendoreval.text import language


@cache
def world(schemes: tuple[str, ...] = (), zoo: tuple[str, ...] = (), **size: int) -> World:
    """Return a world of a few months up to October."""
    usual = {"vendors": 1, "months": 4, "agents": 12, "dials_a_month": 8000, "seed": 3}
    return simulate(schemes=schemes, zoo=zoo, **(usual | size))


def scope(one: World, **card: Any) -> Scope:
    """Return the audit of October with the cards of the world, changed as told."""
    lines = {b.work.name: b.work.conduct.rate_card for b in one.built}
    return scope_of({v: [RateItem(**(line | card)) for line in c] for v, c in lines.items()})


def asked(one: World, checks: Iterable[Check], **card: Any) -> dict[str, dict[str, Answer]]:
    """Return check -> vendor -> answer."""
    of = scope(one, **card)
    assert of.period == OCTOBER
    found = {}
    with tempfile.TemporaryDirectory() as folder, one.engine(Path(folder)) as engine:
        for check in checks:
            small = engine.run(check.reduce(TABLES, of)).to_pandas()
            found[check.id] = {answer.vendor: answer for answer in check.judge(small, of)}
    return found


def evidence(one: World, check: Check, vendor: str = "alpha", **card: Any) -> Evidence:
    """Return the only evidence of a vendor."""
    (found,) = asked(one, [check], **card)[check.id][vendor].evidence
    return found


PLANTED = {
    "very_short_calls": "beta/dropped_in_seconds:0.1::2",
    "voicemail_as_talk": "gamma/voicemail_as_talk:0.3::2",
    "regular_intervals": "delta/invented_calls:0.5:0.25:1",
    "repeated_durations": "epsilon/replayed_calls:0.15:0.3:2",
}


def planted_world() -> World:
    """Return seven vendors, four of whom do one thing each that one check asks about."""
    return world(tuple(PLANTED.values()), vendors=7, months=3)


@cache
def planted_answers(check: Check) -> dict[str, Answer]:
    """Return vendor -> answer in the planted world."""
    return asked(planted_world(), [check])[check.id]


def planted_evidence(check: Check) -> tuple[Evidence, Scheme]:
    """Return the evidence against the vendor of whom a check asks, and the truth.

    Nobody else may be named for it.
    """
    vendor = PLANTED[check.id].partition("/")[0]
    answers = planted_answers(check)
    assert [name for name, answer in answers.items() if e_of(answer) >= 20] == [vendor]
    (found,) = answers[vendor].evidence
    (truth,) = [scheme for scheme in planted_world().truth.schemes if scheme.vendor == vendor]
    return found, truth


def p_of(answer: Answer) -> float:
    """Return the smallest p-value of an answer, 1 without evidence."""
    return min((e.p_value for e in answer.evidence if e.p_value is not None), default=1.0)


def e_of(answer: Answer) -> float:
    """Return the largest e-value of an answer, 1 without any."""
    return max((e.e_value for e in answer.evidence if e.e_value is not None), default=1.0)


def english(message: Any) -> str:
    """Say a message in English."""
    return language("en").say(message)
