"""``grid status``, ``grid versions`` and ``grid rollback``."""

import shutil
from collections.abc import Callable
from typing import Any

import click

from grid_assessment.build_summary import table
from grid_assessment.errors import GridError
from grid_assessment.project import project_dir
from grid_assessment.publishing.clock import duration, seconds_since
from grid_assessment.publishing.files import file_states
from grid_assessment.publishing.lock import held, holder_if_held
from grid_assessment.publishing.month_files import BY_INPUTS
from grid_assessment.publishing.records import read_records
from grid_assessment.publishing.versions import (
    Version,
    current_id,
    current_version,
    find_version,
    heal,
    list_versions,
    switch,
)
from grid_assessment.publishing.warehouse import Warehouse, find_warehouse

Command = Callable[..., None]


def _of_raw_source(command: Command) -> Command:
    return click.option(
        "--raw-source",
        type=click.Choice(["seed", "landing"]),
        default="seed",
        show_default=True,
        help="seed: versions of the sample; landing: of the real data.",
    )(command)


@click.command("status")
@_of_raw_source
def status(raw_source: str) -> None:
    """Tell the current version, whether a build runs, how the last one ended, and the disk use."""
    warehouse = find_warehouse(project_dir(), raw_source)
    click.echo(f"Warehouse: {warehouse.folder} ({raw_source})")
    _echo_current(warehouse)
    try:
        running = holder_if_held(warehouse)
        click.echo(f"Running: {running or 'nothing'}")
    except GridError as error:
        running = None
        click.echo(f"Running: unknown: {error}")
    records = read_records(warehouse)
    ended = [record for record in records if record.status_code != "running" or not running]
    if ended:
        last = ended[-1]
        # Nobody holds the lock: what still calls itself running was killed.
        outcome = last.status_code if last.status_code != "running" else "killed"
        told = f": {last.message}" if last.message else ""
        click.echo(f"Last build: {last.build_id} {outcome} at {last.finished_at or '-'} UTC{told}")
    else:
        click.echo("Last build: none; run grid build")
    _echo_disk(warehouse)


@click.command("versions")
@_of_raw_source
def versions(raw_source: str) -> None:
    """List the published versions, the newest first; `*` marks the current one.

    A version's own bytes are freed when it goes; shared ones are months that others have as well.
    """
    warehouse = find_warehouse(project_dir(), raw_source)
    found = list_versions(warehouse)
    if not found:
        click.echo(f"{warehouse.published}: no version yet; run grid build")
        return
    current = current_id(warehouse)
    rows = [_version_row(version, version.build_id == current) for version in reversed(found)]
    head = ("", "build_id", "published_at (UTC)", "months", "latest", "own MB", "shared MB")
    click.echo("\n".join(table(head, rows)))


@click.command("rollback")
@click.argument("build_id", required=False)
@_of_raw_source
def rollback(build_id: str | None, raw_source: str) -> None:
    """Let new readers open an earlier version: BUILD_ID, or the one before the current.

    Open readers keep theirs. The next build publishes on top. Exit codes: 0 done, 2 no such
    version, 3 a build is running.
    """
    warehouse = find_warehouse(project_dir(), raw_source)
    if not warehouse.published.is_dir():
        raise GridError(f"{warehouse.published}: no version yet; run grid build")
    with held(warehouse, "grid rollback"):
        heal(warehouse)
        before = current_id(warehouse)
        version = find_version(warehouse, build_id) if build_id else _version_before(warehouse)
        version.check_files()
        switch(warehouse, version.build_id)
    told = "stays" if version.build_id == before else f"was {before or 'empty'}"
    click.echo(f"{warehouse.current} -> {version.build_id} ({told})")


def _version_before(warehouse: Warehouse) -> Version:
    current = current_id(warehouse) or ""
    earlier = [version for version in list_versions(warehouse) if version.build_id < current]
    if not earlier:
        raise GridError(
            f"{warehouse.published}: no version before {current or 'the first'};"
            " grid versions lists what there is"
        )
    return earlier[-1]


def _version_row(version: Version, is_current: bool) -> tuple[object, ...]:
    mark = "*" if is_current else " "
    own, shared = (f"{size / 1e6:.1f}" for size in version.sizes())
    try:
        manifest = version.manifest()
    except GridError:
        return (mark, version.build_id, "damaged", "-", "-", own, shared)
    months = _months(manifest)
    return (
        mark,
        version.build_id,
        manifest["build"]["finished_at"],
        len(months),
        max(months, default="-"),
        own,
        shared,
    )


def _months(manifest: dict[str, Any]) -> list[str]:
    """Return the months with cases, ``YYYY-MM``."""
    return [month[:7] for month in sorted(manifest["facts"][BY_INPUTS]["files"])]


def _echo_current(warehouse: Warehouse) -> None:
    version = current_version(warehouse)
    if version is None:
        click.echo("Current: none yet; run grid build")
        return
    manifest = version.manifest()
    published_at = manifest["build"]["finished_at"]
    click.echo(
        f"Current: {version.build_id}, published {published_at} UTC,"
        f" {duration(seconds_since(published_at))} ago"
    )
    newest = list_versions(warehouse)[-1].build_id
    if newest != version.build_id:
        click.echo(f"  rolled back: {newest} is newer")
    months = _months(manifest)
    click.echo(f"  {len(months)} months, the latest {max(months, default='-')}")


def _echo_disk(warehouse: Warehouse) -> None:
    if not warehouse.folder.is_dir():
        return
    sizes = {state.st_ino: state.st_size for state in file_states(warehouse.published)}
    private = warehouse.database.stat().st_size if warehouse.database.is_file() else 0
    free = shutil.disk_usage(warehouse.folder).free
    click.echo(
        f"Disk: {len(list_versions(warehouse))} versions {sum(sizes.values()) / 1e6:.1f} MB,"
        f" private database {private / 1e6:.1f} MB, free {free / 1e9:.1f} GB"
    )
