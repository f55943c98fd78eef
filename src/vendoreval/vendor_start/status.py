"""All vendors under way on one page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from vendoreval.errors import AgreementError, Problem
from vendoreval.inbox import AGREEMENT_ENDING
from vendoreval.replacing import replacing
from vendoreval.report.start_page import start_page
from vendoreval.starting.checklist import GATES
from vendoreval.starting.onboarding import Onboarding
from vendoreval.vendor_start.opening import FOLDER, RESERVED, Start
from vendoreval.workspace import Workspace


@dataclass(frozen=True, repr=False)
class UnderWay:
    """Every vendor of a workspace and where its start stands."""

    vendors: tuple[Onboarding, ...]
    client: str
    on: date
    language: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each vendor."""
        return pd.DataFrame([self._row(one) for one in self.vendors])

    def _row(self, one: Onboarding) -> dict[str, Any]:
        shut = one.next_gate
        return {
            "vendor": one.vendor, "title": one.title, "starts_on": one.starts_on,
            "settled": one.count("done", "not_applicable"), "items": len(one.items),
            "blocked": one.count("blocked"), "overdue": sum(i.overdue for i in one.items),
            "disputed": len(one.disputed), "next_gate": shut.id if shut else None,
            "waits_for": ", ".join(shut.waits_for) if shut else "",
            **{gate.id: gate.is_open for gate in one.gates},
        }  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        rows = [
            {**self._row(one), "starts_on": one.starts_on.isoformat() if one.starts_on else None}
            for one in self.vendors
        ]
        return {"client": self.client, "on": self.on.isoformat(), "gates": list(GATES),
                "vendors": rows}  # fmt: skip

    def to_html(self, language_code: str | None = None) -> str:
        """Return the page, without scripts."""
        return start_page(self.vendors, self.client, self.on, language_code or self.language)

    def write(self, path: Path, language_code: str | None = None) -> Path:
        """Write the page; a former one is replaced."""
        with replacing(path) as part:
            part.write_text(self.to_html(language_code), encoding="utf-8")
        return path

    def __repr__(self) -> str:
        ready = sum(one.next_gate is None for one in self.vendors)
        return f"UnderWay({len(self.vendors)} vendors, {ready} with all gates open)"

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, border=0)


def under_way(
    workspace: Workspace | str | Path, *, on: date | None = None, language: str | None = None
) -> UnderWay:
    """Return where the start with every vendor stands.

    Vendors are those with an agreement, a folder in `onboarding/`, or a word in the ledger.

    Raises
    ------
    AgreementError
        With every problem of every vendor's files at once.
    """
    opened = workspace if isinstance(workspace, Workspace) else Workspace.open(workspace)
    found, problems = [], list[Problem]()
    for name in _names(opened):
        try:
            found.append(Start(opened, name).stands(on, language))
        except AgreementError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise AgreementError(problems)
    day = on or (found[0].on if found else date.today())
    code = language or opened.settings.language
    return UnderWay(tuple(found), opened.settings.client, day, code)


def _names(workspace: Workspace) -> list[str]:
    agreements = (workspace.folder / "agreements").glob(f"*{AGREEMENT_ENDING}")
    names = {path.name.removesuffix(AGREEMENT_ENDING) for path in agreements}
    place = workspace.folder / FOLDER
    if place.is_dir():
        names |= {path.name for path in place.iterdir() if path.is_dir()}
    names |= {e.vendor for e in workspace.ledger.events("onboarding") if e.vendor}
    return sorted(name for name in names if name not in RESERVED and not name.startswith("."))
