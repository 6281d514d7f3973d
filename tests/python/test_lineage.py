"""The lineage picture is that of the project, and is drawn the same every time."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from conftest import PROJECT_DIR, run_dbt

from grid_assessment.lineage.__main__ import main
from grid_assessment.lineage.drawing import draw
from grid_assessment.lineage.graph import read_nodes
from grid_assessment.lineage.layout import lay_out

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def manifest_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the manifest of a fresh ``dbt parse``."""
    warehouse = tmp_path_factory.mktemp("lineage")
    completed = run_dbt(["parse"], warehouse)
    assert completed.returncode == 0, completed.stdout[-4000:]
    return warehouse / "target" / "manifest.json"


def picture(manifest: Mapping[str, Any]) -> str:
    return draw(lay_out(read_nodes(manifest)))


def model(
    name: str, folder: str, parents: list[str], materialized: str = "table"
) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "name": name,
        "fqn": ["grid_assessment", *folder.split("/"), name],
        "config": {"materialized": materialized},
        "depends_on": {"nodes": parents},
    }


def test_the_committed_picture_is_that_of_the_project(manifest_file: Path) -> None:
    drawn = CliRunner().invoke(main, [str(manifest_file)])
    assert drawn.exit_code == 0, drawn.output
    committed = (PROJECT_DIR / "docs" / "lineage.svg").read_bytes()
    assert drawn.stdout_bytes == committed, "docs/lineage.svg is out of date; run: make lineage"


def test_every_model_seed_and_source_has_one_box(manifest_file: Path) -> None:
    manifest = json.loads(manifest_file.read_text("utf-8"))
    groups = ElementTree.fromstring(picture(manifest)).iter(f"{SVG}g")
    drawn = [group.attrib["id"] for group in groups if "id" in group.attrib]
    expected = [
        key
        for key, node in {**manifest["nodes"], **manifest["sources"]}.items()
        if node["resource_type"] in {"model", "seed", "source"}
    ]
    assert sorted(drawn) == sorted(expected)
    assert len(expected) > 80


def test_the_order_of_the_manifest_does_not_matter(manifest_file: Path) -> None:
    manifest = json.loads(manifest_file.read_text("utf-8"))
    turned = {
        **manifest,
        "nodes": dict(reversed(manifest["nodes"].items())),
        "sources": dict(reversed(manifest["sources"].items())),
    }
    assert picture(turned) == picture(manifest)


def test_a_model_stands_right_of_what_it_reads() -> None:
    nodes = read_nodes(
        {
            "nodes": {
                "a": {**model("cases", "x", []), "resource_type": "seed"},
                "b": model("stg_cases", "staging", ["a"], "view"),
                "c": model("stg_current", "staging", ["b"], "ephemeral"),
                "d": model("fct_cases", "marts/core", ["c", "gone"]),
                "e": model("audit_of_totals", "marts/audit", []),
                "f": model("totals_monthly", "marts/core", ["e"]),
            },
            "sources": {},
        }
    )
    assert [nodes[key].column for key in "abcdef"] == [0, 1, 2, 5, 8, 8]
    assert nodes["d"].parents == ("c",)
    assert [nodes[key].is_stored for key in "bcd"] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("not json", "is not JSON"),
        ("[]", "is not dbt's manifest"),
        ('{"nodes": {}}', "is not dbt's manifest"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    drawn = CliRunner().invoke(main, [str(path)])
    assert drawn.exit_code == 2
    assert str(path) in drawn.stderr
    assert message in drawn.stderr
    assert "dbt parse" in drawn.stderr
    assert not drawn.stdout
