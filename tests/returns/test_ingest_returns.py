"""Ingest as a company meets it: what is posted, reviewed, answered, and said."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from returns_world import SHEETS

from vendoreval import cli
from vendoreval.errors import AgreementError
from vendoreval.ledger import Ledger
from vendoreval.returned import return_stem
from vendoreval.workspace import Workspace

ARRIVED = datetime(2026, 11, 3, 9, tzinfo=UTC).timestamp()
CALLS = "call_id,agent_id,started_at,talk_seconds,disposition,phone\n"
AGREEMENT = """\
apiVersion: v3.2.0
kind: DataContract
id: alpha-reports
version: 1.0.0
status: active
schema:
  - name: calls
    physicalName: "calls_{yyyy}-{MM}-{dd}*"
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: day, column: started_at, timezone: Europe/Moscow}
    properties:
      - {name: call_id, logicalType: string, required: true, primaryKey: true,
         primaryKeyPosition: 1}
      - {name: agent_id, logicalType: string, required: true}
      - {name: started_at, logicalType: timestamp, required: true,
         logicalTypeOptions: {format: "yyyy-MM-dd HH:mm:ss"}}
      - {name: talk_seconds, logicalType: integer, logicalTypeOptions: {minimum: 0}}
      - {name: disposition, logicalType: string, required: true, enum: [{value: refusal}]}
      - {name: phone, logicalType: string, tags: [pii],
         logicalTypeOptions: {pattern: "^7[0-9]{10}$"}}
  - name: agent_days
    physicalName: "agent_days_{yyyy}-{MM}*"
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: month, column: date, timezone: Europe/Moscow}
    quality:
      - id: dials-equal-calls
        name: Dials equal calls
        type: custom
        engine: vendoreval
        implementation: reconcile
        severity: error
        customProperties:
          - property: reconcile
            vendor: vendoreval
            value:
              left: {report: agent_days, measure: sum(dials), by: [agent_id]}
              right: {report: calls, measure: count(*), by: [agent_id]}
    properties:
      - {name: agent_id, logicalType: string, required: true, primaryKey: true,
         primaryKeyPosition: 1}
      - {name: date, logicalType: date, required: true, primaryKey: true, primaryKeyPosition: 2}
      - {name: dials, logicalType: integer, required: true}
"""


def day(on: int, rows: int = 3, more: str = "", talk: int = 60) -> str:
    lines = [
        f"{on}-{n},a{n % 2},2026-10-{on:02d} 1{n}:00:00,{talk},refusal,79161230000\n"
        for n in range(rows)
    ]
    return CALLS + "".join(lines) + more


class Company:
    """A workspace with one vendor, and the command over it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        for name in ("agreements", "inbox/alpha", "client"):
            (folder / name).mkdir(parents=True)
        (folder / "vendoreval.yaml").write_text("client: Acme\ncurrency: RUB\nlanguage: ru\n")
        (folder / "agreements" / "alpha.odcs.yaml").write_text(AGREEMENT)

    def receive(self, name: str, text: str | bytes, vendor: str = "alpha") -> Path:
        path = self.folder / "inbox" / vendor / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        os.utime(path, (ARRIVED, ARRIVED))
        return path

    def ingest(self, *more: object) -> tuple[int, str]:
        self._capsys.readouterr()
        arguments = ["ingest", self.folder, "--lang", "en", *more]
        code = cli.run([str(argument) for argument in arguments])
        said = self._capsys.readouterr()
        return code, said.out + said.err

    def returned(self) -> list[str]:
        folder = self.folder / "returns"
        return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())

    def ledger(self) -> Ledger:
        return Ledger.open(self.folder / "ledger", create=False)


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Company:
    return Company(tmp_path / "acme", capsys)


BAD = "9,a1,yesterday,5,refusal,89161234567\n"


