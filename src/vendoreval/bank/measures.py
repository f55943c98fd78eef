"""What is counted in a bank: stages, cohorts, moves between two days. Pure tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import pandas as pd

from vendoreval.bank.moves import STAGE_ORDER, UNSEEN
from vendoreval.engine import day_of
from vendoreval.measures import first_of_month, number_of_month
from vendoreval.stats import wilson_interval
from vendoreval.tables import UNSUCCESSFUL

ABSENT: Final = "absent"
_RANKS: Final = {stage: rank for rank, stage in enumerate(STAGE_ORDER)}


def first_entries(moves: pd.DataFrame, stage: str, name: str) -> pd.DataFrame:
    """Return lead_id and the day on which it first came to a stage."""
    found = moves[moves["stage"] == stage].groupby("lead_id")["entered_on"].min()
    return pd.DataFrame({"lead_id": found.index, name: found.to_numpy()})


def stage_order(stages: set[str]) -> list[str]:
    """Return stages in the order of the funnel, ends without success and others after them."""
    known = (UNSEEN, *STAGE_ORDER, *UNSUCCESSFUL)
    return [s for s in known if s in stages] + sorted(stages - set(known))


def stage_rows(leads: pd.DataFrame, moves: pd.DataFrame, on: date) -> Iterator[dict[str, Any]]:
    """Yield one line for each stage; see `StageRow`."""
    stays = _stays(moves, on)
    reached = _furthest(moves, leads)
    now = leads["stage"].value_counts()
    for stage in stage_order({*leads["stage"], *moves["stage"], *STAGE_ORDER}):
        own = stays[stays["stage"] == stage]
        over, open_ = own[own["finished"]]["days"], own[~own["finished"]]["days"]
        rank = _RANKS.get(stage)
        yield {
            "stage": stage,
            "leads": int(now.get(stage, 0)),
            "reached": None if rank is None else int((reached >= rank).sum()),
            "median_days": _quantile(over, 0.5),
            "p90_days": _quantile(over, 0.9),
            "waiting_days": _quantile(open_, 0.5),
        }


def _quantile(days: pd.Series, share: float) -> float | None:
    return float(days.quantile(share)) if len(days) else None


def _stays(moves: pd.DataFrame, on: date) -> pd.DataFrame:
    """Return every stay at a stage, finished or not, with its days."""
    entered = pd.to_datetime(moves["entered_on"])
    same = moves["lead_id"].shift(-1) == moves["lead_id"]
    left = entered.shift(-1).where(same, pd.Timestamp(on))
    return pd.DataFrame(
        {
            "stage": moves["stage"],
            "finished": same,
            # a step may be entered later than the one after it
            "days": (left - entered).dt.days.clip(lower=0),
        }
    )


def _furthest(moves: pd.DataFrame, leads: pd.DataFrame) -> pd.Series:
    """Return how far every company ever came; whoever was handed over is new at least."""
    ranks = moves["stage"].map(_RANKS).fillna(0)
    furthest = ranks.groupby(moves["lead_id"]).max()
    own = furthest.reindex(leads["lead_id"]).fillna(0).astype(int)
    # whoever was spoken to was contacted, also where two snapshots show only the end
    spoken = (leads.set_index("lead_id")["conversations"] > 0).astype(int)
    return own.where(own >= spoken, spoken)


def at(leads: pd.DataFrame, moves: pd.DataFrame, day: date) -> pd.Series:
    """Return lead_id -> stage at the end of a day."""
    known = moves[pd.to_datetime(moves["entered_on"]) <= pd.Timestamp(day)]
    last = known.groupby("lead_id", sort=False).tail(1).set_index("lead_id")["stage"]
    handed = leads.set_index("lead_id")["handed_on"]
    was_there = pd.to_datetime(handed) <= pd.Timestamp(day)
    stages = last.reindex(handed.index)
    return stages.where(stages.notna(), was_there.map({True: UNSEEN, False: ABSENT}))


def dynamics_table(
    leads: pd.DataFrame, moves: pd.DataFrame, first: date, second: date
) -> pd.DataFrame:
    """Return companies by stage on the first day (rows) and on the second (columns)."""
    if second < first:
        raise ValueError(f"the second day must not be before the first: {first}, {second}")
    before, after = at(leads, moves, first), at(leads, moves, second)
    table = pd.crosstab(before, after)
    order = [ABSENT, *stage_order({*before, *after} - {ABSENT})]
    rows = [stage for stage in order if stage in table.index]
    columns = [stage for stage in order if stage in table.columns]
    return table.loc[rows, columns].rename_axis(index=str(first), columns=str(second))


def cohort_table(leads: pd.DataFrame, on: date, ages: int) -> pd.DataFrame:
    """Return conversion by month of hand-over and age; see `ContractBank.cohorts`."""
    handed = leads[leads["handed_on"].notna()]
    month = handed["handed_on"].map(lambda d: number_of_month(day_of(d)))
    won, sold = (_age(handed[name], month) for name in ("won_on", "sold_on"))
    rows = []
    for cohort in sorted(month.unique()):
        own = month == cohort
        for age in range(ages + 1):
            n = int(own.sum())
            ended_on = first_of_month(int(cohort) + age + 1)
            if age and first_of_month(int(cohort) + age) > on:
                break  # nobody can have this age yet
            by_then, sales = int((won[own] <= age).sum()), int((sold[own] <= age).sum())
            low, high = wilson_interval(by_then, n)
            rows.append(
                {
                    "cohort": f"{first_of_month(int(cohort)):%Y-%m}", "age_months": age, "leads": n,
                    "won": by_then, "won_share": by_then / n, "low": low, "high": high,
                    "sold": sales, "sold_share": sales / n,
                    "mature": (ended_on - on).days <= 1,
                }
            )  # fmt: skip
    columns = ["cohort", "age_months", "leads", "won", "won_share", "low", "high", "sold",
               "sold_share", "mature"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _age(days: pd.Series, month: pd.Series) -> pd.Series:
    """Return months between hand-over and an event; a very large number without one."""
    ages = [
        number_of_month(day_of(day)) - handed if not pd.isna(day) else 1 << 30
        for day, handed in zip(days, month, strict=True)
    ]
    # an event before the hand-over counts from the beginning
    return pd.Series(ages, index=month.index, dtype="int64").clip(lower=0)
