"""What the client writes, and what is answered: disputes, mail, the page of a week."""

from vendoreval.correspondence.answers import read_answers, record_answer
from vendoreval.correspondence.digest import digest_of
from vendoreval.correspondence.dispute import Dispute, DisputeItem, dispute_of
from vendoreval.correspondence.pack import Pack, write_pack
from vendoreval.correspondence.sending import Sent, send_audit
from vendoreval.correspondence.smtp import MailError

__all__ = [
    "Dispute",
    "DisputeItem",
    "MailError",
    "Pack",
    "Sent",
    "digest_of",
    "dispute_of",
    "read_answers",
    "record_answer",
    "send_audit",
    "write_pack",
]
