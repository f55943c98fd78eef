"""Counts of dials, of companies dialled, and of the rhythm between dials."""

from __future__ import annotations

from typing import Any, Final

import ibis

from vendoreval.measures.cut import Cut, grouped
from vendoreval.measures.monthly import Tables
from vendoreval.measures.queries import count, real, seconds_of
from vendoreval.tables import CONVERSATION, NOT_REACHED, OUTCOME, REACHED

#: without sessions a longer interval is a break and not a rhythm
BREAK_SECONDS: Final = 900
#: states of a session in which nobody dials
BREAK_STATES: Final = ("pause", "training")
_MACHINES: Final = ("voicemail", "ivr")
_WRONG: Final = ("wrong_number", "invalid_number")
# a shorter gap between two sessions is a change of state and not a log-out
_LOGOUT_SECONDS: Final = 60


def _if_known(column: Any, value: Any) -> Any:
    """Return a sum, or null where no row has the column: what nobody reports is not zero."""
    return (column.count() > 0).ifelse(value.cast("int64"), ibis.null("int64"))


#: what the daily table needs of the call log; every other count costs time
DAILY_FACTS: Final = frozenset({
    "dials", "conversations", "called_sales", "called_quotes", "logged_handle_seconds",
})  # fmt: skip
#: what a page of many days shows besides
ADDITIVE_FACTS: Final = DAILY_FACTS | {"talk_seconds", "not_reached"}


def call_facts(tables: Tables, cut: Cut, only: frozenset[str] | None = None) -> ibis.Table:
    """Return the counts of dials by part and block: all of them, or `only` some."""
    calls = cut.rows(real(tables["calls"]), "started_on", "started_at", cut.column("calls"))
    code, talk = calls.disposition, calls.talk_seconds
    answered = ((talk.fill_null(0) > 0) | calls.answered_at.notnull()).cast("int64")
    machine = code.isin(_MACHINES).fill_null(False)
    dropped = (code == "dropped").fill_null(False)
    live = (answered == 1) & ~machine & ~dropped
    handled = talk.fill_null(0) + calls.hold_seconds.fill_null(0) + calls.wrap_seconds.fill_null(0)
    facts: dict[str, Any] = {
        "dials": calls.count().cast("int64"),
        "connects": _if_known(talk, answered.sum()),
        "live_answers": _if_known(code, count(live)),
        "live_or_dropped": _if_known(code, count(live | dropped)),
        "handle_seconds": _if_known(talk, ((answered == 1).ifelse(handled, 0)).sum()),
        "logged_handle_seconds": _if_known(talk, handled.sum()),
    }
    for name, codes in (
        ("conversations", CONVERSATION), ("right_party", REACHED + OUTCOME),
        ("not_reached", NOT_REACHED), ("dropped", ("dropped",)), ("wrong_number", _WRONG),
        ("do_not_call", ("do_not_call",)), ("called_sales", ("sale",)),
        ("called_quotes", ("quote_sent",)),
    ):  # fmt: skip
        facts[name] = _if_known(code, count(code.isin(codes)))
    for name in ("talk_seconds", "hold_seconds", "wrap_seconds", "ring_seconds"):
        facts[name] = calls[name].sum().cast("int64")
    facts = {name: fact for name, fact in facts.items() if only is None or name in only}
    # the rows are added up once; parts and the whole are made of the days of each part
    daily = calls.group_by(["part", "block", "started_on"]).agg(**facts)
    sums: dict[str, Any] = {name: daily[name].sum().cast("int64") for name in facts}
    return grouped(daily, {"days_worked": daily.started_on.nunique().cast("int64")} | sums)


def lead_facts(tables: Tables, cut: Cut, *, reach_only: bool = False) -> ibis.Table:
    """Return how many companies were dialled and reached, by part and block.

    With `reach_only` nothing is said of how often they were dialled, nor of wrong numbers.
    """
    calls = tables["calls"]
    calls = real(calls.filter(calls.lead_id.notnull()))
    calls = cut.rows(calls, "started_on", "started_at", cut.column("calls"))
    code = calls.disposition
    touched = {"coded": code.notnull(), "spoken": code.isin(CONVERSATION).fill_null(False)}
    flags: dict[str, Any] = {name: flag.cast("int8").max() for name, flag in touched.items()}
    if not reach_only:
        flags["wrong"] = code.isin(_WRONG).fill_null(False).cast("int8").max()
        flags["dialled"] = calls.count().cast("int64")
    touches = calls.group_by(["part", "block", "lead_id"]).agg(**flags)
    parts = _leads(touches, ["part", "block"]).mutate(whole=ibis.literal(0, "int64"))
    # a company that two agents dialled is one company of the whole
    whole = touches.group_by(["block", "lead_id"]).agg(
        **{
            name: touches[name].sum().cast("int64") if name == "dialled" else touches[name].max()
            for name in flags
        }
    )
    whole = _leads(whole, ["block"]).mutate(part=ibis.literal(""), whole=ibis.literal(1, "int64"))
    columns = [name for name in parts.columns if name != "whole"]
    columns = ["part", "block", "whole", *(n for n in columns if n not in {"part", "block"})]
    return parts.select(columns).union(whole.select(columns), distinct=False)


