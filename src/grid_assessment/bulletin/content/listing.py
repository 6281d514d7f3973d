"""All figures of a month as one table, for the workbook."""

from decimal import Decimal

from grid_assessment.bulletin.content.figures import ALL, NO_DATA, NONE, Figure, Figures, printed
from grid_assessment.bulletin.document import Cell, Column, Table

_MEMBERS = {
    NONE: "",
    ALL: "全部",
    "key": "重点",
    "routine": "常规",
    "event": "事件",
    "component": "部件",
    "complaint_response": "接诉即办",
    "district": "区级",
    "municipal": "市级",
    "municipal_department": "市级职能部门",
    "other": "其他",
    "street": "街道",
    "community": "社区",
}
_UNITS = {"percent": "%", "rank": "名次"}


def figure_listing(figures: Figures) -> Table:
    """Return every figure of the month with its code, names, unit and changes."""
    columns = (
        *(Column(title, "text") for title in ("指标代码", "指标", "章节", "区属", "成员代码")),
        *(Column(title, "text") for title in ("成员", "单位")),
        *(Column(title, "count") for title in ("通报值", "环比变动", "环比变动率", "同比变动")),
        Column("同比变动率", "count"),
    )
    rows = tuple(_row(figure) for figure in figures)
    note = "百分数的变动为百分点；变动率只用于数量；— 表示没有数据或不可比。"
    return Table("figures", "全部数据", columns, rows, note)


def _row(figure: Figure) -> tuple[Cell, ...]:
    return (
        Cell(figure.figure_code),
        Cell(figure.figure_name),
        Cell(figure.section),
        Cell("全部" if figure.district_code == ALL else figure.district),
        Cell("" if figure.member_code == NONE else figure.member_code),
        Cell(_member(figure)),
        Cell(_UNITS.get(figure.unit, figure.unit_name)),
        Cell(figure.number, figure.value),
        _number(figure.from_previous.signed, figure.decimal_places),
        _number(figure.from_previous.signed_percent, 2, "%"),
        _number(figure.from_a_year_ago.signed, figure.decimal_places),
        _number(figure.from_a_year_ago.signed_percent, 2, "%"),
    )


def _member(figure: Figure) -> str:
    if figure.member != figure.own_member_code:
        class_name = _MEMBERS.get(figure.class_code, "")
        return f"{class_name} {figure.member}".strip()
    return " ".join(_MEMBERS.get(part, part) for part in figure.member.split("|")).strip()


def _number(value: Decimal | None, decimal_places: int, unit: str = "") -> Cell:
    if value is None:
        return Cell(NO_DATA)
    return Cell(f"{printed(value, decimal_places)}{unit}", value)
