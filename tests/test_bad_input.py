"""Whatever is put in: one clear message, a documented exit code, the ledger intact.

Exit codes: 0 all well, 1 faults in rows, 2 a delivery that cannot be read, 3 agreement,
settings or arguments, 4 ledger.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vendoreval import cli
from vendoreval.ledger import Ledger

AGREEMENT = """\
apiVersion: v3.2.0
kind: DataContract
id: alpha-reports
version: 1.0.0
status: active
schema:
  - id: calls
    name: calls
    physicalName: "calls_{yyyy}-{MM}.csv"
    physicalType: file
    logicalType: object
    customProperties:
      - property: period
        vendor: vendoreval
        value: {every: month, column: started_at, timezone: UTC}
    properties:
      - {id: call_id, name: call_id, logicalType: string, required: true, unique: true,
         primaryKey: true, primaryKeyPosition: 1}
      - {id: agent_id, name: agent_id, logicalType: string, required: true}
      - {id: started_at, name: started_at, logicalType: timestamp, required: true,
         logicalTypeOptions: {format: "yyyy-MM-dd HH:mm:ss"}}
      - id: talk_seconds
        name: talk_seconds
        logicalType: integer
        required: true
        logicalTypeOptions: {minimum: 0, maximum: 14400}
        customProperties: [{property: unit, vendor: vendoreval, value: s}]
      - {id: disposition, name: disposition, logicalType: string, required: true,
         enum: [{value: refusal}, {value: no_answer}, {value: sale}]}
      - {id: lead_id, name: lead_id, logicalType: string}
  - id: roster
    name: roster
    physicalName: "roster*.csv"
    physicalType: file
    logicalType: object
    properties:
      - {id: agent_id, name: agent_id, logicalType: string, required: true,
         primaryKey: true, primaryKeyPosition: 1}
      - {id: hired_on, name: hired_on, logicalType: date, required: true}
customProperties:
  - {property: dialect, vendor: vendoreval, value: {delimiter: ";"}}
"""
HEADER = "call_id;agent_id;started_at;talk_seconds;disposition;lead_id\n"
ROWS = 300
MOUNT, UMOUNT = shutil.which("mount"), shutil.which("umount")


def calls(month: str, rows: int = ROWS) -> str:
    """Return a sound file of calls of one month."""
    lines = [
        f"{month}-{n:05d};a{n % 3};{month}-{n % 28 + 1:02d} {n % 9 + 9:02d}:{n % 60:02d}:00;"
        f"{n % 200};{'refusal' if n % 3 else 'no_answer'};l{n}\n"
        for n in range(rows)
    ]
    return HEADER + "".join(lines)


def make_workspace(folder: Path) -> Path:
    """Return a small workspace with one vendor and one sound file."""
    for name in ("agreements", "inbox/alpha", "client"):
        (folder / name).mkdir(parents=True)
    (folder / "vendoreval.yaml").write_text("client: Acme\ncurrency: EUR\n", encoding="utf-8")
    (folder / "agreements" / "alpha.odcs.yaml").write_text(AGREEMENT, encoding="utf-8")
    (folder / "inbox" / "alpha" / "calls_2026-01.csv").write_text(
        calls("2026-01"), encoding="utf-8"
    )
    return folder


@dataclass(frozen=True)
class Ended:
    """How a command ended and all that it said."""

    code: int
    said: str


class Commands:
    """Runs the command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Ended:
        self._capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        said = self._capsys.readouterr()
        return Ended(code, said.out + said.err)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.setenv("LANG", "C.UTF-8")
    return Commands(capsys)


@pytest.fixture
def workspace(tmp_path: Path, run: Commands) -> Path:
    """A workspace with January posted."""
    folder = make_workspace(tmp_path / "acme")
    assert run("ingest", folder).code == 0
    return folder


def inbox(workspace: Path, name: str = "calls_2026-02.csv") -> Path:
    return workspace / "inbox" / "alpha" / name


def posted(workspace: Path) -> list[tuple[str, int]]:
    """Return file and accepted rows of every live commit, after re-hashing everything."""
    ledger = Ledger.open(workspace / "ledger", create=False)
    assert list(ledger.verify()) == []
    return sorted((commit.file, commit.rows.accepted) for commit in ledger.live())


JANUARY = [("calls_2026-01.csv", ROWS)]


def clear(ended: Ended, code: int, *words: str) -> None:
    """Assert the exit code and one message that names what is wrong."""
    assert ended.code == code, ended.said
    assert "Traceback" not in ended.said
    for word in words:
        assert word in ended.said, ended.said


