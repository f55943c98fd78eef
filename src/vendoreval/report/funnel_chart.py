"""The contract bank as a funnel: how many companies came how far, and where they are now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vendoreval.bank import STAGE_ORDER, UNSEEN, ContractBank, StageRow
from vendoreval.report.masking import clean_text
from vendoreval.report.pictures import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    Group,
    Picture,
    Shape,
    Words,
    figure_of,
    svg_of,
    write_picture,
)
from vendoreval.text import Count, Day, Language, Message, Percent, language, msg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STAGE_NAMES: Final[dict[str, Message]] = {
    UNSEEN: msg("handed over, never reported"),
    "absent": msg("not there yet"),
    "new": msg("new"),
    "contacted": msg("contacted"),
    "interested": msg("interested"),
    "quote": msg("quote sent"),
    "won": msg("won"),
    "lost": msg("lost"),
    "junk": msg("closed as junk"),
    "no_answer_closed": msg("closed as no answer"),
}
_LEFT, _TOP, _ROW, _BAR, _WIDTH, _MARGIN = 160.0, 74.0, 30.0, 18.0, 240.0, 14.0
# right ends of the three columns beside the bars
_STEP, _NOW, _WAITING = 496.0, 566.0, 676.0
_PICTURE_WIDTH: Final = 690.0
_LETTER: Final = 4.7


def funnel_picture(bank: ContractBank, language_code: str = "en") -> Picture:
    """Lay out the funnel: a bar for each stage, all on the width of the full bank."""
    speak = language(language_code)
    steps = [row for row in bank.stages if row.reached is not None]
    ends = [row for row in bank.stages if row.reached is None and row.leads]
    title = speak.say(
        msg("%(vendor)s: contract bank on %(day)s", vendor=clean_text(bank.title),
            day=Day(bank.on))
    )  # fmt: skip
    words = [
        Words(_MARGIN, 20, title, size=12, bold=True),
        Words(_MARGIN, 36, speak.say(_summary(bank)), colour=GREY, size=8.5),
        Words(_LEFT, 62, speak.say(msg("came so far or further")), colour=GREY, size=8),
        *(
            Words(x, 62, speak.say(head), "end", GREY, 8)
            for x, head in (
                (_STEP, msg("of the stage before")),
                (_NOW, msg("there now")),
                (_WAITING, msg("days there, middle")),
            )
        ),
        *_step_words(steps, len(bank), speak),
        *_end_words(ends, len(steps), speak),
    ]
    groups = (*_bars(steps, len(bank), speak), *_end_bars(ends, len(steps), len(bank), speak))
    height = _TOP + _ROW * (len(steps) + len(ends)) + (18 if ends else 0) + _MARGIN
    return Picture(
        _PICTURE_WIDTH, height, title, _alt(bank, steps, ends, speak), language_code, groups,
        tuple(words),
    )  # fmt: skip


def funnel_svg(bank: ContractBank, language_code: str = "en") -> str:
    """Return the funnel as an SVG with its alternative text.

    Examples
    --------
    >>> funnel_svg(contract_bank(ledger, "alpha"), "ru")  # doctest: +SKIP
    """
    return svg_of(funnel_picture(bank, language_code))


def funnel_figure(bank: ContractBank, language_code: str = "en") -> Figure:
    """Return the funnel as a matplotlib figure."""
    return figure_of(funnel_picture(bank, language_code))


def write_funnel(bank: ContractBank, path: str | Path, language_code: str = "en") -> Path:
    """Write the funnel to a file ending in ``.svg`` or ``.png``.

    Raises
    ------
    AgreementError
        If the name ends otherwise.
    ReportError
        If the file cannot be written.
    """
    return write_picture(funnel_picture(bank, language_code), path)


def stage_name(stage: str, speak: Language) -> str:
    """Return how a stage is called; a stage of the agreement's own as it is written."""
    return speak.say(STAGE_NAMES[stage]) if stage in STAGE_NAMES else clean_text(stage)


