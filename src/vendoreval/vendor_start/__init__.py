"""Starting with a vendor, from a workspace: its checklist, forms, status page and kit."""

from vendoreval.vendor_start.filled import FormReading, read_filled_form
from vendoreval.vendor_start.kit import vendor_kit
from vendoreval.vendor_start.opening import Start, onboarding
from vendoreval.vendor_start.outputs import write_onboarding
from vendoreval.vendor_start.status import UnderWay, under_way

__all__ = [
    "FormReading",
    "Start",
    "UnderWay",
    "onboarding",
    "read_filled_form",
    "under_way",
    "vendor_kit",
    "write_onboarding",
]
