"""What the tests of the bulletin's content share: small made-up months, and words of a document."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import duckdb
from conftest import PROJECT_DIR

from grid_assessment.bulletin.content import Issue, read_bulletin
from grid_assessment.bulletin.document import Block, Bulletin, Chart, Heading, Paragraph, Table

MARCH = date(2021, 3, 1)
ISSUED_ON = date(2021, 4, 8)
GROUP = "main_urban"
NAMES = {"A": "甲区", "B": "乙区", "C": "丙区", "D": "丁区"}
SOURCES = {"m": ("市级员", "municipal"), "d": ("区级员", "district"), "h": ("热线", None)}
_COLUMNS = """
    create schema marts;
    create table marts.bulletin_figures_monthly (
        assessment_month date, assessment_group_code varchar, figure_code varchar,
        district_code varchar, member_code varchar, figure_name varchar, section varchar,
        printed_unit varchar, printed_value decimal(18, 6), decimal_places integer,
        previous_value decimal(18, 6), value_a_year_ago decimal(18, 6), is_comparable boolean,
        is_comparable_a_year_ago boolean, printed_change_from_previous decimal(18, 6),
        printed_change_percent_from_previous decimal(18, 6),
        printed_change_from_a_year_ago decimal(18, 6),
        printed_change_percent_from_a_year_ago decimal(18, 6)
    );
    create table marts.dim_districts (
        district_code varchar, district_name varchar, is_ranked boolean
    );
    create table marts.dim_case_categories (category_code varchar, category_name varchar);
    create table marts.dim_case_sources (
        source_code varchar, source_name varchar, tier_code varchar
    );
    create table marts.mechanism_scores_monthly (
        assessment_month date, mechanism_code varchar, mechanism_name varchar,
        display_order integer
    );
"""


@dataclass(frozen=True)
class Made:
    """A made-up figure; ``change`` and ``percent`` are against the month before."""

    code: str
    value: str | int | None
    district: str = "all"
    member: str = "none"
    change: str | int | None = None
    percent: str | None = None
    year_change: str | int | None = None
    is_comparable: bool = True


@dataclass(frozen=True)
class Month:
    """A made-up month: its figures, and the names and earlier months that it has."""

    figures: list[Made]
    districts: dict[str, str] = field(default_factory=lambda: dict(NAMES))
    categories: dict[str, str] = field(default_factory=dict)
    mechanisms: dict[str, str] = field(default_factory=dict)
    unranked: frozenset[str] = frozenset()
    has_previous: bool = True
    has_year_ago: bool = False


def by_district(
    code: str,
    values: Iterable[str | int | None],
    member: str = "none",
    changes: Iterable[str | int | None] = (None,) * 4,
) -> list[Made]:
    """Return a figure of the districts A, B, …, in this order."""
    pairs = zip(NAMES, values, changes, strict=False)
    return [Made(code, value, name, member, change) for name, value, change in pairs]


def made_up(month: Month) -> duckdb.DuckDBPyConnection:
    """Return a database with the marts of a made-up March 2021."""
    with (PROJECT_DIR / "seeds/published/figure_codes.csv").open(encoding="utf-8") as stream:
        codes = {row["figure_code"]: row for row in csv.DictReader(stream)}
    connection = duckdb.connect()
    connection.execute(_COLUMNS)
    for made in month.figures:
        code = codes[made.code]
        connection.execute(
            "insert into marts.bulletin_figures_monthly values"
            " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, null, ?, true, ?, ?, ?, null)",
            [
                *(MARCH, GROUP, made.code, made.district, made.member),
                *(code["figure_name"], code["section"], code["unit"], made.value),
                *(int(code["decimal_places"]), made.is_comparable),
                *(made.change, made.percent, made.year_change),
            ],
        )
    for district, name in month.districts.items():
        connection.execute(
            "insert into marts.dim_districts values (?, ?, ?)",
            [district, name, district not in month.unranked],
        )
    for category, name in month.categories.items():
        connection.execute("insert into marts.dim_case_categories values (?, ?)", [category, name])
    for source, (name, tier) in SOURCES.items():
        connection.execute(
            "insert into marts.dim_case_sources values (?, ?, ?)", [source, name, tier or "none"]
        )
    for number, (mechanism, name) in enumerate(month.mechanisms.items()):
        connection.execute(
            "insert into marts.mechanism_scores_monthly values (?, ?, ?, ?)",
            [MARCH, mechanism, name, number],
        )
    for earlier, is_there in (
        (date(2021, 2, 1), month.has_previous),
        (date(2020, 3, 1), month.has_year_ago),
    ):
        if is_there:
            connection.execute(
                "insert into marts.bulletin_figures_monthly"
                " (assessment_month, assessment_group_code) values (?, ?)",
                [earlier, GROUP],
            )
    return connection


def bulletin_of(month: Month, issue: Issue | None = None) -> Bulletin:
    """Return the bulletin of a made-up month."""
    with made_up(month) as connection:
        return read_bulletin(connection, MARCH, GROUP, issue)


def text_of(month: Month, issue: Issue | None = None) -> str:
    """Return the paragraphs of a made-up month, one a line."""
    return "\n".join(paragraphs(bulletin_of(month, issue)))


def all_blocks(bulletin: Bulletin) -> Iterator[Block]:
    """Yield the blocks of the body and of the annexes."""
    yield from bulletin.blocks
    for _, blocks in bulletin.annexes:
        yield from blocks


def paragraphs(bulletin: Bulletin) -> list[str]:
    """Return the texts of the paragraphs."""
    return [block.text for block in all_blocks(bulletin) if isinstance(block, Paragraph)]


def headings(bulletin: Bulletin) -> list[str]:
    """Return the headings with their numbers."""
    return [f"{one.number}{one.text}" for one in all_blocks(bulletin) if isinstance(one, Heading)]


def tables(bulletin: Bulletin) -> dict[str, Table]:
    """Return the tables by name."""
    return {one.name: one for one in all_blocks(bulletin) if isinstance(one, Table)}


def charts(bulletin: Bulletin) -> dict[str, Chart]:
    """Return the charts by name."""
    return {one.name: one for one in all_blocks(bulletin) if isinstance(one, Chart)}


def printed_numbers(database: duckdb.DuckDBPyConnection) -> set[Decimal]:
    """Return every printed value of March 2021 and every printed change, without sign."""
    columns = (
        "printed_value",
        "printed_change_from_previous",
        "printed_change_percent_from_previous",
        "printed_change_from_a_year_ago",
        "printed_change_percent_from_a_year_ago",
    )
    rows = database.execute(
        f"select {', '.join(columns)} from marts.bulletin_figures_monthly"
        " where assessment_month = ?",
        [MARCH],
    ).fetchall()
    return {abs(Decimal(value)).normalize() for row in rows for value in row if value is not None}


ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
"""A PNG that stands in for every chart."""
