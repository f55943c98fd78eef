"""Changes between two versions are named, and breaking means what the vendor would feel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.diff import diff
from vendoreval.agreement.library import compose, library_report
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml

CARD = [{"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01",
         "first_increment_seconds": 60, "next_increment_seconds": 60}]  # fmt: skip
GOOD = compose(
    "alpha", ["incidents", "reviews"], rate_card=CARD, dialect={"delimiter": ";"},
    parties={"number": "1", "parties": ["A", "B"], "effectiveFrom": "2026-01-01"},
)  # fmt: skip

COMPARED = {
    "id": "both", "name": "Both agree / Оба сходятся", "type": "sql",
    "query": "SELECT 0", "mustBe": 0,
    "customProperties": [{"property": "reconcile", "vendor": "vendoreval", "value": {
        "left": {"report": "reviews", "measure": "COUNT(*)"},
        "right": {"report": "incidents", "measure": "COUNT(*)"}}}],
}  # fmt: skip


def load(text: str) -> Agreement:
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


def column(value: dict[str, Any], report: int, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        c for c in value["schema"][report]["properties"] if c["name"] == name
    )
    return found


def ours(part: dict[str, Any], name: str) -> Any:
    return next(p["value"] for p in part["customProperties"] if p["property"] == name)


def drop(value: dict[str, Any], report: int, name: str) -> None:
    value["schema"][report]["properties"].remove(column(value, report, name))


@pytest.mark.parametrize(
    ("change", "forth", "back"),
    [
        (lambda v: drop(v, 0, "cause"),
         "breaking: incidents.cause: the column is no longer asked for",
         "not breaking: incidents.cause: the column is new"),
        (lambda v: column(v, 0, "cause").update(required=True),
         "breaking: incidents.cause: it is now required",
         "not breaking: incidents.cause: it is no longer required"),
        (lambda v: column(v, 1, "score").update(logicalType="integer"),
         "breaking: reviews.score: type: was number, is integer",
         "breaking: reviews.score: type: was integer, is number"),
        (lambda v: column(v, 1, "score")["logicalTypeOptions"].update(maximum=100),
         "breaking: reviews.score: narrower, maximum: was -, is 100",
         "not breaking: reviews.score: wider, maximum: was 100, is -"),
        (lambda v: column(v, 0, "scope")["logicalTypeOptions"].update(maxLength=100),
         "breaking: incidents.scope: narrower, maximum_length: was 500, is 100",
         "not breaking: incidents.scope: wider, maximum_length: was 100, is 500"),
        (lambda v: column(v, 0, "cause")["synonyms"].pop(0),
         "breaking: incidents.cause: the header “Причина” is no longer known",
         "not breaking: incidents.cause: the header “Причина” is known too"),
        (lambda v: column(v, 1, "applied")["enum"].pop(2),
         "breaking: reviews.applied: the code pending is no longer taken",
         "not breaking: reviews.applied: the code pending is taken too"),
        (lambda v: ours(column(v, 1, "applied")["enum"][0], "spellings").remove("Да"),
         "breaking: reviews.applied: the spelling “Да” of yes is no longer taken",
         "not breaking: reviews.applied: the spelling “Да” of yes is taken too"),
        (lambda v: ours(column(v, 1, "due_on"), "acceptedFormats").remove("dd.MM.yyyy"),
         "breaking: reviews.due_on: “dd.MM.yyyy” is no longer a way to write it",
         "not breaking: reviews.due_on: “dd.MM.yyyy” is a way to write it too"),
        (lambda v: column(v, 1, "call_id").update(primaryKey=True, primaryKeyPosition=2),
         "breaking: reviews: the key was review_id, is review_id + call_id",
         "breaking: reviews: the key was review_id + call_id, is review_id"),
        (lambda v: ours(v["schema"][0], "period").update(every="day"),
         "breaking: incidents: period: was month, is day",
         "breaking: incidents: period: was day, is month"),
        (lambda v: v["schema"][0].update(physicalName="inc_*.csv"),
         "breaking: incidents: name of the files: was incidents_{yyyy}-{MM}.csv, is inc_*.csv",
         "breaking: incidents: name of the files: was inc_*.csv, is incidents_{yyyy}-{MM}.csv"),
        (lambda v: v["schema"][0].pop("quality"),
         "not breaking: incidents: the rule “An incident ends after it begins” is dropped",
         "breaking: incidents: the rule “An incident ends after it begins” is new"),
        (lambda v: ours(v, "rateCard")[0].update(price="9.90"),
         "breaking: rateCard talk_minute 2026-01-01: price: was 9.50, is 9.90",
         "breaking: rateCard talk_minute 2026-01-01: price: was 9.90, is 9.50"),
        (lambda v: ours(v, "rateCard")[0].update(next_increment_seconds=1),
         "breaking: rateCard talk_minute 2026-01-01: next_increment_seconds: was 60, is 1",
         "breaking: rateCard talk_minute 2026-01-01: next_increment_seconds: was 1, is 60"),
        (lambda v: ours(v, "rateCard").append({**CARD[0], "unit": "sale"}),
         "breaking: rateCard sale 2026-01-01: a new line of the rate card, 9.50 RUB",
         "breaking: rateCard sale 2026-01-01: the line of the rate card is dropped"),
        (lambda v: v["slaProperties"][1].update(value=1),
         "breaking: incidents: timeOfAvailability: was 3 d, is 1 d",
         "breaking: incidents: timeOfAvailability: was 1 d, is 3 d"),
        (lambda v: ours(v, "dialect").update(delimiter="\t"),
         "breaking: incidents: how the file is written, delimiter: was ;, is \t",
         "breaking: incidents: how the file is written, delimiter: was \t, is ;"),
        (lambda v: ours(v, "agreement").update(effectiveTo="2026-12-31"),
         "not breaking: agreement: effectiveTo: was -, is 2026-12-31",
         "not breaking: agreement: effectiveTo: was 2026-12-31, is -"),
        (lambda v: ours(v["schema"][0], "period").update(holidays=["2026-01-01"]),
         "not breaking: incidents: holidays: was -, is 2026-01-01",
         "breaking: incidents: holidays: was 2026-01-01, is -"),
        (lambda v: v["customProperties"].append({"property": "acceptance", "vendor": "vendoreval",
                                                 "value": {"maximumFaultyShare": "0.05"}}),
         "breaking: acceptance: maximumFaultyShare: was 1, is 0.05",
         "not breaking: acceptance: maximumFaultyShare: was 0.05, is 1"),
        (lambda v: v["schema"][1]["properties"][1].update(relationships=[{"to": "calls.call_id"}]),
         "breaking: reviews.call_id: values must now be found in calls.call_id",
         "not breaking: reviews.call_id: values need no longer be found in calls.call_id"),
        (lambda v: v["customProperties"].append({"property": "language", "vendor": "vendoreval",
                                                 "value": "ru"}),
         "not breaking: language: language: was -, is ru",
         "not breaking: language: language: was ru, is -"),
        (lambda v: v["schema"][1]["quality"].append(COMPARED),
         "breaking: reviews: the comparison “Both agree” is new",
         "not breaking: reviews: the comparison “Both agree” is dropped"),
        (lambda v: v["schema"][1]["quality"].append({**COMPARED, "severity": "warning"}),
         "not breaking: reviews: the comparison “Both agree” is new",
         "not breaking: reviews: the comparison “Both agree” is dropped"),
    ],
)  # fmt: skip
def test_a_change_is_named_forth_and_back(
    change: Callable[[dict[str, Any]], object], forth: str, back: str
) -> None:
    value = parse_yaml(GOOD, "x")
    change(value)
    old, new = load(GOOD), load(dump_yaml(value))
    assert forth in [str(found) for found in diff(old, new)]
    assert back in [str(found) for found in diff(new, old)]
    for found in (*diff(old, new), *diff(new, old)):
        assert any("а" <= letter <= "я" for letter in found.describe("ru"))


def test_equal_agreements_have_no_changes() -> None:
    assert diff(load(GOOD), load(GOOD.replace("version: 1.0.0", "version: 1.1.0"))) == []


def test_reports_come_and_go_and_breaking_changes_stand_first() -> None:
    value = parse_yaml(GOOD, "x")
    value["schema"] = [value["schema"][0], library_report("do_not_call")]
    column(value, 0, "cause")["synonyms"].append({"synonym": "Cause of it"})
    value["slaProperties"] = value["slaProperties"][:2]
    changes = diff(load(GOOD), load(dump_yaml(value)))
    assert [(c.path, c.breaking) for c in changes] == [
        ("reviews", True), ("do_not_call", True), ("incidents.cause", False), ("version", False),
    ]  # fmt: skip
    assert changes[0].describe("ru") == "ломающее: reviews: отчёт больше не запрашивается"
