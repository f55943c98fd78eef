"""Real bills: an operator's detail and statement of October 2017, a school's calls of 2023-24.

What is asserted is counted from the files: see the notes on their origin beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

import vendoreval as ve
from check_world import ask, call, item, scope_of
from vendoreval.agreement import load_agreement
from vendoreval.checks import invoice_arithmetic, rounding_rule
from vendoreval.errors import DeliveryError
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.invoicing import PrintedTotal, printed_totals
from vendoreval.ledger import Ledger
from vendoreval.rating.charges import infer_charges
from vendoreval.tables import TABLES
from vendoreval.text import language

pytestmark = [pytest.mark.material, pytest.mark.real]
AGREEMENTS = Path(__file__).parent / "agreements"


def checked(path: Path, agreement: str) -> Iterator[ValidationReport]:
    report = validate(read_delivery(path, load_agreement(AGREEMENTS / f"{agreement}.odcs.yaml")))
    yield report
    report.discard()


@pytest.fixture(scope="module")
def detail(material: Path) -> Iterator[ValidationReport]:
    folder = material / "data" / "rostelecom_bill_2017_10"
    yield from checked(folder / "detail_per_call.xlsx", "rostelecom_calls")


@pytest.fixture(scope="module")
def statement(material: Path) -> Iterator[ValidationReport]:
    folder = material / "data" / "rostelecom_bill_2017_10"
    yield from checked(folder / "statement_with_subtotals.xlsx", "rostelecom_invoice")


@pytest.fixture(scope="module")
def totals(statement: ValidationReport) -> tuple[PrintedTotal, ...]:
    return printed_totals(statement)


def lines(report: ValidationReport) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in report.accepted_files])


def voice(report: ValidationReport) -> pl.DataFrame:
    kind = pl.col("description")
    # outgoing calls, short messages left out
    return lines(report).filter(kind.str.starts_with("Исх. "))


def test_every_started_minute_and_three_seconds_free(detail: ValidationReport) -> None:
    assert detail.ok
    rules = {one.group: one for one in ve.infer_rules(detail, by="campaign_id")}
    own = rules["Исходящий на своего"].inference
    assert (own.n, own.best.share, own.is_explained) == (780, 1.0, True)
    rule = own.best.rule
    assert (rule.steps, rule.rounding, rule.free_seconds) == ("60/60", "up", 3)
    assert rule.minimum_seconds == 0 and own.rivals == ()
    incoming = rules["Бесплатный входящий"].inference
    assert (incoming.n, incoming.best.rule.steps, incoming.best.share) == (230, "1/1", 1.0)
    # where the bill has too few calls of a kind no rule is claimed
    few = rules["Исходящий на Мегафон"]
    assert not few.inference.is_explained
    assert language("en").say(few.describe()).startswith("too few calls to tell a rule: 1;")


def test_rounding_triples_the_calls_within_the_network(detail: ValidationReport) -> None:
    rows = lines(detail).filter(pl.col("campaign_id") == "Исходящий на своего")
    card = [{
        "unit": "talk_minute", "price": "1", "currency": "RUB", "valid_from": "2017-01-01",
        "first_increment_seconds": 60, "next_increment_seconds": 60, "free_seconds": 3,
    }]  # fmt: skip
    rated = ve.rate(rows, card, timezone="Asia/Yekaterinburg")
    (total,) = rated.totals
    assert round(total.talk_seconds / 60, 1) == 249.8
    assert (total.quantity, total.billed_seconds) == (754, 754 * 60)
    assert rated.states == {"as_rated": 780}


def test_the_charged_lines_follow_started_minutes(statement: ValidationReport) -> None:
    rows = voice(statement)
    charges = infer_charges([int(q) for q in rows["quantity"]], rows["amount"].to_list())
    assert charges is not None and charges.is_explained
    assert charges.rule.steps == "60/60" and charges.rule.free_seconds == 0
    assert [p.price for p in charges.prices][:2] == [Decimal("1.5"), Decimal("0.75")]
    assert charges.n == 446
    assert round(charges.talk_seconds / 60, 1) == 658.8
    assert charges.counted_seconds == 897 * 60
    assert round(charges.uplift, 2) == 0.36


def test_all_printed_totals_reconcile(totals: tuple[PrintedTotal, ...]) -> None:
    sections = [t for t in totals if t.label.startswith("Итого")]
    assert len(sections) == 19
    for total in sections:
        assert total.meanings[0] == "lines" and total.agrees, total
        assert (total.sums["quantity"], total.sums["amount"]) == total.printed[1:]
    subscribers = [t for t in totals if t.label.startswith("Всего по абоненту")]
    assert len(subscribers) == 10 and all(t.agrees for t in subscribers)
    (grand,) = [t for t in totals if t.label.startswith("Всего по всем")]
    assert grand.agrees
    assert grand.printed == (Decimal(1743), Decimal("1994.20"))
    assert grand.sums["amount"] == Decimal("1994.20")


def test_766_calls_are_one_call(totals: tuple[PrintedTotal, ...]) -> None:
    first = next(t for t in totals if t.label.startswith("Всего по абоненту"))
    assert "Звонков" in first.label and first.printed[0] == 766
    assert first.meanings[0] == "lines"
    assert dict(first.composition) == {
        "GPRS-Интернет": 760, "Входящее СМС": 5, "Исх. на др. мобильные": 1,
    }  # fmt: skip


def test_a_total_that_does_not_add_up_is_seen(
    material: Path, tmp_path: Path, totals: tuple[PrintedTotal, ...]
) -> None:
    folder = material / "data" / "rostelecom_bill_2017_10"
    book = openpyxl.load_workbook(folder / "statement_with_subtotals.xlsx")
    sheet = book.worksheets[0]
    assert sheet["Y836"].value == "2.25"
    sheet["Y836"] = "3.25"
    book.save(tmp_path / "statement_with_subtotals.xlsx")
    (report,) = list(checked(tmp_path / "statement_with_subtotals.xlsx", "rostelecom_invoice"))
    agreement = load_agreement(AGREEMENTS / "rostelecom_invoice.odcs.yaml")
    report = validate(read_delivery(tmp_path / "statement_with_subtotals.xlsx", agreement))
    wrong = [t for t in printed_totals(report) if not t.agrees]
    assert [(t.row, t.printed[-1], t.sums["amount"]) for t in wrong] == [
        (836, Decimal("3.25"), Decimal("2.2500"))
    ]
    (tmp_path / "statement_with_subtotals.xlsx").write_bytes(b"x")
    with pytest.raises(DeliveryError, match="changed or removed"):
        printed_totals(report)
    report.discard()


def test_a_bill_without_prices_is_not_taken_for_a_wrong_one(
    statement: ValidationReport, tmp_path: Path
) -> None:
    ledger = Ledger.open(tmp_path / "ledger")
    ledger.post(statement)
    (commit,) = ledger.live()
    scope = scope_of({commit.vendor: ()}, period=ve.Period.parse("2017-10"))
    with ledger.engine() as engine:
        small = engine.run(invoice_arithmetic.CHECK.reduce(TABLES, scope)).to_pandas()
    (answer,) = invoice_arithmetic.CHECK.judge(small, scope)
    # 1,743 lines with amounts and neither prices nor numbers: nothing to multiply
    assert (answer.n, answer.evidence, answer.not_run) == (1743, (), None)


def test_the_check_of_the_rounding_finds_the_rule_of_the_bill(detail: ValidationReport) -> None:
    own = lines(detail).filter(pl.col("campaign_id") == "Исходящий на своего")
    # a bill has neither numbers of calls nor outcomes
    calls = [
        call(n, row["started_at"], row["talk_seconds"], billed_seconds=row["billed_seconds"])
        for n, row in enumerate(own.iter_rows(named=True))
    ]
    october = ve.Period.parse("2017-10")
    by_second = {"price": "1", "valid_from": "2017-01-01"}
    scope = scope_of({"alpha": [item(**by_second)]}, period=october)
    (evidence,) = ask(rounding_rule.CHECK, {"calls": calls}, scope)["alpha"].evidence
    said = language("en").say(evidence.condition)
    assert "60/60" in said and "(100.0% of" in said
    # 754 minutes were counted where 249.8 were talked
    assert evidence.observed == 754.0 and round(evidence.expected, 1) == 249.8
    minutes = {"first_increment_seconds": 60, "next_increment_seconds": 60, "free_seconds": 3}
    scope = scope_of({"alpha": [item(**by_second, **minutes)]}, period=october)
    assert ask(rounding_rule.CHECK, {"calls": calls}, scope)["alpha"].evidence == ()


def test_whole_minutes_cost_the_school_nineteen_per_cent(material: Path) -> None:
    path = material / "data" / "school_crm_2023_24" / "calls.csv.gz"
    calls = pl.read_csv(path, infer_schema_length=0).select(
        started_at=pl.lit("2024-01-15 12:00:00").str.to_datetime(),
        talk_seconds=pl.col("Call Duration (in seconds)").cast(pl.Float64).cast(pl.Int64),
    )
    card = {"unit": "talk_minute", "price": "1", "currency": "EUR", "valid_from": "2023-01-01"}
    exact = ve.rate(calls, [card])
    whole = ve.rate(calls, [card | {"first_increment_seconds": 60, "next_increment_seconds": 60}])
    uplift = whole.totals[0].quantity / exact.totals[0].quantity - 1
    assert round(uplift * 100, 1) == Decimal("19.1")
