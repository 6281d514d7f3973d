"""How far a long work is: a bar on a terminal, plain lines in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

STEP_COUNT = 4
"""Lines that a work of many parts gets in a log."""


class Progress:
    """One work of so many parts, told as plain lines at each quarter."""

    def __init__(self, label: str) -> None:
        """Keep the name of the work and the time."""
        self.label = label
        self._told_step = 0
        self._started = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` parts are ready."""
        step = STEP_COUNT * done // total if total else 0
        if step > self._told_step:
            self._told_step = step
            seconds = time.monotonic() - self._started
            click.echo(f"  {self.label}: {done} of {total} ({seconds:.0f} s)")

    def tell(self, line: str) -> None:
        """Print a line."""
        click.echo(line)


class _BarProgress(Progress):
    """The same as a bar."""

    def __init__(self, label: str, bar: Bar) -> None:
        super().__init__(label)
        self._bar = bar
        self._task: TaskID = bar.add_task(label, total=None)

    def show(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)

    def tell(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Give what shows the progress of one work.

    Args:
        label: what the work is, and what its parts are.
    """
    if not sys.stdout.isatty():
        yield Progress(label)
        return
    columns = (
        TextColumn("  {task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(file=sys.stdout)) as bar:
        yield _BarProgress(label, bar)
