"""Handing a message to a mail server, and every refusal as a problem with its cure."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.message import EmailMessage
from typing import Final

from vendoreval.errors import AgreementError, Problem, VendorevalError, plain_problem
from vendoreval.settings import PASSWORD_VARIABLE, MailSettings
from vendoreval.text import Message, msg

_TOO_LARGE: Final = (523, 552)
_NOTHING_SENT: Final = msg("nothing was sent; mend it and run the command again")


class MailError(VendorevalError):
    """The mail server refused, or could not be asked."""

    exit_code = 4


def deliver(
    message: EmailMessage, readers: list[str], mail: MailSettings, password: str | None
) -> dict[str, str]:
    """Hand one message over; return the readers the server refused, with its words.

    Parameters
    ----------
    readers
        Addresses of the envelope.
    password
        Used only over TLS, when the settings name a user.

    Raises
    ------
    AgreementError
        If the settings name a user and there is no password.
    MailError
        If the server cannot be reached, is not who it should be, or refuses.
    """
    if mail.user is not None and not password:
        raise AgreementError(
            plain_problem(
                PASSWORD_VARIABLE, msg("the variable is not set"),
                msg("the password of %(user)s at %(server)s", user=mail.user, server=mail.server),
                msg("set it in the environment of the command; it is read from nowhere else"),
            )
        )  # fmt: skip
    try:
        with _connected(mail) as server:
            if mail.user is not None and password:
                server.login(mail.user, password)
            _stop_if_too_large(server, message, mail)
            refused = server.send_message(message, mail.sender, readers)
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(problem_of(error, mail)) from None
    return {address: _words(*answer) for address, answer in refused.items()}


def _connected(mail: MailSettings) -> smtplib.SMTP:
    port, timeout = mail.used_port, mail.timeout_seconds
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.server, port, timeout=timeout, context=_trust(mail))
    server = smtplib.SMTP(mail.server, port, timeout=timeout)
    if mail.security == "starttls":
        try:
            server.starttls(context=_trust(mail))
        except BaseException:
            server.close()
            raise
    return server


def _trust(mail: MailSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=mail.certificates)
    except (OSError, ssl.SSLError) as error:
        raise AgreementError(
            plain_problem(
                str(mail.certificates),
                msg("the certificates cannot be read: %(reason)s",
                    reason=getattr(error, "strerror", None) or type(error).__name__),
                msg("a PEM file with the certificates of the company's authority"),
                msg("mend mail.certificates in vendoreval.yaml"),
            )
        ) from None  # fmt: skip
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _stop_if_too_large(server: smtplib.SMTP, message: EmailMessage, mail: MailSettings) -> None:
    """Ask the server how much it takes before the message travels."""
    server.ehlo_or_helo_if_needed()
    most = server.esmtp_features.get("size", "")
    size = len(message.as_bytes())
    if most.isdecimal() and 0 < int(most) < size:
        told = msg("it takes %(most)s MB, the message has %(size)s MB",
                   most=_megabytes(int(most)), size=_megabytes(size))  # fmt: skip
        raise MailError(_too_large(mail, told))


def _megabytes(count: int) -> str:
    return f"{count / (1 << 20):.1f}"


def problem_of(error: Exception, mail: MailSettings) -> Problem:
    """Return what a failure of sending means and what to do."""
    match error:
        case smtplib.SMTPAuthenticationError():
            found = msg("the server does not accept the name and password: %(words)s",
                        words=_answered(error))  # fmt: skip
            return _problem(mail, found, msg("the password of %(user)s", user=mail.user or "-"),
                            msg("check mail.user and the variable %(name)s",
                                name=PASSWORD_VARIABLE))  # fmt: skip
        case smtplib.SMTPRecipientsRefused():
            told = "; ".join(f"{who}: {_words(*a)}" for who, a in error.recipients.items())
            return _problem(mail, msg("the server refuses every reader: %(words)s", words=told),
                            msg("addresses it delivers to"), msg("check mail.to"))  # fmt: skip
        case smtplib.SMTPResponseException() if error.smtp_code in _TOO_LARGE:
            return _too_large(mail, msg("it says: %(words)s", words=_answered(error)))
        case smtplib.SMTPSenderRefused():
            return _problem(
                mail, msg("the server refuses the sender %(sender)s: %(words)s",
                          sender=mail.sender, words=_answered(error)),
                msg("an address this user may write from"), msg("check mail.from"),
            )  # fmt: skip
        case smtplib.SMTPDataError():
            return _problem(mail, msg("the server refuses the message: %(words)s",
                                      words=_answered(error)),
                            msg("that it is taken"),
                            msg("ask whoever runs the server, with these words"))  # fmt: skip
        case smtplib.SMTPNotSupportedError():
            return _unsupported(mail)
        case smtplib.SMTPResponseException():
            return _problem(mail, msg("the server answers: %(words)s", words=_answered(error)),
                            msg("a server that takes mail"), _NOTHING_SENT)  # fmt: skip
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, OSError):
            return _of_network(error.__context__, mail)  # what the library hides behind it
        case smtplib.SMTPServerDisconnected():
            return _problem(mail, msg("the server broke the connection off"),
                            msg("a server that speaks SMTP with mail.security: %(security)s",
                                security=mail.security), _NOTHING_SENT)  # fmt: skip
    return _of_network(error, mail)


def _of_network(error: Exception, mail: MailSettings) -> Problem:
    match error:
        case ssl.SSLCertVerificationError():
            return _problem(
                mail, msg("its certificate is not trusted: %(reason)s",
                          reason=error.verify_message or "-"),
                msg("a certificate for this name by an authority the system knows"),
                msg("check mail.server; for the company's own authority name its file in "
                    "mail.certificates"),
            )  # fmt: skip
        case ssl.SSLError():
            return _problem(
                mail, msg("it does not speak TLS on this port: %(reason)s",
                          reason=error.reason or "-"),
                msg("TLS as mail.security says: %(security)s", security=mail.security),
                msg("try security: starttls with port 587, or tls with port 465"),
            )  # fmt: skip
        case TimeoutError():
            return _problem(
                mail, msg("it was silent for %(n)s seconds", n=str(mail.timeout_seconds)),
                msg("a server that answers"),
                msg("check server, port and firewall; a server that expects TLS from the first "
                    "byte is silent without it: security: tls"),
            )  # fmt: skip
        case socket.gaierror():
            return _problem(
                mail, msg("there is no machine of this name"), msg("the name of the mail server"),
                msg("check mail.server"),
            )  # fmt: skip
        case ConnectionRefusedError():
            return _problem(mail, msg("nothing answers on this port"), msg("a mail server"),
                            msg("check mail.server and mail.port"))  # fmt: skip
    reason = getattr(error, "strerror", None) or type(error).__name__
    return _problem(mail, msg("the connection failed: %(reason)s", reason=str(reason)),
                    msg("a server that can be reached"), _NOTHING_SENT)  # fmt: skip


def _unsupported(mail: MailSettings) -> Problem:
    if mail.security == "starttls":
        found = msg("it offers no STARTTLS, or no way to log in")
    else:
        found = msg("it offers no way to log in")
    return _problem(
        mail, found, msg("a server that does what mail.security and mail.user ask"),
        msg("try security: tls with port 465, or leave user out when nobody logs in"),
    )  # fmt: skip


def _too_large(mail: MailSettings, told: Message) -> Problem:
    return _problem(
        mail, msg("the message is too large for it: %(told)s", told=told),
        msg("a message within its limit"),
        msg("raise the limit of the server, or hand the PDF over another way"),
    )  # fmt: skip


def _problem(mail: MailSettings, found: Message, expected: Message, cure: Message) -> Problem:
    return plain_problem(f"{mail.server}:{mail.used_port}", found, expected, cure)


def _answered(error: smtplib.SMTPResponseException) -> str:
    return _words(error.smtp_code, error.smtp_error)


def _words(code: int, text: bytes | str) -> str:
    """Return an answer of the server in one printable line."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    line = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return f"{code} {line}"[:200]
