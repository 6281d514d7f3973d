"""One JSON file for each build, from its start on; the mart ``builds`` reads them."""

import dataclasses
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from grid_assessment.errors import GridError
from grid_assessment.publishing.clock import now, now_text
from grid_assessment.publishing.files import replace_text
from grid_assessment.publishing.warehouse import Warehouse

_ID_TIME = "%Y%m%dT%H%M%SZ"


@dataclass
class BuildRecord:
    """What became of a build: the columns of the mart ``builds`` but ``is_current``.

    ``status_code`` is ``running``, ``published``, ``checks_failed`` (a test or a critical
    expectation), ``failed`` (bad input, no space) or ``interrupted``. Times are UTC texts; months
    are ``YYYY-MM``, joined by commas or ``none``, against the version that was current before.
    What the build did not come to know is None.
    """

    build_id: str
    raw_source: str
    status_code: str
    started_at: str
    is_full_refresh: bool
    finished_at: str | None = None
    month_count: int | None = None
    rebuilt_month_count: int | None = None
    rebuilt_months: str | None = None
    removed_months: str | None = None
    landed_count: int | None = None
    accepted_count: int | None = None
    superseded_count: int | None = None
    rejected_count: int | None = None
    passed_test_count: int | None = None
    failed_test_count: int | None = None
    warned_test_count: int | None = None
    met_expectation_count: int | None = None
    failed_expectation_count: int | None = None
    warned_expectation_count: int | None = None
    message: str | None = None

    def end(self, status_code: str, message: str | None = None) -> None:
        """Note the outcome and the time."""
        self.status_code = status_code
        self.message = message
        self.finished_at = now_text()


def new_build_id(previous: str | None) -> str:
    """Return an id of the time (UTC) and a random part; it sorts behind the previous one.

    Args:
        previous: the greatest id so far, also when the clock has been set back since.
    """
    time = now()
    if previous is not None:
        earlier = datetime.strptime(previous.partition("-")[0], _ID_TIME).replace(tzinfo=UTC)
        time = max(time, earlier + timedelta(seconds=1))
    return f"{time.strftime(_ID_TIME)}-{secrets.token_hex(3)}"


def record_path(warehouse: Warehouse, build_id: str) -> Path:
    """Return the file of a build's record."""
    return warehouse.records / f"{build_id}.json"


def write_record(warehouse: Warehouse, record: BuildRecord) -> None:
    """Write a record, replacing an earlier state of it in one step."""
    text = json.dumps(dataclasses.asdict(record), ensure_ascii=False, indent=1)
    replace_text(record_path(warehouse, record.build_id), text)


def read_records(warehouse: Warehouse) -> list[BuildRecord]:
    """Return the records by build id.

    Raises:
        GridError: a file is none of ours.
    """
    records = []
    for path in sorted(warehouse.records.glob("*.json")):
        try:
            records.append(BuildRecord(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise GridError(f"{path}: not a build record ({error}); move it away") from None
    return records


@contextmanager
def recorded(warehouse: Warehouse, record: BuildRecord) -> Iterator[None]:
    """Keep the record of a build on disk: at its start, and however it ends.

    Raises:
        GridError: the record cannot be written at the start.
    """
    try:
        write_record(warehouse, record)
    except OSError as error:
        raise GridError(f"{warehouse.records}: {error.strerror}; free it and run again") from None
    try:
        yield
    except BaseException as error:
        # What goes wrong after the switch does not undo it.
        if record.status_code == "running":
            is_failure = isinstance(error, Exception)
            record.end("failed" if is_failure else "interrupted", str(error) or repr(error))
        raise
    finally:
        try:
            write_record(warehouse, record)
        except OSError as error:
            # The next build settles a record without an end.
            click.echo(f"{warehouse.records}: the end is not recorded: {error.strerror}", err=True)
