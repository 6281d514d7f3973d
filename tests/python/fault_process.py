"""``grid`` as a process of its own that dies or waits at a named point; started by the fault tests.

    python fault_process.py PLAN build --raw-source seed

PLAN is JSON: ``kill_at`` or ``pause_at`` name a point: a phase (at its beginning), ``dbt:N`` or
``published:N`` (when N nodes or files are done), or ``removing`` (an old version half removed).
``whole_group`` kills the children too. ``marts`` (a manifest of dbt) replaces dbt and ``gate`` the
expectations by a good result: the database is as the test made it. ``user`` gives up root;
``largest_file`` (bytes) is as a full disk is.
"""

import importlib
import json
import os
import pwd
import resource
import shutil
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import grid_assessment.build as build_module
from grid_assessment.cli import LazyGroup, main
from grid_assessment.dbt_runner import DbtResult, mart_names
from grid_assessment.gate_result import GateResult
from grid_assessment.phases import Phases
from grid_assessment.progress import Progress
from grid_assessment.publishing.versions import MANIFEST

PLAN: dict[str, Any] = json.loads(sys.argv[1])


def reach(point: str) -> None:
    """Die or wait when the plan says so."""
    sys.stdout.flush()
    if PLAN.get("kill_at") == point:
        if PLAN.get("whole_group"):
            os.killpg(os.getpgrp(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    if PLAN.get("pause_at") == point:
        print(f"paused at {point}", flush=True)
        time.sleep(600)


class StoppedPhases(Phases):
    """Phases whose beginnings are points."""

    def enter(self, name: str) -> None:
        """Announce the phase, then be at the point."""
        super().enter(name)
        reach(name)


def show(progress: Progress, done: int, total: int) -> None:
    """Make every node of dbt and every published file a point."""
    SHOW(progress, done, total)
    reach(f"{progress.label.partition(':')[0]}:{done}")


def remove_half(path: Path, **options: Any) -> None:
    """Remove a folder, with a point in the middle."""
    (path / MANIFEST).unlink(missing_ok=True)
    reach("removing")
    REMOVE_TREE(path, **options)


def give_up_root(user: str) -> None:
    """Become another user; what grid imports later must be loaded before."""
    for module in (*LazyGroup.modules.values(), "_strptime"):
        importlib.import_module(module.partition(":")[0])
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def run() -> None:
    """Run grid with the points of the plan."""
    good = DbtResult(1.0, 1, mart_names(Path(PLAN["marts"])) if "marts" in PLAN else ())
    replaced = [
        (build_module, "Phases", StoppedPhases, True),
        (Progress, "show", show, True),
        (shutil, "rmtree", remove_half, PLAN.get("kill_at") == "removing"),
        (build_module, "run_dbt_build", lambda *_: good, "marts" in PLAN),
        (build_module, "_check", lambda *_: GateResult(()), "gate" in PLAN),
        # What is not asked need not be imported: grid would wait for the import before it ends.
        (build_module, "GATE_MODULE", GateResult.__module__, "gate" in PLAN),
    ]
    with ExitStack() as stack:
        for owner, name, replacement, is_wanted in replaced:
            if is_wanted:
                stack.enter_context(mock.patch.object(owner, name, replacement))
        if "largest_file" in PLAN:
            limit = PLAN["largest_file"]
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if "user" in PLAN:
            give_up_root(PLAN["user"])
        sys.argv = ["grid", *sys.argv[2:]]
        main()


SHOW = Progress.show
REMOVE_TREE = shutil.rmtree

if __name__ == "__main__":
    run()
