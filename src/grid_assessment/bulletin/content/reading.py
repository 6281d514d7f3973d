"""From the published marts to the document: reads the figures, renders the sections in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from grid_assessment.bulletin.city import CityTexts
from grid_assessment.bulletin.content.annexes import draft_annexes
from grid_assessment.bulletin.content.blocks import Numbering
from grid_assessment.bulletin.content.figures import NONE, Figure, Figures, read_figures
from grid_assessment.bulletin.content.findings import Finding
from grid_assessment.bulletin.content.listing import figure_listing
from grid_assessment.bulletin.content.standing import Standing, equal_groups
from grid_assessment.bulletin.content.tables import draft_tables
from grid_assessment.bulletin.document import Block, Bulletin

SECTIONS = (
    *("opening", "scores", "overview", "categories", "closure"),
    *("supervision", "satellite", "grid_model", "linkage"),
)
"""One template each, in the order of the document."""

ANNEXES = (
    ("annex_variance", "各机制对排名差异的贡献", "mechanism_variance"),
    ("annex_uncertainty", "漏报率的抽样误差及其对排名的影响", "uncertainty"),
    ("annex_findings", "数据核查发现的问题", "findings"),
)
"""Template, title and the table without whose rows the annex is left out."""

_STREET_ORDER = "street_order_registered_count"
_EARLIER_MONTHS = """
    select
        coalesce(bool_or(assessment_month = $month - interval 1 month), false),
        coalesce(bool_or(assessment_month = $month - interval 1 year), false)
    from marts.bulletin_figures_monthly
    where assessment_group_code = $group
"""


@dataclass(frozen=True)
class Top:
    """The first members of a figure; ``is_cut_in_tie``: others have as many as the last."""

    figures: list[Figure]
    is_cut_in_tie: bool
    is_tied: bool


@dataclass(frozen=True)
class PartStanding:
    """A part of the districts with the standing of these among each other."""

    name: str
    standing: Standing


@dataclass(frozen=True)
class Issue:
    """What a bulletin says and the marts do not.

    ``issued_on`` is the date below it, blank without one; ``findings`` are contradictions that
    are listed in an annex.
    """

    city: CityTexts = field(default_factory=CityTexts)
    issued_on: date | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Source:
    """What the sentences and tables of a bulletin are made of."""

    month: date
    figures: Figures
    issue: Issue
    parts: list[PartStanding]
    has_previous: bool
    has_year_ago: bool


def read_bulletin(
    connection: duckdb.DuckDBPyConnection, month: date, group: str, issue: Issue | None = None
) -> Bulletin:
    """Read the bulletin of a month and assessment group from a published version.

    Args:
        connection: the version's ``marts.duckdb``.
        month: the first day of the assessment month.
        group: the code of the assessment group.
        issue: what is not in the marts; neutral without it.
    """
    issue = issue or Issue()
    figures = read_figures(connection, month, group)
    parts = [
        PartStanding(
            part.name,
            Standing(
                read_figures(connection, month, group, part.districts).districts(_STREET_ORDER)
            ),
        )
        for part in issue.city.parts
    ] or [PartStanding("", Standing(figures.districts(_STREET_ORDER)))]
    has_previous, has_year_ago = connection.execute(
        _EARLIER_MONTHS, {"month": month, "group": group}
    ).fetchall()[0]
    return _compose(Source(month, figures, issue, parts, has_previous, has_year_ago))


def _compose(source: Source) -> Bulletin:
    city, day = source.issue.city, source.issue.issued_on
    drafts = draft_tables(source.figures, city)
    drafts |= draft_annexes(source.figures, source.issue.findings)
    numbering = Numbering(drafts)
    environment = _environment(source, numbering)

    def render(name: str) -> Iterator[Block]:
        yield from numbering.blocks(environment.get_template(f"{name}.j2").render())

    blocks = tuple(block for name in SECTIONS for block in render(name))
    printed = [annex for annex in ANNEXES if drafts[annex[2]].rows]
    annexes = tuple(
        (f"附件{number}　{title}", tuple(render(name)))
        for number, (name, title, _) in enumerate(printed, start=1)
    )
    return Bulletin(
        assessment_month=source.month,
        title=_title(source),
        issuing_body=city.issuing_body,
        blocks=blocks,
        copy_to=city.copy_to,
        issued_on=f"{day.year}年{day.month}月{day.day}日" if day else "",
        annexes=annexes,
        figures=figure_listing(source.figures),
    )


def _title(source: Source) -> str:
    area = source.issue.city.area_name
    space = " " if area[-1:].isascii() and area else ""
    return f"{area}{space}{source.month.year}年{source.month.month}月城市网格化管理通报"


def _environment(source: Source, numbering: Numbering) -> Environment:
    """Return the templates with all that they name; texts are plain, so nothing is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=select_autoescape(enabled_extensions=(), default=False),
    )
    environment.globals.update(_names(source), **_functions(source, numbering))
    return environment


def _functions(source: Source, numbering: Numbering) -> dict[str, Any]:
    figures = source.figures

    def standing(code: str, member: str = NONE) -> Standing:
        return Standing(figures.districts(code, member))

    def top_members(code: str, places: int, class_code: str = NONE) -> Top:
        counted = [one for one in figures.members(code, class_code) if one.is_counted_member]
        top = [one for one in counted if one.member_row <= places]
        is_cut = any(one.member_place <= places < one.member_row for one in counted)
        is_tied = len(top) > 1 and all(one.member_place == 1 for one in top) and not is_cut
        return Top(sorted(top, key=lambda one: one.member_row), is_cut, is_tied)

    return {
        "standing": standing,
        "top_members": top_members,
        "equal_groups": equal_groups,
        "heading": numbering.heading,
        "table": numbering.table,
        "chart": numbering.chart,
        "see": numbering.see,
    }


def _names(source: Source) -> dict[str, Any]:
    sources = source.figures.members("source_registered_count")
    model = source.figures.find("mechanism_full_marks", "grid_model")
    return {
        "figures": source.figures,
        "city": source.issue.city,
        "parts": source.parts,
        "year": source.month.year,
        "month": source.month.month,
        "where": source.issue.city.district_word,
        "has_previous": source.has_previous,
        "has_year_ago": source.has_year_ago,
        "tiers": {
            "municipal": [one for one in sources if one.tier_code == "municipal"],
            "district": [one for one in sources if one.tier_code == "district"],
            "other": [one for one in sources if not one.tier_code],
        },
        "grid_model_name": model.member if model else "网格化工作模式",
    }
