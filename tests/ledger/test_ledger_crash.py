"""Writers at the same time, and writers killed at any instant."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ledger_world import RECEIVED, Make, StandInReport

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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_writers_killed_at_any_instant(tmp_path: Path, kills: int) -> None:
    """Posting, correcting, packing, erasing and exporting; see `kill_loop`."""
    if kills > 20 and not os.environ.get("VENDOREVAL_SLOW"):
        pytest.skip("two hundred kills: set VENDOREVAL_SLOW=1, or run tests/ledger/kill_loop.py")
    done = subprocess.run(
        [sys.executable, str(HERE / "kill_loop.py"), str(kills)],
        env=ENVIRONMENT | {"TMPDIR": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"{kills} kills" in done.stdout
    assert " post" in done.stdout, "the writers were killed before they did anything"


def test_a_clock_that_jumps_back(
    ledger: Ledger, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records stay in their order, and what was posted later is not known earlier."""
    ledger.post(make("2026-09"))
    first = ledger.commits[0].posted_at
    assert first is not None

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return first - timedelta(days=1)

    monkeypatch.setattr("vendoreval.ledger.writing.datetime", Yesterday)
    ledger.post(make("2026-10", received_at=RECEIVED - timedelta(days=1)))
    ledger.compact()
    assert [record.posted_at for record in ledger.records] == [first] * 3
    assert len(ledger.calls()) == 6
    # a file that came earlier by its own time is known earlier
    past = ledger.as_of(RECEIVED - timedelta(hours=1))
    assert [c.period for c in past.commits] == ["2026-10"]
    assert ledger.verify() == []


def test_packing_and_erasing_while_others_post(ledger: Ledger, make: Make) -> None:
    """Whoever finds the number taken looks again; the answers are those of one after the other."""
    for month in range(1, 7):
        ledger.post(make(f"2026-{month:02d}"))
    others = [Ledger.open(ledger.path) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        packed = pool.submit(others[0].compact)
        erased = pool.submit(others[1].erase, "request", phone="+79990000000")
        posted = [pool.submit(others[2].post, make(f"2026-{n:02d}")) for n in range(7, 13)]
        assert packed.result().record is not None
        assert erased.result().record is not None
        assert all(future.result().new for future in posted)
    assert len(ledger.commits) == 12 and len(ledger.records) == 14
    assert ledger.verify() == []
    assert len(ledger.calls()) == 36
    assert ledger.calls("alpha", "2026-01..2026-06").to_frame().phone.isna().all()
