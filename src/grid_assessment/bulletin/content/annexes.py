"""The tables of the annexes: what the ranking rests on, how sure it is, what the audit found."""

from dataclasses import replace
from decimal import Decimal

from grid_assessment.bulletin.content.drafts import (
    Draft,
    Measure,
    district_draft,
    member_draft,
)
from grid_assessment.bulletin.content.figures import NO_DATA, Figures
from grid_assessment.bulletin.content.findings import Finding
from grid_assessment.bulletin.document import Cell, Column


def draft_annexes(figures: Figures, findings: tuple[Finding, ...]) -> dict[str, Draft]:
    """Return the tables of the annexes by name; one without rows leaves its annex out."""
    drafts = (_mechanism_variance(figures), _uncertainty(figures), _findings(findings))
    return {draft.name: draft for draft in drafts}


def _mechanism_variance(figures: Figures) -> Draft:
    draft = member_draft(
        figures,
        "mechanism_variance",
        ("各机制占总分方差的比重", "机制"),
        [one for one in figures.members("mechanism_variance_share") if one.value is not None],
        (("占总分方差比重", "mechanism_variance_share"),),
    )
    return replace(
        draft,
        note="比重为该机制加权得分与总分的协方差占总分方差之比；负值表示该机制缩小了总分差距。",
    )


def _uncertainty(figures: Figures) -> Draft:
    measures = (
        Measure("重点案件漏报率", "district_omission_rate", "key"),
        Measure("区间下限", "omission_low", "key"),
        Measure("区间上限", "omission_high", "key"),
        Measure("排名", "district_rank"),
        Measure("最好名次", "rank_low"),
        Measure("最差名次", "rank_high"),
    )
    draft = district_draft(
        figures,
        "uncertainty",
        "重点案件漏报率的95%置信区间与可能名次",
        measures,
    )
    has_interval = any(one.value is not None for one in figures.districts("omission_low", "key"))
    return replace(
        draft,
        rows=draft.rows if has_interval else (),
        total=None,
        note="名次按该区取区间一端、其他各区取抽查值重新计分得出。",
    )


def _findings(findings: tuple[Finding, ...]) -> Draft:
    columns = (
        Column("序号", "rank"),
        Column("问题", "text"),
        Column("应为", "text"),
        Column("实为", "text"),
        Column("相差", "text"),
    )
    rows = tuple(
        (
            Cell(str(number), Decimal(number)),
            Cell(finding.explanation),
            _number(finding.expected),
            _number(finding.found),
            _number(finding.difference),
        )
        for number, finding in enumerate(findings, start=1)
    )
    return Draft("findings", "数据核查发现的问题", columns, rows)


def _number(value: Decimal | None) -> Cell:
    if value is None:
        return Cell(NO_DATA)
    return Cell(f"{value.normalize():f}", value)
