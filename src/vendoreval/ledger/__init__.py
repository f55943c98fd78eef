"""Everything accepted: append-only, chained by hashes, readable by any engine."""

from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.posting import Receipt
from vendoreval.ledger.records import Commit, DataFile, RowTally, SumTally
from vendoreval.ledger.rows import DAY_COLUMNS, Rows

__all__ = [
    "DAY_COLUMNS",
    "Commit",
    "DataFile",
    "Ledger",
    "Receipt",
    "RowTally",
    "Rows",
    "SumTally",
]
