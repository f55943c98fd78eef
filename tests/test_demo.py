"""The demo workspace: the same each time, honest where it says so, odd where it says so."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from vendoreval.agreement import Agreement, load_agreement
from vendoreval.settings import FILE_NAME, load_settings
from vendoreval.simulation import DemoTruth, Scheme, write_demo
from vendoreval.tables import CONVERSATION

MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
VENDORS = ("akvilon", "beryoza", "delta", "granat", "vektor")
REPORTS = ("calls", "agent_days", "funnel", "sales", "invoice")
BAD_STARTS = "31.02.2026 25:61:00"
Row = dict[str, str]


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> DemoTruth:
    return write_demo(tmp_path_factory.mktemp("demo") / "acme", small=True)


@cache
def agreement(folder: Path, vendor: str) -> Agreement:
    return load_agreement(folder / "agreements" / f"{vendor}.odcs.yaml")


@cache
def rows(folder: Path, vendor: str, stem: str, month: str) -> tuple[Row, ...]:
    """Read a file by its agreement, with canonical headers and codes; slips stay as written."""
    signed = agreement(folder, vendor)
    schema = signed.reports["invoice_lines" if stem == "invoice" else stem]
    place = folder / "client" if vendor == "client" else folder / "inbox" / vendor
    path = place / (f"{stem}.csv" if stem == "roster" else f"{stem}_{month}.csv")
    names = {header: column.name for column in schema.columns for header in column.headers}
    text = path.read_text(encoding=schema.dialect.encodings[0])
    reader = csv.reader(text.splitlines(), delimiter=schema.dialect.delimiter or ",")
    header = [names[name] for name in next(reader)]
    found = [dict(zip(header, cells, strict=True)) for cells in reader]
    for column in schema.columns:
        for row in found:
            if column.codes and row.get(column.name):
                row[column.name] = column.codes.get(row[column.name], row[column.name])
    return tuple(found)


def seconds(text: str) -> int:
    parts = [int(part) for part in text.split(":")]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


def instant(text: str) -> datetime:
    return datetime.strptime(text, "%d.%m.%Y %H:%M:%S" if text[2] == "." else "%Y-%m-%d %H:%M:%S")


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def busy(row: Row) -> tuple[datetime, datetime]:
    """When the person is taken by a call: ringing, talk, hold and notes."""
    start = instant(row["started_at"])
    parts = ("ring_seconds", "talk_seconds", "hold_seconds", "wrap_seconds")
    return start, start + timedelta(seconds=sum(seconds(row[part]) for part in parts))


def sound_calls(folder: Path, vendor: str, month: str) -> list[Row]:
    return [
        row
        for row in rows(folder, vendor, "calls", month)
        if row["started_at"] != BAD_STARTS and row["talk_seconds"] != "-1"
    ]


def overlaps(folder: Path, vendor: str, month: str) -> Counter[str]:
    """Count for each person the calls that start before the one before has ended."""
    taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in sound_calls(folder, vendor, month):
        taken[row["agent_id"]].append(busy(row))
    found: Counter[str] = Counter()
    for agent, spans in taken.items():
        spans.sort()
        found[agent] += sum(later[0] < sooner[1] for sooner, later in pairwise(spans))
    return +found


def scheme(truth: DemoTruth, vendor: str, kind: str) -> Scheme:
    (found,) = (one for one in truth.of(vendor) if one.kind == kind)
    return found


def allowed(folder: Path, vendor: str, month: str, campaign: str) -> Decimal:
    """Work the rate card out again, by hand, call by call: minutes to four decimals."""
    (item,) = agreement(folder, vendor).rate_card
    first, step = Decimal(item.first_increment_seconds), Decimal(item.next_increment_seconds)
    total = Decimal(0)
    for row in sound_calls(folder, vendor, month):
        if row["campaign_id"] != campaign or row["disposition"] not in CONVERSATION:
            continue
        spoken = Decimal(seconds(row["talk_seconds"]) + seconds(row["hold_seconds"]))
        beyond = max(spoken - first, Decimal(0))
        total += first + (beyond / step).to_integral_value(ROUND_CEILING) * step
    return (total / 60).quantize(Decimal("0.0001"), ROUND_HALF_UP)


# ------------------------------------------------------------------ the folder


def test_the_same_seed_writes_the_same_bytes(truth: DemoTruth, tmp_path: Path) -> None:
    def digest(folder: Path) -> dict[str, str]:
        return {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    write_demo(tmp_path / "again", small=True)
    write_demo(tmp_path / "other", small=True, seed=1)
    first, other = digest(truth.folder), digest(tmp_path / "other")
    assert digest(tmp_path / "again") == first
    # only a sale of the last days, recorded in the next month, may make one file more
    assert {name.rpartition("/")[2] for name in other.keys() ^ first.keys()} <= {
        "client_sales_2026-11.csv"
    }
    assert other["inbox/vektor/calls_2026-10.csv"] != first["inbox/vektor/calls_2026-10.csv"]


def test_every_file_is_there(truth: DemoTruth) -> None:
    folder = truth.folder
    for vendor in VENDORS:
        names = {f"{stem}_{month}.csv" for stem in REPORTS for month in MONTHS} | {"roster.csv"}
        assert {path.name for path in (folder / "inbox" / vendor).iterdir()} == names
    assert {path.name for path in (folder / "client").iterdir()} >= {
        f"{stem}_{month}.csv" for stem in ("leads", "client_sales") for month in MONTHS
    }
    assert (truth.periods, truth.vendors, truth.last_period) == (MONTHS, VENDORS, "2026-10")


def test_settings_and_agreements_load(truth: DemoTruth) -> None:
    settings = load_settings(truth.folder / FILE_NAME)
    assert (settings.currency, settings.timezone, settings.language) == (
        "RUB", "Europe/Moscow", "en",
    )  # fmt: skip
    assert settings.ceiling_of() == Decimal(8000)
    cards = set()
    for vendor in VENDORS:
        (item,) = agreement(truth.folder, vendor).rate_card
        cards.add((item.unit, item.first_increment_seconds, item.next_increment_seconds))
    assert cards == {("talk_minute", 60, 60), ("talk_minute", 1, 1), ("talk_minute", 6, 6)}
    assert agreement(truth.folder, "granat").title == "Granat Line"
    assert set(agreement(truth.folder, "client").reports) == {"leads", "client_sales"}


def test_the_truth_lies_beside_the_workspace(truth: DemoTruth) -> None:
    value = json.loads((truth.folder / "truth.json").read_text(encoding="utf-8"))
    assert [(one["vendor"], one["kind"]) for one in value["schemes"]] == [
        (one.vendor, one.kind) for one in truth.schemes
    ]
    assert value["calls"] == truth.calls


def test_the_size_is_as_promised(truth: DemoTruth) -> None:
    for vendor in VENDORS:
        counts = [len(rows(truth.folder, vendor, "calls", month)) for month in MONTHS]
        assert sum(counts) == truth.calls[vendor]
        assert all(800 < count < 1_700 for count in counts), (vendor, counts)
        assert len(rows(truth.folder, vendor, "roster", "")) >= 8


# ------------------------------------------------------------------ honest work


@pytest.mark.parametrize("vendor", ["akvilon", "beryoza", "delta", "vektor"])
def test_nobody_is_in_two_calls_at_once(truth: DemoTruth, vendor: str) -> None:
    for month in MONTHS:
        assert overlaps(truth.folder, vendor, month) == Counter()


@pytest.mark.parametrize("vendor", ["vektor", "granat", "beryoza", "delta"])
def test_an_invoice_is_the_card_applied_to_the_log(truth: DemoTruth, vendor: str) -> None:
    (item,) = agreement(truth.folder, vendor).rate_card
    for month in MONTHS:
        lines = rows(truth.folder, vendor, "invoice", month)
        assert [line["campaign_id"] for line in lines] == ["smb-2026", "retail-2026"]
        for line in lines:
            minutes = allowed(truth.folder, vendor, month, line["campaign_id"])
            net = (minutes * item.price).quantize(Decimal("0.01"), ROUND_HALF_UP)
            vat = (net * item.vat_rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert number(line["quantity"]) == minutes
            assert (number(line["unit_price"]), number(line["amount"])) == (item.price, net)
            assert number(line["vat_amount"]) == vat


def test_each_billed_call_of_the_log_follows_the_card(truth: DemoTruth) -> None:
    calls = rows(truth.folder, "granat", "calls", "2026-10")
    assert {seconds(row["billed_seconds"]) % 60 for row in calls} == {0}
    for row in calls:
        spoken = seconds(row["talk_seconds"]) + seconds(row["hold_seconds"])
        if row["disposition"] in CONVERSATION:
            assert 0 <= seconds(row["billed_seconds"]) - spoken < 60
        else:
            assert seconds(row["billed_seconds"]) == 0


def test_daily_totals_are_sums_of_the_log(truth: DemoTruth) -> None:
    dials: Counter[tuple[str, str]] = Counter()
    talk: Counter[tuple[str, str]] = Counter()
    for row in rows(truth.folder, "vektor", "calls", "2026-09"):
        key = (row["agent_id"], row["started_at"][:10])
        dials[key] += 1
        talk[key] += int(row["talk_seconds"])
    days = rows(truth.folder, "vektor", "agent_days", "2026-09")
    assert {(d["agent_id"], d["date"]): int(d["dials"]) for d in days} == dials
    assert {(d["agent_id"], d["date"]): int(d["talk_seconds"]) for d in days} == talk


def test_every_call_goes_to_a_company_handed_over_before(truth: DemoTruth) -> None:
    handed = {
        row["lead_id"]: (row["vendor"], row["phone"], row["handed_on"])
        for month in ("2026-04", *MONTHS)
        for row in rows(truth.folder, "client", "leads", month)
    }
    for row in rows(truth.folder, "vektor", "calls", "2026-06"):
        vendor, phone, on = handed[row["lead_id"]]
        assert (vendor, phone) == ("vektor", row["phone"])
        assert on <= row["started_at"][:10]
    assert all(phone.startswith("7975") and len(phone) == 11 for _, phone, _ in handed.values())


def known_sales(truth: DemoTruth) -> list[Row]:
    months = (*MONTHS, "2026-11")
    paths = [truth.folder / "client" / f"client_sales_{month}.csv" for month in months]
    found = [m for m, path in zip(months, paths, strict=True) if path.exists()]
    return [row for m in found for row in rows(truth.folder, "client", "client_sales", m)]


def claims(truth: DemoTruth, vendor: str) -> list[Row]:
    return [row for month in MONTHS for row in rows(truth.folder, vendor, "sales", month)]


@pytest.mark.parametrize("vendor", ["akvilon", "beryoza", "granat", "vektor"])
def test_every_claimed_sale_is_known_within_days(truth: DemoTruth, vendor: str) -> None:
    known = {row["lead_id"]: row for row in known_sales(truth) if row["vendor"] == vendor}
    claimed = {row["lead_id"]: row for row in claims(truth, vendor)}
    assert claimed.keys() == known.keys() and claimed
    for lead, row in claimed.items():
        lag = instant(known[lead]["sold_at"]) - instant(row["sold_at"])
        assert timedelta(0) < lag < timedelta(days=5)


def test_most_sales_survive_and_are_paid(truth: DemoTruth) -> None:
    sold = known_sales(truth)
    assert 0.88 < sum(not row["cancelled_at"] for row in sold) / len(sold) < 0.99
    assert all(bool(row["paid_at"]) == bool(row["paid_amount"]) for row in sold)


def test_the_qualifier_sells_nothing_and_others_sell_on_that_work(truth: DemoTruth) -> None:
    (person,) = scheme(truth, "vektor", "qualifier").agents
    roles = {row["agent_id"]: row["role"] for row in rows(truth.folder, "vektor", "roster", "")}
    assert roles[person] == "qualifier"
    assert Counter(roles.values())["qualifier"] == 1
    sold = claims(truth, "vektor")
    assert person not in {row["agent_id"] for row in sold}
    touched = {
        row["lead_id"]
        for month in MONTHS
        for row in rows(truth.folder, "vektor", "calls", month)
        if row["agent_id"] == person
    }
    assert touched & {row["lead_id"] for row in sold}


def test_the_honest_vendor_has_nothing_planted_but_a_look_alike(truth: DemoTruth) -> None:
    assert all(one.honest for one in truth.of("vektor"))


# ------------------------------------------------------------------ what was planted


def test_talk_without_outcome_grows_at_one_vendor_only(truth: DemoTruth) -> None:
    def mean(vendor: str, months: tuple[str, ...]) -> float:
        talk = [
            seconds(row["talk_seconds"])
            for month in months
            for row in rows(truth.folder, vendor, "calls", month)
            if row["disposition"] in {"refusal", "callback", "interested", "quote_sent"}
        ]
        return sum(talk) / len(talk)

    growth = {v: mean(v, MONTHS[2:]) / mean(v, MONTHS[:2]) for v in ("granat", "vektor")}
    assert growth["granat"] > 1.25
    assert 0.85 < growth["vektor"] < 1.15
    planted = scheme(truth, "granat", "stretched_talk")
    assert planted.since == "2026-07" and planted.seconds > 0
    assert planted.money == (planted.seconds * Decimal("39.50") / 60).quantize(Decimal("0.01"))


def test_two_calls_at_once_belong_to_the_named_persons(truth: DemoTruth) -> None:
    planted = scheme(truth, "granat", "two_calls_at_once")
    found: Counter[str] = Counter()
    for month in MONTHS:
        here = overlaps(truth.folder, "granat", month)
        assert bool(here) == (month >= planted.since), month
        found += here
    assert set(found) == set(planted.agents)
    assert sum(found.values()) >= planted.count > 20


def test_the_closer_without_sales_is_there_and_works(truth: DemoTruth) -> None:
    (person,) = scheme(truth, "granat", "closer_without_sales").agents
    roster = {row["agent_id"]: row["role"] for row in rows(truth.folder, "granat", "roster", "")}
    assert roster[person] == "closer"
    assert person not in {row["agent_id"] for row in claims(truth, "granat")}
    assert sum(
        row["agent_id"] == person and row["disposition"] in CONVERSATION
        for month in MONTHS
        for row in rows(truth.folder, "granat", "calls", month)
    ) > 100  # fmt: skip


def test_one_invoice_asks_for_more_than_its_log(truth: DemoTruth) -> None:
    planted = scheme(truth, "akvilon", "invoice_above_log")
    (item,) = agreement(truth.folder, "akvilon").rate_card
    total = Decimal(0)
    for month in MONTHS:
        for line in rows(truth.folder, "akvilon", "invoice", month):
            minutes = allowed(truth.folder, "akvilon", month, line["campaign_id"])
            excess = number(line["amount"]) - minutes * item.price
            share = excess / (minutes * item.price)
            if month < planted.since:
                assert excess == 0
            else:
                assert Decimal("0.055") < share < Decimal("0.065")
            total += excess
    assert total == planted.money > 0


def bank(truth: DemoTruth, vendor: str) -> list[dict[str, Row]]:
    """Return the snapshots in order, each by company."""
    by_day: dict[datetime, dict[str, Row]] = defaultdict(dict)
    for month in MONTHS:
        for row in rows(truth.folder, vendor, "funnel", month):
            by_day[instant(row["snapshot_on"] + " 00:00:00")][row["lead_id"]] = row
    return [by_day[day] for day in sorted(by_day)]


@pytest.mark.parametrize("vendor", VENDORS)
def test_only_declined_companies_leave_only_one_bank(truth: DemoTruth, vendor: str) -> None:
    snapshots = bank(truth, vendor)
    assert len(snapshots) == 12
    gone = [
        before[lead]["stage"]
        for before, after in pairwise(snapshots)
        for lead in before.keys() - after.keys()
    ]
    if vendor == "beryoza":
        assert set(gone) == {"lost", "junk"}
        assert len(gone) == scheme(truth, "beryoza", "bank_deletions").count
    else:
        assert gone == []


def test_the_bank_counts_attempts_and_never_forgets_a_stage(truth: DemoTruth) -> None:
    final = {"won", "lost", "junk"}
    for before, after in pairwise(bank(truth, "vektor")):
        for lead, row in before.items():
            assert int(after[lead]["attempts"]) >= int(row["attempts"])
            if row["stage"] in final:
                assert after[lead]["stage"] == row["stage"]


def test_one_vendor_closes_companies_after_one_dial(truth: DemoTruth) -> None:
    def closed_at_once(vendor: str) -> int:
        last = bank(truth, vendor)[-1].values()
        return sum(r["stage"] == "no_answer_closed" and r["attempts"] == "1" for r in last)

    planted = scheme(truth, "delta", "closed_after_first_touch")
    assert closed_at_once("delta") == planted.count > 100
    assert [closed_at_once(v) for v in VENDORS if v != "delta"] == [0, 0, 0, 0]


def test_one_vendor_claims_sales_nobody_knows(truth: DemoTruth) -> None:
    known = {row["lead_id"] for row in known_sales(truth)}
    unknown = [row for row in claims(truth, "delta") if row["lead_id"] not in known]
    assert len(unknown) == scheme(truth, "delta", "unknown_sales").count > 0


@pytest.mark.parametrize("vendor", VENDORS)
def test_slips_are_few_and_where_they_are_said_to_be(truth: DemoTruth, vendor: str) -> None:
    slips = sum(
        bool({BAD_STARTS, "???", "-1"} & set(row.values()))
        for month in MONTHS
        for row in rows(truth.folder, vendor, "calls", month)
    )
    planted = [one.count for one in truth.of(vendor) if one.kind == "bad_rows"]
    assert [slips] == (planted or [0])
