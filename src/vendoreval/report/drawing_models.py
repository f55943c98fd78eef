"""The part of `audit.json` that the pages of findings and vendors draw."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vendoreval.report.comparison_models import Drawn


class AgentModel(Drawn):
    """What one agent did in the period; `closed` are sold leads it was the last to talk to."""

    agent_id: str
    role: str
    days: int
    dials: int
    conversations: int
    talk_seconds: int
    leads: int
    sold: int
    closed: int


class DaysModel(Drawn):
    """Day, rows at question, all other rows (null: not known)."""

    kind: Literal["days"]
    report: str
    columns: tuple[tuple[str, int, int | None], ...]


class LengthsModel(Drawn):
    """Lower edge in seconds, calls at question, all other calls."""

    kind: Literal["lengths"]
    quantity: Literal["talk", "extra"]
    columns: tuple[tuple[int, int, int], ...]


class TimelineModel(Drawn):
    """Calls of one agent: begin on the vendor's own clock, seconds, code."""

    kind: Literal["timeline"]
    agent_id: str
    calls: tuple[tuple[str, int, str], ...]


class MonthsModel(Drawn):
    """A measure by month and the level it is set against."""

    kind: Literal["months"]
    measure: str
    values: tuple[tuple[str, float | None], ...]
    level: float


class RateModel(Drawn):
    """A rate with its 95 % interval on `n` observations."""

    name: str
    low: float
    value: float
    high: float
    n: int
    marked: bool


class RatesModel(Drawn):
    """Rates on one scale with the line they are set against."""

    kind: Literal["rates"]
    quantity: Literal["sales_per_hour", "sales_per_lead", "observed"]
    unit: str
    rows: tuple[RateModel, ...]
    line: float | None


DrawingModel = Annotated[
    DaysModel | LengthsModel | TimelineModel | MonthsModel | RatesModel,
    Field(discriminator="kind"),
]
