"""Everything accepted: append-only, chained by hashes, readable by any engine.

The folder of a ledger::

    format.json                                      {"format": 1, ...}
    data/calls/0000000042-<sha256>-accepted-0001.parquet
    agreements/<sha256>.odcs.yaml                    the agreement a delivery was judged by
    commits/0000000042.json                          one record per delivery, in a chain
    staging/                                         work in progress

Files are written once and never changed. A data file that no record names does
not exist for a reader; what a killed writer left is removed a day later.
"""

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
