"""What is assumed of a vendor: size, card, people, lists, telephony.

The defaults follow published figures where there are any: 5 to 20 % of dials answered
live, with peaks at ten to eleven and at sixteen to seventeen o'clock; log-normal talk by
outcome (Brown et al. 2005); 18 to 40 seconds of ringing; agents of different skill and
length of talk, who learn and leave (Gans et al. 2010; Ibrahim, L'Ecuyer, Shen and
Thiongane); 40 % turnover a year; 14 days to cancel. The rest are assumptions, named here
so that they can be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

CURRENCY = "RUB"
VAT_RATE = Decimal("0.22")
CAMPAIGNS = ("smb-2026", "retail-2026")
SEGMENTS = ("services", "retail")


@dataclass(frozen=True)
class Conduct:
    """How one vendor works.

    Parameters
    ----------
    agents, dials_a_month
        Seats, and about how many dials they make in an ordinary month.
    price, increments
        Net price of a minute of talk; first and next step of rounding in seconds.
    minimum_fee
        What a month costs at least, net.
    attempts
        Dials after which a lead that never answered is closed.
    ring_seconds
        When the trunk gives up ringing.
    skill, trunk
        Factor on the chance of a sale; shift of the log-odds of an answer.
    answer_share, right_party_share, sale_share
        Dials of fresh leads that are answered, answers by the person wanted, and those
        of them that sell.
    list_quality, list_spread
        Logarithm of the factor of the lists on sales; log-sd between months.
    good_list_share
        Leads from the better of the two sources.
    skill_spread, style_spread, week_spread
        Log-sd of sales between agents, of talk between agents, and of an agent's talk
        between weeks; `skill_limit` cuts skill at so many sd.
    month_spread, talk_month_spread
        Log-sd of the vendor's sales and talk between months.
    churn
        Share of agents who leave within a year.
    learning_loss, learning_days
        A new agent sells 1 - loss exp(-days/learning_days) of what comes later.
    tenure_days
        Least and most days the first agents have been there.
    qualifiers, silent
        Seats of qualifiers, who hand interest over by design, and of closers who never sell.
    star
        Factor on the skill of one seat, whose holder leaves in the middle; 1 is nobody.
    dialer
        `manual`: waits are human; `predictive`: a machine paces them.
    inbound
        Leads call; the vendor answers.
    wrap_seconds, idle_seconds
        Medians.
    export_noise
        Share of rows of a derived report that differ from the log by one.
    dead_share, switchboard_share
        Numbers that never answer; leads behind a shared number.
    minimum_talk_seconds
        A script that keeps every conversation with the person wanted at least so long.
    rest_days
        Number of days on which nobody works, by number of the month; a strike, a holiday.
    sale_factor, talk_factor
        Factor on sales and on talk from a month on, by its number; a price rise, a script.
    unit
        What the card bills.
    """

    name: str
    title: str
    agents: int = 12
    dials_a_month: int = 6000
    price: Decimal = Decimal("40.00")
    increments: tuple[int, int] = (1, 1)
    minimum_fee: Decimal = Decimal(0)
    attempts: int = 6
    ring_seconds: int = 30
    skill: float = 1.0
    trunk: float = 0.0
    answer_share: float = 0.15
    right_party_share: float = 0.55
    sale_share: float = 0.06
    list_quality: float = 0.0
    list_spread: float = 0.06
    good_list_share: float = 0.5
    skill_spread: float = 0.35
    skill_limit: float = 4.0
    style_spread: float = 0.2
    week_spread: float = 0.05
    month_spread: float = 0.07
    talk_month_spread: float = 0.03
    churn: float = 0.4
    learning_loss: float = 0.4
    learning_days: float = 45.0
    tenure_days: tuple[int, int] = (10, 900)
    qualifiers: int = 0
    silent: int = 0
    star: float = 1.0
    dialer: Literal["manual", "predictive"] = "manual"
    inbound: bool = False
    wrap_seconds: float = 20.0
    idle_seconds: float = 12.0
    export_noise: float = 0.002
    dead_share: float = 0.08
    switchboard_share: float = 0.02
    minimum_talk_seconds: int = 0
    rest_days: Mapping[int, int] = field(default_factory=dict)
    sale_factor: Mapping[int, float] = field(default_factory=dict)
    talk_factor: Mapping[int, float] = field(default_factory=dict)
    unit: Literal["talk_minute", "sale"] = "talk_minute"

    @property
    def rate_card(self) -> list[dict[str, object]]:
        """The card as the agreement writes it."""
        first, following = self.increments
        line: dict[str, object] = {
            "unit": self.unit,
            "price": str(self.price),
            "currency": CURRENCY,
            "vat_mode": "net",
            "vat_rate": str(VAT_RATE),
            "valid_from": "2020-01-01",
        }
        if self.unit == "talk_minute":
            line |= {
                "clock_starts": "answer",
                "clock_ends": "hangup",
                "hold_billable": True,
                "first_increment_seconds": first,
                "next_increment_seconds": following,
                "rounding": "up",
                "round_scope": "call",
            }
        line["invoice_tolerance"] = {"relative": "0.002", "absolute": "1.00"}
        if self.minimum_fee:
            line["minimum_commitment"] = {"amount": str(self.minimum_fee)}
        return [line]

    def by_month(self, steps: Mapping[int, float], months: int) -> NDArray[np.float64]:
        """Return the factor of each month: a step holds from its month on."""
        factor = np.ones(months)
        for month, step in steps.items():
            factor[month:] *= step
        return factor


def draw_conduct(name: str, title: str, rng: np.random.Generator, tau: float) -> Conduct:
    """Draw an honest vendor: what differs between vendors without anybody's doing.

    Parameters
    ----------
    tau
        Log-sd of sales between honest vendors.
    """
    return Conduct(
        name=name,
        title=title,
        price=(Decimal(int(rng.integers(76, 92))) / 2).quantize(Decimal("0.01")),
        increments=((1, 1), (6, 6), (60, 60))[int(rng.integers(0, 3))],
        attempts=int(rng.integers(4, 9)),
        ring_seconds=int(rng.choice([18, 25, 30, 40])),
        skill=float(np.exp(rng.normal(0, tau))),
        trunk=float(rng.normal(0, 0.15)),
    )
