"""The city pack that several synthetic cities are read with."""

import csv
import shutil
from pathlib import Path

from grid_assessment.errors import GridError
from grid_assessment.synthesis.cities import SyntheticCity
from grid_assessment.synthesis.reference import read_rows

_TEXTS = "bulletin.toml"
# Of a further city: the texts of the first one name it, so none of them is taken over.
_FURTHER_TEXTS = """
[groups.{group}]
area_name = "{name}"
issuing_body = ""
basis = []
"""


def write_city_pack(
    reference_dir: Path, files: list[str], cities: list[SyntheticCity], folder: Path
) -> None:
    """Write the reference files of several cities: the catalogue and rules of one, all districts.

    Args:
        reference_dir: the pack that all cities share.
        files: names of its CSV files, without ending.
        cities: the cities; each is named in the column ``city_code``.
        folder: where the pack goes; files of these names are replaced.

    Raises:
        GridError: a file is missing, or the folder is that of the pack or cannot be written.

    """
    if folder.resolve() == reference_dir.resolve():
        raise GridError(
            f"--reference-out {folder}: this pack is the one that the cities are made from; name"
            " another folder"
        )
    districts = read_rows(reference_dir / "districts.csv")
    rows = [
        {
            **row,
            "district_code": city.district(row["district_code"]),
            "district_name": city.district_name(row["district_name"]),
            "assessment_group_code": city.group(row["assessment_group_code"]),
            "city_code": city.code,
        }
        for city in cities
        for row in districts
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            if name != "districts":
                shutil.copyfile(reference_dir / f"{name}.csv", folder / f"{name}.csv")
        with (folder / "districts.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        texts = (reference_dir / _TEXTS).read_text(encoding="utf-8")
        for city in cities[1:]:
            groups = {city.group(row["assessment_group_code"]) for row in districts} - {""}
            for group in sorted(groups):
                texts += _FURTHER_TEXTS.format(group=group, name=city.name)
        (folder / _TEXTS).write_text(texts, encoding="utf-8")
    except OSError as error:
        raise GridError(
            f"--reference-out {folder}: {error.filename}: {error.strerror}; name a folder that can"
            " be written"
        ) from error
