"""The tables of docs/scale.md, made from results.json and from nothing else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

DEMANDS = Path(__file__).parent / "demands.yml"
_SHOWN: dict[str, tuple[float, Callable[[float], str]]] = {
    "s": (1, lambda value: f"{value:.2f} s"),
    "ms": (1e-3, lambda value: f"{value:.1f} ms"),
    "GiB": (2**30, lambda value: f"{value:.2f} GiB"),
    "MiB": (2**20, lambda value: f"{value:.1f} MiB"),
    "ratio": (1, lambda value: f"{value:.2f}"),
}
"""How much of the results' unit (seconds, bytes) each unit is, and how it is written."""


@dataclass(frozen=True)
class Demand:
    """One demand: what is measured, where it stands in the results, what it may be at most."""

    what: str
    value: str
    limit: float
    unit: str

    def row(self, results: dict[str, Any]) -> tuple[str, str, str, str]:
        """Return the row of the table."""
        measured = float(_at(results, self.value))
        size, _ = _SHOWN[self.unit]
        return (
            self.what,
            shown(measured, self.unit),
            f"{self.limit:g}" + ("" if self.unit == "ratio" else f" {self.unit}"),
            "met" if measured <= self.limit * size else "**not met**",
        )


def read_demands() -> list[Demand]:
    """Return the demands of demands.yml."""
    with DEMANDS.open(encoding="utf-8") as stream:
        return [Demand(**entry) for entry in yaml.safe_load(stream)]


@dataclass(frozen=True)
class Section:
    """The part of a document that a benchmark writes, between two comments."""

    name: str
    command: str

    @property
    def begin(self) -> str:
        """The comment before it."""
        return f"<!-- {self.name}: from here on written by {self.command} -->"

    @property
    def end(self) -> str:
        """The comment after it."""
        return f"<!-- {self.name}: end -->"

    def write(self, document: Path, body: str) -> None:
        """Replace what stands between the comments.

        Raises:
            click.ClickException: the document has no such comments.
        """
        text = document.read_text(encoding="utf-8")
        before, found_begin, rest = text.partition(self.begin)
        _, found_end, after = rest.partition(self.end)
        if not (found_begin and found_end):
            raise click.ClickException(
                f"{document}: expected the lines {self.begin!r} and {self.end!r}"
            )
        document.write_text(
            f"{before}{self.begin}\n\n{body}\n\n{self.end}{after}", encoding="utf-8"
        )


SECTION = Section("bench", "`make bench`")


def write_report(results: dict[str, Any], document: Path) -> None:
    """Replace what stands between the markers of a document by the tables of the results.

    Raises:
        click.ClickException: the document has no markers.
    """
    SECTION.write(document, "\n\n".join(_sections(results)))


def shown(value: float, unit: str) -> str:
    """Return a figure of the results (seconds, bytes or a ratio) in a unit."""
    size, write = _SHOWN[unit]
    return write(value / size)


def _sections(results: dict[str, Any]) -> Iterable[str]:
    yield _measured_on(results)
    rows = [demand.row(results) for demand in read_demands()]
    yield table(("what", "measured", "at most", ""), rows)
    yield "### Full build\n\n" + _full_build(results)
    yield "### One new month\n\n" + _month(results)
    yield "### dbt itself\n\n" + _dbt(results)
    yield "### Publishing\n\n" + _publishing(results)
    yield "### The ten slowest questions\n\n" + _questions(results)


def _measured_on(results: dict[str, Any]) -> str:
    machine, data, run = results["machine"], results["data"], results["run"]
    packages = ", ".join(f"{name} {number}" for name, number in machine["packages"].items())
    source = "landing files made in this run" if results["generator"] else "landing files given"
    return (
        f"Measured {run['measured_at']} on {machine['cores']} cores ({machine['processor']}),"
        f" {shown(machine['memory_bytes'], 'GiB')} of memory, {machine['system']}, Python"
        f" {machine['python']}, {packages}.\n"
        f"Data: months {run['months']} at scale {run['scale']}, {source}:"
        f" {data['counting_cases']:,} cases that count, {data['landed_case_rows']:,} rows of"
        f" cases, {data['landed_rows']:,} rows of all datasets in {data['file_count']:,} files,"
        f" {shown(data['bytes'], 'MiB')}."
    )


