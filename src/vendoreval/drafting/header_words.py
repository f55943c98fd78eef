"""A header as words: what it names, in which unit, and how like another one it is.

Two headers are the same when their words are; they are alike when most words are, cut
short or inflected. What is alike is only ever offered.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_HUMPS: Final = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ][a-zа-яё])")
_WORD: Final = re.compile(r"[^\W_]+|№|#|%")
_SIGNS: Final = {"№": "номер", "#": "number"}
_FILLERS: Final = frozenset({"the", "of", "in", "a", "an", "в", "во", "на", "по", "и", "and"})
_UNITS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "с", "сек", "секунд", "секунды",
                     "секундах"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "мин", "минут", "минуты", "минутах"),
                    "min"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "ч", "час", "часы", "часов", "часах"), "h"),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds", "мс", "мсек", "миллисекунд",
                     "миллисекунды", "миллисекундах"), "ms"),
    **dict.fromkeys(("%", "percent", "процент", "процентов", "процентах"), "percent"),
    **dict.fromkeys(("rub", "rur", "руб", "рублей", "рублях", "eur", "euro", "евро", "usd", "kzt"),
                    "money"),
}  # fmt: skip
_LEAST_PREFIX, _LEAST_STEM, _LIKE = 3, 4, 0.8
_CUT, _INFLECTED = 0.9, 0.85


@dataclass(frozen=True)
class HeaderWords:
    """What a header says.

    Parameters
    ----------
    words
        Small letters, without marks, fillers and the unit.
    unit
        s, min, h, ms, percent or money, where the header ends with one.
    """

    words: tuple[str, ...]
    unit: str | None = None


@lru_cache(maxsize=8192)
def header_words(text: str) -> HeaderWords:
    """Take a header apart.

    Examples
    --------
    >>> header_words("Call Duration (in seconds)")
    HeaderWords(words=('call', 'duration'), unit='s')
    >>> header_words("talkTime") == header_words("TALK_TIME")
    True
    """
    humps = _HUMPS.sub(" ", text.replace("\ufeff", ""))
    found = [_SIGNS.get(word, word) for word in _WORD.findall(humps.casefold().replace("ё", "е"))]
    unit = _UNITS.get(found[-1]) if len(found) > 1 else None
    words = found[:-1] if unit else found
    bare = tuple(word for word in words if word not in _FILLERS)
    return HeaderWords(bare or tuple(words), unit)


def likeness(first: str, second: str) -> float:
    """Return how alike two headers are: 1 for the same words, 0 for none in common.

    Examples
    --------
    >>> round(likeness("Длит. разг.", "Длительность разговора"), 2)
    0.9
    >>> likeness("Город", "Телефон")
    0.0
    """
    one, two = header_words(first).words, header_words(second).words
    if not one or not two:
        return 0.0
    left = list(two)
    total = 0.0
    for word in one:
        best = max(left, key=lambda other: _word_likeness(word, other), default=None)
        if best is not None and (worth := _word_likeness(word, best)):
            total += worth
            left.remove(best)
    return 2 * total / (len(one) + len(two))


@lru_cache(maxsize=65536)
def _word_likeness(one: str, two: str) -> float:
    if one == two:
        return 1.0
    short, long = sorted((one, two), key=len)
    if len(short) >= _LEAST_PREFIX and long.startswith(short):
        return _CUT
    stem = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(short))
    if stem >= _LEAST_STEM and stem >= 0.6 * len(long):
        return _INFLECTED
    ratio = difflib.SequenceMatcher(None, one, two).ratio()
    return ratio if ratio >= _LIKE and len(short) > _LEAST_PREFIX else 0.0


_LATIN: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p",
         "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya"),
        strict=True,
    )
)  # fmt: skip


def column_name(header: str, taken: frozenset[str] | set[str] = frozenset()) -> str:
    """Return a name for a column of the vendor's own: Latin, small, not taken.

    Examples
    --------
    >>> column_name("Тип соединения")
    'tip_soedineniya'
    >>> column_name("SLA", {"sla"})
    'sla_2'
    """
    humps = _HUMPS.sub(" ", header.replace("№", " номер ").replace("#", " number "))
    latin = "".join(_LATIN.get(letter, letter) for letter in humps.casefold())
    words = re.findall(r"[a-z0-9]+", latin)
    name = "_".join(words)[:48].strip("_") or "column"
    name = f"column_{name}" if name[0].isdigit() else name
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
