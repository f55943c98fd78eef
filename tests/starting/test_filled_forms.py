"""A form that was filled in, by an honest hand and by others, and what a vendor is sent."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pikepdf
import pytest
import start_world as world
from hypothesis import given, settings
from hypothesis import strategies as st

import vendoreval as ve
from vendoreval.cli import run
from vendoreval.intake import read_delivery, validate
from vendoreval.report.form_reader import read_form
from vendoreval.starting import load_checklist, read_answers
from vendoreval.starting.form import ReadField, field_names, form_code
from vendoreval.vendor_start import Start, read_filled_form, vendor_kit, write_onboarding
from vendoreval.workspace import Workspace

ON = date(2026, 11, 2)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace whose own checklist has three items."""
    made = world.make(tmp_path / "acme")
    (made.folder / "onboarding").mkdir()
    (made.folder / "onboarding" / "checklist.yaml").write_text(world.OWN)
    return made


def printed(workspace: Workspace, code: str = "ru") -> Path:
    """Write the form of alpha and return it."""
    found = ve.onboarding(workspace, "alpha", on=ON)
    return write_onboarding(found, workspace.folder / "onboarding" / "alpha", language=code)[0]


def filled(form: Path, into: Path, values: dict[str, Any], remove: tuple[str, ...] = ()) -> Path:
    """Fill in fields by item, as a PDF reader does, and save the form elsewhere."""
    with pikepdf.open(form) as pdf:
        fields = pdf.Root.AcroForm.Fields
        for place in reversed(range(len(fields))):
            field = fields[place]
            name = str(field.T)
            short = "_".join(p for n, p in enumerate(name.split("_")) if n != 1 or "_" not in name)
            key = name if name.startswith(("head_", "tail_", "form_")) else short
            if key in remove:
                del fields[place]
            elif key in values:
                value = values[key]
                if value is True:
                    on = next(k for k in field.AP.N if k != "/Off")
                    field.V = field.AS = pikepdf.Name(on)
                else:
                    field.V = value
        pdf.save(into)
    return into


