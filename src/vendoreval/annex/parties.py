"""Who agrees on what: the subject, the limits both sides disclosed, whom to ask, who signs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from vendoreval.agreement import Agreement
from vendoreval.agreement.extensions import Disclosure
from vendoreval.agreement.odcs import Price, Role, Support, Team, TeamMember
from vendoreval.annex.document import (
    Block,
    Cell,
    Facts,
    Head,
    Heading,
    Paragraph,
    Said,
    Signature,
    Signatures,
    Table,
)
from vendoreval.annex.wording import SIDES, halves, joined, plain, price
from vendoreval.text import Day, Message, msg

STATUSES: Final = {
    "draft": msg("draft"),
    "proposed": msg("proposed"),
    "active": msg("in force"),
    "deprecated": msg("being replaced"),
    "retired": msg("no longer in force"),
}
_LANGUAGES: Final = {"en": msg("English"), "ru": msg("Russian")}
_ROLES: Final = (msg("Client"), msg("Vendor"))


def subject(agreement: Agreement) -> Iterator[Block]:
    """Yield what the document is about and how long it holds."""
    yield Heading(1, msg("Subject and term"))
    yield Paragraph(
        msg(
            "This document says in words what the reporting agreement in the file named below "
            "says for a machine. Both hold the same terms. The file is identified by its hash "
            "(SHA-256), which is printed on every page; a changed file has another hash."
        )
    )
    yield Facts(tuple(_subject(agreement)))


def _subject(agreement: Agreement) -> Iterator[tuple[Said, Cell]]:
    contract, parties = agreement.contract, agreement.parties
    if parties is not None:
        yield msg("Agreement"), (msg("No. %(number)s", number=parties.number),)
        if parties.annex is not None:
            yield msg("Annex"), (msg("No. %(number)s", number=str(parties.annex)),)
        yield msg("Parties"), tuple(parties.parties)
        yield msg("Term"), (term(agreement),)
    else:
        yield msg("Parties"), (msg("not named in the file"),)
    yield msg("Vendor's short name"), (agreement.vendor,)
    if contract.name:
        yield msg("Name"), halves(contract.name)
    yield msg("Identifier"), (contract.id,)
    yield msg("Version"), (contract.version,)
    if contract.status:
        yield msg("State"), (STATUSES.get(contract.status, contract.status),)
    said = contract.description
    for label, text in (
        (msg("Purpose"), said.purpose if said else None),
        (msg("Use"), said.usage if said else None),
        (msg("What to know"), said.limitations if said else None),
    ):
        if text:
            yield label, halves(text)
    zone = contract.extension("timezone", str)
    if zone:
        yield msg("Time zone"), (zone,)
    if agreement.language:
        yield msg("Language of letters"), (_LANGUAGES[agreement.language],)
    yield from _labels(agreement)
    yield msg("File"), (file_name(agreement), f"SHA-256 {agreement.sha256}")


def _labels(agreement: Agreement) -> Iterator[tuple[Said, Cell]]:
    contract = agreement.contract
    yield msg("Standard"), (f"Open Data Contract Standard {contract.api_version}",)
    for label, value in (
        (msg("Domain"), contract.domain),
        (msg("Data product"), contract.data_product),
        (msg("Tenant"), contract.tenant),
        (msg("Created"), contract.contract_created_ts),
        (msg("Tags"), ", ".join(contract.tags or ())),
    ):
        if value:
            yield label, (value,)
    if contract.price is not None:
        yield msg("Price in short"), (_short_price(contract.price),)


def _short_price(named: Price) -> Message:
    """Return the single price of the standard; the rate card says it in full."""
    amount = Decimal(str(named.price_amount or 0))
    money = price(amount, named.price_currency) if named.price_currency else plain(amount)
    return joined([money, *halves(named.price_unit)], " / ")


def file_name(agreement: Agreement) -> str:
    """Return the name of the agreement's file without its folder."""
    return agreement.source.replace("\\", "/").rpartition("/")[2] or f"{agreement.vendor}.odcs.yaml"


def term(agreement: Agreement) -> Message:
    """Return from when to when the agreement holds."""
    parties = agreement.parties
    if parties is None:
        return msg("not named in the file")
    if parties.effectiveTo is None:
        return msg("from %(first)s, without an end", first=Day(parties.effectiveFrom))
    return msg("from %(first)s to %(last)s, both days included",
               first=Day(parties.effectiveFrom), last=Day(parties.effectiveTo))  # fmt: skip


