"""Vendors of every kind: one with all reports, one with a hostile name, one without a call
log, one without agents' codes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from productivity_world import Row, dials, local, post, weekdays

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.library import compose
from vendoreval.ledger import Ledger

HOSTILE = "</script><img src=x onerror=alert(1)>{all}"
AGENT = "<b>\u202eeve</b>&\"'\u2028{n}"
PHONE = "+79161234512"
MONTHS = ("2026-08", "2026-09", "2026-10")
_CODES = ("refusal", "no_answer", "interested", "busy", "sale", "quote_sent")


@cache
def agreement(vendor: str, title: str) -> Agreement:
    """Return an agreement of the library."""
    reports = ("leads", "client_sales") if vendor == "client" else (
        "calls", "agent_days", "agent_sessions", "funnel", "funnel_events", "sales",
        "invoice_lines",
    )  # fmt: skip
    parties = {"number": "1", "parties": ["Client", title], "effectiveFrom": date(2026, 1, 1)}
    text = compose(vendor, reports, timezone="Europe/Moscow", parties=parties)
    return agreement_from_bytes(text.encode(), vendor, f"{vendor}.odcs.yaml")


def calls_of(rng: np.random.Generator, month: str, agents: list[str | None]) -> list[Row]:
    """Return some dials of each agent on each working day, at odd intervals."""
    rows: list[Row] = []
    for day in weekdays(month):
        for number, agent in enumerate(agents):
            if rng.random() < 0.1:
                continue
            second = 9 * 3600 + int(rng.integers(0, 1800))
            for n in range(int(rng.integers(3, 9))):
                second += int(rng.gamma(2.0, 120)) + 1
                clock = f"{second // 3600}:{second // 60 % 60:02d}:{second % 60:02d}"
                rows += dials(
                    day, f"{agent}", [clock], call_id=f"{number}-{day}-{n}", agent_id=agent,
                    disposition=_CODES[int(rng.integers(len(_CODES)))],
                    talk_seconds=int(rng.integers(0, 300)), lead_id=f"L{rng.integers(400)}",
                )  # fmt: skip
    return rows


def agent_days(rng: np.random.Generator, month: str, agents: list[str]) -> list[Row]:
    """Return the vendor's daily report."""
    return [
        {"agent_id": agent, "date": day, "dials": int(rng.integers(20, 60)),
         "conversations": int(rng.integers(3, 15)),
         "line_seconds": int(rng.integers(20_000, 29_000)),
         "talk_seconds": int(rng.integers(2_000, 9_000)),
         "available_seconds": int(rng.integers(5_000, 9_000)),
         "leads_added": int(rng.integers(0, 4)), "quotes_sent": int(rng.integers(0, 3)),
         "sales": int(rng.integers(0, 2))}
        for day in weekdays(month) for agent in agents
    ]  # fmt: skip


def _funnel(month: str) -> tuple[list[Row], list[Row]]:
    last = weekdays(month)[-1]
    step = MONTHS.index(month)
    rows = [
        {"snapshot_on": last, "lead_id": f"L{n}", "attempts": 1 + n % 3, "agent_id": "A1",
         "stage": ("new", "contacted", "quote", "won", "lost", "no_answer_closed")[(n + step) % 6]}
        for n in range(60)
    ]  # fmt: skip
    events = [
        {"lead_id": f"L{n}", "at": local(day, "15:00"), "stage_from": "contacted",
         "stage_to": "quote", "agent_id": f"A{1 + n % 2}"}
        for n, day in enumerate(weekdays(month))
    ]  # fmt: skip
    return rows, events


def _invoice(month: str) -> list[Row]:
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    shared: dict[str, Any] = {"invoice_id": f"I{month}", "period_start": first, "period_end": last}
    return [
        shared | {"line": 1, "unit": "talk_minute", "quantity": Decimal("1200.5"),
                  "unit_price": Decimal(10), "amount": Decimal("12005.25")},
        shared | {"line": 2, "unit": "sale", "quantity": Decimal(2), "unit_price": Decimal(500),
                  "amount": Decimal(1000)},
    ]  # fmt: skip


def build(folder: Path) -> Ledger:
    """Post everything. The client's records and invoices end with September."""
    ledger = Ledger.open(folder / "ledger")
    rng = np.random.default_rng(20261019)
    alpha, client = agreement("alpha", "Alpha"), agreement("client", "Client")
    leads = [{"lead_id": f"L{n}", "handed_on": date(2026, 8, 3), "vendor": "alpha"}
             for n in range(60)]  # fmt: skip
    post(ledger, "leads", leads, vendor="client", agreement=client)
    for month in MONTHS:
        rows = calls_of(rng, month, ["A1", "A2", "A10", PHONE])
        if month == "2026-10":
            # October is not over: its deliveries end on the 16th
            rows = [row for row in rows if row["started_at"].date() <= date(2026, 10, 16)]
        post(ledger, "calls", rows, agreement=alpha)
        funnel, events = _funnel(month)
        if month != "2026-10":
            post(ledger, "agent_days", agent_days(rng, month, ["A1", "A2"]), agreement=alpha)
            post(ledger, "funnel", funnel, agreement=alpha, period=month)
            post(ledger, "funnel_events", events, agreement=alpha, period=month)
            post(ledger, "invoice_lines", _invoice(month), agreement=alpha, period=month)
            sold = [{"sale_id": f"S{month}{n}", "sold_at": local(day, "12:00"), "vendor": "alpha",
                     "lead_id": f"L{n}", "amount": Decimal(900)}
                    for n, day in enumerate(weekdays(month)[::4])]  # fmt: skip
            post(ledger, "client_sales", sold, vendor="client", agreement=client, period=month)
    hostile = agreement("beta", HOSTILE)
    post(ledger, "calls", calls_of(rng, "2026-09", [AGENT, "A1"]), vendor="beta",
         agreement=hostile)  # fmt: skip
    post(ledger, "agent_days", agent_days(rng, "2026-09", ["G1", "G2"]), vendor="gamma",
         agreement=agreement("gamma", "Gamma"))  # fmt: skip
    post(ledger, "calls", calls_of(rng, "2026-09", [None]), vendor="delta",
         agreement=agreement("delta", "Delta"))  # fmt: skip
    return ledger
