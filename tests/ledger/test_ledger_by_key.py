"""Single rows corrected by their keys, and every version of a row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from ledger_world import RECEIVED, Make, call_rows

from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger
from vendoreval.text import language

OCTOBER = date(2026, 10, 1)


def talk(ledger: Ledger) -> dict[str, int]:
    frame = ledger.calls("alpha").to_frame()
    assert not frame.call_id.duplicated().any()
    return dict(zip(frame.call_id, frame.talk_seconds, strict=True))


def corrected(*days: int, seconds: int = 90) -> list[dict[str, Any]]:
    rows = call_rows("alpha", OCTOBER, 31)
    return [rows[day - 1] | {"talk_seconds": seconds} for day in days]


def test_only_the_named_rows_are_replaced(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=5))
    ledger.post(make("2026-09", count=2))
    before = ledger.path / ledger.commits[0].files[0].path
    content = before.read_bytes()
    receipt = ledger.post(
        make("2026-10", rows=corrected(2, 4), text="two"), "clock of one line", by_key=True
    )
    assert receipt.commit.supersedes == ()
    assert [(part.delivery, part.rows) for part in receipt.commit.replaces] == [(1, 2)]
    assert receipt.note is not None
    assert "2 rows of earlier deliveries (1)" in language("en").say(receipt.note)
    found = talk(ledger)
    assert len(found) == 7
    assert [found[f"alpha-202610{day:02d}"] for day in range(1, 6)] == [60, 90, 60, 90, 60]
    # what was delivered is there as it was, and so is the ledger as known before
    assert before.read_bytes() == content
    assert set(talk(ledger.as_of(2)).values()) == {60}
    assert ledger.verify() == []


def test_a_correction_of_a_correction(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=3))
    for number, seconds in enumerate((90, 120, 150)):
        rows = corrected(2, seconds=seconds)
        ledger.post(make("2026-10", rows=rows, text=str(number)), "again", by_key=True)
    assert talk(ledger) == {"alpha-20261001": 60, "alpha-20261002": 150, "alpha-20261003": 60}
    assert len(ledger.live()) == 4
    assert [v.fate for v in ledger.history("calls", "alpha-20261002")] == [
        "replaced", "replaced", "replaced", "counts",
    ]  # fmt: skip
    assert [v.by for v in ledger.history("calls", "alpha-20261002")] == [2, 3, 4, None]
    # the whole month sent again takes the place of them all
    assert ledger.post(make("2026-10", count=3, text="whole")).commit.supersedes == (1, 2, 3, 4)
    assert set(talk(ledger).values()) == {60}
    assert ledger.verify() == []


def test_keys_not_seen_before_are_added(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=2))
    receipt = ledger.post(make("2026-10", rows=corrected(1, 9), text="n"), "late", by_key=True)
    assert receipt.note is not None
    assert "not seen before: 1" in language("en").say(receipt.note)
    assert len(talk(ledger)) == 3
    assert not ledger.post(make("2026-10", rows=corrected(1, 9), text="n"), "late", by_key=True).new


def test_a_correction_that_replaces_every_row_of_a_delivery(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10", count=2))
    ledger.post(make("2026-10", rows=corrected(1, 2), text="all"), "all wrong", by_key=True)
    assert talk(ledger) == {"alpha-20261001": 90, "alpha-20261002": 90}
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("reason", "change", "said"),
    [
        (None, {}, "no reason is given"),
        ("  ", {}, "no reason is given"),
        ("x", {"report": "roster", "period": None}, "has no key"),
        ("x", {"count": 0, "quarantined": 1}, "no row of the file was accepted"),
        ("x", {"columns": ("call_id",)}, "the file lacks started_at"),
    ],
)
def test_corrections_that_cannot_be(
    ledger: Ledger, make: Make, reason: str | None, change: dict[str, Any], said: str
) -> None:
    ledger.post(make("2026-10", count=2))
    options = {"period": "2026-10", "count": 1, "text": "c"} | change
    with pytest.raises(LedgerError, match=said):
        ledger.post(make(options.pop("period"), **options), reason, by_key=True)
    assert len(ledger.commits) == 1


def test_every_version_of_one_row(ledger: Ledger, make: Make) -> None:
    later = RECEIVED + timedelta(days=9)
    ledger.post(make("2026-10", count=3, quarantined=1))
    ledger.post(make("2026-10", rows=corrected(1, 2, 3), text="again", received_at=later))
    history = ledger.history("calls", "alpha-20261002")
    assert repr(history) == "RowHistory(calls, alpha-20261002: 2 versions)"
    first, second = history
    assert (first.delivery, first.row, first.fate, first.by) == (1, 3, "superseded", 2)
    assert (second.delivery, second.fate, second.by) == (2, "counts", None)
    assert (first.values["talk_seconds"], second.values["talk_seconds"]) == (60, 90)
    frame = history.to_frame()
    assert list(frame.received_at) == [RECEIVED, later]
    assert list(frame.talk_seconds) == [60, 90]
    assert len(ledger.as_of(1).history("calls", {"call_id": "alpha-20261002"})) == 1
    assert len(ledger.history("calls", "alpha-20261002", vendor="beta")) == 0
    assert len(ledger.history("calls", "nobody").to_frame()) == 0


def test_a_key_of_two_columns(ledger: Ledger, make: Make) -> None:
    def bank(stage: str) -> list[dict[str, Any]]:
        return [
            {"vendor": "alpha", "snapshot_on": date(2026, 10, day), "lead_id": lead, "stage": stage}
            for day in (15, 31)
            for lead in ("L1", "L2")
        ]

    columns = ("snapshot_on", "lead_id", "stage")
    ledger.post(make("2026-10", report="funnel", rows=bank("lost"), columns=columns))
    one = [row for row in bank("won") if (row["snapshot_on"].day, row["lead_id"]) == (31, "L2")]
    ledger.post(
        make("2026-10", report="funnel", rows=one, text="c", columns=columns), "wrong", by_key=True
    )
    versions = ledger.history("funnel", "2026-10-31 / L2").versions
    assert [(v.values["stage"], v.fate) for v in versions] == [
        ("lost", "replaced"), ("won", "counts"),
    ]  # fmt: skip
    assert [v.fate for v in ledger.history("funnel", "2026-10-15 / L2")] == ["counts"]
    with pytest.raises(ValueError, match="a key of funnel is snapshot_on / lead_id"):
        ledger.history("funnel", "L2")
    with pytest.raises(ValueError, match="is not a report"):
        ledger.history("call", "L2")


def test_the_ledger_as_known_on_a_day(ledger: Ledger, make: Make) -> None:
    later = RECEIVED + timedelta(days=20)
    ledger.post(make("2026-10", count=3))
    noted = ledger.head_hash
    ledger.post(make("2026-10", count=4, text="corrected", received_at=later))
    for as_of in (RECEIVED, RECEIVED.date(), "2026-11-02", "2026-11-02T09:30+00:00", 1, "1", noted,
                  noted[:16]):  # fmt: skip
        past = ledger.as_of(as_of)
        assert len(past.calls("alpha", "2026-10")) == 3
        assert len(past.commits) == 1
        assert past.head_hash == noted
        with past.engine() as engine:
            assert len(engine.files["calls"]) == 1
    assert len(ledger.as_of("2026-11-01").commits) == 0
    assert len(ledger.as_of(later).calls("alpha")) == 4
    with pytest.raises(LedgerError, match="as known on 2026-11-02"):
        ledger.as_of("2026-11-02").post(make("2026-12"))
    with pytest.raises(ValueError, match="no day, instant, number"):
        ledger.as_of("yesterday")
