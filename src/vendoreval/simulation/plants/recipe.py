"""What a scheme is made of: functions on a vendor's conduct, work and reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from vendoreval.simulation.plants.dose import Resolved
from vendoreval.simulation.plants.words import ABOUT
from vendoreval.simulation.world.conduct import Conduct
from vendoreval.simulation.world.work import Work

Reports = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Effect:
    """What a step of a scheme came to, in the reported months.

    Parameters
    ----------
    report, keys
        Rows it touched, where the rows themselves do not remember it.
    """

    count: int = 0
    seconds: int = 0
    money: Decimal = Decimal(0)
    report: str = ""
    keys: tuple[str, ...] = ()


NOTHING = Effect()
# the number is the mark that rows of the scheme carry
OnConduct = Callable[[Conduct, Resolved], Conduct]
OnWork = Callable[[Work, Resolved, int, np.random.Generator], Effect]
OnReports = Callable[[Work, Reports, Resolved, np.random.Generator], Effect]


@dataclass(frozen=True)
class Recipe:
    """One thing that can be planted.

    Parameters
    ----------
    name, alias
        How it is asked for.
    about
        What is done, in a line.
    honest
        Whether nobody may be blamed for it.
    strength, share
        The usual dose, where none is asked for.
    dated
        Whether it begins with a month; what a vendor is, it is from the beginning.
    conduct
        Changes how the vendor works before anything is drawn.
    habit
        Whether it acts while leads are worked.
    counted
        Counts what a habit came to.
    talk
        Changes durations before the day is laid out, so that nothing overlaps.
    log
        Adds or changes dials of the finished day; the last argument but one is the mark.
    sales
        Changes claims and the client's records.
    reports, touches
        Changes what is handed over, and the report it changes.
    """

    name: str
    about: str
    alias: str = ""
    honest: bool = False
    strength: float = 0.2
    share: float = 1.0
    dated: bool = True
    conduct: OnConduct | None = None
    habit: bool = False
    counted: Callable[[Work, Resolved], Effect] | None = None
    talk: OnWork | None = None
    log: OnWork | None = None
    sales: OnWork | None = None
    reports: OnReports | None = None
    touches: str = ""


def recipe(function: Callable[..., Any], step: str, alias: str = "", **more: Any) -> Recipe:
    """Return the recipe of one function, named as it is."""
    name = function.__name__
    given: dict[str, Any] = {step: function, **more}
    return Recipe(name, ABOUT[name], alias, **given)
