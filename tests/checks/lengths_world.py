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


def p_of(answer: Answer) -> float:
    """Return the smallest p-value of an answer, 1 without evidence."""
    return min((e.p_value for e in answer.evidence if e.p_value is not None), default=1.0)


def e_of(answer: Answer) -> float:
    """Return the largest e-value of an answer, 1 without any."""
    return max((e.e_value for e in answer.evidence if e.e_value is not None), default=1.0)


def english(message: Any) -> str:
    """Say a message in English."""
    return language("en").say(message)
