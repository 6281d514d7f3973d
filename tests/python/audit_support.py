"""Clean bulletins of a random city, errors to plant in them, and the audit's SQL run on them."""

import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from conftest import LANDING, WITHOUT_TESTS, run_dbt
from recomputation.random_rows import write_random_city

Key = tuple[str, str, str]
Figures = dict[Key, Decimal]

GROUP = "main_urban"
COMPILED = Path("compiled/grid_assessment/models")
TERMS = COMPILED / "intermediate/audit/int_relation_terms.sql"
FINDINGS = COMPILED / "marts/audit/bulletin_audit_findings.sql"
CENT = Decimal("0.01")
MONTHS = [date(2020 + index // 12, 1 + index % 12, 1) for index in range(50)]


@dataclass(frozen=True)
class Finding:
    """What the audit says of one bulletin."""

    month: date
    rule: str
    figures: frozenset[str]
    sentence: str


@dataclass
class Planted:
    """One wrong figure, and the figures that show it to be wrong."""

    rule: str
    key: Key
    value: Decimal
    needed: set[Key] = field(default_factory=set)
    removed: set[Key] = field(default_factory=set)


def named(key: Key) -> str:
    """Write a figure as the column figure_codes does."""
    return ":".join(key)


@dataclass
class AuditedCity:
    """A built city whose figures can be replaced."""

    database: Path
    terms_sql: str
    findings_sql: str

    def figures(self) -> dict[date, Figures]:
        """Return the computed figures of the assessment group by month, as printed."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            rows = connection.execute(
                "select assessment_month, figure_code, district_code, member_code, printed_value"
                " from marts.bulletin_figures_monthly"
                " where assessment_group_code = ? and printed_value is not null",
                [GROUP],
            ).fetchall()
        by_month: dict[date, Figures] = {month: {} for month in MONTHS}
        for month, code, district, member, value in rows:
            by_month[month][code, district, member] = value
        return by_month

    def audit(self, edition: str, bulletins: Mapping[date, Figures]) -> list[Finding]:
        """Run the rules on bulletins as the only ones of an edition."""
        rows = [
            (month, *key, value) for month, own in bulletins.items() for key, value in own.items()
        ]
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("begin")
            connection.execute(
                "create temp table planted (assessment_month date, figure_code varchar,"
                " district_code varchar, member_code varchar, value decimal(18, 6))"
            )
            connection.execute("delete from marts.bulletin_figures_monthly")
            connection.execute("delete from marts.published_reconciliation")
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                connection.execute(
                    "insert into planted select unnest(?), unnest(?), unnest(?), unnest(?),"
                    " unnest(?::decimal(18, 6)[])",
                    columns,
                )
            target = {
                "computed": "marts.bulletin_figures_monthly by name"
                f" select *, '{GROUP}' as assessment_group_code, value as printed_value",
                "published": "marts.published_reconciliation by name"
                f" select * rename (value as published_value), '{GROUP}' as assessment_group_code",
            }[edition]
            connection.execute(f"insert into {target} from planted")
            connection.execute("delete from intermediate.int_relation_terms")
            connection.execute(f"insert into intermediate.int_relation_terms {self.terms_sql}")
            found = connection.execute(
                "select assessment_month, rule_code, figure_codes, explanation"
                f" from ({self.findings_sql}) where edition_code = ?",
                [edition],
            ).fetchall()
            connection.execute("rollback")
        return [
            Finding(month, rule, frozenset(codes.split(",")), sentence)
            for month, rule, codes, sentence in found
        ]


def build_random_city(folder: Path, seed: int) -> AuditedCity:
    """Build fifty months of a random city and return its figures and the audit's SQL."""
    landing, reference = write_random_city(folder, seed, MONTHS)
    built = run_dbt(
        ["build", *LANDING, *WITHOUT_TESTS],
        folder,
        {"GRID_LANDING_DIR": str(landing), "GRID_REFERENCE_DIR": str(reference)},
    )
    assert built.returncode == 0, built.stdout[-8000:]
    terms_sql, findings_sql = (
        (folder / "target" / compiled).read_text("utf-8") for compiled in (TERMS, FINDINGS)
    )
    copy = folder / "audited" / "landing.duckdb"
    copy.parent.mkdir()
    shutil.copyfile(folder / "landing.duckdb", copy)
    return AuditedCity(copy, terms_sql, findings_sql)


def thinned(rng: random.Random, figures: Figures, keep: set[Key]) -> Figures:
    """Leave out a part of the figures, as a bulletin does that prints some of them."""
    share = rng.choice([0.1, 0.4, 0.7])
    return {key: value for key, value in figures.items() if key in keep or rng.random() > share}


Planter = Callable[[random.Random, Figures], Iterator[Planted]]


def _same(figures: Figures, code: str, other: str) -> list[tuple[Key, Key]]:
    return [(key, (other, *key[1:])) for key in figures if key[0] == code]


def numerators(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """More cases closed than registered."""
    prefix = rng.choice(
        ["", "source_", "platform_", "dispatch_", "key_", "key_source_", "key_category_"]
    )
    for key, other in _same(figures, f"{prefix}closed_count", f"{prefix}registered_count"):
        value = figures[other] + rng.choice([1, 1, 7])
        yield Planted("numerator_above_denominator", key, value, {other})


def base_cases(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """Fewer units than cases."""
    prefix = rng.choice(["grid_member_", "key_source_"])
    for key, other in _same(figures, f"{prefix}base_case_count", f"{prefix}registered_count"):
        if figures[other] > 0:
            yield Planted("cases_above_base_cases", key, figures[other] - 1, {other})


def parts(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A part that is greater than its whole."""
    code, whole = rng.choice(
        [
            ("class_registered_count", ("registered_count", "all")),
            ("source_closed_count", ("closed_count", "all")),
            ("platform_registered_count", ("registered_count", "all")),
            ("key_registered_count", ("registered_count", "all")),
            ("grid_member_registered_count", ("registered_count", "all")),
            ("whistle_count", ("whistle_count", "all")),
        ]
    )
    for key in figures:
        other = (whole[0], key[1], whole[1])
        if key[0] == code and key != other and other in figures:
            yield Planted("parts_against_whole", key, figures[other] + 1, {other})


def categories(_: random.Random, figures: Figures) -> Iterator[Planted]:
    """A category of more cases than the class it belongs to."""
    for key in figures:
        if key[0] == "category_registered_count":
            whole = ("class_registered_count", key[1], key[2].partition("|")[0])
            if whole in figures:
                yield Planted("parts_against_whole", key, figures[whole] + 1, {whole})


def districts(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A city's total below the sum of its districts, one of which at least has any."""
    code = rng.choice(
        [
            *("registered_count", "source_registered_count", "grid_member_base_case_count"),
            *("street_order_registered_count", "whistle_count", "key_closed_count"),
        ]
    )
    for key in [key for key in figures if key[0] == code and key[1] == "all"]:
        own = {one for one in figures if one[0] == code and one[1] != "all" and one[2] == key[2]}
        total = sum(figures[one] for one in own)
        if total > 0:
            yield Planted("parts_against_whole", key, Decimal(total - 1), own)


def remainders(_: random.Random, figures: Figures) -> Iterator[Planted]:
    """Dispatched cases whose closures leave more closed cases than cases."""
    city = "all"
    part, rest = "municipal|district", "municipal|other"
    closed = ("dispatch_closed_count", city, part)
    department = ("dispatch_closed_count", city, "municipal|municipal_department")
    whole = ("platform_closed_count", city, "municipal|all")
    removed = {key for key in figures if key[2] == rest}
    left = figures["dispatch_registered_count", city, rest]
    value = figures[whole] - figures[department] - left - 1
    needed = {
        (code.replace("closed", kind), city, member)
        for code, _, member in (closed, department, whole)
        for kind in ("closed", "registered")
    }
    if value >= 0:
        yield Planted("remainder_above_remainder", closed, value, needed, removed)


def shares(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """Shares that add up to more than rounding explains."""
    prefix = rng.choice(["event|", "component|", "complaint_response|", "", "source"])
    code = {"": "key_category_share", "source": "source_registered_share"}.get(
        prefix, "category_class_share"
    )
    own = {
        key
        for key in figures
        if key[0] == code and (prefix in {"", "source"} or key[2].startswith(prefix))
    }
    for key in sorted(own):
        yield Planted("share_above_whole", key, figures[key] + CENT * (len(own) + 1), own)


def full_marks(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A score above full marks and bonus: half a mark for linkage, none for the others."""
    for key in figures:
        if key[0] == "mechanism_score":
            limit = ("mechanism_full_marks", "all", key[2])
            bonus = Decimal("0.5") if key[2] == "linkage" else Decimal(0)
            value = figures[limit] + bonus + CENT * rng.choice([1, 30])
            yield Planted("score_above_full_marks", key, value, {limit})


def totals(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A total that its scores do not add up to."""
    for key in figures:
        if key[0] == "total_score":
            own = {one for one in figures if one[0] == "mechanism_score" and one[1] == key[1]}
            value = figures[key] + CENT * rng.choice([-2, 2, 100])
            yield Planted("total_against_scores", key, value, own)


def ranks(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A rank beside the one that the totals give."""
    everything = {key for key in figures if key[0] in {"district_rank", "total_score"}}
    for key in figures:
        if key[0] == "district_rank":
            value = figures[key] + rng.choice([-1, 1])
            yield Planted("rank_against_scores", key, value, everything)


def rates(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A rate that its two counts do not give."""
    prefix = rng.choice(["", "source_", "platform_", "dispatch_", "key_", "key_source_"])
    for key in figures:
        if key[0] == f"{prefix}closure_rate":
            needed = {(f"{prefix}{kind}_count", *key[1:]) for kind in ("closed", "registered")}
            change = CENT * rng.choice([-2, 2])
            yield Planted("rate_against_counts", key, figures[key] + change, needed)


def means(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """A city's rate above or below the rates of all its districts."""
    code = rng.choice(["grid_member_closure_rate", "patrol_coverage_rate", "key_closure_rate"])
    key = (code, "all", "none")
    own = {one for one in figures if one[0] == code and one[1] != "all"}
    values = [figures[one] for one in own]
    count = len({one[1] for one in figures} - {"all"})
    if len(own) == count and key in figures:
        if max(values) < 100:
            yield Planted("mean_outside_parts", key, max(values) + CENT, own)
        if min(values) > 0:
            yield Planted("mean_outside_parts", key, min(values) - CENT, own)


def restated(rng: random.Random, figures: Figures) -> Iterator[Planted]:
    """One quantity printed twice with different values."""
    code, other = rng.choice(
        [
            ("whistle_score", "mechanism_score"),
            ("source_satellite_finding_count", "satellite_finding_count"),
            ("source_satellite_checked_count", "satellite_checked_count"),
        ]
    )
    for key, twin in _same(figures, code, other):
        change = CENT if code == "whistle_score" else Decimal(1)
        yield Planted("stated_twice", key, figures[key] + change, {twin})


PLANTERS: list[Planter] = [
    *(numerators, base_cases, parts, categories, districts, remainders, shares),
    *(full_marks, totals, ranks, rates, means, restated),
]
RULES = {
    *("numerator_above_denominator", "cases_above_base_cases", "parts_against_whole"),
    *("remainder_above_remainder", "share_above_whole", "score_above_full_marks"),
    *("total_against_scores", "rank_against_scores", "rate_against_counts"),
    *("mean_outside_parts", "stated_twice"),
}


def plant(rng: random.Random, planter: Planter, figures: Figures) -> Planted | None:
    """Choose one error of a family, or None where the month has no figures for it."""
    candidates = [planted for planted in planter(rng, figures) if planted.needed <= figures.keys()]
    return rng.choice(candidates) if candidates else None
