"""Ten months of a small vendor, with enough of everything for the statistical checks to see."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
MONTHS = range(1, 11)
_DAYS = 12
_AGENTS = 10


def add_months(rows: dict[str, list[Row]], vendor: str, number: int) -> None:
    """Add calls, daily totals, sales with their ends, and invoices priced by the sale."""
    rng = random.Random(number)
    for month in MONTHS:
        # volumes that differ from month to month, so that what an invoice follows can be told
        calls = 6 + 4 * (month % 3) if month < 10 else 55
        sold = 6 + month * 7 % 5
        for place in range(_DAYS):
            day = datetime(2026, month, 3 + 2 * place, 8)
            rows["calls"] += [_call(vendor, day, n, rng) for n in range(calls)]
            rows["agent_days"] += _totals(vendor, day.date(), rng)
            if place % 2 == 0:
                for n in range(sold // 3 + 1):
                    _sell(rows, vendor, day, n, rng)
        end = date(2026, month + 1, 1) - timedelta(days=1)
        rows["invoice_lines"].append(
            {
                "vendor": vendor, "invoice_id": f"s-{vendor}-{month}", "line": 1,
                "period_start": date(2026, month, 1), "period_end": end, "unit": "sale",
                "quantity": calls, "unit_price": 900, "amount": 900 * calls,
            }
        )  # fmt: skip


def _call(vendor: str, day: datetime, number: int, rng: random.Random) -> Row:
    talk = rng.randrange(20, 300)
    return {
        "vendor": vendor, "call_id": f"m-{vendor}-{day:%m%d}-{number}",
        "agent_id": f"A{number % _AGENTS}", "started_at": day + timedelta(minutes=7 * number),
        "talk_seconds": talk, "disposition": rng.choice(["refusal", "callback", "interested"]),
        "lead_id": f"{vendor}-m{rng.randrange(900)}", "wrap_seconds": rng.randrange(5, 60),
        "ring_seconds": 9,
    }  # fmt: skip


def _totals(vendor: str, day: date, rng: random.Random) -> list[Row]:
    return [
        {
            "vendor": vendor, "agent_id": f"A{agent}", "date": day, "dials": 40,
            "conversations": 9, "line_seconds": 28_800,
            "available_seconds": rng.randrange(4000, 9000),
        }
        for agent in range(_AGENTS)
    ]  # fmt: skip


def _sell(
    rows: dict[str, list[Row]], vendor: str, day: datetime, number: int, rng: random.Random
) -> None:
    name = f"m-{vendor}-{day:%m%d}-{number}"
    sale: Row = {"sale_id": name, "vendor": vendor, "lead_id": name, "sold_at": day}
    rows["sales"].append(sale | {"product": rng.choice(["small", "large"]), "agent_id": "A1"})
    gone = rng.random() < 0.5
    after = timedelta(days=rng.randrange(1, 58))
    rows["client_sales"].append(sale | ({"cancelled_at": day + after} if gone else {}))
