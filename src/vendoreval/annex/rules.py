"""Rules about rows and files of one report, and comparisons between reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from vendoreval.agreement import Agreement
from vendoreval.agreement.extensions import Reconcile, ReconcileSide, ReconcileTolerance
from vendoreval.agreement.odcs import Quality, SchemaObject
from vendoreval.annex.document import Block, Cell, Head, Heading, Paragraph, Said, Table
from vendoreval.annex.formula_words import in_words
from vendoreval.annex.wording import UNITS, exact, halves, joined, percentage, plain
from vendoreval.text import Message, msg

_SEVERITIES: Final = {
    "error": msg("a fault"),
    "warning": msg("a warning, no row is turned away"),
}
_DIMENSIONS: Final = {
    "accuracy": msg("accuracy"),
    "completeness": msg("completeness"),
    "conformity": msg("conformity"),
    "consistency": msg("consistency"),
    "coverage": msg("coverage"),
    "timeliness": msg("timeliness"),
    "uniqueness": msg("uniqueness"),
}
_METRICS: Final = {
    "rowCount": msg("the number of rows"),
    "nullValues": msg("the number of empty values"),
    "missingValues": msg("the number of missing values"),
    "invalidValues": msg("the number of invalid values"),
    "duplicateValues": msg("the number of repeated values"),
}
_BOUNDS: Final = {
    "mustBe": msg("%(what)s is %(n)s"),
    "mustNotBe": msg("%(what)s is not %(n)s"),
    "mustBeGreaterThan": msg("%(what)s is greater than %(n)s"),
    "mustBeGreaterOrEqualTo": msg("%(what)s is not less than %(n)s"),
    "mustBeLessThan": msg("%(what)s is less than %(n)s"),
    "mustBeLessOrEqualTo": msg("%(what)s is not greater than %(n)s"),
    "mustBeBetween": msg("%(what)s lies between %(n)s"),
    "mustNotBeBetween": msg("%(what)s does not lie between %(n)s"),
}
_QUERY_RESULT: Final = msg("the result of the query")
# said in a column or sentence of their own
_SAID: Final = frozenset({
    "id", "name", "description", "severity", "dimension", "metric", "rule", "query", "unit",
    "type", "customProperties", *_BOUNDS,
})  # fmt: skip


def row_rules(part: SchemaObject) -> Iterator[Block]:
    """Yield the table of rules about single rows and about the whole report."""
    rules = [
        (None, rule)
        for rule in part.quality or ()
        if rule.extension("reconcile", Reconcile) is None
    ]
    own = [(entry.name, rule) for entry in part.properties or () for rule in entry.quality or ()]
    if not rules and not own:
        return
    heads = (
        Head(msg("Rule"), "exact", 18),
        Head(msg("What must hold"), "words", 44),
        Head(msg("As a formula"), "exact", 30),
    )
    rows = tuple(_rule(column, rule) for column, rule in (*rules, *own))
    yield Table(heads, rows, msg("Rules about rows and the whole report"))


def _rule(column: str | None, rule: Quality) -> tuple[Cell, ...]:
    named = rule.id or rule.name or "-"
    told: list[Said] = [*halves(rule.name), *halves(rule.description)]
    formula = rule.extension("rowRule", str)
    if formula:
        words = in_words(formula)
        if words is not None:
            told.append(msg("in every row: %(rule)s", rule=words))
    # a query that must find no row says once more that the rule holds in every row
    if not formula or rule.must_be != 0:
        bound = _bound(rule)
        if bound is not None:
            told.append(bound)
    told.append(_kind(rule))
    told += _rest(rule)
    exactly = tuple(text for text in (formula, rule.query) if text)
    place = (named, *((column,) if column else ()))
    return place, tuple(told), exactly


def _kind(rule: Quality) -> Message:
    severity = rule.severity or "error"
    parts: list[Said] = [
        msg("when broken: %(severity)s", severity=_SEVERITIES.get(severity, severity))
    ]
    if rule.dimension:
        parts.append(_DIMENSIONS.get(rule.dimension, rule.dimension))
    return joined(parts)


def _bound(rule: Quality) -> Message | None:
    value = rule.model_dump(by_alias=True, exclude_unset=True)
    asked = rule.metric or rule.rule
    what: Said = _METRICS.get(asked, asked) if asked else _QUERY_RESULT
    for key, sentence in _BOUNDS.items():
        if value.get(key) is not None:
            unit = f" {rule.unit}" if rule.unit else ""
            return Message(sentence.template, {"what": what, "n": plain(value[key]) + unit})
    return Message("%(what)s", {"what": what}) if asked else None


def _rest(rule: Quality) -> Iterator[Message]:
    """Yield what else the rule says, under the names of the standard."""
    for key, value in rule.model_dump(by_alias=True, exclude_unset=True).items():
        if key not in _SAID and value is not None and not isinstance(value, dict):
            yield Message("%(key)s: %(value)s", {"key": key, "value": plain(value)})


def comparisons(agreement: Agreement) -> Iterator[Block]:
    """Yield which sums and values of two reports must agree."""
    yield Heading(1, msg("Comparisons between reports"))
    rows = [
        _comparison(part, rule, compared)
        for part in agreement.contract.schema_objects or ()
        for rule in part.quality or ()
        if (compared := rule.extension("reconcile", Reconcile)) is not None
    ]
    if not rows:
        yield Paragraph(msg("The file compares no reports with one another."))
        return
    yield Paragraph(
        msg(
            "Reports of one vendor describe the same work and must agree. A difference beyond the "
            "tolerance is asked about; by itself it does not say which of the two reports errs."
        )
    )
    heads = (
        Head(msg("Comparison"), "exact", 20),
        Head(msg("What must agree"), "words", 46),
        Head(msg("As a formula"), "exact", 34),
    )
    yield Table(heads, tuple(rows))


def _comparison(part: SchemaObject, rule: Quality, compared: Reconcile) -> tuple[Cell, ...]:
    told: list[Said] = [*halves(rule.name), *halves(rule.description)]
    left, right = compared.left, compared.right
    if left.values is not None:
        told.append(
            msg("every value of %(left)s is among the values of %(right)s",
                left=_values(left), right=_values(right))
        )  # fmt: skip
    else:
        told.append(msg("%(left)s equals %(right)s", left=_total(left), right=_total(right)))
        told.append(_tolerance(compared.tolerance))
        if left.by:
            told.append(
                msg("a group that only one report has is a difference")
                if compared.missingDays == "fault"
                else msg("a group that only one report has is left aside")
            )
    bound = _bound(rule)
    if bound is not None and rule.query:
        told.append(bound)
    told.append(_kind(rule))
    told += _rest(rule)
    formulas = [f"{side.report}: {_formula(side)}" for side in (left, right)]
    if rule.query:
        formulas.append(rule.query)
    return (rule.id or "-", part.name), tuple(told), tuple(formulas)


def _formula(side: ReconcileSide) -> str:
    text = side.values or side.measure or "-"
    if side.where:
        text += f" WHERE {side.where}"
    return f"{text} BY {', '.join(side.by)}" if side.by else text


def _values(side: ReconcileSide) -> Message:
    place = f"{side.report}.{side.values}"
    if not side.where:
        return Message("%(place)s", {"place": place})
    return msg("%(place)s where %(condition)s", place=place, condition=_words(side.where))


def _total(side: ReconcileSide) -> Message:
    measure = in_words(side.measure or "") or msg("the result of the formula beside")
    unit: Message | str = UNITS[side.unit] if side.unit else msg("as counted")
    told = [msg("in %(report)s %(measure)s (%(unit)s)", report=side.report, measure=measure,
                unit=unit)]  # fmt: skip
    if side.where:
        told.append(msg("where %(condition)s", condition=_words(side.where)))
    if side.by:
        told.append(msg("for %(groups)s", groups=tuple(_words(group) for group in side.by)))
    return joined(told, ", ")


def _words(expression: str) -> Message:
    return in_words(expression) or Message("%(text)s", {"text": expression})


def _tolerance(allowed: ReconcileTolerance) -> Message:
    unit: Any = UNITS[allowed.unit] if allowed.unit else msg("in the unit compared")
    return msg(
        "tolerance: the larger of %(absolute)s (%(unit)s) and %(relative)s of the right side",
        absolute=exact(allowed.absolute), unit=unit, relative=percentage(allowed.relative),
    )  # fmt: skip
