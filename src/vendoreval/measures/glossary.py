"""The definitions as a glossary, in either language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vendoreval.measures.catalogue import GROUPS
from vendoreval.measures.definition import Definition
from vendoreval.text import Language, Message, language, msg

UNIT_WORDS: Final[dict[str, Message]] = {
    "count": msg("number"), "share": msg("share"), "ratio": msg("ratio"), "s": msg("seconds"),
    "min": msg("minutes"), "h": msg("hours"), "days": msg("days"), "per hour": msg("per hour"),
    "money": msg("money"),
}  # fmt: skip
_INTERVALS: Final[dict[str, Message]] = {
    "wilson": msg("95%% interval of Wilson"),
    "agent-days": msg("95%% interval over agent-days"),
    "none": msg("none: a full count"),
}
INTRODUCTION: Final[tuple[Message, ...]] = (
    msg("A metric whose denominator is empty, or whose data nobody delivered, is undefined and "
        "shown as a dash: it is never 0."),
    msg("Shares of cases stand with the interval of Wilson. Means and ratios stand with an "
        "interval over agent-days, because the calls of one agent on one day resemble each "
        "other; every figure is printed with its number of cases."),
)  # fmt: skip


@dataclass(frozen=True)
class GlossaryEntry:
    """One metric in words of one language."""

    name: str
    label: str
    unit: str
    formula: str
    interval: str
    variants: tuple[str, ...]
    needs: str
    source: str


@dataclass(frozen=True)
class GlossaryGroup:
    """Metrics that belong together."""

    title: str
    entries: tuple[GlossaryEntry, ...]


def glossary(code: str = "en") -> tuple[GlossaryGroup, ...]:
    """Return every definition in words.

    Raises
    ------
    ValueError
        If the product has no such language.

    Examples
    --------
    >>> first = glossary("en")[0]
    >>> first.title, first.entries[2].formula
    ('Calls and who was reached', 'answered dials / dials')
    """
    tongue = language(code)
    return tuple(
        GlossaryGroup(tongue.say(title), tuple(_entry(one, tongue) for one in group))
        for title, group in GROUPS
    )


def _entry(metric: Definition, tongue: Language) -> GlossaryEntry:
    top = tongue.say(metric.numerator)
    formula = top if metric.denominator is None else f"{top} / {tongue.say(metric.denominator)}"
    return GlossaryEntry(
        metric.name, tongue.say(metric.label), tongue.say(UNIT_WORDS[metric.unit]), formula,
        tongue.say(_INTERVALS[metric.interval]), tuple(tongue.say(v) for v in metric.variants),
        _needs(metric.needs, tongue), metric.source,
    )  # fmt: skip


def _needs(needs: Sequence[str], tongue: Language) -> str:
    either = f" {tongue.say(msg('or'))} "
    return ", ".join(need.replace("|", either) for need in needs)


def glossary_markdown(code: str = "en") -> str:
    """Return the glossary as Markdown.

    Examples
    --------
    >>> print(glossary_markdown("en")[:10])
    # Glossary
    """
    return "\n".join(_lines(code)) + "\n"


def _lines(code: str) -> Iterator[str]:
    tongue = language(code)
    yield f"# {tongue.say(msg('Glossary of measures'))}"
    for sentence in INTRODUCTION:
        yield ""
        yield tongue.say(sentence)
    heads = {
        "unit": tongue.say(msg("Unit")), "formula": tongue.say(msg("Formula")),
        "interval": tongue.say(msg("Interval")), "variants": tongue.say(msg("Variants met")),
        "needs": tongue.say(msg("Needs")), "source": tongue.say(msg("Source")),
    }  # fmt: skip
    for group in glossary(code):
        yield ""
        yield f"## {group.title}"
        for one in group.entries:
            yield ""
            yield f"### {one.label}"
            yield ""
            yield f"`{one.name}`"
            yield ""
            yield f"- **{heads['formula']}:** {one.formula}"
            yield f"- **{heads['unit']}:** {one.unit}"
            yield f"- **{heads['interval']}:** {one.interval}"
            if one.variants:
                yield f"- **{heads['variants']}:** {'; '.join(one.variants)}"
            yield f"- **{heads['needs']}:** `{one.needs}`"
            yield f"- **{heads['source']}:** {one.source}"
