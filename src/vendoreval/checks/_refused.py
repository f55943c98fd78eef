"""Rows refused on receipt: what they could explain is nobody's fault."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import ibis
import pandas as pd

from vendoreval.agreement import CLIENT
from vendoreval.checks._answers import total
from vendoreval.checks._priced import add
from vendoreval.checks.base import Scope, Tables
from vendoreval.tables import CLIENT_REPORTS
from vendoreval.text import Count, Message, msg

# reports whose rows belong to a day; a roster or a list of leads holds for all days
_DATED: Final = frozenset({"calls", "agent_days", "agent_sessions"})


def refused_rows(
    tables: Tables, scope: Scope, report: str, *, back_days: int = 0
) -> ibis.Table:  # fmt: skip
    """Return how many rows of a report were refused on receipt.

    Parameters
    ----------
    back_days
        How long before the period deliveries of a report by days are counted too.

    Returns
    -------
    ibis.Table
        Columns vendor (the client's own for its files) and refused.
    """
    sent = tables["deliveries"]
    sent = sent.filter(sent.report == report)
    if report in CLIENT_REPORTS:
        own = sent.filter(sent.vendor == CLIENT)
    else:
        own = sent.filter(sent.vendor.isin(scope.vendors))
    if report in _DATED:
        start = ibis.literal(scope.period.start - timedelta(days=back_days))
        end = ibis.literal(scope.period.end)
        own = own.filter(
            (own.first_on < end).fill_null(True) & (own.last_on >= start).fill_null(True)
        )
    return own.group_by("vendor").agg(refused=add(own.faulty_rows))


def refused_of(frame: pd.DataFrame, vendor: str) -> int:
    """Return the refused rows of a small table that concern a vendor: its own and the client's."""
    return total(frame[frame["vendor"].isin((vendor, CLIENT))], "refused")


def refused_line(refused: int) -> list[Message]:
    """Return the clause on refused rows, if there are any."""
    if not refused:
        return []
    return [
        msg(
            "rows of the report it is compared with that were refused on receipt: %(n)s",
            n=Count(refused),
        )
    ]
