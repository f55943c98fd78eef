"""One column of an agreement and a file of its cells."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl

from vendoreval.agreement import agreement_from_bytes
from vendoreval.intake import ValidationReport, read_delivery, validate
from vendoreval.text import language

RECEIVED = datetime(2026, 11, 1, tzinfo=UTC)


def custom(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": k, "vendor": "vendoreval", "value": v} for k, v in values.items()]


def column(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    ours = more.pop("ours", {})
    entry = {"name": name, "logicalType": kind, **more}
    return {**entry, "customProperties": custom(ours)} if ours else entry


@dataclass
class Outcome:
    """A checked file: each cell's value, or the rule it broke."""

    report: ValidationReport

    @property
    def values(self) -> list[dict[str, Any]]:
        return [r for p in self.report.accepted_files for r in pl.read_parquet(p).to_dicts()]

    def of(self, name: str) -> list[Any]:
        """Return value or rule of each row of the file, in its order."""
        good = {row["_row"]: row[name] for row in self.values}
        bad = {f.row: f.rule for f in self.report.faults.first(None) if f.column == name}
        every = {**bad, **good}
        return [every[row] for row in range(2, self.report.rows.delivered + 2)]

    @property
    def rules(self) -> list[tuple[int, str]]:
        return [(f.row, f.rule) for f in self.report.faults.first(None)]

    def said(self, code: str = "en") -> list[str]:
        return list(self.report.to_json(code)["readings"])

    @property
    def messages(self) -> list[str]:
        return [language("en").say(f.message) for f in self.report.faults.first(None)]


def check(
    folder: Any,
    columns: list[dict[str, Any]],
    rows: list[str],
    *,
    dialect: dict[str, Any] | None = None,
    currency: str | None = None,
    rules: dict[str, str] | None = None,
    timezone: str = "UTC",
    **options: Any,
) -> Outcome:
    """Write the rows beneath a header and check them."""
    part: dict[str, Any] = {
        "name": "free",
        "properties": [column("n"), *columns],
        "customProperties": custom({"dialect": {"delimiter": ";", **(dialect or {})}}),
        "quality": [
            {"id": name, "name": name, "type": "custom", "engine": "vendoreval",
             "implementation": text, "customProperties": custom({"rowRule": text})}
            for name, text in (rules or {}).items()
        ],
    }  # fmt: skip
    contract: dict[str, Any] = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "t", "name": "t",
        "version": "1.0.0", "status": "active", "schema": [part],
        "customProperties": custom({"timezone": timezone}),
    }  # fmt: skip
    if currency:
        contract["price"] = {"priceAmount": 1, "priceCurrency": currency, "priceUnit": "call"}
    deal = agreement_from_bytes(json.dumps(contract).encode(), "alpha", "t.odcs.yaml")
    names = ";".join(["n", *(c["name"] for c in columns)])
    path = folder / "free.csv"
    lines = "".join(f"{number};{row}\n" for number, row in enumerate(rows))
    path.write_text(f"{names}\n{lines}", encoding="utf-8")
    return Outcome(validate(read_delivery(path, deal, received_at=RECEIVED), **options))
