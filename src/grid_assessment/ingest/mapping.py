"""The mapping file: from an export's columns to the contract's (docs/ingest.md)."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from grid_assessment.errors import GridError
from grid_assessment.ingest.columns import Column, Reader
from grid_assessment.ingest.text import listed, quoted, shown
from grid_assessment.project import raw_contract

TOP_KEYS = ["dataset", "format", "delimiter", "encoding", "sheet", "header_row", "missing",
            "formats", "personal", "columns"]  # fmt: skip
FORMATS = ["csv", "xlsx", "parquet"]
ENCODINGS = {"auto": "auto", "utf-8": "utf-8", "utf8": "utf-8", "gb18030": "gb18030",
             "gbk": "gb18030", "gb2312": "gb18030"}  # fmt: skip


@dataclass(frozen=True)
class Mapping:
    """A checked mapping file; ``columns`` has every contract column, in the contract's order.

    ``personal`` names the export's columns that hold persons.
    """

    path: Path
    dataset: str
    columns: tuple[Column, ...]
    format: str | None = None
    delimiter: str = ","
    encoding: str = "auto"
    sheet: str | None = None
    header_row: int = 1
    missing: frozenset[str] = field(default_factory=lambda: frozenset({""}))
    personal: frozenset[str] = frozenset()

    def source_columns(self) -> list[str]:
        """Return the export's columns that are read, each once; all others are never touched."""
        read = (column for column in self.columns if column.personal != "drop")
        return list(dict.fromkeys(source for column in read for source in column.sources))


class _Loader(yaml.SafeLoader):
    """YAML in which a code stays what is written, and a key stands once.

    YAML itself reads 0101 as an octal number, 12:30 as one of base 60 and 530_102 without its line.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [pair for pair in pairs if not pair[0].endswith((":int", ":timestamp"))]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping, and refuse a key that is given twice."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} is given twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("(0|[1-9][0-9]*)$"), "0123456789")


def _read_yaml(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506
    except (OSError, ValueError) as error:
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
    reader = Reader(path, reference)
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
    reader: Reader, top: dict[str, Any], dataset: str, columns: tuple[Column, ...]
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
        personal=reader.persons(top.get("personal", []), columns),
    )
