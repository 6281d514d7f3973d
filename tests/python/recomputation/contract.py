"""The raw and the reference contract, as the project declares them."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

PROJECT_DIR = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Column:
    """One column of a contract."""

    name: str
    type_name: str
    is_optional: bool
    is_nullable: bool
    minimum: int | None
    codes: frozenset[str] | None
    reference: str | None


@dataclass(frozen=True)
class Dataset:
    """One dataset of a contract."""

    name: str
    key: tuple[str, ...]
    version: str | None
    month_of: str
    must_have_rows: bool
    columns: tuple[Column, ...]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Return where each column stands in the contract's order."""
        return {column.name: place for place, column in enumerate(self.columns)}


def _dataset(name: str, entry: dict[str, Any]) -> Dataset:
    columns = tuple(
        Column(
            name=column_name,
            type_name=column["type"],
            is_optional=column.get("optional", False),
            is_nullable=column.get("nullable", False),
            minimum=column.get("minimum"),
            codes=frozenset(column["codes"]) if "codes" in column else None,
            reference=column.get("reference"),
        )
        for column_name, column in entry["columns"].items()
    )
    return Dataset(
        name=name,
        key=tuple(entry["key"]),
        version=entry.get("version"),
        month_of=entry.get("month_of", ""),
        must_have_rows=entry.get("must_have_rows", False),
        columns=columns,
    )


@cache
def _contract(variable: str) -> dict[str, Dataset]:
    text = (PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)["vars"][variable]
    return {name: _dataset(name, entry) for name, entry in entries.items()}


def raw_contract() -> dict[str, Dataset]:
    """Return the datasets that arrive every month."""
    return _contract("raw_contract")


def reference_contract() -> dict[str, Dataset]:
    """Return the reference files of a city."""
    return _contract("reference_contract")
