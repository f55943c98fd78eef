"""Sales per minute against the own past: scheme, honest twins, guards, near misses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from check_world import reduced
from own_past_world import LAST, Past, frame_of, history_rows, scope
from vendoreval.checks._own_months import STORED
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.sales_per_minute_falling import CHECK
from vendoreval.measures import first_of_month
from vendoreval.period import Period
from vendoreval.simulation import Dose, simulate_aggregates
from vendoreval.text import language

say = language("en").say
LARGE = Past(persons=30, padding=0.6)


def judge(*pasts: Past, seed: int = 1) -> Sequence[Answer]:
    return CHECK.judge(frame_of(*pasts, seed=seed), scope([past.vendor for past in pasts]))


def only(answer: Answer) -> Evidence:
    (evidence,) = answer.evidence
    return evidence


def test_padding_is_seen_with_its_size_and_money() -> None:
    (answer,) = judge(LARGE)
    evidence = only(answer)
    assert (answer.e_value or 0) > 1000
    assert not evidence.review_only
    # the same sales in 1.6 times the minutes
    assert evidence.observed / evidence.expected == pytest.approx(1 / 1.6, rel=0.12)
    assert evidence.minutes is not None
    assert evidence.money is not None
    billed = Decimal(30 * 60 * 3) * Decimal("1.6")
    assert evidence.minutes.low < billed * Decimal(6) / 16 < evidence.minutes.high
    assert abs(evidence.money.low - evidence.minutes.low * Decimal("9.50")) <= Decimal("0.01")
    assert "sales for each handed-over lead in the same months" in say(evidence.condition)


def test_only_mature_months_are_looked_at() -> None:
    (answer,) = judge(LARGE)
    # with a horizon of 30 days the sales of October are not known at its end
    assert "mature months: 23" in say(answer.statement)
    late = CHECK.judge(frame_of(LARGE), scope(payment_horizon_days=100))
    assert "mature months: 20" in say(late[0].statement)


@pytest.mark.parametrize(
    "past",
    [
        pytest.param(Past(persons=30), id="honest"),
        pytest.param(Past(persons=30, padding=0.05), id="near miss: five per cent"),
        pytest.param(Past(persons=30, padding=0.6, since=0), id="since the first month"),
        pytest.param(Past(persons=30, sells=0.5, volume=2.5), id="another list, twice as large"),
        pytest.param(
            Past(persons=30, segments=("new", "old"), mix_since=12), id="the mix turns round"
        ),
        pytest.param(Past(persons=30, padding=0.35, sells=1.35), id="a script that sells more"),
    ],
)
def test_it_stays_quiet(past: Past) -> None:
    for seed in (1, 2, 3):
        (answer,) = judge(past, seed=seed)
        assert (answer.e_value or 1.0) < 20


def test_without_kinds_of_leads_or_another_vendor_it_asks_list_or_work() -> None:
    (answer,) = judge(Past(persons=30, padding=0.6, leads_known=False))
    evidence = only(answer)
    assert evidence.review_only
    assert evidence.money is None
    assert answer.e_value == 1.0
    assert "the list or the work" in say(evidence.condition)


def test_a_base_that_changed_lately_only_asks() -> None:
    # the base changes in month 6, the fall comes nine months later
    before = frame_of(Past(persons=30, months=24, padding=0.6, since=15))
    early = before["month"] < LAST - 17
    handed = before["kind"] == "handed"
    before.loc[early & handed, "leads"] = before.loc[early & handed, "leads"] // 4
    evidence = only(CHECK.judge(before, scope())[0])
    assert evidence.review_only
    assert "the base of leads changed within two years" in say(evidence.condition)


def test_what_every_vendor_on_the_lists_suffers_is_no_evidence_against_one() -> None:
    alike = [Past(f"v0{n}", persons=30, sells=0.6, list_id="L1") for n in range(3)]
    assert all((answer.e_value or 1.0) < 20 for answer in judge(*alike))
    one = [Past("v00", persons=30, padding=0.8, list_id="L1")]
    one += [Past(f"v0{n}", persons=30, list_id="L1") for n in (1, 2)]
    first, second, _ = judge(*one)
    assert (first.e_value or 0) > 20
    assert (second.e_value or 1.0) < 20


def test_it_says_what_it_could_not_have_seen() -> None:
    (answer,) = judge(Past(persons=30))
    assert answer.unseen is not None
    assert 0.05 < answer.unseen.share < 0.5


def test_honest_vendors_stay_unnamed() -> None:
    named = sum((judge(Past(), seed=seed)[0].e_value or 1.0) >= 20 for seed in range(15))
    assert named <= 2


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (Past(months=8), "comparable months: 7"),
        (Past(sales=0.01), "needed are 8 and 25"),
        (Past(sales=0.0), "sales"),
        (Past(volume=3.0, since=20), "base changed in July 2026"),
    ],
)
def test_it_says_what_is_missing(past: Past, reason: str) -> None:
    (answer,) = judge(past)
    assert answer.not_run is not None
    assert reason in say(answer.not_run.reason)


def test_all_sales_in_one_month_are_not_enough() -> None:
    frame = frame_of(Past())
    sold = (frame["kind"] == "sold") & (frame["month"] != LAST - 5)
    (answer,) = CHECK.judge(frame[~sold], scope())
    assert answer.not_run is not None


def test_two_week_blocks_see_what_months_see() -> None:
    past = Past(persons=60, padding=0.6, since=6, months=20)
    frame = frame_of(past)
    weeks = _weeks(frame)
    quick = CHECK.judge(pd.concat([frame, weeks], ignore_index=True), scope())
    slow = CHECK.judge(frame, scope())
    assert only(quick[0]).p_value is not None
    assert (only(quick[0]).p_value or 1) < (only(slow[0]).p_value or 0)
    # the finding rests on months all the same
    assert quick[0].e_value == slow[0].e_value
    assert "in weeks with 10 % more minutes" in say(quick[0].statement)


def _weeks(frame: pd.DataFrame) -> pd.DataFrame:
    """Spread each month over its weeks in even parts of uneven weeks."""
    talk = frame[frame["kind"] == "work"].groupby("month")["talk_seconds"].sum()
    sold = frame[frame["kind"] == "sold"].groupby("month")["sold"].sum()
    rows = []
    for month in talk.index:
        start = (first_of_month(int(month)) - date(1970, 1, 1)).days
        mondays = [day for day in range(start, start + 31) if day % 7 == 4 and day < start + 28]
        for number, day in enumerate(mondays):
            share = (0.8, 1.2, 0.7, 1.3)[number % 4] / len(mondays)
            rows.append(
                {"kind": "week", "vendor": "v00", "week": day,
                 "talk_seconds": int(talk[month] * share), "sold": round(sold[month] * share)}
            )  # fmt: skip
    return pd.DataFrame(rows)


def test_rows_of_the_ledger_come_to_an_answer() -> None:
    months = [Period.month_of(first_of_month(LAST - n)) for n in range(12)]
    frame = reduced(CHECK, history_rows(["v00"], months), scope())
    (answer,) = CHECK.judge(frame, scope())
    assert answer.not_run is None
    # 34 of 100 leads a month are sold, eleven months are mature
    assert answer.n == 11 * 34


def test_the_planted_scheme_is_caught_from_stored_counts() -> None:
    dose = Dose(CHECK.catches, strength=1.0, start=9, vendor="alpha")
    counts = simulate_aggregates(
        STORED.tables, vendors=2, months=18, seed=4, schemes=[dose], agents=12, dials_a_month=5000
    )
    frame = STORED.reduce(counts, scope(["alpha", "beta"]))
    first, second = CHECK.judge(frame, scope(["alpha", "beta"]))
    assert (first.e_value or 0) > 20
    assert (second.e_value or 1.0) < 20
