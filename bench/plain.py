"""The yardstick: the SQL that dbt compiled, executed by one plain DuckDB process.

Models are made as tables or views and tests are counted, in the order in which dbt finished them,
with the settings of profiles.yml. Seeds are there beforehand; hooks and contracts are left out.
"""

import json
import os
import time
from pathlib import Path
from typing import Any

import click
import duckdb
import yaml
from jinja2 import Template

from bench.site import PROJECT, Site

SEEDED = "dbt_build"


def measure_plain(site: Site, folder: Path) -> dict[str, Any]:
    """Execute the SQL of the latest full build of a site; return seconds, memory, slowest nodes.

    Args:
        site: with a database that one ``dbt build`` made from nothing.
        folder: for the database of the plain process, of the same name: the SQL names it.

    Raises:
        click.ClickException: a table has another number of rows than dbt's, or a test fails.
    """
    database = folder / site.database.name
    folder.mkdir(parents=True, exist_ok=True)
    database.unlink(missing_ok=True)
    _copy_seeds(site, database)
    took = site.module("bench.plain", site.target, database)
    told: dict[str, Any] = json.loads(took.output.splitlines()[-1])
    compare(site.database, database)
    return {
        "seconds": took.seconds,
        "peak_rss_bytes": took.peak_rss_bytes,
        "statement_count": len(told["seconds_by_node"]),
        "sql_seconds": sum(told["seconds_by_node"].values()),
        "seconds_by_node": told["seconds_by_node"],
    }


def nodes_in_order(target: Path) -> list[dict[str, Any]]:
    """Return the nodes of the latest build in the order in which dbt finished them."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return [manifest[name] for result in results if (name := result["unique_id"]) in manifest]


def open_as_profile(database: Path) -> duckdb.DuckDBPyConnection:
    """Open a database with the configuration and settings of profiles.yml."""
    output = _profile()
    connection = duckdb.connect(str(database), config=output["config_options"])
    for name, value in output["settings"].items():
        connection.execute(f"set {name} = '{value}'")
    return connection


def execute_all(target: Path, database: Path) -> dict[str, float]:
    """Execute the models and tests of the latest build; return the seconds of each.

    Raises:
        click.ClickException: a test that dbt passed has rows here.
    """
    seconds: dict[str, float] = {}
    with open_as_profile(database) as connection:
        for node in nodes_in_order(target):
            if node["resource_type"] not in ("model", "test"):
                continue
            started = time.perf_counter()
            if node["resource_type"] == "model":
                connection.execute(f'create schema if not exists "{node["schema"]}"')
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(
                    f"create {kind} {node['relation_name']} as {node['compiled_code']}"
                )
            else:
                counted = f"select count(*) from ({node['compiled_code']})"
                (failures,) = connection.execute(counted).fetchall()[0]
                if failures and node["config"]["severity"].lower() == "error":
                    raise click.ClickException(f"{node['name']}: {failures} rows, dbt found none")
            seconds[f"{node['resource_type']} {node['name']}"] = time.perf_counter() - started
    return seconds


def _profile() -> dict[str, Any]:
    """Return the output of profiles.yml for landing files, as dbt would render it."""
    names = {"raw_source": "landing"}
    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    own = profile["grid_assessment"]["outputs"][profile["grid_assessment"]["target"]]
    text = Template(json.dumps(own)).render(
        env_var=lambda name, default="": os.environ.get(name, default),
        var=lambda name, default="": names.get(name, default),
    )
    output: dict[str, Any] = yaml.safe_load(text)
    return output


def _copy_seeds(site: Site, database: Path) -> None:
    with open_as_profile(database) as connection:
        connection.execute(f"attach '{site.database}' as {SEEDED} (read_only)")
        for node in nodes_in_order(site.target):
            if node["resource_type"] == "seed":
                schema, name = node["schema"], node["alias"]
                connection.execute(f'create schema if not exists "{schema}"')
                connection.execute(
                    f'create table "{schema}"."{name}" as from {SEEDED}."{schema}"."{name}"'
                )


def compare(built: Path, plain: Path) -> None:
    """See that both databases have the same tables with as many rows."""
    counts = []
    for path in (plain, built):
        with duckdb.connect(str(path), read_only=True) as connection:
            counts.append(
                dict(
                    connection.execute(
                        "select concat_ws('.', schema_name, table_name), estimated_size"
                        " from duckdb_tables()"
                    ).fetchall()
                )
            )
    missed = [name for name, count in counts[0].items() if counts[1].get(name) != count]
    if missed:
        raise click.ClickException(f"rows differ between dbt and plain SQL: {', '.join(missed)}")


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.argument("database", type=click.Path(path_type=Path))
def main(target: Path, database: Path) -> None:
    """Execute the SQL of the build in TARGET in DATABASE; print the seconds of each node."""
    click.echo(json.dumps({"seconds_by_node": execute_all(target, database)}))


if __name__ == "__main__":
    main()
