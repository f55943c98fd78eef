"""The contract bank: every company ever handed over or seen, and how far it came.

Nobody is deleted from it. A company that declined, was lost or vanished from the vendor's
snapshots stays where it was last seen and in every denominator.
"""

from vendoreval.bank.bank import ContractBank, StageRow, contract_bank
from vendoreval.bank.moves import STAGE_ORDER, UNSEEN

__all__ = ["STAGE_ORDER", "UNSEEN", "ContractBank", "StageRow", "contract_bank"]
