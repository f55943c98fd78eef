"""The comparison charts of one audit: each with its conclusion, its note and its words.

Conclusions are chosen by the data: other figures give another sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import TYPE_CHECKING

from vendoreval.report.charts.bank_bars import BankBar, BankWords, bank_bars
from vendoreval.report.charts.cancellations import Cancelled, CancelledWords, cancellations
from vendoreval.report.charts.cost_months import CostLine, CostWords, cost_months, usual_spread
from vendoreval.report.charts.funnel_plot import FunnelPoint, FunnelWords, funnel_plot
from vendoreval.report.charts.hour_map import HourMap, HourWords, hour_map
from vendoreval.report.charts.minute_steps import Steps, StepWords, minute_steps
from vendoreval.report.reader import Reader, unbroken
from vendoreval.report.words import CODES
from vendoreval.text import N_, Count, Message, Percent, msg, nmsg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CENTRAL_SHARE = 0.9
_AGE_DAYS = 30
MOST_VENDORS = 12


@dataclass(frozen=True)
class Chart:
    """One chart: a short name, the conclusion, what is drawn, and the figure."""

    name: str
    title: str
    note: str
    figure: Figure


def charts(reader: Reader) -> Iterator[Chart]:
    """Yield every comparison chart that the audit has data for, in the order of the pages."""
    for draw in (funnel, cost, minutes, bank, hours, cancelled):
        chart = draw(reader)
        if chart is not None:
            yield chart


def _chart(
    reader: Reader, name: str, title: Message, note: Message, figure: Figure, vendors: int = 0
) -> Chart:
    say = reader.language.say
    under = say(note)
    if vendors > MOST_VENDORS:
        under += " " + say(
            msg("Drawn: %(n)s of %(all)s vendors, by name.", n=Count(MOST_VENDORS),
                all=Count(vendors))
        )  # fmt: skip
    return Chart(name, unbroken(say(title)), unbroken(under), figure)


# ---------------------------------------------------------------- conversion


def funnel(reader: Reader) -> Chart | None:
    """Draw conversion against volume."""
    points = []
    for vendor in reader.document.vendors:
        worked, sold = vendor.measures.get("leads_worked"), vendor.measures.get("surviving_sales")
        if worked and worked.value and sold and sold.value is not None:
            points.append(
                FunnelPoint(
                    reader.short_vendor(vendor.vendor),
                    round(worked.value),
                    round(sold.value),
                    vendor.position,
                )
            )  # fmt: skip
    sales, leads = sum(p.sales for p in points), sum(p.leads for p in points)
    if not 0 < sales < leads:
        return None
    worse = [p.name for p in points if p.position == "worse"]
    better = [p.name for p in points if p.position == "better"]
    if worse:
        title = msg("Really lower conversion: %(names)s", names=", ".join(worse))
    elif better:
        title = msg("Really higher conversion: %(names)s", names=", ".join(better))
    elif len(points) > 1:
        title = msg("No vendor's conversion differs by more than chance and the usual spread")
    else:
        title = msg("One vendor alone: its conversion has nothing to be compared with")
    words = FunnelWords(
        leads=reader.word(N_("worked leads")),
        conversion=reader.word(N_("conversion")),
        together=reader.word(N_("all vendors together")),
        levels=(reader.word(N_("95%% by chance alone")), reader.word(N_("99.8%% by chance alone"))),
        number=reader.number,
        percent=reader.percent,
    )
    note = msg(
        "Surviving sales of worked leads in the period. Between the lines lie the vendors that "
        "chance alone explains; honest vendors differ a little more than that."
    )
    return _chart(reader, "funnel", title, note, funnel_plot(points, words))


# ---------------------------------------------------------------------- cost


def _months(reader: Reader) -> list[str]:
    histories = [
        [point.period for point in v.measures["cost_per_surviving_sale"].history]
        for v in reader.document.vendors
        if "cost_per_surviving_sale" in v.measures
    ]
    return sorted({month for history in histories for month in history})


def cost(reader: Reader) -> Chart | None:
    """Draw cost of a surviving sale by month, with each vendor's own usual spread."""
    written = reader.document
    months = _months(reader)
    if not months:
        return None
    lines = []
    for vendor in written.vendors[:MOST_VENDORS]:
        measure = vendor.measures.get("cost_per_surviving_sale")
        known = {p.period: p.value for p in measure.history} if measure else {}
        lines.append(
            CostLine(
                reader.short_vendor(vendor.vendor), tuple(known.get(month) for month in months)
            )
        )
    if not any(value is not None for line in lines for value in line.values):
        return None
    compared = written.compare_with
    place = months.index(compared) if compared in months and compared != months[-1] else None
    words = CostWords(
        months=tuple(reader.month_mark(month) for month in months),
        ceiling=reader.word(N_("ceiling")),
        number=reader.number,
    )
    ceiling = float(written.ceiling) if written.ceiling is not None else None
    note = msg(
        "Cost of a surviving sale by month, %(unit)s. Shaded: the vendor's own usual spread, from "
        "the months before the last one. Hollow: the month compared with.",
        unit=reader.language.currency_mark(written.currency),
    )
    drawn = cost_months(lines, words, ceiling, place)
    return _chart(reader, "trend", _cost_title(lines), note, drawn, len(written.vendors))


