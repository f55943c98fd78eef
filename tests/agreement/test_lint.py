"""Lint finds everything at once, names the place, and has nothing against good agreements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vendoreval.agreement.dump import dump_agreement
from vendoreval.agreement.library import compose, library_names
from vendoreval.agreement.lint import lint, lint_text
from vendoreval.agreement.load import read_contract
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml
from vendoreval.errors import Problem

CARD = [
    {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-03-01",
     "valid_to": "2026-06-01"},
    {"unit": "talk_minute", "price": "9.00", "currency": "RUB", "valid_from": "2026-06-01"},
]  # fmt: skip
PARTIES = {"number": "1", "parties": ["Buyer", "Alpha"], "effectiveFrom": "2026-03-01",
           "effectiveTo": "2026-12-31"}  # fmt: skip
GOOD = compose("alpha", ["calls", "sales", "leads"], rate_card=CARD, parties=PARTIES)


def after(change: Callable[[dict[str, Any]], None]) -> list[Problem]:
    value = parse_yaml(GOOD, "x")
    change(value)
    return lint_text(dump_yaml(value), "alpha.odcs.yaml")


def column(value: dict[str, Any], name: str, report: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = next(
        c for c in value["schema"][report]["properties"] if c["name"] == name
    )
    return found


def ours(part: dict[str, Any], name: str) -> Any:
    return next(p["value"] for p in part["customProperties"] if p["property"] == name)


def without(part: dict[str, Any], name: str) -> None:
    part["customProperties"] = [p for p in part["customProperties"] if p["property"] != name]


def test_every_standard_report_is_free_of_problems() -> None:
    text = compose("alpha", library_names(), rate_card=CARD, parties=PARTIES, timezone="Asia/Omsk")
    assert lint_text(text, "alpha.odcs.yaml") == []


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (lambda v: column(v, "talk_seconds").update(logicalType="string", customProperties=[],
                                                    logicalTypeOptions={}),
         "$.schema[0].properties[3].logicalType", "talk_seconds is a string"),
        (lambda v: column(v, "disposition").update(enum=[{"value": "DNC"}]),
         "$.schema[0].properties[4].enum", "the code dnc is written"),
        (lambda v: column(v, "disposition").pop("enum"),
         "$.schema[0].properties[4]", "disposition has no list of codes"),
        (lambda v: ours(column(v, "disposition")["enum"][0], "spellings").append("занято"),
         "$.schema[0].properties[4].enum", "“Занято” stands for no_answer and busy"),
        (lambda v: column(v, "call_id")["synonyms"].append({"synonym": "Start  TIME"}),
         "$.schema[0].properties[2].synonyms", "names call_id and started_at"),
        (lambda v: column(v, "phone").pop("tags"),
         "$.schema[0].properties[7].tags", "not marked"),
        (lambda v: column(v, "call_id")["logicalTypeOptions"].update(pattern="^(?=C)[0-9]+$"),
         "$.schema[0].properties[0].logicalTypeOptions.pattern", "without look-around"),
        (lambda v: without(v["schema"][2], "period"),
         "$.schema[2]", "the report leads has no period"),
        (lambda v: ours(v["schema"][0], "period").pop("every"),
         "$.schema[0].customProperties[1].value.every", "it is missing"),
        (lambda v: ours(v["schema"][0], "period").update(column="call_id"),
         "$.schema[0]", "a date or timestamp"),
        (lambda v: ours(column(v, "started_at"), "acceptedFormats").append("dd.QQ.yyyy"),
         "$.schema[0].properties[2].customProperties", "dd.QQ.yyyy"),
        (lambda v: ours(v, "rateCard")[1].update(valid_from="2026-06-05"),
         "$.customProperties[1].value[1].valid_from", "no price from 2026-06-01 to before"),
        (lambda v: ours(v, "rateCard")[1].update(valid_from="2026-05-01"),
         "$.customProperties[1].value[1].valid_from", "two prices from 2026-05-01"),
        (lambda v: ours(v, "rateCard")[1].update(valid_to="2026-12-31"),
         "$.customProperties[1].value[1].valid_to", "to the end on 2026-12-31"),
        (lambda v: ours(v, "agreement").update(effectiveFrom="2026-01-01"),
         "$.customProperties[1].value[0].valid_from", "no price from 2026-01-01"),
        (lambda v: ours(v, "rateCard")[1].update(currency="EUR"),
         "$.customProperties[1].value", "amounts in EUR, RUB"),
        (lambda v: ours(v, "rateCard")[1].update(billable_dispositions=["SALE"]),
         "$.customProperties[1].value[1].billable_dispositions", "the code SALE"),
        (lambda v: ours(v, "agreement").update(effectiveTo="2026-02-01"),
         "$.customProperties[2].value.effectiveTo", "ends on 2026-02-01"),
        (lambda v: v["schema"][0]["quality"][0].update(
            query="SELECT COUNT(*) FROM ${table} WHERE ended_at < answered_at"),
         "$.schema[0].quality[0].query", "something else than the rule"),
        (lambda v: v["schema"][0]["quality"][0].update(customProperties=[
            {"property": "rowRule", "vendor": "vendoreval", "value": "talk < 3"}]),
         "$.schema[0].quality[0]", "calls.talk is named"),
        (lambda v: v["schema"][0]["quality"][0].update(customProperties=[
            {"property": "rowRule", "vendor": "vendoreval", "value": "talk <"}]),
         "$.schema[0].quality[0]", "cannot be read"),
        (lambda v: v["schema"].pop(0),
         "$.schema[0].quality[1]", "calls is named"),
        (lambda v: v["slaProperties"][0].update(element="cals"),
         "$.slaProperties[0].element", "cals is named"),
        (lambda v: column(v, "lead_id", 1).update(relationships=[{"to": "leads.id"}]),
         "$.schema[1].properties[2].relationships", "leads.id is named"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_place(
    change: Callable[[dict[str, Any]], None], path: str, words: str
) -> None:
    found = after(change)
    assert any(p.path == path and words in p.describe() for p in found), [
        p.describe() for p in found
    ]
    for problem in found:
        assert any("а" <= letter <= "я" for letter in problem.describe("ru").partition(": ")[2])


def test_mistakes_of_every_kind_are_named_in_one_go() -> None:
    def spoil(value: dict[str, Any]) -> None:
        value["stauts"] = "active"
        ours(value, "rateCard")[0]["price"] = 9.5
        ours(value["schema"][2], "period")["every"] = "year"
        column(value, "phone").pop("tags")
        column(value, "disposition")["enum"] = [{"value": "DNC"}]

    # a key outside the standard hides nothing else
    assert {problem.path for problem in after(spoil)} >= {
        "$", "$.customProperties[1].value[0].price", "$.schema[2].customProperties[1].value.every",
        "$.schema[0].properties[7].tags", "$.schema[0].properties[4].enum",
    }  # fmt: skip


def test_lines_for_campaigns_may_begin_later_than_the_agreement() -> None:
    card = [*CARD, {**CARD[0], "valid_from": "2026-05-01", "campaigns": ["smb"]}]
    assert lint_text(compose("alpha", ["calls"], rate_card=card, parties=PARTIES), "x") == []


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    broken = tmp_path / "broken.odcs.yaml"
    broken.write_text("a: [1\n", encoding="utf-8")
    (problem,) = lint(broken)
    assert problem.path == "line 2, column 1"
    (problem,) = lint(tmp_path / "nothing.odcs.yaml")
    assert "no such file" in problem.describe()
    assert lint_text("- 1\n", "x")[0].path == "$"


@pytest.mark.material
def test_the_worked_example_has_only_what_is_known(material: Path) -> None:
    path = material / "design" / "examples" / "call_records.odcs.yaml"
    found = {(problem.path, problem.describe().split(": ", 1)[1]) for problem in lint(path)}
    places = {place for place, _ in found}
    # one of its codes is the vendor's own,
    # and one comparison is written by hand in another way
    assert "$.schema[0].properties[5].enum" in places
    assert "$.schema[2].quality[0].query" in places
    assert "$.schema[0].quality[1].query" not in places
    contract = read_contract(parse_yaml(path.read_text(encoding="utf-8"), "x"), "x")
    assert len(lint_text(dump_agreement(contract), "x")) == len(lint(path))
