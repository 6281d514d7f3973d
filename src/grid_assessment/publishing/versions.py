"""The published versions of a warehouse: list, switch, prune, and heal what a crash left.

A version is a folder named by its build id. ``current`` is a link to one of them. A version that
was written but never became current is none: the record of its build says so.
"""

import dataclasses
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grid_assessment.errors import GridError
from grid_assessment.publishing.files import file_states, replace_link, sync
from grid_assessment.publishing.records import (
    BuildRecord,
    read_records,
    record_path,
    write_record,
)
from grid_assessment.publishing.warehouse import Warehouse

KEPT_COUNT = 12
"""Versions that stay; the current one stays besides them."""

BUILDING = ".building-"
REMOVING = ".removing-"
SWITCHING = ".current-"
MANIFEST = "manifest.json"
DATABASE = "marts.duckdb"

_BUILD_ID = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}")
_LEFT_LINK = re.compile(rf"({re.escape(SWITCHING)})?{_BUILD_ID.pattern}")


@dataclass(frozen=True)
class Version:
    """A published version; what it holds stands in its manifest."""

    path: Path

    @property
    def build_id(self) -> str:
        """The id of the build that made it."""
        return self.path.name

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises:
            GridError: it is missing or unreadable.
        """
        path = self.path / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise GridError(
                f"{path}: not readable ({error}); this version is damaged, use another"
            ) from None
        return manifest

    def check_files(self) -> None:
        """Check that every file of the version is there in its size.

        Raises:
            GridError: one is not.
        """
        for name, size in self.manifest()["files"].items():
            path = self.path / name
            if not path.is_file() or path.stat().st_size != size:
                raise GridError(
                    f"{path}: expected a file of {size} bytes; this version is damaged, use another"
                )

    def sizes(self) -> tuple[int, int]:
        """Return the bytes of the files that only this version has, and of those it shares."""
        states = file_states(self.path)
        own = sum(state.st_size for state in states if state.st_nlink == 1)
        return own, sum(state.st_size for state in states) - own


def current_id(warehouse: Warehouse) -> str | None:
    """Return the build id that ``current`` names, or None without one.

    Raises:
        GridError: ``current`` is something else.
    """
    if not warehouse.current.is_symlink():
        if warehouse.current.exists():
            raise GridError(f"{warehouse.current}: expected a symbolic link; move it away")
        return None
    return warehouse.current.readlink().name


def list_versions(warehouse: Warehouse) -> list[Version]:
    """Return the versions by build id, the oldest first."""
    unpublished = {
        record.build_id for record in read_records(warehouse) if record.status_code != "published"
    } - {current_id(warehouse)}
    return [version for version in _folders(warehouse) if version.build_id not in unpublished]


def find_version(warehouse: Warehouse, build_id: str) -> Version:
    """Return one version.

    Raises:
        GridError: there is none of that id.
    """
    versions = {version.build_id: version for version in list_versions(warehouse)}
    if build_id not in versions:
        known = ", ".join(reversed(versions)) or "none yet"
        raise GridError(f"version {build_id!r} is unknown; there are: {known} (grid versions)")
    return versions[build_id]


def current_version(warehouse: Warehouse) -> Version | None:
    """Return the version that new readers open, or None before the first.

    Raises:
        GridError: ``current`` names no version.
    """
    build_id = current_id(warehouse)
    if build_id is None:
        return None
    version = Version(warehouse.published / build_id)
    if not version.path.is_dir():
        raise GridError(
            f"{warehouse.current}: names {build_id}, which is gone; grid rollback BUILD_ID names"
            " another, grid build publishes anew"
        )
    return version


def switch(warehouse: Warehouse, build_id: str) -> None:
    """Let ``current`` name a version, in one atomic step."""
    temporary = warehouse.published / f"{SWITCHING}{build_id}"
    replace_link(warehouse.current, build_id, temporary)


def prune(warehouse: Warehouse) -> list[str]:
    """Remove the versions beyond the newest ones, never the current; return their ids.

    Raises:
        OSError: a version cannot be removed.
    """
    current = current_id(warehouse)
    removed = []
    for version in list_versions(warehouse)[:-KEPT_COUNT]:
        if version.build_id != current:
            remove(warehouse, version.path)
            removed.append(version.build_id)
    return removed


def remove(warehouse: Warehouse, path: Path) -> None:
    """Remove a version or what is left of one; half removed, it has no name of a version."""
    hidden = path
    if not path.name.startswith("."):
        hidden = path.with_name(f"{REMOVING}{path.name}")
        path.rename(hidden)
        sync(warehouse.published)
    shutil.rmtree(hidden)


def heal(warehouse: Warehouse) -> list[str]:
    """Settle what killed builds left: records without an end, half-written versions, links.

    To be called under the lock, before anything else.

    Returns:
        A line for each thing done.

    Raises:
        GridError: something cannot be removed, or a record is unreadable.
    """
    told = []
    current = current_id(warehouse)
    try:
        for record in read_records(warehouse):
            if record.status_code == "published":
                continue
            is_current = record.build_id == current
            if is_current or record.status_code == "running":
                told.append(_settle(warehouse, record, is_current))
            version = warehouse.published / record.build_id
            if not is_current and version.is_dir() and not version.is_symlink():
                remove(warehouse, version)
        for path in sorted(warehouse.published.iterdir()):
            if path.is_symlink() and _LEFT_LINK.fullmatch(path.name):
                path.unlink()
            elif path.name.startswith((BUILDING, REMOVING)):
                shutil.rmtree(path)
                told.append(f"removed what was left of {path.name.partition('-')[2]}")
    except OSError as error:
        raise GridError(f"{error.filename}: cannot be cleaned: {error.strerror}") from None
    return told


def latest_id(warehouse: Warehouse) -> str | None:
    """Return the greatest build id that a record or a version has."""
    ids = [path.stem for path in warehouse.records.glob("*.json")]
    ids += [version.build_id for version in _folders(warehouse)]
    return max((found for found in ids if _BUILD_ID.fullmatch(found)), default=None)


def _folders(warehouse: Warehouse) -> list[Version]:
    if not warehouse.published.is_dir():
        return []
    return [
        Version(path)
        for path in sorted(warehouse.published.iterdir())
        if _BUILD_ID.fullmatch(path.name) and path.is_dir() and not path.is_symlink()
    ]


def _settle(warehouse: Warehouse, record: BuildRecord, is_current: bool) -> str:
    if is_current:
        # Killed after the switch: the manifest has the record that was about to be written.
        build = Version(warehouse.published / record.build_id).manifest()["build"]
        record = BuildRecord(**build)
        told = f"build {record.build_id} was killed just after it was published"
    else:
        record = dataclasses.replace(
            record, status_code="interrupted", message="ended without a word: killed, or power lost"
        )
        told = f"build {record.build_id} was killed before it published"
    write_record(warehouse, record)
    return f"{told} ({record_path(warehouse, record.build_id).name})"