def test_a_filled_form_is_read_back_and_counts_once(
    workspace: Workspace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    form = filled(printed(workspace), tmp_path / "back.pdf", {
        "done_one": True, "note_one": "Выписка от 2 ноября",
        "state_two": "not_applicable", "note_two": "Один владелец",
        "note_three": "Позвонить +7 916 123-45-12", "tail_signature": "И. Орлова, 02.11.2026",
    })  # fmt: skip
    words = ["onboard", "alpha", "-w", str(workspace.folder), "--on", str(ON), "--no-pdf",
             "--read", str(form), "--lang", "ru"]  # fmt: skip

    assert run(words) == 3
    assert run([*words, "--by", "И. Орлова"]) == 0
    found = ve.onboarding(workspace, "alpha", on=ON)
    assert [one.state for one in found.items] == ["done", "not_applicable", "open"]
    one = found["one"].said.standing[0]
    assert (one.who, one.answer.note, one.form) == ("И. Орлова", "Выписка от 2 ноября", "back.pdf")
    # a phone in a remark does not get into what nobody can erase
    assert found["three"].said.standing[0].answer.note == "Позвонить +7 9** ***-**-12"
    assert found.gate("G0").is_open
    kept = list((workspace.folder / "onboarding" / "alpha" / "forms").iterdir())
    assert [path.read_bytes() for path in kept] == [form.read_bytes()]

    count = len(workspace.ledger.events())
    assert run([*words, "--by", "И. Орлова"]) == 0
    assert "ничего не изменилось" in capfd.readouterr().out
    assert len(workspace.ledger.events()) == count
    # a second person signs the same form: both stand
    read_filled_form(Start(workspace, "alpha"), form, "П. Петров")
    both = ve.onboarding(workspace, "alpha", on=ON)["one"].said
    assert [s.who for s in both.standing] == ["И. Орлова", "П. Петров"]


def test_fields_removed_retyped_and_strange_are_each_named(
    workspace: Workspace, tmp_path: Path
) -> None:
    form = filled(printed(workspace), tmp_path / "odd.pdf", {
        "done_one": True, "state_one": "blocked", "note_one": "x", "state_two": "blocked",
        "state_three": "perhaps", "tail_signature": "П. Петров",
    }, remove=("note_three",))  # fmt: skip
    with pikepdf.open(form, allow_overwriting_input=True) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if str(field.T).startswith("done_") and str(field.T).endswith("two"):
                field.FT, field.V = pikepdf.Name("/Tx"), "да, конечно"
        extra = pikepdf.Dictionary(FT=pikepdf.Name("/Tx"), T="ninety_nine", V="=cmd()")
        pdf.Root.AcroForm.Fields.append(pdf.make_indirect(extra))
        pdf.save(form)

    reading = read_filled_form(Start(workspace, "alpha"), form, "И. Орлова")

    told = "\n".join(problem.describe("en") for problem in reading.problems)
    assert reading.answers == ()
    assert "contradict each other" in told
    assert "“blocked” is chosen without a reason" in told
    assert "perhaps" in told
    assert "note_" in told
    assert "the field is not in the form" in told
    assert "made another one (text); in it stands: да, конечно" in told
    assert "ninety_nine: no such field was printed; in it stands: =cmd()" in told
    assert "it is signed: П. Петров" in told
    assert len(reading.problems) == 7
    events = workspace.ledger.events("onboarding.form", vendor="alpha")
    assert events[0].body["problems"] == 7
    assert len(events[0].body["named"]) == 7  # type: ignore[arg-type]  # a list
    assert reading.kept.read_bytes() == form.read_bytes()
    assert ve.onboarding(workspace, "alpha", on=ON).count("open") == 3


def test_a_form_of_an_older_checklist_counts_where_the_words_are_the_same(
    workspace: Workspace, tmp_path: Path
) -> None:
    form = filled(printed(workspace), tmp_path / "old.pdf",
                  {"done_one": True, "done_two": True, "done_three": True})  # fmt: skip
    own = workspace.folder / "onboarding" / "checklist.yaml"
    newer = world.OWN.replace("Two?", "Two and signed?").replace("three", "fourth")
    own.write_text(newer.replace("small", "newer"))

    reading = read_filled_form(Start(workspace, "alpha"), form, "I. Orlova")

    assert [answer.item for answer in reading.answers] == ["one"]
    told = "\n".join(problem.describe("en") for problem in reading.problems)
    assert "another checklist, version small; expected version newer" in told
    assert "the item was asked in other words then; in it stands: on" in told
    assert "the item is no longer asked; in it stands: on" in told


def test_a_form_of_another_vendor_and_no_form_are_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    form = printed(workspace)
    with pytest.raises(ve.DeliveryError, match="a form of alpha; expected a form of beta"):
        read_filled_form(Start(workspace, "beta"), form, "I. Orlova")
    plain = tmp_path / "plain.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)
    with pytest.raises(ve.DeliveryError, match="holds no form fields"):
        read_form(plain)
    locked = tmp_path / "locked.pdf"
    with pikepdf.open(form) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(ve.DeliveryError, match="password"):
        read_form(locked)
    with pytest.raises(ve.DeliveryError):
        read_form(tmp_path / "absent.pdf")
    assert workspace.ledger.events("onboarding") == ()


@settings(max_examples=30)
@given(st.binary(max_size=400), st.integers(0, 5000))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int
) -> None:
    path = tmp_path_factory.mktemp("noise") / "form.pdf"
    path.write_bytes(b"%PDF-1.7\n" + noise)
    with pytest.raises(ve.DeliveryError):
        read_form(path)


NAMES = [name for item in load_checklist().items()[:6] for name in field_names(item)]


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(
            ReadField,
            st.sampled_from([*NAMES, "form_code", "strange"]),
            st.sampled_from(["button", "choice", "text", "unknown"]),
            st.sampled_from(["", "on", "-", "blocked", "not_applicable", "words", "a | b | c"]),
        ),
        unique_by=lambda field: field.name,
    )
)
def test_every_filled_field_is_taken_over_or_named(fields: list[ReadField]) -> None:
    made = load_checklist()
    found = read_answers(fields, made, "alpha", "form.pdf")

    told = " ".join(problem.path for problem in found.problems)
    taken = {answer.item for answer in found.answers}
    for field in fields:
        if field.name in NAMES and field.value not in {"", "-"}:
            item = field.name.split("_", 2)[2]
            assert item in taken or item in told
        if field.name == "strange":
            assert "strange" in told
    assert all(a.note for a in found.answers if a.state in {"blocked", "not_applicable"})
    assert form_code("alpha", made).count("|") == 2


