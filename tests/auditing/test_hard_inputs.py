"""Clients with hardly any data: never a crash, never a false certainty, always a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from check_world import engine_over, item, scope_of
from own_past_world import history_rows
from vendoreval.auditing import Policy
from vendoreval.auditing.result import Measure, MoneyLadder
from vendoreval.auditing.six_inputs import six_rows
from vendoreval.auditing.tiers import Judgement, judge
from vendoreval.auditing.verdict import decide, demands
from vendoreval.checks import ALL
from vendoreval.checks.base import Answer, Scope
from vendoreval.errors import AgreementError
from vendoreval.period import Period
from vendoreval.settings import load_settings
from vendoreval.tables import TABLES
from vendoreval.text import LANGUAGES, language

MONTHS = [Period.parse(f"2026-{month:02}") for month in range(1, 11)]
PATTERNS = [check for check in ALL if check.kind == "pattern" and check.family in "abho"]
Rows = dict[str, list[dict[str, Any]]]


def history(vendors: tuple[str, ...] = ("alpha",), persons: int = 5) -> Rows:
    return {name: list(rows) for name, rows in history_rows(vendors, MONTHS, 50, persons).items()}


def one_vendor() -> Rows:
    return history()


def two_vendors() -> Rows:
    return history(("alpha", "beta"))


def one_agent() -> Rows:
    return history(persons=1)


def no_sales_at_all() -> Rows:
    return history() | {"client_sales": []}


def all_sales_on_one_day() -> Rows:
    rows = history()
    day = datetime(2026, 5, 4, 12)
    rows["client_sales"] = [
        sale | {"sold_at": day, "paid_at": day} for sale in rows["client_sales"]
    ]
    return rows


def no_leads_file() -> Rows:
    rows = history()
    rows["client_sales"] = [sale | {"vendor": "alpha"} for sale in rows["client_sales"]]
    return rows | {"leads": []}


def a_month_that_came_twice() -> Rows:
    rows = history()
    again = [
        call | {"call_id": f"again-{call['call_id']}",
                "started_at": call["started_at"] + timedelta(seconds=1)}
        for call in rows["calls"] if call["started_at"].month == 6
    ]  # fmt: skip
    return rows | {"calls": rows["calls"] + again}


def calls_of_one_length() -> Rows:
    rows = history()
    return rows | {"calls": [call | {"talk_seconds": 60} for call in rows["calls"]]}


WORLDS: tuple[Callable[[], Rows], ...] = (
    one_vendor, two_vendors, one_agent, no_sales_at_all, all_sales_on_one_day, no_leads_file,
    a_month_that_came_twice, calls_of_one_length,
)  # fmt: skip


def frames(rows: Rows, scope: Scope) -> dict[Any, pd.DataFrame]:
    """Return the small table of each reduction; several checks share one."""
    with engine_over(rows) as engine:
        return {
            reduce: engine.run(reduce(TABLES, scope)).to_pandas()
            for reduce in {check.reduce for check in PATTERNS}
        }


def asked(small: dict[Any, pd.DataFrame], scope: Scope) -> dict[str, tuple[Answer, ...]]:
    return {check.id: tuple(check.judge(small[check.reduce], scope)) for check in PATTERNS}


def judged(answers: Mapping[str, tuple[Answer, ...]], scope: Scope) -> Judgement:
    billed = dict.fromkeys(scope.vendors, Decimal(100_000))
    return judge(PATTERNS, answers, scope.vendors, billed, Policy())


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: str(world.__name__))
def test_it_is_answered_with_a_reason_and_accuses_nobody(world: Callable[[], Rows]) -> None:
    rows = world()
    vendors = sorted({call["vendor"] for call in rows["calls"]})
    scope = scope_of({vendor: [item()] for vendor in vendors}, ceiling={"default": "5000"})
    small = frames(rows, scope)
    answers = asked(small, scope)
    found = judged(answers, scope)
    assert [j for j in found.evidence if j.tier == "finding"] == []
    # the same ledger and seed give the same answers
    assert asked(small, scope) == answers
    for vendor in vendors:
        states = {state.check: state for state in found.states[vendor]}
        assert set(states) == {check.id for check in PATTERNS}
        for state in states.values():
            assert all(language(code).say(state.reason).strip() for code in LANGUAGES)
        # every refusal says what to demand
        refused = [a.not_run for rows in answers.values() for a in rows if a.not_run]
        assert all(language("ru").say(one.demand).strip() for one in refused if one is not None)


def test_without_sales_there_is_no_verdict_and_a_list_of_data_to_demand() -> None:
    scope = scope_of({"alpha": [item()]})
    answers = asked(frames(no_sales_at_all(), scope), scope)
    unknown = Measure("cost_per_surviving_sale", None, "money", 0)
    measures = {"cost_per_surviving_sale": unknown, "billed_minutes": unknown}
    ladder = MoneyLadder(*(Decimal(0) for _ in MoneyLadder.__dataclass_fields__))
    rows = six_rows(None, None, measures, ladder, None, "RUB", Policy())
    verdict, decision, reasons = decide(rows, [], ladder, 0, Policy())
    assert (verdict, decision) == ("CANNOT_TELL", "CANNOT_TELL")
    assert reasons
    wanted = [language("en").say(text) for text in demands("alpha", answers, rows)]
    assert len(wanted) == len(set(wanted)) >= 4
    assert any("ceiling" in text for text in wanted)
    assert any("invoice" in text for text in wanted)


# ---------------------------------------------------------------------- the policy file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vendoreval.yaml").write_text(
        "client: Acme\ncurrency: RUB\nlead_allocation: vendor\npolicy: {fewest_sales: 30}\n"
    )
    return tmp_path


def test_a_policy_may_stand_in_a_file_of_its_own(folder: Path) -> None:
    before = Policy.of(load_settings(folder / "vendoreval.yaml").policy)
    (folder / "policy.yaml").write_text("finding_level: '0.01'\n")
    settings = load_settings(folder / "vendoreval.yaml")
    after = Policy.of(settings.policy)
    assert (after.fewest_sales, after.finding_level) == (30, Decimal("0.01"))
    assert settings.lead_allocation == "vendor"
    assert before.sha256 != after.sha256


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fewest_sales: 10\n", "stands in vendoreval.yaml too"),
        ("finding_level: [1, 2]\n", "policy.finding_level"),
        ("- a list\n", "policy"),
        ("fewest_sales: {", ""),
    ],
)
def test_a_wrong_policy_file_says_what_to_mend(folder: Path, text: str, said: str) -> None:
    (folder / "policy.yaml").write_text(text)
    with pytest.raises(AgreementError) as caught:
        load_settings(folder / "vendoreval.yaml")
    assert "policy.yaml" in str(caught.value)
    assert said in str(caught.value)
