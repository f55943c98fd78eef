"""Nobody leaves the contract bank: stages, paths, cohorts, moves, whoever vanished."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pandas as pd
import pytest
from bank_world import Rows, RowsAsLedger, lead, stand
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import vendoreval as ve
from vendoreval.bank import ContractBank, contract_bank
from vendoreval.errors import AgreementError, LedgerError
from vendoreval.ledger import Ledger
from vendoreval.report.funnel_chart import funnel_figure, funnel_svg, write_funnel
from vendoreval.simulation import write_demo
from vendoreval.text import LANGUAGES
from vendoreval.workspace import Workspace

SEPTEMBER, MIDDLE, OCTOBER = date(2026, 9, 30), date(2026, 10, 15), date(2026, 10, 31)


def bank_of(rows: Rows, **options: Any) -> ContractBank:
    return contract_bank(cast(Ledger, RowsAsLedger(rows)), "alpha", **options)


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Six companies: won, quoted, declined, vanished, never reported, seen without hand-over."""
    handed = [lead(f"L{n}", date(2026, 8, 10) if n < 3 else date(2026, 10, 5), list_id="A")
              for n in range(1, 6)]  # fmt: skip
    funnel = [
        stand(SEPTEMBER, "L1", "contacted", stage_since=date(2026, 9, 1), attempts=2),
        stand(SEPTEMBER, "L2", "quote", stage_since=date(2026, 9, 10)),
        stand(MIDDLE, "L1", "quote", stage_since=date(2026, 10, 2), attempts=4),
        stand(MIDDLE, "L2", "lost", stage_since=date(2026, 10, 10), close_reason="declined"),
        stand(MIDDLE, "L3", "contacted"), stand(MIDDLE, "L4", "lost", close_reason="no"),
        stand(MIDDLE, "X", "new"),
        stand(OCTOBER, "L1", "quote", attempts=5), stand(OCTOBER, "L2", "lost"),
        stand(OCTOBER, "L3", "contacted"), stand(OCTOBER, "X", "new"),
    ]  # fmt: skip
    events = [
        {"vendor": "alpha", "lead_id": name, "at": at, "stage_to": stage}
        for name, at, stage in (
            ("L1", datetime(2026, 10, 31, 12), "won"),
            ("L3", datetime(2026, 10, 20, 9), "interested"),
            ("L3", datetime(2026, 10, 22, 9), "contacted"),
        )
    ]  # fmt: skip
    calls = [
        {"vendor": "alpha", "call_id": f"c{n}", "agent_id": "A", "lead_id": "L3",
         "started_at": datetime(2026, 10, 6 + n, 9), "talk_seconds": 5,
         "disposition": "no_answer" if n else "interested"}
        for n in range(7)
    ]  # fmt: skip
    sales = [
        {"vendor": "alpha", "sale_id": "s1", "lead_id": "L1",
         "sold_at": datetime(2026, 10, 31, 14)},
        {"vendor": "alpha", "sale_id": "s2", "lead_id": "L2", "sold_at": datetime(2026, 9, 12),
         "cancelled_at": datetime(2026, 9, 20)},
    ]  # fmt: skip
    return {"leads": handed, "funnel": funnel, "funnel_events": events, "calls": calls,
            "client_sales": sales}  # fmt: skip


def test_everybody_is_there_once(rows: Rows) -> None:
    bank = bank_of(rows)
    assert repr(bank) == "ContractBank(alpha, 2026-10-31: 6 companies, 1 vanished)"
    frame = bank.to_frame().set_index("lead_id")
    assert dict(frame.stage) == {
        "L1": "quote", "L2": "lost", "L3": "contacted", "L4": "lost", "L5": "unseen", "X": "new",
    }  # fmt: skip
    assert frame.path["L1"] == "contacted > quote > won > quote"
    assert frame.path["L2"] == "quote > lost"
    assert frame.path["L3"] == "contacted > interested > contacted"
    assert frame.path["L5"] == ""
    assert list(frame.index[frame.vanished]) == ["L4"]
    assert frame.attempts["L1"] == 5 and frame.attempts["L3"] == 7
    assert (frame.dials["L3"], frame.conversations["L3"]) == (7, 1)
    assert pd.Timestamp(frame.stage_since["L2"]) == pd.Timestamp(2026, 10, 10)
    assert frame.days_in_stage["L2"] == 21
    assert pd.isna(frame.days_in_stage["L5"]) and pd.isna(frame.handed_on["X"])


