"""``grid explain``: each lost point of the published sample, down to ids, as the marts have it."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from publishing_support import Site, built_site

from grid_assessment.explain.answers import answers_of
from grid_assessment.publishing.versions import Version

MONTH = date(2021, 3, 1)


@pytest.fixture(scope="module")
def site(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = built_site(sample_warehouse, tmp_path_factory.mktemp("explain") / "warehouse")
    code, output = site.publish()
    assert code == 0, output
    return site


@pytest.fixture(scope="module")
def marts(site: Site) -> Iterator[duckdb.DuckDBPyConnection]:
    with site.open() as connection:
        yield connection


@pytest.fixture(scope="module")
def explained(site: Site) -> str:
    code, output = site.run("explain", "--month", "2021-03", "--district", "官渡区", "--limit", "0")
    assert code == 0, output
    return output


def test_total_rank_and_gap_are_those_of_the_ranking(
    explained: str, marts: duckdb.DuckDBPyConnection
) -> None:
    row = marts.execute(
        "select total_score, district_rank, rank_low, rank_high from district_ranking_monthly"
        " where assessment_month = ? and district_name = '官渡区'",
        [MONTH],
    ).fetchone()
    assert row is not None
    total, rank, low, high = row
    ranks = f"都是第{low}名" if low == high else f"第{low}至{high}名"
    assert f"总分{total}分，第{rank}名；漏报率抽样误差范围内{ranks}。" in explained
    assert "（第7名，95.09分）相差0.35分" in explained


def test_every_driver_and_every_failing_id_is_listed(
    explained: str, marts: duckdb.DuckDBPyConnection
) -> None:
    ids = marts.execute(
        "select case_id from fct_cases where assessment_month = $1 and district_code = '530111'"
        " and not is_void and is_should_close and timeliness_code <> 'on_time'"
        " union all select check_id from fct_omission_checks where assessment_month = $1"
        " and district_code = '530111' and is_counted and is_key and is_omitted"
        " union all select finding_id from fct_satellite_findings where assessment_month = $1"
        " and district_code = '530111' and is_counted and is_checked and not is_handled",
        [MONTH],
    ).fetchall()
    assert len(ids) > 50
    assert [name for (name,) in ids if name not in explained] == []
    evidence = marts.execute(
        "select reason, evidence_reference from score_loss_drivers_monthly"
        " where assessment_month = ? and district_code = '530111' and reason <> 'none'",
        [MONTH],
    ).fetchall()
    assert len(evidence) > 3
    for reason, reference in evidence:
        assert f"{reason}（依据{reference}）" in explained


@pytest.mark.parametrize("month", [date(2021, 2, 1), MONTH])
def test_ids_are_as_many_as_the_drivers_count(site: Site, month: date) -> None:
    """In every district, each indicator's list has as many rows as its failing count."""
    version = Version((site.published / "current").resolve())
    with site.open() as connection:
        districts = connection.execute(
            "select district_code from dim_districts where is_ranked"
        ).fetchall()
    compared = 0
    for (district,) in districts:
        with answers_of(version, month, district) as answers:
            for indicator in answers.rows("indicators"):
                if indicator["failing_count"] is not None:
                    code = indicator["indicator_code"]
                    objects = answers.rows("objects", indicator_code=code)
                    assert len(objects) == indicator["failing_count"], (district, code)
                    streets = answers.rows("streets", indicator_code=code)
                    cases = [row for row in objects if row["kind"] == "案件"]
                    assert sum(row["failing_count"] for row in streets) == len(cases)
                    compared += 1
    assert compared > 20


def test_a_list_is_cut_and_its_whole_stated(site: Site) -> None:
    code, output = site.run("explain", "--month", "2021-03", "--district", "530111", "--limit", "2")
    assert code == 0, output
    lists = re.findall(r"共(\d+)个，列出2个（--limit 0 列出全部）", output)
    assert lists
    assert all(int(whole) > 2 for whole in lists)


def test_output_without_a_terminal_is_plain(explained: str) -> None:
    assert "\x1b" not in explained
    assert not re.search("[┃│━─]", explained)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--month", "2021-3", "--district", "官渡区"], "expected a month like 2021-03"),
        (["--month", "2021-13", "--district", "官渡区"], "expected a month like 2021-03"),
        (["--month", "2019-01", "--district", "官渡区"], "2021-02 to 2021-03"),
        (["--month", "2021-03", "--district", "东城区"], "530102 五华区"),
        (["--month", "2021-03", "--district", "区"], "several match: 530102 五华区"),
        (["--month", "2021-03", "--district", "%"], "unknown"),
        (["--month", "2021-03", "--district", "官渡区", "--limit", "-1"], "--limit"),
    ],
)
def test_what_cannot_be_found_is_told(site: Site, arguments: list[str], told: str) -> None:
    code, output = site.run("explain", *arguments)
    assert code == 2
    assert told in output
    assert "Traceback" not in output


def test_nothing_published_is_told(tmp_path: Path) -> None:
    empty = Site(tmp_path, tmp_path / "manifest.json")
    code, output = empty.run("explain", "--month", "2021-03", "--district", "官渡区")
    assert (code, "run grid build" in output) == (2, True)


def test_texts_of_the_data_are_printed_as_they_are(sample_warehouse: Path, tmp_path: Path) -> None:
    """Markup, emoji codes and terminal controls in names and reasons do nothing."""
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    with duckdb.connect(str(site.database)) as connection:
        connection.execute(
            "update marts.dim_case_categories set category_name = '[red]{{ x }}:smile:'"
        )
        connection.execute(
            "update marts.score_loss_drivers_monthly set reason"
            " = '[/]a' || chr(27) || '[31mb' || chr(8238) where reason <> 'none'"
        )
    code, output = site.publish()
    assert code == 0, output
    code, output = site.run("explain", "--month", "2021-03", "--district", "官渡区")
    assert code == 0, output
    assert "[red]{{ x }}:smile:" in output
    assert "：[/]a�[31mb�（依据" in output


def test_ranks_that_no_sampling_error_moves_are_told_so(
    sample_warehouse: Path, tmp_path: Path
) -> None:
    """A district whose interval holds one rank, and one whose omissions nobody checked."""
    site = built_site(sample_warehouse, tmp_path / "warehouse")
    with duckdb.connect(str(site.database)) as connection:
        connection.execute(
            "update marts.district_ranking_monthly"
            " set rank_low = district_rank, rank_high = district_rank"
        )
        connection.execute(
            "update marts.omission_monthly set omission_low = null, omission_high = null"
            " where district_code = '530102'"
        )
    code, output = site.publish()
    assert code == 0, output
    told = {
        name: site.run("explain", "--month", "2021-03", "--district", name)[1].splitlines()[1]
        for name in ("官渡区", "五华区")
    }
    assert told == {
        "官渡区": "总分94.74分，第8名；漏报率抽样误差不影响名次。",
        "五华区": "总分96.86分，第1名。",
    }
