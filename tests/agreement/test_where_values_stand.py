"""Values that stand elsewhere than below their header: loaded, kept, and named when they change."""

from __future__ import annotations

import json
from typing import Any

from vendoreval.agreement import Agreement, agreement_from_bytes
from vendoreval.agreement.diff import diff


def load(column: dict[str, Any], **dialect: Any) -> Agreement:
    def ours(values: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"property": k, "vendor": "vendoreval", "value": v} for k, v in values.items()]

    contract = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "t", "name": "t",
        "version": "1.0.0", "status": "active",
        "schema": [{
            "name": "calls", "customProperties": ours({"dialect": dialect}),
            "properties": [
                {"name": "agent_id", "logicalType": "string", "customProperties": ours(column)},
                {"name": "kind", "logicalType": "string"},
            ],
        }],
    }  # fmt: skip
    return agreement_from_bytes(json.dumps(contract).encode(), "alpha", "t.odcs.yaml")


def test_they_are_read_from_the_agreement():
    agreed = load(
        {"joinedHeaders": ["Группа", "Номер"], "fromTitle": "Оператор: (.+)"},
        onlyRows={"column": "kind", "values": ["out", "исходящий"]},
    )
    report = agreed.reports["calls"]
    column = report.column("agent_id")
    assert column.joined == ("Группа", "Номер") and column.title_pattern == "Оператор: (.+)"
    assert (report.dialect.only_column, report.dialect.only_values) == (
        "kind",
        ("out", "исходящий"),
    )


def test_a_change_is_named_in_words():
    old = load({"joinedHeaders": ["a", "b"]}, onlyRows={"column": "kind", "values": ["x"]})
    new = load({"fromTitle": "A (.+)"}, onlyRows={"column": "kind", "values": ["x", "y"]})
    said = [str(change) for change in diff(old, new)]
    assert said == [
        "breaking: calls.agent_id: put together from the columns: was a, b, is -",
        "breaking: calls.agent_id: taken from a title above the rows: was -, is A (.+)",
        "not breaking: calls: how the file is written, texts of the rows that belong to the "
        "report: was x, is x, y",
        "not breaking: version: it is still 1.0.0; give the changed text a number of its own",
    ]
    assert diff(new, new) == []
