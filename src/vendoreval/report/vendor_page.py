"""The page of one vendor: thirteen months, agents, the six inputs, every check with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from vendoreval.report import geometry
from vendoreval.report.appendix import STATE_ORDER
from vendoreval.report.drawing_models import AgentModel
from vendoreval.report.models import AuditDocument, MeasureModel, VendorModel
from vendoreval.report.reader import DASH, Reader, capital
from vendoreval.report.words import DECISIONS, READINGS, STATES, VERDICTS
from vendoreval.stats import wilson_interval
from vendoreval.text import N_, Count, Number, msg, nmsg

MOST_VENDOR_PAGES = 12
# agents on a printed page, by the room there is, and on a screen
FEWEST_AGENTS, MOST_AGENTS, MOST_AGENTS_SHOWN = 3, 10, 60
# points: of a page, of all that is there whatever the vendor, of an agent's line
_PAGE, _FIXED, _AGENT_LINE = 735.0, 320.0, 14.4
_MONTHS_LINE, _REASON_LINE, _ANSWER_LINE = 14.4, 10.5, 9.8
# lighter evidence is common among honest vendors and says nothing
_LEAST_WEIGHT = 10.0
_MOST_SILENT = 3
# with more checks than this only signals and questions are named on a printed page
_MOST_NAMED = 15
_HALF, _WHOLE = 58, 124  # letters in a line of the answers
TREND_WIDTH, TREND_HEIGHT = 132.0, 11.0
_MEASURES: Mapping[str, str] = {
    "billed": N_("Billed, net of VAT"),
    "billed_minutes": N_("Billed minutes"),
    "talk_minutes": N_("Talk minutes"),
    "talked_of_billed": N_("Talked of billed"),
    "dials": N_("Dials"),
    "conversations": N_("Conversations"),
    "leads_worked": N_("Worked leads"),
    "surviving_sales": N_("Surviving sales"),
    "conversion": N_("Conversion"),
    "cost_per_surviving_sale": N_("Cost of a surviving sale"),
}


@dataclass(frozen=True)
class MeasureRow:
    """One measure: this period, its change, its months."""

    label: str
    value: str
    span: str
    change: str
    trend: geometry.Spark
    trend_title: str
    months: str


@dataclass(frozen=True)
class AgentRow:
    """One agent: figures as they are printed."""

    agent: str
    role: str
    cells: tuple[str, ...]
    conversion: str


@dataclass(frozen=True)
class InputRow:
    """One of the six rows behind a verdict."""

    label: str
    value: str
    reading: str
    reading_word: str
    reason: str


@dataclass(frozen=True)
class CheckLine:
    """One outcome: the questions it holds for, and why."""

    state: str
    state_word: str
    questions: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class VendorPage:
    """Everything the page of a vendor shows."""

    anchor: str
    name: str
    decision: str
    decision_code: str
    verdict: str
    reasons: tuple[str, ...]
    weight: str
    demands: tuple[str, ...]
    money: tuple[tuple[str, str], ...]
    measures: tuple[MeasureRow, ...]
    compared: str
    inputs: tuple[InputRow, ...]
    agents: tuple[AgentRow, ...]
    agents_note: str
    productivity: str
    counts: tuple[tuple[str, str, str], ...]
    checks: tuple[tuple[CheckLine, ...], tuple[CheckLine, ...]]
    together: tuple[CheckLine, ...]
    findings: tuple[str, ...]


def anchor(written: AuditDocument, vendor: str) -> str:
    """Return the name of a vendor's place in the document; made of its number, never its name."""
    order = [entry.vendor for entry in written.vendors]
    return f"vendor-{order.index(vendor) + 1}"


def paged_vendors(written: AuditDocument) -> tuple[VendorModel, ...]:
    """Return the vendors with a page, by name; those with findings first claim one."""
    if len(written.vendors) <= MOST_VENDOR_PAGES:
        return written.vendors
    found = {finding.vendor for finding in written.findings}
    first = sorted(written.vendors, key=lambda vendor: vendor.vendor not in found)
    kept = {vendor.vendor for vendor in first[:MOST_VENDOR_PAGES]}
    return tuple(vendor for vendor in written.vendors if vendor.vendor in kept)


