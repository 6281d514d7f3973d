"""(b) One new month on top of a history: the SQL of it, and what of that grows with the history.

The same month is landed on a long and on a short history. Each step runs with one dbt thread, so
that no statement waits for another or for the interpreter; the database is put back before each
repetition.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench.dbt_log import Statements, read_statements
from bench.full_build import largest
from bench.landing import delivery, landing_files, lend
from bench.site import Site

GROWTH_NODES = 10
SHORT_HISTORY = 11
"""Months before the new one: the year that a monthly job at least looks back on."""


@dataclass(frozen=True)
class Step:
    """The repetitions of one step: wall seconds of dbt, and its statements."""

    history_months: int
    seconds: list[float]
    statements: list[Statements]

    @property
    def data_seconds(self) -> float:
        """The median of the seconds in SQL."""
        return median(statements.seconds for statements in self.statements)

    @property
    def seconds_by_node(self) -> dict[str, float]:
        """The median of each node's seconds in SQL."""
        nodes = {node for statements in self.statements for node in statements.seconds_by_node}
        return {
            node: median(told.seconds_by_node.get(node, 0.0) for told in self.statements)
            for node in nodes
        }

    def told(self) -> dict[str, Any]:
        """Return the entry of the results."""
        return {
            "history_months": self.history_months,
            "data_seconds": self.data_seconds,
            "data_seconds_of_each": [statements.seconds for statements in self.statements],
            "commit_seconds": median(statements.commit_seconds for statements in self.statements),
            "build_seconds": median(self.seconds),
            "statement_count": self.statements[-1].count,
        }


def short_history(month_count: int) -> int:
    """Return the months of the short history; fewer when there are hardly any."""
    return min(SHORT_HISTORY, (month_count - 1) // 2)


def prepare(site: Site, landing: Path, months: list[date], history_months: int) -> list[Path]:
    """Put the history into an empty site; return the files of the new month's delivery.

    Args:
        site: emptied.
        landing: the landing files.
        months: all months; the last is the new one.
        history_months: how many before it.
    """
    is_all = history_months == len(months) - 1
    since = None if is_all else months[-1 - history_months]
    new, history = delivery(landing_files(landing, since), months[-1])
    site.empty_landing()
    site.empty_warehouse()
    lend(history, landing, site)
    return new


def measure_step(site: Site, snapshot: Path, history_months: int, repeats: int) -> Step:
    """Build the new month, which has landed, on top of the history, which is built.

    Args:
        site: with the new month landed.
        snapshot: the database before.
        history_months: how many months are in it.
        repeats: how often.
    """
    seconds, statements = [], []
    for _ in range(repeats):
        restore(site, snapshot)
        seconds.append(site.dbt_build("--threads", "1").seconds)
        statements.append(read_statements(site.log))
    return Step(history_months, seconds, statements)


def snapshot_of(site: Site, folder: Path) -> Path:
    """Copy the database of a site; return the copy."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(site.database, folder / "before.duckdb"))


def restore(site: Site, snapshot: Path) -> None:
    """Put a copied database back, on the disk before anything is measured."""
    site.database.with_suffix(".duckdb.wal").unlink(missing_ok=True)
    shutil.copyfile(snapshot, site.database)
    os.sync()


def growth(long: Step, short: Step) -> dict[str, Any]:
    """Return what the longer history costs: seconds of SQL, in all and of the nodes with most."""
    before, after = short.seconds_by_node, long.seconds_by_node
    by_node = {node: seconds - before.get(node, 0.0) for node, seconds in after.items()}
    return {
        "data_seconds": long.data_seconds - short.data_seconds,
        "commit_seconds": long.told()["commit_seconds"] - short.told()["commit_seconds"],
        "build_seconds": median(long.seconds) - median(short.seconds),
        "nodes": [
            {
                "node": node,
                "growth_seconds": seconds,
                "short_seconds": before.get(node, 0.0),
                "long_seconds": after[node],
            }
            for node, seconds in largest(by_node, GROWTH_NODES)
        ],
    }
