"""Allocates the cases of a month to kinds so that all demands hold, near to proportion."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from grid_assessment.synthesis.calibrate.figures import Demand, Kind
from grid_assessment.synthesis.calibrate.program import Program
from grid_assessment.synthesis.reference import Categories

_WHOLE_RATE = 10_000


@dataclass(frozen=True)
class Slot:
    """Cases of one named category, or of the unnamed ones that agree in class and street order."""

    category_code: str
    class_code: str
    is_street_order: bool
    is_key: bool
    is_complaint_response: bool


def slots_of(categories: Categories, named: set[str]) -> dict[Slot, int]:
    """Return the slots with their cases at scale 1, from the category mix.

    Args:
        categories: the catalogue with the mix.
        named: categories of which the bulletin prints a figure.

    """
    counts: dict[Slot, int] = defaultdict(int)
    for (is_key, is_complaint), pool in categories.pools.items():
        for place in np.flatnonzero(pool).tolist():
            code = categories.codes[place]
            slot = Slot(
                category_code=code if code in named else "",
                class_code=categories.class_codes[place],
                is_street_order=bool(categories.is_street_order[place]),
                is_key=is_key,
                is_complaint_response=is_complaint,
            )
            counts[slot] += int(pool[place])
    return dict(counts)


def _fits(flow: dict[str, Any], slot: Slot) -> bool:
    """Tell whether a flow brings cases of a slot: the small flows bring no named problems."""
    if slot.is_complaint_response:
        return flow["platform_code"] == "municipal" and bool(
            flow["bulk_percent"] or flow["source_code"] == "hotline"
        )
    return bool(flow["bulk_percent"]) or not slot.category_code


def _demand(program: Program, demand: Demand, variables: dict[Kind, int]) -> None:
    """Add one demand to the program."""
    covered = [(kind, number) for kind, number in variables.items() if demand.covers(kind)]
    if demand.counted != "closure_rate":
        counted = [
            (number, 1.0)
            for kind, number in covered
            if demand.counted == "registered_count" or not kind.is_open
        ]
        program.bound(counted, float(demand.least), float(demand.most))
        return
    # closed / registered >= least: (whole - least) * closed - least * open >= 0, doubled.
    for edge, low, high in ((demand.least, 0.0, np.inf), (demand.most, -np.inf, -1.0)):
        doubled = int(2 * edge)
        terms = [
            (number, float(-doubled if kind.is_open else 2 * _WHOLE_RATE - doubled))
            for kind, number in covered
        ]
        program.bound(terms, low, high)


def _aim(
    program: Program, variables: dict[Kind, int], slots: dict[Slot, int], targets: dict[str, Any]
) -> None:
    """Aim at proportion: the bulk flows by district and slot, grid members alike in a district."""
    registered: dict[str, int] = targets["registered"]
    whole = sum(registered.values())
    groups: dict[tuple[str, str, Slot], list[tuple[Kind, int]]] = defaultdict(list)
    for kind, number in variables.items():
        slot = Slot(
            kind.category_code, kind.class_code, kind.is_street_order, kind.is_key,
            kind.is_complaint_response,
        )  # fmt: skip
        groups[kind.source_code, kind.district_code, slot].append((kind, number))
    bulk = [flow for flow in targets["flows"] if flow["bulk_percent"]]
    percents = {flow["source_code"]: flow["bulk_percent"] for flow in bulk}
    member_share, open_share = targets["grid_member_percent"] / 100, targets["open_percent"] / 100
    for (source, district, slot), members in groups.items():
        if source not in percents or slot.is_complaint_response:
            continue
        aim = slots[slot] * percents[source] / 100 * registered[district] / whole
        program.near([number for _, number in members], aim, 1.0)
        program.near([n for k, n in members if k.is_open], aim * open_share, 2.0)
        closed = [n for k, n in members if k.is_grid_member and not k.is_open]
        program.near(closed, aim * member_share, 0.3)
        program.near([n for k, n in members if k.is_grid_member and k.is_open], 0.0, 0.3)


def allocate(
    slots: dict[Slot, int], all_demands: Iterable[Demand], targets: dict[str, Any]
) -> dict[Kind, int]:
    """Return the cases of every kind that has any.

    Args:
        slots: cases of every slot in the whole city.
        all_demands: what figures and targets demand.
        targets: flows and the cases of the districts.

    Raises:
        GridError: the demands contradict each other.

    """
    program = Program()
    variables: dict[Kind, int] = {}
    for district, flow, slot, member, is_open in product(
        targets["registered"], targets["flows"], slots, (False, True), (False, True)
    ):
        if _fits(flow, slot) and (flow["has_members"] or not member):
            kind = Kind(
                district, flow["source_code"], flow["platform_code"],
                flow["dispatch_target_code"], **vars(slot), is_grid_member=member, is_open=is_open,
            )  # fmt: skip
            variables[kind] = program.variable()
    for slot, count in slots.items():
        own = [
            (number, 1.0)
            for kind, number in variables.items()
            if vars(slot).items() <= vars(kind).items()
        ]
        program.bound(own, count, count)
    for demand in all_demands:
        _demand(program, demand, variables)
    _aim(program, variables, slots, targets)
    values = program.solve()
    return {kind: values[number] for kind, number in variables.items() if values[number]}
