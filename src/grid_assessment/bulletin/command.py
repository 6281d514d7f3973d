"""``grid bulletin``: the monthly bulletin of the published version, in up to four formats."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click
import duckdb

from grid_assessment.bulletin.city import read_city_texts
from grid_assessment.bulletin.content import read_bulletin
from grid_assessment.bulletin.content.findings import Finding, read_findings
from grid_assessment.bulletin.document import Bulletin
from grid_assessment.bulletin.files import files_in_place
from grid_assessment.bulletin.published import city_pack, groups_of_month, open_current
from grid_assessment.errors import ExitCode, GridError

FORMATS = ("docx", "pdf", "html", "xlsx")
OUT = Path("bulletins")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_SHOWN_FINDINGS = 5


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
def bulletin(
    month: str,
    formats: str,
    out: Path,
    allow_findings: bool,
    raw_source: str,
    group: str | None,
    issued_on: datetime | None,
) -> None:
    """Write the monthly bulletin (网格化管理考核通报) from the published version.

    Exit codes: 0 written, 1 the audit found contradictions and nothing was written, 2 no such
    month, group or format, or no font for Chinese text.
    """
    first_day = _month(month)
    wanted = _formats(formats)
    day = issued_on.date() if issued_on else date.today()
    documents: dict[str, Bulletin] = {}
    with open_current(raw_source) as connection:
        groups = _groups(groups_of_month(connection, first_day), group, month)
        findings = {one: read_findings(connection, first_day, one) for one in groups}
        if not allow_findings:
            _stop_at_findings(month, findings)
        documents = {
            _file_stem(month, one, len(groups) > 1 or group is not None): _document(
                connection, first_day, one, raw_source, day, findings[one]
            )
            for one in groups
        }
    with files_in_place(out) as folder:
        for stem, document in documents.items():
            write_formats(document, folder / stem, wanted)
    for stem in documents:
        for name in wanted:
            click.echo(out / f"{stem}.{name}")


def write_formats(document: Bulletin, stem: Path, formats: Sequence[str]) -> None:
    """Write a bulletin in some formats, as ``stem`` with the format's suffix.

    Raises:
        GridError: a format needs a font for Chinese text and none is installed.
    """

    def path(name: str) -> Path:
        return stem.with_name(f"{stem.name}.{name}")

    if "xlsx" in formats:
        from grid_assessment.bulletin.write_xlsx import write_xlsx

        write_xlsx(document, path("xlsx"))
    if not set(formats) - {"xlsx"}:
        return
    from grid_assessment.bulletin.charts import draw_charts

    drawings = draw_charts(document)
    if "docx" in formats:
        from grid_assessment.bulletin.write_docx import write_docx

        pictures = {name: drawing.png for name, drawing in drawings.items()}
        write_docx(document, path("docx"), pictures)
    if "pdf" in formats:
        from grid_assessment.bulletin.write_pdf import write_pdf

        write_pdf(document, drawings, path("pdf"))
    if "html" in formats:
        from grid_assessment.bulletin.write_html import write_html

        write_html(document, drawings, path("html"))


def _document(
    connection: duckdb.DuckDBPyConnection,
    month: date,
    group: str,
    raw_source: str,
    issued_on: date,
    findings: tuple[Finding, ...],
) -> Bulletin:
    city = read_city_texts(city_pack(raw_source), group)
    return read_bulletin(connection, month, group, city, issued_on, findings)


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


def _groups(published: list[str], group: str | None, month: str) -> list[str]:
    if group is None:
        return published
    if group not in published:
        raise GridError(
            f"group {group!r} has no figures of {month}; there are: {', '.join(published)}"
        )
    return [group]


def _file_stem(month: str, group: str, is_named: bool) -> str:
    if not is_named:
        return f"bulletin-{month}"
    return f"bulletin-{month}-{re.sub(r'[^0-9A-Za-z_.-]', '_', group)}"


def _stop_at_findings(month: str, findings: dict[str, tuple[Finding, ...]]) -> None:
    found = [one for of_group in findings.values() for one in of_group]
    if not found:
        return
    shown = "; ".join(one.explanation for one in found[:_SHOWN_FINDINGS])
    more = f"; and {len(found) - _SHOWN_FINDINGS} more" if len(found) > _SHOWN_FINDINGS else ""
    raise GridError(
        f"bulletin {month} is not written, the audit found {len(found)} contradictions: {shown}{more}."
        " Correct the data and build again, or give --allow-findings to list them in an annex",
        ExitCode.CHECKS_FAILED,
    )
