"""Files of calls with planted faults, the truth about each, and the agreement they break."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

COLUMNS = (
    "call_id", "agent_id", "campaign_id", "lead_id", "phone", "started_at", "ended_at",
    "talk_seconds", "billed_seconds", "disposition", "direction",
)  # fmt: skip
CODES = (
    "sale", "refusal", "callback", "no_answer", "busy", "voicemail", "interested", "gatekeeper",
    "quote_sent", "not_qualified", "wrong_number", "failed",
)  # fmt: skip
# the key of the first row, which no fault touches: other rows repeat it
FIRST_KEY = "C00000000000"
RULE = "row_rule:billed-covers-talk"


@dataclass(frozen=True)
class Kind:
    """One kind of fault.

    Parameters
    ----------
    cells
        Column -> text that is written into it.
    faults
        Column (none where the whole row is meant) and rule of every fault that follows.
    """

    cells: dict[str, str]
    faults: tuple[tuple[str | None, str], ...]


KINDS = {
    "bad_integer": Kind({"talk_seconds": "90:ab"}, (("talk_seconds", "type"),)),
    "bad_time": Kind({"started_at": "2026-13-01 10:00:00"}, (("started_at", "date_format"),)),
    # nobody is billed for so long a talk, so the rule of the row is broken too
    "above_maximum": Kind(
        {"talk_seconds": "99999"}, (("talk_seconds", "maximum"), (None, RULE))
    ),
    "negative": Kind({"billed_seconds": "-60"}, (("billed_seconds", "minimum"), (None, RULE))),
    "unknown_code": Kind({"disposition": "whatever"}, (("disposition", "code"),)),
    "empty": Kind({"agent_id": ""}, (("agent_id", "required"),)),
    "future": Kind({"started_at": "2062-03-01 10:00:00"}, (("started_at", "future"),)),
    "bad_phone": Kind({"phone": "8-900-12"}, (("phone", "pattern"),)),
    "cross_field": Kind({"billed_seconds": "0", "talk_seconds": "61"}, ((None, RULE),)),
    "duplicate": Kind({"call_id": FIRST_KEY}, (("call_id", "unique"),)),
}  # fmt: skip
# five that can stand in one row and each break one rule
FIVE = ("bad_integer", "bad_time", "unknown_code", "empty", "bad_phone")
TRUTH = {"row": pl.Int64(), "column": pl.String(), "value": pl.String(), "rule": pl.String()}
Faulty = Literal["few", "every", "five"]


def agreement_text() -> str:
    """Return the agreement as YAML (JSON is YAML)."""
    ours = {"vendor": "vendoreval"}
    whole = {"minimum": 0, "maximum": 14400}
    options = {
        "call_id": {"pattern": "^C[0-9]{11}$"}, "phone": {"pattern": "^7[0-9]{10}$"},
        "started_at": {"format": "yyyy-MM-dd HH:mm:ss", "minimum": "2020-01-01 00:00:00"},
        "ended_at": {"format": "yyyy-MM-dd HH:mm:ss"},
        "talk_seconds": whole, "billed_seconds": whole,
    }  # fmt: skip
    types = {
        "started_at": "timestamp", "ended_at": "timestamp", "talk_seconds": "integer",
        "billed_seconds": "integer",
    }  # fmt: skip
    properties = []
    for name in COLUMNS:
        entry: dict[str, object] = {
            "name": name, "logicalType": types.get(name, "string"), "required": True,
        }  # fmt: skip
        if name in options:
            entry["logicalTypeOptions"] = options[name]
        if name == "call_id":
            entry.update(primaryKey=True, primaryKeyPosition=1, unique=True)
        if name == "disposition":
            entry["enum"] = [{"value": code} for code in CODES]
        if name == "direction":
            entry["enum"] = [{"value": "in"}, {"value": "out"}]
        if name == "started_at":
            entry["customProperties"] = [{"property": "notAfter", "value": "delivery-time", **ours}]
        if name in ("talk_seconds", "billed_seconds"):
            entry["customProperties"] = [{"property": "unit", "value": "s", **ours}]
        properties.append(entry)
    rule = {
        "id": "billed-covers-talk", "name": "Billed time covers talk time", "type": "custom",
        "engine": "vendoreval", "implementation": "billed_seconds >= talk_seconds",
        "customProperties": [
            {"property": "rowRule", "value": "billed_seconds >= talk_seconds", **ours}
        ],
    }  # fmt: skip
    report = {
        "name": "calls", "physicalName": "calls_{yyyy}{MM}.csv", "physicalType": "file",
        "properties": properties, "quality": [rule],
        "customProperties": [
            {"property": "period", **ours,
             "value": {"every": "month", "column": "started_at", "timezone": "Europe/Moscow"}}
        ],
    }  # fmt: skip
    contract = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "bench", "name": "Benchmark",
        "version": "1.0.0", "status": "active", "schema": [report],
    }  # fmt: skip
    return json.dumps(contract)


def write_calls(
    path: Path, rows: int, *, faulty: Faulty = "few", quoted: bool = False, seed: int = 1
) -> pl.DataFrame:
    """Write the file as CSV and return the truth: every fault that is in it, and no other.

    Parameters
    ----------
    faulty
        `few`: one row in 1,000, each kind in one of 10,000; `every`: every row but the
        first, the kinds in turn, without the repeated key, which needs a sound row to
        repeat; `five`: every row, five faults in each.
    quoted
        Whether every cell stands in quotation marks.

    Returns
    -------
    DataFrame
        Row of the file as a person counts it (the header is row 1), column, text of the
        cell, rule.
    """
    table, truth = calls(rows, faulty, seed)
    table.write_csv(path, quote_style="always" if quoted else "never")
    return truth


def calls(rows: int, faulty: Faulty = "few", seed: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells as text, and the truth about them."""
    random = np.random.default_rng(seed)
    columns = _sound(rows, random)
    places = _places(rows, faulty, random)
    truth = []
    for kind, where in places.items():
        for column, text in KINDS[kind].cells.items():
            columns[column] = columns[column].scatter(where, [text] * len(where))
        for column, rule in KINDS[kind].faults:
            value = None if column is None else KINDS[kind].cells[column]
            truth.append(_told(where, column, value, rule))
    return pl.DataFrame([columns[name] for name in COLUMNS]), pl.concat(truth)


