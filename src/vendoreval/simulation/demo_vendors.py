"""The five invented vendors of the demo: size, card, how they write files, what they do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vendoreval.simulation.files import Style
from vendoreval.simulation.plants.dose import Dose
from vendoreval.simulation.world.conduct import Conduct

_SMALL_AGENTS = 8


@dataclass(frozen=True)
class DemoVendor:
    """One vendor of the demo.

    Parameters
    ----------
    agents
        Size of the team in the full world.
    price, increments
        Net price of a minute of talk; first and next step of rounding in seconds.
    attempts
        Dials after which a company that never answered is closed.
    skill
        How well it sells against the others.
    share
        How many companies it is given against the others.
    style
        How it writes its files.
    doses
        What is planted.
    """

    name: str
    title: str
    agents: int
    price: str
    increments: tuple[int, int]
    attempts: int
    skill: float
    share: float
    style: Style
    doses: tuple[Dose, ...] = ()

    def conduct(self, dials_a_month: int, *, small: bool) -> Conduct:
        """Return how the vendor works in the small or the full world."""
        return Conduct(
            name=self.name,
            title=self.title,
            agents=_SMALL_AGENTS if small else self.agents,
            dials_a_month=round(dials_a_month * self.share),
            price=Decimal(self.price),
            increments=self.increments,
            attempts=self.attempts,
            skill=self.skill,
            answer_share=0.28,
            right_party_share=0.83,
            sale_share=0.046,
            # somebody far off the rest would be a story of his own, and none is planted
            skill_limit=1.75,
            style_spread=0.15,
            churn=0.15,
            tenure_days=(40, 900),
            month_spread=0.0,
            talk_month_spread=0.0,
            wrap_seconds=38.0,
            # what the demo's reports promise holds to the second
            export_noise=0.0,
            switchboard_share=0.0,
        )


def _from_july(vendor: str, name: str, strength: float, share: float = 1.0) -> Dose:
    """Return a planting that begins with the third of the six months."""
    return Dose(name, strength, share, 3, vendor)


_ENGLISH = Style(locale="en-names")
_RUSSIAN = Style("ru", ";", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y")
_RUSSIAN_CLOCK = Style("ru", ";", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", hours=True)
_CYRILLIC = Style("ru", ";", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", encoding="cp1251")
VENDORS: tuple[DemoVendor, ...] = (
    DemoVendor(
        "akvilon", "Akvilon Contact", 14, "38.00", (60, 60), 5, 1.0, 1.0, _CYRILLIC,
        (Dose("invoice_above_log", 0.06, 1.0, 4, "akvilon"),),
    ),
    DemoVendor(
        "beryoza", "Beryoza Call", 12, "43.50", (1, 1), 5, 1.02, 1.0, _ENGLISH,
        (_from_july("beryoza", "bank_deletions", 0.35), Dose("bad_rows", vendor="beryoza")),
    ),
    DemoVendor(
        "delta", "Delta Sales", 11, "41.00", (6, 6), 4, 1.05, 1.3, _ENGLISH,
        (
            _from_july("delta", "closed_after_first_touch", 0.5),
            _from_july("delta", "unknown_sales", 0.12),
            Dose("bad_rows", vendor="delta"),
        ),
    ),
    DemoVendor(
        "granat", "Granat Line", 16, "39.50", (60, 60), 5, 0.8, 1.0, _RUSSIAN_CLOCK,
        (
            _from_july("granat", "stretched_talk", 1.0),
            _from_july("granat", "two_calls_at_once", 0.25, 0.2),
            Dose("closer_without_sales", share=0.06, vendor="granat"),
        ),
    ),
    DemoVendor(
        "vektor", "Vektor Voice", 13, "44.00", (1, 1), 6, 1.1, 1.0, Style(),
        (Dose("qualifier", share=0.08, vendor="vektor"),),
    ),
)  # fmt: skip
