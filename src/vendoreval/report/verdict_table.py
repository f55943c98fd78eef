"""The verdict table: one line for each vendor on one scale of conversion."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vendoreval.report import geometry
from vendoreval.report.models import MeasureModel, VendorModel
from vendoreval.report.reader import Reader
from vendoreval.report.words import DECISIONS, VERDICTS
from vendoreval.text import N_, Count, msg, nmsg

SPARK_WIDTH, SPARK_HEIGHT = 56.0, 12.0
INTERVAL_START, INTERVAL_END = 10.0, 70.0
_LETTER = 3.8  # mean advance of a digit at 6.5 pt

_POSITIONS = {
    "better": N_("really better than all vendors together"),
    "worse": N_("really worse than all vendors together"),
    "chance": N_("chance can explain the gap to all vendors together"),
}


@dataclass(frozen=True)
class Tick:
    """One mark under the intervals; the text is empty where it would touch another."""

    x: float
    text: str


@dataclass(frozen=True)
class VendorRow:
    """One line of the verdict table."""

    name: str
    verdict: str
    decision: str
    decision_code: str
    alert: bool
    cost: str
    cost_alert: bool
    spark: geometry.Spark
    spark_title: str
    conversion: str
    bar: geometry.Bar | None
    bar_title: str
    position: str
    talked: str
    at_risk: str


class VerdictTable:
    """The verdict table: one scale of conversion for all its rows; `short` cuts long names."""

    def __init__(self, reader: Reader, *, short: bool = False) -> None:
        self.reader, self.short = reader, short
        written = reader.document
        self.conversion = [vendor.measures.get("conversion") for vendor in written.vendors]
        self.all = written.totals.get("conversion")
        ends = [
            end
            for measure in (*self.conversion, self.all)
            if measure is not None
            for end in (measure.low, measure.value, measure.high)
            if end is not None
        ]
        self.scale = geometry.scale(ends, INTERVAL_START, INTERVAL_END)
        self.drawn = bool(ends)

    def vendor(self, vendor: VendorModel) -> VendorRow:
        """Return the line of a vendor."""
        reader = self.reader
        cost = vendor.measures.get("cost_per_surviving_sale")
        ceiling = reader.document.ceiling
        alert = vendor.decision in {"REPLACE", "PROBATION"}
        over = cost is not None and ceiling is not None and (cost.low or 0) > float(ceiling)
        return self._row(
            reader.short_vendor(vendor.vendor) if self.short else vendor.title,
            vendor.measures,
            reader.word(DECISIONS[vendor.decision]),
            vendor.decision,
            position=vendor.position,
            verdict=reader.word(VERDICTS[vendor.verdict]),
            at_risk=vendor.money.at_risk,
            alert=alert,
            cost_alert=over,
        )

    def total(self) -> VendorRow:
        """Return the line of all vendors together."""
        written = self.reader.document
        return self._row(
            self.reader.word(N_("All vendors")), written.totals, "", "",
            position="chance", verdict="", at_risk=written.money.at_risk,
        )  # fmt: skip

    def _row(
        self, name: str, measures: dict[str, MeasureModel], decision: str, code: str, *,
        position: str, verdict: str, at_risk: Decimal, alert: bool = False,
        cost_alert: bool = False,
    ) -> VendorRow:  # fmt: skip
        reader = self.reader
        cost, conversion = measures.get("cost_per_surviving_sale"), measures.get("conversion")
        talked = measures.get("talked_of_billed")
        history = [point.value for point in cost.history] if cost else []
        value = cost.value if cost else None
        return VendorRow(
            name=name, verdict=verdict, decision=decision, decision_code=code, alert=alert,
            cost=reader.compact(value, 2 if value is not None and value < 100 else 0),
            cost_alert=cost_alert,
            spark=geometry.sparkline(history, SPARK_WIDTH, SPARK_HEIGHT),
            spark_title=self._spark_title(name, history),
            conversion=reader.percent(conversion.value if conversion else None, 2),
            bar=self._bar(conversion),
            bar_title=self._bar_title(name, conversion, position),
            position=position,
            talked=reader.percent(talked.value if talked else None, 0),
            at_risk=reader.cell_money(at_risk),
        )  # fmt: skip

    def _bar(self, measure: MeasureModel | None) -> geometry.Bar | None:
        if measure is None or measure.value is None:
            return None
        line = self.all.value if self.all else None
        return geometry.interval(self.scale, measure.low, measure.value, measure.high, line)

    def _spark_title(self, name: str, history: list[float | None]) -> str:
        known = [value for value in history if value is not None]
        if not known:
            return ""
        return self.reader.language.say(
            msg("%(vendor)s: cost of a sale by month, from %(first)s to %(last)s", vendor=name,
                first=self.reader.number(known[0]), last=self.reader.number(known[-1]))
        )  # fmt: skip

    def _bar_title(self, name: str, measure: MeasureModel | None, position: str) -> str:
        if measure is None or measure.value is None:
            return ""
        reader = self.reader
        return reader.language.say(
            msg("%(vendor)s: conversion %(value)s, 95 %% range %(low)s to %(high)s; %(position)s",
                vendor=name, value=reader.percent(measure.value, 2),
                low=reader.percent(measure.low, 2), high=reader.percent(measure.high, 2),
                position=msg(_POSITIONS[position]))
        )  # fmt: skip

    def ticks(self) -> tuple[Tick, ...]:
        """Return the marks of the scale under the intervals."""
        if not self.drawn:
            return ()
        step = self.scale.ticks[1] - self.scale.ticks[0] if len(self.scale.ticks) > 1 else 0.01
        decimals = 0 if step >= 0.00999 else 1 if step >= 0.00099 else 2
        texts = [self.reader.percent(tick, decimals) for tick in self.scale.ticks]
        positions = [self.scale.at(tick) for tick in self.scale.ticks]
        kept = geometry.spaced(positions, [len(text) * _LETTER for text in texts])
        return tuple(
            Tick(x, text if index in kept else "")
            for index, (x, text) in enumerate(zip(positions, texts, strict=True))
        )

    def months(self) -> str:
        """Return the head of the column of monthly lines."""
        longest = max(
            (
                len(vendor.measures["cost_per_surviving_sale"].history)
                for vendor in self.reader.document.vendors
                if "cost_per_surviving_sale" in vendor.measures
            ),
            default=0,
        )
        if not longest:
            return ""
        return self.reader.language.say(
            nmsg("%(n)s month", "%(n)s months", longest, n=Count(longest))
        )
