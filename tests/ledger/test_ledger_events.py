"""Events of a ledger: what was said and done stands beside the deliveries, for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_world import Make

from vendoreval.commands.ledger_lines import event_lines, log_lines
from vendoreval.errors import LedgerError
from vendoreval.exports import export_ledger
from vendoreval.ledger import Ledger

SIGNED = datetime(2026, 11, 3, 12, tzinfo=UTC)


def answer(ledger: Ledger, said: str, **about: Any) -> Any:
    about = {"who": "I. Orlova", "vendor": "alpha", "period": "2026-10", **about}
    return ledger.record_event("dispute.answer", {"item": 1, "said": said}, **about)


def test_events_are_kept_in_order_beside_the_deliveries(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10"))
    first = answer(ledger, "rejected", at=SIGNED)
    ledger.record_event("checklist.signed", {"hash": "ab"}, who="Петров", vendor="beta")
    second = answer(ledger, "credited")
    assert [e.number for e in ledger.events()] == [2, 3, 4]
    # a later answer stands beside the earlier one
    assert ledger.events("dispute") == (first, second)
    assert [e.body["said"] for e in ledger.events("dispute.answer")] == ["rejected", "credited"]
    assert ledger.events("dispute", vendor="beta") == ledger.events("disp") == ()
    assert ledger.events(vendor="alpha", period="2026-10") == (first, second)
    assert first.at == SIGNED < first.posted_at
    assert [c.number for c in ledger.commits] == [1] and ledger.verify() == []
    # another process reads the same
    assert Ledger.open(ledger.path).events() == ledger.events()
    ledger.post(make("2026-11"))
    assert ledger.verify() == [] and len(ledger.live()) == 2


def test_an_event_told_late_changes_nothing_that_was_known(ledger: Ledger) -> None:
    before = answer(ledger, "rejected")
    head = ledger.head_hash
    answer(ledger, "accepted", at=SIGNED)  # long before the first was recorded
    past = ledger.as_of(head)
    assert past.events() == (before,) and past.head_hash == head
    assert ledger.as_of(before.number).events() == (before,)
    assert ledger.as_of(SIGNED + timedelta(days=1)).events() == ()
    with pytest.raises(LedgerError, match="without as_of"):
        past.record_event("dispute.answer", {}, who="I. Orlova")


def test_events_outlive_packing_erasure_and_export(
    ledger: Ledger, make: Make, tmp_path: Path
) -> None:
    for month in ("2026-08", "2026-09", "2026-10"):
        ledger.post(make(month))
        answer(ledger, f"answer of {month}, call +7 916 123-45-12")
    events = ledger.events()
    assert ledger.compact(at_once=True).packs
    assert Ledger.open(ledger.path).events() == events and ledger.verify() == []
    for personal, shown in ((False, "+7 9** ***-**-12"), (True, "+7 916 123-45-12")):
        done = export_ledger(ledger, tmp_path / f"out{personal}", "parquet", personal=personal)
        assert done.rows["events"] == 3
        rows = pq.read_table(done.path / "events.parquet").to_pylist()
        assert [row["event"] for row in rows] == [e.number for e in events]
        assert rows[2]["topic"] == "dispute.answer" and shown in rows[2]["body"]


def test_a_changed_event_breaks_the_chain(ledger: Ledger) -> None:
    answer(ledger, "rejected")
    answer(ledger, "accepted")
    place = ledger.path / "commits" / "0000000001.json"
    content = place.read_bytes()
    place.chmod(0o644)
    place.write_bytes(content.replace(b"rejected", b"accepted"))
    changed = Ledger.open(ledger.path)
    assert changed.verify()
    # nobody knows any more what was answered
    with pytest.raises(LedgerError, match="not the one that was written"):
        changed.events("dispute")
    with pytest.raises(LedgerError):
        answer(changed, "again")


@pytest.mark.parametrize(
    ("body", "about"),
    [
        ({"money": Decimal("1.50")}, {}),
        ({"share": 0.1}, {}),
        ({"at": SIGNED}, {}),
        ({1: "x"}, {}),
        ({"text": "\ud800"}, {}),
        ({"text": "x" * 70_000}, {}),
        ({}, {"who": " "}),
        ({}, {"at": datetime(2026, 11, 3)}),
        ({}, {"period": "October"}),
        ({}, {"topic": "Dispute answer"}),
    ],
)
def test_what_would_not_come_back_the_same_is_refused(
    ledger: Ledger, body: dict[Any, Any], about: dict[str, Any]
) -> None:
    topic = about.pop("topic", "dispute.answer")
    with pytest.raises(ValueError):
        ledger.record_event(topic, body, **{"who": "I. Orlova", **about})
    assert ledger.records == ()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(body=st.dictionaries(st.text(max_size=9), PLAIN, max_size=4))
@settings(max_examples=30, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_any_plain_body_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, body: dict[str, Any]
) -> None:
    ledger = Ledger.open(tmp_path_factory.mktemp("ledger"))
    ledger.record_event("anything.at_all", body, who="me")
    assert Ledger.open(ledger.path).events()[0].body == body
    assert ledger.verify() == []


def test_writers_at_once_lose_nothing(ledger: Ledger) -> None:
    def write(name: str) -> Callable[[], None]:
        def done() -> None:
            own = Ledger.open(ledger.path)
            for n in range(5):
                own.record_event("note.made", {"n": n}, who=name)

        return done

    writers = [threading.Thread(target=write(f"w{n}")) for n in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    events = ledger.events()
    assert len(events) == 20 and ledger.verify() == []
    for n in range(4):
        assert [e.body["n"] for e in events if e.who == f"w{n}"] == [0, 1, 2, 3, 4]


def test_lines_for_people(ledger: Ledger, make: Make) -> None:
    ledger.post(make("2026-10"))
    event = answer(ledger, "the customer at +7 916 123-45-12 agreed", who="=cmd\u202e")
    lines = list(log_lines(ledger, "en"))
    assert len(lines) == 2 and "dispute.answer  alpha  2026-10  =cmd" in lines[1]
    assert len(list(log_lines(ledger, "en", report="calls"))) == 1
    shown = "\n".join(event_lines(event, "ru"))
    assert "когда это было" in shown and "+7 9** ***-**-12" in shown and "\u202e" not in shown
