"""Read an agreement: official schema, strict models, then the reports it promises."""

from __future__ import annotations

import hashlib
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft201909Validator
from pydantic import TypeAdapter, ValidationError

from vendoreval.agreement import extensions
from vendoreval.agreement.addresses import address_of
from vendoreval.agreement.agreement import Agreement
from vendoreval.agreement.card_problems import card_problems
from vendoreval.agreement.compile import compile_reports
from vendoreval.agreement.odcs import OUR_VENDOR, DataContract, Extended
from vendoreval.agreement.problems import model_problems, schema_problems
from vendoreval.agreement.upgrade import newest_rules
from vendoreval.agreement.yaml_file import decode, parse_yaml, read_bytes
from vendoreval.errors import AgreementError, Problem
from vendoreval.resources import resource_folder
from vendoreval.text import msg


@cache
def _official() -> Draft201909Validator:
    path = resource_folder("schemas") / "odcs" / "odcs-json-schema-v3.2.0.json"
    return Draft201909Validator(json.loads(path.read_text(encoding="utf-8")))


def load_agreement(path: str | Path) -> Agreement:
    """Read one reporting agreement.

    Parameters
    ----------
    path
        An ODCS v3.0, v3.1 or v3.2 file. Its name up to the first dot is the vendor's
        short name: ``agreements/alpha.odcs.yaml`` is the agreement of `alpha`.

    Returns
    -------
    Agreement

    Raises
    ------
    AgreementError
        With every problem of the file at once.

    Examples
    --------
    >>> load_agreement("agreements/alpha.odcs.yaml")  # doctest: +SKIP
    Agreement(alpha, version 1.0.0, 5 reports)
    """
    path = Path(path)
    content = read_bytes(path)
    agreement = agreement_from_bytes(content, path.name.partition(".")[0], str(path))
    # what the ledger keeps stays readable, whatever its card says: only a file is refused
    address = address_of(agreement.contract, "rateCard")
    problems = card_problems(agreement.rate_card, address, str(path), set(agreement.reports))
    if problems:
        raise AgreementError(problems)
    return agreement


def agreement_from_bytes(content: bytes, vendor: str, where: str) -> Agreement:
    """Read an agreement from the bytes of its file, as the ledger keeps them.

    Raises
    ------
    AgreementError
        With every problem at once.
    """
    return _agreement(content, where, vendor)


def read_contract(value: Any, where: str) -> DataContract:
    """Return the strict models of a parsed ODCS file.

    Raises
    ------
    AgreementError
        With every problem at once.
    """
    if not isinstance(value, dict):
        raise AgreementError(
            Problem(
                where,
                "$",
                msg("the file holds no keys"),
                msg("an ODCS data contract"),
                msg("start from a worked example, or from vendoreval demo"),
            )
        )
    problems = official_problems(value, where)
    if problems:
        raise AgreementError(problems)
    try:
        contract = DataContract.model_validate(value)
    except ValidationError as error:
        raise AgreementError(model_problems(where, error)) from None
    problems = extension_problems(contract, where)
    if problems:
        raise AgreementError(problems)
    return contract


def official_problems(value: dict[str, Any], where: str) -> list[Problem]:
    """Return what the official schema of the standard has against a file."""
    # v3.0 named the rules of its library otherwise; the newest schema knows the new names
    older = str(value.get("apiVersion", "")).startswith("v3.0")
    asked = newest_rules(value) if older else value
    return schema_problems(where, list(_official().iter_errors(asked)))


@lru_cache(maxsize=256)
def _agreement(content: bytes, where: str, vendor: str) -> Agreement:
    """Read it once: the same bytes give the same frozen agreement."""
    contract = read_contract(parse_yaml(decode(content, where), where), where)
    reports, problems = compile_reports(contract, where)
    if problems:
        raise AgreementError(problems)
    return Agreement(
        vendor=vendor,
        contract=contract,
        reports={report.name: report for report in reports},
        rate_card=contract.extension("rateCard", tuple[extensions.RateItem, ...], ()),
        parties=contract.extension("agreement", extensions.Parties, None),
        disclosures=contract.extension("disclosures", tuple[extensions.Disclosure, ...], ()),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        source=where,
    )


def extension_problems(contract: DataContract, where: str) -> list[Problem]:
    """Check the name and the shape of every custom property of ours."""
    problems: list[Problem] = []

    def look(part: Extended, known: dict[str, Any], path: str) -> None:
        for index, entry in enumerate(part.custom_properties or ()):
            if entry.vendor != OUR_VENDOR:
                continue
            here = f"{path}.customProperties[{index}]"
            if entry.property not in known:
                problems.append(
                    Problem(
                        where,
                        here,
                        msg("unknown property %(name)s of vendoreval", name=entry.property),
                        msg("one of: %(allowed)s", allowed=", ".join(sorted(known))),
                        msg("check the spelling and the place"),
                    )
                )
                continue
            try:
                TypeAdapter(known[entry.property]).validate_python(entry.value)
            except ValidationError as error:
                problems.extend(model_problems(where, error, f"{here}.value"))

    look(contract, extensions.CONTRACT_EXTENSIONS, "$")
    for number, server in enumerate(contract.servers or ()):
        look(server, extensions.SERVER_EXTENSIONS, f"$.servers[{number}]")
    for number, report in enumerate(contract.schema_objects or ()):
        path = f"$.schema[{number}]"
        look(report, extensions.SCHEMA_EXTENSIONS, path)
        for index, rule in enumerate(report.quality or ()):
            look(rule, extensions.QUALITY_EXTENSIONS, f"{path}.quality[{index}]")
        for index, column in enumerate(report.properties or ()):
            here = f"{path}.properties[{index}]"
            look(column, extensions.PROPERTY_EXTENSIONS, here)
            for place, code in enumerate(column.enum or ()):
                look(code, extensions.ENUM_EXTENSIONS, f"{here}.enum[{place}]")
    return problems
