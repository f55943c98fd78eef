"""Simpler rules that a vendor may be judged by: each gives a score, larger is worse.

They see the same months as the product. What limit they need for a given rate of false alarms
is measured in `portfolios.py`, never assumed.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
# how many of the last months are set against those before
RECENT = 6


@dataclass(frozen=True)
class Month:
    """Sums of one vendor and month, of its agents, and of its last month's call lengths."""

    minutes: float
    leads: float
    sales: float
    agents: FloatArray
    lengths: FloatArray


Vendors = Sequence[Sequence[Month]]
Score = Callable[[Vendors], list[float]]


def months_of(counts: Mapping[str, pd.DataFrame]) -> tuple[Month, ...]:
    """Return one vendor's months out of its tables of counts."""
    work, durations = counts["A1"], counts["A2"]
    talked = durations[(durations["measure"] == "talk") & (durations["bin_seconds"] > 0)]
    found = []
    for month, rows in work.groupby("month", sort=True):
        sums = rows.groupby("agent_id")[["talk_seconds", "leads_worked", "sales_known"]].sum()
        lengths = np.zeros(601)
        here = talked[(talked["month"] == month) & (talked["bin_seconds"] <= 600)]
        np.add.at(lengths, here["bin_seconds"].to_numpy(), here["calls"].to_numpy(float))
        found.append(
            Month(
                float(sums["talk_seconds"].sum()) / 60, float(sums["leads_worked"].sum()),
                float(sums["sales_known"].sum()),
                np.column_stack([
                    sums["talk_seconds"] / np.maximum(sums["leads_worked"], 1),
                    sums["sales_known"] / np.maximum(sums["talk_seconds"] / 3600, 1),
                    sums["talk_seconds"],
                ]),
                lengths,
            )
        )  # fmt: skip
    return tuple(found)


def _recent(vendors: Vendors, name: str) -> FloatArray:
    return np.array([sum(getattr(m, name) for m in own[-RECENT:]) for own in vendors])


def conversion_z(vendors: Vendors) -> list[float]:
    """Score by the z of sales per lead below all vendors together."""
    sales, leads = _recent(vendors, "sales"), _recent(vendors, "leads")
    share = sales.sum() / leads.sum()
    return list((leads * share - sales) / np.sqrt(leads * share * (1 - share)))


def per_minute_z(vendors: Vendors) -> list[float]:
    """Score by the Poisson z of sales per minute below all vendors together."""
    sales, minutes = _recent(vendors, "sales"), _recent(vendors, "minutes")
    expected = minutes * sales.sum() / minutes.sum()
    return list((expected - sales) / np.sqrt(expected))


def funnel_overdispersed(vendors: Vendors) -> list[float]:
    """Score by the same z over the usual overdispersion, winsorised at a tenth."""
    z = np.array(per_minute_z(vendors))
    low, high = np.quantile(z, [0.1, 0.9])
    return list(z / max(float(np.sqrt(np.mean(np.clip(z, low, high) ** 2))), 1.0))


def p_chart(vendors: Vendors) -> list[float]:
    """Score by the deepest of the recent months on a chart of sales per lead."""
    scores = []
    for own in vendors:
        before, after = own[:-RECENT], own[-RECENT:]
        share = sum(m.sales for m in before) / max(sum(m.leads for m in before), 1)
        sd = [np.sqrt(max(m.leads * share * (1 - share), 1e-9)) for m in after]
        scores.append(max((m.leads * share - m.sales) / s for m, s in zip(after, sd, strict=True)))
    return [float(score) for score in scores]


def minutes_per_sale(vendors: Vendors) -> list[float]:
    """Score by minutes per sale, of which a rule takes the top tenth."""
    return list(_recent(vendors, "minutes") / np.maximum(_recent(vendors, "sales"), 1))


def smallest_raw_p(vendors: Vendors) -> list[float]:
    """Score by the smallest of the p-values of three tests, as BH over all of them would."""
    growth = []
    for own in vendors:
        rate = np.array([m.minutes / max(m.leads, 1) for m in own])
        before, after = rate[:-RECENT], rate[-RECENT:]
        growth.append((after.mean() - before.mean()) / (before.std(ddof=1) / np.sqrt(RECENT)))
    each = np.array([conversion_z(vendors), per_minute_z(vendors), growth])
    return list(each.max(axis=0))


def benford(vendors: Vendors) -> list[float]:
    """Score by the mean distance of first digits of call lengths from Benford's law."""
    law = np.log10(1 + 1 / np.arange(1, 10))
    digits = np.array([int(str(second)[0]) for second in range(1, 601)])
    return [
        float(np.abs(np.bincount(digits, own[-1].lengths[1:], 10)[1:]
                     / max(own[-1].lengths[1:].sum(), 1) - law).mean())
        for own in vendors
    ]  # fmt: skip


def last_digit(vendors: Vendors) -> list[float]:
    """Score by the chi-square of last digits of call lengths against uniform ones."""
    scores = []
    for own in vendors:
        counts = np.bincount(np.arange(601) % 10, own[-1].lengths, 10)
        expected = max(counts.sum() / 10, 1e-9)
        scores.append(float(((counts - expected) ** 2 / expected).sum()))
    return scores


def _outliers(name: str) -> Score:
    def score(vendors: Vendors) -> list[float]:
        from pyod.models.ecod import ECOD  # noqa: PLC0415  it may not be there
        from pyod.models.iforest import IForest  # noqa: PLC0415  it may not be there

        features = np.vstack([own[-1].agents for own in vendors])
        model = ECOD() if name == "ecod" else IForest(random_state=1, n_estimators=100)
        flagged = np.asarray(model.fit(features).decision_scores_)
        cuts = np.cumsum([len(own[-1].agents) for own in vendors])[:-1]
        return [float(part.mean()) for part in np.split(flagged, cuts)]

    return score


SCORES: dict[str, Score] = {
    "z of sales per lead": conversion_z,
    "z of sales per minute": per_minute_z,
    "funnel plot, overdispersion": funnel_overdispersed,
    "p-chart of the own past": p_chart,
    "minutes per sale, top tenth": minutes_per_sale,
    "smallest raw p of three": smallest_raw_p,
    "Benford, first digits": benford,
    "last digit, chi-square": last_digit,
}
if importlib.util.find_spec("pyod") is not None:
    SCORES["isolation forest of agents (pyod)"] = _outliers("iforest")
    SCORES["ECOD of agents (pyod)"] = _outliers("ecod")
