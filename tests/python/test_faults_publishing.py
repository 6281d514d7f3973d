"""Faults while publishing, on a database that is built already; each against a real process.

Whatever happens, ``current`` opens and equals the old version or the new one, and the next build
publishes.
"""

import contextlib
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from publishing_support import Site, built_site

from grid_assessment.errors import ExitCode
from grid_assessment.phases import PHASES

SEED = 20260403
RANDOM_KILLS = 6
KILLED = -signal.SIGKILL
SMALL_DISK = "14m"
SMALL_FILE = 4_000_000


@pytest.fixture(scope="module")
def site(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a warehouse with a published version, which all tests here go on with."""
    site = built_site(sample_warehouse, tmp_path_factory.mktemp("faults") / "warehouse")
    code, output = site.publish()
    assert code == 0, output
    return site


def check_next_build(site: Site) -> None:
    """Check that the next build publishes what the database has, and cleans up."""
    versions = site.ids
    code, output = site.publish()
    assert code == 0, output
    assert site.read() == site.private_content()
    left = [name for name in site.ids if name.startswith(".")]
    assert left == [], f"before: {versions}"
    assert [record["status_code"] for record in site.records].count("running") == 0
    assert all(
        record["status_code"] == "published"
        for record in site.records
        if record["build_id"] in site.ids
    )


@pytest.mark.parametrize(
    "point", [*PHASES, "published:1", "published:9", "published:40", "removing"]
)
def test_kill_at_every_boundary(point: str, site: Site) -> None:
    """Before the switch readers have the old version, from then on the new one."""
    while point == "removing" and len(site.ids) < 12:
        assert site.publish()[0] == 0
    old, before = site.current, site.read()
    site.change()
    code, output = site.publish(kill_at=point)
    assert code == KILLED, output
    is_switched = point in ("prune", "done", "removing")
    assert site.read() == (site.private_content() if is_switched else before)
    assert (site.current != old) is is_switched
    # Only what was published is listed; nobody holds the lock any more.
    assert listed(site) == [name for name in site.ids if is_published(site, name)]
    assert "Running: nothing" in site.run("status")[1]
    check_next_build(site)


def listed(site: Site) -> list[str]:
    """Return the build ids that ``grid versions`` lists, the oldest first."""
    code, output = site.run("versions")
    assert code == 0, output
    return sorted(line[1:].split()[0] for line in output.splitlines()[1:])


def is_published(site: Site, name: str) -> bool:
    """Whether a name among the versions is one that readers could have opened."""
    if name.startswith(".") or (site.published / name).is_symlink():
        return False
    return name == site.current or bool(site.record(name)["status_code"] == "published")


def test_kill_at_random_moments(site: Site) -> None:
    dice = random.Random(SEED)
    for _ in range(RANDOM_KILLS):
        before = site.read()
        site.change()
        with site.start("build", plan=site.publishing()) as process:
            time.sleep(dice.uniform(0.3, 1.6))
            process.kill()
            process.communicate()
        assert site.read() in (before, site.private_content())
    check_next_build(site)


def test_rollback_after_a_kill_just_behind_the_switch(site: Site) -> None:
    """A version that became current counts as published, also when nobody could note it."""
    old = site.current
    site.change()
    assert site.publish(kill_at="prune")[0] == KILLED
    new = str(site.current)
    code, output = site.run("rollback")
    assert (code, site.current) == (0, old), output
    assert site.record(new)["status_code"] == "published"
    assert site.run("rollback", new)[0] == 0
    check_next_build(site)


def test_two_builds_at_once(site: Site) -> None:
    old = site.current
    with site.start("build", plan=site.publishing(pause_at="write")) as first:
        assert first.stdout is not None
        for line in first.stdout:
            if line == "paused at write\n":
                break
        for arguments in (["build"], ["rollback"]):
            code, output = site.run(*arguments, plan=site.publishing())
            assert code == ExitCode.LOCKED
            assert f"seed is locked by grid build (process {first.pid}) since 2" in output
            assert output.count("\n") == (2 if arguments == ["build"] else 1)
        assert f"Running: grid build (process {first.pid}) since 2" in site.run("status")[1]
        assert site.run("versions")[0] == 0
        assert site.current == old
        first.kill()
    check_next_build(site)


def test_a_reader_keeps_its_version_during_ten_publishes(site: Site) -> None:
    query = """
        select sum(base_case_count), (select sum(total_score) from marts.district_ranking_monthly)
        from marts.fct_cases where assessment_month >= date '2021-03-01'
    """
    seen = []
    with site.open() as reader:
        before = reader.execute(query).fetchall()
        for _ in range(10):
            site.change()
            assert site.publish()[0] == 0
            assert reader.execute(query).fetchall() == before
            with site.open() as new_reader:
                seen += new_reader.execute(query).fetchall()
        cursor = reader.cursor()
        assert cursor.execute(query).fetchall() == before
    # Each change adds one base case and takes a hundredth from the score of each district.
    assert [cases for cases, _ in seen] == [before[0][0] + number for number in range(1, 11)]
    assert len({score for _, score in seen}) == 10


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[dict[str, Any]]:
    """Leave room for one version in a folder; give what the plan of a process needs for that.

    A small file system where this account may mount one, else a limit on the size of a file.
    """
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield {"largest_file": SMALL_FILE}
        return
    try:
        yield {}
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_disk_full(sample_warehouse: Path, tmp_path: Path) -> None:
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    site.published.mkdir()
    with small_disk(site.published) as plan:
        assert site.publish()[0] == 0
        before = site.read()
        site.change()
        code, output = site.publish(**plan)
        assert code == ExitCode.BAD_INPUT, output
        last = output.splitlines()[-1]
        assert "the new version could not be written: " in last
        assert f"nothing was published, current stays {site.current}; check disk space" in last
        assert site.ids == [site.current]
        assert site.read() == before
        published, failed = site.records
        assert (published["status_code"], failed["status_code"]) == ("published", "failed")
        assert "could not be written" in failed["message"]
        assert f"Last build: {failed['build_id']} failed at" in site.run("status")[1]
        if not plan:
            remount = ["mount", "-o", "remount,size=64m", str(site.published)]
            subprocess.run(remount, check=True)
        check_next_build(site)
