"""Who was listened to at which stage, what was weak there, and what became of the advice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

import ibis
import pandas as pd

from vendoreval.checks._answers import in_period
from vendoreval.checks.feedback_not_applied import listened
from vendoreval.engine import frame
from vendoreval.errors import LedgerError, plain_problem
from vendoreval.ledger import Ledger
from vendoreval.listening.population import local_times
from vendoreval.measures import Measured
from vendoreval.period import Period
from vendoreval.stats import wilson_interval
from vendoreval.tables import CONVERSATION, TABLES
from vendoreval.text import msg

_MOST_ROWS: Final = 5_000_000
_COLUMNS: Final = (
    "review_id", "call_id", "agent_id", "reviewed_at", "reviewer", "stage", "score", "weakness",
    "feedback", "due_on", "applied", "rechecked_call_id",
)  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """What became of the advice given.

    Parameters
    ----------
    given
        Reviews with advice.
    due
        Of these, fallen due by the end of the period.
    applied, not_applied
        Of the due, found taken up, or not, on the second listening.
    """

    given: int
    due: int
    applied: int
    not_applied: int

    @property
    def not_rechecked(self) -> int:
        """Advice due that nobody looked at again."""
        return self.due - self.applied - self.not_applied

    @property
    def applied_share(self) -> Measured:
        """Share taken up of the advice looked at again, with its Wilson interval."""
        n = self.applied + self.not_applied
        if n == 0:
            return Measured(None, 0)
        low, high = wilson_interval(self.applied, n)
        return Measured(self.applied / n, n, low, high)


@dataclass(frozen=True)
class StageHeard:
    """One stage of the talk.

    Parameters
    ----------
    heard
        Reviews of it; `agents` is how many people they concern.
    mean_score
        `None` without scores.
    weaknesses
        What was weak, the most frequent first, with how often.
    """

    stage: str
    heard: int
    agents: int
    mean_score: float | None
    weaknesses: tuple[tuple[str, int], ...]
    advice: Advice


@dataclass(frozen=True)
class AgentHeard:
    """One agent: conversations held and heard, the weakest stage, and the advice."""

    agent_id: str
    conversations: int
    heard: int
    stages: tuple[str, ...]
    mean_score: float | None
    weakest_stage: str
    advice: Advice


@dataclass(frozen=True, repr=False)
class Reviews:
    """What was listened to in a period.

    Parameters
    ----------
    conversations
        Conversations of the period; `agents` also names people nobody listened to.
    """

    vendor: str
    title: str
    period: Period
    conversations: int
    stages: tuple[StageHeard, ...]
    agents: tuple[AgentHeard, ...]
    advice: Advice
    _rows: pd.DataFrame

    @property
    def never_heard(self) -> tuple[str, ...]:
        """Agents with conversations and without a review."""
        return tuple(agent.agent_id for agent in self.agents if agent.heard == 0)

    def to_frame(self) -> pd.DataFrame:
        """Return the reviews of the period and those whose advice fell due in it."""
        return self._rows.copy()

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return (
            f"Reviews({self.vendor}, {self.period}: {len(self)} reviews, {self.advice.due} due, "
            f"{self.advice.applied} applied)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self._rows.to_html(index=False)}"


def reviews(ledger: Ledger, vendor: str, period: Period) -> Reviews:
    """Return what was listened to, stage by stage and agent by agent.

    Parameters
    ----------
    period
        Reviews made in it count as heard; advice counts as due when its day lies in it.

    Returns
    -------
    Reviews

    Raises
    ------
    LedgerError
        If neither side reported any listening of this vendor.

    Examples
    --------
    >>> reviews(ledger, "alpha", Period.parse("2026-10"))  # doctest: +SKIP
    Reviews(alpha, 2026-10: 84 reviews, 40 due, 31 applied)
    """
    every = listened(TABLES, (vendor,), with_scores=True)
    start, end = period.start, period.end
    chosen = every.filter(
        in_period(every.reviewed_on, start, end) | in_period(every.due_on, start, end)
    )
    calls = TABLES["calls"].filter(
        TABLES["calls"].vendor == vendor,
        in_period(TABLES["calls"].started_on, start, end),
        TABLES["calls"].disposition.isin(CONVERSATION),
        ~TABLES["calls"].is_test.fill_null(ibis.literal(False)),
    )
    spoken = calls.group_by("agent_id").agg(n=calls.count().cast("int64"))
    with ledger.engine() as engine:
        rows = frame(engine.run(chosen, maximum_rows=_MOST_ROWS))
        talked = frame(engine.run(spoken))
        known = len(rows) or int(frame(engine.run(every.agg(n=every.count())))["n"].iloc[0])
    if not known:
        raise LedgerError(
            plain_problem(
                str(ledger.path),
                msg("nobody reported listening to calls of %(vendor)s", vendor=vendor),
                msg("report reviews of the vendor or of the client"),
                msg("ask for report reviews, or draw calls with: vendoreval listen"),
            )
        )
    rows = rows.drop_duplicates("review_id").sort_values(["reviewed_at", "review_id"])
    rows = rows.assign(reviewed_at=local_times(rows["reviewed_at"], ledger, vendor))
    by_agent = {str(a): int(n) for a, n in zip(talked["agent_id"], talked["n"], strict=True)}
    return Reviews(
        vendor,
        ledger.agreement(vendor).title or vendor,
        period,
        sum(by_agent.values()),
        tuple(_stages(rows, period)),
        tuple(_agents(rows, by_agent, period)),
        _advice(rows, period),
        rows[list(_COLUMNS)].reset_index(drop=True),
    )


def _heard(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    day = pd.to_datetime(rows["reviewed_on"])
    return rows[(day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end))]


def _advice(rows: pd.DataFrame, period: Period) -> Advice:
    heard = _heard(rows, period)
    told = heard["feedback"].fillna("").str.strip() != ""
    day = pd.to_datetime(rows["due_on"])
    in_time = (day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end))
    states = rows.loc[in_time, "state"]
    return Advice(
        int(told.sum()), len(states), int((states == "yes").sum()), int((states == "no").sum())
    )


def _mean(rows: pd.DataFrame) -> float | None:
    scores = rows["score"].dropna()
    return float(scores.mean()) if len(scores) else None


def _stages(rows: pd.DataFrame, period: Period) -> Iterator[StageHeard]:
    """Yield the stages, the weakest first: by mean score, then by name."""
    found = []
    for stage, own in rows.groupby("stage", sort=True):
        heard = _heard(own, period)
        weak = heard["weakness"].dropna()
        counts = weak[weak.str.strip() != ""].value_counts()
        named = sorted(((str(w), int(n)) for w, n in counts.items()), key=lambda p: (-p[1], p[0]))
        found.append(
            StageHeard(
                str(stage), len(heard), int(heard["agent_id"].nunique()), _mean(heard),
                tuple(named), _advice(own, period),
            )
        )  # fmt: skip
    yield from sorted(
        found, key=lambda s: (s.mean_score is None, s.mean_score or 0.0, s.stage)
    )  # fmt: skip


def _agents(
    rows: pd.DataFrame, conversations: dict[str, int], period: Period
) -> Iterator[AgentHeard]:
    names = sorted({*conversations, *rows["agent_id"]} - {""})
    for agent in names:
        own = rows[rows["agent_id"] == agent]
        heard = _heard(own, period)
        scored = heard.dropna(subset=["score"])
        means = scored.groupby("stage", sort=True)["score"].mean()
        yield AgentHeard(
            agent, conversations.get(agent, 0), int(heard["call_id"].nunique()),
            tuple(sorted(set(heard["stage"]) - {""})), _mean(heard),
            str(means.idxmin()) if len(means) else "", _advice(own, period),
        )  # fmt: skip
