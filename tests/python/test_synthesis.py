"""The synthetic sample: reproducible, complete, and exact where the bulletin is."""

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner
from synthesis_figures import counted_cases, half_up, score_table
from synthesis_judging import REFERENCE, ROOT, cutoff_of, judge, read

from grid_assessment.errors import ExitCode, GridError
from grid_assessment.project import raw_contract
from grid_assessment.synthesis.command import synthesize
from grid_assessment.synthesis.streams import largest_remainder

SAMPLE = ROOT / "seeds" / "raw"
FEBRUARY, MARCH = date(2021, 2, 1), date(2021, 3, 1)
MECHANISMS = [
    "management",
    "supervision",
    "handling",
    "assessment",
    "grid_model",
    "linkage",
    "escalation",
    "special",
    "bonus",
]
# The score table of the bulletin of March 2021: nine mechanisms, total, rank.
PUBLISHED = {
    "五华区": ("4 24.99 39.98 5 10.57 5.45 2 4.87 0", "96.86", 1),
    "呈贡区": ("4 25.00 39.98 5 10.52 5.49 2 4.79 0", "96.78", 2),
    "高新区": ("4 24.95 39.95 5 10.71 4.90 2 4.89 0", "96.40", 3),
    "盘龙区": ("4 25.01 39.78 5 10.53 5.38 2 4.54 0", "96.24", 4),
    "经开区": ("4 25.03 39.63 5 10.83 4.90 2 4.67 0", "96.06", 5),
    "度假区": ("4 24.76 39.81 5 10.70 4.93 2 4.17 0", "95.37", 6),
    "西山区": ("4 25.02 39.30 5 10.46 4.90 2 4.41 0", "95.09", 7),
    "官渡区": ("4 24.87 39.15 5 10.73 4.95 2 4.04 0", "94.74", 8),
}


def run(*arguments: str) -> click.testing.Result:
    return CliRunner().invoke(synthesize, arguments)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_sample_is_what_the_command_writes(tmp_path: Path) -> None:
    result = run(
        "--months", "2021-02..2021-03", "--scale", "0.01", "--as-seeds", "--out", str(tmp_path)
    )  # fmt: skip
    assert result.exit_code == ExitCode.DONE, result.output
    assert set(files_of(tmp_path)) == {f"{dataset}.csv" for dataset in raw_contract()}
    for name, content in files_of(tmp_path).items():
        assert content == (SAMPLE / name).read_bytes(), name


def test_score_table_of_march_is_the_published_one() -> None:
    table = score_table(SAMPLE, MARCH)
    assert set(table) == set(PUBLISHED)
    for district, (scores, total, rank) in PUBLISHED.items():
        mechanisms, own_total, own_rank = table[district]
        expected = dict(zip(MECHANISMS, map(Fraction, scores.split()), strict=True))
        assert mechanisms == expected, district
        assert (own_total, own_rank) == (Fraction(total), rank), district


def test_february_is_complete_and_ranks_otherwise() -> None:
    february, march = score_table(SAMPLE, FEBRUARY), score_table(SAMPLE, MARCH)
    assert set(february) == set(march)
    assert {name: row[2] for name, row in february.items()} != {
        name: row[2] for name, row in march.items()
    }
    assert all(Fraction(90) < total < Fraction(100) for _, total, _ in february.values())


def test_counts_of_march_follow_the_bulletin() -> None:
    cases = counted_cases(SAMPLE, MARCH)
    category = {row["category_code"]: row for row in read(REFERENCE / "case_categories.csv")}
    assert len(cases) == 2209
    assert sum(case["is_closed"] for case in cases) == 2186
    assert Counter(case["source_code"] for case in cases) == {
        "municipal_supervisor": 427, "district_supervisor": 1763, "hotline": 13, "social_media": 6,
    }  # fmt: skip
    assert sum(case["is_key"] for case in cases) == 1108
    by_class: dict[str, Counter[str]] = {"event": Counter(), "component": Counter()}
    for case in cases:
        if not case["is_complaint_response"]:
            own = category[case["category_code"]]
            by_class[own["class_code"]][own["category_name"]] += 1
    assert [name for name, _ in by_class["event"].most_common(2)] == ["暴露垃圾", "占道经营"]
    assert [name for name, _ in by_class["component"].most_common(2)] == ["户外广告", "雨水箅子"]
    keys = Counter(
        category[case["category_code"]]["category_name"] for case in cases if case["is_key"]
    )
    assert [name for name, _ in keys.most_common(3)] == ["暴露垃圾", "乱堆物堆料", "占道经营"]