def _leads(leads: ibis.Table, keys: list[str]) -> ibis.Table:
    coded = leads.coded.max()

    def known(condition: Any) -> Any:
        return (coded > 0).ifelse(count(condition), ibis.null("int64"))

    facts: dict[str, Any] = {
        "leads_worked": leads.count().cast("int64"),
        "leads_reached": known(leads.spoken > 0),
        "leads_unreached": known(leads.spoken == 0),
    }
    if "dialled" in leads.columns:
        facts["lead_dials"] = leads.dialled.sum().cast("int64")
        facts["leads_dialled_thrice"] = count(leads.dialled >= 3)
        facts["leads_junk"] = known(leads.wrong > 0)
    return leads.group_by(keys).agg(**facts)


def kept_intervals(tables: Tables, cut: Cut, *, by_sessions: bool) -> ibis.Table:
    """Return one row for each interval between two dials of an agent, breaks left out.

    Parameters
    ----------
    by_sessions
        Whether the agents' sessions tell the breaks; otherwise an interval above
        `BREAK_SECONDS` is one.
    """
    calls = cut.rows(real(tables["calls"]), "started_on", "started_at", cut.column("calls"))
    dials = calls.select(
        "vendor", "agent_id", "part", "block", "started_at", on="started_on",
        mark=ibis.literal(0, "int64"),
        # which of two dials of one second is first matters only where they are told apart
        tie=calls.call_id.fill_null("") if cut.by == "campaign" else ibis.literal(""),
    )  # fmt: skip
    # an engine sorts faster by fewer keys
    person = ["vendor", "agent_id"] if len(cut.vendors) > 1 else ["agent_id"]
    order = ["started_at", "tie"] if cut.by == "campaign" else ["started_at"]
    if by_sessions:
        both = dials.union(_marks(tables, cut).select(*dials.columns), distinct=False)
        # a break that begins with a dial comes after it
        passed = ibis.window(group_by=person, order_by=["started_at", "mark"], preceding=(None, 0))
        both = both.mutate(breaks=both.mark.sum().over(passed).cast("int64"))
        dials = both.filter(both.mark == 0)
    along = ibis.window(group_by=[*person, "on", "block"], order_by=order)
    former = seconds_of(dials.started_at.lag(1).over(along))
    dials = dials.mutate(
        interval=(seconds_of(dials.started_at) - former).cast("int64"),
        same=(dials.breaks == dials.breaks.lag(1).over(along)) if by_sessions
        else ibis.literal(True),
    )  # fmt: skip
    kept = dials.filter(dials.interval.notnull(), dials.same)
    return kept if by_sessions else kept.filter(kept.interval <= BREAK_SECONDS)


def rhythm_facts(tables: Tables, cut: Cut, limit_seconds: int, *, by_sessions: bool) -> ibis.Table:
    """Return the intervals between the dials of an agent, by part and block.

    Parameters
    ----------
    limit_seconds
        The agreed limit.
    by_sessions
        As `kept_intervals`.
    """
    kept = kept_intervals(tables, cut, by_sessions=by_sessions)
    seconds = kept.interval.cast("float64")
    return grouped(
        kept,
        {
            "intervals": kept.count().cast("int64"),
            "intervals_over": count(kept.interval > limit_seconds),
            "interval_mean": seconds.mean(),
            "interval_deviation": seconds.std(how="sample"),
            "interval_median": seconds.quantile(0.5),
            "interval_p90": seconds.quantile(0.9),
        },
    )


def _marks(tables: Tables, cut: Cut) -> ibis.Table:
    """Return the instants at which an agent's work stopped: a break began, or a log-out."""
    sessions = cut.of_days(tables["agent_sessions"], "started_on")
    paused = sessions.filter(sessions.state.isin(BREAK_STATES))
    order = {"group_by": ["vendor", "agent_id"], "order_by": ["started_at", "ended_at"]}
    sessions = sessions.mutate(
        latest=sessions.ended_at.max().over(ibis.window(**order, preceding=(None, 0))),
        following=sessions.started_at.lead(1).over(ibis.window(**order)),
    )
    away = seconds_of(sessions.following) - seconds_of(sessions.latest)
    over = sessions.filter(sessions.following.isnull() | (away > _LOGOUT_SECONDS))
    stops = [paused.select("vendor", "agent_id", "started_at", on="started_on"),
             over.select("vendor", "agent_id", started_at="latest", on="started_on")]  # fmt: skip
    return _plain(stops[0]).union(_plain(stops[1]), distinct=False).mutate(
        part=ibis.literal(""), block=ibis.null("int64"), tie=ibis.literal(""),
        mark=ibis.literal(1, "int64"),
    )  # fmt: skip


def _plain(stops: ibis.Table) -> ibis.Table:
    """Return columns of types that do not know whether they may be null."""
    kinds = {"vendor": "string", "agent_id": "string", "started_at": "timestamp", "on": "date"}
    return stops.select(**{name: stops[name].cast(kind) for name, kind in kinds.items()})
