"""What data answers, from files that were received, against figures counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import start_world as world

import vendoreval as ve
from vendoreval.period import Period
from vendoreval.pilot import PilotTerms, pilot_plan, pilot_split
from vendoreval.pilot.files import write_plan, write_split
from vendoreval.starting import Onboarding, limits_due, record_review
from vendoreval.starting.limit_measures import measured
from vendoreval.starting.limits import limits_register
from vendoreval.text import language
from vendoreval.vendor_start import Start
from vendoreval.workspace import Workspace

ON = date(2026, 11, 2)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Three good working days over a weekend, a roster, and an invoice of three minutes."""
    made = world.make(tmp_path_factory.mktemp("start") / "acme")
    # the log of Thursday 22 comes on Friday, of Friday on Monday, of Monday on Tuesday
    for day, came in ((22, 23), (23, 26), (26, 27)):
        world.receive(made, f"calls_202610{day}.csv", world.calls(day), world.morning(came))
    world.receive(made, "roster.csv", ["agent_id,hired_on", "A1,2026-01-12"], world.morning(27))
    invoice = ["invoice_id,line,period_start,period_end,unit,quantity,unit_price,amount",
               "I1,1,2026-10-01,2026-10-31,talk_minute,6,10.00,60.00"]  # fmt: skip
    world.receive(made, "invoice_202610.csv", invoice, world.morning(31))
    return made


def said(found: Onboarding, item: str, code: str = "en") -> tuple[str, str]:
    """Return state and sentence of an item that data answers."""
    one = found[item]
    assert one.by_data is not None
    return one.state, language(code).say(one.by_data.sentence)


def test_data_answers_what_was_received(workspace: Workspace) -> None:
    found = ve.onboarding(workspace, "alpha", on=ON)

    assert said(found, "agreement_lints_clean")[0] == "done"
    assert said(found, "agreement_in_force")[0] == "done"
    assert said(found, "rate_card_complete")[1].endswith("talk_minute")
    # Friday, Monday and Tuesday are three working days in a row
    assert said(found, "sample_passed_three_days")[0] == "done"
    # three calls of 61 s are two minutes each
    assert said(found, "sample_invoice_agrees") == (
        "done", "2026-10: expected RUB\u00a060.00, billed RUB\u00a060.00, difference RUB\u00a00.00",
    )  # fmt: skip
    assert said(found, "roster_complete")[1] == "agents who called, all of them in the roster: 1"
    assert said(found, "recordings_equal_calls")[1] == "answered calls 3, recordings 3"
    assert said(found, "dispositions_mapped")[0] == "done"
    assert said(found, "limits_disclosed")[0] == "done"
    # the other working days of October lack their log
    assert said(found, "reports_on_time")[0] == "open"
    assert "missing or empty" in said(found, "reports_on_time")[1]


def test_a_vendor_that_reports_nothing_is_told_so(tmp_path: Path) -> None:
    found = ve.onboarding(world.make(tmp_path / "acme"), "alpha", on=ON)

    for item in ("sample_passed_three_days", "roster_complete", "sample_invoice_agrees"):
        state, sentence = said(found, item)
        assert state == "open"
        assert "so far" in sentence
    assert "пока ничего не прислано" in said(found, "reports_on_time", "ru")[1]


def test_each_departure_opens_its_item_again(tmp_path: Path) -> None:
    made = world.make(tmp_path / "acme")
    world.receive(made, "roster.csv", ["agent_id,hired_on", "A1,2026-01-12"], world.morning(26))
    world.receive(made, "calls_20261022.csv", world.calls(22, agent="A9"), world.morning(23))
    # one call without a recording; the next day has a code that nobody agreed
    world.receive(made, "calls_20261023.csv", world.calls(23, recording=""), world.morning(26))
    world.receive(made, "calls_20261026.csv", world.calls(26, disposition="maybe"),
                  world.morning(27))  # fmt: skip
    # the invoice asks for a minute more than the two answered calls are
    invoice = ["invoice_id,line,period_start,period_end,unit,quantity,unit_price,amount",
               "I1,1,2026-10-01,2026-10-31,talk_minute,5,10.00,50.00"]  # fmt: skip
    world.receive(made, "invoice_202610.csv", invoice, world.morning(31))

    found = ve.onboarding(made, "alpha", on=ON)

    assert said(found, "roster_complete")[1].endswith("1 of 2, such as A9")
    assert said(found, "recordings_equal_calls") == ("open", "answered calls 2, recordings 1")
    assert said(found, "dispositions_mapped") == (
        "open", "cells with a code that the agreement does not know: 1",
    )  # fmt: skip
    assert said(found, "sample_passed_three_days")[1].endswith("of 3: calls 2")
    assert "difference RUB\u00a010.00" in said(found, "sample_invoice_agrees")[1]
    assert found["sample_invoice_agrees"].state == "open"


