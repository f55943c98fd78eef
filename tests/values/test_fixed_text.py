"""Patterns of one length against the engine for expressions, which is slower and never wrong."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vendoreval import units
from vendoreval.intake.fixed_text import matcher

PATTERNS = [
    "^7[0-9]{10}$", "^C[0-9]{3}$", "^[A-Z][a-z]-[0-5][0-9]$", r"^\+7 \([0-9]{3}\)$", "^a{3}$",
    *(units.date_pattern(p).regex for p in ("yyyy-MM-dd HH:mm:ss", "dd.MM.yyyy", "d.M.yy")),
    # of more than one length, or with other parts
    "^7[0-9]{9,10}$", "[0-9]{3}", "^[0-9]+$", r"^\d{3}$", "^.{3}$", "^(?:a|b)$", "^[0-9A-F]{2}$",
    "(?i)^c[0-9]$", "^é$", "^$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_pattern_answers_as_the_engine_does(pattern, data):
    alike = st.from_regex(pattern.replace("(?i)", ""))
    near = st.text("0123456789aAbCz-:. \n\t+é٣", max_size=20)
    texts = data.draw(st.lists(st.one_of(st.none(), alike, near, st.text(max_size=12)), max_size=9))
    column = pl.Series(texts, dtype=pl.String)
    assert matcher(pattern)(column).equals(column.str.contains(pattern), null_equal=True)


def test_one_wrong_text_among_many_is_found_wherever_it_stands():
    texts = [f"C{number:011d}" for number in range(20_000)]
    for place in (0, 4_095, 4_096, 12_345, 19_999):
        column = pl.Series([*texts[:place], "C0000000000x", *texts[place + 1 :]])
        assert matcher("^C[0-9]{11}$")(column).arg_min() == place
        assert int((~matcher("^C[0-9]{11}$")(column)).sum()) == 1


def test_a_column_in_pieces_is_tested_as_one():
    whole = pl.Series(["ab1", "ab2", "abc", None, "ab"])
    pieces = pl.concat([whole[:2], whole[2:]], rechunk=False)
    assert matcher("^ab[0-9]$")(pieces).to_list() == [True, True, False, None, False]
