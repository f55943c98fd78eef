"""The e-mail about a file that cannot be read at all."""

from __future__ import annotations

from collections.abc import Sequence

from vendoreval.errors import Problem
from vendoreval.intake.fault_messages import visible
from vendoreval.text import language, msg

_LONGEST = 1000


def refusal_letter(file: str, problems: Sequence[Problem], language_code: str) -> str:
    """Return the text of the e-mail, its subject first; no folder of the receiver is named."""
    say = language(language_code).say
    name = visible(file, 200)
    lines = [
        say(msg("Subject: %(file)s: the file cannot be read", file=name)), "", say(msg("Hello,")),
        "", say(msg("your file %(file)s cannot be read, so no row of it could be checked:",
                    file=name)),
        "",
    ]  # fmt: skip
    for problem in problems:
        found = say(problem.found)
        what = say(
            msg(
                "%(found)s; expected %(expected)s; %(cure)s",
                found=found, expected=problem.expected, cure=problem.cure,
            )
        )  # fmt: skip
        lines.append(f"- {visible(what, _LONGEST)}.")
    lines += ["", say(msg("Please send the whole file again."))]
    return "\n".join(lines) + "\n"
