"""`rate`: three durations beside each other, money, and what the engine and the reference say."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vendoreval as ve
from check_world import call, engine_over, write
from vendoreval.agreement import RateItem
from vendoreval.errors import AgreementError
from vendoreval.ledger.rows import Rows
from vendoreval.period import Period
from vendoreval.rating import card_lines, rated_sums
from vendoreval.rating.amounts import as_decimal, exact_amount, priced_parts
from vendoreval.rating.card import RateCard
from vendoreval.rating.lines import line_for, lines_of
from vendoreval.rating.reference import (
    RatedCall,
    amounts_of,
    counts_call,
    owes_fee,
    rated_seconds,
)
from vendoreval.tables import DISPOSITIONS, TABLES

LINE = {"unit": "talk_minute", "price": "9.50", "currency": "RUB", "valid_from": "2026-01-01"}


def calls(*talks: int, **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"talk_seconds": talks})
    frame["started_at"] = pd.Timestamp("2026-10-05 09:00")
    return frame.assign(**columns)


# ------------------------------------------------------------------- a whole card

_PRICE = st.decimals("0", "20", places=3).map(str)


@st.composite
def _tiers(draw: st.DrawFn, whole: int) -> dict[str, Any] | None:
    if draw(st.booleans()):
        return None
    ends = sorted(draw(st.sets(st.integers(1, whole), min_size=1, max_size=3)))
    steps = [{"price": draw(_PRICE), "up_to": str(end)} for end in ends]
    return {
        "kind": draw(st.sampled_from(["graduated", "whole_volume"])),
        "steps": [*steps, {"price": draw(_PRICE)}],
    }


@st.composite
def _items(draw: st.DrawFn) -> list[RateItem]:
    """A card whose lines change in the month, some for a campaign or of higher priority."""
    unit = draw(st.sampled_from(["talk_minute", "handle_minute", "worked_minute", "dial",
                                 "contact", "lead"]))  # fmt: skip
    day = draw(st.dates(date(2026, 10, 2), date(2026, 10, 6)))
    shapes: list[dict[str, Any]] = [{"valid_to": day}, {"valid_from": day}]
    if draw(st.booleans()):
        shapes.append({"campaigns": ["spring"]})
    if draw(st.booleans()):
        shapes.append({"priority": 1, "valid_from": date(2026, 10, 4),
                       "valid_to": date(2026, 10, 5)})  # fmt: skip
    items = []
    for shape in shapes:
        tiers = draw(_tiers(3 if unit in ("dial", "contact", "lead") else 10))
        line: dict[str, Any] = {
            "unit": unit, "currency": "RUB", "valid_from": date(2026, 1, 1), "tiers": tiers,
            "price": tiers["steps"][0]["price"] if tiers else draw(_PRICE),
            "connect_fee": draw(st.sampled_from(["0", "0.5", "0.125"])),
        }  # fmt: skip
        if unit.endswith("minute"):
            line |= {
                "free_seconds": draw(st.integers(0, 8)),
                "included_seconds": draw(st.integers(0, 8)),
                "minimum_seconds": draw(st.integers(0, 70)),
                "first_increment_seconds": draw(st.integers(1, 70)),
                "next_increment_seconds": draw(st.integers(1, 70)),
                "rounding": draw(st.sampled_from(["up", "half_up", "down"])),
                "maximum_seconds": draw(st.none() | st.integers(70, 300)),
            }
        items.append(RateItem.model_validate(line | shape))
    return items


_SECONDS = st.none() | st.integers(0, 200)
_CALLS = st.fixed_dictionaries(
    {
        "day": st.integers(1, 8),
        "talk_seconds": st.integers(0, 400),
        "hold_seconds": _SECONDS,
        "ring_seconds": _SECONDS,
        "wrap_seconds": _SECONDS,
        "disposition": st.sampled_from(DISPOSITIONS),
        "is_test": st.none() | st.booleans(),
        "campaign_id": st.sampled_from([None, "spring", "autumn"]),
        "lead_id": st.sampled_from([None, "l1", "l2"]),
        "answered": st.booleans(),
    }
)


def by_hand(items: list[RateItem], given: list[dict[str, Any]]) -> list[tuple[str, int, Fraction]]:
    """Rate calls one after the other with the reference: key, seconds or 1, exact money."""
    lines = lines_of("", items)
    unit = items[0].unit
    chosen: list[tuple[Any, RatedCall]] = []
    seen: set[tuple[str, Any]] = set()
    for number, row in enumerate(given):
        line = line_for(lines, date(2026, 10, row["day"]), row["campaign_id"] or "")
        if line is None:
            chosen.append((None, RatedCall(0)))
            continue
        parts = {
            "talk": row["talk_seconds"], "hold": row["hold_seconds"] or 0,
            "ring": row["ring_seconds"] or 0, "wrap": row["wrap_seconds"] or 0,
            "disposition": row["disposition"], "is_test": bool(row["is_test"]),
        }  # fmt: skip
        fee = owes_fee(line, **parts, answered=row["answered"])
        if unit.endswith("minute"):
            base = rated_seconds(line, **parts)
        else:
            base = int(counts_call(line, row["disposition"], bool(row["is_test"])))
        lead = (line.key, row["lead_id"] or number)
        if unit == "lead" and base:
            if lead in seen:
                base, fee = 0, False
            seen.add(lead)
        chosen.append((line, RatedCall(base, fee)))
    amounts: dict[str, Any] = {
        line.key: iter(amounts_of(line, [c for one, c in chosen if one is line]))
        for line in lines
        if any(one is line for one, _ in chosen)
    }
    return [
        ("", 0, Fraction(0))
        if line is None
        else (line.key, rated_call.base, next(amounts[line.key]))
        for line, rated_call in chosen
    ]


@settings(max_examples=25)
@given(items=_items(), given=st.lists(_CALLS, min_size=1, max_size=40))
def test_the_engine_says_what_the_reference_says_of_every_card(
    items: list[RateItem], given: list[dict[str, Any]]
) -> None:
    given = sorted(given, key=lambda row: row["day"])
    frame = pl.DataFrame(
        [
            {k: v for k, v in row.items() if k not in ("day", "answered")}
            | {
                "call_id": f"c{number:03d}",
                "started_at": datetime(2026, 10, row["day"], 9, number),
                "answered_at": datetime(2026, 10, row["day"], 9, number) if row["answered"]
                else None,
            }
            for number, row in enumerate(given)
        ],
        infer_schema_length=None,
    )  # fmt: skip
    result = ve.rate(frame, items)
    found = result.to_frame().sort_values("call_id")
    counted = found["rated_seconds"].fillna(found["rated_calls"]).astype(int)
    expected = by_hand(items, given)
    assert list(zip(found["rate_item"], counted, found["amount"], strict=True)) == [
        (key, base, as_decimal(amount)) for key, base, amount in expected
    ]
    # and the totals of a line are the sum of its calls, to the last fraction
    for total in result.totals:
        own = [amount for key, _, amount in expected if key == total.rate_item]
        assert total.exact_amount == sum(own)


@given(
    steps=st.sets(st.integers(1, 50), min_size=1, max_size=4),
    base=st.integers(0, 80),
    whole=st.booleans(),
)
def test_a_volume_is_cut_into_its_steps_without_loss(
    steps: set[int], base: int, whole: bool
) -> None:
    ends = sorted(steps)
    tiers = {
        "kind": "whole_volume" if whole else "graduated",
        "steps": [{"price": str(n + 1), "up_to": str(end)} for n, end in enumerate(ends)]
        + [{"price": "9"}],
    }
    item = RateItem.model_validate(LINE | {"unit": "dial", "price": "1", "tiers": tiers})
    parts = priced_parts(item, base)
    assert sum(part.base for part in parts) == base
    assert exact_amount(item, base) == sum(part.base * Fraction(part.price) for part in parts)
    if whole:
        assert len(parts) == 1
    else:
        # the price of the n-th unit is that of the step it falls into
        prices = [next((n + 1 for n, e in enumerate(ends) if unit <= e), 9)
                  for unit in range(1, base + 1)]  # fmt: skip
        assert exact_amount(item, base) == sum(prices)


def test_one_scan_sums_up_what_single_calls_come_to() -> None:
    agreements: Any = {"alpha": type("Signed", (), {"rate_card": (
        RateItem.model_validate(LINE | {"valid_to": "2026-10-05", "connect_fee": "1"}),
        RateItem.model_validate(LINE | {"valid_from": "2026-10-05", "minimum_seconds": 90}),
    )})}  # fmt: skip
    rows = [call(n, datetime(2026, 10, 1 + n % 9, 9), 10 * n) for n in range(60)]
    lines = card_lines(agreements, ("talk_minute",))
    with engine_over({"calls": rows}) as engine:
        sums = engine.run(rated_sums(TABLES["calls"], lines, [])).to_pylist()
    for row in sums:
        own = [r for r in rows if (r["started_at"].day < 5) is (row["place"] == 0)]
        assert row["calls"] == len(own)
        line = lines[row["place"]]
        assert row["rated_seconds"] == sum(
            rated_seconds(line, talk=r["talk_seconds"], disposition="refusal") for r in own
        )
        fees = sum(bool(r["talk_seconds"]) for r in own)
        assert row["fee_calls"] == (fees if row["place"] == 0 else 0)


# --------------------------------------------------------------- what may be rated


def test_three_durations_stand_beside_each_other_with_a_state() -> None:
    steps = {"first_increment_seconds": 6, "next_increment_seconds": 6}
    frame = calls(61, 61, 61, 61, 5, disposition=["sale"] * 4 + ["voicemail"],
                  billed_seconds=[66, 120, 60, None, 60])  # fmt: skip
    result = ve.rate(frame, [LINE | steps])
    shown = result.to_frame()[["talk_seconds", "rated_seconds", "billed_seconds", "state"]]
    assert shown.astype(object).where(shown.notna(), None).values.tolist() == [
        [61, 66, 66, "as_rated"], [61, 66, 120, "above"], [61, 66, 60, "below"],
        [61, 66, None, "unknown"], [5, 0, 60, "unbillable"],
    ]  # fmt: skip
    assert result.states == {"as_rated": 1, "above": 1, "below": 1, "unbillable": 1, "unknown": 1}
    (total,) = result.totals
    assert (total.talk_seconds, total.rated_seconds, total.billed_seconds) == (249, 264, 306)
    assert (total.quantity, total.amount) == (Decimal("4.4000"), Decimal("41.80"))
    assert repr(result) == ("RatedCalls(5 calls, talk 249 s, rated 264 s, billed 306 s, RUB 41.80)")
    assert "<table>" in result._repr_html_()


def test_a_call_of_only_one_side_is_kept_and_marked() -> None:
    frame = calls(60, 60, 0, call_id=["a", "b", "c"])
    annex = pd.DataFrame({"call_id": ["a", "x", "a"], "billed_seconds": [60, 300, 60]})
    result = ve.rate(frame, [LINE], billed=annex)
    states = dict(zip(result.to_frame()["call_id"], result.to_frame()["state"], strict=True))
    # a was billed twice, b not at all, c has nothing to bill, nobody knows x
    assert states == {"a": "above", "b": "not_billed", "c": "as_rated", "x": "not_logged"}
    assert sum(t.calls for t in result.totals) == 3


def test_a_call_belongs_to_the_day_on_which_it_starts_in_the_zone_of_the_card() -> None:
    card = [LINE | {"valid_to": "2026-10-15"}, LINE | {"price": "12", "valid_from": "2026-10-15"}]
    # 23:59:59 and 00:00:00 in Moscow, given in UTC; both last an hour
    aware = pd.to_datetime(["2026-10-14 20:59:59", "2026-10-14 21:00:00"], utc=True)
    frame = calls(3600, 3600).assign(started_at=aware)
    result = ve.rate(frame, card, timezone="Europe/Moscow")
    assert [str(a) for a in result.to_frame()["amount"]] == ["570.000000", "720.000000"]
    # the same instants under a card read in UTC are both of the fourteenth
    assert ve.rate(frame, card).amounts == {"RUB": Decimal("1140.00")}
    # without a zone the frame's clock is the card's
    naive = calls(3600).assign(started_at=pd.Timestamp("2026-10-15 00:00"))
    assert ve.rate(naive, card, timezone="Europe/Moscow").amounts == {"RUB": Decimal("720.00")}


def test_an_hour_the_clocks_repeat_or_skip() -> None:
    berlin = pd.to_datetime(["2026-03-29 02:30", "2026-10-25 02:30"])
    frame = calls(60, 60).assign(started_at=berlin)
    shown = ve.rate(frame, [LINE], timezone="Europe/Berlin").to_frame()["started_at"]
    assert [at.strftime("%H:%M%z") for at in shown] == ["03:30+0200", "02:30+0200"]


def test_currencies_are_never_added() -> None:
    frame = calls(60, 60, disposition="sale")
    result = ve.rate(frame, [LINE, LINE | {"unit": "dial", "price": "0.10", "currency": "EUR"}])
    assert result.amounts == {"EUR": Decimal("0.20"), "RUB": Decimal("19.00")}
    assert len(result) == 4 and set(result.to_frame()["unit"]) == {"talk_minute", "dial"}


def test_rounding_of_a_day_and_of_the_whole() -> None:
    step = {"first_increment_seconds": 60, "next_increment_seconds": 60}
    frame = calls(*[10] * 1000)
    assert ve.rate(frame, [LINE | step]).totals[0].quantity == 1000
    whole = ve.rate(frame, [LINE | step | {"round_scope": "invoice"}])
    assert whole.totals[0].quantity == 167
    assert whole.amounts == {"RUB": Decimal("1586.50")}
    frame["started_at"] += pd.to_timedelta([0, 1] * 500, unit="D")
    assert ve.rate(frame, [LINE | step | {"round_scope": "day"}]).totals[0].quantity == 168


def test_rows_of_the_ledger_and_frames_of_all_makes(tmp_path: Path) -> None:
    rows = [call(n, datetime(2026, 10, 1 + n, 9), 60) for n in range(3)]
    files = write(tmp_path, {"calls": rows})["calls"]
    october = Rows("calls", "alpha", Period.parse("2026-10-01..2026-10-02"), files)
    assert ve.rate(october, [LINE]).amounts == {"RUB": Decimal("19.00")}
    card = RateCard(tuple(RateCard.of([LINE]).items), vendor="alpha")
    assert ve.rate(october, card).totals[0].rate_item == "alpha/0"
    frame = calls(60)
    assert ve.rate(pl.from_pandas(frame), [LINE]).amounts == ve.rate(frame, [LINE]).amounts
    assert ve.rate(pl.from_pandas(frame).to_arrow(), [LINE]).amounts == {"RUB": Decimal("9.50")}


def test_what_cannot_be_rated_says_why(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not as list"):
        ve.rate([1, 2], [LINE])
    with pytest.raises(ValueError, match="columns are missing: started_at, talk_seconds"):
        ve.rate(pd.DataFrame({"x": [1]}), [LINE])
    with pytest.raises(ValueError, match="columns are missing: disposition"):
        ve.rate(calls(60), [LINE | {"billable_dispositions": ["sale"]}])
    with pytest.raises(ValueError, match="no line for minutes"):
        ve.rate(calls(60), [LINE | {"unit": "sale"}])
    with pytest.raises(ValueError, match="not rows of the report 'sales'"):
        ve.rate(Rows("sales", files=[tmp_path / "x.parquet"]), [LINE])
    with pytest.raises(ValueError, match="dates with a time of day"):
        ve.rate(calls(60).assign(started_at="yesterday"), [LINE])
    with pytest.raises(ValueError, match="missing in billed: billed_seconds"):
        ve.rate(calls(60), [LINE], billed=pd.DataFrame({"call_id": ["a"]}))
    with pytest.raises(AgreementError, match=r"two prices from 2026-01-01"):
        ve.rate(calls(60), [LINE, LINE])
    with pytest.raises(AgreementError, match=r"\[0\]\.price: it is missing"):
        ve.rate(calls(60), [{k: v for k, v in LINE.items() if k != "price"}])
    with pytest.raises(AgreementError, match="the time zone Moscow is not known"):
        ve.rate(calls(60), [LINE], timezone="Moscow")


def test_no_calls_are_no_money() -> None:
    result = ve.rate(calls().astype({"talk_seconds": int}), [LINE])
    assert len(result) == 0 and result.amounts == {} and bool(result)
