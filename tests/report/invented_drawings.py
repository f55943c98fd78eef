"""Charts of the findings and agents of the invented audit."""

from __future__ import annotations

from vendoreval.auditing.agent_lines import AgentLine
from vendoreval.auditing.drawings import (
    AgentCalls,
    DayColumns,
    Drawing,
    LengthColumns,
    MonthLines,
    RateRow,
    Rates,
)

DAYS = DayColumns(
    "calls", tuple((f"2026-10-{day:02d}", day % 7 * 3, 60) for day in range(1, 32))
)  # fmt: skip
LENGTHS = LengthColumns("talk", ((0, 2, 40), (10, 30, 300), (30, 90, 200), (60, 4, 260)))
EXTRA = LengthColumns("extra", ((1, 10, 0), (6, 40, 0), (11, 60, 0)))
MONTHS = MonthLines(
    "cost_per_surviving_sale",
    (("2026-07", 8000.0), ("2026-08", None), ("2026-09", 9500.0), ("2026-10", 12845.0)), 9000.0,
)  # fmt: skip
CALLS = AgentCalls(
    "a-17",
    (("2026-10-29T11:42:07", 188, "c-7f31a0"), ("2026-10-29T11:43:00", 60, "c-7f31a1"),
     ("2026-10-29T11:50:00", 30, "c-7f31a2")),
)  # fmt: skip
RATES = Rates(
    "sales_per_hour", "",
    (RateRow("akvilon", 0.3, 0.45, 0.6, 300), RateRow("granat", 0.1, 0.2, 0.3, 400, marked=True)),
    0.4,
)  # fmt: skip
OBSERVED = Rates(
    "observed", "min", (RateRow("granat", 98700, 98700, 98700, 9, marked=True),), 61300
)
DRAWINGS: dict[str, Drawing] = {"F-01": OBSERVED, "F-02": LENGTHS, "F-03": RATES, "F-04": CALLS}


def agents(vendor: str) -> tuple[AgentLine, ...]:
    """Return fourteen agents, one of whom reached nobody; none for the vendor without a log."""
    if vendor == "delta":
        return ()
    return tuple(
        AgentLine(f"a-{17 + n}", "" if n else "closer", 20, 400 - n, 0 if n == 13 else 90,
                  0 if n == 13 else 21_600, 0 if n == 13 else 60, n % 4 if n < 13 else 0, n % 3)
        for n in range(14)
    )  # fmt: skip
