"""The bulletin of the built sample: its order, and every number against the marts."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from bulletin_support import (
    GROUP,
    ISSUED_ON,
    MARCH,
    all_blocks,
    charts,
    headings,
    paragraphs,
    printed_numbers,
    tables,
)
from conftest import PROJECT_DIR

from grid_assessment.bulletin.city import CityTexts, read_city_texts
from grid_assessment.bulletin.content import Issue, read_bulletin
from grid_assessment.bulletin.document import Bulletin, Chart, Table

LOST_PICTURES = (
    *("supervisor_reports", "other_sources", "top_event_categories", "top_component_categories"),
    *("municipal_platform", "district_platform", "key_cases", "omission", "grid_members"),
)
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@pytest.fixture(scope="module")
def database(sample_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample_database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def city() -> CityTexts:
    return read_city_texts(PROJECT_DIR / "seeds" / "reference", GROUP)


@pytest.fixture(scope="module")
def bulletin(database: duckdb.DuckDBPyConnection, city: CityTexts) -> Bulletin:
    return read_bulletin(database, MARCH, GROUP, Issue(city, ISSUED_ON))


def test_the_headings_are_those_of_the_bulletin_in_their_order(bulletin: Bulletin) -> None:
    assert headings(bulletin) == [
        "一、考核得分与排名",
        "二、网格案件情况",
        *("（一）总体情况", "1.立案和结案", "2.案件来源"),
        *("（1）市级监督员上报", "（2）区级监督员上报", "（3）其他来源"),
        *("3.案件类别", "（1）事件类", "（2）部件类", "（3）接诉即办类"),
        *("（二）处置结案情况", "1.市级平台派遣案件", "2.区级平台案件", "3.重点案件"),
        *("（三）监督运行情况", "1.漏报", "2.巡查覆盖"),
        "（四）卫星遥感监测成果处置情况",
        "（五）“1+5+X”网格化工作模式运行情况",
        *("1.网格员处置案件", "2.城管部门与网格监督员联动"),
        "（六）吹哨报到联动情况",
    ]


def test_title_basis_and_ending_are_the_city_packs(bulletin: Bulletin, city: CityTexts) -> None:
    assert bulletin.title == "昆明市主城区2021年3月城市网格化管理通报"
    opening = paragraphs(bulletin)[0]
    assert all(document in opening for document in city.basis)
    assert len(city.basis) == 2
    assert (bulletin.issuing_body, bulletin.issued_on) == (city.issuing_body, "2021年4月8日")
    assert bulletin.copy_to == city.copy_to != ""


def test_another_city_has_no_word_of_this_one(database: duckdb.DuckDBPyConnection) -> None:
    neutral = read_bulletin(database, MARCH, GROUP)
    words = neutral.title + "".join(paragraphs(neutral)) + neutral.copy_to + neutral.issuing_body
    assert not re.search("昆|主城", words)


def test_every_number_is_a_printed_figure(
    bulletin: Bulletin, city: CityTexts, database: duckdb.DuckDBPyConnection
) -> None:
    """Names, legal basis, the month, references to tables and the 95% of an interval aside."""
    names = database.execute(
        "select mechanism_name from marts.mechanism_scores_monthly"
        " union select category_name from marts.dim_case_categories"
    ).fetchall()
    other = [*city.basis, *(name for (name,) in names), "2021年3月", "95%置信区间"]
    allowed = printed_numbers(database)
    found = 0
    for text in _texts(bulletin):
        cleaned = text
        for words in sorted(other, key=len, reverse=True):
            cleaned = cleaned.replace(words, "")
        cleaned = re.sub(r"^3月|(?<=。)3月|[表图][0-9]+", "", cleaned)
        for number in NUMBER.findall(cleaned):
            assert Decimal(number).normalize() in allowed, (number, text)
            found += 1
    assert found > 800


def _texts(bulletin: Bulletin) -> Iterator[str]:
    yield from paragraphs(bulletin)
    for block in all_blocks(bulletin):
        if isinstance(block, Table):
            yield from (column.title for column in block.columns)
            yield from (cell.text for row in block.rows for cell in row)
            yield block.note
        elif isinstance(block, Chart):
            yield from (cell.text for series in block.series for cell in series.cells)


def test_a_cells_value_is_its_text(bulletin: Bulletin) -> None:
    for block in all_blocks(bulletin):
        for row in block.rows if isinstance(block, Table) else ():
            for cell in row:
                number = re.fullmatch(r"([+-]?[0-9]+(?:\.[0-9]+)?)%?", cell.text)
                if cell.value is not None and number:
                    assert Decimal(number[1]) == cell.value


def test_the_nine_lost_pictures_are_tables_with_charts_of_the_same_cells(
    bulletin: Bulletin,
) -> None:
    assert tuple(charts(bulletin)) == LOST_PICTURES
    for name, chart in charts(bulletin).items():
        table = tables(bulletin)[name]
        rows = table.rows[: len(chart.categories)]
        assert [row[0].text for row in rows] == list(chart.categories)
        columns = [tuple(row[place] for row in rows) for place in range(len(table.columns))]
        for series in chart.series:
            assert series.cells in columns


def test_captions_count_in_the_order_of_the_document(bulletin: Bulletin) -> None:
    printed = (("表", tables(bulletin).values()), ("图", charts(bulletin).values()))
    for mark, blocks in printed:
        captions = [one.caption for one in blocks]
        assert [caption.partition("　")[0] for caption in captions] == [
            f"{mark}{number}" for number in range(1, len(captions) + 1)
        ]


def test_the_score_table_is_the_ranking(
    bulletin: Bulletin, database: duckdb.DuckDBPyConnection
) -> None:
    expected = database.execute(
        "select district_name, management_score, supervision_score, handling_score,"
        " assessment_score, grid_model_score, linkage_score, escalation_score, special_score,"
        " bonus_score, total_score, district_rank from marts.district_ranking_monthly"
        " where assessment_month = ? order by district_rank",
        [MARCH],
    ).fetchall()
    rows = tables(bulletin)["scores"].rows
    assert [tuple(cell.text for cell in row) for row in rows] == [
        tuple(str(value) for value in row) for row in expected
    ]


def test_tables_of_districts_are_in_the_order_of_their_figure(bulletin: Bulletin) -> None:
    for name in ("municipal_platform", "district_platform", "key_cases"):
        rates = [row[3].value for row in tables(bulletin)[name].rows[:-1]]
        assert None not in rates
        assert rates == sorted(rates, key=lambda rate: -(rate or 0))
        assert tables(bulletin)[name].rows[-1][0].text == "合计"


def test_top_ten_categories_are_those_of_the_mart(
    bulletin: Bulletin, database: duckdb.DuckDBPyConnection
) -> None:
    for class_code in ("event", "component"):
        expected = database.execute(
            "select category_name, totals.registered_count"
            " from marts.case_totals_by_category_monthly as totals"
            " inner join marts.dim_case_categories as categories using (category_code)"
            " where assessment_month = ? and totals.class_code = ? and case_type_code = 'all'"
            " and category_rank <= 10 order by category_rank",
            [MARCH, class_code],
        ).fetchall()
        rows = tables(bulletin)[f"top_{class_code}_categories"].rows
        assert [(row[0].text, row[1].value) for row in rows] == expected


def test_all_figures_of_the_month_are_listed(
    bulletin: Bulletin, database: duckdb.DuckDBPyConnection
) -> None:
    count = database.execute(
        "select count(*) from marts.bulletin_figures_monthly where assessment_month = ?", [MARCH]
    ).fetchall()[0][0]
    assert bulletin.figures is not None
    assert len(bulletin.figures.rows) == count > 1000


def test_the_annexes_tell_variance_and_uncertainty(bulletin: Bulletin) -> None:
    assert [title for title, _ in bulletin.annexes] == [
        "附件1　各机制对排名差异的贡献",
        "附件2　漏报率的抽样误差及其对排名的影响",
    ]
    assert len(tables(bulletin)["mechanism_variance"].rows) == 9
    for row in tables(bulletin)["uncertainty"].rows:
        rate, low, high, rank, best, worst = (cell.value for cell in row[1:])
        assert low is not None and rate is not None and high is not None and low <= rate <= high
        assert best is not None and rank is not None and worst is not None
        assert best <= rank <= worst
