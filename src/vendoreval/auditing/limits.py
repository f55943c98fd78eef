"""What this client's data can tell, what it never can, and what would allow more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import Measure, TrustRow, VendorResult
from vendoreval.stats import leads_per_side
from vendoreval.text import Count, Message, Percent, msg

Allocation = Literal["client", "random", "vendor"]

_OWN_PAST = ("minutes_per_lead_rising", "sales_per_minute_falling")
_BETWEEN = ("few_sales_for_minutes",)
_CEILING = ("cost_against_ceiling",)
_PERSONS = ("agents_without_sales",)
# a loss of so many sales should not go unseen under a time budget
_LOSS = 0.30


def limits(
    vendors: Sequence[VendorResult],
    totals: Mapping[str, Measure],
    allocation: Allocation,
    policy: Policy,
) -> tuple[TrustRow, ...]:
    """Return three lines for page one: possible here, never, and what would allow more."""
    return (
        TrustRow(msg("Possible here"), _possible(vendors, allocation, policy)),
        TrustRow(
            msg("Never from these data"),
            msg(
                "padding since the first invoice, a preparer of leads told from a non-seller "
                "without the role, whether long calls cause sales"
            ),
        ),
        TrustRow(msg("More would allow"), _more(vendors, totals, allocation)),
    )


def _possible(vendors: Sequence[VendorResult], allocation: Allocation, policy: Policy) -> Message:
    between = _ran(vendors, _BETWEEN)
    if allocation == "vendor":
        levels = msg("levels between vendors void, for they choose their leads themselves")
    elif not between:
        levels = msg("no level between vendors")
    elif between >= policy.fewest_peers:
        levels = msg("levels between %(n)s vendors", n=Count(between))
    else:
        levels = msg("levels between %(n)s vendors as a question only", n=Count(between))
    past = msg("%(n)s", n=Count(_ran(vendors, _OWN_PAST)))
    if not _ran(vendors, _OWN_PAST):
        past = msg("none yet (eight comparable months needed)")
    return msg(
        "of %(all)s vendors, against the own past: %(past)s, against the ceiling: %(ceiling)s, "
        "persons of one vendor: %(persons)s; %(levels)s",
        all=Count(len(vendors)),
        past=past,
        ceiling=Count(_ran(vendors, _CEILING)),
        persons=Count(_ran(vendors, _PERSONS)),
        levels=levels,
    )


def _ran(vendors: Sequence[VendorResult], checks: Sequence[str]) -> int:
    """Return for how many vendors one of the checks could be asked."""
    return sum(
        any(state.check in checks and state.state != "not_run" for state in vendor.checks)
        for vendor in vendors
    )


def _more(
    vendors: Sequence[VendorResult], totals: Mapping[str, Measure], allocation: Allocation
) -> Message:
    split = (
        msg("longer histories")
        if allocation == "random"
        else msg("a batch of leads dealt by lot")
        if len(vendors) > 1
        else msg("a second vendor on leads dealt by lot")
    )
    conversion = totals["conversion"].value if "conversion" in totals else None
    if conversion is None or not 0 < conversion < 1:
        return msg(
            "carrier records or recordings, roles of agents, %(split)s, a time budget for half of "
            "the leads by coin",
            split=split,
        )
    return msg(
        "carrier records or recordings, roles of agents, %(split)s, a time budget for half of the "
        "leads by coin (%(leads)s leads a side show a loss of %(loss)s of sales)",
        split=split,
        leads=Count(leads_per_side(conversion, _LOSS)),
        loss=Percent(_LOSS, 0),
    )


def comparisons(
    count: int, has_past: bool, allocation: Allocation, policy: Policy
) -> tuple[Message, ...]:
    """Return the same in whole sentences, for the appendix."""
    lines = [_between(count, allocation, policy)]
    if not has_past:
        lines.append(msg("There is no earlier period to compare with yet."))
    lines += [
        msg(
            "Padding that was there from the first invoice cannot be seen in any comparison with "
            "the vendor's own past; carrier records, listening or a time budget drawn by lot can "
            "show it."
        ),
        msg(
            "Padding that begins together with another list or script looks like the list or the "
            "script; a control vendor on the same leads can tell them apart."
        ),
        msg(
            "Whether a person without sales prepares leads for others cannot be known without the "
            "role column of the roster."
        ),
        msg("Whether long calls cause sales cannot be known without a random time budget."),
        msg(
            "A random split of leads removes the list, not the persons: with 8 agents on each side "
            "a vendor that sells half as much again is found in two of three cases at most, with "
            "15 in four of five. More agents help, more leads soon do not."
        ),
    ]
    return tuple(lines)


def _between(count: int, allocation: Allocation, policy: Policy) -> Message:
    if count > 1 and allocation == "vendor":
        return msg(
            "The vendors choose their leads themselves, so a level of one vendor says nothing "
            "about another; leads dealt by the client would allow it."
        )
    if count >= policy.fewest_peers:
        return msg(
            "With %(n)s vendors a vendor's level can be set against the others and may lead to a "
            "finding.",
            n=Count(count),
        )
    if count > 1:
        return msg(
            "With %(n)s vendors a difference between them is a question at most; a random split of "
            "the leads would allow more.",
            n=Count(count),
        )
    return msg("With one vendor only facts, its own past and the client's ceiling can speak.")
