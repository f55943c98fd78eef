"""A pilot from the plan over the split to the verdict, and what may go wrong with it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval.cli import run
from vendoreval.errors import AgreementError
from vendoreval.pilot import (
    HOLDOUT,
    PilotPlan,
    PilotTerms,
    pilot_plan,
    pilot_split,
    pilot_verdict,
)
from vendoreval.pilot.files import read_key, read_leads, read_plan, write_plan, write_split
from vendoreval.text import language

FIRST = date(2026, 9, 1)


def terms(**changes: Any) -> PilotTerms:
    given_ = {"target": 0.10, "unacceptable": 0.05, "vendors": ("alpha", "beta"),
              "leads_a_day": 20}  # fmt: skip
    return PilotTerms(**(given_ | changes))


def leads(n: int = 600) -> pd.DataFrame:
    return pd.DataFrame({"lead_id": [f"L{k:04d}" for k in range(n)],
                         "segment": ["new" if k % 3 else "old" for k in range(n)]})  # fmt: skip


def outcomes(rate: float, n: int = 700, seed: int = 1, a_day: int = 20) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    handed = [FIRST + timedelta(days=k // a_day) for k in range(n)]
    sold = rng.random(n) < rate
    return pd.DataFrame({
        "lead_id": [f"L{k:04d}" for k in range(n)], "handed_on": handed, "position": range(n),
        "sold_on": [day + timedelta(days=4) if won else None
                    for day, won in zip(handed, sold, strict=True)],
    })  # fmt: skip


def said(verdict: Any) -> str:
    return " ".join(language("en").say(line) for line in verdict.lines())


# ----------------------------------------------------------------------------- plan


def test_a_plan_is_read_back_and_one_with_other_terms_is_refused(tmp_path: Path) -> None:
    plan = pilot_plan(terms(cost_of_a_lead=Decimal("119.50"), currency="RUB", starts_on=FIRST))
    path = write_plan(plan, tmp_path / "plan.json")
    assert read_plan(path) == plan
    with pytest.raises(AgreementError, match="there already"):
        write_plan(plan, path)
    value = json.loads(path.read_text())
    for key, other in (("unacceptable", 0.02), ("design", "fixed"), ("power", 0.6)):
        with pytest.raises(AgreementError, match="changed after it was made"):
            PilotPlan.from_json(value | {key: other})
    with pytest.raises(AgreementError, match="not a plan"):
        PilotPlan.from_json({"target": 0.1})


def test_costs_of_a_sale_are_shares_of_leads() -> None:
    by_cost = PilotTerms.of_costs(Decimal(4000), Decimal(6000), Decimal(120), design="fixed")
    assert pilot_plan(by_cost).chosen.most_leads == pilot_plan(
        PilotTerms(0.03, 0.02, design="fixed")).chosen.most_leads  # fmt: skip


def test_length_and_cost_by_hand() -> None:
    plan = pilot_plan(terms(design="fixed", holdout_share=0.2, starts_on=FIRST,
                            cost_of_a_lead=Decimal(100)))  # fmt: skip
    n = plan.chosen.most_leads
    assert plan.leads_needed == -(-2 * n * 10 // 8)
    assert plan.days == -(-n // 20) + 30
    assert plan.ends_on == FIRST + timedelta(days=plan.days)
    assert plan.cost(n) == 100 * n


@pytest.mark.parametrize("wrong", [
    {"target": 0.05}, {"target": 1.2}, {"target": 0.0501}, {"power": 1.0}, {"level": 0.0},
    {"holdout_share": 1.0}, {"design": "peek"}, {"vendors": ()}, {"vendors": ("a", "a")},
    {"leads_a_day": 0}, {"looks": 1},
])  # fmt: skip
def test_terms_without_a_plan_are_refused_in_words(wrong: dict[str, Any]) -> None:
    with pytest.raises(AgreementError, match="is written"):
        terms(**wrong)


# ---------------------------------------------------------------------------- split


@settings(max_examples=20, deadline=None)
@given(n=st.integers(1, 300), seed=st.integers(0, 10**6), hold=st.sampled_from([0.0, 0.1, 0.3]))
def test_shares_hold_in_every_stratum_and_nobody_is_lost(n: int, seed: int, hold: float) -> None:
    split = pilot_split(leads(n), ["alpha", "beta", "gamma"], seed, strata=["segment"],
                        holdout_share=hold)  # fmt: skip
    assert sorted(split.table["lead_id"]) == sorted(leads(n)["lead_id"])
    for _, group in split.table.groupby("stratum"):
        for arm, share in split.shares.items():
            assert abs((group["arm"] == arm).sum() - share * len(group)) <= 1 + 1e-6
    again = pilot_split(leads(n).sample(frac=1, random_state=3), ["alpha", "beta", "gamma"], seed,
                        strata=["segment"], holdout_share=hold)  # fmt: skip
    assert again.digest == split.digest


def test_another_seed_deals_otherwise() -> None:
    one, two = (pilot_split(leads(), ["alpha", "beta"], seed) for seed in (1, 2))
    both = one.table.merge(two.table, on="lead_id")
    assert 0.35 < (both["arm_x"] == both["arm_y"]).mean() < 0.65


def test_early_leads_are_a_fair_part_of_all() -> None:
    table = pilot_split(leads(3000), ["alpha", "beta"], 11, strata=["segment"]).table
    early = table[(table["arm"] == "alpha") & (table["position"] <= 300)]
    assert (early["stratum"] == "old").mean() == pytest.approx(1 / 3, abs=0.09)


def test_the_key_of_a_split_is_kept_and_a_touched_one_is_seen(tmp_path: Path) -> None:
    table = leads().assign(phone="+7 900 000-00-01", note="=1+1")
    split = pilot_split(table, ["alpha", "beta"], 7, strata=["segment"], holdout_share=0.1,
                        seed_leads=["L0003"])  # fmt: skip
    paths = write_split(split, table, tmp_path)
    assert [p.name for p in paths] == ["key.csv", "split.json", "leads_alpha.csv",
                                       "leads_beta.csv"]  # fmt: skip
    kept = read_key(tmp_path)
    assert set(kept["arm"]) == {"alpha", "beta", HOLDOUT}
    handed = read_leads(tmp_path / "leads_alpha.csv")
    # a vendor sees neither arms nor which leads are the client's own people
    assert list(handed.columns) == ["lead_id", "segment", "phone", "note"]
    assert set(handed["note"]) == {"'=1+1"}
    with pytest.raises(AgreementError, match="there already"):
        write_split(split, table, tmp_path)
    key = (tmp_path / "key.csv").read_text()
    for touched, words in (
        (key.replace(",alpha,", ",beta,", 1), "1 leads in another arm"),
        ("\n".join(key.splitlines()[:-1]) + "\n", "another arm|hash"),
        (key.replace("lead_id,arm", "lead,arm"), "no column lead_id"),
    ):
        (tmp_path / "key.csv").write_text(touched)
        with pytest.raises(AgreementError, match=words):
            read_key(tmp_path)


@pytest.mark.parametrize(("table", "vendors", "words"), [
    (pd.DataFrame({"id": ["1"]}), ["a"], "no column lead_id"),
    (pd.DataFrame({"lead_id": ["1", "1"]}), ["a"], "stand twice"),
    (pd.DataFrame({"lead_id": ["1", None]}), ["a"], "no key"),
    (pd.DataFrame({"lead_id": ["1"]}), ["holdout"], "none called holdout"),
    (pd.DataFrame({"lead_id": ["1"]}), [], "each vendor on trial once"),
])  # fmt: skip
def test_leads_that_cannot_be_dealt(table: pd.DataFrame, vendors: list[str], words: str) -> None:
    with pytest.raises(AgreementError, match=words):
        pilot_split(table, vendors, 1)


# -------------------------------------------------------------------------- verdict


def test_who_sells_passes_and_who_does_not_is_stopped() -> None:
    plan = pilot_plan(terms())
    late = date(2026, 12, 31)
    assert pilot_verdict(plan, "alpha", outcomes(0.13), late).decision == "sells"
    poor = pilot_verdict(plan, "beta", outcomes(0.03), late)
    assert poor.decision == "does_not" and poor.leads_read < 700
    assert poor.low <= 0.03 <= poor.high


def test_reading_early_gives_go_on_and_later_the_same_answer() -> None:
    plan, table = pilot_plan(terms()), outcomes(0.13)
    answers = [pilot_verdict(plan, "alpha", table, FIRST + timedelta(days=d)).decision
               for d in range(0, 120, 3)]  # fmt: skip
    assert answers[0] == "go_on" and answers[-1] == "sells"
    first = answers.index("sells")
    assert set(answers[:first]) == {"go_on"} and set(answers[first:]) == {"sells"}


def test_only_leads_that_had_their_time_count() -> None:
    plan = pilot_plan(terms(maturing_days=30))
    table = pd.DataFrame({
        "lead_id": ["a", "b", "c", "d"], "handed_on": [FIRST, FIRST, FIRST, date(2026, 10, 5)],
        # in time, too late for its age, before it was handed over, too young
        "sold_on": [date(2026, 9, 20), date(2026, 10, 20), date(2026, 8, 1), date(2026, 10, 6)],
    })  # fmt: skip
    found = pilot_verdict(plan, "alpha", table, date(2026, 10, 25))
    assert (found.handed, found.matured, found.sales) == (4, 3, 1)
    assert "younger than 30 days" in said(found)


def test_what_is_missing_is_said() -> None:
    plan = pilot_plan(terms(starts_on=FIRST))
    none = outcomes(0.1, n=10).assign(handed_on=None)
    empty = pilot_verdict(plan, "alpha", none, date(2026, 12, 1))
    assert empty.decision == "go_on" and empty.share is None
    assert "No lead has had its time" in said(empty) and "hand over more" in said(empty)
    few = pilot_verdict(plan, "alpha", outcomes(0.08, n=40), date(2026, 12, 31), calls=0,
                        agreement_until=date(2026, 9, 30))  # fmt: skip
    assert few.decision == "go_on"
    for words in ("reported no call", "agreement ends on", "40 leads were handed over"):
        assert words in said(few)
    with pytest.raises(AgreementError, match="one of: alpha, beta"):
        pilot_verdict(plan, "gamma", none, FIRST)
    with pytest.raises(AgreementError, match="no column sold_on"):
        pilot_verdict(plan, "alpha", none.drop(columns="sold_on"), FIRST)


def test_the_cost_of_a_wrong_decision_by_hand() -> None:
    plan = pilot_plan(terms(cost_of_a_lead=Decimal(120), value_of_a_sale=Decimal(1800)))
    wrong = pilot_verdict(plan, "alpha", outcomes(0.1), date(2026, 12, 31)).wrong
    assert wrong is not None
    # 1000 (120 - .05 * 1800) and 1000 (.10 * 1800 - 120)
    assert (wrong.hired, wrong.refused) == (30_000, 60_000)


# ------------------------------------------------------------------------- commands


def test_plan_and_split_by_commands(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.json"
    words = ["pilot", "plan", "--target", "0.03", "--unacceptable", "0.02", "--vendor", "alpha",
             "--vendor", "beta", "--leads-a-day", "60", "--design", "fixed"]  # fmt: skip
    assert run([*words, "--out", str(plan), "--lang", "ru"]) == 0
    out = capfd.readouterr().out
    assert "3 826" in out.replace("\u00a0", " ").replace("\u202f", " ")
    leads(200).to_csv(tmp_path / "leads.csv", index=False)
    deal = ["pilot", "split", str(tmp_path / "leads.csv"), "--seed", "5", "--plan", str(plan),
            "--by", "segment", "--out", str(tmp_path / "pilot"), "--lang", "en"]  # fmt: skip
    assert run(deal) == 0
    out = capfd.readouterr().out
    assert "alpha: 100 leads" in out and "fewer than the" in out
    assert run(deal) == 3
    assert "there already" in capfd.readouterr().err
    assert run(["pilot", "plan", "--target", "0.03", "--lang", "en"]) == 3
    assert "--target 0.03 --unacceptable 0.02" in capfd.readouterr().err
    assert run([*words[:2], "--target", "0.03", "--unacceptable", "0.02", "--cost-of-a-lead", "x",
                "--lang", "en"]) == 3  # fmt: skip
    assert "--cost-of-a-lead" in capfd.readouterr().err
