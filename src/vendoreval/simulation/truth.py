"""What is really so in a simulated world, for whoever wants to compare."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True)
class Scheme:
    """One thing that was planted.

    Parameters
    ----------
    kind
        Its name, one of `vendoreval.simulation.RECIPES`.
    honest
        Whether it is a look-alike nobody may be blamed for, or an everyday slip.
    since
        First month, as ``2026-07``.
    agents
        Persons concerned; empty when it is the vendor as a whole.
    count
        Rows concerned: calls, companies, sales or lines of the reported months.
    seconds, money
        What it adds to the billed seconds and to the net invoices, where it does.
    strength, share
        How much of it was asked for, and for which share of the seats.
    """

    vendor: str
    kind: str
    honest: bool
    since: str
    agents: tuple[str, ...] = ()
    count: int = 0
    seconds: int = 0
    money: Decimal = Decimal(0)
    strength: float = 0.0
    share: float = 1.0

    def plus(self, count: int = 0, seconds: int = 0, money: Decimal = Decimal(0)) -> Scheme:
        """Return it with more rows, seconds and money."""
        return replace(
            self,
            count=self.count + count,
            seconds=self.seconds + seconds,
            money=self.money + money,
        )


@dataclass(frozen=True)
class DemoTruth:
    """The world behind a simulated workspace.

    Parameters
    ----------
    folder
        The workspace.
    periods
        Its months, the last one is the one to audit.
    calls
        Vendor -> number of calls in the log.
    """

    folder: Path
    seed: int
    periods: tuple[str, ...]
    vendors: tuple[str, ...]
    calls: dict[str, int]
    schemes: tuple[Scheme, ...]

    @property
    def last_period(self) -> str:
        """The latest month."""
        return self.periods[-1]

    def of(self, vendor: str) -> tuple[Scheme, ...]:
        """Return what was planted at one vendor."""
        return tuple(scheme for scheme in self.schemes if scheme.vendor == vendor)

    def to_json(self) -> str:
        """Return everything but the folder as JSON text."""
        value = asdict(self)
        del value["folder"]
        return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"

    def __repr__(self) -> str:
        first, last = self.periods[0], self.periods[-1]
        return f"DemoTruth({len(self.vendors)} vendors, {first} to {last}, seed {self.seed})"
