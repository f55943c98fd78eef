"""How high a vendor stands among the others, or against its own past, with honest spread left in.

Every question of the kind "more of it here than elsewhere" is answered alike: what was
observed over what the common rates of the strata let expect, an error that knows agents,
and a comparison in which honest vendors may differ. From six vendors on their spread is
measured and evidence may pile up; two to five cannot show it, and one vendor has only its
own earlier months: both can only ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from vendoreval.checks.base import Scope
from vendoreval.period import Period
from vendoreval.stats import (
    PeerComparison,
    cluster_ratio,
    e_value_above,
    half_normal_comparison,
    honest_shape,
    trimmed_leave_one_out,
)
from vendoreval.text import Message, Number, msg

MONTHS: Final = 12
MANY_VENDORS: Final = 6
LEAST_AGENTS: Final = 8
# enough for questions; the evidence of a ledger does not rest on simulated tails
_DRAWS: Final = 20_000
# a reference that is known exactly still needs some variance
_KNOWN: Final = 1e-9


def window_of(scope: Scope) -> Period:
    """Return the twelve months that end with the audited period."""
    return scope.period.months_back(MONTHS)


def is_current(day: ibis.Value, scope: Scope) -> ibis.Value:
    """Return 1 for days of the audited period, 0 for those before it."""
    return (day >= ibis.literal(scope.period.start)).cast("int64")


@dataclass(frozen=True)
class Level:
    """What was observed over what was expected: its logarithm and the variance of that."""

    log_ratio: float
    variance: float


@dataclass(frozen=True)
class Standing:
    """One vendor's level over the honest level it is held against.

    Parameters
    ----------
    p_value
        One-sided: how often an honest vendor stands so high.
    ratio, low, high
        Times the honest level, with 90 % limits that hold the honest spread.
    e_value
        From six vendors on, of the whole window; `None` where it can only ask.
    peers
        Other vendors in the comparison.
    is_past
        Whether it is held against the vendor's own past.
    """

    p_value: float
    ratio: float
    low: float
    high: float
    e_value: float | None
    peers: int
    is_past: bool = False

    @property
    def asks_only(self) -> bool:
        """Whether it can only ask."""
        return self.e_value is None

    @property
    def excess_share(self) -> tuple[float, float, float]:
        """Return which part of the observed lies above the honest level: low, point, high."""
        low, point, high = (
            max(0.0, 1 - 1 / value) if value > 0 else 0.0
            for value in (self.low, self.ratio, self.high)
        )
        return low, point, high


def level_of(
    observed: npt.ArrayLike, expected: npt.ArrayLike, events: float | None = None
) -> Level:
    """Return the level of a vendor from what its agents did and what was expected of them.

    Parameters
    ----------
    observed, expected
        Of each agent.
    events
        How many calls the observed sum rests on, when it is not a count itself: chance
        alone is the least error there is.

    Examples
    --------
    >>> found = level_of([12, 8, 11, 9], [5, 5, 5, 5])
    >>> round(np.exp(found.log_ratio).item(), 1), found.variance >= 1 / 40
    (2.0, True)
    """
    y, usual = np.asarray(observed, float), np.asarray(expected, float)
    total, hoped = float(y.sum()), float(usual.sum())
    count = total if events is None else events
    if total <= 0 or hoped <= 0:
        # half an event stands in for none, so that the logarithm exists
        return Level(float(np.log(0.5 / max(hoped, 0.5))), 2.0)
    chance = 1 / max(count, 0.5)
    if len(y) < 2:
        return Level(float(np.log(total / hoped)), chance)
    ratio = cluster_ratio(y, usual)
    relative = ratio.standard_error / ratio.ratio
    return Level(float(np.log(ratio.ratio)), max(relative**2, chance))


def compared(
    now: Mapping[str, Level], longer: Mapping[str, Level] | None, scope: Scope
) -> dict[str, Standing]:
    """Return each of two vendors or more against the others.

    Parameters
    ----------
    now
        Levels of the audited period.
    longer
        Levels of the whole window, on which e-values rest; those of the period by default.
    """
    many = len(now) >= MANY_VENDORS
    found = {v: _standing(c, len(now) - 1) for v, c in _comparisons(now, scope, many).items()}
    if not many:
        return found
    whole = {v: (longer or now).get(v, now[v]) for v in now}
    ledger = _comparisons(whole, scope, many)
    return {
        v: replace(standing, e_value=evidence_of(whole[v], ledger[v]))
        for v, standing in found.items()
    }


def _comparisons(
    levels: Mapping[str, Level], scope: Scope, many: bool
) -> dict[str, PeerComparison]:
    # the comparisons look for low values
    logs = [-level.log_ratio for level in levels.values()]
    variances = [level.variance for level in levels.values()]
    if many:
        rng = np.random.default_rng(scope.seed)
        found = trimmed_leave_one_out(logs, variances, rng, draws=_DRAWS)
    else:
        found = half_normal_comparison(logs, variances)
    return dict(zip(levels, found, strict=True))


def against_reference(level: Level, reference: Level | None = None) -> Standing:
    """Return a vendor against its own past, or against 1 when nothing else is known.

    The honest spread has its half-normal prior, as for two vendors.

    Examples
    --------
    >>> against_reference(Level(0.9, 0.01)).p_value < 0.05
    True
    >>> against_reference(Level(0.9, 0.01), Level(0.8, 0.01)).p_value > 0.2
    True
    """
    other = reference or Level(0.0, _KNOWN)
    found = half_normal_comparison(
        [-level.log_ratio, -other.log_ratio],
        [max(level.variance, _KNOWN), max(other.variance, _KNOWN)],
    )
    return replace(_standing(found[0], 0), is_past=reference is not None)


def _standing(found: PeerComparison, peers: int) -> Standing:
    return Standing(
        p_value=found.p_value,
        ratio=1 / found.ratio,
        low=1 / found.ratio_high,
        high=1 / found.ratio_low,
        e_value=None,
        peers=peers,
    )


def evidence_of(level: Level, found: PeerComparison) -> float:
    """Return the e-value of "above the others' level", with their spread on both sides.

    A level of variance v is worth 1 / v independent events.
    """
    events = 1 / max(level.variance, _KNOWN)
    ratio = float(np.exp(level.log_ratio + found.log_level))
    return e_value_above(
        events, events / max(ratio, 1e-9), honest_shape(found.tau2_upper, found.level_error)
    )


@dataclass(frozen=True)
class Counted:
    """Names of the columns of a small table that hold what a level is made of.

    Parameters
    ----------
    observed, exposure
        What is counted, and in how many calls or seconds.
    events
        Calls behind the observed sum, when it is not a count.
    strata
        Columns inside which rates are alike.
    """

    observed: str
    exposure: str
    events: str | None = None
    strata: tuple[str, ...] = ()


Enough = Callable[[pd.DataFrame], bool]


def standings(
    frame: pd.DataFrame, counted: Counted, enough: Enough, scope: Scope
) -> dict[str, Standing]:
    """Return how high every vendor with enough data stands.

    Parameters
    ----------
    frame
        One row for each vendor, `agent_id`, stratum and `current`.
    enough
        Whether the rows of a vendor suffice.
    """
    now = {v: frame[(frame["vendor"] == v) & (frame["current"] == 1)] for v in scope.vendors}
    ready = [vendor for vendor in scope.vendors if enough(now[vendor])]
    if len(ready) >= 2:
        whole = {v: frame[frame["vendor"] == v] for v in ready}
        return compared(
            _levels({v: now[v] for v in ready}, counted), _levels(whole, counted), scope
        )
    found = {}
    for vendor in ready:
        past = frame[(frame["vendor"] == vendor) & (frame["current"] == 0)]
        if enough(past):
            rates = rates_of([past], counted)
            found[vendor] = against_reference(
                _level(now[vendor], rates, counted), _level(past, rates, counted)
            )
    return found


def _levels(parts: Mapping[str, pd.DataFrame], counted: Counted) -> dict[str, Level]:
    rates = rates_of(list(parts.values()), counted)
    return {vendor: _level(own, rates, counted) for vendor, own in parts.items()}


Rates = tuple[pd.Series, float]


def rates_of(parts: Sequence[pd.DataFrame], counted: Counted) -> Rates:
    """Return the common rate of each stratum, and that of all together."""
    whole = pd.concat(parts)
    columns = [counted.observed, counted.exposure]
    total = whole[columns].sum()
    general = float(total[counted.observed]) / max(float(total[counted.exposure]), 1.0)
    if not counted.strata:
        return pd.Series(dtype=float), general
    sums = whole.groupby(list(counted.strata))[columns].sum()
    rate = (sums[counted.observed] / sums[counted.exposure]).astype(float)
    return rate.replace([np.inf, 0.0], np.nan).fillna(general), general


def expected_of(frame: pd.DataFrame, rates: Rates, counted: Counted) -> pd.Series:
    """Return what each row was to expect at the common rates."""
    by_stratum, general = rates
    if not counted.strata or frame.empty:
        return frame[counted.exposure].astype(float) * general
    rate = frame[list(counted.strata)].join(by_stratum.rename("_rate"), on=list(counted.strata))
    return frame[counted.exposure].astype(float) * rate["_rate"].fillna(general)


def _level(own: pd.DataFrame, rates: Rates, counted: Counted) -> Level:
    expected = expected_of(own, rates, counted)
    cells = own.assign(_expected=expected)
    agents = cells.groupby("agent_id")[[counted.observed, "_expected"]].sum()
    events = None if counted.events is None else float(own[counted.events].sum())
    return level_of(agents[counted.observed], agents["_expected"], events)


def against_words(standing: Standing) -> Message:
    """Return how many times the honest level it is, and whose level that is."""
    values = {
        "times": Number(standing.ratio, 2),
        "low": Number(standing.low, 2),
        "high": Number(standing.high, 2),
    }
    if not standing.is_past and not standing.peers:
        return msg(
            "%(times)s times what chance gives (90 %% interval %(low)s to %(high)s)", **values
        )
    if standing.peers:
        return msg(
            "%(times)s times the level of the other vendors (90 %% interval %(low)s to %(high)s, "
            "vendors compared: %(vendors)s)",
            vendors=Number(standing.peers + 1, 0),
            **values,
        )
    return msg(
        "%(times)s times the vendor's own earlier months (90 %% interval %(low)s to %(high)s)",
        **values,
    )