def _cost_title(lines: Sequence[CostLine]) -> Message:
    bands = [(line, band) for line in lines if (band := usual_spread(line.values)) is not None]
    if not bands:
        return msg("Too few months to know how much the cost of a sale usually varies")
    dearer = [
        line.name for line, band in bands if line.values[-1] is not None
        and line.values[-1] > band[1]
    ]  # fmt: skip
    if dearer:
        return msg("A sale costs more than it usually did: %(names)s", names=", ".join(dearer))
    cheaper = [
        line.name for line, band in bands if line.values[-1] is not None
        and line.values[-1] < band[0]
    ]  # fmt: skip
    if cheaper:
        return msg("A sale costs less than it usually did: %(names)s", names=", ".join(cheaper))
    return msg("The cost of a sale stays inside each vendor's usual spread")


# ------------------------------------------------------------------- minutes


def minutes(reader: Reader) -> Chart | None:
    """Draw minutes from the invoice to the sale."""
    rows = reader.document.comparison.minutes
    vendors = [
        Steps(reader.short_vendor(row.vendor), (row.billed, row.talked, row.decided, row.sold))
        for row in rows[:MOST_VENDORS]
    ]
    billed = sum(r.billed or r.talked for r in rows)
    sold = sum(r.sold for r in rows)
    if billed <= 0:
        return None
    title = msg(
        "%(share)s of the minutes paid for were talk on leads that bought",
        share=Percent(sold / billed, 0),
    )
    words = StepWords(
        steps=tuple(
            reader.word(step)
            for step in (N_("billed"), N_("talked"), N_("with a decision maker"),
                         N_("on leads that bought"))
        ),
        number=reader.number,
        percent=lambda share: reader.percent(share, 0),
    )  # fmt: skip
    note = msg(
        "Minutes of the period; each bar is a part of the one above it. A lead that bought is one "
        "with a surviving sale in the client's own records."
    )
    return _chart(reader, "minutes", title, note, minute_steps(vendors, words), len(rows))


# ---------------------------------------------------------------------- bank


def bank(reader: Reader) -> Chart | None:
    """Draw the contract bank by stage."""
    rows = reader.document.comparison.banks
    whole = sum(row.handed for row in rows)
    if not whole:
        return None
    won = sum(count for row in rows for stage, count in row.stages if stage == "won")
    title = nmsg(
        "%(share)s of %(n)s lead ever handed over was won; declined ones stay in the count",
        "%(share)s of %(n)s leads ever handed over were won; declined ones stay in the count",
        whole, share=Percent(won / whole), n=Count(whole),
    )  # fmt: skip
    words = BankWords(
        stages={code: reader.word(word) for code, word in CODES.items()},
        unseen=reader.word(N_("never seen in a report")),
        number=reader.number,
        percent=lambda share: reader.percent(share, 0),
    )
    bars = [
        BankBar(reader.short_vendor(row.vendor), row.handed, row.stages)
        for row in rows[:MOST_VENDORS]
    ]
    note = msg("The contract bank at the end of the period: every lead at its last known stage.")
    return _chart(reader, "bank", title, note, bank_bars(bars, words), len(rows))


