"""Kill writers at any instant, again and again, and look what is left.

Run as ``python tests/ledger/kill_loop.py [kills] [seed]``. Each round forks a process that
posts, corrects by key, packs, erases and exports until it is killed with SIGKILL. What it was
answered it writes down first thing. Afterwards: everything acknowledged is there, nothing is
half visible, the ledger verifies.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
from ledger_world import StandInReport, call_rows, delivery_of

from vendoreval.exports import export_ledger
from vendoreval.ledger import Ledger
from vendoreval.period import Period

ROWS = 5
_LOOK_EVERY = 10
MONTHS = [(year, month) for year in range(1900, 2400) for month in range(1, 13)]


def report_of(one: StandInReport, number: int) -> StandInReport:
    """Return a delivery of another month: the same parts, another name and hash."""
    year, month = MONTHS[number]
    return replace(
        one,
        period=Period.parse(f"{year}-{month:02d}"),
        delivery=replace(one.delivery, sha256=sha256(f"{year} {month}".encode()).hexdigest()),
    )


class Writer:
    """One process that is going to be killed; `told` is what it was answered."""

    def __init__(
        self, folder: Path, parts: dict[str, StandInReport], told: Path, seed: int
    ) -> None:
        self.ledger = Ledger.open(folder / "ledger")
        self.folder, self.parts = folder, parts
        self.rng = random.Random(seed)
        self.log = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work(self) -> None:
        """Do one thing after the other, for ever."""
        weights = {self.post: 6, self.pack: 3, self.correct: 2, self.erase: 2, self.export: 3}
        while True:
            (action,) = self.rng.choices(list(weights), list(weights.values()))
            action()

    def tell(self, *words: object) -> None:
        os.write(self.log, (" ".join(map(str, words)) + "\n").encode())

    def post(self) -> None:
        number = len(self.ledger.commits)
        receipt = self.ledger.post(report_of(self.parts["month"], number))
        self.tell("post", receipt.commit.number, receipt.commit.period)

    def correct(self) -> None:
        if not self.ledger.commits:
            return
        number = len(self.ledger.commits)
        correction = report_of(self.parts["row"], number)
        receipt = self.ledger.post(correction, "wrong", by_key=True)
        self.tell("post", receipt.commit.number, receipt.commit.period)

    def pack(self) -> None:
        receipt = self.ledger.compact(at_once=self.rng.random() < 0.5)
        if receipt.record:
            self.tell("pack", receipt.record.number)

    def erase(self) -> None:
        receipt = self.ledger.erase("request", phone="+79990000000")
        if receipt.record:
            self.tell("erase", receipt.record.number)

    def export(self) -> None:
        form = self.rng.choice(("parquet", "duckdb"))
        path = self.folder / f"out-{time.time_ns()}-{form}"
        done = export_ledger(self.ledger, path, form)
        self.tell("export", path.name, done.rows["calls"])


def forked(work: Callable[[], None]) -> int:
    """Run something in a process of its own; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001  whatever it was, the parent must be told
        traceback.print_exc()
        os._exit(3)
    os._exit(0)


def look(folder: Path, told: Path) -> None:
    """Assert that nothing acknowledged is lost and nothing is half visible."""
    ledger = Ledger.open(folder / "ledger", create=False)
    assert ledger.verify() == [], ledger.verify()
    lines = [line.split() for line in told.read_text().splitlines()] if told.exists() else []
    posted = {(int(words[1]), words[2]) for words in lines if words[0] == "post"}
    assert posted <= {(c.number, c.period) for c in ledger.commits}
    others = {int(words[1]) for words in lines if words[0] in {"pack", "erase"}}
    assert others <= {record.number for record in ledger.records}
    # a delivery is there whole or not at all: each row counts once, whatever was corrected
    months = [c for c in ledger.commits if not c.replaces]
    assert all(c.rows.accepted == ROWS for c in months), months
    frame = ledger.calls().to_frame() if ledger.commits else []
    replaced = sum(part.rows for c in ledger.commits for part in c.replaces)
    assert len(frame) == sum(c.rows.accepted for c in ledger.commits) - replaced
    if any(words[0] == "erase" for words in lines):
        held = [p for p in (folder / "ledger" / "data").rglob("*-erased-*")
                if b"79990000000" in p.read_bytes()]  # fmt: skip
        assert held == []
    for words in lines:
        if words[0] == "export":
            assert rows_of(folder / words[1]) == int(words[2])
    for path in folder.glob("out-*"):
        assert rows_of(path) >= 0, path


def rows_of(path: Path) -> int:
    """Return the calls of an export; it must be whole."""
    if path.name.endswith("parquet"):
        deliveries = pq.read_metadata(path / "deliveries.parquet").num_rows
        return pq.read_metadata(path / "calls.parquet").num_rows if deliveries else 0
    import duckdb  # noqa: PLC0415  not before the forks: its threads would not survive them

    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT count(*) FROM calls").fetchone()
    return int(found[0]) if found else 0


def loop(folder: Path, kills: int, seed: int = 20261105) -> Counter[str]:
    """Kill so often; return how many answers of each kind were given before."""
    rng = random.Random(seed)
    told = folder / "told"
    row = call_rows("alpha", Period.parse("2000-01").start, 1)[0] | {"talk_seconds": 99}
    parts = {
        "month": delivery_of(folder / "parts", "2000-01", count=ROWS, quarantined=2),
        "row": delivery_of(folder / "parts", "2000-01", rows=[row], text="row"),
    }
    begun = time.perf_counter()
    forked_post(folder, parts, told)
    pace = max(time.perf_counter() - begun, 0.02)  # one post, with what the machine is busy with
    for number in range(1, kills + 1):
        child = forked(lambda: Writer(folder, parts, told, seed + number).work())  # noqa: B023
        time.sleep(rng.uniform(0.1 * pace, 25 * pace))
        os.kill(child, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended == -signal.SIGKILL, f"round {number}: it had failed before it was killed"
        if number % _LOOK_EVERY == 0 or number == kills:
            judge = forked(lambda: look(folder, told))
            assert os.waitpid(judge, 0)[1] == 0, f"after {number} kills"
    return Counter(line.split()[0] for line in told.read_text().splitlines())


def forked_post(folder: Path, parts: dict[str, StandInReport], told: Path) -> None:
    """Post once in a process of its own."""
    child = forked(lambda: Writer(folder, parts, told, 0).post())
    assert os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else 20261105
    with tempfile.TemporaryDirectory() as place:
        start = time.perf_counter()
        answers = loop(Path(place), count, chosen)
        print(f"{count} kills in {time.perf_counter() - start:.0f} s, acknowledged before them: "  # noqa: T201
              + ", ".join(f"{n} {kind}" for kind, n in answers.most_common())
              + "; nothing lost, nothing half visible")  # fmt: skip
