"""The expected invoice: every clause, worked out by hand, beside what was billed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invoice_world import OCTOBER, World, calls, line, of_kind, sale, says

from vendoreval.ledger import Ledger

TIERS = {
    "kind": "graduated", "steps": [{"price": "10", "up_to": "2"}, {"price": "8", "up_to": "5"},
                                   {"price": "5"}],
}  # fmt: skip


def D(text: str) -> Decimal:
    return Decimal(text)


def test_a_line_as_agreed_says_so_and_adds_up(world: World) -> None:
    world.post("calls", calls([61, 119]))
    world.post("invoice_lines", [line(4, vat_rate="0.20", vat_amount="8")])
    made = world.expected(
        {"first_increment_seconds": 60, "next_increment_seconds": 60, "vat_rate": "0.20"}
    )
    (row,) = made.rows
    assert (row.actual_quantity, row.expected_seconds) == (D("3"), 240)
    assert (row.expected_quantity, row.expected_price) == (D("4.0000"), D("10"))
    assert (row.expected_amount, row.expected_vat, row.expected_net) == (D("40"), D("8"), D("40"))
    assert (row.billed_net, row.billed_vat, row.difference) == (D("40"), D("8"), D("0"))
    assert says(row) == "as agreed"
    total = made.total("RUB")
    assert (total.expected_gross, total.billed_gross, total.difference) == (D("48"), D("48"), 0)
    assert made.invoices == ("I-1",)


def test_minutes_above_the_log_and_a_dearer_price_are_told(world: World) -> None:
    world.post("calls", calls([60] * 100))
    world.post("invoice_lines", [line(110, "10.50")])
    (row,) = world.expected({}).rows
    assert row.difference == D("155.00")
    assert "10.00 units more than the reports support" in says(row)
    assert "a higher price than the card" in says(row)
    assert "больше" in says(row, "ru")


def test_the_tolerance_of_the_card_is_told_and_the_difference_stays(world: World) -> None:
    world.post("calls", calls([60] * 100))
    world.post("invoice_lines", [line("100.5")])
    (row,) = world.expected({"invoice_tolerance": {"relative": "0.01"}}).rows
    assert row.is_tolerated and row.difference == D("5.00")
    assert "inside the tolerance" in says(row)


def test_work_of_a_campaign_that_was_not_billed_is_to_the_clients_favour(world: World) -> None:
    world.post("calls", calls([60] * 3, campaign_id="a") + calls([60], day=6, campaign_id="b"))
    world.post("invoice_lines", [line(3, campaign_id="a")])
    billed, unbilled = world.expected({}).rows
    assert (billed.campaign_id, billed.difference) == ("a", 0)
    assert (unbilled.campaign_id, unbilled.difference) == ("b", D("-10.00"))
    assert says(unbilled) == "in the reports and not on the invoice"


def test_a_price_change_in_the_month_is_priced_by_the_day_of_each_call(world: World) -> None:
    # 21:30 UTC of the 14th is 00:30 of the 15th in Moscow
    late = [calls([60], day=14)[0] | {"started_at": datetime(2026, 10, 14, 21, 30)}]
    world.post("calls", calls([60] * 2, day=3) + late)
    world.post("invoice_lines", [line(2, "10"), line(1, "12", number=2)])
    made = world.expected(
        {"valid_to": "2026-10-15"}, {"price": "12", "valid_from": "2026-10-15"}
    )  # fmt: skip
    assert [(r.expected_quantity, r.expected_price, r.difference) for r in made.rows] == [
        (D("2.0000"), D("10"), 0), (D("1.0000"), D("12"), 0),
    ]  # fmt: skip


def test_graduated_steps_are_one_row_each(world: World) -> None:
    world.post("calls", calls([60] * 7))
    world.post("invoice_lines", [line(7, "10")])
    made = world.expected({"price": "10", "tiers": TIERS})
    assert [(r.expected_quantity, r.expected_price, r.expected_amount) for r in made.rows] == [
        (D("2.0000"), D("10"), D("20")), (D("3.0000"), D("8"), D("24")),
        (D("2.0000"), D("5"), D("10")),
    ]  # fmt: skip
    assert made.total().expected_net == D("54.00")
    assert made.total().difference == D("16.00")


def test_whole_volume_steps_price_all_units_alike(world: World) -> None:
    world.post("calls", calls([60] * 5))
    whole = TIERS | {"kind": "whole_volume"}
    (row,) = world.expected({"price": "10", "tiers": whole}).rows
    # the fifth minute is still in the step that ends after five
    assert (row.expected_quantity, row.expected_price, row.expected_amount) == (
        D("5.0000"), D("8"), D("40"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "minutes"), [("call", "1000"), ("day", "168"), ("invoice", "167")]
)
def test_rounding_each_call_a_day_or_the_whole(world: World, scope: str, minutes: str) -> None:
    world.post("calls", calls([10] * 500, day=2) + calls([10] * 500, day=3))
    rounding = {"first_increment_seconds": 60, "next_increment_seconds": 60, "round_scope": scope}
    (row,) = world.expected(rounding).rows
    assert row.expected_quantity == D(minutes)


def test_a_minimum_of_the_month_is_raised_and_prorated(world: World) -> None:
    world.post("calls", calls([60] * 10, day=20))
    world.post("invoice_lines", [line(10), line(1, "1450.00", number=2, unit="fixed")])
    card = {"valid_from": "2026-10-17", "minimum_commitment": {"amount": "3100"}}
    made = world.expected(card)
    (row,) = of_kind(made, "minimum")
    # 15 of 31 days: 1,500 less the 100 charged
    assert (row.expected_amount, row.billed_amount, row.difference) == (
        D("1400.00"),
        D("1450"),
        D("50"),
    )
    assert "1,500.00" in says(row) and "15 of 31 days" in says(row)
    unprorated = card | {"minimum_commitment": {"amount": "3100", "prorated": False}}
    assert of_kind(world.expected(unprorated), "minimum")[0].expected_amount == D("3000")
    units = {"minimum_commitment": {"quantity": "25"}}
    (row,) = of_kind(world.expected(units), "minimum")
    assert (row.expected_quantity, row.expected_price) == (D("15.0000"), D("10"))
    assert of_kind(world.expected({"minimum_commitment": {"amount": "100"}}), "minimum") == []


def test_a_cap_takes_off_what_lies_above(world: World) -> None:
    world.post("calls", calls([60] * 10))
    (row,) = of_kind(world.expected({"cap": {"amount": "70"}}), "cap")
    assert row.expected_amount == D("-30")
    assert says(row).endswith("a credit the invoice does not give")
    (row,) = of_kind(world.expected({"cap": {"quantity": "8"}}), "cap")
    assert (row.expected_quantity, row.expected_amount) == (D("-2.0000"), D("-20"))
    assert of_kind(world.expected({"cap": {"amount": "100"}}), "cap") == []


def test_a_minimum_is_of_a_month_and_is_not_guessed_for_a_week(world: World) -> None:
    world.post("calls", calls([60]))
    made = world.expected(
        {"minimum_commitment": {"amount": "100"}}, period="2026-10-05..2026-10-11"
    )
    (row,) = of_kind(made, "minimum")
    assert row.expected_amount is None and row.difference is None
    assert "calendar months" in says(row)
    assert made.total().unknown == 1


def test_a_setup_fee_is_due_once(world: World) -> None:
    world.post("calls", calls([60]))
    world.post("invoice_lines", [line(1), line(1, "500", number=2, unit="fixed")])
    begun = world.expected({"valid_from": "2026-10-01", "setup_fee": "500"})
    assert of_kind(begun, "setup_fee")[0].difference == 0
    again = world.expected({"valid_from": "2026-09-01", "setup_fee": "500"})
    (row,) = of_kind(again, "unlisted")
    assert row.difference == D("500")
    assert "was due once, on 1 September 2026" in says(row)


def test_connection_fees_are_rows_of_their_own(world: World) -> None:
    answered = {"answered_at": datetime(2026, 10, 5, 9)}
    world.post("calls", calls([60, 2, 0]) + calls([0], day=6, **answered))
    made = world.expected({"connect_fee": "0.50", "free_seconds": 0})
    (fee,) = of_kind(made, "connect_fee")
    # the call answered for less than a second owes it too, the one nobody answered does not
    assert (fee.expected_quantity, fee.expected_amount) == (D("3"), D("1.50"))


def test_units_without_a_clock(world: World) -> None:
    rows = calls([60, 0, 30, 90], lead_id="l1")
    for row, outcome in zip(rows, ("refusal", "no_answer", "lead", "lead"), strict=True):
        row["disposition"] = outcome
    world.post("calls", [*rows, *calls([5], day=7, disposition="test")])
    made = world.expected(
        {"unit": "dial", "price": "2"}, {"unit": "contact", "price": "20"},
        {"unit": "lead", "price": "300"},
    )  # fmt: skip
    # tests are no dials; two calls that end in the same lead are one lead
    assert [(r.unit, r.expected_quantity) for r in made.rows] == [
        ("dial", D("4")), ("contact", D("3")), ("lead", D("1")),
    ]  # fmt: skip


def agent_day(agent: str, day: int, seconds: int, **fields: Any) -> dict[str, Any]:
    return {
        "agent_id": agent, "date": date(2026, 10, day), "dials": 1, "conversations": 1,
        "line_seconds": seconds,
    } | fields  # fmt: skip


def test_hours_seats_and_fixed_fees(world: World) -> None:
    days = [agent_day("A1", 1, 5000), agent_day("A1", 2, 4000), agent_day("A2", 1, 3600)]
    world.post("agent_days", days)
    made = world.expected(
        {"unit": "agent_hour", "price": "900", "first_increment_seconds": 900,
         "next_increment_seconds": 900},
        {"unit": "seat_month", "price": "30000"},
        {"unit": "fixed", "price": "31000", "valid_from": "2026-10-11"},
    )  # fmt: skip
    hours, seats, fixed = made.rows
    # 5,400 + 4,500 + 3,600 seconds
    assert (hours.expected_quantity, hours.expected_amount) == (D("3.7500"), D("3375.00"))
    assert hours.actual_quantity == D("3.5000")
    assert (seats.expected_quantity, seats.expected_amount) == (D("2.0000"), D("60000"))
    # 21 of 31 days
    assert (fixed.expected_quantity, fixed.expected_amount) == (D("0.6774"), D("20999.40"))


def test_a_unit_without_its_report_cannot_be_told(world: World) -> None:
    world.post("calls", calls([60]))
    world.post("invoice_lines", [line(1), line(40, "900", number=2, unit="agent_hour")])
    made = world.expected({}, {"unit": "agent_hour", "price": "900"})
    row = made.rows[1]
    assert row.expected_amount is None and row.difference is None
    assert "agent_days" in says(row)
    assert made.total().unknown == 1


def test_hours_for_a_campaign_cannot_be_told_from_daily_totals(world: World) -> None:
    world.post("agent_days", [agent_day("A1", 1, 3600)])
    made = world.expected({"unit": "agent_hour", "campaigns": ["spring"]})
    assert "name no campaign" in says(made.rows[0])


def test_sales_and_the_clawback_of_cancelled_ones(world: World) -> None:
    world.post("sales", [sale(n, date(2026, 10, 1 + n)) for n in range(5)])
    world.post("sales", [sale(n, date(2026, 9, 20)) for n in (20, 21, 22)], period="2026-09")
    world.post("leads", [{"lead_id": f"l{n}", "handed_on": date(2026, 9, 1)} for n in range(30)],
               period="2026-09")  # fmt: skip

    def client(n: int, sold: date, cancelled: date | None) -> dict[str, Any]:
        at = None if cancelled is None else datetime.combine(cancelled, datetime.min.time())
        return sale(n, sold) | {"cancelled_at": at}

    rows = [
        client(0, date(2026, 10, 1), None),
        client(1, date(2026, 10, 2), date(2026, 10, 30)),  # inside 30 days
        client(20, date(2026, 9, 20), date(2026, 10, 20)),  # on the thirtieth day
        client(21, date(2026, 9, 20), date(2026, 10, 21)),  # a day late
        client(22, date(2026, 9, 20), date(2026, 9, 29)),  # came back in September
        client(25, date(2026, 10, 2), date(2026, 10, 5)),  # the vendor never claimed it
    ]
    world.post("client_sales", rows, period="2026-09..2026-10")
    world.post("invoice_lines", [line(5, "900", unit="sale")])
    made = world.expected(
        {"unit": "sale", "price": "900", "clawback": {"days": 30, "share": "0.5"}}
    )
    charge, back = made.rows
    assert (charge.expected_quantity, charge.difference) == (D("5"), 0)
    assert (back.expected_quantity, back.expected_price) == (D("-2"), D("450.0"))
    assert back.difference == D("900.00")
    assert {f.report: f.quantity for f in made.figures} == {
        "invoice_lines": 5, "sales": 5, "client_sales": 3,
    }  # fmt: skip


def test_late_and_missing_reports_lower_the_line(world: World) -> None:
    world.post("calls", calls([60] * 100), received_at=datetime(2026, 11, 2, tzinfo=UTC))
    late = {"late_report_credit": {"share": "0.01", "reports": ["agent_days"]}}
    (row,) = of_kind(world.expected(late), "late_report_credit")
    # agent_days never came: each of its units is missing
    assert row.expected_quantity is not None and row.expected_quantity < 0
    assert row.expected_price == D("10.00")
    assert "missing" in says(row)
    money = {"late_report_credit": {"amount": "5000", "maximum_share": "0.1"}}
    (row,) = of_kind(world.expected(money), "late_report_credit")
    assert row.expected_amount == D("-100.00")
    assert "ends at 0.1" in says(row)


def test_bonus_and_malus_take_the_largest_step_that_holds(world: World) -> None:
    outcomes = calls([60] * 6) + calls([0] * 4, day=6, disposition="no_answer")
    world.post("calls", outcomes)
    steps = [{"measure": "contact_share", "at_least": "0.5", "share": "0.05"},
             {"measure": "contact_share", "at_least": "0.6", "share": "0.1"},
             {"measure": "contact_share", "at_least": "0.7", "share": "0.2"}]  # fmt: skip
    made = world.expected(
        {"bonus": steps, "malus": [{"measure": "review_score", "below": "3", "amount": "100"}]}
    )
    (bonus,) = of_kind(made, "bonus")
    assert (bonus.expected_quantity, bonus.expected_price, bonus.expected_amount) == (
        D("0.1"), D("60.00"), D("6.00"),
    )  # fmt: skip
    assert "contact_share is 0.6" in says(bonus)
    (malus,) = of_kind(made, "malus")
    assert malus.expected_amount is None and "review_score" in says(malus)
    world.post("reviews", [{"review_id": "r1", "call_id": "c", "score": 2.5,
                            "reviewed_at": datetime(2026, 10, 9)}])  # fmt: skip
    (malus,) = of_kind(world.expected({"malus": [
        {"measure": "review_score", "below": "3", "amount": "100"}]}), "malus")  # fmt: skip
    assert malus.expected_amount == D("-100")


def test_two_currencies_are_two_totals(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(10), line(10, "0.10", number=2, unit="dial")])
    made = world.expected({}, {"unit": "dial", "price": "0.10", "currency": "EUR"})
    assert {t.currency: t.expected_net for t in made.totals} == {"EUR": D("1.00"), "RUB": D("100")}
    with pytest.raises(KeyError):
        made.total()


def test_vat_inside_and_outside(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(10, "12")])
    gross = world.expected({"price": "12", "vat_mode": "gross", "vat_rate": "0.20"})
    (row,) = gross.rows
    assert (row.expected_amount, row.expected_vat, row.expected_net) == (120, 20, 100)
    assert (row.billed_vat, row.billed_net, row.difference) == (20, 100, 0)
    exempt = world.expected({"price": "12", "vat_mode": "exempt"})
    assert exempt.total().expected_vat == 0


def test_money_is_rounded_by_line_or_in_total(world: World) -> None:
    world.post("calls", calls([1] * 3))
    price = "0.333"
    lines = world.expected({"unit": "dial", "price": price}, {"unit": "contact", "price": price})
    assert lines.total().expected_net == D("2.00")  # 1.00 + 1.00
    units = [{"unit": u, "price": price, "money_rounding": "total"} for u in ("dial", "contact")]
    assert world.expected(*units).total().expected_net == D("2.00")  # 1.998
    cheap = [{"unit": u, "price": "0.0015", "money_rounding": "total"} for u in ("dial", "contact")]
    assert world.expected(*cheap).total().expected_net == D("0.01")  # 0.009, not 0.00 + 0.00


def test_costs_passed_on_ask_for_a_receipt(world: World) -> None:
    world.post("calls", calls([60] * 10))
    world.post("invoice_lines", [line(10, "0.48", unit="dial")])
    (row,) = world.expected({"unit": "dial", "price": "0.48", "pass_through": {}}).rows
    assert row.kind == "pass_through" and row.difference == 0
    assert "a receipt is to be shown" in says(row)


def test_the_same_total_under_another_rule_is_named_when_chance_cannot_do_it(world: World) -> None:
    talks = [37 + 11 * (n % 29) + n % 7 for n in range(4000)]
    for day in range(4):
        world.post("calls", calls(talks[day::4], day=day + 5), period=f"2026-10-{day + 5:02d}")
    whole = sum(-(-talk // 60) for talk in talks)
    world.post("invoice_lines", [line(whole)])
    card = {"first_increment_seconds": 6, "next_increment_seconds": 6}
    (row,) = world.expected(card).rows
    assert row.expected_seconds == sum(-(-t // 6) * 6 for t in talks)
    assert "the billed quantity is that of: talk + hold, increments 60/60" in says(row)


def test_a_small_total_names_no_rule_for_some_rule_always_meets_it(world: World) -> None:
    talks = [37 + 11 * (n % 29) + n % 7 for n in range(200)]
    world.post("calls", calls(talks))
    world.post("invoice_lines", [line(sum(-(-talk // 60) for talk in talks))])
    card = {"first_increment_seconds": 6, "next_increment_seconds": 6}
    (row,) = world.expected(card).rows
    assert row.difference is not None and row.difference > 0
    assert "the billed quantity is that of" not in says(row)


def test_days_that_begin_at_another_hour_explain_a_total(world: World) -> None:
    edge = datetime(2026, 9, 30, 21)  # midnight of 1 October in Moscow
    rows = [
        {"call_id": f"c{n}", "agent_id": "A1", "talk_seconds": 61 + n % 240,
         "started_at": edge + timedelta(minutes=7 * n - 300), "disposition": "refusal"}
        for n in range(6300)
    ]  # fmt: skip
    for month in ("2026-09", "2026-10"):
        own = [r for r in rows if f"{r['started_at'] + timedelta(hours=3):%Y-%m}" == month]
        world.post("calls", own, period=month)
    shifted = [r for r in rows if edge <= r["started_at"] + timedelta(hours=-3)
               < edge + timedelta(days=31)]  # fmt: skip
    total = D(str(sum(r["talk_seconds"] for r in shifted))) / 60
    world.post("invoice_lines", [line(total.quantize(D("0.0001"), ROUND_HALF_UP))])
    (row,) = world.expected({}).rows
    assert row.difference != 0
    assert "days that begin +3 h from the agreed midnight" in says(row)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    talks=st.lists(st.integers(0, 400), min_size=1, max_size=12),
    price=st.decimals("0.01", "99.99", places=2),
    step=st.sampled_from([1, 6, 60]),
    rate=st.sampled_from(["0", "0.05", "0.20"]),
    mode=st.sampled_from(["net", "gross"]),
)
def test_printed_operands_reproduce_every_printed_amount(
    tmp_path_factory: pytest.TempPathFactory, talks: list[int], price: Decimal, step: int,
    rate: str, mode: str,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("world")
    world = World(Ledger.open(folder / "ledger"), folder)
    world.post("calls", calls(talks))
    made = world.expected(
        {"price": str(price), "first_increment_seconds": step, "next_increment_seconds": step,
         "vat_rate": rate, "vat_mode": mode if rate != "0" else "net"}
    )  # fmt: skip
    cent = D("0.01")
    for row in made.rows:
        assert row.expected_quantity is not None and row.expected_price is not None
        product = row.expected_quantity * row.expected_price
        assert row.expected_amount == product.quantize(cent, ROUND_HALF_UP)
        assert row.expected_seconds == sum(-(-t // step) * step for t in talks)
        assert row.expected_net is not None and row.expected_vat is not None
        whole = row.expected_net + (row.expected_vat if mode == "gross" and rate != "0" else 0)
        assert whole == row.expected_amount
    total = made.total()
    assert total.expected_net == sum(r.expected_net for r in made.rows if r.expected_net)


def test_the_result_shows_itself_in_both_languages(world: World) -> None:
    world.post("calls", calls([60] * 3))
    world.post("invoice_lines", [line(4)])
    made = world.expected({})
    assert repr(made) == (
        "ExpectedInvoice(alpha, 2026-10: 1 lines; RUB expected 30.00, billed 40.00, "
        "difference +10.00)"
    )
    frame = made.to_frame()
    assert frame.loc[0, "difference"] == D("10.00")
    assert frame.loc[0, "invoice_lines"] == "I-1 / 1"
    assert "<table>" in made._repr_html_() and "Причина" in made.to_html("ru")
    plain = made.to_json()
    assert plain["totals"][0]["difference"] == "10.00"
    assert plain["rows"][0]["expected_quantity"] == "3.0000"
    assert made.period == OCTOBER
