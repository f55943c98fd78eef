"""The reporting agreement as the document both sides sign: what it says, before it is drawn."""

from vendoreval.annex.build import annex_of
from vendoreval.annex.document import Annex

__all__ = ["Annex", "annex_of"]