def vendor_page(reader: Reader, vendor: VendorModel, *, brief: bool) -> VendorPage:
    """Return the page of one vendor.

    Parameters
    ----------
    brief
        Keep to one printed page: the busiest agents, and checks with something to say;
        the others are counted (the table of all checks and checks.csv name them).
    """
    written, word = reader.document, reader.word
    inputs = tuple(
        InputRow(
            reader.text(row, "label"), reader.text(row, "value"), row.reading,
            word(READINGS[row.reading]), reader.text(row, "reason"),
        )
        for row in vendor.six_inputs
    )  # fmt: skip
    reasons = reader.texts(vendor, "reasons")
    checks = _checks(reader, vendor, brief=brief)
    demanded = "; ".join(reader.texts(vendor, "demands"))
    above = [text for text in (*reasons, _weight(reader, vendor), demanded) if text]
    most = _agents_that_fit(vendor, above, inputs, checks) if brief else MOST_AGENTS_SHOWN
    return VendorPage(
        anchor=anchor(written, vendor.vendor),
        name=vendor.title,
        decision=word(DECISIONS[vendor.decision]),
        decision_code=vendor.decision,
        verdict=word(VERDICTS[vendor.verdict]),
        reasons=reasons,
        weight=_weight(reader, vendor),
        demands=reader.texts(vendor, "demands"),
        money=_money(reader, vendor),
        measures=tuple(
            _measure(reader, name, label, vendor.measures[name])
            for name, label in _MEASURES.items()
            if name in vendor.measures
        ),
        compared=reader.inner_period(written.compare_with) if written.compare_with else "",
        inputs=inputs,
        agents=tuple(_agent(reader, agent) for agent in vendor.agents[:most]),
        agents_note=_more_agents(reader, len(vendor.agents) - most),
        productivity=_productivity(reader, vendor.agents),
        counts=tuple(
            (state, word(STATES[state]), reader.number(n))
            for state in STATE_ORDER
            if (n := sum(row.state == state for row in vendor.checks))
        ),
        checks=_halves([line for line in checks if len(line.questions) == 1 or line.reason]),
        together=tuple(line for line in checks if len(line.questions) > 1 and not line.reason),
        findings=tuple(f.id for f in written.findings if f.vendor == vendor.vendor),
    )  # fmt: skip


def _weight(reader: Reader, vendor: VendorModel) -> str:
    """Say how much the evidence of all families weighs; nothing while it is light."""
    if vendor.e_value is None or vendor.e_value < _LEAST_WEIGHT:
        return ""
    return reader.language.say(
        msg(
            "If this vendor were honest, the chance that all its evidence together would ever "
            "weigh %(odds)s to 1, at any monthly look, is below 1 in %(odds)s.",
            odds=Number(float(int(vendor.e_value))),
        )
    )


def _agents_that_fit(
    vendor: VendorModel, reasons: Sequence[str], inputs: Sequence[InputRow],
    checks: Sequence[CheckLine],
) -> int:  # fmt: skip
    """Return how many agents leave the page whole, as far as it can be told before it is drawn."""
    lines = geometry.lines
    taken = _FIXED + _MONTHS_LINE * sum(name in vendor.measures for name in _MEASURES)
    taken += _REASON_LINE * sum(lines(reason, 130) for reason in reasons)
    taken += sum(
        4.6 + _ANSWER_LINE * max(lines(row.label, 48), lines(row.value, 24), lines(row.reason, 48))
        for row in inputs
    )
    for line in checks:
        text = " ".join((*line.questions, line.reason))
        pair = len(line.questions) == 1 or bool(line.reason)
        height = _ANSWER_LINE * lines(text, _HALF if pair else _WHOLE) + 3
        taken += height / 2 if pair else height
    return max(FEWEST_AGENTS, min(MOST_AGENTS, int((_PAGE - taken) / _AGENT_LINE)))


def _money(reader: Reader, vendor: VendorModel) -> tuple[tuple[str, str], ...]:
    money = vendor.money
    if not money.billed:
        return ()
    risk = reader.money(money.at_risk)
    if money.at_risk_low != money.at_risk_high:
        span = reader.join_range(reader.money(money.at_risk_low), reader.money(money.at_risk_high))
        risk = f"{risk} ({span})"
    return (
        (reader.word(N_("Invoiced")), reader.money(money.billed)),
        (reader.word(N_("Provable overbilling")), reader.money(money.provable)),
        (reader.word(N_("Money at risk")), risk),
    )


# ------------------------------------------------------------------ measures


def _measure(reader: Reader, name: str, label: str, measure: MeasureModel) -> MeasureRow:
    history = [point.value for point in measure.history]
    known = [(p.period, p.value) for p in measure.history if p.value is not None]
    title = months = ""
    if known:
        low, high = (_figure(reader, measure, end(v for _, v in known)) for end in (min, max))
        months = reader.language.say(msg("%(low)s to %(high)s", low=low, high=high))
        title = reader.language.say(
            msg("%(measure)s by month, %(first)s to %(last)s: between %(low)s and %(high)s",
                measure=reader.word(label), first=reader.month_mark(known[0][0]),
                last=reader.month_mark(known[-1][0]), low=low, high=high)
        )  # fmt: skip
    return MeasureRow(
        label=reader.word(label),
        value=_figure(reader, measure, measure.value),
        span=_span(reader, name, measure),
        change=reader.change(measure),
        trend=geometry.sparkline(history, TREND_WIDTH, TREND_HEIGHT),
        trend_title=title,
        months=months if len(known) > 1 else "",
    )


