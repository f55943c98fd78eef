"""Numbers of invoices: one number is one document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd

from vendoreval.checks._lines import Reading, lines_between, lines_evidence
from vendoreval.checks.base import Evidence, Scope, Tables
from vendoreval.text import Count, msg


def normal_number(number: str) -> str:
    """Return a number of an invoice as people take two of them for the same.

    Examples
    --------
    >>> normal_number("INV-0017/26"), normal_number("inv 17 / 26")
    ('INV-17-26', 'INV-17-26')
    """
    parts = re.findall(r"[^\W\d_]+|\d+", number.upper())
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)


def number_rows(tables: Tables, scope: Scope) -> list[ibis.Table]:
    """Return the numbers of other periods, and how often lines of the period were sent anew."""
    lines = lines_between(tables, scope, None, scope.period.start)
    numbers = lines.group_by(["vendor", "invoice_id"]).agg(
        period_start=lines.period_start.min(), period_end=lines.period_end.max(),
        line=lines.count().cast("int64"),
    )  # fmt: skip
    again = tables["restated"]
    again = again.filter(
        again.vendor.isin(scope.vendors), again.report == "invoice_lines",
        again.change == "changed", again.day_on >= ibis.literal(scope.period.start),
        again.day_on < ibis.literal(scope.period.end),
    )  # fmt: skip
    rise = (again.amount_after.fill_null(0) > again.amount_before.fill_null(0)).cast("int64")
    changed = again.group_by("vendor").agg(
        changed=again.count().cast("int64"), risen=rise.sum().cast("int64")
    )
    return [
        numbers.mutate(kind=ibis.literal("number")),
        changed.mutate(kind=ibis.literal("changed")),
    ]


def number_evidence(
    check: str, own: pd.DataFrame, vendor: str, lines: Sequence[Reading], scope: Scope
) -> list[Evidence]:
    """Return what there is to ask about numbers: two documents under one, or one sent anew."""
    earlier: dict[str, set[str]] = {}
    for number in own.loc[own["kind"] == "number", "invoice_id"]:
        earlier.setdefault(normal_number(str(number)), set()).add(str(number))
    spellings: dict[str, set[str]] = {}
    for one in lines:
        key = normal_number(one.line.invoice_id)
        spellings.setdefault(key, set()).add(one.line.invoice_id)
    shared = [
        one for one in lines
        if len(spellings[normal_number(one.line.invoice_id)]
               | earlier.get(normal_number(one.line.invoice_id), set())) > 1
    ]  # fmt: skip
    told: list[Evidence] = []
    ask: dict[str, Any] = {"unit": "lines", "review_only": True}
    if shared:
        names = sorted(
            {
                name
                for one in shared
                for key in [normal_number(one.line.invoice_id)]
                for name in spellings[key] | earlier.get(key, set())
            }
        )
        told.append(
            lines_evidence(
                check, vendor, scope, (), shared, len(lines), observed=float(len(names)),
                title=msg("Two documents bear the same number"),
                condition=msg("numbers that differ in spelling only: %(numbers)s",
                              numbers=", ".join(names)),
                criteria=msg("an invoice has a number of its own"),
                cause=msg("probably a correction was sent beside the invoice it corrects"),
                ask=(msg("which of the documents is in force, and a note that cancels the other"),),
                **ask,
            )
        )  # fmt: skip
    changed = own[own["kind"] == "changed"]
    risen = int(changed["risen"].sum())
    if risen:
        told.append(
            lines_evidence(
                check, vendor, scope, (), lines, len(lines), observed=float(risen),
                title=msg("The invoice came again under its number with higher amounts"),
                condition=msg(
                    "lines sent again with another content: %(n)s, of them with a higher amount: "
                    "%(risen)s; the later delivery counts",
                    n=Count(int(changed["changed"].sum())), risen=Count(risen),
                ),
                criteria=msg("a corrected invoice says what it corrects and why"),
                cause=msg("probably a correction; what was sent first is kept in the ledger"),
                ask=(msg("the reason of each amount that rose, and the cancelled document"),),
                **ask,
            )
        )  # fmt: skip
    return told
