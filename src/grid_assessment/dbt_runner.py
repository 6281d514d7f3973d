"""Run ``dbt build`` in a process of its own and tell what became of it.

A process of its own leaves no open DuckDB connection behind, which would keep the marts from being
read; what it did comes from ``run_results.json``, and errors outside of a node from its JSON log.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grid_assessment.errors import ExitCode, GridError

SLOW_SECONDS = 5.0
"""A step that takes longer is told while dbt runs."""

_TEST_TYPES = ("test", "unit_test")
_FAILED = ("fail", "error", "runtime error", "partial success")


@dataclass(frozen=True)
class DbtResult:
    """The outcome of one ``dbt build``.

    ``failed_tests`` maps the names of failed tests to their messages; ``seconds`` is wall time.
    """

    seconds: float
    model_count: int
    test_statuses: dict[str, int] = field(default_factory=dict)
    failed_tests: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether no test failed."""
        return not self.failed_tests


def run_dbt_build(
    project: Path, raw_source: str, full_refresh: bool, tell: Callable[[str], None]
) -> DbtResult:
    """Run ``dbt build`` on one raw source, with a target folder of its own.

    Args:
        project: the folder of ``dbt_project.yml``.
        raw_source: ``seed`` or ``landing``.
        full_refresh: rebuild the incremental models as well.
        tell: called with a line about a slow step or a failure.

    Raises:
        GridError: dbt could not do its work (bad input, bad configuration; exit code 2), or the
            database is in use (3). A failed test raises nothing.
    """
    target = project / "target" / raw_source
    results_path = target / "run_results.json"
    results_path.unlink(missing_ok=True)
    started = time.monotonic()
    is_done, errors = _run(_command(project, target, raw_source, full_refresh), project, tell)
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
        test_statuses=dict(Counter(result["status"] for result in tests)),
        failed_tests={
            result["unique_id"].split(".")[2]: one_paragraph(result["message"] or "")
            for result in tests
            if _is_failed(result)
        },
    )


def one_paragraph(message: str) -> str:
    """Return a message of dbt as one paragraph: without the trace of macros and compiled paths."""
    lines = (line.strip() for line in message.splitlines())
    kept = [
        line
        for line in lines
        if line and not line.startswith(("> ", "compiled code at", "Compilation Error in "))
    ]
    return " ".join(" ".join(kept).split())


def _command(project: Path, target: Path, raw_source: str, full_refresh: bool) -> list[str]:
    flags = ["--no-use-colors", "--log-format", "json", "--no-version-check"]
    paths = ["--project-dir", project, "--profiles-dir", project, "--target-path", target]
    return [
        *(sys.executable, "-c", "from dbt.cli.main import cli; cli()"),
        *flags,
        "build",
        *(str(part) for part in paths),
        *("--vars", json.dumps({"raw_source": raw_source})),
        *(["--full-refresh"] if full_refresh else []),
    ]


def _run(command: list[str], project: Path, tell: Callable[[str], None]) -> tuple[bool, list[str]]:
    """Run dbt; return whether all went well, and the messages of errors outside of any node."""
    errors: list[str] = []
    other_lines: list[str] = []
    # Only arguments made here reach the process, and no shell.
    with subprocess.Popen(  # noqa: S603 - our own command line
        command,
        cwd=project,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
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
            elif data.get("execution_time", 0) >= SLOW_SECONDS and "node_info" in data:
                tell(f"  {data['node_info']['node_name']}: {data['execution_time']:.0f} s")
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
    if any("Could not set lock on file" in message for message in messages):
        return GridError(
            "the database is in use by another process; end it or wait, then build again",
            ExitCode.LOCKED,
        )
    others = len(messages) - 1
    more = f" ({others} further errors: logs/dbt.log)" if others else ""
    told = one_paragraph(messages[0]) or "dbt ended without a result and without a message"
    return GridError(f"dbt build: {told}{more}")
