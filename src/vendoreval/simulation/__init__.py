"""Worlds with known truth: honest vendors, planted schemes, and a complete demo workspace."""

from vendoreval.simulation.demo import write_demo
from vendoreval.simulation.fast.aggregates import simulate_aggregates
from vendoreval.simulation.plants.dose import Dose
from vendoreval.simulation.plants.registry import RECIPES, SCHEMES, ZOO
from vendoreval.simulation.simulate import simulate
from vendoreval.simulation.simulated import World
from vendoreval.simulation.truth import DemoTruth, Scheme

__all__ = [
    "RECIPES", "SCHEMES", "ZOO", "DemoTruth", "Dose", "Scheme", "World", "simulate",
    "simulate_aggregates", "write_demo",
]  # fmt: skip
