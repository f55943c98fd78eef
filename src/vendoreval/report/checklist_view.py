"""What the checklist's page, form and Markdown print: sentences of one language, ready."""

from __future__ import annotations

from dataclasses import dataclass

from vendoreval.report.masking import clean_text
from vendoreval.starting.checklist import Block
from vendoreval.starting.form import field_names, form_code
from vendoreval.starting.limits import Limit
from vendoreval.starting.onboarding import GateStatus, ItemStatus, Onboarding
from vendoreval.starting.signatures import STATE_WORDS, Signature
from vendoreval.text import Bilingual, Count, Day, Language, Message, language, msg


@dataclass(frozen=True)
class ItemView:
    """One line; `box`, `choice` and `note` are names of form fields, the first may be empty."""

    id: str
    question: str
    why: str
    evidence: str
    state: str
    state_name: str
    facts: str
    answers: tuple[str, ...]
    alert: str
    box: str
    choice: str
    note: str


@dataclass(frozen=True)
class BlockView:
    """One block."""

    number: int
    title: str
    progress: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True)
class GateView:
    """One gate with its progress, 0 to 100."""

    id: str
    title: str
    is_open: bool
    state: str
    progress: str
    percent: int


@dataclass(frozen=True)
class LimitView:
    """One limit told."""

    id: str
    told: str
    alternative: str
    decision: str
    measure: str
    review: str


@dataclass(frozen=True)
class ChecklistView:
    """The whole page."""

    language: str
    vendor: str
    title: str
    subtitle: str
    name: str
    contract: str
    version: str
    code: str
    summary: str
    gates: tuple[GateView, ...]
    blocks: tuple[BlockView, ...]
    limits: tuple[LimitView, ...]
    disputes: tuple[str, ...]
    footer: str


def checklist_view(found: Onboarding, language_code: str | None = None) -> ChecklistView:
    """Return the checklist in the words of one language."""
    code = language_code or found.language
    tongue = language(code)
    say = tongue.say
    parties = found.number or ""
    return ChecklistView(
        language=code,
        vendor=found.vendor,
        title=Bilingual(found.checklist.title).half(code),
        subtitle=say(
            msg("To be filled in before the first invoice. Print it, or fill it in with a PDF "
                "reader and give it back; the client reads it with: vendoreval onboard %(vendor)s "
                "--read FORM.pdf --by NAME",
                vendor=found.vendor)
        ),
        name=clean_text(found.title),
        contract=clean_text(parties),
        version=found.checklist.version,
        code=form_code(found.vendor, found.checklist),
        summary=say(
            msg("As of %(day)s: settled %(settled)s of %(all)s, blocked %(blocked)s, overdue "
                "%(overdue)s", day=Day(found.on),
                settled=Count(found.count("done", "not_applicable")),
                all=Count(len(found.items)), blocked=Count(found.count("blocked")),
                overdue=Count(sum(one.overdue for one in found.items)))
        ),
        gates=_gates(found, tongue),
        blocks=tuple(_block(found, block, tongue) for block in found.checklist.blocks
                     if found.of(block)),
        limits=tuple(_limit(limit, tongue) for limit in found.limits),
        disputes=tuple(
            line for one in found.disputed for line in _dispute(one, tongue)
        ),
        footer=f"vendoreval · {found.checklist.version} · {found.checklist.digest}",
    )  # fmt: skip


def _gates(found: Onboarding, tongue: Language) -> tuple[GateView, ...]:
    return tuple(
        GateView(
            gate.id, found.checklist.gate_title(gate.id, tongue.code), gate.is_open,
            tongue.say(_gate_state(gate)), f"{gate.settled} / {gate.items}",
            round(100 * gate.settled / gate.items) if gate.items else 100,
        )
        for gate in found.gates
    )  # fmt: skip


def _gate_state(gate: GateStatus) -> Message:
    if gate.is_open:
        return msg("passed")
    if gate.waits_for:
        return msg("shut, blocking items left: %(n)s", n=Count(len(gate.waits_for)))
    return msg("waits for the gate before it")


def _block(found: Onboarding, block: Block, tongue: Language) -> BlockView:
    items = found.of(block)
    settled = sum(one.is_settled for one in items)
    return BlockView(
        block.number, Bilingual(block.title).half(tongue.code), f"{settled} / {len(items)}",
        tuple(_item(found, one, tongue) for one in items),
    )  # fmt: skip


def _item(found: Onboarding, one: ItemStatus, tongue: Language) -> ItemView:
    item, say = one.item, tongue.say
    facts: list[str] = [item.gate]
    if item.blocking:
        facts.append(say(msg("blocking")))
    facts.append(found.checklist.role_title(item.owner, tongue.code))
    if one.due_on is not None:
        facts.append(say(msg("by %(day)s", day=Day(one.due_on))))
    if item.jurisdiction is not None:
        facts.append(say(msg("not legal advice")))
    names = field_names(item)
    answers = []
    if one.by_data is not None:
        answers.append(say(msg("by data: %(sentence)s", sentence=one.by_data.sentence)))
    answers += [signed_line(s, tongue) for s in one.said.standing]
    answers += [
        say(msg("%(line)s (about an earlier wording, not counted)", line=signed_line(s, tongue)))
        for s in one.said.outdated[-1:]
    ]
    alert = ""
    if one.against_data:
        alert = say(msg("signed as done, but data does not find it done"))
    elif one.said.disputed:
        alert = say(msg("the answers differ"))
    elif one.overdue:
        alert = say(msg("overdue"))
    return ItemView(
        id=item.id, question=Bilingual(item.question).half(tongue.code),
        why=Bilingual(item.why).half(tongue.code),
        evidence=Bilingual(item.evidence).half(tongue.code), state=one.state,
        state_name=say(STATE_WORDS[one.state]), facts=" · ".join(facts), answers=tuple(answers),
        alert=alert, box="" if item.answered_by else names[0], choice=names[-2], note=names[-1],
    )  # fmt: skip


def signed_line(one: Signature, tongue: Language) -> str:
    """Return who said what of an item and when, as a line."""
    at = tongue.day(one.at.date())
    state = tongue.say(STATE_WORDS[one.answer.state])
    note = f": {clean_text(one.answer.note)}" if one.answer.note else ""
    return f"{state}, {clean_text(one.who)}, {at}{note}"


def _dispute(one: ItemStatus, tongue: Language) -> list[str]:
    question = Bilingual(one.item.question).half(tongue.code)
    lines = [signed_line(s, tongue) for s in one.said.standing]
    if one.by_data is not None:
        lines.append(tongue.say(msg("by data: %(sentence)s", sentence=one.by_data.sentence)))
    return [f"{question} — {'; '.join(lines)}"]


def _limit(limit: Limit, tongue: Language) -> LimitView:
    told, say = limit.told, tongue.say
    lacks = limit.lacks()
    by = say(msg("client") if told.by == "client" else msg("vendor"))
    measure = say(limit.measure.label) if limit.measure is not None else told.measure or "—"
    if lacks:
        review = say(msg("lacks: %(what)s", what=lacks))
    elif limit.review_on is not None:
        review = tongue.day(limit.review_on)
    else:
        review = say(msg("settled"))
    code = tongue.code
    return LimitView(
        limit.id, f"{by}: {clean_text(Bilingual(told.limit).half(code))}",
        clean_text(Bilingual(told.alternative or "—").half(code)),
        clean_text(Bilingual(told.decision or "—").half(code)), measure, review,
    )  # fmt: skip
