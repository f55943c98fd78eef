"""Agreements drafted from what a vendor already sends."""

from vendoreval.drafting.draft import DraftAgreement, import_agreement

__all__ = ["DraftAgreement", "import_agreement"]
