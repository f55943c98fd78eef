"""A scheme that changes the length or the bill of a call leaves its sale where it was."""

from __future__ import annotations

import pytest

from vendoreval.simulation import simulate

SMALL = {"vendors": 1, "months": 2, "seed": 5, "agents": 6, "dials_a_month": 1500}


@pytest.mark.parametrize("scheme", ["inflated_wrap", "adaptive_padding", "rounded_up"])
def test_the_client_knows_as_many_sales_as_without_it(scheme: str) -> None:
    honest, planted = simulate(**SMALL), simulate(**SMALL, schemes=[f"{scheme}::1:1"])
    known = honest.frame("client_sales").height
    assert known > 10
    assert planted.frame("client_sales").height == known