# --------------------------------------------------------------------- hours


def busy_hours(counts: Sequence[int]) -> tuple[int, int, float]:
    """Return the shortest run of hours with nine tenths of the dials: first, end, share.

    Examples
    --------
    >>> busy_hours([0] * 9 + [10] * 9 + [0] * 6)
    (9, 18, 1.0)
    """
    whole = sum(counts) or 1
    sums = [0, *accumulate(counts)]
    best = (0, len(counts))
    for first in range(len(counts)):
        for end in range(first + 1, len(counts) + 1):
            enough = sums[end] - sums[first] >= _CENTRAL_SHARE * whole
            if enough and end - first < best[1] - best[0]:
                best = (first, end)
    return best[0], best[1], (sums[best[1]] - sums[best[0]]) / whole


def hours(reader: Reader) -> Chart | None:
    """Draw weekday against hour."""
    rows = reader.document.comparison.hours
    if not rows:
        return None
    by_hour = [sum(day[h] for row in rows for day in row.dials) for h in range(24)]
    first, end, share = busy_hours(by_hour)
    title = msg(
        "%(share)s of the dials fall between %(first)s and %(end)s",
        share=Percent(share, 0), first=f"{first}:00", end=f"{end}:00",
    )  # fmt: skip
    # 5 January 2026 is a Monday
    days = tuple(reader.language.short_weekday(date(2026, 1, 5 + day)) for day in range(7))
    maps = [HourMap(reader.short_vendor(row.vendor), row.dials) for row in rows[:MOST_VENDORS]]
    note = msg(
        "Dials by weekday and hour of the vendor's own clock; the darker, the larger the share of "
        "its dials."
    )
    words = HourWords(days=days, hour=lambda hour: f"{hour}:00")
    return _chart(reader, "hours", title, note, hour_map(maps, words), len(rows))


# ------------------------------------------------------------- cancellations


def share_by(points: Sequence[tuple[int, float]], day: int) -> float | None:
    """Return the share cancelled by a day; `None` when the curve ends before it.

    Examples
    --------
    >>> share_by([(0, 0.0), (10, 0.1), (40, 0.2)], 30)
    0.1
    """
    if points[-1][0] < day:
        return None
    return max(share for at, share in points if at <= day)


def cancelled(reader: Reader) -> Chart | None:
    """Draw the share of sales cancelled by days since the sale."""
    rows = [row for row in reader.document.comparison.cancellations if row.sales]
    if not rows:
        return None
    shares = [share for row in rows if (share := share_by(row.points, _AGE_DAYS)) is not None]
    if not any(row.cancelled for row in rows):
        title = msg("No sale of the last thirteen months was cancelled")
    elif not shares:
        title = msg("No sale is old enough yet to tell how many die within %(n)s days",
                    n=Count(_AGE_DAYS))  # fmt: skip
    else:
        title = msg(
            "Within %(n)s days of the sale %(low)s to %(high)s of the sales are cancelled, by "
            "vendor",
            n=Count(_AGE_DAYS), low=Percent(min(shares), 0), high=Percent(max(shares), 0),
        )  # fmt: skip
    words = CancelledWords(
        days=reader.word(N_("days since the sale")),
        clawback=reader.word(N_("paid back until here")),
        sales=lambda n: reader.language.say(nmsg("%(n)s sale", "%(n)s sales", n, n=Count(n))),
        percent=lambda share: reader.percent(share, 0),
        number=reader.number,
    )
    shown = rows[:MOST_VENDORS]
    vendors = [
        Cancelled(reader.short_vendor(row.vendor), row.sales, row.points, row.clawback_days)
        for row in shown
    ]
    note = msg(
        "Share of the sales of thirteen months that are cancelled by a day after the sale, from "
        "the client's records (Kaplan-Meier); grey: the other vendors."
    )
    return _chart(reader, "cancellations", title, note, cancellations(vendors, words), len(rows))
