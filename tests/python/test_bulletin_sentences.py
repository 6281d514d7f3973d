"""Every branch of the sentences, on small made-up months."""

import pytest
from bulletin_support import (
    MARCH,
    NAMES,
    Made,
    Month,
    bulletin_of,
    by_district,
    headings,
    paragraphs,
    tables,
    text_of,
)

from grid_assessment.bulletin.city import CityTexts, Part
from grid_assessment.bulletin.content import Issue

COVERAGE = "patrol_coverage_rate"
REPORTS = "street_order_registered_count"
TOTAL = Made("registered_count", 100, member="all", change=10, percent="11.11")


def coverage(*values: str | None) -> str:
    return text_of(Month(by_district(COVERAGE, values)))


def test_all_districts_equal() -> None:
    assert "各区巡查覆盖率均为100%。" in coverage("100", "100", "100", "100")


def test_a_single_exception() -> None:
    text = coverage("100", "98.75", "100", "100")
    assert "除乙区外，其他各区巡查覆盖率均为100%；乙区为98.75%。" in text


def test_two_exceptions_of_one_value_and_of_two() -> None:
    values = ("100", "98.75", "100", "98.75")
    five = [*by_district(COVERAGE, values), Made(COVERAGE, "100", "E")]
    names = {"A": "甲区", "B": "乙区", "C": "丙区", "D": "丁区", "E": "戊区"}
    text = text_of(Month(five, names))
    assert "除乙区和丁区外，其他各区巡查覆盖率均为100%；乙区和丁区均为98.75%。" in text
    five[1] = Made(COVERAGE, "97.00", "B")
    text = text_of(Month(five, names))
    assert "除丁区和乙区外，其他各区巡查覆盖率均为100%；丁区为98.75%，乙区为97.00%。" in text


def test_ties_are_called_so_and_the_lowest_is_named() -> None:
    text = coverage("99.50", "98.00", "99.50", "98.75")
    assert "巡查覆盖率较高的是甲区和丙区并列（均为99.50%）、丁区（98.75%），" in text
    assert "较低的是乙区（98.00%）。" in text


def test_half_of_the_districts_are_no_majority() -> None:
    assert "外，其他各区" not in coverage("100", "100", "98.00", "98.00")


def test_a_district_without_data_is_named() -> None:
    assert "各区巡查覆盖率均为100%；丁区没有数据。" in coverage("100", "100", "100", None)


def test_where_all_are_among_the_first_they_are_told_in_their_order() -> None:
    text = text_of(Month(by_district(COVERAGE, ("97.00", "99.00"))))
    assert "各区巡查覆盖率由高到低依次是乙区（99.00%）、甲区（97.00%）。" in text
    assert "较低的是" not in text


def test_districts_at_zero_are_the_lowest_also_among_the_first_places() -> None:
    text = coverage("0", "60.00", "50.00", "0")
    assert "巡查覆盖率较高的是乙区（60.00%）、丙区（50.00%），" in text
    assert "较低的是甲区和丁区并列（均为0.00%）。" in text


def test_a_single_district_is_told_by_its_name() -> None:
    figures = [
        *(Made(COVERAGE, "98.75", "A"), Made("total_score", "95.00", "A")),
        *(Made("district_rank", 1, "A"), Made("grid_member_registered_count", 7)),
        *(Made("grid_member_registered_count", 7, "A"), Made("grid_member_base_case_count", 9)),
        *(Made(REPORTS, 5), Made(REPORTS, 5, "A", change=-2, percent="-28.57")),
    ]
    text = text_of(Month(figures, {"A": "甲区"}))
    for sentence in (
        "甲区巡查覆盖率为98.75%。",
        "3月甲区总分95.00分。",
        "甲区处置7件。",
        "甲区案发数5件，环比下降28.57%。",
    ):
        assert sentence in text
    for word in ("并列", "均为", "最多", "居前"):
        assert word not in "".join(text.split("结果通报如下。")[1:])


def test_grid_members_of_equal_counts_are_told_as_ties() -> None:
    figures = [
        Made("grid_member_registered_count", 23),
        Made("grid_member_base_case_count", 40),
        *by_district("grid_member_registered_count", (8, 8, 5, 2)),
        *by_district("grid_member_base_case_count", (9, 11, 6, 3)),
    ]
    text = text_of(Month(figures))
    assert (
        "处置较多的是甲区和乙区并列（均为8件，基本案件依次为9个、11个）、丙区（5件，基本案件6个）。"
        in text
    )


