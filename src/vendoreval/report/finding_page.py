"""The page of one finding: what, how much, why we think so, what honestly explains it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from vendoreval.report.geometry import column_widths
from vendoreval.report.models import ActionModel, FindingModel, RowsModel
from vendoreval.report.reader import DASH, Reader
from vendoreval.report.words import COLUMNS, GRADES, REPORTS, SEVERITIES, TIERS
from vendoreval.text import N_, Count, msg, nmsg

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 8, 7, 40
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FIRST_COLUMNS = ("started_at", "call_id", "sale_id", "lead_id", "agent_id")


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
class Preview:
    """The rows to check first."""

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


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
    return FindingPage(
        id=finding.id,
        severity=finding.severity,
        severity_word=reader.word(SEVERITIES[finding.severity]),
        tier=reader.word(TIERS[finding.tier]),
        facts=tuple(facts),
        title=reader.text(finding, "title"),
        money_head=_money_head(reader, finding),
        money=reader.money(finding.money.point) if finding.money else DASH,
        money_notes=_money_notes(reader, finding),
        recommendation=_recommendation(reader, finding, action),
        parts=_parts(reader, finding),
        steps=tuple(
            StepView(step.sign.replace("-", "−"), reader.text(step, "value"),
                     reader.text(step, "label"))
            for step in finding.arithmetic
        ),
        measured=_measured(reader, finding),
        preview=_preview(reader, finding.rows),
        file=finding.rows.file if finding.rows else "",
        file_notes=_file_notes(reader, finding.rows),
        explanations=reader.texts(finding, "honest_explanations"),
        clears=_sentence(reader.text(finding, "what_would_clear_it")),
        asks=reader.texts(finding, "ask") if action else (),
        answer=finding.answer or reader.word(N_("not recorded by the date of this audit")),
    )  # fmt: skip


def _money_head(reader: Reader, finding: FindingModel) -> str:
    if finding.tier == "fact":
        return reader.word(N_("Provable"))
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
        asks = tuple(_sentence(text) for text in reader.texts(finding, "ask"))
        return asks or (reader.word(N_("Put the question to the vendor in writing.")),)
    day = reader.language.day(date.fromisoformat(action.due_on))
    who = reader.language.say(
        msg("%(owner)s, by %(day)s.", owner=reader.text(action, "owner"), day=day)
    )
    return (reader.text(action, "text"), who)


def _sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def _parts(reader: Reader, finding: FindingModel) -> tuple[Part, ...]:
    parts = [
        Part(reader.word(N_("What was found")), reader.text(finding, "condition")),
        Part(reader.word(N_("What was agreed")), reader.text(finding, "criteria")),
    ]
    cause = reader.text(finding, "cause")
    if cause:
        parts.append(Part(reader.word(N_("Probable cause")), cause, inferred=True))
    effect = reader.text(finding, "effect")
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


def _file_notes(reader: Reader, rows: RowsModel | None) -> tuple[str, ...]:
    if rows is None:
        return ()
    say = reader.language.say
    kind = REPORTS.get(rows.report)
    count = say(nmsg("%(n)s row", "%(n)s rows", rows.count, n=Count(rows.count)))
    return (f"{reader.word(kind)}, {count}" if kind else count, f"SHA-256 {rows.sha256[:32]}…")


def _preview(reader: Reader, rows: RowsModel | None) -> Preview | None:
    if rows is None or not rows.preview:
        return None
    names = [c for c in _FIRST_COLUMNS if c in rows.columns]
    names += [c for c in rows.columns if c not in names and c not in {"vendor", "currency"}]
    names = [c for c in names if any(row[rows.columns.index(c)] for row in rows.preview)]
    chosen = [rows.columns.index(name) for name in names[:MOST_COLUMNS]]
    body = tuple(
        tuple(_cell(reader, row[index]) for index in chosen) for row in rows.preview[:MOST_ROWS]
    )
    numeric = tuple(
        all(_NUMBER.fullmatch(row[index]) or not row[index] for row in rows.preview)
        for index in chosen
    )
    heads = tuple(_head(reader, rows.columns[index]) for index in chosen)
    left = rows.count - len(body)
    note = nmsg("%(n)s more row in the file.", "%(n)s more rows in the file.", left, n=Count(left))
    widths = column_widths(
        [
            max(len(text) for text in (head, *cells))
            for head, *cells in zip(heads, *body, strict=True)
        ]
    )
    return Preview(heads, widths, numeric, body, reader.language.say(note) if left > 0 else "")


def _head(reader: Reader, column: str) -> str:
    known = COLUMNS.get(column)
    return reader.word(known) if known else column[:MOST_LETTERS]


def _cell(reader: Reader, text: str) -> str:
    """Write an instant or a day for people; leave the rest, cut when too long for a cell."""
    try:
        if len(text) == len("2026-10-31"):
            return reader.language.short_day(date.fromisoformat(text))
        if len(text) >= len("2026-10-31 10:00:00"):
            return reader.language.instant(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
