"""What posting a delivery means for those already there.

* The same bytes for the same vendor and report change nothing.
* A delivery supersedes those of the same vendor and report whose period lies
  within its own; a report without periods is superseded as a whole.
* Where rows could count twice (a day inside a month already delivered, weeks
  across two months) posting is refused; `replace` supersedes all that overlap.
* A correction by key supersedes no delivery; see `by_key`.
* A delivery whose files are damaged is replaced by the same file posted again; one of
  whose rows personal data were erased is not, for that would bring them back.
* A delivery of which no row was accepted never takes the place of accepted rows:
  a broken resend must not empty a month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vendoreval.errors import LedgerError, Problem
from vendoreval.ledger.known import live
from vendoreval.ledger.records import Commit
from vendoreval.period import Period
from vendoreval.text import Message, msg


@dataclass(frozen=True)
class Decision:
    """What to do with a delivery.

    Parameters
    ----------
    same
        The commit that already holds it; nothing is to be posted then.
    supersedes
        Numbers of the commits that stop to count.
    note
        What the person who posts should know.
    """

    same: Commit | None = None
    supersedes: tuple[int, ...] = ()
    note: Message | None = None


def decide(
    commits: Sequence[Commit],
    new: Commit,
    *,
    replace: bool,
    where: Path,
    is_damaged: Callable[[Commit], bool] = lambda commit: False,
    is_erased: Callable[[Commit], bool] = lambda commit: False,
    by_key: bool = False,
) -> Decision:
    """Judge a delivery against the ledger.

    Raises
    ------
    LedgerError
        If rows would count twice, or erased personal data would come back.
    """
    counting = live(commits)
    rivals = [c for c in counting if (c.vendor, c.report) == (new.vendor, new.report)]
    same = _same_delivery(commits, counting, new)
    if same is not None:
        if same in counting and is_damaged(same):
            return _superseding([same])
        if not (replace and _would_change(counting, same, new)):
            return Decision(same=same, note=_about_same(commits, counting, same, new))
        if is_erased(same):
            raise LedgerError(_brings_back(same, where))
    if by_key:
        return Decision()
    if replace:
        gone = [c for c in rivals if overlap(c, new) or c.sha256 == new.sha256]
        return _superseding(gone)
    if not new.rows.accepted:
        return _nothing_accepted(rivals, new)
    gone = [c for c in rivals if covers(new, c)]
    twice = [c for c in rivals if c not in gone and c.rows.accepted and overlap(c, new)]
    if twice:
        raise LedgerError([_counted_twice(commit, new, where) for commit in twice])
    return _superseding(gone)


def covers(new: Commit, old: Commit) -> bool:
    """Whether the period of the old delivery lies within that of the new one."""
    ours, theirs = new.span, old.span
    if ours is None or theirs is None:
        return ours is theirs
    return ours.start <= theirs.start and theirs.end <= ours.end


def overlap(one: Commit, other: Commit) -> bool:
    """Whether a row could stand in both; a delivery without a period may hold any day."""
    first, second = one.span, other.span
    return first is None or second is None or first.overlaps(second)


def _same_delivery(
    commits: Sequence[Commit], counting: Sequence[Commit], new: Commit
) -> Commit | None:
    """Return the commit of the same bytes, one that counts before one that does not."""
    found = [
        c
        for c in commits
        if (c.vendor, c.report, c.sha256) == (new.vendor, new.report, new.sha256)
        # files of a head alone are alike on every day without calls
        and (c.period == new.period or c.rows.accepted or new.rows.accepted)
    ]
    return max(found, key=lambda c: (c in counting, c.number), default=None)


def _would_change(counting: Sequence[Commit], same: Commit, new: Commit) -> bool:
    def content(commit: Commit) -> tuple[object, ...]:
        return commit.period, commit.agreement_sha256, commit.rows, commit.counts

    return same not in counting or content(same) != content(new)


def _about_same(
    commits: Sequence[Commit], counting: Sequence[Commit], same: Commit, new: Commit
) -> Message:
    number = str(same.number)
    if same not in counting:
        heirs = [str(c.number) for c in commits if same.number in c.supersedes]
        return msg(
            "the file was posted before as delivery %(number)s and delivery %(heir)s "
            "has superseded it; nothing was changed; post it with replace to count it again",
            number=number,
            heir=", ".join(heirs),
        )
    if same.period != new.period:
        return msg(
            "the same bytes were posted before as delivery %(number)s for %(period)s; "
            "nothing was changed; check which file was meant",
            number=number,
            period=same.period or "-",
        )
    if same.agreement_sha256 != new.agreement_sha256:
        return msg(
            "the file was posted before as delivery %(number)s under another version of "
            "the agreement; nothing was changed; post it with replace to judge it by this one",
            number=number,
        )
    return msg(
        "the file was posted before as delivery %(number)s; nothing was changed", number=number
    )


def _brings_back(same: Commit, where: Path) -> Problem:
    return Problem(
        same.file,
        same.period or "",
        msg(
            "personal data of delivery %(number)s were erased on request; this file would "
            "bring them back",
            number=str(same.number),
        ),
        msg("a file without the data that were erased"),
        msg("ask for the file without them (ledger: %(ledger)s)", ledger=str(where)),
    )


def _superseding(gone: Sequence[Commit]) -> Decision:
    if not gone:
        return Decision()
    numbers = tuple(c.number for c in gone)
    note = msg("supersedes delivery %(numbers)s", numbers=", ".join(map(str, numbers)))
    return Decision(supersedes=numbers, note=note)


def _nothing_accepted(rivals: Sequence[Commit], new: Commit) -> Decision:
    gone = [c for c in rivals if covers(new, c) and not c.rows.accepted]
    kept = [c for c in rivals if c.rows.accepted and overlap(c, new)]
    if not kept:
        return _superseding(gone)
    note = msg(
        "no row of the file was accepted, so delivery %(numbers)s still counts",
        numbers=", ".join(str(c.number) for c in kept),
    )
    return Decision(supersedes=tuple(c.number for c in gone), note=note)


def _counted_twice(old: Commit, new: Commit, where: Path) -> Problem:
    return Problem(
        new.file,
        new.period or "",
        msg(
            "delivery %(number)s (%(file)s) already holds %(report)s of %(period)s, "
            "so rows would count twice",
            number=str(old.number),
            file=old.file,
            report=old.report,
            period=old.period or msg("any day"),
        ),
        msg("a period that is free, equal, or holds the earlier one whole"),
        msg(
            "ask for the whole of %(period)s again, or post the file with replace: "
            "the earlier delivery then stops counting (ledger: %(ledger)s)",
            period=_both(old, new) or new.report,
            ledger=str(where),
        ),
    )


def _both(old: Commit, new: Commit) -> str | None:
    first, second = old.span, new.span
    if first is None or second is None:
        return None
    return str(Period(min(first.start, second.start), max(first.end, second.end)))
