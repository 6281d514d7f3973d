"""Reads one delivered file into a typed DuckDB table; nothing is landed yet."""

import csv
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.ingest.cells import row_function
from grid_assessment.ingest.columns import Column
from grid_assessment.ingest.delivered import digest_of, read_rows
from grid_assessment.ingest.load_ids import derive_load_id
from grid_assessment.ingest.mapping import Mapping
from grid_assessment.ingest.parsing import sql_text, typed
from grid_assessment.ingest.personal import HASH_PATTERN
from grid_assessment.ingest.text import shown
from grid_assessment.project import raw_contract


@dataclass(frozen=True)
class StagedLoad:
    """One delivered file as Parquet parts in a temporary folder, one part a month.

    ``row_counts`` and ``parts`` are by month (YYYY-MM); ``unparsed_counts`` by contract column.
    """

    source: Path
    dataset: str
    load_id: str
    parts: dict[str, Path]
    row_counts: dict[str, int]
    unparsed_counts: Counter[str]
    without_month_count: int
    fallback_month: str


def _write_texts(source: Path, mapping: Mapping, texts: Path) -> int:
    """Write the contract's cells of every row as CSV for DuckDB, and return the number of rows."""
    contract_row = row_function(mapping)
    count = 0
    with texts.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in read_rows(source, mapping):
            count += 1
            try:
                writer.writerow(contract_row(row))
            except UnicodeEncodeError:
                raise GridError(f"{shown(source)}: row {count}: half a character (a surrogate);"
                                " export the file again") from None  # fmt: skip
    return count


def _value(column: Column) -> str:
    """Return the SQL expression of a contract column; of a hashed one nothing but hashes lands."""
    text = f"texts.{column.name}"
    if column.personal == "hash":
        return f"case when regexp_full_match({text}, {sql_text(HASH_PATTERN)}) then {text} end"
    return typed(text, column.type, column.formats)


def _create_typed(connection: duckdb.DuckDBPyConnection, mapping: Mapping, texts: Path) -> None:
    """Create the table ``staged``: the contract's columns, typed, and ``unparsed``."""
    names = [column.name for column in mapping.columns]
    text_types = ", ".join(f"{name}: 'VARCHAR'" for name in names)
    values = ", ".join(f"{_value(column)} as {column.name}" for column in mapping.columns)
    failures = ", ".join(
        f"case when texts.{name} is not null and typed_rows.{name} is null"
        f" then {{'k': '{name}', 'v': texts.{name}}} end"
        for name in names
    )
    # A positional join: both sides are the same rows in the same order.
    connection.execute(
        f"""
        create table texts as
        select * from read_csv(
            {sql_text(str(texts))}, columns = {{{text_types}}}, header = false, delim = ',',
            quote = '"', escape = '"', nullstr = '', auto_detect = false, new_line = '\\n',
            max_line_size = 100000000
        );
        create table typed_rows as select {values} from texts;
        create table staged as
        with failures as (
            select
                typed_rows.*,
                list_filter([{failures}], lambda failure: failure is not null) as failed
            from texts positional join typed_rows
        )
        select
            * exclude (failed),
            case when len(failed) > 0
                then cast(to_json(map_from_entries(failed)) as varchar)
            end as unparsed
        from failures;
        drop table texts;
        drop table typed_rows;
        """
    )


def _latest(connection: duckdb.DuckDBPyConnection, column: str) -> datetime | None:
    row = connection.execute(f"select max({column}) from staged").fetchone()
    latest: datetime | None = row[0] if row else None
    return latest


def _load_id(connection: duckdb.DuckDBPyConnection, source: Path, mapping: Mapping,
             delivered_at: datetime | None) -> str:  # fmt: skip
    """Return the derived load_id; without a delivery time, the newest row's version dates it."""
    version = raw_contract(mapping.dataset).get("version")
    moment = delivered_at or (_latest(connection, version) if version else None)
    if moment is None:
        raise GridError(
            f"{shown(source)}: no time to order this load by; give --delivered-at (or --load-id)"
        )
    # The name of a file with persons in it may be a person's.
    name = mapping.dataset if mapping.personal else source.name
    return derive_load_id(name, moment, digest_of(source))


def _fallback_month(connection: duckdb.DuckDBPyConnection, source: Path, month_of: str,
                    delivered_at: datetime | None) -> str:  # fmt: skip
    """Return the month (YYYY-MM) of rows whose own month cannot be read."""
    if delivered_at is not None:
        return f"{delivered_at:%Y-%m}"
    row = connection.execute(f"select strftime(min({month_of}), '%Y-%m') from staged").fetchone()
    if row is None or row[0] is None:
        raise GridError(
            f"{shown(source)}: no row has a readable {month_of}, which fixes the month; check the"
            " mapping's formats, or give --delivered-at"
        )
    return str(row[0])


def stage(
    source: Path, mapping: Mapping, folder: Path, delivered_at: datetime | None, load_id: str | None
) -> StagedLoad:
    """Read a delivered file and write its landing parts into a temporary folder.

    Args:
        source: the delivered file.
        mapping: the checked mapping.
        folder: an empty folder for the parts, on the landing folder's file system.
        delivered_at: local time of the delivery, if known.
        load_id: None to derive it from the delivery's time, the file's name and its bytes.

    Raises:
        GridError: the file cannot be read whole, or has no time to order it by.
    """
    month_of = raw_contract(mapping.dataset)["month_of"]
    parts: dict[str, Path] = {}
    row_counts: dict[str, int] = {}
    unparsed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        # One thread: the same rows give the same bytes.
        connection.execute(f"set threads = 1; set temp_directory = {sql_text(scratch)}")
        texts = Path(scratch) / "texts.csv"
        if _write_texts(source, mapping, texts) == 0:
            return StagedLoad(source, mapping.dataset, load_id or "", {}, {}, unparsed, 0, "")
        _create_typed(connection, mapping, texts)
        load_id = load_id or _load_id(connection, source, mapping, delivered_at)
        unmonthed = connection.execute(f"select count(*) from staged where {month_of} is null")
        without_month_count = int((unmonthed.fetchone() or (0,))[0])
        fallback = ""
        if without_month_count:
            fallback = _fallback_month(connection, source, month_of, delivered_at)
        month = f"coalesce(strftime({month_of}, '%Y-%m'), {sql_text(fallback)})"
        counts = f"select {month} as m, count(*) from staged group by m order by m"
        for name, count in connection.execute(counts).fetchall():
            parts[name] = folder / f"{name}.parquet"
            row_counts[name] = count
            connection.execute(
                f"copy (select * from staged where {month} = {sql_text(name)})"
                f" to {sql_text(str(parts[name]))} (format parquet, compression zstd)"
            )
        keys = "select unnest(json_keys(unparsed)) as k from staged where unparsed is not null"
        per_column = f"select k, count(*) from ({keys}) group by k order by k"
        unparsed.update(dict(connection.execute(per_column).fetchall()))
    return StagedLoad(source, mapping.dataset, load_id, parts, row_counts, unparsed,
                      without_month_count, fallback)  # fmt: skip
