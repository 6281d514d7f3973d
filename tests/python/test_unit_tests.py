"""dbt's unit tests, run once: they bring their own rows, whatever was built."""

import json
import shutil
from pathlib import Path

from conftest import run_dbt


def test_all_unit_tests_pass(sample_database: Path, tmp_path: Path) -> None:
    shutil.copy(sample_database, tmp_path)
    completed = run_dbt(["test", "--select", "test_type:unit"], tmp_path)
    assert completed.returncode == 0, completed.stdout[-8000:]
    target = tmp_path / "target"
    declared = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["unit_tests"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    passed = {result["unique_id"] for result in results if result["status"] == "pass"}
    assert passed == set(declared) != set()
