"""Is a per-sale price really a per-minute price?

A price for a sale is agreed so that talk alone earns nothing. Where the billed number of sales
follows the minutes and not the sales, minutes are paid after all, whatever the contract says.

Method: for each invoice of two years the amount of the lines priced by the sale is set beside
the talk, the dials, the agent-days and the sales of its days. Sales are those claimed, known to
the client or surviving, of these days or of the month before, whichever the billed numbers
follow best: the doubt goes to the vendor. Where they follow within two in a hundred, nothing is
asked. Else prices of 0 or more are fitted for every set of drivers, weighed by Schwarz's
criterion; the explained part is shared over the drivers by averaging over orders. It asks where
minutes are in the likely sets and explain more than the sales do; the p-value is that of the
elasticity of the amount to minutes at given sales. It can only ask, because counts of sales
kept with errors let minutes stand in for them. It is refused with fewer than eight invoices or
three for each driver, and where drivers move together (condition number above 30). Printed
beside it: whether one rate of sales a minute gives every billed number, and months in which
sales fell and minutes did not.

Source: scheme S44; Lawson and Hanson 1974; Lindeman, Merenda and Gold 1980; Belsley, Kuh and
Welsch 1980.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks._answers import amount, money_text, not_run, sentences
from vendoreval.checks._invoice_drivers import (
    SALES,
    SALES_BEFORE,
    Invoices,
    invoices_and_days,
    invoices_of,
    sale_lines,
    unit_price,
)
from vendoreval.checks._tariffs import DRIVER_SETS, Explained, driver_columns, explained, told_apart
from vendoreval.checks.base import Answer, Check, Evidence, Need, Range, Scope, Step, Tables
from vendoreval.stats import collinearity
from vendoreval.text import N_, Count, Message, Money, Number, Percent, msg

FloatArray = npt.NDArray[np.float64]

ID: Final = "implied_tariff"
MINIMUM_N: Final = 8
FOLLOWS: Final = 0.02
# beyond it a condition number says no more
_SHOWN: Final = 9999.0


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    return [_answer(vendor, invoices_of(frame, vendor), scope) for vendor in scope.vendors]


def _answer(vendor: str, invoices: Invoices, scope: Scope) -> Answer:
    n = len(invoices)
    if n < MINIMUM_N:
        return _few(vendor, n)
    record, sales = invoices.best_sales()
    if not sales.any():
        return not_run(
            ID,
            vendor,
            msg("neither the vendor nor the client's records tell of a sale in these months"),
            msg("the claimed sales and the client's sales of the invoiced months"),
            n,
        )
    quantities = invoices.quantities
    gap = float(np.abs(quantities - sales).sum() / max(quantities.sum(), 1.0))
    if gap <= FOLLOWS:
        return Answer(vendor, _follows(n, record, gap), n)
    drivers = told_apart(invoices, sales)
    if drivers is None or np.ptp(invoices.amounts) == 0:
        return _together(vendor, invoices, sales)
    found = explained(invoices, record, sales, drivers, scope.seed)
    statement = _statement(n, found, gap, scope)
    if not found.minutes_are_paid or found.slope <= 0:
        return Answer(vendor, statement, n)
    return Answer(vendor, statement, n, (_evidence(vendor, invoices, found, statement, scope),))


def _few(vendor: str, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "invoices with lines priced by the sale and a call log of their days: %(n)s; needed "
            "are %(minimum)s",
            n=Count(n),
            minimum=Count(MINIMUM_N),
        ),
        msg(
            "where sales are priced: the invoice lines with their unit, and the call log, of a year"
        ),
        n,
    )


def _together(vendor: str, invoices: Invoices, sales: FloatArray) -> Answer:
    if np.ptp(invoices.amounts) == 0:
        reason = msg("all invoices for sales have the same amount, so they follow nothing")
    else:
        found = collinearity(driver_columns(invoices, sales, DRIVER_SETS[-1]))
        reason = msg(
            "minutes and sales cannot be told apart in %(n)s invoices: condition number "
            "%(number)s, "
            "above 30",
            n=Count(len(invoices)),
            number=Number(min(found.condition, _SHOWN), 0),
        )
    return not_run(
        ID,
        vendor,
        reason,
        msg("the list of the billed sales with their numbers, for every invoice"),
        len(invoices),
    )


def _record(name: str) -> Message:
    kind, _, before = name.partition("_")
    said = {
        "claimed": msg("sales the vendor claims"),
        "known": msg("sales the client's records know"),
        "alive": msg("sales the client's records know as not cancelled"),
    }[kind]
    return said if not before else msg("%(record)s, of the month before", record=said)


def _follows(n: int, record: str, gap: float) -> Message:
    return msg(
        "the billed numbers of %(n)s invoices follow this record: %(record)s; they differ from it "
        "by %(gap)s in all",
        n=Count(n),
        record=_record(record),
        gap=Percent(gap, 1),
    )


def _statement(n: int, found: Explained, gap: float, scope: Scope) -> Message:
    return sentences(
        [
            msg(
                "invoices priced by the sale: %(n)s; the closest record is: %(record)s, from which "
                "they differ by %(gap)s in all",
                n=Count(n),
                record=_record(found.record),
                gap=Percent(gap, 0),
            ),
            msg(
                "of what the amounts vary, minutes explain %(minutes)s and sales %(sales)s",
                minutes=Percent(found.share("minutes"), 0),
                sales=Percent(found.share("sales"), 0),
            ),
            _price_words(found, scope),
        ]
    )


def _price_words(found: Explained, scope: Scope) -> Message:
    low, point, high = found.price("minutes")
    sale_low, sale, sale_high = found.price("sales")

    def money(value: float) -> Money:
        return Money(amount(Decimal(str(value))), scope.currency)

    return msg(
        "implied price of a minute %(point)s (90 %% interval %(low)s to %(high)s), of a sale "
        "%(sale)s (%(sale_low)s to %(sale_high)s)",
        point=money(point),
        low=money(low),
        high=money(high),
        sale=money(sale),
        sale_low=money(sale_low),
        sale_high=money(sale_high),
    )


def _natural_months(invoices: Invoices, sales: FloatArray) -> list[Message]:
    """Return what the invoices did where sales fell and minutes did not."""
    minutes = invoices.of("talk_seconds")
    apart = (np.diff(sales) < 0) & (np.diff(minutes) >= 0)
    if not apart.any():
        return []
    fell = (np.diff(invoices.amounts) < 0) & apart
    return [
        msg(
            "months in which sales fell and minutes did not: %(n)s, of them with a lower invoice: "
            "%(fell)s",
            n=Count(int(apart.sum())),
            fell=Count(int(fell.sum())),
        )
    ]


def _one_rate(invoices: Invoices) -> list[Message]:
    rate = invoices.minute_rate
    if rate is None:
        return []
    return [
        msg(
            "one rate, %(rate)s sales in 1,000 minutes, gives every billed number to the nearest "
            "whole sale",
            rate=Number(500 * (rate[0] + rate[1]), 2),
        )
    ]


def _evidence(
    vendor: str, invoices: Invoices, found: Explained, statement: Message, scope: Scope
) -> Evidence:
    money, arithmetic = _beyond(invoices, scope)
    return Evidence(
        check=ID,
        vendor=vendor,
        observed=found.share("minutes"),
        expected=0.0,
        unit="share",
        n=len(invoices),
        p_value=found.p_value,
        review_only=True,
        grade="E1" if found.record.startswith("claimed") else "E4",
        title=msg("A price per sale follows the minutes"),
        condition=sentences(
            [
                statement,
                msg(
                    "one per cent more minutes at the same sales goes with %(slope)s %% more "
                    "amount",
                    slope=Number(found.slope, 2),
                ),
                *_one_rate(invoices),
                *_natural_months(invoices, found.sales),
            ]
        ),
        criteria=msg("where a sale is priced, the amount follows the sales whatever the minutes"),
        money=money,
        effect=None
        if money is None
        else msg(
            "billed in the audited period beyond the recorded sales: about %(point)s",
            point=Money(money.point, scope.currency),
        ),
        cause=msg(
            "probably a number of sales derived from the minutes, or another count of sales than "
            "the records hold"
        ),
        arithmetic=arithmetic,
        ask=(
            msg("the list of the sales billed in the last three invoices, with their numbers"),
            msg("the rule by which the number of billed sales is counted"),
        ),
        filters={"vendor": vendor},
    )


def _beyond(invoices: Invoices, scope: Scope) -> tuple[Range | None, tuple[Step, ...]]:
    """Return the period's amount beyond its recorded sales; the records bound it."""
    now = invoices.in_period(scope.period.start, scope.period.end)
    price = unit_price(invoices)
    if now.empty or price <= 0:
        return None, ()
    billed = sum(now["amount"], Decimal(0))
    record = invoices.best_sales(SALES)[0]
    counts = {n: int(now[n].sum()) for n in (*SALES, *SALES_BEFORE) if invoices.of(n).any()}
    rest = {n: max(Decimal(0), amount(billed - price * count)) for n, count in counts.items()}
    values = sorted(rest.values())
    point = rest[record]
    steps = (
        Step(money_text(amount(billed), scope.currency), msg("billed for sales in the period")),
        Step(
            money_text(amount(price * counts[record]), scope.currency),
            msg(
                "recorded sales, %(n)s at %(price)s",
                n=Count(counts[record]),
                price=Money(amount(price), scope.currency),
            ),
            "−",
        ),
        Step(money_text(point, scope.currency), msg("beyond the record"), "="),
    )
    return Range(values[0], point, values[-1]), steps if point > 0 else ()


