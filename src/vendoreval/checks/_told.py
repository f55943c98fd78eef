"""The answer of a check that compares levels: evidence, and what it could not have seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from vendoreval.checks._levels import Standing
from vendoreval.checks.base import Answer, Evidence, Unseen
from vendoreval.text import Message, Percent, msg

_NINETY: Final = 1.645
_POWER_80: Final = 0.842


def told(
    vendor: str,
    statement: Message,
    n: int,
    standings: Sequence[Standing],
    evidence: Sequence[Evidence] = (),
) -> Answer:
    """Return the answer of a check that ran, whether or not anything departs.

    Parameters
    ----------
    standings
        Those that may become evidence. The e-value of the answer is their mean; what a
        control explains or the card does not pay for may not speak against the vendor.
    """
    e_values = [one.e_value for one in standings if one.e_value is not None]
    mean = sum(e_values) / len(e_values) if e_values else None
    if mean is not None and evidence and all(one.review_only for one in evidence):
        mean = min(1.0, mean)
    shares = [share for share in map(_detectable, standings) if share is not None]
    unseen = None
    if shares:
        text = msg("a rate above the usual by less than %(share)s", share=Percent(max(shares), 0))
        unseen = Unseen(max(shares), text)
    return Answer(vendor, statement, n, tuple(evidence), e_value=mean, unseen=unseen)


def _detectable(standing: Standing) -> float | None:
    """Return the share above the usual that is found four times of five at 5 %."""
    if not 0 < standing.low < standing.high:
        return None
    error = float(np.log(standing.high / standing.low)) / (2 * _NINETY)
    return float(np.expm1((_NINETY + _POWER_80) * error))
