"""A new agreement has no problems, whatever it is made of; what is wrong is told all at once."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from vendoreval.agreement import agreement_from_bytes
from vendoreval.agreement.adapt import set_rhythm
from vendoreval.agreement.library import library_deadlines, library_names, library_report
from vendoreval.agreement.lint import lint_text
from vendoreval.agreement.new import new_agreement
from vendoreval.agreement.presets import preset_names, presets
from vendoreval.agreement.rate_line import parse_rate
from vendoreval.agreement.write import write_agreement
from vendoreval.errors import AgreementError

PARTIES = {"number": "17/2026", "parties": ["Buyer", "Alpha Ltd"], "effectiveFrom": "2026-03-01"}
RATE = "talk_minute 9.50 RUB first_increment_seconds=60 next_increment_seconds=60"


def load(text: str) -> Any:
    return agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")


@pytest.mark.parametrize(
    ("headers", "every"), [("ru", "day"), ("en", "week"), ("both", "month"), ("both", None)]
)
def test_all_standard_reports_in_any_rhythm_and_language(headers: Any, every: Any) -> None:
    text = new_agreement("alpha", library_names(), headers=headers, every=every, rate_card=[RATE],
                         parties=PARTIES, timezone="Asia/Omsk")  # fmt: skip
    assert lint_text(text, "alpha.odcs.yaml") == []
    agreement = load(text)
    assert agreement.reports["calls"].every == (every or "month")
    assert agreement.reports["invoice_lines"].every == "month"
    assert agreement.rate_card[0].price == Decimal("9.50")
    assert str(agreement.rate_card[0].valid_from) == "2026-03-01"
    headers_of = agreement.reports["calls"].column("talk_seconds").headers
    assert ("talk time" in headers_of) is (headers != "ru")
    assert ("Время разговора" in headers_of) is (headers != "en")
    assert agreement.language == (None if headers == "both" else headers)


@pytest.mark.parametrize("pair", list(combinations(preset_names(), 2))[::9])
def test_presets_side_by_side_keep_their_own_way_of_writing(pair: tuple[str, str]) -> None:
    text = new_agreement("alpha", ["invoice_lines"], presets=pair, rate_card=[RATE],
                         parties=PARTIES, timezone="Europe/Moscow")  # fmt: skip
    assert lint_text(text, "alpha.odcs.yaml") == []
    known = {preset.name: preset for preset in presets()}
    wanted = {report for name in pair for report in known[name].reports} | {"invoice_lines"}
    assert set(load(text).reports) == wanted


def test_a_report_named_beside_a_preset_comes_from_the_library() -> None:
    text = new_agreement("alpha", ["calls", "roster"], presets=["asterisk-cdr"])
    reports = load(text).reports
    assert "billsec" in reports["calls"].column("talk_seconds").headers
    assert "Дата приёма" in reports["roster"].column("hired_on").headers


def test_the_parties_overrule_how_a_system_writes() -> None:
    text = new_agreement("alpha", presets=["asterisk-cdr"], dialect={"delimiter": ";"})
    dialect = load(text).reports["calls"].dialect
    assert dialect.delimiter == ";" and "cp1251" in dialect.encodings


def test_the_invoice_is_compared_with_what_the_system_exports() -> None:
    text = new_agreement("alpha", ["invoice_lines"], presets=["asterisk-cdr"], parties=PARTIES,
                         rate_card=[RATE])  # fmt: skip
    assert "invoice-equals-rated-calls" in text
    # its export has no such column, and a rule that names it could not be run
    assert "hold_seconds" not in text


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(AgreementError) as caught:
        new_agreement("al/pha", ["cals"], presets=["astrisk"], timezone="Moskow", every="year",  # type: ignore[arg-type]
                      headers="de", rate_card=["talk_minut 9.5x RUBL zz"],  # type: ignore[arg-type]
                      parties={"number": 1}, dialect={"delimiter": 5})  # fmt: skip
    where = [problem.where for problem in caught.value.problems]
    assert where == [
        "--vendor", "--timezone", "--report", "--preset", "--number", "--party", "--from",
        "--delimiter", "--headers", "--every",
        *["talk_minut 9.5x RUBL zz"] * 5,
    ]  # fmt: skip
    told = caught.value.describe()
    for words in ("meant may be: Europe/Moscow", "meant may be: calls", "meant may be: asterisk"):
        assert words in told
    assert all(re.search("[а-я]{4}", p.describe("ru")) for p in caught.value.problems)


def test_a_gap_between_term_and_prices_is_told_before_anything_is_written() -> None:
    with pytest.raises(AgreementError, match="no price from 2026-03-01"):
        new_agreement("alpha", ["calls"], parties=PARTIES,
                      rate_card=["talk_minute 9 RUB from=2026-04-01"])  # fmt: skip


def test_nothing_to_report_is_refused() -> None:
    with pytest.raises(AgreementError, match="no report is named"):
        new_agreement("alpha")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("sale 900 RUB from=2026-01-01 to=2027-01-01 clawback.days=30 clawback.share=0.50",
         {"unit": "sale", "price": "900", "currency": "RUB", "valid_from": "2026-01-01",
          "valid_to": "2027-01-01", "clawback": {"days": 30, "share": "0.50"}}),
        ("talk_minute 9,5 EUR valid_from=2026-01-01 hold_billable=false "
         "billable_dispositions=sale,refusal 'campaigns=[\"A, B\"]'",
         {"unit": "talk_minute", "price": "9.5", "currency": "EUR", "valid_from": "2026-01-01",
          "hold_billable": False, "billable_dispositions": ["sale", "refusal"],
          "campaigns": ["A, B"]}),
        ("unit=dial price=0.006 currency=USD from=2026-01-01",
         {"unit": "dial", "price": "0.006", "currency": "USD", "valid_from": "2026-01-01"}),
    ],
)  # fmt: skip
def test_a_line_of_the_rate_card_as_one_types_it(text: str, value: dict[str, Any]) -> None:
    assert parse_rate(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "unit: it is missing"),
        ("talk_minute 1,234 RUB from=2026-01-01", "price: '1,234' is written; expected a number"),
        ("talk_minute 9 RUB", "valid_from: it is missing"),
        ("talk_minute 9 RUB from=2026-01-01 prise=3", "prise: unknown key prise"),
        ("talk_minute 9 RUB 'from=2026-01-01", "a quote is not closed"),
        ("talk_minute 9 RUB from=2026-01-01 minimum_seconds=many", "expected a whole number"),
    ],
)
def test_a_wrong_line_names_the_field(text: str, words: str) -> None:
    with pytest.raises(AgreementError) as caught:
        parse_rate(text)
    assert words in caught.value.describe()


@pytest.mark.parametrize(
    ("every", "days", "words"),
    [
        ("day", None, "Within 1 day after the end of the day, on a working day. "
                      "/ В течение 1 дня после конца дня, в рабочий день."),
        ("week", None, "Within 2 days after the end of the week, on a working day. "
                       "/ В течение 2 дней после конца недели, в рабочий день."),
        (None, 21, "Within 21 days after the end of the month, on a working day. "
                   "/ В течение 21 дня после конца месяца, в рабочий день."),
    ],
)  # fmt: skip
def test_a_rhythm_changes_name_frequency_and_deadline(every: Any, days: Any, words: str) -> None:
    report, levels = library_report("calls"), library_deadlines("calls")
    set_rhythm(report, levels, every, days)
    assert levels[1]["description"] == words
    assert levels[0]["unit"] == (every or "month")
    assert ("{dd}" in report["physicalName"]) is (every is not None)


def test_a_file_is_written_once_and_whole(tmp_path: Path) -> None:
    target = tmp_path / "agreements" / "alpha.odcs.yaml"
    assert write_agreement("text: да\n", target).read_text("utf-8") == "text: да\n"
    with pytest.raises(AgreementError, match="it is there already"):
        write_agreement("other", target)
    assert target.read_text("utf-8") == "text: да\n"
    (tmp_path / "away.odcs.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(AgreementError, match="it is there already"):
        write_agreement("other", tmp_path / "away.odcs.yaml")
    with pytest.raises(AgreementError, match="the system answered"):
        write_agreement("other", target / "below.yaml")
    assert sorted(p.name for p in target.parent.iterdir()) == ["alpha.odcs.yaml"]


def test_presets_name_what_they_read_and_where_that_is_written() -> None:
    for preset in presets():
        assert preset.sources and all(url.startswith("http") for _, url in preset.sources)
        assert preset.reports
        assert preset.describe("en") != preset.describe("ru")
        assert "Not verified" in preset.traps("en") and "Не проверено" in preset.traps("ru")