def test_a_delivery_with_faults_is_answered(company):
    company.receive("calls_2026-10-01.csv", day(1))
    company.receive("calls_2026-10-02.csv", day(2, more=BAD))
    code, said = company.ingest()
    assert code == 1
    workbook, letter = sorted(company.returned(), key=lambda name: not name.endswith(".xlsx"))
    assert workbook.startswith("alpha/calls_2026-10-02-") and letter == workbook[:-4] + "txt"
    assert "alpha: calls_2026-10-02.csv (calls 2026-10-02), 3 rows accepted, 1 with faults" in said
    assert f"for the sender: returns/{workbook}, returns/{letter}" in said
    assert "2 new files posted" in said and "nothing was sent" in said
    # the workspace's language, personal values in the workbook only
    text = (company.folder / "returns" / letter).read_text(encoding="utf-8")
    assert text.startswith("Тема: calls_2026-10-02.csv") and "9161234567" not in text
    book = openpyxl.load_workbook(company.folder / "returns" / workbook)
    assert tuple(book.sheetnames) == SHEETS["ru"]
    assert book["Ваш файл"]["F5"].value == "89161234567"
    assert "9161234567" not in said


def test_once_more_changes_nothing(company):
    company.receive("calls_2026-10-02.csv", day(2, more=BAD))
    company.ingest()
    before = {name: (company.folder / "returns" / name).stat().st_mtime_ns
              for name in company.returned()}  # fmt: skip
    code, said = company.ingest()
    assert code == 0 and said == "0 new files posted\n1 file was posted before\n"
    assert before == {name: (company.folder / "returns" / name).stat().st_mtime_ns
                      for name in company.returned()}  # fmt: skip
    assert len(company.ledger().commits) == 1


def test_the_agreement_names_the_language(company):
    place = company.folder / "agreements" / "alpha.odcs.yaml"
    custom = "customProperties:\n  - {property: language, vendor: vendoreval, value: en}\n"
    place.write_text(AGREEMENT + custom)
    company.receive("calls_2026-10-02.csv", day(2, more=BAD))
    company.ingest()
    letter = next(n for n in company.returned() if n.endswith(".txt"))
    assert (company.folder / "returns" / letter).read_text().startswith("Subject: ")


def test_days_without_calls_are_all_received(company):
    # one and the same bytes on each day without calls
    for on in (1, 2, 3):
        company.receive(f"calls_2026-10-{on:02d}.csv", CALLS)
    code, said = company.ingest()
    assert code == 0 and "3 new files posted" in said
    assert [c.period for c in company.ledger().commits] == [
        "2026-10-01", "2026-10-02", "2026-10-03",
    ]  # fmt: skip
    assert "3 files were posted before" in company.ingest()[1]


def test_the_same_bytes_under_another_name_are_asked_about(company):
    company.receive("calls_2026-10-01.csv", day(1))
    company.receive("calls_2026-10-02.csv", day(1))
    _, said = company.ingest()
    assert "1 new file posted" in said and "check which file was meant" in said


def test_a_restatement_says_what_it_changes(company):
    company.receive("calls_2026-10-01.csv", day(1))
    company.ingest()
    company.receive("calls_2026-10-01 corrected.csv", day(1, rows=2, talk=90, more=BAD))
    code, said = company.ingest()
    assert code == 1
    assert "takes the place of delivery 1: accepted rows 3 then, 2 now" in said
    assert "of the earlier rows 1 are no longer there and 2 say something else" in said
    assert "sum of talk_seconds: 180 then, 180 now" not in said
    company.receive("calls_2026-10-01 again.csv", day(1, rows=4, talk=90))
    _, said = company.ingest()
    assert "every earlier row is there as it was; 2 rows are new" in said
    assert "sum of talk_seconds: 180 then, 360 now" in said
    live = company.ledger().live()
    assert [c.file for c in live] == ["calls_2026-10-01 again.csv"]


def test_reports_that_do_not_agree_are_named(company):
    company.receive("calls_2026-10-01.csv", day(1, rows=4))
    company.receive("agent_days_2026-10.csv", "agent_id,date,dials\na0,2026-10-01,2\n"
                                              "a1,2026-10-01,5\n")  # fmt: skip
    code, said = company.ingest()
    assert code == 0
    assert "alpha 2026-10: Dials equal calls: 1 of 2 differs" in said
    assert "Dials" not in company.ingest()[1]


