"""Every step of the funnel with what should stand behind it."""

from __future__ import annotations

from typing import Final

import ibis

from vendoreval.checks._answers import mentions, stack
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CONVERSATION

# steps that are made without a call, or by a clean-up of the data
_WITHOUT_CALL: Final = (
    "mail", "newsletter", "bulk", "inbound", "website", "web form", "import", "migrat", "merge",
    "duplicate", "рассыл", "письм", "входящ", "сайт", "загруз", "перенос", "объедин", "дубл",
)  # fmt: skip
_CALLED: Final = ("contacted", "interested", "quote", "won")
_SPOKEN: Final = ("interested", "quote", "won")
# rule -> its column: 1 where a step breaks it, null where it cannot be asked
RULES: Final = ("no_call", "no_conversation", "not_from_there", "after_won", "before_handed",
                "no_sale")  # fmt: skip


def steps(tables: Tables, scope: Scope) -> ibis.Table:
    """Return the steps of the period, one column for each rule.

    A call on the same day is enough, whatever the hour: clocks of two systems differ.
    """
    events = tables["funnel_events"]
    events = events.filter(
        events.vendor.isin(scope.vendors), events.at_on < ibis.literal(scope.period.end)
    )
    order = ibis.window(group_by=["vendor", "lead_id"], order_by=["at", "stage_to"])
    events = events.mutate(
        step=ibis.row_number().over(order),
        former=events.stage_to.lag(1).over(order),
        seen_on=events.at_on.min().over(ibis.window(group_by=["vendor", "lead_id"])),
    )
    events = events.filter(events.at_on >= ibis.literal(scope.period.start))
    known = _with_calls(tables, scope, events)
    known = _with_sales(tables, known)
    known = _with_blind_days(tables, scope, known)
    planned = mentions(known.reason, _WITHOUT_CALL)
    # a lead older than the log may have been called before it began
    inside = known.log_on.notnull() & (known.began_on >= known.log_on) & ~planned
    inside = inside & known.blind_on.isnull()
    first = known.step == 0
    rules = {
        "no_call": (
            inside & known.stage_to.isin(_CALLED),
            known.dialled_on.isnull() | (known.dialled_on > known.at_on),
        ),
        "no_conversation": (
            inside & known.stage_to.isin(_SPOKEN) & known.dialled_on.notnull()
            & (known.dialled_on <= known.at_on),
            known.spoken_on.isnull() | (known.spoken_on > known.at_on),
        ),
        "not_from_there": (
            ~first & known.stage_from.notnull() & ~planned, known.stage_from != known.former,
        ),
        "after_won": (
            ~first & ~planned,
            (known.former == "won") & ~known.stage_to.isin(("won", "lost")),
        ),
        "before_handed": (known.handed_on.notnull(), known.at_on < known.handed_on),
        "no_sale": ((known.stage_to == "won") & known.claims_on.notnull()
                    & (known.at_on >= known.claims_on), known.claimed.fill_null(0) == 0),
    }  # fmt: skip
    return known.mutate(**{name: _asked(asked, broken) for name, (asked, broken) in rules.items()})


def _asked(asked: ibis.Value, broken: ibis.Value) -> ibis.Value:
    answer = broken.fill_null(False).cast("int64")
    return asked.fill_null(False).ifelse(answer, ibis.null("int64"))


def _dials(tables: Tables, scope: Scope) -> ibis.Table:
    """Return every dial with its lead: the one it names, else that of its phone."""
    calls = tables["calls"]
    calls = calls.filter(
        calls.vendor.isin(scope.vendors), calls.started_on < ibis.literal(scope.period.end)
    )
    leads = tables["leads"]
    phones = leads.filter(leads.phone.notnull())
    phones = phones.group_by(["vendor", "phone"]).agg(lead=phones.lead_id.min())
    phones = phones.select(phone_vendor="vendor", phone_is="phone", phone_lead="lead")
    known = calls.left_join(
        phones, [calls.vendor == phones.phone_vendor, calls.phone == phones.phone_is]
    )
    return known.select(
        known.vendor, known.started_on, known.disposition,
        lead=ibis.coalesce(known.lead_id, known.phone_lead),
    )  # fmt: skip


def calls_with_lead(tables: Tables, scope: Scope) -> ibis.Table:
    """Return vendor, calls of the period, and how many of them tell their lead."""
    dials = _dials(tables, scope)
    dials = dials.filter(dials.started_on >= ibis.literal(scope.period.start))
    return dials.group_by("vendor").agg(
        calls=dials.count().cast("int64"),
        with_lead=dials.lead.notnull().cast("int64").sum().cast("int64"),
    )


