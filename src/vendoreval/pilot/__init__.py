"""A vendor on trial: how many leads, who gets which, and whether it sells."""

from vendoreval.pilot.plan import DESIGNS, PilotPlan, PilotTerms, pilot_plan
from vendoreval.pilot.split import HOLDOUT, PilotSplit, check_key, pilot_split
from vendoreval.pilot.verdict import PilotVerdict, pilot_verdict

__all__ = [
    "DESIGNS",
    "HOLDOUT",
    "PilotPlan",
    "PilotSplit",
    "PilotTerms",
    "PilotVerdict",
    "check_key",
    "pilot_plan",
    "pilot_split",
    "pilot_verdict",
]
