"""``grid status``, ``versions`` and ``rollback``; pruning; what is healed; the lock; progress."""

import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest
from publishing_support import Site, built_site

from grid_assessment.errors import ExitCode, GridError
from grid_assessment.publishing import records
from grid_assessment.publishing.clock import duration
from grid_assessment.publishing.lock import held, holder_if_held
from grid_assessment.publishing.records import BuildRecord, new_build_id, write_record
from grid_assessment.publishing.versions import (
    KEPT_COUNT,
    current_id,
    heal,
    latest_id,
    list_versions,
    prune,
    switch,
)
from grid_assessment.publishing.warehouse import Warehouse, find_warehouse

BAR = """
from grid_assessment.progress import progress
with progress("published: files") as shown:
    for done in range(1, 9):
        shown.show(done, 8)
    shown.tell("  [slow] step")
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return an empty warehouse."""
    warehouse = Warehouse(tmp_path, "landing")
    warehouse.published.mkdir()
    warehouse.records.mkdir(parents=True)
    return warehouse


def build_id(number: int) -> str:
    return f"20260401T0000{number:02d}Z-00000a"


def add_version(warehouse: Warehouse, number: int, status_code: str | None = "published") -> str:
    """Make the folder of a version, with a record unless the status is None."""
    name = build_id(number)
    (warehouse.published / name).mkdir()
    (warehouse.published / name / "manifest.json").write_text("{}", encoding="utf-8")
    if status_code is not None:
        write_record(warehouse, BuildRecord(name, "landing", status_code, "-", False))
    return name


def test_the_life_of_versions(sample_warehouse: Path, tmp_path: Path) -> None:
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    assert site.run("versions") == (0, f"{site.published}: no version yet; run grid build\n")
    code, output = site.run("status")
    assert code == 0
    assert "Current: none yet; run grid build" in output
    assert "Running: nothing" in output
    assert "Last build: none; run grid build" in output
    assert site.run("rollback")[0] == ExitCode.BAD_INPUT

    contents = []
    for _ in range(3):
        assert site.publish()[0] == 0
        contents.append(site.read())
        site.change()
    first, second, third = site.ids
    code, output = site.run("versions")
    assert code == 0
    lines = output.splitlines()[1:]
    assert [re.findall(r"\d{8}T\d{6}Z-\w{6}", line) for line in lines] == [
        [third],
        [second],
        [first],
    ]
    assert [line.startswith("*") for line in lines] == [True, False, False]
    assert all(re.search(r" 2  2021-03  +\d+\.\d  +\d+\.\d$", line) for line in lines)

    # Back, back again, no further; then forward by name.
    assert site.run("rollback") == (0, f"{site.published}/current -> {second} (was {third})\n")
    assert site.read() == contents[1]
    assert site.run("rollback")[0] == 0
    assert site.read() == contents[0]
    code, output = site.run("rollback")
    assert code == ExitCode.BAD_INPUT
    assert f"no version before {first}" in output
    code, output = site.run("status")
    assert f"Current: {first}, published " in output
    assert f"rolled back: {third} is newer" in output
    assert "2 months, the latest 2021-03" in output
    assert re.search(rf"Last build: {third} published at \d{{4}}-", output)
    assert re.search(r"Disk: 3 versions \d+\.\d MB, private database \d+\.\d MB, free", output)
    assert site.run("rollback", third)[0] == 0
    assert site.read() == contents[2]
    assert site.run("rollback", third)[1].endswith(f"{third} (stays)\n")


@pytest.mark.parametrize("name", ["20200101T000000Z-aaaaaa", "..", "../../etc", ""])
def test_rollback_to_what_is_no_version(name: str, warehouse: Warehouse, tmp_path: Path) -> None:
    known = add_version(warehouse, 1)
    switch(warehouse, known)
    site = Site(tmp_path, tmp_path, "landing")
    code, output = site.run("rollback", name)
    assert code == ExitCode.BAD_INPUT
    assert output.startswith("grid: ")
    if name:
        assert f"version '{name}' is unknown; there are: {known} (grid versions)" in output
    assert site.current == known


def test_twelve_versions_stay(warehouse: Warehouse) -> None:
    names = [add_version(warehouse, number) for number in range(KEPT_COUNT + 3)]
    switch(warehouse, names[-1])
    assert prune(warehouse) == names[:3]
    assert [version.build_id for version in list_versions(warehouse)] == names[3:]
    assert prune(warehouse) == []


