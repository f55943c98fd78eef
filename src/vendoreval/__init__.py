"""vendoreval: are outsourced telesales vendors selling, or billing minutes?

    import vendoreval as ve

    agreement = ve.load_agreement("agreements/alpha.odcs.yaml")
    delivery = ve.read_delivery("inbox/alpha/calls_2026-10.csv", agreement)
    report = ve.validate(delivery)

    ledger = ve.Ledger.open("ledger")
    ledger.post(report)

    audit = ve.audit(ledger, period="2026-10", compare_with="2026-07")
    audit.to_pdf("audit.pdf", language="ru")

Names are imported when they are first used, so that ``import vendoreval`` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vendoreval.agreement import Agreement, load_agreement
    from vendoreval.agreement.diff import diff as diff_agreements
    from vendoreval.agreement.dump import dump_agreement
    from vendoreval.agreement.lint import lint as lint_agreement
    from vendoreval.agreement.new import new_agreement
    from vendoreval.agreement.presets import presets as agreement_presets
    from vendoreval.agreement.template import template as write_template
    from vendoreval.auditing.listening import evaluate_heard, listening_sample
    from vendoreval.bank import ContractBank, contract_bank
    from vendoreval.daily import Productivity, productivity
    from vendoreval.dashboards import dashboard
    from vendoreval.drafting import DraftAgreement, import_agreement
    from vendoreval.engine import connect
    from vendoreval.errors import AgreementError, DeliveryError, LedgerError, VendorevalError
    from vendoreval.explaining import explain
    from vendoreval.exports import export_ledger
    from vendoreval.intake import Delivery, ValidationReport, read_delivery, validate
    from vendoreval.invoicing import expected_invoice
    from vendoreval.ledger import Ledger
    from vendoreval.listening import draw_calls, reviews
    from vendoreval.period import Period
    from vendoreval.rating.card import RateCard
    from vendoreval.rating.explain import infer_rules
    from vendoreval.rating.rate import rate
    from vendoreval.report import AuditReport as Audit
    from vendoreval.report.annex_files import agreement_annex
    from vendoreval.selftest import selftest
    from vendoreval.settings import Settings, load_settings
    from vendoreval.simulation import World, simulate, write_demo
    from vendoreval.vendor_start import onboarding
    from vendoreval.workspace import Workspace, audit

__version__ = "0.1.0"

# public name -> module and name there
_PLACES = {
    "Agreement": ("vendoreval.agreement", "Agreement"),
    "AgreementError": ("vendoreval.errors", "AgreementError"),
    "Audit": ("vendoreval.report", "AuditReport"),
    "ContractBank": ("vendoreval.bank", "ContractBank"),
    "Delivery": ("vendoreval.intake", "Delivery"),
    "DeliveryError": ("vendoreval.errors", "DeliveryError"),
    "DraftAgreement": ("vendoreval.drafting", "DraftAgreement"),
    "Ledger": ("vendoreval.ledger", "Ledger"),
    "LedgerError": ("vendoreval.errors", "LedgerError"),
    "Period": ("vendoreval.period", "Period"),
    "Productivity": ("vendoreval.daily", "Productivity"),
    "RateCard": ("vendoreval.rating.card", "RateCard"),
    "Settings": ("vendoreval.settings", "Settings"),
    "ValidationReport": ("vendoreval.intake", "ValidationReport"),
    "VendorevalError": ("vendoreval.errors", "VendorevalError"),
    "Workspace": ("vendoreval.workspace", "Workspace"),
    "World": ("vendoreval.simulation", "World"),
    "agreement_annex": ("vendoreval.report.annex_files", "agreement_annex"),
    "agreement_presets": ("vendoreval.agreement.presets", "presets"),
    "audit": ("vendoreval.workspace", "audit"),
    "connect": ("vendoreval.engine", "connect"),
    "contract_bank": ("vendoreval.bank", "contract_bank"),
    "dashboard": ("vendoreval.dashboards", "dashboard"),
    "diff_agreements": ("vendoreval.agreement.diff", "diff"),
    "draw_calls": ("vendoreval.listening", "draw_calls"),
    "dump_agreement": ("vendoreval.agreement.dump", "dump_agreement"),
    "evaluate_heard": ("vendoreval.auditing.listening", "evaluate_heard"),
    "expected_invoice": ("vendoreval.invoicing", "expected_invoice"),
    "explain": ("vendoreval.explaining", "explain"),
    "export_ledger": ("vendoreval.exports", "export_ledger"),
    "import_agreement": ("vendoreval.drafting", "import_agreement"),
    "infer_rules": ("vendoreval.rating.explain", "infer_rules"),
    "lint_agreement": ("vendoreval.agreement.lint", "lint"),
    "listening_sample": ("vendoreval.auditing.listening", "listening_sample"),
    "load_agreement": ("vendoreval.agreement", "load_agreement"),
    "load_settings": ("vendoreval.settings", "load_settings"),
    "new_agreement": ("vendoreval.agreement.new", "new_agreement"),
    "onboarding": ("vendoreval.vendor_start", "onboarding"),
    "productivity": ("vendoreval.daily", "productivity"),
    "rate": ("vendoreval.rating.rate", "rate"),
    "read_delivery": ("vendoreval.intake", "read_delivery"),
    "reviews": ("vendoreval.listening", "reviews"),
    "selftest": ("vendoreval.selftest", "selftest"),
    "simulate": ("vendoreval.simulation", "simulate"),
    "validate": ("vendoreval.intake", "validate"),
    "write_demo": ("vendoreval.simulation", "write_demo"),
    "write_template": ("vendoreval.agreement.template", "template"),
}

__all__ = [
    "Agreement",
    "AgreementError",
    "Audit",
    "ContractBank",
    "Delivery",
    "DeliveryError",
    "DraftAgreement",
    "Ledger",
    "LedgerError",
    "Period",
    "Productivity",
    "RateCard",
    "Settings",
    "ValidationReport",
    "VendorevalError",
    "Workspace",
    "World",
    "__version__",
    "agreement_annex",
    "agreement_presets",
    "audit",
    "connect",
    "contract_bank",
    "dashboard",
    "diff_agreements",
    "draw_calls",
    "dump_agreement",
    "evaluate_heard",
    "expected_invoice",
    "explain",
    "export_ledger",
    "import_agreement",
    "infer_rules",
    "lint_agreement",
    "listening_sample",
    "load_agreement",
    "load_settings",
    "new_agreement",
    "onboarding",
    "productivity",
    "rate",
    "read_delivery",
    "reviews",
    "selftest",
    "simulate",
    "validate",
    "write_demo",
    "write_template",
]


def __getattr__(name: str) -> Any:
    try:
        module, attribute = _PLACES[name]
    except KeyError:
        raise AttributeError(f"module 'vendoreval' has no attribute {name!r}") from None
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
