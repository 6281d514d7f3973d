"""The checks of a project in order of their cost, and which of them a mutant fails first."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from recomputation import Recomputation, recompute_landing, recompute_seeds
from recomputation.comparing import differences
from recomputation.random_rows import write_random_city

from .catalogue import Mutant, apply
from .project import WAREHOUSE, build, copy_project, snapshot

# A model that does not run at all says nothing about the checks.
BROKEN = ("model ", "seed ", "snapshot ", "dbt: ")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: killed, survived or broken (its SQL does not run)."""

    mutant: Mutant
    outcome: str
    check: str
    failure: str
    seconds: float


@dataclass(frozen=True)
class City:
    """A random city on disk and its recomputation."""

    seed: int
    landing_dir: Path
    reference_dir: Path
    recomputed: Recomputation


class Checks:
    """The unchanged project, the cities, and the recomputations that every mutant is held to."""

    def __init__(self, project_dir: Path, work_dir: Path, city_seeds: list[int]) -> None:
        """Copy the project and recompute the sample and the random cities.

        Args:
            project_dir: the dbt project with the recomputation in its tests.
            work_dir: an existing folder for copies and databases.
            city_seeds: one random city each.
        """
        self._work_dir = work_dir
        self.snapshot_dir = work_dir / "unchanged"
        snapshot(project_dir, self.snapshot_dir)
        seeds = self.snapshot_dir / "seeds"
        self._sample = recompute_seeds(seeds / "raw", seeds / "reference")
        self._cities = [self._make_city(seed) for seed in city_seeds]

    def _make_city(self, seed: int) -> City:
        landing_dir, reference_dir = write_random_city(self._work_dir / f"city-{seed}", seed)
        recomputed = recompute_landing(landing_dir, reference_dir)
        return City(seed, landing_dir, reference_dir, recomputed)

    def _ordered(
        self, project_dir: Path, has_seeds: bool
    ) -> Iterator[tuple[str, Callable[[], str | None]]]:
        def compare(database: str, recomputed: Recomputation) -> str | None:
            found = differences(project_dir / WAREHOUSE / database, recomputed)
            return found[0] if found else None

        always = ["--fail-fast", *(["--exclude-resource-type", "seed"] if has_seeds else [])]
        yield "sample build", lambda: build(project_dir, "seed", always, {})
        yield "sample recomputation", lambda: compare("seed.duckdb", self._sample)
        for city in self._cities:
            folders = {
                "GRID_LANDING_DIR": city.landing_dir,
                "GRID_REFERENCE_DIR": city.reference_dir,
            }
            # Unit tests have had their turn in the build of the sample.
            options = [*always, "--exclude-resource-type", "unit_test"]

            def build_city(
                folders: dict[str, Path] = folders, options: list[str] = options
            ) -> str | None:
                return build(project_dir, "landing", options, folders)

            def compare_city(recomputed: Recomputation = city.recomputed) -> str | None:
                return compare("landing.duckdb", recomputed)

            yield f"city {city.seed} build", build_city
            yield f"city {city.seed} recomputation", compare_city

    def first_failure(self, project_dir: Path, has_seeds: bool) -> tuple[str, str] | None:
        """Return the first check that fails and what it says, or None.

        Args:
            project_dir: a copy of the project.
            has_seeds: whether the seeds of the project are already loaded.
        """
        for name, check in self._ordered(project_dir, has_seeds):
            failure = check()
            if failure is not None:
                return name, failure
        return None

    def baseline(self) -> tuple[str, str] | None:
        """Check the unchanged project; its parse speeds up those of the mutants."""
        return self.first_failure(self.snapshot_dir, has_seeds=False)

    def judge(self, mutant: Mutant) -> Verdict:
        """Apply a mutant to a copy of the project and run the checks until one fails."""
        began = time.monotonic()
        project_dir = self._work_dir / mutant.id
        copy_project(self.snapshot_dir, project_dir, mutant.file)
        apply(mutant, project_dir)
        has_seeds = not mutant.file.startswith("seeds/")
        found = self.first_failure(project_dir, has_seeds)
        shutil.rmtree(project_dir)
        seconds = round(time.monotonic() - began, 1)
        if found is None:
            return Verdict(mutant, "survived", "", "", seconds)
        check, failure = found
        outcome = "broken" if failure.startswith(BROKEN) else "killed"
        return Verdict(mutant, outcome, check, failure, seconds)