def _with_calls(tables: Tables, scope: Scope, events: ibis.Table) -> ibis.Table:
    dials = _dials(tables, scope)
    log = dials.group_by("vendor").agg(log_on=dials.started_on.min())
    log = log.select(log_vendor="vendor", log_on="log_on")
    named = dials.filter(dials.lead.notnull())
    spoken = named.disposition.isin(CONVERSATION).ifelse(named.started_on, ibis.null("date"))
    named = named.mutate(spoken=spoken)
    first = named.group_by(["vendor", "lead"]).agg(
        dialled_on=named.started_on.min(), spoken_on=named.spoken.min()
    )
    first = first.select("dialled_on", "spoken_on", call_vendor="vendor", call_lead="lead")
    leads = tables["leads"]
    handed = leads.group_by(["vendor", "lead_id"]).agg(handed_on=leads.handed_on.min())
    handed = handed.select("handed_on", handed_vendor="vendor", handed_lead="lead_id")
    known = events.left_join(log, events.vendor == log.log_vendor)
    known = known.left_join(
        first, [known.vendor == first.call_vendor, known.lead_id == first.call_lead]
    )
    known = known.left_join(
        handed, [known.vendor == handed.handed_vendor, known.lead_id == handed.handed_lead]
    )
    return known.mutate(began_on=ibis.coalesce(known.handed_on, known.seen_on))


def _with_sales(tables: Tables, events: ibis.Table) -> ibis.Table:
    sales = tables["sales"]
    since = sales.group_by("vendor").agg(claims_on=sales.sold_on.min())
    since = since.select("claims_on", since_vendor="vendor")
    named = sales.filter(sales.lead_id.notnull())
    claimed = named.select(sale_vendor="vendor", sale_lead="lead_id").distinct()
    claimed = claimed.mutate(claimed=ibis.literal(1).cast("int64"))
    known = events.left_join(since, events.vendor == since.since_vendor)
    return known.left_join(
        claimed, [known.vendor == claimed.sale_vendor, known.lead_id == claimed.sale_lead]
    )


def _with_blind_days(tables: Tables, scope: Scope, known: ibis.Table) -> ibis.Table:
    """Add a day between the beginning and the step on which the call log is blind, if any.

    A day of ordinary work in the funnel without a single call is a day whose calls were not
    delivered. Who was called then cannot be known.
    """
    events, calls = tables["funnel_events"], tables["calls"]
    days = events.filter(events.vendor.isin(scope.vendors)).group_by(["vendor", "at_on"])
    days = days.agg(steps=ibis._.count().cast("int64"))
    usual = days.group_by("vendor").agg(
        days=days.count().cast("int64"), all_steps=days.steps.sum().cast("int64")
    )
    usual = usual.select("days", "all_steps", usual_vendor="vendor")
    days = days.join(usual, days.vendor == usual.usual_vendor)
    days = days.filter(2 * days.steps * days.days >= days.all_steps)
    worked = calls.select(worked_vendor="vendor", worked_on="started_on").distinct()
    blind = days.left_join(
        worked, [days.vendor == worked.worked_vendor, days.at_on == worked.worked_on]
    )
    blind = blind.filter(blind.worked_on.isnull())
    blind = blind.select(blind_vendor="vendor", blind_day="at_on")
    keys = known.select("vendor", "lead_id", "at", "stage_to", "began_on", "at_on")
    hidden = keys.join(blind, keys.vendor == blind.blind_vendor)
    hidden = hidden.filter(hidden.blind_day >= hidden.began_on, hidden.blind_day <= hidden.at_on)
    hidden = hidden.group_by(["vendor", "lead_id", "at", "stage_to"]).agg(
        blind_on=hidden.blind_day.min()
    )
    hidden = hidden.select(
        "blind_on", hidden_vendor="vendor", hidden_lead="lead_id", hidden_at="at",
        hidden_stage="stage_to",
    )  # fmt: skip
    return known.left_join(
        hidden,
        [known.vendor == hidden.hidden_vendor, known.lead_id == hidden.hidden_lead,
         known["at"] == hidden.hidden_at, known.stage_to == hidden.hidden_stage],
    )  # fmt: skip


def counted(tables: Tables, scope: Scope, columns: dict[str, str]) -> ibis.Table:
    """Return steps by vendor and rule: asked, broken, leads; and the calls that tell their lead."""
    known = steps(tables, scope)
    bad = ibis.greatest(*[known[rule].fill_null(0) for rule in RULES])
    sums = {"asked": known.count().cast("int64"), "broken": bad.sum().cast("int64")}
    for rule in RULES:
        broken = (known[rule] == 1).ifelse(known.lead_id, ibis.null("string"))
        sums |= {
            f"asked_{rule}": known[rule].notnull().cast("int64").sum().cast("int64"),
            f"broken_{rule}": known[rule].fill_null(0).sum().cast("int64"),
            f"leads_{rule}": broken.nunique().cast("int64"),
        }
    # the steps are worked out once; what follows turns one row for a vendor on its side
    wide = known.group_by("vendor").agg(**sums)
    parts = [
        wide.filter(wide[f"asked_{rule}"] > 0).select(
            "vendor", asked=wide[f"asked_{rule}"], broken=wide[f"broken_{rule}"],
            leads=wide[f"leads_{rule}"], kind=ibis.literal("rule"), rule=ibis.literal(rule),
        )
        for rule in RULES
    ]  # fmt: skip
    parts.append(wide.select("vendor", "asked", "broken", kind=ibis.literal("steps")))
    told = calls_with_lead(tables, scope)
    parts.append(told.mutate(kind=ibis.literal("calls")))
    return stack(parts, columns)
