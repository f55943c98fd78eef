"""The pages behind: verdict inputs, volumes, every check, data received, method, versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vendoreval.measures import GlossaryGroup, glossary
from vendoreval.report.models import AuditDocument, NoteModel, VendorModel
from vendoreval.report.reader import DASH, Reader
from vendoreval.report.words import KINDS, REPORTS, STATES
from vendoreval.text import N_

MOST_MATRIX_VENDORS = 16
STATE_ORDER = ("signal", "review", "not_run", "clear")
_VOLUMES = {
    "dials": N_("Dials"),
    "conversations": N_("Conversations"),
    "billed_minutes": N_("Billed minutes"),
    "sales": N_("Sales"),
    "surviving_sales": N_("Surviving sales"),
}


@dataclass(frozen=True)
class VolumeRow:
    """What a vendor did in the period; each cell is a figure and its change."""

    name: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mark:
    """The state of a check for one vendor: the number of its column."""

    state: str
    column: int


@dataclass(frozen=True)
class CheckRow:
    """One check: its marks for the vendors in order, and the same in words."""

    id: str
    question: str
    marks: tuple[Mark, ...]
    told: str


@dataclass(frozen=True)
class UnseenRow:
    """The smallest departure a check could have found, for each vendor it was asked of."""

    id: str
    question: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DataRow:
    """What came in for one report of one vendor."""

    vendor: str
    report: str
    delivered: str
    late: str
    missing: str
    accepted: str
    faulty: str
    alert: bool


@dataclass(frozen=True)
class Demand:
    """What to ask for so that more questions can be put."""

    demand: str
    vendors: str
    checks: str


@dataclass(frozen=True)
class Note:
    """Method of one check."""

    id: str
    kind: str
    question: str
    about: str
    explanations: tuple[str, ...]
    clears: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class Appendix:
    """All pages behind page one that are not a finding."""

    volume_heads: tuple[str, ...]
    volumes: tuple[VolumeRow, ...]
    compared: str
    names: tuple[str, ...]
    matrix: bool
    checks: tuple[CheckRow, ...]
    unseen: tuple[UnseenRow, ...]
    data: tuple[DataRow, ...]
    demands: tuple[Demand, ...]
    comparisons: tuple[str, ...]
    notes: tuple[Note, ...]
    glossary: tuple[GlossaryGroup, ...]
    rules: tuple[str, ...]
    policy: tuple[tuple[str, str], ...]
    policy_hash: str
    versions: tuple[tuple[str, str], ...]


def appendix(reader: Reader) -> Appendix:
    """Return everything behind page one and the findings."""
    written = reader.document
    shown = [name for name in _VOLUMES if any(name in v.measures for v in written.vendors)]
    compared = reader.inner_period(written.compare_with) if written.compare_with else ""
    return Appendix(
        volume_heads=tuple(reader.word(_VOLUMES[name]) for name in shown),
        volumes=tuple(_volume(reader, vendor, shown) for vendor in written.vendors),
        compared=compared,
        names=tuple(vendor.title for vendor in written.vendors),
        matrix=len(written.vendors) <= MOST_MATRIX_VENDORS,
        checks=_checks(reader),
        unseen=_unseen(reader),
        data=tuple(row for vendor in written.vendors for row in _data(reader, vendor)),
        demands=_demands(reader),
        comparisons=reader.texts(written, "comparisons"),
        notes=tuple(_note(reader, note) for note in written.checks),
        glossary=glossary(reader.language.code),
        rules=reader.texts(written, "rules"),
        policy=tuple(sorted(written.policy.items())),
        policy_hash=written.policy_hash,
        versions=tuple(sorted(written.versions.items())),
    )


def _volume(reader: Reader, vendor: VendorModel, names: list[str]) -> VolumeRow:
    cells = []
    for name in names:
        measure = vendor.measures.get(name)
        value = reader.number(measure.value if measure else None)
        cells.append((value, reader.change(measure) if reader.document.compare_with else ""))
    return VolumeRow(vendor.title, tuple(cells))


def _checks(reader: Reader) -> tuple[CheckRow, ...]:
    written = reader.document
    order = [note.id for note in written.checks]
    asked = {row.check for vendor in written.vendors for row in vendor.checks}
    order += sorted(asked.difference(order))
    questions = {note.id: reader.text(note, "question") for note in written.checks}
    return tuple(
        _check(reader, check, questions.get(check, check)) for check in order if check in asked
    )


def _check(reader: Reader, check: str, question: str) -> CheckRow:
    marks, grouped = [], dict[str, list[str]]()
    for column, vendor in enumerate(reader.document.vendors):
        row = next((row for row in vendor.checks if row.check == check), None)
        if row is not None:
            marks.append(Mark(row.state, column))
            grouped.setdefault(row.state, []).append(vendor.title)
    told = "; ".join(
        f"{reader.word(STATES[state])}: {_everybody(reader, reader.document, grouped[state])}"
        for state in STATE_ORDER
        if state in grouped
    )
    return CheckRow(check, question, tuple(marks), told)


def _unseen(reader: Reader) -> tuple[UnseenRow, ...]:
    written = reader.document
    rows = []
    for note in written.checks:
        grouped: dict[str, list[str]] = {}
        for vendor in written.vendors:
            for row in vendor.checks:
                if row.check == note.id and row.unseen:
                    grouped.setdefault(reader.text(row, "unseen"), []).append(vendor.title)
        if grouped:
            answers = tuple((", ".join(names), text) for text, names in grouped.items())
            rows.append(UnseenRow(note.id, reader.text(note, "question"), answers))
    return tuple(rows)


def _data(reader: Reader, vendor: VendorModel) -> Iterable[DataRow]:
    for index, (report, status) in enumerate(vendor.data_status.items()):
        known = REPORTS.get(report)
        number = reader.number
        yield DataRow(
            vendor=vendor.title if index == 0 else "",
            report=reader.word(known) if known else report,
            delivered=f"{number(status.delivered)} / {number(status.expected)}",
            late=number(status.late) if status.late else DASH,
            missing=number(status.missing) if status.missing else DASH,
            accepted=number(status.accepted_rows),
            faulty=number(status.faulty_rows) if status.faulty_rows else DASH,
            alert=bool(status.missing),
        )


def _demands(reader: Reader) -> tuple[Demand, ...]:
    written = reader.document
    grouped: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for row in written.not_run:
        vendors, checks = grouped.setdefault(reader.text(row, "demand"), ({}, {}))
        vendors[reader.vendor(row.vendor)] = None
        checks[row.check] = None
    return tuple(
        Demand(demand, _everybody(reader, written, vendors), ", ".join(checks))
        for demand, (vendors, checks) in grouped.items()
    )


def _everybody(reader: Reader, written: AuditDocument, names: Iterable[str]) -> str:
    named = list(names)
    if len(named) == len(written.vendors) > 1:
        return reader.word(N_("All vendors"))
    return ", ".join(named)


def _note(reader: Reader, note: NoteModel) -> Note:
    kind = KINDS.get(note.kind)
    return Note(
        note.id, reader.word(kind) if kind else note.kind, reader.text(note, "question"),
        reader.text(note, "about"), reader.texts(note, "honest_explanations"),
        reader.text(note, "what_would_clear_it"), reader.texts(note, "details"),
    )  # fmt: skip
