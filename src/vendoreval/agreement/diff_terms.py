"""What changed between two versions of an agreement beside its columns and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vendoreval.agreement import extensions
from vendoreval.agreement.agreement import Agreement
from vendoreval.agreement.diff_columns import Change, gone
from vendoreval.agreement.extensions import Acceptance, Reconcile
from vendoreval.agreement.odcs import Quality, SchemaObject
from vendoreval.agreement.reports import ReportSchema
from vendoreval.text import Bilingual, msg


def link_changes(old: ReportSchema, new: ReportSchema) -> Iterator[Change]:
    """Yield which values must be found in another report, and which no longer."""
    before = {(k.column, f"{k.to_report}.{k.to_column}") for k in old.foreign_keys}
    after = {(k.column, f"{k.to_report}.{k.to_column}") for k in new.foreign_keys}
    for column, place in sorted(after - before):
        yield Change(
            f"{old.name}.{column}", True, msg("values must now be found in %(place)s", place=place)
        )
    for column, place in sorted(before - after):
        yield Change(
            f"{old.name}.{column}", False,
            msg("values need no longer be found in %(place)s", place=place),
        )  # fmt: skip


def reconciliation_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    """Yield which comparisons between reports are new, dropped or changed."""
    before, after = _parts(old), _parts(new)
    for name in before.keys() & after.keys():
        one, two = _compared(before[name]), _compared(after[name])
        for rule in gone(one, two):
            yield Change(
                name, False, msg("the comparison “%(name)s” is dropped", name=_named(one[rule]))
            )
        for rule, quality in two.items():
            binds = quality.severity != "warning"
            if rule not in one:
                yield Change(name, binds, msg("the comparison “%(name)s” is new",
                                              name=_named(quality)))  # fmt: skip
            elif _meant(one[rule]) != _meant(quality):
                yield Change(name, binds, msg("the comparison “%(name)s” is made otherwise",
                                              name=_named(quality)))  # fmt: skip


def acceptance_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    """Yield what changed in what happens to a file with faults."""
    for field in Acceptance.model_fields:
        one, two = getattr(_acceptance(old), field), getattr(_acceptance(new), field)
        if one == two:
            continue
        # fewer faulty rows, or fewer days, than both agreed on
        narrower = two is not None and (one is None or two < one)
        yield Change(
            "acceptance", narrower,
            msg("%(field)s: was %(old)s, is %(new)s", field=field, old=_text(one), new=_text(two)),
        )  # fmt: skip


def holiday_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    """Yield which days on which nobody works are new, and which are gone."""
    before, after = _parts(old), _parts(new)
    for name in before.keys() & after.keys():
        one, two = _holidays(before[name]), _holidays(after[name])
        if one != two:
            yield Change(
                name, bool(one - two),
                msg("holidays: was %(old)s, is %(new)s", old=_days(one), new=_days(two)),
            )  # fmt: skip


def language_change(old: Agreement, new: Agreement) -> Iterator[Change]:
    """Yield in which language the vendor is now written to."""
    if old.language != new.language:
        yield Change(
            "language", False,
            msg("%(field)s: was %(old)s, is %(new)s", field="language", old=_text(old.language),
                new=_text(new.language)),
        )  # fmt: skip


def version_change(old: Agreement, new: Agreement, changes: list[Change]) -> Iterator[Change]:
    """Yield a reminder when another text bears the same number."""
    if changes and old.version == new.version:
        yield Change(
            "version", False,
            msg("it is still %(version)s; give the changed text a number of its own",
                version=new.version),
        )  # fmt: skip


def _parts(agreement: Agreement) -> dict[str, SchemaObject]:
    return {part.name: part for part in agreement.contract.schema_objects or ()}


def _compared(part: SchemaObject) -> dict[str, Quality]:
    return {
        quality.id or quality.name or str(number): quality
        for number, quality in enumerate(part.quality or ())
        if quality.extension("reconcile", Reconcile) is not None
    }


def _named(quality: Quality) -> Bilingual:
    return Bilingual(quality.name or quality.id or "-")


def _meant(quality: Quality) -> Any:
    return quality.extension("reconcile", Reconcile), quality.severity


def _acceptance(agreement: Agreement) -> Acceptance:
    found: Acceptance = agreement.contract.extension("acceptance", Acceptance, Acceptance())
    return found


def _holidays(part: SchemaObject) -> frozenset[Any]:
    period = part.extension("period", extensions.DeliveryPeriod)
    return frozenset(period.holidays if period else ())


def _days(days: frozenset[Any]) -> str:
    return ", ".join(str(day) for day in sorted(days)) or "-"


def _text(value: object) -> str:
    return "-" if value is None else str(value)
