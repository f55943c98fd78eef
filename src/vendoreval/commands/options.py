"""Arguments and options that several commands share, and how their text is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from vendoreval.agreement import CLIENT, Agreement
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.ledger import Ledger
from vendoreval.period import Period
from vendoreval.text import LANGUAGES, Message, msg
from vendoreval.workspace import Workspace

WorkspaceFolder = Annotated[Path, typer.Argument(help="The workspace's folder.")]
LanguageOption = Annotated[
    str | None, typer.Option("--lang", help="Language of the output: en or ru.", metavar="en|ru")
]
PeriodOption = Annotated[str, typer.Option(help="2026-10, 2026-10-05 or 2026-10-05..2026-10-11.")]


def spoken_language(chosen: str | None, workspace: Workspace | None = None) -> str:
    """Return the language to speak: the one asked for, the workspace's, the system's.

    Raises
    ------
    AgreementError
        If the product has no such language.
    """
    if chosen is not None:
        if chosen not in LANGUAGES:
            raise AgreementError(
                plain_problem(
                    "--lang",
                    msg("%(value)s is written", value=chosen),
                    msg("one of: %(allowed)s", allowed=", ".join(LANGUAGES)),
                    msg("choose one of them"),
                )
            )
        return chosen
    if workspace is not None:
        return workspace.settings.language
    return "ru" if os.environ.get("LANG", "").startswith("ru") else "en"


def wrong_option(
    option: str, value: str, expected: Message, cure: Message | None = None
) -> AgreementError:
    """Return the error of an option that holds something else."""
    return AgreementError(
        plain_problem(
            option,
            msg("%(value)s is written", value=value or "-"),
            expected,
            cure or msg("choose one of them"),
        )
    )


def ledger_as_of(ledger: Ledger, as_of: str | None) -> Ledger:
    """Return the ledger as known on what is written in `--as-of`.

    Raises
    ------
    AgreementError
        If it is no day, instant, number or hash.
    """
    if as_of is None:
        return ledger
    try:
        return ledger.as_of(as_of)
    except ValueError:
        raise wrong_option(
            "--as-of",
            as_of,
            msg("a day, an instant with its zone, the number of a record, or a hash of one"),
        ) from None


def read_period(text: str, option: str = "--period") -> Period:
    """Return the period written in an option.

    Raises
    ------
    AgreementError
        If it is none.
    """
    try:
        return Period.parse(text)
    except ValueError:
        first, dots, last = text.partition("..")
        if dots and _is_period(f"{last}..{first}"):
            raise AgreementError(
                plain_problem(
                    option,
                    msg("%(value)s ends before it begins", value=text),
                    msg("the first day, two dots, the last day"),
                    msg("write %(value)s", value=f"{last.strip()}..{first.strip()}"),
                )
            ) from None
        raise AgreementError(
            plain_problem(
                option,
                msg("%(value)s is written", value=text or "-"),
                msg("a period such as 2026-10, 2026-10-05 or 2026-10-05..2026-10-11"),
                msg("write the period in that form"),
            )
        ) from None


def _is_period(text: str) -> bool:
    try:
        Period.parse(text)
    except ValueError:
        return False
    return True


def agreement_of(workspace: Workspace, vendor: str) -> Agreement:
    """Return the agreement of a vendor named in the option --vendor.

    Raises
    ------
    AgreementError
        If the workspace has no such vendor.
    """
    agreements = workspace.agreements()
    if vendor not in agreements:
        known = ", ".join(sorted(set(agreements) - {CLIENT})) or "-"
        raise AgreementError(
            plain_problem(
                "--vendor",
                msg("%(value)s is written", value=vendor or "-"),
                msg("one of: %(allowed)s", allowed=known),
                msg("choose one of them"),
            )
        )
    return agreements[vendor]