def test_catalogue_has_98_key_kinds_and_every_kind_of_limit() -> None:
    rows = read(REFERENCE / "case_categories.csv")
    assert sum(row["is_key"] == "true" for row in rows) == 98
    assert {row["limit_unit"] for row in rows} == {
        "working_hours", "working_days", "calendar_hours", "calendar_days", None,
    }  # fmt: skip
    assert all((row["limit_value"] is None) == (row["limit_unit"] is None) for row in rows)
    assert {row["category_group_name"] for row in rows if row["is_street_order"] == "true"} == {
        "市容环境", "街面秩序",
    }  # fmt: skip
    assert len({row["category_name"] for row in rows}) == len(rows)


def test_every_row_is_accepted_superseded_or_rejected_for_the_intended_reasons() -> None:
    reasons: set[str] = set()
    for dataset in raw_contract():
        judged = judge(SAMPLE, dataset)
        rejected = judged["rejected"]
        assert rejected, dataset
        assert judged["landed"] == len(judged["rows"]) + judged["superseded"] + len(rejected)
        reasons |= {reason for _, found in rejected for reason in found}
    assert any(len(found) > 2 for _, found in judge(SAMPLE, "cases")["rejected"])
    known = {row["reason_code"] for row in read(ROOT / "seeds/rules/reject_reasons.csv")}
    assert reasons == known - {"outside_folder_month", "registered_after_cutoff"}


def test_sample_has_every_awkward_case() -> None:
    rows = read(SAMPLE / "cases.csv")
    versions = Counter(row["case_id"] for row in rows)
    assert max(versions.values()) > 1
    assert len({tuple(row.values()) for row in rows}) < len(rows), "identical repeats"
    updated: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        updated.setdefault(row["case_id"], []).append((row["load_id"], row["updated_at"]))
    assert any(sorted(v) != sorted(v, key=lambda pair: pair[1]) for v in updated.values())
    accepted = judge(SAMPLE, "cases")["rows"]
    assert any(case["is_void"] for case in accepted)
    for month in (FEBRUARY, MARCH):
        cases, cutoff = counted_cases(SAMPLE, month), cutoff_of(month)
        assert {case["state"] for case in cases} == {
            "no_deadline", "on_time", "late", "not_due", "overdue_open",
        }  # fmt: skip
        closed = [case for case in cases if case["closed_at"]]
        assert any(case["closed_at"] == cutoff for case in closed)
        assert any(case["closed_at"] > cutoff for case in closed)
        assert any(case["closed_at"] == case["deadline_at"] for case in closed)
        assert any(
            case["closed_at"] == case["deadline_at"] and not case["due_at"] for case in closed
        )
        assert any(
            case["extended_due_at"] and case["due_at"] < case["closed_at"] for case in closed
        )
        assert any(case["deferred_until"] and case["deferred_until"] > cutoff for case in cases)
        assert any((case["rework_count"] or 0) > 0 for case in cases)


def test_evidence_adds_up_to_the_awarded_score() -> None:
    full = {
        row["indicator_code"]: Decimal(row["full_marks"])
        for row in read(REFERENCE / "indicators.csv")
        if row["effective_from"] == "2020-01-01"
    }
    awarded = {
        (row["assessment_month"], row["district_code"], row["indicator_code"]): row["awarded_score"]
        for row in judge(SAMPLE, "indicator_assessments")["rows"]
    }
    points: Counter[tuple[date, str, str]] = Counter()
    for row in judge(SAMPLE, "indicator_deductions")["rows"]:
        key = (row["assessment_month"], row["district_code"], row["indicator_code"])
        points[key] += row["points"]
    assert points
    for key, taken in points.items():
        start = Decimal(0) if key[2] == "bonus" else full[key[2]]
        assert start - taken == awarded[key], key
    lost = {key for key, award in awarded.items() if key[2] != "bonus" and award != full[key[2]]}
    assert len(lost - set(points)) < len(lost) / 2
    assert lost - set(points), "some scores have no evidence"


