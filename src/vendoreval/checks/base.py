"""What a check is, what it is asked with, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

import ibis
import pandas as pd

from vendoreval.agreement import Agreement
from vendoreval.period import Period
from vendoreval.settings import Settings
from vendoreval.text import Message

Tables = Mapping[str, ibis.Table]
Kind = Literal["fact", "pattern"]
Grade = Literal["E0", "E1", "E2", "E3", "E4", "E5", "E6"]
# where in an invoice the money of a fact lies; empty: where the other fields say
Part = Literal["", "above_card", "above_log"]


@dataclass(frozen=True)
class Range:
    """A quantity with its interval; all three are equal when it is exact."""

    low: Decimal
    point: Decimal
    high: Decimal

    @classmethod
    def exact(cls, value: Decimal | int) -> Range:
        """Return a quantity known without error."""
        return cls(Decimal(value), Decimal(value), Decimal(value))

    def __post_init__(self) -> None:
        if not self.low <= self.point <= self.high:
            raise ValueError(
                f"an interval must be in order, not {self.low}, {self.point}, {self.high}"
            )


@dataclass(frozen=True)
class Need:
    """A report and the columns of it without which the question cannot be asked.

    Parameters
    ----------
    owner
        Who delivers it; a report of either side is there when one of them delivered it.
    """

    report: str
    columns: tuple[str, ...] = ()
    owner: Literal["vendor", "client", "either"] = "vendor"


@dataclass(frozen=True)
class Limits:
    """What the client's policy lets pass before a question is asked at all.

    Parameters
    ----------
    shortest_sale_seconds
        So long somebody must have been talked to before a sale, all calls together.
    longest_unanswered_seconds
        From so much talk on, a call was answered by somebody.
    least_coverage_share
        Share of the leads of an age that must have been dialled.
    least_applied_share
        Share of the advice due that must be found applied.
    """

    shortest_sale_seconds: int = 60
    longest_unanswered_seconds: int = 180
    least_coverage_share: Decimal = Decimal("0.95")
    least_applied_share: Decimal = Decimal("0.70")


@dataclass(frozen=True)
class Scope:
    """What is asked about: the period, the vendors and what both sides agreed.

    Parameters
    ----------
    period, compare_with
        The audited period and the one it is set against.
    vendors
        Short names of the vendors with data, sorted.
    agreements
        Vendor -> agreement in force.
    seed
        Seed of every resampling, so that the same ledger gives the same audit.
    limits
        Those of the policy that a question itself needs.
    """

    period: Period
    vendors: tuple[str, ...]
    agreements: Mapping[str, Agreement]
    settings: Settings
    compare_with: Period | None = None
    seed: int = 20260101
    limits: Limits = Limits()

    @property
    def currency(self) -> str:
        """The client's currency."""
        return self.settings.currency


@dataclass(frozen=True)
class Step:
    """One operand or result of a printed calculation, joined to the one before by `sign`."""

    value: Message
    label: Message
    sign: str = ""


@dataclass(frozen=True)
class LineClaim:
    """A part of one line of an invoice that is not owed.

    Parameters
    ----------
    net
        What the whole line asks for without VAT; no more than that is ever claimed of it.
    money
        What is not owed of it, without VAT.
    is_repeat
        Whether the line bills once more what another line bills, so that its quantity is
        a part of what the invoice asks for above the log.
    """

    invoice_id: str
    line: int
    unit: str
    net: Decimal
    money: Decimal
    is_repeat: bool = False


@dataclass(frozen=True)
class Evidence:
    """One measured departure of one vendor (or agent), not yet judged.

    Parameters
    ----------
    observed, expected, unit, n
        The measured value, what it is set against, its unit and on how many
        observations it rests.
    p_value, e_value
        Of a pattern; `None` for a fact.
    review_only
        The method can only ask, whatever its p-value (for example without a role).
    minutes, money
        What it is worth; `None` when it cannot be said. Money is net of VAT.
    wider
        Level -> minutes and money with limits of that level, for a finding that was
        selected from many; `minutes` and `money` hold the 90 % limits.
    per_call
        Whether minutes and money are the sum over the evidence rows (calls), so that
        the audit may unite them with those of other checks. Otherwise they stand for
        something beyond the logged calls.
    part
        Where the money lies, so that two checks never claim the same money. Seconds of
        calls lie within what the card rates, or were billed above it (`above_card`). What
        an invoice asks for above the rated log (`above_log`) holds the seconds billed above
        the card and the lines billed twice.
    lines
        The lines of the invoice that the money lies on, if it lies on lines.
    title, condition, criteria, effect, cause
        Sentences of the finding: what in one line; what was observed; what the
        agreement or the trade asks; what it costs; what probably caused it (an
        inference, marked as such).
    arithmetic
        The calculation as printed operands that reproduce the printed result.
    ask
        What to ask of the vendor.
    filters
        Column -> value, or values, that pick the evidence rows of this finding out of the
        check's `rows` query (always vendor, often agent_id).
    """

    check: str
    vendor: str
    observed: float
    expected: float
    unit: str
    n: int
    title: Message
    condition: Message
    criteria: Message
    agent_id: str | None = None
    campaign_id: str | None = None
    p_value: float | None = None
    e_value: float | None = None
    review_only: bool = False
    grade: Grade = "E1"
    minutes: Range | None = None
    money: Range | None = None
    wider: Mapping[float, tuple[Range | None, Range | None]] = field(default_factory=dict)
    per_call: bool = False
    part: Part = ""
    lines: tuple[LineClaim, ...] = ()
    effect: Message | None = None
    cause: Message | None = None
    arithmetic: tuple[Step, ...] = ()
    ask: tuple[Message, ...] = ()
    filters: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class NotRun:
    """A question that could not be asked of a vendor, why, and what to demand."""

    check: str
    vendor: str
    reason: Message
    demand: Message


