"""How a received file and its columns are named to people."""

from __future__ import annotations

from vendoreval.intake.delivery import Delivery
from vendoreval.intake.fault_messages import visible
from vendoreval.text import Language, msg

_LONGEST_NAME = 200


def file_name(delivery: Delivery) -> str:
    """Return the name of the file; bytes that are no text and control marks can be seen."""
    return visible(delivery.path.name, _LONGEST_NAME)


def written_header(delivery: Delivery, column: str) -> str | None:
    """Return the header the vendor wrote above a column; `None` where the file has none."""
    names = delivery.cell_names
    if column not in names:
        return None
    return visible(" ".join(delivery.headers[names.index(column)].split())) or None


def told_column(delivery: Delivery, column: str | None, speak: Language) -> str:
    """Return the column as the vendor wrote its header, the agreed name beside it."""
    if column is None:
        return ""
    name = visible(column, _LONGEST_NAME)
    written = written_header(delivery, column)
    if written is None or written == column:
        return name
    return speak.say(msg("“%(header)s” (%(name)s)", header=written, name=name))
