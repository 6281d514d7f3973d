"""Run ``dbt build`` in a process of its own and tell what became of it.

A process of its own leaves no open DuckDB connection behind, which would keep the marts from being
read; what it did comes from ``run_results.json``, and errors outside of a node from its JSON log.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grid_assessment.errors import GridError
from grid_assessment.private_database import in_use_error, is_in_use
from grid_assessment.progress import Progress
from grid_assessment.publishing.warehouse import Warehouse

SLOW_SECONDS = 5.0
"""A step that takes longer is told while dbt runs."""

_RESULT_EVENT = re.compile("Log(Model|Seed|Test)Result|SkippingDetails")
_TEST_TYPES = ("test", "unit_test")
_FRAMES = ("> ", "compiled code at", "Compilation Error in ", "Runtime Error in ")
_FAILED = ("fail", "error", "runtime error", "partial success")


@dataclass(frozen=True)
class DbtResult:
    """The outcome of one ``dbt build``.

    ``marts`` names the models of the schema ``marts``; ``failed_tests`` maps the names of failed
    tests to their messages; ``seconds`` is wall time.
    """

    seconds: float
    model_count: int
    marts: tuple[str, ...] = ()
    test_statuses: dict[str, int] = field(default_factory=dict)
    failed_tests: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether no test failed."""
        return not self.failed_tests


def run_dbt_build(
    project: Path, warehouse: Warehouse, full_refresh: bool, progress: Progress
) -> DbtResult:
    """Run ``dbt build`` on the raw source of a warehouse, with a target folder of its own.

    Unit tests are left out: they test the SQL and not the data, and CI runs them.

    Args:
        project: the folder of ``dbt_project.yml``.
        warehouse: under the lock.
        full_refresh: rebuild the incremental models as well.
        progress: shows how far dbt is, and told about slow steps.

    Raises:
        GridError: dbt could not do its work (bad input, bad configuration; exit code 2), or the
            database is in use (3). A failed test raises nothing.
    """
    target = warehouse.target
    results_path = target / "run_results.json"
    results_path.unlink(missing_ok=True)
    started = time.monotonic()
    is_done, errors = _run(_command(project, warehouse, full_refresh), project, progress)
    seconds = time.monotonic() - started
    if not results_path.is_file():
        raise _error(errors)
    results: list[dict[str, Any]] = json.loads(results_path.read_text(encoding="utf-8"))["results"]
    broken = [_broken(result) for result in results if _is_broken(result)]
    if broken or not (is_done or any(_is_failed(result) for result in results)):
        raise _error(broken or errors)
    tests = [result for result in results if _type(result) in _TEST_TYPES]
    return DbtResult(
        seconds=seconds,
        model_count=len(results) - len(tests),
        marts=mart_names(target / "manifest.json"),
        test_statuses=dict(Counter(result["status"] for result in tests)),
        failed_tests={
            result["unique_id"].split(".")[2]: one_paragraph(result["message"] or "")
            for result in tests
            if _is_failed(result)
        },
    )


def mart_names(manifest: Path) -> tuple[str, ...]:
    """Return the marts in a manifest of dbt; the database may hold older ones besides."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return tuple(
        sorted(
            node["alias"]
            for node in nodes
            if node["resource_type"] == "model" and node["schema"] == "marts"
        )
    )


def one_paragraph(message: str) -> str:
    """Return a message of dbt as one paragraph: without the trace of macros and compiled paths."""
    lines = (line.strip() for line in message.splitlines())
    kept = [line for line in lines if line and not line.startswith(_FRAMES)]
    return " ".join(" ".join(kept).split())


def _command(project: Path, warehouse: Warehouse, full_refresh: bool) -> list[str]:
    flags = ["--no-use-colors", "--log-format", "json", "--no-version-check"]
    paths = ["--project-dir", project, "--profiles-dir", project, "--target-path"]
    return [
        *(sys.executable, "-m", "grid_assessment.dbt_child"),
        *flags,
        *("build", "--exclude-resource-type", "unit_test"),
        *(str(part) for part in (*paths, warehouse.target)),
        *("--vars", json.dumps({"raw_source": warehouse.raw_source})),
        *(["--full-refresh"] if full_refresh else []),
    ]


def _run(command: list[str], project: Path, progress: Progress) -> tuple[bool, list[str]]:
    """Run dbt; return whether all went well, and the messages of errors outside of any node."""
    errors: list[str] = []
    other_lines: list[str] = []
    done = total = 0
    # Only arguments made here reach the process, and no shell.
    with subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            try:
                event = json.loads(line)
                info, data = event["info"], event.get("data", {})
            except (ValueError, KeyError, TypeError):
                other_lines.append(line)
                continue
            if info["name"] == "MainEncounteredError":
                errors.append(str(data.get("exc", info["msg"])))
            total = max(total, data.get("total") or 0)
            if _RESULT_EVENT.fullmatch(info["name"]):
                done += 1
                progress.show(done, total)
            if data.get("execution_time", 0) >= SLOW_SECONDS and "node_info" in data:
                progress.tell(f"  {data['node_info']['node_name']}: {data['execution_time']:.0f} s")
        process.wait()
    # What is no event is a warning of the interpreter or, without an error, the trace of a crash.
    return process.returncode == 0, errors or ["".join(other_lines)]


def _type(result: dict[str, Any]) -> str:
    return str(result["unique_id"]).split(".", 1)[0]


def _is_failed(result: dict[str, Any]) -> bool:
    return result["status"] in _FAILED


def _is_broken(result: dict[str, Any]) -> bool:
    """Whether the node could not be run at all, be it a model, a seed or a test."""
    return _is_failed(result) and (_type(result) not in _TEST_TYPES or result["status"] != "fail")


def _broken(result: dict[str, Any]) -> str:
    kind, _, name = str(result["unique_id"]).split(".")[:3]
    return f"{kind} {name}: {one_paragraph(result['message'] or result['status'])}"


def _error(messages: list[str]) -> GridError:
    """Return the first message as an error of one paragraph, with the number of the others."""
    if any(is_in_use(message) for message in messages):
        return in_use_error()
    others = len(messages) - 1
    more = f" ({others} further errors: logs/dbt.log)" if others else ""
    told = one_paragraph(messages[0]) or "dbt ended without a result and without a message"
    return GridError(f"dbt build: {told}{more}")
