"""A large file of calls with ten kinds of faults, and the agreement it breaks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl

SHARE = 0.0001
COLUMNS = (
    "call_id", "agent_id", "campaign_id", "lead_id", "phone", "started_at", "ended_at",
    "talk_seconds", "billed_seconds", "disposition", "direction",
)  # fmt: skip
CODES = (
    "sale", "refusal", "callback", "no_answer", "busy", "voicemail", "interested", "gatekeeper",
    "quote_sent", "not_qualified", "wrong_number", "failed",
)  # fmt: skip
# kind -> column, text that breaks it, rule it breaks; an empty column means the whole row
KINDS = {
    "bad_integer": ("talk_seconds", "90:ab", "type"),
    "bad_time": ("started_at", "2026-13-01 10:00:00", "date_format"),
    "above_maximum": ("talk_seconds", "99999", "maximum"),
    "negative": ("billed_seconds", "-60", "minimum"),
    "unknown_code": ("disposition", "whatever", "code"),
    "empty": ("agent_id", "", "required"),
    "future": ("started_at", "2062-03-01 10:00:00", "future"),
    "bad_phone": ("phone", "8-900-12", "pattern"),
    "cross_field": ("", "", "row_rule:billed-covers-talk"),
    "duplicate": ("call_id", "", "unique"),
}


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


def write_calls(path: Path, rows: int, seed: int = 1) -> dict[str, list[int]]:
    """Write the file; return for each kind of fault the rows of the file that have it."""
    random = np.random.default_rng(seed)
    number = np.arange(rows)
    started = np.datetime64("2026-03-01T08:00:00") + (
        number * (28 * 86400 - 1) // max(rows, 1)
    ).astype("m8[ms]")
    talk = random.integers(0, 3600, rows)
    billed = (talk + 59) // 60 * 60
    table = pl.DataFrame(
        {
            "call_id": pl.Series(number).cast(pl.String).str.zfill(11),
            "agent_id": pl.Series(random.integers(100, 400, rows)).cast(pl.String),
            "campaign_id": pl.Series(random.integers(10, 30, rows)).cast(pl.String),
            "lead_id": pl.Series(random.integers(10**7, 10**8, rows)).cast(pl.String),
            "phone": pl.Series(random.integers(79 * 10**9, 80 * 10**9, rows)).cast(pl.String),
            "started_at": pl.Series(started).dt.strftime("%Y-%m-%d %H:%M:%S"),
            "ended_at": pl.Series(started + talk.astype("m8[ms]")).dt.strftime("%Y-%m-%d %H:%M:%S"),
            "talk_seconds": pl.Series(talk).cast(pl.String),
            "billed_seconds": pl.Series(billed).cast(pl.String),
            "disposition": pl.Series(np.array(CODES)[random.integers(0, len(CODES), rows)]),
            "direction": pl.Series(np.where(number % 5 == 0, "in", "out")),
        }
    ).with_columns(
        ("C" + pl.col("call_id")).alias("call_id"), ("A" + pl.col("agent_id")).alias("agent_id"),
        ("K" + pl.col("campaign_id")).alias("campaign_id"),
        ("L" + pl.col("lead_id")).alias("lead_id"),
    )  # fmt: skip
    count = max(int(rows * SHARE), 1)
    chosen = random.choice(np.arange(1, rows), size=count * len(KINDS), replace=False)
    truth: dict[str, list[int]] = {}
    series = {name: table.get_column(name) for name in COLUMNS}
    for index, (kind, (column, text, _)) in enumerate(KINDS.items()):
        places = np.sort(chosen[index * count : (index + 1) * count])
        truth[kind] = (places + 2).tolist()
        if kind == "cross_field":
            series["billed_seconds"] = series["billed_seconds"].scatter(places, ["0"] * count)
            series["talk_seconds"] = series["talk_seconds"].scatter(places, ["61"] * count)
        elif kind == "duplicate":
            series["call_id"] = series["call_id"].scatter(places, ["C00000000000"] * count)
        else:
            series[column] = series[column].scatter(places, [text] * count)
    pl.DataFrame([series[name] for name in COLUMNS]).write_csv(path, quote_style="never")
    return truth
