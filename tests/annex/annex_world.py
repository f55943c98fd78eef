"""An agreement that uses every clause there is, made for the tests of the annex."""

from __future__ import annotations

from typing import Any

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml

OUTCOMES = ["callback", "interested", "refusal", "sale"]
RATE_CARD: list[dict[str, Any]] = [
    {
        "unit": "talk_minute", "price": "0.0065", "currency": "EUR", "vat_mode": "net",
        "vat_rate": "0.19", "valid_from": "2026-03-01", "valid_to": "2027-02-11",
        "campaigns": ["spring", "retention_A"], "priority": 7, "clock_starts": "dial",
        "clock_ends": "wrap_end", "hold_billable": False, "billable_dispositions": OUTCOMES,
        "free_seconds": 4, "included_seconds": 3, "minimum_seconds": 27,
        "first_increment_seconds": 33, "next_increment_seconds": 6, "rounding": "half_up",
        "maximum_seconds": 5401, "connect_fee": "0.041",
        "invoice_tolerance": {"relative": "0.0015", "absolute": "2.5"},
        "minimum_commitment": {"amount": "1250.00", "prorated": False},
        "cap": {"quantity": "987654"}, "setup_fee": "321.00", "money_rounding": "total",
        "late_report_credit": {"share": "0.013", "reports": ["calls"], "missing": False,
                               "maximum_share": "0.17"},
    },
    {
        "unit": "talk_minute", "currency": "EUR", "vat_mode": "gross", "vat_rate": "0.21",
        "valid_from": "2026-03-01", "round_scope": "day", "first_increment_seconds": 60,
        "next_increment_seconds": 60, "rounding": "down",
        "tiers": {"kind": "graduated", "steps": [
            {"price": "0.91", "up_to": "20001"}, {"price": "0.83", "up_to": "43002"},
            {"price": "0.77"}]},
    },
    {
        "unit": "sale", "price": "412.50", "currency": "EUR", "vat_mode": "exempt",
        "valid_from": "2026-03-01", "clawback": {"days": 37, "share": "0.65"},
        "bonus": [{"measure": "conversion", "at_least": "0.034", "share": "0.055"}],
        "malus": [{"measure": "cancellation_share", "above": "0.125", "amount": "777.00"},
                  {"measure": "review_score", "below": "3.9", "share": "0.08"}],
    },
    {"unit": "agent_hour", "price": "17.35", "currency": "EUR", "valid_from": "2026-03-01",
     "next_increment_seconds": 900, "first_increment_seconds": 900},
    {"unit": "dial", "price": "0.03", "currency": "EUR", "valid_from": "2026-03-01"},
    {"unit": "fixed", "price": "2300.00", "currency": "EUR", "valid_from": "2026-03-01",
     "pass_through": {"maximum": "456.00", "receipt": False}},
]  # fmt: skip
PARTIES = {
    "number": "TS-2026/117", "annex": "3b",
    "parties": ["Северный Банк АО", "Alpha Calls GmbH"],
    "effectiveFrom": "2026-03-01", "effectiveTo": "2027-02-10",
}  # fmt: skip
DISCLOSURES = [
    {"id": "D-01", "by": "client", "topic": "base quality / качество базы",
     "limit": "One number in nine is dead / Мёртв каждый девятый номер",
     "alternative": "The vendor checks numbers first / Подрядчик сначала проверяет номера",
     "decided_by": "both", "decision": "Dead numbers go back / Мёртвые номера возвращаются",
     "measure": "invalid_number_share", "review_on": "2026-05-14"},
    {"id": "D-02", "by": "vendor", "topic": "hours", "limit": "No calls on Sunday"},
]  # fmt: skip
REPORTS = ("calls", "agent_days", "sales")


def full_value() -> dict[str, Any]:
    """Return the agreement as keys and values."""
    text = compose(
        "alpha", REPORTS, rate_card=RATE_CARD, parties=PARTIES, timezone="Europe/Berlin",
        dialect={"encodings": ["utf-8", "cp1251"], "delimiter": "\t", "decimalComma": True,
                 "headerRows": 2, "skipFooter": ["subtotal", "footer"],
                 "nullTokens": ["", "н/д", "n.a."]},
        title="Reports of Alpha / Отчёты Альфы", version="4.11.2",
    )  # fmt: skip
    value: dict[str, Any] = parse_yaml(text, "alpha.odcs.yaml")
    _shorten(value)
    own = {"vendor": "vendoreval"}
    value["customProperties"] += [
        {"property": "disclosures", "value": DISCLOSURES, **own},
        {"property": "acceptance", "value": {"maximumFaultyShare": "0.015",
                                             "resendWithinDays": 6}, **own},
        {"property": "language", "value": "ru", **own},
        {"property": "costCentre", "vendor": "other", "value": "CC-4471"},
    ]  # fmt: skip
    value["team"] = {"name": "Both sides", "members": [
        {"username": "reports@alpha.example", "name": "Ада Лавлейс",
         "role": "vendor reporting", "description": "Answers in a day / Отвечает за день",
         "dateIn": "2026-02-17"}]}  # fmt: skip
    value["support"] = [{"channel": "alpha-data", "tool": "email", "url": "mailto:q@alpha.example",
                         "description": "Questions about files"}]  # fmt: skip
    value["price"] = {"priceAmount": 0.91, "priceCurrency": "EUR", "priceUnit": "talk minute"}
    value["description"] = {"purpose": "Acceptance of work. / Приёмка работы.",
                            "limitations": "Local time. / Местное время.",
                            "authoritativeDefinitions": [{
                                "type": "policy",
                                "url": "https://alpha.example/terms-552"}]}  # fmt: skip
    value["servers"] = [{"server": "inbox7", "type": "sftp", "location": "sftp://in.example/a9",
                         "format": "csv"}]  # fmt: skip
    calls = value["schema"][0]
    period = next(e for e in calls["customProperties"] if e["property"] == "period")["value"]
    period["holidays"] = ["2026-05-01", "2026-10-03"]
    calls["customProperties"].append(
        {"property": "dialect", **own, "value": {
            "delimiter": "|", "onlyRows": {"column": "campaign_id",
                                           "values": ["north7", "south8"]}}}
    )  # fmt: skip
    calls["quality"].append({"id": "busy-month", "name": "A month has calls / В месяце есть звонки",
                             "metric": "rowCount", "mustBeGreaterThan": 17,
                             "severity": "warning", "dimension": "completeness"})  # fmt: skip
    return value


def _shorten(value: dict[str, Any]) -> None:
    """Keep two names of each column and code: fewer pages to draw, nothing less to say."""
    for report in value["schema"]:
        for column in report["properties"]:
            column["synonyms"] = (column.get("synonyms") or [])[:2]
            for code in column.get("enum") or ():
                for entry in code.get("customProperties") or ():
                    entry["value"] = entry["value"][:2]


def agreement_of(value: dict[str, Any], name: str = "alpha") -> Agreement:
    """Return the agreement of keys and values."""
    return agreement_from_bytes(dump_yaml(value).encode(), name, f"{name}.odcs.yaml")
