"""The audit finds what contradicts itself, and nothing else.

Fifty clean months of a random city, printed in full and in part, have no finding; with one wrong
figure each, two hundred bulletins have findings that all name that figure.
"""

import random
from datetime import date
from decimal import Decimal

import pytest
from audit_support import (
    MONTHS,
    PLANTERS,
    RULES,
    AuditedCity,
    Figures,
    Planted,
    build_random_city,
    named,
    plant,
    thinned,
)

SEED = 21


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> AuditedCity:
    return build_random_city(tmp_path_factory.mktemp("audit"), SEED)


@pytest.fixture(scope="module")
def clean(city: AuditedCity) -> dict[date, Figures]:
    return city.figures()


def test_clean_months_have_no_finding(city: AuditedCity, clean: dict[date, Figures]) -> None:
    assert len(clean) == 50
    assert min(len(figures) for figures in clean.values()) > 100
    assert city.audit("computed", clean) == []
    assert city.audit("published", clean) == []


def test_a_part_of_the_figures_is_no_contradiction(
    city: AuditedCity, clean: dict[date, Figures]
) -> None:
    rng = random.Random(SEED)
    for _ in range(4):
        partial = {month: thinned(rng, figures, set()) for month, figures in clean.items()}
        assert city.audit("published", partial) == []


@pytest.mark.parametrize("round_number", range(4))
def test_every_planted_error_is_found_and_no_other(
    city: AuditedCity, clean: dict[date, Figures], round_number: int
) -> None:
    rng = random.Random(SEED + round_number)
    edition = "computed" if round_number % 2 else "published"
    planted: dict[date, Planted] = {}
    bulletins: dict[date, Figures] = {}
    for index, month in enumerate(MONTHS):
        figures = clean[month]
        error = None
        for shift in range(len(PLANTERS)):
            planter = PLANTERS[(index + round_number * 5 + shift) % len(PLANTERS)]
            error = error or plant(rng, planter, figures)
        assert error is not None
        wrong = {**figures, error.key: error.value}
        if round_number >= 2:
            wrong = thinned(rng, wrong, {error.key, *error.needed})
        bulletins[month] = {key: value for key, value in wrong.items() if key not in error.removed}
        planted[month] = error
    findings = city.audit(edition, bulletins)
    assert {error.rule for error in planted.values()} == RULES
    missed = [
        (month, error)
        for month, error in planted.items()
        if (month, error.rule)
        not in {(f.month, f.rule) for f in findings if named(error.key) in f.figures}
    ]
    assert missed == []
    invented = [f for f in findings if named(planted[f.month].key) not in f.figures]
    assert invented == []
    assert all(f.sentence.endswith("。") and f.sentence.count("。") == 1 for f in findings)


def test_a_sentence_says_what_contradicts_what_and_by_how_much(city: AuditedCity) -> None:
    figures = {
        ("whistle_count", "all", "all"): Decimal(5),
        ("whistle_count", "all", "street"): Decimal(7),
        ("whistle_count", "530102", "all"): Decimal(1),
    }
    (finding,) = city.audit("published", {MONTHS[0]: figures})
    assert finding.sentence == "全市吹哨次数（街道）7次，超过全市吹哨次数5次，多2次。"
