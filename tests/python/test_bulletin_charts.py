"""Charts of the bulletin: printed values, ties, missing values, names that look like code."""

import json
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import bulletin_sample
import pytest
from bulletin_sample import CLOSURE, DISTRICTS, PLATFORMS, TOP_CATEGORIES, figures
from conftest import PROJECT_DIR

from grid_assessment.bulletin import fonts
from grid_assessment.bulletin.chart_specification import specify
from grid_assessment.bulletin.charts import PNG_SCALE, draw_chart, draw_charts
from grid_assessment.bulletin.document import Chart, Series
from grid_assessment.errors import GridError

SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(draw_chart(chart, fonts.require_cjk_font()).svg)


def printed_texts(chart: Chart) -> list[str]:
    return ["".join(text.itertext()) for text in drawn(chart).iter(f"{SVG}text")]


def bar_heights(chart: Chart) -> list[str]:
    return [
        mark.attrib["d"].split("v")[1].split("h")[0]
        for mark in drawn(chart).iter(f"{SVG}path")
        if mark.get("aria-roledescription") == "bar"
    ]


def test_every_printed_value_and_name_is_drawn() -> None:
    texts = printed_texts(CLOSURE)
    for one in CLOSURE.series:
        assert f"{one.name}（{one.unit}）" in texts
        for cell in one.cells:
            assert cell.value is None or cell.text in texts
    assert set(DISTRICTS) <= set(texts)


def test_missing_bar_is_printed_as_missing_and_has_no_mark() -> None:
    assert printed_texts(CLOSURE).count("—") == 1
    assert len(bar_heights(CLOSURE)) == 15


def test_ties_are_drawn_equal() -> None:
    heights = bar_heights(PLATFORMS)
    assert heights[:8] == heights[8:]
    assert len(set(heights)) == 8


@pytest.mark.parametrize("texts", ["— — —", "0 0 0", "100.00% 100.00% 100.00%", "-3 0 5"])
@pytest.mark.parametrize("is_horizontal", [False, True])
def test_charts_without_range_are_drawn(texts: str, is_horizontal: bool) -> None:
    series = (Series("案件", "件", figures(texts)), Series("率", "%", figures(texts), "line"))
    texts_drawn = printed_texts(Chart("flat", "图", DISTRICTS[:3], series, is_horizontal))
    assert set(DISTRICTS[:3]) <= set(texts_drawn)
    assert "NaN" not in draw_chart(Chart("flat", "图", DISTRICTS[:3], series), "sans-serif").svg


def test_equal_names_keep_marks_of_their_own() -> None:
    chart = Chart("twice", "图", ("其他", "其他"), (Series("案件", "件", figures("5 7")),))
    assert printed_texts(chart).count("其他") == 2
    assert len(bar_heights(chart)) == 2


@pytest.mark.parametrize(
    "names",
    [
        tuple(f"Public Works District {number:02}" for number in range(1, 14)),
        tuple(f"城市管理综合行政执法局第{number}大队" for number in "一二三四五六七八"),
    ],
)
def test_long_names_that_begin_alike_can_be_told_apart(names: tuple[str, ...]) -> None:
    """Labels of districts of one kind keep the end of the name, on a page and on a phone."""
    series = (Series("案件", "件", figures(" ".join("5" for _ in names))),)
    for parameter in specify(Chart("many", "图", names, series), "sans-serif")["params"]:
        labels = ["".join(lines) for lines in parameter["value"]]
        assert len(set(labels)) == len(names)
        assert max(len(lines) for lines in parameter["value"]) <= 3


def test_hostile_names_are_texts_of_the_drawing() -> None:
    elements = {element.tag.removeprefix(SVG) for element in drawn(TOP_CATEGORIES).iter()}
    assert elements <= {"svg", "g", "path", "text", "tspan", "line", "rect"}
    texts = "".join(printed_texts(TOP_CATEGORIES))
    assert "<script>alert(1)</script>" in texts
    assert "{{ 7*7 }}{% raw %}" in texts
    assert "' + datum.constructor + '" in texts


def test_names_are_in_no_expression() -> None:
    def expressions(part: object) -> list[str]:
        if isinstance(part, list):
            return [found for item in part for found in expressions(item)]
        if not isinstance(part, dict):
            return []
        own = [str(part[key]) for key in ("expr", "labelExpr", "test") if key in part]
        return own + [
            found for key, item in part.items() if key != "data" for found in expressions(item)
        ]

    found = expressions(draw_chart(TOP_CATEGORIES, "sans-serif").specification)
    assert found
    assert not [text for text in found if any(n in text for n in TOP_CATEGORIES.categories)]


def test_drawings_of_all_charts_have_picture_and_specification() -> None:
    drawings = draw_charts(bulletin_sample.sample_bulletin())
    assert list(drawings) == [
        "district_closure",
        "district_platform",
        "event_categories",
        "omission",
    ]
    for drawing in drawings.values():
        svg_width = float(ElementTree.fromstring(drawing.svg).attrib["width"])
        png_width = struct.unpack(">I", drawing.png[16:20])[0]
        assert png_width == pytest.approx(svg_width * PNG_SCALE, abs=1)
        assert json.loads(json.dumps(drawing.specification))["width"] == "container"


def test_drawing_is_the_same_twice() -> None:
    first, second = (draw_chart(CLOSURE, fonts.require_cjk_font()) for _ in range(2))
    assert first == second


def test_without_a_chinese_font_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_system_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(GridError, match="fonts-noto-cjk"):
        draw_charts(bulletin_sample.sample_bulletin())


def test_templates_are_installed_with_the_package(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(PROJECT_DIR / "src", source / "src")
    shutil.copy(PROJECT_DIR / "pyproject.toml", source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*pip, "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)], check=True
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        installed = set(wheel.namelist())
    folder = "grid_assessment/bulletin/templates"
    templates = {f"{folder}/{path.name}" for path in (PROJECT_DIR / "src" / folder).iterdir()}
    assert templates <= installed
