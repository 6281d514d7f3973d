"""The texts of a bulletin that belong to a city: ``bulletin.toml`` of its pack, all optional.

The file is TOML because dbt reads every YAML file of a seed folder as properties of its own.
"""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from grid_assessment.bulletin.text import clean_text
from grid_assessment.errors import GridError

FILE_NAME = "bulletin.toml"


@dataclass(frozen=True)
class Part:
    """Some districts of a group that a sentence names together, as 主城五区."""

    name: str
    districts: tuple[str, ...]


@dataclass(frozen=True)
class CityTexts:
    """What the bulletin of one assessment group calls its city; the defaults are neutral.

    ``area_name`` opens the title; ``covered`` names the assessed districts, ``district_word``
    all of them; ``basis`` are the documents that the assessment rests on; the closure of
    ``watched_categories`` (codes) is always told; ``parts`` divide the districts.
    """

    area_name: str = ""
    covered: str = "各区"
    district_word: str = "各区"
    issuing_body: str = ""
    copy_to: str = ""
    basis: tuple[str, ...] = ()
    watched_categories: tuple[str, ...] = ()
    parts: tuple[Part, ...] = field(default=())


_LISTS = frozenset({"basis", "watched_categories"})
_KNOWN = frozenset(one.name for one in fields(CityTexts))


def read_city_texts(reference: Path, group: str) -> CityTexts:
    """Return the texts of an assessment group from the city pack; defaults without the file.

    Args:
        reference: the folder of the city pack.
        group: the code of the assessment group; its table ``[groups.<code>]`` overrides the rest.

    Raises:
        GridError: the file cannot be read, or holds another key or type.
    """
    path = reference / FILE_NAME
    if not path.is_file():
        return CityTexts()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GridError(f"{path}: not readable as TOML ({error}); mend or remove it") from None
    groups = content.pop("groups", {})
    if not isinstance(groups, dict):
        raise GridError(f"{path}: groups: expected tables [groups.<assessment_group_code>]")
    merged = {**content, **groups.get(group, {})}
    return CityTexts(**{name: _value(path, name, value) for name, value in merged.items()})


def _value(path: Path, name: str, value: Any) -> Any:
    if name not in _KNOWN:
        known = ", ".join(sorted(_KNOWN))
        raise GridError(f"{path}: {name}: unknown; expected one of: {known}, groups")
    if name == "parts":
        return _parts(path, value)
    if name in _LISTS:
        return _texts(path, name, value)
    if not isinstance(value, str):
        raise GridError(f"{path}: {name}: expected a text, found {value!r}")
    return clean_text(value)


def _texts(path: Path, name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise GridError(f"{path}: {name}: expected a list of texts, found {value!r}")
    return tuple(clean_text(one) for one in value)


def _parts(path: Path, value: Any) -> tuple[Part, ...]:
    if not isinstance(value, list) or not all(
        isinstance(one, dict) and set(one) == {"name", "districts"} for one in value
    ):
        raise GridError(f"{path}: parts: expected tables with name and districts, found {value!r}")
    return tuple(
        Part(_value(path, "covered", one["name"]), _texts(path, "districts", one["districts"]))
        for one in value
    )
