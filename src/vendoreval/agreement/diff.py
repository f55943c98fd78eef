"""What changed between two versions of an agreement, in words, and whom it binds anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vendoreval.agreement.agreement import Agreement
from vendoreval.agreement.diff_columns import Change, column_changes, gone
from vendoreval.agreement.diff_terms import (
    acceptance_changes,
    holiday_changes,
    language_change,
    link_changes,
    reconciliation_changes,
    version_change,
)
from vendoreval.agreement.extensions import Extension, RateItem
from vendoreval.agreement.reports import ReportSchema
from vendoreval.text import N_, Bilingual, Message, msg

_DIALECT = {
    "delimiter": N_("delimiter"),
    "decimal_comma": N_("decimal comma"),
    "header_rows": N_("header rows"),
    "skip_footer": N_("rows that are skipped"),
    "null_tokens": N_("signs for nothing"),
    "encodings": N_("encodings"),
    "only_column": N_("column that chooses the rows"),
    "only_values": N_("texts of the rows that belong to the report"),
}


def diff(old: Agreement, new: Agreement) -> list[Change]:
    """Name every change between two versions of an agreement.

    A change is breaking when a file that was accepted may now be refused, when less
    is delivered than before, or when something else is paid.

    Parameters
    ----------
    old, new
        The version in force and the one proposed.

    Returns
    -------
    list of Change
        Breaking ones first; empty when both ask for the same.

    Examples
    --------
    >>> from vendoreval.agreement.library import compose
    >>> from vendoreval.agreement.load import agreement_from_bytes
    >>> one, two = (agreement_from_bytes(compose("alpha", names).encode(), "alpha", "x")
    ...             for names in (["incidents", "roster"], ["incidents"]))
    >>> for change in diff(one, two):
    ...     print(change)
    breaking: roster: the report is no longer asked for
    not breaking: version: it is still 1.0.0; give the changed text a number of its own
    """
    changes: list[Change] = []
    for name, report in old.reports.items():
        if name in new.reports:
            changes += _report_changes(report, new.reports[name])
        else:
            changes.append(Change(name, True, msg("the report is no longer asked for")))
    for name in new.reports:
        if name not in old.reports:
            changes.append(Change(name, True, msg("the report is asked for")))
    changes += _rate_changes(old, new)
    changes += _deadline_changes(old, new)
    changes += _term_changes(old, new)
    changes += reconciliation_changes(old, new)
    changes += acceptance_changes(old, new)
    changes += holiday_changes(old, new)
    changes += language_change(old, new)
    changes += list(version_change(old, new, changes))
    return sorted(changes, key=lambda change: not change.breaking)


def _report_changes(old: ReportSchema, new: ReportSchema) -> Iterator[Change]:
    if old.key != new.key:
        yield Change(
            old.name, True,
            msg("the key was %(old)s, is %(new)s", old=_list(old.key), new=_list(new.key)),
        )  # fmt: skip
    yield from _period_changes(old, new)
    for field, label in _DIALECT.items():
        before, after = getattr(old.dialect, field), getattr(new.dialect, field)
        if before == after:
            continue
        wider = isinstance(after, tuple) and set(after) >= set(before)
        yield Change(
            old.name, not wider,
            msg("how the file is written, %(what)s: was %(old)s, is %(new)s", what=Message(label),
                old=_text(before), new=_text(after)),
        )  # fmt: skip
    yield from column_changes(old, new)
    yield from _rule_changes(old, new)


def _period_changes(old: ReportSchema, new: ReportSchema) -> Iterator[Change]:
    pairs = (
        (msg("period: was %(old)s, is %(new)s", old=old.every or "-", new=new.every or "-"),
         old.every != new.every),
        (msg("column of the period: was %(old)s, is %(new)s", old=old.period_column or "-",
             new=new.period_column or "-"), old.period_column != new.period_column),
        (msg("time zone: was %(old)s, is %(new)s", old=old.timezone, new=new.timezone),
         old.timezone != new.timezone),
        (msg("name of the files: was %(old)s, is %(new)s", old=old.file_pattern or "-",
             new=new.file_pattern or "-"), old.file_pattern != new.file_pattern),
    )  # fmt: skip
    yield from (Change(old.name, True, what) for what, changed in pairs if changed)


def _rule_changes(old: ReportSchema, new: ReportSchema) -> Iterator[Change]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    for name in gone(before, after):
        yield Change(
            old.name,
            False,
            msg("the rule “%(name)s” is dropped", name=Bilingual(before[name].name)),
        )
    for name, rule in after.items():
        binds = rule.severity == "error"
        if name not in before:
            yield Change(
                old.name, binds, msg("the rule “%(name)s” is new", name=Bilingual(rule.name))
            )
        elif (before[name].expression, before[name].severity) != (rule.expression, rule.severity):
            yield Change(
                old.name, binds,
                msg("the rule “%(name)s”: was %(old)s, is %(new)s", name=Bilingual(rule.name),
                    old=f"{before[name].expression} ({before[name].severity})",
                    new=f"{rule.expression} ({rule.severity})"),
            )  # fmt: skip
    yield from link_changes(old, new)


@dataclass(frozen=True, order=True)
class _LineName:
    unit: str
    campaigns: tuple[str, ...]
    valid_from: str

    def __str__(self) -> str:
        scope = f" ({', '.join(self.campaigns)})" if self.campaigns else ""
        return f"{self.unit}{scope} {self.valid_from}"


def _lines(agreement: Agreement) -> dict[_LineName, RateItem]:
    return {
        _LineName(item.unit, item.campaigns, str(item.valid_from)): item
        for item in agreement.rate_card
    }


def _rate_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    before, after = _lines(old), _lines(new)
    for name in sorted(set(before) - set(after)):
        yield Change(f"rateCard {name}", True, msg("the line of the rate card is dropped"))
    for name in sorted(set(after) - set(before)):
        item = after[name]
        price = f"{item.price} {item.currency}"
        yield Change(
            f"rateCard {name}", True, msg("a new line of the rate card, %(price)s", price=price)
        )
    for name in sorted(set(before) & set(after)):
        for field in RateItem.model_fields:
            one, two = getattr(before[name], field), getattr(after[name], field)
            if one != two:
                yield Change(
                    f"rateCard {name}", True,
                    msg("%(field)s: was %(old)s, is %(new)s", field=field, old=_text(one),
                        new=_text(two)),
                )  # fmt: skip


def _deadline_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    def levels(agreement: Agreement) -> dict[tuple[str, str], str]:
        return {
            (level.element or "", level.property): " ".join(
                str(part)
                for part in (level.value, level.unit, level.value_ext, level.schedule)
                if part is not None
            )
            for level in agreement.contract.sla_properties or ()
        }

    before, after = levels(old), levels(new)
    for element, name in sorted(set(before) | set(after)):
        one, two = before.get((element, name), "-"), after.get((element, name), "-")
        # a report that is no longer asked for takes its deadline along
        if one != two and not (two == "-" and element not in new.reports):
            yield Change(
                element or "slaProperties", two != "-" and element in old.reports,
                msg("%(field)s: was %(old)s, is %(new)s", field=name, old=one, new=two),
            )  # fmt: skip


def _term_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    pairs = (
        ("effectiveFrom", getattr(old.parties, "effectiveFrom", None),
         getattr(new.parties, "effectiveFrom", None)),
        ("effectiveTo", getattr(old.parties, "effectiveTo", None),
         getattr(new.parties, "effectiveTo", None)),
        ("parties", getattr(old.parties, "parties", ()), getattr(new.parties, "parties", ())),
        ("disclosures", tuple(d.id for d in old.disclosures if d not in new.disclosures),
         tuple(d.id for d in new.disclosures if d not in old.disclosures)),
    )  # fmt: skip
    for field, one, two in pairs:
        if one != two:
            yield Change(
                "agreement", False,
                msg("%(field)s: was %(old)s, is %(new)s", field=field, old=_text(one),
                    new=_text(two)),
            )  # fmt: skip


def _list(names: tuple[str, ...]) -> str:
    return " + ".join(names) or "-"


def _text(value: object) -> str:
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Extension):
        written = ((name, getattr(value, name)) for name in value.model_fields_set)
        return ", ".join(f"{name} {_text(part)}" for name, part in sorted(written)) or "-"
    if isinstance(value, tuple):
        return ", ".join(f"“{entry}”" if entry == "" else _text(entry) for entry in value)
    return str(value)
