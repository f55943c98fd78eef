"""A disk that refuses: nothing half visible, what was posted before intact."""

from __future__ import annotations

import builtins
import errno
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger_world import Make

from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger

HERE = Path(__file__).resolve().parent
# every call by which the ledger changes the disk
CALLS = (
    (os, "link"), (os, "replace"), (os, "fsync"), (os, "mkdir"), (io, "open"), (builtins, "open"),
)  # fmt: skip


class Refusing:
    """Let `allowed` calls that change the disk pass, then refuse one of them."""

    def __init__(self, patch: pytest.MonkeyPatch, allowed: int, number: int) -> None:
        self.left, self.number, self.refused = allowed, number, False
        for module, name in CALLS:
            patch.setattr(module, name, self.wrap(getattr(module, name), name))

    def wrap(self, real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            reading = name == "open" and not {"w", "x", "a"} & set("".join(args[1:2]))
            if not self.refused and not reading:
                if self.left == 0:
                    self.refused = True
                    raise OSError(self.number, os.strerror(self.number))
                self.left -= 1
            return real(*args, **options)

        return call


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_refusal_at_every_step(
    ledger: Ledger, make: Make, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The first step refuses, then the second one, and so on until all were tried."""
    ledger.post(make("2026-09", count=2))
    before = ledger.commits
    refusals = 0
    while True:
        report = make("2026-10", count=3, quarantined=1, text=str(refusals))
        with monkeypatch.context() as patch:
            refusing = Refusing(patch, refusals, number)
            try:
                receipt = ledger.post(report)
            except LedgerError as error:
                assert os.strerror(number) in str(error)
                assert "what was posted before is intact" in str(error)
        if not refusing.refused:
            break
        fresh = Ledger.open(ledger.path)
        assert fresh.commits[:1] == before
        assert fresh.verify() == []
        # nothing, or (when only the last sync was refused) the delivery whole
        assert len(fresh.calls()) in (2, 5)
        refusals += 1
    assert refusals > 10, "the steps were not reached"
    assert receipt.commit.rows.accepted == 3
    assert len(ledger.calls()) == 5
    assert ledger.verify() == []


def test_refused_parts_do_not_fill_the_disk(
    ledger: Ledger, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.post(make("2026-09"))
    names = sorted(p for p in ledger.path.rglob("*") if p.is_file())
    with monkeypatch.context() as patch:
        real = os.link

        def link(source: Path, target: Path) -> None:
            # the last link is the publishing of the record
            if Path(target).suffix == ".json":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(source, target)

        patch.setattr(os, "link", link)
        with pytest.raises(LedgerError, match="No space left"):
            ledger.post(make("2026-10"))
    assert sorted(p for p in ledger.path.rglob("*") if p.is_file()) == names


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV])
def test_a_file_system_without_hard_links(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def link(source: Path, target: Path) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", link)
    ledger = Ledger.open(tmp_path / "linkless")
    for period in ("2026-09", "2026-10"):
        assert ledger.post(make(period, count=2)).new
    assert not ledger.post(make("2026-10", count=2)).new
    # another writer that read the ledger a moment earlier finds the number taken
    late = Ledger.open(ledger.path)
    ledger.post(make("2026-11", count=2))
    assert late.post(make("2026-12", count=2)).commit.number == 4
    assert Ledger.open(ledger.path).verify() == []
    assert len(ledger.calls()) == 8


def in_own_mounts(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script where it may mount; the mounts end with it."""
    program = shutil.which("unshare")
    if program is None:
        pytest.skip("no unshare on this machine: a real small disk cannot be mounted")
    flags = ["--mount"] if os.geteuid() == 0 else ["--mount", "--map-root-user"]
    if subprocess.run([program, *flags, "mount", "-t", "tmpfs", "t", "/mnt"], check=False,
                      capture_output=True).returncode:  # fmt: skip
        pytest.skip("mounting is not permitted here: a real small disk cannot be mounted")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    return subprocess.run(
        [program, *flags, "sh", "-e", "-c", script, "sh", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


FILL = """
import sys
from pathlib import Path
from ledger_world import delivery_of
from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger

disk, parts = Path(sys.argv[1]), Path(sys.argv[2])
ledger = Ledger.open(disk / "ledger")
posted = []
try:
    for year in range(2000, 2100):
        for month in range(1, 13):
            period = f"{year}-{month:02d}"
            ledger.post(delivery_of(parts, period, count=28))
            posted.append(period)
except LedgerError as error:
    print(error)
fresh = Ledger.open(disk / "ledger")
assert posted and [c.period for c in fresh.commits] == posted, (posted, fresh.commits)
assert fresh.verify() == [], fresh.verify()
assert len(fresh.calls()) == 28 * len(posted)
"""


def test_a_disk_that_fills(tmp_path: Path) -> None:
    """A real small disk (tmpfs), filled delivery by delivery until the system refuses."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = in_own_mounts(
        'mount -t tmpfs -o size=400k t "$1"; "$2" -c "$3" "$1" "$4"',
        str(disk), sys.executable, FILL, str(tmp_path / "parts"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "No space left on device" in done.stdout


READ_ONLY = """
import sys
from pathlib import Path
from ledger_world import delivery_of
from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger

folder, parts = Path(sys.argv[1]), Path(sys.argv[2])
ledger = Ledger.open(folder)
assert len(ledger.calls("alpha").to_frame()) == 3
assert ledger.verify() == []
try:
    ledger.post(delivery_of(parts, "2026-11"))
except LedgerError as error:
    print(error)
assert len(ledger.commits) == 1
"""


def test_a_read_only_folder_can_be_read_and_not_posted_to(
    ledger: Ledger, make: Make, tmp_path: Path
) -> None:
    ledger.post(make("2026-10"))
    done = in_own_mounts(
        'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; "$2" -c "$3" "$1" "$4"',
        str(ledger.path), sys.executable, READ_ONLY, str(tmp_path / "parts"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Read-only file system" in done.stdout
    assert len(ledger.commits) == 1
