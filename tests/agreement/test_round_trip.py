"""An agreement comes back from its text whole, in the old version or the newest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.dump import dump_agreement
from vendoreval.agreement.library import compose
from vendoreval.agreement.load import read_contract
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml, read_yaml


def load(text: str) -> Agreement:
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


def exact(value: Any) -> str:
    """The value with its types: 1 is not 1.0 and not true."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def examples(material: Path) -> list[Path]:
    found = sorted((material / "fixtures" / "odcs" / "examples").rglob("*.odcs.yaml"))
    return [*found, material / "design" / "examples" / "call_records.odcs.yaml"]


@pytest.mark.material
def test_files_of_the_standard_come_back_unchanged(material: Path) -> None:
    paths = examples(material)
    there = [p for p in (material / "fixtures" / "odcs" / "examples").rglob("*") if p.is_file()]
    assert set(there) <= set(paths) and len(paths) > 20
    for path in paths:
        value = read_yaml(path)
        first = dump_agreement(read_contract(value, path.name))
        again = parse_yaml(first, path.name)
        assert exact(again) == exact(value), path.name
        assert dump_agreement(read_contract(again, path.name)) == first, path.name


@pytest.mark.material
def test_older_files_become_valid_files_of_the_newest_version(material: Path) -> None:
    older = 0
    for path in examples(material):
        contract = read_contract(read_yaml(path), path.name)
        older += contract.api_version != "v3.2.0"
        text = dump_agreement(contract, upgrade=True)
        assert read_contract(parse_yaml(text, path.name), path.name).api_version == "v3.2.0"
        assert dump_agreement(read_contract(parse_yaml(text, "x"), "x"), upgrade=True) == text
    assert older > 5


def test_forms_that_are_going_away_are_rewritten() -> None:
    old = {
        "apiVersion": "v3.0.2", "kind": "DataContract", "id": "x", "version": "1.0.0",
        "status": "active", "team": [{"username": "a"}], "slaDefaultElement": "t.c",
        "slaProperties": [{"property": "latency", "value": 4}, {"property": "retention",
                           "value": 3, "element": "u"}],
        "schema": [{"name": "t", "quality": [{"type": "library", "rule": "duplicateCount",
                    "mustBeLessThan": 10}]}],
    }  # fmt: skip
    text = dump_agreement(read_contract(old, "x"), upgrade=True)
    new = parse_yaml(text, "x")
    assert new["team"] == {"members": [{"username": "a"}]}
    assert [level["element"] for level in new["slaProperties"]] == ["t.c", "u"]
    assert new["schema"][0]["quality"][0] == {
        "type": "library", "metric": "duplicateValues", "mustBeLessThan": 10,
    }  # fmt: skip
    assert exact(parse_yaml(dump_agreement(read_contract(old, "x")), "x")) == exact(old)


PRICES = st.decimals(0, 1000, places=4, allow_nan=False)
WORDS = st.text("абвгд xyz№:#'\"-{}[]0123456789.,", min_size=1, max_size=20)
CARDS = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.sampled_from(["talk_minute", "sale", "dial"]),
            "price": PRICES.map(str),
            "currency": st.sampled_from(["RUB", "EUR"]),
            "valid_from": st.dates().map(str),
        },
        optional={
            "first_increment_seconds": st.integers(1, 90),
            "campaigns": st.lists(WORDS, max_size=2),
            "clawback": st.just({"days": 30, "share": "0.5"}),
        },
    ),
    max_size=3,
)
REPORTS = st.lists(st.sampled_from(["do_not_call", "incidents", "leads"]), min_size=1, unique=True)


@st.composite
def agreements(draw: st.DrawFn) -> str:
    """Composed, then changed as two parties would change it."""
    text = compose(
        "alpha", draw(REPORTS), rate_card=draw(CARDS), title=draw(WORDS),
        timezone=draw(st.sampled_from(["UTC", "Asia/Omsk"])),
        parties={"number": draw(WORDS), "parties": [draw(WORDS)], "effectiveFrom": "2026-01-01"},
        dialect={"delimiter": draw(st.sampled_from(",;\t|")), "nullTokens": ["", draw(WORDS)]},
    )  # fmt: skip
    value = parse_yaml(text, "x")
    for column in value["schema"][0]["properties"]:
        if draw(st.booleans()):
            column["required"] = draw(st.booleans())
        column["synonyms"].append({"synonym": draw(WORDS)})
        column.setdefault("customProperties", []).append(
            {"property": "note", "vendor": "somebody", "value": draw(st.none() | WORDS | PRICES
             .map(float) | st.lists(st.integers()))}
        )  # fmt: skip
    return dump_yaml(value)


@settings(max_examples=15)
@given(agreements())
def test_an_agreement_survives_its_text(text: str) -> None:
    agreement = load(text)
    for source in (agreement, agreement.contract):
        written = dump_agreement(source)
        assert exact(parse_yaml(written, "x")) == exact(parse_yaml(text, "x"))
        again = load(written)
        assert again.reports == agreement.reports
        assert again.rate_card == agreement.rate_card
        assert again.parties == agreement.parties
        assert dump_agreement(again) == written or source is agreement.contract


def test_the_query_of_a_row_rule_is_made_on_the_way_out() -> None:
    value = parse_yaml(compose("alpha", ["incidents"]), "x")
    rule = value["schema"][0]["quality"][0]
    for key in ("type", "query", "mustBe", "unit"):
        del rule[key]
    again = parse_yaml(dump_agreement(read_contract(value, "x")), "x")["schema"][0]["quality"][0]
    assert again["query"] == "SELECT COUNT(*) FROM ${table} WHERE NOT (ended_at >= started_at)"
    assert (again["type"], again["mustBe"]) == ("sql", 0)
    assert again["customProperties"] == rule["customProperties"]
