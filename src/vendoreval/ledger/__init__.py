"""Everything accepted: append-only, chained by hashes, readable by any engine.

The folder of a ledger::

    format.json                                      {"format": 3, ...}
    head.json                                        number and hash of the last record
    data/calls/0000000042-<sha256>-accepted-0001.parquet
    agreements/<sha256>.odcs.yaml                    the agreement a delivery was judged by
    commits/0000000042.json                          one record after the other, in a chain
    staging/                                         work in progress

A record is a delivery, an event (an answer, a signature, a sending; `events`), an erasure
of personal data, or a compaction. Files are written
once and never changed; two things take one away: an erasure, which leaves a tombstone for
every row, and a compaction, which keeps every file inside a larger one to the byte. A data
file that no record names does not exist for a reader; what a killed writer left is
removed a day later.
"""

from vendoreval.ledger.compaction import CompactionReceipt
from vendoreval.ledger.erasure import ErasureReceipt
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.posting import Receipt
from vendoreval.ledger.records import (
    Commit,
    Compaction,
    DataFile,
    Erasure,
    Event,
    RowTally,
    SumTally,
)
from vendoreval.ledger.row_history import RowHistory, Version
from vendoreval.ledger.rows import DAY_COLUMNS, Rows

__all__ = [
    "DAY_COLUMNS",
    "Commit",
    "Compaction",
    "CompactionReceipt",
    "DataFile",
    "Erasure",
    "ErasureReceipt",
    "Event",
    "Ledger",
    "Receipt",
    "RowHistory",
    "RowTally",
    "Rows",
    "SumTally",
    "Version",
]