# ----------------------------------------------------------------- agreement and arguments


def test_missing_agreement(workspace: Path, run: Commands) -> None:
    shutil.rmtree(workspace / "agreements")
    clear(run("ingest", workspace), 3, "agreements", "there is no agreement")
    assert posted(workspace) == JANUARY


def test_agreement_named_on_the_command_line_is_missing(workspace: Path, run: Commands) -> None:
    named = workspace / "agreements" / "beta.odcs.yaml"
    ended = run("validate", inbox(workspace, "calls_2026-01.csv"), "--agreement", named)
    clear(ended, 3, "beta.odcs.yaml", "there is no such file", "alpha.odcs.yaml")


def test_folder_that_is_no_workspace(tmp_path: Path, run: Commands) -> None:
    clear(run("audit", tmp_path, "--period", "2026-01"), 3, "vendoreval.yaml")


def test_period_that_is_none(workspace: Path, run: Commands) -> None:
    ended = run("audit", workspace, "--period", "Januar")
    clear(ended, 3, "Januar", "2026-10")


def test_period_without_data(workspace: Path, run: Commands) -> None:
    clear(run("audit", workspace, "--period", "2031-05"), 3, "2031-05")
    assert not (workspace / "audits" / "2031-05").exists()
    assert posted(workspace) == JANUARY


# --------------------------------------------------------------- files that cannot be read

