"""Simulated talk and intervals lie among those of two real data sets."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.material


@pytest.fixture(scope="module")
def shapes(root: Path, material: Path) -> ModuleType:
    """The script that prints the comparison."""
    assert material.is_dir()
    sys.path.insert(0, str(root / "benchmarks"))
    try:
        import simulation_shapes  # noqa: PLC0415  it is a script beside the tests
    finally:
        sys.path.pop(0)
    return simulation_shapes


def test_talk_spreads_as_real_talk_does(shapes: ModuleType, material: Path) -> None:
    folder = material / "data"
    ours = shapes.talk_shape(shapes.simulated(1)[0])
    real = [shapes.talk_shape(shapes.school(folder)[0]), shapes.talk_shape(shapes.bank(folder))]
    for figure in ("log-sd", "q0.05/median", "q0.75/median", "q0.95/median", "q0.99/median"):
        low, high = sorted(shape[figure] for shape in real)
        assert 0.8 * low < ours[figure] < 1.25 * high, figure
    # near log-normal: real talk leans to either side, more than ours
    assert abs(ours["log-skew"]) < max(abs(shape["log-skew"]) for shape in real)


def test_intervals_have_the_breaks_and_the_spread_of_real_days(
    shapes: ModuleType, material: Path
) -> None:
    ours = shapes.interval_shape(shapes.simulated(1)[1])
    real = shapes.interval_shape(shapes.school(material / "data")[1])
    assert ours["breaks"] == pytest.approx(real["breaks"], rel=0.5)
    assert ours["CV with breaks"] == pytest.approx(real["CV with breaks"], rel=0.5)
    # far from a machine's beat, whose variation is below a tenth
    assert ours["CV"] > 0.5 and real["CV"] > 0.5