def _figure(reader: Reader, measure: MeasureModel, value: float | None) -> str:
    if measure.unit == "share":
        return reader.percent(value, 0 if value is not None and value >= 0.2 else 2)
    return reader.compact(value)


def _span(reader: Reader, name: str, measure: MeasureModel) -> str:
    """Return the range of a rate, or on how many observations it rests."""
    if measure.value is None or measure.unit not in {"share", "money"} or name == "billed":
        return ""
    if measure.low is None or measure.high is None:
        return f"n = {reader.number(measure.n)}"
    low, high = (_figure(reader, measure, end) for end in (measure.low, measure.high))
    return f"{low.rstrip(chr(160) + '%')}–{high}"


# -------------------------------------------------------------------- agents


def _agent(reader: Reader, agent: AgentModel) -> AgentRow:
    number = reader.number
    conversion = DASH
    if agent.leads:
        low, high = wilson_interval(agent.sold, agent.leads)
        conversion = (
            f"{reader.percent(agent.sold / agent.leads, 1)} "
            f"({number(low * 100, 1)}–{number(high * 100, 1)})"
        )
    return AgentRow(
        agent=agent.agent_id,
        role=agent.role or DASH,
        cells=(
            number(agent.days), number(agent.dials), number(agent.conversations),
            number(agent.talk_seconds / 3600, 1),
            number(agent.talk_seconds / 3600 / agent.days, 1) if agent.days else DASH,
            number(agent.leads), number(agent.sold),
        ),
        conversion=conversion,
    )  # fmt: skip


def _more_agents(reader: Reader, left: int) -> str:
    if left <= 0:
        return ""
    return reader.language.say(
        nmsg("%(n)s more agent in agents.csv, attached to this file.",
             "%(n)s more agents in agents.csv, attached to this file.", left, n=Count(left))
    )  # fmt: skip


def _productivity(reader: Reader, agents: Sequence[AgentModel]) -> str:
    """Return what an agent's day holds on the average; empty without agents."""
    days = sum(agent.days for agent in agents)
    if not days:
        return ""
    hours = sum(agent.talk_seconds for agent in agents) / 3600
    spoken, dials = sum(a.conversations for a in agents), sum(a.dials for a in agents)
    number = reader.number
    return reader.language.say(
        msg(
            "A day of an agent on the average: dials %(dials)s, conversations %(spoken)s, hours of "
            "talk %(hours)s; minutes of talk for each conversation %(minutes)s.",
            dials=number(dials / days, 1), spoken=number(spoken / days, 1),
            hours=number(hours / days, 1),
            minutes=number(hours * 60 / spoken, 1) if spoken else DASH,
        )
    )  # fmt: skip


# -------------------------------------------------------------------- checks


def _halves(lines: Sequence[CheckLine]) -> tuple[tuple[CheckLine, ...], tuple[CheckLine, ...]]:
    """Share the answers out to two columns of about one height; a page lays columns out slowly."""
    heights = [geometry.lines(" ".join((*line.questions, line.reason)), _HALF) for line in lines]
    reached = list(accumulate(heights))
    half = sum(heights) / 2
    split = next((n for n, height in enumerate(reached, start=1) if height >= half), 0)
    return tuple(lines[:split]), tuple(lines[split:])


def _checks(reader: Reader, vendor: VendorModel, *, brief: bool) -> tuple[CheckLine, ...]:
    """Return signals and questions one by one; equal reasons of the others are said once."""
    written = reader.document
    questions = {note.id: reader.text(note, "question") for note in written.checks}
    # the table of demands and checks.csv say why; a page has room for a few
    many = sum(row.state == "not_run" for row in vendor.checks) > _MOST_SILENT
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in vendor.checks:
        short = brief and len(vendor.checks) > _MOST_NAMED
        if short and row.state in ("clear", "not_run"):
            continue
        # a signal and a question have pages of their own, which say more
        told = not short and row.state != "clear" and (row.state != "not_run" or not many)
        reason = reader.text(row, "reason") if told or not brief else ""
        grouped.setdefault((row.state, reason), []).append(questions.get(row.check, row.check))
    ordered = sorted(grouped.items(), key=lambda item: STATE_ORDER.index(item[0][0]))
    return tuple(
        CheckLine(state, capital(reader.word(STATES[state])), tuple(asked), reason)
        for (state, reason), asked in ordered
    )