def _full_build(results: dict[str, Any]) -> str:
    full, plain = results["full_build"], results["plain"]
    rows = [
        ("wall time", shown(full["seconds"], "s"), shown(plain["seconds"], "s")),
        ("peak memory", *(shown(told["peak_rss_bytes"], "GiB") for told in (full, plain))),
        ("models, seeds and tests", str(full["node_count"]), str(plain["statement_count"])),
        ("database afterwards", shown(full["database_bytes"], "GiB"), ""),
    ]
    slowest = [
        (
            f"`{node['node']}`",
            shown(node["dbt_seconds"], "s"),
            "" if node["plain_seconds"] is None else shown(node["plain_seconds"], "s"),
        )
        for node in full["slowest_nodes"]
    ]
    heads = ("dbt build", "plain DuckDB")
    return "\n\n".join((table(("", *heads), rows), table(("the slowest nodes", *heads), slowest)))


def _month(results: dict[str, Any]) -> str:
    month = results["month"]
    long, short, growth = month["long"], month["short"], month["growth"]
    heads = (
        "",
        f"on {long['history_months']} months",
        f"on {short['history_months']} months",
        "growth",
    )
    rows = [
        (what, *(shown(told[key], "s") for told in (long, short, growth)))
        for what, key in (
            ("data work (SQL)", "data_seconds"),
            ("commits among it", "commit_seconds"),
            ("wall time with one dbt thread", "build_seconds"),
        )
    ]
    nodes = [
        (f"`{node['node']}`", *(shown(node[f"{key}_seconds"], "ms") for key in _NODE_KEYS))
        for node in growth["nodes"]
    ]
    return "\n\n".join((table(heads, rows), table(("the nodes that grow most", *heads[1:]), nodes)))


_NODE_KEYS = ("long", "short", "growth")


def _dbt(results: dict[str, Any]) -> str:
    dbt = results["dbt"]
    rows = [
        ("start (`dbt --help`)", shown(dbt["start_seconds"], "s")),
        ("`dbt parse`, everything, start included", shown(dbt["full_parse_seconds"], "s")),
        ("`dbt parse`, nothing changed, start included", shown(dbt["partial_parse_seconds"], "s")),
        ("a build beside start, parse and SQL", shown(dbt["beside_sql_seconds"], "s")),
        ("the same for one node", shown(dbt["node_seconds"], "ms")),
    ]
    return table(("", "time"), rows)


def _publishing(results: dict[str, Any]) -> str:
    publishing = results["publishing"]
    first, month, sizes = publishing["first"], publishing["month"], publishing["version"]
    phases = [
        (phase, *(shown(told.get(phase, 0.0), "s") for told in (first, month)))
        for phase in dict.fromkeys((*first, *month))
    ]
    rows = [
        ("a version", shown(sizes["bytes"], "MiB")),
        (f"its facts, {sizes['fact_file_count']} files", shown(sizes["fact_bytes"], "MiB")),
        ("its `marts.duckdb`", shown(sizes["mart_database_bytes"], "MiB")),
        ("what the version of the new month does not share", shown(sizes["own_bytes"], "MiB")),
    ]
    heads = ("`grid build`, phase", "all but the last month", "the last month on top")
    return "\n\n".join((table(heads, phases), table(("size", ""), rows)))


def _questions(results: dict[str, Any]) -> str:
    questions = results["questions"]
    rows = [
        (
            f"`{entry['question']}`",
            entry["text"],
            f"{entry['row_count']:,}",
            shown(entry["seconds"], "ms"),
            shown(entry["greatest_seconds"], "ms"),
        )
        for entry in questions["slowest"]
    ]
    head = (
        f"Of {questions['question_count']}, each asked {questions['repeats']} times by a new"
        f" reader; to open the version takes a reader {shown(questions['open_seconds'], 'ms')}"
        " besides.\n\n"
    )
    return head + table(("question", "", "rows", "median", "slowest"), rows)


def _at(results: dict[str, Any], path: str) -> Any:
    found: Any = results
    for key in path.split("."):
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
