"""Landing files: made by the generator, and lent to a site month by month as hard links."""

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

from bench.site import Site

_FOLDER = "month="


def synthesize(site: Site, months: str, scale: str, out: Path) -> dict[str, Any]:
    """Write synthetic landing files; return what the generator took.

    Args:
        site: gives the environment.
        months: ``YYYY-MM..YYYY-MM``.
        scale: 1 for as many cases as in reality.
        out: a folder that is emptied first.
    """
    shutil.rmtree(out, ignore_errors=True)
    took = site.grid("synthesize", "--months", months, "--scale", scale, "--out", out)
    return {"seconds": took.seconds, "peak_rss_bytes": took.peak_rss_bytes}


def lend(files: Iterable[Path], landing: Path, site: Site) -> None:
    """Put landing files into a site, as hard links where the file system has them."""
    for file in files:
        target = site.landing / file.relative_to(landing)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(file)
        except OSError:
            shutil.copy2(file, target)


def landing_files(landing: Path, since: date | None = None) -> list[Path]:
    """Return the files of a landing folder, in order.

    Args:
        landing: the folder.
        since: leave out the folders of earlier months.

    Raises:
        click.ClickException: there are none.
    """
    files = sorted(landing.glob(f"*/{_FOLDER}*/*.parquet"))
    if not files:
        raise click.ClickException(f"{landing}: no <dataset>/month=YYYY-MM/<load_id>.parquet here")
    return [file for file in files if since is None or _month(file) >= f"{since:%Y-%m}"]


def delivery(files: list[Path], month: date) -> tuple[list[Path], list[Path]]:
    """Part files into those of a month's delivery and all others.

    The delivery of a month is the loads that have a file in a folder of the month, with all their
    files: a load holds late versions of cases of earlier months besides.
    """
    loads = {file.stem for file in files if _month(file) == f"{month:%Y-%m}"}
    if not loads:
        raise click.ClickException(f"the landing folder has no file of {month:%Y-%m}; see --months")
    return (
        [file for file in files if file.stem in loads],
        [file for file in files if file.stem not in loads],
    )


def warm(files: Iterable[Path]) -> None:
    """Read files into the page cache: both sides of a comparison then find them there."""
    for file in files:
        file.read_bytes()


def size(files: Iterable[Path]) -> int:
    """Return the bytes of files."""
    return sum(file.stat().st_size for file in files)


def _month(file: Path) -> str:
    return file.parent.name.removeprefix(_FOLDER)
