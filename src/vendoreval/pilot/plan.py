"""The plan of a pilot: how many leads, how long, what it costs, and which errors it makes.

A vendor on trial passes when its sales say, with the error agreed beforehand, that more of
its leads become sales than a vendor may sell at the least. Three designs stand beside each
other; the plan keeps the one that was chosen, so that nobody picks the kinder one later.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from vendoreval.errors import AgreementError, Problem, plain_problem
from vendoreval.stats.trial_designs import (
    fixed_trial,
    group_sequential_trial,
    probability_ratio_trial,
)
from vendoreval.stats.trial_rates import two_arm_leads
from vendoreval.stats.trials import Operating, Trial, operating
from vendoreval.text import Message, msg

DesignName = Literal["fixed", "looks", "daily"]
DESIGNS: Final[tuple[DesignName, ...]] = get_args(DesignName)


@dataclass(frozen=True)
class PilotTerms:
    """What both sides agree before the first lead is handed over.

    Parameters
    ----------
    target, unacceptable
        Shares of leads that become surviving sales, between 0 and 1, the target above.
    level
        Chance that a vendor at the unacceptable share passes.
    power
        Chance that a vendor at the target passes.
    vendors
        Short names of those on trial; at least one.
    holdout_share
        Share of the leads that nobody on trial gets, 0 to below 1.
    leads_a_day
        Leads that one vendor works a day; `None` leaves the length in days open.
    cost_of_a_lead
        What the vendor bills for working one lead, in `currency`.
    value_of_a_sale
        Margin of a surviving sale before the vendor's bill.
    maturing_days
        Days until a lead's sale is paid or called off.
    looks
        Looks of the design *looks*.
    """

    target: float
    unacceptable: float
    vendors: tuple[str, ...] = ("vendor",)
    design: DesignName = "daily"
    level: float = 0.05
    power: float = 0.80
    holdout_share: float = 0.0
    leads_a_day: int | None = None
    cost_of_a_lead: Decimal | None = None
    value_of_a_sale: Decimal | None = None
    currency: str = ""
    maturing_days: int = 30
    looks: int = 5
    starts_on: date | None = None

    def __post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise AgreementError(problems)

    @classmethod
    def of_costs(
        cls, target_cost: Decimal, unacceptable_cost: Decimal, cost_of_a_lead: Decimal,
        **terms: Any,
    ) -> PilotTerms:  # fmt: skip
        """Return terms said as costs of one sale, given what one worked lead costs.

        Examples
        --------
        >>> found = PilotTerms.of_costs(Decimal(4000), Decimal(6000), Decimal(120))
        >>> found.target, found.unacceptable
        (0.03, 0.02)
        """
        if min(target_cost, unacceptable_cost, cost_of_a_lead) <= 0:
            raise AgreementError(
                plain_problem("--target-cost", msg("a cost of 0 or less is written"),
                              msg("amounts above 0"), msg("check the three amounts"))
            )  # fmt: skip
        return cls(
            float(cost_of_a_lead / target_cost), float(cost_of_a_lead / unacceptable_cost),
            cost_of_a_lead=cost_of_a_lead, **terms,
        )  # fmt: skip


@dataclass(frozen=True)
class DesignFacts:
    """One design: its looks, and what it does at three true shares.

    Parameters
    ----------
    bad, middling, good
        At the unacceptable share, half-way, and at the target.
    """

    name: DesignName
    trial: Trial
    bad: Operating
    middling: Operating
    good: Operating

    @property
    def most_leads(self) -> int:
        """Leads of one vendor after which it is over."""
        return self.trial.most_leads


@dataclass(frozen=True)
class PilotPlan:
    """The plan: all designs, the chosen one, and its size in leads, days and money.

    Parameters
    ----------
    two_arms
        Leads of each of two vendors that tell target and unacceptable share apart when
        vendors are compared with each other, by a two-sided test of the same level and power.
    """

    terms: PilotTerms
    designs: tuple[DesignFacts, ...]
    two_arms: int

    @property
    def chosen(self) -> DesignFacts:
        """The design that decides."""
        return next(d for d in self.designs if d.name == self.terms.design)

    @property
    def leads_needed(self) -> int:
        """Leads of the whole pilot at its longest, those held out among them."""
        handed = self.chosen.most_leads * len(self.terms.vendors)
        return math.ceil(handed / (1 - self.terms.holdout_share))

    @property
    def days(self) -> int | None:
        """Calendar days at its longest, the maturing of the last sale included."""
        if self.terms.leads_a_day is None:
            return None
        return math.ceil(self.chosen.most_leads / self.terms.leads_a_day) + self.terms.maturing_days

    @property
    def ends_on(self) -> date | None:
        """Last day at its longest."""
        days = self.days
        if days is None or self.terms.starts_on is None:
            return None
        return self.terms.starts_on + timedelta(days=days)

    def cost(self, leads: float) -> Decimal | None:
        """Return what so many leads of one vendor cost, in whole units of the currency."""
        if self.terms.cost_of_a_lead is None:
            return None
        return (self.terms.cost_of_a_lead * Decimal(str(leads))).quantize(Decimal(1))

    def to_json(self) -> dict[str, Any]:
        """Return the plan as data; `digest` is the hash of everything that decides."""
        terms = self.terms
        decides = {
            "target": terms.target, "unacceptable": terms.unacceptable, "design": terms.design,
            "level": terms.level, "power": terms.power, "vendors": list(terms.vendors),
            "holdout_share": terms.holdout_share, "looks": terms.looks,
            "maturing_days": terms.maturing_days,
        }  # fmt: skip
        text = json.dumps(decides, sort_keys=True)
        return {
            **decides,
            "leads_a_day": terms.leads_a_day,
            "cost_of_a_lead": _written(terms.cost_of_a_lead),
            "value_of_a_sale": _written(terms.value_of_a_sale),
            "currency": terms.currency,
            "starts_on": terms.starts_on.isoformat() if terms.starts_on else None,
            "digest": hashlib.sha256(text.encode()).hexdigest(),
            "leads_of_a_vendor": self.chosen.most_leads,
            "leads_needed": self.leads_needed,
            "two_arms": self.two_arms,
            "designs": [
                {
                    "name": d.name, "most_leads": d.most_leads, "looks": len(d.trial.leads),
                    "wrongly_passed": d.bad.sells, "rightly_passed": d.good.sells,
                    "expected_leads_bad": d.bad.expected_leads,
                    "expected_leads_good": d.good.expected_leads,
                }
                for d in self.designs
            ],
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: dict[str, Any], where: str = "plan.json") -> PilotPlan:
        """Read a plan back and make it anew; a plan edited by hand is refused.

        Raises
        ------
        AgreementError
            If it is no plan, or its terms are not those its digest was made of.
        """
        try:
            terms = PilotTerms(
                target=float(value["target"]), unacceptable=float(value["unacceptable"]),
                vendors=tuple(str(v) for v in value["vendors"]), design=value["design"],
                level=float(value["level"]), power=float(value["power"]),
                holdout_share=float(value["holdout_share"]), looks=int(value["looks"]),
                maturing_days=int(value["maturing_days"]), leads_a_day=value.get("leads_a_day"),
                cost_of_a_lead=_read(value.get("cost_of_a_lead")),
                value_of_a_sale=_read(value.get("value_of_a_sale")),
                currency=str(value.get("currency", "")),
                starts_on=date.fromisoformat(value["starts_on"])
                if value.get("starts_on") else None,
            )  # fmt: skip
            digest = value["digest"]
        except (KeyError, TypeError, ValueError, ArithmeticError):
            raise AgreementError(
                plain_problem(
                    where, msg("it is not a plan of a pilot"),
                    msg("the file that `vendoreval pilot plan --out` wrote"),
                    msg("make the plan again, or take it from a copy"),
                )
            ) from None  # fmt: skip
        plan = pilot_plan(terms)
        if plan.to_json()["digest"] != digest:
            raise AgreementError(
                plain_problem(
                    where, msg("its terms were changed after it was made"),
                    msg("the terms that both sides agreed before the first lead"),
                    msg("take the plan from a copy; other terms are a new pilot with new leads"),
                )
            )  # fmt: skip
        return plan


def pilot_plan(terms: PilotTerms) -> PilotPlan:
    """Plan a pilot: every design, exactly, under the agreed errors.

    Examples
    --------
    >>> plan = pilot_plan(PilotTerms(target=0.03, unacceptable=0.02, design="fixed"))
    >>> plan.leads_needed, plan.two_arms
    (1469, 3826)
    """
    rates = (terms.unacceptable, terms.target, terms.level, terms.power)
    every = terms.leads_a_day or max(1, round(1 / terms.target / 2))
    trials: dict[DesignName, Trial] = {
        "fixed": fixed_trial(*rates),
        "looks": group_sequential_trial(*rates, looks=terms.looks),
        "daily": probability_ratio_trial(*rates, every=every),
    }
    middle = (terms.unacceptable + terms.target) / 2
    designs = tuple(
        DesignFacts(
            name, trial, operating(trial, terms.unacceptable), operating(trial, middle),
            operating(trial, terms.target),
        )
        for name, trial in trials.items()
    )  # fmt: skip
    return PilotPlan(terms, designs, max(two_arm_leads(*rates[:2], terms.level, terms.power)))


def _problems(terms: PilotTerms) -> Sequence[Problem]:
    found = []

    def wrong(option: str, value: object, expected: Message) -> None:
        found.append(
            plain_problem(option, msg("%(value)s is written", value=str(value)), expected,
                          msg("choose another value"))
        )  # fmt: skip

    if not 0 < terms.unacceptable < terms.target < 1:
        wrong("--target, --unacceptable", f"{terms.target:g}, {terms.unacceptable:g}",
              msg("two shares between 0 and 1, the target above the unacceptable one"))  # fmt: skip
    elif terms.target / terms.unacceptable < 1.02:
        wrong("--target", f"{terms.target:g}",
              msg("a target at least 2%% above the unacceptable share: nearer ones take "
                  "millions of leads"))  # fmt: skip
    if not 0.0001 <= terms.level <= 0.5:
        wrong("--level", terms.level, msg("a chance between 0.0001 and 0.5"))
    if not 0.5 <= terms.power <= 0.999:
        wrong("--power", terms.power, msg("a chance between 0.5 and 0.999"))
    if not 0 <= terms.holdout_share < 1:
        wrong("--holdout", terms.holdout_share, msg("a share from 0 to below 1"))
    if terms.design not in DESIGNS:
        wrong("--design", terms.design, msg("one of: %(allowed)s", allowed=", ".join(DESIGNS)))
    if not 2 <= terms.looks <= 50:
        wrong("--looks", terms.looks, msg("a number from 2 to 50"))
    if terms.leads_a_day is not None and terms.leads_a_day < 1:
        wrong("--leads-a-day", terms.leads_a_day, msg("a number of 1 or more"))
    if not terms.vendors or len(set(terms.vendors)) < len(terms.vendors):
        wrong("--vendor", ", ".join(terms.vendors) or "-", msg("each vendor on trial once"))
    return found


def _written(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _read(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
