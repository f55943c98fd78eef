"""Is talk time mass at greeting length with no stage movement?

An answering machine speaks for as long as its greeting. Written as a conversation it is
billed as one, again and again with the same length, and nothing ever comes of it.

Method: conversations without an outcome of 5 to 60 seconds, by exact length. For each vendor
the two neighbouring seconds with the largest surplus over those around them are taken, in the
twelve months to the period; other vendors and earlier months are measured at their own
commonest length in the same way, so that the choice favours nobody. What lies there over what
the seconds around let expect, with the error between agents, is held against the other
vendors or the own past; agents are held against their colleagues. It must also stand against
chance with all lengths paid for. Controls: leads of such calls that moved on the same day,
and voicemails that the log still names. Where as many moved as of other short conversations,
people were spoken to, and the check only asks.

Source: point masses against local neighbours (Saez 2010; Kleven 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import special

from vendoreval.checks._answers import not_run, of_others, of_vendor, total
from vendoreval.checks._departure import Figures, Words, answered, evidence_of_departure
from vendoreval.checks._greetings import (
    COUNTS,
    FIRST_SECOND,
    LAST_SECOND,
    greeting_rows,
    reduced,
)
from vendoreval.checks._levels import Counted
from vendoreval.checks._people import Departure, departures
from vendoreval.checks.base import Answer, Check, Need, Scope
from vendoreval.text import N_, Count, Message, Number, Percent, msg

ID: Final = "voicemail_as_talk"
MINIMUM_N: Final = 100
_GREETING: Final = Counted("at", "around")
# the pair and, on both sides, the seconds that are compared with it after a gap of one
_WIDTH: Final = 2
_NEIGHBOURS: Final = (-4, -3, -2, 3, 4, 5)
_PLACES: Final = range(FIRST_SECOND + 4, LAST_SECOND - 4)
_LEAST_AROUND: Final = 3.0
# people were spoken to where as large a part of the leads moved as elsewhere
_MOVED: Final = 0.5


@dataclass(frozen=True)
class _Mass:
    """What lies at a vendor's commonest length in the period."""

    second: int
    at: float
    around: float
    p_value: float


def _judge(frame: pd.DataFrame, scope: Scope) -> Sequence[Answer]:
    frame = frame.astype(dict.fromkeys(COUNTS, "int64"))
    lengths = frame[frame["kind"] == "length"]
    places = {v: _place(of_vendor(lengths, v)) for v in scope.vendors}
    # a spike may begin with the period, so the past has a place of its own
    parts = [
        _counted(part, second)
        for (vendor, _), part in lengths.groupby(["vendor", "current"])
        if (second := _place(part)) is not None and places.get(str(vendor)) is not None
    ]
    cells = pd.concat(parts) if parts else _counted(lengths, FIRST_SECOND + 4)
    found = departures(cells, _GREETING, _enough, scope, house_is_evidence=True)
    dials = frame[frame["kind"] == "dials"]
    return [_answer(lengths, dials, vendor, found.get(vendor), scope) for vendor in scope.vendors]


