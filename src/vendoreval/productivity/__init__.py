"""What a vendor did: one period against another, by agent, day, campaign or hour."""

from vendoreval.productivity.judgement import Cell
from vendoreval.productivity.productivity import LIMIT_SECONDS, MEASURES, productivity, read_until
from vendoreval.productivity.result import Productivity
from vendoreval.productivity.table import Row

__all__ = [
    "LIMIT_SECONDS",
    "MEASURES",
    "Cell",
    "Productivity",
    "Row",
    "productivity",
    "read_until",
]
