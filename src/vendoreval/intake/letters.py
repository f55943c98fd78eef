"""How much a text looks like Russian: by its letters, their case and what stands between."""

from __future__ import annotations

import math
import re
from typing import Final

# letters per thousand in running Russian text
_PER_MILLE: Final = {
    "о": 109.7, "е": 84.5, "а": 80.1, "и": 73.5, "н": 67.0, "т": 62.6, "с": 54.7, "р": 47.3,
    "в": 45.4, "л": 44.0, "к": 34.9, "м": 32.1, "д": 29.8, "п": 28.1, "у": 26.2, "я": 20.1,
    "ы": 19.0, "ь": 17.4, "г": 17.0, "з": 16.5, "б": 15.9, "ч": 14.4, "й": 12.1, "х": 9.7,
    "ж": 9.4, "ш": 7.3, "ю": 6.4, "ц": 4.8, "щ": 3.6, "э": 3.2, "ф": 2.6, "ъ": 0.4, "ё": 0.4,
}  # fmt: skip
_LETTERS: Final = {letter: math.log(often / 1000) for letter, often in _PER_MILLE.items()}
_MARKS: Final = dict.fromkeys("«»—–№…“”„’\u00a0\u202f₽€°§©®", math.log(0.002))
_STRANGE: Final = math.log(1e-5)
# йФПЗ is no word, however frequent its letters are
_MIXED_CASE: Final = -3.0
_WORD: Final = re.compile(r"[^\W\d_]+")
SURE: Final = -4.5


def russian_likeness(text: str) -> float:
    """Return the mean logarithm of how often such characters stand in Russian text.

    Only what is not ASCII counts; text without it is as good as any.

    Examples
    --------
    >>> russian_likeness("Отказ") > SURE > russian_likeness("пФЛБЪ")
    True
    """
    total, count = 0.0, 0
    for word in _WORD.findall(text):
        foreign = [c for c in word if not c.isascii()]
        if not foreign:
            continue
        total += sum(_LETTERS.get(c, _STRANGE) for c in word.lower() if not c.isascii())
        if not (word.islower() or word.isupper() or word.istitle()):
            total += _MIXED_CASE * len(foreign)
        count += len(foreign)
    for mark in _WORD.sub("", text):
        if not mark.isascii():
            total += _MARKS.get(mark, _STRANGE)
            count += 1
    return total / count if count else 0.0
