"""Agreements ready for the exports of systems that vendors already have."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

from vendoreval.agreement.adapt import set_zone
from vendoreval.agreement.assemble import set_property
from vendoreval.agreement.yaml_file import dump_yaml, read_yaml
from vendoreval.errors import AgreementError, plain_problem
from vendoreval.resources import resource_folder
from vendoreval.text import Bilingual, msg

_SUFFIX = ".odcs.yaml"


@dataclass(frozen=True)
class Preset:
    """One preset in short.

    Parameters
    ----------
    name
        As ``--preset`` takes it.
    title
        The system.
    reports
        Standard reports that its export becomes.
    purpose, limitations
        What it reads, and its traps, in English and Russian, parted by a slash.
    sources
        Title and address of the documents it was written from.
    """

    name: str
    title: str
    reports: tuple[str, ...]
    purpose: str
    limitations: str
    sources: tuple[tuple[str, str], ...]

    def describe(self, language_code: str = "en") -> str:
        """Return what it reads, in one sentence."""
        return Bilingual(self.purpose).half(language_code)

    def traps(self, language_code: str = "en") -> str:
        """Return what to look out for, and what could not be verified."""
        return Bilingual(self.limitations).half(language_code)


def presets() -> tuple[Preset, ...]:
    """Return every preset in short, sorted by name.

    Examples
    --------
    >>> [preset.reports for preset in presets() if preset.name == "vicidial"]
    [('calls', 'agent_days')]
    """
    return tuple(_preset(name) for name in preset_names())


def _preset(name: str) -> Preset:
    contract = stored_preset(name)
    description = contract["description"]
    return Preset(
        name, contract["name"], tuple(report["name"] for report in contract["schema"]),
        description["purpose"], description["limitations"],
        tuple((source["description"], source["url"])
              for source in description["authoritativeDefinitions"]),
    )  # fmt: skip


def stored_preset(name: str) -> dict[str, Any]:
    """Return a preset as the contract it is: a copy of its own, free to be changed.

    Raises
    ------
    AgreementError
        If there is no such preset.
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
    contract: dict[str, Any] = deepcopy(_read(name))
    return contract


@cache
def _read(name: str) -> dict[str, Any]:
    value: dict[str, Any] = read_yaml(resource_folder("schemas") / "presets" / f"{name}{_SUFFIX}")
    return value


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
    contract = stored_preset(name)
    contract["id"] = f"vendoreval-{vendor}"
    contract["name"] = f"{contract['name']}: {vendor}"
    set_property(contract, "timezone", timezone)
    for report in contract["schema"]:
        set_preset_zone(report, timezone)
    return dump_yaml(contract)


def set_preset_zone(report: dict[str, Any], timezone: str) -> None:
    """Let a report of a preset follow a time zone, unless its times are written in UTC."""
    if not _writes_utc(report):
        set_zone(report, timezone)


def _writes_utc(report: dict[str, Any]) -> bool:
    """Whether a column of the report accepts times that end in a literal Z."""
    return any(
        "'Z'" in pattern
        for column in report["properties"]
        for entry in column.get("customProperties", ())
        if entry["property"] == "acceptedFormats"
        for pattern in entry["value"]
    )
