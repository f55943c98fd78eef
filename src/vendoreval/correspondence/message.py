"""The message that brings an audit: five lines in the reader's language, and the PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Final

from vendoreval.report import AuditDocument, clean_text
from vendoreval.report.claims_page import claims_title
from vendoreval.report.reader import Reader, capital
from vendoreval.report.words import DECISIONS
from vendoreval.settings import MailReader, MailSettings
from vendoreval.text import Count, Message, msg

_LONGEST_LINE: Final = 600
# whatever some reader of mail takes for the end of a line
_BREAKS: Final = re.compile("[ \t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")


def one_line(text: str, letters: int = 200) -> str:
    """Return text in one line, with nothing that does not print; no-break spaces stay.

    Examples
    --------
    >>> one_line("Alpha\\r\\nBcc: all@example.org")
    'Alpha Bcc: all@example.org'
    """
    joined = _BREAKS.sub(" ", clean_text(text)).strip()
    return "".join(c for c in joined if c.isprintable() or c == "\u00a0")[:letters]


def summary_lines(document: AuditDocument, code: str) -> tuple[str, ...]:
    """Return the audit in five lines: conclusion, money, vendors, first decision, claims."""
    reader = Reader(document, code)
    say = reader.language.say
    lines = (
        reader.text(document, "title"),
        say(_money(reader)),
        say(_vendors(reader)),
        _decision(reader),
        say(_claims(reader)),
    )
    return tuple(_sentence(line) for line in lines)


def _sentence(line: str) -> str:
    text = capital(one_line(line, _LONGEST_LINE))
    return text if text[-1:] in ".?!…" else text + "."


def _money(reader: Reader) -> Message:
    money = reader.document.money
    if not money.billed:
        return msg("No invoice is known for the period.")
    return msg(
        "Invoiced %(billed)s, provably too much %(provable)s, at risk %(risk)s; net of VAT.",
        billed=reader.money(money.billed), provable=reader.money(money.provable),
        risk=reader.money(money.at_risk),
    )  # fmt: skip


def _vendors(reader: Reader) -> Message:
    decisions = [vendor.decision for vendor in reader.document.vendors]
    told = "; ".join(
        f"{reader.word(word)}: {decisions.count(decision)}"
        for decision, word in DECISIONS.items()
        if decision in decisions
    )
    return msg("Vendors: %(n)s. %(told)s.", n=Count(len(decisions)), told=told)


def _decision(reader: Reader) -> str:
    say = reader.language.say
    if not reader.document.actions:
        return say(msg("Nothing needs a decision."))
    action = reader.document.actions[0]
    day = reader.language.day(date.fromisoformat(action.due_on))
    return say(
        msg("To decide first: %(text)s %(owner)s, by %(day)s.", text=reader.text(action, "text"),
            owner=reader.text(action, "owner"), day=day)
    )  # fmt: skip


def _claims(reader: Reader) -> Message:
    claims = reader.document.claims
    if claims is None or not claims.rows:
        return msg("Nothing was claimed from a vendor this year.")
    return claims_title(reader, claims)


def message_of(
    document: AuditDocument,
    readers: Sequence[MailReader],
    mail: MailSettings,
    pdf: bytes,
    code: str,
) -> EmailMessage:
    """Return the message to readers of one language.

    Everything of the audit that goes into a header is cut to one printable line, so that no
    name can add a header.
    """
    reader = Reader(document, code)
    say = reader.language.say
    period = reader.period(document.period)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(
        say(msg("%(client)s: audit of telesales vendors, %(period)s",
                client=one_line(document.client), period=period))
    )  # fmt: skip
    message["From"] = Address(display_name=one_line(document.client), addr_spec=mail.sender)
    message["To"] = [
        Address(display_name=one_line(r.name or ""), addr_spec=r.address) for r in readers
    ]
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=mail.sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    lines = summary_lines(document, code)
    message.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    message["Content-Language"] = code  # of the text: setting the text clears such headers
    message.add_attachment(
        pdf, maintype="application", subtype="pdf",
        filename=f"audit-{document.period.replace('..', '_')}.pdf",
    )  # fmt: skip
    return message
