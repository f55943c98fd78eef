"""A workspace with one vendor that reports every day, written as files and ingested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from vendoreval.intake import read_delivery, validate
from vendoreval.workspace import Workspace

SETTINGS = """\
client: Sever Office
currency: RUB
timezone: Europe/Moscow
language: en
ceiling: {default: "8123.45"}
"""
AGREEMENT = """\
apiVersion: v3.2.0
kind: DataContract
id: reports
version: 1.0.0
status: active
schema:
  - name: calls
    physicalName: "calls_{yyyy}{MM}{dd}.csv"
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: day, column: started_at, timezone: Europe/Moscow}
    properties:
      - {name: call_id, logicalType: string, required: true, primaryKey: true, examples: [C1]}
      - {name: agent_id, logicalType: string, required: true, examples: [A1]}
      - {name: started_at, logicalType: timestamp, required: true}
      - name: talk_seconds
        logicalType: integer
        required: true
        examples: [61]
        customProperties: [{property: unit, vendor: vendoreval, value: s}]
      - name: disposition
        logicalType: string
        required: true
        enum: [{value: sale}, {value: refusal}, {value: no_answer}]
      - {name: recording_id, logicalType: string}
  - name: roster
    physicalName: "roster.csv"
    properties:
      - {name: agent_id, logicalType: string, required: true, primaryKey: true}
      - {name: hired_on, logicalType: date, required: true}
  - name: invoice_lines
    physicalName: "invoice_{yyyy}{MM}.csv"
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: month, column: period_start, timezone: Europe/Moscow}
    properties:
      - {name: invoice_id, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
      - {name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 2}
      - {name: period_start, logicalType: date, required: true}
      - {name: period_end, logicalType: date, required: true}
      - {name: unit, logicalType: string, required: true, enum: [{value: talk_minute}]}
      - {name: quantity, logicalType: number, required: true}
      - {name: unit_price, logicalType: number, required: true}
      - {name: amount, logicalType: number, required: true}
slaProperties:
  - {property: timeOfAvailability, value: "10:00", valueExt: Europe/Moscow, element: calls,
     scheduler: cron, schedule: "0 10 * * 1-5"}
customProperties:
  - property: rateCard
    vendor: vendoreval
    value:
      - {unit: talk_minute, price: "10.00", currency: RUB, vat_mode: net, vat_rate: "0.20",
         valid_from: "2026-01-01", clock_starts: answer, clock_ends: hangup,
         first_increment_seconds: 60, next_increment_seconds: 60, rounding: up,
         round_scope: call}
  - property: agreement
    vendor: vendoreval
    value: {number: "7", parties: [Sever Office, Alpha Contact], effectiveFrom: "2026-10-01",
            effectiveTo: "2027-09-30"}
  - property: disclosures
    vendor: vendoreval
    value:
      - {id: base, by: client, topic: base_quality, limit: A fifth of the numbers is dead,
         alternative: Numbers are checked before they are handed over, decided_by: both,
         decision: Checked weekly, measure: timeliness, review_on: "2026-10-31"}
"""
#: a checklist of three items
OWN = """\
version: "small"
title: Start / Начало
gates: [{id: G0, title: A}, {id: G1, title: B}, {id: G2, title: C}, {id: G3, title: D},
        {id: G4, title: E}, {id: G5, title: F}]
roles: [{id: client_lead, title: lead}]
blocks:
- id: first
  number: 1
  title: First
  items:
  - {id: one, question: One?, why: W, evidence: E, owner: client_lead, due_days: -9,
     gate: G0, blocking: true}
  - {id: two, question: Two?, why: W, evidence: E, owner: client_lead, due_days: 5,
     gate: G1, blocking: true}
  - {id: three, question: Three?, why: W, evidence: E, owner: client_lead, due_days: 5,
     gate: G1, blocking: false}
"""
HEAD = "call_id,agent_id,started_at,talk_seconds,disposition,recording_id"


def make(folder: Path, agreement: str = AGREEMENT) -> Workspace:
    """Write a workspace with the agreement of alpha and nothing received."""
    for name in ("agreements", "inbox/alpha"):
        (folder / name).mkdir(parents=True)
    (folder / "vendoreval.yaml").write_text(SETTINGS)
    (folder / "agreements" / "alpha.odcs.yaml").write_text(agreement)
    return Workspace.open(folder)


def receive(workspace: Workspace, name: str, lines: Iterable[str], at: datetime) -> None:
    """Put a file into the inbox as if it had come then, and post it."""
    path = workspace.folder / "inbox" / "alpha" / name
    path.write_text("\n".join(lines) + "\n")
    agreement = workspace.agreements()["alpha"]
    workspace.ledger.post(validate(read_delivery(path, agreement, received_at=at)))


def calls(day: int, **changes: Mapping[str, str] | str) -> list[str]:
    """Two calls of a day of October 2026, one of them answered."""
    answered = {"agent": "A1", "disposition": "sale", "recording": f"R{day}", **changes}
    return [
        HEAD,
        f"C{day}a,{answered['agent']},2026-10-{day:02} 10:00:00,61,{answered['disposition']},"
        f"{answered['recording']}",
        f"C{day}b,A1,2026-10-{day:02} 11:00:00,0,no_answer,",
    ]


def morning(day: int) -> datetime:
    """The morning of a day of October 2026, before the deadline."""
    return datetime(2026, 10, day, 5, 0, tzinfo=UTC)
