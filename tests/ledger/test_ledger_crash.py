"""Writers at the same time, and writers killed at any instant."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ledger_world import Make, StandInReport

from vendoreval.errors import LedgerError
from vendoreval.ledger import Ledger

HERE = Path(__file__).resolve().parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}

POST_TEN = """
import sys
from pathlib import Path
from ledger_world import delivery_of
from vendoreval.ledger import Ledger

ledger, parts, vendor = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
reports = [delivery_of(parts, f"2026-10-{day:02d}", vendor=vendor, count=1) for day in range(1, 11)]
print("ready", flush=True)
sys.stdin.readline()
for report in reports:
    print(Ledger.open(ledger).post(report).new, flush=True)
"""


def together(ledger: Path, parts: Path, vendors: list[str]) -> list[str]:
    """Run writers that begin at the same moment; return what each was answered."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", POST_TEN, str(ledger), str(parts / str(n)), vendor],
            env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n, vendor in enumerate(vendors)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    answers = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * len(writers)
    return answers


def test_two_writers_at_once(tmp_path: Path) -> None:
    """The ledger itself is made by both at once, too."""
    together(tmp_path / "ledger", tmp_path / "parts", ["alpha", "beta"])
    ledger = Ledger.open(tmp_path / "ledger", create=False)
    assert [c.number for c in ledger.commits] == list(range(1, 21))
    assert len({(c.vendor, c.period) for c in ledger.live()}) == 20
    assert ledger.verify() == []
    assert not list((ledger.path / "staging").iterdir())


def test_two_writers_of_the_same_files(tmp_path: Path) -> None:
    """The same files from both: each counts once."""
    answers = together(tmp_path / "ledger", tmp_path / "parts", ["alpha", "alpha"])
    ledger = Ledger.open(tmp_path / "ledger", create=False)
    assert len(ledger.commits) == len(ledger.live()) == 10
    assert sum(answer.count("True") for answer in answers) == 10
    assert len(ledger.calls()) == 10
    assert ledger.verify() == []


class Interrupted:
    """A report while whose parts are being read another command posts its own file."""

    def __init__(self, report: StandInReport, other: Callable[[], object]) -> None:
        self.report, self.other = report, other

    def __getattr__(self, name: str) -> Any:
        if name == "accepted_files":
            self.other()
        return getattr(self.report, name)


def test_another_file_of_the_same_month_at_the_same_moment(ledger: Ledger, make: Make) -> None:
    """Which of two files is meant is not ours to guess."""
    ours = make("2026-10", text="ours")
    other = partial(Ledger.open(ledger.path).post, make("2026-10", text="the other"))
    with pytest.raises(LedgerError, match="another command has just posted"):
        ledger.post(Interrupted(ours, other))
    assert len(ledger.commits) == 1
    assert ledger.verify() == []
    assert ledger.post(ours).commit.supersedes == (1,)


def test_something_else_posted_at_the_same_moment(ledger: Ledger, make: Make) -> None:
    """The number goes to the other; ours takes the next one by itself."""
    other = partial(Ledger.open(ledger.path).post, make("2026-10", vendor="beta"))
    receipt = ledger.post(Interrupted(make("2026-10"), other))
    assert (receipt.new, receipt.commit.number) == (True, 2)
    assert receipt.commit.files[0].path.startswith("data/calls/0000000002-")
    assert ledger.verify() == []


KILLS = """
import os, random, signal, sys, time, traceback
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from ledger_world import delivery_of
from vendoreval.ledger import Ledger
from vendoreval.period import Period

folder, parts, acknowledged = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
random.seed(20261105)
one = delivery_of(parts, "2000-01", count=5, quarantined=2)
reports = [
    replace(
        one,
        period=Period.parse(f"{year}-{month:02d}"),
        delivery=replace(one.delivery, sha256=sha256(f"{year} {month}".encode()).hexdigest()),
    )
    for year in range(1900, 2100) for month in range(1, 13)
]

def post_until_killed(first):
    ledger = Ledger.open(folder)
    log = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for report in reports[first:]:
        receipt = ledger.post(report)
        os.write(log, f"{receipt.commit.number} {receipt.commit.period}\\n".encode())

for _ in range(30):
    first = len(Ledger.open(folder).commits)
    child = os.fork()
    if child == 0:
        try:
            post_until_killed(first)
        except BaseException:
            traceback.print_exc()
        os._exit(3)
    time.sleep(random.uniform(0.002, 0.12))
    os.kill(child, signal.SIGKILL)
    ended = os.waitpid(child, 0)[1]
    print(os.waitstatus_to_exitcode(ended))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork: starting Python 30 times is slow")
def test_thirty_kills(tmp_path: Path) -> None:
    folder, log = tmp_path / "ledger", tmp_path / "acknowledged"
    done = subprocess.run(
        [sys.executable, "-c", KILLS, str(folder), str(tmp_path / "parts"), str(log)],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # all were killed at work; none had failed before
    assert done.stdout.split() == ["-9"] * 30, done.stderr
    ledger = Ledger.open(folder, create=False)
    acknowledged = {tuple(line.split()) for line in log.read_text().splitlines()}
    assert len(acknowledged) > 10, "the writers were killed before they did anything"
    assert acknowledged <= {(str(c.number), c.period) for c in ledger.commits}
    # a delivery is there whole or not at all: 5 accepted and 2 quarantined rows
    assert all([f.rows for f in c.files] == [5, 2] for c in ledger.commits)
    assert len(ledger.calls()) == 5 * len(ledger.commits)
    assert ledger.verify() == []
