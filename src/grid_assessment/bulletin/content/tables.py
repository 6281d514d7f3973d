"""Every table of the bulletin and what its chart draws, by name; the templates place them."""

from dataclasses import replace

from grid_assessment.bulletin.city import CityTexts
from grid_assessment.bulletin.content.drafts import (
    ABSENT,
    DISTRICT,
    WHOLE,
    Draft,
    Line,
    Measure,
    district_draft,
    member_draft,
)
from grid_assessment.bulletin.content.figures import NONE, Change, Figure, Figures
from grid_assessment.bulletin.content.score_tables import SIGNS, score_changes, scores, signed
from grid_assessment.bulletin.document import Cell, Column

TOP_CATEGORIES = 10
"""Rows of a table of categories (小类案件量排名前十)."""

WATCHED_PLACES = 3
"""Key categories that are always told: the most frequent ones."""

_CLOSURE_LINES = (
    Line(1, "立案量", "件"),
    Line(2, "结案量", "件"),
    Line(3, "结案率", "%", "line"),
)


def draft_tables(figures: Figures, city: CityTexts) -> dict[str, Draft]:
    """Return the tables of a month by name; one without rows is not printed."""
    where = city.district_word
    drafts = [
        scores(figures, where),
        score_changes(figures, where),
        _supervisor_reports(figures, where),
        _other_sources(figures),
        _top_categories(figures, "event", "事件"),
        _top_categories(figures, "component", "部件"),
        _closure(figures, "municipal_platform", "市级平台派遣至各区案件处置结案情况", "dispatch_"),
        _closure(figures, "district_platform", "区级平台案件处置结案情况", "platform_"),
        _closure(figures, "key_cases", "重点案件处置结案情况", "key_"),
        _watched_categories(figures, city),
        _omission(figures, where),
        district_draft(
            figures,
            "patrol_coverage",
            f"{where}巡查覆盖情况",
            (
                Measure("巡查覆盖率", "patrol_coverage_rate"),
                Measure("小类覆盖率", "category_coverage_rate"),
            ),
        ),
        _grid_members(figures, where),
        _street_order(figures, where),
        _whistles(figures, where),
    ]
    return {draft.name: draft for draft in drafts}


def _tiered(figures: Figures) -> list[Figure]:
    return [one for one in figures.members("source_registered_count") if one.tier_code]


def _supervisor_reports(figures: Figures, where: str) -> Draft:
    sources = _tiered(figures)
    measures = [
        Measure(f"{source.member}{title}", f"source_{code}", source.member_code)
        for source in sources
        for title, code in (
            ("立案量", "registered_count"),
            ("结案量", "closed_count"),
            ("结案率", "closure_rate"),
        )
    ]
    lines = [
        Line(1 + 3 * place, f"{source.member}立案量", "件") for place, source in enumerate(sources)
    ]
    title = f"{where}监督员上报案件情况"
    if not measures:
        return Draft("supervisor_reports", title, (DISTRICT,), ())
    draft = district_draft(figures, "supervisor_reports", title, measures)
    return replace(draft, lines=tuple(lines))


def _other_sources(figures: Figures) -> Draft:
    members = [one for one in figures.members("source_registered_count") if not one.tier_code]
    draft = member_draft(
        figures,
        "other_sources",
        ("其他来源案件情况", "来源"),
        members,
        (
            ("立案量", "source_registered_count"),
            ("结案量", "source_closed_count"),
            ("结案率", "source_closure_rate"),
            ("占立案总量", "source_registered_share"),
        ),
    )
    return replace(draft, lines=_CLOSURE_LINES)


def _top_categories(figures: Figures, class_code: str, class_name: str) -> Draft:
    counted = [
        one
        for one in figures.members("category_registered_count", class_code)
        if one.is_counted_member
    ]
    top = [one for one in counted if one.member_row <= TOP_CATEGORIES]
    is_cut = any(one.member_place <= TOP_CATEGORIES < one.member_row for one in counted)
    draft = member_draft(
        figures,
        f"top_{class_code}_categories",
        (f"{class_name}小类案件量前十", "小类"),
        top,
        (("案件量", "category_registered_count"), ("占该类比", "category_class_share")),
    )
    return replace(
        draft,
        note="末位另有件数相同的小类，按代码顺序列至第十个。" if is_cut else "",
        lines=(Line(1, "案件量", "件"),),
        is_horizontal=True,
    )


