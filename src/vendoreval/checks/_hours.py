"""Time on line that the card pays for, by the hour or by the seat."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pandas as pd

from vendoreval.agreement.rate_items import RateItem
from vendoreval.checks._answers import amount, money_text, price_text
from vendoreval.checks.base import Scope, Step
from vendoreval.rating import card_lines, money_of, net_of_vat
from vendoreval.rating.lines import line_for
from vendoreval.text import Count, Number, msg


def hours_worth(
    idle: pd.DataFrame, vendor: str, scope: Scope
) -> tuple[Decimal | None, tuple[Step, ...]]:
    """Return what days on line cost where the card pays by the hour, and the calculation.

    Parameters
    ----------
    idle
        `date` and `line_seconds` of each day.

    Returns
    -------
    tuple
        No money where no line in the client's currency pays for hours. Hours are valued as
        they are, before any rounding of the card.
    """
    lines = card_lines({vendor: scope.agreements[vendor]}, ("agent_hour",))
    by_line: dict[str, int] = defaultdict(int)
    items: dict[str, RateItem] = {}
    for day, seconds in zip(idle["date"], idle["line_seconds"], strict=True):
        line = line_for(lines, pd.Timestamp(day).date())
        if line is not None and line.item.currency == scope.currency:
            by_line[line.key] += int(seconds)
            items[line.key] = line.item
    if not by_line:
        return None, ()
    values = {
        key: amount(net_of_vat(money_of(seconds, items[key].price) / 60, items[key]))
        for key, seconds in by_line.items()
    }
    whole = sum(values.values(), Decimal(0))
    steps = [
        Step(
            money_text(value, scope.currency),
            msg(
                "hours on line %(hours)s (%(seconds)s seconds) at %(price)s an hour",
                hours=Number(by_line[key] / 3600, 2),
                seconds=Count(by_line[key]),
                price=price_text(items[key].price),
            ),
            "+" if number else "",
        )
        for number, (key, value) in enumerate(values.items())
    ]
    return whole, (*steps, Step(money_text(whole, scope.currency), msg("net of VAT"), "="))
