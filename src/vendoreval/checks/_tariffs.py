"""What amounts follow: minutes, sales, dials or people; prices of each and their shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from vendoreval.checks._invoice_drivers import Invoices
from vendoreval.stats import Tariff, collinearity, implied_tariff, invoice_elasticity

FloatArray = npt.NDArray[np.float64]

_LIKELY: Final = 0.95
_DRAWS: Final = 200
# the drivers, the widest set that can be told apart is taken
DRIVER_SETS: Final = (("minutes", "sales", "dials", "agents"), ("minutes", "sales"))


@dataclass(frozen=True)
class Explained:
    """What the amounts follow.

    Parameters
    ----------
    record, sales
        The record of sales that fits best, and its counts.
    tariff
        Prices and shares of the drivers.
    slope, p_value
        Per cent more amount for one per cent more minutes at given sales.
    """

    record: str
    sales: FloatArray
    tariff: Tariff
    slope: float
    p_value: float

    def share(self, driver: str) -> float:
        """Return the explained part that one driver brings."""
        return float(self.tariff.shares[self.tariff.drivers.index(driver)])

    def price(self, driver: str) -> tuple[float, float, float]:
        """Return the price of one driver: low, point, high."""
        place = self.tariff.drivers.index(driver)
        low, high = float(self.tariff.prices_low[place]), float(self.tariff.prices_high[place])
        point = float(self.tariff.prices[place])
        return min(low, point), point, max(high, point)

    @property
    def minutes_are_paid(self) -> bool:
        """Whether the likely sets hold minutes, and minutes explain more than sales do."""
        weight = sum(w for names, w in self.tariff.weights if "minutes" in names)
        return weight >= _LIKELY and self.share("minutes") > max(0.5, self.share("sales"))


def driver_columns(invoices: Invoices, sales: FloatArray, drivers: Sequence[str]) -> FloatArray:
    """Return one column for each driver."""
    known = {
        "minutes": invoices.of("talk_seconds") / 60,
        "sales": sales,
        "dials": invoices.of("dials"),
        "agents": invoices.of("agents"),
    }
    return np.column_stack([known[name] for name in drivers])


def told_apart(invoices: Invoices, sales: FloatArray) -> tuple[str, ...] | None:
    """Return the widest set of drivers that these invoices can tell apart."""
    for drivers in DRIVER_SETS:
        if collinearity(driver_columns(invoices, sales, drivers)).refusal is None:
            return drivers
    return None


def explained(
    invoices: Invoices, record: str, sales: FloatArray, drivers: tuple[str, ...], seed: int
) -> Explained:
    """Return what the amounts follow."""
    rng = np.random.default_rng(seed)
    columns = driver_columns(invoices, sales, drivers)
    tariff = implied_tariff(invoices.amounts, columns, drivers, rng, draws=_DRAWS)
    slope, p_value = invoice_elasticity(invoices.amounts, columns[:, 0], sales)
    return Explained(record, sales, tariff, slope, p_value)