def test_the_outputs_hold_every_item_and_no_formula(workspace: Workspace) -> None:
    own = workspace.folder / "onboarding" / "checklist.yaml"
    own.write_text(world.OWN.replace("One?", '"=HYPERLINK(1) / <b>"'))
    found = ve.onboarding(workspace, "alpha", on=ON)
    folder = workspace.folder / "onboarding" / "alpha"

    paths = write_onboarding(found, folder, language="en", pdf=False)

    assert [path.name for path in paths] == [
        "checklist.xlsx", "checklist.md", "checklist.html", "checklist.json",
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(folder / "checklist.xlsx")["Checklist"]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["one", "two", "three"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}
    assert len(sheet.data_validations.dataValidation) == 1
    assert "&lt;b&gt;" in (folder / "checklist.html").read_text()


def test_the_kit_holds_what_a_vendor_needs_and_nothing_of_the_client(
    workspace: Workspace, tmp_path: Path
) -> None:
    other = world.AGREEMENT.replace("Alpha Contact", "Beta Voice").replace("10.00", "12.34")
    (workspace.folder / "agreements" / "beta.odcs.yaml").write_text(other)
    first, second = tmp_path / "kit.zip", tmp_path / "again.zip"

    made = vendor_kit(Start(workspace, "alpha"), first, annex=False)
    vendor_kit(Start(workspace, "alpha"), second, annex=False)

    assert first.read_bytes() == second.read_bytes()
    assert made.without_sample == ()
    with zipfile.ZipFile(first) as archive:
        archive.extractall(tmp_path / "kit")
        whole = b"".join(archive.read(name) for name in archive.namelist())
    for secret in ("Beta Voice", "12.34", "8123.45", "beta"):
        assert secret.encode() not in whole
    for code in ("en", "ru"):
        text = (tmp_path / "kit" / f"README.{code}.md").read_text()
        command = next(line for line in text.splitlines() if line.startswith("vendoreval val"))
        words = command.split()[1:]
        words[1] = str(tmp_path / "kit" / words[1])
        words[3] = str(tmp_path / "kit" / words[3])
        assert run(words) == 0
    agreement = ve.load_agreement(tmp_path / "kit" / "agreement" / "alpha.odcs.yaml")
    for report in agreement.reports:
        assert (tmp_path / "kit" / "templates" / f"{report}.xlsx").exists()
    sample = next((tmp_path / "kit" / "samples").glob("calls*"))
    rows = list(csv.reader(io.StringIO(sample.read_text("utf-8"))))
    assert rows[1][0] == "C1"
    with pytest.raises(ve.AgreementError, match="not empty"):
        vendor_kit(Start(workspace, "alpha"), tmp_path / "kit")
    with pytest.raises(ve.AgreementError, match="no such file"):
        vendor_kit(Start(workspace, "gamma"), tmp_path / "none.zip")


@pytest.mark.material
@pytest.mark.real
def test_a_checklist_for_the_agreement_of_a_real_sheet(material: Path, tmp_path: Path) -> None:
    made = world.make(tmp_path / "acme")
    deals = material / "data" / "school_crm_2023_24" / "deals_raw.csv.gz"
    sheet = tmp_path / "deals.csv"
    pd.read_csv(deals, dtype="string", nrows=400).to_csv(sheet, index=False)
    target = made.folder / "agreements" / "school.odcs.yaml"
    ve.import_agreement(sheet).save(target)
    assert ve.lint_agreement(target) == []

    found = ve.onboarding(made, "school", on=ON)

    assert found["agreement_lints_clean"].state == "done"
    assert found["rate_card_complete"].state == "open"
    kit = vendor_kit(Start(made, "school"), tmp_path / "kit")
    assert {"agreement/annex.pdf", "agreement/annex.docx"} <= set(kit.files)
    assert kit.without_sample == ()
    agreement = ve.load_agreement(target)
    for path in (tmp_path / "kit" / "samples").iterdir():
        checked = validate(read_delivery(path, agreement))
        assert checked.ok
        checked.discard()
