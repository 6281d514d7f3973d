"""One entry of a mapping file: how a contract column is made from the export's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grid_assessment.errors import GridError
from grid_assessment.ingest.lookup import read_lookup
from grid_assessment.ingest.parsing import format_pattern, unreadable
from grid_assessment.ingest.personal import STEPS, TREATMENTS, Normalize, removal
from grid_assessment.ingest.text import listed, quoted, shown

COLUMN_KEYS = ["from", "constant", "values", "lookup", "when_unlisted", "when_missing", "formats",
               "personal", "normalize"]  # fmt: skip


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
    normalize: tuple[Normalize, ...] = ()


class Reader:
    """Reads parts of one mapping file and says where a mistake is."""

    def __init__(self, path: Path, reference: Path | None) -> None:
        """Keep the mapping file and the folder of its reference files."""
        self.path = path
        self.reference = reference

    def fail(self, place: str, problem: str) -> GridError:
        """Return the error for a place in the mapping file."""
        return GridError(f"{shown(self.path)}: {place}: {problem}")

    def table(self, place: str, value: object, allowed: list[str] | None = None) -> dict[str, Any]:
        """Return a YAML mapping whose keys are all allowed."""
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
        """Return one YAML scalar, or a list of them, as texts."""
        items = value if isinstance(value, list) else [value]
        return [self.text(place, item) for item in items]

    def formats(self, place: str, value: object) -> tuple[str, ...]:
        """Return the formats of timestamps, each of them checked."""
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
            normalize=self.steps(f"{place}.normalize", entry.get("normalize", [])),
        )
        self.check(place, column, rule)
        return column

    def steps(self, place: str, value: object) -> tuple[Normalize, ...]:
        """Return the steps of ``normalize``, in the order of the file."""
        found = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and item in STEPS:
                found.append(STEPS[item])
            elif isinstance(item, dict) and set(item) == {"remove"}:
                try:
                    found.append(removal(self.text(place, item["remove"])))
                except ValueError as error:
                    raise self.fail(place, str(error)) from None
            else:
                raise self.fail(place, f"{quoted(item)}; expected: {listed(list(STEPS))},"
                                " or {remove: a regular expression}")  # fmt: skip
        return tuple(found)

    def persons(self, value: object, columns: tuple[Column, ...]) -> frozenset[str]:
        """Return the personal columns of the export, and refuse any that would land unseen."""
        found = set(self.texts("personal", value))
        for column in columns:
            if column.personal in ("hash", "drop"):
                found.update(column.sources)
        for column in columns:
            landing = sorted(found.intersection(column.sources))
            if landing and column.personal is None:
                raise self.fail(f"columns.{column.name}", f"{listed(landing)} is personal; say"
                                " personal: hash, drop or keep")  # fmt: skip
        return frozenset(found)

    def check(self, place: str, column: Column, rule: dict[str, Any]) -> None:
        """Refuse what could never fit the contract."""
        if column.values is None and not column.passes_unlisted:
            raise self.fail(place, "when_unlisted needs values or lookup")
        if column.personal not in (None, *TREATMENTS):
            raise self.fail(f"{place}.personal", "expected hash, drop or keep")
        if column.personal == "hash" and (
            column.type != "varchar" or column.values is not None or column.when_missing is not None
        ):
            raise self.fail(
                place, "personal: hash is for a varchar column without values and when_missing"
            )
        if column.normalize and column.personal != "hash":
            raise self.fail(f"{place}.normalize", "only a column with personal: hash takes it")
        if rule.get("is_person") and column.sources and column.personal is None:
            raise self.fail(place, "the contract wants a keyed hash here: say personal: hash, or"
                            " keep where the export holds hashes already")  # fmt: skip
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
