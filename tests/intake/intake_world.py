"""Small agreements and files for the tests of reading and checking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.intake import ValidationReport, read_delivery, validate


def column(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    """One property; `ours` holds custom properties of vendoreval."""
    ours = more.pop("ours", {})
    entry = {"name": name, "logicalType": kind, **more}
    if ours:
        entry["customProperties"] = _custom(ours)
    return entry


def _custom(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": k, "vendor": "vendoreval", "value": v} for k, v in values.items()]


def agreement(
    *columns: dict[str, Any],
    report: str = "free",
    pattern: str | None = None,
    rules: dict[str, str] | None = None,
    warning: bool = False,
    more: list[dict[str, Any]] | None = None,
    vendor: str = "alpha",
    **ours: Any,
) -> Agreement:
    part: dict[str, Any] = {"name": report, "properties": list(columns)}
    if pattern:
        part["physicalName"] = pattern
    if ours:
        part["customProperties"] = _custom(ours)
    if rules:
        part["quality"] = [
            {
                "id": name,
                "name": name,
                "type": "custom",
                "engine": "vendoreval",
                "implementation": text,
                "severity": "warning" if warning else "error",
                "customProperties": _custom({"rowRule": text}),
            }
            for name, text in rules.items()
        ]
    contract = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": "t",
        "name": "t",
        "version": "1.0.0",
        "status": "active",
        "schema": [part, *(more or [])],
    }
    return agreement_from_bytes(json.dumps(contract).encode(), vendor, "t.odcs.yaml")


def check(
    folder: Path, data: bytes | str, deal: Agreement, name: str = "free.csv", **options: Any
) -> ValidationReport:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    reading = {k: options.pop(k) for k in ("received_at", "report") if k in options}
    return validate(read_delivery(path, deal, **reading), **options)


def rows_of(files: tuple[Path, ...]) -> list[dict[str, Any]]:
    return [row for path in files for row in pl.read_parquet(path).to_dicts()]


def column_of(report: ValidationReport, name: str) -> list[Any]:
    return [row[name] for row in rows_of(report.accepted_files)]


def faults_of(report: ValidationReport) -> list[tuple[int, int, str | None, str | None, str]]:
    found = report.faults.first(None)
    return [(f.row, f.line, f.column, f.value, f.rule) for f in found]