def test_reports_and_whistles_that_are_equal_have_no_first() -> None:
    figures = [
        *(Made(REPORTS, 40), *by_district(REPORTS, (10, 10, 10, 10), changes=(0, 0, 0, 0))),
        *(Made("whistle_count", 8, member=m) for m in ("all", "district", "street", "community")),
        *by_district("whistle_count", (2, 2, 2, 2), member="all"),
    ]
    text = text_of(Month(figures))
    assert "各区案发数均为10件；各区案件数与上月均持平。" in text
    assert "各区吹哨次数均为2次。" in text
    assert "最多" not in text


def test_an_area_without_data_is_not_told() -> None:
    figures = [
        *(Made("source_satellite_finding_count", 4), Made("source_satellite_checked_count", 3)),
        Made("satellite_area_m2", None),
    ]
    assert "卫星遥感监测案件4件，抽查3件。" in text_of(Month(figures))


def test_where_few_have_data_they_are_named_and_not_the_others() -> None:
    text = coverage("98.75", None, None, None)
    assert "甲区巡查覆盖率为98.75%；其他各区没有数据。" in text
    names = {**NAMES, "E": "戊区"}
    pair = [*by_district(COVERAGE, ("100", "100", None, None)), Made(COVERAGE, None, "E")]
    assert "甲区和乙区巡查覆盖率均为100%；其他各区没有数据。" in text_of(Month(pair, names))
    pair[0] = Made(COVERAGE, "99.00", "A")
    text = text_of(Month(pair, names))
    assert "\n巡查覆盖率由高到低依次是乙区（100%）、甲区（99.00%）；其他各区没有数据。" in text


def test_an_unranked_district_is_in_the_table_and_in_no_sentence() -> None:
    figures = by_district(COVERAGE, ("100", "100", "100", "50.00"))
    bulletin = bulletin_of(Month(figures, unranked=frozenset("D")))
    assert any("各区巡查覆盖率均为100%。" in one for one in paragraphs(bulletin))
    rows = tables(bulletin)["patrol_coverage"].rows
    assert [row[0].text for row in rows] == ["甲区", "乙区", "丙区", "丁区"]


def test_a_month_without_any_figure_says_so_section_by_section() -> None:
    bulletin = bulletin_of(Month([], has_previous=False))
    text = "\n".join(paragraphs(bulletin))
    for sentence in (
        "上月和上年同月均没有数据，本期不作环比和同比。",
        "本月没有可供排名的得分。",
        "3月没有立案。",
        "3月没有市级监督员上报的案件。",
        "3月没有其他来源的案件。",
        "3月没有事件类案件。",
        "3月市级平台没有立案。",
        "3月区级平台没有立案。",
        "3月没有重点案件立案。",
        "3月没有漏报抽查数据。",
        "3月没有巡查数据。",
        "3月没有卫星遥感监测案件。",
        "3月没有网格员处置的案件。",
        "3月市级监督员没有上报市容环境和街面秩序类案件。",
        "3月没有吹哨记录。",
    ):
        assert sentence in text
    assert tables(bulletin) == {}
    assert bulletin.annexes == ()
    assert len(headings(bulletin)) == 24


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (TOTAL, "立案100件，环比上升11.11%；"),
        (
            Made("registered_count", 9, member="all", change=-1, percent="-10.00"),
            "环比下降10.00%；",
        ),
        (Made("registered_count", 9, member="all", change=0, percent="0.00"), "与上月持平；"),
        (Made("registered_count", 9, member="all", change=9), "环比上升9件；"),
        (Made("registered_count", 99999, member="all", change=3, percent="0.00"), "环比上升3件；"),
        (Made("registered_count", 9, member="all"), "9件，环比无可比数据；"),
    ],
)
def test_a_change_against_the_month_before(made: Made, sentence: str) -> None:
    figures = [
        made,
        Made("closed_count", 9, member="all"),
        Made("closure_rate", "90.00", member="all", change="-0.57"),
    ]
    text = text_of(Month(figures))
    assert sentence in text
    assert "结案率90.00%，环比下降0.57个百分点。" in text


def test_changes_are_silent_without_an_earlier_month_and_the_opening_tells() -> None:
    figures = [
        TOTAL,
        Made("closed_count", 9, member="all"),
        Made("closure_rate", "90.00", member="all", year_change="1.50"),
    ]
    first = text_of(Month(figures, has_previous=False, has_year_ago=True))
    assert "上月没有数据，本期不作环比。" in first
    assert "环比" not in first.replace("本期不作环比", "")
    assert "结案率90.00%，同比上升1.50个百分点。" in first
    both = text_of(Month(figures, has_year_ago=True))
    assert "本期不作" not in both


