"""Where the project's own files are, and the raw data contract that they hold."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from grid_assessment.errors import GridError


def project_dir() -> Path:
    """Return the folder of ``dbt_project.yml``: ``DBT_PROJECT_DIR``, this folder, or a parent.

    Raises:
        GridError: no such folder.
    """
    start = Path(os.environ.get("DBT_PROJECT_DIR", ".")).resolve()
    for folder in (start, *start.parents):
        if (folder / "dbt_project.yml").is_file():
            return folder
    raise GridError(f"{start}: no dbt_project.yml here or above; run grid inside the project")


@cache
def project_vars(folder: Path) -> dict[str, Any]:
    """Return the ``vars`` of the dbt project in ``folder``: the contracts among them."""
    with (folder / "dbt_project.yml").open(encoding="utf-8") as stream:
        variables: dict[str, Any] = yaml.safe_load(stream)["vars"]
    return variables


def raw_contract(dataset: str | None = None) -> dict[str, Any]:
    """Return the raw data contract (spec: ``vars.raw_contract``), whole or of one dataset.

    Raises:
        GridError: the dataset is not in the contract.
    """
    contract: dict[str, Any] = project_vars(project_dir())["raw_contract"]
    if dataset is None:
        return contract
    if dataset not in contract:
        raise GridError(f"dataset {dataset!r} is unknown; expected one of: {', '.join(contract)}")
    found: dict[str, Any] = contract[dataset]
    return found


def reference_contract() -> dict[str, Any]:
    """Return the contract of a city pack's files (``vars.reference_contract``)."""
    contract: dict[str, Any] = project_vars(project_dir())["reference_contract"]
    return contract