def limits(agreement: Agreement) -> Iterator[Block]:
    """Yield the register of limits that one side told the other."""
    yield Heading(1, msg("Limits disclosed before the start"))
    if not agreement.disclosures:
        yield Paragraph(msg("Neither side has disclosed a limit in this version."))
        return
    yield Paragraph(
        msg(
            "A limit is what one side knew to stand in the way. The measure named beside it "
            "tests the decision; it is looked at on the day of review."
        )
    )
    heads = (
        Head(msg("No."), "stacked", 7),
        Head(msg("Limit and who told it"), "words", 30),
        Head(msg("Proposal, decision"), "words", 36),
        Head(msg("Measure, review"), "stacked", 18),
    )
    yield Table(heads, tuple(_limit(entry) for entry in agreement.disclosures))


def _limit(entry: Disclosure) -> tuple[Cell, ...]:
    told = [
        *halves(entry.limit),
        msg("topic: %(topic)s", topic=joined(halves(entry.topic))),
        msg("told by: %(side)s", side=SIDES[entry.by]),
    ]
    decided: list[Message] = []
    if entry.alternative:
        decided.append(msg("proposed: %(text)s", text=joined(halves(entry.alternative))))
    if entry.decision:
        decided.append(msg("decision: %(text)s", text=joined(halves(entry.decision))))
    decided.append(
        msg("decided by: %(side)s", side=SIDES[entry.decided_by])
        if entry.decided_by
        else msg("not yet decided")
    )
    tested: list[Said] = [entry.measure] if entry.measure else [msg("no measure named")]
    tested.append(
        msg("review on %(day)s", day=Day(entry.review_on))
        if entry.review_on
        else msg("no day of review")
    )
    return ((entry.id,), tuple(told), tuple(decided), tuple(tested))


def contacts(agreement: Agreement) -> Iterator[Block]:
    """Yield the people and the places to ask."""
    contract = agreement.contract
    team = contract.team
    members = team.members or () if isinstance(team, Team) else team or ()
    yield Heading(1, msg("Contacts"))
    if not members and not contract.support and not contract.roles:
        yield Paragraph(msg("The file names no contacts."))
    if isinstance(team, Team) and (team.name or team.description):
        yield Paragraph(joined([*halves(team.name), *halves(team.description)], ". "))
    if members:
        heads = (
            Head(msg("Person or mailbox"), "exact", 28),
            Head(msg("Role"), "stacked", 22),
            Head(msg("Notes"), "words", 30),
        )
        yield Table(heads, tuple(_member(entry) for entry in members))
    if contract.support:
        heads = (
            Head(msg("Where to ask"), "exact", 28),
            Head(msg("Address"), "exact", 30),
            Head(msg("Notes"), "words", 24),
        )
        yield Table(heads, tuple(_channel(entry) for entry in contract.support))
    if contract.roles:
        heads = (Head(msg("Role"), "exact", 20), Head(msg("May"), "words", 30),
                 Head(msg("Approved by"), "exact", 30))  # fmt: skip
        yield Table(heads, tuple(_reader(role) for role in contract.roles))


def _reader(role: Role) -> tuple[Cell, ...]:
    may: list[Said] = [role.access] if role.access else []
    approvers = (role.first_level_approvers, role.second_level_approvers)
    return (role.role,), (*may, *halves(role.description)), tuple(a for a in approvers if a)


def _member(entry: TeamMember) -> tuple[Cell, ...]:
    notes: list[Said] = list(halves(entry.description))
    if entry.date_in:
        notes.append(msg("from %(day)s", day=entry.date_in))
    if entry.date_out:
        notes.append(msg("until %(day)s", day=entry.date_out))
    if entry.replaced_by_username:
        notes.append(msg("replaced by %(name)s", name=entry.replaced_by_username))
    named = (entry.username, *((entry.name,) if entry.name else ()))
    return named, halves(entry.role), tuple(notes)


def _channel(entry: Support) -> tuple[Cell, ...]:
    named = tuple(text for text in (entry.channel, entry.tool, entry.scope) if text)
    address = tuple(text for text in (entry.url, entry.invitation_url) if text)
    return named, address, halves(entry.description)


def signatures(agreement: Agreement) -> Iterator[Block]:
    """Yield the places to sign."""
    yield Heading(1, msg("Signatures"))
    yield Paragraph(
        msg(
            "The parties agree on the terms above and on the file with the hash SHA-256 "
            "%(hash)s. Each party keeps a copy of both.",
            hash=agreement.sha256,
        )
    )
    named = agreement.parties.parties if agreement.parties else ()
    if len(named) == 2:
        yield Signatures(tuple(map(Signature, named, _ROLES)))
    elif named:
        yield Signatures(tuple(Signature(party) for party in named))
    else:
        yield Signatures((Signature("", _ROLES[0]), Signature(agreement.vendor, _ROLES[1])))
