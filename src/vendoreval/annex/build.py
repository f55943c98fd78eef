"""The annex of an agreement, part by part in the order in which people read it."""

from __future__ import annotations

from collections.abc import Iterator

from vendoreval.agreement import Agreement
from vendoreval.agreement.odcs import SchemaObject
from vendoreval.annex.columns import columns_table
from vendoreval.annex.delivery import deadlines, faults, file_facts
from vendoreval.annex.document import Annex, Block, Facts, Head, Heading, Paragraph, Said, Table
from vendoreval.annex.further import further
from vendoreval.annex.parties import contacts, file_name, limits, signatures, subject
from vendoreval.annex.rate_words import UNITS, line_rows
from vendoreval.annex.rules import comparisons, row_rules
from vendoreval.annex.wording import EVERY, halves, joined
from vendoreval.annex.worked import together, worked_calls
from vendoreval.rating.card import RateCard
from vendoreval.rating.lines import CardLine
from vendoreval.text import Count, Message, msg


def annex_of(agreement: Agreement) -> Annex:
    """Return the annex of an agreement: the same terms as its file, in words.

    Parameters
    ----------
    agreement
        The agreement; of one read from a file the document also carries the file's hash.

    Returns
    -------
    Annex
        Frozen, without a language; `vendoreval.report.agreement_annex` draws it.

    Examples
    --------
    >>> from vendoreval.agreement.library import compose
    >>> from vendoreval.agreement.load import agreement_from_bytes
    >>> text = compose("alpha", ["do_not_call"])
    >>> annex_of(agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml"))
    Annex(alpha, version 1.0.0, 4 tables)
    """
    parties = agreement.parties
    return Annex(
        title=msg("Reporting agreement"),
        subtitle=_subtitle(agreement),
        parties=parties.parties if parties else (agreement.vendor,),
        version=agreement.version,
        sha256=agreement.sha256,
        blocks=tuple(_blocks(agreement)),
        dated=parties.effectiveFrom if parties else None,
        content=agreement.content,
        name=file_name(agreement),
    )


def _subtitle(agreement: Agreement) -> Said:
    parties = agreement.parties
    if parties is None:
        return joined([*halves(agreement.contract.name or agreement.vendor)])
    if parties.annex is None:
        return msg("Annex to agreement No. %(number)s", number=parties.number)
    return msg("Annex No. %(annex)s to agreement No. %(number)s", annex=str(parties.annex),
               number=parties.number)  # fmt: skip


def _blocks(agreement: Agreement) -> Iterator[Block]:
    yield from subject(agreement)
    yield from _reports(agreement)
    yield from deadlines(agreement)
    yield from faults(agreement)
    yield from comparisons(agreement)
    yield from _rate_card(agreement)
    yield from limits(agreement)
    yield from contacts(agreement)
    yield from further(agreement)
    yield from signatures(agreement)


def _reports(agreement: Agreement) -> Iterator[Block]:
    parts = agreement.contract.schema_objects or ()
    yield Heading(1, msg("Reports"))
    heads = (
        Head(msg("Report"), "exact", 22),
        Head(msg("What it is"), "words", 40),
        Head(msg("Columns"), "exact", 12),
        Head(msg("Period"), "stacked", 18),
    )
    yield Table(heads, tuple(_overview(agreement, part) for part in parts))
    for part in parts:
        yield from _report(agreement, part)


def _overview(agreement: Agreement, part: SchemaObject) -> tuple[tuple[Said, ...], ...]:
    report = agreement.reports[part.name]
    every = EVERY[report.every] if report.every else msg("replaced as a whole")
    return (part.name,), halves(part.business_name), (str(len(report.columns)),), (every,)


def _report(agreement: Agreement, part: SchemaObject) -> Iterator[Block]:
    report = agreement.reports[part.name]
    named = halves(part.business_name)
    yield Heading(2, msg("Report %(name)s: %(title)s", name=part.name, title=joined(named))
                  if named else msg("Report %(name)s", name=part.name))  # fmt: skip
    for text in halves(part.description):
        yield Paragraph(text)
    synonyms = [entry.synonym for entry in part.synonyms or ()]
    facts = file_facts(part, report)
    if synonyms:
        facts = Facts((*facts.rows, (msg("Also called"), (", ".join(synonyms),))))
    yield facts
    if report.columns:
        yield from columns_table(part, report)
    yield from row_rules(part)


def _rate_card(agreement: Agreement) -> Iterator[Block]:
    yield Heading(1, msg("Rate card"))
    if not agreement.rate_card:
        yield Paragraph(msg("The file holds no rate card: this agreement is about reports only."))
        return
    card = RateCard.of(agreement)
    yield Paragraph(
        msg(
            "Days begin and end in the time zone %(zone)s. Of several lines that would price a "
            "call, the one of higher priority does, then one for named campaigns. Examples are "
            "worked out by the program that checks the invoices, each as if it stood alone in "
            "its month.",
            zone=card.timezone,
        )
    )
    lines = {line.key: line for unit in card.units for line in card.lines(unit)}
    for number, item in enumerate(card.items, start=1):
        line = next(one for one in lines.values() if one.item is item)
        yield Heading(2, msg("Line %(n)s: %(unit)s", n=Count(number), unit=UNITS[item.unit]))
        yield Facts(tuple(line_rows(line)))
        yield _worked(line)


def _worked(line: CardLine) -> Table:
    heads = (
        Head(msg("Example"), "words", 34),
        Head(msg("Counted"), "words", 26),
        Head(msg("Amount"), "stacked", 34),
    )
    rows = tuple(((call.what,), (call.counting,), (call.money,)) for call in worked_calls(line))
    total: Message | None = together(line)
    return Table(heads, rows, total or msg("Examples of this line"))
