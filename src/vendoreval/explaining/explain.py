"""Explain a check, or all of them, in either language."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final, overload

from vendoreval.checks import ALL
from vendoreval.checks.base import Check
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.explaining.lines import error_rates, minimum, tier
from vendoreval.text import Language, Message, msg
from vendoreval.text import language as spoken

KINDS: Final = {"fact": msg("exact"), "pattern": msg("statistical")}
# a clause of a docstring's source that names a year is literature
_YEAR = re.compile(r"\b(1[5-9]|20)\d\d\b")


@dataclass(frozen=True)
class Explanation:
    """What one check asks, how, on what, and how often it errs; all in one language.

    Parameters
    ----------
    check, family
        Name of the check and letter of the family of methods it belongs to.
    kind
        Exact or statistical, as a word.
    question, method
        What is asked, and why and how.
    literature
        Works the method rests on, if any; they keep their own language.
    needs
        Reports with the columns without which it is not run.
    honest_explanations, what_would_clear_it
        What else could draw the same, and what shows that it did.
    leads_to, minimum, error_rates
        The tier it may reach, the least n, what was measured.
    """

    language: str
    check: str
    question: str
    kind: str
    family: str
    method: str
    literature: str
    needs: tuple[str, ...]
    honest_explanations: tuple[str, ...]
    what_would_clear_it: str
    leads_to: str
    minimum: str
    error_rates: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the same as values for a machine."""
        return asdict(self)

    def labelled(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each labelled part with its lines; empty parts are left out."""
        say = spoken(self.language).say
        parts: tuple[tuple[Message, tuple[str, ...]], ...] = (
            (msg("Needs"), self.needs),
            (msg("Literature"), (self.literature,) if self.literature else ()),
            (msg("Honest explanations"), self.honest_explanations),
            (msg("What clears it"), (self.what_would_clear_it,)),
            (msg("What it may lead to"), (self.leads_to, self.minimum)),
            (msg("Error rates"), self.error_rates),
        )
        for label, lines in parts:
            if lines:
                yield say(label), lines

    def __str__(self) -> str:
        lines = [self.question, f"{self.check}, {self.kind}", "", self.method]
        for label, entries in self.labelled():
            lines += ["", f"{label}:", *(f"  - {entry}" for entry in entries)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        safe = html.escape
        parts = "".join(
            f"<p><b>{safe(label)}</b></p><ul>"
            + "".join(f"<li>{safe(entry)}</li>" for entry in entries)
            + "</ul>"
            for label, entries in self.labelled()
        )
        head = f"<h3>{safe(self.question)}</h3><p><code>{safe(self.check)}</code>, "
        return f"<div>{head}{safe(self.kind)}</p><p>{safe(self.method)}</p>{parts}</div>"


@dataclass(frozen=True)
class Explanations:
    """All checks, in the order in which they are asked."""

    language: str
    entries: tuple[Explanation, ...]

    def __iter__(self) -> Iterator[Explanation]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def to_json(self) -> list[dict[str, Any]]:
        """Return the same as values for a machine."""
        return [entry.to_json() for entry in self.entries]

    def __str__(self) -> str:
        width = max(len(entry.check) for entry in self.entries)
        return "\n".join(f"{e.check:<{width}}  {e.question} ({e.kind})" for e in self.entries)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td><code>{html.escape(e.check)}</code></td><td>{html.escape(e.question)}</td>"
            f"<td>{html.escape(e.kind)}</td></tr>"
            for e in self.entries
        )
        return f"<table>{rows}</table>"


@overload
def explain(check: str, *, language: str = "en") -> Explanation: ...
@overload
def explain(check: None = None, *, language: str = "en") -> Explanations: ...
def explain(check: str | None = None, *, language: str = "en") -> Explanation | Explanations:
    """Explain one check, or list all of them.

    Parameters
    ----------
    check
        Its name, as the report prints it; all of them when not given.
    language
        ``en`` or ``ru``.

    Raises
    ------
    AgreementError
        If there is no such check.
    ValueError
        If the product has no such language.

    Examples
    --------
    >>> print(explain("overlapping_calls").question)
    Is one agent in two conversations at once?
    >>> len(explain()) > 20
    True
    """
    speak = spoken(language)
    if check is None:
        return Explanations(speak.code, tuple(_explained(one, speak) for one in ALL))
    found = next((one for one in ALL if one.id == check), None)
    if found is None:
        raise _unknown(check)
    return _explained(found, speak)


def _unknown(name: str) -> AgreementError:
    known = [one.id for one in ALL]
    near = get_close_matches(name.lower(), known, n=3, cutoff=0.5)
    return AgreementError(
        plain_problem(
            "CHECK",
            msg("%(value)s is written", value=name or "-"),
            msg("the name of a check, such as %(names)s", names=", ".join(near or known[:3])),
            msg("vendoreval explain lists all of them"),
        )
    )


def _explained(check: Check, speak: Language) -> Explanation:
    say = speak.say
    return Explanation(
        language=speak.code,
        check=check.id,
        question=say(Message(check.question)),
        kind=say(KINDS[check.kind]),
        family=check.family,
        method=say(Message(check.about)),
        literature=_literature(check),
        needs=tuple(
            ": ".join(filter(None, (need.report, ", ".join(need.columns)))) for need in check.needs
        ),
        honest_explanations=tuple(say(Message(text)) for text in check.honest_explanations),
        what_would_clear_it=say(Message(check.what_would_clear_it)),
        leads_to=say(tier(check)),
        minimum=say(minimum(check)),
        error_rates=tuple(say(line) for line in error_rates(check)),
    )


def _literature(check: Check) -> str:
    """Return the works that the module of a check names as its source."""
    text = import_module(f"vendoreval.checks.{check.id}").__doc__ or ""
    source = " ".join(text.partition("Source:")[2].split("\n\n")[0].split()).rstrip(".")
    return "; ".join(clause for clause in source.split("; ") if _YEAR.search(clause))
