"""The page of one finding: what, how much, why we think so, what honestly explains it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from vendoreval.report.finding_chart import FindingChart, finding_chart
from vendoreval.report.geometry import lines
from vendoreval.report.models import ActionModel, FindingModel
from vendoreval.report.preview import Preview, file_notes, preview, rows_that_fit
from vendoreval.report.reader import Reader, capital, headline_money
from vendoreval.report.words import GRADES, SEVERITIES, TIERS
from vendoreval.text import N_, Count, msg, nmsg

_COLUMN = 47  # letters in a line of half the page
_SMALL_COLUMN = 53


@dataclass(frozen=True)
class Part:
    """A short heading with its sentences."""

    head: str
    text: str
    inferred: bool = False


@dataclass(frozen=True)
class StepView:
    """One operand of the arithmetic strip."""

    sign: str
    value: str
    label: str


@dataclass(frozen=True)
class FindingPage:
    """Everything the page of a finding shows."""

    id: str
    severity: str
    severity_word: str
    tier: str
    facts: tuple[str, ...]
    title: str
    money_head: str
    money: str
    money_notes: tuple[str, ...]
    recommendation: tuple[str, ...]
    parts: tuple[Part, ...]
    steps: tuple[StepView, ...]
    measured: str
    chart: FindingChart | None
    preview: Preview | None
    file: str
    file_notes: tuple[str, ...]
    explanations: tuple[str, ...]
    clears: str
    asks: tuple[str, ...]
    answer: str


def finding_page(reader: Reader, finding: FindingModel) -> FindingPage:
    """Return the page of one finding."""
    say = reader.language.say
    facts = [reader.vendor(finding.vendor)]
    if finding.agent_id:
        facts.append(say(msg("agent %(agent)s", agent=finding.agent_id)))
    if finding.campaign_id:
        facts.append(say(msg("campaign %(campaign)s", campaign=finding.campaign_id)))
    facts.append(say(msg("evidence: %(grade)s", grade=msg(GRADES[finding.evidence_grade]))))
    action = next((a for a in reader.document.actions if a.finding == finding.id), None)
    page = FindingPage(
        id=finding.id,
        severity=finding.severity,
        severity_word=reader.word(SEVERITIES[finding.severity]),
        tier=reader.word(TIERS[finding.tier]),
        facts=tuple(facts),
        title=capital(reader.text(finding, "title")),
        money_head=_money_head(reader, finding),
        money=reader.money(headline_money(finding)),
        money_notes=_money_notes(reader, finding),
        recommendation=_recommendation(reader, finding, action),
        parts=_parts(reader, finding),
        steps=tuple(
            StepView(step.sign.replace("-", "−"), reader.text(step, "value"),
                     reader.text(step, "label"))
            for step in finding.arithmetic
        ),
        measured=_measured(reader, finding),
        chart=finding_chart(reader, finding),
        preview=None,
        file=finding.rows.file if finding.rows else "",
        file_notes=file_notes(reader, finding.rows),
        explanations=reader.texts(finding, "honest_explanations"),
        clears=reader.sentence(finding, "what_would_clear_it"),
        asks=reader.texts(finding, "ask") if action else (),
        answer=_answer(reader, finding),
    )  # fmt: skip
    rows = rows_that_fit(_room(page))
    return replace(page, preview=preview(reader, finding.rows, rows))


def _answer(reader: Reader, finding: FindingModel) -> str:
    told = reader.sentence(finding, "answer") or finding.answer
    return told or reader.word(N_("not recorded by the date of this audit"))


def _room(page: FindingPage) -> float:
    """Return about how many points of the page the text around the rows takes."""
    title = 22.5 * lines(page.title, 32)
    parts = [13.0 * lines(part.text, _COLUMN) + 26 for part in page.parts]
    pairs = sum(max(parts[index : index + 2]) for index in range(0, len(parts), 2))
    listed = sum(
        11.0 * lines(text, _SMALL_COLUMN) + 1.5 for text in (*page.explanations, *page.asks)
    )
    right = 11.0 * (lines(page.clears, _SMALL_COLUMN) + lines(page.answer, _SMALL_COLUMN)) + 135
    advice = 13.0 * sum(lines(text, 105) for text in page.recommendation) + 40
    strip = 75.0 if page.steps else 0.0
    chart = page.chart.height + 45 if page.chart else 0.0
    return 60 + title + advice + pairs + strip + chart + max(listed + 30, right)


def _money_head(reader: Reader, finding: FindingModel) -> str:
    if finding.tier == "fact":
        return reader.word(N_("Provable"))
    if finding.tier == "finding":
        return reader.word(N_("Likely at least"))
    return reader.word(N_("Money in question"))


def _money_notes(reader: Reader, finding: FindingModel) -> tuple[str, ...]:
    say = reader.language.say
    if finding.money is None:
        return (reader.word(N_("no money claim")),)
    notes = []
    if finding.money.low != finding.money.high:
        notes.append(say(msg("range %(span)s", span=reader.money_range(finding.money))))
    else:
        notes.append(reader.word(N_("exact, net of VAT")))
    if finding.minutes is not None:
        n = round(finding.minutes.point)
        notes.append(say(nmsg("%(n)s minute", "%(n)s minutes", n, n=Count(n))))
    return tuple(notes)


def _recommendation(
    reader: Reader, finding: FindingModel, action: ActionModel | None
) -> tuple[str, ...]:
    if action is None:
        asks = tuple(capital(text) for text in reader.texts(finding, "ask"))
        return asks or (reader.word(N_("Put the question to the vendor in writing.")),)
    day = reader.language.day(date.fromisoformat(action.due_on))
    who = reader.language.say(
        msg("%(owner)s, by %(day)s.", owner=reader.text(action, "owner"), day=day)
    )
    return (reader.text(action, "text"), who)


def _parts(reader: Reader, finding: FindingModel) -> tuple[Part, ...]:
    parts = [
        Part(reader.word(N_("What was found")), reader.sentence(finding, "condition")),
        Part(reader.word(N_("What was agreed")), reader.sentence(finding, "criteria")),
    ]
    cause = reader.sentence(finding, "cause")
    if cause:
        parts.append(Part(reader.word(N_("Probable cause")), cause, inferred=True))
    effect = reader.sentence(finding, "effect")
    if effect:
        parts.append(Part(reader.word(N_("What it costs")), effect))
    return tuple(parts)


def _measured(reader: Reader, finding: FindingModel) -> str:
    say = reader.language.say
    parts = [
        msg("Measured: %(observed)s, expected: %(expected)s, observations: %(n)s.",
            observed=reader.quantity(finding.observed, finding.unit),
            expected=reader.quantity(finding.expected, finding.unit), n=Count(finding.n))
    ]  # fmt: skip
    if finding.p_value is not None:
        parts.append(msg("p-value: %(p)s.", p=_small(reader, finding.p_value)))
    if finding.e_value is not None:
        odds = reader.number(finding.e_value, 0 if finding.e_value >= 10 else 1)
        parts.append(msg("Evidence against chance: %(odds)s to 1.", odds=odds))
    return " ".join(say(part) for part in parts)


def _small(reader: Reader, p: float) -> str:
    if p < 0.0001:
        return "< " + reader.number(0.0001, 4)
    return reader.number(p, 4 if p < 0.01 else 3)
