"""`python -m parity.cluster`: the sample built by several processes of Spark, compared with DuckDB.

With ``thrift`` the build goes through a Thrift server; otherwise a master and two workers are
started, and both workers have to be seen at work. Exit codes are those of `python -m parity`.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from parity import __main__ as parity
from parity.cases import sample
from parity.compare import compare_marts
from parity.engines import build_on_duckdb, build_on_spark, check_spark
from parity.processes import HOST, Cluster, cluster, free_port, program, wait_for_port


@click.command()
@click.argument("kind", type=click.Choice(["cluster", "thrift"]), default="cluster")
def main(kind: str) -> None:
    """Build the sample on several processes and compare its marts with those of DuckDB."""
    with tempfile.TemporaryDirectory(prefix="spark-") as scratch:
        folder = Path(scratch)
        case = sample(folder)
        try:
            check_spark()
            build_on_duckdb(case, folder / "duckdb")
            if kind == "cluster":
                _build_on_cluster(folder)
            else:
                _build_through_thrift(folder)
        except click.ClickException as problem:
            problem.show()
            raise SystemExit(parity.UNABLE) from problem
        found = compare_marts(
            folder / "duckdb/seed.duckdb", parity.spark_marts(case, folder / "spark")
        )
        parity.report(case, found)
    if not all(comparison.is_same for comparison in found):
        raise SystemExit(parity.DIFFERENT)


def _build_on_cluster(folder: Path) -> None:
    """Build the sample on a master and two workers.

    Raises:
        click.ClickException: a worker has finished no task.
    """
    configuration = folder / "configuration"
    events = folder / "events"
    for place in (configuration, events):
        place.mkdir()
    (configuration / "spark-defaults.conf").write_text(
        f"spark.eventLog.enabled true\nspark.eventLog.dir {events.as_uri()}\n"
        "spark.eventLog.rolling.enabled false\nspark.eventLog.compress false\n"
        "spark.executor.memory 1g\nspark.executor.cores 1\n",
        encoding="utf-8",
    )
    with cluster(folder / "cluster") as running:
        variables = {
            "GRID_SPARK_MASTER": running.master,
            "SPARK_CONF_DIR": str(configuration),
            "SPARK_LOCAL_IP": HOST,
        }
        seconds = build_on_spark(sample(folder), folder / "spark", variables=variables)
        tasks = _tasks_of_workers(running, events)
    click.echo(f"built in {seconds:.0f} s by {len(tasks)} workers of {running.master}")
    for worker, count in sorted(tasks.items()):
        click.echo(f"{worker}: {count:,} tasks finished")
        if not count:
            raise click.ClickException(f"{worker} has finished no task")


def _tasks_of_workers(running: Cluster, events: Path) -> dict[str, int]:
    """Count the tasks that the executors of each worker finished, by the log of events."""
    tasks: Counter[tuple[str, str]] = Counter()
    for log in events.iterdir():
        with log.open(encoding="utf-8") as lines:
            for event in map(json.loads, lines):
                if event["Event"] == "SparkListenerTaskEnd" and not event["Task Info"]["Failed"]:
                    application = log.name.removesuffix(".inprogress")
                    tasks[application, event["Task Info"]["Executor ID"]] += 1
    return {
        worker: sum(
            count
            for (application, executor), count in tasks.items()
            if (place / application / executor).is_dir()
        )
        for worker, place in running.workers.items()
    }


def _build_through_thrift(folder: Path) -> None:
    """Build the sample through a Thrift server with a warehouse of its own."""
    port = free_port()
    with _thrift_server(folder, port):
        seconds = build_on_spark(
            sample(folder),
            folder / "spark",
            "spark_thrift",
            {"GRID_SPARK_THRIFT_HOST": HOST, "GRID_SPARK_THRIFT_PORT": str(port)},
        )
    click.echo(f"built in {seconds:.0f} s through a Thrift server on {HOST}:{port}")


@contextmanager
def _thrift_server(folder: Path, port: int) -> Iterator[None]:
    """Run a Thrift server that keeps its tables where the comparison looks for them."""
    spark = folder / "spark/spark"
    spark.mkdir(parents=True)
    settings = {
        "spark.master": "local[*]",
        "spark.driver.memory": "2g",
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        # A server takes it only at its start.
        "spark.sql.timeType.enabled": "true",
        "spark.sql.warehouse.dir": str(spark / "seed"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={spark / 'catalogue'};create=true"
        ),
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={spark / 'derby.log'}",
        "spark.hadoop.hive.server2.thrift.port": str(port),
        "spark.hadoop.hive.server2.thrift.bind.host": HOST,
    }
    arguments = [
        "org.apache.spark.deploy.SparkSubmit",
        *("--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"),
        *(word for key, value in settings.items() for word in ("--conf", f"{key}={value}")),
        "spark-internal",
    ]
    with program(arguments, folder / "thrift.log"):
        wait_for_port(port)
        yield


if __name__ == "__main__":
    main()
