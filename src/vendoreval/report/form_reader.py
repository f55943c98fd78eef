"""The fields of a filled PDF form, out of a file that may be anything."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final

from vendoreval.errors import DeliveryError, os_problem, plain_problem
from vendoreval.starting.form import ReadField
from vendoreval.text import Count, Message, msg

_LARGEST_BYTES: Final = 20_000_000
_MOST_FIELDS: Final = 5_000
_LONGEST_VALUE: Final = 4_000
_KINDS: Final = {"/Btn": "button", "/Ch": "choice", "/Tx": "text", "/Sig": "signature"}
_UNTICKED: Final = frozenset({"", "Off", "None"})


def read_form(path: Path) -> tuple[ReadField, ...]:
    """Return every field of a PDF form.

    Raises
    ------
    DeliveryError
        If the file cannot be read, is no PDF, is encrypted, or holds no fields.
    """
    import pypdf  # noqa: PLC0415 - needed for this alone
    from pypdf.errors import DependencyError, PyPdfError  # noqa: PLC0415 - heavy, and only here

    # what it mends in silence is told by the fields that are missing
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise _wrong(path, msg("the file has %(n)s bytes", n=Count(size)))
        with path.open("rb") as stream:
            reader = pypdf.PdfReader(stream)
            if reader.is_encrypted:
                raise _wrong(path, msg("the file is locked with a password"))
            found = reader.get_fields() or {}
            fields = tuple(_field(name, raw) for name, raw in list(found.items())[:_MOST_FIELDS])
    except DependencyError:  # a locked file whose cipher is not installed
        raise _wrong(path, msg("the file is locked with a password")) from None
    except OSError as error:
        raise DeliveryError(os_problem(str(path), error)) from None
    # what a broken or hostile file makes the reader stumble over
    except (PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
            RecursionError, NotImplementedError) as error:  # fmt: skip
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise _wrong(path, msg("it cannot be read as a PDF (%(reason)s)", reason=reason)) from None
    if not fields:
        raise _wrong(path, msg("it holds no form fields; perhaps it was printed to a new PDF"))
    if len(found) > _MOST_FIELDS:
        raise _wrong(path, msg("it holds %(n)s fields", n=Count(len(found))))
    return fields


def _field(name: str, raw: Any) -> ReadField:
    kind = _KINDS.get(str(raw.get("/FT", "")), "unknown")
    value = raw.get("/V", "")
    text = "" if value is None else str(value)[:_LONGEST_VALUE]
    if kind == "button":
        text = "" if text.removeprefix("/") in _UNTICKED else "on"
    return ReadField(str(name)[:200], kind, text)


def _wrong(path: Path, found: Message) -> DeliveryError:
    return DeliveryError(
        plain_problem(
            str(path), found,
            msg("the form that vendoreval onboard wrote, filled in and saved as PDF"),
            msg("fill in the form with a PDF reader and save it; do not print it to a new file"),
        )
    )  # fmt: skip
