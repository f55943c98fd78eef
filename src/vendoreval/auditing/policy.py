"""What counts: every threshold of judgement in one place, printed in the report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal, InvalidOperation

from vendoreval.checks.base import Limits
from vendoreval.errors import AgreementError, Problem
from vendoreval.settings import FILE_NAME
from vendoreval.text import msg


@dataclass(frozen=True)
class Policy:
    """Thresholds of the audit.

    Parameters
    ----------
    finding_level
        False discovery rate of the portfolio at the finding tier (e-BH).
    review_level
        False discovery rate over vendors at the review tier (Cauchy combination, then
        Benjamini-Hochberg).
    evidence_level
        Largest p-value of one line of evidence inside a vendor that passed the review step.
    fact_floor_share
        A fact worth less than this share of the vendor's invoice is a question, not a
        finding: clock noise and slips of the pen are of this size.
    overbilling_share
        Provable overbilling from which a vendor is not simply kept.
    replace_share
        Provable overbilling from which replacing is put to leadership.
    confirmed_share
        Share of claimed sales that must be found, not cancelled, in the client's records.
    fewest_sales
        Fewest surviving sales on which a verdict can rest.
    decision_days
        Days after the period in which the decisions fall due.
    fewest_peers
        Fewest vendors from which a level comparison between vendors may accuse.
    honest_spread
        Spread (standard deviation of logarithms) by which honest vendors differ in
        conversion; a gap is called real only beyond it and beyond chance at 2 in 1,000.
    shortest_sale_seconds, longest_unanswered_seconds, least_coverage_share, least_applied_share
        What a question lets pass; see `vendoreval.checks.base.Limits`.
    """

    finding_level: Decimal = Decimal("0.05")
    review_level: Decimal = Decimal("0.10")
    evidence_level: Decimal = Decimal("0.05")
    fact_floor_share: Decimal = Decimal("0.001")
    overbilling_share: Decimal = Decimal("0.02")
    replace_share: Decimal = Decimal("0.10")
    confirmed_share: Decimal = Decimal("0.90")
    fewest_sales: int = 20
    decision_days: int = 12
    fewest_peers: int = 6
    honest_spread: Decimal = Decimal("0.15")
    shortest_sale_seconds: int = Limits.shortest_sale_seconds
    longest_unanswered_seconds: int = Limits.longest_unanswered_seconds
    least_coverage_share: Decimal = Limits.least_coverage_share
    least_applied_share: Decimal = Limits.least_applied_share

    @property
    def limits(self) -> Limits:
        """Those thresholds that a question itself needs."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})

    @classmethod
    def of(cls, changes: Mapping[str, Decimal | int | str]) -> Policy:
        """Return the default policy with a company's own thresholds.

        Raises
        ------
        AgreementError
            For an unknown name or a value that is not a number, all at once.
        """
        known = {field.name: field for field in fields(cls)}
        problems, values = [], {}
        for name, value in changes.items():
            path = f"$.policy.{name}"
            if name not in known:
                problems.append(
                    Problem(
                        FILE_NAME,
                        path,
                        msg("unknown threshold %(name)s", name=name),
                        msg("one of: %(allowed)s", allowed=", ".join(sorted(known))),
                        msg("check the spelling"),
                    )
                )
                continue
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal(-1)
            whole = isinstance(getattr(cls, name), int)
            if number < 0 or (whole and number != int(number)) or (not whole and number > 1):
                expected = msg("a whole number, 0 or more") if whole else msg("a share from 0 to 1")
                problems.append(
                    Problem(
                        FILE_NAME,
                        path,
                        msg("%(value)s is written", value=str(value)),
                        expected,
                        msg("mend the value"),
                    )
                )
                continue
            values[name] = int(number) if whole else number
        if problems:
            raise AgreementError(problems)
        return replace(cls(), **values)  # type: ignore[arg-type]  # each value was checked against its field

    def printed(self) -> dict[str, str]:
        """Return every threshold as text, for the appendix and for `audit.json`."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}

    @property
    def sha256(self) -> str:
        """Hash of every threshold in force: two audits with the same one were judged alike."""
        lines = [f"{name}={value}" for name, value in sorted(self.printed().items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()
