"""The one chart of a finding: its conclusion, chosen by the figures, and the drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from markupsafe import Markup

from vendoreval.report.charts.timeline import Bar, lanes
from vendoreval.report.drawing_models import (
    DaysModel,
    LengthsModel,
    MonthsModel,
    RateModel,
    RatesModel,
    TimelineModel,
)
from vendoreval.report.finding_shapes import (
    WIDTH,
    Call,
    Column,
    Drawn,
    Rate,
    columns,
    months,
    rates,
    timeline,
)
from vendoreval.report.models import FindingModel
from vendoreval.report.pictures import GREY, ORANGE, Picture, page_svg
from vendoreval.report.reader import Reader, unbroken
from vendoreval.text import N_, Count, Message, msg, nmsg

_LONGEST_NAME = 26
_MOST_LANES = 8


@dataclass(frozen=True)
class FindingChart:
    """The chart of a finding, drawn."""

    title: str
    note: str
    svg: Markup
    height: float


@dataclass(frozen=True)
class _Told:
    title: Message
    note: Message
    drawn: Drawn


def finding_chart(reader: Reader, finding: FindingModel) -> FindingChart | None:
    """Return the chart of a finding; `None` when the audit holds nothing to draw."""
    told, picture = _laid_out(reader, finding)
    if told is None or picture is None:
        return None
    note = unbroken(reader.language.say(told.note))
    return FindingChart(picture.title, note, page_svg(picture), picture.height)


def finding_picture(reader: Reader, finding: FindingModel) -> Picture | None:
    """Return the chart of a finding as shapes and words, for a notebook."""
    return _laid_out(reader, finding)[1]


def _laid_out(reader: Reader, finding: FindingModel) -> tuple[_Told | None, Picture | None]:
    # a question is no alarm
    mark = GREY if finding.tier == "review" else ORANGE
    match finding.drawing:
        case DaysModel() as days:
            told = _days(reader, days, mark)
        case LengthsModel() as lengths:
            told = _lengths(reader, lengths, mark)
        case TimelineModel() as calls:
            told = _timeline(reader, calls, mark)
        case MonthsModel() as values:
            told = _months(reader, values, mark)
        case RatesModel() as found:
            told = _rates(reader, found, mark)
        case _:
            return None, None
    say = reader.language.say
    title, note = unbroken(say(told.title)), unbroken(say(told.note))
    code = reader.language.code
    drawn = told.drawn
    return told, Picture(
        WIDTH, drawn.height, title, f"{title}. {note}", code, drawn.groups, drawn.words
    )


# ---------------------------------------------------------------------- days


def _days(reader: Reader, days: DaysModel, mark: str) -> _Told:
    whole = sum(marked for _, marked, _ in days.columns)
    peak, most, _ = max(days.columns, key=lambda column: column[1])
    with_any = sum(marked > 0 for _, marked, _ in days.columns)
    if with_any == 1:
        title = msg("All on one day: %(day)s", day=_day(reader, peak))
    else:
        title = nmsg(
            "Found on %(n)s day of %(all)s; most on %(day)s: %(most)s of %(whole)s",
            "Found on %(n)s days of %(all)s; most on %(day)s: %(most)s of %(whole)s",
            with_any, n=Count(with_any), all=Count(len(days.columns)), day=_day(reader, peak),
            most=Count(most), whole=Count(whole),
        )  # fmt: skip
    known = any(rest is not None for _, _, rest in days.columns)
    note = (
        msg("By day. Upper, dark part: at question; lower, pale part: all others.")
        if known
        else msg("By day; only what is at question.")
    )
    drawn = [
        Column(reader.language.short_day(date.fromisoformat(day))[:5], rest or 0, marked)
        for day, marked, rest in days.columns
    ]
    return _Told(title, note, columns(drawn, mark, reader.number))


def _day(reader: Reader, day: str) -> str:
    return reader.language.day(date.fromisoformat(day))


# ------------------------------------------------------------------- lengths


def _lengths(reader: Reader, lengths: LengthsModel, mark: str) -> _Told:
    edges = [edge for edge, _, _ in lengths.columns]
    marked = [count for _, count, _ in lengths.columns]
    rest = [count for _, _, count in lengths.columns]
    middle = _span(reader, edges, _median(marked))
    if lengths.quantity == "extra":
        # from the long end, so that at least half of them reach it
        place = _median(marked[::-1], last=len(marked) - 1)
        title = msg(
            "Half of the calls at question are billed %(span)s s too long, or more",
            span=_span(reader, edges, place),
        )
        note = msg("Calls by seconds billed above the card.")
        drawn = [Column(label, 0, count)
                 for label, count in zip(_labels(reader, edges), marked, strict=True)]  # fmt: skip
        return _Told(title, note, columns(drawn, mark, reader.number))
    if sum(rest):
        title = msg(
            "The middle call at question lasts %(span)s s, the middle one of the others "
            "%(other)s s",
            span=middle, other=_span(reader, edges, _median(rest)),
        )  # fmt: skip
    else:
        title = msg("The middle call at question lasts %(span)s s", span=middle)
    note = msg(
        "Calls by length of the talk in seconds, as shares. Right, dark: at question; left, pale: "
        "all others of the vendor."
    )
    both = zip(_labels(reader, edges), rest, marked, strict=True)
    drawn = [
        Column(label, b / (sum(rest) or 1) * 100, a / (sum(marked) or 1) * 100)
        for label, b, a in both
    ]
    return _Told(title, note, columns(
        drawn, mark, lambda share: reader.percent(share / 100, 0), side_by_side=True
    ))  # fmt: skip


def _median(counts: Sequence[int], last: int | None = None) -> int:
    """Return the column with the middle one; `last` counts the columns from their end."""
    half = sum(counts) / 2
    place = next((n for n, reached in enumerate(accumulate(counts)) if reached >= half), 0)
    return place if last is None else last - place


def _span(reader: Reader, edges: Sequence[int], place: int) -> str:
    if place + 1 < len(edges):
        return reader.language.range(edges[place], edges[place + 1] - 1)
    return f"{reader.number(edges[place])}+"


def _labels(reader: Reader, edges: Sequence[int]) -> list[str]:
    return [_span(reader, edges, place) for place in range(len(edges))]


# ------------------------------------------------------------------ timeline


def _timeline(reader: Reader, found: TimelineModel, mark: str) -> _Told:
    bars = sorted(
        (Bar(datetime.fromisoformat(at), seconds, code) for at, seconds, code in found.calls),
        key=lambda bar: (bar.began, bar.call_id),
    )
    places = lanes(bars)
    first, last = bars[0].began, max(bar.ended for bar in bars)
    most = max(sum(b.began <= bar.began < b.ended for b in bars) for bar in bars)
    calls = tuple(
        Call(
            (bar.began - first).total_seconds(), bar.seconds, min(place, _MOST_LANES - 1),
            any(b is not bar and b.began < bar.ended and bar.began < b.ended for b in bars),
            bar.call_id,
        )
        for bar, place in zip(bars, places, strict=True)
    )  # fmt: skip
    span = (last - first).total_seconds()
    clocks = [f"{first + timedelta(seconds=span * part / 4):%H:%M:%S}" for part in range(5)]
    title = nmsg(
        "Agent %(agent)s, %(day)s: %(n)s conversation at once",
        "Agent %(agent)s, %(day)s: %(n)s conversations at once",
        most, agent=_cut(found.agent_id), day=reader.language.day(first.date()), n=Count(most),
    )  # fmt: skip
    note = msg(
        "Each bar is a call on the vendor's own clock; those that run beside another one are dark."
    )
    return _Told(title, note, timeline(calls, clocks, span, mark))


# -------------------------------------------------------------------- months


def _months(reader: Reader, found: MonthsModel, mark: str) -> _Told:
    known = [value for _, value in found.values if value is not None]
    above = sum(value > found.level for value in known)
    title = nmsg(
        "In %(n)s month of %(all)s a sale cost more than %(level)s",
        "In %(n)s months of %(all)s a sale cost more than %(level)s",
        above, n=Count(above), all=Count(len(known)), level=reader.money(round(found.level)),
    )  # fmt: skip
    note = msg(
        "Cost of a surviving sale by month, %(unit)s; dark: above the line. Single months vary "
        "by chance.",
        unit=reader.language.currency_mark(reader.currency),
    )
    values = [(reader.month_mark(month), value) for month, value in found.values]
    last = found.values[-1][1]
    drawn = months(
        values, found.level, f"{reader.word(N_('ceiling'))} {reader.number(found.level)}",
        reader.number(last), mark, reader.number,
    )  # fmt: skip
    return _Told(title, note, drawn)


# --------------------------------------------------------------------- rates


def _rates(reader: Reader, found: RatesModel, mark: str) -> _Told:
    def text(value: float) -> str:
        if found.quantity == "sales_per_hour":
            return reader.number(value, 2)
        if found.quantity == "sales_per_lead":
            return reader.percent(value, 1)
        return reader.quantity(value, "money" if found.unit == reader.currency else found.unit)

    level = msg("expected") if found.quantity == "observed" else msg("all together")
    line = "" if found.line is None else f"{reader.language.say(level)} {text(found.line)}"
    drawn = [
        Rate(reader.short_vendor(row.name), row.low, row.value, row.high,
             _rate_text(reader, row, text(row.value), text(row.low), text(row.high)), row.marked)
        for row in found.rows
    ]  # fmt: skip
    marked = next((row for row in found.rows if row.marked), found.rows[0])
    return _Told(
        _rates_title(found, reader.vendor(marked.name), marked, text),
        _rates_note(found),
        rates(drawn, found.line, line, mark),
    )


def _rate_text(reader: Reader, row: RateModel, value: str, low: str, high: str) -> str:
    if row.low == row.high:
        return value
    return reader.language.say(
        msg("%(value)s (%(low)s to %(high)s), n = %(n)s", value=value, low=low, high=high,
            n=Count(row.n))
    )  # fmt: skip


def _rates_title(
    found: RatesModel, name: str, marked: RateModel, text: Callable[[float], str]
) -> Message:
    value, line = text(marked.value), "" if found.line is None else text(found.line)
    if found.quantity == "observed":
        return msg("Found: %(value)s; expected: %(line)s", value=value, line=line)
    outside = found.line is not None and not marked.low <= found.line <= marked.high
    if outside:
        return msg("%(name)s: %(value)s; its whole range is apart from all together, %(line)s",
                   name=name, value=value, line=line)  # fmt: skip
    return msg("%(name)s: %(value)s; its range holds all together, %(line)s",
               name=name, value=value, line=line)  # fmt: skip


def _rates_note(found: RatesModel) -> Message:
    notes = {
        "sales_per_hour": msg(
            "Surviving sales for an hour of talk in the period, with 95 %% ranges (exact Poisson); "
            "n: hours. Square: the one at question."
        ),
        "sales_per_lead": msg(
            "Share of the leads an agent talked to that sold, twelve months, with 95 %% ranges "
            "(Wilson); n: leads. Square: the one at question."
        ),
        "observed": msg("What was found and, as a line, what was expected."),
    }
    return notes[found.quantity]


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


__all__ = ["FindingChart", "finding_chart", "finding_picture"]
