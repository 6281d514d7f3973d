"""The mutants fit the SQL, and the checks kill a fixed choice of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mutation import Mutant, apply, load_mutants
from mutation.catalogue import PROJECT_DIR, mutated_text, small_choice

RUN_MUTANTS = PROJECT_DIR / "tests" / "mutants" / "run_mutants.py"


def test_there_are_at_least_forty_mutants() -> None:
    assert len(load_mutants()) >= 40


@pytest.mark.parametrize("mutant", load_mutants(), ids=lambda mutant: mutant.id)
def test_the_text_to_replace_occurs_once(mutant: Mutant) -> None:
    assert mutated_text(mutant, PROJECT_DIR) != (PROJECT_DIR / mutant.file).read_text("utf-8")


def test_a_mutant_changes_its_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "model.sql").write_text("select a <= b", encoding="utf-8")
    (tmp_path / "other.sql").write_text("select a <= b", encoding="utf-8")
    apply(Mutant("m", "model.sql", "a <= b", "a < b", "A rule."), tmp_path)
    assert (tmp_path / "model.sql").read_text("utf-8") == "select a < b"
    assert (tmp_path / "other.sql").read_text("utf-8") == "select a <= b"


@pytest.mark.parametrize(
    ("text", "message"),
    [("select 1", "occurs 0 times"), ("a <= b and a <= b", "occurs 2 times")],
)
def test_a_mutant_that_does_not_fit_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "model.sql").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        mutated_text(Mutant("m", "model.sql", "a <= b", "a < b", "A rule."), tmp_path)


def test_a_mutant_that_changes_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.sql").write_text("a <= b", encoding="utf-8")
    with pytest.raises(ValueError, match="changes nothing"):
        mutated_text(Mutant("m", "model.sql", "a <= b", "a <= b", "A rule."), tmp_path)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"id": "m", "file": "f", "replace": "a", "with": "b"}], "expected the texts"),
        ([{"id": "m", "file": "f", "replace": "a", "with": "b", "rule": " "}], "never empty"),
        ([{"id": "m", "file": "f", "replace": "a", "with": "b", "rule": "r"}] * 2, "repeated ids"),
    ],
)
def test_an_entry_without_its_rule_is_refused(
    tmp_path: Path, entries: list[dict[str, str]], message: str
) -> None:
    path = tmp_path / "mutants.yml"
    path.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_mutants(path)


def test_the_small_choice_is_fixed() -> None:
    mutants = load_mutants()
    assert small_choice(mutants, 3) == small_choice(mutants[::-1], 3)
    assert small_choice(mutants, 3)[:2] == small_choice(mutants, 2)


def test_the_checks_kill_the_small_choice(tmp_path: Path) -> None:
    report_path = tmp_path / "report.json"
    completed = subprocess.run(
        [
            *(sys.executable, str(RUN_MUTANTS)),
            *("--sample", "2", "--city", "1", "--report", str(report_path)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    report = json.loads(report_path.read_text(encoding="utf-8"))
    assert report["killed"] == report["mutants"] == 2
    assert all(result["check"] and result["rule"] for result in report["results"])
