"""The verdict out of a client's own books: a demo company, and owners of a real CRM."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from vendoreval.cli import run
from vendoreval.pilot import PilotTerms, pilot_plan, pilot_split, pilot_verdict
from vendoreval.pilot.files import write_plan, write_split
from vendoreval.simulation import write_demo

TRIAL = ("akvilon", "beryoza")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo whose leads of September were dealt by a split; only the client's files are in."""
    folder = tmp_path_factory.mktemp("trial") / "acme"
    write_demo(folder, small=True)
    for vendor in (folder / "inbox").iterdir():
        shutil.rmtree(vendor)
    path = folder / "client" / "leads_2026-09.csv"
    table = pd.read_csv(path, dtype="string")
    for other in folder.glob("client/leads_*"):
        if other != path:
            other.unlink()
    split = pilot_split(table, TRIAL, 17, strata=["segment"], holdout_share=0.1)
    arms = split.table.set_index("lead_id")["arm"]
    table["vendor"] = table["lead_id"].map(arms)
    table[table["vendor"] != "holdout"].to_csv(path, index=False)
    write_split(split, table, folder / "pilot")
    plan = pilot_plan(PilotTerms(target=0.04, unacceptable=0.015, vendors=TRIAL, design="looks",
                                 maturing_days=21))  # fmt: skip
    write_plan(plan, folder / "pilot" / "plan.json")
    assert run(["ingest", str(folder)]) in (0, 1)
    return folder


def test_the_command_counts_what_the_books_hold(
    workspace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["pilot", "verdict", str(workspace), "--pilot", str(workspace / "pilot"), "--plan",
             str(workspace / "pilot" / "plan.json"), "--on", "2026-11-20"]  # fmt: skip
    capfd.readouterr()
    assert run([*words, "--vendor", "akvilon", "--json"]) == 0
    found = json.loads(capfd.readouterr().out)
    leads = pd.read_csv(workspace / "client" / "leads_2026-09.csv", dtype="string")
    mine = leads[leads["vendor"] == "akvilon"].set_index("lead_id")["handed_on"]
    sold = set()
    for path in workspace.glob("client/client_sales_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["lead_id"] in mine.index and not row["cancelled_at"]:
                    handed = date.fromisoformat(mine[row["lead_id"]])
                    if 0 <= (date.fromisoformat(row["sold_at"][:10]) - handed).days <= 21:
                        sold.add(row["lead_id"])
    assert (found["matured"], found["sales"]) == (len(mine), len(sold))
    assert found["handed"] == found["matured"] > 30
    assert run([*words, "--vendor", "akvilon", "--lang", "ru"]) == 0
    out = capfd.readouterr().out
    assert "не сообщил ни об одном звонке" in out and "неделя 1" in out
    assert run([*words, "--vendor", "delta", "--lang", "en"]) == 3
    assert "one of: akvilon, beryoza" in capfd.readouterr().err


@pytest.mark.material
@pytest.mark.real
def test_two_owners_of_a_real_crm_as_vendors_on_trial(material: Path) -> None:
    """One owner sells; the other sold one of 1,013 deals."""
    deals = pd.read_csv(material / "data" / "school_crm_2023_24" / "deals_raw.csv.gz",
                        dtype="string")  # fmt: skip
    day = {name: pd.to_datetime(deals[name], dayfirst=True, errors="coerce")
           for name in ("Created Time", "Closing Date")}  # fmt: skip
    deals = deals.assign(handed_on=day["Created Time"].dt.date, lead_id=deals["Id"])
    won = deals["Stage"].eq("Payment Done").fillna(False)
    deals["sold_on"] = day["Closing Date"].dt.date.where(won & day["Closing Date"].notna())
    deals = deals.dropna(subset=["lead_id", "handed_on"]).drop_duplicates("lead_id")
    plan = pilot_plan(PilotTerms(target=0.04, unacceptable=0.02, vendors=("one", "two"),
                                 maturing_days=60))  # fmt: skip
    said = {}
    for arm, owner in (("one", "Charlie Davis"), ("two", "Diana Evans")):
        own = deals[deals["Deal Owner Name"] == owner]
        said[arm] = pilot_verdict(plan, arm, own, date(2024, 6, 30))
    assert said["one"].decision == "sells"
    assert said["two"].decision == "does_not"
    assert said["two"].leads_read < said["two"].matured
