"""Reading the sample: which rows are accepted, superseded or rejected, apart from the models."""

import csv
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from grid_assessment.project import raw_contract

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "seeds" / "reference"
Row = dict[str, Any]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{k: v or None for k, v in row.items()} for row in csv.DictReader(stream)]


def parse(text: str, kind: str) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind == "integer":
        return int(text)
    if kind.startswith("decimal"):
        return Decimal(text)
    if kind == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if kind == "timestamp" else text


def cutoff_of(month: date) -> datetime:
    following = (month + timedelta(days=32)).replace(day=1)
    return datetime(following.year, following.month, 6)


def cell_reasons(dataset: str, row: Row, codes: dict[str, set[str]]) -> set[str]:
    """Return the reasons that single cells give; parse the cells in place."""
    reasons = set()
    for name, column in raw_contract(dataset)["columns"].items():
        text = row[name]
        if text is None:
            if not column.get("optional") and not column.get("nullable"):
                reasons.add("missing_required_value")
            continue
        try:
            row[name] = parse(text, column["type"])
        except (ValueError, KeyError, InvalidOperation):
            row[name] = None
            reasons.add("unparsable_value")
            continue
        allowed = column.get("codes") or codes.get(column.get("reference", ""))
        if allowed and row[name] not in allowed:
            reasons.add("unknown_code")
        if "minimum" in column and row[name] < column["minimum"]:
            reasons.add("count_below_minimum")
    return reasons


def row_reasons(row: Row, caps: dict[str, Decimal]) -> set[str]:
    """Return the reasons that the parsed cells of one row give together."""
    registered, month = row.get("registered_at"), row.get("assessment_month")
    found = {
        f"{event}_before_registered": bool(
            registered and row[f"{event}_at"] and row[f"{event}_at"] < registered
        )
        for event in ("closed", "handled")
        if "registered_at" in row
    }
    if "registered_at" in row:
        found["missing_dispatch_target"] = (
            row["platform_code"] == "municipal" and row["dispatch_target_code"] is None
        )
        found["registered_after_cutoff"] = bool(
            registered and registered > cutoff_of(registered.date().replace(day=1))
        )
    found["not_first_of_month"] = bool(month and month.day != 1)
    award = row.get("awarded_score")
    if award is not None:
        found["score_out_of_range"] = not 0 <= award <= caps.get(row["indicator_code"], award)
    return {reason for reason, is_found in found.items() if is_found}


def judge(folder: Path, dataset: str) -> dict[str, Any]:
    """Return latest accepted rows, superseded and landed counts, rejected (row, reasons)."""
    contract = raw_contract(dataset)
    codes = {
        reference: {r[key] for r in read(REFERENCE / f"{reference}.csv")}
        for reference, key in {
            "districts": "district_code",
            "case_sources": "source_code",
            "case_categories": "category_code",
            "indicators": "indicator_code",
        }.items()
    }
    caps = {
        r["indicator_code"]: Decimal(r["full_marks"]) + Decimal(r["bonus_cap"] or 0)
        for r in read(REFERENCE / "indicators.csv")
        if r["effective_from"] == "2020-01-01"
    }
    originals = read(folder / f"{dataset}.csv")
    version = contract.get("version")
    contents: dict[Any, set[Any]] = defaultdict(set)
    parsed = []
    for original in originals:
        row = dict(original)
        reasons = cell_reasons(dataset, row, codes) | row_reasons(row, caps)
        key = tuple(row[k] for k in contract["key"])
        row["key"], row["version"] = key, (row[version] if version else 0, row["load_id"])
        if None not in key:
            contents[key, row["version"]].add(tuple(original.values()))
        parsed.append((row, reasons))
    for row, reasons in parsed:
        if len(contents.get((row["key"], row["version"]), ())) > 1:
            reasons.add("conflicting_duplicate")
    if dataset == "cases":
        first: dict[Any, Row] = {}
        for row, reasons in parsed:
            if not reasons and (
                row["key"] not in first or row["version"] < first[row["key"]]["version"]
            ):
                first[row["key"]] = row
        for row, reasons in parsed:
            if (
                not reasons
                and f"{row['registered_at']:%Y-%m}" != f"{first[row['key']]['registered_at']:%Y-%m}"
            ):
                reasons.add("registered_month_changed")
    latest: dict[Any, Row] = {}
    for row, reasons in parsed:
        if not reasons and (
            row["key"] not in latest or row["version"] > latest[row["key"]]["version"]
        ):
            latest[row["key"]] = row
    rejected = [(row, reasons) for row, reasons in parsed if reasons]
    return {
        "rows": list(latest.values()),
        "superseded": len(parsed) - len(rejected) - len(latest),
        "rejected": rejected,
        "landed": len(parsed),
    }
