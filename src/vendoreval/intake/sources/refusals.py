"""The refusals of a whole file, each in one sentence with its cure."""

from __future__ import annotations

from vendoreval.errors import DeliveryError, plain_problem
from vendoreval.text import Message, msg


def refused(where: str, found: Message, expected: Message, cure: Message) -> DeliveryError:
    """Return the error for one file."""
    return DeliveryError(plain_problem(where, found, expected, cure))


def not_a_table(where: str, found: Message) -> DeliveryError:
    """It is something else than a table, or the table is out of reach."""
    return refused(
        where,
        found,
        msg("a text file with separated columns, a workbook or a Parquet file"),
        msg("open it and save it as CSV UTF-8"),
    )


def damaged(where: str, kind: str) -> DeliveryError:
    """It starts like a file of its kind and cannot be read as one."""
    return refused(
        where,
        msg("this is a file of the kind %(kind)s, but it is damaged or cut short", kind=kind),
        msg("a whole file"),
        msg("send it once more, or save it as CSV UTF-8"),
    )


def locked(where: str) -> DeliveryError:
    """It asks for a password."""
    return refused(
        where,
        msg("the file is protected by a password"),
        msg("a file that opens without one"),
        msg("remove the password and send it again"),
    )


def too_large(where: str) -> DeliveryError:
    """Unpacked it would fill memory or disk."""
    return refused(
        where,
        msg("unpacked, the file would be out of all proportion to its size"),
        msg("a file that grows to a sound size"),
        msg("export it again, or send it as CSV UTF-8"),
    )


def changed(where: str) -> DeliveryError:
    """Somebody was still writing it."""
    return refused(
        where,
        msg("the file changed while it was being read"),
        msg("a file that nobody is writing"),
        msg("wait until it is complete and try again"),
    )


def empty(where: str) -> DeliveryError:
    """Nothing stands in it."""
    return refused(
        where,
        msg("the file is empty"),
        msg("a header row and rows of data"),
        msg("ask the sender to export the report again"),
    )
