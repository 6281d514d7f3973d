"""Run one command and measure it: wall time, processor time and peak memory of its processes."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

SAMPLE_SECONDS = 0.05
"""Between two looks at the memory of the process tree."""

SHOWN_LINES = 40
"""Of the output of a command that failed."""

_PROC = Path("/proc")
_KIBIBYTE = 1024


@dataclass(frozen=True)
class Run:
    """What a command took.

    ``seconds`` is wall time; ``peak_rss_bytes`` the greatest sum of the resident memory of the
    process and its descendants; ``cpu_seconds`` what they worked, on all cores together;
    ``output`` standard output and error together.
    """

    seconds: float
    cpu_seconds: float
    peak_rss_bytes: int
    output: str


def run(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str],
    allowed: Sequence[int] = (0,),
) -> Run:
    """Run a command to its end.

    Args:
        command: program and arguments; no shell.
        folder: where it runs.
        environment: all of its variables.
        allowed: exit codes that are no error.

    Raises:
        click.ClickException: the command ended with another code.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        watch = _Watch(process.pid)
        watch.start()
        output = process.communicate()[0]
        seconds = time.perf_counter() - started
        watch.stop()
    if process.returncode not in allowed:
        shown = "\n".join(output.splitlines()[-SHOWN_LINES:])
        raise click.ClickException(
            f"{' '.join(map(str, command))}: ended with {process.returncode}:\n{shown}"
        )
    return Run(seconds, watch.cpu_seconds, watch.peak_bytes, output)


class _Watch(threading.Thread):
    """Looks at memory and processor time of a process tree until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._stopped = threading.Event()
        self._sampled_peak = 0
        self._own_peaks: dict[int, int] = {}
        self._own_seconds: dict[int, float] = {}

    @property
    def peak_bytes(self) -> int:
        """The greater of the sampled sum and the kernel's own peak of any one process."""
        return max(self._sampled_peak, *self._own_peaks.values(), 0)

    @property
    def cpu_seconds(self) -> float:
        """What each process had worked when it was last seen."""
        return sum(self._own_seconds.values())

    def run(self) -> None:
        while not self._stopped.wait(SAMPLE_SECONDS):
            total = 0
            for pid in _family(self._pid):
                now, peak = _resident(pid)
                total += now
                self._own_peaks[pid] = max(peak, self._own_peaks.get(pid, 0))
                self._own_seconds[pid] = max(_worked(pid), self._own_seconds.get(pid, 0))
            self._sampled_peak = max(self._sampled_peak, total)

    def stop(self) -> None:
        """End, and wait for the end."""
        self._stopped.set()
        self.join()


def _family(pid: int) -> list[int]:
    """Return a process and its descendants; those that ended meanwhile are left out."""
    found = [pid]
    for member in found:
        found += _children(member)
    return found


def _children(pid: int) -> list[int]:
    """Return the children of a process; each thread has its own, and may end at any moment."""
    found = []
    try:
        threads = list((_PROC / str(pid) / "task").iterdir())
    except OSError:
        return []
    for thread in threads:
        try:
            told = (thread / "children").read_text(encoding="utf-8")
        except OSError:
            continue
        found += [int(child) for child in told.split()]
    return found


def _resident(pid: int) -> tuple[int, int]:
    """Return the resident memory of a process now and at its peak, in bytes; 0 when it ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0, 0
    told = dict(line.split(":", 1) for line in lines if ":" in line)
    now, peak = (told.get(name, "0 kB").split()[0] for name in ("VmRSS", "VmHWM"))
    return int(now) * _KIBIBYTE, int(peak) * _KIBIBYTE


def _worked(pid: int) -> float:
    """Return the processor seconds of a process so far, user and kernel; 0 when it ended."""
    try:
        told = (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0
    user, kernel = told[11:13]
    return (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")
