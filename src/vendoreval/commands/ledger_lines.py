"""What `vendoreval ledger` prints: plain lines, personal data masked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from vendoreval.ledger import (
    Commit,
    Compaction,
    Erasure,
    ErasureReceipt,
    Event,
    Ledger,
    RowHistory,
    Version,
)
from vendoreval.report import clean_text, mask_text, mask_value
from vendoreval.text import Count, Language, Message, language, msg, nmsg

_INSTANT = "%Y-%m-%d %H:%M"
_FATES = {
    "counts": msg("in force"),
    "superseded": msg("superseded"),
    "replaced": msg("replaced by its key"),
    "kept out": msg("kept out for its faults"),
}


def log_lines(
    ledger: Ledger, code: str, vendor: str | None = None, report: str | None = None
) -> Iterator[str]:
    """Yield one line for each record of the ledger."""
    tongue = language(code)
    heirs = {old: c.number for c in ledger.commits for old in c.supersedes}
    partly = {part.delivery for c in ledger.commits for part in c.replaces}
    for record in ledger.records:
        if isinstance(record, Commit):
            if vendor in {None, record.vendor} and report in {None, record.report}:
                yield _commit_line(record, tongue, heirs, partly)
        elif isinstance(record, Event):
            if vendor in {None, record.vendor} and report is None:
                yield _event_line(record)
        elif vendor is None and report is None:
            yield _other_line(record, tongue)


def _commit_line(commit: Commit, tongue: Language, heirs: dict[int, int], partly: set[int]) -> str:
    state: Message = msg("in force")
    if commit.number in heirs:
        state = msg("superseded by %(number)s", number=str(heirs[commit.number]))
    elif commit.number in partly:
        state = msg("in force, single rows replaced")
    cells = [
        f"{commit.number:>6}",
        f"{commit.received_at:{_INSTANT}}",
        commit.vendor,
        commit.report,
        commit.period or "-",
        clean_text(commit.file),
        tongue.number(commit.rows.accepted),
        tongue.say(state),
    ]
    return "  ".join([*cells, *([clean_text(commit.reason)] if commit.reason else [])])


def _event_line(event: Event) -> str:
    """Return an event; its body is shown by its number."""
    about = (event.topic, event.vendor or "-", event.period or "-", clean_text(event.who))
    return "  ".join((f"{event.number:>6}", f"{event.posted_at:{_INSTANT}}", *about))


def event_lines(event: Event, code: str) -> Iterator[str]:
    """Yield everything an event holds."""
    speak = language(code).say
    labelled = (
        (msg("vendor"), event.vendor or "-"),
        (msg("period"), event.period or "-"),
        (msg("who"), clean_text(event.who)),
        (msg("happened"), _instant(event.at)),
        (msg("recorded"), _instant(event.posted_at)),
    )
    yield f"{event.number}  {event.topic}"
    for label, value in labelled:
        yield f"  {speak(label)}: {value}"
    for line in json.dumps(event.body, ensure_ascii=False, indent=2).splitlines():
        yield "  " + mask_text(clean_text(line))


def _other_line(record: Erasure | Compaction, tongue: Language) -> str:
    head = f"{record.number:>6}  {record.posted_at:{_INSTANT}}  "
    if isinstance(record, Erasure):
        said = nmsg(
            "personal data of %(n)s row erased: %(reason)s",
            "personal data of %(n)s rows erased: %(reason)s",
            record.rows, n=Count(record.rows), reason=clean_text(record.reason),
        )  # fmt: skip
    else:
        files = sum(len(pack.members) for pack in record.packs)
        said = msg("files put together: %(files)s into %(packs)s",
                   files=Count(files), packs=Count(len(record.packs)))  # fmt: skip
    return head + tongue.say(said)


def delivery_lines(ledger: Ledger, commit: Commit, code: str) -> Iterator[str]:
    """Yield everything that is known of one delivery."""
    tongue = language(code)

    def line(label: Message, value: str) -> str:
        return f"  {tongue.say(label)}: {value}"

    yield f"{commit.number}  {clean_text(commit.file)}"
    yield line(msg("vendor"), commit.vendor)
    yield line(msg("report"), f"{commit.report} {commit.period or ''}".rstrip())
    yield line(msg("came on"), _instant(commit.received_at))
    if commit.posted_at is not None:
        yield line(msg("posted"), _instant(commit.posted_at))
    yield line(msg("hash of the file"), commit.sha256)
    yield line(msg("hash of the agreement"), commit.agreement_sha256)
    rows = commit.rows
    yield "  " + tongue.say(
        msg(
            "%(delivered)s rows = %(accepted)s accepted + %(quarantined)s quarantined + "
            "%(rejected)s rejected + %(skipped)s skipped",
            delivered=Count(rows.delivered), accepted=Count(rows.accepted),
            quarantined=Count(rows.quarantined), rejected=Count(rows.rejected),
            skipped=Count(rows.skipped),
        )
    )  # fmt: skip
    for rule, count in commit.counts.items():
        yield f"    {rule}: {tongue.number(count)}"
    for name, both in commit.sums.items():
        if both.accepted is not None:
            yield f"    {name}: {tongue.number(both.accepted, 2)}"
    yield from ("  " + tongue.say(said) for said in _became(ledger, commit))
    yield from _files(ledger, commit, tongue)


def _became(ledger: Ledger, commit: Commit) -> Iterator[Message]:
    """Yield what it replaced and what became of it."""
    if commit.reason:
        yield msg("reason: %(reason)s", reason=clean_text(commit.reason))
    if commit.supersedes:
        yield msg("supersedes delivery %(numbers)s",
                  numbers=", ".join(map(str, commit.supersedes)))  # fmt: skip
    for part in commit.replaces:
        yield msg("rows of delivery %(number)s replaced by key: %(n)s",
                  number=str(part.delivery), n=Count(part.rows))  # fmt: skip
    for heir in ledger.commits:
        if commit.number in heir.supersedes:
            yield msg("superseded by %(number)s", number=str(heir.number))
        for part in heir.replaces:
            if part.delivery == commit.number:
                yield msg("rows replaced by delivery %(number)s: %(n)s",
                          number=str(heir.number), n=Count(part.rows))  # fmt: skip
    named = {file.path for file in commit.files}
    for record in ledger.records:
        if isinstance(record, Erasure) and any(f.path in named for f in record.files):
            yield msg("personal data erased by %(number)s: %(reason)s",
                      number=str(record.number), reason=clean_text(record.reason))  # fmt: skip


def _files(ledger: Ledger, commit: Commit, tongue: Language) -> Iterator[str]:
    damaged = ledger.damage([commit])
    for file in commit.files:
        yield f"  {file.path}: {file.role}, {tongue.number(file.rows)}"
    for problem in damaged.values():
        yield "  " + problem.describe(tongue.code)


def history_lines(history: RowHistory, code: str) -> Iterator[str]:
    """Yield the versions of one row; of each but the first only what differs."""
    tongue = language(code)
    yield f"{history.report}  {' / '.join(history.key.values())}"
    if not len(history):
        yield "  " + tongue.say(msg("no delivery holds this key"))
    before: Version | None = None
    for version in history:
        fate = tongue.say(_FATES[version.fate])
        if version.by is not None:
            fate += f" ({version.by})"
        yield (
            f"  {version.delivery}  {version.vendor}  {clean_text(version.file)}  "
            f"{_instant(version.received_at)}  {fate}"
        )
        for text in version.erased:
            yield "    " + tongue.say(msg("personal data erased on %(text)s", text=text))
        for name, value in version.values.items():
            former = None if before is None else before.values.get(name)
            if _shown(name, former) != _shown(name, value):
                yield f"    {name} = {_shown(name, value)}"
        before = version


def _shown(name: str, value: Any) -> str:
    return "-" if value is None else mask_value(name, clean_text(str(value)))


def erasure_lines(receipt: ErasureReceipt, code: str) -> Iterator[str]:
    """Yield what an erasure did or would do, and what is left to do by hand."""
    speak = language(code).say
    if not receipt.rows:
        yield speak(msg("No row of the ledger holds such data"))
        return
    done = receipt.record is not None
    yield speak(msg("Personal data were erased:") if done else msg("Would be erased:"))
    for report, rows in receipt.rows.items():
        yield f"  {report}: {language(code).number(rows)}"
    if not done:
        yield speak(msg("Nothing was changed; add --yes to do it. It cannot be undone."))
        return
    yield speak(
        msg("Code of the erasure: %(code)s; keep it with the request, it is shown only now",
            code=receipt.code)
    )  # fmt: skip
    yield speak(msg("The data came in these files, which lie outside the ledger; look into "
                    "inbox/, client/, returns/ and your backups:"))  # fmt: skip
    yield from (f"  {clean_text(name)}" for name in receipt.received)


def _instant(at: datetime) -> str:
    return f"{at:{_INSTANT}} UTC"