def _histogram(own: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    counts = np.zeros(LAST_SECOND + 6)
    np.add.at(counts, own["seconds"].to_numpy(int), own["calls"].to_numpy(float))
    return counts


def _around(counts: np.ndarray[tuple[int], np.dtype[np.float64]], second: int) -> float:
    """Return what the seconds around let expect in the two seconds from one on."""
    near = [counts[second + step] for step in _NEIGHBOURS]
    return float(np.sum(near)) * _WIDTH / len(_NEIGHBOURS)


def _place(own: pd.DataFrame) -> int | None:
    """Return the first of the two seconds with the largest surplus; `None` without calls."""
    if not total(own, "calls"):
        return None
    counts = _histogram(own)
    surplus = {}
    for second in _PLACES:
        expected = _around(counts, second)
        seen = counts[second : second + _WIDTH].sum()
        surplus[second] = (seen - expected) / np.sqrt(expected + 1.0)
    return max(_PLACES, key=lambda second: (surplus[second], -second))


def _counted(own: pd.DataFrame, second: int) -> pd.DataFrame:
    """Return each crew's calls in the two seconds, and those expected from around them."""
    seconds, calls = own["seconds"], own["calls"].astype(float)
    near = seconds.isin([second + step for step in _NEIGHBOURS])
    return pd.DataFrame(
        {
            "vendor": own["vendor"],
            "agent_id": own["crew"],
            "current": own["current"],
            "at": calls.where(seconds.between(second, second + _WIDTH - 1), 0.0),
            "around": calls.where(near, 0.0) * _WIDTH / len(_NEIGHBOURS),
        }
    )


def _enough(cells: pd.DataFrame) -> bool:
    return not cells.empty and float(cells["around"].sum()) >= _LEAST_AROUND


def _mass(own: pd.DataFrame) -> _Mass:
    second = _place(own) or FIRST_SECOND + 4
    counts = _histogram(own)
    at, around = float(counts[second : second + _WIDTH].sum()), _around(counts, second)
    # the chance of so many, of all that could lie there or around, for every place tried
    n, share = at + around * len(_NEIGHBOURS) / _WIDTH, _WIDTH / (_WIDTH + len(_NEIGHBOURS))
    p = float(special.betainc(at, n - at + 1, share)) if at > 0 else 1.0
    return _Mass(second, at, around, min(1.0, len(_PLACES) * p))


def _answer(
    lengths: pd.DataFrame,
    dials: pd.DataFrame,
    vendor: str,
    found: Departure | None,
    scope: Scope,
) -> Answer:
    own = of_vendor(lengths, vendor)
    own = own[own["current"] == 1]
    n = total(own, "calls")
    if n < MINIMUM_N or found is None:
        return _refused(vendor, n)
    mass = _mass(own)
    statement = msg(
        "short conversations of %(from)s to %(to)s seconds: %(at)s; expected from the lengths "
        "around: %(around)s; conversations of 5 to 60 seconds: %(n)s",
        **{"from": Count(mass.second), "to": Count(mass.second + _WIDTH - 1)},
        at=Count(round(mass.at)),
        around=Number(mass.around, 1),
        n=Count(n),
    )
    if not found.is_above or mass.at <= mass.around:
        return answered(vendor, statement, n, found)
    moved = _moved(own, mass.second)
    figures = Figures(
        observed=mass.at,
        expected=mass.around,
        n=n,
        told=[statement, *_told(moved, dials, vendor)],
        seconds=_seconds(mass),
        asks_only=moved is not None and moved[0] >= _MOVED * moved[1],
    )
    both = Departure(found.standing, found.people, max(found.p_value, mass.p_value), found.e_value)
    evidence = evidence_of_departure(_WORDS, vendor, both, figures, scope)
    return answered(vendor, statement, n, both, evidence)


def _moved(own: pd.DataFrame, second: int) -> tuple[float, float] | None:
    """Return which part of the leads moved at this length and elsewhere; `None` if none did."""
    inside = own["seconds"].between(second, second + _WIDTH - 1)
    here, there = own[inside], own[~inside]
    if not total(own, "moved") or not total(there, "calls") or not total(here, "calls"):
        return None
    return (
        total(here, "moved") / total(here, "calls"),
        total(there, "moved") / total(there, "calls"),
    )


def _told(moved: tuple[float, float] | None, dials: pd.DataFrame, vendor: str) -> list[Message]:
    told = []
    if moved is not None:
        told.append(
            msg(
                "leads that moved on the day of such a call: %(here)s, of other short "
                "conversations: %(there)s",
                here=Percent(moved[0]),
                there=Percent(moved[1]),
            )
        )
    own, others = of_vendor(dials, vendor), of_others(dials, vendor)
    if total(own, "dials"):
        told.append(
            msg(
                "dials logged as voicemail: %(share)s",
                share=Percent(total(own, "voicemails") / total(own, "dials")),
            )
        )
    if total(others, "dials"):
        told.append(
            msg(
                "at the other vendors: %(share)s",
                share=Percent(total(others, "voicemails") / total(others, "dials")),
            )
        )
    return told


def _seconds(mass: _Mass) -> tuple[float, float, float]:
    error = 1.645 * float(np.sqrt(mass.at + mass.around * _WIDTH / len(_NEIGHBOURS)))
    excess, each = mass.at - mass.around, mass.second + 0.5
    return (excess - error) * each, excess * each, min(excess + error, mass.at) * each


def _refused(vendor: str, n: int) -> Answer:
    return not_run(
        ID,
        vendor,
        msg(
            "conversations without an outcome of 5 to 60 seconds in the period: %(n)s; %(least)s "
            "are needed, and another vendor, earlier months or five agents to compare with",
            n=Count(n),
            least=Count(MINIMUM_N),
        ),
        msg("the call log with talk time to the second and the outcome of every dial"),
        n,
    )


_WORDS: Final = Words(
    check=ID,
    unit="calls",
    title=msg("Short conversations pile up at one length"),
    criteria=msg(
        "conversations with people have lengths that spread; where one length stands out, a "
        "machine speaks"
    ),
    cause=msg(
        "probably greetings of answering machines written as conversations, or a recorded notice "
        "after which people hang up"
    ),
    ask=(
        msg("the recordings of thirty of the listed calls, chosen by lot"),
        msg("how the dialler recognises an answering machine, and what it writes then"),
    ),
)

CHECK = Check(
    id=ID,
    question=N_("Is talk time mass at greeting length with no stage movement?"),
    kind="pattern",
    family="e",
    needs=(Need("calls", ("agent_id", "talk_seconds", "disposition")),),
    reduce=reduced,
    judge=_judge,
    rows=greeting_rows,
    row_report="calls",
    honest_explanations=(
        N_("a recorded notice of this length, after which people hang up"),
        N_("the dialler takes an answering machine for a person and hands it to an agent"),
        N_("a menu of a company's telephone system that hangs up after this time"),
    ),
    what_would_clear_it=N_(
        "recordings of the listed calls in which a person speaks, or the notice that is read out "
        "with its length"
    ),
    catches="voicemail_as_talk",
    minimum_n=MINIMUM_N,
    about=N_(
        "Conversations without an outcome of 5 to 60 seconds by exact length. The two seconds "
        "with the largest surplus over those around are taken, at every vendor and in every "
        "stretch in the same way, and held against the other vendors (from six on with their "
        "measured spread, otherwise as a question) or against the vendor's own earlier months; "
        "agents against their colleagues, as a question. It must also stand against chance with "
        "all lengths paid for. Leads that moved on the day, and voicemails that the log still "
        "names, are the controls. Source: Saez 2010; Kleven 2016."
    ),
    least_vendors=6,
)
