"""The library of standard reports, and agreements composed from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from vendoreval.agreement.extensions import RateItem
from vendoreval.agreement.odcs import OUR_VENDOR
from vendoreval.agreement.reconciliations import reconciliations
from vendoreval.agreement.yaml_file import dump_yaml, parse_yaml, read_yaml
from vendoreval.resources import resource_folder

_SUFFIX = ".odcs.yaml"


def library_names() -> tuple[str, ...]:
    """Return the names of the standard reports, sorted.

    Examples
    --------
    >>> "calls" in library_names()
    True
    """
    folder = resource_folder("schemas") / "reports"
    return tuple(sorted(p.name.removesuffix(_SUFFIX) for p in folder.glob(f"*{_SUFFIX}")))


def library_report(name: str) -> dict[str, Any]:
    """Return one standard report as the schema object of an ODCS file.

    Parameters
    ----------
    name
        One of `library_names`.

    Returns
    -------
    dict
        A copy of its own, free to be changed.

    Raises
    ------
    KeyError
        If the library has no such report.

    Examples
    --------
    >>> [p["name"] for p in library_report("calls")["properties"]][:2]
    ['call_id', 'agent_id']
    """
    report: dict[str, Any] = deepcopy(_stored(name)["schema"][0])
    return report


def library_deadlines(name: str) -> list[dict[str, Any]]:
    """Return how often a standard report is due and by when, as `slaProperties`.

    Examples
    --------
    >>> [level["property"] for level in library_deadlines("calls")]
    ['frequency', 'timeOfAvailability']
    """
    levels: list[dict[str, Any]] = deepcopy(_stored(name)["slaProperties"])
    return levels


@cache
def _stored(name: str) -> dict[str, Any]:
    if name not in library_names():
        raise KeyError(f"the library has no report {name!r}; it has {', '.join(library_names())}")
    value = read_yaml(resource_folder("schemas") / "reports" / f"{name}{_SUFFIX}")
    contract: dict[str, Any] = value
    return contract


def compose(
    vendor: str,
    reports: Sequence[str],
    *,
    rate_card: Sequence[Mapping[str, Any]] = (),
    parties: Mapping[str, Any] | None = None,
    timezone: str = "UTC",
    dialect: Mapping[str, Any] | None = None,
    title: str | None = None,
    version: str = "1.0.0",
) -> str:
    """Write a self-contained agreement out of standard reports.

    Parameters
    ----------
    vendor
        Short name; the file is to be called ``VENDOR.odcs.yaml``.
    reports
        Names of standard reports, in the order wanted.
    rate_card
        Lines of the rate card as written in the file: amounts and days as text.
    parties
        Number, parties and term (`agreement` of the file).
    timezone
        Of all local times in the files, an IANA name.
    dialect
        How the files are written: delimiter, decimalComma, encodings and so on.
    title
        Name of the agreement for people.
    version
        Version of this agreement.

    Returns
    -------
    str
        YAML text; equal arguments give equal text. Reports that can be compared with
        one another bring their reconciliations, as warnings.

    Raises
    ------
    KeyError
        If the library lacks a report.

    Examples
    --------
    >>> text = compose("alpha", ["roster"], timezone="Europe/Moscow")
    >>> text.splitlines()[:3]
    ['apiVersion: v3.2.0', 'kind: DataContract', 'id: vendoreval-alpha']
    """
    head = {
        "apiVersion": "v3.2.0",
        "kind": "DataContract",
        "id": f"vendoreval-{vendor}",
        "name": title or f"Reports of {vendor}",
        "version": version,
        "status": "active",
        "domain": "outsourced-telesales",
    }
    own: dict[str, Any] = {"timezone": timezone}
    if dialect:
        own["dialect"] = dict(dialect)
    if rate_card:
        own["rateCard"] = [dict(item) for item in rate_card]
    if parties:
        own["agreement"] = dict(parties)
    tail = {
        "customProperties": [
            {"property": name, "vendor": OUR_VENDOR, "value": value} for name, value in own.items()
        ]
    }
    cards = tuple(RateItem.model_validate(dict(item)) for item in rate_card)
    rules = reconciliations(tuple(reports), cards)
    schema = _schema_text(tuple(reports), timezone, dump_yaml(rules))
    return dump_yaml(head, flow=False) + schema + dump_yaml(tail)


@cache
def _schema_text(reports: tuple[str, ...], timezone: str, rules: str) -> str:
    """Return the `schema` part; vendors share it, and writing it is the slow step."""
    objects = [library_report(name) for name in reports]
    offered = parse_yaml(rules, "")
    for report in objects:
        for entry in report.get("customProperties", ()):
            if entry["property"] == "period":
                entry["value"]["timezone"] = timezone
        own = offered.get(report["name"], [])
        if own:
            report["quality"] = [*report.get("quality", ()), *own]
    levels = [level for name in reports for level in library_deadlines(name)]
    return dump_yaml({"schema": objects, "slaProperties": levels})
