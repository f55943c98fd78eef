"""What every month of a vendor came to: work of persons, leads handed over, sales.

The same small table comes from the rows on any engine, or from stored tables of counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import ibis
import pandas as pd

from vendoreval.aggregates.base import day_number
from vendoreval.checks._answers import stack
from vendoreval.checks._credit import window_calls
from vendoreval.checks.base import Scope, Stored, Tables
from vendoreval.measures import first_of_month, month_number, number_of_month, vendor_of_sales
from vendoreval.period import Period

#: how far back the own past reaches
HISTORY_MONTHS: Final = 60
_KEYS: Final = {
    "kind": "string", "vendor": "string", "agent_id": "string", "month": "int64", "week": "int64",
    "list_id": "string", "segment": "string", "source": "string",
}  # fmt: skip
COUNTS: Final = (
    "dials", "talk_seconds", "lead_seconds", "leads_touched", "leads_worked", "billed_seconds",
    "leads", "recorded", "sold",
)  # fmt: skip
_WORK: Final = COUNTS[:6]
_LEAD_KEYS: Final = ("list_id", "segment", "source")


def history(scope: Scope) -> Period:
    """Return the whole months that end with the period or before, sixty at most."""
    end = number_of_month(scope.period.end)
    return Period(first_of_month(end - HISTORY_MONTHS), first_of_month(end))


def history_months(scope: Scope) -> tuple[Period, ...]:
    """Return the same month by month."""
    end = number_of_month(scope.period.end)
    return tuple(
        Period.month_of(first_of_month(number)) for number in range(end - HISTORY_MONTHS, end)
    )


# ------------------------------------------------------------- from the rows


def own_months(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the months of each vendor, several kinds of rows under each other.

    Columns
    -------
    kind
        `work`: one person's month. `period`: one person's audited period, which need not be
        whole months. `handed`: leads the client handed over in a month, by list, segment and
        source. `sold`: sales of a month. `week`: talk and sales of the week of a Monday (its
        day number).
    dials, talk_seconds, billed_seconds
        All of them; billed is the talk where a call has none.
    lead_seconds, leads_worked
        Talk on leads that the client had handed over by the day of the call, and how many
        of them the person dialled. `leads_touched` counts whatever numbers the log gives.
    recorded, sold
        Sales of the client's records; those not cancelled within the horizon (of weeks:
        not cancelled until now).
    """
    months = history(scope)
    whole = Period(months.start, max(months.end, scope.period.end))
    calls = _on_handed(tables, window_calls(tables["calls"], scope.vendors, whole))
    past = calls.filter(calls.started_on < ibis.literal(months.end))
    day = day_number(past.started_on)
    weeks = past.mutate(week=(day - (day + 3) % 7).cast("int64"))
    parts = [
        _work(past.mutate(month=month_number(past.started_on)), ["vendor", "agent_id", "month"],
              "work"),
        _work(calls.filter(calls.started_on >= ibis.literal(scope.period.start)),
              ["vendor", "agent_id"], "period"),
        weeks.group_by(["vendor", "week"]).agg(
            kind=ibis.literal("week"), talk_seconds=weeks.talk_seconds.sum()
        ),
        _handed(tables["leads"], scope, months),
        *_sales(tables, scope, months),
    ]  # fmt: skip
    return stack(parts, _KEYS | dict.fromkeys(COUNTS, "int64"))


def _on_handed(tables: Tables, calls: ibis.Table) -> ibis.Table:
    """Mark the calls on leads that the client had handed over to the vendor by then."""
    leads = tables["leads"]
    handed = leads.group_by(on_vendor=leads.vendor, on_lead=leads.lead_id).agg(
        handed_on=leads.handed_on.min()
    )
    joined = calls.left_join(
        handed, [calls.vendor == handed.on_vendor, calls.lead_id == handed.on_lead]
    )
    on_list = (joined.handed_on <= joined.started_on).fill_null(False)
    return joined.select(
        "vendor", "agent_id", "started_on", "lead_id",
        talk_seconds=joined.talk_seconds,
        billed_seconds=joined.billed_seconds.fill_null(joined.talk_seconds),
        on_list=on_list,
        listed=on_list.ifelse(joined.lead_id, ibis.null("string")),
    )  # fmt: skip


