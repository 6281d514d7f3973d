"""A month derived from a calibrated one: other totals, other shares of the states."""

from collections import defaultdict
from typing import Any

from grid_assessment.synthesis.streams import largest_remainder

Row = dict[str, str]


def _is_street_order_report(row: Row) -> bool:
    return row["source_code"] == "municipal_supervisor" and row["is_street_order"] == "true"


def derived_cells(rows: list[Row], targets: dict[str, Any]) -> list[Row]:
    """Return cells with the registered and street-order cases of the targets, district by district.

    Args:
        rows: cells of the calibrated month; their units go with their cases.
        targets: registered, street_order and state_percent by district.

    """
    groups: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["district_code"], _is_street_order_report(row)].append(row)
    derived = []
    for (district, is_street_order), members in sorted(groups.items()):
        reported = int(targets["street_order"][district])
        total = reported if is_street_order else int(targets["registered"][district]) - reported
        weights = [
            int(row["case_count"])
            * int(targets["state_percent"].get(row["state_code"], {}).get(district, 100))
            for row in members
        ]
        for row, count in zip(members, largest_remainder(total, weights), strict=True):
            if count:
                units = int(row["base_case_count"]) * count // int(row["case_count"])
                derived.append(
                    {**row, "case_count": str(count), "base_case_count": str(max(count, units))}
                )
    return derived
