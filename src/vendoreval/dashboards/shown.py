"""Which measures the page shows, and the facts they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from vendoreval.daily.judgement import by_day
from vendoreval.measures import DEFINITIONS, Definition
from vendoreval.measures.interval_sums import CLASSES
from vendoreval.text import Language, Message, msg

MAIN: Final = (
    "dials", "conversations", "conversation_rate", "line_hours", "occupancy", "occupancy_of_line",
    "interval_median_seconds", "leads_added", "quotes_sent", "sales_claimed", "surviving_sales",
    "billed", "cost_per_surviving_sale",
)  # fmt: skip
#: sets of columns, each with its name and its measures
GROUPS: Final[tuple[tuple[str, Message, tuple[str, ...]], ...]] = (
    ("main", msg("The main ones"), MAIN),
    ("reach", msg("Dials and time"), (
        "dials", "conversations", "conversation_rate", "no_answer_rate", "talk_minutes",
        "line_hours", "occupancy", "occupancy_of_line",
    )),
    ("rhythm", msg("Rhythm of dialling"), (
        "dials", "interval_median_seconds", "interval_p90_seconds", "interval_cv",
        "interval_over_share",
    )),
    ("funnel", msg("Funnel and sales"), (
        "dials", "leads_added", "quotes_sent", "stage_moves", "first_touch_close_rate",
        "sales_claimed", "surviving_sales", "conversion_conversations",
    )),
    ("money", msg("Money"), (
        "billed", "billed_minutes", "talked_of_billed", "cost_per_conversation",
        "sales_claimed", "surviving_sales", "cost_per_surviving_sale",
    )),
)  # fmt: skip
SHOWN: Final = tuple(dict.fromkeys(name for _, _, names in GROUPS for name in names))
#: facts of the invoice and of the client's sales: known of a vendor, and only where every
#: working day of a period is covered
STRICT: Final = ("billed", "billed_minutes", "sales_kept")
#: fact -> the fact it is a multiple of
MULTIPLES: Final[Mapping[str, tuple[str, float]]] = {
    "talk_minutes_logged": ("talk_seconds", 1 / 60),
}
#: fact -> others that are known only where it is
FOLLOWING: Final[Mapping[str, tuple[str, ...]]] = {
    "intervals": ("intervals_over", "interval_seconds", "interval_squares", *CLASSES),
    "closed_unreached": ("closed_first_touch",),
    "busy_seconds": ("busy_available_seconds",),
}
#: counts that come from the call log alone
_LOGGED: Final = (
    "days_worked", "agent_days", "talk_seconds", "not_reached", "logged_handle_seconds",
)  # fmt: skip


def facts(offered: Iterable[str]) -> tuple[str, ...]:
    """Return the facts that are packed: whole numbers that add up over days.

    Parameters
    ----------
    offered
        Columns that facts may come from.

    Examples
    --------
    >>> facts(["dials", "intervals"])[5:8]
    ('dials', 'intervals', 'intervals_over')
    """
    following = (name for fact, names in FOLLOWING.items() for name in (fact, *names))
    asked = [*_LOGGED, *offered, *following]
    return tuple(dict.fromkeys(asked))


def described(tongue: Language, currency: str) -> list[dict[str, Any]]:
    """Return the definitions as the page computes with them, in words of one language."""
    return [_described(DEFINITIONS[name], tongue, currency) for name in SHOWN]


def _described(metric: Definition, tongue: Language, currency: str) -> dict[str, Any]:
    label = tongue.say(metric.label)
    unit = {
        "s": msg("%(label)s, s", label=label), "h": msg("%(label)s, h", label=label),
        "min": msg("%(label)s, min", label=label),
        "money": msg("%(label)s, %(currency)s", label=label,
                     currency=tongue.currency_mark(currency)),
    }.get(metric.unit)  # fmt: skip
    bottom = metric.denominator
    return {
        "name": metric.name, "label": label if unit is None else tongue.say(unit),
        "unit": metric.unit, "top": metric.top, "bottom": metric.bottom, "scale": metric.scale,
        "better": metric.better, "byDay": by_day(metric),
        "numerator": tongue.say(metric.numerator),
        "denominator": None if bottom is None else tongue.say(bottom),
    }  # fmt: skip
