"""What changed in the columns of one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from vendoreval.agreement.lint_columns import plain_header
from vendoreval.agreement.reports import Column, ReportSchema
from vendoreval.text import Message, language, msg


@dataclass(frozen=True)
class Change:
    """One difference between two versions of an agreement.

    Parameters
    ----------
    path
        Report, column or line of the rate card.
    breaking
        Whether an accepted file may now be refused, less is delivered, or another
        amount is paid.
    what
        The change in words.
    """

    path: str
    breaking: bool
    what: Message

    def describe(self, language_code: str = "en") -> str:
        """Return the change in a language.

        Examples
        --------
        >>> Change("calls", True, msg("the report is asked for")).describe("ru")
        'ломающее: calls: отчёт теперь запрашивается'
        """
        speak = language(language_code).say
        kind = speak(msg("breaking") if self.breaking else msg("not breaking"))
        return f"{kind}: {self.path}: {speak(self.what)}"

    def __str__(self) -> str:
        return self.describe()


def gone(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """Return what stood before and stands no more, in the old order."""
    held = set(after)
    return [name for name in before if name not in held]


def column_changes(old: ReportSchema, new: ReportSchema) -> Iterator[Change]:
    """Yield the changes of columns between two versions of a report."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    for name in gone(before, after):
        yield Change(f"{old.name}.{name}", True, msg("the column is no longer asked for"))
    for name in gone(after, before):
        required = after[name].required
        what = msg("the column is new and required") if required else msg("the column is new")
        yield Change(f"{old.name}.{name}", required, what)
    for name, column in before.items():
        if name in after:
            for breaking, what in _changes(column, after[name]):
                yield Change(f"{old.name}.{name}", breaking, what)


_Found = tuple[bool, Message]


def _changes(old: Column, new: Column) -> Iterator[_Found]:
    if old.required != new.required:
        yield (
            new.required,
            (msg("it is now required") if new.required else msg("it is no longer required")),
        )
    if old.unique != new.unique:
        yield (
            new.unique,
            (msg("its values must now differ") if new.unique else msg("its values may now repeat")),
        )
    if old.kind != new.kind:
        yield True, msg("type: was %(old)s, is %(new)s", old=old.kind, new=new.kind)
    if old.unit != new.unit:
        yield True, msg("unit: was %(old)s, is %(new)s", old=old.unit or "-", new=new.unit or "-")
    if old.personal != new.personal:
        yield (
            False,
            (
                msg("it is now marked as personal data")
                if new.personal
                else msg("it is no longer marked as personal data")
            ),
        )
    yield from _ranges(old, new)
    yield from _places(old, new)
    yield from _ways_of_writing(old, new)
    yield from _code_changes(old, new)


def _ranges(old: Column, new: Column) -> Iterator[_Found]:
    lows = ("minimum", "earliest", "minimum_length")
    highs = ("maximum", "latest", "maximum_length")
    for field in (*lows, *highs):
        one: Any = getattr(old, field)
        two: Any = getattr(new, field)
        if one == two:
            continue
        narrower = two is not None and (one is None or (two > one if field in lows else two < one))
        values = {"field": field, "old": _text(one), "new": _text(two)}
        yield (
            narrower,
            (
                msg("narrower, %(field)s: was %(old)s, is %(new)s", **values)
                if narrower
                else msg("wider, %(field)s: was %(old)s, is %(new)s", **values)
            ),
        )
    for field in ("pattern", "multiple_of"):
        one, two = getattr(old, field), getattr(new, field)
        if one != two:
            yield (
                two is not None,
                msg(
                    "%(field)s: was %(old)s, is %(new)s",
                    field=field,
                    old=_text(one),
                    new=_text(two),
                ),
            )
    if old.not_after_delivery != new.not_after_delivery:
        yield (
            new.not_after_delivery,
            (
                msg("moments after the delivery are now refused")
                if new.not_after_delivery
                else msg("moments after the delivery are now taken")
            ),
        )


def _places(old: Column, new: Column) -> Iterator[_Found]:
    """Yield where else than below its own header the value may stand."""
    if old.joined != new.joined:
        yield (
            bool(old.joined),
            msg("put together from the columns: was %(old)s, is %(new)s",
                old=", ".join(old.joined) or "-", new=", ".join(new.joined) or "-"),
        )  # fmt: skip
    if old.title_pattern != new.title_pattern:
        yield (
            True,
            msg("taken from a title above the rows: was %(old)s, is %(new)s",
                old=old.title_pattern or "-", new=new.title_pattern or "-"),
        )  # fmt: skip


def _ways_of_writing(old: Column, new: Column) -> Iterator[_Found]:
    held = {plain_header(text) for text in new.headers}
    known = {plain_header(text) for text in old.headers}
    for header in old.headers:
        if plain_header(header) not in held:
            yield True, msg("the header “%(text)s” is no longer known", text=header)
    for header in new.headers:
        if plain_header(header) not in known:
            yield False, msg("the header “%(text)s” is known too", text=header)
    for field in ("formats", "forms"):
        one, two = getattr(old, field), getattr(new, field)
        for text in gone(one, two):
            yield True, msg("“%(text)s” is no longer a way to write it", text=text)
        for text in gone(two, one):
            yield False, msg("“%(text)s” is a way to write it too", text=text)


def _code_changes(old: Column, new: Column) -> Iterator[_Found]:
    if bool(old.codes) != bool(new.codes):
        yield (
            bool(new.codes),
            (msg("only listed codes are taken now") if new.codes else msg("any text is taken now")),
        )
        return
    before, after = dict.fromkeys(old.codes.values()), dict.fromkeys(new.codes.values())
    removed = gone(before, after)
    for code in removed:
        yield True, msg("the code %(code)s is no longer taken", code=code)
    for code in gone(after, before):
        yield False, msg("the code %(code)s is taken too", code=code)
    for spelling, code in old.codes.items():
        if code in removed:
            continue
        other = new.codes.get(spelling)
        if other is None:
            yield True, msg("the spelling “%(text)s” of %(code)s is no longer taken",
                            text=spelling, code=code)  # fmt: skip
        elif other != code:
            yield True, msg("“%(text)s” meant %(old)s, means %(new)s", text=spelling,
                            old=code, new=other)  # fmt: skip
    for spelling, code in new.codes.items():
        if spelling not in old.codes and code in before:
            yield False, msg("the spelling “%(text)s” of %(code)s is taken too",
                             text=spelling, code=code)  # fmt: skip


def _text(value: object) -> str:
    return "-" if value is None else str(value)
