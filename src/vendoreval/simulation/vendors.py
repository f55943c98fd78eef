"""The five invented vendors: size, rate card, how they write files, what they do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CURRENCY = "RUB"
VAT_RATE = Decimal("0.22")
CAMPAIGNS = ("smb-2026", "retail-2026")


@dataclass(frozen=True)
class Vendor:
    """One vendor of the demo.

    Parameters
    ----------
    agents
        Size of the team in the full world.
    price, increments
        Net price of a minute of talk; first and next step of rounding in seconds.
    cap
        Dials after which a company that never answered is closed.
    skill
        How well it sells against the others.
    share
        How many companies it is given against the others.
    locale, delimiter, timestamps, hours, encoding
        How it writes its files; `hours` writes durations as hh:mm:ss.
    """

    name: str
    title: str
    agents: int
    price: Decimal
    increments: tuple[int, int]
    cap: int
    skill: float
    share: float = 1.0
    locale: str = "en"
    delimiter: str = ","
    timestamps: str = "%Y-%m-%d %H:%M:%S"
    dates: str = "%Y-%m-%d"
    hours: bool = False
    encoding: str = "utf-8"

    @property
    def rate_card(self) -> list[dict[str, object]]:
        """The card as the agreement writes it."""
        first, following = self.increments
        return [
            {
                "unit": "talk_minute",
                "price": str(self.price),
                "currency": CURRENCY,
                "vat_mode": "net",
                "vat_rate": str(VAT_RATE),
                "valid_from": "2026-01-01",
                "clock_starts": "answer",
                "clock_ends": "hangup",
                "hold_billable": True,
                "first_increment_seconds": first,
                "next_increment_seconds": following,
                "rounding": "up",
                "round_scope": "call",
                "invoice_tolerance": {"relative": "0.002", "absolute": "1.00"},
            }
        ]


_RUSSIAN = {
    "locale": "ru",
    "delimiter": ";",
    "timestamps": "%d.%m.%Y %H:%M:%S",
    "dates": "%d.%m.%Y",
}
VENDORS: tuple[Vendor, ...] = (
    Vendor("akvilon", "Akvilon Contact", 14, Decimal("38.00"), (60, 60), 5, 1.0,
           **_RUSSIAN, encoding="cp1251"),  # type: ignore[arg-type]
    Vendor("beryoza", "Beryoza Call", 12, Decimal("43.50"), (1, 1), 5, 1.02, locale="en-names"),
    Vendor("delta", "Delta Sales", 11, Decimal("41.00"), (6, 6), 4, 1.05, 1.3,
           locale="en-names"),
    Vendor("granat", "Granat Line", 16, Decimal("39.50"), (60, 60), 5, 1.15,
           **_RUSSIAN, hours=True),  # type: ignore[arg-type]
    Vendor("vektor", "Vektor Voice", 13, Decimal("44.00"), (1, 1), 6, 1.1),
)  # fmt: skip
