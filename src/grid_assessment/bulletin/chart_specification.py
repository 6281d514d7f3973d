"""A chart as a Vega-Lite specification: grouped bars, and a line on an axis of its own.

Names and printed values are data or parameters of a specification, never part of an expression:
what a name holds cannot be taken for code. What is computed here is where marks stand on paper.
"""

import textwrap
from collections.abc import Sequence
from typing import Any

from grid_assessment.bulletin.document import Chart, Series
from grid_assessment.bulletin.fonts import SANS

VEGA_LITE_VERSION = "6.4"

Specification = dict[str, Any]

# Each differs in lightness too: a grey print and the colour-blind tell them apart.
BAR_COLOURS = ("#1f4e79", "#9dbfe0", "#d9a441", "#5b5b5b", "#c3cdb0")
LINE_COLOURS = ("#c0392b", "#7a4fa3", "#2f7d4f")
INK, FAINT, GRID_LINE = "#222222", "#5f5f5f", "#e4e4e4"

HEIGHT = 270
CUT = "…"
BAR_THICKNESS, GROUP_GAP = 20, 14
NARROW = "width < 440"
LABEL_LINES = 3

# Parts of the value axis: bars first, the line beyond them, so that no value covers another; across
# the page there is room for values at the end of the axis.
BARS_BEFORE_LINE = {False: 0.54, True: 0.4}
LINE_BEYOND_BARS = {False: (0.78, 0.88), True: (0.64, 0.72)}
BARS_ALONE, LINE_ALONE = 0.84, (0.2, 0.8)


