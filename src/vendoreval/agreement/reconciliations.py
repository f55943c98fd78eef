"""Comparisons between the standard reports of one agreement.

They are warnings: a difference between two reports says that one of them is
incomplete, not which, so no row is turned away for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from vendoreval.agreement.extensions import RateItem, Reconcile
from vendoreval.agreement.odcs import OUR_VENDOR
from vendoreval.agreement.sql_rules import reconcile_query

CONVERSATIONS: Final = (
    "gatekeeper", "wrong_number", "wrong_person", "callback", "interested", "quote_sent",
    "refusal", "not_qualified", "do_not_call", "lead", "meeting", "sale",
)  # fmt: skip
_DAY: Final = "CAST(started_at AS DATE)"
_LEAD_REPORTS: Final = ("calls", "funnel", "funnel_events", "sales", "client_sales")
_CALL_REPORTS: Final = ("sales", "reviews")
# what a comparison says, by the end of its id
_NAMES: Final = {
    "-lead-handed-over": ("Every company is one that was handed over",
                          "Каждая компания из переданной базы"),
    "sales-in-calls": ("The call of every sale is among the call records",
                       "Звонок каждой продажи есть в журнале звонков"),
    "reviews-in-calls": ("The call of every review is among the call records",
                         "Звонок каждой оценки есть в журнале звонков"),
    "invoice-equals-rated-calls": (
        "Invoiced minutes equal the minutes of the call records under the rate card",
        "Минуты счёта равны минутам журнала звонков по тарифу",
    ),
    "agent-days-dials": ("Dials of an agent and day equal its call records",
                         "Наборы оператора за день равны журналу звонков"),
    "agent-days-conversations": ("Conversations of an agent and day equal its call records",
                                 "Разговоры оператора за день равны журналу звонков"),
    "agent-days-talk": ("Talk of an agent and day equals its call records",
                        "Время разговоров оператора за день равно журналу звонков"),
}  # fmt: skip
# parts of a line of the rate card that decide how many seconds of a call are paid
_CLOCK: Final = (
    "clock_starts", "clock_ends", "hold_billable", "billable_dispositions", "free_seconds",
    "included_seconds", "minimum_seconds", "first_increment_seconds", "next_increment_seconds",
    "rounding", "round_scope", "maximum_seconds",
)  # fmt: skip


def reconciliations(
    reports: Collection[str] | Mapping[str, Collection[str]],
    rate_card: Sequence[RateItem] = (),
    *,
    client_apart: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """Return the comparisons that the reports of an agreement allow.

    Parameters
    ----------
    reports
        Names of standard reports; with the columns that each has where it may lack some
        of the standard ones. What cannot be compared without a column is not offered.
    rate_card
        Its minutes of talk say which seconds of a call an invoice may ask for. Without
        one, or when its lines count differently, the invoice is not compared.
    client_apart
        Whether the companies handed over stand in the client's own agreement.

    Returns
    -------
    dict
        Report -> rules for its `quality`.

    Examples
    --------
    >>> {name: [rule["id"] for rule in rules]
    ...  for name, rules in reconciliations(["calls", "sales"]).items()}
    {'sales': ['sales-in-calls']}
    """
    columns = reports if isinstance(reports, Mapping) else dict.fromkeys(reports)

    def has(report: str, *names: str) -> bool:
        if report not in columns:
            return False
        there = columns[report]
        return there is None or set(names) <= set(there)

    offered: dict[str, list[dict[str, Any]]] = {}
    minutes = rated_seconds_sql(rate_card, columns.get("calls"))
    if (
        minutes is not None
        and has("invoice_lines", "quantity", "unit", "period_start")
        and has("calls", "started_at")
    ):
        offered.setdefault("invoice_lines", []).append(_invoice(rate_card, *minutes))
    if has("agent_days", "agent_id", "date") and has("calls", "agent_id", "started_at"):
        rules = [
            rule
            for column, needed, rule in _agent_days()
            if has("agent_days", column) and has("calls", *needed)
        ]
        if rules:
            offered.setdefault("agent_days", []).extend(rules)
    for report in _LEAD_REPORTS:
        if has(report, "lead_id") and (client_apart or has("leads", "lead_id")):
            identity = f"{report.replace('_', '-')}-lead-handed-over"
            offered.setdefault(report, []).append(_values(identity, report, "leads", "lead_id"))
    for report in _CALL_REPORTS:
        if has(report, "call_id") and has("calls", "call_id"):
            rule = _values(f"{report}-in-calls", report, "calls", "call_id")
            offered.setdefault(report, []).append(rule)
    return offered


def rated_seconds_sql(
    rate_card: Sequence[RateItem], columns: Collection[str] | None = None
) -> tuple[str, str] | None:
    """Return the paid seconds of one call as SQL, and the condition on the call.

    Parameters
    ----------
    rate_card
        Its lines for minutes of talk.
    columns
        Columns that the call records have; all of the standard ones when not given.
        Time that is not reported counts as none.

    Returns
    -------
    tuple of str, or None
        `None` without a minute of talk, or when its lines count seconds in more than
        one way or not call by call.
    """
    items = [item for item in rate_card if item.unit == "talk_minute"]
    if not items or any(
        getattr(item, part) != getattr(items[0], part) for item in items for part in _CLOCK
    ):
        return None
    item = items[0]
    if item.round_scope != "call":
        return None

    def there(name: str) -> bool:
        return columns is None or name in columns

    if not (there("talk_seconds") and there("disposition")):
        return None

    def also(name: str, counted: bool) -> str:
        return f" + COALESCE({name}, 0)" if counted and there(name) else ""

    spoken = "talk_seconds" + also("hold_seconds", item.hold_billable)
    clock = spoken + also("ring_seconds", item.clock_starts == "dial")
    clock += also("wrap_seconds", item.clock_ends == "wrap_end")
    codes = ", ".join(f"'{code}'" for code in item.billable_dispositions or CONVERSATIONS)
    tested = " AND NOT COALESCE(is_test, FALSE)" if there("is_test") else ""
    condition = (
        f"disposition IN ({codes}){tested} AND {spoken} > 0 AND {clock} > {item.free_seconds}"
    )
    if item.included_seconds:
        condition += f" AND {clock} > {item.included_seconds}"
        clock = f"{clock} - {item.included_seconds}"
    if item.minimum_seconds:
        clock = f"GREATEST({clock}, {item.minimum_seconds})"
    return _rounded(f"({clock})", item), condition


def _rounded(seconds: str, item: RateItem) -> str:
    first, following = item.first_increment_seconds, item.next_increment_seconds
    if first == following:
        text = _step(seconds, first, item.rounding)
    else:
        text = (
            f"CASE WHEN {seconds} <= {first} THEN {_step(seconds, first, item.rounding)}"
            f" ELSE {first} + {_step(f'({seconds} - {first})', following, item.rounding)} END"
        )
    if item.rounding != "up" and item.minimum_seconds:
        # rounding down must not undo the agreed minimum
        text = f"GREATEST({text}, {item.minimum_seconds})"
    if item.maximum_seconds is not None:
        text = f"LEAST({text}, {item.maximum_seconds})"
    return text


def _step(seconds: str, step: int, rounding: str) -> str:
    if step == 1:
        return seconds
    added = {"up": step - 1, "half_up": step // 2, "down": 0}[rounding]
    return f"FLOOR(({seconds} + {added}) / {step}.0) * {step}"


def _invoice(rate_card: Sequence[RateItem], seconds: str, condition: str) -> dict[str, Any]:
    tolerance = next(i for i in rate_card if i.unit == "talk_minute").invoice_tolerance
    return _rule(
        "invoice-equals-rated-calls",
        {
            "left": {"report": "invoice_lines", "measure": "SUM(quantity)",
                     "where": "unit = 'talk_minute'", "unit": "min",
                     "by": ["DATE_TRUNC('month', period_start)"]},
            "right": {"report": "calls", "measure": f"SUM({seconds})", "where": condition,
                      "unit": "s", "by": ["DATE_TRUNC('month', started_at)"]},
            # a minute covers the rounding of the line of an invoice itself
            "tolerance": {"absolute": 1, "relative": str(tolerance.relative), "unit": "min"},
            "missingDays": "fault",
        },
    )  # fmt: skip


def _agent_days() -> Iterator[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Yield column of the day, columns of the calls, and the rule that compares them."""
    codes = ", ".join(f"'{code}'" for code in CONVERSATIONS)
    count: dict[str, Any] = {"report": "calls", "measure": "COUNT(*)"}
    talk = {"report": "calls", "measure": "SUM(talk_seconds)", "unit": "s"}
    # two systems round each call in their own way
    rounding = {"absolute": 60, "relative": "0.01", "unit": "s"}
    for column, needed, right, tolerance in (
        ("dials", (), count, None),
        ("conversations", ("disposition",), {**count, "where": f"disposition IN ({codes})"}, None),
        ("talk_seconds", ("talk_seconds",), talk, rounding),
    ):
        left: dict[str, Any] = {"report": "agent_days", "measure": f"SUM({column})"}
        if "unit" in right:
            left["unit"] = right["unit"]
        value: dict[str, Any] = {
            "left": {**left, "by": ["agent_id", "date"]},
            "right": {**right, "by": ["agent_id", _DAY]},
        }
        if tolerance:
            value["tolerance"] = tolerance
        value["missingDays"] = "fault"
        identity = f"agent-days-{column.removesuffix('_seconds')}"
        yield column, needed, _rule(identity, value)


def _values(identity: str, report: str, other: str, column: str) -> dict[str, Any]:
    return _rule(
        identity,
        {
            "left": {"report": report, "values": column},
            "right": {"report": other, "values": column},
        },
    )


def _rule(identity: str, value: Mapping[str, Any]) -> dict[str, Any]:
    name = next(" / ".join(_NAMES[end]) for end in _NAMES if identity.endswith(end))
    return {
        "id": identity,
        "name": name,
        "type": "sql",
        "method": "reconciliation",
        "query": reconcile_query(Reconcile.model_validate(value)),
        "mustBe": 0,
        "unit": "rows",
        "severity": "warning",
        "dimension": "consistency",
        "customProperties": [{"property": "reconcile", "vendor": OUR_VENDOR, "value": dict(value)}],
    }
