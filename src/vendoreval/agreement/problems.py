"""Turn the complaints of the JSON Schema and of pydantic into problems with a cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jsonschema.exceptions import ValidationError as SchemaError
from pydantic import ValidationError

from vendoreval.errors import Problem
from vendoreval.text import Message, msg

_SHOWN = 60
_EXPECTED = {
    "int_parsing": msg("a whole number"),
    "int_type": msg("a whole number"),
    "int_from_float": msg("a whole number"),
    "decimal_parsing": msg("a number"),
    "decimal_type": msg("a number"),
    "float_parsing": msg("a number"),
    "bool_parsing": msg("true or false"),
    "bool_type": msg("true or false"),
    "string_type": msg("text in quotes"),
    "date_parsing": msg("a day such as 2026-03-01"),
    "date_from_datetime_parsing": msg("a day such as 2026-03-01"),
    "date_type": msg("a day such as 2026-03-01"),
    "tuple_type": msg("a list"),
    "too_short": msg("a list that is not empty"),
    "model_type": msg("keys with values"),
    "model_attributes_type": msg("keys with values"),
    "dict_type": msg("keys with values"),
}


class RefusedError(ValueError):
    """A value that a shape of ours does not take, with what is expected instead."""

    def __init__(self, expected: Message) -> None:
        self.expected = expected
        super().__init__(expected.template)


def json_path(parts: Iterable[Any]) -> str:
    """Return an address such as ``$.schema[0].name``."""
    return "$" + "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts)


def shown(value: Any) -> str:
    """Return a value short enough for a message."""
    text = repr(value) if not isinstance(value, dict | list) else type(value).__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def schema_problems(where: str, errors: Sequence[SchemaError]) -> list[Problem]:
    """Return one problem for each leaf complaint of the official schema, without repeats."""
    problems: dict[tuple[str, str], Problem] = {}
    for error in errors:
        for leaf in _leaves(error):
            found, expected, cure = _explain(leaf)
            problem = Problem(where, json_path(leaf.absolute_path), found, expected, cure)
            problems.setdefault((problem.path, problem.describe()), problem)
    return list(problems.values())


def _leaves(error: SchemaError) -> list[SchemaError]:
    """Follow anyOf/oneOf into the branch that comes closest; that one names the real mistake."""
    if error.validator in {"anyOf", "oneOf"} and error.context:
        branches: dict[Any, list[SchemaError]] = {}
        for child in error.context:
            branches.setdefault(child.relative_schema_path[0], []).append(child)
        # a branch of the wrong type altogether is never the one that was meant
        meant = [
            b for b in branches.values() if not any(e.validator == "type" and not e.path for e in b)
        ]
        best = min(meant or branches.values(), key=len)
        return [leaf for child in best for leaf in _leaves(child)]
    return [error]


def _explain(error: SchemaError) -> tuple[Message, Message, Message]:
    value: Any = error.instance
    match error.validator:
        case "unevaluatedProperties" | "additionalProperties":
            names = _unexpected(error)
            return (
                msg("unknown key %(names)s", names=names),
                msg("only keys of the standard"),
                msg("check the spelling, or move it to customProperties"),
            )
        case "required":
            wanted: Any = error.validator_value
            missing = [n for n in wanted if n not in (value or {})]
            return (
                msg("%(names)s is missing", names=", ".join(missing)),
                msg("every required key"),
                msg("add it"),
            )
        case "enum":
            choices: Any = error.validator_value
            allowed = ", ".join(str(v) for v in choices)
            return (
                msg("%(value)s is written", value=shown(value)),
                msg("one of: %(allowed)s", allowed=allowed),
                msg("choose one of them"),
            )
        case "const":
            return (
                msg("%(value)s is written", value=shown(value)),
                msg("exactly %(value)s", value=shown(error.validator_value)),
                msg("write that value"),
            )
        case "type":
            return (
                msg("%(value)s is written", value=shown(value)),
                msg("a value of type %(type)s", type=str(error.validator_value)),
                msg("write a value of that type; text needs quotes when it looks like a number"),
            )
        case "pattern":
            return (
                msg("%(value)s is written", value=shown(value)),
                msg("text that matches %(pattern)s", pattern=str(error.validator_value)),
                msg("write it in that form"),
            )
        case _:
            return (
                msg("%(value)s is written", value=shown(value)),
                msg("what the standard asks for: %(rule)s", rule=error.message[:200]),
                msg("mend the value"),
            )


def _unexpected(error: SchemaError) -> str:
    # jsonschema names them only inside its sentence: "... ('requird' was unexpected)"
    parts = error.message.split("'")
    names = [
        name for name in parts[1::2] if isinstance(error.instance, dict) and name in error.instance
    ]
    return ", ".join(names) or shown(error.instance)


def model_problems(where: str, error: ValidationError, prefix: str = "$") -> list[Problem]:
    """Return one problem for each complaint of a pydantic model."""
    problems = []
    for entry in error.errors(include_url=False):
        path = prefix + json_path(entry["loc"])[1:]
        value = entry.get("input")
        kind = entry["type"]
        if kind == "missing":
            found, expected, cure = msg("it is missing"), msg("every required key"), msg("add it")
        elif kind == "extra_forbidden":
            found = msg("unknown key %(names)s", names=str(entry["loc"][-1]))
            expected, cure = msg("only keys that are documented"), msg("check the spelling")
        else:
            found = msg("%(value)s is written", value=shown(value))
            expected, cure = _expected(entry), msg("mend the value")
        problems.append(Problem(where, path, found, expected, cure))
    return problems


def _expected(entry: Any) -> Message:
    """Return what pydantic wanted, in a sentence that can be translated."""
    context = entry.get("ctx") or {}
    refused = context.get("error")
    if isinstance(refused, RefusedError):
        return refused.expected
    match entry["type"]:
        case "literal_error":
            allowed = context["expected"].replace("'", "").replace(" or ", ", ")
            return msg("one of: %(allowed)s", allowed=allowed)
        case "greater_than_equal":
            return msg("at least %(n)s", n=str(context["ge"]))
        case "greater_than":
            return msg("more than %(n)s", n=str(context["gt"]))
        case "less_than_equal":
            return msg("at most %(n)s", n=str(context["le"]))
    known = _EXPECTED.get(entry["type"])
    return known or msg("%(rule)s", rule=entry["msg"].removeprefix("Value error, "))
