"""One build or rollback at a time for each warehouse folder and raw source.

The lock is the operating system's (flock): it ends with its process, also by ``kill -9``.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from filelock import FileLock, Timeout

from grid_assessment.errors import ExitCode, GridError
from grid_assessment.publishing.clock import now_text
from grid_assessment.publishing.warehouse import Warehouse

WAIT_SECONDS = 1.0
"""How long to wait for the lock: longer than ``grid status`` holds it to see whether it is free."""


@dataclass(frozen=True)
class Holder:
    """Who holds the lock; ``since`` is UTC, and without a text in the file all are unknown."""

    command: str = "another grid process"
    pid: int | None = None
    since: str = "an unknown time"

    def __str__(self) -> str:
        """Return the holder as it stands in a sentence."""
        process = "" if self.pid is None else f" (process {self.pid})"
        return f"{self.command}{process} since {self.since} UTC"


@contextmanager
def held(warehouse: Warehouse, command: str) -> Iterator[None]:
    """Hold the lock of a warehouse.

    Args:
        warehouse: its folder exists.
        command: what holds it, for who is told to wait.

    Raises:
        GridError: another process holds it (exit code 3), or the file cannot be written (2).
    """
    lock = _lock(warehouse)
    try:
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout:
        raise GridError(
            f"{warehouse.folder}: {warehouse.raw_source} is locked by {holder(warehouse)};"
            " wait for its end (grid status), then run this again",
            ExitCode.LOCKED,
        ) from None
    except OSError as error:
        raise _no_lock(warehouse, error) from None
    try:
        told = {"command": command, "pid": os.getpid(), "since": now_text()}
        try:
            warehouse.lock_file.write_text(json.dumps(told), encoding="utf-8")
        except OSError as error:
            raise _no_lock(warehouse, error) from None
        yield
    finally:
        lock.release()


def holder_if_held(warehouse: Warehouse) -> Holder | None:
    """Return who holds the lock, or None when it is free.

    Raises:
        GridError: the lock file cannot be opened.
    """
    if not warehouse.lock_file.exists():
        return None
    lock = _lock(warehouse)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return holder(warehouse)
    except OSError as error:
        raise _no_lock(warehouse, error) from None
    lock.release()
    return None


def holder(warehouse: Warehouse) -> Holder:
    """Return what the lock file says of its last holder."""
    try:
        return Holder(**json.loads(warehouse.lock_file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        # Between taking the lock and writing there is a moment without a text.
        return Holder()


def _lock(warehouse: Warehouse) -> FileLock:
    # A soft lock, filelock's way out on odd file systems, would outlive a killed build.
    return FileLock(warehouse.lock_file, fallback_to_soft=False)


def _no_lock(warehouse: Warehouse, error: OSError) -> GridError:
    return GridError(
        f"{warehouse.lock_file}: cannot be locked: {error.strerror}; the warehouse needs a folder"
        " that you may write, on a file system with locks"
    )
