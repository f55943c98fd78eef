"""What is claimed and what comes back: over packs, answers, months and years."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from dispute_world import result, rows_of

from vendoreval.auditing.claims import CLAIMED, Claims, all_claims, claims_of_year
from vendoreval.correspondence import Dispute, record_answer
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.report import AuditReport
from vendoreval.report.claims_page import claims_page
from vendoreval.report.environment import environment
from vendoreval.report.finding_page import finding_page
from vendoreval.report.reader import Reader
from vendoreval.text import language

D = Decimal
OCTOBER = Period.parse("2026-10")


def claim(ledger: Ledger, dispute: Dispute, period: str = "2026-10") -> Dispute:
    asked = replace(dispute, period=Period.parse(period))
    ledger.record_event(CLAIMED, asked.body(date(2026, 11, 24)), who="me", vendor=asked.vendor,
                        period=asked.period)  # fmt: skip
    return asked


def year(ledger: Ledger, period: str = "2026-10") -> Claims:
    return claims_of_year(all_claims(ledger), Period.parse(period), "RUB")


def test_a_later_answer_counts_and_the_earlier_one_stays(ledger: Ledger, dispute: Dispute) -> None:
    claim(ledger, dispute)
    assert (year(ledger).claimed, year(ledger).unanswered) == (D("27.00"), D("27.00"))
    record_answer(ledger, "granat", "2026-10", 2, "rejected", reason="our clock")
    assert (year(ledger).rejected, year(ledger).unanswered) == (D("21.00"), D("6.00"))
    head = ledger.head_hash
    record_answer(ledger, "granat", "2026-10", 2, "accepted", amount=D("20.00"), reason="sorry")
    assert (year(ledger).agreed, year(ledger).rejected) == (D("20.00"), D(0))
    record_answer(ledger, "granat", "2026-10", 2, "credited", amount=D("20.00"), reason="note 17")
    assert (year(ledger).recovered, year(ledger).agreed, year(ledger).claimed) == (
        D("20.00"), D(0), D("27.00"),
    )  # fmt: skip
    # history is what it was, and every answer is still there
    assert year(ledger.as_of(head)).rejected == D("21.00")
    assert len(ledger.events("dispute.answered")) == 3 and ledger.verify() == []


def test_a_new_pack_withdraws_what_it_no_longer_names(ledger: Ledger, dispute: Dispute) -> None:
    claim(ledger, dispute)
    record_answer(ledger, "granat", "2026-10", 1, "credited")
    record_answer(ledger, "granat", "2026-10", 2, "rejected", reason="no")
    corrected = replace(dispute, items=(replace(dispute.items[1], number=1, claimed=D("15.00")),))
    claim(ledger, corrected)
    # item 1 was credited and stays; item 2 is item 1 now, with its answer; item 3 is withdrawn
    found = [(c.amount, c.answer.status if c.answer else None) for c in all_claims(ledger)]
    assert sorted(found) == [(D("6.00"), "credited"), (D("15.00"), "rejected")]
    assert (year(ledger).claimed, year(ledger).recovered) == (D("21.00"), D("6.00"))


def test_other_years_later_months_and_currencies_are_apart(
    ledger: Ledger, dispute: Dispute
) -> None:
    for period in ("2025-12", "2026-09", "2026-10", "2026-11"):
        claim(ledger, dispute, period)
    claim(ledger, replace(dispute, currency="USD"), "2026-08")
    assert {str(c.period) for c in year(ledger).rows} == {"2026-08", "2026-09", "2026-10"}
    assert year(ledger).claimed == D("54.00")
    assert year(ledger, "2025-12").claimed == D("27.00")


def test_the_same_question_next_month_remembers_the_answer(
    ledger: Ledger, dispute: Dispute
) -> None:
    claim(ledger, dispute, "2026-09")
    record_answer(ledger, "granat", "2026-09", 1, "rejected", reason="two people, one login")
    claims = Claims(rows=all_claims(ledger))
    evidence = dispute.items[0].finding.evidence
    told = claims.answer_to(evidence, OCTOBER)
    assert told is not None
    assert language("en").say(told).startswith("September 2026, the same question: rejected on")
    assert "тот же вопрос: отклонено" in language("ru").say(told)
    # its own month speaks first
    claim(ledger, dispute, "2026-10")
    own = Claims(rows=all_claims(ledger)).answer_to(evidence, OCTOBER)
    assert own is not None and "asked on 24 November 2026" in language("en").say(own)
    assert claims.answer_to(replace(evidence, vendor="vektor"), OCTOBER) is None
    assert claims.answer_to(replace(evidence, agent_id="a-1"), OCTOBER) is None
    assert claims.answer_to(evidence, Period.parse("2026-08")) is None


@pytest.mark.parametrize("code", ["en", "ru"])
def test_the_audit_shows_claims_and_answers(ledger: Ledger, dispute: Dispute, code: str) -> None:
    claim(ledger, dispute)
    record_answer(ledger, "granat", "2026-10", 1, "credited", reason="=note <b>17</b> 89161234567")
    audit = result(code)
    claims = year(ledger)
    findings = tuple(
        replace(f, answer=Claims(rows=all_claims(ledger)).answer_to(f.evidence, OCTOBER))
        for f in audit.findings
    )
    report = AuditReport(
        replace(audit, claims=claims, findings=findings), rows=rows_of, language=code
    )
    written = json.loads(report.to_json())
    assert written["claims"]["claimed"] == "27.00" and written["claims"]["recovered"] == "6.00"
    assert written["claims"]["rows"][0]["status"] == "credited"
    assert written["findings"][0]["answer"].startswith({"en": "credited", "ru": "возмещено"}[code])
    reader = Reader(report.document())
    part = environment(code).get_template("claims.html.j2")
    page = part.render(view=SimpleNamespace(claims=claims_page(reader)))
    told = {
        "en": "Claimed in 2026: RUB\xa027.00; recovered: RUB\xa06.00",
        "ru": "Заявлено за 2026 год: 27,00\xa0₽; возмещено: 6,00\xa0₽",
    }
    assert told[code] in page and "&lt;b&gt;17" in page
    assert "89161234567" not in page and "89161234567" not in str(written)
    shown = finding_page(reader, reader.document.findings[0]).answer
    assert shown.startswith({"en": "Credited on", "ru": "Возмещено"}[code])


def test_without_claims_the_report_says_nothing_of_them() -> None:
    document = AuditReport(result(), rows=rows_of).document()
    assert document.claims is None and claims_page(Reader(document)) is None
