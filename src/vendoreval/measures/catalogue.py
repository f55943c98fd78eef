"""All definitions by name."""

from __future__ import annotations

from typing import Final

from vendoreval.measures.base_metrics import BASE
from vendoreval.measures.definition import Definition
from vendoreval.measures.delivery_metrics import DELIVERY
from vendoreval.measures.funnel_metrics import FUNNEL
from vendoreval.measures.money_metrics import MONEY
from vendoreval.measures.reach_metrics import REACH
from vendoreval.measures.time_metrics import TIME
from vendoreval.text import Message, msg

#: groups in the order of the glossary
GROUPS: Final[tuple[tuple[Message, tuple[Definition, ...]], ...]] = (
    (msg("Calls and who was reached"), REACH),
    (msg("Time and rhythm"), TIME),
    (msg("Work of the base"), BASE),
    (msg("Funnel and sales"), FUNNEL),
    (msg("Money"), MONEY),
    (msg("Reports and feedback"), DELIVERY),
)
DEFINITIONS: Final[dict[str, Definition]] = {one.name: one for _, group in GROUPS for one in group}


def definition(name: str) -> Definition:
    """Return a definition by its name.

    Raises
    ------
    KeyError
        If there is no such metric.

    Examples
    --------
    >>> definition("occupancy").unit
    'share'
    """
    return DEFINITIONS[name]