def _rows(tables: Tables, scope: Scope) -> ibis.Table:
    return sale_lines(tables, scope).select(
        "vendor", "invoice_id", "line", "period_start", "period_end", "unit", "quantity",
        "unit_price", "amount", "campaign_id", "description",
    )  # fmt: skip


CHECK = Check(
    id=ID,
    question=N_("Is a per-sale price really a per-minute price?"),
    kind="pattern",
    family="k",
    needs=(
        Need("invoice_lines", ("unit", "quantity", "amount", "period_start", "period_end")),
        Need("calls", ("talk_seconds",)),
    ),
    reduce=invoices_and_days,
    judge=_judge,
    rows=_rows,
    row_report="invoice_lines",
    honest_explanations=(
        N_("a minimum is agreed and quiet months are filled up to it"),
        N_("sales are billed when they are paid, months after they were made"),
        N_("a fee for the first months or steps by volume are part of the price"),
        N_("the records of sales miss a channel that the contract counts"),
    ),
    what_would_clear_it=N_(
        "the list of billed sales with their numbers, which the client finds in its own records"
    ),
    catches="sales_billed_by_minutes",
    minimum_n=MINIMUM_N,
    about=N_(
        "Amounts priced by the sale are explained by minutes, sales, dials and agent-days with "
        "prices of 0 or more, over all sets of drivers. It asks where minutes are needed and "
        "explain "
        "more than the closest record of sales, and says what one minute then costs. Errors in "
        "the records let minutes stand in for sales, so it only asks. It is refused with fewer "
        "than "
        "eight invoices or where the drivers move together. Sources: Lawson and Hanson 1974; "
        "Lindeman, Merenda and Gold 1980; Belsley, Kuh and Welsch 1980."
    ),
)