def _told(where: np.ndarray, column: str | None, value: str | None, rule: str) -> pl.DataFrame:
    return pl.DataFrame({"row": where + 2}).with_columns(
        column=pl.lit(column), value=pl.lit(value), rule=pl.lit(rule)
    ).cast(TRUTH)  # fmt: skip


def _places(rows: int, faulty: Faulty, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return which rows have which fault."""
    if faulty == "five":
        return dict.fromkeys(FIVE, np.arange(rows))
    if faulty == "every":
        kinds = [kind for kind in KINDS if kind != "duplicate"]
        return {kind: np.arange(1 + i, rows, len(kinds)) for i, kind in enumerate(kinds)}
    count = max(rows // 10_000, 1)
    chosen = random.choice(np.arange(1, rows), size=count * len(KINDS), replace=False)
    return {kind: np.sort(chosen[i * count : (i + 1) * count]) for i, kind in enumerate(KINDS)}


def _sound(rows: int, random: np.random.Generator) -> dict[str, pl.Series]:
    number = np.arange(rows)
    started = np.datetime64("2026-03-01T08:00:00") + (
        number * (28 * 86400 - 1) // max(rows, 1)
    ).astype("m8[s]")
    talk = random.integers(0, 3600, rows)
    table = pl.DataFrame(
        {
            "call_id": number, "agent_id": random.integers(100, 400, rows),
            "campaign_id": random.integers(10, 30, rows),
            "lead_id": random.integers(10**7, 10**8, rows),
            "phone": random.integers(79 * 10**9, 80 * 10**9, rows),
            "started_at": started.astype("M8[ms]"),
            "ended_at": (started + talk.astype("m8[s]")).astype("M8[ms]"),
            "talk_seconds": talk, "billed_seconds": (talk + 59) // 60 * 60,
            "disposition": np.array(CODES)[random.integers(0, len(CODES), rows)],
            "direction": np.where(number % 5 == 0, "in", "out"),
        }
    )  # fmt: skip
    text = table.with_columns(
        pl.col("call_id").cast(pl.String).str.zfill(11),
        pl.col("started_at", "ended_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
    ).cast(pl.String)
    for name, letter in (
        ("call_id", "C"),
        ("agent_id", "A"),
        ("campaign_id", "K"),
        ("lead_id", "L"),
    ):
        text = text.with_columns((pl.lit(letter) + pl.col(name)).alias(name))
    return {name: text.get_column(name) for name in COLUMNS}
