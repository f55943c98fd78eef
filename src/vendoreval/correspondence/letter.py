"""The letter to the vendor: what was compared, what does not agree, what is asked.

Every sentence is of the catalogues or of a finding. It claims nothing beyond the figures and
names the honest explanations first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN

from vendoreval.auditing.claims import told_period
from vendoreval.correspondence.dispute import ANSWER_DAYS, CENT, Dispute, DisputeItem
from vendoreval.report.reader import capital
from vendoreval.text import Count, Day, Language, Message, Money, language, msg, nmsg

ROWS_FILE = "rows.xlsx"
ANSWERS_FILE = "answers.xlsx"


@dataclass(frozen=True)
class LetterStep:
    """One operand of a calculation."""

    sign: str
    value: str
    label: str


@dataclass(frozen=True)
class LetterPart:
    """A short heading with what stands under it."""

    head: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class LetterItem:
    """One item as the letter prints it."""

    number: int
    finding: str
    title: str
    parts: tuple[LetterPart, ...]
    steps: tuple[LetterStep, ...]
    claim: str
    rows: str


@dataclass(frozen=True)
class Letter:
    """Everything the letter prints."""

    title: str
    sender: str
    receiver: str
    dated: str
    opening: tuple[str, ...]
    items: tuple[LetterItem, ...]
    closing: tuple[str, ...]
    mark: str


def letter_of(dispute: Dispute, on: date, code: str) -> Letter:
    """Return the letter in one language, dated on a day."""
    tongue = language(code)
    say = tongue.say
    return Letter(
        title=say(msg("Questions about the records: %(period)s",
                      period=told_period(dispute.period))),
        sender=say(msg("From: %(name)s", name=dispute.client)),
        receiver=say(msg("To: %(name)s", name=dispute.title)),
        dated=tongue.day(on),
        opening=tuple(say(line) for line in _opening(dispute, on)),
        items=tuple(_item(dispute, item, tongue) for item in dispute.items),
        closing=tuple(say(line) for line in _closing(dispute)),
        mark=say(msg("Mark of this pack: %(mark)s", mark=dispute.mark)),
    )  # fmt: skip


def _opening(dispute: Dispute, on: date) -> list[Message]:
    n = len(dispute.items)
    total = (
        msg("The amounts in question come to %(total)s, net of VAT; a call that several items "
            "concern is counted once.", total=Money(dispute.claimed, dispute.currency))
        if dispute.claimed
        else msg("No amount is claimed: these are questions.")
    )  # fmt: skip
    return [
        msg("Dear colleagues,"),
        nmsg(
            "we have compared the reports and the invoice for this period with the agreement and "
            "with one another. %(n)s place needs a word from you; it is listed below with the "
            "figures behind it. Its rows are in %(file)s.",
            "we have compared the reports and the invoice for this period with the agreement and "
            "with one another. %(n)s places need a word from you; they are listed below with the "
            "figures behind them. Their rows are in %(file)s.",
            n, n=Count(n), file=ROWS_FILE,
        ),
        total,
        msg(
            "There may be an explanation that we do not see, and some are named below. Please "
            "answer each item in %(file)s by %(day)s: accepted, credited, or rejected with the "
            "reason.",
            file=ANSWERS_FILE, day=Day(on + timedelta(days=ANSWER_DAYS)),
        ),
    ]  # fmt: skip


def _closing(dispute: Dispute) -> list[Message]:
    return [
        msg("Until you have answered, each item is an open question. If a figure of ours is wrong, "
            "please say which one and what it should be: we will correct it."),
        msg("Kind regards, %(client)s", client=dispute.client),
    ]  # fmt: skip


def _item(dispute: Dispute, item: DisputeItem, tongue: Language) -> LetterItem:
    evidence, finding = item.finding.evidence, item.finding

    def lines(*messages: Message | None) -> tuple[str, ...]:
        texts = (dispute.sentence(message, tongue.code) for message in messages)
        return tuple(_whole(text) for text in texts if text)

    facts = finding.tier == "fact"
    parts = [
        # how a pattern compares with others is not this vendor's to read
        (msg("What we see"), lines(evidence.condition) if facts else ()),
        (msg("What was agreed"), lines(evidence.criteria) if facts else ()),
        (msg("What could explain it"), lines(*finding.honest_explanations)),
        (msg("What we ask"), lines(*evidence.ask) or (
            tongue.say(msg("Please tell us how this came about.")),)),
    ]  # fmt: skip
    steps = tuple(
        LetterStep(step.sign.replace("-", "−"), dispute.sentence(step.value, tongue.code),
                   dispute.sentence(step.label, tongue.code))
        for step in evidence.arithmetic
    )  # fmt: skip
    title = dispute.sentence(evidence.title, tongue.code)
    count = len(item.rows)
    return LetterItem(
        number=item.number,
        finding=finding.id,
        title=capital(title or tongue.say(msg("A question about the records"))),
        parts=tuple(LetterPart(tongue.say(head), text) for head, text in parts if text),
        steps=steps if facts and all(step.value for step in steps) else (),
        claim=tongue.say(_claim(dispute, item)),
        rows=tongue.say(
            nmsg("%(n)s row, sheet %(sheet)s of %(file)s",
                 "%(n)s rows, sheet %(sheet)s of %(file)s",
                 count, n=Count(count), sheet=str(item.number), file=ROWS_FILE)
        ) if count else "",
    )  # fmt: skip


def _whole(text: str) -> str:
    text = capital(text)
    return text if text[-1] in ".?!…" else text + "."


def _claim(dispute: Dispute, item: DisputeItem) -> Message:
    if item.worth is None:
        return msg("Amount in question: none, this is a question.")
    worth = item.worth.quantize(CENT, ROUND_DOWN)
    if worth == item.claimed:
        return msg("Amount in question: %(amount)s, net of VAT.",
                   amount=Money(item.claimed, dispute.currency))  # fmt: skip
    return msg(
        "Amount in question: %(amount)s, net of VAT; the item alone comes to %(worth)s, the rest "
        "stands in other items.",
        amount=Money(item.claimed, dispute.currency), worth=Money(worth, dispute.currency),
    )  # fmt: skip


def letter_text(letter: Letter) -> str:
    """Return the letter as plain text, for the body of an e-mail."""
    blocks = [
        "\n".join((letter.title, letter.receiver, letter.sender, letter.dated)),
        *letter.opening,
    ]
    for item in letter.items:
        lines = [f"{item.number}. {item.title} ({item.finding})"]
        for part in item.parts:
            lines += [f"   {part.head}:", *(f"   - {line}" for line in part.lines)]
        lines += [f"   {f'{step.sign} ' if step.sign else ''}{step.value}  {step.label}"
                  for step in item.steps]  # fmt: skip
        lines += [f"   {line}" for line in (item.claim, item.rows) if line]
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, *letter.closing, letter.mark]) + "\n"
