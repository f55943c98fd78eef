"""`ve.rate`: every call with the seconds that were talked, may be billed and were billed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import ibis
import numpy as np
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.agreement.rate_items import RateItem
from vendoreval.rating.amounts import as_decimal
from vendoreval.rating.call_rows import CallRows, call_rows
from vendoreval.rating.card import RateCard
from vendoreval.rating.charging import charge_calls, first_of_each_lead, parts_per_money
from vendoreval.rating.columns import UNPRICED, rate_calls
from vendoreval.rating.lines import MINUTE_UNITS, CardLine
from vendoreval.rating.rated import COLUMNS, RatedCalls, totals_of

# an analyst's frame, not a reduced table: it may be as long as the memory holds
_ROWS: Final = 100_000_000


def rate(
    calls: Any,
    card: RateCard | Agreement | Iterable[RateItem | Mapping[str, Any]],
    *,
    billed: pd.DataFrame | None = None,
    timezone: str | None = None,
) -> RatedCalls:
    """Rate calls by a card: actual, rated and billed seconds side by side, and the money.

    A call belongs to the day on which it starts in the time zone of the card, whatever
    happens before it ends. A card with lines for several units rates each call once in
    each of them. Where a line rounds days or the whole invoice, single calls stay
    unrounded and the totals are rounded.

    Parameters
    ----------
    calls
        A frame (pandas, polars, Arrow) with at least `started_at` and `talk_seconds` under
        the canonical names, rows of the ledger, or what `validate` returned.
    card
        An agreement, a `RateCard`, or lines as an agreement writes them.
    billed
        `call_id` and `billed_seconds` of the annex of an invoice, in place of the column
        of the calls. Calls of only one side are kept and marked.
    timezone
        In which days are counted; that of the agreement when not given, else UTC.

    Returns
    -------
    RatedCalls

    Raises
    ------
    AgreementError
        If the card is wrong or contradicts itself; each clause is named.
    ValueError
        If the card has no line for calls, or a column is missing.

    Examples
    --------
    >>> calls = pd.DataFrame({"started_at": pd.to_datetime(["2026-10-01 09:00"] * 3),
    ...                       "talk_seconds": [32, 57, 75]})
    >>> rated = rate(calls, [{"unit": "talk_minute", "price": "0.006", "currency": "EUR",
    ...     "valid_from": "2026-01-01", "first_increment_seconds": 30,
    ...     "next_increment_seconds": 6}])
    >>> rated.to_frame()["rated_seconds"].tolist()
    [36, 60, 78]
    >>> [str(amount) for amount in rated.to_frame()["amount"]]
    ['0.003600', '0.006000', '0.007800']
    """
    sheet = RateCard.of(card, timezone)
    if not sheet.call_units:
        raise ValueError("the card has no line for minutes, dials, contacts or leads of calls")
    rows = call_rows(calls, sheet)
    annex = None if billed is None else _annex(billed)
    parts = [_one_unit(rows, sheet, unit, annex) for unit in sheet.call_units]
    frame = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    return RatedCalls(sheet, totals_of(sheet, frame), frame[list(COLUMNS)])


def _annex(given: pd.DataFrame) -> pd.DataFrame:
    lacking = {"call_id", "billed_seconds"} - set(given.columns)
    if lacking:
        raise ValueError(f"columns are missing in billed: {', '.join(sorted(lacking))}")
    named = given.assign(call_id=given["call_id"].astype("str"))
    return named.groupby("call_id", as_index=False).agg({"billed_seconds": "sum"})


def _one_unit(
    rows: CallRows, card: RateCard, unit: str, annex: pd.DataFrame | None
) -> pd.DataFrame:
    lines = card.lines(unit)
    with rows.engine() as engine:
        table = engine.run(_query(rows.query(), lines, unit), maximum_rows=_ROWS)
    frame: pd.DataFrame = table.to_pandas().assign(unit=unit)
    timed = unit in MINUTE_UNITS
    if annex is not None and timed:
        frame = frame.drop(columns="billed_seconds").merge(annex, on="call_id", how="outer")
        # a call of the annex alone: the log has no seconds of it, so nothing is rated
        frame["unit"] = unit
        frame["rate_item"] = frame["rate_item"].fillna(UNPRICED)
        for name in ("base", "fee_calls", "charge_parts"):
            frame[name] = frame[name].fillna(0).astype("int64")
    frame["billed_seconds"] = frame["billed_seconds"].astype("Int64")
    frame["talk_seconds"] = frame["talk_seconds"].astype("Int64")
    frame["base"] = frame["base"].astype("int64")
    empty = pd.array([pd.NA] * len(frame), "Int64")
    frame["rated_seconds"] = frame["base"].astype("Int64") if timed else empty
    frame["rated_calls"] = empty if timed else frame["base"].astype("Int64")
    frame["amount"] = _amounts(frame["charge_parts"], parts_per_money(lines))
    frame["currency"] = frame["rate_item"].map({line.key: line.item.currency for line in lines})
    frame["started_at"] = frame["started_at"].dt.tz_localize("UTC").dt.tz_convert(card.timezone)
    frame["state"] = _states(frame, annex is not None) if timed else "unknown"
    return frame


def _query(calls: ibis.Table, lines: Sequence[CardLine], unit: str) -> ibis.Table:
    rated = rate_calls(calls, lines)
    if unit == "lead":
        rated = first_of_each_lead(rated)
    return (
        charge_calls(rated, lines)
        .select(
            "call_id", "agent_id", "campaign_id", "started_at", "started_on", "disposition",
            "talk_seconds", "rate_item", "billed_seconds", "fee_calls", "charge_parts",
            base="rated_seconds",
        )
        .order_by("started_at", "call_id")
    )  # fmt: skip


def _amounts(parts: pd.Series, size: int) -> pd.Series:
    """Return whole parts of money as `Decimal`; equal charges are worked out once."""
    shown = {value: as_decimal(Fraction(int(value), size)) for value in parts.unique()}
    return parts.map(shown)


def _states(frame: pd.DataFrame, with_annex: bool) -> pd.Series:
    rated = frame["base"].to_numpy(dtype="int64")
    is_known = frame["billed_seconds"].notna().to_numpy()
    billed = frame["billed_seconds"].fillna(0).to_numpy(dtype="int64")
    is_logged = frame["talk_seconds"].notna().to_numpy()
    is_priced = (frame["rate_item"] != UNPRICED).to_numpy()
    silent = np.full(len(frame), "not_billed" if with_annex else "unknown", dtype=object)
    # with an annex a call that is not in it was not billed
    silent[(rated == 0) & with_annex] = "as_rated"
    chosen = np.select(
        [
            ~is_logged,
            ~is_priced,
            ~is_known,
            (billed == 0) & (rated > 0),
            (billed > 0) & (rated == 0),
            billed > rated,
            billed < rated,
        ],
        ["not_logged", "no_price", silent, "not_billed", "unbillable", "above", "below"],
        "as_rated",
    )
    return pd.Series(chosen, index=frame.index)