def test_a_refused_file_stops_no_other_and_can_be_posted_even_so(company):
    # both files hold the same calls of one day, under overlapping periods
    place = company.folder / "agreements" / "alpha.odcs.yaml"
    place.write_text(AGREEMENT.replace("every: day", "every: month")
                              .replace("-{dd}*", "*").replace("calls_{yyyy}-{MM}*",
                                                              "calls_{yyyy}-{MM}*"))  # fmt: skip
    company.receive("calls_2026-10.csv", day(1))
    company.ingest()
    place.write_text(AGREEMENT)
    overlapping = company.receive("calls_2026-10-01.csv", day(1))
    company.receive("calls_2026-11-02.csv", CALLS)
    overlapping.write_text(day(1, rows=2))
    os.utime(overlapping, (ARRIVED, ARRIVED))
    code, said = company.ingest()
    assert code == 4 and "rows would count twice" in said
    assert "1 file is refused by the ledger" in said
    assert "1 new file posted" in said and "Traceback" not in said
    assert "1 file was judged by another version" in said
    code, said = company.ingest("--replace", overlapping)
    assert code == 0 and "1 new file posted" in said
    live = {c.file for c in company.ledger().live()}
    assert live == {"calls_2026-10-01.csv", "calls_2026-11-02.csv"}
    assert company.ledger().verify() == []


def test_a_file_to_replace_with_must_be_a_received_one(company):
    company.receive("calls_2026-10-01.csv", day(1))
    code, said = company.ingest("--replace", "/elsewhere/x.csv", "--replace", "y.csv")
    assert code == 3 and "x.csv" in said and "y.csv" in said
    with pytest.raises(AgreementError):
        Workspace.open(company.folder).ingest(replace=["z.csv"])


def test_a_file_that_cannot_be_read_is_answered_with_a_letter(company):
    company.receive("calls_2026-10-01.csv", "\x00\x01" * 500)
    company.receive("calls_2026-10-02.csv", day(2))
    code, said = company.ingest()
    assert code == 2 and "1 file cannot be read" in said and "1 new file posted" in said
    (name,) = company.returned()
    text = (company.folder / "returns" / name).read_text(encoding="utf-8")
    assert text.startswith("Тема: calls_2026-10-01.csv: файл не читается")
    # no folder of the receiver is named
    assert str(company.folder) not in text


def test_a_blank_row_alone_is_not_worth_a_letter(company):
    company.receive("calls_2026-10-01.csv", day(1) + "\n,,,,,\n")
    assert company.ingest()[0] == 0
    assert company.returned() == []


def test_the_audit_of_a_month_holds_what_goes_back_for_it(company):
    company.receive("calls_2026-10-01.csv", day(1, more=BAD))
    company.receive("calls_2026-11-02.csv", day(2, more=BAD).replace("2026-10", "2026-11"))
    company.ingest()
    assert len(company.returned()) == 4
    workspace = Workspace.open(company.folder)
    report = workspace.audit("2026-10", ingest=False)
    written = workspace.write_audit(report, pdf=False)
    stem = return_stem("calls_2026-10-01.csv", company.ledger().commits[0].sha256)
    assert sorted(p.name for p in (written.folder / "returns").iterdir()) == [
        f"alpha-{stem}.txt", f"alpha-{stem}.xlsx",
    ]  # fmt: skip
    # mended: the former answer is no longer part of the audit
    company.receive("calls_2026-10-01 mended.csv", day(1))
    company.ingest()
    written = workspace.write_audit(workspace.audit("2026-10", ingest=False), pdf=False)
    assert not (written.folder / "returns").exists()


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/passwd.csv", "passwd"), ("\u202evsc\x1b.csv", "_vsc_"),
        ("a:b|c?.csv", "a_b_c_"), (" .csv", "file"), ("я" * 200 + ".csv", "я" * 90),
    ],
)  # fmt: skip
def test_what_goes_back_is_named_safely(name, stem):
    assert return_stem(name, "0123456789" * 6) == f"{stem}-01234567"


def test_a_hostile_name_stays_in_the_folder_of_returns(company):
    company.receive("calls_2026-10-02\n\x1b[31m\u202e=x.csv", day(2, more=BAD))
    code, said = company.ingest()
    assert code == 1 and "\x1b" not in said and "\u202e" not in said
    assert len(company.returned()) == 2
    assert all("\x1b" not in n and "\n" not in n and "\u202e" not in n for n in company.returned())
