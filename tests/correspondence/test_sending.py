"""Mailing an audit, against a real SMTP server on this machine."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from dispute_world import HOSTILE, result, rows_of
from pydantic import ValidationError

from vendoreval.cli import run
from vendoreval.correspondence import MailError, Sent, send_audit
from vendoreval.correspondence.message import summary_lines
from vendoreval.correspondence.sending import MAILED, audit_mark
from vendoreval.errors import AgreementError
from vendoreval.ledger import Ledger
from vendoreval.report import AuditReport
from vendoreval.settings import PASSWORD_VARIABLE, MailSettings, load_settings

PDF = b"%PDF-1.7 invented"
FINANCE = {"address": "cfo@example.org", "name": "Финансы", "language": "ru"}


@dataclass
class Box:
    """What the server took, and how it answers."""

    taken: list[Any] = field(default_factory=list)
    data_answer: str = "250 taken"
    refuses: tuple[str, ...] = ()
    sender_answer: str | None = None

    async def handle_MAIL(
        self, _s: Any, _session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _s: Any, _session: Any, envelope: Any, address: str, _o: Any
    ) -> str:
        if address in self.refuses:
            return "550 no such person\x07 here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: Any, _session: Any, envelope: Any) -> str:
        if self.data_answer.startswith("250"):
            self.taken.append(envelope)
        return self.data_answer

    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(e.content, policy=default) for e in self.taken]  # type: ignore[misc]  # the default policy makes these


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost and its key, made for this run."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "server.pem", folder / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",  # noqa: S607
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


@contextmanager
def serving(box: Box, **options: Any) -> Iterator[int]:
    """Run a server and give its port."""
    controller = Controller(box, hostname="localhost", port=0, **options)
    controller.port = free_port()
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def context_of(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and data.password == b"correct horse"
    return AuthResult(success=right, handled=False)


def mail(at: int, **given: Any) -> MailSettings:
    values = {"server": "localhost", "port": at, "security": "none", "from": "audit@example.org",
              "to": ["director@example.org"], "timeout_seconds": 5, **given}  # fmt: skip
    return MailSettings.model_validate(values)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit as it lies in a workspace, its client's name hostile."""
    folder = tmp_path_factory.mktemp("audits") / "2026-10"
    folder.mkdir()
    AuditReport(replace(result(), client=HOSTILE), rows=rows_of).to_json(folder / "audit.json")
    (folder / "audit.pdf").write_bytes(PDF)
    return folder


@pytest.fixture
def send(written: Path, ledger: Ledger) -> Callable[..., Sent]:
    def done(settings: MailSettings | None, **options: Any) -> Sent:
        return send_audit(written, ledger, settings, "en", **options)

    return done


