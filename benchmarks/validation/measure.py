"""One measurement is one process: warmed up on a small file, then timed on the large one."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Measured:
    """What one process needed.

    Parameters
    ----------
    processor_seconds
        Of all threads and of the processes it started.
    peak_mb
        Largest resident memory of the process; of a process it started, if that is larger.
    """

    seconds: float
    processor_seconds: float
    peak_mb: float
    told: dict[str, Any] = field(default_factory=dict)


def timed(work: Callable[[], Any], warm_up: Callable[[], Any]) -> tuple[Measured, Any]:
    """Run in this process: first the small work, then the one that is measured."""
    warm_up()
    begun, spent = time.perf_counter(), _processor_seconds()
    answer = work()
    seconds, spent = time.perf_counter() - begun, _processor_seconds() - spent
    return Measured(seconds, spent, _peak_mb()), answer


def tell(measured: Measured, **told: Any) -> None:
    """Print a measurement for the process that waits for it."""
    print(json.dumps({**asdict(measured), "told": told}))


def in_a_process(
    script: Path, *arguments: str, python: str = sys.executable, limit_seconds: float = 3600
) -> Measured:
    """Run a script as a process of its own and return what it told on its last line."""
    done = subprocess.run(
        [python, str(script), *arguments],
        check=False, capture_output=True, text=True, timeout=limit_seconds,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _processor_seconds() -> float:
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _peak_mb() -> float:
    # ru_maxrss of this process also knows the parent it was forked from
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        own = int(line.split()[1]) / 1024
    else:
        own = _largest(resource.RUSAGE_SELF)
    return max(own, _largest(resource.RUSAGE_CHILDREN))


def _largest(who: int) -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(who).ru_maxrss / unit


# ------------------------------------------------------------------ pairs


@dataclass(frozen=True)
class Pairs:
    """Runs of the floor, each followed by one of ours."""

    floor: list[Measured]
    ours: list[Measured]

    def ratios(self, name: str) -> list[float]:
        """Return ours by floor, pair by pair, sorted."""
        both = zip(self.ours, self.floor, strict=True)
        return sorted(getattr(a, name) / getattr(b, name) for a, b in both)

    def middle(self, name: str) -> float:
        """Return the median of the ratios."""
        return statistics.median(self.ratios(name))

    def line(self) -> str:
        """Say medians and spread."""
        wall, processor = self.ratios("seconds"), self.ratios("processor_seconds")
        seconds = [statistics.median(m.seconds for m in runs) for runs in (self.ours, self.floor)]
        spent = [
            statistics.median(m.processor_seconds for m in runs) for runs in (self.ours, self.floor)
        ]
        peaks = [max(m.peak_mb for m in runs) for runs in (self.ours, self.floor)]
        return (
            f"{statistics.median(wall):.2f}x ({wall[0]:.2f}-{wall[-1]:.2f}), processor "
            f"{statistics.median(processor):.2f}x ({processor[0]:.2f}-{processor[-1]:.2f}); "
            f"{seconds[0]:.2f} s against {seconds[1]:.2f} s, processor {spent[0]:.2f} s against "
            f"{spent[1]:.2f} s; peak {peaks[0]:,.0f} MB against {peaks[1]:,.0f} MB"
        )


def in_pairs(floor: Callable[[], Measured], ours: Callable[[], Measured], pairs: int) -> Pairs:
    """Measure by turns, so that both meet the same machine."""
    done = [(floor(), ours()) for _ in range(pairs)]
    return Pairs([a for a, _ in done], [b for _, b in done])


# ------------------------------------------------------------------ the machine


def machine(*packages: str) -> str:
    """Say on what it was measured, and how busy that was."""
    found = []
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB{load}; "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, {', '.join(found)}"
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
