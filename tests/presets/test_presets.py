"""Presets read what the systems really write; samples are made up in each system's layout."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vendoreval.agreement import Agreement, agreement_from_bytes, load_agreement
from vendoreval.agreement.new import new_agreement
from vendoreval.agreement.presets import preset_names, preset_text
from vendoreval.agreement.template import template
from vendoreval.errors import AgreementError
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.tables import COLUMN_TYPES, DISPOSITIONS, STAGES

SAMPLES = Path(__file__).parent / "samples"
PRESETS = Path(__file__).parents[2] / "schemas" / "presets"
RECEIVED = datetime(2026, 11, 3, tzinfo=UTC)

# sample -> report, rows accepted, faults as (row, column, rule)
FILES: dict[str, tuple[str, int, set[tuple[int, str | None, str]]]] = {
    "3cx/calls_2026-10.csv": (
        "calls",
        10,
        {
            (5, "call_id", "unique"),
            (13, "direction", "code"),
            (14, "talk_seconds", "duration_form"),
        },
    ),
    # without Call ID the second segment cannot be told from a call
    "3cx/calls_2026-10-v18.csv": ("calls", 12, {(14, "talk_seconds", "duration_form")}),
    "amocrm-deals/deals_2026-10.csv": ("funnel", 10, {(12, "stage", "code")}),
    "amocrm-deals/won_2026-10.csv": ("sales", 2, {(4, "sold_at", "required")}),
    "asterisk-cdr/calls_2026-10-master.csv": (
        "calls",
        12,
        {(6, "call_id", "unique"), (15, None, "row_rule:talk-within-total")},
    ),
    "asterisk-cdr/calls_2026-10-freepbx-16.csv": (
        "calls",
        12,
        {(6, "call_id", "unique"), (15, None, "row_rule:talk-within-total")},
    ),
    "asterisk-cdr/calls_2026-10-freepbx-25.csv": (
        "calls",
        11,
        {
            (6, "call_id", "unique"),
            (8, "disposition", "code"),
            (15, None, "row_rule:talk-within-total"),
        },
    ),
    "bitrix24-deals/deals_2026-10.csv": ("funnel", 11, {(13, "stage", "code")}),
    "bitrix24-deals/deals_2026-10-list.csv": ("funnel", 11, {(13, "stage", "code")}),
    "bitrix24-deals/won_2026-10.csv": ("sales", 2, {(4, "status", "code")}),
    "bitrix24-telephony/calls_2026-10.csv": (
        "calls",
        12,
        {(14, "agent_id", "required"), (15, "call_id", "unique")},
    ),
    "bitrix24-telephony/calls_2026-10-dataset.csv": (
        "calls",
        12,
        {(14, "agent_id", "required"), (15, "call_id", "unique")},
    ),
    "five9/calls_2026-10.csv": (
        "calls",
        11,
        {(13, "disposition", "code"), (14, "started_at", "date_format")},
    ),
    "hubspot-calls/calls_2026-10.csv": ("calls", 11, {(13, "disposition", "required")}),
    "hubspot-calls/calls_2026-10-api.csv": ("calls", 11, {(13, "disposition", "required")}),
    "hubspot-deals/deals_2026-10.csv": ("funnel", 10, {(12, "stage", "code")}),
    "hubspot-deals/deals_2026-10-api.csv": ("funnel", 10, {(12, "stage", "code")}),
    "hubspot-deals/won_2026-10.csv": ("sales", 2, {(4, "status", "code")}),
    "salesforce-opportunities/deals_2026-10.csv": (
        "funnel",
        11,
        {(13, None, "row_rule:stage-since-past")},
    ),
    "salesforce-opportunities/deals_2026-10-labels.csv": ("funnel", 12, set()),
    "salesforce-opportunities/won_2026-10.csv": ("sales", 2, {(4, "status", "code")}),
    "salesforce-tasks/calls_2026-10.csv": (
        "calls",
        11,
        {(13, "disposition", "required"), (13, "talk_seconds", "required")},
    ),
    "salesforce-tasks/calls_2026-10-labels.csv": (
        "calls",
        11,
        {(13, "disposition", "required"), (13, "talk_seconds", "required")},
    ),
    "vicidial/agent_days_2026-10-05.txt": ("agent_days", 3, {(5, "line_seconds", "duration_form")}),
    "vicidial/agent_days_2026-10-06.txt": ("agent_days", 3, set()),
    "vicidial/calls_2026-10.txt": ("calls", 17, {(19, "disposition", "code")}),
    "vicidial/calls_2026-10-extended.txt": (
        "calls",
        17,
        {(19, "disposition", "code"), (20, "call_id", "unique")},
    ),
}

# sample -> row of the file -> what it becomes
VALUES: dict[str, dict[int, dict[str, Any]]] = {
    "3cx/calls_2026-10.csv": {
        # nine in Moscow is six in UTC
        2: {"started_at": datetime(2026, 10, 5, 6), "talk_seconds": 72, "ring_seconds": 9},
        9: {"talk_seconds": 4210, "disposition": "gatekeeper", "direction": "outbound"},
        3: {"disposition": "no_answer", "talk_seconds": 0},
    },
    "3cx/calls_2026-10-v18.csv": {2: {"call_id": None, "talk_seconds": 72, "ring_seconds": 9}},
    "amocrm-deals/deals_2026-10.csv": {
        2: {"lead_id": "20260", "stage": "new", "amount": Decimal(10000), "snapshot_on": None},
        5: {"stage": "quote"},
        7: {"stage": "won"},
        8: {"stage": "lost"},
    },
    "asterisk-cdr/calls_2026-10-master.csv": {
        # billsec, and not duration (37), is the talk
        2: {
            "talk_seconds": 25,
            "total_seconds": 37,
            "disposition": "gatekeeper",
            "agent_id": "101",
        },
        3: {"disposition": "no_answer", "answered_at": None, "phone": "79000001001"},
        4: {"disposition": "busy"},
        5: {"talk_seconds": 184, "answered_at": datetime(2026, 10, 5, 6, 15, 38)},
        7: {"disposition": "failed"},
        8: {"disposition": "failed"},
    },
    "asterisk-cdr/calls_2026-10-freepbx-16.csv": {
        2: {"talk_seconds": 25, "answered_at": None, "campaign_id": "smb-2026"}
    },
    "asterisk-cdr/calls_2026-10-freepbx-25.csv": {
        2: {"talk_seconds": 25, "caller_phone": "74950000001", "parent_call_id": "1759600000.0"}
    },
    "bitrix24-deals/deals_2026-10.csv": {
        3: {"stage": "contacted", "lead_id": "3101", "agent_id": "18"},
        5: {"stage": "quote"},
        9: {"stage": "lost", "amount": Decimal("27500")},
    },
    "bitrix24-deals/deals_2026-10-list.csv": {
        4: {"stage": "quote", "snapshot_on": datetime(2026, 10, 31).date()},
        7: {"stage": "won"},
    },
    "bitrix24-deals/won_2026-10.csv": {
        2: {"sale_id": "3105", "sold_at": datetime(2026, 10, 20, 9), "status": "won"}
    },
    "bitrix24-telephony/calls_2026-10.csv": {
        # the offset of the file counts, not the zone of the agreement
        2: {"started_at": datetime(2026, 10, 5, 6), "talk_seconds": 184, "direction": "outbound"},
        3: {"disposition": "no_answer"},
        4: {"disposition": "busy"},
        7: {"disposition": "invalid_number"},
        13: {"disposition": "technical"},
    },
    "bitrix24-telephony/calls_2026-10-dataset.csv": {
        # 184.0 in the data set
        2: {"talk_seconds": 184, "disposition": "gatekeeper", "agent_id": "17"}
    },
    "five9/calls_2026-10.csv": {
        2: {"agent_id": None, "disposition": "invalid_number", "direction": "outbound"},
        8: {"disposition": "do_not_call", "talk_seconds": 31, "total_seconds": 48},
        9: {"disposition": "lead", "talk_seconds": 301, "billed_seconds": 324, "wrap_seconds": 25},
    },
    "hubspot-calls/calls_2026-10.csv": {
        2: {"talk_seconds": 184, "call_duration_ms": "184000", "disposition": "gatekeeper"},
        7: {"disposition": "wrong_number"},
    },
    "hubspot-calls/calls_2026-10-api.csv": {
        # milliseconds never become seconds; times of the API stay UTC
        2: {
            "talk_seconds": None,
            "call_duration_ms": "184000",
            "started_at": datetime(2026, 10, 5, 9),
        },
        5: {"disposition": "voicemail"},
    },
    "hubspot-deals/deals_2026-10.csv": {2: {"stage": "interested"}, 6: {"stage": "quote"}},
    "hubspot-deals/deals_2026-10-api.csv": {2: {"stage": "interested"}, 8: {"stage": "lost"}},
    "hubspot-deals/won_2026-10.csv": {2: {"currency": "EUR", "amount": Decimal("22500")}},
    "salesforce-opportunities/deals_2026-10.csv": {
        2: {"stage": "new", "stage_since": datetime(2026, 10, 1).date()},
        8: {"stage": "quote"},
    },
    "salesforce-opportunities/won_2026-10.csv": {2: {"sold_at": datetime(2026, 10, 13)}},
    "salesforce-tasks/calls_2026-10.csv": {
        2: {"talk_seconds": 184, "started_at": datetime(2026, 10, 5, 9)},
        8: {"disposition": "meeting"},
        12: {"disposition": "refusal"},
    },
    "vicidial/agent_days_2026-10-05.txt": {
        2: {
            "line_seconds": 28720,
            "talk_seconds": 11112,
            "pause_seconds": 3154,
            "dials": 142,
            "date": datetime(2026, 10, 5).date(),
        }
    },
    "vicidial/agent_days_2026-10-06.txt": {2: {"date": None, "conversations": None}},
    "vicidial/calls_2026-10.txt": {
        2: {"disposition": "no_answer", "call_id": None, "lead_id": None},
        3: {"disposition": "busy"},
        4: {"disposition": "voicemail"},
        8: {"disposition": "invalid_number"},
        10: {"disposition": "dropped", "talk_seconds": 1},
        12: {"disposition": "refusal", "talk_seconds": 95, "vendor_lead_code": "L00000010"},
        13: {"disposition": "do_not_call"},
        14: {"disposition": "callback"},
        15: {"disposition": "sale", "talk_seconds": 612, "phone": "79000001013"},
    },
    "vicidial/calls_2026-10-extended.txt": {
        15: {"call_id": "1759600013.13", "answered_seconds": 610, "dialled_seconds": 624}
    },
}


def preset(name: str) -> Agreement:
    text = preset_text(name, vendor="alpha", timezone="Europe/Moscow")
    return agreement_from_bytes(text.encode(), "alpha", f"{name}.odcs.yaml")


def check(sample: str, staging: Path) -> ValidationReport:
    deal = preset(sample.partition("/")[0])
    delivery = read_delivery(SAMPLES / sample, deal, received_at=RECEIVED)
    return validate(delivery, staging=staging)


def rows_of(result: ValidationReport) -> dict[int, dict[str, Any]]:
    return {
        row["_row"]: row
        for path in result.accepted_files
        for row in pl.read_parquet(path).to_dicts()
    }


@pytest.mark.parametrize("sample", FILES)
def test_a_sample_gives_the_expected_rows_and_faults(sample: str, tmp_path: Path) -> None:
    report, accepted, faults = FILES[sample]

    result = check(sample, tmp_path)

    assert result.delivery.schema.name == report
    assert {(f.row, f.column, f.rule) for f in result.faults} == faults
    assert (result.rows.accepted, result.rows.quarantined) == (
        accepted,
        len({f[0] for f in faults}),
    )
    assert result.rows.delivered == accepted + result.rows.quarantined


@pytest.mark.parametrize("sample", VALUES)
def test_values_become_those_of_the_common_table(sample: str, tmp_path: Path) -> None:
    rows = rows_of(check(sample, tmp_path))

    for number, wanted in VALUES[sample].items():
        assert {name: rows[number][name] for name in wanted} == wanted, f"row {number}"


@pytest.mark.parametrize(
    ("sample", "absent"),
    [
        ("3cx/calls_2026-10-v18.csv", "call_id"),
        ("amocrm-deals/deals_2026-10.csv", "snapshot_on"),
        ("asterisk-cdr/calls_2026-10-freepbx-25.csv", "lead_id"),
        ("hubspot-calls/calls_2026-10-api.csv", "talk_seconds"),
        ("vicidial/agent_days_2026-10-06.txt", "date"),
        # the dialler's own lead_id stands in the file and is not taken for the client's
        ("vicidial/calls_2026-10.txt", "lead_id"),
    ],
)
def test_what_a_system_does_not_export_counts_as_not_delivered(
    sample: str, absent: str, tmp_path: Path
) -> None:
    result = check(sample, tmp_path)

    assert result.rows.accepted
    assert absent not in result.columns_delivered


def test_every_preset_and_every_sample_is_tried() -> None:
    there = {f"{path.parent.name}/{path.name}" for path in SAMPLES.glob("*/*")}

    assert there == set(FILES)
    assert {sample.partition("/")[0] for sample in FILES} == set(preset_names())


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_keeps_to_the_common_tables(name: str) -> None:
    deal = load_agreement(PRESETS / f"{name}.odcs.yaml")

    for report in deal.reports.values():
        assert report.name in COLUMN_TYPES
        by_name = {column.name: column for column in report.columns}
        for code, codes in (("disposition", DISPOSITIONS), ("stage", STAGES)):
            if code in by_name:
                assert set(by_name[code].codes.values()) <= set(codes)
        for column in report.columns:
            if column.name in {"phone", "work_phone", "contact_name", "customer_name"}:
                assert column.personal, column.name


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_names_its_source_and_its_limits_in_both_languages(name: str) -> None:
    description = load_agreement(PRESETS / f"{name}.odcs.yaml").contract.description

    assert description is not None
    assert description.authoritative_definitions
    assert all(source.description for source in description.authoritative_definitions)
    for text in (description.purpose, description.limitations, description.usage):
        english, _, russian = (text or "").partition(" / ")
        assert english
        assert re.search("[а-яё]{4}", russian)
    assert "Not verified" in (description.limitations or "")
    assert "Не проверено" in (description.limitations or "")


def test_the_list_of_presets_stands_in_the_table_for_readers() -> None:
    table = (PRESETS / "README.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE)) == set(preset_names())


def test_the_text_carries_the_vendor_and_the_time_zone() -> None:
    local = preset("asterisk-cdr")
    utc = preset("salesforce-tasks")

    assert local.contract.id == "vendoreval-alpha"
    assert local.reports["calls"].timezone == "Europe/Moscow"
    # its times are written in UTC whatever the vendor's clock says
    assert utc.reports["calls"].timezone == "UTC"
    assert preset_text("3cx", vendor="alpha") == preset_text("3cx", vendor="alpha")


@pytest.mark.parametrize("name", preset_names())
def test_a_new_agreement_reads_as_its_preset_does(name: str) -> None:
    made = new_agreement("alpha", presets=[name], timezone="Europe/Moscow")
    reports = agreement_from_bytes(made.encode(), "alpha", f"{name}.odcs.yaml").reports
    assert reports == preset(name).reports


def test_an_unknown_preset_is_refused_with_the_list() -> None:
    with pytest.raises(AgreementError, match="asterisk-cdr"):
        preset_text("avaya", vendor="alpha")


@pytest.mark.parametrize("name", preset_names())
def test_the_example_of_every_workbook_is_accepted(tmp_path: Path, name: str) -> None:
    agreement = load_agreement(PRESETS / f"{name}.odcs.yaml")
    for report in agreement.reports:
        book = template(agreement, report, tmp_path / f"{report}.xlsx")
        result = validate(read_delivery(book, agreement, report))
        assert (result.rows.accepted, dict(result.counts)) == (1, {}), report
        result.discard()
