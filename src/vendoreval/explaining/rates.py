"""Error rates of the checks: measured by `benchmarks/evidence`, typed by nobody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from vendoreval.resources import resource_folder

FILE: Final = "error_rates.json"


@dataclass(frozen=True)
class Ended:
    """How a check ended for some vendors of simulated worlds."""

    fact: int = 0
    finding: int = 0
    review: int = 0
    clear: int = 0
    not_run: int = 0

    @property
    def asked(self) -> int:
        """Vendors of which the question could be asked."""
        return self.fact + self.finding + self.review + self.clear

    @property
    def accused(self) -> int:
        """Vendors with a fact or a finding."""
        return self.fact + self.finding


@dataclass(frozen=True)
class Grown:
    """Vendors whose scheme of one strength began, and how many were named when."""

    strength: float
    vendors: int
    found: int
    median_months: int | None


@dataclass(frozen=True)
class Past:
    """What looks at vendors' own past over two years came to."""

    months: int
    looks: int
    since: int
    honest: int
    honest_named: int
    grown: tuple[Grown, ...]


@dataclass(frozen=True)
class Rates:
    """What was measured of one check.

    Parameters
    ----------
    honest, planted
        Honest vendors, and vendors with the scheme the check is for, at its usual strength.
    scheme
        That scheme.
    past
        Of a check against the vendor's own past.
    """

    honest: Ended
    planted: Ended
    scheme: str
    seed: int
    worlds: int
    past: Past | None = None


@cache
def _file() -> dict[str, Any]:
    path = resource_folder("schemas") / FILE
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def rates_of(check: str) -> Rates | None:
    """Return what was measured of a check, or `None` where nothing was."""
    worlds = _file().get("full_worlds", {})
    row = worlds.get("checks", {}).get(check)
    if row is None:
        return None
    return Rates(
        Ended(**row["honest"]), Ended(**row["planted"]), row["scheme"], worlds["seed"],
        worlds["worlds"], _past_of(check),
    )  # fmt: skip


def _past_of(check: str) -> Past | None:
    measured = _file().get("own_past", {})
    row = measured.get("checks", {}).get(check)
    if row is None:
        return None
    return Past(
        measured["months"], measured["looks"], measured["since"], row["honest"],
        row["honest_named"], tuple(Grown(**one) for one in row["grown"]),
    )  # fmt: skip
