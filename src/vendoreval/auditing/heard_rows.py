"""The rows of a sample that came back from the listeners, each of them checked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import pandas as pd

from vendoreval.errors import DeliveryError, Problem, plain_problem
from vendoreval.text import msg

_SHOWN_FAULTS: Final = 20
RIGHT: Final = "right_seconds"


def taints_of(heard: pd.DataFrame, seconds: dict[str, int], where: str) -> tuple[list[float], int]:
    """Return the wrong share of every heard draw, and the draws that nobody heard."""
    lacking = [name for name in ("call_id", RIGHT) if name not in heard.columns]
    if lacking:
        raise DeliveryError(
            plain_problem(
                where, msg("columns that are missing: %(names)s", names=", ".join(lacking)),
                msg("the file of the sample with its columns"),
                msg("write the sample again and fill in %(column)s", column=RIGHT),
            )
        )  # fmt: skip
    taints: list[float] = []
    unheard, problems = 0, []
    draws = heard["draws"] if "draws" in heard.columns else ["1"] * len(heard)
    for number, (call, right, times) in enumerate(
        zip(heard["call_id"], heard[RIGHT], draws, strict=True), start=2
    ):
        name = _name(call, seconds)
        count, value = _figure(times), _figure(right)
        if name is None or count is None or count < 1 or count != int(count):
            problems.append(_odd(where, number, f"{call}, draws {times}"))
        elif _is_empty(right):
            unheard += int(count)
        elif value is None or not 0 <= value <= seconds[name]:
            problems.append(_odd(where, number, f"{call}, {RIGHT} {right}"))
        else:
            taints += [1 - value / seconds[name]] * int(count)
    if not problems and not taints and not unheard:
        problems.append(_odd(where, 1, "-"))
    if problems:
        raise DeliveryError(problems[:_SHOWN_FAULTS])
    return taints, unheard


def _odd(where: str, row: int, found: str) -> Problem:
    return Problem(
        where, f"row {row}", msg("%(value)s is written", value=found),
        msg("a call of the sample, and seconds from 0 to those billed for it, or nothing"),
        msg("mend the row; the call and its draws stay as they were drawn"),
    )  # fmt: skip


def _name(call: object, known: Iterable[str]) -> str | None:
    """Return the call a cell names; spreadsheets guard some names with an apostrophe."""
    text = str(call).strip()
    return next((name for name in (text, text.removeprefix("'")) if name in known), None)


def _is_empty(value: object) -> bool:
    return value is None or value is pd.NA or str(value).strip() in ("", "nan", "None")


def _figure(value: object) -> float | None:
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
