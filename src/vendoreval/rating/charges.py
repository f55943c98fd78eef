"""The rule behind an itemised bill that shows seconds and money, and no price.

Each rule implies a price for every call: its charge divided by the units it counts. The
right rule needs only the few prices of the tariff for all calls, a wrong one needs a
different price for nearly each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from vendoreval.rating.inference import EXPLAINS, LEAST_CALLS, usual_rules
from vendoreval.rating.rules import Clock, Ints, Rule

# a tariff has few prices, and a price of the tariff is met more than once
_MOST_PRICES: Final = 4
_LEAST_SHARE: Final = 0.005
_SCALE: Final = 10_000


@dataclass(frozen=True)
class TariffPrice:
    """A price of the tariff and the calls it was charged for."""

    price: Decimal
    calls: int
    minutes: Decimal


@dataclass(frozen=True)
class ChargeRule:
    """How the charges of calls come about.

    Parameters
    ----------
    rule
        The way of counting that needs the fewest prices; of equals the simplest.
    prices
        Of a minute, the one of most calls first.
    n, explained
        Charged calls, and those that the rule and the prices reproduce exactly.
    uncharged
        Calls that cost nothing; they show no rule.
    talk_seconds, counted_seconds
        Of the charged calls: as they were, and as the rule counts them.
    """

    rule: Rule
    prices: tuple[TariffPrice, ...]
    n: int
    explained: int
    uncharged: int
    talk_seconds: int
    counted_seconds: int

    @property
    def share(self) -> float:
        """Charged calls that are reproduced."""
        return self.explained / self.n

    @property
    def is_explained(self) -> bool:
        """Whether rule and prices reproduce practically all charged calls."""
        return self.n >= LEAST_CALLS and self.share >= EXPLAINS

    @property
    def uplift(self) -> float:
        """How much longer the charged calls are made by the rule, as a share."""
        return self.counted_seconds / self.talk_seconds - 1


def infer_charges(seconds: Sequence[int], amounts: Sequence[Decimal]) -> ChargeRule | None:
    """Return the rule and the prices that reproduce what calls cost.

    Parameters
    ----------
    seconds
        Length of each call.
    amounts
        What it cost, up to four decimals.

    Returns
    -------
    ChargeRule or None
        `None` when no call of some length was charged.

    Examples
    --------
    >>> found = infer_charges([5, 61, 119, 180, 30], [Decimal("1.50") * n for n in (1, 2, 2, 3, 1)])
    >>> found.rule.steps, found.prices[0].price, found.explained
    ('60/60', Decimal('1.5'), 5)
    """
    length = np.array(seconds, dtype=np.int64)
    money = np.array([int(amount * _SCALE) for amount in amounts], dtype=np.int64)
    charged = (money > 0) & (length > 0)
    if not charged.any():
        return None
    own, cost = length[charged], money[charged]
    tried = [(rule, *_prices(rule.count(own), cost)) for rule in usual_rules(Clock())]
    best, prices, explained = min(
        tried, key=lambda entry: (-entry[2], len(entry[1]), entry[0].complexity)
    )
    return ChargeRule(
        best,
        prices,
        n=int(charged.sum()),
        explained=explained,
        uncharged=int((money == 0).sum()),
        talk_seconds=int(own.sum()),
        counted_seconds=int(best.count(own).sum()),
    )


def _prices(counted: Ints, cost: Ints) -> tuple[tuple[TariffPrice, ...], int]:
    """Return the prices of a minute that a way of counting needs, and the calls they explain."""
    paid = counted > 0
    numerator, units = cost[paid] * 60, counted[paid]
    # a price is exact to the ten-thousandth, or the call is not explained
    whole = numerator % units == 0
    values, place, calls = np.unique(
        numerator[whole] // units[whole], return_inverse=True, return_counts=True
    )
    minutes = np.bincount(place, weights=units[whole], minlength=len(values))
    least = max(2, _LEAST_SHARE * len(cost))
    order = np.argsort(-calls, kind="stable")[:_MOST_PRICES]
    used = [n for n in order if calls[n] >= least]
    prices = tuple(
        TariffPrice(
            (Decimal(int(values[n])) / _SCALE).normalize(),
            int(calls[n]),
            Decimal(int(minutes[n])) / 60,
        )
        for n in used
    )
    return prices, int(sum(calls[n] for n in used))
