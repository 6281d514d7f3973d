"""Programs of Apache Spark from pyspark's own files, on this machine alone."""

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from parity.engines import SPARK_DBT

HOST = "127.0.0.1"
STARTING_SECONDS = 180
STOPPING_SECONDS = 30


@dataclass(frozen=True)
class Cluster:
    """A standalone cluster.

    ``master`` is its address (spark://host:port), ``workers`` maps the id of each worker to the
    folder that its executors run in.
    """

    master: str
    workers: Mapping[str, Path]


@contextmanager
def cluster(folder: Path, worker_count: int = 2) -> Iterator[Cluster]:
    """Run a master and workers of one core and 1 GB each; all are stopped at the end.

    Args:
        folder: where logs and executors go.
        worker_count: how many workers.

    Raises:
        click.ClickException: a program ended, or did not get ready in time.
    """
    port, site = free_port(), free_port()
    address = f"spark://{HOST}:{port}"
    with ExitStack() as running:
        running.enter_context(
            program(
                [
                    "org.apache.spark.deploy.master.Master",
                    *("--host", HOST, "--port", str(port), "--webui-port", str(site)),
                ],
                folder / "master.log",
            )
        )
        wait_for_port(port)
        work = [folder / f"worker_{number}" for number in range(1, worker_count + 1)]
        for place in work:
            running.enter_context(
                program(
                    [
                        *("org.apache.spark.deploy.worker.Worker", address, "--host", HOST),
                        *("--cores", "1", "--memory", "1g", "--work-dir", str(place)),
                        *("--webui-port", str(free_port())),
                    ],
                    place.with_suffix(".log"),
                )
            )
        deadline = time.monotonic() + STARTING_SECONDS
        while _alive_workers(site) < worker_count:
            if time.monotonic() > deadline:
                raise click.ClickException(f"the workers did not join; see {folder}")
            time.sleep(0.5)
        yield Cluster(address, {place.name: place for place in work})


@contextmanager
def program(arguments: Sequence[str], log: Path) -> Iterator[int]:
    """Run a class of Spark with spark-class, and stop it by its process id at the end.

    Args:
        arguments: the class and its arguments.
        log: file of its output.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(spark_home() / "bin/spark-class"), *arguments],
            env={**os.environ, "SPARK_HOME": str(spark_home()), "SPARK_LOCAL_IP": HOST},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(STOPPING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def spark_home() -> Path:
    """Return pyspark's own folder in the environment of Spark."""
    return next((SPARK_DBT.parents[1] / "lib").glob("python3*/site-packages/pyspark"))


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Wait until somebody listens on a port.

    Raises:
        click.ClickException: nobody did in time.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        if time.monotonic() > deadline:
            raise click.ClickException(f"nothing listens on port {port} of {HOST}")
        time.sleep(0.5)


def _alive_workers(site: int) -> int:
    """Return how many workers the master counts as alive, by its own site."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{site}/json/", timeout=10) as answer:
            return int(json.load(answer)["aliveworkers"])
    except OSError:
        return 0
