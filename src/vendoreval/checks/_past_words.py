"""Sentences that the checks of the own past share."""

from __future__ import annotations

import math

from vendoreval.checks.base import Unseen
from vendoreval.measures import first_of_month
from vendoreval.stats import Stretch
from vendoreval.text import Message, Month, Percent, msg


def since_month(number: int) -> Month:
    """Return a numbered month for a sentence."""
    return Month(first_of_month(number))


def base_changed(stretch: Stretch, first: int) -> Message | None:
    """Say that the base of leads changed and the comparison began anew; nothing if it did not."""
    if stretch.reason == "first":
        return None
    month = since_month(first + stretch.start)
    if stretch.reason == "volume":
        return msg(
            "base changed in %(month)s: the number of leads doubled or halved, so the months "
            "before are not compared",
            month=month,
        )
    return msg(
        "base changed in %(month)s: the mix of leads is another, so the months before are not "
        "compared",
        month=month,
    )


def signed(log_change: float) -> Message:
    """Return a change on the logarithmic scale as a share with its sign."""
    share = Percent(math.expm1(log_change))
    return msg("+%(share)s", share=share) if log_change > 0 else msg("%(share)s", share=share)


def unseen_rise(step: float | None) -> Unseen | None:
    """Return the smallest rise that could have been found."""
    if step is None or math.isinf(step):
        return None
    share = math.expm1(step)
    return Unseen(
        share,
        msg("a rise of the minutes of a lead by less than %(share)s", share=Percent(share, 0)),
    )


def unseen_fall(step: float | None) -> Unseen | None:
    """Return the smallest padding that sales per minute could have shown."""
    if step is None or math.isinf(step):
        return None
    share = math.expm1(step)
    return Unseen(
        share,
        msg("minutes beyond what is sold by less than %(share)s", share=Percent(share, 0)),
    )
