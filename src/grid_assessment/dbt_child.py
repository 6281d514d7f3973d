"""dbt as the child of ``grid build``: it ends when the build is gone.

Its standard input is a pipe from the build. When the build dies, also by ``kill -9``, the pipe
closes and this process ends at once; a dbt that went on would write beside the next build.

What dbt makes it keeps to its end: looking through it for garbage is a seventh of its own time and
frees a hundred megabytes, a thirtieth of what DuckDB may use.
"""

import gc
import os
import threading

from dbt.cli.main import cli

ORPHANED = 70
"""Exit code of a dbt whose build is gone (EX_SOFTWARE); nobody is left to read it."""


def main() -> None:
    """Run dbt with this process's arguments."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    cli()


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    main()
