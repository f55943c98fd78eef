"""Small tables of counts, computed once for each vendor and month and stored with the ledger.

Everything statistical reads these and not the calls: a hundred million calls become some
hundred thousand rows, and months add up.
"""

from vendoreval.aggregates.base import Aggregate, Window, total
from vendoreval.aggregates.catalogue import AGGREGATES
from vendoreval.aggregates.loading import compute, load

__all__ = ["AGGREGATES", "Aggregate", "Window", "compute", "load", "total"]
