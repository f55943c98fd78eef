"""Agreements ready for the exports of systems that vendors already have."""

from __future__ import annotations

from typing import Any

from vendoreval.agreement.odcs import OUR_VENDOR
from vendoreval.agreement.yaml_file import dump_yaml, read_yaml
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.resources import resource_folder
from vendoreval.text import msg

_SUFFIX = ".odcs.yaml"


def preset_names() -> tuple[str, ...]:
    """Return the names of the presets, sorted.

    Examples
    --------
    >>> "asterisk-cdr" in preset_names()
    True
    """
    folder = resource_folder("schemas") / "presets"
    return tuple(sorted(p.name.removesuffix(_SUFFIX) for p in folder.glob(f"*{_SUFFIX}")))


def preset_text(name: str, *, vendor: str, timezone: str = "UTC") -> str:
    """Write the agreement of one vendor out of a preset.

    Parameters
    ----------
    name
        One of `preset_names`.
    vendor
        Short name; the file is to be called ``VENDOR.odcs.yaml``.
    timezone
        Of the local times in the files, an IANA name. A report whose times are
        written in UTC keeps UTC.

    Returns
    -------
    str
        YAML text; equal arguments give equal text.

    Raises
    ------
    AgreementError
        If there is no such preset.

    Examples
    --------
    >>> preset_text("asterisk-cdr", vendor="alpha").splitlines()[2]
    'id: vendoreval-alpha'
    """
    if name not in preset_names():
        raise AgreementError(
            plain_problem(
                name,
                msg("no preset has this name"),
                msg("one of: %(allowed)s", allowed=", ".join(preset_names())),
                msg("take a name of the list, or begin without a preset"),
            )
        )
    contract = read_yaml(resource_folder("schemas") / "presets" / f"{name}{_SUFFIX}")
    contract["id"] = f"vendoreval-{vendor}"
    contract["name"] = f"{contract['name']}: {vendor}"
    _set(contract, "timezone", timezone)
    for report in contract["schema"]:
        for entry in report.get("customProperties", ()):
            if entry["property"] == "period" and not _writes_utc(report):
                entry["value"]["timezone"] = timezone
    return dump_yaml(contract)


def _set(contract: dict[str, Any], name: str, value: Any) -> None:
    for entry in contract["customProperties"]:
        if entry["property"] == name and entry["vendor"] == OUR_VENDOR:
            entry["value"] = value


def _writes_utc(report: dict[str, Any]) -> bool:
    """Whether a column of the report accepts times that end in a literal Z."""
    return any(
        "'Z'" in pattern
        for column in report["properties"]
        for entry in column.get("customProperties", ())
        if entry["property"] == "acceptedFormats"
        for pattern in entry["value"]
    )
