"""What the figures of a bulletin demand of the counts of a month."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from grid_assessment.project import project_dir
from grid_assessment.synthesis.calibration import CALIBRATION_DIR, read_yaml
from grid_assessment.synthesis.reference import read_rows

_COUNTS = ("registered_count", "closed_count", "closure_rate")
FigureKey = tuple[str, str, str]


@dataclass(frozen=True)
class Kind:
    """Cases of one district that agree in everything but their times and units."""

    district_code: str
    source_code: str
    platform_code: str
    dispatch_target_code: str
    category_code: str
    class_code: str
    is_street_order: bool
    is_key: bool
    is_complaint_response: bool
    is_grid_member: bool
    is_open: bool


@dataclass(frozen=True)
class Demand:
    """``least`` to ``most`` of a figure; a rate is in hundredths of a percent, below ``most``."""

    figure_code: str
    district_code: str
    member_code: str
    least: Decimal
    most: Decimal

    @property
    def counted(self) -> str:
        """What is counted: registered_count, closed_count or closure_rate."""
        return next(name for name in _COUNTS if self.figure_code.endswith(name))

    def covers(self, kind: Kind) -> bool:
        """Tell whether cases of a kind belong to the figure (whether closed is not asked)."""
        if self.district_code not in {"all", kind.district_code}:
            return False
        prefix = self.figure_code.removesuffix(self.counted)
        return all(getattr(kind, name) == value for name, value in self._wanted(prefix).items())

    def _wanted(self, prefix: str) -> dict[str, str | bool]:
        """Return what the kinds of a figure have in common, by the beginning of its code."""
        first, _, second = self.member_code.partition("|")
        wanted: dict[str, dict[str, str | bool]] = {
            "": {},
            "district_": {},
            "source_": {"source_code": first},
            "platform_": {"platform_code": first},
            "dispatch_": {"platform_code": first, "dispatch_target_code": second},
            "key_": {"is_key": True},
            "key_source_": {"is_key": True, "source_code": first},
            "key_category_": {"is_key": True, "category_code": first},
            "grid_member_": {"is_grid_member": True},
            "street_order_": {"is_street_order": True, "source_code": "municipal_supervisor"},
        }
        return wanted[prefix]


def published_figures(month: str) -> dict[FigureKey, Decimal]:
    """Return the printed values of a month (ISO date of its first day)."""
    rows = read_rows(project_dir() / "seeds" / "published" / "published_figures.csv")
    return {
        (row["figure_code"], row["district_code"], row["member_code"]): Decimal(row["value"])
        for row in rows
        if row["assessment_month"] == month
    }


def inconsistent_figures(month: str) -> set[FigureKey]:
    """Return the keys of the printed figures of a month that contradict others."""
    return {
        (row["figure_code"], row["district_code"], row["member_code"])
        for row in read_rows(CALIBRATION_DIR / "inconsistent_figures.csv")
        if row["assessment_month"] == month
    }


def read_targets(name: str) -> dict[str, Any]:
    """Return the targets of a month and scale."""
    return read_yaml(str(Path("targets") / f"{name}.yml"))


def demands(targets: dict[str, Any]) -> Iterator[Demand]:
    """Yield what the bulletin and the targets demand of the counts of cases."""
    month = targets["assessment_month"]
    inconsistent = inconsistent_figures(month)
    for key, value in published_figures(month).items():
        figure_code, district_code, member_code = key
        if key in inconsistent or not figure_code.endswith(_COUNTS):
            continue
        if figure_code.endswith("closure_rate"):
            half = Decimal("0.5")
            yield Demand(*key, 100 * value - half, 100 * value + half)
        elif not figure_code.startswith("class_"):
            yield Demand(figure_code, district_code, member_code, value, value)
    for district, count in targets["registered"].items():
        yield Demand("registered_count", district, "all", Decimal(count), Decimal(count))
    for row in targets["counts"]:
        yield Demand(
            row["figure"], row["district"], row["member"], Decimal(row["least"]),
            Decimal(row["most"]),
        )  # fmt: skip
    for row in targets["rates"]:
        yield Demand(
            row["figure"], row["district"], row["member"], Decimal(row["least"]),
            Decimal(row["below"]),
        )  # fmt: skip
