"""The words of page one, chosen by the evidence: title, lead, decisions, trust, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from math import floor

from vendoreval.auditing.policy import Policy
from vendoreval.auditing.result import (
    Action,
    Finding,
    Measure,
    MoneyLadder,
    TrustRow,
    VendorResult,
)
from vendoreval.auditing.six_inputs import Claims, Movement
from vendoreval.period import Period
from vendoreval.text import Count, Message, Percent, Short, msg, nmsg

_LONGEST_LIST = 4


def title(
    findings: Sequence[Finding],
    vendors: Sequence[VendorResult],
    money: MoneyLadder,
    currency: str,
) -> Message:
    """Return the conclusion of the period as one sentence; silence is never a pass."""
    names = {vendor.vendor: vendor.title for vendor in vendors}
    states = [check.state for vendor in vendors for check in vendor.checks]
    refused = states.count("not_run")
    asked = len(states) - refused
    facts = [f for f in findings if f.tier == "fact"]
    dearest = max(facts, key=_worth, default=None)
    if dearest is not None and _worth(dearest) > 0:
        return msg(
            "%(vendor)s: dispute %(amount)s, %(about)s",
            vendor=names[dearest.evidence.vendor],
            amount=Short(_worth(dearest), currency),
            about=_about(dearest.evidence.check),
        )
    found = [f for f in findings if f.tier == "finding"]
    first = dearest or max(found, key=_worth, default=None)
    if first is not None:
        return msg(
            "%(vendor)s: %(title)s", vendor=names[first.evidence.vendor], title=first.evidence.title
        )
    if findings:
        return nmsg(
            "No finding this period, %(n)s question to ask",
            "No finding this period, %(n)s questions to ask",
            len(findings),
            n=Count(len(findings)),
        )
    if not asked:
        return msg("No question could be asked this period: the data are missing")
    if money.billed > 0 and not refused:
        return msg("No finding this period: the invoices agree with the records")
    if not refused:
        return msg("No finding this period")
    return msg(
        "No finding where a question could be asked; not asked: %(n)s of %(all)s",
        n=Count(refused),
        all=Count(asked + refused),
    )


def _about(check: str) -> Message:
    known = {
        "billed_over_logged": msg("billed beyond the call log"),
        "overlapping_calls": msg("billed for calls that cannot both be true"),
        "unconfirmed_sales": msg("billed for sales that the CRM does not know"),
    }
    return known.get(check, msg("billed without support in the records"))


def _worth(finding: Finding) -> Decimal:
    return finding.evidence.money.point if finding.evidence.money else Decimal(0)


def lead(vendors: Sequence[VendorResult], totals: Mapping[str, Measure]) -> Message:
    """Return the line under the title: how much was looked at, and when a gap is called real."""
    leads = int(totals["leads_worked"].value or 0)
    sales = int(totals["surviving_sales"].value or 0)
    return msg(
        "%(vendors)s, %(leads)s, %(sales)s. Vendors are compared on the same definitions; a "
        "difference is called real only when neither chance nor the usual spread between honest "
        "vendors explains it.",
        vendors=nmsg("%(n)s vendor", "%(n)s vendors", len(vendors), n=Count(len(vendors))),
        leads=nmsg("%(n)s worked lead", "%(n)s worked leads", leads, n=Count(leads)),
        sales=nmsg("%(n)s surviving sale", "%(n)s surviving sales", sales, n=Count(sales)),
    )


def actions(
    findings: Sequence[Finding], names: Mapping[str, str], period: Period, policy: Policy
) -> tuple[Action, ...]:
    """Return what leadership is asked to decide: facts first, dearest first, then questions."""
    due = (period.end + timedelta(days=policy.decision_days - 1)).isoformat()
    order = {"fact": 0, "finding": 1, "review": 2}
    chosen: list[Action] = []
    seen: set[tuple[str, str]] = set()
    for finding in sorted(findings, key=lambda f: (order[f.tier], -_worth(f), f.id)):
        entry = finding.evidence
        if (entry.vendor, entry.check) in seen or len(chosen) == _LONGEST_LIST:
            continue
        seen.add((entry.vendor, entry.check))
        text, owner = _request(finding, names[entry.vendor])
        amount = _worth(finding) if finding.tier == "fact" and _worth(finding) > 0 else None
        chosen.append(Action(text, entry.title, owner, due, amount, finding.id))
    return tuple(chosen)


def _request(finding: Finding, vendor: str) -> tuple[Message, Message]:
    finance, quality, sales = msg("Finance"), msg("Quality"), msg("Head of sales")
    if finding.tier == "fact" and _worth(finding) > 0:
        return msg("%(vendor)s: do not sign off this amount, dispute it.", vendor=vendor), finance
    if finding.evidence.check == "bank_deletions":
        return msg(
            "%(vendor)s: ask for the companies back and for the reason.", vendor=vendor
        ), sales
    if finding.evidence.check == "agents_without_sales":
        return msg("%(vendor)s: ask what these people's job is.", vendor=vendor), sales
    if finding.evidence.check == "cost_against_ceiling":
        return msg("%(vendor)s: agree conditions for going on.", vendor=vendor), sales
    if finding.tier == "fact":
        return msg("%(vendor)s: ask for an explanation in writing.", vendor=vendor), quality
    return msg("%(vendor)s: put the question, listen to the calls named.", vendor=vendor), quality


def trust(
    vendors: Sequence[VendorResult],
    claims: Mapping[str, Claims],
    movements: Mapping[str, Movement],
) -> tuple[TrustRow, ...]:
    """Return how far the numbers can be trusted."""
    statuses = [status for vendor in vendors for status in vendor.data_status.values()]
    accepted = sum(s.accepted_rows for s in statuses)
    faulty = sum(s.faulty_rows for s in statuses)
    rows = []
    if accepted + faulty:
        # rounded down: 99.998 % must not read as all of them
        share = Percent(floor(accepted / (accepted + faulty) * 10_000) / 10_000, 2)
        rows.append(
            TrustRow(
                msg("%(share)s", share=share), msg("of the received rows passed the agreement")
            )
        )
    claimed = sum(c.claimed for c in claims.values())
    if claimed:
        share = Percent(sum(c.confirmed for c in claims.values()) / claimed)
        rows.append(
            TrustRow(
                msg("%(share)s", share=share),
                msg("of the claimed sales are in the client's records and not cancelled"),
            )
        )
    talk = sum(m.talk_seconds for m in movements.values())
    if talk:
        share = Percent(sum(m.sold_seconds for m in movements.values()) / talk)
        rows.append(
            TrustRow(
                msg("%(share)s", share=share),
                msg(
                    "of the talk time lies on leads that the client's records call sold; "
                    "the rest is the vendor's own word"
                ),
            )
        )
    states = [check.state for vendor in vendors for check in vendor.checks]
    silent = states.count("not_run")
    rows.append(
        TrustRow(
            msg("%(n)s/%(all)s", n=Count(len(states) - silent), all=Count(len(states))),
            msg("questions could be asked; for the others data are missing")
            if silent
            else msg("questions could be asked of the data that came in"),
        )
    )
    on_time = sum(
        1 for v in vendors if not any(s.late or s.missing for s in v.data_status.values())
    )
    rows.append(
        TrustRow(
            msg("%(n)s/%(all)s", n=Count(on_time), all=Count(len(vendors))),
            msg("vendors delivered every agreed report on time"),
        )
    )
    return tuple(rows)
