"""Two reports of an agreement held against each other, by its own reconciliation rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any, Final, Literal

import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.agreement.extensions import Reconcile
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.reconcile_sides import Side, absent_values, side_of, totals
from vendoreval.ledger.reconcile_sql import NotRunError
from vendoreval.period import Period
from vendoreval.text import Bilingual, Count, Message, language, msg, nmsg
from vendoreval.text.message import MessageValue

Status = Literal["ok", "differs", "not_run"]
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600}
_DISPLAYED = Decimal("0.000001")


@dataclass(frozen=True)
class Difference:
    """One group whose sums lie too far apart, or one value that the other report lacks.

    Parameters
    ----------
    key
        The values of the group: day, agent...
    left, right
        The sums in the unit of the result; `None` where a side has no such group.
    """

    key: tuple[Any, ...]
    left: Decimal | None
    right: Decimal | None

    @property
    def difference(self) -> Decimal:
        """Left less right."""
        return (self.left or Decimal(0)) - (self.right or Decimal(0))


@dataclass(frozen=True, repr=False)
class ReconciliationResult:
    """What one rule came to.

    Parameters
    ----------
    status
        `ok`, `differs` or `not_run`.
    reason
        Why it was not run.
    unit
        Unit of the sums.
    groups
        How many groups, or values, were compared.
    kept_out
        Rows of both reports that validation kept out; they may explain a difference.
    """

    id: str
    title: str
    status: Status
    severity: str = "error"
    reason: Message | None = None
    unit: str | None = None
    left: str = ""
    right: str = ""
    keys: tuple[str, ...] = ()
    groups: int = 0
    kept_out: int = 0
    differences: tuple[Difference, ...] = ()

    @property
    def message(self) -> Message:
        """The outcome as a sentence."""
        values: dict[str, MessageValue] = {
            "title": Bilingual(self.title),
            "groups": Count(self.groups),
        }
        if self.reason is not None:
            return msg(
                "%(title)s: not run, %(reason)s", title=Bilingual(self.title), reason=self.reason
            )
        if self.status == "ok":
            return msg("%(title)s: holds, %(groups)s compared", **values)
        if self.kept_out:
            return nmsg(
                "%(title)s: %(n)s of %(groups)s differs; %(rows)s rows with faults were kept out "
                "and may explain it",
                "%(title)s: %(n)s of %(groups)s differ; %(rows)s rows with faults were kept out "
                "and may explain it",
                len(self.differences), **values, n=Count(len(self.differences)),
                rows=Count(self.kept_out),
            )  # fmt: skip
        return nmsg(
            "%(title)s: %(n)s of %(groups)s differs",
            "%(title)s: %(n)s of %(groups)s differ",
            len(self.differences), **values, n=Count(len(self.differences)),
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return the groups that differ, the farthest apart first."""
        rows = [(*d.key, d.left, d.right, d.difference) for d in self.differences]
        columns = [*self.keys, self.left, self.right, "difference"]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        return f"ReconciliationResult({self.id}: {self.status}, {len(self.differences)} differ)"

    def _repr_html_(self) -> str:
        table = self.to_frame().to_html(index=False, max_rows=20, border=0)
        return f"<p>{escape(language('en').say(self.message))}</p>" + (
            table if self.differences else ""
        )


def reconcile(
    ledger: Ledger, vendor: str, period: str | Period, *, agreement: Agreement | None = None
) -> tuple[ReconciliationResult, ...]:
    """Run the reconciliation rules of a vendor's agreement over the accepted rows of a period.

    Parameters
    ----------
    ledger
        Everything accepted.
    vendor
        Short name.
    period
        Rows whose day lies inside are compared.
    agreement
        The one of the vendor's latest delivery when not given.

    Returns
    -------
    tuple of ReconciliationResult
        One for each rule, in the order of the file. A rule without its data, or written
        in a way that cannot be run, is `not_run` and says why.

    Raises
    ------
    LedgerError
        If no agreement is given and the vendor delivered nothing.

    Examples
    --------
    >>> reconcile(ledger, "alpha", "2026-10")  # doctest: +SKIP
    (ReconciliationResult(invoice-equals-calls: differs, 2 differ),)
    """
    span = Period.parse(period) if isinstance(period, str) else period
    agreement = agreement or ledger.agreement(vendor)
    return tuple(
        _result(ledger, agreement, span, number, quality, rule)
        for number, (quality, rule) in enumerate(_rules(agreement), start=1)
    )


