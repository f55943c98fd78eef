"""Invoices as they should not be: each is told in words, and no sum is invented."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from invoice_world import World, agreement_of, calls, item, line, of_kind, says

from vendoreval.agreement import load_agreement
from vendoreval.agreement.dump import dump_yaml
from vendoreval.agreement.library import compose
from vendoreval.agreement.yaml_file import parse_yaml
from vendoreval.errors import AgreementError, LedgerError
from vendoreval.invoicing import expected_invoice
from vendoreval.text import language


def card_error(tmp_path: Path, *items: dict[str, object], code: str = "en") -> str:
    """Return what is said of an agreement with these lines."""
    with pytest.raises(AgreementError) as caught:
        load_agreement(agreement_file(tmp_path, *items))
    return caught.value.describe(code)


def agreement_file(tmp_path: Path, *items: dict[str, object]) -> Path:
    """Write an agreement with a card of these lines."""
    value = parse_yaml(compose("alpha", ["incidents"]), "x")
    card = {"property": "rateCard", "vendor": "vendoreval", "value": list(items)}
    value.setdefault("customProperties", []).append(card)
    path = tmp_path / "alpha.odcs.yaml"
    path.write_text(dump_yaml(value), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("items", "clause", "words"),
    [
        ([item(), item(valid_from="2026-06-01")],
         "value[1].valid_from", "talk_minute has two prices from 2026-06-01"),
        ([item(campaigns=["a", "b"]), item(campaigns=["b", "c"])],
         "value[1].valid_from", "talk_minute has two prices from 2026-01-01"),
        ([item(valid_to="2026-06-01"), item(valid_from="2026-06-08")],
         "value[1].valid_from", "no price from 2026-06-01 to before 2026-06-08"),
        ([item(currency="RUR")], "value[0].currency", "a currency in use today"),
        ([item(currency="руб")], "value[0].currency", "a three-letter ISO 4217 code"),
        ([item(tiers={"kind": "graduated", "steps": [
            {"price": "10", "up_to": "50"}, {"price": "9", "up_to": "20"}, {"price": "8"}]})],
         "value[0].tiers", "steps in ascending order"),
        ([item(tiers={"kind": "graduated", "steps": [{"price": "10", "up_to": "50"}]})],
         "value[0].tiers", "up_to in every step but the last"),
        ([item(price="11", tiers={"kind": "graduated", "steps": [{"price": "10"}]})],
         "value[0]", "the price of the first step"),
        ([item(minimum_commitment={"amount": "500"}, cap={"amount": "400"})],
         "value[0].cap", "the minimum of a month is 500 and the cap 400"),
        ([item(minimum_commitment={"amount": "500"}, cap={"quantity": "40"})],
         "value[0].cap", "the minimum of a month is 500 and the cap 400"),
        ([item(minimum_commitment={"amount": "500", "quantity": "3"})],
         "value[0].minimum_commitment", "either amount (money) or quantity (units)"),
        ([item(minimum_seconds=90, maximum_seconds=60)],
         "value[0].maximum_seconds", "at least 90 and at most 60 seconds"),
        ([item(unit="sale", first_increment_seconds=60)],
         "value[0].first_increment_seconds", "stands in a line for sale"),
        ([item(clawback={"days": 3, "share": "1"})],
         "value[0].clawback", "stands in a line for talk_minute"),
        ([item(bonus=[{"measure": "conversion", "at_least": "0.02", "share": "0.1"}],
               malus=[{"measure": "conversion", "below": "0.03", "share": "0.1"}])],
         "value[0].malus[0]", "hold for the same value of conversion"),
        ([item(bonus=[{"measure": "conversion", "share": "0.1"}])],
         "value[0].bonus[0]", "exactly one of at_least, above, at_most, below"),
        ([item(bonus=[{"measure": "luck", "at_least": "1", "share": "0.1"}])],
         "value[0].bonus[0].measure", "one of: conversion"),
        ([item(vat_mode="exempt", vat_rate="0.20")],
         "value[0].vat_rate", "exempt from VAT and has a rate"),
        ([item(vat_mode="gross")], "value[0].vat_mode", "includes VAT, and no rate is written"),
        ([item(price="0.1234567")], "value[0].price", "at most 6 decimals"),
        ([item(unit="fixed", price="0", pass_through={})],
         "value[0].pass_through", "passed on without a limit"),
        ([item(billable_dispositions=["SALE"])],
         "value[0].billable_dispositions", "the code SALE is written"),
        ([item(discount="0.1")], "value[0].discount", "unknown key discount"),
        ([item(price=9.5)], "value[0].price", "the amount in quotes"),
        ([item(late_report_credit={"share": "0.01", "reports": ["call"]})],
         "value[0].late_report_credit.reports", "there is no report call"),
    ],
)  # fmt: skip
def test_a_contradictory_card_names_its_clause(
    tmp_path: Path, items: list[dict[str, object]], clause: str, words: str
) -> None:
    said = card_error(tmp_path, *items)
    russian = card_error(tmp_path, *items, code="ru")
    assert clause in said
    assert words in said
    assert words not in russian


def test_every_contradiction_of_a_card_is_told_at_once(tmp_path: Path) -> None:
    said = card_error(
        tmp_path, item(valid_to="2026-06-01", cap={"amount": "5"},
                       minimum_commitment={"amount": "9"}),
        item(valid_from="2026-05-01"), item(unit="dial", minimum_seconds=5),
    )  # fmt: skip
    assert len(said.splitlines()) == 3


def test_a_narrower_or_preferred_line_is_no_contradiction(tmp_path: Path) -> None:
    items = [item(), item(campaigns=["a"]), item(campaigns=["a"], priority=1),
             item(unit="dial", valid_to="2026-03-01"),
             item(unit="dial", valid_from="2026-03-01")]  # fmt: skip
    assert len(load_agreement(agreement_file(tmp_path, *items)).rate_card) == 5


def test_a_gap_that_a_general_line_covers_is_none(tmp_path: Path) -> None:
    items = [item(), item(campaigns=["a"], valid_to="2026-03-01"),
             item(campaigns=["a"], valid_from="2026-09-01")]  # fmt: skip
    assert len(load_agreement(agreement_file(tmp_path, *items)).rate_card) == 3


def test_negative_quantities_and_credit_notes(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(12), line(-2, number=2, invoice_id="CN-1")])
    made = world.expected({})
    (row,) = made.rows
    assert (row.billed_quantity, row.billed_net, row.difference) == (10, 100, 0)
    assert made.invoices == ("CN-1", "I-1")


def test_a_credit_nobody_agreed_on(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(10), line(-5, "900", number=2, unit="sale")])
    (alone,) = of_kind(world.expected({}), "unlisted")
    assert alone.difference == Decimal("-4500")
    assert says(alone) == "a credit the card does not ask for"


def test_a_call_over_a_rate_change_and_over_the_month_belongs_to_its_start(world: World) -> None:
    long = {"talk_seconds": 3600, "agent_id": "A1", "disposition": "refusal"}
    world.post("calls", [
        # in Moscow: 23:50 of the 14th, over the change of price; 23:50 of 31 October
        long | {"call_id": "a", "started_at": datetime(2026, 10, 14, 20, 50)},
        long | {"call_id": "b", "started_at": datetime(2026, 10, 31, 20, 50)},
    ])  # fmt: skip
    # 23:50 of 30 September; its hour lies mostly in October
    world.post("calls", [long | {"call_id": "c", "started_at": datetime(2026, 9, 30, 20, 50)}],
               period="2026-09")  # fmt: skip
    made = world.expected({"valid_to": "2026-10-15"}, {"price": "20", "valid_from": "2026-10-15"})
    assert [(row.expected_price, row.expected_quantity) for row in made.rows] == [
        (Decimal(10), Decimal(60)), (Decimal(20), Decimal(60)),
    ]  # fmt: skip


def test_an_invoice_of_another_period_is_named(world: World) -> None:
    world.post("calls", calls([60] * 10))
    september = {"period_start": date(2026, 9, 1), "period_end": date(2026, 9, 30)}
    world.post("invoice_lines", [line(10, **september)], period="2026-09")
    made = world.expected({})
    assert not made.is_billed
    assert says(made.rows[0]) == "in the reports and not on the invoice"
    assert "the ledger holds invoices of: 2026-09" in made.to_json()["notes"][0]


def test_one_invoice_number_with_two_contents(world: World) -> None:
    world.post("calls", calls([60] * 10))
    september = {"period_start": date(2026, 9, 1), "period_end": date(2026, 9, 30)}
    world.post("invoice_lines", [line(99, **september)], period="2026-09")
    world.post("invoice_lines", [line(10)])
    notes = world.expected({}).to_json()["notes"]
    assert "invoice number I-1 also stands on lines of 2026-09" in notes


def test_another_content_under_the_same_number_is_told_and_nothing_counts_twice(
    world: World,
) -> None:
    world.post("invoice_lines", [line(10)])
    world.post("invoice_lines", [line(12)])
    made = world.expected({})
    assert made.total().billed_net == 120
    assert any("came again with other lines" in note for note in made.to_json()["notes"])
    # a part of the month under a name of its own would count twice: it is refused
    with pytest.raises(LedgerError, match="rows would count twice"):
        world.post("invoice_lines", [line(1, number=9)], period="2026-10-20..2026-10-25")


def test_a_repeated_line_is_told(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(10), line(10, invoice_id="I-2")])
    made = world.expected({})
    assert made.total().difference == Decimal("100")
    assert any("repeats another one" in note for note in made.to_json()["notes"])


def test_amounts_with_three_decimals(world: World) -> None:
    world.post("calls", calls([60]))
    world.post("invoice_lines", [line("1.0125", "9.5", amount="9.619")])
    (row,) = world.expected({"price": "9.5"}).rows
    assert row.billed_amount == Decimal("9.6190")
    assert "9.619 is written, more decimals than the currency has" in says(row)


def test_a_product_that_is_none(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(10, amount="109.99")])
    (row,) = world.expected({}).rows
    assert row.difference == Decimal("9.99")
    assert "quantity × price is RUB\u00a0100.00, written RUB\u00a0109.99" in says(row)


def test_vat_inside_and_outside_mixed(world: World) -> None:
    world.post("calls", calls([60] * 10, campaign_id="a") + calls([60] * 5, 6, campaign_id="b"))
    world.post("invoice_lines", [line(10, campaign_id="a"),
                                 line(5, "12", number=2, campaign_id="b")])  # fmt: skip
    made = world.expected({"vat_rate": "0.20"})
    assert [row.difference for row in made.rows] == [0, 0]
    assert "written with VAT, the card without it" in says(made.rows[1])
    assert made.total().billed_gross == Decimal("180.00")


@pytest.mark.parametrize(
    ("billed", "words"),
    [
        (line(3, "900", unit="sale"), "the card has no line for this unit"),
        (line(3, unit="dial"), "before the card begins, on 1 December 2026"),
        (line(3, unit="contact"), "after the card ended"),
    ],
)
def test_lines_the_card_does_not_hold(
    world: World, billed: dict[str, object], words: str
) -> None:  # fmt: skip
    world.post("calls", calls([60]))
    world.post("invoice_lines", [billed])
    made = world.expected(
        {}, {"unit": "dial", "valid_from": "2026-12-01"},
        {"unit": "contact", "valid_to": "2026-06-01"},
    )  # fmt: skip
    (row,) = of_kind(made, "unlisted")
    assert words in says(row)
    assert row.difference is not None and row.difference > 0


def test_a_line_that_runs_beyond_the_period(world: World) -> None:
    world.post("calls", calls([60]))
    world.post("invoice_lines", [line(1, period_end=date(2026, 11, 14))])
    made = world.expected({})
    assert "runs on to 14 November 2026" in says(made.rows[0])
    assert any("beyond the period" in note for note in made.to_json()["notes"])


def test_rows_that_were_not_accepted_are_told(world: World) -> None:
    world.post("calls", calls([60]), quarantined=7)
    assert any("7 delivered rows were not accepted" in n for n in
               world.expected({}).to_json()["notes"])  # fmt: skip


def test_without_a_card_or_a_vendor(world: World) -> None:
    world.post("calls", calls([60]))
    with pytest.raises(LedgerError, match="no rate card"):
        expected_invoice(world.ledger, "alpha", "2026-10", agreement=agreement_of("alpha"))
    with pytest.raises(LedgerError, match="nothing of beta"):
        expected_invoice(world.ledger, "beta", "2026-10")
    with pytest.raises(ValueError, match="period"):
        expected_invoice(world.ledger, "alpha", "october", agreement=agreement_of("alpha"))


def test_every_reason_can_be_read_in_russian(world: World) -> None:
    world.post("calls", calls([60] * 10), quarantined=2)
    world.post("invoice_lines", [line(12, "10.5", amount="127"), line(3, number=2, unit="sale"),
                                 line(1, "7", number=3, unit="fixed")])  # fmt: skip
    made = world.expected({"cap": {"amount": "50"}}, {"unit": "agent_hour"})
    said = [says(row, "ru") for row in made.rows]
    said += [language("ru").say(note) for note in (*made.notes, *made.sums())]
    for text in said:
        assert "%(" not in text
        assert not [word for word in ("units", "card", "the ", "invoice") if word in text]
