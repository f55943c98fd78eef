"""A9: invoices beside the log of their period. A10: what is matched with what."""

from __future__ import annotations

from typing import Any, Final

import ibis
import pandas as pd

from vendoreval.aggregates.base import (
    Aggregate,
    Tables,
    Window,
    add,
    count,
    day_number,
    real,
    seconds_of,
    stacked,
)
from vendoreval.measures import vendor_of_sales
from vendoreval.tables import CONVERSATION

_LOGGED = ("dials", "conversations", "talk_seconds", "billed_seconds", "sales_claimed")
CARRIER_TOLERANCE_SECONDS: Final = 120


def _cents(money: Any) -> Any:
    """Return whole cents (kopecks) of an amount."""
    return (money.fill_null(0) * 100).round().cast("int64")


def _daily(tables: Tables, window: Window) -> ibis.Table:
    calls = real(window.around(tables["calls"], "started_on"))
    logged = calls.group_by(logged_vendor="vendor", logged_on="started_on").agg(
        dials=calls.count().cast("int64"),
        conversations=count(calls.disposition.isin(CONVERSATION)),
        talk_seconds=add(calls.talk_seconds),
        billed_seconds=add(calls.billed_seconds),
    )
    claims = window.around(tables["sales"], "sold_on")
    claimed = claims.group_by(logged_vendor="vendor", logged_on="sold_on").agg(
        sales_claimed=claims.count().cast("int64")
    )
    kinds = {"logged_vendor": "string", "logged_on": "date"}
    filled = []
    for part in (logged, claimed):
        zero = {n: ibis.literal(0).cast("int64") for n in _LOGGED if n not in part.columns}
        filled.append(part.mutate(**zero).select(*kinds, *_LOGGED))
    both = ibis.union(*filled, distinct=False)
    return both.group_by(list(kinds)).agg(**{name: add(both[name]) for name in _LOGGED})


def _invoices(tables: Tables, window: Window) -> ibis.Table:
    lines = window.during(tables["invoice_lines"], "period_start")
    keys = ["vendor", "invoice_id", "unit", "first_day", "last_day"]
    lines = lines.mutate(
        first_day=day_number(lines.period_start),
        last_day=day_number(lines.period_end),
        cents=_cents(lines.amount),
        units=(lines.quantity * 10_000).round().cast("int64"),
    )
    billed = lines.group_by(keys).agg(
        lines=lines.count().cast("int64"),
        amount_cents=add(lines.cents),
        quantity_ten_thousandths=add(lines.units),
    )
    daily = _daily(tables, window)
    daily = daily.mutate(logged_day=day_number(daily.logged_on))
    spans = billed.select("vendor", "invoice_id", "unit", "first_day", "last_day")
    inside = spans.join(
        daily,
        [spans.vendor == daily.logged_vendor, spans.first_day <= daily.logged_day,
         spans.last_day >= daily.logged_day],
    )  # fmt: skip
    logged = inside.group_by(keys).agg(**{name: add(inside[name]) for name in _LOGGED})
    sums = ("lines", "amount_cents", "quantity_ten_thousandths", *_LOGGED)
    texts = ("vendor", "invoice_id", "unit")
    kinds = {key: "string" if key in texts else "int64" for key in keys}
    both = stacked([billed, logged], kinds | dict.fromkeys(sums, "int64"))
    counted = both.group_by(keys).agg(**{name: add(both[name]) for name in sums})
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


A9: Final = Aggregate(
    "A9", "one unit of one invoice, beside what the log holds for its period (day numbers)",
    ("vendor", "invoice_id", "unit", "first_day", "last_day", "month"),
    ("lines", "amount_cents", "quantity_ten_thousandths", *_LOGGED),
    ("invoice_lines", "calls", "sales"), _invoices, ahead=True,
)  # fmt: skip


# ------------------------------------------------------------------ matches


def _claims(tables: Tables, window: Window) -> ibis.Table:
    """Class every claimed sale: known and paid, known, cancelled, or unknown to the client."""
    claims = window.during(tables["sales"], "sold_on")
    known = window.around(vendor_of_sales(tables), "sold_on")
    known = known.filter(known.lead_id.notnull())
    rank = known.cancelled_on.notnull().ifelse(1, known.paid_on.notnull().ifelse(3, 2))
    known = known.group_by(known_vendor="vendor", known_lead="lead_id").agg(
        rank=rank.max().cast("int64")
    )
    joined = claims.left_join(
        known, [claims.vendor == known.known_vendor, claims.lead_id == known.known_lead]
    )
    found = joined["rank"].fill_null(0)
    label = (found == 3).ifelse("claim_paid", (found == 2).ifelse(
        "claim_known", (found == 1).ifelse("claim_cancelled", "claim_unknown")))  # fmt: skip
    return _classed(joined.mutate(match=label, cents=_cents(joined.amount)))


def _unclaimed(tables: Tables, window: Window) -> ibis.Table:
    """Class the client's sales that no vendor claims."""
    known = window.during(vendor_of_sales(tables), "sold_on")
    claims = window.around(tables["sales"], "sold_on")
    claims = claims.filter(claims.lead_id.notnull())
    claims = claims.group_by(claim_vendor="vendor", claim_lead="lead_id").agg(
        claimed=claims.count().cast("int64")
    )
    joined = known.left_join(
        claims, [known.vendor == claims.claim_vendor, known.lead_id == claims.claim_lead]
    )
    rest = joined.filter(joined.claimed.isnull())
    return _classed(rest.mutate(match=ibis.literal("known_unclaimed"), cents=_cents(rest.amount)))


