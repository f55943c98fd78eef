"""What an engine outside this process may answer instead of rows, each with its cure."""

from __future__ import annotations

from typing import Literal

from vendoreval.errors import AgreementError, LedgerError, plain_problem
from vendoreval.text import Message, msg

Kind = Literal["unreachable", "lost", "denied", "no_table", "no_column", "other"]
_LONGEST = 300


def first_line(error: BaseException) -> str:
    """Return what a driver says, without its stack and without length."""
    return (str(error).strip().partition("\n")[0] or type(error).__name__)[:_LONGEST]


def missing_driver(address: str, package: str, extra: str) -> AgreementError:
    """Return the error of an engine whose driver is not installed."""
    return AgreementError(
        plain_problem(
            address,
            msg("the library %(package)s is not installed", package=package),
            msg("the library that speaks to this engine"),
            msg("install it with: pip install 'vendoreval[%(extra)s]'", extra=extra),
        )
    )


def too_old(address: str, found: str, wanted: str) -> LedgerError:
    """Return the error of an engine of a version that lacks what the queries need."""
    return LedgerError(
        plain_problem(
            address,
            msg("the engine is of version %(found)s", found=found),
            msg("version %(wanted)s or newer", wanted=wanted),
            msg("update it, or name another engine"),
        )
    )


def engine_error(address: str, kind: Kind, error: BaseException) -> LedgerError:
    """Return what to tell of a failure; the ledger is never touched by one."""
    found, expected, cure = _TOLD[kind]
    return LedgerError(
        plain_problem(
            address, Message(found.template, {"reason": first_line(error)}), expected, cure
        )
    )


_TOLD: dict[Kind, tuple[Message, Message, Message]] = {
    "unreachable": (
        msg("the engine does not answer: %(reason)s", reason=""),
        msg("an engine that runs and lets this machine in"),
        msg("check host, port, name and password, and whether it is started; "
            "vendoreval selftest --engine URL tries it"),
    ),
    "lost": (
        msg("the engine broke off: %(reason)s", reason=""),
        msg("an answer"),
        msg("run the command again; the ledger was not touched, and what was loaded "
            "before is not loaded again"),
    ),
    "denied": (
        msg("the engine does not permit it: %(reason)s", reason=""),
        msg("a user who may read the mapped tables, and write in the schema for loaded ones"),
        msg("give the user the right, or name another user"),
    ),
    "no_table": (
        msg("the engine has no such table: %(reason)s", reason=""),
        msg("the tables that vendoreval.yaml names under engine"),
        msg("mend the name there"),
    ),
    "no_column": (
        msg("the engine has no such column: %(reason)s", reason=""),
        msg("the columns that vendoreval.yaml names under engine"),
        msg("mend the expression there"),
    ),
    "other": (
        msg("the engine refuses the query: %(reason)s", reason=""),
        msg("an answer"),
        msg("try the engine with: vendoreval selftest --engine URL"),
    ),
}  # fmt: skip
