"""The phases of ``grid build``: announced as they begin, and timed."""

import time

import click

PHASES = (
    "lock",
    "dbt",
    "expectations",
    "write",
    "fsync",
    "rename",
    "switch",
    "prune",
    "done",
)
"""In their order; a build that fails leaves out the rest."""

SHOWN_SECONDS = 0.05
"""A phase that took less is not worth a word."""


class Phases:
    """The phases of one build."""

    def __init__(self) -> None:
        """Begin with no phase."""
        self._started: list[tuple[str, float]] = []

    def enter(self, name: str) -> None:
        """Announce the beginning of a phase, which ends the one before."""
        click.echo(f"[{PHASES.index(name) + 1}/{len(PHASES)} {name}]")
        self._started.append((name, time.monotonic()))

    def __str__(self) -> str:
        """Return the time of each phase that took any, and of all."""
        now = time.monotonic()
        ends = [started for _, started in self._started[1:]] + [now]
        times = [
            f"{name} {end - started:.1f} s"
            for (name, started), end in zip(self._started, ends, strict=True)
            if end - started >= SHOWN_SECONDS
        ]
        return f"{', '.join(times)}, in all {now - self._started[0][1]:.1f} s"
