"""``grid ingest``: delivered exports become landing files of the raw data contract."""

import tempfile
from datetime import datetime
from pathlib import Path

import click
import duckdb

from grid_assessment.errors import GridError
from grid_assessment.ingest.landing import is_already_ingested, publish
from grid_assessment.ingest.load_ids import check_load_id, parse_delivered_at
from grid_assessment.ingest.mapping import Mapping, load_mapping
from grid_assessment.ingest.staging import StagedLoad, stage
from grid_assessment.ingest.text import shown


def _summary(load: StagedLoad, mapping: Mapping, is_repeated: bool) -> list[str]:
    """Return the lines that are printed about one load."""
    if not load.parts:
        return [f"{shown(load.source)} -> {load.dataset}: 0 rows, nothing to land"]
    rows = sum(load.row_counts.values())
    head = f"{shown(load.source)} -> {load.dataset}, load {load.load_id}: {rows} rows"
    lines = [head + (", already ingested, nothing changed" if is_repeated else "")]
    lines += [f"  month={month}: {count} rows" for month, count in load.row_counts.items()]
    if load.without_month_count:
        lines.append(f"  of them without a readable month: {load.without_month_count} rows,"
                     f" in month={load.fallback_month}")  # fmt: skip
    by_column = ", ".join(f"{name} {count}" for name, count in sorted(load.unparsed_counts.items()))
    total = sum(load.unparsed_counts.values())
    lines.append(f"  unparsed cells: {total}" + (f" ({by_column})" if by_column else ""))
    return lines


def ingest_files(
    files: list[Path],
    mapping: Mapping,
    out: Path,
    delivered_at: datetime | None,
    load_id: str | None,
) -> list[str]:
    """Land the files: all of them are read to their end before the first is landed.

    Args:
        files: the delivered files.
        mapping: the checked mapping.
        out: the landing folder; created when it is not there.
        delivered_at: local time of the delivery, if known.
        load_id: the name of the load; None to derive it. Only for a single file.

    Returns:
        The lines of the summary.

    Raises:
        GridError: a file cannot be read, or a load_id is there with other content; nothing has
            been landed then.

    """
    created = [folder for folder in (out, *out.parents) if not folder.exists()]
    lines: list[str] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        # Inside the landing folder, so that moving a part is one atomic rename.
        with tempfile.TemporaryDirectory(dir=out, prefix=".ingest-") as folder:
            loads = []
            for number, file in enumerate(files):
                parts = Path(folder) / str(number)
                parts.mkdir()
                loads.append(stage(file, mapping, parts, delivered_at, load_id))
            repeated = [bool(load.parts) and is_already_ingested(load, out) for load in loads]
            publish(loads, out)
        for load, is_repeated in zip(loads, repeated, strict=True):
            lines += _summary(load, mapping, is_repeated)
    except duckdb.Error as error:
        problem = shown(str(error).splitlines()[0])
        raise GridError(f"{shown(out)}: cannot be written: {problem}") from None
    except OSError as error:
        raise GridError(f"{shown(error.filename or out)}: cannot be written:"
                        f" {shown(error.strerror or error)}") from None  # fmt: skip
    finally:
        _remove_empty(created)
    return lines


def _remove_empty(folders: list[Path]) -> None:
    """Remove the folders that were created for nothing, the innermost first."""
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--mapping", "mapping_file", required=True, type=click.Path(path_type=Path),
              help="Mapping file (YAML), see docs/ingest.md.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Landing folder.")
@click.option("--delivered-at", help="Local time of the delivery, such as '2021-04-06 09:30:00'.")
@click.option("--load-id", help="Name of the load; by default derived from the file.")
@click.option("--reference", type=click.Path(path_type=Path),
              help="Folder of the reference files that a mapping's lookups read.")  # fmt: skip
def ingest(  # noqa: PLR0913, PLR0917 - one parameter for each option
    files: tuple[Path, ...], mapping_file: Path, out: Path, delivered_at: str | None,
    load_id: str | None, reference: Path | None,
) -> None:  # fmt: skip
    """Turn delivered exports (CSV, XLSX, Parquet) into landing files."""
    unique = list({file.resolve(): file for file in reversed(files)}.values())[::-1]
    if load_id is not None:
        check_load_id(load_id)
        if len(unique) > 1:
            raise GridError("--load-id names one load; give it with one file")
    moment = None if delivered_at is None else parse_delivered_at(delivered_at)
    mapping = load_mapping(mapping_file, reference, None if moment is None else moment.isoformat())
    for line in ingest_files(unique, mapping, out, moment, load_id):
        click.echo(line)