def _sale_calls(tables: Tables, window: Window) -> ibis.Table:
    """Class claimed sales by whether a conversation of the log stands behind them."""
    claims = window.during(tables["sales"], "sold_on").rename(claim_call="call_id")
    calls = real(window.during(tables["calls"], "started_on", back=True))
    calls = calls.filter(calls.disposition.isin(CONVERSATION), calls.lead_id.notnull())
    spoken = calls.group_by(call_vendor="vendor", call_lead="lead_id").agg(
        talks=calls.count().cast("int64")
    )
    joined = claims.left_join(
        spoken, [claims.vendor == spoken.call_vendor, claims.lead_id == spoken.call_lead]
    )
    label = joined.talks.notnull().ifelse("claim_with_talk", "claim_without_talk")
    return _classed(joined.mutate(match=label, cents=_cents(joined.amount)))


def _classed(table: ibis.Table) -> ibis.Table:
    return table.group_by(["vendor", "match"]).agg(
        rows=table.count().cast("int64"), amount_cents=add(table.cents)
    )


def _carrier(tables: Tables, window: Window) -> list[ibis.Table]:
    """Class connected calls by whether the carrier knows them, and the carrier's by the log."""
    calls = real(window.during(tables["calls"], "started_on"))
    calls = calls.filter(calls.talk_seconds > 0).select(
        "vendor", "call_id", "phone", logged_at=seconds_of(calls.started_at),
        logged=calls.talk_seconds + calls.hold_seconds.fill_null(0),
    )  # fmt: skip
    records = tables["carrier_calls"]
    records = records.filter(
        records.started_on >= ibis.literal(window.month.start),
        records.started_on < ibis.literal(window.month.end),
        records.duration_seconds > 0,
    ).select(
        "record_id", carried_phone="phone", carried_at=seconds_of(records.started_at),
        carried=records.duration_seconds,
    )  # fmt: skip
    near = [
        calls.phone == records.carried_phone,
        calls.logged_at <= records.carried_at + CARRIER_TOLERANCE_SECONDS,
        calls.logged_at >= records.carried_at - CARRIER_TOLERANCE_SECONDS,
    ]
    pairs = calls.join(records, near)
    pairs = pairs.mutate(distance=(pairs.logged_at - pairs.carried_at).abs().cast("int64"))
    nearest = ibis.window(group_by=["vendor", "call_id"], order_by=["distance", "record_id"])
    pairs = pairs.mutate(place=ibis.row_number().over(nearest).cast("int64"))
    best = pairs.filter(pairs.place == 0).select(
        best_vendor="vendor", best_call="call_id", best_record="record_id", carried="carried"
    )
    matched = calls.left_join(
        best, [calls.vendor == best.best_vendor, calls.call_id == best.best_call]
    )
    label = matched.best_record.notnull().ifelse("call_carried", "call_not_carried")
    matched = matched.mutate(match=label)
    return [
        matched.group_by(["vendor", "match"]).agg(
            rows=matched.count().cast("int64"),
            logged_seconds=add(matched.logged),
            carried_seconds=add(matched.carried),
        ),
        _only_carried(tables, window, records, best),
    ]


def _only_carried(
    tables: Tables, window: Window, records: ibis.Table, best: ibis.Table
) -> ibis.Table:
    """Count the carrier's records, and those without a call, for the vendor of their number."""
    leads = window.of_vendors(tables["leads"])
    owners = (
        leads.filter(leads.phone.notnull()).group_by(owned="phone").agg(vendor=leads.vendor.max())
    )
    owned = records.join(owners, records.carried_phone == owners.owned)
    used = best.select(used_record="best_record").distinct()
    joined = owned.left_join(used, owned.record_id == used.used_record)
    label = joined.used_record.isnull().ifelse("carried_only", "carried_logged")
    joined = joined.mutate(match=label)
    return joined.group_by(["vendor", "match"]).agg(
        rows=joined.count().cast("int64"), carried_seconds=add(joined.carried)
    )


_SUMS = ("rows", "amount_cents", "logged_seconds", "carried_seconds")


def _matches(tables: Tables, window: Window) -> ibis.Table:
    parts = [_claims(tables, window), _unclaimed(tables, window), _sale_calls(tables, window)]
    parts += _carrier(tables, window)
    kinds = {"vendor": "string", "match": "string"} | dict.fromkeys(_SUMS, "int64")
    both = stacked(parts, kinds)
    counted = both.group_by(["vendor", "match"]).agg(**{name: add(both[name]) for name in _SUMS})
    return counted.mutate(month=ibis.literal(window.number).cast("int64"))


def _without_carrier(frame: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Leave out what the carrier does not know where it delivered nothing for the month."""
    if frame["match"].isin(["carried_only", "carried_logged", "call_carried"]).any():
        return frame
    return frame[frame["match"] != "call_not_carried"]


A10: Final = Aggregate(
    "A10", "rows of one class of match: claims with the client's sales and with the log, calls "
    "with the carrier's records",
    ("vendor", "match", "month"), _SUMS,
    ("sales", "client_sales", "leads", "calls", "carrier_calls"), _matches,
    finish=_without_carrier, ahead=True,
)  # fmt: skip
