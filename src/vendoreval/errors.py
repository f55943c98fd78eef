"""The three errors a user can meet, each a list of problems with an address and a cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vendoreval.text import Message, language, msg


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one place.

    Parameters
    ----------
    where
        The file or folder.
    path
        The address inside it, such as ``$.schema[0].properties[2].required``;
        empty when the whole file is meant.
    found, expected, cure
        What is there, what was expected, what to do.
    """

    where: str
    path: str
    found: Message
    expected: Message
    cure: Message

    def describe(self, language_code: str = "en") -> str:
        """Return *where @ path: what is there; what was expected; what to do.*"""
        speak = language(language_code).say
        address = f"{self.where} @ {self.path}" if self.path else self.where
        body = speak(
            msg(
                "%(found)s; expected %(expected)s; %(cure)s",
                found=self.found,
                expected=self.expected,
                cure=self.cure,
            )
        )
        return f"{address}: {body}" + ("" if body.endswith((".", "?", "!")) else ".")


class VendorevalError(Exception):
    """Something the user can mend; holds every problem found, not the first.

    Attributes
    ----------
    problems
        At least one `Problem`.
    exit_code
        What the command ends with.
    """

    exit_code = 2

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.describe("en"))

    def describe(self, language_code: str = "en") -> str:
        """Return all problems, one to a line."""
        return "\n".join(problem.describe(language_code) for problem in self.problems)


class AgreementError(VendorevalError):
    """The company's own files are wrong: an agreement, the settings, the arguments."""

    exit_code = 3


class DeliveryError(VendorevalError):
    """A received file cannot be read at all."""

    exit_code = 2


class LedgerError(VendorevalError):
    """Posting contradicts what the ledger holds, or the ledger cannot be used."""

    exit_code = 4


def plain_problem(where: str, found: Message, expected: Message, cure: Message) -> Problem:
    """Return a problem of a whole file."""
    return Problem(where, "", found, expected, cure)


def os_problem(where: str, error: OSError) -> Problem:
    """Return the problem behind a failure of the operating system: full, read-only, denied."""
    return plain_problem(
        where,
        msg("the system answered: %(reason)s", reason=error.strerror or type(error).__name__),
        msg("a place that can be read and written, with room left"),
        msg(
            "free space or mend the permissions, then run the command again; "
            "what was posted before is intact"
        ),
    )
