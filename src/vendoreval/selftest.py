"""Every question of the audit asked on an engine and on the embedded one, answers compared.

A small invented company is drawn, posted to a ledger in a temporary folder, and each query
runs twice. Nothing of it stays on the engine: it uses a schema of its own and removes it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from vendoreval.aggregates import AGGREGATES
from vendoreval.aggregates.base import Window
from vendoreval.aggregates.loading import compute
from vendoreval.auditing import audit_scope, run_audit
from vendoreval.bank import contract_bank
from vendoreval.checks import ALL
from vendoreval.checks.base import Scope
from vendoreval.daily import productivity
from vendoreval.engine import EMBEDDED, Asked, Compared, Connection, connect, in_schema
from vendoreval.invoicing import expected_invoice
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.rating.rate import rate
from vendoreval.settings import Settings
from vendoreval.simulation import simulate
from vendoreval.tables import TABLES
from vendoreval.text import language, msg
from vendoreval.workspace import Workspace

# plantings that leave traces in many reports, so that the questions find rows
_PLANTED: Final = (
    "two_calls_at_once:0.1:1:1", "beta/unknown_sales:0.3:1:1", "beta/bank_deletions:0.3:1:1",
    "beta/off_list_calls:0.1:1:1", "beta/never_closed_calls:0.1:1:1",
    "beta/replayed_calls:0.3:1:1",
)  # fmt: skip


@dataclass(frozen=True)
class SelfTest:
    """What an engine answered.

    Parameters
    ----------
    address
        The engine, without its password.
    asked
        Every query with its topic.
    """

    address: str
    asked: tuple[Asked, ...]

    @property
    def differences(self) -> tuple[Asked, ...]:
        """Queries whose answers are not the same."""
        return tuple(entry for entry in self.asked if entry.difference is not None)

    @property
    def ok(self) -> bool:
        """Whether something was asked and all answers are the same."""
        return bool(self.asked) and not self.differences

    def describe(self, language_code: str = "en") -> list[tuple[str, str]]:
        """Return topic and difference, line by line, the heading first."""
        speak = language(language_code).say
        lines = [(speak(msg("Question")), speak(msg("Difference")))]
        lines += [
            (entry.topic, speak(entry.difference))
            for entry in self.asked
            if entry.difference is not None
        ]
        return lines

    def __repr__(self) -> str:
        return (
            f"SelfTest({self.address}, {len(self.asked)} queries, {len(self.differences)} differ)"
        )


def selftest(engine: str | Connection, on_asked: Callable[[Asked], None] | None = None) -> SelfTest:
    """Ask an engine everything the audit asks, and compare with the embedded one.

    Whole numbers, money, days and texts must be the same, floats to nine digits.

    Parameters
    ----------
    engine
        An address as `connect` takes it, or an open connection.
    on_asked
        Called after each query.

    Returns
    -------
    SelfTest

    Raises
    ------
    AgreementError
        If the address is none, or the driver is not installed.
    LedgerError
        If the engine does not answer at all.

    Examples
    --------
    >>> selftest("postgresql://auditor@host/dwh")  # doctest: +SKIP
    SelfTest(postgresql://auditor@host/dwh, 163 queries, 0 differ)
    """
    own = isinstance(engine, str)
    connection = (
        connect(in_schema(engine, f"vendoreval_selftest_{uuid4().hex[:8]}"))
        if isinstance(engine, str)
        else engine
    )
    pair = Compared(EMBEDDED, connection, on_asked)
    try:
        with tempfile.TemporaryDirectory(prefix="vendoreval-selftest-") as folder:
            place = Path(folder) / "company"
            simulate(place, vendors=2, months=2, agents=3, dials_a_month=250, seed=3,
                     schemes=_PLANTED)  # fmt: skip
            workspace = Workspace.open(place)
            workspace.ingest()
            ask_everything(workspace.ledger.on(pair), workspace.settings, pair)
    finally:
        if own:
            connection.remove_all()
            connection.close()
    return SelfTest(connection.address, tuple(pair.asked))


def ask_everything(ledger: Ledger, settings: Settings, pair: Compared) -> None:
    """Ask every check, table of counts, measure and price of the last month of a ledger."""
    period = Period.month_of(max(c.span.start for c in ledger.live() if c.span is not None))
    before = period.previous()
    scope = audit_scope(ledger, settings, period, before, Scope.seed)
    with ledger.engine() as engine:
        for check in ALL:
            pair.topic = check.id
            engine.run(check.reduce(TABLES, scope))
            if check.rows is not None:
                engine.run(check.rows(TABLES, scope))
        window = Window(period, scope.vendors, settings.timezone, period.end + timedelta(days=5))
        for name, aggregate in AGGREGATES.items():
            pair.topic = f"aggregates {name}"
            compute(aggregate, engine, window)
    pair.topic = "audit"
    run_audit(ledger, settings, period, before, checks=())
    for vendor in scope.vendors:
        for topic, question in _of_vendor(ledger, scope, vendor, period, before):
            pair.topic = topic
            question()


def _of_vendor(
    ledger: Ledger, scope: Scope, vendor: str, period: Period, before: Period
) -> list[tuple[str, Callable[[], Any]]]:
    agreement = scope.agreements[vendor]
    return [
        ("productivity agent", lambda: productivity(ledger, vendor, period, before, "agent")),
        ("productivity hour", lambda: productivity(ledger, vendor, period, before, "hour")),
        ("rate", lambda: rate(ledger.calls(vendor, period), agreement)),
        ("invoice", lambda: expected_invoice(ledger, vendor, period)),
        ("bank", lambda: contract_bank(ledger, vendor)),
    ]
