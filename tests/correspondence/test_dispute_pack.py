"""The pack for a vendor: what it claims, what it shows and what it must never show."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from dispute_world import result, rows_of
from pypdf import PdfReader

from vendoreval.auditing.claims import CLAIMED, all_claims
from vendoreval.cli import run
from vendoreval.correspondence import Dispute, dispute_of, read_answers, record_answer, write_pack
from vendoreval.correspondence.answers import read_amount
from vendoreval.correspondence.letter import letter_of, letter_text
from vendoreval.correspondence.pack import free_folder, record_claims
from vendoreval.correspondence.workbooks import write_answers
from vendoreval.errors import AgreementError, DeliveryError
from vendoreval.ledger import Ledger
from vendoreval.report import AuditReport
from vendoreval.text import LANGUAGES

D = Decimal
ON = date(2026, 11, 24)
PHONES = ("9161234567", "916) 123-45-67", "8 (916)")


def test_a_call_is_claimed_once_where_it_is_dearest(dispute: Dispute) -> None:
    # c-2 is worth 12.00 in item 1 and 18.00 in item 2: it stands in item 2
    assert [item.claimed for item in dispute.items] == [D("6.00"), D("21.00"), D(0)]
    assert [item.worth for item in dispute.items] == [D("18.00"), D("27.00"), None]
    assert dispute.claimed == D("27.00")


@pytest.mark.parametrize(("provable", "claimed"), [("10.00", ["6.00", "4.00"]), ("0", ["0", "0"])])
def test_never_more_is_claimed_than_is_provable(provable: str, claimed: list[str]) -> None:
    audit = result()
    object.__setattr__(
        next(v.money for v in audit.vendors if v.vendor == "granat"), "provable", D(provable)
    )
    asked = dispute_of(AuditReport(audit, rows=rows_of), "granat")
    assert [str(item.claimed) for item in asked.items][:2] == [
        str(D(c).quantize(D("0.01"))) if D(c) else str(item.claimed)
        for c, item in zip(claimed, asked.items, strict=False)
    ]
    assert asked.claimed == sum(map(D, claimed))


def test_who_is_not_there_or_has_nothing_to_answer() -> None:
    report = AuditReport(result(), rows=rows_of)
    with pytest.raises(AgreementError, match=r"one of: .*granat"):
        dispute_of(report, "nobody")
    with pytest.raises(AgreementError, match="no finding about vektor"):
        dispute_of(report, "vektor")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_letter_speaks_of_this_vendor_only(code: str) -> None:
    asked = dispute_of(AuditReport(result(code), rows=rows_of, language=code), "granat")
    text = letter_text(letter_of(asked, ON, code))
    amount = {"en": "RUB\xa027.00", "ru": "27,00\xa0₽"}[code]
    assert amount in text and asked.mark in text
    assert {"en": "8 December 2026", "ru": "8 декабря 2026"}[code] in text
    others = [n for v in result(code).vendors if v.vendor != "granat" for n in (v.vendor, v.title)]
    assert not [name for name in others if name.casefold() in text.casefold()]
    assert "other vendors" not in text and "у других подрядчиков" not in text
    # the name stays in its line
    assert not [line for line in text.splitlines() if line.startswith("Bcc:")]
    # no verdict, and money of a pattern is no claim
    assert text.count({"en": "this is a question", "ru": "это вопрос"}[code]) == 1


def test_the_folder(dispute: Dispute, tmp_path: Path, ledger: Ledger) -> None:
    pack = write_pack(dispute, tmp_path / "out" / "granat", on=ON, ledger=ledger, who="I. Orlova")
    names = ["answers.xlsx", "letter.pdf", "letter.txt", "rows.xlsx"]
    assert sorted(p.name for p in pack.folder.iterdir()) == names
    assert [p.name for p in pack.folder.parent.iterdir()] == ["granat"]  # no draft is left
    printed = " ".join(page.extract_text() for page in PdfReader(pack.folder / "letter.pdf").pages)
    assert "{{ 7*7 }}" in printed and dispute.mark in printed
    # every byte of every sheet
    for name in ("rows.xlsx", "answers.xlsx"):
        with zipfile.ZipFile(pack.folder / name) as book:
            content = " ".join(
                book.read(part).decode("utf-8", "replace") for part in book.namelist()
            )
        assert "secret-of-vektor" not in content and "<f>" not in content
        assert "vektor" not in content.casefold()
        assert not [phone for phone in PHONES if phone in content]
    rows = openpyxl.load_workbook(pack.folder / "rows.xlsx")
    assert rows.sheetnames == ["Items", "1", "2", "3"]
    first = list(rows["1"].iter_rows(values_only=True))
    assert len(first) == 3 and "=cmd|' /C calc'!A0" in first[1] and 60 in first[1]
    assert rows["1"].cell(2, 2).data_type == "s"
    total = [
        row
        for row in rows["Items"].iter_rows(values_only=True)
        if row[1] == "In all, each call once"
    ]
    assert total[0][2] == 27
    # an earlier pack is never overwritten
    with pytest.raises(AgreementError, match="not empty"):
        write_pack(dispute, pack.folder, on=ON)
    assert free_folder(pack.folder.parent, "granat").name == "granat-2"


def test_what_is_claimed_is_recorded_once(dispute: Dispute, tmp_path: Path, ledger: Ledger) -> None:
    first = write_pack(dispute, tmp_path / "a", on=ON, ledger=ledger)
    assert first.event is not None and ledger.events() == (first.event,)
    assert record_claims(dispute, ledger, ON, "me") == (first.event, False)
    assert [(c.item, c.amount) for c in all_claims(ledger)] == [
        (1, D("6.00")), (2, D("21.00")), (3, D(0)),
    ]  # fmt: skip


# ------------------------------------------------------------------- answers


@pytest.fixture
def sheet(dispute: Dispute, tmp_path: Path, ledger: Ledger) -> Path:
    """The sheet for the answers, after the pack was claimed."""
    ledger.record_event(CLAIMED, dispute.body(ON), who="me", vendor="granat", period="2026-10")
    return write_answers(dispute, letter_of(dispute, ON, "en"), tmp_path / "answers.xlsx", "en")


def fill(path: Path, *lines: tuple[object, ...]) -> Path:
    """Write answers as the vendor would: answer, amount, reason, who."""
    book = openpyxl.load_workbook(path)
    page = book.active
    assert page is not None
    for number, line in enumerate(lines):
        for place, value in enumerate(line):
            page.cell(6 + number, 5 + place).value = value  # type: ignore[assignment]  # any cell
    book.save(path)
    return path


def test_the_filled_sheet_is_read_back(sheet: Path, ledger: Ledger) -> None:
    fill(sheet, ("accepted", None, "clock of the switch", "P. Petrov"),
         ("возмещено", 20.5, "credit note 17; call +7 916 123-45-67", None))  # fmt: skip
    events = read_answers(ledger, "granat", "2026-10", sheet)
    assert [(e.body["item"], e.body["status"], e.body["amount"], e.who) for e in events] == [
        (1, "accepted", "6.00", "P. Petrov"), (2, "credited", "20.50", "granat"),
    ]  # fmt: skip
    assert events[1].body["reason"] == "credit note 17; call +7 9** ***-**-67"
    # the same sheet again changes nothing
    assert read_answers(ledger, "granat", "2026-10", sheet) == ()
    fill(sheet, ("credited", None, "paid", None))
    assert len(read_answers(ledger, "granat", "2026-10", sheet)) == 1
    claims = {c.item: c.answer for c in all_claims(ledger)}
    assert claims[1] is not None and claims[1].status == "credited" and claims[3] is None


def test_every_wrong_line_is_told_at_once_and_none_is_recorded(sheet: Path, ledger: Ledger) -> None:
    before = len(ledger.records)
    fill(sheet, ("accepted", "twelve", None), ("rejected", None, None), ("perhaps", 1.005, None))
    with pytest.raises(DeliveryError) as caught:
        read_answers(ledger, "granat", "2026-10", sheet)
    said = str(caught.value)
    assert "answers.xlsx @ 6: the amount is twelve" in said
    assert "@ 7: item 2 is rejected without a reason" in said
    assert "@ 8:" in said and len(caught.value.problems) == 3
    assert "сумма" in caught.value.describe("ru")
    assert len(ledger.records) == before


def test_other_files_are_refused(
    sheet: Path, dispute: Dispute, ledger: Ledger, tmp_path: Path
) -> None:
    text = tmp_path / "answers.csv"
    text.write_text("1;accepted\n")
    foreign = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(foreign)
    old = tmp_path / "old.xlsx"
    book = openpyxl.load_workbook(sheet)
    page = book.active
    assert page is not None
    page.cell(2, 1).value = f"granat / 2026-10 / {'0' * 16}"
    book.save(old)
    for path, told in ((text, "the file is"), (foreign, "no sheet bears"), (old, "another pack"),
                       (tmp_path / "none.xlsx", "the system answered")):  # fmt: skip
        with pytest.raises(DeliveryError, match=told):
            read_answers(ledger, "granat", "2026-10", path)
    with pytest.raises(AgreementError, match="no claim was recorded"):
        read_answers(ledger, "granat", "2026-09", sheet)


@pytest.mark.parametrize(
    ("item", "status", "amount", "reason", "told"),
    [
        (1, "credited", D("6.01"), "", "more than item 1 claims"),
        (1, "credited", D("1.005"), "", "two decimals"),
        (1, "accepted", D(-1), "", "the amount is"),
        (1, "rejected", D(1), "why", "rejected with an amount"),
        (1, "rejected", None, " ", "without a reason"),
        (3, "credited", None, "", "credited without an amount"),
        (9, "accepted", None, "", "no item 9"),
        (1, "paid", None, "", "the answer is paid"),
    ],
)  # fmt: skip
def test_answers_that_contradict_themselves(
    sheet: Path, ledger: Ledger, item: int, status: str, amount: D | None, reason: str, told: str
) -> None:
    with pytest.raises(AgreementError, match=told):
        record_answer(ledger, "granat", "2026-10", item, status, amount=amount, reason=reason)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1250.50", "1250.50"), ("1 250,50", "1250.50"), ("1250", "1250"), ("20.5", "20.5"),
     ("1250.5000000000002", "1250.50"), ("0", "0")],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, amount: str) -> None:
    assert read_amount(text, ("f", "1")) == D(amount)


@pytest.mark.parametrize("text", ["-5", "1.005", "1,250.50", "NaN", "1e9", "12 rub", "=1+1", "∞"])
def test_amounts_that_are_none(text: str) -> None:
    with pytest.raises(DeliveryError, match="an amount such as"):
        read_amount(text, ("f", "1"))


# ------------------------------------------------------------------- commands


def test_answers_by_the_command(
    dispute: Dispute, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "vendoreval.yaml").write_text("client: Bank\ncurrency: RUB\ntimezone: Asia/Omsk\n")
    about = ["--vendor", "granat", "--period", "2026-10"]
    assert run(["dispute", "answer", str(folder), "accepted", *about, "--item", "1"]) == 3
    assert "make the pack first" in capfd.readouterr().err
    assert run(["dispute", "show", str(folder)]) == 0
    ledger = Ledger.open(folder / "ledger")
    ledger.record_event(CLAIMED, dispute.body(ON), who="me", vendor="granat", period="2026-10")
    said = ["--item", "2", "--amount", "20.5", "--reason", "note 17", "--on", "2026-11-30"]
    assert run(["dispute", "answer", str(folder), "credited", *about, *said]) == 0
    assert "credited, RUB\xa020.50" in capfd.readouterr().out
    assert ledger.events("dispute.answered")[0].at.isoformat() == "2026-11-30T06:00:00+00:00"
    assert run(["dispute", "show", str(folder), "--lang", "ru"]) == 0
    assert "Заявлено за 2026 год: 27,00\xa0₽; возмещено: 20,50\xa0₽" in capfd.readouterr().out
    for wrong in (["--amount", "NaN"], ["--on", "soon"]):
        assert (
            run(["dispute", "answer", str(folder), "credited", *about, "--item", "2", *wrong]) == 3
        )
    assert run(["dispute", "answer", str(folder), *about]) == 3
    # without a word of ours it is a workspace
    assert run(["dispute", str(folder), *about]) == 3
    assert "there is no agreement" in capfd.readouterr().err
    assert len(ledger.events("dispute.answered")) == 1
