"""Keys of a delivery that other counting deliveries of the ledger hold already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vendoreval.agreement import ReportSchema
from vendoreval.engine import Part, source_sql
from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.records import Commit
from vendoreval.ledger.scan import columns_of, name, scanner, source
from vendoreval.ledger.staging import Postable
from vendoreval.period import Period
from vendoreval.tables import COLUMN_TYPES
from vendoreval.text import Count, Message, msg, nmsg
from vendoreval.text.message import MessageValue

_EXAMPLES = 3
_NAMED = 3
# more rows than any file holds
_LAST = 1 << 60


@dataclass(frozen=True)
class KnownKeys:
    """What one earlier delivery shares with the new one.

    Parameters
    ----------
    examples
        The first shared keys; empty where they are personal data.
    """

    commit: Commit
    count: int
    examples: tuple[str, ...] = ()

    def message(self) -> Message:
        """Return the warning."""
        values: dict[str, MessageValue] = {
            "n": Count(self.count),
            "number": str(self.commit.number),
            "file": self.commit.file,
        }
        if not self.examples:
            return nmsg(
                "%(n)s key was accepted before, in delivery %(number)s (%(file)s)",
                "%(n)s keys were accepted before, in delivery %(number)s (%(file)s)",
                self.count,
                **values,
            )
        return nmsg(
            "%(n)s key was accepted before, in delivery %(number)s (%(file)s): %(examples)s",
            "%(n)s keys were accepted before, in delivery %(number)s (%(file)s), "
            "first of all: %(examples)s",
            self.count,
            **values,
            examples=", ".join(self.examples),
        )


def known_keys(ledger: Ledger, report: Postable) -> tuple[KnownKeys, ...]:
    """Return the earlier deliveries that share keys with a new one, the most shared first.

    Those that the new one will supersede are left out: there the keys are meant to be
    the same.
    """
    delivery, files = report.delivery, list(report.accepted_files)
    others = _others(ledger, delivery.agreement.vendor, delivery.schema, report.period)
    key = delivery.schema.key
    if not key or not files or not others or not columns_of(files) >= set(key):
        return ()
    owners = {c.number: c for c in others}
    placed = [(c.number, part) for c in others for part in ledger.parts(c)]
    old = [part for _, part in placed]
    if not columns_of(old) >= set(key):
        return ()
    keys = _selected(delivery.schema)
    names = ", ".join(f"k{n}" for n in range(len(key)))
    with scanner() as connection:
        found = connection.execute(
            f"WITH fresh AS (SELECT DISTINCT {keys} FROM {source(files)}), "  # noqa: S608 - our own column names, quoted file names, bound values
            f"held AS (SELECT _file, _at, {keys} FROM {source_sql(old, '_file', '_at')}), "
            f"owners (file, first, last, number) AS (VALUES {_owners(placed)}) "
            f"SELECT number, count(*), min(concat_ws(' / ', {names}), {_EXAMPLES}) "
            f"FROM (FROM held SEMI JOIN fresh USING ({names})) "
            "JOIN owners ON _file = file AND _at BETWEEN first AND last GROUP BY 1"
        ).fetchall()
    personal = any(delivery.schema.column(part).personal for part in key)
    return _by_commit([(owners[number], count, texts) for number, count, texts in found], personal)


def known_key_notes(ledger: Ledger, report: Postable) -> tuple[Message, ...]:
    """Return the warnings of `known_keys`, the rest summed up."""
    found = known_keys(ledger, report)
    notes = [one.message() for one in found[:_NAMED]]
    rest = found[_NAMED:]
    if rest:
        notes.append(
            nmsg(
                "%(n)s delivery more holds keys of this file, %(keys)s in all",
                "%(n)s deliveries more hold keys of this file, %(keys)s in all",
                len(rest),
                n=Count(len(rest)),
                keys=Count(sum(one.count for one in rest)),
            )
        )
    if found:
        notes.append(
            msg(
                "such rows count twice once the file is posted; if the earlier ones were wrong, "
                "ask for the whole period they belong to again"
            )
        )
    return tuple(notes)


def _owners(placed: Sequence[tuple[int, Part]]) -> str:
    """Return file, first and last row of each delivery as values of SQL."""
    lines = []
    for number, part in placed:
        path = str(part.path).replace("'", "''")
        last = _LAST if part.rows is None else part.first_row + part.rows - 1
        lines.append(f"('{path}', {part.first_row}, {last}, {number})")
    return ", ".join(lines)


def _others(
    ledger: Ledger, vendor: str, schema: ReportSchema, period: Period | None
) -> list[Commit]:
    """Return the counting deliveries that stay beside the new one."""
    if schema.every is None or period is None:
        return []
    return [
        c
        for c in ledger.live()
        if (c.vendor, c.report) == (vendor, schema.name)
        and c.rows.accepted
        and c.span is not None
        and not (period.start <= c.span.start and c.span.end <= period.end)
    ]


def _selected(schema: ReportSchema) -> str:
    """Return the key columns as k0, k1...; a type that two agreements may differ in as text."""
    canonical = COLUMN_TYPES.get(schema.name, {})
    parts = []
    for number, column in enumerate(schema.key):
        value = name(column) if column in canonical else f"CAST({name(column)} AS VARCHAR)"
        parts.append(f"{value} AS k{number}")
    return ", ".join(parts)


def _by_commit(
    found: Sequence[tuple[Commit, int, Sequence[str]]], personal: bool
) -> tuple[KnownKeys, ...]:
    """Unite the parts of each delivery."""
    united: dict[int, KnownKeys] = {}
    for commit, count, texts in found:
        held = united.get(commit.number, KnownKeys(commit, 0))
        examples = () if personal else tuple(sorted({*held.examples, *texts})[:_EXAMPLES])
        united[commit.number] = KnownKeys(commit, held.count + count, examples)
    return tuple(sorted(united.values(), key=lambda one: (-one.count, one.commit.number)))
