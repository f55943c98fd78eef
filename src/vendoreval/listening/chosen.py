"""The calls to listen to next, drawn by the client with a seed and not chosen by the vendor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Final

import numpy as np
import pandas as pd

from vendoreval.auditing.audit import audit_scope, evidence_rows
from vendoreval.auditing.questions import ask
from vendoreval.checks import ALL
from vendoreval.checks.base import Scope
from vendoreval.engine import Engine, frame
from vendoreval.errors import LedgerError, plain_problem
from vendoreval.ledger import Ledger
from vendoreval.listening.drawing import EVIDENCE, RANDOM, draw_evidence, draw_random
from vendoreval.listening.population import STEPS, conversations, local_times
from vendoreval.period import Period
from vendoreval.settings import Settings
from vendoreval.text import msg

_MOST_ROWS: Final = 20_000_000
COLUMNS: Final = (
    "place", "call_id", "agent_id", "started_at", "campaign_id", "lead_id", "recording_id",
    "disposition", "talk_seconds", "step", "part", "check", "inclusion_probability",
    "heard_before",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class ListeningList:
    """Calls to listen to, in the order of their start.

    Parameters
    ----------
    title
        Full name of the vendor.
    seed, ledger_hash
        The same two give the same list.
    steps
        Step -> conversations of the period, from the first call to the result.
    """

    vendor: str
    title: str
    period: Period
    seed: int
    ledger_hash: str
    steps: dict[str, int]
    _rows: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each call.

        `started_at` is in the vendor's zone; `part` is random or evidence; `check` names the
        question whose evidence holds the call; `inclusion_probability` is the chance with
        which the random part drew it, and empty for the others, which stand for themselves.
        """
        return self._rows.copy()

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        drawn = int((self._rows["part"] == RANDOM).sum())
        return (
            f"ListeningList({self.vendor}, {self.period}, seed {self.seed}: {drawn} by lot, "
            f"{len(self) - drawn} from evidence)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self._rows.to_html(index=False)}"


def draw_calls(
    ledger: Ledger,
    settings: Settings,
    vendor: str,
    period: Period,
    *,
    calls: int = 30,
    seed: int = 1,
    random_share: float = 0.5,
) -> ListeningList:
    """Draw the calls to listen to next.

    A random part stands for all conversations of the period: it is drawn step by step, from
    the first call to the final result, each call with a known chance. The rest is drawn by
    lot from the calls that the evidence of the checks points at, the checks in turn, and
    leaves out what was heard before; what the evidence cannot fill goes to the random part.

    Parameters
    ----------
    calls
        How many, 1 or more; all of them when there are fewer.
    seed
        0 or more.
    random_share
        Share of the random part, from 0 to 1; with 1 no check is asked.

    Returns
    -------
    ListeningList

    Raises
    ------
    LedgerError
        If the ledger holds no conversation of the vendor in the period.
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> draw_calls(ledger, settings, "alpha", Period.parse("2026-10"), calls=40, seed=7)
    ... # doctest: +SKIP
    ListeningList(alpha, 2026-10, seed 7: 20 by lot, 20 from evidence)
    """
    if calls < 1 or seed < 0 or not 0 <= random_share <= 1:
        raise ValueError("calls from 1, seed from 0, random_share from 0 to 1")
    with ledger.engine() as engine:
        every = frame(engine.run(conversations(vendor, period), maximum_rows=_MOST_ROWS))
        if every.empty:
            raise LedgerError(
                plain_problem(
                    str(ledger.path),
                    msg("no conversation of %(vendor)s in %(period)s", vendor=vendor,
                        period=str(period)),
                    msg("a vendor and a period with calls"),
                    msg("name another --period, or put the files into inbox/"),
                )
            )  # fmt: skip
        found: dict[str, list[str]] = {}
        if round(calls * random_share) < calls:
            scope = audit_scope(ledger, settings, period, None, seed)
            found = _evidence(ledger, engine, scope, vendor)
    every["started_at"] = local_times(every["started_at"], ledger, vendor)
    # a question that points at most calls says nothing of any one
    found = {check: ids for check, ids in found.items() if 2 * len(set(ids)) <= len(every)}
    fresh = set(every.loc[every["heard_before"] == 0, "call_id"])
    found = {check: [c for c in ids if c in fresh] for check, ids in found.items()}
    return ListeningList(
        vendor,
        ledger.agreement(vendor).title or vendor,
        period,
        seed,
        ledger.head_hash,
        {step: int((every["step"] == step).sum()) for step in STEPS},
        _drawn(every, found, min(calls, len(every)), seed, random_share),
    )


def _evidence(ledger: Ledger, engine: Engine, scope: Scope, vendor: str) -> dict[str, list[str]]:
    """Return check -> calls that its evidence of this vendor points at."""
    found: dict[str, list[str]] = {}
    for check in ALL:
        if check.rows is None or check.row_report != "calls":
            continue
        # a fact needs no peers to be one
        asked = replace(scope, vendors=(vendor,)) if check.kind == "fact" else scope
        for answer in ask(check, ledger, engine, asked):
            for evidence in answer.evidence if answer.vendor == vendor else ():
                rows = frame(evidence_rows(engine, asked, evidence))
                found.setdefault(check.id, []).extend(map(str, rows["call_id"]))
    return found


def _drawn(
    every: pd.DataFrame, found: dict[str, list[str]], calls: int, seed: int, random_share: float
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    pointed = draw_evidence(found, calls - round(calls * random_share), rng)
    lot = draw_random(every, calls - len(pointed), rng)
    # a call drawn twice stays in the random part, and the next of the evidence takes its place
    taken = set(lot["call_id"])
    rest = {check: [c for c in ids if c not in taken] for check, ids in found.items()}
    pointed = draw_evidence(rest, len(pointed), rng)
    reasons = {call: check for check, ids in found.items() for call in ids}
    lot = lot.assign(part=RANDOM, check=[reasons.get(c, "") for c in lot["call_id"]])
    named = every[every["call_id"].isin(list(pointed))]
    named = named.assign(
        part=EVIDENCE, check=[pointed[c] for c in named["call_id"]],
        inclusion_probability=float("nan"),
    )  # fmt: skip
    rows = pd.concat([lot, named], ignore_index=True) if len(named) else lot
    rows = rows.sort_values(["started_at", "call_id"], ignore_index=True)
    rows["place"] = np.arange(1, len(rows) + 1)
    return rows[list(COLUMNS)]
