"""The checklist as data, a company's own, and what people's words come to."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import start_world as world
from hypothesis import given, settings
from hypothesis import strategies as st

import vendoreval as ve
from vendoreval.cli import run
from vendoreval.starting import ANSWERS, GATES, Answer, Signature, load_checklist
from vendoreval.starting.known import DataAnswer
from vendoreval.starting.onboarding import state_of
from vendoreval.starting.signatures import STATES, standing
from vendoreval.text import Bilingual, msg

ON = date(2026, 11, 2)


def test_the_library_holds_thirteen_blocks_in_both_languages() -> None:
    made = load_checklist()

    assert [block.number for block in made.blocks] == list(range(1, 14))
    assert {item.gate for item in made.items()} == set(GATES)
    assert {i.answered_by for i in made.items() if i.answered_by} == set(ANSWERS)
    for item in made.items():
        for text in (item.question, item.why, item.evidence):
            assert re.search("[а-яё]", Bilingual(text).half("ru")), text
            assert not re.search("[а-яё]", Bilingual(text).half("en")), text
    law = {item.jurisdiction for item in made.items()}
    assert law == {None, "eu", "ru", "us"}
    named = " ".join(item.question + item.why for item in made.items())
    for rule in ("GDPR", "152-FZ", "38-FZ", "TCPA", "TSR"):
        assert rule in named


def test_a_company_changes_adds_and_leaves_out(tmp_path: Path) -> None:
    own = tmp_path / "checklist.yaml"
    own.write_text(
        "extends: vendoreval\njurisdictions: [ru]\nleave_out: [insurance]\nblocks:\n"
        "- id: money\n  items:\n  - {id: clawback, due_days: -45}\n"
        "  - {id: guarantee, question: A guarantee?, why: W, evidence: E, owner: both, "
        "due_days: -1, gate: G1, blocking: true}\n"
    )
    library, made = load_checklist(), load_checklist(own)

    assert made.item("clawback").due_days == -45
    assert made.item("clawback").mark == library.item("clawback").mark
    assert made.item("guarantee").blocking
    names = {item.id for item in made.items()}
    assert "insurance" not in names
    assert "gdpr_basis" not in names
    assert "ru_38_consent" in names
    assert made.digest != library.digest


def test_everything_wrong_in_a_companys_file_is_told_at_once(tmp_path: Path) -> None:
    own = tmp_path / "checklist.yaml"
    own.write_text("extends: vendoreval\nleave_out: [insurence]\nblocks: money\n")
    with pytest.raises(ve.AgreementError) as told:
        load_checklist(own)
    assert len(told.value.problems) == 2

    own.write_text(world.OWN.replace("gate: G0", "gate: G7").replace("due_days: 5", "due: 5"))
    with pytest.raises(ve.AgreementError) as told:
        load_checklist(own)
    assert len(told.value.problems) >= 3

    own.write_text(world.OWN.replace("id: three", "id: two"))
    with pytest.raises(ve.AgreementError, match="two stands twice"):
        load_checklist(own)


def said(who: str, state: str, number: int, *, settles: bool = False, mark: str = "m") -> Signature:
    at = datetime(2026, 11, 2, 8, number % 60, tzinfo=UTC)
    answer = Answer("one", state, mark, "why")  # type: ignore[arg-type]  # one of STATES
    return Signature(answer, who, at, number, settles)


def test_two_persons_who_sign_alike_both_stand() -> None:
    found = standing([said("Orlova", "done", 1), said("Petrov", "done", 2)], "m")

    assert (found.state, found.disputed) == ("done", False)
    assert [one.who for one in found.standing] == ["Orlova", "Petrov"]


def test_persons_who_differ_are_shown_until_one_settles_it() -> None:
    words = [said("Orlova", "done", 1), said("Petrov", "blocked", 2)]
    found = standing(words, "m")

    assert (found.state, found.disputed, len(found.standing)) == ("blocked", True, 2)
    # the same person saying something else is no disagreement
    assert standing([*words, said("petrov", "done", 3)], "m").state == "done"
    assert standing([*words, said("Ivanova", "done", 3, settles=True)], "m").state == "done"
    # a word after the settlement counts again
    later = [*words, said("Ivanova", "done", 3, settles=True), said("Petrov", "open", 4)]
    assert standing(later, "m").disputed


def test_words_about_an_older_wording_do_not_count_and_are_not_lost() -> None:
    found = standing([said("Orlova", "done", 1, mark="old")], "m")

    assert found.state == "open"
    assert [one.who for one in found.outdated] == ["Orlova"]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(STATES), st.booleans(), st.booleans())
    )
)
def test_an_item_is_done_only_when_nobody_stands_against_it(
    words: list[tuple[str, str, bool, bool]],
) -> None:
    given_words = [
        said(who, state, n, settles=settles, mark="old" if old else "m")
        for n, (who, state, settles, old) in enumerate(words)
    ]
    found = standing(given_words, "m")

    assert {one.number for one in found.outdated} == {
        one.number for one in given_words if one.answer.mark == "old"
    }
    states = {one.answer.state for one in found.standing}
    assert found.disputed == (len(states) > 1)
    if found.state == "done":
        assert states == {"done"}
    if "blocked" in states:
        assert found.state == "blocked"


def test_nobody_signs_as_done_what_data_does_not_find_done() -> None:
    item = load_checklist().item("roster_complete")
    open_by_data = DataAnswer("open", msg("no"))
    signed = standing([said("Orlova", "done", 1)], "m")
    excused = standing([said("Orlova", "not_applicable", 1)], "m")

    assert state_of(item, open_by_data, signed) == "open"
    assert state_of(item, open_by_data, excused) == "not_applicable"
    assert state_of(item, DataAnswer("done", msg("yes")), standing([], "m")) == "done"


def test_a_gate_opens_when_its_blocking_items_are_done_and_not_before(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = world.make(tmp_path / "acme")
    (made.folder / "onboarding").mkdir()
    (made.folder / "onboarding" / "checklist.yaml").write_text(world.OWN)
    words = ["onboard", "alpha", "-w", str(made.folder), "--on", str(ON), "--no-pdf"]

    assert run([*words, "--answer", "two=done", "--by", "I. Orlova"]) == 0
    found = ve.onboarding(made, "alpha", on=ON)
    # its own blocking item is done, but the gate before it is shut
    assert [gate.is_open for gate in found.gates] == [False] * 6
    assert found["one"].overdue  # nine days before 1 October
    assert not found["three"].is_settled

    assert run([*words, "--answer", "one=not_applicable", "--by", "I. Orlova"]) == 3
    assert "--note" in capfd.readouterr().err
    assert run([*words, "--answer", "four=done", "--by", "I. Orlova"]) == 3
    assert run([*words, "--answer", "one=done"]) == 3
    assert run([*words, "--answer", "one=not_applicable", "--note", "one owner", "--by", "P."]) == 0
    found = ve.onboarding(made, "alpha", on=ON)
    assert [gate.is_open for gate in found.gates] == [True] * 6

    assert run([*words, "--answer", "one=blocked", "--note", "no papers", "--by", "Q."]) == 0
    found = ve.onboarding(made, "alpha", on=ON)
    assert [one.item.id for one in found.disputed] == ["one"]
    assert not found.gate("G0").is_open
    written = (made.folder / "onboarding" / "alpha" / "checklist.md").read_text()
    assert "no papers" in written
    assert "one owner" in written
    assert made.ledger.verify() == []
    out = capfd.readouterr().out
    assert "Answers that differ" in out

    assert run(["onboard", "status", "-w", str(made.folder), "--lang", "ru"]) == 0
    page = (made.folder / "onboarding" / "status.html").read_text()
    assert "Alpha Contact" in page
    assert "<script" not in page


@pytest.mark.parametrize("name", ["../alpha", "client", "", "a/b", "."])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    made = world.make(tmp_path / "acme")

    with pytest.raises(ve.AgreementError):
        ve.onboarding(made, name)


def test_a_vendor_without_an_agreement_can_begin(tmp_path: Path) -> None:
    found = ve.onboarding(world.make(tmp_path / "acme"), "beta", on=ON)

    assert found.starts_on is None
    assert {one.due_on for one in found.items} == {None}
    assert found["agreement_lints_clean"].state == "open"
    assert found.to_json()["blocks"][0]["items"][0]["why"]
    assert "<table>" in found._repr_html_()
    assert len(found.to_frame()) == len(found.items)
