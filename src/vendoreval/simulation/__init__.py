"""Worlds with known truth: a complete workspace of five invented vendors."""

from vendoreval.simulation.demo import write_demo
from vendoreval.simulation.truth import DemoTruth, Scheme

__all__ = ["DemoTruth", "Scheme", "write_demo"]
