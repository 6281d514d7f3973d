"""From raw rows to every mart of a city."""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import bulletin, coverage, losses, scoring
from .cases import Case, Rows, case_of
from .contract import PROJECT_DIR
from .judging import judge, load_counts
from .reading import LandedRow, read_landing, read_seeds
from .reference import Reference, read_reference

RejectedRow = tuple[str, str, str, str, str]


@dataclass
class Recomputation:
    """The marts by grain, and the rejected rows, which may repeat."""

    marts: dict[str, Rows]
    rejected_rows: Counter[RejectedRow]


@cache
def minimum_count(unit: str) -> int:
    """Return the registered cases below which a street or a department is not ranked."""
    path = PROJECT_DIR / "seeds" / "rules" / "rule_parameters.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        values = [
            int(row["parameter_value"])
            for row in csv.DictReader(stream)
            if row["parameter_code"] == f"{unit}_minimum_registered_count"
        ]
    if len(values) != 1:
        raise ValueError(f"{path.name}: {len(values)} minimum counts of a {unit}; expected one")
    return values[0]


def _case_marts(cases: list[Case], reference: Reference) -> dict[str, Rows]:
    months = {case.assessment_month for case in cases}
    return {
        "fct_cases": bulletin.case_facts(cases),
        **bulletin.case_totals(cases),
        "platform_closure_monthly": bulletin.platform_closure(cases),
        "grid_member_handling_monthly": bulletin.grid_member_handling(cases),
        "street_order_reports_monthly": bulletin.street_order_reports(cases, months),
        "open_case_backlog_monthly": bulletin.open_case_backlog(cases, months, reference),
        "street_closure_monthly": bulletin.closure_of_units(
            cases, "street", minimum_count("street"), reference
        ),
        "department_closure_monthly": bulletin.closure_of_units(
            cases, "department", minimum_count("department"), reference
        ),
    }


def _city_marts(current: dict[str, list[LandedRow]], reference: Reference) -> dict[str, Rows]:
    """Compute the marts of one city from its current rows."""
    cases = [case_of(row, reference) for row in current["cases"]]
    months = {case.assessment_month for case in cases}
    seen = coverage.observe(current, cases, months, reference)
    measures = scoring.Measures(cases, seen, reference)
    indicators = scoring.indicator_scores(
        months, measures, current["indicator_assessments"], reference
    )
    mechanisms = scoring.mechanism_scores(months, indicators, reference)
    ranking = scoring.district_ranking(months, mechanisms, reference)
    losses.add_rank_intervals(ranking, indicators, mechanisms, seen, reference)
    return {
        **_case_marts(cases, reference),
        "omission_monthly": coverage.omission(seen, cases),
        "patrol_coverage_monthly": coverage.patrol_coverage(seen, reference),
        "satellite_findings_monthly": coverage.satellite_findings(seen),
        "whistles_monthly": coverage.whistles(seen),
        "indicator_scores_monthly": indicators,
        "mechanism_scores_monthly": mechanisms,
        "district_ranking_monthly": ranking,
        "score_loss_drivers_monthly": losses.score_loss_drivers(
            indicators, cases, current, months, reference
        ),
        "rank_sensitivity_monthly": losses.rank_sensitivity(
            indicators, mechanisms, ranking, reference
        ),
    }


def recompute(landed: dict[str, list[LandedRow]], reference: Reference) -> Recomputation:
    """Judge the rows of all datasets and compute every mart, each city as if it were alone."""
    judgements = {name: judge(name, rows, reference) for name, rows in landed.items()}
    rejected = Counter(
        (name, row.load_id, row.natural_key_text(), reasons[0], ",".join(reasons))
        for name, judgement in judgements.items()
        for row, reasons in judgement.rejected
    )
    summary: Rows = {
        (name, load_id): {
            "landed_count": counts.total(),
            **{
                column: counts[column]
                for column in ("accepted_count", "superseded_count", "rejected_count")
            },
        }
        for name, judgement in judgements.items()
        for load_id, counts in load_counts(judgement).items()
    }

    marts: dict[str, Rows] = {"load_summary": summary}
    for city in reference.cities():
        own = reference.of_city(city)
        current = {
            name: [row for row in judgement.current if row["district_code"] in own.districts]
            for name, judgement in judgements.items()
        }
        for name, rows in _city_marts(current, own).items():
            marts.setdefault(name, {}).update(rows)
    return Recomputation(marts=marts, rejected_rows=rejected)


def recompute_seeds(raw_dir: Path, reference_dir: Path) -> Recomputation:
    """Recompute the sample that lies in the seed folders."""
    return recompute(read_seeds(raw_dir), read_reference(reference_dir))


def recompute_landing(landing_dir: Path, reference_dir: Path) -> Recomputation:
    """Recompute a city from a landing folder and a reference folder."""
    return recompute(read_landing(landing_dir), read_reference(reference_dir))
