"""Reads delivered Parquet: every cell as the text that the same cell has in a CSV export."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.ingest.header import column_positions, is_blank
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.text import shown

BATCH = 10_000


def _as_text(column: str, column_type: str) -> str:
    """Return the SQL that shows a cell as text: 3.0 as 3, not-a-number as absent."""
    name = '"' + column.replace('"', '""') + '"'
    if column_type not in ("FLOAT", "DOUBLE"):
        return f"cast({name} as varchar)"
    return (
        f"case when isnan({name}) then null"
        f" when isinf({name}) then cast({name} as varchar)"
        f" when abs({name}) >= 1e15 then printf('%.14e', cast({name} as double))"
        f" when {name} = trunc({name}) then cast(cast({name} as bigint) as varchar)"
        f" else cast({name} as varchar) end"
    )


def parquet_rows(path: Path, mapping: Mapping) -> Iterator[Sequence[str | None]]:
    """Yield the cells of the mapped columns of each row of a Parquet file, as text.

    Raises:
        GridError: not a whole Parquet file, or a missing column.
        OSError: the file cannot be opened.
    """
    # A link with a plain name: DuckDB takes brackets and stars in a file name for a pattern.
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        link = Path(folder) / "delivered.parquet"
        link.symlink_to(path.resolve(strict=True))
        relation = "read_parquet(?, binary_as_string = true, hive_partitioning = false)"
        try:
            connection.execute("set threads = 1; set timezone = 'UTC'")
            described = connection.execute(f"describe select * from {relation}", [str(link)])
            types = {row[0]: row[1] for row in described.fetchall()}
            header = list(types)
            positions = column_positions(path, "schema", header, mapping)
            cells = ", ".join(_as_text(name, types[name]) for name in header)
            connection.execute(f"select {cells} from {relation}", [str(link)])
            while batch := connection.fetchmany(BATCH):
                for row in batch:
                    if not is_blank(row):
                        yield [row[position] for position in positions]
        except duckdb.Error as error:
            # The words of the exception can hold a cell.
            raise GridError(
                f"{shown(path)}: not a whole Parquet file ({type(error).__name__}); copy or export"
                " it again"
            ) from None
