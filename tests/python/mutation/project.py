"""Copies of the dbt project, and dbt run in one of them."""

import json
import os
import shutil
from pathlib import Path

import dbt_process

WAREHOUSE = "warehouse"
TARGETS = {"seed": "target-seed", "landing": "target-landing"}
PROJECT_ENTRIES = (
    "analyses",
    "dbt_project.yml",
    "macros",
    "models",
    "profiles.yml",
    "seeds",
    "tests",
)


def snapshot(project_dir: Path, folder: Path) -> None:
    """Copy what dbt reads, so that later edits of the project change nothing in mid-run."""
    folder.mkdir()
    ignored = shutil.ignore_patterns("python", "mutants", "__pycache__")
    for name in PROJECT_ENTRIES:
        source = project_dir / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        elif source.is_file():
            shutil.copy2(source, folder / name)


def copy_project(snapshot_dir: Path, folder: Path, changed_file: str) -> None:
    """Make a project of links to a snapshot; the top folder of the changed file is a real copy.

    What a build of the snapshot left is copied: the partial parse, with which a project parses in
    half the time, and the databases with the seeds.
    """
    folder.mkdir()
    top = Path(changed_file).parts[0]
    for name in PROJECT_ENTRIES:
        source = snapshot_dir / name
        if not source.exists():
            continue
        if name != top:
            (folder / name).symlink_to(source)
        elif source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder / name)
    for target in TARGETS.values():
        parsed = snapshot_dir / target / "partial_parse.msgpack"
        if parsed.is_file():
            (folder / target).mkdir()
            shutil.copy2(parsed, folder / target / parsed.name)
    if (snapshot_dir / WAREHOUSE).is_dir():
        shutil.copytree(snapshot_dir / WAREHOUSE, folder / WAREHOUSE)


def _environment(cities: dict[str, Path]) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRID_", "DBT_"))
    }
    # A path relative to the project is the same for all copies, so that a partial parse holds.
    added = {name: str(path) for name, path in cities.items()}
    return {**kept, "GRID_WAREHOUSE_DIR": WAREHOUSE, **added}


def build(
    project_dir: Path, raw_source: str, options: list[str], cities: dict[str, Path]
) -> str | None:
    """Run ``dbt build`` and return the first failure, or None.

    Args:
        project_dir: a copy of the project.
        raw_source: seed or landing.
        options: further arguments of dbt.
        cities: GRID_LANDING_DIR and GRID_REFERENCE_DIR in landing mode.
    """
    (project_dir / WAREHOUSE).mkdir(exist_ok=True)
    target = project_dir / TARGETS[raw_source]
    results = target / "run_results.json"
    results.unlink(missing_ok=True)
    completed = dbt_process.run(
        [
            "build",
            *("--threads", "1"),
            *("--vars", json.dumps({"raw_source": raw_source})),
            *("--target-path", target.name),
            *("--log-path", "logs"),
            *options,
        ],
        project_dir,
        _environment(cities),
    )
    if completed.returncode == 0:
        return None
    if results.is_file():
        for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
            if result["status"] in {"fail", "error", "runtime error"}:
                kind, _, name = result["unique_id"].split(".", 2)
                return f"{kind} {name.split('.')[0] if kind == 'test' else name}"
    return "dbt: " + " ".join(completed.stdout.split()[-60:])