def _rules(agreement: Agreement) -> Iterator[tuple[Any, Any]]:
    for part in agreement.contract.schema_objects or ():
        for quality in part.quality or ():
            rule = quality.extension("reconcile", Reconcile)
            if rule is not None:
                yield quality, rule


def _result(
    ledger: Ledger, agreement: Agreement, period: Period, number: int, quality: Any, rule: Any
) -> ReconciliationResult:
    identity = quality.id or f"reconcile-{number}"
    title, severity = quality.name or identity, quality.severity or "error"
    try:
        # the sides are plain mappings or models, by the version of the vocabulary
        told = rule.model_dump()
        left = side_of(ledger, agreement, period, told["left"])
        right = side_of(ledger, agreement, period, told["right"])
        if left.values is not None and right.values is not None:
            found = _compare_values(left, right, period)
        else:
            found = _compare_sums(left, right, period, told)
    except NotRunError as error:
        return ReconciliationResult(identity, title, "not_run", severity, error.reason)
    return ReconciliationResult(
        identity, title, "differs" if found.differences else "ok", severity, None, found.unit,
        *_labels(left, right), found.keys, found.groups, left.kept_out + right.kept_out,
        found.differences,
    )  # fmt: skip


def _labels(left: Side, right: Side) -> tuple[str, str]:
    alike = left.report == right.report
    return ("left", "right") if alike else (left.report, right.report)


@dataclass(frozen=True)
class _Found:
    differences: tuple[Difference, ...]
    groups: int
    keys: tuple[str, ...]
    unit: str | None


def _compare_values(left: Side, right: Side, period: Period) -> _Found:
    absent, compared = absent_values(left, right, period)
    found = tuple(Difference((value,), Decimal(rows), None) for value, rows in absent)
    return _Found(found, compared, (str(left.values),), None)


def _compare_sums(left: Side, right: Side, period: Period, told: dict[str, Any]) -> _Found:
    tolerance = told.get("tolerance") or {}
    unit, scales = _scales(left.unit, right.unit, tolerance.get("unit"))
    if len(left.by) != len(right.by):
        raise NotRunError(msg("the two sides are grouped by a different number of columns"))
    absolute = Decimal(str(tolerance.get("absolute") or 0)) * scales[2]
    relative = Decimal(str(tolerance.get("relative") or 0))
    ours = {key: value * scales[0] for key, value in totals(left, period).items()}
    theirs = {key: value * scales[1] for key, value in totals(right, period).items()}
    keys = ours.keys() | theirs.keys()
    if told.get("missingDays", "ignore") == "ignore":
        keys = ours.keys() & theirs.keys()
    shown = Decimal(_SECONDS.get(unit or "", 1))
    found = []
    for key in keys:
        one, other = ours.get(key), theirs.get(key)
        apart = abs((one or Decimal(0)) - (other or Decimal(0)))
        # exact: in seconds, before any division for display
        if apart > max(absolute, relative * abs(other or Decimal(0))):
            found.append(Difference(key, _display(one, shown), _display(other, shown)))
    found.sort(key=lambda d: (-abs(d.difference), str(d.key)))
    return _Found(tuple(found), len(keys), tuple(left.by), unit)


def _display(value: Decimal | None, shown: Decimal) -> Decimal | None:
    """Return an amount in the unit it is shown in, without trailing noughts."""
    if value is None:
        return None
    text = f"{(value / shown).quantize(_DISPLAYED):f}"
    return Decimal(text.rstrip("0").rstrip(".") or "0")


def _scales(
    left: str | None, right: str | None, allowed: str | None
) -> tuple[str | None, tuple[int, int, int]]:
    """Return the unit shown and what turns each side, and the tolerance, into one unit."""
    shown = allowed or left or right
    units = (left or shown, right or shown, shown)
    if all(unit in _SECONDS for unit in units):
        one, other, third = (_SECONDS[str(unit)] for unit in units)
        return shown, (one, other, third)
    if len(set(units)) > 1:
        raise NotRunError(
            msg(
                "units %(left)s and %(right)s cannot be compared",
                left=left or "-",
                right=right or str(shown),
            )
        )
    return shown, (1, 1, 1)
