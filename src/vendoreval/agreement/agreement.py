"""The agreement as the rest of the product sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from vendoreval.agreement.extensions import Disclosure, Parties, RateItem, SpokenLanguage
from vendoreval.agreement.odcs import CLIENT, DataContract
from vendoreval.agreement.reports import ReportSchema

__all__ = ["CLIENT", "Agreement"]


@dataclass(frozen=True, repr=False)
class Agreement:
    """One reporting agreement of one vendor, or of the client's own files.

    Parameters
    ----------
    vendor
        Short name: the folder of its inbox and its name in every output.
    contract
        The ODCS file as strict models.
    reports
        Report name -> what it must hold.
    rate_card
        What may be billed; empty when the agreement has none.
    sha256, content
        Hash and bytes of the file; the ledger keeps them beside what was accepted.
    """

    vendor: str
    contract: DataContract
    reports: Mapping[str, ReportSchema]
    rate_card: tuple[RateItem, ...] = ()
    parties: Parties | None = None
    disclosures: tuple[Disclosure, ...] = ()
    sha256: str = ""
    content: bytes = field(default=b"", repr=False)
    source: str = ""

    @property
    def title(self) -> str:
        """Name of the vendor for people: the last of the parties, else the short name."""
        if self.parties is not None and len(self.parties.parties) > 1:
            return self.parties.parties[-1]
        return self.vendor

    @property
    def version(self) -> str:
        """Version of the agreement."""
        return self.contract.version

    @property
    def language(self) -> str | None:
        """Language in which the vendor is written to, when the agreement names one."""
        spoken = self.contract.extension("language", SpokenLanguage)
        return str(spoken) if spoken is not None else None

    def rates(self, unit: str, day: date) -> tuple[RateItem, ...]:
        """Return the lines of the rate card for a unit that are in force on a day."""
        return tuple(i for i in self.rate_card if i.unit == unit and i.in_force(day))

    def __repr__(self) -> str:
        count = len(self.reports)
        return (
            f"Agreement({self.vendor}, version {self.version}, {count} report{'s' * (count != 1)})"
        )