def _work(calls: ibis.Table, keys: Sequence[str], kind: str) -> ibis.Table:
    return calls.group_by(list(keys)).agg(
        kind=ibis.literal(kind),
        dials=calls.count().cast("int64"),
        talk_seconds=calls.talk_seconds.sum(),
        billed_seconds=calls.billed_seconds.sum(),
        lead_seconds=calls.on_list.ifelse(calls.talk_seconds, 0).sum(),
        leads_touched=calls.lead_id.nunique(),
        leads_worked=calls.listed.nunique(),
    )


def _handed(leads: ibis.Table, scope: Scope, months: Period) -> ibis.Table:
    kept = leads.filter(
        leads.vendor.isin(scope.vendors),
        leads.handed_on >= ibis.literal(months.start),
        leads.handed_on < ibis.literal(months.end),
    )
    keys = {name: kept[name].fill_null("") for name in _LEAD_KEYS}
    return kept.group_by(vendor=kept.vendor, month=month_number(kept.handed_on), **keys).agg(
        kind=ibis.literal("handed"), leads=kept.lead_id.nunique()
    )


def _sales(tables: Tables, scope: Scope, months: Period) -> list[ibis.Table]:
    sales = vendor_of_sales(tables)
    kept = sales.filter(
        sales.vendor.isin(scope.vendors),
        sales.sold_on >= ibis.literal(months.start),
        sales.sold_on < ibis.literal(months.end),
    )
    day = day_number(kept.sold_on)
    age = day_number(kept.cancelled_on) - day
    gone = ((age >= 0) & (age <= scope.settings.payment_horizon_days)).fill_null(False)
    kept = kept.mutate(
        lives=(~gone).cast("int64"), stays=kept.cancelled_on.isnull().cast("int64"),
        month=month_number(kept.sold_on), week=(day - (day + 3) % 7).cast("int64"),
    )  # fmt: skip
    return [
        kept.group_by(["vendor", "month"]).agg(
            kind=ibis.literal("sold"), recorded=kept.count(), sold=kept.lives.sum()
        ),
        kept.group_by(["vendor", "week"]).agg(
            kind=ibis.literal("week"), recorded=kept.count(), sold=kept.stays.sum()
        ),
    ]


# --------------------------------------------------------- from stored counts


def months_of_counts(counts: Mapping[str, pd.DataFrame], scope: Scope) -> pd.DataFrame:
    """Return the same table from the stored tables A1, A1W, A7 and A11."""
    last = number_of_month(scope.period.end)
    first = number_of_month(scope.period.start)
    work = _stored_work(counts["A1"])
    known = work[(work["agent_id"] != "") & (work["dials"] > 0)]
    audited = known[known["month"].between(first, last - 1)]
    period = audited.groupby(["vendor", "agent_id"], as_index=False)[list(_WORK)].sum()
    weeks = counts["A1W"].groupby(["vendor", "week"], as_index=False)[
        ["talk_seconds", "sales_known", "sales_cancelled"]
    ].sum()  # fmt: skip
    weeks = weeks.assign(
        recorded=weeks["sales_known"], sold=weeks["sales_known"] - weeks["sales_cancelled"]
    )
    parts = {
        "work": known, "period": period, "week": weeks, "handed": counts["A11"],
        "sold": _stored_sales(counts["A7"], scope.settings.payment_horizon_days),
    }  # fmt: skip
    rows = [part.assign(kind=kind) for kind, part in parts.items() if len(part)]
    if not rows:
        return pd.DataFrame(columns=[*_KEYS, *COUNTS])
    return pd.concat(rows, ignore_index=True).reindex(columns=[*_KEYS, *COUNTS])


def _stored_work(work: pd.DataFrame) -> pd.DataFrame:
    on_list = work["age_band"] > 0
    # what is not billed by the call is billed as it was talked
    billed = work["billed_seconds"].where(work["billed_calls"] > 0, work["talk_seconds"])
    marked = work.assign(
        lead_seconds=work["talk_seconds"].where(on_list, 0),
        leads_touched=work["leads_worked"],
        leads_worked=work["leads_worked"].where(on_list, 0),
        billed_seconds=billed,
    )
    return marked.groupby(["vendor", "agent_id", "month"], as_index=False)[list(_WORK)].sum()


def _stored_sales(ages: pd.DataFrame, horizon_days: int) -> pd.DataFrame:
    recorded = ages["at_risk"].where(ages["day"] == 0, 0)
    gone = ages["cancels"].where(ages["day"] <= horizon_days, 0)
    months = ages.assign(recorded=recorded, sold=recorded - gone)
    return months.groupby(["vendor", "month"], as_index=False)[["recorded", "sold"]].sum()


STORED: Final = Stored(("A1", "A1W", "A7", "A11"), history_months, months_of_counts)
