"""The tables of scores and ranks, and how a change is written in a cell."""

from collections.abc import Callable

from grid_assessment.bulletin.content.drafts import ABSENT, DISTRICT, Draft, cell_of
from grid_assessment.bulletin.content.figures import NONE, Change, Figure, Figures
from grid_assessment.bulletin.document import Cell, Column

SIGNS = {"rise": "+", "fall": "-", "same": ""}
_MOVES = {"rise": "降", "fall": "升", "same": "持平"}
_COMPARISONS: tuple[tuple[str, Callable[[Figure], Change]], ...] = (
    ("环比", lambda figure: figure.from_previous),
    ("同比", lambda figure: figure.from_a_year_ago),
)


def scores(figures: Figures, where: str) -> Draft:
    """Return the score table: every mechanism with its full marks, the total and the rank."""
    mechanisms = figures.members("mechanism_full_marks")
    columns = (
        DISTRICT,
        *(Column(f"{one.member}（{one.plain}）", "score", 2) for one in mechanisms),
        Column("总分", "score", 2),
        Column("排名", "rank"),
    )
    rows = tuple(
        (
            Cell(total.district),
            *(
                cell_of(figures.find("mechanism_score", one.member_code, total.district_code))
                for one in mechanisms
            ),
            total.cell,
            cell_of(figures.find("district_rank", NONE, total.district_code)),
        )
        for total in figures.districts("total_score")
    )
    return Draft("scores", f"{where}考核得分及排名", columns, rows)


def score_changes(figures: Figures, where: str) -> Draft:
    """Return totals and ranks against the earlier months that they can be compared with."""
    totals = figures.districts("total_score")
    columns = [DISTRICT, Column("总分", "score", 2), Column("排名", "rank")]
    rows = [
        [
            Cell(total.district),
            total.cell,
            cell_of(figures.find("district_rank", NONE, total.district_code)),
        ]
        for total in totals
    ]
    for name, of in _COMPARISONS:
        ranks = [figures.find("district_rank", NONE, total.district_code) for total in totals]
        if any(of(total).signed is not None for total in totals):
            columns += [Column(f"总分{name}（分）", "score", 2), Column(f"排名{name}", "rank")]
            for row, total, rank in zip(rows, totals, ranks, strict=True):
                row.append(signed(of(total)))
                row.append(_moved(of(rank)) if rank else ABSENT)
    has_change = len(columns) > len((DISTRICT, "总分", "排名"))
    return Draft(
        "score_changes",
        f"{where}总分及排名变动",
        tuple(columns),
        tuple(tuple(row) for row in rows) if has_change else (),
        note="排名“升”为名次前移，“降”为后移，数字为位数。",
    )


def signed(change: Change) -> Cell:
    """Return a change with its sign."""
    if change.direction is None:
        return ABSENT
    return Cell(f"{SIGNS[change.direction]}{change.size}", change.signed)


def _moved(change: Change) -> Cell:
    """Return the change of a rank in words: a smaller one is a better one."""
    if change.direction is None:
        return ABSENT
    size = "" if change.direction == "same" else change.size
    return Cell(f"{_MOVES[change.direction]}{size}", change.signed)
