"""``grid explain``."""

import re
from datetime import date

import click

from grid_assessment.errors import GridError
from grid_assessment.explain.answers import answers_of
from grid_assessment.explain.report import Report
from grid_assessment.project import project_dir
from grid_assessment.publishing.versions import current_version
from grid_assessment.publishing.warehouse import find_warehouse


@click.command("explain")
@click.option("--month", required=True, metavar="YYYY-MM", help="The assessment month.")
@click.option(
    "--district", required=True, help="Code or name of a ranked district, or a part of its name."
)
@click.option(
    "--raw-source",
    type=click.Choice(["seed", "landing"]),
    default="seed",
    show_default=True,
    help="seed: versions of the sample; landing: of the real data.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="Rows of each list of categories, streets, cases, checks and findings; 0 for all.",
)
def explain(month: str, district: str, raw_source: str, limit: int) -> None:
    """Tell where a district lost its points, and what would win the next rank (失分说明).

    Read from the current published version. Exit codes: 0 done, 2 nothing published, or an
    unknown month or district.
    """
    asked = _month(month)
    warehouse = find_warehouse(project_dir(), raw_source)
    version = current_version(warehouse)
    if version is None:
        raise GridError(f"{warehouse.published}: no version yet; run grid build")
    with answers_of(version, asked, district) as answers:
        Report(answers, limit).write(version.build_id)


def _month(text: str) -> date:
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise GridError(f"--month {text}: expected a month like 2021-03")
