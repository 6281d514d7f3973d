"""Run the mutants of the SQL: every one must fail the checks.

Exit codes: 0 all killed; 1 some survived or do not run; 2 the unchanged project fails, or the
list does not fit the SQL.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click

PROJECT_DIR = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT_DIR / "tests" / "python"))

from mutation import Checks, Mutant, Verdict, load_mutants  # noqa: E402
from mutation.catalogue import mutated_text, small_choice  # noqa: E402

FAILURE_WIDTH = 90


def _chosen(only: tuple[str, ...], sample: int | None) -> list[Mutant]:
    try:
        mutants = load_mutants()
        for mutant in mutants:
            mutated_text(mutant, PROJECT_DIR)
    except (OSError, ValueError) as error:
        raise click.UsageError(str(error)) from error
    if unknown := set(only) - {mutant.id for mutant in mutants}:
        raise click.UsageError(f"no mutant is called {', '.join(sorted(unknown))}")
    if only:
        return [mutant for mutant in mutants if mutant.id in only]
    return mutants if sample is None else small_choice(mutants, sample)


def _line(verdict: Verdict) -> str:
    failure = verdict.failure
    if len(failure) > FAILURE_WIDTH:
        failure = failure[: FAILURE_WIDTH - 1] + "…"
    return (
        f"{verdict.outcome:8}  {verdict.seconds:5.1f} s  {verdict.mutant.id:46}"
        f"  {verdict.check}{': ' if failure else ''}{failure}"
    )


def _summary(verdicts: list[Verdict], seconds: float) -> dict[str, object]:
    def named(outcome: str) -> list[str]:
        return [verdict.mutant.id for verdict in verdicts if verdict.outcome == outcome]

    killers = Counter(v.check for v in verdicts if v.outcome == "killed")
    return {
        "mutants": len(verdicts),
        "killed": len(named("killed")),
        "killed_by": dict(killers.most_common()),
        "survived": named("survived"),
        "broken": named("broken"),
        "seconds": round(seconds, 1),
    }


def _write_report(path: Path, summary: dict[str, object], verdicts: list[Verdict]) -> None:
    results = [
        {
            "id": verdict.mutant.id,
            "file": verdict.mutant.file,
            "rule": verdict.mutant.rule,
            "outcome": verdict.outcome,
            "check": verdict.check,
            "failure": verdict.failure,
            "seconds": verdict.seconds,
        }
        for verdict in verdicts
    ]
    text = json.dumps({**summary, "results": results}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


@click.command()
@click.option("--only", multiple=True, metavar="ID", help="Run this mutant; may be repeated.")
@click.option("--sample", type=click.IntRange(min=1), help="Run a fixed choice of so many.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True)
@click.option(
    "--city",
    "city_seeds",
    type=int,
    multiple=True,
    default=(1, 2),
    show_default=True,
    help="Seed of a random city to build; may be repeated.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write JSON here.")
def main(
    only: tuple[str, ...],
    sample: int | None,
    jobs: int,
    city_seeds: tuple[int, ...],
    report: Path | None,
) -> None:
    """Apply each mutant to a copy of the project and run the checks until one fails."""
    mutants = _chosen(only, sample)
    began = time.monotonic()
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as work_dir:
        checks = Checks(PROJECT_DIR, Path(work_dir), list(city_seeds))
        if failed := checks.baseline():
            click.echo(f"the unchanged project fails: {failed[0]}: {failed[1]}", err=True)
            sys.exit(2)
        click.echo(f"the unchanged project passes after {time.monotonic() - began:.1f} s")
        with ThreadPoolExecutor(jobs) as pool:
            for future in as_completed([pool.submit(checks.judge, m) for m in mutants]):
                verdicts.append(future.result())
                click.echo(_line(verdicts[-1]))
    places = {mutant.id: place for place, mutant in enumerate(mutants)}
    verdicts.sort(key=lambda verdict: places[verdict.mutant.id])
    summary = _summary(verdicts, time.monotonic() - began)
    if report is not None:
        _write_report(report, summary, verdicts)
    click.echo("")
    for name, value in summary.items():
        click.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    for verdict in verdicts:
        if verdict.outcome != "killed":
            click.echo(f"{verdict.outcome}: {verdict.mutant.id}: {verdict.mutant.rule}")
    sys.exit(0 if summary["killed"] == len(verdicts) else 1)


if __name__ == "__main__":
    main()
