"""Few sales for the minutes: case mix, number of vendors, masking, money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from check_world import ask, call, evidence_rows, item, reduced, scope_of
from vendoreval.checks.base import Answer, Scope
from vendoreval.checks.few_sales_for_minutes import CHECK
from vendoreval.text import language

LISTS = {"easy": 0.9, "hard": 0.3}


def scope(vendors: int) -> Scope:
    return scope_of({f"v{n:02}": [item()] for n in range(vendors)})


def cell(vendor: int, minutes: float, sales: int, **fields: Any) -> dict[str, Any]:
    """Return one line of the small table."""
    seconds = int(minutes * 60)
    return {
        "vendor": f"v{vendor:02}", "campaign_id": "c", "list_id": "easy", "calls": 100,
        "talk_seconds": seconds, "billed_seconds": seconds, "billed_calls": 100,
        "period_seconds": seconds // 12, "sales": sales,
    } | fields  # fmt: skip


def world(
    vendors: int, pad: dict[int, float] | None = None, *, tau: float = 0.05, seed: int = 1
) -> pd.DataFrame:
    """Return vendors with different mixes of two lists; `pad` multiplies minutes."""
    rng = np.random.default_rng(seed)
    rows = []
    for vendor in range(vendors):
        skill, mix = np.exp(rng.normal(0, tau)), rng.uniform(0.2, 0.8)
        for name, rate in LISTS.items():
            minutes = 60_000 * (mix if name == "easy" else 1 - mix)
            sales = int(rng.poisson(minutes * rate / 60 * skill))
            factor = (pad or {}).get(vendor, 1.0)
            rows.append(cell(vendor, minutes * factor, sales, list_id=name))
    return pd.DataFrame(rows)


def judge(frame: pd.DataFrame, vendors: int) -> Sequence[Answer]:
    return CHECK.judge(frame, scope(vendors))


def p_values(answers: Sequence[Answer]) -> list[float]:
    return [a.evidence[0].p_value or 1.0 if a.evidence else 1.0 for a in answers]


def test_two_padders_of_twelve_do_not_hide_each_other() -> None:
    answers = judge(world(12, {0: 1.6, 1: 1.6}), 12)
    p = p_values(answers)
    assert max(p[:2]) < 0.005
    assert min(p[2:]) > 0.005
    assert not answers[0].evidence[0].review_only
    assert (answers[0].evidence[0].e_value or 0) > 20


def test_a_harder_list_is_not_fewer_sales() -> None:
    frame = world(12, tau=0.01)
    # one vendor works the hard list alone for most of its time
    frame.loc[0, ["talk_seconds", "billed_seconds"]] = [600_000, 600_000]
    frame.loc[0, "sales"] = 150
    frame.loc[1, ["talk_seconds", "billed_seconds"]] = [6_000_000, 6_000_000]
    frame.loc[1, "sales"] = 500
    answers = judge(frame, 12)
    assert answers[0].evidence == () or (answers[0].evidence[0].p_value or 0) > 0.05
    raw = frame.groupby("vendor")[["sales", "talk_seconds"]].sum()
    raw_rate = raw["sales"] / raw["talk_seconds"]
    assert raw_rate.idxmin() == "v00"


def test_money_is_the_minutes_beyond_the_level_of_the_others() -> None:
    answers = judge(world(12, {0: 1.6}, tau=0.02), 12)
    (evidence,) = answers[0].evidence
    assert evidence.minutes is not None
    assert evidence.money is not None
    # 60,000 x 1.6 / 12 minutes a month, of which 0.6 / 1.6 are too many
    assert evidence.minutes.low < Decimal(3000) < evidence.minutes.high
    assert evidence.money.low == pytest.approx(evidence.minutes.low * Decimal("9.50"), abs=1)


def test_two_to_five_vendors_only_ask() -> None:
    answers = judge(world(3, {0: 3.0}), 3)
    (evidence,) = answers[0].evidence
    assert evidence.review_only
    assert (evidence.money, evidence.e_value) == (None, None)
    assert evidence.p_value is not None
    assert evidence.p_value < 0.05
    assert "too few to know" in language("en").say(evidence.condition)


def test_unknown_lists_only_ask() -> None:
    frame = world(12, {0: 3.0}).assign(list_id="")
    (evidence,) = judge(frame, 12)[0].evidence
    assert evidence.review_only
    assert "the list of the leads is not known" in language("en").say(evidence.condition)


def test_talk_is_compared_when_somebody_reports_no_billed_time() -> None:
    frame = world(12)
    rounded = frame.assign(billed_seconds=frame["billed_seconds"] * 2)
    frame.loc[frame["vendor"] == "v00", "billed_seconds"] *= 2
    frame.loc[frame["vendor"] == "v05", "billed_calls"] = 0
    assert p_values(judge(frame, 12)) == p_values(judge(world(12), 12))
    assert p_values(judge(rounded, 12)) == pytest.approx(p_values(judge(world(12), 12)))


@pytest.mark.parametrize(
    ("rows", "vendors", "reason"),
    [
        pytest.param([], 2, "no minutes", id="empty"),
        pytest.param([cell(0, 100, 5)], 1, "no minutes on leads", id="one row, one vendor"),
        pytest.param([cell(0, 100, 5), cell(1, 100, 6)], 2, "needs 10", id="few sales"),
        pytest.param(
            [cell(0, 9000, 50), cell(1, 9000, 60, list_id="other")], 2, "no minutes on leads",
            id="nothing in common",
        ),
        pytest.param(
            [cell(0, 9000, 50), cell(1, 90, 1)], 2, "no other vendor", id="nobody to compare with"
        ),
    ],
)  # fmt: skip
def test_it_says_what_is_missing(rows: list[Any], vendors: int, reason: str) -> None:
    frame = pd.DataFrame(rows, columns=list(cell(0, 1, 1)))
    first = judge(frame, vendors)[0]
    assert first.not_run is not None
    assert reason in language("en").say(first.not_run.reason)


def test_order_of_rows_and_names_change_nothing() -> None:
    frame = world(8, {2: 1.5})
    shuffled = frame.sample(frac=1, random_state=2)
    assert judge(frame, 8) == judge(shuffled, 8)
    names = {f"v{n:02}": f"v{7 - n:02}" for n in range(8)}
    renamed = frame.assign(vendor=frame["vendor"].map(names))
    assert p_values(judge(renamed, 8))[::-1] == pytest.approx(p_values(judge(frame, 8)))


def test_honest_vendors_stay_unnamed() -> None:
    worlds, below, named = 60, 0, 0
    for seed in range(worlds):
        answers = judge(world(8, tau=0.15, seed=seed), 8)
        below += sum(p < 0.01 for p in p_values(answers))
        named += sum((a.evidence[0].e_value or 0) >= 20 for a in answers if a.evidence)
    # 4.8 of 480 expected at 1 %
    assert below <= 13
    assert named <= 6


def test_a_vendor_without_a_sale_is_seen() -> None:
    frame = world(8)
    frame.loc[frame["vendor"] == "v00", "sales"] = 0
    assert p_values(judge(frame, 8))[0] < 0.01


# ------------------------------------------------------------------------ the reduction


def test_minutes_and_sales_fall_into_their_strata() -> None:
    day = datetime(2026, 5, 4, 9)
    calls = [
        call(1, day, 100, vendor="v00", lead_id="L1", campaign_id="x", billed_seconds=120),
        call(2, day + timedelta(days=1), 50, vendor="v00", lead_id="L1"),
        call(3, datetime(2026, 10, 20), 70, vendor="v00", lead_id="L1", campaign_id="x"),
        call(4, day, 90, vendor="v00", lead_id="L1", campaign_id="x", is_test=True),
        call(5, day, 40, vendor="v01"),
        call(6, day, 40, vendor="other"),
    ]
    leads = [{"lead_id": "L1", "handed_on": date(2026, 4, 1), "vendor": "v00", "list_id": "easy"}]
    sales = [
        {"sale_id": "S1", "lead_id": "L1", "sold_at": day + timedelta(hours=1)},
        {"sale_id": "S2", "lead_id": None, "vendor": "v00", "sold_at": day},
        {"sale_id": "S3", "lead_id": "L1", "sold_at": day, "cancelled_at": day},
        {"sale_id": "S4", "lead_id": "L1", "sold_at": datetime(2026, 10, 20)},
    ]
    rows = {"calls": calls, "leads": leads, "client_sales": sales}
    table = reduced(CHECK, rows, scope(2)).set_index(["vendor", "campaign_id", "list_id"])
    first = table.loc[("v00", "x", "easy")]
    # October is not mature: its call counts for the period only
    assert [int(first[c]) for c in ("calls", "talk_seconds", "billed_seconds", "billed_calls")] == [
        1, 100, 120, 1,
    ]  # fmt: skip
    assert (int(first["period_seconds"]), int(first["sales"])) == (70, 1)
    assert int(table.loc[("v00", "", "easy"), "talk_seconds"]) == 50
    assert int(table.loc[("v00", "", ""), "sales"]) == 1
    assert "other" not in table.index.get_level_values(0)
    assert set(evidence_rows(CHECK, rows, scope(2))["call_id"]) == {"c3"}
    assert all(a.not_run is not None for a in ask(CHECK, rows, scope(2)).values())


def test_empty_tables() -> None:
    assert all(a.not_run is not None for a in ask(CHECK, {}, scope(2)).values())
