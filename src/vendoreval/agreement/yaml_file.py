"""Read one YAML file of the company: bounded, without aliases, dates left as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from vendoreval.errors import AgreementError, Problem, os_problem, plain_problem
from vendoreval.text import Count, msg

_LARGEST_BYTES = 5_000_000


def _reader() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    # 2026-03-01 must stay text: ODCS knows dates only as strings
    yaml.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
    )
    return yaml


def parse_yaml(text: str, where: str) -> Any:
    """Return the value of a YAML text.

    Raises
    ------
    AgreementError
        If it is not YAML, repeats a key, or uses aliases (a short text can
        expand without end through them).
    """
    try:
        if any(isinstance(event, AliasEvent) for event in _reader().parse(text)):
            raise AgreementError(
                plain_problem(
                    where,
                    msg("the file uses a YAML alias (*name)"),
                    msg("a plain file in which everything is written out"),
                    msg("write the repeated part out"),
                )
            )
        return _reader().load(text)
    except MarkedYAMLError as error:
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
    except (YAMLError, RecursionError, ValueError) as error:
        raise AgreementError(
            plain_problem(
                where,
                msg("not readable as YAML (%(problem)s)", problem=str(error).split("\n")[0]),
                msg("a YAML file"),
                msg("open it in an editor that shows YAML errors"),
            )
        ) from None


def read_yaml(path: Path) -> tuple[Any, bytes]:
    """Return the value of a YAML file and its bytes.

    Raises
    ------
    AgreementError
        If the file is missing, is a folder, is too large, or is not YAML.
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
        content = path.read_bytes()
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
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AgreementError(
            plain_problem(
                where,
                msg("byte %(n)s is not UTF-8", n=Count(error.start)),
                msg("a file in UTF-8"),
                msg("save the file again as UTF-8"),
            )
        ) from None
    return parse_yaml(text, where), content


def _neighbours(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return "-"
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "") if names else "-"
