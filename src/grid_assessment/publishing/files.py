"""What makes files survive a crash: synced to disk, replaced whole."""

import os
from contextlib import suppress
from pathlib import Path

_NO_WRITE = 0o7555


def sync(path: Path) -> None:
    """Write a file or folder through to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_states(folder: Path) -> list[os.stat_result]:
    """Return the states of all files under a folder but those that vanish meanwhile."""
    states = []
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                states.append(Path(path, name).stat())
    return states


def replace_text(path: Path, text: str) -> None:
    """Replace a file by a text in one step: after a crash it holds the old text or the new one."""
    new = path.with_name(f"{path.name}.tmp")
    new.write_text(text, encoding="utf-8")
    sync(new)
    new.replace(path)
    sync(path.parent)


def replace_link(path: Path, target: str, temporary: Path) -> None:
    """Let a symbolic link point to another target in one step.

    Args:
        path: the link.
        target: what it names from now on, relative to its folder.
        temporary: a free name in the same folder.
    """
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(path)
    sync(path.parent)


def make_read_only(path: Path) -> None:
    """Take the right to write from everyone; who may read stays as the umask made it."""
    path.chmod(path.stat().st_mode & _NO_WRITE)
