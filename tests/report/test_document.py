"""`audit.json`: valid against its schema, exact, readable in the other language later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from invented_audit import example
from jsonschema import Draft202012Validator

from vendoreval.report import AuditDocument, document, write_json
from vendoreval.report.encoding import EncodedMessage, decode, encode
from vendoreval.report.reader import Reader
from vendoreval.report.schema import audit_schema, schema_text
from vendoreval.text import (
    Count,
    Day,
    Message,
    Minutes,
    Money,
    Month,
    Number,
    Percent,
    Seconds,
    Short,
    language,
    msg,
    nmsg,
)


def test_schema_in_the_repository_is_that_of_the_models(root: Path) -> None:
    path = root / "schemas" / "audit.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m vendoreval.report.schema"
    )


@pytest.mark.parametrize("code", ["en", "ru"])
def test_written_json_is_valid_and_reads_back(code: str, tmp_path: Path) -> None:
    written = document(example(code), code)  # type: ignore[arg-type]
    path = write_json(written, tmp_path / "deep" / "audit.json")
    value = json.loads(path.read_bytes())
    assert list(Draft202012Validator(audit_schema()).iter_errors(value)) == []
    assert AuditDocument.model_validate(value) == written
    assert write_json(written, tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_keys_promised_by_the_data_model_are_there() -> None:
    value = json.loads(document(example("en")).model_dump_json())
    assert {
        "schema_version", "period", "compare_with", "client", "currency", "generated_for",
        "code_version", "ledger_hash", "policy", "seed", "vendors", "findings",
    } <= set(value)  # fmt: skip
    assert {
        "vendor", "verdict", "decision", "reasons", "data_status", "measures", "money",
        "six_inputs", "checks",
    } <= set(value["vendors"][0])  # fmt: skip
    assert {
        "id", "check", "vendor", "agent_id", "campaign_id", "tier", "evidence_grade", "observed",
        "expected", "unit", "n", "p_value", "e_value", "minutes", "money", "title",
        "honest_explanations", "what_would_clear_it", "ask", "rows",
    } <= set(value["findings"][0])  # fmt: skip
    assert value["findings"][0]["rows"]["file"] == "evidence/F-01.csv"
    assert value["money"]["provable"] == "456516"


def test_money_is_exact_text_without_exponent() -> None:
    result = example("en")
    money = replace(result.money, billed=Decimal("1E+7"), provable=Decimal("0.10"))
    value = json.loads(document(replace(result, money=money)).model_dump_json())
    assert value["money"]["billed"] == "10000000"
    assert value["money"]["provable"] == "0.10"


def test_infinite_evidence_becomes_null() -> None:
    result = example("en")
    first = result.findings[0]
    evidence = replace(first.evidence, e_value=float("inf"), observed=float("nan"))
    written = document(replace(result, findings=(replace(first, evidence=evidence),)))
    assert written.findings[0].e_value is None
    assert written.findings[0].observed is None
    json.loads(written.model_dump_json(), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    "value",
    [
        "plain", 12, Count(3), Number(2.345, 1), Percent(0.0417, 2), Money(Decimal("1.10"), "RUB"),
        Short(Decimal(456516), "RUB"), Minutes(12.5), Seconds(90), Day(date(2026, 10, 31)),
        Month(date(2026, 10, 1)), msg("inner %(n)s", n=Count(1)), ("a", Count(2)),
    ],
)  # fmt: skip
def test_every_value_survives_being_written(value: object) -> None:
    message = Message("it is %(value)s", {"value": value})  # type: ignore[dict-item]
    text = encode(message).model_dump_json()
    again = decode(EncodedMessage.model_validate_json(text))
    assert again == message
    assert language("ru").say(again) == language("ru").say(message)


def test_plural_of_a_stored_message_follows_the_language_asked_for() -> None:
    result = replace(example("en"), title=nmsg("%(n)s vendor", "%(n)s vendors", 3, n=Count(3)))
    written = document(result, "en")
    assert written.title == "3 vendors"
    stored = AuditDocument.model_validate_json(written.model_dump_json())
    assert Reader(stored, "ru").text(stored, "title") == "3 подрядчика"


def test_personal_data_in_sentences_and_answers_is_masked() -> None:
    result = replace(
        example("en"),
        lead=msg("the caller was %(who)s", who="+7 916 123-45-12, ivan@example.org"),
        extra={"answer:F-01": "ask 8 (916) 123-45-67"},
    )
    written = document(result)
    assert written.lead == "the caller was +7 9** ***-**-12, i***@example.org"
    assert written.findings[0].answer == "ask +7 9** ***-**-67"
    assert "916 123" not in written.model_dump_json()


def test_vendors_stand_by_name() -> None:
    for code in ("en", "ru"):
        titles = [vendor.title for vendor in document(example(code), code).vendors]  # type: ignore[arg-type]
        assert titles == sorted(titles)
