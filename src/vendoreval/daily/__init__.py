"""What a vendor did: one period against another, by agent, day, campaign or hour."""

from vendoreval.daily.judgement import Cell
from vendoreval.daily.productivity import LIMIT_SECONDS, MEASURES, productivity, read_until
from vendoreval.daily.result import Productivity
from vendoreval.daily.table import Row

__all__ = [
    "LIMIT_SECONDS",
    "MEASURES",
    "Cell",
    "Productivity",
    "Row",
    "productivity",
    "read_until",
]