# ------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "audit@example.org\nBcc: all@example.org"},
        {"from": "audit"},
        {"to": []},
        {"to": ["a@b.org, c@d.org"]},
        {"to": [{"address": "a@b.org", "name": "A\r\nBcc: x@y.org"}]},
        {"server": "mail.example.org", "security": "none"},
        {"security": "none", "user": "audit"},
        {"password": "secret"},
        {"port": 70000},
    ],
)
def test_settings_that_are_not_safe(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        mail(25, **wrong)


def test_settings_in_the_file(tmp_path: Path) -> None:
    place = tmp_path / "vendoreval.yaml"
    head = "client: Bank\ncurrency: RUB\n"
    place.write_text(head + "mail:\n  server: mail.example.org\n  from: audit@example.org\n"
                     "  user: audit\n  to: [director@example.org]\n", encoding="utf-8")  # fmt: skip
    read = load_settings(place).mail
    assert read is not None and (read.security, read.used_port) == ("starttls", 587)
    place.write_text(head + "mail: {server: m, from: nobody, to: []}\n", encoding="utf-8")
    with pytest.raises(AgreementError) as caught:
        load_settings(place)
    assert len(caught.value.problems) == 2 and "director@example.org" in str(caught.value)


# -------------------------------------------------------------------- sending


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_with_a_password(
    security: str, certificate: tuple[Path, Path], send: Callable[..., Sent], ledger: Ledger
) -> None:
    box, context = Box(), context_of(certificate)
    options: dict[str, Any] = {"authenticator": login, "auth_required": True}
    options |= (
        {"tls_context": context, "require_starttls": True}
        if security == "starttls"
        else {"ssl_context": context, "auth_require_tls": False}
    )
    with serving(box, **options) as port:
        settings = mail(port, security=security, user="audit", certificates=certificate[0])
        with pytest.raises(AgreementError, match=PASSWORD_VARIABLE):
            send(settings)
        with pytest.raises(MailError, match="does not accept the name and password: 535"):
            send(settings, password="wrong")  # noqa: S106
        assert send(settings, password="correct horse").to == ("director@example.org",)  # noqa: S106
        # a server that is somebody else
        with pytest.raises(MailError, match="certificate is not trusted"):
            send(settings.model_copy(update={"certificates": None}), password="x", again=True)  # noqa: S106
    states = [e.body["state"] for e in ledger.events(MAILED)]
    assert states == ["started", "refused"] * 2 + ["started", "sent", "started", "refused"]
    kept = "".join(path.read_text() for path in (ledger.path / "commits").glob("*.json"))
    assert "correct horse" not in kept and ledger.verify() == []
    (got,) = box.mails()
    attached = next(got.iter_attachments())
    assert attached.get_content() == PDF and attached.get_filename() == "audit-2026-10.pdf"


def test_the_message_holds_five_lines_and_no_foreign_header(
    send: Callable[..., Sent], written: Path, ledger: Ledger
) -> None:
    box = Box()
    with serving(box) as port:
        send(mail(port))
    (got,) = box.mails()
    assert box.taken[0].rcpt_tos == ["director@example.org"]
    assert got["Bcc"] is None and got.defects == []
    assert "Granat Bcc: all@example.org" in got["Subject"]
    assert [a.addr_spec for a in got["To"].addresses] == ["director@example.org"]
    assert [a.addr_spec for a in got["From"].addresses] == ["audit@example.org"]
    body = got.get_body()
    assert body is not None
    lines = body.get_content().splitlines()
    assert len(lines) == 5 and all(line.strip() for line in lines)
    assert lines[1].startswith("Invoiced RUB\xa05,532,049") and "provably too much" in lines[1]
    event = ledger.events(MAILED, period="2026-10")[-1]
    assert event.body["to"] == ["director@example.org"]
    assert event.body["message_id"] == got["Message-ID"]


def test_each_language_gets_a_message_and_a_pdf_of_its_own(
    send: Callable[..., Sent], written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(_: Any, path: Path, *, language: str, evidence: dict[str, bytes]) -> Path:
        path.write_bytes(PDF + language.encode() + b"".join(evidence.values()))
        return path

    (written / "evidence").mkdir(exist_ok=True)
    for number in ("F-01", "F-02", "F-03"):
        (written / "evidence" / f"{number}.csv").write_bytes(number.encode())
    monkeypatch.setattr("vendoreval.correspondence.sending.render_pdf", drawn)
    box = Box()
    with serving(box) as port:
        sent = send(mail(port, to=["director@example.org", FINANCE]))
    assert sent.to == ("director@example.org", "cfo@example.org")
    english, russian = box.mails()
    assert english.get_body()["Content-Language"] == "en"
    assert "audit of telesales" in english["Subject"]
    assert russian.get_body()["Content-Language"] == "ru"
    assert "аудит подрядчиков" in russian["Subject"]
    assert russian["To"] == "Финансы <cfo@example.org>"
    assert next(english.iter_attachments()).get_content() == PDF
    assert next(russian.iter_attachments()).get_content() == PDF + b"ruF-01F-02F-03"
    body = russian.get_body()
    assert body is not None and "Выставлено 5\xa0532\xa0049\xa0₽" in body.get_content()


@pytest.mark.parametrize("code", ["en", "ru"])
def test_every_reader_gets_the_five_lines_of_its_language(code: str) -> None:
    lines = summary_lines(AuditReport(result(code), rows=rows_of).document(code), code)
    assert len(lines) == 5
    assert {"en": "To decide first:", "ru": "Решить первым:"}[code] in lines[3]
    assert all("\n" not in line and line[-1] in ".?!…" for line in lines)


def test_never_twice_unless_asked(send: Callable[..., Sent], ledger: Ledger) -> None:
    box = Box()
    with serving(box) as port:
        assert send(mail(port)).to == ("director@example.org",)
        second = send(mail(port))
        assert second.to == () and list(second.already) == ["director@example.org"]
        # a new reader gets it, the first does not get it again
        more = mail(port, to=["director@example.org", "board@example.org"])
        assert send(more).to == ("board@example.org",)
        assert send(more).to == ()
        assert send(mail(port), again=True).to == ("director@example.org",)
    assert len(box.taken) == 3


def test_a_broken_off_sending_is_not_repeated_by_itself(
    send: Callable[..., Sent], written: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    box = Box()
    with serving(box) as port:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("vendoreval.correspondence.sending.deliver", killed)
            send(mail(port))
        with pytest.raises(MailError, match="broken off: whether it arrived is not known"):
            send(mail(port))
        assert box.taken == []
        assert send(mail(port), again=True).to == ("director@example.org",)
        # now it is known
        assert send(mail(port)).to == ()


def test_of_two_commands_at_once_one_sends(written: Path, ledger: Ledger) -> None:
    box, ends = Box(), list[str]()

    def other(port: int) -> None:
        try:
            ends.extend(send_audit(written, Ledger.open(ledger.path), mail(port), "en").to)
        except MailError as error:
            ends.append(str(error))

    with serving(box) as port:
        threads = [threading.Thread(target=other, args=(port,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(box.taken) == 1 and ends.count("director@example.org") == 1
    assert ledger.verify() == []


def test_the_same_audit_is_known_whatever_the_ledger_holds_since(written: Path) -> None:
    first = AuditReport(result(), rows=rows_of).document()
    later = AuditReport(replace(result(), ledger_hash="ab" * 32, versions={}), rows=rows_of)
    assert audit_mark(first) == audit_mark(later.document()) == audit_mark(later.document("ru"))
    corrected = replace(result(), money=replace(result().money, provable=result().money.billed))
    assert audit_mark(first) != audit_mark(AuditReport(corrected, rows=rows_of).document())


# ------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("box", "told", "russian"),
    [
        (Box(refuses=("director@example.org",)), "refuses every reader", "ни одного получателя"),
        (Box(sender_answer="553 not from you"), "refuses the sender", "не принимает отправителя"),
        (Box(sender_answer="552 too big"), "too large for it: it says: 552", "слишком велико"),
        (Box(data_answer="552 too big"), "too large for it: it says: 552", "слишком велико"),
        (Box(data_answer="554 looks like spam"), "refuses the message: 554", "не принимает письмо"),
        (Box(data_answer="451 try later"), "refuses the message: 451", "не принимает письмо"),
    ],
)  # fmt: skip
def test_what_the_server_says_is_told(
    send: Callable[..., Sent], ledger: Ledger, box: Box, told: str, russian: str
) -> None:
    with serving(box) as port, pytest.raises(MailError, match=told) as caught:
        send(mail(port))
    assert russian in caught.value.describe("ru") and f"localhost:{port}" in str(caught.value)
    assert caught.value.exit_code == 4 and str(caught.value).isprintable()
    assert [e.body["state"] for e in ledger.events(MAILED)] == ["started", "refused"]


def test_a_part_of_the_readers(send: Callable[..., Sent], ledger: Ledger) -> None:
    box = Box(refuses=("gone@example.org",))
    with serving(box) as port:
        settings = mail(port, to=["director@example.org", "gone@example.org"])
        sent = send(settings)
        assert sent.to == ("director@example.org",)
        assert sent.refused == {"gone@example.org": "550 no such person here"}
        # only who did not get it is tried again
        box.refuses = ()
        assert send(settings).to == ("gone@example.org",)


def test_too_large_is_told_before_it_travels(send: Callable[..., Sent]) -> None:
    box = Box()
    told = pytest.raises(MailError, match=r"it takes 0\.0 MB")
    with serving(box, data_size_limit=1000) as port, told:
        send(mail(port))
    assert box.taken == []


def test_servers_that_are_not_what_is_said(
    send: Callable[..., Sent], certificate: tuple[Path, Path]
) -> None:
    with serving(Box()) as port:
        with pytest.raises(MailError, match="offers no STARTTLS"):
            send(mail(port, security="starttls"))
        with pytest.raises(MailError, match="does not speak TLS on this port"):
            send(mail(port, security="tls"))
    told = pytest.raises(MailError, match=r"silent for 1 seconds|broke the connection off")
    with serving(Box(), ssl_context=context_of(certificate)) as port, told:
        send(mail(port, timeout_seconds=1))
    with pytest.raises(MailError, match="nothing answers on this port"):
        send(mail(free_port()))
    with pytest.raises(MailError, match="no machine of this name"):
        send(mail(25, server="mail.invalid", security="starttls"))
    with pytest.raises(AgreementError, match="certificates cannot be read"):
        send(mail(free_port(), security="tls", certificates=Path("none.pem")))


def test_a_silent_server(send: Callable[..., Sent]) -> None:
    with socket.socket() as deaf:
        deaf.bind(("localhost", 0))
        deaf.listen()
        with pytest.raises(MailError, match="silent for 1 seconds"):
            send(mail(deaf.getsockname()[1], timeout_seconds=1))


def test_a_server_that_hangs_up(send: Callable[..., Sent]) -> None:
    with socket.socket() as rude:
        rude.bind(("localhost", 0))
        rude.listen()

        def hang_up() -> None:
            rude.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(MailError, match=r"broke the connection off|connection failed"):
            send(mail(rude.getsockname()[1]))
        thread.join()


def test_without_settings_or_without_an_audit(
    send: Callable[..., Sent], ledger: Ledger, tmp_path: Path
) -> None:
    with pytest.raises(AgreementError, match="no section mail"):
        send(None)
    for content in (None, b"{}"):
        folder = tmp_path / "2026-09"
        folder.mkdir(exist_ok=True)
        if content is not None:
            (folder / "audit.json").write_bytes(content)
        with pytest.raises(AgreementError, match="run vendoreval audit"):
            send_audit(folder, ledger, mail(25), "en")
    assert ledger.records == ()


def test_the_command(
    written: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = Box()
    folder = tmp_path / "bank"
    shutil.copytree(written, folder / "audits" / "2026-10")
    with serving(box) as port:
        (folder / "vendoreval.yaml").write_text(
            f"client: Bank\ncurrency: RUB\nmail:\n  server: localhost\n  port: {port}\n"
            "  security: none\n  from: audit@example.org\n  to: [director@example.org]\n"
        )
        assert run(["send", str(folder), "--period", "2026-10"]) == 0
        assert "Sent to director@example.org" in capfd.readouterr().out
        assert run(["send", str(folder), "--period", "2026-10", "--lang", "ru"]) == 0
        assert "уже отправлен" in capfd.readouterr().out
        assert run(["send", str(folder), "--period", "2026-09"]) == 3
        box.refuses = ("director@example.org",)
        assert run(["send", str(folder), "--period", "2026-10", "--again"]) == 4
    assert len(box.taken) == 1
