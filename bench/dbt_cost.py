"""(c) What dbt itself costs: start, parse, and each node beside its SQL."""

from statistics import median

from bench.monthly_step import Step
from bench.site import Site, dbt_start


def measure_parse(site: Site, repeats: int) -> dict[str, float]:
    """Return the wall seconds of starting dbt, of a full and of a partial parse.

    The parses contain the start. Afterwards the project is parsed.
    """
    site.empty_landing()
    site.empty_warehouse()
    return {
        "start_seconds": median(dbt_start().seconds for _ in range(repeats)),
        "full_parse_seconds": median(
            site.dbt("parse", "--no-partial-parse").seconds for _ in range(repeats)
        ),
        "partial_parse_seconds": median(site.dbt("parse").seconds for _ in range(repeats)),
    }


def node_cost(step: Step, partial_parse_seconds: float, node_count: int) -> dict[str, float]:
    """Return what a node costs beside its SQL.

    With one dbt thread the wall time of a build is its start and partial parse, its SQL, and the
    rest: that rest is divided by the number of nodes.

    Args:
        step: builds with one dbt thread.
        partial_parse_seconds: of start and parse.
        node_count: of the builds.
    """
    rests = [
        seconds - statements.seconds - partial_parse_seconds
        for seconds, statements in zip(step.seconds, step.statements, strict=True)
    ]
    return {"beside_sql_seconds": median(rests), "node_seconds": median(rests) / node_count}
