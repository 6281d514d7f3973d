"""The mapping file: from an export's columns to the contract's (docs/ingest.md)."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from grid_assessment.errors import GridError
from grid_assessment.ingest.lookup import read_lookup
from grid_assessment.ingest.parsing import format_pattern, unreadable
from grid_assessment.ingest.text import listed, quoted, shown
from grid_assessment.project import raw_contract

TOP_KEYS = ["dataset", "format", "delimiter", "encoding", "sheet", "header_row", "missing",
            "formats", "columns"]  # fmt: skip
COLUMN_KEYS = ["from", "constant", "values", "lookup", "when_unlisted", "when_missing", "formats",
               "personal"]  # fmt: skip
FORMATS = ["csv", "xlsx", "parquet"]
ENCODINGS = {"auto": "auto", "utf-8": "utf-8", "utf8": "utf-8", "gb18030": "gb18030",
             "gbk": "gb18030", "gb2312": "gb18030"}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """How one contract column is made. ``values`` maps a cell, or cells joined by KEY_SEPARATOR."""

    name: str
    type: str
    sources: tuple[str, ...] = ()
    constant: str | None = None
    values: dict[str, str | None] | None = None
    passes_unlisted: bool = True
    when_unlisted: str | None = None
    when_missing: str | None = None
    formats: tuple[str, ...] = ()
    personal: str | None = None


@dataclass(frozen=True)
class Mapping:
    """A checked mapping file; ``columns`` has every contract column, in the contract's order."""

    path: Path
    dataset: str
    columns: tuple[Column, ...]
    format: str | None = None
    delimiter: str = ","
    encoding: str = "auto"
    sheet: str | None = None
    header_row: int = 1
    missing: frozenset[str] = field(default_factory=lambda: frozenset({""}))

    def source_columns(self) -> list[str]:
        """Return the export's columns that are read, each once; all others are never touched."""
        read = (column for column in self.columns if column.personal != "drop")
        return list(dict.fromkeys(source for column in read for source in column.sources))


