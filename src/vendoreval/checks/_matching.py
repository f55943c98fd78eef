"""Claimed sales matched with the client's: by lead, else by phone, within a lag of days."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.checks._answers import in_period, mentions, stack
from vendoreval.checks.base import Scope, Tables

# what the client's CRM says of a claimed sale; a better state outranks a worse one
NO_KEY: Final = -1
UNKNOWN: Final = 0
CANCELLED: Final = 1
UNPAID: Final = 2
PAID: Final = 3
_WITHDRAWN: Final = ("cancel", "отмен", "аннулир", "возврат", "refund")
_COLUMNS: Final = {
    "kind": "string", "vendor": "string", "sold_on": "date", "state": "int64", "claimed": "int64",
    "n": "int64",
}  # fmt: skip


def phone_key(phone: ibis.Value) -> ibis.Value:
    """Return the last ten digits of a phone; a code that is no phone stays as it is.

    A masked phone names many people and is no key.
    """
    written = phone.fill_null("")
    digits = written.re_replace("[^0-9]", "")
    return ibis.cases(
        (written.contains("*"), ""),
        (digits.length() >= 10, digits.right(10)),
        else_=written.strip().lower(),
    )


def numbers_of(calls: ibis.Table) -> ibis.Table:
    """Return each number that calls were made to, once: a log holds a number many times.

    Columns number_vendor, number_phone (as written), number_key and number_calls.
    """
    numbers = calls.group_by(["vendor", "phone"]).agg(number_calls=calls.count().cast("int64"))
    numbers = numbers.mutate(number_key=phone_key(numbers.phone))
    numbers = numbers.filter(numbers.number_key != "")
    return numbers.rename(number_vendor="vendor", number_phone="phone")


def crm_sales(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the client's sales with their keys, state and vendor."""
    sales = tables["client_sales"]
    leads = tables["leads"].select(known_lead="lead_id", lead_vendor="vendor").distinct()
    leads = leads.group_by("known_lead").agg(lead_vendor=leads.lead_vendor.max())
    joined = sales.left_join(leads, sales.lead_id == leads.known_lead)
    paid = joined.paid_on.notnull() | (joined.paid_amount.fill_null(0) > 0)
    state = ibis.cases((joined.cancelled_on.notnull(), CANCELLED), (paid, PAID), else_=UNPAID).cast(
        "int64"
    )
    return joined.select(
        crm_id="sale_id",
        crm_on="sold_on",
        crm_lead=joined.lead_id.fill_null(""),
        crm_phone=phone_key(joined.phone),
        crm_vendor=ibis.coalesce(joined.vendor, joined.lead_vendor, ibis.literal("")),
        crm_state=state,
    )