@dataclass(frozen=True)
class Unseen:
    """The smallest departure that the question could have found with this much data.

    Parameters
    ----------
    share
        As a share of what is honest: .12 is twelve per cent more (or fewer).
    text
        The same as a sentence for the table of what could not have been seen.
    """

    share: float
    text: Message


@dataclass(frozen=True)
class Estimate:
    """What a check measured of a vendor whether or not it departs, with its 90 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Answer:
    """What a check says of one vendor.

    Parameters
    ----------
    evidence
        Departures, the strongest first; empty when nothing departs.
    n
        On how many observations the answer rests.
    statement
        One line for the table of checks: what was looked at and what came out.
    not_run
        Set when the question could not be asked.
    e_value
        Cumulative evidence of the question against the vendor, below 1 when the data
        speak for it; `None` when the method has none, which counts as 1.
    unseen
        What could not have been seen.
    estimate
        The measured quantity, for a row of the verdict.
    """

    vendor: str
    statement: Message
    n: int = 0
    evidence: tuple[Evidence, ...] = ()
    not_run: NotRun | None = None
    e_value: float | None = None
    unseen: Unseen | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True)
class Stored:
    """How the small table comes out of stored tables of counts instead of the rows.

    Parameters
    ----------
    tables
        Names of `vendoreval.aggregates.AGGREGATES`.
    months
        ``months(scope)``: the months wanted, the earliest first.
    reduce
        ``reduce(counts, scope)``: the same small table as `Check.reduce` yields; `counts`
        holds a frame for each name.
    """

    tables: tuple[str, ...]
    months: Callable[[Scope], Sequence[Period]]
    reduce: Callable[[Mapping[str, pd.DataFrame], Scope], pd.DataFrame]


@dataclass(frozen=True)
class Check:
    """One question asked of every vendor's accepted rows.

    Parameters
    ----------
    id
        Name of the check, of its file and of its test.
    question
        A sentence that ends with a question mark (a catalogue template).
    kind
        `fact`: arithmetic, contract, physics, history; exact. `pattern`: statistical.
    family
        Letter of the method family; evidence is averaged inside one.
    needs
        Reports and columns without which it is not run.
    reduce
        ``reduce(tables, scope)``: an expression that yields the small table.
    judge
        ``judge(frame, scope)``: one `Answer` for each vendor of the scope.
    rows
        ``rows(tables, scope)``: an expression with the evidence rows. It has the columns
        of `row_columns`, among them vendor and, when `row_report` is calls, call_id and
        `seconds` (the part of the call at question).
    honest_explanations, what_would_clear_it
        Catalogue templates.
    catches
        The simulated scheme it must catch.
    minimum_n
        Below this many observations it is not run.
    about
        Why it matters, the method and its source; printed in the appendix.
    least_vendors
        Vendors from which a pattern may lead to a finding: 1 where each is held against
        itself, 6 where levels are compared; `None` where it only asks or serves the verdict,
        and so has no share in the weights of the families that can name a vendor.
    drills
        The check whose evidence this one breaks down to agents: it names nobody unless
        that one names the vendor, and adds nothing to the evidence of the vendor.
    stored
        How the small table comes out of stored tables of counts.
    """

    id: str
    question: str
    kind: Kind
    family: str
    needs: tuple[Need, ...]
    reduce: Callable[[Tables, Scope], ibis.Table]
    judge: Callable[[pd.DataFrame, Scope], Sequence[Answer]]
    honest_explanations: tuple[str, ...]
    what_would_clear_it: str
    catches: str
    minimum_n: int
    about: str
    rows: Callable[[Tables, Scope], ibis.Table] | None = None
    row_report: str | None = None
    least_vendors: int | None = None
    drills: str | None = None
    stored: Stored | None = None

    @property
    def compares_levels(self) -> bool:
        """Whether vendors are held against each other, so that their leads must be alike."""
        return self.least_vendors is not None and self.least_vendors > 1


def picked(rows: ibis.Table, evidence: Evidence) -> ibis.Table:
    """Return the rows behind one piece of evidence out of those of its check."""
    for column, value in evidence.filters.items():
        if isinstance(value, tuple):
            rows = rows.filter(rows[column].isin(value))
        else:
            rows = rows.filter(rows[column] == value)
    return rows
