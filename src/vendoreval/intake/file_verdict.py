"""What can be said of a file as a whole: its layout, its period, what was skipped and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from vendoreval.errors import DeliveryError, plain_problem
from vendoreval.intake.delivery import Delivery
from vendoreval.intake.file_names import period_around
from vendoreval.intake.plan import Plan
from vendoreval.intake.printed_totals import TotalsCheck
from vendoreval.period import Period
from vendoreval.text import Count, Message, msg, nmsg


def judge_layout(plan: Plan, delivered: int, misshapen: int, counts: Mapping[str, int]) -> None:
    """Stop when most of the first rows do not have the columns of the header.

    Raises
    ------
    DeliveryError
        If it is over half of them.
    """
    if misshapen * 2 <= delivered:
        return
    bytes_wrong = counts.get("encoding", 0) * 2 > misshapen
    raise DeliveryError(
        plain_problem(
            str(plan.delivery.path),
            msg("wrong delimiter or layout: %(bad)s of the first %(rows)s rows do not have "
                "the %(cells)s columns of the header",
                bad=Count(misshapen), rows=Count(delivered), cells=Count(len(plan.names)))
            if not bytes_wrong
            else msg("%(bad)s of the first %(rows)s rows are not UTF-8 text",
                     bad=Count(misshapen), rows=Count(delivered)),
            msg("as many cells in each row as in the header"),
            msg("export the file again as CSV UTF-8 with the agreed delimiter"),
        )
    )  # fmt: skip


def told(plan: Plan, skipped: Counter[str], totals: TotalsCheck | None) -> Iterator[Message]:
    """Say why rows were skipped, what the totals came to, and what could not be asked."""
    if not plan.delivery.rows_apart and skipped.total():
        yield nmsg(
            "%(rows)s row was skipped: totals %(totals)s, repeated headers %(headers)s",
            "%(rows)s rows were skipped: totals %(totals)s, repeated headers %(headers)s",
            skipped.total(), rows=Count(skipped.total()),
            totals=Count(skipped["total"]), headers=Count(skipped["header"]),
        )  # fmt: skip
    if totals is not None:
        yield from totals.messages()
    for key in plan.open_keys:
        yield msg(
            "%(column)s was not compared with %(report)s: no accepted rows of it were given",
            column=key.column, report=f"{key.to_report}.{key.to_column}",
        )  # fmt: skip


def period_of_rows(
    delivery: Delivery, days: Mapping[date, int]
) -> tuple[Period | None, list[Message]]:
    """Return the period of the file and how many accepted rows lie outside."""
    period = delivery.period
    if period is None and days:
        every = delivery.schema.every or "month"
        grouped: Counter[Period] = Counter()
        for day, count in days.items():
            grouped[period_around(day, every)] += count
        period = max(sorted(grouped), key=lambda entry: grouped[entry])
    if period is None:
        return None, []
    outside = sum(count for day, count in days.items() if day not in period)
    if not outside:
        return period, []
    return period, [
        nmsg("%(rows)s accepted row lies outside the period %(period)s",
             "%(rows)s accepted rows lie outside the period %(period)s",
             outside, rows=Count(outside), period=str(period))
    ]  # fmt: skip
