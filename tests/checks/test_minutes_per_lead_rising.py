"""Minutes for each worked lead against the own past: scheme, honest twins, near misses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest

from check_world import OCTOBER, call, evidence_rows, reduced
from own_past_world import Past, frame_of, history_rows, scope
from vendoreval.checks._own_months import STORED
from vendoreval.checks.base import Answer, Evidence
from vendoreval.checks.minutes_per_lead_rising import CHECK
from vendoreval.measures import first_of_month, number_of_month
from vendoreval.period import Period
from vendoreval.simulation import Dose, simulate_aggregates
from vendoreval.text import language

say = language("en").say


def judge(*pasts: Past, seed: int = 1) -> Sequence[Answer]:
    return CHECK.judge(frame_of(*pasts, seed=seed), scope([past.vendor for past in pasts]))


def only(answer: Answer) -> Evidence:
    (evidence,) = answer.evidence
    return evidence


def test_a_third_more_minutes_for_each_lead_are_seen_with_their_size() -> None:
    (answer,) = judge(Past(padding=0.35))
    evidence = only(answer)
    assert answer.e_value is not None
    assert answer.e_value > 1000
    assert not evidence.review_only
    assert evidence.observed / evidence.expected == pytest.approx(1.35, abs=0.05)
    assert "since November 2025" in say(evidence.condition)
    assert "did not keep pace" in say(evidence.condition)


def test_money_is_what_the_own_past_would_not_have_needed() -> None:
    frame = frame_of(Past(padding=0.35))
    evidence = only(CHECK.judge(frame, scope())[0])
    assert evidence.minutes is not None
    assert evidence.money is not None
    billed = Decimal(int(frame[frame["kind"] == "period"]["billed_seconds"].sum())) / 60
    # 0.35 of 1.35 minutes are beyond the past
    assert evidence.minutes.low < billed * Decimal(35) / 135 < evidence.minutes.high
    assert evidence.minutes.point == pytest.approx(
        billed * Decimal(str(1 - evidence.expected / evidence.observed)), rel=Decimal("0.002")
    )
    assert abs(evidence.money.low - evidence.minutes.low * Decimal("9.50")) <= Decimal("0.01")
    assert evidence.minutes.high <= billed
    wide = evidence.wider[0.99][1]
    assert wide is not None
    assert wide.low < evidence.money.low


def test_a_longer_script_that_sells_more_only_asks() -> None:
    (answer,) = judge(Past(padding=0.35, sells=1.35, sales=0.3))
    evidence = only(answer)
    assert evidence.review_only
    assert evidence.money is None
    assert answer.e_value == 1.0
    assert "so this only asks" in say(evidence.condition)


def test_without_the_clients_sales_it_only_asks() -> None:
    frame = frame_of(Past(padding=0.35))
    frame = frame[frame["kind"] != "sold"]
    evidence = only(CHECK.judge(frame, scope())[0])
    assert evidence.review_only
    assert "is not known" in say(evidence.condition)


@pytest.mark.parametrize(
    "past",
    [
        pytest.param(Past(), id="honest"),
        pytest.param(Past(sells=0.5), id="a worse list"),
        pytest.param(Past(padding=0.02), id="near miss: two per cent"),
        pytest.param(Past(padding=0.35, since=0), id="since the first month"),
        pytest.param(Past(padding=0.35, volume=2.5), id="with a change of the base"),
        pytest.param(Past(months=9, persons=8), id="small"),
    ],
)
def test_it_stays_quiet(past: Past) -> None:
    for seed in (1, 2, 3):
        (answer,) = judge(past, seed=seed)
        assert (answer.e_value or 1.0) < 20


def test_a_change_of_the_base_is_said() -> None:
    (answer,) = judge(Past(padding=0.35, volume=2.5))
    assert "base changed in November 2025" in say(answer.statement)


def test_staff_who_come_and_go_move_nothing() -> None:
    # the six quickest persons leave after a year: the vendor's mean rises, nobody talks longer
    frame = frame_of(Past(persons=16))
    talk = frame[frame["kind"] == "work"].groupby("agent_id")["lead_seconds"].sum().sort_values()
    gone = frame["agent_id"].isin(talk.index[:8]) & (
        frame["month"] > number_of_month(date(2025, 10, 1))
    )
    (answer,) = CHECK.judge(frame[~gone], scope())
    assert (answer.e_value or 1.0) < 20
    rest = frame[~gone & (frame["kind"] == "work")]
    mean = rest.groupby("month")[["lead_seconds", "leads_worked"]].sum()
    rate = mean["lead_seconds"] / mean["leads_worked"]
    assert rate.iloc[-8:].mean() > 1.08 * rate.iloc[:8].mean()


def test_what_every_vendor_on_the_lists_does_is_no_evidence_against_one() -> None:
    alike = [Past(f"v0{n}", padding=0.35, list_id="L1") for n in range(3)]
    assert all((answer.e_value or 1.0) < 20 for answer in judge(*alike))
    one = [
        Past("v00", padding=0.35, list_id="L1"),
        Past("v01", list_id="L1"),
        Past("v02", list_id="L1"),
    ]
    first, second, _ = judge(*one)
    assert (first.e_value or 0) > 20
    assert (second.e_value or 1.0) < 20


def test_it_says_what_it_could_not_have_seen() -> None:
    (answer,) = judge(Past())
    assert answer.unseen is not None
    assert 0.05 < answer.unseen.share < 0.3
    (larger,) = judge(Past(padding=2 * answer.unseen.share))
    assert (larger.e_value or 0) > 20


def test_honest_vendors_stay_unnamed() -> None:
    named = sum((judge(Past(), seed=seed)[0].e_value or 1.0) >= 20 for seed in range(15))
    # 5 % is the promise for ever reaching 20
    assert named <= 2


@pytest.mark.parametrize(
    ("past", "reason"),
    [
        (Past(persons=7), "persons in them: 7; needed are 8 and 8"),
        (Past(months=7), "comparable months: 7"),
        (Past(leads_known=False), "no talk on leads"),
        (Past(volume=3.0, since=20), "base changed in July 2026"),
    ],
)
def test_it_says_what_is_missing(past: Past, reason: str) -> None:
    (answer,) = judge(past)
    assert answer.not_run is not None
    assert reason in say(answer.not_run.reason)


def test_months_that_do_not_differ_at_all_are_no_evidence() -> None:
    frame = frame_of(Past())
    frame.loc[frame["kind"] == "work", "lead_seconds"] = 6000
    (answer,) = CHECK.judge(frame, scope())
    assert answer.not_run is None
    assert answer.evidence == ()


# ------------------------------------------------------------------------ the reduction


def test_only_leads_that_were_handed_over_by_then_count() -> None:
    rows = {
        "leads": [{"vendor": "v00", "lead_id": "L1", "handed_on": date(2026, 9, 15)}],
        "calls": [
            call(1, datetime(2026, 9, 14, 9), 100, vendor="v00", lead_id="L1"),
            call(2, datetime(2026, 9, 16, 9), 60, vendor="v00", lead_id="L1"),
            call(3, datetime(2026, 9, 17, 9), 500, vendor="v00", lead_id="invented"),
            call(4, datetime(2026, 10, 2, 9), 30, vendor="v00", lead_id="L1", billed_seconds=60),
            call(5, datetime(2026, 10, 2, 10), 30, vendor="v00", lead_id="L1", is_test=True),
        ],
        "client_sales": [{"sale_id": "S", "lead_id": "L1", "sold_at": datetime(2026, 9, 20)}],
    }  # fmt: skip
    frame = reduced(CHECK, rows, scope())
    work = frame[frame["kind"] == "work"].set_index("month")
    september, october = LAST_TWO
    assert int(work.loc[september, "lead_seconds"]) == 60
    assert int(work.loc[september, "talk_seconds"]) == 660
    assert int(work.loc[september, "leads_worked"]) == 1
    assert int(work.loc[september, "leads_touched"]) == 2
    assert int(work.loc[october, "talk_seconds"]) == 30
    period = frame[frame["kind"] == "period"]
    assert int(period["billed_seconds"].sum()) == 60
    sold = frame[frame["kind"] == "sold"]
    assert (int(sold["sold"].sum()), int(sold["month"].iloc[0])) == (1, september)
    assert set(evidence_rows(CHECK, rows, scope())["call_id"]) == {"c4"}


LAST_TWO = (number_of_month(date(2026, 9, 1)), number_of_month(date(2026, 10, 1)))


def test_rows_of_the_ledger_come_to_the_same_answer_as_the_small_table() -> None:
    months = [Period.month_of(first_of_month(LAST_TWO[1] - n)) for n in range(12)]
    rows = history_rows(["v00"], months)
    frame = reduced(CHECK, rows, scope())
    (answer,) = CHECK.judge(frame, scope())
    assert answer.not_run is None
    assert answer.n == 12
    assert OCTOBER in months


def test_the_planted_scheme_is_caught_from_stored_counts() -> None:
    dose = Dose(CHECK.catches, strength=1.0, start=9, vendor="alpha")
    counts = simulate_aggregates(
        STORED.tables, vendors=2, months=18, seed=4, schemes=[dose], agents=12, dials_a_month=4000
    )
    frame = STORED.reduce(counts, scope(["alpha", "beta"]))
    first, second = CHECK.judge(frame, scope(["alpha", "beta"]))
    assert (first.e_value or 0) > 20
    assert (second.e_value or 1.0) < 20
    rise = only(first).observed / only(first).expected
    assert math.log(1.5) < math.log(rise) < math.log(2.5)