def test_a_rate_that_cannot_be_computed_has_no_change() -> None:
    """The platform's rate is missing: nothing may read as the change of the closed cases."""
    platform = "municipal|all"
    figures = [
        Made("platform_registered_count", 5, member=platform),
        Made("platform_closed_count", 0, member=platform),
        Made("platform_closure_rate", None, member=platform),
    ]
    assert "市级平台立案5件，结案0件。" in text_of(Month(figures, has_year_ago=True))


def scores(*totals: str | None, is_comparable: bool = True) -> list[Made]:
    ordered = sorted((total for total in totals if total), reverse=True)
    return [
        made
        for district, total in zip("ABCD", totals, strict=True)
        for made in (
            Made("total_score", total, district, is_comparable=is_comparable),
            Made("district_rank", ordered.index(total) + 1 if total else None, district),
        )
    ]


def test_the_first_three_and_the_last_of_the_ranking() -> None:
    text = text_of(Month(scores("95.00", "96.50", "94.00", "93.00")))
    assert "3月总分居前三名的是乙区（96.50分）、甲区（95.00分）、丙区（94.00分）；" in text
    assert "总分最低的是丁区（93.00分）。" in text


def test_ties_at_the_top_take_the_places_they_have() -> None:
    text = text_of(Month(scores("96.00", "96.00", "94.00", "93.00")))
    assert "居前三名的是甲区和乙区并列（均为96.00分）、丙区（94.00分）；" in text
    equal = text_of(Month(scores("96.00", "96.00", "96.00", "96.00")))
    assert "3月各区总分均为96.00分，排名并列。" in equal


def test_a_district_without_score_is_not_ranked() -> None:
    text = text_of(Month(scores("96.00", "95.00", "94.00", None)))
    assert "丁区因缺少得分未参加排名。" in text


def test_scores_of_another_revision_are_not_compared() -> None:
    month = Month(scores("96.00", "95.00", "94.00", "93.00", is_comparable=False))
    assert "考核规则自本月起修订，总分和排名与上月不可比。" in text_of(month)
    assert "score_changes" not in tables(bulletin_of(month))


def test_a_rank_that_falls_in_number_is_a_rise() -> None:
    figures = [
        *(Made("total_score", "96.00", "A", change="0.27"), Made("total_score", "95.00", "B")),
        *(Made("district_rank", 1, "A", change=-2), Made("district_rank", 2, "B", change=1)),
    ]
    rows = tables(bulletin_of(Month(figures)))["score_changes"].rows
    assert [cell.text for cell in rows[0]] == ["甲区", "96.00", "1", "+0.27", "升2"]
    assert [cell.text for cell in rows[1]] == ["乙区", "95.00", "2", "—", "降1"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ((1, 2, 3, 4), "各区案件数较上月均上升。"),
        ((-1, -2, -3, -4), "各区案件数较上月均下降。"),
        ((0, 0, 0, 0), "各区案件数与上月均持平。"),
        ((1, -2, 3, 4), "除乙区下降外，其他各区案件数较上月均上升。"),
        ((1, 0, 3, 4), "除乙区持平外，其他各区案件数较上月均上升。"),
        ((-1, 2, -3, -4), "除乙区上升外，其他各区案件数较上月均下降。"),
        ((1, -2, 0, -4), "案件数上升的是甲区，下降的是丁区和乙区，持平的是丙区。"),
        ((1, 2, 3, None), "案件数上升的是丙区、乙区和甲区，无可比数据的是丁区。"),
    ],
)
def test_the_movement_of_the_districts(changes: tuple[int | None, ...], sentence: str) -> None:
    figures = [Made(REPORTS, 46), *by_district(REPORTS, (10, 11, 12, 13), changes=changes)]
    assert sentence in text_of(Month(figures))


def test_parts_of_the_districts_are_placed_among_themselves() -> None:
    figures = [Made(REPORTS, 46), *by_district(REPORTS, (10, 11, 12, 13), changes=(1, 1, 1, -1))]
    parts = (Part("城区", ("A", "B")), Part("开发区", ("C", "D")))
    text = text_of(Month(figures), Issue(CityTexts(parts=parts)))
    assert "城区中，案发数最多的是乙区（11件）；各区案件数较上月均上升。" in text
    assert "开发区中，案发数最多的是丁区（13件）；" in text


def categories(*counts: int) -> Month:
    figures = [Made("class_registered_count", 50, member="event")]
    names = {str(number): f"小类{chr(0x7532 + number)}" for number in range(len(counts))}
    for number, count in enumerate(counts):
        figures.append(Made("category_registered_count", count, member=f"event|{number}"))
        figures.append(Made("category_class_share", count, member=f"event|{number}"))
    return Month(figures, categories=names)


