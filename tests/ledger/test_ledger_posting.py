"""What posting does: once, superseding, refusing to count rows twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_world import RECEIVED, Make, delivery_of

from vendoreval.errors import LedgerError
from vendoreval.ledger import Commit, Ledger
from vendoreval.text import language


def numbers(commits: Sequence[Commit]) -> list[int]:
    return [commit.number for commit in commits]


def test_a_commit_holds_what_the_report_said(ledger: Ledger, make: Make) -> None:
    report = make("2026-10", count=3, quarantined=2)
    receipt = ledger.post(report, reason="first")
    commit = receipt.commit
    assert receipt.new
    assert receipt.note is None
    assert (commit.number, commit.kind, commit.vendor, commit.report) == (
        1, "delivery", "alpha", "calls",
    )  # fmt: skip
    assert (commit.period, commit.file, commit.reason) == ("2026-10", "calls_2026-10.csv", "first")
    assert commit.received_at == RECEIVED
    assert (commit.rows.delivered, commit.rows.accepted, commit.rows.quarantined) == (5, 3, 2)
    assert commit.counts == {"code": 2}
    assert commit.sums["talk_seconds"].accepted == Decimal(180)
    assert [(file.role, file.rows) for file in commit.files] == [("accepted", 3), ("quarantine", 2)]
    assert (
        commit.files[0].path == f"data/calls/0000000001-{commit.sha256[:12]}-accepted-0001.parquet"
    )
    assert (ledger.path / "agreements" / f"{commit.agreement_sha256}.odcs.yaml").read_bytes() == (
        report.delivery.agreement.content
    )
    # a second look, from the disk alone
    assert Ledger.open(ledger.path).commits == (commit,)
    assert not list((ledger.path / "staging").iterdir())
    assert ledger.verify() == []


def test_the_same_file_again_changes_nothing(ledger: Ledger, make: Make) -> None:
    first = ledger.post(make("2026-10"))
    head = ledger.head_hash
    again = ledger.post(make("2026-10"))
    assert not again.new
    assert again.commit == first.commit
    assert again.note is not None
    assert "delivery 1" in language("en").say(again.note)
    assert ledger.head_hash == head
    assert len(list((ledger.path / "data" / "calls").iterdir())) == 1


def test_a_corrected_file_supersedes_and_nothing_is_erased(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=3))
    ledger.post(make("2026-09", count=2))
    receipt = ledger.post(make("2026-10", count=4, text="corrected"))
    assert receipt.commit.supersedes == (1,)
    assert numbers(ledger.live()) == [2, 3]
    assert len(ledger.calls("alpha", "2026-10")) == 4
    assert ledger.paths(ledger.commits[0])[0].exists()
    assert ledger.verify() == []


def test_a_superseded_file_posted_again_says_so(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10"))
    ledger.post(make("2026-10", text="corrected"))
    receipt = ledger.post(make("2026-10"))
    assert not receipt.new
    assert receipt.commit.number == 1
    assert receipt.note is not None
    assert "delivery 2 has superseded it" in language("en").say(receipt.note)
    assert numbers(ledger.live()) == [2]
    back = ledger.post(make("2026-10"), replace=True)
    assert back.new
    assert numbers(ledger.live()) == [3]


def test_a_month_supersedes_its_days(ledger: Ledger, make: Make) -> None:
    for day in ("2026-10-01", "2026-10-02", "2026-11-01"):
        ledger.post(make(day, count=1))
    receipt = ledger.post(make("2026-10", count=31))
    assert receipt.commit.supersedes == (1, 2)
    assert numbers(ledger.live()) == [3, 4]


@pytest.mark.parametrize("period", ["2026-10-05", "2026-09-28..2026-10-04"])
def test_rows_that_would_count_twice_are_refused(ledger: Ledger, make: Make, period: str) -> None:
    ledger.post(make("2026-10"))
    with pytest.raises(LedgerError) as caught:
        ledger.post(make(period))
    text = str(caught.value)
    assert "delivery 1 (calls_2026-10.csv)" in text
    assert f"calls_{period}.csv @ {period}" in text
    assert "replace" in text
    assert len(ledger.commits) == 1
    receipt = ledger.post(make(period), replace=True)
    assert receipt.commit.supersedes == (1,)
    assert numbers(ledger.live()) == [2]


def test_other_vendors_and_reports_are_left_alone(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", vendor="alpha"))
    ledger.post(make("2026-10", vendor="beta"))
    ledger.post(make(None, vendor="alpha", report="roster"))
    ledger.post(make(None, vendor="client", report="leads"))
    assert numbers(ledger.live()) == [1, 2, 3, 4]
    assert ledger.vendors == ("alpha", "beta")


def test_a_report_without_periods_is_superseded_whole(ledger: Ledger, make: Make) -> None:
    ledger.post(make(None, report="roster", count=2))
    receipt = ledger.post(make(None, report="roster", count=1, text="new"))
    assert receipt.commit.supersedes == (1,)
    assert len(ledger.rows("roster")) == 1


def test_dated_files_of_a_report_without_periods_do_not_add_up(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10-01", report="roster", count=2))
    receipt = ledger.post(make("2026-11-01", report="roster", count=3))
    assert receipt.commit.period is None
    assert receipt.commit.supersedes == (1,)
    assert len(ledger.rows("roster")) == 3


def test_a_periodic_report_needs_its_period(ledger: Ledger, make: Make) -> None:
    with pytest.raises(LedgerError, match="which period the file covers"):
        ledger.post(make(None))
    assert ledger.commits == ()


def test_a_broken_resend_does_not_empty_a_month(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=3))
    receipt = ledger.post(make("2026-10", count=0, quarantined=3, text="broken"))
    assert receipt.new
    assert receipt.commit.supersedes == ()
    assert receipt.note is not None
    assert "delivery 1 still counts" in language("en").say(receipt.note)
    assert len(ledger.calls("alpha", "2026-10")) == 3
    assert ledger.columns("alpha", "calls") == {"call_id", "started_at"}
    # the mended file takes the place of both
    assert ledger.post(make("2026-10", count=4, text="mended")).commit.supersedes == (1, 2)


def test_days_without_calls_are_deliveries_of_their_own(ledger: Ledger, make: Make) -> None:
    """Files of a head alone have the same bytes on every such day."""
    first = make("2026-10-04", count=0)
    second = make("2026-10-11", count=0)
    alike = type(second.delivery)(**{**vars(second.delivery), "sha256": first.delivery.sha256})
    ledger.post(first)
    receipt = ledger.post(type(second)(**{**vars(second), "delivery": alike}))
    assert receipt.new
    assert [c.period for c in ledger.live()] == ["2026-10-04", "2026-10-11"]
    assert not ledger.post(first).new


def test_the_same_file_under_a_new_agreement_waits_for_replace(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=2, quarantined=1))
    better = make("2026-10", count=3, version="2.0.0")
    receipt = ledger.post(better)
    assert not receipt.new
    assert receipt.note is not None
    assert "another version of the agreement" in language("en").say(receipt.note)
    assert ledger.agreement("alpha").version == "1.0.0"
    assert ledger.post(better, replace=True).new
    assert not ledger.post(better, replace=True).new
    assert ledger.agreement("alpha").version == "2.0.0"
    assert numbers(ledger.live()) == [2]


def test_history_as_known_on_an_instant(ledger: Ledger, make: Make) -> None:
    later = RECEIVED + timedelta(days=20)
    ledger.post(make("2026-10", count=3))
    ledger.post(make("2026-10", count=4, text="corrected", received_at=later))
    assert numbers(ledger.live(RECEIVED - timedelta(seconds=1))) == []
    assert numbers(ledger.live(RECEIVED)) == [1]
    assert numbers(ledger.live(later)) == [2]
    assert numbers(ledger.live(1)) == [1]
    assert ledger.files("calls", RECEIVED) == ledger.paths(ledger.commits[0])
    with pytest.raises(ValueError, match="time zone"):
        ledger.live(datetime(2026, 11, 5))
    assert numbers(ledger.live(datetime(2026, 11, 5, tzinfo=UTC))) == [1]


def test_parts_and_counts_must_agree(ledger: Ledger, make: Make) -> None:
    report = make("2026-10", count=3)
    lying = type(report)(**{**vars(report), "accepted_files": ()})
    with pytest.raises(ValueError, match="0 accepted rows"):
        ledger.post(lying)
    assert ledger.commits == ()
    assert not list((ledger.path / "staging").iterdir())


def test_the_ledger_outlives_the_place_of_validation(ledger: Ledger, make: Make) -> None:
    """Also when the next validation writes over the parts of the one before."""
    report = make("2026-10", count=3)
    ledger.post(report)
    for path in report.accepted_files:
        with path.open("r+b") as stream:
            stream.truncate(7)
    assert ledger.verify() == []
    assert len(ledger.calls()) == 3


def test_parts_on_the_ledgers_own_disk_are_not_copied(ledger: Ledger) -> None:
    report = delivery_of(ledger.path / "staging" / "mine", "2026-10", count=3)
    commit = ledger.post(report).commit
    (held,) = ledger.paths(commit)
    assert held.samefile(report.accepted_files[0])
    report.accepted_files[0].unlink()
    assert ledger.verify() == []


PERIODS = st.sampled_from(
    ["2026-10", "2026-10-05", "2026-10-01..2026-10-07", "2026-09-28..2026-10-04", "2026-11"]
)
POSTING = st.tuples(
    PERIODS, st.sampled_from(["alpha", "beta"]), st.sampled_from(["", "x"]), st.integers(0, 2)
)


@given(st.lists(POSTING, max_size=8))
@settings(max_examples=20)
def test_posting_a_sequence_twice_equals_posting_it_once(
    sequence: list[tuple[str, str, str, int]],
) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        ledger = Ledger.open(place / "ledger")

        def post_all() -> None:
            for period, vendor, text, count in sequence:
                report = delivery_of(
                    place / "validated", period, vendor=vendor, count=count, text=text + str(count)
                )
                try:
                    ledger.post(report)
                except LedgerError as error:
                    assert "count twice" in str(error)

        post_all()
        head, rows = ledger.head_hash, len(ledger.calls())
        post_all()
        assert ledger.head_hash == head
        assert len(ledger.calls()) == rows
        frame = ledger.calls().to_frame()
        assert not frame.call_id.duplicated().any()
        assert ledger.verify() == []
