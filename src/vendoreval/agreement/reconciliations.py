"""Comparisons between the standard reports of one agreement.

They are warnings: a difference between two reports says that one of them is
incomplete, not which, so no row is turned away for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vendoreval.agreement.extensions import RateItem, Reconcile
from vendoreval.agreement.odcs import OUR_VENDOR
from vendoreval.agreement.sql_rules import reconcile_query

CONVERSATIONS: Final = (
    "gatekeeper", "wrong_number", "wrong_person", "callback", "interested", "quote_sent",
    "refusal", "not_qualified", "do_not_call", "lead", "meeting", "sale",
)  # fmt: skip
_DAY: Final = "CAST(started_at AS DATE)"
_LEAD_REPORTS: Final = ("calls", "funnel", "funnel_events", "sales")
# parts of a line of the rate card that decide how many seconds of a call are paid
_CLOCK: Final = (
    "clock_starts", "clock_ends", "hold_billable", "billable_dispositions", "free_seconds",
    "included_seconds", "minimum_seconds", "first_increment_seconds", "next_increment_seconds",
    "rounding", "round_scope", "maximum_seconds",
)  # fmt: skip


def reconciliations(
    reports: Sequence[str], rate_card: Sequence[RateItem] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Return the comparisons that the reports of an agreement allow.

    Parameters
    ----------
    reports
        Names of standard reports.
    rate_card
        Its minutes of talk say which seconds of a call an invoice may ask for. Without
        one, or when its lines count differently, the invoice is not compared.

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
    held = set(reports)
    offered: dict[str, list[dict[str, Any]]] = {}
    minutes = rated_seconds_sql(rate_card)
    if {"invoice_lines", "calls"} <= held and minutes is not None:
        offered.setdefault("invoice_lines", []).append(_invoice(rate_card, *minutes))
    if {"agent_days", "calls"} <= held:
        offered.setdefault("agent_days", []).extend(_agent_days())
    for report in _LEAD_REPORTS:
        if {report, "leads"} <= held:
            name = "Every company is one that was handed over"
            offered.setdefault(report, []).append(
                _values(
                    f"{report.replace('_', '-')}-lead-handed-over", name, report, "leads", "lead_id"
                )
            )
    if {"sales", "calls"} <= held:
        name = "The call of every sale is among the call records"
        offered.setdefault("sales", []).append(
            _values("sales-in-calls", name, "sales", "calls", "call_id")
        )
    return offered


def rated_seconds_sql(rate_card: Sequence[RateItem]) -> tuple[str, str] | None:
    """Return the paid seconds of one call as SQL, and the condition on the call.

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
    spoken = "talk_seconds" + (" + COALESCE(hold_seconds, 0)" if item.hold_billable else "")
    clock = spoken
    if item.clock_starts == "dial":
        clock += " + COALESCE(ring_seconds, 0)"
    if item.clock_ends == "wrap_end":
        clock += " + COALESCE(wrap_seconds, 0)"
    codes = ", ".join(f"'{code}'" for code in item.billable_dispositions or CONVERSATIONS)
    condition = (
        f"disposition IN ({codes}) AND NOT COALESCE(is_test, FALSE) AND {spoken} > 0"
        f" AND {clock} > {item.free_seconds}"
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
        "Invoiced minutes equal the minutes of the call records under the rate card",
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


def _agent_days() -> list[dict[str, Any]]:
    codes = ", ".join(f"'{code}'" for code in CONVERSATIONS)
    counted = (
        ("dials", "Dials of an agent and day equal its call records", None),
        ("conversations", "Conversations of an agent and day equal its call records",
         f"disposition IN ({codes})"),
    )  # fmt: skip
    rules = []
    for column, name, where in counted:
        right: dict[str, Any] = {"report": "calls", "measure": "COUNT(*)"}
        if where:
            right["where"] = where
        rules.append(
            _rule(
                f"agent-days-{column}",
                name,
                {
                    "left": {
                        "report": "agent_days",
                        "measure": f"SUM({column})",
                        "by": ["agent_id", "date"],
                    },
                    "right": {**right, "by": ["agent_id", _DAY]},
                    "missingDays": "fault",
                },
            )
        )
    return rules


def _values(identity: str, name: str, report: str, other: str, column: str) -> dict[str, Any]:
    return _rule(
        identity,
        name,
        {
            "left": {"report": report, "values": column},
            "right": {"report": other, "values": column},
        },
    )


def _rule(identity: str, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
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
