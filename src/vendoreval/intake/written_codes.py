"""Codes in any case and in the letters of the other alphabet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from vendoreval.intake import parse_text
from vendoreval.intake.parse_text import Parse
from vendoreval.intake.readings import Readings
from vendoreval.intake.written_numbers import then

# Cyrillic letters whose capital or small form looks like a Latin one
_CYRILLIC, _LATIN = "авекмнорстухіјѕԁԛԝ", "abekmhopctyxijsdqw"
_TWINS: Final = str.maketrans(_CYRILLIC, _LATIN)


def code(name: str, codes: Mapping[str, str], readings: Readings) -> Parse:
    """Return a parse of codes: the agreed spellings at once, others by what they look like."""
    exact = dict(codes)
    folded = _unmistakable(codes, _by_case)
    alike = _unmistakable(codes, spelling_key)
    shapes = sorted({spelling_key(spelling) for spelling in codes})

    def likely(raw: pl.Series) -> pl.Series:
        # few spellings stand for many cells, and most others are no code at all
        counted = raw.value_counts()
        found: dict[str, str] = {}
        for text, count in counted.filter(_shape(counted.to_series(0)).is_in(shapes)).iter_rows():
            bare = text.strip()
            value = exact.get(bare)
            if value is None and (value := folded.get(_by_case(bare))) is not None:
                readings.note("spelling", name, text, value, count)
            if value is None and (value := alike.get(spelling_key(bare))) is not None:
                readings.note("alphabet", name, text, value, count)
            if value is not None:
                found[text] = value
        return raw.replace_strict(found, default=None, return_dtype=pl.String)

    return then(parse_text.code(codes), likely)


def _by_case(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def spelling_key(text: str) -> str:
    """Return a spelling without case, and with look-alike letters of one alphabet.

    Examples
    --------
    >>> spelling_key("САЛЕ") == spelling_key("CAЛE")
    True
    """
    return _by_case(text).translate(_TWINS)


def _shape(texts: pl.Series) -> pl.Series:
    """Fold a whole column as `spelling_key` folds one text."""
    plain = texts.str.to_lowercase().str.replace_all("ё", "е", literal=True)
    blanks = plain.str.replace_all(r"\s+", " ").str.strip_chars()
    return blanks.str.replace_many(list(_CYRILLIC), list(_LATIN))


def _unmistakable(codes: Mapping[str, str], fold: Callable[[str], str]) -> dict[str, str]:
    """Return what each folded spelling stands for, without those that stand for two codes."""
    result: dict[str, str] = {}
    doubtful: set[str] = set()
    for spelling, value in codes.items():
        key = fold(spelling)
        if result.setdefault(key, value) != value:
            doubtful.add(key)
    return {key: value for key, value in result.items() if key not in doubtful}