def _summary(bank: ContractBank) -> Message:
    full, reported = bank.conversion(), bank.reported_conversion()
    if full.value is None or reported.value is None:
        return msg("companies: %(n)s", n=Count(len(bank)))
    return msg(
        "companies: %(n)s, vanished from the vendor's bank: %(vanished)s; won of the full bank: "
        "%(full)s, of the bank as reported: %(reported)s",
        n=Count(len(bank)), vanished=Count(bank.vanished), full=Percent(full.value, 2),
        reported=Percent(reported.value, 2),
    )  # fmt: skip


def _middle(row: int) -> float:
    return _TOP + _ROW * row + _BAR / 2 + 3


def _step_words(steps: list[StageRow], whole: int, speak: Language) -> Iterator[Words]:
    before: int | None = None
    for number, row in enumerate(steps):
        reached = row.reached or 0
        y = _middle(number)
        yield Words(_LEFT - 10, y, stage_name(row.stage, speak), "end")
        yield from _bar_label(reached, whole, y, speak)
        if before:
            share = Percent(reached / before, 1)
            yield Words(_STEP, y, speak.say(msg("%(share)s", share=share)), "end")
        yield from _now(row, y, speak)
        before = reached


def _bar_label(reached: int, whole: int, y: float, speak: Language) -> Iterator[Words]:
    text = speak.number(reached)
    length = _length(reached, whole)
    inside = length > len(text) * _LETTER + 12
    yield Words(
        _LEFT + (length - 6 if inside else length + 5), y, text, "end" if inside else "start",
        "#FFFFFF" if inside else INK, bold=True,
    )  # fmt: skip


def _now(row: StageRow, y: float, speak: Language) -> Iterator[Words]:
    yield Words(_NOW, y, speak.number(row.leads), "end", GREY)
    if row.waiting_days is not None and row.leads:
        yield Words(_WAITING, y, speak.number(row.waiting_days), "end", GREY)


def _end_words(ends: list[StageRow], above: int, speak: Language) -> Iterator[Words]:
    for number, row in enumerate(ends):
        y = _middle(above + number) + 18
        yield Words(_LEFT - 10, y, stage_name(row.stage, speak), "end", GREY)
        yield from _now(row, y, speak)


def _length(count: int, whole: int) -> float:
    return round(_WIDTH * count / whole, 2) if whole else 0.0


def _bars(steps: list[StageRow], whole: int, speak: Language) -> Iterator[Group]:
    for number, row in enumerate(steps):
        reached = row.reached or 0
        colour = ORANGE if row.stage == STAGE_ORDER[-1] else BLUE
        hint = f"{stage_name(row.stage, speak)}: {speak.number(reached)}"
        yield Group((_bar(number, 0, _length(reached, whole), colour),), hint)


def _end_bars(
    ends: list[StageRow], above: int, whole: int, speak: Language
) -> Iterator[Group]:  # fmt: skip
    for number, row in enumerate(ends):
        hint = f"{stage_name(row.stage, speak)}: {speak.number(row.leads)}"
        yield Group((_bar(above + number, 18, _length(row.leads, whole), PALE),), hint)


def _bar(row: int, lower: float, length: float, colour: str) -> Shape:
    top = _TOP + _ROW * row + lower
    right = _LEFT + max(length, 1.0)
    return Shape(((_LEFT, top), (right, top), (right, top + _BAR), (_LEFT, top + _BAR)), colour)


def _alt(
    bank: ContractBank, steps: list[StageRow], ends: list[StageRow], speak: Language
) -> str:  # fmt: skip
    came = [f"{stage_name(r.stage, speak)} {speak.number(r.reached or 0)}" for r in steps]
    left = [f"{stage_name(r.stage, speak)} {speak.number(r.leads)}" for r in ends]
    return f"{speak.say(_summary(bank))}. {'; '.join([*came, *left])}."
