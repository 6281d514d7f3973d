"""``grid bulletin``: the monthly bulletin of the published version, in up to four formats."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from grid_assessment.bulletin.charts import draw_charts
from grid_assessment.bulletin.city import read_city_texts
from grid_assessment.bulletin.content import Issue, read_bulletin
from grid_assessment.bulletin.content.findings import Finding, read_findings
from grid_assessment.bulletin.document import Bulletin
from grid_assessment.bulletin.files import files_in_place
from grid_assessment.bulletin.published import city_pack, groups_of_month, open_current
from grid_assessment.bulletin.write_docx import write_docx
from grid_assessment.bulletin.write_html import write_html
from grid_assessment.bulletin.write_pdf import write_pdf
from grid_assessment.bulletin.write_xlsx import write_xlsx
from grid_assessment.errors import ExitCode, GridError

FORMATS = ("docx", "pdf", "html", "xlsx")
OUT = Path("bulletins")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_NOT_IN_NAMES = re.compile(r"[^\w-]")
DRAWN = frozenset({"docx", "pdf", "html"})
"""The formats with charts."""

SHOWN_FINDINGS = 5
"""How many findings a message tells before it counts the rest."""


@dataclass(frozen=True)
class Order:
    """What is asked for; ``group`` None is every assessment group of the month."""

    month: date
    formats: tuple[str, ...]
    out: Path
    allows_findings: bool
    raw_source: str
    group: str | None
    issued_on: date


@click.command("bulletin")
@click.option("--month", required=True, help="The assessment month, YYYY-MM.")
@click.option(
    "--format",
    "formats",
    default=",".join(FORMATS),
    show_default=True,
    help="What to write, separated by commas.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=OUT,
    show_default=True,
    help="The folder of the files.",
)
@click.option(
    "--allow-findings",
    is_flag=True,
    help="Write also when the audit found contradictions; they are listed in an annex.",
)
@click.option(
    "--raw-source",
    type=click.Choice(["seed", "landing"]),
    default="seed",
    show_default=True,
    help="seed: the sample; landing: the real data.",
)
@click.option("--group", help="One assessment group only, by its code; all without it.")
@click.option(
    "--issued-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date of issue, YYYY-MM-DD; today without it.",
)
def bulletin(**options: Any) -> None:
    """Write the monthly bulletin (网格化管理考核通报) from the published version.

    Exit codes: 0 written, 1 the audit found contradictions and nothing was written, 2 no such
    month, group or format, or no font for Chinese text.
    """
    issued_on: datetime | None = options["issued_on"]
    order = Order(
        month=_month(options["month"]),
        formats=_formats(options["formats"]),
        out=options["out"],
        allows_findings=options["allow_findings"],
        raw_source=options["raw_source"],
        group=options["group"],
        issued_on=issued_on.date() if issued_on else date.today(),
    )
    for path in write_bulletins(order):
        click.echo(path)


def write_bulletins(order: Order) -> list[Path]:
    """Write the bulletins of a month, one for each assessment group; return their files.

    Raises:
        GridError: no such month or group, findings that are not allowed, no font, no folder.
    """
    with open_current(order.raw_source) as connection:
        published = groups_of_month(connection, order.month)
        groups = _groups(published, order)
        findings = {group: read_findings(connection, order.month, group) for group in groups}
        if not order.allows_findings:
            _stop_at_findings(order.month, findings)
        documents = {
            file_stem(order.month, group, is_named=len(published) > 1): read_bulletin(
                connection,
                order.month,
                group,
                Issue(
                    read_city_texts(city_pack(order.raw_source), group),
                    order.issued_on,
                    findings[group],
                ),
            )
            for group in groups
        }
    with files_in_place(order.out) as folder:
        for stem, document in documents.items():
            _write_formats(document, folder / stem, order.formats)
    return [order.out / f"{stem}.{name}" for stem in documents for name in order.formats]


def file_stem(month: date, group: str, *, is_named: bool) -> str:
    """Return the name of a bulletin's files without suffix.

    A group is named where the month has several; what is no letter, digit, ``_`` or ``-`` of any
    script becomes ``_``.
    """
    stem = f"bulletin-{month:%Y-%m}"
    return f"{stem}-{_NOT_IN_NAMES.sub('_', group)}" if is_named else stem


def _write_formats(document: Bulletin, stem: Path, formats: tuple[str, ...]) -> None:
    paths = {name: stem.with_name(f"{stem.name}.{name}") for name in formats}
    drawings = draw_charts(document) if set(formats) & DRAWN else {}
    if "docx" in paths:
        pictures = {name: drawing.png for name, drawing in drawings.items()}
        write_docx(document, paths["docx"], pictures)
    if "pdf" in paths:
        write_pdf(document, drawings, paths["pdf"])
    if "html" in paths:
        write_html(document, drawings, paths["html"])
    if "xlsx" in paths:
        write_xlsx(document, paths["xlsx"])


def _month(text: str) -> date:
    if not _MONTH.fullmatch(text):
        raise GridError(f"--month {text!r}: expected YYYY-MM, for instance 2021-03")
    return date.fromisoformat(f"{text}-01")


def _formats(text: str) -> tuple[str, ...]:
    named = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in named if name not in FORMATS]
    if unknown or not named:
        raise GridError(
            f"--format {text!r}: expected some of {','.join(FORMATS)}, separated by commas"
        )
    return tuple(name for name in FORMATS if name in named)


def _groups(published: list[str], order: Order) -> list[str]:
    if order.group is None:
        return published
    if order.group not in published:
        raise GridError(
            f"group {order.group!r} has no figures of {order.month:%Y-%m};"
            f" there are: {', '.join(published)}"
        )
    return [order.group]


def _stop_at_findings(month: date, findings: dict[str, tuple[Finding, ...]]) -> None:
    found = [one for of_group in findings.values() for one in of_group]
    if not found:
        return
    shown = "; ".join(one.explanation for one in found[:SHOWN_FINDINGS])
    more = f"; and {len(found) - SHOWN_FINDINGS} more" if len(found) > SHOWN_FINDINGS else ""
    raise GridError(
        f"bulletin {month:%Y-%m}: not written, for the audit found {len(found)} contradictions:"
        f" {shown}{more}. Correct the data and build again, or list them in an annex with"
        " --allow-findings",
        ExitCode.CHECKS_FAILED,
    )
