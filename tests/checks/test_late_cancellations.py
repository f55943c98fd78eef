"""Cancellations just after the clawback: the same ages compared, placebos, and who is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from check_world import ask, evidence_rows, item, scope_of
from vendoreval.checks._sale_ends import between, by_day, cliff_levels
from vendoreval.checks.base import Answer, Scope
from vendoreval.checks.late_cancellations import CHECK
from vendoreval.text import language

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")
COOLING = tuple(range(1, 15)) * 3
JUST_AFTER = tuple(range(31, 41)) * 4
LATER = tuple(range(32, 60, 3))
Row = dict[str, Any]


def scope(vendors: Sequence[str] = NAMES, days: int | None = 30, **more: Any) -> Scope:
    """Return the audit of October 2026; sales are priced, with a clawback or without one."""
    clause = {} if days is None else {"clawback": {"days": days, "share": "0.5"}}
    return scope_of({v: [item(unit="sale", price="5000", **clause)] for v in vendors}, **more)


def sold(vendor: str, ages: Sequence[int], n: int = 500, **fields: Any) -> list[Row]:
    """Return sales spread over a year, of which some end at the given ages."""
    rows = []
    for number in range(n):
        at = datetime(2025, 11, 2, 9) + timedelta(days=number * 300 // n)
        row = {"sale_id": f"{vendor}-{number}", "vendor": vendor, "sold_at": at}
        rows.append(row | {"lead_id": f"{vendor}-{number}"} | fields)
    # those that end stand all over the year
    for place, age in enumerate(ages):
        row = rows[place * n // len(ages)]
        row["cancelled_at"] = row["sold_at"] + timedelta(days=age)
    return rows


def world(ends: Mapping[str, Sequence[int]], **fields: Any) -> dict[str, list[Row]]:
    return {"client_sales": [row for v, ages in ends.items() for row in sold(v, ages, **fields)]}


def honest(*extra: int) -> dict[str, Sequence[int]]:
    """Return seven vendors whose sales end at the same ages, some more often than others."""
    return {v: (*COOLING[: 36 + n], *LATER[: 8 + n % 3], *extra) for n, v in enumerate(NAMES)}


def audit(rows: Any, given: Scope | None = None) -> dict[str, Answer]:
    return ask(CHECK, rows, given or scope())


def p_of(answer: Answer) -> float:
    (evidence,) = answer.evidence
    assert evidence.p_value is not None
    return evidence.p_value


def said(answer: Answer) -> str:
    return language("en").say(answer.evidence[0].condition)


def test_one_of_seven_whose_sales_end_just_after_the_window_is_found() -> None:
    rows = world(honest() | {"alpha": (*COOLING, *LATER, *JUST_AFTER)})
    answers = audit(rows)
    (evidence,) = answers["alpha"].evidence
    assert p_of(answers["alpha"]) < 0.01
    assert evidence.e_value is not None
    assert evidence.e_value > 20
    assert not evidence.review_only
    assert evidence.observed == 50
    assert evidence.expected < 15
    assert "no other fortnight" in said(answers["alpha"])
    for vendor in NAMES[1:]:
        assert all(e.p_value is not None and e.p_value > 0.05 for e in answers[vendor].evidence)
    found = evidence_rows(CHECK, rows, scope())
    assert (found.vendor == "alpha").sum() == 50
    assert found[found.vendor == "alpha"].end_age.between(31, 60).all()


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(honest(*JUST_AFTER), id="the first bill comes on these days for everybody"),
        pytest.param(
            honest() | {"alpha": (*COOLING, *LATER, *(a - 12 for a in JUST_AFTER))},
            id="the rise lies inside the window",
        ),
    ],
)
def test_honest_twins_are_left_alone(ends: Mapping[str, Sequence[int]]) -> None:
    for answer in audit(world(ends)).values():
        assert answer.not_run is None
        for evidence in answer.evidence:
            assert evidence.p_value is not None
            # seven vendors are asked in each world
            assert evidence.p_value > 0.005
            assert (evidence.e_value or 1.0) < 20


def test_another_mix_of_products_explains_the_rise() -> None:
    ends = dict.fromkeys(NAMES, (*COOLING, *LATER))
    rows = world(ends, n=500)
    for vendor in NAMES:
        # one product loses its customers after a trial of thirty days, whoever sells it
        count = 60 if vendor == "alpha" else 6
        more = sold(vendor + "-trial", JUST_AFTER[: count * 2 // 3], n=count * 2)
        rows["client_sales"] += [row | {"vendor": vendor} for row in more]
    plain = p_of(audit(rows)["alpha"])
    rows["sales"] = [
        {
            "vendor": row["vendor"], "sale_id": row["sale_id"], "lead_id": row["lead_id"],
            "sold_at": row["sold_at"],
            "product": "trial" if "trial" in row["sale_id"] else "usual",
        }
        for row in rows["client_sales"]
    ]  # fmt: skip
    told = audit(rows)["alpha"]
    assert plain < 0.05
    assert not told.evidence or p_of(told) > 0.05


def test_a_rise_that_stands_elsewhere_too_can_only_ask() -> None:
    # as many end in the fortnight before the window closes
    both = (*JUST_AFTER, *(a - 14 for a in JUST_AFTER), *(a - 15 for a in JUST_AFTER))
    (evidence,) = audit(world(honest() | {"alpha": (*COOLING[:5], *both)}))["alpha"].evidence
    assert evidence.review_only
    assert evidence.e_value is None
    assert "does not belong to the window" in language("en").say(evidence.condition)


def test_the_cliff_moves_with_the_window() -> None:
    moved = tuple(a + 30 for a in JUST_AFTER)
    rows = world(honest() | {"alpha": (*COOLING, *LATER, *moved)})
    usual = audit(rows)["alpha"]
    assert not usual.evidence or p_of(usual) > 0.05
    assert p_of(audit(rows, scope(days=60))["alpha"]) < 0.01
    # without a clawback the client's payment horizon stands in, and this is said
    horizon = audit(rows, scope(days=None, payment_horizon_days=60))["alpha"]
    assert p_of(horizon) < 0.01
    assert "payment horizon of 60 days" in said(horizon)


def test_few_vendors_and_one_alone_can_only_ask() -> None:
    two = ("alpha", "beta")
    rows = world({"alpha": (*COOLING, *JUST_AFTER), "beta": (*COOLING, *LATER)})
    (evidence,) = audit(rows, scope(two))["alpha"].evidence
    assert evidence.review_only
    one = audit({"client_sales": rows["client_sales"][:500]}, scope(("alpha",)))["alpha"]
    assert all(e.review_only for e in one.evidence)


def test_one_vendor_is_set_against_its_own_earlier_sales() -> None:
    only = scope(("alpha",))
    spring = datetime(2026, 4, 1)
    before = [r for r in sold("alpha", (*COOLING, *COOLING, *LATER[:2])) if r["sold_at"] < spring]
    ages = tuple(a for pair in zip(COOLING[:40], JUST_AFTER, strict=True) for a in pair) * 2
    since = [r for r in sold("alpha", ages) if r["sold_at"] >= spring]
    answer = audit({"client_sales": before + since}, only)["alpha"]
    (evidence,) = answer.evidence
    assert evidence.review_only
    assert p_of(answer) < 0.05
    assert "own earlier months" in said(answer)
    assert audit({"client_sales": since}, only)["alpha"].not_run is not None


def test_the_money_is_what_the_card_would_have_taken_back() -> None:
    rows = world(honest() | {"alpha": (*COOLING, *LATER, *JUST_AFTER)})
    (evidence,) = audit(rows)["alpha"].evidence
    october = [
        row
        for row in rows["client_sales"]
        if row["vendor"] == "alpha"
        and row.get("cancelled_at", datetime(2020, 1, 1)).month == 10
        and 30 < (row["cancelled_at"] - row["sold_at"]).days <= 60
    ]
    assert evidence.money is not None
    # half of the price of a sale comes back
    most = Decimal(len(october) * 2500)
    share = Decimal(str(1 - evidence.expected / evidence.observed))
    assert evidence.money.point == pytest.approx(most * share, rel=Decimal("0.01"))
    assert evidence.money.low < evidence.money.point <= most


def test_sales_at_risk_by_hand() -> None:
    # two of ten end on day 10 and one on day 40, the others were seen for a hundred days
    frame = pd.DataFrame(
        {
            "product": "", "end_age": [10, 40, 100], "is_cancelled": [1, 1, 0],
            "sales": [2, 1, 7],
        }
    )  # fmt: skip
    assert between(frame, -1, 30) == (2, 2 * 11 + 8 * 31)
    assert between(frame, 30, 60) == (1, 10 + 7 * 30)
    # another vendor with ten sales, of which none ended early
    other = frame.assign(sales=[0, 1, 9])
    levels = cliff_levels({"one": frame, "other": other}, 30, 30)
    late, early = 2 / (220 + 280), 2 / (270 + 310)
    expected = np.log(1.5 / (220 * late + 0.5)) - np.log(2.5 / (270 * early + 0.5))
    assert levels["one"].log_ratio == pytest.approx(expected, rel=1e-9)
    assert levels["one"].variance == pytest.approx(1 / 1.5 + 1 / 2.5)
    events, at_risk = by_day([frame, frame])
    assert at_risk[0, [0, 10, 11, 40, 41, 100, 101], 0].tolist() == [10, 10, 8, 8, 7, 7, 0]
    assert events[0, :, 0].sum() == 3


def test_what_the_records_cannot_know_yet_is_alive() -> None:
    rows = world(honest())
    # cancelled after the audited period: nobody knew
    rows["client_sales"][3]["cancelled_at"] = datetime(2026, 11, 20)
    before = audit(world(honest()))["alpha"]
    assert audit(rows)["alpha"].n in (before.n, before.n - 1)


@pytest.mark.parametrize(
    "sales",
    [
        pytest.param([], id="no sales"),
        pytest.param([r | {"cancelled_at": None} for r in sold("alpha", JUST_AFTER)],
                     id="nothing was ever cancelled"),
        pytest.param([r | {"sold_at": datetime(2026, 5, 5)} for r in sold("alpha", JUST_AFTER)],
                     id="all sales on one day"),
        pytest.param(sold("alpha", JUST_AFTER[:29]), id="29 cancellations"),
        pytest.param([r | {"sold_at": datetime(2026, 10, 20)} for r in sold("alpha", JUST_AFTER)],
                     id="sales too young"),
        pytest.param([r | {"vendor": None} for r in sold("alpha", JUST_AFTER)],
                     id="sales of nobody"),
    ],
)  # fmt: skip
def test_without_enough_it_is_not_run(sales: list[Row]) -> None:
    answer = audit({"client_sales": sales}, scope(("alpha",)))["alpha"]
    assert answer.evidence == ()
    assert answer.not_run is not None


def test_cancelled_before_it_was_sold_breaks_nothing() -> None:
    rows = world(honest())
    for row in rows["client_sales"][::50]:
        row["cancelled_at"] = row["sold_at"] - timedelta(days=3)
    assert list(audit(rows)) == sorted(NAMES)


def test_more_late_ends_never_weaken_the_level() -> None:
    others = pd.DataFrame(
        {"product": "", "end_age": [5, 35, 90], "is_cancelled": [1, 1, 0], "sales": [9, 3, 90]}
    )
    levels = []
    for late in (1, 3, 9, 27):
        mine = others.assign(sales=[9, late, 93 - late])
        levels.append(cliff_levels({"mine": mine, "others": others}, 30, 30)["mine"].log_ratio)
    assert levels == sorted(levels)
