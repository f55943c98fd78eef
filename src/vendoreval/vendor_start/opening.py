"""`ve.onboarding`: where the start with one vendor of a workspace stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from vendoreval.agreement import CLIENT, Agreement, load_agreement
from vendoreval.agreement.lint import lint
from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.inbox import AGREEMENT_ENDING
from vendoreval.ledger import Event, Ledger
from vendoreval.starting.checklist import OWN_FILE, Checklist, load_checklist
from vendoreval.starting.known import Known
from vendoreval.starting.limits import LIMITS_FILE, Limit, limits_register
from vendoreval.starting.onboarding import Onboarding, first_day, onboarding_of
from vendoreval.text import msg
from vendoreval.workspace import Workspace

FOLDER: Final = "onboarding"
PILOT: Final = "pilot"
RESERVED: Final = frozenset({CLIENT, "status"})
_NAME: Final = re.compile(r"\w[\w-]{0,63}")


@dataclass(frozen=True)
class Start:
    """The files and events about one vendor of a workspace, read once."""

    workspace: Workspace
    vendor: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.vendor) or self.vendor in RESERVED:
            raise AgreementError(
                plain_problem(
                    "VENDOR", msg("%(value)s is written", value=self.vendor[:80] or "-"),
                    msg("the short name of a vendor: letters, digits, _ and -"),
                    msg("write the name of its agreement's file without the ending"),
                )
            )  # fmt: skip

    @property
    def folder(self) -> Path:
        """`onboarding/VENDOR` of the workspace."""
        return self.workspace.folder / FOLDER / self.vendor

    @property
    def agreement_file(self) -> Path:
        """The vendor's agreement; it need not be there yet."""
        return self.workspace.folder / "agreements" / f"{self.vendor}{AGREEMENT_ENDING}"

    @cached_property
    def ledger(self) -> Ledger:
        """The workspace's ledger."""
        return self.workspace.ledger

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything said about the start with this vendor."""
        return self.ledger.events("onboarding", vendor=self.vendor)

    @cached_property
    def checklist(self) -> Checklist:
        """The company's own checklist, else the library's."""
        own = self.workspace.folder / FOLDER / OWN_FILE
        return load_checklist(own if own.exists() else None)

    @cached_property
    def agreement(self) -> Agreement | None:
        """The agreement, when there is one that can be loaded."""
        if not self.agreement_file.exists():
            return None
        try:
            return load_agreement(self.agreement_file)
        except AgreementError:
            return None  # lint says what is wrong

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What lint says of the agreement's file."""
        return tuple(lint(self.agreement_file)) if self.agreement_file.exists() else ()

    @cached_property
    def limits(self) -> tuple[Limit, ...]:
        """The limits register."""
        return limits_register(self.agreement, self.folder / LIMITS_FILE, self.events)

    @property
    def pilot(self) -> Path | None:
        """Folder of the pilot, when there is one."""
        places = (self.folder / PILOT, self.workspace.folder / PILOT)
        return next((place for place in places if place.is_dir()), None)

    @property
    def today(self) -> date:
        """The day it is for the client."""
        return datetime.now(ZoneInfo(self.workspace.settings.timezone)).date()

    @property
    def is_known(self) -> bool:
        """Whether anything at all is kept about this vendor."""
        return self.agreement_file.exists() or bool(self.events) or self.folder.is_dir()

    def stands(self, on: date | None = None, language: str | None = None) -> Onboarding:
        """Return where the start stands on a day."""
        agreement = self.agreement
        parties = agreement.parties if agreement is not None else None
        known = Known(
            vendor=self.vendor, ledger=self.ledger, agreement=agreement, problems=self.problems,
            limits=self.limits, pilot=self.pilot, on=on or self.today,
            starts_on=first_day(self.events, parties.effectiveFrom if parties else None),
        )  # fmt: skip
        settings = self.workspace.settings
        return onboarding_of(
            known, self.checklist, title=agreement.title if agreement else self.vendor,
            client=settings.client, events=self.events,
            language_code=language or settings.language,
        )  # fmt: skip


def onboarding(
    workspace: Workspace | str | Path, vendor: str, *, on: date | None = None,
    language: str | None = None,
) -> Onboarding:  # fmt: skip
    """Return the checklist of one vendor: what data answers, who signed, which gates are open.

    Parameters
    ----------
    workspace
        A workspace or its folder.
    vendor
        Short name; the vendor need not have an agreement yet.
    on
        The day of looking; today, in the client's time zone, when not given.
    language
        Of the notebook view and the default of the outputs; the workspace's when not given.

    Raises
    ------
    AgreementError
        If the workspace, the company's checklist or the limits file is wrong.
    LedgerError
        If the ledger cannot be read.

    Examples
    --------
    >>> onboarding("acme", "alpha")  # doctest: +SKIP
    Onboarding(alpha: 31 of 74 settled, G1 shut)
    """
    opened = workspace if isinstance(workspace, Workspace) else Workspace.open(workspace)
    return Start(opened, vendor).stands(on, language)