def test_conversion_on_the_full_bank_and_as_reported(rows: Rows) -> None:
    """One of six was won; the vendor's own last snapshot shows four companies and no winner."""
    bank = bank_of(rows)
    full = bank.conversion()
    assert (full.value, full.n) == (1 / 6, 6)
    assert full.low is not None and full.high is not None
    assert full.low < 1 / 6 < full.high
    assert bank.reported_conversion().n == 4
    assert bank.conversion(sold=True).value == 1 / 6


def test_a_deleted_company_raises_the_reported_conversion_only(rows: Rows) -> None:
    kept = dict(rows) | {"funnel_events": []}
    kept["funnel"] = [row | {"stage": "won"} if row["lead_id"] == "L1" else row
                      for row in rows["funnel"]]  # fmt: skip
    gone = dict(kept) | {
        "funnel": [r for r in kept["funnel"]
                   if not (r["snapshot_on"] == OCTOBER and r["stage"] == "lost")]
    }  # fmt: skip
    before, after = bank_of(kept), bank_of(gone)
    assert before.conversion() == after.conversion()
    assert cast(float, after.reported_conversion().value) > cast(
        float, before.reported_conversion().value
    )


def test_stages_and_how_long_they_last(rows: Rows) -> None:
    stages = {row.stage: row for row in bank_of(rows).stages}
    assert list(stages) == ["unseen", "new", "contacted", "interested", "quote", "won", "lost"]
    assert [stages[s].leads for s in ("unseen", "new", "contacted", "won", "lost")] == [
        1,
        1,
        1,
        0,
        2,
    ]
    # X, L4 and L5 came nowhere, L3 to interested, L2 to quote, L1 was won
    assert [stages[s].reached for s in ("new", "contacted", "interested", "quote", "won")] == [
        6, 3, 3, 2, 1,
    ]  # fmt: skip
    # L1 stood at contacted for 31 days (1 September to 2 October), L3 from the 15th to the 20th
    assert stages["contacted"].median_days == 18.0
    # L2 at quote for 30 days, L1 from 2 to 31 October
    assert stages["quote"].median_days == 29.5
    assert stages["lost"].reached is None and stages["lost"].median_days is None


def test_cohorts_by_age(rows: Rows) -> None:
    cohorts = bank_of(rows).cohorts(3).set_index(["cohort", "age_months"])
    assert list(cohorts.loc["2026-08"].leads) == [2, 2, 2]
    assert list(cohorts.loc["2026-08"].won) == [0, 0, 1]
    assert list(cohorts.loc["2026-08"].mature) == [True, True, True]
    assert list(cohorts.loc["2026-10"].won) == [0]
    young = bank_of(rows, on=date(2026, 10, 20)).cohorts(3).set_index(["cohort", "age_months"])
    assert list(young.loc["2026-08"].mature) == [True, True, False]
    assert list(young.loc["2026-10"].mature) == [False]
    assert (young.low <= young.won_share).all() and (young.won_share <= young.high).all()


def test_moves_between_two_days(rows: Rows) -> None:
    moves = bank_of(rows).dynamics(SEPTEMBER)
    assert moves.loc["contacted", "quote"] == 1
    assert moves.loc["quote", "lost"] == 1
    assert dict(moves.loc["absent"][moves.loc["absent"] > 0]) == {
        "unseen": 1, "new": 1, "contacted": 1, "lost": 1,
    }  # fmt: skip
    assert int(moves.to_numpy().sum()) == 6
    with pytest.raises(ValueError, match="must not be before"):
        bank_of(rows).dynamics(OCTOBER, SEPTEMBER)


def test_the_bank_on_an_earlier_day(rows: Rows) -> None:
    bank = bank_of(rows, on=SEPTEMBER)
    assert dict(bank.to_frame().set_index("lead_id").stage) == {"L1": "contacted", "L2": "quote"}
    assert bank.vanished == 0 and bank.last_snapshot_on == SEPTEMBER


def test_a_bank_of_events_alone(rows: Rows) -> None:
    bank = bank_of({"funnel_events": rows["funnel_events"]})
    assert len(bank) == 2 and bank.last_snapshot_on is None
    assert bank.reported_conversion().value is None
    assert bank.conversion().value == 0.5
    assert bank.cohorts().empty
    assert bank.dynamics(MIDDLE).to_numpy().sum() == 2


def test_a_vendor_without_a_funnel(rows: Rows) -> None:
    with pytest.raises(LedgerError, match="nothing of the funnel of alpha"):
        bank_of({"leads": rows["leads"]})


# ------------------------------------------------------------------- properties

