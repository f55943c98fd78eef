"""Which report of the library a sheet is most like, and which of its headers name what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, Literal

from vendoreval.agreement.library import library_names, library_report
from vendoreval.agreement.lint_columns import plain_header
from vendoreval.agreement.presets import preset_names, stored_preset
from vendoreval.drafting.header_words import header_words, likeness

How = Literal["header", "spelling", "settled"]
_OFFERED: Final = 0.6
_OFFER_WORTH: Final = 0.4
# the very name of a column says more than one of its synonyms
_NAME_WORTH: Final = 1.25
_FILE_WORTH: Final = 0.5
_LEAST_OF_PRESET: Final = 4
# of two reports that fit alike, the one that vendors send more often
_ORDER: Final = (
    "calls", "agent_days", "funnel", "sales", "invoice_lines", "leads", "client_sales", "roster",
    "agent_sessions", "funnel_events", "reviews", "carrier_calls", "incidents", "do_not_call",
)  # fmt: skip
# names of a length that may or may not hold ringing, hold and wrap-up: never taken unasked
_DOUBTFUL: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("calls", "talk_seconds"): ("duration", "длительность", "call duration", "продолжительность",
                                "длительность звонка", "billsec", "call time", "время звонка"),
    ("calls", "call_id"): ("id", "number", "номер", "n", "guid", "uid"),
    ("sales", "sale_id"): ("id", "number", "номер", "deal"),
    ("client_sales", "sale_id"): ("id", "number", "номер", "deal"),
    ("funnel", "lead_id"): ("id", "number", "номер", "deal id", "contact id", "client id"),
    ("leads", "lead_id"): ("id", "number", "номер", "contact id", "client id"),
    ("calls", "lead_id"): ("contact id", "client id", "customer id", "id клиента", "id контакта"),
    ("calls", "phone"): ("номер", "number", "client phone"),
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """A header that names a column of the report, and by what it was told."""

    place: int
    column: str
    how: How


@dataclass(frozen=True)
class Offer:
    """A header that may name a column of the report.

    Parameters
    ----------
    likeness
        0 to 1; how alike the words are.
    doubtful
        Whether the words are known to mean more than one thing.
    """

    place: int
    column: str
    likeness: float
    doubtful: bool = False


@dataclass(frozen=True)
class Candidate:
    """A report of the library beside a sheet."""

    report: str
    taken: tuple[Taken, ...]
    offers: tuple[Offer, ...]
    score: float = field(compare=False, default=0.0)

    @property
    def columns(self) -> dict[int, str]:
        """Place of the header -> column."""
        return {entry.place: entry.column for entry in self.taken}


def candidates(
    headers: Sequence[str], named: Collection[str] = (), settled: Mapping[str, str] | None = None
) -> list[Candidate]:
    """Return the reports of the library, the likeliest first.

    Parameters
    ----------
    headers
        Header texts of the sheet.
    named
        Names of the file and sheet, which may say what it is.
    settled
        Header -> column, as a person decided.

    Examples
    --------
    >>> found = candidates(["ID звонка", "Оператор", "Начало звонка", "Длит. разг.", "Результат"])
    >>> found[0].report, [entry.column for entry in found[0].taken]
    ('calls', ['call_id', 'agent_id', 'started_at', 'disposition'])
    >>> [(offer.place, offer.column) for offer in found[0].offers]
    [(3, 'talk_seconds')]
    """
    order = {name: place for place, name in enumerate(_ORDER)}
    found = [candidate(name, headers, named, settled) for name in library_names()]
    return sorted(
        found, key=lambda c: (-c.score, -len(c.taken), order.get(c.report, len(order)))
    )  # fmt: skip


def candidate(
    report: str,
    headers: Sequence[str],
    named: Collection[str] = (),
    settled: Mapping[str, str] | None = None,
) -> Candidate:
    """Hold a sheet against one report of the library."""
    taken = _taken(report, headers, settled or {})
    offers = _offers(report, headers, taken)
    score = _score(report, headers, taken, offers, named)
    return Candidate(report, tuple(taken), tuple(offers), score)


def _taken(report: str, headers: Sequence[str], settled: Mapping[str, str]) -> list[Taken]:
    as_read, by_words = _known(report)
    columns = {entry["name"] for entry in library_report(report)["properties"]}
    decided = {plain_header(header): column for header, column in settled.items()}
    found: dict[int, Taken] = {}
    used: set[str] = set()

    def take(place: int, column: str | None, how: How) -> None:
        if column is not None and column in columns - used and place not in found:
            found[place] = Taken(place, column, how)
            used.add(column)

    for place, header in enumerate(headers):
        take(place, decided.get(plain_header(header)), "settled")
    open_places = [p for p, h in enumerate(headers) if plain_header(h) not in decided]
    for place in open_places:
        take(place, as_read.get(plain_header(headers[place])), "header")
    for place in open_places:
        # of a header of two rows the lower one may say enough
        for text in (headers[place], headers[place].rpartition(" / ")[2]):
            words = header_words(text)
            # no unit of an agreement is a thousandth of a second
            if words.unit != "ms":
                take(place, by_words.get(words.words), "spelling")
    return [found[place] for place in sorted(found)]


def _offers(report: str, headers: Sequence[str], taken: Sequence[Taken]) -> list[Offer]:
    places = {entry.place for entry in taken}
    used = {entry.column for entry in taken}
    found = []
    for place, header in enumerate(headers):
        if place in places or not header_words(header).words:
            continue
        for entry in library_report(report)["properties"]:
            name = entry["name"]
            if name in used:
                continue
            doubtful = header_words(header).words in _doubtful(report, name)
            said = dict.fromkeys((header, header.rpartition(" / ")[2]))
            like = max(likeness(part, text) for part in said for text in _texts(entry))
            if doubtful or like >= _OFFERED:
                found.append(Offer(place, name, max(like, _OFFERED), doubtful))
    found.sort(key=lambda offer: (-offer.likeness, offer.place))
    kept: list[Offer] = []
    for offer in found:
        if all(offer.place != k.place and offer.column != k.column for k in kept):
            kept.append(offer)
    return sorted(kept, key=lambda offer: offer.place)


def _score(
    report: str,
    headers: Sequence[str],
    taken: Sequence[Taken],
    offers: Sequence[Offer],
    named: Collection[str],
) -> float:
    """Return the share of what the report asks for, and of what the sheet holds."""
    asked = [e["name"] for e in library_report(report)["properties"] if e.get("required")]
    worth = {
        t.column: _NAME_WORTH if header_words(headers[t.place]) == header_words(t.column) else 1.0
        for t in taken
    }
    worth |= {offer.column: _OFFER_WORTH * offer.likeness for offer in offers}
    score = sum(worth.get(name, 0.0) for name in asked) / len(asked)
    score += sum(worth.values()) / max(len(headers), 1)
    if any(_speaks_of(report, name) for name in named):
        score += _FILE_WORTH
    return score if taken or offers else 0.0


def _speaks_of(report: str, name: str) -> bool:
    words = " ".join(header_words(name).words)
    entry = library_report(report)
    known = [report, entry["businessName"], *(s["synonym"] for s in entry.get("synonyms", ()))]
    return any(" ".join(header_words(text).words) in words for text in known)


@cache
def _known(report: str) -> tuple[dict[str, str], dict[tuple[str, ...], str]]:
    """Return headers as files are read by them, and by their words alone, -> column."""
    as_read: dict[str, str] = {}
    by_words: dict[tuple[str, ...], str] = {}
    for entry in library_report(report)["properties"]:
        as_read.setdefault(plain_header(entry["name"]), entry["name"])
    doubled: set[tuple[str, ...]] = set()
    for entry in library_report(report)["properties"]:
        for text in _texts(entry):
            as_read.setdefault(plain_header(text), entry["name"])
            words = header_words(text).words
            if by_words.setdefault(words, entry["name"]) != entry["name"]:
                doubled.add(words)
    return as_read, {words: name for words, name in by_words.items() if words not in doubled}


def _texts(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (entry["name"], *(synonym["synonym"] for synonym in entry.get("synonyms", ())))


@cache
def _doubtful(report: str, column: str) -> frozenset[tuple[str, ...]]:
    texts = _DOUBTFUL.get((report, column), ())
    return frozenset(header_words(text).words for text in texts)


@cache
def known_words() -> frozenset[tuple[str, ...]]:
    """Return the words of every header that any report of the library knows."""
    return frozenset(words for name in library_names() for words in _known(name)[1])


@cache
def _preset_headers(name: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """Return, for each report of a preset, the headers of each column."""
    return tuple(
        tuple(
            frozenset(plain_header(s["synonym"]) for s in column.get("synonyms", ()))
            for column in report["properties"]
        )
        for report in stored_preset(name)["schema"]
    )


def likely_preset(headers: Sequence[str]) -> tuple[str, int] | None:
    """Return the preset whose headers these are, and how many; `None` when few are.

    Examples
    --------
    >>> likely_preset(["calldate", "clid", "src", "dst", "dcontext", "billsec", "disposition",
    ...                "uniqueid", "duration"])
    ('asterisk-cdr', 7)
    """
    own = {plain_header(header) for header in headers if header.strip()}
    counted = [
        (sum(bool(own & known) for known in columns), len(columns), name)
        for name in preset_names()
        for columns in _preset_headers(name)
    ]
    count, asked, name = max(counted, key=lambda entry: entry[0])
    # an export has columns that no report takes, and a report some that it lacks
    return (
        (name, count) if count >= _LEAST_OF_PRESET and count * 2 >= min(asked, len(own)) else None
    )
