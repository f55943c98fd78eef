"""The library of standard reports, and agreements composed from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

from vendoreval.agreement.assemble import assemble, property_of
from vendoreval.agreement.yaml_file import read_yaml
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
    objects = [library_report(name) for name in reports]
    for report in objects:
        period = property_of(report, "period")
        if period is not None:
            period["timezone"] = timezone
    return assemble(
        vendor, objects, [level for name in reports for level in library_deadlines(name)],
        rate_card=rate_card, parties=parties, timezone=timezone, dialect=dialect, title=title,
        version=version,
    )  # fmt: skip
