"""YAML of the company's files: version 1.2 core, dates as text, nothing twice, no aliases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml, read_bytes
from vendoreval.errors import AgreementError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("12:30", "12:30"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        ("010", "010"),
        ("0o10", 8),
        ("1_000", "1_000"),
        ("17", 17),
        ("9.50", 9.5),
        ("1e3", 1000.0),
        ("~", None),
        ("", None),
    ],
)
def test_scalars(text: str, value: object) -> None:
    read = parse_yaml(f"a: {text}", "x")["a"]
    assert read == value
    assert type(read) is type(value)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_what_is_dumped_reads_back(value: object) -> None:
    assert parse_yaml(dump_yaml({"a": value}), "x") == {"a": value}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x [1]\nb: *x", "YAML alias"),
        ("a: 1\na: 2", "key a stands here twice"),
        ("a: [1", "not readable as YAML"),
        ("a: !!python/object:os.system x", "not readable as YAML"),
    ],
)
def test_refused_with_the_line(text: str, found: str) -> None:
    with pytest.raises(AgreementError, match=found):
        parse_yaml(text, "x.yaml")


def test_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "alfa.odcs.yaml").write_text("a: 1")
    with pytest.raises(AgreementError, match=r"alfa\.odcs\.yaml"):
        read_bytes(tmp_path / "alpha.odcs.yaml")
    with pytest.raises(AgreementError, match="this is a folder"):
        read_bytes(tmp_path)
