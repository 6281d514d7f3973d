"""Puts staged parts into the landing folder: all of them or none, and the same ones only once."""

import filecmp
from pathlib import Path

import duckdb

from grid_assessment.errors import GridError
from grid_assessment.ingest.parsing import sql_text
from grid_assessment.ingest.staging import StagedLoad
from grid_assessment.ingest.text import listed, shown


def target_of(load: StagedLoad, month: str, out: Path) -> Path:
    """Return ``<out>/<dataset>/month=YYYY-MM/<load_id>.parquet``."""
    return out / load.dataset / f"month={month}" / f"{load.load_id}.parquet"


def _same_rows(one: Path, other: Path) -> bool:
    """Tell whether two landing files hold the same columns and rows, whatever wrote them."""
    if filecmp.cmp(one, other, shallow=False):
        return True
    left, right = (
        f"(select * from read_parquet({sql_text(str(path))}, file_row_number = true,"
        " hive_partitioning = false))"
        for path in (one, other)
    )
    try:
        with duckdb.connect() as connection:
            shapes = [connection.execute(f"describe {side}").fetchall() for side in (left, right)]
            if shapes[0] != shapes[1]:
                return False
            for first, second in ((left, right), (right, left)):
                difference = f"{first} except all {second} limit 1"
                if connection.execute(difference).fetchone() is not None:
                    return False
    except duckdb.Error:
        return False
    return True


def is_already_ingested(load: StagedLoad, out: Path) -> bool:
    """Tell whether every part of a load lies in the landing folder already.

    Raises:
        GridError: its load_id is there with other content.
    """
    pattern = f"{load.dataset}/month=*/{load.load_id}.parquet"
    present = {path.parent.name.removeprefix("month=") for path in out.glob(pattern)}
    differing = [month for month in load.parts if month in present
                 and not _same_rows(target_of(load, month, out), load.parts[month])]  # fmt: skip
    differing += sorted(present - set(load.parts))
    if differing:
        raise GridError(
            f"{shown(load.source)}: load {load.load_id} lies in {shown(out / load.dataset)} with"
            f" other content ({listed([f'month={month}' for month in differing])}): the mapping,"
            " its reference files, the key or the delivered rows changed; give a later"
            " --delivered-at or another --load-id, or remove that load's files first"
        )
    return set(load.parts) == present


def publish(loads: list[StagedLoad], out: Path) -> None:
    """Move every part of every load to its place; on failure take all of them back.

    Raises:
        OSError: a part cannot be moved.
    """
    moved: list[Path] = []
    try:
        for load in loads:
            for month, part in load.parts.items():
                target = target_of(load, month, out)
                if target.exists():
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                part.rename(target)
                moved.append(target)
    except BaseException:
        for target in moved:
            target.unlink(missing_ok=True)
        raise