UNREADABLE = {
    "empty": ("", "empty"),
    "another report": ("agent_id;hired_on\na1;2026-01-01\n", "calls"),
    "wrong delimiter": (calls("2026-02").replace(";", "\t"), "delimiter"),
    "not text": ("\x00\x01\x02PK\x03\x04" * 200, "text"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_file_that_cannot_be_read(workspace: Path, run: Commands, case: str) -> None:
    content, word = UNREADABLE[case]
    path = inbox(workspace)
    path.write_text(content, encoding="utf-8")
    agreement = workspace / "agreements" / "alpha.odcs.yaml"
    clear(run("validate", path, "--agreement", agreement), 2, path.name, word)
    clear(run("ingest", workspace), 2, path.name, word)
    assert posted(workspace) == JANUARY


def test_an_unreadable_file_stops_no_other(workspace: Path, run: Commands) -> None:
    inbox(workspace, "calls_2026-02.csv").write_text("", encoding="utf-8")
    inbox(workspace, "calls_2026-03.csv").write_text(calls("2026-03"), encoding="utf-8")
    clear(run("ingest", workspace), 2, "calls_2026-02.csv")
    assert posted(workspace) == [*JANUARY, ("calls_2026-03.csv", ROWS)]


def test_folder_instead_of_a_file(workspace: Path, run: Commands) -> None:
    agreement = workspace / "agreements" / "alpha.odcs.yaml"
    clear(run("validate", workspace / "inbox", "--agreement", agreement), 2, "inbox", "folder")


def test_missing_file(workspace: Path, run: Commands) -> None:
    agreement = workspace / "agreements" / "alpha.odcs.yaml"
    ended = run("validate", inbox(workspace, "calls_2026-09.csv"), "--agreement", agreement)
    clear(ended, 2, "calls_2026-09.csv")


def test_folder_of_an_unknown_vendor(workspace: Path, run: Commands) -> None:
    stray = workspace / "inbox" / "omega" / "calls_2026-02.csv"
    stray.parent.mkdir()
    stray.write_text(calls("2026-02"), encoding="utf-8")
    clear(run("ingest", workspace), 2, "omega", "alpha")
    assert posted(workspace) == JANUARY


# ------------------------------------------------------------------------- faults in rows


def test_truncated_file(workspace: Path, run: Commands) -> None:
    """The last row broke off: it is a fault, the whole rows before it count."""
    whole = calls("2026-02")
    inbox(workspace).write_text(whole[: whole.rindex(";")][:-12], encoding="utf-8")
    clear(run("ingest", workspace), 1, "calls_2026-02.csv")
    assert posted(workspace) == [*JANUARY, ("calls_2026-02.csv", ROWS - 1)]


def test_file_that_breaks_off_inside_quotes(workspace: Path, run: Commands) -> None:
    inbox(workspace).write_text(
        calls("2026-02", 10) + '2026-02-99999;a1;2026-02-03 10:00:00;12;refusal;"l9',
        encoding="utf-8",
    )
    clear(run("ingest", workspace), 1, "calls_2026-02.csv")
    assert posted(workspace) == [*JANUARY, ("calls_2026-02.csv", 10)]


# ------------------------------------------------------------------- the disk and the ledger


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if MOUNT is None or UMOUNT is None:
        pytest.skip("there is no mount command to make a small disk with")
    options = [MOUNT, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    done = subprocess.run(options, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"only root can make a small disk: {done.stderr.strip()}")
    yield folder
    subprocess.run([UMOUNT, str(folder)], check=True)


def remount(disk: Path, how: str) -> None:
    """Make the small disk read-only (ro) or writable again (rw)."""
    assert MOUNT is not None
    subprocess.run([MOUNT, "-o", f"remount,{how}", str(disk)], check=True)


def on_disk(folder: Path, disk: Path, run: Commands) -> Path:
    """Return a workspace whose ledger lies on the disk, January posted."""
    make_workspace(folder)
    (disk / "ledger").mkdir()
    (folder / "ledger").symlink_to(disk / "ledger")
    assert run("ingest", folder).code == 0
    return folder


def test_full_disk(small_disk: Path, tmp_path: Path, run: Commands) -> None:
    workspace = on_disk(tmp_path / "acme", small_disk, run)
    room = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(b"0" * (room - 8192))
    inbox(workspace).write_text(calls("2026-02", 20_000), encoding="utf-8")
    clear(run("ingest", workspace), 4, "No space left", "intact")
    assert posted(workspace) == JANUARY
    (small_disk / "ballast").unlink()
    assert run("ingest", workspace).code == 0
    assert posted(workspace) == [*JANUARY, ("calls_2026-02.csv", 20_000)]


def test_read_only_disk(small_disk: Path, tmp_path: Path, run: Commands) -> None:
    workspace = on_disk(tmp_path / "acme", small_disk, run)
    inbox(workspace).write_text(calls("2026-02"), encoding="utf-8")
    remount(small_disk, "ro")
    clear(run("ingest", workspace), 4, "Read-only", "intact")
    assert posted(workspace) == JANUARY
    remount(small_disk, "rw")
    assert run("ingest", workspace).code == 0
    assert posted(workspace) == [*JANUARY, ("calls_2026-02.csv", ROWS)]


def test_ledger_of_a_newer_version(workspace: Path, run: Commands) -> None:
    place = workspace / "ledger" / "format.json"
    ours = place.read_bytes()
    place.write_text('{"format": 999}', encoding="utf-8")
    inbox(workspace).write_text(calls("2026-02"), encoding="utf-8")
    for command in (("ingest",), ("audit", "--period", "2026-01"), ("ledger", "verify")):
        clear(run(*command, workspace), 4, "999", "newer vendoreval")
    place.write_bytes(ours)
    assert posted(workspace) == JANUARY


# ----------------------------------------------------------------------------- killed


@pytest.mark.slow
def test_killed_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Kill -9 eight times while posting.

    After each: the ledger is sound, whatever was seen before is still there, and every
    visible delivery is whole. At the end one undisturbed run completes the rest.
    """
    workspace = make_workspace(tmp_path / "acme")
    months = [f"{2022 + n // 12}-{n % 12 + 1:02d}" for n in range(30)]
    for month in months:
        inbox(workspace, f"calls_{month}.csv").write_text(calls(month), encoding="utf-8")
    inbox(workspace, "calls_2026-01.csv").unlink()
    order = random.Random(20260101)
    command = [sys.executable, "-m", "vendoreval", "ingest", str(workspace)]
    seen: set[tuple[str, int]] = set()
    cut = 0
    for _ in range(8):
        child = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        wait_for_a_change(workspace / "ledger", child)
        time.sleep(order.uniform(0, 0.06))
        if child.poll() is None:
            cut += 1
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        # killed in its first moment it leaves a folder that is no ledger yet
        begun = (workspace / "ledger" / "format.json").exists()
        visible = set(posted(workspace)) if begun else set()
        assert seen <= visible
        assert {rows for _, rows in visible} <= {ROWS}
        seen = visible
    assert cut >= 3
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(posted(workspace)) == {(f"calls_{month}.csv", ROWS) for month in months}


def wait_for_a_change(folder: Path, child: subprocess.Popen[bytes]) -> None:
    """Wait until the child begins to write, so that the kill falls into posting."""
    before = files_in(folder)
    while child.poll() is None and files_in(folder) == before:
        time.sleep(0.001)


def files_in(folder: Path) -> set[str]:
    found: set[str] = set()
    for _, folders, files in os.walk(folder):
        found.update(folders)
        found.update(files)
    return found
