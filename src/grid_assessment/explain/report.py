"""What ``grid explain`` prints: plain text where the output is no terminal."""

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grid_assessment.explain.answers import Answers, Row

PLAIN_WIDTH = 160
"""Columns where the output is no terminal, so that no cell is broken into lines."""

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


class Report:
    """The explanation of one district and month, section by section."""

    def __init__(self, answers: Answers, limit: int) -> None:
        """Keep what is asked of.

        Args:
            answers: the open version with month and district.
            limit: rows of each list at most; 0 for all.
        """
        self._answers = answers
        self._limit = limit
        # Texts of the data are printed as they are: no markup, no emoji codes.
        self._console = Console(markup=False, emoji=False, highlight=False)
        if not self._console.is_terminal:
            self._console.width = PLAIN_WIDTH

    def write(self, build_id: str) -> None:
        """Print all sections.

        Args:
            build_id: the version that the answers come from.
        """
        (standing,) = self._answers.rows("standing")
        self._standing(standing, build_id)
        self._mechanisms()
        self._indicators()
        self._evidence()
        self._next_rank(standing)

    def _standing(self, standing: Row, build_id: str) -> None:
        month = self._answers.month
        self._line(
            f"{standing['district_name']}（{standing['district_code']}）"
            f"{month.year}年{month.month}月失分说明",
            style="bold",
        )
        if standing["district_rank"] is None:
            lacking = standing["indicators_without_score"]
            self._line(
                f"未排名：没有数据的指标：{lacking}" if lacking else "未排名：当月计分规则不全"
            )
        else:
            self._line(
                f"总分{standing['total_score']}分，第{standing['district_rank']}名"
                f"{_uncertainty(standing)}。"
            )
            if standing["next_rank"] is None:
                self._line("本月名次第一，没有更高名次。")
            else:
                self._line(
                    f"与前一名{standing['next_district_names']}（第{standing['next_rank']}名，"
                    f"{standing['next_total_score']}分）相差{standing['points_to_next_rank']}分。"
                )
        if standing["previous_total_score"] is not None:
            self._line(
                f"上月总分{standing['previous_total_score']}分，第{standing['previous_rank']}名。"
            )
        self._line(f"数据版本：{build_id}")

    def _mechanisms(self) -> None:
        self._heading("一、各机制失分")
        rows = self._answers.rows("mechanisms")
        self._table(
            ("机制", "满分", "得分", "权重", "失分", "计入总分"),
            [
                (
                    row["mechanism_name"],
                    row["full_marks"],
                    row["score"],
                    row["total_weight"].normalize(),
                    row["lost_score"],
                    row["weighted_lost_score"],
                )
                for row in rows
            ],
            texts=1,
        )

    def _indicators(self) -> None:
        self._heading("二、各指标失分及去向")
        indicators = self._answers.rows("indicators")
        if not indicators:
            self._line("没有失分的指标。")
        self._table(
            ("机制", "指标", "满分", "得分", "失分", "未达标数", "总数"),
            [
                (
                    row["mechanism_name"],
                    row["indicator_name"],
                    *(row[name] for name in ("full_marks", "score", "lost_score")),
                    *(row[name] for name in ("failing_count", "denominator")),
                )
                for row in indicators
            ],
            texts=2,
        )
        for row in indicators:
            if row["failing_count"] is not None:
                self._destinations(row)

    def _destinations(self, indicator: Row) -> None:
        self._console.print()
        self._line(
            f"【{indicator['indicator_name']}】失分{indicator['lost_score']}分，"
            f"未达标{indicator['failing_count']}件",
            style="bold",
        )
        code = indicator["indicator_code"]
        categories = self._answers.rows("categories", indicator_code=code)
        self._list("小类", ("小类", "未达标数", "失分"), categories, texts=1)
        streets = self._answers.rows("streets", indicator_code=code)
        if streets:
            self._list("街道", ("街道", "未达标数"), streets, texts=1)
        objects = self._answers.rows("objects", indicator_code=code)
        if objects:
            heads = ("类型", "编号", "街道或网格", "小类", "日期", "状态")
            self._list("明细", heads, objects, texts=len(heads))

    def _evidence(self) -> None:
        self._heading("三、评定指标的依据")
        accounts = self._answers.rows("evidence")
        if not accounts:
            self._line("没有扣分、加分的评定指标。")
        for row in accounts:
            told = (
                f"【{row['indicator_name']}】满分{row['marks_before_items']}"
                f" + 加分{row['added_points']} - 扣分{row['deducted_points']}"
            )
            if row["deducted_without_evidence"]:
                told += f" - 未提交依据{row['deducted_without_evidence']}"
            if row["added_without_evidence"]:
                told += f" + 未提交依据{row['added_without_evidence']}"
            self._line(f"{told} = 得分{row['score']}")
            items = self._answers.rows("items", indicator_code=row["indicator_code"])
            for item in items:
                self._line(
                    f"  {item['item_code']}. {item['effect']}{item['points']}："
                    f"{item['reason']}（依据{item['evidence_reference']}）"
                )

    def _next_rank(self, standing: Row) -> None:
        self._heading("四、提升名次")
        rows = self._answers.rows("sensitivity")
        if standing["district_rank"] is None:
            self._line("未排名，无从计算。")
        elif standing["next_rank"] is None:
            self._line("本月名次第一，没有更高名次。")
        elif not any(row["needed_count"] for row in rows):
            self._line("任何一项指标单独改善均不足以提升名次。")
        else:
            self._line(
                "其余不变，仅下列一项指标再改善所列件数，重新计分后即可提升名次（并列也算）："
            )
        if rows:
            self._table(
                ("指标", "未达标数", "至少再改善"),
                [
                    (
                        row["indicator_name"],
                        row["failing_count"],
                        row["needed_count"] or "全部改善仍不够",
                    )
                    for row in rows
                ],
                texts=1,
            )

    def _heading(self, text: str) -> None:
        self._console.print()
        self._line(text, style="bold")

    def _line(self, text: str, style: str = "") -> None:
        self._console.print(Text(_clean(text), style), soft_wrap=True)

    def _list(self, name: str, heads: Sequence[str], rows: list[Row], texts: int) -> None:
        shown = rows[: self._limit] if self._limit else rows
        counted = f"，列出{len(shown)}个（--limit 0 列出全部）" if len(shown) < len(rows) else ""
        self._line(f"{name}：共{len(rows)}个{counted}")
        self._table(heads, [tuple(row.values()) for row in shown], texts)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[Any]], texts: int) -> None:
        """Print a table; the first columns are texts, the others numbers."""
        if not rows:
            return
        table = Table(box=None, pad_edge=True, show_edge=False)
        for place, head in enumerate(heads):
            table.add_column(head, justify="left" if place < texts else "right", overflow="fold")
        for row in rows:
            table.add_row(*(Text(_clean("-" if cell is None else str(cell))) for cell in row))
        self._console.print(table)


def _uncertainty(standing: Row) -> str:
    """Tell which ranks the sampling error of the omission rate allows; nothing without checks."""
    if not standing["has_interval"]:
        return ""
    low, high = standing["rank_low"], standing["rank_high"]
    if low == high:
        return "；漏报率抽样误差不影响名次"
    return f"；漏报率抽样误差范围内第{low}至{high}名"


def _clean(text: str) -> str:
    """Return a text without control characters and marks of direction: a terminal obeys them."""
    return _CONTROL.sub("�", text)
