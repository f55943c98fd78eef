"""A new ledger for each test, and a workspace that commands only read."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from invoice_world import World

from vendoreval.agreement.dump import dump_yaml
from vendoreval.agreement.library import compose
from vendoreval.agreement.yaml_file import parse_yaml
from vendoreval.cli import run
from vendoreval.ledger import Ledger

CARD = [{
    "unit": "talk_minute", "price": "9.50", "currency": "RUB", "vat_rate": "0.20",
    "valid_from": "2026-01-01", "first_increment_seconds": 6, "next_increment_seconds": 6,
}]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A ledger without rows."""
    parts = tmp_path / "parts"
    parts.mkdir()
    return World(Ledger.open(tmp_path / "ledger"), parts)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of one vendor that bills whole minutes instead of six seconds."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "vendoreval.yaml").write_text(
        "client: Buyer\ncurrency: RUB\ntimezone: Europe/Moscow\nlanguage: en\n", encoding="utf-8"
    )
    value = parse_yaml(compose("alpha", ["calls", "invoice_lines"], timezone="Europe/Moscow"), "x")
    card = {"property": "rateCard", "vendor": "vendoreval", "value": CARD}
    value["customProperties"].append(card)
    (folder / "agreements").mkdir()
    (folder / "agreements" / "alpha.odcs.yaml").write_text(dump_yaml(value), encoding="utf-8")
    inbox = folder / "inbox" / "alpha"
    inbox.mkdir(parents=True)
    at = datetime(2026, 10, 5, 10)
    talks = [61 + 7 * n % 240 for n in range(120)]
    with (inbox / "calls_2026-10.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["call_id", "agent_id", "started_at", "talk_seconds", "disposition",
                       "phone", "billed_seconds"])  # fmt: skip
        for number, talk in enumerate(talks):
            rows.writerow([
                f"=c{number}", "A1", at + timedelta(minutes=9 * number), talk, "refusal",
                "79161234512", -(-talk // 60) * 60,
            ])  # fmt: skip
    minutes = sum(-(-talk // 60) for talk in talks)
    with (inbox / "invoice_2026-10.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(["invoice_id", "line", "period_start", "period_end", "unit", "quantity",
                       "unit_price", "amount"])  # fmt: skip
        rows.writerow(["I-7", 1, "2026-10-01", "2026-10-31", "talk_minute", minutes, "9.50",
                       f"{minutes * 9.5:.2f}"])  # fmt: skip
    assert run(["ingest", str(folder)]) == 0
    return folder
