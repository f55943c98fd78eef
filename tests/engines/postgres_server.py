"""A PostgreSQL of the tests' own: made in a folder, on loopback, by a user without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_USERS = ("postgres", "nobody")


def programs() -> Path | None:
    """Return the folder of the newest server installed, if there is one."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda place: int(place.parts[-3]) if place.parts[-3].isdigit() else 0,
    )
    if found:
        return found[-1].parent
    single = shutil.which("initdb")
    return Path(single).parent if single else None


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield its address; afterwards nothing of it is left."""
    place = programs()
    assert place is not None
    user = _user()
    # pytest's own folders are closed to other users
    folder = Path(tempfile.mkdtemp(prefix="vendoreval-postgres-"))
    data = folder / "data"
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield from _running(place, user, data, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(
    place: Path, user: pwd.struct_passwd | None, data: Path, folder: Path
) -> Iterator[str]:
    _run(user, [place / "initdb", "-D", data, "-U", "auditor", "--auth=trust", "--no-sync",
                "--locale=C.UTF-8", "-E", "UTF8"], folder)  # fmt: skip
    port = _free_port()
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off "
        "-c shared_buffers=64MB -c timezone=Asia/Tokyo -c max_connections=20"
    )
    _run(user, [place / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log",
                "-o", options, "start"], folder)  # fmt: skip
    try:
        yield f"postgresql://auditor@127.0.0.1:{port}/postgres"
    finally:
        _run(user, [place / "pg_ctl", "-D", data, "-m", "immediate", "stop"], folder)


def _user() -> pwd.struct_passwd | None:
    """Return whom the server runs as: it refuses to run as root."""
    if os.getuid() != 0:
        return None
    for name in _USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError(f"none of the users {', '.join(_USERS)} is there")


def _run(user: pwd.struct_passwd | None, words: list[str | Path], folder: Path) -> None:
    more = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(word) for word in words], cwd="/", check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, text=True,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, **more,
    )  # fmt: skip
    if done.returncode:
        log = folder / "log"
        more_text = log.read_text(errors="replace") if log.exists() else ""
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stdout} {more_text}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
