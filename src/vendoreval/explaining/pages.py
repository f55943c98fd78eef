"""The catalogue of checks as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from vendoreval.explaining.explain import Explanation, explain
from vendoreval.text import Message, language, msg

TITLE = msg("The checks")
INTRODUCTION = msg(
    "This page is written by scripts/check_pages.py from the checks themselves; the error rates "
    "come out of benchmarks/evidence. vendoreval explain NAME prints the same."
)


def catalogue_markdown(code: str = "en") -> str:
    """Return all checks as Markdown.

    Examples
    --------
    >>> print(catalogue_markdown("en")[:12])
    # The checks
    """
    return "\n".join(_lines(code)) + "\n"


def _lines(code: str) -> Iterator[str]:
    def say(message: Message) -> str:
        return language(code).say(message)

    checks = explain(language=code)
    yield f"# {say(TITLE)}"
    yield ""
    yield say(INTRODUCTION)
    yield ""
    yield f"| {say(msg('Check'))} | {say(msg('Question'))} | {say(msg('Kind'))} |"
    yield "| --- | --- | --- |"
    for one in checks:
        yield f"| [`{one.check}`](#{one.check}) | {one.question} | {one.kind} |"
    for one in checks:
        yield from _section(one)


def _section(one: Explanation) -> Iterator[str]:
    yield ""
    yield f"## {one.check}"
    yield ""
    yield f"**{one.question}** ({one.kind})"
    yield ""
    yield one.method
    for label, entries in one.labelled():
        yield ""
        yield f"**{label}**"
        yield ""
        for entry in entries:
            yield f"- {entry}"
