"""The standard reports are valid, complete and speak both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vendoreval.agreement import ReportSchema, agreement_from_bytes, load_agreement
from vendoreval.agreement.library import compose, library_names, library_report
from vendoreval.agreement.yaml_file import parse_yaml
from vendoreval.resources import resource_folder
from vendoreval.tables import COLUMN_TYPES, DERIVED_DAYS, DISPOSITIONS, STAGES, TABLES

NAMES = (
    "agent_days", "agent_sessions", "calls", "carrier_calls", "client_sales", "do_not_call",
    "funnel", "funnel_events", "incidents", "invoice_lines", "leads", "reviews", "roster", "sales",
)  # fmt: skip
KINDS = {
    "string": "string", "int64": "integer", "float64": "number", "date": "date",
    "timestamp": "timestamp", "boolean": "boolean",
}  # fmt: skip
# the table takes a row without it, the report asks for it
ASKED = {("carrier_calls", "duration_seconds")}
CARD = [
    {
        "unit": "talk_minute", "price": "9.50", "currency": "RUB", "vat_rate": "0.22",
        "valid_from": "2026-01-01", "first_increment_seconds": 60, "next_increment_seconds": 60,
    }
]  # fmt: skip


def stored(name: str) -> ReportSchema:
    """Load one file of the library, which asks the official schema too."""
    agreement = load_agreement(resource_folder("schemas") / "reports" / f"{name}.odcs.yaml")
    assert list(agreement.reports) == [name]
    return agreement.reports[name]


def own_columns(report: str) -> dict[str, str]:
    """What the report itself holds: no derived days, no vendor that the tool adds."""
    added = set(DERIVED_DAYS.get(report, {}))
    if report not in {"leads", "client_sales"}:
        added.add("vendor")
    return {name: kind for name, kind in COLUMN_TYPES[report].items() if name not in added}


def test_the_library_holds_these_reports() -> None:
    assert library_names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_tables(name: str) -> None:
    report, wanted = stored(name), own_columns(name)
    assert list(report.column_names) == list(wanted)
    for column in report.columns:
        kind = wanted[column.name]
        if kind.startswith("decimal"):
            assert column.kind in {"money", "number"}, column.name
        else:
            assert column.kind == KINDS[kind], column.name
        nullable = TABLES[name].schema()[column.name].nullable
        assert column.required is not nullable or (name, column.name) in ASKED, column.name


@pytest.mark.parametrize("name", NAMES)
def test_a_header_names_one_column(name: str) -> None:
    owners: dict[str, str] = {}
    for column in stored(name).columns:
        for header in column.headers:
            other = owners.setdefault(header.casefold(), column.name)
            assert other == column.name, header


@pytest.mark.parametrize("name", NAMES)
def test_every_column_speaks_both_languages(name: str) -> None:
    for column in library_report(name)["properties"]:
        locales = [synonym["locale"] for synonym in column["synonyms"]]
        assert "ru-RU" in locales, column["name"]
        english, _, russian = column["description"].partition(" / ")
        assert english.isascii() and english, column["name"]
        assert any("а" <= letter <= "я" for letter in russian), column["name"]
        assert column["examples"], column["name"]


def test_every_rule_speaks_both_languages() -> None:
    whole = parse_yaml(compose("alpha", NAMES, rate_card=CARD), "x")
    rules = [rule for report in whole["schema"] for rule in report.get("quality", ())]
    assert len(rules) > 25
    for rule in rules:
        english, mark, russian = rule["name"].partition(" / ")
        assert mark and english.isascii() and any("а" <= letter <= "я" for letter in russian)


@pytest.mark.parametrize(
    ("report", "column", "codes"),
    [
        ("calls", "disposition", DISPOSITIONS),
        ("funnel", "stage", STAGES),
        ("funnel_events", "stage_from", STAGES),
        ("funnel_events", "stage_to", STAGES),
    ],
)
def test_every_code_is_there_and_no_spelling_means_two(
    report: str, column: str, codes: tuple[str, ...]
) -> None:
    (entry,) = (p for p in library_report(report)["properties"] if p["name"] == column)
    assert tuple(code["value"] for code in entry["enum"]) == codes
    meanings: dict[str, str] = {}
    for code in entry["enum"]:
        spelled = code["customProperties"][0]["value"]
        assert any("а" <= letter <= "я" for text in spelled for letter in text), code["value"]
        for text in (code["value"], code["label"], *spelled):
            assert meanings.setdefault(text.casefold(), code["value"]) == code["value"], text


def test_durations_money_and_phones_are_marked() -> None:
    calls, invoice = stored("calls"), stored("invoice_lines")
    assert {c.name for c in calls.columns if c.forms} == {
        name for name in COLUMN_TYPES["calls"] if name.endswith("_seconds")
    }
    assert {c.name for c in invoice.columns if c.kind == "money"} == {
        "unit_price", "amount", "vat_amount",
    }  # fmt: skip
    for name in ("calls", "leads", "client_sales", "do_not_call", "carrier_calls"):
        assert [c.name for c in stored(name).columns if c.personal] == ["phone"]


@pytest.mark.parametrize(
    ("name", "key", "rules"),
    [
        ("calls", ("call_id",),
         {"ended-after-start", "answered-after-start", "ended-after-answer"}),
        ("agent_days", ("agent_id", "date"),
         {"conversations-within-dials", "talk-within-line", "sales-within-conversations"}),
        ("funnel", ("snapshot_on", "lead_id"), {"stage-since-past"}),
        ("sales", ("sale_id",), set()),
        ("invoice_lines", ("invoice_id", "line"),
         {"period-in-order", "amount-is-quantity-times-price", "vat-is-amount-times-rate"}),
        ("roster", ("agent_id", "hired_on"), {"left-after-hired"}),
        ("leads", ("lead_id",), set()),
        ("client_sales", ("sale_id",), {"cancelled-after-sale"}),
        ("agent_sessions", ("agent_id", "started_at"), {"ended-after-start"}),
        ("funnel_events", ("lead_id", "at"), {"stage-changes"}),
        ("reviews", ("review_id",), {"another-call-rechecked"}),
        ("incidents", ("incident_id",), {"ended-after-start"}),
        ("do_not_call", ("phone",), {"closed-after-request"}),
        ("carrier_calls", ("record_id",), set()),
    ],
)  # fmt: skip
def test_keys_and_row_rules(name: str, key: tuple[str, ...], rules: set[str]) -> None:
    report = stored(name)
    assert report.key == key
    assert {rule.id for rule in report.rules} == rules


def test_an_unknown_report_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="no report 'orders'"):
        library_report("orders")


def test_a_copy_can_be_changed_without_harm() -> None:
    library_report("roster")["properties"].clear()
    assert library_report("roster")["properties"]


def test_a_composed_agreement_is_what_was_asked_for() -> None:
    text = compose(
        "alpha", ["calls", "roster", "invoice_lines"],
        rate_card=CARD,
        parties={"number": "7/2026", "parties": ["Buyer", "Alpha Ltd"],
                 "effectiveFrom": "2026-01-01"},
        timezone="Asia/Yekaterinburg",
        dialect={"delimiter": ";", "decimalComma": True, "encodings": ["cp1251"]},
    )  # fmt: skip
    agreement = agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")
    assert list(agreement.reports) == ["calls", "roster", "invoice_lines"]
    assert agreement.title == "Alpha Ltd"
    assert agreement.rate_card[0].price == Decimal("9.50")
    for report in agreement.reports.values():
        assert report.timezone == "Asia/Yekaterinburg"
        assert report.dialect.delimiter == ";" and report.dialect.decimal_comma
    assert agreement.reports["calls"].file_pattern == "calls_{yyyy}-{MM}.csv"
    assert agreement.reports["calls"].period_column == "started_at"
    assert agreement.reports["roster"].every is None


def test_composing_twice_gives_the_same_text_without_aliases() -> None:
    first = compose("alpha", ["calls", "sales"], rate_card=CARD * 2, timezone="UTC")
    assert first == compose("alpha", ["calls", "sales"], rate_card=CARD * 2, timezone="UTC")
    assert len(agreement_from_bytes(first.encode(), "alpha", "x").rate_card) == 2
