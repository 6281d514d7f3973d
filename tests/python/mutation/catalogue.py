"""The list of mutants."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml

PROJECT_DIR = Path(__file__).resolve().parents[3]
CATALOGUE = PROJECT_DIR / "tests" / "mutants" / "mutants.yml"


@dataclass(frozen=True)
class Mutant:
    """One wrong change: exact text that occurs once in a file, and what stands in its place."""

    id: str
    file: str
    replace: str
    replacement: str
    rule: str


def load_mutants(path: Path = CATALOGUE) -> list[Mutant]:
    """Return the mutants in the order of the file.

    Raises:
        ValueError: an entry has a missing, empty or unknown field, or an id stands twice.
    """
    mutants = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        fields = {"id", "file", "replace", "with", "rule"}
        if set(entry) != fields or not all(isinstance(entry[name], str) for name in fields):
            raise ValueError(f"{path.name}: {entry.get('id')}: expected the texts {sorted(fields)}")
        if not (entry["id"] and entry["replace"] and entry["rule"].strip()):
            raise ValueError(f"{path.name}: {entry['id']}: id, replace and rule are never empty")
        mutants.append(
            Mutant(entry["id"], entry["file"], entry["replace"], entry["with"], entry["rule"])
        )
    ids = [mutant.id for mutant in mutants]
    if repeated := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"{path.name}: repeated ids: {', '.join(sorted(repeated))}")
    return mutants


def mutated_text(mutant: Mutant, project_dir: Path) -> str:
    """Return the changed text of the mutant's file.

    Raises:
        ValueError: the text to replace does not occur exactly once, or nothing would change.
    """
    text = (project_dir / mutant.file).read_text(encoding="utf-8")
    if (found := text.count(mutant.replace)) != 1:
        raise ValueError(f"{mutant.id}: the text occurs {found} times in {mutant.file}, not once")
    changed = text.replace(mutant.replace, mutant.replacement)
    if changed == text:
        raise ValueError(f"{mutant.id}: the replacement changes nothing")
    return changed


def apply(mutant: Mutant, project_dir: Path) -> None:
    """Change the mutant's file in a copy of the project."""
    changed = mutated_text(mutant, project_dir)
    (project_dir / mutant.file).write_text(changed, encoding="utf-8")


def small_choice(mutants: list[Mutant], count: int) -> list[Mutant]:
    """Return a fixed choice spread over the list: the same for the same ids."""

    def place(mutant: Mutant) -> str:
        return hashlib.sha256(mutant.id.encode()).hexdigest()

    return sorted(mutants, key=place)[:count]