STAGES = ("new", "contacted", "interested", "quote", "won", "lost", "junk", "own stage")


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(data=st.data())
def test_sums_agree_whatever_happens(data: st.DataObject) -> None:
    names = [f"L{n}" for n in range(6)]
    days = [date(2026, 9, 1) + timedelta(days=10 * n) for n in range(5)]
    funnel = [
        stand(day, name, data.draw(st.sampled_from(STAGES)))
        for day in days
        for name in data.draw(st.lists(st.sampled_from(names), unique=True))
    ]
    events = [
        {"vendor": "alpha", "lead_id": name, "at": datetime(2026, 9, 1) + timedelta(hours=hour),
         "stage_to": stage}
        for name, hour, stage in data.draw(
            st.lists(
                st.tuples(st.sampled_from(names), st.integers(0, 900), st.sampled_from(STAGES)),
                min_size=1, max_size=9, unique_by=lambda t: t[:2],
            )
        )
    ]  # fmt: skip
    handed = [lead(name, date(2026, 8, 20)) for name in data.draw(st.sets(st.sampled_from(names)))]
    rows: Rows = {"funnel": funnel, "funnel_events": events, "leads": handed}
    bank = bank_of(rows)
    everybody = {r["lead_id"] for r in (*funnel, *events, *handed)}
    assert len(bank) == len(everybody) == bank.to_frame().lead_id.nunique()
    assert sum(row.leads for row in bank.stages) == len(bank)
    reached = [row.reached for row in bank.stages if row.reached is not None]
    assert reached == sorted(reached, reverse=True) and reached[0] == len(bank)
    for first in (day for day in days if day <= bank.on):
        moves = bank.dynamics(first)
        assert int(moves.to_numpy().sum()) == len(bank)
        assert dict(moves.sum()) == dict(bank.stage_on(bank.on).value_counts())
    # the end of every path is the stage
    frame = bank.to_frame()
    seen = frame[frame.path != ""]
    assert all(
        path.split(" > ")[-1] == stage for path, stage in zip(seen.path, seen.stage, strict=True)
    )
    # whoever is taken out of the last snapshot stays in the bank
    last = max((r["snapshot_on"] for r in funnel), default=None)
    if last is not None and len({r["snapshot_on"] for r in funnel}) > 1:
        victim = next(r["lead_id"] for r in funnel if r["snapshot_on"] == last)
        less = [r for r in funnel if (r["snapshot_on"], r["lead_id"]) != (last, victim)]
        if any(r["lead_id"] == victim for r in (*less, *events, *handed)):
            assert len(bank_of(dict(rows) | {"funnel": less}, on=bank.on)) == len(bank)


# ---------------------------------------------------------------------- pictures


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_funnel_as_a_picture(rows: Rows, tmp_path: Path, code: str) -> None:
    bank = bank_of(rows)
    svg = funnel_svg(bank, code)
    assert svg.lstrip().startswith("<svg") and 'role="img"' in svg
    assert "Alpha Calls" in svg
    figure = funnel_figure(bank, code)
    assert {text.get_text() for text in figure.axes[0].texts} >= {"6", "1"}
    for name in ("f.svg", "f.png"):
        assert write_funnel(bank, tmp_path / name, code).stat().st_size > 2_000
    with pytest.raises(AgreementError, match=r"\.svg or \.png"):
        write_funnel(bank, tmp_path / "f.pdf")


def test_no_word_of_the_picture_stands_on_another(rows: Rows) -> None:
    for code in LANGUAGES:
        figure = funnel_figure(bank_of(rows), code)
        figure.canvas.draw()
        boxes = [text.get_window_extent() for text in figure.axes[0].texts if text.get_text()]
        touching = [(a, b) for n, a in enumerate(boxes) for b in boxes[n + 1 :] if a.overlaps(b)]
        assert touching == []


# ------------------------------------------------------------- a whole workspace


def test_the_demo_through_a_real_ledger(tmp_path: Path) -> None:
    truth = write_demo(tmp_path / "acme", small=True)
    workspace = Workspace.open(truth.folder)
    planted = {s.vendor: s.count for s in truth.schemes if s.kind == "bank_deletions"}
    others = sorted({s.name for s in (truth.folder / "inbox").iterdir()} - set(planted))
    for vendor in others[1:]:
        shutil.rmtree(truth.folder / "inbox" / vendor)
    workspace.ingest()
    banks = {v: ve.contract_bank(workspace.ledger, v) for v in workspace.ledger.vendors}
    assert {v: bank.vanished for v, bank in banks.items() if bank.vanished} == planted
    (cleaned,) = planted
    bank = banks[cleaned]
    assert cast(float, bank.reported_conversion().value) > cast(float, bank.conversion().value)
    past = ve.contract_bank(workspace.ledger, cleaned, as_of=len(workspace.ledger.records))
    assert len(past) == len(bank)
