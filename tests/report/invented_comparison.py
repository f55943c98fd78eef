"""What the comparison pages of the invented audit draw."""

from __future__ import annotations

from vendoreval.auditing.comparison import (
    BankFunnel,
    CancelCurve,
    Comparison,
    HourGrid,
    MinuteSteps,
)

_QUIET = (0,) * 24
_BUSY = tuple(40 if 9 <= hour < 18 else 0 for hour in range(24))


def comparison(vendors: tuple[str, ...]) -> Comparison:
    """Return plain figures for some vendors; the first bills nothing by the minute."""
    return Comparison(
        minutes=tuple(
            MinuteSteps(vendor, 1000.0 * place or None, 800.0, 500.0, 100.0)
            for place, vendor in enumerate(vendors)
        ),
        banks=tuple(
            BankFunnel(vendor, 1000, (("contacted", 200), ("won", 50), ("lost", 600)))
            for vendor in vendors
        ),
        hours=tuple(HourGrid(vendor, ((_BUSY,) * 5 + (_QUIET,) * 2)) for vendor in vendors),
        cancellations=tuple(
            CancelCurve(vendor, 200, 12, ((0, 0.0), (14, 0.04), (30, 0.06), (90, 0.06)), 30)
            for vendor in vendors
        ),
    )
