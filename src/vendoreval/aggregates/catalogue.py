"""Every stored table by name."""

from __future__ import annotations

from typing import Final

from vendoreval.aggregates.base import Aggregate
from vendoreval.aggregates.durations import A2
from vendoreval.aggregates.intervals import A3, A5
from vendoreval.aggregates.matches import A9, A10
from vendoreval.aggregates.outcomes import A7, A7_DAY, A8, A11
from vendoreval.aggregates.repeats import A4, A6, A6_TOP
from vendoreval.aggregates.work import A1, A1_WEEK

AGGREGATES: Final[dict[str, Aggregate]] = {
    one.id: one for one in (A1, A1_WEEK, A2, A3, A4, A5, A6, A6_TOP, A7, A7_DAY, A8, A9, A10, A11)
}