def specify(chart: Chart, font: str) -> Specification:
    """Write the specification of one chart, as wide as the container it is shown in.

    Args:
        chart: what to draw.
        font: family name of an installed font with Chinese glyphs.

    Returns:
        The specification, ready for JSON.
    """
    bars = [series for series in chart.series if series.mark == "bar"]
    lines = [series for series in chart.series if series.mark == "line"]
    layers = []
    if bars:
        part = BARS_BEFORE_LINE[chart.is_horizontal] if lines else BARS_ALONE
        scale = _bar_scale(bars, part)
        layers.append(_layer(chart, bars, scale))
    if lines:
        parts = LINE_BEYOND_BARS[chart.is_horizontal] if bars else LINE_ALONE
        scale = _line_scale(lines, *parts)
        layers.append(_layer(chart, lines, scale))
    count = len(chart.categories)
    has_own_lines = chart.is_horizontal or _is_slanted(chart)
    wide, narrow = (99, 99) if has_own_lines else (_places(chart), max(26 // count, 2))
    thickness = BAR_THICKNESS * max(len(bars), 1) + GROUP_GAP
    return {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE_VERSION[0]}.json",
        "description": chart.caption,
        "width": "container",
        "height": count * thickness if chart.is_horizontal else HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [
            {"name": "wide_names", "value": [_wrapped(name, wide) for name in chart.categories]},
            {
                "name": "narrow_names",
                "value": [_wrapped(name, narrow) for name in chart.categories],
            },
        ],
        "layer": layers,
        "resolve": {
            "scale": {"x" if chart.is_horizontal else "y": "independent", "color": "independent"},
            "legend": {"color": "independent"},
        },
        "config": _config(font),
    }


def _layer(chart: Chart, series: Sequence[Series], scale: Specification) -> Specification:
    """Marks of one kind with a legend, a value axis and printed values of their own."""
    across, along = ("y", "x") if chart.is_horizontal else ("x", "y")
    is_bar = series[0].mark == "bar"
    names = [_legend(one) for one in series]
    colours = (BAR_COLOURS if is_bar else LINE_COLOURS)[: len(series)]
    picked = f"picked_{series[0].mark}"
    shared: Specification = {
        across: {"field": "category", "type": "ordinal", "axis": _category_axis(chart)},
        "opacity": {"condition": {"param": picked, "value": 1}, "value": 0.12},
    }
    if is_bar:
        shared[f"{across}Offset"] = {"field": "series", "sort": names}
    value = {"type": "quantitative", "scale": scale, "axis": _value_axis(chart, series)}
    mark: Specification = {
        "params": [
            {"name": picked, "select": {"type": "point", "fields": ["series"]}, "bind": "legend"}
        ],
        "mark": {"type": "bar"}
        if is_bar
        else {"type": "line", "strokeWidth": 2, "point": {"filled": False, "fill": "white"}},
        "encoding": {
            **shared,
            along: {"field": "value", **value},
            "color": {
                "field": "series",
                "scale": {"domain": names, "range": colours},
                "legend": {"symbolType": "square" if is_bar else "stroke"},
            },
            "description": {"field": "spoken"},
            "tooltip": [
                {"field": "name", "title": "title"},
                {"field": "series", "title": "指标"},
                {"field": "printed", "title": "数值"},
            ],
        },
    }
    text = {
        "mark": {
            "type": "text",
            "aria": False,
            "color": INK if is_bar else colours[0],
            **_text_position(chart, series),
        },
        "encoding": {
            **shared,
            along: {"field": "text_position", **value},
            "detail": {"field": "series"},
            "text": {"field": "text"},
        },
    }
    return {"data": {"values": _rows(chart, series)}, "layer": [mark, text]}


def _rows(chart: Chart, series: Sequence[Series]) -> list[Specification]:
    """One row per category and series; a missing bar is said by its text at the axis."""
    missing = 0 if series[0].mark == "bar" else None
    rows = []
    for one in series:
        for position, (name, cell) in enumerate(zip(chart.categories, one.cells, strict=True)):
            value = None if cell.value is None else float(cell.value)
            has_unit = value is None or cell.text.endswith(one.unit)
            printed = cell.text if has_unit else cell.text + one.unit
            rows.append(
                {
                    "category": position,
                    "name": name,
                    "series": _legend(one),
                    "value": value,
                    "text_position": missing if value is None else value,
                    "text": cell.text,
                    "printed": printed,
                    "spoken": f"{name}，{one.name}：{printed}",
                }
            )
    return rows


def _legend(series: Series) -> str:
    return f"{series.name}（{series.unit}）" if series.unit else series.name


def _places(chart: Chart) -> int:
    """Chinese characters that stand beside each other under one category of a wide chart."""
    return max(48 // len(chart.categories), 2)


def _is_slanted(chart: Chart) -> bool:
    """Whether a name is too long to stand under its marks: cut off, it could be any other."""
    return not chart.is_horizontal and any(
        CUT in "".join(_wrapped(name, _places(chart))) for name in chart.categories
    )


def _category_axis(chart: Chart) -> Specification:
    if _is_slanted(chart):
        return {
            "labelExpr": "wide_names[datum.value]",
            "labelAngle": -45,
            "labelFontSize": 10,
            "labelLimit": 170,
            "labelOverlap": False,
            "title": None,
        }
    return {
        "labelExpr": f"({NARROW} ? narrow_names : wide_names)[datum.value]",
        "labelAngle": 0,
        "labelFontSize": {"expr": f"{NARROW} ? 10 : 11"},
        "labelLimit": {"expr": f"{NARROW} ? 96 : 240"},
        "title": None,
    }


def _value_axis(chart: Chart, series: Sequence[Series]) -> Specification:
    """Label the axis where its marks stand, and there alone; units are in the legend."""
    is_bar = series[0].mark == "bar"
    sides = ("bottom", "top") if chart.is_horizontal else ("left", "right")
    low, high = _range(series)
    low = min(low, 0.0) if is_bar else low
    margin = (high - low) * (0.02 if is_bar else 0.2)
    outside = f"datum.value < {low - margin} || datum.value > {high + margin}"
    return {
        "title": None,
        "orient": sides[0] if is_bar else sides[1],
        "grid": is_bar,
        "gridColor": {"condition": {"test": outside, "value": "transparent"}, "value": GRID_LINE},
        "labels": is_bar or not chart.is_horizontal,
        "labelExpr": f"{outside} ? '' : datum.label",
        "format": "~f",
        "tickCount": 6 if is_bar else 20,
        "labelOverlap": True,
    }


def _text_position(chart: Chart, series: Sequence[Series]) -> Specification:
    """Write values beyond their marks, and upwards where they are wider than their place."""
    distance = 4 if series[0].mark == "bar" else 8
    if chart.is_horizontal:
        return {"align": "left", "baseline": "middle", "dx": distance}
    longest = max(len(cell.text) for one in series for cell in one.cells)
    in_group = len(series) * 1.25 if series[0].mark == "bar" else 1
    turned = f"width < {longest * 6 * in_group * len(chart.categories):.0f}"
    return {
        "angle": {"expr": f"{turned} ? -90 : 0"},
        "align": {"expr": f"{turned} ? 'left' : 'center'"},
        "baseline": {"expr": f"{turned} ? 'middle' : 'bottom'"},
        "dx": {"expr": f"{turned} ? {distance} : 0"},
        "dy": {"expr": f"{turned} ? 0 : -{distance}"},
    }


def _bar_scale(bars: Sequence[Series], part: float) -> Specification:
    """From zero to where the longest bar fills the given part of the axis."""
    low, high = _range(bars)
    low, high = min(low, 0.0), max(high, 0.0)
    return {"domain": [low / part, high / part if high > low else 1.0], "nice": False}


def _line_scale(lines: Sequence[Series], start: float, end: float) -> Specification:
    """The values between two parts of the axis; equal values stand in its lower one."""
    low, high = _range(lines)
    whole = ((high - low) or max(abs(high), 1.0)) / (end - start)
    return {"domain": [low - start * whole, low + (1 - start) * whole], "zero": False}


def _range(series: Sequence[Series]) -> tuple[float, float]:
    values = [float(cell.value) for one in series for cell in one.cells if cell.value is not None]
    return min(values, default=0.0), max(values, default=0.0)


def _wrapped(name: str, width: int) -> list[str]:
    """Break a name into lines of that many Chinese or twice as many Latin characters.

    A longer name keeps its beginning and its end, by which districts of one kind differ.
    """
    whole = 2 * width if name.isascii() else width
    lines = textwrap.wrap(name, whole)
    if len(lines) > LABEL_LINES:
        kept = lines[: LABEL_LINES - 1]
        end = name.rsplit(maxsplit=1)[-1][-whole:]
        lines = [*kept[:-1], f"{kept[-1][: whole - 1]}{CUT}", end]
    return lines or [""]


def _config(font: str) -> Specification:
    families = ", ".join(dict.fromkeys([font, *SANS]))
    return {
        "font": f"{families}, sans-serif",
        "background": "white",
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "domainColor": FAINT,
            "labelFontSize": 11,
        },
        "axisBand": {"ticks": False, "grid": False},
        "axisQuantitative": {"domain": False, "ticks": False},
        "legend": {
            "orient": "top",
            "title": None,
            "labelFontSize": 12,
            "labelLimit": 300,
            "columns": {"expr": f"{NARROW} ? 1 : 0"},
            "symbolStrokeWidth": 2,
        },
        "scale": {"bandPaddingInner": 0.25, "bandPaddingOuter": 0.15},
        "text": {"fontSize": 10},
        "point": {"size": 40},
    }
