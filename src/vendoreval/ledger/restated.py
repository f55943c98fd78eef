"""A delivery that takes the place of earlier ones: what it says otherwise than they did.

A corrected file is welcome and replaces the former whole. What changed is told, because
rows that vanish or change after an invoice was disputed are worth a question. It is a
note; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from vendoreval.ledger.ledger import Ledger
from vendoreval.ledger.records import Commit
from vendoreval.ledger.scan import columns_of, name, scanner, source
from vendoreval.ledger.staging import Postable
from vendoreval.text import Count, Message, Number, msg, nmsg
from vendoreval.text.message import MessageValue

# what the tool adds to a row says nothing about the vendor's data
_OWN = frozenset({"_row", "_line", "vendor"})
_MOST_SUMS = 4


@dataclass(frozen=True)
class Restatement:
    """What a new delivery changes of the ones it takes the place of.

    Parameters
    ----------
    before
        Numbers of the deliveries that will stop to count.
    rows_before, rows_now
        Accepted rows.
    gone, changed, added
        Rows by their key: no longer there, with another value, new. `None` where the
        report has no key.
    sums
        Measure -> sum then and now, where they differ.
    """

    before: tuple[int, ...]
    rows_before: int
    rows_now: int
    gone: int | None
    changed: int | None
    added: int | None
    sums: Mapping[str, tuple[Decimal, Decimal]]

    def messages(self) -> Iterator[Message]:
        """Yield what a person should know."""
        yield msg(
            "takes the place of delivery %(numbers)s: accepted rows %(before)s then, %(now)s now",
            numbers=", ".join(map(str, self.before)), before=Count(self.rows_before),
            now=Count(self.rows_now),
        )  # fmt: skip
        if self.gone is not None and self.changed is not None and self.added is not None:
            if self.gone or self.changed:
                yield msg(
                    "of the earlier rows %(gone)s are no longer there and %(changed)s say "
                    "something else; new rows: %(added)s",
                    gone=Count(self.gone), changed=Count(self.changed), added=Count(self.added),
                )  # fmt: skip
            else:
                yield nmsg(
                    "every earlier row is there as it was; %(n)s row is new",
                    "every earlier row is there as it was; %(n)s rows are new",
                    self.added, n=Count(self.added),
                )  # fmt: skip
        for column, (then, now) in list(self.sums.items())[:_MOST_SUMS]:
            yield msg(
                "sum of %(column)s: %(before)s then, %(now)s now",
                column=column, before=_amount(then), now=_amount(now),
            )  # fmt: skip


def restatement(ledger: Ledger, report: Postable) -> Restatement | None:
    """Compare a validated delivery with those it will supersede; `None` when there are none.

    Examples
    --------
    >>> restatement(ledger, validate(delivery))  # doctest: +SKIP
    """
    gone = _superseded(ledger, report)
    if not gone or not report.rows.accepted:
        return None
    return Restatement(
        tuple(c.number for c in gone), sum(c.rows.accepted for c in gone),
        int(report.rows.accepted), *_by_key(ledger, gone, report), _sums(gone, report),
    )  # fmt: skip


def restatement_notes(ledger: Ledger, report: Postable) -> tuple[Message, ...]:
    """Return the sentences of `restatement`, none when nothing is superseded."""
    found = restatement(ledger, report)
    return () if found is None else tuple(found.messages())


def _superseded(ledger: Ledger, report: Postable) -> list[Commit]:
    delivery, period = report.delivery, report.period
    dated = delivery.schema.every is not None and period is not None
    found = []
    for commit in ledger.live():
        if (commit.vendor, commit.report) != (delivery.agreement.vendor, delivery.schema.name):
            continue
        span = commit.span
        within = span is None
        if dated and period is not None:
            within = (
                span is not None and period.start <= span.start and span.end <= period.end
            )  # fmt: skip
        if within and commit.rows.accepted and commit.sha256 != delivery.sha256:
            found.append(commit)
    return found


def _by_key(
    ledger: Ledger, gone: Sequence[Commit], report: Postable
) -> tuple[int | None, int | None, int | None]:
    """Return how many keys are gone, say something else, and are new."""
    key = report.delivery.schema.key
    fresh = list(report.accepted_files)
    old = [part for commit in gone for part in ledger.parts(commit)]
    ours, theirs = columns_of(fresh), columns_of(old)
    if not key or not fresh or not old or not (ours & theirs) >= set(key):
        return None, None, None
    asked = frozenset(report.columns_delivered)
    # a column that one of the files did not have is no change of a row
    told = [frozenset(commit.columns) for commit in gone]
    compared = sorted((ours & theirs & asked).intersection(*told) - set(key) - _OWN)
    # by their text: two versions of an agreement may differ in a type
    columns = [f"CAST({name(part)} AS VARCHAR) AS k{n}" for n, part in enumerate(key)]
    columns += [f"CAST({name(part)} AS VARCHAR) AS v{n}" for n, part in enumerate(compared)]
    keys = ", ".join(f"k{n}" for n in range(len(key)))
    differs = " OR ".join(
        f"held.v{n} IS DISTINCT FROM fresh.v{n}" for n in range(len(compared))
    )  # fmt: skip
    with scanner() as connection:
        found = connection.execute(
            f"WITH fresh AS (SELECT 1 AS here, {', '.join(columns)} FROM {source(fresh)}), "  # noqa: S608 - our own column names, quoted file names, bound values
            f"held AS (SELECT 1 AS there, {', '.join(columns)} FROM {source(old)}) "
            f"SELECT count(*) FILTER (here IS NULL), "
            f"count(*) FILTER (here = 1 AND there = 1 AND ({differs or 'false'})), "
            f"count(*) FILTER (there IS NULL) "
            f"FROM held FULL JOIN fresh USING ({keys})"
        ).fetchone()
    return found if found is not None else (None, None, None)


def _sums(gone: Sequence[Commit], report: Postable) -> dict[str, tuple[Decimal, Decimal]]:
    found = {}
    for column, both in report.sums.items():
        held = [c.sums[column].accepted for c in gone if column in c.sums]
        if len(held) < len(gone) or any(value is None for value in held):
            continue
        then = sum((value for value in held if value is not None), Decimal(0))
        now = Decimal(str(both.accepted))
        # sums of binary fractions may differ in their last digits for no reason
        if abs(then - now) > Decimal("0.0001"):
            found[column] = (then, now)
    return found


def _amount(value: Decimal) -> MessageValue:
    if value == value.to_integral_value():
        return Count(int(value))
    return Number(float(value), 2)