def test_an_agreement_that_ends_before_the_pilot_blocks(tmp_path: Path) -> None:
    made = world.make(tmp_path / "acme")
    plan = pilot_plan(
        PilotTerms(target=0.2, unacceptable=0.1, vendors=("alpha",), leads_a_day=1,
                   starts_on=date(2026, 11, 9), maturing_days=400)
    )  # fmt: skip
    write_plan(plan, made.folder / "onboarding" / "alpha" / "pilot" / "plan.json")

    found = ve.onboarding(made, "alpha", on=ON)

    state, sentence = said(found, "agreement_in_force")
    assert state == "blocked"
    assert "30 September 2027" in sentence
    assert said(found, "pilot_planned")[0] == "done"
    assert said(found, "pilot_split")[0] == "open"
    ended = ve.onboarding(made, "alpha", on=date(2027, 10, 1))
    assert said(ended, "agreement_in_force") == ("blocked", "it ended on 30 September 2027")


def test_a_split_that_is_too_small_or_was_edited_is_told(tmp_path: Path) -> None:
    made = world.make(tmp_path / "acme")
    pilot = made.folder / "pilot"
    leads = pd.DataFrame({"lead_id": [f"L{n}" for n in range(40)]})
    split = pilot_split(leads, ("alpha", "beta"), 5)
    plan = pilot_plan(PilotTerms(target=0.2, unacceptable=0.1, vendors=("alpha", "beta")))
    write_split(split, leads, pilot)
    write_plan(plan, pilot / "plan.json")

    state, sentence = said(ve.onboarding(made, "alpha", on=ON), "pilot_split")
    assert (state, sentence.partition(",")[0]) == ("open", "leads dealt: 40")
    assert said(ve.onboarding(made, "alpha", on=ON), "pilot_verdict")[0] == "open"
    assert "alpha, beta" in said(ve.onboarding(made, "gamma", on=ON), "pilot_planned")[1]

    key = pilot / "key.csv"
    key.write_text(key.read_text().replace(",alpha,", ",beta,", 1))
    state, sentence = said(ve.onboarding(made, "alpha", on=ON), "pilot_split")
    assert state == "open"
    assert sentence.startswith("data cannot tell: ")
    assert "in another arm" in sentence


def test_a_broken_agreement_leaves_everything_standing(tmp_path: Path) -> None:
    made = world.make(tmp_path / "acme", world.AGREEMENT.replace('price: "10.00"', "price: x"))

    found = ve.onboarding(made, "alpha", on=ON)

    assert said(found, "agreement_lints_clean")[1].startswith(
        "problems: 1; the first, at $.customProperties[0].value[0].price"
    )
    assert said(found, "rate_card_complete")[0] == "open"
    assert not found.gate("G1").is_open


def test_a_limit_is_due_until_it_is_reviewed(workspace: Workspace) -> None:
    start = Start(workspace, "alpha")
    assert start.agreement is not None
    due = limits_due(start.limits, start.ledger, "alpha", "2026-10", start.agreement)

    assert [one.limit.id for one in due] == ["base"]
    value = due[0].value
    # three logs came, each by ten of the next working morning
    assert value is not None
    assert value.value == pytest.approx(3 / value.n)
    assert value.n >= 20
    assert limits_due(start.limits, start.ledger, "alpha", "2026-09", start.agreement) == ()

    record_review(start.ledger, "alpha", "base", "Kept for a quarter", who="I. Orlova",
                  at=date(2026, 11, 3), next_on=date(2027, 1, 31))  # fmt: skip

    again = Start(workspace, "alpha")
    assert limits_due(again.limits, again.ledger, "alpha", "2026-11", again.agreement) == ()
    later = limits_due(again.limits, again.ledger, "alpha", "2027-01", again.agreement)
    assert [one.limit.reviews[0].decision for one in later] == ["Kept for a quarter"]


def test_limits_are_tested_by_measures_of_the_call_log(workspace: Workspace) -> None:
    start = Start(workspace, "alpha")
    names = {"connect_rate", "dials", "conversion", "cost_per_rpc", "nonsense"}

    found = measured(start.ledger, "alpha", Period.parse("2026-10"), names, start.agreement)

    # three of six dials were answered; nothing was sold, and no one knows the leads
    assert found["connect_rate"].value == 0.5
    assert found["dials"].value == 6
    assert found["conversion"].value is None
    assert "nonsense" not in found


def test_the_register_names_what_a_limit_lacks_and_what_stands_twice(tmp_path: Path) -> None:
    made = world.make(tmp_path / "acme")
    own = made.folder / "onboarding" / "alpha" / "limits.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(
        "limits:\n- {id: hours, by: vendor, topic: hours, limit: No calls at night, "
        "measure: luck}\n"
    )
    start = Start(made, "alpha")

    lacking = [language("en").say(what) for what in start.limits[1].lacks()]

    assert lacking == [
        "an alternative", "a decision", "a review date",
        "a measure of the catalogue instead of luck",
    ]  # fmt: skip
    own.write_text(own.read_text().replace("id: hours", "id: base"))
    with pytest.raises(ve.AgreementError, match="base stands twice"):
        limits_register(start.agreement, own)
