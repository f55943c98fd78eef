"""Money of several checks together: no call and no line counts twice, none beyond the invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval.auditing.money import ladder, worth_together
from vendoreval.auditing.tiers import Judged
from vendoreval.checks.base import Evidence, LineClaim, Range
from vendoreval.text import msg

Calls = dict[str, int]


def evidence(worth: int | str, calls: Calls | None = None, **fields: Any) -> Evidence:
    """A fact of so much money; its calls, if it has some, ride on `agent_id`."""
    rows = "" if calls is None else " ".join(f"{call}:{s}" for call, s in calls.items())
    return Evidence(
        "x", "alpha", 1.0, 0.0, "money", 1, msg("title"), msg("condition"), msg("criteria"),
        agent_id=rows or None, money=Range.exact(Decimal(worth)), per_call=calls is not None,
        **fields,
    )  # fmt: skip


def rows_of(entry: Evidence) -> pd.DataFrame:
    pairs = [part.split(":") for part in (entry.agent_id or "").split()]
    return pd.DataFrame({"call_id": [c for c, _ in pairs], "seconds": [int(s) for _, s in pairs]})


def claim(line: int, net: int, money: int, *, repeat: bool = False) -> LineClaim:
    return LineClaim("I-1", line, "talk_minute", Decimal(net), Decimal(money), repeat)


def lined(*claims: LineClaim) -> Evidence:
    return evidence(sum(int(c.money) for c in claims), lines=claims)


def test_a_call_in_two_checks_is_valued_once() -> None:
    # both say that c1 is not owed; c2 stands in one of them
    found = [evidence(30, {"c1": 60, "c2": 120}), evidence(10, {"c1": 60})]
    assert worth_together(found, rows_of) == Decimal(30)


def test_what_is_above_the_log_holds_repeats_and_seconds_above_the_card() -> None:
    above = evidence(100, part="above_log")
    repeat = lined(claim(1, 70, 70, repeat=True))
    seconds = evidence(20, {"c1": 60}, part="above_card")
    assert worth_together([above, repeat, seconds], rows_of) == Decimal(100)
    # where both come to more, the larger side counts
    assert worth_together([evidence(80, part="above_log"), repeat, seconds], rows_of) == Decimal(90)
    # a call within the log is another thing
    within = evidence(15, {"c1": 60})
    assert worth_together([above, repeat, seconds, within], rows_of) == Decimal(115)


def test_claims_on_a_line_add_up_to_no_more_than_the_line() -> None:
    price, product = lined(claim(1, 100, 60)), lined(claim(1, 100, 30))
    assert worth_together([price, product], rows_of) == Decimal(90)
    assert worth_together([price, product, lined(claim(1, 100, 30))], rows_of) == Decimal(100)


def test_calls_in_a_line_that_is_not_owed_at_all_count_only_beyond_it() -> None:
    after_term = lined(claim(1, 100, 100))
    assert worth_together([after_term, evidence(40, {"c1": 60})], rows_of) == Decimal(100)
    assert worth_together([after_term, evidence(140, {"c1": 60})], rows_of) == Decimal(140)


def test_likely_is_the_lower_bound_of_the_strongest_finding() -> None:
    def pattern(low: int, point: int, **fields: Any) -> Evidence:
        return evidence(point, **fields).__class__(**{
            **evidence(point).__dict__, "money": Range(Decimal(low), Decimal(point),
                                                       Decimal(2 * point)), "p_value": 0.001,
        })  # fmt: skip

    found = [
        Judged(evidence(20, {"c1": 60}), "fact"),
        Judged(pattern(50, 80), "finding"),
        Judged(pattern(30, 90), "review"),
        Judged(evidence(35, {"c1": 60, "c2": 60}), "review"),
    ]
    rungs = ladder(Decimal(1000), found, rows_of)
    assert (rungs.provable, rungs.likely) == (Decimal(20), Decimal(50))
    # what is only asked of c1 and c2 holds the fact of c1
    assert (rungs.at_risk_low, rungs.at_risk, rungs.at_risk_high) == (50, 90, 180)


PARTS = st.sampled_from(["", "above_card", "above_log", "line", "repeat"])


@st.composite
def found(draw: st.DrawFn) -> Judged:
    part, worth = draw(PARTS), draw(st.integers(0, 2000))
    tier = draw(st.sampled_from(["fact", "review"]))
    if part in ("line", "repeat"):
        line = draw(st.integers(1, 3))
        one = lined(claim(line, 500 * line, min(worth, 500 * line), repeat=part == "repeat"))
    elif part == "above_log":
        one = evidence(worth, part="above_log")
    else:
        names = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
        one = evidence(worth, dict.fromkeys(names, 60), part=part)
    return Judged(one, tier)


@settings(max_examples=80, deadline=None)
@given(st.lists(found(), max_size=7), st.integers(0, 3000))
def test_the_ladder_never_exceeds_the_invoice_and_never_counts_twice(
    judged: list[Judged], billed: int
) -> None:
    rungs = ladder(Decimal(billed), judged, rows_of)
    steps = [Decimal(0), rungs.provable, rungs.likely, rungs.at_risk_low, rungs.at_risk,
             rungs.at_risk_high, rungs.billed]  # fmt: skip
    assert steps == sorted(steps)
    facts = [one.evidence for one in judged if one.tier == "fact"]
    apart = [e.money.point for e in facts if e.money]
    together = worth_together(facts, rows_of)
    tiny = Decimal("0.000001")
    assert together <= sum(apart, Decimal(0)) + tiny
    assert all(value <= together + tiny for value in apart)
    # saying the same thing again proves nothing more, whatever is not a further claim on a line
    again = [e for e in facts if e.per_call or e.part == "above_log" or not e.lines]
    calls = [e for e in again if e.per_call]
    assert abs(worth_together([*facts, *calls], rows_of) - together) <= tiny
