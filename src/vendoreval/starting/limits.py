"""The limits register: what one side told the other, the way round it, and when it is tested.

An entry is the agreement's `disclosures`, or stands in `onboarding/VENDOR/limits.yaml` of the
workspace in the same shape until it gets into the agreement. A review is an event of the
ledger. The monthly audit asks `limits_due` for the entries whose date has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from vendoreval.agreement import Agreement, Disclosure
from vendoreval.agreement.problems import model_problems
from vendoreval.agreement.yaml_file import read_yaml
from vendoreval.errors import AgreementError, Problem
from vendoreval.ledger import Event, Ledger
from vendoreval.measures import DEFINITIONS, Definition, Measured
from vendoreval.period import Period
from vendoreval.starting.limit_measures import measured
from vendoreval.starting.signatures import REVIEW_TOPIC
from vendoreval.text import Message, msg

LIMITS_FILE: Final = "limits.yaml"
_MEASURES: Final = DEFINITIONS


class _Register(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    limits: tuple[Disclosure, ...]


@dataclass(frozen=True)
class Review:
    """A look at a limit when its date had come.

    Parameters
    ----------
    next_on
        When it is looked at again; `None` when it is settled for good.
    """

    on: date
    who: str
    decision: str
    next_on: date | None = None


@dataclass(frozen=True)
class Limit:
    """One entry of the register with its reviews, the oldest first."""

    told: Disclosure
    source: str
    reviews: tuple[Review, ...] = ()

    @property
    def id(self) -> str:
        """Its name in the register."""
        return self.told.id

    @property
    def measure(self) -> Definition | None:
        """The measure that tests it, when the catalogue holds it."""
        return _MEASURES.get(self.told.measure or "")

    @property
    def review_on(self) -> date | None:
        """The day of its next review; the last review says it, else the register."""
        return self.reviews[-1].next_on if self.reviews else self.told.review_on

    def is_due(self, on: date) -> bool:
        """Whether its date has come and it was not reviewed since."""
        return self.review_on is not None and self.review_on <= on

    def lacks(self) -> tuple[Message, ...]:
        """Return what it still needs to be testable."""
        told = self.told
        found = [
            (told.alternative, msg("an alternative")),
            (told.decision, msg("a decision")),
            (told.measure, msg("a measure")),
            (told.review_on or self.reviews, msg("a review date")),
        ]
        lacking = [what for value, what in found if not value]
        if told.measure and self.measure is None:
            lacking.append(msg("a measure of the catalogue instead of %(name)s", name=told.measure))
        return tuple(lacking)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            **self.told.model_dump(mode="json"), "source": self.source,
            "next_review_on": self.review_on.isoformat() if self.review_on else None,
            "reviews": [
                {"on": one.on.isoformat(), "who": one.who, "decision": one.decision,
                 "next_on": one.next_on.isoformat() if one.next_on else None}
                for one in self.reviews
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class LimitDue:
    """A limit whose date has come, with the measure of the period.

    Parameters
    ----------
    value
        `None` when the catalogue lacks the measure.
    """

    limit: Limit
    value: Measured | None
    period: Period

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        value = self.value
        return {
            "limit": self.limit.to_json(), "period": str(self.period),
            "measure": self.limit.told.measure,
            "value": value.value if value else None, "low": value.low if value else None,
            "high": value.high if value else None, "n": value.n if value else None,
        }  # fmt: skip


def limits_register(
    agreement: Agreement | None, own: Path | None = None, events: Iterable[Event] = ()
) -> tuple[Limit, ...]:
    """Return every limit told, from the agreement and from the workspace's file.

    Parameters
    ----------
    own
        `onboarding/VENDOR/limits.yaml`, when it is there.
    events
        Of the vendor; reviews are among them.

    Raises
    ------
    AgreementError
        If the file is wrong, or names a limit twice.
    """
    reviews = _reviews(events)
    told: list[tuple[Disclosure, str]] = []
    if agreement is not None:
        told += [(one, agreement.source or "agreement") for one in agreement.disclosures]
    if own is not None and own.exists():
        told += [(one, str(own)) for one in _read(own)]
    problems, seen = [], set()
    for one, source in told:
        if one.id in seen:
            problems.append(
                Problem(source, one.id, msg("the limit %(name)s stands twice", name=one.id),
                        msg("each limit once, in the agreement or in the file"),
                        msg("remove it from %(name)s", name=LIMITS_FILE))
            )  # fmt: skip
        seen.add(one.id)
    if problems:
        raise AgreementError(problems)
    return tuple(Limit(one, source, tuple(reviews.get(one.id, ()))) for one, source in told)


def limits_due(
    limits: Sequence[Limit], ledger: Ledger, vendor: str, period: str | Period,
    agreement: Agreement | None = None,
) -> tuple[LimitDue, ...]:  # fmt: skip
    """Return the limits to be reviewed by the end of a period, each with its measure.

    Parameters
    ----------
    limits
        The register; see `limits_register`.
    period
        The audited one, a month.
    agreement
        The vendor's own, for measures of delivery.

    Raises
    ------
    LedgerError
        If a delivery that is needed is damaged.
    """
    span = Period.parse(period) if isinstance(period, str) else period
    due = [one for one in limits if one.is_due(span.last_day)]
    values = measured(
        ledger, vendor, span, {one.told.measure for one in due if one.told.measure}, agreement
    )
    return tuple(LimitDue(one, values.get(one.told.measure or ""), span) for one in due)


def record_review(
    ledger: Ledger, vendor: str, limit: str, decision: str, *, who: str,
    next_on: date | None = None, at: date | None = None,
) -> Event:  # fmt: skip
    """Write into the ledger what was decided when the date of a limit came."""
    body = {
        "limit": limit, "decision": decision,
        "on": (at or date.today()).isoformat(),
        "next_on": next_on.isoformat() if next_on else None,
    }  # fmt: skip
    return ledger.record_event(REVIEW_TOPIC, body, who=who, vendor=vendor)


def _reviews(events: Iterable[Event]) -> dict[str, list[Review]]:
    found: dict[str, list[Review]] = {}
    for event in events:
        if event.topic == REVIEW_TOPIC:
            body: Any = event.body
            later = date.fromisoformat(body["next_on"]) if body.get("next_on") else None
            found.setdefault(str(body["limit"]), []).append(
                Review(date.fromisoformat(body["on"]), event.who, str(body["decision"]), later)
            )
    return found


def _read(path: Path) -> tuple[Disclosure, ...]:
    value = read_yaml(path)
    try:
        return _Register.model_validate(value).limits
    except ValidationError as error:
        raise AgreementError(model_problems(str(path), error)) from None
