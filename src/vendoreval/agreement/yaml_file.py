"""Read one YAML file of the company: bounded, without aliases, dates left as text."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from vendoreval.errors import AgreementError, Problem, os_problem, plain_problem
from vendoreval.text import Count, msg

_LARGEST_BYTES = 5_000_000
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SafeDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Loader(_SafeLoader):  # type: ignore[misc]  # in C or in Python, by what is installed
    """YAML 1.2 core: `no` and `12:30` stay text, dates stay text, no key stands twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - what the loader calls it and never changes

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key} stands here twice", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


class _Dumper(_SafeDumper):  # type: ignore[misc]  # in C or in Python, by what is installed
    """Quotes what either version of YAML could read as something else; writes no alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_CORE = (
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?(0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", [*"-+0123456789"]),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+",
        [*"-+0123456789."],
    ),
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
)
for _tag, _pattern, _first in _CORE:
    for _side in (_Loader, _Dumper):
        _side.add_implicit_resolver(
            f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), _first
        )


def dump_yaml(value: Any, *, flow: bool | None = None) -> str:
    """Return a value as YAML text in the order of its keys; equal values give equal text.

    Parameters
    ----------
    flow
        True or False for all parts; `None` writes short lists and pairs on one line.
    """
    text: str = yaml.dump(
        value,
        None,
        _Dumper,
        default_flow_style=flow,
        sort_keys=False,
        width=110,
        allow_unicode=True,
    )
    return text


def parse_yaml(text: str, where: str) -> Any:
    """Return the value of a YAML text.

    Raises
    ------
    AgreementError
        If it is not YAML, repeats a key, or uses aliases (a short text can
        expand without end through them).
    """
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _SafeLoader)):
            raise AgreementError(
                plain_problem(
                    where,
                    msg("the file uses a YAML alias (*name)"),
                    msg("a plain file in which everything is written out"),
                    msg("write the repeated part out"),
                )
            )
        return yaml.load(text, _Loader)  # noqa: S506 - derived from the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        path = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = " ".join(str(error.problem or error.context or "").split())
        raise AgreementError(
            Problem(
                where,
                path,
                msg("not readable as YAML (%(problem)s)", problem=problem),
                msg("a YAML file"),
                msg("mend that line; often the indent or a missing quote is wrong"),
            )
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise AgreementError(
            plain_problem(
                where,
                msg("not readable as YAML (%(problem)s)", problem=str(error).split("\n")[0]),
                msg("a YAML file"),
                msg("open it in an editor that shows YAML errors"),
            )
        ) from None


def read_yaml(path: Path) -> Any:
    """Return the value of a YAML file.

    Raises
    ------
    AgreementError
        If the file is missing, is a folder, is too large, or is not YAML.
    """
    where = str(path)
    return parse_yaml(decode(read_bytes(path), where), where)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of one file of the company.

    Raises
    ------
    AgreementError
        If the file is missing, is a folder, or is too large.
    """
    where = str(path)
    if path.is_dir():
        raise AgreementError(
            plain_problem(
                where, msg("this is a folder"), msg("a YAML file"), msg("name the file in it")
            )
        )
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise AgreementError(
                plain_problem(
                    where,
                    msg("the file has %(n)s bytes", n=Count(size)),
                    msg("at most %(n)s", n=Count(_LARGEST_BYTES)),
                    msg("check that this is the agreement and not a data file"),
                )
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise AgreementError(
            plain_problem(
                where,
                msg("there is no such file"),
                msg("a YAML file"),
                msg("check the name; the folder holds: %(names)s", names=_neighbours(path)),
            )
        ) from None
    except OSError as error:
        raise AgreementError(os_problem(where, error)) from None


def decode(content: bytes, where: str) -> str:
    """Return the text of a file.

    Raises
    ------
    AgreementError
        If it is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AgreementError(
            plain_problem(
                where,
                msg("byte %(n)s is not UTF-8", n=Count(error.start)),
                msg("a file in UTF-8"),
                msg("save the file again as UTF-8"),
            )
        ) from None


def _neighbours(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return "-"
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "") if names else "-"
