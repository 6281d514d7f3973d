"""Files that appear whole or not at all: written in a hidden folder, then renamed into place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grid_assessment.errors import GridError


@contextmanager
def files_in_place(folder: Path) -> Iterator[Path]:
    """Give a hidden folder to write in; at the end its files move to ``folder``.

    When anything fails, no file has moved and the hidden folder is gone.

    Args:
        folder: where the files shall be; it is made where it is missing.

    Raises:
        GridError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=".bulletin-", dir=folder))
    except OSError as error:
        raise GridError(f"{folder}: cannot be written: {error.strerror}; give --out") from None
    try:
        yield hidden
        for path in sorted(hidden.iterdir()):
            path.replace(folder / path.name)
    except OSError as error:
        raise GridError(f"{folder}: cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