class _Reader:
    """Reads parts of one mapping file and says where a mistake is."""

    def __init__(self, path: Path, reference: Path | None) -> None:
        self.path = path
        self.reference = reference

    def fail(self, place: str, problem: str) -> GridError:
        return GridError(f"{shown(self.path)}: {place}: {problem}")

    def table(self, place: str, value: object, allowed: list[str] | None = None) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.fail(place, f"expected keys with values, found {quoted(value)}")
        if allowed is not None:
            strange = [str(key) for key in value if key not in allowed]
            if strange:
                raise self.fail(place, f"unknown {listed(strange)}; expected: {listed(allowed)}")
        return value

    def text(self, place: str, value: object) -> str:
        """Return a YAML scalar as the text of a cell."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (str, int)):
            return str(value).strip()
        raise self.fail(place, f"expected one text, found {quoted(value)}; put it in quotes")

    def texts(self, place: str, value: object) -> list[str]:
        items = value if isinstance(value, list) else [value]
        return [self.text(place, item) for item in items]

    def formats(self, place: str, value: object) -> tuple[str, ...]:
        found = tuple(self.texts(place, value))
        for each in found:
            try:
                format_pattern(each)
            except ValueError as error:
                raise self.fail(place, f"{quoted(each)}: {error}") from None
        return found

    def values(self, place: str, given: dict[str, Any], width: int) -> dict[str, str | None] | None:
        """Return the value map: what the lookup file says, then the listed values over it."""
        if "values" not in given and "lookup" not in given:
            return None
        found: dict[str, str | None] = {}
        if "lookup" in given:
            where = f"{place}.lookup"
            lookup = self.table(where, given["lookup"], ["file", "from", "to"])
            if set(lookup) != {"file", "from", "to"}:
                raise self.fail(where, "expected file, from and to")
            keys = self.texts(f"{where}.from", lookup["from"])
            if len(keys) != width:
                raise self.fail(where, f"from names {len(keys)} columns for {width} source columns")
            file_name = self.text(f"{where}.file", lookup["file"])
            target = self.text(f"{where}.to", lookup["to"])
            found |= read_lookup(self.path, file_name, keys, target, self.reference)
        for key, value in self.table(f"{place}.values", given.get("values", {})).items():
            if isinstance(key, bool):
                raise self.fail(f"{place}.values", "put yes, no, on, off, true and false in quotes")
            text = self.text(f"{place}.values", key)
            found[text] = None if value is None else self.text(f"{place}.values", value)
        return found

    def column(self, name: str, rule: dict[str, Any], given: object, formats: object) -> Column:
        """Return one entry of ``columns``."""
        place = f"columns.{name}"
        entry = self.table(
            place, given if isinstance(given, dict) else {"from": given}, COLUMN_KEYS
        )
        if ("from" in entry) == ("constant" in entry):
            raise self.fail(place, "expected either from (a source column) or constant")
        if "constant" in entry and len(entry) > 1:
            raise self.fail(place, "a constant takes no other key")
        sources = tuple(self.texts(f"{place}.from", entry["from"])) if "from" in entry else ()
        if not all(sources) or (len(sources) > 1 and "lookup" not in entry):
            raise self.fail(f"{place}.from", "expected one column (several only with a lookup)")
        constant, missing, unlisted = (
            None if entry.get(key) is None else self.text(f"{place}.{key}", entry[key])
            for key in ("constant", "when_missing", "when_unlisted")
        )
        column = Column(
            name=name,
            type=str(rule["type"]),
            sources=sources,
            constant=constant,
            values=self.values(place, entry, len(sources)),
            passes_unlisted="when_unlisted" not in entry,
            when_unlisted=unlisted,
            when_missing=missing,
            formats=self.formats(f"{place}.formats", entry.get("formats", formats)),
            personal=entry.get("personal"),
        )
        self.check(place, column, rule)
        return column

    def check(self, place: str, column: Column, rule: dict[str, Any]) -> None:
        """Refuse what could never fit the contract."""
        if column.values is None and not column.passes_unlisted:
            raise self.fail(place, "when_unlisted needs values or lookup")
        if column.personal not in (None, "hash", "drop"):
            raise self.fail(f"{place}.personal", "expected hash or drop")
        if column.personal == "hash" and (column.type != "varchar" or column.values is not None):
            raise self.fail(place, "personal: hash is for a varchar column without values")
        if column.personal == "drop" and not rule.get("optional"):
            raise self.fail(place, "the contract requires this column; it cannot be dropped")
        given = [column.constant, column.when_missing, column.when_unlisted]
        given += list((column.values or {}).values())
        texts = list(dict.fromkeys(text for text in given if text is not None))
        wrong = unreadable(texts, column.type, column.formats)
        if wrong:
            raise self.fail(place, f"not of type {column.type}: {wrong}")
        codes: list[str] = rule.get("codes", [])
        strange = [text for text in texts if codes and text not in codes]
        if strange:
            raise self.fail(place, f"not in the contract's list: {listed(strange)};"
                            f" expected: {listed(codes)}")  # fmt: skip


def _read_yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise GridError(f"{shown(path)}: the mapping cannot be read: {shown(error)}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        problem = shown(getattr(error, "problem", None) or error)
        raise GridError(f"{shown(path)}: {place}not valid YAML: {problem}") from None


def load_mapping(path: Path, reference: Path | None, delivered_at: str | None) -> Mapping:
    """Return a checked mapping.

    Args:
        path: the YAML file.
        reference: the folder of the reference files; None for GRID_REFERENCE_DIR or the project's.
        delivered_at: ISO text, the value of the version column where the mapping has none.

    Raises:
        GridError: anything in it that is unknown, missing or against the contract, in one line.
    """
    reader = _Reader(path, reference)
    top = reader.table("top level", _read_yaml(path), TOP_KEYS)
    for key in ("dataset", "columns"):
        if key not in top:
            raise reader.fail("top level", f"{key} is missing")
    dataset = reader.text("dataset", top["dataset"])
    if dataset not in raw_contract():
        raise reader.fail("dataset", f"{quoted(dataset)}; expected: {listed(list(raw_contract()))}")
    contract = raw_contract(dataset)
    rules: dict[str, dict[str, Any]] = contract["columns"]
    given = reader.table("columns", top["columns"], list(rules))
    version = contract.get("version")
    if version and version not in given:
        if delivered_at is None:
            raise GridError(
                f"{shown(path)}: columns: {version} is not mapped; map it to a column of the"
                " export, or give --delivered-at"
            )
        given = given | {version: {"constant": delivered_at}}
    lacking = [
        name for name, rule in rules.items() if not rule.get("optional") and name not in given
    ]
    if lacking:
        raise reader.fail("columns", f"the contract requires {listed(lacking)}")
    columns = tuple(
        reader.column(name, rule, given[name], top.get("formats", []))
        if name in given
        else Column(name=name, type=str(rule["type"]))
        for name, rule in rules.items()
    )
    return _with_file_hints(reader, top, dataset, columns)


def _with_file_hints(
    reader: _Reader, top: dict[str, Any], dataset: str, columns: tuple[Column, ...]
) -> Mapping:
    file_format = top.get("format")
    if file_format is not None and file_format not in FORMATS:
        raise reader.fail("format", f"{quoted(file_format)}; expected: {listed(FORMATS)}")
    encoding = str(top.get("encoding", "auto")).lower()
    if encoding not in ENCODINGS:
        raise reader.fail("encoding", f"{quoted(encoding)}; expected: auto, utf-8 or gb18030")
    delimiter = top.get("delimiter", ",")
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise reader.fail("delimiter", f'expected one character such as ";" or "\\t", found'
                          f" {quoted(delimiter)}")  # fmt: skip
    header_row = top.get("header_row", 1)
    if not isinstance(header_row, int) or isinstance(header_row, bool) or header_row < 1:
        raise reader.fail("header_row", f"expected a number from 1, found {quoted(header_row)}")
    missing = reader.texts("missing", top.get("missing", []))
    return Mapping(
        path=reader.path,
        dataset=dataset,
        columns=columns,
        format=file_format,
        delimiter=delimiter,
        encoding=ENCODINGS[encoding],
        sheet=None if top.get("sheet") is None else reader.text("sheet", top["sheet"]),
        header_row=header_row,
        missing=frozenset({"", *missing}),
    )
