"""Everything that is wrong in an agreement, found in one go, before both sides sign it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
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
_ROUNDS = 5


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
    contract, value, refused = _readable(value, where)
    problems = problems or refused
    if contract is None:
        return problems
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


def _readable(
    value: dict[str, Any], where: str
) -> tuple[DataContract | None, dict[str, Any], list[Problem]]:
    """Return the contract without the entries that it cannot hold, so that the rest is looked at.

    A key that is misspelt must not hide a week without a price.
    """
    refused: list[Problem] = []
    for _ in range(_ROUNDS):
        try:
            return DataContract.model_validate(value), value, refused
        except ValidationError as error:
            refused = refused or model_problems(where, error)
            places = [entry["loc"] for entry in error.errors(include_url=False)]
            value = deepcopy(value)
            if not [place for place in places if _removed(value, place)]:
                break
    return None, value, refused


def _removed(value: Any, place: Sequence[Any]) -> bool:
    """Take out the innermost entry on the way to a place that is there; a list keeps its length."""
    way: list[tuple[dict[str, Any], str]] = []
    for part in place:
        if isinstance(value, dict) and part in value:
            way.append((value, str(part)))
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        # a branch of a choice stands in the place, and not in the file
    if not way:
        return False
    holder, key = way[-1]
    # what must be there cannot be taken out
    del holder[key]
    return True


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