def test_top_categories_ties_and_cuts() -> None:
    names = list(categories(1, 1, 1).categories.values())
    text = text_of(categories(9, 5, 1))
    assert f"件数居前的小类是{names[0]}（9件，占9.00%）、{names[1]}（5件，占5.00%）。" in text
    assert f"{names[1]}（5件，占5.00%），另有小类件数并列。" in text_of(categories(9, 5, 5))
    assert f"{names[1]}（9件，占9.00%），件数并列。" in text_of(categories(9, 9, 5))
    assert "没有事件类案件" in text_of(Month([Made("class_registered_count", 0, member="event")]))


def test_a_table_of_ten_categories_tells_of_a_tie_at_its_end() -> None:
    table = tables(bulletin_of(categories(*range(20, 10, -1), 11, 0)))["top_event_categories"]
    assert len(table.rows) == 10
    assert "件数相同" in table.note
    table = tables(bulletin_of(categories(*range(20, 10, -1), 10, 0)))["top_event_categories"]
    assert (len(table.rows), table.note) == (10, "")
    assert len(tables(bulletin_of(categories(3, 0)))["top_event_categories"].rows) == 1


def test_a_source_without_cases_is_left_out_of_the_text() -> None:
    figures = [
        made
        for source, count in (("m", 5), ("d", 0), ("h", 3))
        for made in (
            Made("source_registered_count", count, member=source, change=1, percent="25.00"),
            Made("source_closed_count", count, member=source),
            Made("source_closure_rate", "100" if count else None, member=source),
            Made("source_registered_share", count, member=source),
        )
    ]
    text = text_of(Month(figures))
    assert "市级员立案5件，环比上升25.00%，占立案总量的5.00%；结案5件，结案率100%。" in text
    assert "3月没有区级监督员上报的案件。" in text
    assert "热线立案3件" in text
    assert "区级员" not in text


def test_categories_that_were_not_reported_are_named() -> None:
    code = "category_coverage_rate"
    text = text_of(Month(by_district(code, ("100", "93.33", "100", "100"))))
    assert "乙区监督员上报的小类数未达到规定数，其他各区均已达到。" in text
    text = text_of(Month(by_district(code, ("100",) * 4)))
    assert "各区监督员上报的小类数均达到规定数。" in text
    text = text_of(Month(by_district(code, ("90.00", "93.33", "80.00", "80.00"))))
    assert "各区监督员上报的小类数均未达到规定数。" in text
    assert "其他各区均已达到" not in text
    text = text_of(Month(by_district(code, ("90.00", "100", "80.00", "80.00"))))
    assert "除乙区外，其他各区监督员上报的小类数均未达到规定数。" in text
    text = text_of(Month(by_district(code, ("100", "100", "100", None))))
    assert "各区监督员上报的小类数均达到规定数；丁区没有数据。" in text


def test_a_watched_category_is_told_whether_it_has_cases_or_not() -> None:
    figures = [
        Made("key_registered_count", 100),
        Made("key_closed_count", 99),
        Made("key_closure_rate", "99.00"),
        Made("key_kind_count", 98),
        Made("key_registered_share", "50.00"),
        *(Made("key_category_registered_count", n, member=m) for m, n in (("x", 3), ("y", 0))),
        Made("key_category_closed_count", 2, member="x"),
        Made("key_category_closure_rate", "66.67", member="x"),
        Made("key_category_share", "3.00", member="x"),
    ]
    month = Month(figures, categories={"x": "新增搭建", "y": "积存垃圾"})
    text = text_of(month, Issue(CityTexts(watched_categories=("x", "y", "gone"))))
    assert "新增搭建立案3件，结案2件，结案率66.67%，占重点案件的3.00%。" in text
    assert "积存垃圾没有立案。" in text


def test_a_name_does_not_turn_the_sentence_behind_it_around() -> None:
    turning = "\u202e甲\u2066区\u200f"
    figures = by_district(COVERAGE, ("98.75", "100", "100", "100"))
    text = text_of(Month(figures, {**NAMES, "A": turning}))
    assert "除甲区外，其他各区巡查覆盖率均为100%；甲区为98.75%。" in text


def test_the_month_in_the_title_and_the_blank_date() -> None:
    bulletin = bulletin_of(Month([]), Issue(CityTexts(area_name="Boston")))
    assert bulletin.title == f"Boston 2021年{MARCH.month}月城市网格化管理通报"
    assert bulletin.issued_on == ""