def test_the_current_version_stays_besides(warehouse: Warehouse) -> None:
    names = [add_version(warehouse, number) for number in range(KEPT_COUNT + 3)]
    switch(warehouse, names[1])
    assert prune(warehouse) == [names[0], names[2]]
    assert current_id(warehouse) == names[1]
    assert (warehouse.current / "manifest.json").is_file()


def test_what_killed_builds_left_is_healed(warehouse: Warehouse) -> None:
    good = add_version(warehouse, 1)
    unrecorded = add_version(warehouse, 2, None)
    switch(warehouse, good)
    killed = add_version(warehouse, 3, "running")
    failed = add_version(warehouse, 4, "failed")
    other = build_id(5)
    for left in (f".building-{other}", f".removing-{other}"):
        (warehouse.published / left / "facts").mkdir(parents=True)
    (warehouse.published / f".current-{other}").symlink_to(other)
    (warehouse.published / other).symlink_to(f".building-{other}")
    (warehouse.published / "archive").symlink_to("elsewhere")
    (warehouse.published / "notes.txt").write_text("the operator's own", encoding="utf-8")
    # Readers never saw what did not become current.
    assert [found.build_id for found in list_versions(warehouse)] == [good, unrecorded]
    told = heal(warehouse)
    assert any(f"build {killed} was killed before it published" in line for line in told)
    assert sorted(path.name for path in warehouse.published.iterdir()) == sorted(
        [good, unrecorded, "archive", "current", "notes.txt"]
    )
    statuses = {found.build_id: found.status_code for found in records.read_records(warehouse)}
    assert statuses == {good: "published", killed: "interrupted", failed: "failed"}
    assert heal(warehouse) == []


def test_ids_sort_also_when_the_clock_was_set_back(warehouse: Warehouse) -> None:
    assert latest_id(warehouse) is None
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", new_build_id(None))
    future = "29991231T235958Z-ffffff"
    assert new_build_id(future).startswith("29991231T235959Z-")
    first = add_version(warehouse, 1, None)
    assert latest_id(warehouse) == first
    write_record(warehouse, BuildRecord(future, "landing", "failed", "-", False))
    assert latest_id(warehouse) == future


def test_one_holder_at_a_time(warehouse: Warehouse) -> None:
    assert holder_if_held(warehouse) is None
    with held(warehouse, "grid build"):
        other = held(warehouse, "grid rollback")
        with pytest.raises(GridError) as raised, other:
            pass
        assert raised.value.exit_code == ExitCode.LOCKED
        assert f"landing is locked by grid build (process {os.getpid()}) since 2" in str(
            raised.value
        )
        # The other raw source is not in the way.
        with held(Warehouse(warehouse.folder, "seed"), "grid build"):
            pass
    assert holder_if_held(warehouse) is None


def test_a_record_that_is_none_is_named(warehouse: Warehouse) -> None:
    (warehouse.records / "x.json").write_text("{", encoding="utf-8")
    with pytest.raises(GridError, match=r"x\.json: not a build record .*; move it away"):
        records.read_records(warehouse)


def test_current_that_is_a_folder_is_named(warehouse: Warehouse) -> None:
    warehouse.current.mkdir()
    with pytest.raises(GridError, match="current: expected a symbolic link; move it away"):
        current_id(warehouse)


def test_a_path_that_is_a_pattern_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRID_WAREHOUSE_DIR", "ware[house]*")
    with pytest.raises(GridError, match=r"DuckDB reads \*\[ in a path as a pattern"):
        find_warehouse(Path(), "seed")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3661, "1 h 1 min"), (273_600, "3 d 4 h")],
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_progress_in_a_log_is_plain_lines() -> None:
    done = subprocess.run([sys.executable, "-c", BAR], capture_output=True, text=True, check=True)
    assert re.sub(r"\(\d s\)", "(0 s)", done.stdout).splitlines() == [
        "  published: files: 2 of 8 (0 s)",
        "  published: files: 4 of 8 (0 s)",
        "  published: files: 6 of 8 (0 s)",
        "  published: files: 8 of 8 (0 s)",
        "  [slow] step",
    ]


def test_progress_on_a_terminal_is_a_bar() -> None:
    terminal, inner = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    with subprocess.Popen([sys.executable, "-c", BAR], stdout=inner, env=environment) as process:
        os.close(inner)
        shown = b""
        while select.select([terminal], [], [], 10)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
        assert process.wait() == 0
    os.close(terminal)
    text = shown.decode()
    assert "━" in text
    assert "8/8" in text
    assert "[slow] step" in text