def test_same_seed_same_rows_and_another_seed_others(tmp_path: Path) -> None:
    common = ("--months", "2022-08", "--scale", "0.003", "--as-seeds")
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        assert run(*common, "--seed", seed, "--out", str(tmp_path / name)).exit_code == 0
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    assert files_of(tmp_path / "a") != files_of(tmp_path / "c")


def test_a_month_does_not_depend_on_the_months_beside_it(tmp_path: Path) -> None:
    for name, months in (("one", "2021-05"), ("two", "2021-04..2021-05")):
        result = run(
            "--months", months, "--scale", "0.002", "--as-seeds", "--out", str(tmp_path / name)
        )
        assert result.exit_code == 0
        assert "not calibrated" in result.output

    def rows(name: str) -> list[list[str]]:
        with (tmp_path / name / "cases.csv").open(encoding="utf-8") as stream:
            return [row for row in csv.reader(stream) if row[0].startswith("synthetic-2021-05")]

    assert rows("one") == rows("two")


@pytest.mark.parametrize("scale", ["0.0005", "0.02"])
def test_any_month_and_scale_gives_proportionate_cases(tmp_path: Path, scale: str) -> None:
    result = run("--months", "2024-02", "--scale", scale, "--as-seeds", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    wanted = half_up(Fraction(2467722 * 72, 1000) * Fraction(scale) / 100) * 100
    assert abs(len(counted_cases(tmp_path, date(2024, 2, 1))) - wanted) <= 1


def test_landing_files_have_the_types_of_the_contract(tmp_path: Path) -> None:
    result = run("--months", "2021-03", "--scale", "0.01", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert not list(tmp_path.rglob(".*"))
    for dataset, contract in raw_contract().items():
        path = tmp_path / dataset / "month=2021-03" / "synthetic-2021-03-01-full.parquet"
        described = duckdb.execute(
            "select column_name, lower(column_type) from (describe select * from read_parquet(?,"
            " hive_partitioning = false))",
            [str(path)],
        ).fetchall()
        types = {name: kind for name, kind in described if name != "unparsed"}
        expected = {name: column["type"] for name, column in contract["columns"].items()}
        assert types == expected, dataset
    cases = str(tmp_path / "cases/month=2021-03/*.parquet")
    unparsed = duckdb.execute(
        "select json_keys(unparsed)[1] from read_parquet(?, union_by_name = true)"
        " where unparsed is not null order by 1",
        [cases],
    ).fetchall()
    assert unparsed == [("base_case_count",), ("closed_at",), ("is_key",)]


def test_landing_and_seeds_have_the_same_rows(tmp_path: Path) -> None:
    assert run("--months", "2021-03", "--scale", "0.01", "--out", str(tmp_path)).exit_code == 0
    for dataset in raw_contract():
        with (SAMPLE / f"{dataset}.csv").open(encoding="utf-8") as stream:
            seeded = sum(
                row["load_id"].startswith("synthetic-2021-03") for row in csv.DictReader(stream)
            )
        landed = duckdb.execute(
            "select count(*) from read_parquet(?, union_by_name = true)",
            [str(tmp_path / dataset / "*/*.parquet")],
        ).fetchone()
        assert landed == (seeded,), dataset


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--months", "2021-13"), "expected YYYY-MM"),
        (("--months", "2021-03..2021-02"), "earlier month first"),
        (("--months", "2021-03", "--scale", "much"), "positive number"),
        (("--months", "2021-03", "--scale", "-1"), "positive number"),
        (("--months", "2014-12", "--scale", "0.01"), "working calendar"),
        (("--months", "2021-03", "--scale", "0.01", "--out", __file__), "--out"),
    ],
)
def test_usage_errors_end_with_code_2(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    out = () if "--out" in arguments else ("--out", str(tmp_path))
    error = run(*arguments, *out).exception
    assert isinstance(error, GridError)
    assert error.exit_code == ExitCode.BAD_INPUT
    assert words in str(error)
    assert "\n" not in str(error)


def test_largest_remainder_is_exact() -> None:
    assert largest_remainder(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(largest_remainder(220_876, [3, 0, 5, 7])) == 220_876
    assert largest_remainder(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="no weight"):
        largest_remainder(1, [0])
