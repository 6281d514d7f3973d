"""From kinds to cells: states at the cutoff, rework and units, so that the printed scores hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from grid_assessment.errors import GridError
from grid_assessment.synthesis.calibrate.figures import Kind
from grid_assessment.synthesis.reference import Categories
from grid_assessment.synthesis.streams import largest_remainder


@dataclass(frozen=True)
class Part:
    """Cases of one kind in one state; ``base_case_count`` 0 while it is not known."""

    kind: Kind
    state_code: str
    is_reworked: bool
    case_count: int
    base_case_count: int = 0


def unlimited_share(kind: Kind, categories: Categories, named: set[str]) -> tuple[int, int]:
    """Return how many of how many cases of the mix have no deadline, among a kind's categories."""
    pool = categories.pools[kind.is_key, kind.is_complaint_response]
    fitting = [
        place
        for place, code in enumerate(categories.codes)
        if (code == kind.category_code if kind.category_code else code not in named)
        and categories.class_codes[place] == kind.class_code
        and categories.is_street_order[place] == kind.is_street_order
    ]
    return (
        int(pool[[place for place in fitting if categories.limits[place] == 0]].sum()),
        int(pool[fitting].sum()),
    )


def split_states(
    kinds: Mapping[Kind, int],
    categories: Categories,
    named: set[str],
    lost_parts: Mapping[str, tuple[Decimal, Decimal]],
    targets: dict[str, Any],
) -> list[Part]:
    """Return the kinds split by state and rework.

    Args:
        kinds: cases of every kind.
        categories: the catalogue with the mix.
        named: categories of their own.
        lost_parts: by district, the parts lost of on-time closure and of rework (0 to 1).
        targets: overdue_percent and municipal_weight.

    """
    parts: list[Part] = []
    for district in targets["registered"]:
        own = {kind: count for kind, count in kinds.items() if kind.district_code == district}
        parts += _split_district(own, categories, named, lost_parts[district], targets)
    return parts


def _split_district(
    kinds: Mapping[Kind, int],
    categories: Categories,
    named: set[str],
    lost: tuple[Decimal, Decimal],
    targets: dict[str, Any],
) -> list[Part]:
    closed: list[Part] = []
    opened: list[Part] = []
    unlimited: list[Part] = []
    for kind, count in kinds.items():
        part, whole = unlimited_share(kind, categories, named)
        without = count * part // whole
        state = "open_no_deadline" if kind.is_open else "closed_no_deadline"
        if without:
            unlimited.append(Part(kind, state, is_reworked=False, case_count=without))
        if count > without:
            limited = Part(kind, "", is_reworked=False, case_count=count - without)
            (opened if kind.is_open else closed).append(limited)
    closed_count = sum(part.case_count for part in closed)
    open_count = sum(part.case_count for part in opened)
    # Open cases that are not due stay out of what should be closed; so the sums depend on it.
    late_share, rework_share = lost
    missed = round(late_share * closed_count)
    overdue = min(open_count, missed * int(targets["overdue_percent"]) // 100)
    missed = round(late_share * (closed_count + overdue))
    reworked = round(rework_share * (closed_count + overdue))

    def weight(part: Part) -> int:
        is_municipal = part.kind.platform_code == "municipal"
        return part.case_count * (int(targets["municipal_weight"]) if is_municipal else 1)

    by_lateness = _split(closed, missed - overdue, weight, "closed_late", "closed_on_time")
    by_due = _split(opened, overdue, lambda part: part.case_count, "open_overdue", "open_not_due")
    return [*_rework(by_lateness, reworked, weight), *by_due, *unlimited]


def split_within(total: int, weights: list[int], most: list[int]) -> list[int]:
    """Split ``total`` by weight, no share above ``most``; what is above goes to the others.

    Raises:
        GridError: ``total`` is more than all shares may be.

    """
    shares = [0] * len(weights)
    while (left := total - sum(shares)) > 0:
        room = [
            weight if share < cap else 0
            for weight, share, cap in zip(weights, shares, most, strict=True)
        ]
        if not any(room):
            raise GridError("calibration: more cases to mark than there are")
        shares = [
            min(share + extra, cap)
            for share, extra, cap in zip(shares, largest_remainder(left, room), most, strict=True)
        ]
    return shares


def _split(
    parts: list[Part], total: int, weight: Callable[[Part], int], chosen: str, other: str
) -> list[Part]:
    """Give ``total`` cases the state ``chosen`` and the rest the state ``other``."""
    shares = split_within(
        total, [weight(part) for part in parts], [part.case_count for part in parts]
    )
    split = []
    for part, share in zip(parts, shares, strict=True):
        for state, count in ((chosen, share), (other, part.case_count - share)):
            if count:
                split.append(replace(part, state_code=state, case_count=count))
    return split


def _rework(parts: list[Part], total: int, weight: Callable[[Part], int]) -> list[Part]:
    """Mark ``total`` cases as reworked."""
    shares = split_within(
        total, [weight(part) for part in parts], [part.case_count for part in parts]
    )
    split = []
    for part, share in zip(parts, shares, strict=True):
        for is_reworked, count in ((True, share), (False, part.case_count - share)):
            if count:
                split.append(replace(part, is_reworked=is_reworked, case_count=count))
    return split
