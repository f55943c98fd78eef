"""Everything that is wrong in an agreement, found in one go, before both sides sign it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vendoreval.agreement import extensions
from vendoreval.agreement.addresses import address_of
from vendoreval.agreement.compile import compile_reports
from vendoreval.agreement.lint_columns import column_problems
from vendoreval.agreement.lint_rates import rate_problems
from vendoreval.agreement.lint_rules import rule_problems
from vendoreval.agreement.load import extension_problems, official_problems
from vendoreval.agreement.odcs import OUR_VENDOR, DataContract
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.yaml_file import decode, parse_yaml, read_bytes
from vendoreval.errors import AgreementError, Problem
from vendoreval.text import msg

_SET_ASIDE = "set aside"


def lint(path: str | Path) -> list[Problem]:
    """Return every problem of an agreement: of the standard, of our keys, and of sense.

    A file that loads may still be a bad agreement: a week without a price, a code that
    no check knows, a header that names two columns.

    Parameters
    ----------
    path
        An ODCS file.

    Returns
    -------
    list of Problem
        Each with its address and what to do; empty when nothing was found.

    Examples
    --------
    >>> lint("agreements/alpha.odcs.yaml")  # doctest: +SKIP
    []
    """
    where = str(path)
    try:
        return lint_text(decode(read_bytes(Path(path)), where), where)
    except AgreementError as error:
        return list(error.problems)


def lint_text(text: str, where: str) -> list[Problem]:
    """Return every problem of the text of an agreement; see `lint`."""
    try:
        value = parse_yaml(text, where)
    except AgreementError as error:
        return list(error.problems)
    if not isinstance(value, dict):
        return [
            Problem(
                where, "$", msg("the file holds no keys"), msg("an ODCS data contract"),
                msg("start from a worked example, or from vendoreval demo"),
            )
        ]  # fmt: skip
    problems = official_problems(value, where)
    try:
        contract = DataContract.model_validate(value)
    except ValidationError as error:
        return problems or model_problems(where, error)
    own = extension_problems(contract, where)
    if own:
        # the rest is still looked at, as if the refused entries were not there
        contract = DataContract.model_validate(_without(value, [p.path for p in own]))
    reports, shape = compile_reports(contract, where)
    return [
        *problems, *own, *shape,
        *column_problems(contract, reports, where),
        *rule_problems(contract, reports, where),
        *rate_problems(contract, where),
        *_term_problems(contract, where),
    ]  # fmt: skip


def _without(value: Any, refused: Sequence[str], path: str = "$") -> Any:
    """Return the value with the refused custom properties handed to nobody."""
    if isinstance(value, list):
        return [_without(v, refused, f"{path}[{i}]") for i, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if value.get("vendor") == OUR_VENDOR and any(
        address == path or address.startswith(f"{path}.") for address in refused
    ):
        return {**value, "vendor": _SET_ASIDE}
    return {key: _without(entry, refused, f"{path}.{key}") for key, entry in value.items()}


def _term_problems(contract: DataContract, where: str) -> list[Problem]:
    """Check the term of the agreement."""
    parties = contract.extension("agreement", extensions.Parties, None)
    if parties is None or parties.effectiveTo is None:
        return []
    if parties.effectiveTo >= parties.effectiveFrom:
        return []
    return [
        Problem(
            where,
            address_of(contract, "agreement") + ".effectiveTo",
            msg("the agreement ends on %(last)s and begins on %(first)s",
                last=str(parties.effectiveTo), first=str(parties.effectiveFrom)),
            msg("an end on or after the beginning"),
            msg("mend one of the two days"),
        )
    ]  # fmt: skip
