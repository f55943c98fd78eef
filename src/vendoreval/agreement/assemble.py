"""An agreement put together from reports, whoever described them: one text, one order of keys."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from vendoreval.agreement.extensions import RateItem
from vendoreval.agreement.odcs import CLIENT, OUR_VENDOR
from vendoreval.agreement.reconciliations import reconciliations
from vendoreval.agreement.yaml_file import dump_yaml


def assemble(
    vendor: str,
    reports: Sequence[Mapping[str, Any]],
    levels: Sequence[Mapping[str, Any]],
    *,
    rate_card: Sequence[Mapping[str, Any]] = (),
    parties: Mapping[str, Any] | None = None,
    timezone: str = "UTC",
    dialect: Mapping[str, Any] | None = None,
    title: str | None = None,
    version: str = "1.0.0",
    status: str = "active",
    description: Mapping[str, Any] | None = None,
    language: str | None = None,
) -> str:
    """Write a self-contained agreement out of reports.

    Parameters
    ----------
    vendor
        Short name; the file is to be called ``VENDOR.odcs.yaml``.
    reports
        Schema objects of ODCS, in the order wanted.
    levels
        Their `slaProperties`.
    rate_card, parties, timezone, dialect, language
        Values of our own properties of the contract.
    title, version, status, description
        Fields of the standard.

    Returns
    -------
    str
        YAML text; equal arguments give equal text. Reports that can be compared with
        one another bring their reconciliations, as warnings.

    Examples
    --------
    >>> text = assemble("alpha", [{"name": "roster", "properties": []}], [])
    >>> text.splitlines()[2]
    'id: vendoreval-alpha'
    """
    head: dict[str, Any] = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": f"vendoreval-{vendor}",
        "name": title or f"Reports of {vendor}",
        "version": version,
        "status": status,
        "domain": "outsourced-telesales",
    }
    if description:
        head["description"] = dict(description)
    own: dict[str, Any] = {"timezone": timezone}
    if language:
        own["language"] = language
    if dialect:
        own["dialect"] = dict(dialect)
    if rate_card:
        own["rateCard"] = [dict(item) for item in rate_card]
    if parties:
        own["agreement"] = dict(parties)
    cards = tuple(RateItem.model_validate(dict(item)) for item in rate_card)
    schema = {"schema": _compared(vendor, reports, cards), "slaProperties": list(levels)}
    if not levels:
        del schema["slaProperties"]
    return (
        dump_yaml(head, flow=False)
        + _text(json.dumps(schema, ensure_ascii=False))
        + dump_yaml({"customProperties": [own_property(*entry) for entry in own.items()]})
    )


def own_property(name: str, value: Any) -> dict[str, Any]:
    """Return a custom property of ours.

    Examples
    --------
    >>> own_property("unit", "s")
    {'property': 'unit', 'vendor': 'vendoreval', 'value': 's'}
    """
    return {"property": name, "vendor": OUR_VENDOR, "value": value}


def set_property(part: dict[str, Any], name: str, value: Any) -> None:
    """Set one of our custom properties of a part, in its place when it is there already."""
    entries: list[dict[str, Any]] = part.setdefault("customProperties", [])
    for entry in entries:
        if entry.get("property") == name and entry.get("vendor") == OUR_VENDOR:
            entry["value"] = value
            return
    entries.append(own_property(name, value))


def property_of(part: Mapping[str, Any], name: str) -> Any:
    """Return the value of one of our custom properties of a part, else nothing."""
    for entry in part.get("customProperties") or ():
        if entry.get("property") == name and entry.get("vendor") == OUR_VENDOR:
            return entry["value"]
    return None


def _compared(
    vendor: str, reports: Sequence[Mapping[str, Any]], cards: Sequence[RateItem]
) -> list[dict[str, Any]]:
    """Return the reports with the comparisons that their columns allow."""
    columns: dict[str, Collection[str]] = {
        report["name"]: [entry["name"] for entry in report.get("properties") or ()]
        for report in reports
    }
    offered = reconciliations(columns, cards, client_apart=vendor != CLIENT)
    result = []
    for report in reports:
        own = offered.get(report["name"], [])
        rules = [*(report.get("quality") or ()), *own]
        result.append({**report, "quality": rules} if own else dict(report))
    return result


@lru_cache(maxsize=64)
def _text(schema: str) -> str:
    """Return the `schema` part; vendors often share it, and writing it is the slow step."""
    return dump_yaml(json.loads(schema))
