"""dbt's command line as a process of its own, forked from one that has imported dbt already.

The imports are a quarter of a small build. Nothing else is shared: each process sets its own
environment, folder and output, and ends with dbt's exit code. It ends without the interpreter's own
end, at which dbt now and then aborts after a failed `dbt compile`, its error told. As in `grid
build` (`dbt_child`), nothing is looked through for garbage.
"""

import gc
import importlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run dbt to its end; output is captured as text.

    Args:
        arguments: dbt's command line, without ``dbt``.
        folder: where it runs.
        environment: all of its variables.
    """
    with tempfile.TemporaryDirectory(prefix="grid-dbt-") as out:
        process = _forking.Process(target=_be_dbt, args=(arguments, folder, environment, Path(out)))
        process.start()
        process.join()
        output, errors = ((Path(out) / name).read_text("utf-8") for name in ("stdout", "stderr"))
    assert process.exitcode is not None, "a process that has been joined has ended"
    return subprocess.CompletedProcess(arguments, process.exitcode, output, errors)


def _be_dbt(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], out: Path
) -> None:
    for stream, name in ((sys.stdout, "stdout"), (sys.stderr, "stderr")):
        with (out / name).open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["dbt", *arguments]
    gc.disable()
    try:
        importlib.import_module("dbt.cli.main").cli()
    finally:
        # The interpreter's end would close the database, which writes its log into it.
        manager = importlib.import_module("dbt.adapters.duckdb.connections").DuckDBConnectionManager
        if manager._ENV is not None:
            manager._ENV.close()