def claims(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the claimed sales around the period with their keys, and which of them are due."""
    sales = tables["sales"]
    period, lag = scope.period, ibis.interval(days=scope.settings.sale_lag_days)
    start, end = ibis.literal(period.start), ibis.literal(period.end)
    sales = sales.filter(
        sales.vendor.isin(scope.vendors), sales.sold_on >= start - lag, sales.sold_on < end + lag
    )
    leads = tables["leads"]
    leads = leads.group_by(["vendor", "lead_id"]).agg(lead_phone=leads.phone.max())
    leads = leads.rename(lead_vendor="vendor", known_lead="lead_id")
    calls = tables["calls"].select(call_vendor="vendor", known_call="call_id", call_phone="phone")
    found = sales.left_join(
        leads, [sales.vendor == leads.lead_vendor, sales.lead_id == leads.known_lead]
    )
    found = found.left_join(
        calls, [found.vendor == calls.call_vendor, found.call_id == calls.known_call]
    )
    by_lead, by_call = phone_key(found.lead_phone), phone_key(found.call_phone)
    found = found.mutate(
        lead_key=found.lead_id.fill_null(""), phone_key=(by_lead != "").ifelse(by_lead, by_call)
    )
    crm = crm_sales(tables, scope)
    young = (found.sold_on >= end - lag) | (found.sold_on > crm.crm_on.max().as_scalar())
    withdrawn = mentions(found.status, _WITHDRAWN)
    in_time = in_period(found.sold_on, period.start, period.end)
    return found.mutate(due=in_time & ~young & ~withdrawn)


def matches(tables: Tables, scope: Scope) -> ibis.Table:
    """Return every pair of a claim and a sale of the CRM that can be the same sale."""
    claimed = claims(tables, scope).select("vendor", "sale_id", "sold_on", "lead_key", "phone_key")
    crm = crm_sales(tables, scope)
    lag = ibis.interval(days=scope.settings.sale_lag_days)

    def near(pairs: ibis.Table) -> ibis.Table:
        pairs = pairs.filter(
            pairs.crm_on >= pairs.sold_on - lag, pairs.crm_on <= pairs.sold_on + lag
        )
        return pairs.select("vendor", "sale_id", "crm_id", "crm_state")

    keyed = claimed.filter(claimed.lead_key != "")
    by_lead = near(keyed.join(crm, keyed.lead_key == crm.crm_lead))
    keyed = claimed.filter(claimed.phone_key != "")
    by_phone = near(keyed.join(crm, keyed.phone_key == crm.crm_phone))
    columns = {"vendor": "string", "sale_id": "string", "crm_id": "string", "crm_state": "int64"}
    return stack([by_lead, by_phone], columns).distinct()


def claims_with_state(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the claims that are due, each with what the CRM says of it."""
    pairs = matches(tables, scope)
    # shifted by one, so that a claim without a pair reads the same on every engine
    best = pairs.group_by(["vendor", "sale_id"]).agg(best=pairs.crm_state.max() + 1)
    best = best.rename(of_vendor="vendor", of_sale="sale_id")
    due = claims(tables, scope)
    due = due.filter(due.due)
    found = due.left_join(best, [due.vendor == best.of_vendor, due.sale_id == best.of_sale])
    crm = crm_sales(tables, scope)
    by_lead = (found.lead_key != "") & (crm.crm_lead.max().as_scalar() != "")
    by_phone = (found.phone_key != "") & (crm.crm_phone.max().as_scalar() != "")
    seen = found.best.fill_null(0)
    state = ibis.cases((seen > 0, seen - 1), (by_lead | by_phone, UNKNOWN), else_=NO_KEY)
    return found.mutate(state=state.cast("int64"))


def reduced(tables: Tables, scope: Scope) -> ibis.Table:
    """Return counts of claims by day and state, and of the CRM's sales by claimed or not."""
    due = claims_with_state(tables, scope)
    counted = due.group_by(["vendor", "sold_on", "state"]).agg(n=due.count().cast("int64"))
    crm = crm_sales(tables, scope)
    end = ibis.literal(scope.period.end) - ibis.interval(days=scope.settings.sale_lag_days)
    crm = crm.filter(
        crm.crm_vendor.isin(scope.vendors),
        crm.crm_on >= ibis.literal(scope.period.start),
        crm.crm_on < end,
    )
    pairs = matches(tables, scope)
    pairs = pairs.select(pair_vendor="vendor", pair_id="crm_id").distinct()
    pairs = pairs.mutate(is_claimed=ibis.literal(1).cast("int64"))
    joined = crm.left_join(
        pairs, [crm.crm_vendor == pairs.pair_vendor, crm.crm_id == pairs.pair_id]
    )
    joined = joined.mutate(claimed=joined.is_claimed.fill_null(0))
    other = joined.group_by(["crm_vendor", "claimed"]).agg(n=joined.count().cast("int64"))
    every = tables["client_sales"]
    known = every.agg(n=every.count().cast("int64")).mutate(kind=ibis.literal("known"))
    return stack(
        [
            counted.mutate(kind=ibis.literal("claim")),
            other.rename(vendor="crm_vendor").mutate(kind=ibis.literal("crm")),
            known.mutate(vendor=ibis.literal("")),
        ],
        _COLUMNS,
    )
