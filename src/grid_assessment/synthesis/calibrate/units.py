"""Units (base cases) of the parts of a month, so that the printed sums hold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from grid_assessment.synthesis.calibrate.figures import FigureKey
from grid_assessment.synthesis.calibrate.program import Program
from grid_assessment.synthesis.calibrate.states import Part
from grid_assessment.synthesis.streams import largest_remainder

# District, source, key, grid member.
Group = tuple[str, str, bool, bool]


def _group(part: Part) -> Group:
    kind = part.kind
    return kind.district_code, kind.source_code, kind.is_key, kind.is_grid_member


def _solve(
    sizes: Mapping[Group, int], printed: Mapping[FigureKey, Decimal], targets: dict[str, Any]
) -> dict[Group, int]:
    """Return the units of every group: at least one a case, sums as printed, near the aims."""
    tenths = targets["base_tenths"]
    program = Program()
    numbers = {group: program.variable() for group in sizes}
    for group, size in sizes.items():
        program.bound([(numbers[group], 1.0)], size, size * int(tenths["most"]) // 10)
        aim = size * (tenths["key"] if group[2] else tenths["routine"]) / 10
        program.near([numbers[group]], aim, 1 / size)
    for (figure, _, source), value in printed.items():
        if figure == "key_source_base_case_count":
            own = [(n, 1.0) for group, n in numbers.items() if group[2] and group[1] == source]
            program.bound(own, float(value), float(value))
    whole = float(printed["grid_member_base_case_count", "all", "none"])
    program.bound([(n, 1.0) for group, n in numbers.items() if group[3]], whole, whole)
    for district, (least, most) in targets["grid_member_base"].items():
        own = [(n, 1.0) for group, n in numbers.items() if group[3] and group[0] == district]
        program.bound(own, least, most)
    values = program.solve()
    return {group: values[number] for group, number in numbers.items()}


def add_units(
    parts: list[Part], printed: Mapping[FigureKey, Decimal], targets: dict[str, Any]
) -> list[Part]:
    """Return the parts with their units.

    Args:
        parts: the cases of the month.
        printed: the printed figures of the month.
        targets: base_tenths and grid_member_base.

    Raises:
        GridError: the sums contradict each other.

    """
    groups: dict[Group, list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        groups[_group(part)].append(place)
    sizes = {
        group: sum(parts[place].case_count for place in places) for group, places in groups.items()
    }
    solved = _solve(sizes, printed, targets)
    result = list(parts)
    for group, places in groups.items():
        counts = [parts[place].case_count for place in places]
        extra = largest_remainder(solved[group] - sizes[group], counts)
        for place, count, more in zip(places, counts, extra, strict=True):
            result[place] = replace(parts[place], base_case_count=count + more)
    return result
