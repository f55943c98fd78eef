"""What the one chart of a finding draws: chosen by what the evidence is, and counted.

The choice reads the columns of the evidence rows and the unit of the evidence, never the
name of a check, so that a new check has its chart without further ado:

calls of one agent that run beside each other
    a timeline around the longest stretch that two of them share;
calls with more seconds billed than the card pays
    how many seconds more, as columns;
cost
    by month, with the line it is set against;
sales
    the rate of each vendor, or of each agent, with its interval;
other statistics of calls
    the lengths of the calls at question and of all others;
any other rows with a day
    how many fall on each day;
all else
    the observed value with what it is set against.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class DayColumns:
    """Rows by day: those at question, and all others of the same report (`None`: not known)."""

    report: str
    columns: tuple[tuple[str, int, int | None], ...]
    kind: Literal["days"] = "days"


@dataclass(frozen=True)
class LengthColumns:
    """Calls by a number of seconds: lower edge, calls at question, all others.

    `quantity` is `talk` (length of the talk) or `extra` (billed above the card).
    """

    quantity: Literal["talk", "extra"]
    columns: tuple[tuple[int, int, int], ...]
    kind: Literal["lengths"] = "lengths"


@dataclass(frozen=True)
class AgentCalls:
    """Calls of one agent within an hour or so: begin on the vendor's own clock, seconds, code."""

    agent_id: str
    calls: tuple[tuple[str, int, str], ...]
    kind: Literal["timeline"] = "timeline"


@dataclass(frozen=True)
class MonthLines:
    """A measure by month, and the level it is set against."""

    measure: str
    values: tuple[tuple[str, float | None], ...]
    level: float
    kind: Literal["months"] = "months"


@dataclass(frozen=True)
class RateRow:
    """One rate with its 95 % interval on `n`; `marked` is the one the finding is about."""

    name: str
    low: float
    value: float
    high: float
    n: int
    marked: bool = False


@dataclass(frozen=True)
class Rates:
    """Rates on one scale, with the line they are set against.

    `quantity`: `sales_per_hour` of talk, `sales_per_lead`, or `observed` (in the evidence's
    unit, set against what was expected).
    """

    quantity: Literal["sales_per_hour", "sales_per_lead", "observed"]
    unit: str
    rows: tuple[RateRow, ...]
    line: float | None
    kind: Literal["rates"] = "rates"


Drawing = DayColumns | LengthColumns | AgentCalls | MonthLines | Rates
