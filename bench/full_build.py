"""(a) The full build of all months from landing Parquet, beside one plain DuckDB process."""

import json
from pathlib import Path
from typing import Any

import duckdb

from bench.dbt_log import read_statements
from bench.landing import landing_files, lend, size, warm
from bench.plain import measure_plain
from bench.site import Site

SLOWEST = 10

_DATA = """
    select
        sum(landed_count) filter (where dataset = 'cases'),
        sum(accepted_count) filter (where dataset = 'cases'),
        sum(landed_count),
        (select count(*) from marts.fct_cases where not is_void)
    from marts.load_summary
"""


def measure_full_build(site: Site, landing: Path, plain_folder: Path) -> dict[str, Any]:
    """Build everything from an empty warehouse; the project is parsed already.

    Args:
        site: where to build; its database stays.
        landing: the landing files.
        plain_folder: for the database of the plain process, which stays as well.

    Returns:
        The keys ``data``, ``full_build`` and ``plain`` of the results.
    """
    files = landing_files(landing)
    site.empty_landing()
    site.empty_warehouse()
    lend(files, landing, site)
    warm(files)
    took = site.dbt_build()
    statements = read_statements(site.log)
    results = json.loads((site.target / "run_results.json").read_text(encoding="utf-8"))
    node_seconds = {
        " ".join(result["unique_id"].split(".")[:3:2]): result["execution_time"]
        for result in results["results"]
        if not result["unique_id"].startswith("exposure.")
    }
    plain = measure_plain(site, plain_folder)
    plain_seconds = plain.pop("seconds_by_node")
    return {
        "data": _data_facts(site.database) | {"file_count": len(files), "bytes": size(files)},
        "full_build": {
            "seconds": took.seconds,
            "peak_rss_bytes": took.peak_rss_bytes,
            "node_count": len(node_seconds),
            "statement_count": statements.count,
            "statement_seconds": statements.seconds,
            "database_bytes": site.database.stat().st_size,
            "dbt_over_plain": took.seconds / plain["seconds"],
            "slowest_nodes": [
                {
                    "node": node,
                    "dbt_seconds": seconds,
                    "plain_seconds": plain_seconds.get(node),
                }
                for node, seconds in largest(node_seconds, SLOWEST)
            ],
        },
        "plain": plain,
    }


def largest(numbers: dict[str, float], count: int) -> list[tuple[str, float]]:
    """Return the entries with the greatest numbers, the greatest first."""
    return sorted(numbers.items(), key=lambda entry: -entry[1])[:count]


def _data_facts(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        counts = connection.execute(_DATA).fetchall()[0]
    names = ("landed_case_rows", "accepted_cases", "landed_rows", "counting_cases")
    return {name: int(count) for name, count in zip(names, counts, strict=True)}
