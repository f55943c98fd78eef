"""An agreement as text again: nothing lost, and on request in the newest form of the standard."""

from __future__ import annotations

from typing import Any

from vendoreval.agreement.agreement import Agreement
from vendoreval.agreement.odcs import DataContract
from vendoreval.agreement.sql_rules import with_queries
from vendoreval.agreement.upgrade import upgraded
from vendoreval.agreement.yaml_file import decode, dump_yaml, parse_yaml


def dump_agreement(source: DataContract | Agreement, *, upgrade: bool = False) -> str:
    """Write an agreement as YAML text.

    Every key and value of the file comes back; comments and blank lines do not. A row
    rule or reconciliation without its SQL form gets it here.

    Parameters
    ----------
    source
        An agreement, or the contract inside one.
    upgrade
        Write ODCS v3.2 in place of the version that was read.

    Returns
    -------
    str
        YAML text; equal agreements give equal text.

    Examples
    --------
    >>> from vendoreval.agreement.library import compose
    >>> from vendoreval.agreement.load import agreement_from_bytes
    >>> text = compose("alpha", ["do_not_call"])
    >>> agreement = agreement_from_bytes(text.encode(), "alpha", "alpha.odcs.yaml")
    >>> again = agreement_from_bytes(dump_agreement(agreement).encode(), "alpha", "again")
    >>> again.reports == agreement.reports
    True
    """
    if isinstance(source, Agreement) and source.content:
        # the file keeps the order of keys in which the parties read it
        value = parse_yaml(decode(source.content, source.source), source.source)
    else:
        value = contract_value(source.contract if isinstance(source, Agreement) else source)
    value = with_queries(value)
    return dump_yaml(upgraded(value) if upgrade else value)


def contract_value(contract: DataContract) -> dict[str, Any]:
    """Return the keys and values of a contract as they stood in its file."""
    value: dict[str, Any] = _plain(contract.model_dump(by_alias=True, exclude_unset=True))
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
