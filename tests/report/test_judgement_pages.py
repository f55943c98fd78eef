"""What stands behind a verdict: rules, hash of the policy, what was not seen, what to demand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from invented_audit import example

from vendoreval.auditing import Policy
from vendoreval.auditing.limits import comparisons, limits
from vendoreval.auditing.result import AuditResult
from vendoreval.auditing.rules import printed_rules
from vendoreval.checks.base import Range, Unseen
from vendoreval.report.document import document
from vendoreval.report.render import render_html
from vendoreval.text import LANGUAGES, language, msg

UNSEEN = {"en": "a rise of the minutes of a lead by less than 12%",
          "ru": "рост минут на лид меньше чем на 12 %"}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def code(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def result(code: str) -> AuditResult:
    plain = example(code)
    policy = Policy()
    first, *others = plain.vendors
    unseen = Unseen(0.12, msg(UNSEEN[code].replace("%", "%%")))
    state = replace(first.checks[0], check=plain.checks[0].id, unseen=unseen)
    demand = msg("the ceiling of the cost of a surviving sale, in the settings of the client")
    told = replace(first, checks=(state, *first.checks[1:]), demands=(demand,), e_value=42.5)
    return replace(
        plain,
        vendors=(told, *others),
        rules=printed_rules(policy, len(plain.vendors)),
        policy_hash=policy.sha256,
    )


def test_rules_hash_demands_and_what_was_not_seen_are_printed(
    result: AuditResult, code: str
) -> None:
    page = render_html(document(result, code)).replace("\u00a0", " ")
    assert Policy().sha256 in page
    assert UNSEEN[code] in page
    assert {"en": "below 1 in 42", "ru": "меньше 1 к 42"}[code] in page
    for words in {
        "en": ("What we could not have seen", "To be able to tell, demand:", "Finding: e-values"),
        "ru": ("Чего мы не могли увидеть", "Чтобы можно было сказать", "Вывод: e-значения"),
    }[code]:
        assert words in page


def test_they_stand_in_the_document_too(result: AuditResult, code: str) -> None:
    written = document(result, code)
    assert written.policy_hash == Policy().sha256
    assert len(written.rules) == len(result.rules)
    vendor = next(v for v in written.vendors if v.demands)
    assert vendor.e_value == 42.5
    assert vendor.checks[0].unseen_share == 0.12


def test_a_finding_is_headed_by_its_lower_limit_and_a_fact_by_its_amount() -> None:
    plain = example("en")
    money = Range(Decimal(111_111), Decimal(222_222), Decimal(333_333))
    evidence = replace(plain.findings[0].evidence, money=money)
    for tier, amount in (("finding", "111,111"), ("fact", "222,222")):
        finding = replace(plain.findings[0], tier=tier, evidence=evidence)
        page = render_html(document(replace(plain, findings=(finding,)), "en"))
        assert amount in page.partition('class="finding"')[2].partition("range")[0]


@pytest.mark.parametrize(
    ("vendors", "allocation", "said"),
    [
        (1, "client", "With one vendor only facts"),
        (3, "client", "a question at most"),
        (8, "client", "may lead to a finding"),
        (8, "vendor", "choose their leads themselves"),
    ],
)
def test_it_says_which_comparisons_the_data_allow(vendors: int, allocation: str, said: str) -> None:
    lines = comparisons(vendors, True, allocation, Policy())  # type: ignore[arg-type]
    assert said in language("en").say(lines[0])


def test_page_one_counts_the_vendors_for_which_a_question_could_be_asked() -> None:
    plain = example("en")
    asked = replace(plain.vendors[0].checks[0], check="minutes_per_lead_rising", state="clear")
    refused = replace(asked, state="not_run")
    level = replace(asked, check="few_sales_for_minutes")
    vendors = [
        replace(vendor, checks=(asked if place < 2 else refused, level))
        for place, vendor in enumerate(plain.vendors)
    ]
    possible, never, more = limits(vendors, plain.totals, "client", Policy())
    say = language("en").say
    assert "against the own past: 2" in say(possible.text)
    assert "levels between 5 vendors as a question only" in say(possible.text)
    assert "since the first invoice" in say(never.text)
    assert "leads a side show a loss of 30%" in say(more.text)
    void = limits(vendors, plain.totals, "vendor", Policy())[0]
    assert "void" in say(void.text)
