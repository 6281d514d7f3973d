"""The published figures are well-formed and the printed score table agrees with itself."""

import csv
import re
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "seeds"
Row = dict[str, str]
# Of pictures that are lost (cases of a category), and said in words (category coverage).
UNPUBLISHED = {"category_registered_count", "category_coverage_rate"}
OWN_ANNEX = "附件"
"""The section of figures that no issued bulletin prints, only the annex of our own."""

SUFFIXES = {
    "case": {"", "件"},
    "base_case": {""},
    "time": {"次"},
    "score": {"", "分"},
    "rank": {""},
    "m2": {"平方米"},
    "finding": {"件"},
    "kind": {"类"},
    "percent": {"%"},
}


def read_seed(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def figures() -> list[Row]:
    return read_seed("published/published_figures")


@pytest.fixture(scope="module")
def codes() -> dict[str, Row]:
    return {row["figure_code"]: row for row in read_seed("published/figure_codes")}


def column_values(name: str, column: str) -> set[str]:
    return {row[column] for row in read_seed(f"reference/{name}")}


def test_key_is_unique(figures: list[Row]) -> None:
    keys = Counter(
        (row["assessment_month"], row["figure_code"], row["district_code"], row["member_code"])
        for row in figures
    )
    assert [key for key, count in keys.items() if count > 1] == []


def test_figure_codes_are_unique_and_known(figures: list[Row], codes: dict[str, Row]) -> None:
    """Some codes are of pictures that are lost, of words, or of annexes: none was published."""
    assert len(codes) == len(read_seed("published/figure_codes"))
    printed = {code for code, row in codes.items() if row["section"] != OWN_ANNEX}
    assert {row["figure_code"] for row in figures} == printed - UNPUBLISHED


def test_no_cell_is_empty(figures: list[Row], codes: dict[str, Row]) -> None:
    assert [row for row in figures if not all(row.values())] == []
    for row in codes.values():
        assert all(value for name, value in row.items() if name != "restates_figure_code")


def test_unit_and_decimal_places_follow_the_code(figures: list[Row], codes: dict[str, Row]) -> None:
    for row in figures:
        code = codes[row["figure_code"]]
        assert row["unit"] == code["unit"]
        assert len(row["value"].partition(".")[2]) <= int(code["decimal_places"])


def test_districts_are_known_and_in_the_scope_of_the_code(
    figures: list[Row], codes: dict[str, Row]
) -> None:
    districts = column_values("districts", "district_code")
    allowed = {"city": {"all"}, "district": districts, "city_and_district": districts | {"all"}}
    for row in figures:
        scope = codes[row["figure_code"]]["district_scope_code"]
        assert row["district_code"] in allowed[scope], row


def test_members_are_known_members_of_their_type(figures: list[Row], codes: dict[str, Row]) -> None:
    classes = {"event", "component", "complaint_response"}
    categories = column_values("case_categories", "category_code")
    members = {
        "none": {"none"},
        "case_type": {"all", "key", "routine"},
        "source": column_values("case_sources", "source_code"),
        "class": classes,
        "category": categories,
        "class|category": {f"{one}|{other}" for one in classes for other in categories},
        "platform|dispatch_target": {
            *("municipal|all", "municipal|district", "municipal|municipal_department"),
            *("municipal|other", "district|all", "district|district"),
        },
        "whistle_level": {"all", "district", "street", "community"},
        "mechanism": column_values("mechanisms", "mechanism_code"),
    }
    for row in figures:
        member_type = codes[row["figure_code"]]["member_type_code"]
        assert row["member_code"] in members[member_type], row


def test_printed_text_is_the_value_and_a_unit(figures: list[Row]) -> None:
    for row in figures:
        assert re.fullmatch(r"\d+(\.\d+)?", row["value"]), row
        assert row["printed_text"].startswith(row["value"]), row
        assert row["printed_text"][len(row["value"]) :] in SUFFIXES[row["unit"]], row


def test_restated_codes_share_unit_and_member_type(codes: dict[str, Row]) -> None:
    for row in codes.values():
        if row["restates_figure_code"]:
            restated = codes[row["restates_figure_code"]]
            for column in ("unit", "member_type_code", "source_mart", "source_column"):
                assert row[column] == restated[column]


def test_score_table_is_complete_and_adds_up_to_its_totals(figures: list[Row]) -> None:
    scores: dict[str, dict[str, Decimal]] = defaultdict(dict)
    totals: dict[str, Decimal] = {}
    for row in figures:
        if row["figure_code"] == "mechanism_score":
            scores[row["district_code"]][row["member_code"]] = Decimal(row["value"])
        elif row["figure_code"] == "total_score":
            totals[row["district_code"]] = Decimal(row["value"])
    assert set(scores) == set(totals) == column_values("districts", "district_code")
    for district, total in totals.items():
        assert len(scores[district]) == 9
        assert sum(scores[district].values()) == total


def test_ranks_follow_the_totals(figures: list[Row]) -> None:
    totals = {
        row["district_code"]: Decimal(row["value"])
        for row in figures
        if row["figure_code"] == "total_score"
    }
    ranks = {
        row["district_code"]: int(row["value"])
        for row in figures
        if row["figure_code"] == "district_rank"
    }
    expected = {
        district: 1 + sum(other > total for other in totals.values())
        for district, total in totals.items()
    }
    assert ranks == expected


def test_mechanism_full_marks_equal_the_reference_data(figures: list[Row]) -> None:
    printed = {
        row["member_code"]: Decimal(row["value"])
        for row in figures
        if row["figure_code"] == "mechanism_full_marks"
    }
    in_force = {
        row["mechanism_code"]: Decimal(row["full_marks"])
        for row in read_seed("reference/mechanisms")
        if row["effective_from"] <= "2021-03-01"
        and (row["effective_to"] or "9999-12-31") >= "2021-03-01"
    }
    assert printed == in_force


def test_stated_rates_agree_with_their_own_counts(figures: list[Row]) -> None:
    """Every printed closure rate whose two counts are printed too can be recomputed."""
    values = {
        (row["figure_code"], row["district_code"], row["member_code"]): Decimal(row["value"])
        for row in figures
    }
    recomputed = 0
    for (code, district, member), rate in values.items():
        if not code.endswith("closure_rate"):
            continue
        prefix = code.removesuffix("closure_rate")
        closed = values.get((f"{prefix}closed_count", district, member))
        registered = values.get((f"{prefix}registered_count", district, member))
        if closed is not None and registered is not None:
            assert abs(100 * closed / registered - rate) <= Decimal("0.005")
            recomputed += 1
    assert recomputed == 13