def _closure(figures: Figures, name: str, title: str, prefix: str) -> Draft:
    member = {"dispatch_": "municipal|district", "platform_": "district|all"}.get(prefix, NONE)
    draft = district_draft(
        figures,
        name,
        title,
        (
            Measure("立案量", f"{prefix}registered_count", member),
            Measure("结案量", f"{prefix}closed_count", member),
            Measure("结案率", f"{prefix}closure_rate", member),
        ),
        ordered_by=2,
    )
    return replace(draft, lines=_CLOSURE_LINES)


def key_categories(figures: Figures, city: CityTexts) -> list[Figure]:
    """Return the three most frequent key categories and the watched ones with a case."""
    return [
        one
        for one in figures.members("key_category_registered_count")
        if one.is_counted_member
        and (one.member_row <= WATCHED_PLACES or one.own_member_code in city.watched_categories)
    ]


def _watched_categories(figures: Figures, city: CityTexts) -> Draft:
    return member_draft(
        figures,
        "key_categories",
        ("重点案件主要小类结案情况", "小类"),
        key_categories(figures, city),
        (
            ("立案量", "key_category_registered_count"),
            ("占重点案件比", "key_category_share"),
            ("结案量", "key_category_closed_count"),
            ("结案率", "key_category_closure_rate"),
        ),
    )


def _omission(figures: Figures, where: str) -> Draft:
    draft = district_draft(
        figures,
        "omission",
        f"{where}案件漏报情况",
        (
            Measure("重点案件漏报率", "district_omission_rate", "key"),
            Measure("常规案件漏报率", "district_omission_rate", "routine"),
            Measure("全部案件漏报率", "district_omission_rate", "all"),
        ),
    )
    return replace(
        draft,
        note="各区漏报率为漏报数占抽查数之比；正文所列全市漏报率为漏报数占立案数之比。",
        lines=(Line(1, "重点案件漏报率", "%"), Line(2, "常规案件漏报率", "%")),
    )


def _grid_members(figures: Figures, where: str) -> Draft:
    draft = district_draft(
        figures,
        "grid_members",
        f"{where}网格员案件处置结案情况",
        (
            Measure("处置案件数", "grid_member_registered_count"),
            Measure("基本案件数", "grid_member_base_case_count"),
            Measure("结案率", "grid_member_closure_rate"),
        ),
    )
    return replace(
        draft,
        lines=(Line(1, "处置案件数", "件"), Line(3, "结案率", "%", "line")),
    )


def _street_order(figures: Figures, where: str) -> Draft:
    code = "street_order_registered_count"
    city = figures.find(code)
    rows = tuple((Cell(one.district), *_counted_change(one)) for one in figures.districts(code))
    total = (WHOLE, *_counted_change(city)) if city and rows else None
    columns = (
        DISTRICT,
        Column("案件数", "count"),
        Column("环比（件）", "count"),
        Column("环比", "percent", 2),
    )
    return Draft("street_order", f"{where}市容环境和街面秩序类案件情况", columns, rows, total)


def _counted_change(figure: Figure) -> tuple[Cell, Cell, Cell]:
    return figure.cell, signed(figure.from_previous), _percent(figure.from_previous)


def _percent(change: Change) -> Cell:
    if change.direction is None or change.signed_percent is None:
        return ABSENT
    return Cell(f"{SIGNS[change.direction]}{change.percent}%", change.signed_percent)


def _whistles(figures: Figures, where: str) -> Draft:
    return district_draft(
        figures,
        "whistles",
        f"{where}吹哨报到情况",
        (
            Measure("区级哨", "whistle_count", "district"),
            Measure("街道哨", "whistle_count", "street"),
            Measure("社区哨", "whistle_count", "community"),
            Measure("吹哨次数", "whistle_count", "all"),
            Measure("得分", "whistle_score", "linkage"),
        ),
        ordered_by=3,
    )
