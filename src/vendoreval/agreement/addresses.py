"""Where our own properties stand in an agreement."""

from __future__ import annotations

from vendoreval.agreement.odcs import OUR_VENDOR, DataContract


def address_of(contract: DataContract, name: str) -> str:
    """Return the address of the value of one of our properties of the contract.

    Examples
    --------
    >>> contract = DataContract.model_validate({
    ...     "apiVersion": "v3.2.0", "kind": "DataContract", "id": "x", "version": "1",
    ...     "customProperties": [{"property": "rateCard", "vendor": "vendoreval", "value": []}]})
    >>> address_of(contract, "rateCard")
    '$.customProperties[0].value'
    """
    for index, entry in enumerate(contract.custom_properties or ()):
        if entry.property == name and entry.vendor == OUR_VENDOR:
            return f"$.customProperties[{index}].value"
    return "$"
