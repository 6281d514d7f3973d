"""What the tests of ``grid ingest`` share: running it, made-up Kunming exports, landed rows."""

import contextlib
import csv
import io
import os
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import duckdb

from grid_assessment.cli import main

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests" / "python" / "fixtures"
KUNMING_MAPPING = ROOT / "examples" / "kunming_export" / "mapping_cases.yml"
PERSON_KEY = "only-for-the-tests-0123456789"
DELIVERED = "2021-04-06 09:30:00"

Row = dict[str, str]

# A small mapping for tests that need no Chinese headers.
PLAIN_MAPPING = """
dataset: cases
columns:
  case_id: id
  registered_at: registered
  source_code: source
  platform_code: {constant: district}
  district_code: district
  category_code: category
  base_case_count: units
  closed_at: closed
"""
PLAIN_HEADER = ["id", "registered", "source", "district", "category", "units", "closed"]
PLAIN_ROW = ["1", "2021-03-01 08:00:00", "hotline", "530102", "10101", "2", "2021-03-02 10:00:00"]


@dataclass(frozen=True)
class Outcome:
    """How one run of ``grid`` ended."""

    exit_code: int
    out: str
    err: str


def grid(*arguments: object, **environment: str) -> Outcome:
    """Run ``grid`` in this process."""
    out, err = io.StringIO(), io.StringIO()
    variables = {"DBT_PROJECT_DIR": str(ROOT), **environment}
    with (
        mock.patch.dict(os.environ, variables),
        mock.patch.object(sys, "argv", ["grid", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code
    return Outcome(code if isinstance(code, int) else int(code is not None),
                   out.getvalue(), err.getvalue())  # fmt: skip


def ingest(out: Path, *files: Path, mapping: Path, delivered_at: str | None = DELIVERED,
           options: tuple[object, ...] = ()) -> Outcome:  # fmt: skip
    """Run ``grid ingest`` with the tests' key for personal columns."""
    delivered = () if delivered_at is None else ("--delivered-at", delivered_at)
    return grid("ingest", *files, "--mapping", mapping, "--out", out, *delivered, *options,
                GRID_PERSON_KEY=PERSON_KEY)  # fmt: skip


def ingest_kunming(out: Path, *files: Path, delivered_at: str | None = DELIVERED) -> Outcome:
    """Run ``grid ingest`` with the mapping of the Kunming example."""
    return ingest(out, *files, mapping=KUNMING_MAPPING, delivered_at=delivered_at)


def plain_mapping(folder: Path, text: str = PLAIN_MAPPING) -> Path:
    """Write a mapping file and return its path."""
    path = folder / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return path


def csv_text(header: list[str], rows: list[list[str]], delimiter: str = ",") -> str:
    """Return a CSV document."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([header, *rows])
    return stream.getvalue()


def write_plain(path: Path, *rows: list[str]) -> Path:
    """Write a CSV file for PLAIN_MAPPING; without rows, one good row."""
    path.write_text(csv_text(PLAIN_HEADER, list(rows) or [PLAIN_ROW]), encoding="utf-8")
    return path


def landed_files(out: Path) -> list[Path]:
    """Return everything below the landing folder that is not a folder, temporary files too."""
    return sorted(path for path in out.rglob("*") if not path.is_dir())


def landed_rows(out: Path, columns: str = "*", order: str = "case_id") -> list[tuple[object, ...]]:
    """Return the landed rows of all cases."""
    files = [str(path) for path in landed_files(out)]
    query = f"select {columns} from read_parquet(?, hive_partitioning = false) order by {order}"
    return duckdb.execute(query, [files]).fetchall()


def sample_header() -> list[str]:
    """Return the header of the Kunming sample export."""
    with (KUNMING_MAPPING.parent / "cases_sample.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def kunming_rows(count: int) -> list[Row]:
    """Return made-up rows of a Kunming export over February and March 2021, always the same."""
    sources = ["市级监督员", "区级监督员", "市长热线转办", "微信"]
    places = [("五华区", "华山街道", "530102001001"), ("官渡区", "关上街道", "530111002003")]
    categories = [("市容环境", "暴露垃圾"), ("接诉即办", "占道经营"), ("市容环境", "乱堆物堆料")]
    rows = []
    for number in range(count):
        opened = datetime(2021, 2, 20, 8) + timedelta(minutes=37 * number)
        district, street, grid_code = places[number % 2]
        group, category = categories[number % 3]
        cells = dict.fromkeys(sample_header(), "")
        cells |= {
            "任务号": f"KM{number:08d}",
            "上报时间": str(opened - timedelta(minutes=5)),
            "立案时间": str(opened),
            "问题来源": sources[number % 4],
            "大类名称": group,
            "小类名称": category,
            "所属区域": district,
            "所属街道": street,
            "单元网格": grid_code,
            "派遣平台": "市级平台",
            "派遣去向": "各区",
            "是否重点": "是" if number % 5 else "否",
            "基本案件数": str(1 + number % 12),
            "处置截止时间": str(opened + timedelta(hours=8)),
            "结案时间": "" if number % 7 == 0 else str(opened + timedelta(hours=3)),
            "当前阶段名称": "已作废" if number % 50 == 3 else "结案",
            "返工次数": str(number % 2),
            "处置人员类型": "环卫工作人员",
            "监督员工号": f"W{number % 30:04d}",
            "上报人": "某某，“引号”",
            "上报人电话": f"138{number % 90:08d}",
        }
        rows.append(cells)
    return rows


def write_csv(path: Path, rows: list[Row], encoding: str = "utf-8") -> Path:
    """Write rows of one shape as a CSV file."""
    header = list(rows[0])
    text = csv_text(header, [[row[name] for name in header] for row in rows])
    path.write_bytes(text.encode(encoding))
    return path
