"""One invoice with everything that can be odd about an invoice, through intake and the audit."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vendoreval.agreement.dump import dump_yaml
from vendoreval.agreement.library import compose
from vendoreval.agreement.yaml_file import parse_yaml
from vendoreval.cli import run
from vendoreval.text import LANGUAGES

HEAD = ["invoice_id", "line", "period_start", "period_end", "unit", "quantity", "unit_price",
        "amount", "vat_rate", "vat_amount", "campaign_id", "description"]  # fmt: skip
OCTOBER = ["2026-10-01", "2026-10-31"]
CARD = [
    {"valid_from": "2026-01-01", "valid_to": "2026-10-16", "price": "10"},
    {"valid_from": "2026-10-16", "price": "12"},
]
# 300 minutes of talk, half of them on either side of the change of the price
RIGHT = ["I-1", 1, *OCTOBER, "talk_minute", "300", "11", "3300.00", "0.20", "660.00", "", "talk"]
ODD = [
    RIGHT,
    # a line and the credit that takes it back
    ["I-1", 2, *OCTOBER, "talk_minute", "40", "12", "480.00", "0.20", "96.00", "", "again"],
    ["CN-1", 1, *OCTOBER, "talk_minute", "-40", "12", "-480.00", "0.20", "-96.00", "", "credit"],
    # an amount above its product, and VAT inside of another one
    ["I-1", 3, *OCTOBER, "fixed", "1", "500", "550.00", "0.20", "110.00", "", "Monthly fee"],
    ["I-1", 4, *OCTOBER, "fixed", "1", "240", "240.00", "0.20", "40.00", "", "Setting up"],
    # of another period
    ["I-0", 1, "2026-09-01", "2026-09-30", "fixed", "1", "500", "500.00", "0.20", "100.00", "",
     "Monthly fee"],
]  # fmt: skip


def table(path: Path, head: list[str], rows: list[list[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(head)
        writer.writerows(rows)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "vendoreval.yaml").write_text(
        "client: Buyer\ncurrency: RUB\ntimezone: Europe/Moscow\nlanguage: en\n", encoding="utf-8"
    )
    value = parse_yaml(compose("alpha", ["calls", "invoice_lines"], timezone="Europe/Moscow"), "x")
    common = {"unit": "talk_minute", "currency": "RUB", "vat_rate": "0.20"}
    fee = common | {"unit": "fixed", "price": "500", "valid_from": "2026-01-01"}
    card = [*(common | line for line in CARD), fee]
    value["customProperties"].append(
        {"property": "rateCard", "vendor": "vendoreval", "value": card}
    )
    (folder / "agreements").mkdir()
    (folder / "agreements" / "alpha.odcs.yaml").write_text(dump_yaml(value), encoding="utf-8")
    inbox = folder / "inbox" / "alpha"
    # the last call of each half runs over the change of the price and over the month's end
    starts = [datetime(2026, 10, 1, 9) + timedelta(minutes=144 * n) for n in range(149)]
    starts += [datetime(2026, 10, 15, 23, 59, 30)]
    starts += [datetime(2026, 10, 16, 0, 1) + timedelta(minutes=144 * n) for n in range(149)]
    starts += [datetime(2026, 10, 31, 23, 59, 30)]
    table(
        inbox / "calls_2026-10.csv",
        ["call_id", "agent_id", "started_at", "talk_seconds", "disposition", "phone",
         "billed_seconds"],
        [[f"c{n}", "A1", start, 60, "refusal", f"7916{n:07d}", 60]
         for n, start in enumerate(starts)],
    )  # fmt: skip
    table(inbox / "invoice_2026-10.csv", HEAD, ODD)
    assert run(["audit", str(folder), "--period", "2026-10", "--no-pdf", "--lang", "en"]) == 0
    written = folder / "audits" / "2026-10" / "audit.json"
    return folder, json.loads(written.read_text(encoding="utf-8"))


def found(document: dict[str, Any]) -> dict[str, list[tuple[str, str | None]]]:
    """Return check -> tier and money of what it found."""
    told: dict[str, list[tuple[str, str | None]]] = {}
    for one in document["findings"]:
        money = one["money"]["point"] if one["money"] else None
        told.setdefault(one["check"], []).append((one["tier"], money))
    return told


def test_each_oddity_is_told_once_and_to_the_kopeck(audited: tuple[Path, dict[str, Any]]) -> None:
    told = found(audited[1])
    # 50 above the monthly fee
    assert told["invoice_arithmetic"] == [("fact", "50.00")]
    # nobody agreed on a fee for setting up; its VAT of 40 is inside of the 240
    assert told["rates_and_terms"] == [("fact", "200.00")]
    # the changed price, the credited line and the calls over both midnights are as agreed
    assert set(told) <= {"invoice_arithmetic", "rates_and_terms"}


def test_what_is_provable_is_the_sum_and_below_the_invoice(
    audited: tuple[Path, dict[str, Any]],
) -> None:
    money = {name: Decimal(value) for name, value in audited[1]["money"].items()}
    assert money["provable"] == Decimal("250.00")
    steps = ("provable", "likely", "at_risk_low", "at_risk", "at_risk_high", "billed")
    assert [money[step] for step in steps] == sorted(money[step] for step in steps)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_card_that_contradicts_itself_is_refused_with_its_clause(
    audited: tuple[Path, dict[str, Any]], code: str, capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    text = (audited[0] / "agreements" / "alpha.odcs.yaml").read_text(encoding="utf-8")
    (tmp_path / "vendoreval.yaml").write_text("client: Buyer\ncurrency: RUB\n", encoding="utf-8")
    wrong = tmp_path / "agreements" / "alpha.odcs.yaml"
    wrong.parent.mkdir()
    wrong.write_text(
        text.replace("2026-10-16", "2026-10-20", 1).replace("RUB", "ROUBLES", 1), encoding="utf-8"
    )
    assert run(["audit", str(tmp_path), "--period", "2026-10", "--no-pdf", "--lang", code]) == 3
    err = capsys.readouterr().err
    assert "rateCard" in err or "currency" in err
    assert "Traceback" not in err
