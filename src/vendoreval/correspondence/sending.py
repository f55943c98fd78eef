"""Mailing an audit once to every reader, with a record of what happened.

Before the server is asked, an event says that a message is on its way; after it, another says
what became of it. When a command is killed between the two nobody can know whether the message
arrived, and it is not sent again by itself.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

from pydantic import ValidationError

from vendoreval.correspondence.message import message_of
from vendoreval.correspondence.smtp import MailError, deliver
from vendoreval.errors import AgreementError, VendorevalError, os_problem, plain_problem
from vendoreval.ledger import Event, Ledger
from vendoreval.report import AuditDocument, render_pdf
from vendoreval.settings import FILE_NAME, MailReader, MailSettings
from vendoreval.text import Day, msg

MAILED: Final = "audit.mailed"


@dataclass(frozen=True)
class Sent:
    """What a sending did.

    Parameters
    ----------
    to
        Addresses whose message the server took now.
    already
        Addresses that have this audit from an earlier sending, each with its event.
    refused
        Address -> words of the server.
    """

    to: tuple[str, ...] = ()
    already: dict[str, Event] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def send_audit(
    folder: Path,
    ledger: Ledger,
    mail: MailSettings | None,
    language: str,
    *,
    again: bool = False,
    password: str | None = None,
    who: str = "vendoreval",
) -> Sent:
    """Mail the audit of a folder to its readers.

    Parameters
    ----------
    folder
        ``audits/PERIOD``, as `write_audit` leaves it.
    language
        Of readers who have none of their own.
    again
        Send it even to those who have it.
    password
        Of the user of the mail server.

    Raises
    ------
    AgreementError
        If the settings name no server, there is no audit, or the password is missing.
    MailError
        If the server refuses, or an earlier sending was broken off.
    LedgerError
        If the disk refuses.
    """
    if mail is None:
        raise AgreementError(
            plain_problem(
                FILE_NAME, msg("there is no section mail"),
                msg("mail: with server, from and to"),
                msg("add it; the password goes into the environment"),
            )
        )  # fmt: skip
    document = _document(folder)
    audit = audit_mark(document)
    before = [e for e in ledger.events(MAILED, period=document.period)
              if e.body.get("audit") == audit]  # fmt: skip
    already = {} if again else _having(before, mail.to)
    pending = [reader for reader in mail.to if reader.address not in already]
    if not again:
        _stop_if_unknown(before, pending, mail)
    done: list[str] = []
    refused: dict[str, str] = {}
    for code in dict.fromkeys(reader.language or language for reader in pending):
        group = [reader for reader in pending if (reader.language or language) == code]
        sending = _Sending(ledger, mail, document, audit, before, who, again)
        told = sending.send(group, code, _pdf(document, folder, code), password)
        refused |= told
        done += [reader.address for reader in group if reader.address not in told]
    return Sent(tuple(done), already, refused)


def audit_mark(document: AuditDocument) -> str:
    """Return a hash of what an audit says: the same for the same conclusions and figures.

    Language, versions and the head of the ledger are no part of it: a record that the
    audit was mailed must not make it another one.
    """
    said: dict[str, Any] = document.model_dump(
        mode="json",
        include={
            "period": True, "compare_with": True, "client": True, "currency": True,
            "money": True, "totals": True,
            "vendors": {"__all__": {"vendor", "verdict", "decision", "money"}},
            "findings": {"__all__": {"check", "vendor", "agent_id", "tier", "severity", "money"}},
        },
    )  # fmt: skip
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _document(folder: Path) -> AuditDocument:
    try:
        document = AuditDocument.model_validate_json((folder / "audit.json").read_bytes())
        if (folder / "audit.pdf").is_file():
            return document
    except FileNotFoundError:
        pass
    except ValidationError:
        raise AgreementError(
            plain_problem(
                str(folder / "audit.json"), msg("it is no audit of this version"),
                msg("audit.json as vendoreval audit writes it"), msg("run vendoreval audit again"),
            )
        ) from None  # fmt: skip
    except OSError as error:
        raise AgreementError(os_problem(str(folder), error)) from error
    raise AgreementError(
        plain_problem(
            str(folder), msg("there is no audit with its PDF"),
            msg("audit.json and audit.pdf"),
            msg("run vendoreval audit for the period first"),
        )
    )  # fmt: skip


def _having(events: Sequence[Event], readers: Sequence[MailReader]) -> dict[str, Event]:
    """Return address -> the event by which it has the audit."""
    found: dict[str, Event] = {}
    for event in events:
        if event.body.get("state") == "sent":
            found |= dict.fromkeys(_addresses(event), event)
    return {r.address: found[r.address] for r in readers if r.address in found}


def _addresses(event: Event) -> Iterator[str]:
    gone = cast(dict[str, str], event.body.get("refused") or {})
    return (a for a in cast(list[str], event.body.get("to") or []) if a not in gone)


def _stop_if_unknown(
    events: Sequence[Event], readers: Sequence[MailReader], mail: MailSettings
) -> None:
    """Refuse to go on when an earlier command was broken off on the way.

    Raises
    ------
    MailError
        If it may have reached one of the readers.
    """
    ended = {e.body.get("attempt") for e in events if e.body.get("state") != "started"}
    open_ones = [e for e in events if e.body.get("attempt") not in ended]
    wanted = {reader.address for reader in readers}
    for event in open_ones:
        lost = sorted(wanted & {*_addresses(event)})
        if lost:
            raise MailError(
                plain_problem(
                    f"{mail.server}:{mail.used_port}",
                    msg("a sending to %(readers)s on %(day)s was broken off: whether it arrived "
                        "is not known", readers=", ".join(lost), day=Day(event.at.date())),
                    msg("a sending that ended"),
                    msg("ask the readers, then send with --again if it did not arrive"),
                )
            )  # fmt: skip


@dataclass(frozen=True)
class _Sending:
    """One audit on its way to readers.

    Parameters
    ----------
    before
        What the ledger held about it when the command began.
    """

    ledger: Ledger
    mail: MailSettings
    document: AuditDocument
    audit: str
    before: Sequence[Event]
    who: str
    again: bool

    def send(
        self, readers: Sequence[MailReader], code: str, pdf: bytes, password: str | None
    ) -> dict[str, str]:
        """Send to the readers of one language; return those the server refused."""
        message = message_of(self.document, readers, self.mail, pdf, code)
        addresses = [reader.address for reader in readers]
        body: dict[str, Any] = {
            "attempt": uuid4().hex, "audit": self.audit, "to": addresses, "language": code,
            "server": f"{self.mail.server}:{self.mail.used_port}",
            "message_id": str(message["Message-ID"]),
            "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        }  # fmt: skip
        started = self._note(body, "started")
        try:
            if not self.again:
                self._step_back(started)
            refused = deliver(message, addresses, self.mail, password)
        except VendorevalError as error:
            self._note(body, "refused", reason=error.describe("en")[:1000])
            raise
        self._note(body, "sent", refused=refused)
        return refused

    def _note(self, body: dict[str, Any], state: str, **more: Any) -> Event:
        return self.ledger.record_event(
            MAILED, {**body, "state": state, **more}, who=self.who, period=self.document.period
        )

    def _step_back(self, started: Event) -> None:
        """Leave it to a command that began at the same moment and was the first to say so.

        Raises
        ------
        MailError
            If there is one.
        """
        known = {event.number for event in self.before}
        own = {*_addresses(started)}
        for event in self.ledger.events(MAILED, period=self.document.period):
            is_rival = (
                event.number < started.number
                and event.number not in known
                and event.body.get("audit") == self.audit
                and event.body.get("state") != "refused"
                and own & {*_addresses(event)}
            )
            if is_rival:
                raise MailError(
                    plain_problem(
                        f"{self.mail.server}:{self.mail.used_port}",
                        msg("another command is sending this audit"),
                        msg("one command at a time"),
                        msg("run the command again when the other has ended"),
                    )
                )


def _pdf(document: AuditDocument, folder: Path, code: str) -> bytes:
    """Return the PDF in a reader's language; drawn anew when the folder holds another one."""
    try:
        if code == document.language:
            return (folder / "audit.pdf").read_bytes()
        names = [finding.rows.file for finding in document.findings if finding.rows]
        evidence = {name: (folder / name).read_bytes() for name in names}
        with tempfile.TemporaryDirectory() as draft:
            path = render_pdf(document, Path(draft) / "audit.pdf", language=code, evidence=evidence)
            return path.read_bytes()
    except OSError as error:
        raise AgreementError(os_problem(str(folder), error)) from error
