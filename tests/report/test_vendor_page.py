"""The page of a vendor: what it says follows the audit, and it keeps to one page."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from invented_audit import example

from vendoreval.report import document
from vendoreval.report.attached_tables import attached_tables
from vendoreval.report.reader import Reader
from vendoreval.report.vendor_page import MOST_VENDOR_PAGES, paged_vendors, vendor_page
from vendoreval.report.view import view
from vendoreval.text import msg


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(document(example("en"), "en"))


def test_every_check_is_there_with_its_reason(reader: Reader) -> None:
    for vendor in reader.document.vendors:
        page = vendor_page(reader, vendor, brief=False)
        lines = [line for half in page.checks for line in half]
        said = [question for line in lines for question in line.questions]
        said += [question for line in page.together for question in line.questions]
        assert len(said) == len(vendor.checks) == 8
        assert all(line.reason for line in lines)
        counts = {state: int(n) for state, _, n in page.counts}
        assert sum(counts.values()) == 8
    delta = vendor_page(reader, reader.document.vendors[2], brief=True)
    silent = next(line for half in delta.checks for line in half if line.state == "not_run")
    assert silent.reason == "the report was not delivered"
    assert len(silent.questions) == 2, "one reason is said once"


def test_a_printed_page_names_clear_checks_together(reader: Reader) -> None:
    page = vendor_page(reader, reader.document.vendors[1], brief=True)
    assert [line.state for line in page.together] == ["clear"]
    assert [line.state for half in page.checks for line in half] == ["signal"]


def test_agents_stand_by_their_work_and_without_a_rate_they_have_none(reader: Reader) -> None:
    vendor = reader.document.vendors[0]
    page = vendor_page(reader, vendor, brief=False)
    assert [row.agent for row in page.agents][:2] == ["a-17", "a-18"]
    assert page.agents[13].conversion == "—"
    # 1 of 60: Wilson's interval as printed in textbooks, 0.3 to 8.9 per cent
    assert page.agents[1].conversion == "1.7% (0.3–8.9)"
    assert page.agents[0].cells[3:5] == ("6.0", "0.3")
    short = vendor_page(reader, vendor, brief=True)
    assert 3 <= len(short.agents) <= 10
    assert f"{14 - len(short.agents)} more agents" in short.agents_note
    assert vendor_page(reader, reader.document.vendors[2], brief=True).agents == ()


def test_months_are_those_the_audit_holds(reader: Reader) -> None:
    page = vendor_page(reader, reader.document.vendors[3], brief=True)
    cost = next(row for row in page.measures if row.label == "Cost of a surviving sale")
    assert cost.value == "12,845"
    assert cost.months == "8,509 to 12,845"
    assert len([point for piece in cost.trend.pieces for point in piece]) == 8


def test_of_many_vendors_those_with_findings_have_a_page() -> None:
    result = example("en")
    many = tuple(
        replace(vendor, vendor=f"{vendor.vendor}{n}" if n else vendor.vendor, checks=())
        for n in range(8)
        for vendor in result.vendors
    )
    written = document(replace(result, vendors=many, not_run=()), "en")
    kept = paged_vendors(written)
    assert len(kept) == MOST_VENDOR_PAGES
    assert {"granat", "akvilon", "beryoza"} <= {vendor.vendor for vendor in kept}
    seen = view(written)
    assert len(seen.vendors) == MOST_VENDOR_PAGES
    assert len(seen.unpaged_vendors) == 40 - MOST_VENDOR_PAGES
    assert len(view(written, paged=False).vendors) == 40


def test_longer_lists_are_attached_without_formulas() -> None:
    result = example("en")
    first = replace(result.vendors[0].agents[0], agent_id="=1+1", role="+7 916 123-45-67")
    vendors = (replace(result.vendors[0], agents=(first,)), *result.vendors[1:])
    finding = result.findings[0]
    evidence = replace(finding.evidence, title=msg("@SUM(A1)"))
    result = replace(result, vendors=vendors, findings=(replace(finding, evidence=evidence),))
    tables = attached_tables(document(result, "en"))
    rows = list(csv.DictReader(io.StringIO(tables["agents.csv"].decode("utf-8-sig"))))
    assert rows[0]["agent_id"] == "'=1+1"
    assert "916" not in tables["agents.csv"].decode()
    assert len(list(csv.reader(io.StringIO(tables["checks.csv"].decode("utf-8-sig"))))) == 41
    assert "'@SUM(A1)" in tables["findings.csv"].decode("utf-8-sig")
